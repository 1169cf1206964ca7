"""Figures of the workbench: counts and sums in SQL, of what a scope may see (工作台)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.store.clock import after
from matcher.store.database import rows
from matcher.store.scope import Scope
from matcher.store.verdicts import STANDING

# CROSS JOIN: from the demands of the scope to what belongs to each, and not the other way round.
_WEEK = 7 * 86_400
VERDICTS = ("accepted", "rejected", "unsure")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows and firms a scope holds."""

    demands: int
    supplies: int
    enterprises: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far the demands of a scope have come; each number is one of demands.

    ``introduced`` and ``signed`` are None in a database without engagements.
    """

    demands: int
    suggested: int
    reviewed: int
    accepted: int
    introduced: int | None = None
    signed: int | None = None


class Figures:
    """Aggregates over a scope; a run is named where it matters."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def _number(self, sql: str, values: dict[str, Any]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0] or 0)

    def version(self) -> tuple[int, ...]:
        """Numbers that are other ones as soon as a list, a run, a decision or its undoing has come in."""
        found = self._db.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM lists), (SELECT coalesce(max(id), 0) FROM runs),"
            " (SELECT coalesce(max(id), 0) FROM decisions),"
            " (SELECT coalesce(max(id), 0) FROM review_actions)"
        ).fetchone()
        return tuple(found)

    def sizes(self, scope: Scope) -> Sizes:
        """Rows of either kind and firms that the scope may see."""
        demands, values = scope.demands()
        supplies, more = scope.supplies()
        firms, most = scope.enterprises()
        return Sizes(
            self._number(
                f"SELECT count(*) FROM {scope.demand_table()} WHERE {demands}", {**values}
            ),
            self._number(f"SELECT count(*) FROM {scope.supply_table()} WHERE {supplies}", {**more}),
            self._number(f"SELECT count(*) FROM enterprises WHERE {firms}", {**most}),
        )

    def gaps(self, run_id: int, scope: Scope) -> int:
        """Demands of the scope that a run found no acceptable supply for (断点)."""
        condition, values = scope.own("demands", scope.demand_keys)
        sql = f"SELECT count(*) FROM gaps JOIN demands ON key = demand_key WHERE run_id = :run AND {condition}"
        return self._number(sql, {"run": run_id, **values})

    def funnel(self, run_id: int, scope: Scope) -> Funnel:
        """From demands to contracts; suggested are those that are no gaps of the run."""
        condition, values = scope.own("demands", scope.demand_keys)
        all_own = self._number(f"SELECT count(*) FROM demands WHERE {condition}", {**values})
        suggested = self._number(
            "SELECT count(*) FROM demands CROSS JOIN suggestions s ON s.run_id = :run"
            f" AND s.demand_key = demands.key AND s.rank = 1 WHERE {condition}"
            " AND NOT EXISTS (SELECT 1 FROM gaps g WHERE g.run_id = :run AND g.demand_key = key)",
            {"run": run_id, **values},
        )
        reviewed, accepted = self._db.execute(
            "SELECT count(DISTINCT v.demand_key),"
            " count(DISTINCT CASE WHEN v.verdict = 'accepted' THEN v.demand_key END)"
            f" FROM demands JOIN counting_verdicts v ON v.demand_key = demands.key WHERE {condition}",
            dict(values),
        ).fetchone()
        if not self._db["engagements"].exists():
            return Funnel(all_own, suggested, reviewed, accepted)
        introduced, signed = self._db.execute(
            "SELECT count(DISTINCT CASE WHEN opened = 1 THEN demand_key END),"
            " count(DISTINCT CASE WHEN stage IN ('签约', '履约') THEN demand_key END)"
            f" FROM engagements JOIN demands ON demands.key = demand_key WHERE {condition}",
            dict(values),
        ).fetchone()
        return Funnel(all_own, suggested, reviewed, accepted, introduced, signed)

    def undecided(self, run_id: int, scope: Scope) -> int:
        """Demands with an acceptable suggestion of the run, and no verdict on any (待审核)."""
        condition, values = scope.own("demands", scope.demand_keys)
        return self._number(
            "SELECT count(*) FROM demands CROSS JOIN suggestions s ON s.run_id = :run"
            f" AND s.demand_key = demands.key AND s.rank = 1 WHERE {condition}"
            " AND NOT EXISTS (SELECT 1 FROM gaps g WHERE g.run_id = :run AND g.demand_key = key)"
            " AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.demand_key = key)",
            {"run": run_id, **values},
        )

    def chains(self, run_id: int, scope: Scope, *, limit: int) -> list[tuple[str, int, int]]:
        """Chain, its demands, and how many of them are gaps of the run; the largest first."""
        condition, values = scope.own("demands", scope.demand_keys)
        found = self._db.execute(
            "SELECT chain, count(*) AS n, count(g.demand_key) FROM demands"
            " LEFT JOIN gaps g ON g.run_id = :run AND g.demand_key = demands.key"
            f" WHERE {condition} GROUP BY chain ORDER BY n DESC, chain LIMIT :limit",
            {"run": run_id, "limit": limit, **values},
        )
        return list(found.fetchall())

    def counties(self, scope: Scope, *, limit: int) -> list[tuple[str, int]]:
        """County and its supplies; the largest first."""
        condition, values = scope.own("supplies", scope.supply_keys)
        found = self._db.execute(
            f"SELECT county, count(*) AS n FROM supplies WHERE {condition}"
            " GROUP BY county ORDER BY n DESC, county LIMIT :limit",
            {"limit": limit, **values},
        )
        return list(found.fetchall())

    def weeks(self, scope: Scope, *, weeks: int) -> list[tuple[int, ...]]:
        """Decisions of the last weeks, the oldest first: how many of each of :data:`VERDICTS`.

        Those that were taken back are not among them.
        A week is seven days until now, so that the last one is never a short one.
        """
        condition, values = scope.decisions()
        joined = "" if condition == "1" else (
            " JOIN demands ON demands.key = d.demand_key JOIN supplies ON supplies.key = d.supply_key"
        )  # fmt: skip
        found = rows(
            self._db,
            f"WITH week(ago, since, until) AS (VALUES {self._bounds(weeks)})"
            f" SELECT ago, verdict, count(*) AS n FROM week CROSS JOIN decisions d{joined}"
            f" WHERE decided_at >= since AND decided_at < until AND {STANDING} AND {condition}"
            " GROUP BY ago, verdict",
            dict(values),
        )
        count = {(row["ago"], row["verdict"]): row["n"] for row in found}
        return [
            tuple(count.get((ago, verdict), 0) for verdict in VERDICTS)
            for ago in reversed(range(weeks))
        ]

    @staticmethod
    def _bounds(weeks: int) -> str:
        """How many weeks ago, from when, until when; a clock that runs ahead belongs to this week."""
        ends = ["9999", *(after(-n * _WEEK) for n in range(1, weeks + 1))]
        return ", ".join(f"({n}, '{ends[n + 1]}', '{ends[n]}')" for n in range(weeks))

    def newest_list(self) -> str:
        """When the last list was imported, in UTC; empty without any."""
        found = self._db.execute("SELECT max(imported_at) FROM lists").fetchone()
        return str(found[0] or "")
