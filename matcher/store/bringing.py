"""The rows of a reading into the tables: first what would happen, then that it happens (写入)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from matcher.model import ListKind, Problem, Row, Skipped, id_key
from matcher.records import whole
from matcher.store.belonging import Belonging
from matcher.store.clock import now
from matcher.store.enterprises import Enterprises
from matcher.store.recognition import KnownRow, Recognition, says
from matcher.store.rowcodec import TABLE, to_table
from matcher.store.scope import EVERYTHING, Scope

Progress = Callable[[int, int, str], None]  # work done, work in all, what is done
_TELL_EVERY = 500  # rows
NEW, UPDATED, UNCHANGED, FOREIGN = "new", "updated", "unchanged", "foreign"


def quiet(_done: int, _total: int, _message: str) -> None:
    """Nobody watches."""


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
class PlannedRow:
    """What an import would do with one row.

    Attributes:
        row: The row, its blank firm or county filled in.
        values: Its columns; empty for a foreign row.
        known: The stored row that it is, if any.
        identity: Under which it would be stored.
        outcome: ``new``, ``updated``, ``unchanged``, or ``foreign`` where it is not the scope's own.
        complaint: Why it is foreign.
    """

    row: Row
    values: Mapping[str, Any]
    known: KnownRow | None
    identity: str
    outcome: str
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        kind: Of the list.
        rows: In the order of the file.
        fingerprint: The same for two plans that do the same to the same rows.
    """

    kind: ListKind
    rows: tuple[PlannedRow, ...]
    fingerprint: str


def plan(
    db: Database,
    kind: ListKind,
    rows: Sequence[Row],
    scope: Scope = EVERYTHING,
    origins: Mapping[int, int] | None = None,
) -> Plan:
    """What importing rows would do; reads only.

    Args:
        db: The database.
        kind: Of the list.
        rows: As they were read.
        scope: Whose rows may be brought in.
        origins: Place in ``rows`` → key of the stored row that it is known to be.
    """
    belonging = Belonging(db, scope)
    settled = [belonging.settle(kind, row) for row in rows]
    own = [place for place, (_, complaint) in enumerate(settled) if not complaint]
    hints = {n: origins[place] for n, place in enumerate(own) if origins and place in origins}
    recognition = Recognition(db, kind, scope)
    matched = recognition.match([settled[place][0] for place in own], hints)
    by_place = dict(zip(own, matched, strict=True))
    planned = []
    for place, (row, complaint) in enumerate(settled):
        known, identity = by_place.get(place, (None, ""))
        if known is not None and not known.own:
            complaint = belonging.foreign  # noqa: PLW2901
        if complaint:
            planned.append(PlannedRow(row, {}, None, "", FOREIGN, complaint))
            continue
        values = to_table(row)
        same = known is not None and known.says == says(values)
        outcome = UNCHANGED if same else UPDATED if known else NEW
        planned.append(PlannedRow(row, values, known, identity, outcome))
    return Plan(kind, tuple(planned), _fingerprint(planned))


def _fingerprint(planned: Sequence[PlannedRow]) -> str:
    digest = hashlib.sha256()
    for entry in planned:
        known = entry.known
        before = [known.key, known.identity, *known.says] if known else []
        said = [
            entry.outcome,
            entry.identity,
            *before,
            *(says(entry.values) if entry.values else ()),
        ]
        digest.update(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class Bringing:
    """Writes one planned import; inside the caller's transaction."""

    def __init__(self, db: Database, path: Path, *, titles: bool = True) -> None:
        self._db, self._titles = db, titles
        self._enterprises = Enterprises(db, path)
        self.count: Counter[str] = Counter()
        self.keys: dict[tuple[str, int], int] = {}

    def bring(
        self, reading: Reading, planned: Plan, *, by: str, sha256: str = "",
        progress: Progress = quiet,
    ) -> int:  # fmt: skip
        """Write the list, its rows, its problems and skipped rows; the number of the list.

        Args:
            reading: As it was read.
            planned: What to do with its rows; foreign ones are left out.
            by: Who imports it.
            sha256: Under what hash, where it is not the reading's own.
            progress: Told how many rows are written.
        """
        tables = [asdict(table) for table in getattr(reading, "tables", ())]
        mine = [entry for entry in planned.rows if entry.outcome != FOREIGN]
        self.count = Counter(entry.outcome for entry in mine)
        cursor = self._db.execute(
            "INSERT INTO lists (kind, file_name, sha256, format, encoding, columns, rows, new,"
            " updated, unchanged, imported_at, imported_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                reading.kind.value, whole(reading.file), sha256 or reading.sha256, reading.format,
                reading.encoding, json.dumps(tables, ensure_ascii=False), len(mine),
                self.count[NEW], self.count[UPDATED], self.count[UNCHANGED], now(), by,
            ],
        )  # fmt: skip
        list_id = int(cursor.lastrowid or 0)
        self._rows(planned.kind, mine, list_id, progress)
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
        return list_id

    def _rows(
        self, kind: ListKind, mine: Sequence[PlannedRow], list_id: int, progress: Progress
    ) -> None:
        table, name = TABLE[kind], id_key(kind)
        taken = {found[name] for found in self._db.query(f"SELECT {name} FROM {table}")}
        for written, entry in enumerate(mine):
            if written % _TELL_EVERY == 0:
                progress(written, len(mine), "写入")
            row, known = entry.row, entry.known
            firm = self._enterprises.remember(row, list_id, titles=self._titles)
            values = {
                **entry.values,
                "identity": entry.identity,
                "list_id": list_id,
                "enterprise_id": firm,
                "updated_at": now(),
            }
            place = row.source.sheet, row.source.row
            if known is None:
                values[name] = fresh_id(row, kind, list_id, taken)
                self.keys[place] = insert(self._db, table, values)
                continue
            self.keys[place] = known.key
            if entry.outcome == UPDATED or known.identity != entry.identity:
                if row.id_given and not known.id_given:
                    values[name] = fresh_id(row, kind, list_id, taken)
                update(self._db, table, known.key, values)


def insert(db: Database, table: str, values: Mapping[str, Any]) -> int:
    """Insert a row; its key."""
    names = ", ".join(f":{column}" for column in values)
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({names})"
    return int(db.execute(sql, dict(values)).lastrowid or 0)


def update(db: Database, table: str, key: int, values: Mapping[str, Any]) -> None:
    """Change columns of the row with that key."""
    names = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(f"UPDATE {table} SET {names} WHERE key = :key", {**values, "key": key})


def fresh_id(row: Row, kind: ListKind, list_id: int, taken: set[str]) -> str:
    """The given id, or one made of list and row number; distinct in either case."""
    letter = "D" if kind is ListKind.DEMAND else "S"
    wanted = row.row_id if row.id_given else f"{letter}{list_id}-{row.source.row}"
    fresh, n = wanted, 1
    while fresh in taken:
        n += 1
        fresh = f"{wanted}~{n}"
    taken.add(fresh)
    return fresh
