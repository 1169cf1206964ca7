"""Names of firms that were merged, and what it takes to undo that."""

from __future__ import annotations

MERGING = """
CREATE TABLE enterprise_merges (
    id INTEGER PRIMARY KEY,
    kept_id INTEGER NOT NULL,
    gone_id INTEGER NOT NULL,
    kept_name TEXT NOT NULL,
    gone_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    moved TEXT NOT NULL CHECK (json_valid(moved)),
    merged_at TEXT NOT NULL,
    merged_by TEXT NOT NULL,
    undone_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE enterprise_aliases (
    name TEXT PRIMARY KEY,
    enterprise_id INTEGER NOT NULL REFERENCES enterprises(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
"""
