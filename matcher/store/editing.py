"""Rows changed one by one by those whose rows they are, never behind each other's back (填报)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.model import ListKind, Row, id_key, owner_key
from matcher.records import changed_fields
from matcher.store.audit import Audit
from matcher.store.belonging import Belonging, kinds_of
from matcher.store.bringing import fresh_id, insert, update
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.enterprises import Enterprises
from matcher.store.journal import Journal, Version
from matcher.store.recognition import identity_id, says, stem_of
from matcher.store.rowcodec import TABLE, from_table, to_table
from matcher.store.scope import Scope

FORM_LIST = "网页填报"  # the file name of the list that rows stand on which were typed here


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row with what its editor needs.

    Attributes:
        key: Surrogate key.
        row: What it says.
        version: Number of its last change.
        withdrawn: Whether it is taken off the list (停用).
        updated_at: When it last changed, in UTC.
    """

    key: int
    row: Row
    version: int
    withdrawn: bool
    updated_at: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A row as somebody wants it; ``key`` None adds one, ``version`` is what they have seen."""

    row: Row
    key: int | None = None
    version: int = 0


class StaleRowsError(XieshouError):
    """Rows that were changed by somebody else meanwhile; nothing was saved."""

    def __init__(self, rows: Sequence[OwnRow]) -> None:
        super().__init__(f"有 {len(rows)} 行刚被别人改过，没有保存，请看过两边的内容再保存")
        self.rows = {row.key: row for row in rows}


class Editing:
    """The rows of a scope, to be changed."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._journal = Journal(db, path, audit)

    # --- looking ---------------------------------------------------------------------------------

    def page(
        self, kind: ListKind, scope: Scope, *, q: str = "", limit: int = 25, offset: int = 0
    ) -> list[OwnRow]:
        """Own rows in the order they came, those that say ``q`` somewhere."""
        condition, values = self._where(kind, scope, q)
        return self._read(
            kind, f"{condition} ORDER BY t.key LIMIT :limit OFFSET :offset",
            {"limit": limit, "offset": offset, **values},
        )  # fmt: skip

    def count(self, kind: ListKind, scope: Scope, *, q: str = "") -> int:
        """How many rows :meth:`page` would give in all."""
        condition, values = self._where(kind, scope, q)
        sql = f"SELECT count(*) FROM {TABLE[kind]} t WHERE {condition}"
        return int(self._db.execute(sql, values).fetchone()[0])

    def keyed(self, kind: ListKind, keys: Sequence[int], scope: Scope) -> dict[int, OwnRow]:
        """Own rows of these keys."""
        condition, values = self._where(kind, scope, "")
        listed = ",".join(str(int(key)) for key in keys) or "NULL"
        found = self._read(kind, f"{condition} AND t.key IN ({listed})", values)
        return {row.key: row for row in found}

    def get(self, kind: ListKind, row_id: str, scope: Scope) -> OwnRow:
        """One own row by its id.

        Raises:
            NotFoundError: There is none, or it is another's.
        """
        condition, values = self._where(kind, scope, "")
        values |= {"id": row_id}
        found = self._read(kind, f"{condition} AND t.{id_key(kind)} = :id", values)
        if not found:
            raise NotFoundError(f"没有编号为 {row_id} 的行，可能编号写错了，或它不是您的行")
        return found[0]

    def history(self, kind: ListKind, own: OwnRow) -> list[tuple[Version, Row | None, Row | None]]:
        """The changes of a row, the newest first, with the row before and after each."""

        def row_of(values: dict[str, Any] | None) -> Row | None:
            return from_table(kind, values | {"file_name": ""}) if values else None

        return [
            (version, row_of(version.before), row_of(version.after))
            for version in self._journal.versions(TABLE[kind], own.key)
        ]

    def _where(self, kind: ListKind, scope: Scope, q: str) -> tuple[str, dict[str, Any]]:
        condition, values = scope.own("t")
        if kind not in kinds_of(scope):
            condition = "0"
        if q:
            columns = ("product_name", "spec", owner_key(kind), id_key(kind))
            said = " OR ".join(f"t.{column} LIKE :q ESCAPE '!'" for column in columns)
            condition = f"{condition} AND ({said})"
        escaped = q.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        return condition, {**values, "q": f"%{escaped}%"}

    def _read(self, kind: ListKind, condition: str, values: dict[str, Any]) -> list[OwnRow]:
        table = TABLE[kind]
        found = rows(
            self._db,
            f"SELECT t.*, coalesce(l.file_name, '') AS file_name, coalesce((SELECT max(c.id)"
            f" FROM changes c WHERE c.table_name = '{table}' AND c.row_key = t.key), 0) AS version"
            f" FROM {table} t LEFT JOIN lists l ON l.id = t.list_id WHERE {condition}",
            values,
        )
        return [
            OwnRow(
                r["key"], from_table(kind, r), r["version"], bool(r["withdrawn"]), r["updated_at"]
            )
            for r in found
        ]

    # --- changing --------------------------------------------------------------------------------

    def save(self, kind: ListKind, edits: Sequence[Edit], scope: Scope) -> int:
        """Save rows in one transaction, all or none; how many of them are new or say something new.

        Raises:
            NotFoundError: One is another's.
            StaleRowsError: Some were changed since they were seen.
            XieshouError: One would belong to somebody else.
        """
        with writing(self._db, self._path):
            known = self.keyed(kind, [edit.key for edit in edits if edit.key is not None], scope)
            stale: list[OwnRow] = []
            wanted: list[tuple[OwnRow | None, Row]] = []
            belonging = Belonging(self._db, scope)
            for edit in edits:
                row, complaint = belonging.settle(kind, edit.row)
                if complaint or kind not in kinds_of(scope):
                    raise XieshouError(
                        f"“{row.product_name}”没有保存：{complaint or '不能改这种行'}"
                    )
                before = known.get(edit.key) if edit.key is not None else None
                if edit.key is not None and before is None:
                    raise NotFoundError("要改的行不在了，或它不是您的行，没有保存")
                if before is None:
                    wanted.append((None, row))
                    continue
                row = _kept(before.row, row)
                values = to_table(row)
                if says(values) == says(to_table(before.row)):
                    continue
                if before.version != edit.version:
                    stale.append(before)
                wanted.append((before, row))
            if stale:
                raise StaleRowsError(stale)
            if wanted:
                action = "edit" if any(before for before, _ in wanted) else "add"
                with self._journal.changing(action):
                    self._write(kind, wanted, titles=scope.enterprise_id == 0)
            return len(wanted)

    def _write(
        self, kind: ListKind, wanted: Sequence[tuple[OwnRow | None, Row]], *, titles: bool
    ) -> None:
        enterprises = Enterprises(self._db, self._path)
        table, name = TABLE[kind], id_key(kind)
        for before, row in wanted:
            if before is None:
                self._add(kind, row, enterprises, titles=titles)
                continue
            sql = f"SELECT list_id, sheet, row, identity FROM {table} WHERE key = ?"
            list_id, sheet, number, identity = self._db.execute(sql, [before.key]).fetchone()
            values = to_table(row) | {
                "sheet": sheet,
                "row": number,
                "identity": self._identity(kind, row, identity, before.key),
                "enterprise_id": enterprises.remember(row, list_id, titles=titles),
                "updated_at": now(),
            }
            update(self._db, table, before.key, values)
            changes = changed_fields(before.row, row)
            self._audit.add(
                "row.change", f"{kind.value}:{getattr(before.row, name)}",
                before={key: old for key, old, _ in changes},
                after={key: new for key, _, new in changes},
            )  # fmt: skip

    def _add(self, kind: ListKind, row: Row, enterprises: Enterprises, *, titles: bool) -> None:
        table, name = TABLE[kind], id_key(kind)
        list_id = self._form_list(kind)
        sql = f"SELECT coalesce(max(row), 0) + 1 FROM {table} WHERE list_id = ?"
        (number,) = self._db.execute(sql, [list_id]).fetchone()
        row = replace(row, source=replace(row.source, file=FORM_LIST, row=number))
        sql = f"SELECT {name} FROM {table} WHERE {name} = ? OR {name} LIKE ?"
        start = (
            row.row_id if row.id_given else f"{'D' if kind is ListKind.DEMAND else 'S'}{list_id}-"
        )
        taken = {found for (found,) in self._db.execute(sql, [start, f"{start}%"]).fetchall()}
        row_id = fresh_id(row, kind, list_id, taken)
        values = to_table(row) | {
            name: row_id,
            "identity": self._identity(kind, row, "", None),
            "list_id": list_id,
            "enterprise_id": enterprises.remember(row, list_id, titles=titles),
            "updated_at": now(),
        }
        insert(self._db, table, values)
        after = {"product_name": row.product_name, owner_key(kind): row.owner}
        self._audit.add("row.add", f"{kind.value}:{row_id}", after=after)

    def _form_list(self, kind: ListKind) -> int:
        """The list that typed rows stand on; made with the first of them."""
        sql = "SELECT id FROM lists WHERE kind = ? AND sha256 = 'form'"
        found = self._db.execute(sql, [kind.value]).fetchone()
        if found:
            return int(found[0])
        values = {
            "kind": kind.value, "file_name": FORM_LIST, "sha256": "form", "format": "form", "rows": 0,
            "new": 0, "updated": 0, "unchanged": 0, "imported_at": now(),
        }  # fmt: skip
        return insert(self._db, "lists", values)

    def _identity(self, kind: ListKind, row: Row, before: str, key: int | None) -> str:
        """Under what a row is recognised in a later list: the n-th of those that are alike."""
        given = identity_id(before) if before else row.row_id if row.id_given else None
        stem = stem_of(row, given)
        if before and json.loads(before)[:-1] == stem:
            return before
        n = 1
        while True:
            identity = json.dumps([*stem, n], ensure_ascii=False)
            sql = f"SELECT 1 FROM {TABLE[kind]} WHERE identity = ? AND key IS NOT ?"
            if self._db.execute(sql, [identity, key]).fetchone() is None:
                return identity
            n += 1

    def withdraw(
        self, kind: ListKind, row_id: str, version: int, scope: Scope, *, withdrawn: bool
    ) -> bool:
        """Take a row off the list, or put it back; False where it is so already.

        It stays with its history and what was decided on it; it is not matched any more.

        Raises:
            NotFoundError: It is another's.
            StaleRowsError: It was changed since it was seen.
        """
        with writing(self._db, self._path):
            own = self.get(kind, row_id, scope)
            if own.withdrawn is withdrawn:
                return False
            if own.version != version:
                raise StaleRowsError([own])
            with self._journal.changing("withdraw" if withdrawn else "restore"):
                values = {"withdrawn": int(withdrawn), "updated_at": now()}
                update(self._db, TABLE[kind], own.key, values)
            self._audit.add(
                f"row.{'withdraw' if withdrawn else 'restore'}", f"{kind.value}:{row_id}"
            )
        return True


def _kept(before: Row, after: Row) -> Row:
    """What a form does not show stays: id, further columns, the way one cell was divided."""
    same: dict[str, Any] = {"attributes": before.attributes, "id_given": before.id_given}
    same["demand_id" if hasattr(before, "demand_id") else "supply_id"] = before.row_id
    same["source"] = before.source
    if before.product_name == after.product_name:
        same["products"] = before.products
    return replace(after, **same)
