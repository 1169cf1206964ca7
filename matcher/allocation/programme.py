"""The linear and the mixed-integer programme of a graph, as sparse matrices for HiGHS.

``docs/allocation.md`` states it in symbols. The part of a need that a pair covers is ``most``
times a column that its rows hold between 0 and 1: every coefficient lies between 0 and 1, however
much needs and capacities differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from matcher.allocation.graph import Floats, Graph, Ints
from matcher.allocation.problem import Options

_EXACT = 1e-9  # HiGHS calls a row kept, and a column priced out, up to this


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a solver found for a graph.

    Attributes:
        share: Part of the need of each pair, shape (pairs,).
        chosen: Links that are chosen, shape (links,).
        bound: No plan has a greater objective.
        need_price: What a demand's whole need is worth at the margin, shape (demands,).
        capacity_price: What a supply's whole capacity is worth at the margin, shape (supplies,).
    """

    share: Floats
    chosen: Floats
    bound: float
    need_price: Floats
    capacity_price: Floats


class _Rows:
    """Rows ``A x ≤ b`` collected as triplets."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.factor: list[Floats] = []
        self.limit: list[Floats] = []
        self.count = 0

    def add(self, limits: Floats, *entries: tuple[Ints, Ints, Floats | float]) -> None:
        """Rows with these limits; an entry is rows (from 0), columns and factors."""
        for row, column, factor in entries:
            self.row.append(row + self.count)
            self.column.append(column)
            self.factor.append(np.broadcast_to(np.asarray(factor, dtype=np.float64), row.shape))
        self.limit.append(limits)
        self.count += len(limits)

    def matrix(self, columns: int) -> csc_array:
        parts = (np.concatenate([np.zeros(0), *self.factor]),
                 (np.concatenate([np.zeros(0, np.int64), *self.row]),
                  np.concatenate([np.zeros(0, np.int64), *self.column])))  # fmt: skip
        return csc_array(parts, shape=(self.count, columns))


class Programme:
    """The programme of one graph.

    Columns: pairs; what pairs keep of the plan before; links (chosen or not); demands (backed up
    or not); what pins and floors fall short.

    Args:
        graph: The pairs.
        options: The rules.
        whole: Whether links and backups are decided; without, only needs, capacities, pins,
            floors and stability count.
        least: Part of the need that each link must supply at least, shape (links,).
    """

    def __init__(
        self, graph: Graph, options: Options, *, whole: bool, least: Floats | None = None
    ) -> None:
        self.graph, self.options = graph, options
        n, links = len(graph), len(graph.link_demand)
        kept = np.flatnonzero(graph.kept > 0) if options.stability else np.zeros(0, np.int64)
        self.pair = np.concatenate([np.arange(n), kept])  # of the first columns
        most = graph.most[self.pair]
        # Rows alone hold the pairs back, so that need and capacity have their whole price.
        room = np.full(n, np.inf)
        gain = graph.value[self.pair] * most
        gain[n:] += options.stability * most[n:]
        self.rows = _Rows()
        self._most = most
        self._cost, self._upper = [-gain], [np.concatenate([room, graph.kept[kept] / most[n:]])]
        self.columns = len(self.pair)
        self._needs_and_capacities()
        self.link_columns = self._decide() if whole else None
        if least is not None and (bound := np.flatnonzero(least > 0)).size:
            place = np.full(links, -1, dtype=np.int64)
            place[bound] = np.arange(len(bound))
            self.rows.add(-least[bound], self._pairs_by(place[graph.link], -most))
        self._shortages()

    def _new(self, cost: Floats, upper: Floats) -> Ints:
        first = self.columns
        self.columns += len(cost)
        self._cost.append(cost)
        self._upper.append(upper)
        return np.arange(first, self.columns)

    def _pairs_by(self, row: Ints, factor: Floats) -> tuple[Ints, Ints, Floats]:
        """Entries of the pair columns, each in its pair's row; none where the row is negative."""
        rows = row[self.pair]
        inside = np.flatnonzero(rows >= 0)
        return rows[inside], inside, factor[inside]

    def _needs_and_capacities(self) -> None:
        graph = self.graph
        self.rows.add(np.ones(graph.demands), self._pairs_by(graph.demand, self._most))
        load = np.minimum(1.0, graph.load)[self.pair]
        self.rows.add(np.ones(graph.supplies), self._pairs_by(graph.supply, load))

    def _decide(self) -> Ints:
        """Links: chosen or not, a lot at least, so many of a demand and of a firm at most."""
        graph, options, rows = self.graph, self.options, self.rows
        links = len(graph.link_demand)
        column = self._new(np.zeros(links), np.ones(links))
        each = np.arange(links)
        reach = np.minimum(1.0, graph.of_links(graph.most))
        rows.add(np.zeros(links), self._pairs_by(graph.link, self._most), (each, column, -reach))
        if options.lot:
            entries = self._pairs_by(graph.link, -self._most)
            rows.add(np.zeros(links), entries, (each, column, options.lot))
        for most, owner in (
            (options.max_suppliers, graph.link_demand),
            (options.exposure, graph.link_firm),
        ):
            if most is not None:
                _, place, count = np.unique(owner, return_inverse=True, return_counts=True)
                rows.add(np.full(len(count), float(most)), (place, column, 1.0))
        if options.backups:
            count = np.bincount(graph.link_demand, minlength=graph.demands)
            able = np.flatnonzero(count >= 2)
            backed = self._new(np.full(len(able), -options.backup_price), np.ones(len(able)))
            place = np.full(graph.demands, -1, dtype=np.int64)
            place[able] = np.arange(len(able))
            mine = place[graph.link_demand] >= 0
            of_links = (place[graph.link_demand[mine]], column[mine], -1.0)
            rows.add(np.zeros(len(able)), of_links, (np.arange(len(able)), backed, 2.0))
        self.whole_end = self.columns
        return column

    def _shortages(self) -> None:
        graph, options = self.graph, self.options
        pins = np.flatnonzero(graph.pinned > 0)
        short = self._new(np.full(len(pins), options.pin_price), graph.pinned[pins])
        place = np.full(len(graph), -1, dtype=np.int64)
        place[pins] = np.arange(len(pins))
        entries = self._pairs_by(place, -self._most)
        self.rows.add(-graph.pinned[pins], entries, (np.arange(len(pins)), short, -1.0))
        for floor in graph.floors:
            short = self._new(np.array([options.floor_price]), np.array([floor.target]))
            place = np.full(len(graph), -1, dtype=np.int64)
            place[floor.pairs] = 0
            entries = self._pairs_by(place, -self._most)
            self.rows.add(np.array([-floor.target]), entries, (np.zeros(1, np.int64), short, -1.0))

    def relaxed(self, seconds: float) -> Solution | None:
        """The linear programme solved, decisions allowed to be in part; None where HiGHS failed."""
        found = linprog(
            np.concatenate(self._cost),
            A_ub=self.rows.matrix(self.columns),
            b_ub=np.concatenate(self.rows.limit),
            bounds=np.column_stack([np.zeros(self.columns), np.concatenate(self._upper)]),
            method="highs",
            options={
                "time_limit": max(seconds, 0.0),
                "primal_feasibility_tolerance": _EXACT,
                "dual_feasibility_tolerance": _EXACT,
            },
        )
        if found.status != 0:
            return None
        price = np.maximum(0.0, -found.ineqlin.marginals)
        end = self.graph.demands + self.graph.supplies
        return self._solution(
            found.x, -float(found.fun), price[: self.graph.demands], price[self.graph.demands : end]
        )

    def whole(self, seconds: float, gap: float) -> Solution | None:
        """The mixed-integer programme solved up to a gap; None where nothing was found in time."""
        assert self.link_columns is not None
        integral = np.zeros(self.columns)
        integral[self.link_columns[0] : self.whole_end] = 1
        matrix, limit = self.rows.matrix(self.columns), np.concatenate(self.rows.limit)
        found = milp(
            np.concatenate(self._cost),
            integrality=integral,
            bounds=Bounds(0.0, np.concatenate(self._upper)),
            constraints=LinearConstraint(matrix, -np.inf, limit),
            options={"time_limit": max(seconds, 0.0), "mip_rel_gap": gap},
        )
        if found.x is None:
            return None
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else -np.inf
        nothing = np.zeros(0)
        return self._solution(found.x, -float(bound), nothing, nothing)

    def _solution(
        self, columns: Floats, bound: float, need_price: Floats, capacity_price: Floats
    ) -> Solution:
        part = columns[: len(self.pair)] * self._most
        share = np.maximum(0.0, np.bincount(self.pair, part, len(self.graph)))
        chosen = columns[self.link_columns] if self.link_columns is not None else np.zeros(0)
        return Solution(share, chosen, bound, need_price, capacity_price)
