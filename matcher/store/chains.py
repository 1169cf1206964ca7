"""What one chain is drawn from, read by SQL: its demands, their offers, and who makes its products.

Lists hold a hundred thousand rows; a page of a chain reads the few thousand that it speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from matcher.model import Demand, ListKind, Supply
from matcher.store.rowcodec import from_table
from matcher.store.schema_chain import ONLY_LOOKED
from matcher.store.scope import Scope
from matcher.text import firm_key

_SEEN = 3  # suggestions of a demand that are read however weak they are
_AS_THEY_ARE = "v.demand_hash = demands.content_hash AND v.supply_hash = supplies.content_hash"


@dataclass(frozen=True, slots=True)
class StoredOffer:
    """A pair that was suggested or decided; ``verdict`` is empty where nobody decided on it as it is.

    ``probability`` is None where the run did not suggest the pair.
    """

    demand_id: str
    supply_id: str
    demand_product: str
    supply_product: str
    probability: float | None
    already_supplying: bool
    verdict: str


class Chains:
    """Reads of one chain at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def changed(self) -> int:
        """A number that grows whenever anything may look different: the last change in the log."""
        sql = f"SELECT id FROM audit WHERE action NOT IN ({ONLY_LOOKED}) ORDER BY id DESC LIMIT 1"
        found = self._db.execute(sql).fetchone()
        return int(found[0]) if found else 0

    def more_than(self, most: int, scope: Scope) -> bool:
        """Whether a scope holds more rows than that; counts no further."""
        left, values = scope.demands()
        right, more = scope.supplies()
        sql = (
            f"SELECT count(*) FROM (SELECT 1 FROM demands WHERE {left} UNION ALL"
            f" SELECT 1 FROM supplies WHERE {right} LIMIT :most)"
        )
        found = self._db.execute(sql, {**values, **more, "most": most + 1}).fetchone()
        return int(found[0]) > most

    def named(self, scope: Scope) -> dict[str, int]:
        """Chain that demands in scope name → how many do."""
        condition, values = scope.demands()
        found = self._db.query(
            f"SELECT chain, count(*) AS number FROM {scope.demand_table()} WHERE {condition}"
            " GROUP BY chain ORDER BY chain",
            dict(values),
        )
        return {row["chain"]: row["number"] for row in found}

    def local_counties(self) -> list[str]:
        """The counties of all demands: what the prefecture consists of, which is no secret."""
        sql = "SELECT DISTINCT county FROM demands WHERE county <> '' ORDER BY county"
        return [county for (county,) in self._db.execute(sql).fetchall()]

    def demands(self, chain: str, scope: Scope) -> list[Demand]:
        """Demands of a chain in scope, by id; of another firm's demand what it discloses."""
        condition, values = scope.demands()
        found = self._rows(
            ListKind.DEMAND, scope.demand_table(), f"{condition} AND demands.chain = :chain",
            {**values, "chain": chain},
        )  # fmt: skip
        return [row for row in found if isinstance(row, Demand)]

    def dates(self, chain: str, scope: Scope) -> dict[str, str]:
        """Demand id of a chain → when the list that it stands on was imported, in UTC."""
        condition, values = scope.own("demands", scope.demand_keys)
        found = self._db.query(
            "SELECT demands.demand_id, lists.imported_at FROM demands"
            f" JOIN lists ON lists.id = demands.list_id WHERE {condition} AND demands.chain = :chain",
            {**values, "chain": chain},
        )
        return {row["demand_id"]: row["imported_at"] for row in found}

    def offers(self, chain: str, run_id: int, scope: Scope, acceptable: float) -> list[StoredOffer]:
        """Offers for a chain's demands in the bureau's scope, by demand and supply.

        Of suggestions that nobody decided on, those that are acceptable and the first few.
        """
        condition, values = scope.own("demands", scope.demand_keys)
        columns = (
            "demands.demand_id, supplies.supply_id, s.demand_product, s.supply_product,"
            " s.probability, s.already_supplying, v.verdict"
        )
        decided = (
            "demands.demand_id, supplies.supply_id, '' AS demand_product, '' AS supply_product,"
            " NULL AS probability, 0 AS already_supplying, v.verdict"
        )
        found = self._db.query(
            f"SELECT {columns} FROM demands"
            " JOIN suggestions s ON s.run_id = :run AND s.demand_key = demands.key"
            " JOIN supplies ON supplies.key = s.supply_key"
            " LEFT JOIN verdicts v ON v.demand_key = demands.key AND v.supply_key = supplies.key"
            f"  AND {_AS_THEY_ARE}"
            f" WHERE demands.chain = :chain AND {condition}"
            " AND (s.probability >= :acceptable OR s.rank <= :seen OR v.verdict IS NOT NULL)"
            f" UNION ALL SELECT {decided} FROM demands CROSS JOIN verdicts v CROSS JOIN supplies"
            f" WHERE v.demand_key = demands.key AND supplies.key = v.supply_key AND {_AS_THEY_ARE}"
            f" AND demands.chain = :chain AND {condition}"
            " AND NOT EXISTS (SELECT 1 FROM suggestions s WHERE s.run_id = :run"
            "  AND s.demand_key = demands.key AND s.supply_key = supplies.key)"
            " ORDER BY 1, 2",
            {**values, "chain": chain, "run": run_id, "acceptable": acceptable, "seen": _SEEN},
        )
        return [
            StoredOffer(
                row["demand_id"], row["supply_id"], row["demand_product"], row["supply_product"],
                row["probability"], bool(row["already_supplying"]), row["verdict"] or "",
            )
            for row in found
        ]  # fmt: skip

    def supplies(self, ids: Iterable[str], products: Iterable[str], scope: Scope) -> list[Supply]:
        """Supplies that were offered, and those in scope of one of these names, by id.

        A county sees the other county's supplier of its demand here, as with the suggestions.

        Args:
            ids: Of the supplies in offers of :meth:`offers`.
            products: Names as lists write them.
            scope: Of the bureau.
        """
        condition, values = scope.supplies()
        found = self._rows(
            ListKind.SUPPLY, scope.supply_table(),
            "supplies.supply_id IN (SELECT value FROM json_each(:ids)) OR"
            f" ({condition} AND supplies.product_name IN (SELECT value FROM json_each(:products)))",
            {**values, "ids": json.dumps(sorted(set(ids))), "products": json.dumps(sorted(set(products)))},
        )  # fmt: skip
        return [row for row in found if isinstance(row, Supply)]

    def counties(self, firms: Iterable[str], scope: Scope) -> dict[str, str]:
        """Firm in scope, by :func:`~matcher.text.firm_key`, → its county where it is known."""
        condition, values = scope.enterprises()
        keys = json.dumps(sorted({firm_key(name) for name in firms}))
        found = self._db.query(
            "SELECT name_key, min(county) AS county FROM enterprises WHERE county <> ''"
            f" AND name_key IN (SELECT value FROM json_each(:keys)) AND {condition} GROUP BY name_key",
            {**values, "keys": keys},
        )
        return {row["name_key"]: row["county"] for row in found}

    def engaged(self, scope: Scope) -> dict[tuple[str, str], str]:
        """Pair of demand and supply in scope → the stage of its latest engagement (对接).

        A firm is told of those that have been opened to both sides.
        """
        condition, values = scope.suggestions()
        opened = "1" if scope.of_bureau else "e.opened"
        found = self._db.query(
            "SELECT demands.demand_id, supplies.supply_id, e.stage FROM engagements e"
            f" CROSS JOIN {scope.demand_table()} CROSS JOIN {scope.supply_table()}"
            " WHERE demands.key = e.demand_key AND supplies.key = e.supply_key"
            f" AND {opened} AND {condition} ORDER BY e.id",
            dict(values),
        )
        return {(row["demand_id"], row["supply_id"]): row["stage"] for row in found}

    def _rows(
        self, kind: ListKind, table: str, condition: str, values: Mapping[str, object]
    ) -> Iterator[Demand | Supply]:
        name = "demands" if kind is ListKind.DEMAND else "supplies"
        found = self._db.query(
            f"SELECT {name}.*, '' AS file_name FROM {table} WHERE {condition}"
            f" ORDER BY {name}.{'demand_id' if kind is ListKind.DEMAND else 'supply_id'}",
            dict(values),
        )
        return (from_table(kind, row) for row in found)
