"""Public data on listed companies and their products (上市公司产业链), replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlite_utils import Database

from matcher.store.database import rows, writing
from matcher.store.scope import Scope

_TABLES = ("listed_relations", "listed_makes", "listed_products", "listed_companies")


class ListedChains(Protocol):
    """What the store keeps of it (see :class:`matcher.chain.listed.ListedChains`)."""

    @property
    def companies(self) -> Mapping[str, tuple[str, str]]: ...  # noqa: D102
    @property
    def products(self) -> Iterable[str]: ...  # noqa: D102
    @property
    def makes(self) -> Mapping[tuple[str, str], float | None]: ...  # noqa: D102
    @property
    def feeds(self) -> Iterable[tuple[str, str]]: ...  # noqa: D102
    @property
    def broader(self) -> Iterable[tuple[str, str]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class StoredListed:
    """What was kept, as :class:`ListedChains` has it."""

    companies: Mapping[str, tuple[str, str]]
    products: tuple[str, ...]
    makes: Mapping[tuple[str, str], float | None]
    feeds: tuple[tuple[str, str], ...]
    broader: tuple[tuple[str, str], ...]


class Listed:
    """Listed companies in the store."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    def replace(self, found: ListedChains) -> None:
        """Put these in the place of what was there, in one transaction."""
        with writing(self._db, self._path):
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table}")
            many = self._db.conn.executemany
            many("INSERT INTO listed_companies VALUES (?, ?, ?)",
                 ((code, *names) for code, names in found.companies.items()))  # fmt: skip
            ids = {name: i for i, name in enumerate(found.products, 1)}
            many("INSERT INTO listed_products VALUES (?, ?)", ((i, n) for n, i in ids.items()))
            many("INSERT INTO listed_makes VALUES (?, ?, ?)",
                 ((code, ids[name], share) for (code, name), share in found.makes.items()))  # fmt: skip
            for kind, pairs in (("feeds", found.feeds), ("broader", found.broader)):
                many("INSERT INTO listed_relations VALUES (?, ?, ?)",
                     ((ids[one], ids[other], kind) for one, other in pairs))  # fmt: skip

    def read(self, scope: Scope) -> StoredListed:
        """Everything; it is public, so that every scope sees it."""
        del scope  # taken like every read's, so that nobody forgets it where this is ever narrowed
        names = {
            r["id"]: r["name"] for r in self._db.query("SELECT * FROM listed_products ORDER BY id")
        }
        relations: dict[str, list[tuple[str, str]]] = {"feeds": [], "broader": []}
        for r in self._db.query("SELECT * FROM listed_relations"):
            relations[r["kind"]].append((names[r["product"]], names[r["other"]]))
        return StoredListed(
            {
                r["code"]: (r["name"], r["full_name"])
                for r in rows(self._db, "SELECT * FROM listed_companies")
            },
            tuple(names.values()),
            {
                (r["code"], names[r["product"]]): r["share"]
                for r in self._db.query("SELECT * FROM listed_makes")
            },
            tuple(relations["feeds"]),
            tuple(relations["broader"]),
        )
