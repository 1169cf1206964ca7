"""The first tables: enterprises, lists and their rows, runs, suggestions, decisions (清单与撮合)."""

from __future__ import annotations

LISTS = """
CREATE TABLE enterprises (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    name_key TEXT NOT NULL,
    credit_code TEXT NOT NULL DEFAULT '',
    county TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX enterprises_by_key ON enterprises(name_key);
CREATE INDEX enterprises_by_code ON enterprises(credit_code) WHERE credit_code <> '';

CREATE TABLE enterprise_roles (
    enterprise_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('chain_leader', 'backbone', 'sme', 'institute', 'bank')),
    PRIMARY KEY (enterprise_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE titles (
    id INTEGER PRIMARY KEY,
    enterprise_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    granted_on TEXT NOT NULL DEFAULT '',
    expires_on TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    UNIQUE (enterprise_id, title, granted_on)
) STRICT;

CREATE TABLE enterprise_questions (
    id INTEGER PRIMARY KEY,
    first_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE,
    second_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'same', 'different')),
    asked_at TEXT NOT NULL,
    answered_by TEXT NOT NULL DEFAULT '',
    CHECK (first_id < second_id),
    UNIQUE (first_id, second_id)
) STRICT;

CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('demand', 'supply')),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL DEFAULT '',
    columns TEXT NOT NULL DEFAULT '[]',
    rows INTEGER NOT NULL,
    new INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, sha256)
) STRICT;

CREATE TABLE problems (
    id INTEGER PRIMARY KEY,
    list_id INTEGER NOT NULL REFERENCES lists(id) ON DELETE CASCADE,
    sheet TEXT NOT NULL,
    row INTEGER,
    column_heading TEXT NOT NULL,
    text TEXT NOT NULL,
    message TEXT NOT NULL,
    advice TEXT NOT NULL,
    lost INTEGER NOT NULL CHECK (lost IN (0, 1))
) STRICT;
CREATE INDEX problems_by_list ON problems(list_id);

CREATE TABLE skipped (
    list_id INTEGER NOT NULL REFERENCES lists(id) ON DELETE CASCADE,
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX skipped_by_list ON skipped(list_id);

CREATE TABLE demands (
    key INTEGER PRIMARY KEY,
    demand_id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'product',
    list_id INTEGER NOT NULL REFERENCES lists(id),
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    enterprise_id INTEGER REFERENCES enterprises(id),
    product_name TEXT NOT NULL,
    products TEXT NOT NULL DEFAULT '[]',
    chain TEXT NOT NULL DEFAULT '',
    leader TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    spec TEXT NOT NULL DEFAULT '',
    standard TEXT NOT NULL DEFAULT '',
    annual_quantity REAL,
    annual_quantity_high REAL,
    quantity_text TEXT,
    unit TEXT NOT NULL DEFAULT '',
    period TEXT NOT NULL DEFAULT '',
    approximate INTEGER NOT NULL DEFAULT 0,
    county TEXT NOT NULL DEFAULT '',
    requirement TEXT NOT NULL DEFAULT '',
    current_supplier TEXT NOT NULL DEFAULT '',
    current_source TEXT NOT NULL DEFAULT '',
    disclosure TEXT NOT NULL DEFAULT '',
    valid_until TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    attributes TEXT NOT NULL DEFAULT '{}',
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX demands_by_enterprise ON demands(enterprise_id);
CREATE INDEX demands_by_county ON demands(county);

CREATE TABLE supplies (
    key INTEGER PRIMARY KEY,
    supply_id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'product',
    list_id INTEGER NOT NULL REFERENCES lists(id),
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    enterprise_id INTEGER REFERENCES enterprises(id),
    product_name TEXT NOT NULL,
    products TEXT NOT NULL DEFAULT '[]',
    enterprise TEXT NOT NULL DEFAULT '',
    credit_code TEXT NOT NULL DEFAULT '',
    county TEXT NOT NULL DEFAULT '',
    tier TEXT NOT NULL DEFAULT '',
    spec TEXT NOT NULL DEFAULT '',
    standard TEXT NOT NULL DEFAULT '',
    annual_capacity REAL,
    annual_capacity_high REAL,
    quantity_text TEXT,
    unit TEXT NOT NULL DEFAULT '',
    period TEXT NOT NULL DEFAULT '',
    approximate INTEGER NOT NULL DEFAULT 0,
    certificates TEXT NOT NULL DEFAULT '',
    intended_buyers TEXT NOT NULL DEFAULT '',
    valid_until TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    attributes TEXT NOT NULL DEFAULT '{}',
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX supplies_by_enterprise ON supplies(enterprise_id);
CREATE INDEX supplies_by_county ON supplies(county);

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    enterprise_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    consent INTEGER NOT NULL DEFAULT 0 CHECK (consent IN (0, 1)),
    list_id INTEGER REFERENCES lists(id),
    UNIQUE (enterprise_id, name, phone)
) STRICT;

CREATE TABLE statistics (
    version TEXT PRIMARY KEY,
    data TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    started_by TEXT NOT NULL DEFAULT '',
    parameters TEXT NOT NULL,
    versions TEXT NOT NULL,
    demands_hash TEXT NOT NULL,
    supplies_hash TEXT NOT NULL,
    statistics_version TEXT NOT NULL REFERENCES statistics(version),
    model_version TEXT NOT NULL,
    demands INTEGER NOT NULL,
    supplies INTEGER NOT NULL
) STRICT;

CREATE TABLE suggestions (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    rank INTEGER NOT NULL,
    probability REAL NOT NULL,
    base REAL NOT NULL,
    contributions TEXT NOT NULL,
    demand_product TEXT NOT NULL,
    supply_product TEXT NOT NULL,
    demand_hash TEXT NOT NULL,
    supply_hash TEXT NOT NULL,
    already_supplying INTEGER NOT NULL CHECK (already_supplying IN (0, 1)),
    PRIMARY KEY (run_id, demand_key, supply_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX suggestions_by_supply ON suggestions(run_id, supply_key);

CREATE TABLE gaps (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    PRIMARY KEY (run_id, demand_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    demand_hash TEXT NOT NULL,
    supply_hash TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'unsure')),
    reason TEXT NOT NULL DEFAULT '',
    reviewer TEXT NOT NULL DEFAULT '',
    decided_at TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX decisions_by_pair ON decisions(demand_key, supply_key, id);
"""
