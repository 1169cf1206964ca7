"""Demands × supplies in, ranked, scored, explained suggestions out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.collecting import uncollected
from matcher.model import Demand, Suggestion, Supply
from matcher.ranking.parameters import Parameters, Progress
from matcher.ranking.products import Products
from matcher.ranking.recall import MOST, kth_largest, limits
from matcher.ranking.scoring import Coefficients, coefficients, probability
from matcher.ranking.shard import TopK, merge_topk
from matcher.ranking.statistics import Statistics
from matcher.ranking.workers import Workers

_CROWD = 2000  # demanded products whose candidates are counted at a time


@dataclass(frozen=True, slots=True)
class Ranking:
    """The outcome of a run.

    Attributes:
        suggestions: By demand id, then by rank.
        gaps: Ids of demands without an acceptable suggestion (断点), in order.
        parameters: What the run was asked.
        statistics: The frozen statistics behind it.
        model_version: Version of the coefficients.
    """

    suggestions: tuple[Suggestion, ...]
    gaps: tuple[str, ...]
    parameters: Parameters
    statistics: Statistics
    model_version: str

    def by_demand(self) -> dict[str, list[Suggestion]]:
        """Suggestions of each demand that has any, in rank order."""
        found: dict[str, list[Suggestion]] = {}
        for suggestion in self.suggestions:
            found.setdefault(suggestion.demand_id, []).append(suggestion)
        return found


@uncollected()
def match(
    demands: Sequence[Demand],
    supplies: Sequence[Supply],
    parameters: Parameters | None = None,
    *,
    statistics: Statistics | None = None,
    model: Coefficients | None = None,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Ranking:
    """Rank supplies for every demand.

    Args:
        demands: Rows of a demand list; ids are unique.
        supplies: Rows of a supply list; ids are unique.
        parameters: See :class:`Parameters`.
        statistics: Frozen statistics; counted from both lists where not given.
        model: Coefficients; the shipped ones where not given.
        progress: Called with a stage, work done and work in all.
        processes: How many to work with; None for one a processor, where the list is long.

    Returns:
        A ranking that does not depend on the order of rows, on processes, nor on which
        accelerators exist.
    """
    parameters = parameters or Parameters()
    model = model or coefficients()
    report = progress or (lambda _stage, _done, _all: None)
    rows = sorted(demands, key=lambda row: row.row_id)
    wanted = Products.of(rows, lambda done, whole: report("分析需求", done, whole))
    offers = sorted(supplies, key=lambda row: row.row_id)
    with Workers.over(wanted, offers, processes, report) as workers:
        counts = workers.each("count", "分析供给")
        if statistics is None:
            statistics = Statistics.counted(wanted.spaces, len(wanted))
            for part in counts:
                statistics = statistics.merge(part)
        return ranked(wanted, workers, parameters, statistics, model, report)


@uncollected()
def ranked(
    wanted: Products,
    workers: Workers,
    parameters: Parameters,
    statistics: Statistics,
    model: Coefficients,
    report: Progress,
) -> Ranking:
    """The ranking of what workers have understood already; arguments as in :func:`match`."""
    report("召回候选", 0, 1)
    _recall(workers, statistics, parameters.near, len(wanted))
    report("召回候选", 1, 1)
    kept = workers.each("match", "打分排序", model, parameters)
    found = merge_topk(kept, parameters.top)
    suggestions = _suggestions(workers, found, parameters.explain)
    gaps = [
        row.row_id
        for row, best in zip(wanted.rows, found.best.tolist(), strict=True)
        if probability(best) < parameters.acceptable
    ]
    return Ranking(suggestions, tuple(gaps), parameters, statistics, model.version)


def _recall(workers: Workers, statistics: Statistics, near: int, products: int) -> None:
    """Find candidates in every shard, within limits over all of them."""
    within = limits(workers.each("reach", "", statistics, near), near)
    workers.each("keep", "", within)
    floors: dict[int, float] = {}
    for start in range(0, products, _CROWD):
        d = np.arange(start, min(start + _CROWD, products))
        crowd: NDArray[np.int64] = sum(workers.each("crowd", "", d), np.zeros(len(d), np.int64))
        over = d[crowd > MOST * near]
        if len(over):
            floors |= kth_largest(workers.each("near", "", over), MOST * near)
    if floors:
        workers.each("keep_nearest", "", floors)


def _suggestions(workers: Workers, found: TopK, explained: bool) -> tuple[Suggestion, ...]:
    """Suggestions of what was kept, each made by the shard that kept it, in the order of all."""
    chances = [probability(x) for x in found.log_odds.tolist()]
    starts = np.searchsorted(found.demands, found.demands)
    ranks = (np.arange(len(found.demands)) - starts + 1).tolist()
    of_shard = [np.flatnonzero(found.shard == n).tolist() for n in range(len(workers))]
    parts = workers.own(
        "suggest",
        [
            (
                found.place[mine].tolist(),
                [ranks[i] for i in mine],
                [chances[i] for i in mine],
                explained,
            )
            for mine in of_shard
        ],
    )
    made: list[Iterator[Suggestion]] = [iter(part) for part in parts]
    return tuple(next(made[n]) for n in found.shard.tolist())
