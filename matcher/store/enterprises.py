"""Firms: one record per spelling, and a question wherever two spellings may be one firm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.model import Demand, Row
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.likeness import Spellings
from matcher.store.scope import Scope
from matcher.text import firm_key


@dataclass(frozen=True, slots=True)
class EnterpriseQuestion:
    """Two spellings that may be one firm (同一企业？), for a person to answer."""

    question_id: int
    first: str
    second: str
    reason: str
    answer: str


class Enterprises:
    """Firms in the store."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path
        self._ids: dict[str, int] = {}
        self._spellings: Spellings | None = None
        self._said: set[tuple[Any, ...]] = set()

    def remember(self, row: Row, list_id: int, *, titles: bool = True) -> int | None:
        """The key of the row's firm, recorded if new; None for a row without a firm.

        Roles and contacts that the row brings are added, and ``titles`` where it is not the firm
        itself that says so. Inside the caller's transaction.
        """
        name = row.owner
        if not name:
            return None
        key = self._ids.get(name) or self._find(name) or self._add(name, row)
        self._ids[name] = key
        role = "chain_leader" if isinstance(row, Demand) else "sme"
        self._once(
            "INSERT OR IGNORE INTO enterprise_roles (enterprise_id, role) VALUES (?, ?)", key, role
        )
        if not isinstance(row, Demand):
            self._complete(key, row.credit_code, row.county)
            if row.tier and titles:
                self._once(
                    "INSERT OR IGNORE INTO titles (enterprise_id, title, source) VALUES (?, ?, ?)",
                    key, row.tier, f"清单 {list_id}",
                )  # fmt: skip
        contact = row.attributes.get("contact")
        if contact:
            self._once(
                "INSERT OR IGNORE INTO contacts (enterprise_id, name, phone, list_id)"
                " VALUES (?, ?, ?, ?)",
                key, contact.get("name", ""), contact.get("phone", ""), list_id,
            )  # fmt: skip
        return key

    def _once(self, sql: str, *values: Any) -> int:
        """Execute, unless this import has said the same before; returns the rows changed."""
        if (sql, *values) in self._said:
            return 0
        self._said.add((sql, *values))
        return int(self._db.execute(sql, list(values)).rowcount)

    def _find(self, name: str) -> int | None:
        found = self._db.execute(
            "SELECT id FROM enterprises WHERE name = :name UNION ALL"
            " SELECT enterprise_id FROM enterprise_aliases WHERE name = :name",
            {"name": name},
        ).fetchone()
        return int(found[0]) if found else None

    def _add(self, name: str, row: Row) -> int:
        code = "" if isinstance(row, Demand) else row.credit_code
        cursor = self._db.execute(
            "INSERT INTO enterprises (name, name_key, credit_code, county, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [name, firm_key(name), code, row.county, now()],
        )
        key = int(cursor.lastrowid or 0)
        self._ask(key, name, code)
        return key

    def _complete(self, key: int, credit_code: str, county: str) -> None:
        """Fill in what a later row knows and an earlier one did not."""
        if credit_code:
            changed = self._once(
                "UPDATE enterprises SET credit_code = ? WHERE id = ? AND credit_code = ''",
                credit_code, key,
            )  # fmt: skip
            if changed:
                (name,) = self._db.execute(
                    "SELECT name FROM enterprises WHERE id = ?", [key]
                ).fetchone()
                self._ask(key, name, credit_code)
        if county:
            self._once(
                "UPDATE enterprises SET county = ? WHERE id = ? AND county = ''", county, key
            )

    def _ask(self, key: int, name: str, code: str) -> None:
        """Record a question for every known firm that this one may be another spelling of."""
        if self._spellings is None:
            self._spellings = Spellings()
            for firm in self._db.query("SELECT id, name, credit_code FROM enterprises"):
                self._spellings.add(firm["id"], firm["name"], firm["credit_code"])
        self._spellings.add(key, name, code)
        for other, reason in self._spellings.alike(key):
            first, second = sorted((key, other))
            self._db.execute(
                "INSERT OR IGNORE INTO enterprise_questions"
                " (first_id, second_id, reason, asked_at) VALUES (?, ?, ?, ?)",
                [first, second, reason, now()],
            )

    def named(self, name: str, *, add: bool = False) -> int | None:
        """The key of the firm of exactly that name, None without one; ``add`` records it then."""
        with writing(self._db, self._path):
            key = self._find(name)
            if key is None and add and name:
                cursor = self._db.execute(
                    "INSERT INTO enterprises (name, name_key, created_at) VALUES (?, ?, ?)",
                    [name, firm_key(name), now()],
                )
                key = int(cursor.lastrowid or 0)
                self._ask(key, name, "")
        return key

    def counties(self) -> list[str]:
        """Counties that firms are in, by name."""
        sql = "SELECT DISTINCT county FROM enterprises WHERE county <> '' ORDER BY county"
        return [county for (county,) in self._db.execute(sql).fetchall()]

    def questions(self, scope: Scope, *, open_only: bool = True) -> list[EnterpriseQuestion]:
        """Questions about firms in scope, the oldest first."""
        first, values = scope.enterprises("a")
        second, more = scope.enterprises("b")
        condition = "q.answer = ''" if open_only else "1"
        if not scope.of_bureau:  # the other spelling may be another firm
            return []
        found = rows(
            self._db,
            "SELECT q.id, a.name AS first, b.name AS second, q.reason, q.answer"
            " FROM enterprise_questions q JOIN enterprises a ON a.id = q.first_id"
            " JOIN enterprises b ON b.id = q.second_id"
            f" WHERE ({first} OR {second}) AND {condition} ORDER BY q.id",
            {**values, **more},
        )
        return [
            EnterpriseQuestion(q["id"], q["first"], q["second"], q["reason"], q["answer"])
            for q in found
        ]

    def titles(self, enterprise_id: int) -> list[dict[str, Any]]:
        """A firm's titles with their dates, the newest first; whoever may see the firm may see them."""
        sql = "SELECT * FROM titles WHERE enterprise_id = :id ORDER BY granted_on DESC, id"
        return rows(self._db, sql, {"id": enterprise_id})

    def history(self, enterprise_id: int, scope: Scope) -> list[dict[str, Any]]:
        """Lists that the firm's rows in scope last came with, the newest first, with their number."""
        parts: list[str] = []
        values: dict[str, object] = {}
        for table in ("demands", "supplies"):
            condition, more = scope.own(table)
            values.update(more)
            parts.append(f"SELECT list_id FROM {table} WHERE enterprise_id = :id AND {condition}")
        return rows(
            self._db,
            "SELECT l.id, l.kind, l.file_name, l.imported_at, count(*) AS rows"
            f" FROM ({' UNION ALL '.join(parts)}) r"
            " JOIN lists l ON l.id = r.list_id GROUP BY l.id ORDER BY l.id DESC",
            {"id": enterprise_id, **values},
        )

    def all(self, scope: Scope) -> list[dict[str, Any]]:
        """Firms in scope with their roles and titles, by name."""
        condition, values = scope.enterprises()
        return rows(
            self._db,
            "SELECT enterprises.*, (SELECT group_concat(role, '、') FROM enterprise_roles r"
            " WHERE r.enterprise_id = enterprises.id) AS roles,"
            " (SELECT group_concat(title, '、') FROM titles t"
            " WHERE t.enterprise_id = enterprises.id) AS titles"
            f" FROM enterprises WHERE {condition} ORDER BY name",
            values,
        )
