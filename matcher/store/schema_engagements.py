"""Tables of engagements, requests for them, wishes of suppliers, and consent to show contacts."""

from __future__ import annotations

# `opened`: from 对接 on the two sides know of each other. `version` is the number of the last
# event, by which a stale form is known. What an engagement is now stands in its row; how it came
# to be so stands in its events, which nobody can change.
ENGAGEMENTS = """
CREATE TABLE engagements (
    id INTEGER PRIMARY KEY,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    origin TEXT NOT NULL CHECK (origin IN ('accepted', 'request', 'hand')),
    reason TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL CHECK (stage IN ('推荐', '对接', '洽谈', '签约', '履约', '终止')),
    version INTEGER NOT NULL DEFAULT 0,
    opened INTEGER NOT NULL DEFAULT 0 CHECK (opened IN (0, 1)),
    officer_id INTEGER REFERENCES users(id),
    due_on TEXT NOT NULL DEFAULT '',
    amount REAL,
    quantity REAL,
    unit TEXT NOT NULL DEFAULT '',
    contract_number TEXT NOT NULL DEFAULT '',
    signed_on TEXT NOT NULL DEFAULT '',
    deliver_from TEXT NOT NULL DEFAULT '',
    deliver_until TEXT NOT NULL DEFAULT '',
    begun_at TEXT NOT NULL,
    stage_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    CHECK (origin <> 'hand' OR reason <> '')
) STRICT;
CREATE UNIQUE INDEX engagements_open ON engagements(demand_key, supply_key) WHERE stage <> '终止';
CREATE INDEX engagements_by_demand ON engagements(demand_key, supply_key);
CREATE INDEX engagements_by_supply ON engagements(supply_key);

CREATE TABLE engagement_events (
    id INTEGER PRIMARY KEY,
    engagement_id INTEGER NOT NULL REFERENCES engagements(id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('begin', 'step', 'follow', 'arrange', 'correct')),
    stage TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id INTEGER,
    actor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
    officer_id INTEGER,
    due_on TEXT NOT NULL DEFAULT '',
    amount REAL,
    quantity REAL,
    unit TEXT NOT NULL DEFAULT '',
    contract_number TEXT NOT NULL DEFAULT '',
    signed_on TEXT NOT NULL DEFAULT '',
    deliver_from TEXT NOT NULL DEFAULT '',
    deliver_until TEXT NOT NULL DEFAULT '',
    CHECK (stage <> '终止' OR note <> '')
) STRICT;
CREATE UNIQUE INDEX engagement_events_in_order ON engagement_events(engagement_id, number);
CREATE TRIGGER engagement_events_keep BEFORE UPDATE ON engagement_events
BEGIN SELECT RAISE(ABORT, 'the events of an engagement are append-only'); END;
CREATE TRIGGER engagement_events_stay BEFORE DELETE ON engagement_events
BEGIN SELECT RAISE(ABORT, 'the events of an engagement are append-only'); END;

CREATE TABLE engagement_requests (
    id INTEGER PRIMARY KEY,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    note TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL,
    asked_by INTEGER REFERENCES users(id),
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'granted', 'refused')),
    answer_note TEXT NOT NULL DEFAULT '',
    answered_at TEXT NOT NULL DEFAULT '',
    answered_by INTEGER REFERENCES users(id),
    engagement_id INTEGER REFERENCES engagements(id)
) STRICT;
CREATE UNIQUE INDEX engagement_requests_open ON engagement_requests(demand_key, supply_key)
    WHERE answer = '';
CREATE INDEX engagement_requests_by_pair ON engagement_requests(demand_key, supply_key, id);

CREATE TABLE wishes (
    id INTEGER PRIMARY KEY,
    demand_key INTEGER NOT NULL REFERENCES demands(key) ON DELETE CASCADE,
    supply_key INTEGER NOT NULL REFERENCES supplies(key) ON DELETE CASCADE,
    wish TEXT NOT NULL CHECK (wish IN ('感兴趣', '不合适')),
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    user_id INTEGER REFERENCES users(id),
    CHECK (wish <> '不合适' OR reason <> '')
) STRICT;
CREATE INDEX wishes_by_pair ON wishes(demand_key, supply_key, id);
"""

# The present state stands here, how it came about in the audit log. Whoever withdraws consent is
# not shown any more, whatever was released before.
CONSENT = """
ALTER TABLE contacts ADD COLUMN consent_at TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN consent_by TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN consent_how TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN duty TEXT NOT NULL DEFAULT '';
CREATE TABLE engagement_contacts (
    engagement_id INTEGER NOT NULL REFERENCES engagements(id),
    contact_id INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    released_at TEXT NOT NULL,
    PRIMARY KEY (engagement_id, contact_id)
) STRICT, WITHOUT ROWID;
"""
