"""The tables of the one SQLite file, as migrations that run in order and exactly once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from matcher.store import (
    schema_accounts,
    schema_browse,
    schema_catalogues,
    schema_chain,
    schema_engagements,
    schema_imports,
    schema_jobs,
    schema_merging,
    schema_plans,
    schema_review,
    schema_risks,
    schema_runs,
)
from matcher.store.verdicts import fill_queue, settle_all

APPLICATION_ID = 0x58534D31  # "XSM1": tells our files from other SQLite files

migrations = Migrations("xieshou")

_FIRST = """
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


@migrations()
def first(db: Database) -> None:
    """Enterprises, lists, rows, contacts, runs, suggestions and decisions."""
    _execute(db, _FIRST)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


_MODELS = """
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


@migrations()
def models(db: Database) -> None:
    """Models learned from decisions, and which of them was in use when (NULL: the shipped one)."""
    _execute(db, _MODELS)


_LISTED = """
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


@migrations()
def listed(db: Database) -> None:
    """Public data on the chains of listed companies (上市公司产业链)."""
    _execute(db, _LISTED)


@migrations()
def accounts(db: Database) -> None:
    """Users and what belongs to them, the audit log, and names for demands that stay anonymous."""
    for script in (schema_accounts.ACCOUNTS, schema_accounts.AUDIT, schema_accounts.ALIASES):
        _execute(db, script)


@migrations()
def plans(db: Database) -> None:
    """Plans that were kept: who supplies how much to whom, and the reason of every pair."""
    _execute(db, schema_plans.PLANS)


@migrations()
def imports(db: Database) -> None:
    """Imports with their files, what every row said before, and rows that are withdrawn."""
    for script in (schema_imports.IMPORTS, schema_imports.CHANGES):
        _execute(db, script)


@migrations()
def jobs(db: Database) -> None:
    """Long work beside the pages (后台任务)."""
    _execute(db, schema_jobs.JOBS)


@migrations()
def engagements(db: Database) -> None:
    """Engagements with their events, requests, wishes, and consent to show a contact."""
    for script in (schema_engagements.ENGAGEMENTS, schema_engagements.CONSENT):
        _execute(db, script)


@migrations()
def review(db: Database) -> None:
    """Verdicts that count, actions that can be undone, the queue of the review and its leases."""
    for script in (schema_review.ACTIONS, schema_review.VERDICTS, schema_review.QUEUE):
        _execute(db, script)
    settle_all(db)
    _execute(db, schema_review.FOLLOW)
    newest = db.execute("SELECT max(id) FROM runs").fetchone()[0]
    if newest is not None:
        fill_queue(db, newest)


@migrations()
def chain(db: Database) -> None:
    """Rows by chain and by product, for the pages of the chains."""
    _execute(db, schema_chain.CHAIN)


@migrations()
def browse(db: Database) -> None:
    """Full-text index and indexes of the lists, and users' saved views of them."""
    _execute(db, schema_browse.BROWSE)


@migrations()
def run_figures(db: Database) -> None:
    """How many suggestions a run has, and indexes for its figures."""
    _execute(db, schema_runs.RUN_FIGURES)


@migrations()
def merging(db: Database) -> None:
    """Names of firms that were merged (同一家)."""
    _execute(db, schema_merging.MERGING)


@migrations()
def risks(db: Database) -> None:
    """Firms with a risk flag (风险名单)."""
    _execute(db, schema_risks.RISKS)


@migrations()
def catalogues(db: Database) -> None:
    """Recommendation catalogues: content, state, the decisions behind them, the files made of them."""
    _execute(db, schema_catalogues.CATALOGUES)


def _execute(db: Database, script: str) -> None:
    """Execute statements one by one; sqlite3's own executescript would commit before them."""
    for statement in _statements(script):
        db.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):  # knows that a trigger ends with END;
            yield statement
            statement = ""
