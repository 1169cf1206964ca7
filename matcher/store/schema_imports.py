"""Tables of imports and of what the rows said before, and the triggers that write the latter."""

from __future__ import annotations

from sqlite_utils import Database

# The original bytes stand in the database, not beside it: one file is what is copied, moved and
# backed up, and a transaction covers both. A limit keeps the file from swelling.
IMPORTS = """
CREATE TABLE originals (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL DEFAULT '' CHECK (kind IN ('', 'demand', 'supply')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'refused', 'imported', 'undone')),
    message TEXT NOT NULL DEFAULT '',
    choices TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(choices)),
    understood TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(understood)),
    counts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(counts)),
    plan TEXT NOT NULL DEFAULT '',
    seen INTEGER NOT NULL DEFAULT 0,
    county TEXT NOT NULL DEFAULT '',
    enterprise_id INTEGER REFERENCES enterprises(id),
    only_kind TEXT NOT NULL DEFAULT '' CHECK (only_kind IN ('', 'demand', 'supply')),
    uploaded_at TEXT NOT NULL,
    uploaded_by TEXT NOT NULL DEFAULT '',
    finished_at TEXT NOT NULL DEFAULT '',
    finished_by TEXT NOT NULL DEFAULT '',
    undone_at TEXT NOT NULL DEFAULT '',
    undone_by TEXT NOT NULL DEFAULT '',
    job_id INTEGER,
    list_id INTEGER,
    change_id INTEGER,
    problem_file BLOB
) STRICT;
CREATE INDEX imports_by_hash ON imports(sha256);
CREATE INDEX imports_by_change ON imports(change_id);

CREATE TABLE import_rows (
    import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'updated', 'unchanged', 'problem', 'skipped')),
    remarked INTEGER NOT NULL CHECK (remarked IN (0, 1)),
    row_key INTEGER,
    row_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    product TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    PRIMARY KEY (import_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_outcome ON import_rows(import_id, outcome, place);
CREATE INDEX import_rows_remarked ON import_rows(import_id, place) WHERE remarked = 1;
CREATE UNIQUE INDEX import_rows_by_source ON import_rows(import_id, sheet, row);

CREATE TABLE heading_choices (
    headings TEXT NOT NULL,
    enterprise_id INTEGER NOT NULL DEFAULT 0,
    columns TEXT NOT NULL CHECK (json_valid(columns)),
    used_at TEXT NOT NULL,
    used_by TEXT NOT NULL,
    PRIMARY KEY (headings, enterprise_id)
) STRICT, WITHOUT ROWID;

INSERT INTO imports (file_name, sha256, kind, state, counts, uploaded_at, uploaded_by, finished_at,
    finished_by, list_id)
SELECT file_name, sha256, kind, 'imported', json_object('new', new, 'updated', updated,
    'unchanged', unchanged), imported_at, imported_by, imported_at, imported_by, id FROM lists;
"""

# ``before`` is what a row said before a change, NULL where there was none yet. What belongs to one
# action of a user is a set; set 0 holds what nobody has named.
CHANGES = """
CREATE TABLE change_sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL CHECK (action IN ('import', 'add', 'edit', 'withdraw', 'restore', 'undo')),
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    undoes INTEGER REFERENCES change_sets(id)
) STRICT;
CREATE INDEX change_sets_undone ON change_sets(undoes) WHERE undoes IS NOT NULL;

CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    set_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_key ANY NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before))
) STRICT;
CREATE INDEX changes_by_row ON changes(table_name, row_key, id);
CREATE INDEX changes_by_set ON changes(set_id, id);

CREATE TABLE changing (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    set_id INTEGER NOT NULL
) STRICT;
INSERT INTO changing VALUES (1, 0);

ALTER TABLE demands ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));
ALTER TABLE supplies ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));
"""

# Table → the expression of its key, of the row that ``{0}`` names.
JOURNALED = {
    "enterprises": "{0}.id",
    "enterprise_roles": "{0}.enterprise_id || ':' || {0}.role",
    "titles": "{0}.id",
    "enterprise_questions": "{0}.id",
    "contacts": "{0}.id",
    "demands": "{0}.key",
    "supplies": "{0}.key",
}


def write_journal(db: Database) -> None:
    """(Re)make the triggers that note every change, with the columns that the tables have now.

    To be called when all migrations are done: a later one may have added a column. Real numbers
    are kept as SQL literals, because SQLite's JSON rounds them.
    """
    for table, key in JOURNALED.items():
        columns = db.execute(f"PRAGMA table_info({table})").fetchall()
        old = ", ".join(
            f"'{name}', " + (f"quote(OLD.{name})" if kind == "REAL" else f"OLD.{name}")
            for _, name, kind, *_ in columns
        )
        for event, row, before in (
            ("INSERT", "NEW", "NULL"),
            ("UPDATE", "OLD", f"json_object({old})"),
            ("DELETE", "OLD", f"json_object({old})"),
        ):
            name = f"journal_{table}_{event.lower()}"
            db.execute(f"DROP TRIGGER IF EXISTS {name}")
            db.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN"
                " INSERT INTO changes (set_id, table_name, row_key, before) VALUES ("
                f"(SELECT set_id FROM changing), '{table}', {key.format(row)}, {before}); END"
            )
