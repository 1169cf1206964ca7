"""Tables of recommendation catalogues: their content, their state, and the files made of them."""

from __future__ import annotations

# Content is JSON text, and its hash is of this very text. What is issued stands for ever: only its
# state may turn to superseded. No column is UNIQUE beside the key: INSERT OR REPLACE would delete
# the other row without asking a trigger; numbers are kept apart by one instead.
CATALOGUES = """
CREATE TABLE catalogues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'checked', 'issued', 'superseded')),
    variant TEXT NOT NULL CHECK (variant IN ('whole', 'leader', 'sme', 'attraction')),
    enterprise_id INTEGER REFERENCES enterprises(id),
    county TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '',
    entries INTEGER NOT NULL,
    selection TEXT NOT NULL CHECK (json_valid(selection)),
    content TEXT NOT NULL CHECK (json_valid(content)),
    content_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    checked_at TEXT NOT NULL DEFAULT '',
    checked_by TEXT NOT NULL DEFAULT '',
    issued_at TEXT NOT NULL DEFAULT '',
    issued_by TEXT NOT NULL DEFAULT '',
    replaces INTEGER REFERENCES catalogues(id),
    CHECK ((state IN ('issued', 'superseded')) = (number <> '')),
    CHECK (variant NOT IN ('leader', 'sme') OR enterprise_id IS NOT NULL)
) STRICT;
CREATE INDEX catalogues_by_enterprise ON catalogues(enterprise_id);
CREATE INDEX catalogues_by_number ON catalogues(number) WHERE number <> '';
CREATE INDEX catalogues_by_hash ON catalogues(content_hash);

CREATE TABLE catalogue_pairs (
    catalogue_id INTEGER NOT NULL REFERENCES catalogues(id) ON DELETE CASCADE,
    demand_key INTEGER NOT NULL REFERENCES demands(key),
    supply_key INTEGER NOT NULL REFERENCES supplies(key),
    decision_id INTEGER REFERENCES decisions(id),
    PRIMARY KEY (catalogue_id, demand_key, supply_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogue_files (
    id INTEGER PRIMARY KEY,
    catalogue_id INTEGER NOT NULL REFERENCES catalogues(id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;
CREATE INDEX catalogue_files_by_hash ON catalogue_files(sha256);

CREATE TRIGGER catalogues_begin_as_drafts BEFORE INSERT ON catalogues
WHEN NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM catalogues WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a catalogue begins as a draft'); END;
CREATE TRIGGER catalogues_keep_what_was_issued BEFORE UPDATE ON catalogues
WHEN OLD.state IN ('issued', 'superseded') AND NOT (
    NEW.state = 'superseded' AND NEW.id = OLD.id AND NEW.variant = OLD.variant
    AND NEW.enterprise_id IS OLD.enterprise_id AND NEW.county = OLD.county
    AND NEW.title = OLD.title AND NEW.number = OLD.number AND NEW.entries = OLD.entries
    AND NEW.selection = OLD.selection AND NEW.content = OLD.content
    AND NEW.content_hash = OLD.content_hash AND NEW.created_at = OLD.created_at
    AND NEW.created_by = OLD.created_by AND NEW.checked_at = OLD.checked_at
    AND NEW.checked_by = OLD.checked_by AND NEW.issued_at = OLD.issued_at
    AND NEW.issued_by = OLD.issued_by AND NEW.replaces IS OLD.replaces)
BEGIN SELECT RAISE(ABORT, 'an issued catalogue is never changed'); END;
CREATE TRIGGER catalogues_are_checked_before_issue BEFORE UPDATE ON catalogues
WHEN NEW.state IN ('issued', 'superseded') AND OLD.state NOT IN ('checked', 'issued', 'superseded')
  OR NEW.state = 'superseded' AND OLD.state = 'checked'
BEGIN SELECT RAISE(ABORT, 'a catalogue is checked before it is issued'); END;
CREATE TRIGGER catalogues_have_numbers_of_their_own BEFORE UPDATE OF number ON catalogues
WHEN NEW.number <> '' AND NEW.number <> OLD.number
  AND EXISTS (SELECT 1 FROM catalogues WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the number is taken'); END;
CREATE TRIGGER catalogues_are_kept BEFORE DELETE ON catalogues
WHEN OLD.state IN ('issued', 'superseded')
BEGIN SELECT RAISE(ABORT, 'an issued catalogue is kept'); END;
CREATE TRIGGER catalogue_pairs_are_kept BEFORE DELETE ON catalogue_pairs
WHEN (SELECT state FROM catalogues WHERE id = OLD.catalogue_id) IN ('issued', 'superseded')
BEGIN SELECT RAISE(ABORT, 'an issued catalogue is never changed'); END;
CREATE TRIGGER catalogue_pairs_stand BEFORE UPDATE ON catalogue_pairs
BEGIN SELECT RAISE(ABORT, 'pairs of a catalogue are laid down once'); END;
CREATE TRIGGER catalogue_pairs_come_before_issue BEFORE INSERT ON catalogue_pairs
WHEN (SELECT state FROM catalogues WHERE id = NEW.catalogue_id) IN ('issued', 'superseded')
BEGIN SELECT RAISE(ABORT, 'an issued catalogue is never changed'); END;
"""

# Documents that took long to make; what stands here can be made again, and goes when the content does.
DOCUMENTS = """
CREATE TABLE catalogue_documents (
    catalogue_id INTEGER NOT NULL REFERENCES catalogues(id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (catalogue_id, form)
) STRICT;
"""
