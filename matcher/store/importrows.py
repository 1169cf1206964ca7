"""The rows of a previewed or confirmed import, one for each row of its file (预览行)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.model import Problem, Row, Skipped, id_key
from matcher.records import changed_fields
from matcher.store.bringing import FOREIGN, UPDATED, Plan, PlannedRow
from matcher.store.database import rows
from matcher.store.rowcodec import TABLE, from_table

PROBLEM, SKIPPED = "problem", "skipped"
Place = tuple[str, int]
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What becomes of one row of a file.

    Attributes:
        sheet: Where it stands.
        row: Its number there, as a user sees it.
        outcome: ``new``, ``updated``, ``unchanged``, ``problem`` (not imported) or ``skipped``.
        remarked: Something in it is to be looked at.
        row_key: The stored row that it is or became; None where there is none yet.
        row_id: The id of that row, else as given.
        owner: Its firm.
        product: Its product.
        detail: ``changes``: [column key, before, after]; ``remarks``: [heading, text, what is
            wrong, what to do]; ``reason`` of a skipped row.
    """

    sheet: str
    row: int
    outcome: str
    remarked: bool = False
    row_key: int | None = None
    row_id: str = ""
    owner: str = ""
    product: str = ""
    detail: Mapping[str, Any] | None = None


class ImportRows:
    """Rows of imports in the store."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def write(self, number: int, entries: Sequence[ImportRow]) -> None:
        """Write all rows of an import, in place of those that stand there."""
        self.clear(number)
        self._db.conn.executemany(
            "INSERT INTO import_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number, place, e.sheet, e.row, e.outcome, int(e.remarked), e.row_key, e.row_id,
                    e.owner, e.product, json.dumps(dict(e.detail or {}), ensure_ascii=False),
                )
                for place, e in enumerate(entries)
            ],
        )  # fmt: skip

    def clear(self, number: int) -> None:
        """Forget the rows of an import."""
        self._db.execute("DELETE FROM import_rows WHERE import_id = ?", [number])

    def note_keys(self, number: int, keys: Mapping[Place, int]) -> None:
        """Note which stored row each row became."""
        self._db.conn.executemany(
            "UPDATE import_rows SET row_key = ? WHERE import_id = ? AND sheet = ? AND row = ?"
            " AND row_key IS NULL",
            [(key, number, *place) for place, key in keys.items()],
        )

    def page(
        self, number: int, which: str = "", *, limit: int = 50, offset: int = 0
    ) -> list[ImportRow]:
        """Rows of one outcome, or ``remarked`` ones, or all, in the order of the file."""
        condition = {"": "1", "remarked": "remarked = 1"}.get(which, "outcome = :which")
        found = rows(
            self._db,
            f"SELECT * FROM import_rows WHERE import_id = :id AND {condition}"
            " ORDER BY place LIMIT :limit OFFSET :offset",
            {"id": number, "which": which, "limit": limit, "offset": offset},
        )
        return [
            ImportRow(
                r["sheet"], r["row"], r["outcome"], bool(r["remarked"]), r["row_key"], r["row_id"],
                r["owner"], r["product"], json.loads(r["detail"]),
            )
            for r in found
        ]  # fmt: skip

    def key_at(self, number: int, sheet: str, row: int) -> int | None:
        """The stored row that a row of an import became."""
        sql = "SELECT row_key FROM import_rows WHERE import_id = ? AND sheet = ? AND row = ?"
        found = self._db.execute(sql, [number, sheet, row]).fetchone()
        return found[0] if found else None

    # --- computing them --------------------------------------------------------------------------

    def of(
        self, planned: Plan, problems: Sequence[Problem], skipped: Sequence[Skipped]
    ) -> list[ImportRow]:
        """One entry for every row of a file, by sheet as they come and row; reads only.

        A row of the file that became several rows of the list is one entry; it is an updated one
        where these differ in what becomes of them.
        """
        remarks: dict[Place, list[list[str]]] = {}
        lost: dict[Place, None] = {}
        for p in problems:
            if p.row is not None:
                place = (p.sheet, p.row)
                remarks.setdefault(place, []).append([p.column, p.text, p.message, p.advice])
                if p.lost:
                    lost[place] = None
        stored = self._stored(planned)
        grouped: dict[Place, list[PlannedRow]] = {}
        for entry in planned.rows:
            source = entry.row.source
            grouped.setdefault((source.sheet, source.row), []).append(entry)
        entries = {
            place: _entry(place, group, stored, remarks.get(place, []))
            for place, group in grouped.items()
        }
        for place in lost:
            if place not in entries:
                detail = {"remarks": remarks[place]}
                entries[place] = ImportRow(*place, PROBLEM, remarked=True, detail=detail)
        for skip in skipped:
            place = (skip.sheet, skip.row)
            entries.setdefault(place, ImportRow(*place, SKIPPED, detail={"reason": skip.reason}))
        order: dict[str, int] = {}
        for sheet, _ in [*grouped, *entries]:
            order.setdefault(sheet, len(order))
        return sorted(entries.values(), key=lambda e: (order[e.sheet], e.row))

    def _stored(self, planned: Plan) -> dict[int, tuple[str, Row | None]]:
        """Key → id of the known rows, with the row itself where it would change."""
        kind = planned.kind
        known = {e.known.key: e.outcome for e in planned.rows if e.known}
        found: dict[int, tuple[str, Row | None]] = {}
        keys = list(known)
        for start in range(0, len(keys), _CHUNK):
            listed = ",".join(str(key) for key in keys[start : start + _CHUNK])
            for values in self._db.query(
                f"SELECT *, '' AS file_name FROM {TABLE[kind]} WHERE key IN ({listed})"
            ):
                changes = known[values["key"]] == UPDATED
                row = from_table(kind, values) if changes else None
                found[values["key"]] = (values[id_key(kind)], row)
        return found


def _entry(
    place: Place,
    group: Sequence[PlannedRow],
    stored: Mapping[int, tuple[str, Row | None]],
    remarks: Sequence[Sequence[str]],
) -> ImportRow:
    first = group[0]
    outcomes = {entry.outcome for entry in group}
    outcome = first.outcome if len(outcomes) == 1 else UPDATED
    detail: dict[str, Any] = {}
    if outcome == FOREIGN:
        outcome = PROBLEM
        remarks = [["", first.row.owner, first.complaint, "没有导入，请由所属单位导入"], *remarks]
    changes = []
    for entry in group:
        if entry.outcome == UPDATED and entry.known:
            before = stored[entry.known.key][1]
            changes += changed_fields(before, entry.row) if before else []
    if changes:
        detail["changes"] = changes
    if remarks:
        detail["remarks"] = [list(remark) for remark in remarks]
    row, known = first.row, first.known
    row_id = stored[known.key][0] if known else row.row_id if row.id_given else ""
    return ImportRow(
        *place, outcome, bool(remarks), known.key if known else None, row_id, row.owner,
        row.product_name, detail,
    )  # fmt: skip
