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
    schema_lists,
    schema_merging,
    schema_models,
    schema_plans,
    schema_review,
    schema_risks,
    schema_runs,
)
from matcher.store.verdicts import fill_queue, settle_all

APPLICATION_ID = 0x58534D31  # "XSM1": tells our files from other SQLite files

migrations = Migrations("xieshou")


@migrations()
def first(db: Database) -> None:
    """Enterprises, lists, rows, contacts, runs, suggestions and decisions."""
    _execute(db, schema_lists.LISTS)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def models(db: Database) -> None:
    """Models learned from decisions, and which of them was in use when (NULL: the shipped one)."""
    _execute(db, schema_models.MODELS)


@migrations()
def listed(db: Database) -> None:
    """Public data on the chains of listed companies (上市公司产业链)."""
    _execute(db, schema_models.LISTED)


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


@migrations()
def documents(db: Database) -> None:
    """Documents of catalogues that took long to make."""
    _execute(db, schema_catalogues.DOCUMENTS)


@migrations()
def told_fit(db: Database) -> None:
    """How well suggestions fit as far as a hidden buyer's supplier may know."""
    _execute(db, schema_runs.TOLD_FIT)


@migrations()
def carried(db: Database) -> None:
    """Indexes of orders with the facets in them, and of verdicts by supply."""
    _execute(db, schema_browse.CARRIED)


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
