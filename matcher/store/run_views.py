"""Runs as people look at them: one line each, how sure they are, what changed between two (撮合运行)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.store.database import rows
from matcher.store.scope import EVERYTHING, Scope

BINS = 10  # of a distribution of probabilities, each 0.1 wide
_BIN = f"min(CAST(s.probability * {BINS} AS INTEGER), {BINS - 1})"


@dataclass(frozen=True, slots=True)
class DemandChange:
    """How many suggestions of one demand are other ones in another run."""

    demand_key: int
    added: int
    removed: int
    moved: int


class RunViews:
    """Lists and comparisons of runs. Numbers are of the demands that the scope owns."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def count(self) -> int:
        """How many runs there are."""
        return int(self._db.execute("SELECT count(*) FROM runs").fetchone()[0])

    def page(self, scope: Scope, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Runs, the newest first, with the number of gaps in scope.

        How many rows and suggestions there were in all is None for a narrow scope.
        """
        condition, values = scope.own("demands", scope.demand_keys)
        found = rows(
            self._db,
            "SELECT r.*, (SELECT count(*) FROM gaps JOIN demands ON demands.key = gaps.demand_key"
            f"  WHERE gaps.run_id = r.id AND {condition}) AS gaps"
            " FROM runs r ORDER BY r.id DESC LIMIT :limit OFFSET :offset",
            {"limit": limit, "offset": offset, **values},
        )
        return [self._shown(record, scope) for record in found]

    def get(self, run_id: int, scope: Scope) -> dict[str, Any] | None:
        """One run as :meth:`page` gives it; None where there is none of that number."""
        place = self._db.execute("SELECT count(*) FROM runs WHERE id > ?", [run_id]).fetchone()[0]
        found = self.page(scope, limit=1, offset=place)
        return found[0] if found and found[0]["id"] == run_id else None

    def before(self, run_id: int) -> int | None:
        """The run before that one; None for the first."""
        found = self._db.execute("SELECT max(id) FROM runs WHERE id < ?", [run_id]).fetchone()[0]
        return None if found is None else int(found)

    @staticmethod
    def _shown(record: dict[str, Any], scope: Scope) -> dict[str, Any]:
        for name in ("parameters", "versions"):
            record[name] = json.loads(record[name])
        if scope != EVERYTHING:
            record |= dict.fromkeys(("demands", "supplies", "suggestions"))
        return record

    def best(self, run_id: int, scope: Scope) -> list[int]:
        """How many demands in scope have their best suggestion in each tenth of probability."""
        condition, values = scope.own("demands", scope.demand_keys)
        return self._bins(
            f"SELECT {_BIN} AS bin, count(*) AS n FROM demands CROSS JOIN suggestions s"
            " ON s.run_id = :run AND s.demand_key = demands.key AND s.rank = 1"
            f" WHERE {condition} GROUP BY bin",
            {"run": run_id, **values},
        )

    def every(self, run_id: int) -> list[int]:
        """How many suggestions of a run lie in each tenth of probability, over everything."""
        sql = f"SELECT {_BIN} AS bin, count(*) AS n FROM suggestions s WHERE s.run_id = :run GROUP BY bin"
        return self._bins(sql, {"run": run_id})

    def _bins(self, sql: str, values: dict[str, Any]) -> list[int]:
        found = {row["bin"]: row["n"] for row in rows(self._db, sql, values)}
        return [found.get(n, 0) for n in range(BINS)]

    # --- two runs --------------------------------------------------------------------------------

    def changes(self, before: int, after: int, scope: Scope) -> list[DemandChange]:
        """Demands whose suggestions differ between two runs, those that differ most first."""
        condition, values = scope.own("demands", scope.demand_keys)
        pair = "{1}.run_id = :{0} AND {1}.demand_key = {2}.demand_key AND {1}.supply_key = {2}.supply_key"
        found = rows(
            self._db,
            "WITH pairs AS (SELECT a.demand_key, a.rank AS was, b.rank AS now FROM suggestions a"
            f" LEFT JOIN suggestions b ON {pair.format('after', 'b', 'a')}"
            " WHERE a.run_id = :before AND a.rank IS NOT b.rank"
            " UNION ALL SELECT b.demand_key, NULL, b.rank FROM suggestions b WHERE b.run_id = :after"
            f" AND NOT EXISTS (SELECT 1 FROM suggestions a WHERE {pair.format('before', 'a', 'b')})),"
            " changed AS MATERIALIZED (SELECT demand_key, sum(was IS NULL) AS added,"
            " sum(now IS NULL) AS removed, coalesce(sum(was <> now), 0) AS moved FROM pairs"
            " GROUP BY demand_key)"
            " SELECT changed.* FROM changed JOIN demands ON demands.key = changed.demand_key"
            f" WHERE {condition} ORDER BY added + removed DESC, moved DESC, demands.demand_id",
            {"before": before, "after": after, **values},
        )
        return [DemandChange(**row) for row in found]

    def compared(
        self, before: int, after: int, scope: Scope, demand_keys: Sequence[int]
    ) -> list[dict[str, Any]]:
        """Suggestions of some demands that differ between two runs, side by side.

        Returns:
            By demand in the order asked for, then by rank: ids, names, ranks and probabilities
            ``was`` and ``now``, None where a run has no such suggestion.
        """
        condition, values = scope.own("demands", scope.demand_keys)
        keys = ",".join(str(int(key)) for key in demand_keys) or "NULL"
        found = rows(
            self._db,
            "WITH pairs AS (SELECT demand_key, supply_key,"
            "  max(CASE WHEN run_id = :before THEN rank END) AS was,"
            "  max(CASE WHEN run_id = :after THEN rank END) AS now,"
            "  max(CASE WHEN run_id = :before THEN probability END) AS probability_was,"
            "  max(CASE WHEN run_id = :after THEN probability END) AS probability_now"
            f" FROM suggestions WHERE run_id IN (:before, :after) AND demand_key IN ({keys})"
            " GROUP BY demand_key, supply_key)"
            " SELECT pairs.*, demands.demand_id, demands.product_name AS demand, demands.leader,"
            " supplies.supply_id, supplies.product_name AS supply, supplies.enterprise"
            " FROM pairs JOIN demands ON demands.key = pairs.demand_key"
            " JOIN supplies ON supplies.key = pairs.supply_key"
            f" WHERE {condition} AND was IS NOT now"
            " ORDER BY coalesce(now, 1000000), was",
            {"before": before, "after": after, **values},
        )
        order = {key: n for n, key in enumerate(demand_keys)}
        return sorted(found, key=lambda row: order[row["demand_key"]])
