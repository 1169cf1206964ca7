"""The store: one SQLite file through sqlite-utils (数据库).

Every read takes a :class:`~matcher.store.scope.Scope`, every write is one transaction.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from matcher.store.database import connect
from matcher.store.decisions import DecisionReport, Decisions
from matcher.store.enterprises import EnterpriseQuestion, Enterprises
from matcher.store.lists import ImportReport, Lists
from matcher.store.runs import Runs, StoredSuggestion
from matcher.store.scope import EVERYTHING, Scope, ScopeKind, county, enterprise, grant

__all__ = [
    "EVERYTHING",
    "DecisionReport",
    "EnterpriseQuestion",
    "ImportReport",
    "Scope",
    "ScopeKind",
    "Store",
    "StoredSuggestion",
    "county",
    "enterprise",
    "grant",
]


class Store:
    """One open database: its lists, enterprises, runs and decisions.

    Use as a context manager::

        with Store(Path("xieshou.db")) as store:
            store.lists.add(reading)

    Raises:
        StoreError: The file cannot be opened as a database of ours.
    """

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self.path = Path(path)
        self.db = connect(self.path, create=create)
        self.lists = Lists(self.db, self.path)
        self.enterprises = Enterprises(self.db)
        self.runs = Runs(self.db, self.path)
        self.decisions = Decisions(self.db, self.path)

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
