"""Lists in the store: importing a reading, and reading rows back."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from matcher.model import Demand, ListKind, Problem, Row, Skipped, Supply, id_key
from matcher.store.database import now, rows, writing
from matcher.store.enterprises import Enterprises
from matcher.store.rowcodec import TABLE, from_table, identity, to_table
from matcher.store.scope import Scope


class Reading(Protocol):
    """What the store needs of a list that was read (see :class:`matcher.lists.ListReading`)."""

    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def format(self) -> str: ...  # noqa: D102
    @property
    def encoding(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> ListKind: ...  # noqa: D102
    @property
    def rows(self) -> tuple[Row, ...]: ...  # noqa: D102
    @property
    def problems(self) -> tuple[Problem, ...]: ...  # noqa: D102
    @property
    def skipped(self) -> tuple[Skipped, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did (新增, 更新, 不变).

    ``already`` is True where the very same file was imported before; then nothing was changed
    and the counts are those of the first time.
    """

    list_id: int
    kind: ListKind
    file: str
    rows: int
    new: int
    updated: int
    unchanged: int
    problems: int
    skipped: int
    already: bool = False


class Lists:
    """Demand and supply lists in the store."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    def add(self, reading: Reading, *, by: str = "") -> ImportReport:
        """Import a reading in one transaction.

        A row is recognised by :func:`~matcher.store.rowcodec.identity`; known rows that say the
        same stay as they are, others are updated or added. Nothing is deleted.
        """
        with writing(self._db, self._path):
            known = rows(
                self._db,
                "SELECT * FROM lists WHERE kind = :kind AND sha256 = :sha",
                {"kind": reading.kind.value, "sha": reading.sha256},
            )
            if known:
                return self._report(known[0], already=True)
            return self._add(reading, by)

    def _add(self, reading: Reading, by: str) -> ImportReport:
        tables = [asdict(table) for table in getattr(reading, "tables", ())]
        cursor = self._db.execute(
            "INSERT INTO lists (kind, file_name, sha256, format, encoding, columns, rows, new,"
            " updated, unchanged, imported_at, imported_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)",
            [
                reading.kind.value, reading.file, reading.sha256, reading.format,
                reading.encoding, json.dumps(tables, ensure_ascii=False), len(reading.rows),
                now(), by,
            ],
        )  # fmt: skip
        list_id = int(cursor.lastrowid or 0)
        count = self._rows(reading, list_id)
        self._db.execute(
            "UPDATE lists SET new = ?, updated = ?, unchanged = ? WHERE id = ?",
            [count["new"], count["updated"], count["unchanged"], list_id],
        )
        self._db.conn.executemany(
            "INSERT INTO problems (list_id, sheet, row, column_heading, text, message, advice, lost)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (list_id, p.sheet, p.row, p.column, p.text, p.message, p.advice, int(p.lost))
                for p in reading.problems
            ],
        )
        self._db.conn.executemany(
            "INSERT INTO skipped (list_id, sheet, row, reason) VALUES (?, ?, ?, ?)",
            [(list_id, s.sheet, s.row, s.reason) for s in reading.skipped],
        )
        record = rows(self._db, "SELECT * FROM lists WHERE id = :id", {"id": list_id})[0]
        return self._report(record)

    def _rows(self, reading: Reading, list_id: int) -> Counter[str]:
        table, name = TABLE[reading.kind], id_key(reading.kind)
        known = {
            found["identity"]: (found["key"], found["content_hash"])
            for found in self._db.query(f"SELECT key, identity, content_hash FROM {table}")
        }
        taken = {found[name] for found in self._db.query(f"SELECT {name} FROM {table}")}
        enterprises = Enterprises(self._db)
        occurrences: Counter[str] = Counter()
        count: Counter[str] = Counter()
        for row in reading.rows:
            base = identity(row)
            occurrences[base] += 1
            mark = identity(row, occurrences[base])
            values = to_table(row) | {
                "list_id": list_id,
                "enterprise_id": enterprises.remember(row, list_id),
                "updated_at": now(),
            }
            if mark in known:
                key, before = known[mark]
                same = before == values["content_hash"]
                count["unchanged" if same else "updated"] += 1
                if not same:
                    self._db.table(table).update(key, values)
                continue
            count["new"] += 1
            fresh = self._fresh_id(row, reading.kind, list_id, taken)
            self._db.table(table).insert(values | {name: fresh, "identity": mark})
        return count

    def _fresh_id(self, row: Row, kind: ListKind, list_id: int, taken: set[str]) -> str:
        """The given id, or one made of list and row number; distinct in either case."""
        letter = "D" if kind is ListKind.DEMAND else "S"
        wanted = row.row_id if row.id_given else f"{letter}{list_id}-{row.source.row}"
        fresh, n = wanted, 1
        while fresh in taken:
            n += 1
            fresh = f"{wanted}~{n}"
        taken.add(fresh)
        return fresh

    def _report(self, record: dict[str, Any], *, already: bool = False) -> ImportReport:
        def number(table: str) -> int:
            sql = f"SELECT count(*) FROM {table} WHERE list_id = ?"
            return int(self._db.execute(sql, [record["id"]]).fetchone()[0])

        return ImportReport(
            list_id=record["id"],
            kind=ListKind(record["kind"]),
            file=record["file_name"],
            rows=record["rows"],
            new=record["new"],
            updated=record["updated"],
            unchanged=record["unchanged"],
            problems=number("problems"),
            skipped=number("skipped"),
            already=already,
        )

    def all(self) -> list[dict[str, Any]]:
        """All lists, the newest first, with the number of their problems."""
        return rows(
            self._db,
            "SELECT lists.*, (SELECT count(*) FROM problems p WHERE p.list_id = lists.id)"
            " AS problems FROM lists ORDER BY id DESC",
        )

    def problems(self, list_id: int) -> list[dict[str, Any]]:
        """Problems of one list in the order of the file."""
        return rows(
            self._db, "SELECT * FROM problems WHERE list_id = :id ORDER BY id", {"id": list_id}
        )

    def demands(self, scope: Scope) -> list[Demand]:
        """Demands in scope, by id."""
        condition, values = scope.demands()
        found = self._db.query(
            f"SELECT * FROM demands WHERE {condition} ORDER BY demand_id",
            dict(values),
        )
        return [row for r in found if isinstance(row := from_table(ListKind.DEMAND, r), Demand)]

    def supplies(self, scope: Scope) -> list[Supply]:
        """Supplies in scope, by id."""
        condition, values = scope.supplies()
        found = self._db.query(
            f"SELECT * FROM supplies WHERE {condition} ORDER BY supply_id",
            dict(values),
        )
        return [row for r in found if isinstance(row := from_table(ListKind.SUPPLY, r), Supply)]

    def keys(self, kind: ListKind) -> dict[str, tuple[int, str]]:
        """Row id → surrogate key and content hash."""
        name = id_key(kind)
        found = self._db.query(f"SELECT key, {name} AS id, content_hash FROM {TABLE[kind]}")
        return {row["id"]: (row["key"], row["content_hash"]) for row in found}
