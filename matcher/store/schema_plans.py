"""Tables of the plans that were kept (分配方案)."""

from __future__ import annotations

PLANS = """
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    before_id INTEGER REFERENCES plans(id),
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL DEFAULT '',
    choices TEXT NOT NULL CHECK (json_valid(choices)),
    value REAL NOT NULL,
    bound REAL NOT NULL,
    proven INTEGER NOT NULL CHECK (proven IN (0, 1)),
    assumptions TEXT NOT NULL CHECK (json_valid(assumptions)),
    notes TEXT NOT NULL CHECK (json_valid(notes))
) STRICT;

CREATE TABLE plan_demands (
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    quantity REAL NOT NULL,
    unit TEXT NOT NULL,
    covered REAL NOT NULL,
    remaining REAL NOT NULL,
    PRIMARY KEY (plan_id, demand_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_supplies (
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    capacity REAL NOT NULL,
    unit TEXT NOT NULL,
    used REAL NOT NULL,
    left_over REAL NOT NULL,
    price REAL NOT NULL,
    PRIMARY KEY (plan_id, supply_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_pairs (
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    quantity REAL NOT NULL DEFAULT 0,
    unit TEXT NOT NULL DEFAULT '',
    share REAL NOT NULL DEFAULT 0,
    next_key INTEGER REFERENCES supplies(key),
    next_quantity REAL NOT NULL DEFAULT 0,
    reason TEXT NOT NULL,
    PRIMARY KEY (plan_id, demand_key, supply_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_pairs_by_supply ON plan_pairs(plan_id, supply_key);
"""
