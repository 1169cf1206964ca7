"""Demands × supplies in, ranked, scored, explained suggestions out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.model import Contribution, Demand, Explanation, Row, Suggestion, Supply
from matcher.ranking.features import FEATURES, PairBlock, Side
from matcher.ranking.recall import Recall
from matcher.ranking.scoring import MICRO, Coefficients, Scores, coefficients, probability, score
from matcher.ranking.spaces import Space
from matcher.ranking.statistics import Statistics
from matcher.terms import Product, Terms, analyse, products_of
from matcher.text import as_written, firm_key

_BLOCK = 500  # demanded products at a time

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of a matching run (撮合运行); all of them are stored with it.

    Attributes:
        top: Suggestions kept for each demand.
        min_score: Least probability of a suggestion.
        acceptable: Probability from which a suggestion counts: a demand without one is a 断点.
        candidates: Names looked at closely for each demanded name.
        explain: Whether contributions and sentences are made for the kept suggestions.
    """

    top: int = 10
    min_score: float = 0.0
    acceptable: float = 0.3
    candidates: int = 40
    explain: bool = True


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


@dataclass(slots=True)
class _Products:
    """The products of the rows of one list, one entry per part of a cell."""

    rows: list[Row] = field(default_factory=list)
    row_index: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)


def match(
    demands: Sequence[Demand],
    supplies: Sequence[Supply],
    parameters: Parameters | None = None,
    *,
    statistics: Statistics | None = None,
    model: Coefficients | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Rank supplies for every demand.

    Args:
        demands: Rows of a demand list; ids are unique.
        supplies: Rows of a supply list; ids are unique.
        parameters: See :class:`Parameters`.
        statistics: Frozen statistics; counted from both lists where not given.
        model: Coefficients; the shipped ones where not given.
        progress: Called with a stage, work done and work in all.

    Returns:
        A ranking that does not depend on the order of rows, nor on which accelerators exist.
    """
    parameters = parameters or Parameters()
    model = model or coefficients()
    report = progress or (lambda _stage, _done, _all: None)
    wanted = _products(sorted(demands, key=lambda row: row.row_id), report, "分析需求")
    offered = _products(sorted(supplies, key=lambda row: row.row_id), report, "分析供给")
    mine, theirs = _spaces(wanted.terms), _spaces(offered.terms)
    if statistics is None:
        count = len(wanted.terms) + len(offered.terms)
        statistics = Statistics.counted([*mine, *theirs], count)
    left = Side.of(wanted.rows, wanted.terms, statistics, mine)
    right = Side.of(offered.rows, offered.terms, statistics, theirs)
    report("召回候选", 0, 1)
    recall = Recall(left, right, statistics, max(parameters.candidates, 2 * parameters.top))
    report("召回候选", 1, 1)
    suggestions: list[Suggestion] = []
    best: dict[str, int] = {}
    for start, stop in _blocks(wanted.row_index):
        block = PairBlock(left, right, *recall.pairs(np.arange(start, stop)))
        scores = score(block, model)
        suggestions += _keep(block, scores, wanted, offered, parameters, best)
        report("打分排序", stop, len(wanted.terms))
    threshold = parameters.acceptable
    gaps = [
        row.row_id
        for row in sorted(demands, key=lambda row: row.row_id)
        if row.row_id not in best or probability(best[row.row_id]) < threshold
    ]
    return Ranking(tuple(suggestions), tuple(gaps), parameters, statistics, model.version)


def _products(rows: Sequence[Row], report: Progress, stage: str) -> _Products:
    products = _Products()
    cache: dict[tuple[Product, str], Terms] = {}
    for i, row in enumerate(rows):
        for product in products_of(row):
            key = (product, row.standard)
            if key not in cache:
                cache[key] = analyse(product.name, product.spec, row.standard)
            products.rows.append(row)
            products.row_index.append(i)
            products.names.append(as_written(product.name, row.product_name))
            products.terms.append(cache[key])
        if i % 2000 == 0:
            report(stage, i, len(rows))
    report(stage, len(rows), len(rows))
    return products


def _spaces(terms: Sequence[Terms]) -> tuple[Space, Space]:
    return Space.of_names(terms), Space.of_texts(terms)


def _blocks(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of demanded products that never cut those of one row apart."""
    start = 0
    while start < len(rows):
        stop = bisect_right(rows, rows[min(start + _BLOCK, len(rows)) - 1])
        yield start, stop
        start = stop


def _keep(
    block: PairBlock,
    scores: Scores,
    wanted: _Products,
    offered: _Products,
    parameters: Parameters,
    best: dict[str, int],
) -> list[Suggestion]:
    """Fold products to rows (the best product pair counts), rank, cut, explain."""
    demand_rows = np.asarray(wanted.row_index)[block.d]
    supply_rows = np.asarray(offered.row_index)[block.s]
    # Rows are in the order of their ids, so the row index breaks ties by id.
    order = np.lexsort((block.s, block.d, supply_rows, -scores.log_odds, demand_rows))
    kept: list[Suggestion] = []
    current, rank = -1, 0
    seen: set[int] = set()
    for i in order:
        row, supply = int(demand_rows[i]), int(supply_rows[i])
        if row != current:
            current, rank, seen = row, 0, set()
            identity = wanted.rows[block.d[i]].row_id
            best[identity] = max(int(scores.log_odds[i]), best.get(identity, -(2**62)))
        if supply in seen or rank >= parameters.top:
            continue
        seen.add(supply)
        chance = probability(int(scores.log_odds[i]))
        if chance < parameters.min_score:
            continue
        rank += 1
        kept.append(_suggestion(block, scores, int(i), rank, wanted, offered, parameters))
    return kept


def _suggestion(
    block: PairBlock,
    scores: Scores,
    i: int,
    rank: int,
    wanted: _Products,
    offered: _Products,
    parameters: Parameters,
) -> Suggestion:
    demand, supply = wanted.rows[block.d[i]], offered.rows[block.s[i]]
    assert isinstance(demand, Demand)
    assert isinstance(supply, Supply)
    return Suggestion(
        demand_id=demand.demand_id,
        supply_id=supply.supply_id,
        rank=rank,
        probability=probability(int(scores.log_odds[i])),
        explanation=explain(block, scores, i) if parameters.explain else Explanation(0.0, ()),
        demand_product=wanted.names[block.d[i]],
        supply_product=offered.names[block.s[i]],
        already_supplying=is_current(demand, supply),
    )


def explain(block: PairBlock, scores: Scores, i: int) -> Explanation:
    """Base, contributions and sentences of one scored pair; zero contributions are left out."""
    pair = block.pair(i)
    contributions = []
    for column, name in enumerate(scores.features):
        points = int(scores.points[i, column])
        value = float(scores.values[i, column])
        if not points:
            continue
        feature = FEATURES[name]
        contributions.append(
            Contribution(name, feature.group, value, points / MICRO, feature.say(pair, value))
        )
    return Explanation(scores.base / MICRO, tuple(contributions))


def is_current(demand: Demand, supply: Supply) -> bool:
    """Whether the supply's firm is named as the demand's present supplier."""
    mine = firm_key(supply.enterprise)
    return len(mine) >= 2 and mine in {firm_key(name) for name in _names(demand.current_supplier)}


def _names(text: str) -> list[str]:
    for sign in "、，,；;/\n":
        text = text.replace(sign, "|")
    return [name for name in text.split("|") if name.strip()]
