"""Answers to whether two spellings are one firm; one that were two can become two again (同一家)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.scope import Scope

_QUESTIONS = "enterprise_questions"
_FIRM = (
    "{0}.id AS {0}_id, {0}.name AS {0}_name, {0}.county AS {0}_county, {0}.credit_code AS {0}_code,"
    " (SELECT count(*) FROM demands WHERE enterprise_id = {0}.id) AS {0}_demands,"
    " (SELECT count(*) FROM supplies WHERE enterprise_id = {0}.id) AS {0}_supplies"
)


class MergeError(XieshouError):
    """A merge that cannot be made or undone; the text says what stands in the way."""


class Merging:
    """Questions about names of firms, and what became of them."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def count(self, scope: Scope) -> int:
        """Open questions about firms in scope."""
        where, values = self._where(scope)
        sql = f"SELECT count(*) FROM {self._tables()} WHERE {where}"
        return int(self._db.execute(sql, values).fetchone()[0])

    def questions(self, scope: Scope, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Open questions about firms in scope, the oldest first.

        Returns:
            ``id``, ``reason``, and of both firms ``first_…`` and ``second_…``: id, name, county,
            code, and how many demands and supplies it has.
        """
        where, values = self._where(scope)
        return rows(
            self._db,
            f"SELECT q.id, q.reason, {_FIRM.format('first')}, {_FIRM.format('second')}"
            f" FROM {self._tables()} WHERE {where} ORDER BY q.id LIMIT :limit OFFSET :offset",
            {"limit": limit, "offset": offset, **values},
        )

    @staticmethod
    def _tables() -> str:
        return (
            f"{_QUESTIONS} q JOIN enterprises first ON first.id = q.first_id"
            " JOIN enterprises second ON second.id = q.second_id"
        )

    @staticmethod
    def _where(scope: Scope) -> tuple[str, dict[str, Any]]:
        first, values = scope.enterprises("first")
        second, more = scope.enterprises("second")
        bureau = "1" if scope.of_bureau else "0"  # the other spelling may be another firm
        return f"q.answer = '' AND {bureau} AND ({first} OR {second})", {**values, **more}

    def merges(self, *, limit: int) -> list[dict[str, Any]]:
        """The last merges, the newest first."""
        sql = "SELECT * FROM enterprise_merges ORDER BY id DESC LIMIT :limit"
        return rows(self._db, sql, {"limit": limit})

    # --- answers ---------------------------------------------------------------------------------

    def different(self, question_id: int) -> None:
        """They are two firms, and it is not asked again.

        Raises:
            NotFoundError: No such open question.
        """
        with writing(self._db, self._path):
            question = self._open(question_id)
            self._db.execute(
                f"UPDATE {_QUESTIONS} SET answer = 'different', answered_by = ? WHERE id = ?",
                [self._audit.actor.name, question_id],
            )
            told = {"first": question["first_name"], "second": question["second_name"]}
            self._audit.add("enterprise.different", f"question:{question_id}", after=told)

    def same(self, question_id: int, keep: int) -> int:
        """They are one firm: all that is of the other spelling goes to the one that is kept.

        The other name is an alias from now on: rows that bring it are of the firm that is kept.

        Args:
            question_id: The question.
            keep: Key of the firm whose spelling is kept.

        Returns:
            Number of the merge, for :meth:`undo`.

        Raises:
            NotFoundError: No such open question, or it is not about that firm.
        """
        with writing(self._db, self._path):
            question = self._open(question_id)
            firms = [question["first_id"], question["second_id"]]
            if keep not in firms:
                raise NotFoundError("要保留的企业不在这个问题里，请刷新页面后再答")
            (gone,) = (firm for firm in firms if firm != keep)
            return self._merge(keep, gone, question["reason"])

    def _open(self, question_id: int) -> dict[str, Any]:
        found = rows(
            self._db,
            f"SELECT q.*, first.name AS first_name, second.name AS second_name"
            f" FROM {self._tables()} WHERE q.id = :id AND q.answer = ''",
            {"id": question_id},
        )
        if not found:
            raise NotFoundError("这个问题已有人答过，请刷新页面")
        return found[0]

    def _firm(self, firm: int) -> dict[str, Any]:
        return rows(self._db, "SELECT * FROM enterprises WHERE id = :id", {"id": firm})[0]

    def _merge(self, keep: int, gone: int, reason: str) -> int:
        kept, other = self._firm(keep), self._firm(gone)
        asked = rows(
            self._db,
            f"SELECT * FROM {_QUESTIONS} WHERE :gone IN (first_id, second_id)",
            {"gone": gone},
        )
        moved = [
            self._move(table, column, row, keep)
            for table, column in self._references()
            if table != _QUESTIONS
            for row in rows(
                self._db, f"SELECT * FROM {table} WHERE {column} = :gone", {"gone": gone}
            )
        ]
        self._db.execute(f"DELETE FROM {_QUESTIONS} WHERE ? IN (first_id, second_id)", [gone])
        fresh = [key for question in asked for key in self._ask_of(question, keep, gone)]
        self._db.execute("DELETE FROM enterprises WHERE id = ?", [gone])
        for name in ("credit_code", "county"):  # what the other spelling knew, and this one did not
            if not kept[name] and other[name]:
                self._db.execute(
                    f"UPDATE enterprises SET {name} = ? WHERE id = ?", [other[name], keep]
                )
        self._db.execute("INSERT INTO enterprise_aliases VALUES (?, ?)", [other["name"], keep])
        what = {"kept": kept, "gone": other, "moved": moved, "asked": asked, "fresh": fresh}
        cursor = self._db.execute(
            "INSERT INTO enterprise_merges (kept_id, gone_id, kept_name, gone_name, reason, moved,"
            " merged_at, merged_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [keep, gone, kept["name"], other["name"], reason, json.dumps(what, ensure_ascii=False),
             now(), self._audit.actor.name],
        )  # fmt: skip
        told = {"kept": kept["name"], "gone": other["name"], "rows": len(moved)}
        self._audit.add("enterprise.merge", f"enterprise:{keep}", after=told)
        return int(cursor.lastrowid or 0)

    def _references(self) -> Iterator[tuple[str, str]]:
        """Table and column of everything that belongs to a firm, whichever area made the table."""
        for table in self._db.table_names():
            for key in rows(self._db, f"PRAGMA foreign_key_list([{table}])"):
                if key["table"] == "enterprises":
                    yield table, key["from"]

    def _keys(self, table: str) -> list[str]:
        return [c["name"] for c in rows(self._db, f"PRAGMA table_info([{table}])") if c["pk"]]

    def _move(self, table: str, column: str, row: dict[str, Any], keep: int) -> dict[str, Any]:
        """Give one row to the kept firm; where that has an equal one, it goes, and is noted down."""
        keys = self._keys(table)
        this = " AND ".join(f"[{key}] = :{key}" for key in keys)
        values = {key: row[key] for key in keys}
        note = {"table": table, "column": column, "keys": keys, "row": row, "dropped": False}
        try:
            sql = f"UPDATE [{table}] SET [{column}] = :kept_firm WHERE {this}"
            self._db.conn.execute(sql, values | {"kept_firm": keep})
        except sqlite3.IntegrityError:
            self._db.conn.execute(f"DELETE FROM [{table}] WHERE {this}", values)
            note["dropped"] = True
        return note

    def _ask_of(self, question: dict[str, Any], keep: int, gone: int) -> Iterator[int]:
        """A question about the other spelling and a third firm is one about the kept firm now."""
        (third,) = {question["first_id"], question["second_id"]} - {gone}
        if third == keep:
            return
        first, second = sorted((keep, third))
        cursor = self._db.execute(
            f"INSERT OR IGNORE INTO {_QUESTIONS} (first_id, second_id, reason, answer, asked_at,"
            " answered_by) VALUES (?, ?, ?, ?, ?, ?)",
            [first, second, question["reason"], question["answer"], question["asked_at"],
             question["answered_by"]],
        )  # fmt: skip
        if cursor.rowcount:
            yield int(cursor.lastrowid or 0)

    # --- and back --------------------------------------------------------------------------------

    def undo(self, merge_id: int) -> None:
        """They are two firms again, each with what it had; what came since stays where it is.

        The question about them is open again.

        Raises:
            NotFoundError: No such merge, or it is undone already.
            MergeError: The kept firm was merged in its turn.
        """
        with writing(self._db, self._path):
            sql = "SELECT * FROM enterprise_merges WHERE id = :id AND undone_at = ''"
            found = rows(self._db, sql, {"id": merge_id})
            if not found:
                raise NotFoundError("这次合并已撤销，请刷新页面")
            what = json.loads(found[0]["moved"])
            kept, gone = what["kept"], what["gone"]
            if not rows(self._db, "SELECT 1 FROM enterprises WHERE id = :id", {"id": kept["id"]}):
                raise MergeError(f"“{kept['name']}”后来也并到了别的企业，请先撤销那一次合并")
            self._db.execute("DELETE FROM enterprise_aliases WHERE name = ?", [gone["name"]])
            self._insert("enterprises", gone)
            for name in ("credit_code", "county"):
                if not kept[name]:
                    self._db.execute(
                        f"UPDATE enterprises SET {name} = '' WHERE id = ? AND {name} = ?",
                        [kept["id"], gone[name]],
                    )
            for note in what["moved"]:
                self._give_back(note, kept["id"], gone["id"])
            for question_id in what["fresh"]:
                self._db.execute(f"DELETE FROM {_QUESTIONS} WHERE id = ?", [question_id])
            for question in what["asked"]:
                self._insert(_QUESTIONS, question)
            self._db.execute(
                "UPDATE enterprise_merges SET undone_at = ? WHERE id = ?", [now(), merge_id]
            )
            told = {"kept": kept["name"], "gone": gone["name"]}
            self._audit.add("enterprise.unmerge", f"enterprise:{kept['id']}", after=told)

    def _give_back(self, note: dict[str, Any], kept: int, gone: int) -> None:
        table, column, row = note["table"], note["column"], note["row"]
        if note["dropped"]:
            self._insert(table, row)
            return
        values = {key: row[key] for key in note["keys"]} | {"gone_firm": gone, "kept_firm": kept}
        if column in note["keys"]:
            values[column] = kept
        this = " AND ".join(f"[{key}] = :{key}" for key in note["keys"])
        self._db.execute(
            f"UPDATE OR IGNORE [{table}] SET [{column}] = :gone_firm"
            f" WHERE {this} AND [{column}] = :kept_firm",
            values,
        )

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        names = ", ".join(f"[{name}]" for name in row)
        holes = ", ".join(f":{name}" for name in row)
        self._db.execute(f"INSERT OR IGNORE INTO [{table}] ({names}) VALUES ({holes})", row)
