"""What the rows said before: every change of the lists and firms is noted, and can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import XieshouError
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.schema_imports import JOURNALED

# What stands on a row, as a person calls it; a table that is not here is 别的记录.
_STANDS_ON = {
    "decisions": "条审核结论", "suggestions": "条撮合建议", "gaps": "处断点", "users": "个账号",
    "demands": "条后来的需求", "supplies": "条后来的供给", "contacts": "个后来的联系人",
    "titles": "个后来的称号", "engagements": "项对接", "imports": "次导入",
    "enterprise_questions": "个企业名称疑问", "enterprise_roles": "个后来的角色",
}  # fmt: skip
_OWN = frozenset({"demand_aliases"})  # made with a row and gone with it
_KEY_COLUMN = {"enterprises": "id", "demands": "key", "supplies": "key"}
_MINE = "SELECT row_key FROM changes WHERE set_id = :set AND table_name = '{0}' AND before IS NULL"


class CannotUndoError(XieshouError):
    """Something has been built on what is to be undone; the text says what."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one change made of a row.

    Attributes:
        change: Number of the change; 0 for the first known state of a row.
        action: ``import``, ``add``, ``edit``, ``withdraw``, ``restore``, ``undo``; empty where
            nobody named it.
        made_at: Moment in UTC.
        made_by: Who.
        file: The file, of an import.
        import_id: The import, of an import.
        before: Column values before it; None where there was no row.
        after: Column values after it; None where the row was taken away.
    """

    change: int
    action: str
    made_at: str
    made_by: str
    file: str
    import_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Journal:
    """The noted changes of a store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    @contextmanager
    def changing(self, action: str, *, undoes: int | None = None) -> Iterator[int]:
        """One transaction whose changes belong together; gives the number of their set."""
        with writing(self._db, self._path):
            cursor = self._db.execute(
                "INSERT INTO change_sets (action, made_at, made_by, undoes) VALUES (?, ?, ?, ?)",
                [action, now(), self._audit.actor.name, undoes],
            )
            number = int(cursor.lastrowid or 0)
            self._db.execute("UPDATE changing SET set_id = ?", [number])
            yield number
            self._db.execute("UPDATE changing SET set_id = 0")

    def version(self) -> int:
        """A number that grows with every change: what was computed at another one may be old."""
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM changes").fetchone()
        return int(last)

    def row_version(self, table: str, key: int) -> int:
        """The number of the last change of one row; 0 where none is known."""
        sql = "SELECT coalesce(max(id), 0) FROM changes WHERE table_name = ? AND row_key = ?"
        (last,) = self._db.execute(sql, [table, key]).fetchone()
        return int(last)

    def versions(self, table: str, key: int) -> list[Version]:
        """What became of one row, the newest change first."""
        found = rows(
            self._db,
            "SELECT c.id, c.before, coalesce(s.action, '') AS action, s.made_at, s.made_by,"
            " coalesce(i.file_name, '') AS file, i.id AS import_id FROM changes c"
            " LEFT JOIN change_sets s ON s.id = c.set_id"
            " LEFT JOIN imports i ON i.change_id = s.id"
            " WHERE c.table_name = :table AND c.row_key = :key ORDER BY c.id DESC",
            {"table": table, "key": key},
        )
        after = next(
            iter(rows(self._db, f"SELECT * FROM {table} WHERE key = :key", {"key": key})), None
        )
        versions = []
        for entry in found:
            before = values_of(self._db, table, entry["before"])
            versions.append(
                Version(
                    entry["id"], entry["action"], entry["made_at"] or "", entry["made_by"] or "",
                    entry["file"], entry["import_id"], before, after,
                )
            )  # fmt: skip
            after = before
        if after is not None:  # it was there before anything was noted
            versions.append(Version(0, "", after["updated_at"], "", "", None, None, after))
        return versions

    # --- undoing ---------------------------------------------------------------------------------

    def undo(self, number: int) -> None:
        """Take back a set of changes; every row is as it was before. Inside a transaction.

        Raises:
            CannotUndoError: It has been undone, or something stands on it.
        """
        if reasons := self.obstacles(number):
            raise CannotUndoError(f"不能撤销：{'，'.join(reasons)}")
        with self.changing("undo", undoes=number):
            sql = (
                "SELECT table_name, row_key, before FROM changes WHERE set_id = ? ORDER BY id DESC"
            )
            for table, key, before in self._db.execute(sql, [number]).fetchall():
                where = f"{JOURNALED[table].format(table)} = :journal_key"
                values = values_of(self._db, table, before)
                if values is None:
                    self._db.execute(f"DELETE FROM {table} WHERE {where}", {"journal_key": key})
                else:
                    names = ", ".join(f"{name} = :{name}" for name in values)
                    self._db.execute(
                        f"UPDATE {table} SET {names} WHERE {where}", values | {"journal_key": key}
                    )

    def obstacles(self, number: int) -> list[str]:
        """What stands in the way of undoing a set, as parts of a sentence."""
        undone = "SELECT 1 FROM change_sets WHERE undoes = ?"
        if self._db.execute(undone, [number]).fetchone():
            return ["已经撤销过"]
        return [*self._later(number), *self._built_on(number), *self._decided(number)]

    def _later(self, number: int) -> list[str]:
        """Rows that were changed again since, save by what was itself undone."""
        found = self._db.execute(
            "SELECT c.table_name, count(DISTINCT c.row_key) FROM changes c WHERE c.set_id = :set"
            " AND EXISTS (SELECT 1 FROM changes l WHERE l.table_name = c.table_name"
            "  AND l.row_key = c.row_key AND l.id > c.id AND l.set_id <> :set"
            "  AND l.set_id NOT IN (SELECT id FROM change_sets WHERE undoes IS NOT NULL)"
            "  AND l.set_id NOT IN (SELECT undoes FROM change_sets WHERE undoes IS NOT NULL))"
            " GROUP BY c.table_name",
            {"set": number},
        ).fetchall()
        count = dict(found)
        listed = count.pop("demands", 0) + count.pop("supplies", 0)
        reasons = [f"其中 {listed} 行后来又改过"] if listed else []
        if firms := count.pop("enterprises", 0):
            reasons.append(f"{firms} 家企业的资料后来又改过")
        if count:
            reasons.append("企业的称号、联系人或名称疑问后来又改过")
        return reasons

    def _built_on(self, number: int) -> list[str]:
        """Rows of other tables that refer to what the set brought, whichever tables there are."""
        reasons: dict[str, int] = {}
        for table in self._db.table_names():
            if table in _OWN:
                continue
            for link in self._db.execute(f"PRAGMA foreign_key_list({table})").fetchall():
                parent, column = link[2], link[3]
                if parent not in _KEY_COLUMN:
                    continue
                brought = _MINE.format(parent)
                sql = f"SELECT count(*) FROM {table} WHERE {column} IN ({brought})"
                if table in JOURNALED:
                    sql += f" AND {JOURNALED[table].format(table)} NOT IN ({_MINE.format(table)})"
                (count,) = self._db.execute(sql, {"set": number}).fetchone()
                if count:
                    word = _STANDS_ON.get(table, "条别的记录")
                    reasons[word] = max(reasons.get(word, 0), count)
        return [f"已有 {count} {word}用到它带来的内容" for word, count in reasons.items()]

    def _decided(self, number: int) -> list[str]:
        """Decisions and suggestions on what rows say only since the set changed them."""
        reasons = []
        for table, word in (("decisions", "条审核结论"), ("suggestions", "条撮合建议")):
            total = 0
            for side, listed in (("demand", "demands"), ("supply", "supplies")):
                sql = (
                    f"SELECT count(*) FROM changes c JOIN {listed} r ON r.key = c.row_key"
                    f" JOIN {table} t ON t.{side}_key = r.key AND t.{side}_hash = r.content_hash"
                    f" WHERE c.set_id = :set AND c.table_name = '{listed}' AND c.before IS NOT NULL"
                    " AND json_extract(c.before, '$.content_hash') <> r.content_hash"
                )
                (count,) = self._db.execute(sql, {"set": number}).fetchone()
                total += count
            if total:
                reasons.append(f"已有 {total} {word}依据它改过的内容")
        return reasons


def values_of(db: Database, table: str, before: str | None) -> dict[str, Any] | None:
    """Column values from what a trigger wrote."""
    if before is None:
        return None
    values: dict[str, Any] = json.loads(before)
    for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})").fetchall():
        if kind == "REAL" and isinstance(values.get(name), str):
            values[name] = None if values[name] == "NULL" else float(values[name])
    return values
