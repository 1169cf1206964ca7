"""The table of long work that runs beside the pages."""

from __future__ import annotations

JOBS = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    arguments TEXT NOT NULL CHECK (json_valid(arguments)),
    user_id INTEGER,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN
        ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    cancelling INTEGER NOT NULL DEFAULT 0 CHECK (cancelling IN (0, 1)),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(result)),
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL DEFAULT '',
    heartbeat TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_kind ON jobs(kind, id);
CREATE INDEX jobs_going_on ON jobs(id) WHERE state IN ('waiting', 'running');
"""
