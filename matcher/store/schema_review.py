"""Tables of the review: verdicts that count, actions that can be undone, the queue, leases."""

from __future__ import annotations

# An action is one key press: of it come one decision or many. Undoing it is an action too; nothing
# is deleted, a decision whose action was undone merely does not speak any more.
ACTIONS = """
CREATE TABLE review_actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users(id),
    kind TEXT NOT NULL CHECK (kind IN ('decide', 'second', 'final', 'none', 'bulk', 'undo')),
    demand_key INTEGER REFERENCES demands(key),
    supply_key INTEGER REFERENCES supplies(key),
    undoes INTEGER REFERENCES review_actions(id),
    at TEXT NOT NULL,
    CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT;
CREATE INDEX review_actions_by_user ON review_actions(user_id, id);
CREATE UNIQUE INDEX review_actions_undone_once ON review_actions(undoes) WHERE undoes IS NOT NULL;

ALTER TABLE decisions ADD COLUMN user_id INTEGER REFERENCES users(id);
ALTER TABLE decisions ADD COLUMN action_id INTEGER REFERENCES review_actions(id);
ALTER TABLE decisions ADD COLUMN final INTEGER NOT NULL DEFAULT 0 CHECK (final IN (0, 1));
CREATE INDEX decisions_by_action ON decisions(action_id) WHERE action_id IS NOT NULL;

CREATE TABLE confirmed_gaps (
    action_id INTEGER NOT NULL REFERENCES review_actions(id),
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    demand_hash TEXT NOT NULL,
    PRIMARY KEY (action_id, demand_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX confirmed_gaps_by_demand ON confirmed_gaps(demand_key);

CREATE TABLE reviewed_contents (
    hash TEXT PRIMARY KEY,
    fields TEXT NOT NULL CHECK (json_valid(fields))
) STRICT, WITHOUT ROWID;
"""

# What follows from the decisions, kept so that every reader asks one narrow table and not history:
# written by matcher.store.verdicts alone, in the transaction of the decision.
VERDICTS = """
CREATE TABLE verdicts (
    demand_key INTEGER NOT NULL REFERENCES demands(key) ON DELETE CASCADE,
    supply_key INTEGER NOT NULL REFERENCES supplies(key) ON DELETE CASCADE,
    demand_hash TEXT NOT NULL,
    supply_hash TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'unsure')),
    disputed INTEGER NOT NULL CHECK (disputed IN (0, 1)),
    decision_id INTEGER NOT NULL REFERENCES decisions(id),
    PRIMARY KEY (demand_key, supply_key, demand_hash, supply_hash),
    CHECK (NOT disputed OR verdict = 'unsure')
) STRICT, WITHOUT ROWID;

CREATE INDEX verdicts_in_dispute ON verdicts(decision_id) WHERE disputed = 1;

CREATE VIEW counting_verdicts AS
SELECT v.*, d.content_hash <> v.demand_hash OR s.content_hash <> v.supply_hash AS changed
FROM verdicts v JOIN demands d ON d.key = v.demand_key JOIN supplies s ON s.key = v.supply_key
WHERE v.decision_id = coalesce(
    (SELECT w.decision_id FROM verdicts w
     WHERE w.demand_key = v.demand_key AND w.supply_key = v.supply_key
        AND w.demand_hash = d.content_hash AND w.supply_hash = s.content_hash),
    (SELECT max(w.decision_id) FROM verdicts w
     WHERE w.demand_key = v.demand_key AND w.supply_key = v.supply_key));
"""

# The suggestions of the newest run as the queue orders and filters them. The index of each order
# holds the open ones alone, so that the next one is found at once whatever has been decided.
QUEUE = """
CREATE TABLE review_items (
    demand_key INTEGER NOT NULL REFERENCES demands(key) ON DELETE CASCADE,
    supply_key INTEGER NOT NULL REFERENCES supplies(key) ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    probability REAL NOT NULL,
    doubt REAL NOT NULL,
    rank INTEGER NOT NULL,
    demand_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    leader TEXT NOT NULL,
    category TEXT NOT NULL,
    county TEXT NOT NULL,
    tier TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'changed', 'unsure', 'accepted', 'rejected', 'disputed')),
    open INTEGER NOT NULL GENERATED ALWAYS AS (state IN ('waiting', 'changed')) STORED,
    dice INTEGER NOT NULL,
    PRIMARY KEY (demand_key, supply_key)
) STRICT;
CREATE INDEX review_by_confidence ON review_items(probability DESC, demand_key, supply_key)
    WHERE open = 1;
CREATE INDEX review_by_doubt ON review_items(doubt, demand_key, supply_key) WHERE open = 1;
CREATE INDEX review_by_demand ON review_items(demand_id, rank) WHERE open = 1;
CREATE INDEX review_by_dice ON review_items(dice) WHERE open = 0;
CREATE INDEX review_by_state ON review_items(state);
CREATE INDEX review_by_supply ON review_items(supply_key);
CREATE INDEX review_by_run ON review_items(run_id);

CREATE TABLE review_leases (
    demand_key INTEGER NOT NULL REFERENCES demands(key) ON DELETE CASCADE,
    supply_key INTEGER NOT NULL REFERENCES supplies(key) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    until TEXT NOT NULL,
    PRIMARY KEY (demand_key, supply_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_leases_by_until ON review_leases(until);

CREATE TABLE review_preferences (
    user_id INTEGER PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    keys INTEGER NOT NULL CHECK (keys IN (0, 1))
) STRICT;
"""

_STATE = """coalesce((
    SELECT CASE WHEN c.changed THEN 'changed' WHEN c.disputed THEN 'disputed' ELSE c.verdict END
    FROM counting_verdicts c WHERE c.demand_key = {demand} AND c.supply_key = {supply}), 'waiting')"""
_OF_ITEM = _STATE.format(demand="review_items.demand_key", supply="review_items.supply_key")
SETTLE_STATE = f"""UPDATE review_items SET state = {_OF_ITEM}
WHERE demand_key = :demand AND supply_key = :supply"""

# A row that is imported anew, or put back, takes its suggestions along, whoever writes it.
FOLLOW = f"""
CREATE TRIGGER review_follows_demands
AFTER UPDATE OF content_hash, demand_id, chain, leader, category, county ON demands
BEGIN UPDATE review_items SET demand_id = NEW.demand_id, chain = NEW.chain, leader = NEW.leader,
    category = NEW.category, county = NEW.county, state = {_OF_ITEM}
    WHERE demand_key = NEW.key; END;
CREATE TRIGGER review_follows_supplies AFTER UPDATE OF content_hash, tier ON supplies
BEGIN UPDATE review_items SET tier = NEW.tier, state = {_OF_ITEM}
    WHERE supply_key = NEW.key; END;
"""

FILL = f"""
INSERT INTO review_items (demand_key, supply_key, run_id, probability, doubt, rank, demand_id,
    chain, leader, category, county, tier, state, dice)
SELECT s.demand_key, s.supply_key, s.run_id, s.probability, abs(s.probability - 0.5), s.rank,
    d.demand_id, d.chain, d.leader, d.category, d.county, p.tier,
    {_STATE.format(demand="s.demand_key", supply="s.supply_key")}, random()
FROM suggestions s JOIN demands d ON d.key = s.demand_key JOIN supplies p ON p.key = s.supply_key
WHERE s.run_id = :run AND NOT s.already_supplying
"""
