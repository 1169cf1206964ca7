"""The store: one SQLite file through sqlite-utils (数据库).

Every read takes a :class:`~matcher.store.scope.Scope`, every write is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from matcher.errors import StoreError
from matcher.store.audit import Actor, Audit, AuditCheck, AuditRow, on_this_machine
from matcher.store.catalogues import Catalogues, CatalogueState, StoredCatalogue
from matcher.store.database import connect, sentence, writing
from matcher.store.decisions import DecisionReport, Decisions, StoredDecision
from matcher.store.entering import Attempts, Link, Links, LockOut, Purpose, Sessions
from matcher.store.enterprises import EnterpriseQuestion, Enterprises
from matcher.store.listed import Listed, StoredListed
from matcher.store.lists import ImportReport, Lists
from matcher.store.models import Models, StoredModel
from matcher.store.runs import Runs, StoredSuggestion
from matcher.store.scope import (
    EVERYTHING,
    NOTHING,
    Scope,
    ScopeKind,
    buyer,
    county,
    enterprise,
    grant,
    supplier,
)
from matcher.store.settings import Settings
from matcher.store.users import AccountError, Role, User, Users

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "AccountError",
    "Actor",
    "AuditCheck",
    "AuditRow",
    "CatalogueState",
    "DecisionReport",
    "EnterpriseQuestion",
    "ImportReport",
    "Link",
    "LockOut",
    "Purpose",
    "Role",
    "Scope",
    "ScopeKind",
    "Store",
    "StoredCatalogue",
    "StoredDecision",
    "StoredListed",
    "StoredModel",
    "StoredSuggestion",
    "User",
    "buyer",
    "county",
    "enterprise",
    "grant",
    "supplier",
]


class Store:
    """One open database: its lists, enterprises, runs, decisions, catalogues, models, users and audit log.

    Use as a context manager::

        with Store(Path("xieshou.db")) as store:
            store.lists.add(reading)

    Every change is told in the audit log as one of ``actor``: by default the user of the operating
    system.

    Raises:
        StoreError: The file cannot be opened as a database of ours, or fails while it is used.
    """

    def __init__(
        self, path: str | Path, *, create: bool = True, actor: Actor | None = None
    ) -> None:
        self.path = Path(path)
        self.db = connect(self.path, create=create)
        self.audit = Audit(self.db, self.path, actor or on_this_machine())
        self.lists = Lists(self.db, self.path, self.audit)
        self.enterprises = Enterprises(self.db, self.path)
        self.runs = Runs(self.db, self.path, self.audit)
        self.decisions = Decisions(self.db, self.path, self.audit)
        self.models = Models(self.db, self.path, self.audit)
        self.users = Users(self.db, self.path, self.audit)
        self.sessions = Sessions(self.db, self.path)
        self.links = Links(self.db, self.path, self.audit)
        self.attempts = Attempts(self.db, self.path)
        self.settings = Settings(self.db, self.path, self.audit)
        self.catalogues = Catalogues(self.db, self.path, self.audit)
        self.listed = Listed(self.db, self.path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several writes as one user action: all of them are kept, or none.

        Raises:
            StoreError: Locked, full or damaged; nothing was changed.
        """
        with writing(self.db, self.path):
            yield

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):  # of a read: a damaged or vanished file
            raise StoreError(sentence(self.path, error)) from error
