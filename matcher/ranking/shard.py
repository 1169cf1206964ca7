"""A part of the supply list against all demands (分片): pure steps, in whatever process they run.

A list is matched in shards so that several processes can work and none holds everything. What
comes out does not depend on how it is cut: shards meet in :func:`~matcher.ranking.recall.limits`
and :func:`merge_topk`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.model import Demand, Explanation, Suggestion, Supply
from matcher.ranking.features import Pair, PairBlock, Side
from matcher.ranking.parameters import Parameters
from matcher.ranking.products import Products
from matcher.ranking.recall import Recall
from matcher.ranking.scoring import Coefficients, Scores, bound, probability, score
from matcher.ranking.statistics import Statistics
from matcher.ranking.suggestion import explain, is_current
from matcher.ranking.supplies import Supplies
from matcher.text import as_written

_BLOCK = 500  # demanded products at a time
_WIDER = 3  # times as many pairs of a demand are looked at in each round
NONE = -(2**62)  # log-odds of a demand without candidates
Index = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class TopK:
    """The best supplies of one or several shards for every demand.

    Attributes:
        demands: Row of the demand of each pair kept, ascending.
        supplies: Row of the supply in the whole list.
        log_odds: In millionths, descending within a demand; ties by the row of the supply.
        shard: The shard that each pair comes from.
        place: Where that shard keeps it.
        best: The highest log-odds of each demand, kept or not; :data:`NONE` without candidates.
    """

    demands: Index
    supplies: Index
    log_odds: Index
    shard: Index
    place: Index
    best: Index


def merge_topk(parts: Sequence[TopK], top: int) -> TopK:
    """The best ``top`` of several shards for every demand."""
    demands, supplies, log_odds, shard, place = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("demands", "supplies", "log_odds", "shard", "place")
    )
    order = np.lexsort((supplies, -log_odds, demands))
    order = order[_rank(demands[order]) < top]
    return TopK(
        demands[order],
        supplies[order],
        log_odds[order],
        shard[order],
        place[order],
        np.maximum.reduce([part.best for part in parts]),
    )


def _rank(groups: Index) -> Index:
    """The place of each item within its group, from 0; groups stand together."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    sizes = np.diff(np.append(starts, len(groups)))
    return np.arange(len(groups)) - np.repeat(starts, sizes)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a shard remembers of the pairs it keeps, to explain those that stay."""

    d: Index
    s: Index
    values: NDArray[np.float64]
    points: Index


class Shard:
    """One part of the supply list, and the steps of matching it.

    Args:
        wanted: All demanded products.
        rows: The supplies of this part, in the order of their ids, if they are to be understood.
        number: Which part it is.
        first: The place of its first row in the whole list.
        right: The supplied products, where they are understood and measured already.
    """

    def __init__(
        self,
        wanted: Products,
        rows: Supplies | None = None,
        number: int = 0,
        first: int = 0,
        right: Side | None = None,
    ) -> None:
        self._wanted, self._number, self._first = wanted, number, first
        self._rows, self._right = rows, right

    def count(self, report: Callable[[int, int], None]) -> Statistics:
        """Understand the rows; what they add to the statistics."""
        assert self._rows is not None
        self._offered = Products.of(self._rows, report)
        made = self._offered
        return Statistics.counted(made.spaces, len(made), made.makers())

    def recall(self, statistics: Statistics, near: int) -> Recall:
        """Find candidates with frozen statistics."""
        self._left = Side.of_products(self._wanted, statistics)
        if self._right is None:
            self._right = Side.of_products(self._offered, statistics)
        self._recall = Recall(self._left, self._right, statistics, near)
        return self._recall

    def match(
        self, model: Coefficients, parameters: Parameters, report: Callable[[int, int], None]
    ) -> TopK:
        """Score the candidates and keep the best of every demand."""
        kept: list[_Kept] = []
        right = self._right
        assert right is not None
        rows, supply_rows = self._wanted.row_index, right.row_index
        best = np.full(len(self._wanted.rows), NONE, dtype=np.int64)
        found: list[tuple[Index, Index, Index]] = []
        for start, stop in _blocks(self._wanted.row_index):
            pairs = PairBlock(self._left, right, *self._recall.pairs(np.arange(start, stop)))
            pairs, scores = _promising(
                pairs, model, rows[pairs.d], supply_rows[pairs.s], parameters.top
            )
            demands, supplies = rows[pairs.d], supply_rows[pairs.s]
            np.maximum.at(best, demands, scores.log_odds)
            order = _best(scores, demands, supplies, parameters)
            found.append((demands[order], supplies[order], scores.log_odds[order]))
            parts = scores.values[order], scores.points[order]
            kept.append(_Kept(pairs.d[order], pairs.s[order], *parts))
            self._features, self._base = scores.features, scores.base
            right.forget()
            report(stop, len(rows))
        if not kept:
            empty = np.empty(0, dtype=np.int64)
            return TopK(empty, empty, empty, empty, empty, best)
        self._kept = _Kept(
            np.concatenate([k.d for k in kept]),
            np.concatenate([k.s for k in kept]),
            np.concatenate([k.values for k in kept]),
            np.concatenate([k.points for k in kept]),
        )
        demands, supplies, log_odds = (np.concatenate(each) for each in zip(*found, strict=True))
        number = np.full(len(demands), self._number, dtype=np.int64)
        place = np.arange(len(demands))
        return TopK(demands, supplies + self._first, log_odds, number, place, best)

    def suggest(
        self, places: Sequence[int], ranks: Sequence[int], chances: Sequence[float], explained: bool
    ) -> list[Suggestion]:
        """Suggestions of pairs that stay, with their reasons.

        Args:
            places: Where this shard keeps them.
            ranks: Their ranks among the suggestions of their demands.
            chances: Their probabilities.
            explained: Whether to give reasons.
        """
        return [
            self._suggestion(*each, explained) for each in zip(places, ranks, chances, strict=True)
        ]

    def _suggestion(self, place: int, rank: int, chance: float, explained: bool) -> Suggestion:
        kept, right = self._kept, self._right
        assert right is not None
        d, s = int(kept.d[place]), int(kept.s[place])
        demand, supply = self._left.rows[d], right.rows[s]
        assert isinstance(demand, Demand)
        assert isinstance(supply, Supply)
        terms = self._left.terms[d], right.terms[s]
        reasons = Explanation(0.0, ())
        if explained:
            values, points = kept.values[place], kept.points[place]
            reasons = explain(
                Pair(demand, supply, *terms), self._features, values, points, self._base
            )
        return Suggestion(
            demand_id=demand.demand_id,
            supply_id=supply.supply_id,
            rank=rank,
            probability=chance,
            explanation=reasons,
            demand_product=as_written(terms[0].written, demand.product_name),
            supply_product=as_written(terms[1].written, supply.product_name),
            already_supplying=is_current(demand, supply),
        )


def _blocks(rows: Index) -> Iterator[tuple[int, int]]:
    """Ranges of demanded products that never cut those of one row apart."""
    start = 0
    while start < len(rows):
        last = rows[min(start + _BLOCK, len(rows)) - 1]
        stop = int(np.searchsorted(rows, last, side="right"))
        yield start, stop
        start = stop


def _promising(
    pairs: PairBlock, model: Coefficients, demands: Index, supplies: Index, top: int
) -> tuple[PairBlock, Scores]:
    """The pairs that may be among the best of their demands, and their scores.

    First the ``top`` of every demand that promise most, then of the next so many those that promise
    at least as much as the ``top``-th of all before has, and so on: what is left out cannot come
    before it.

    Args:
        pairs: A block of pairs.
        model: The coefficients.
        demands: The row of the demand of each pair.
        supplies: The row of the supply of each pair.
        top: How many rows of a demand are kept.
    """
    most = bound(pairs, model)
    order = np.lexsort((-most, demands))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = _rank(demands[order])
    which = np.flatnonzero(rank < top)
    scores = score(pairs.only(which), model)
    done = top
    while done <= rank.max(initial=0):
        kept = _folded(scores.log_odds, demands[which], supplies[which])
        last = kept[_rank(demands[which[kept]]) == top - 1]
        floors = np.full(int(demands.max(initial=0)) + 1, NONE, dtype=np.int64)
        floors[demands[which[last]]] = scores.log_odds[last]
        next_ = (rank >= done) & (rank < _WIDER * done) & (most >= floors[demands])
        more, done = np.flatnonzero(next_), _WIDER * done
        order = np.argsort(np.concatenate([which, more]))
        scores = scores.joined(score(pairs.only(more), model), order)
        which = np.concatenate([which, more])[order]
    return pairs.only(which), scores


def _folded(log_odds: Index, demands: Index, supplies: Index) -> Index:
    """Indices of pairs, by demand, the best first: products folded to rows (the best pair counts)."""
    # Rows are in the order of their ids, so the row index breaks ties by id.
    order = np.lexsort((supplies, -log_odds, demands))
    both = demands[order] * (int(supplies.max(initial=0)) + 1) + supplies[order]
    return np.asarray(order[np.sort(np.unique(both, return_index=True)[1])])


def _best(scores: Scores, demands: Index, supplies: Index, parameters: Parameters) -> Index:
    """Fold products to rows, rank, cut: indices of pairs."""
    order = _folded(scores.log_odds, demands, supplies)
    order = order[_rank(demands[order]) < parameters.top]
    likely = [probability(x) >= parameters.min_score for x in scores.log_odds[order].tolist()]
    return np.asarray(order[np.array(likely, dtype=np.bool_)])
