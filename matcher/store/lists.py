"""Lists in the store: importing a reading, and reading rows back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.model import Demand, ListKind, Row, Supply, id_key
from matcher.store.about import About
from matcher.store.audit import Audit
from matcher.store.bringing import Bringing, Reading, plan
from matcher.store.database import rows, writing
from matcher.store.journal import Journal
from matcher.store.originals import keep_original
from matcher.store.rowcodec import TABLE, from_table
from matcher.store.scope import EVERYTHING, Scope


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

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._journal = Journal(db, path, audit)

    def add(self, reading: Reading, *, by: str = "", original: bytes | None = None) -> ImportReport:
        """Import a reading in one transaction.

        Rows are recognised by :class:`~matcher.store.recognition.Recognition`; known rows that say
        the same stay as they are, others are updated or added. Nothing is deleted. The bytes of the
        file are kept where they are given.
        """
        with writing(self._db, self._path):
            known = rows(
                self._db,
                "SELECT * FROM lists WHERE kind = :kind AND sha256 = :sha",
                {"kind": reading.kind.value, "sha": reading.sha256},
            )
            if known:
                return self._report(known[0], already=True)
            with self._journal.changing("import") as change:
                planned = plan(self._db, reading.kind, reading.rows)
                list_id = Bringing(self._db, self._path).bring(reading, planned, by=by)
                if original is not None:
                    keep_original(self._db, reading.sha256, original)
                self._remember(list_id, change, len(original or b""))
            return self.told(list_id)

    def _remember(self, list_id: int, change: int, size: int) -> None:
        """The import as one of the history of imports."""
        self._db.execute(
            "INSERT INTO imports (file_name, sha256, size, kind, state, counts, uploaded_at,"
            " uploaded_by, finished_at, finished_by, list_id, change_id)"
            " SELECT file_name, sha256, :size, kind, 'imported', json_object('new', new, 'updated',"
            " updated, 'unchanged', unchanged, 'problem', (SELECT count(DISTINCT sheet || '!' || row)"
            " FROM problems p WHERE p.list_id = l.id AND lost), 'skipped',"
            " (SELECT count(*) FROM skipped s WHERE s.list_id = l.id)),"
            " imported_at, :actor, imported_at, :actor, id, :change FROM lists l WHERE id = :list",
            {
                "size": size,
                "actor": self._audit.actor.name,
                "change": change,
                "list": list_id,
            },
        )

    def told(self, list_id: int) -> ImportReport:
        """Tell the audit log of a list that was imported; inside the import's transaction."""
        record = rows(self._db, "SELECT * FROM lists WHERE id = :id", {"id": list_id})[0]
        told = ("kind", "file_name", "sha256", "rows", "new", "updated", "unchanged")
        self._audit.add(
            "list.import", f"list:{list_id}", after={name: record[name] for name in told}
        )
        return self._report(record)

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

    def all(self, scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
        """Lists that brought a row of the scope, the newest first, with the number of problems.

        A narrow scope counts its own rows and their problems; what the import did with others
        (``new``, ``updated``, ``unchanged``) is None there.
        """
        if scope == EVERYTHING:
            return rows(
                self._db,
                "SELECT l.*, (SELECT count(*) FROM problems p WHERE p.list_id = l.id) AS problems"
                " FROM lists l ORDER BY l.id DESC",
            )
        parts, values = self._brought(scope, "l.id")
        held = rows(
            self._db,
            f"SELECT l.*, {' + '.join(f'(SELECT count(*) {part})' for part in parts)} AS own"
            f" FROM lists l WHERE {' OR '.join(f'EXISTS (SELECT 1 {part})' for part in parts)}"
            " ORDER BY l.id DESC",
            values,
        )
        unknown = dict.fromkeys(("new", "updated", "unchanged"))
        return [
            record
            | unknown
            | {"rows": record.pop("own"), "problems": len(self.problems(record["id"], scope))}
            for record in held
        ]

    def problems(self, list_id: int, scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
        """Problems of one list in the order of the file; of a narrow scope, those of its rows."""
        held = "1"
        values: dict[str, object] = {}
        if scope != EVERYTHING:
            parts, values = self._brought(scope, "p.list_id")
            same = "AND {0}.sheet = p.sheet AND {0}.row = p.row"
            held = " OR ".join(
                f"EXISTS (SELECT 1 {part} {same.format(table)})"
                for part, table in zip(parts, TABLE.values(), strict=True)
            )
        return rows(
            self._db,
            f"SELECT p.* FROM problems p WHERE p.list_id = :id AND ({held}) ORDER BY p.id",
            {"id": list_id, **values},
        )

    @staticmethod
    def _brought(scope: Scope, list_id: str) -> tuple[list[str], dict[str, object]]:
        """``FROM … WHERE …`` over the scope's own rows of either kind that came with a list."""
        parts: list[str] = []
        values: dict[str, object] = {}
        for table, keys in zip(TABLE.values(), (scope.demand_keys, scope.supply_keys), strict=True):
            condition, more = scope.own(table, keys)
            parts.append(f"FROM {table} WHERE {table}.list_id = {list_id} AND {condition}")
            values.update(more)
        return parts, values

    def demands(self, scope: Scope) -> list[Demand]:
        """Demands in scope, by id; of another firm's demand what it discloses."""
        return [r for r in self._read(ListKind.DEMAND, scope) if isinstance(r, Demand)]

    def supplies(self, scope: Scope) -> list[Supply]:
        """Supplies in scope, by id; of another firm's supply what its buyer may learn."""
        return [r for r in self._read(ListKind.SUPPLY, scope) if isinstance(r, Supply)]

    def _read(self, kind: ListKind, scope: Scope) -> Iterator[Row]:
        """Rows of a kind that stand on the list: withdrawn ones (停用) are not matched any more."""
        demanded = kind is ListKind.DEMAND
        condition, values = scope.demands() if demanded else scope.supplies()
        return self._rows_of(kind, scope, f"{condition} AND {TABLE[kind]}.withdrawn = 0", values)

    def suggested(
        self,
        kind: ListKind,
        run_id: int,
        scope: Scope,
        *,
        demand_id: str = "",
        of: About | None = None,
    ) -> list[Row]:
        """Rows of one kind that stand in the suggestions that the scope may see.

        A county sees the other county's supplier of its demand here, and nowhere else.

        Args:
            kind: Which side of the suggestions.
            run_id: The matching run.
            scope: What may be seen.
            demand_id: Of this demand alone, under the id by which the scope knows it.
            of: Of this demand, supply or firm alone.
        """
        condition, values = scope.suggestions()
        table = "suggestions s"
        if of is not None:
            condition += f" AND {of.condition}"
            values = {**values, "about": of.key}
            table = of.table
        if demand_id:
            condition += " AND demands.demand_id = :demand_id"
        joins = (
            f"JOIN {scope.demand_table()} ON demands.key = s.demand_key"
            f" JOIN {scope.supply_table()} ON supplies.key = s.supply_key"
        )
        key = "demand_key" if kind is ListKind.DEMAND else "supply_key"
        inside = (
            f"{TABLE[kind]}.key IN (SELECT s.{key} FROM {table} {joins}"
            f" WHERE s.run_id = :run AND {condition})"
        )
        return list(
            self._rows_of(kind, scope, inside, {"run": run_id, "demand_id": demand_id, **values})
        )

    def _rows_of(
        self, kind: ListKind, scope: Scope, condition: str, values: Mapping[str, object]
    ) -> Iterator[Row]:
        name = TABLE[kind]
        table = scope.demand_table() if kind is ListKind.DEMAND else scope.supply_table()
        found = self._db.query(
            f"SELECT {name}.*, coalesce(lists.file_name, '') AS file_name FROM {table}"
            f" LEFT JOIN lists ON lists.id = {name}.list_id"
            f" WHERE {condition} ORDER BY {name}.{id_key(kind)}",
            dict(values),
        )
        return (from_table(kind, row) for row in found)

    def dates(self, scope: Scope) -> dict[str, str]:
        """Demand id in scope → when the list that it stands on was imported, in UTC."""
        condition, values = scope.demands()
        found = self._db.query(
            "SELECT demands.demand_id, lists.imported_at FROM demands"
            f" JOIN lists ON lists.id = demands.list_id WHERE {condition}"
            " ORDER BY demands.demand_id",
            dict(values),
        )
        return {row["demand_id"]: row["imported_at"] for row in found}

    def keys(self, kind: ListKind) -> dict[str, int]:
        """Row id → surrogate key, for writers that refer to rows."""
        found = self._db.query(f"SELECT key, {id_key(kind)} AS id FROM {TABLE[kind]}")
        return {row["id"]: row["key"] for row in found}
