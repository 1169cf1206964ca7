"""Tables of models learned from decisions, and of public data on listed companies."""

from __future__ import annotations

MODELS = """
CREATE TABLE models (
    version TEXT PRIMARY KEY,
    centre TEXT REFERENCES models(version),
    base REAL NOT NULL,
    weights TEXT NOT NULL CHECK (json_valid(weights)),
    decisions INTEGER NOT NULL,
    evidence TEXT NOT NULL CHECK (json_valid(evidence)),
    report TEXT NOT NULL CHECK (json_valid(report)),
    note TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE model_uses (
    id INTEGER PRIMARY KEY,
    version TEXT REFERENCES models(version),
    used_at TEXT NOT NULL,
    used_by TEXT NOT NULL DEFAULT ''
) STRICT;
"""

LISTED = """
CREATE TABLE listed_companies (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    full_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_products (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE listed_makes (
    code TEXT NOT NULL REFERENCES listed_companies(code) ON DELETE CASCADE,
    product INTEGER NOT NULL REFERENCES listed_products(id) ON DELETE CASCADE,
    share REAL,
    PRIMARY KEY (code, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_relations (
    product INTEGER NOT NULL REFERENCES listed_products(id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES listed_products(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('feeds', 'broader')),
    PRIMARY KEY (product, other, kind)
) STRICT, WITHOUT ROWID;
"""
