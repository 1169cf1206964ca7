"""Firms with a risk flag, and which of our firms they are today."""

from __future__ import annotations

# A name is compared as it is written. Two firms of one name are told apart by their codes where
# both are known. The day is that of UTC+8, in which the lists are written.
ACTIVE = (
    "(r.since = '' OR r.since <= date('now', '+8 hours'))"
    " AND (r.until = '' OR r.until >= date('now', '+8 hours'))"
)
RISKS = f"""
CREATE TABLE risks (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    credit_code TEXT NOT NULL DEFAULT '',
    flag TEXT NOT NULL CHECK (flag IN ('经营异常', '失信', '行政处罚', '其他')),
    source TEXT NOT NULL DEFAULT '',
    since TEXT NOT NULL DEFAULT '',
    until TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    UNIQUE (name, credit_code, flag, source, since)
) STRICT;
CREATE INDEX risks_by_code ON risks(credit_code) WHERE credit_code <> '';

CREATE VIEW risk_enterprises AS
SELECT r.id AS risk_id, e.id AS enterprise_id FROM risks r JOIN enterprises e ON e.name = r.name
    WHERE r.credit_code = '' OR e.credit_code = '' OR r.credit_code = e.credit_code
UNION
SELECT r.id, e.id FROM risks r JOIN enterprises e ON e.credit_code = r.credit_code
    WHERE r.credit_code <> '' AND e.credit_code <> ''
UNION
SELECT r.id, e.id FROM risks r JOIN enterprise_aliases a ON a.name = r.name
    JOIN enterprises e ON e.id = a.enterprise_id
    WHERE r.credit_code = '' OR e.credit_code = '' OR r.credit_code = e.credit_code;

CREATE VIEW flagged_enterprises AS
SELECT DISTINCT f.enterprise_id FROM risk_enterprises f JOIN risks r ON r.id = f.risk_id
    WHERE {ACTIVE};
"""
