"""Measures of a ranking (排序指标), one demand at a time and as means.

Grades are 0 for unjudged or wrong pairs and rise with relevance. Only demands with at least one
relevant supply count. A supply that a ranking names twice counts at its first place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.judgements import Judgements

Rankings = Mapping[str, Sequence[str]]


def _first(ranking: Sequence[str], k: int) -> list[str]:
    return list(dict.fromkeys(ranking))[:k]


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain at ``k`` with gains ``2^grade − 1``.

    Source: Järvelin & Kekäläinen 2002, with the exponential gain of Burges et al. 2005.
    """

    def gain(values: Sequence[float]) -> float:
        return sum((math.pow(2.0, g) - 1.0) / math.log2(i + 2) for i, g in enumerate(values[:k]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(s, 0.0) for s in _first(ranking, k)]) / ideal if ideal else 0.0


def recall(
    ranking: Sequence[str], grades: Mapping[str, float], k: int = 10, least: float = 1.0
) -> float:
    """Share of the supplies graded ``least`` or more that stand among the first ``k``."""
    relevant = {s for s, g in grades.items() if g >= least}
    return len(relevant.intersection(_first(ranking, k))) / len(relevant) if relevant else 0.0


def hit(ranking: Sequence[str], grades: Mapping[str, float], k: int = 1) -> float:
    """1 when a relevant supply stands among the first ``k``, else 0."""
    return float(any(grades.get(s, 0.0) > 0 for s in _first(ranking, k)))


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
    """1 / rank of the first relevant supply, 0 where there is none."""
    for i, supply in enumerate(dict.fromkeys(ranking)):
        if grades.get(supply, 0.0) > 0:
            return 1.0 / (i + 1)
    return 0.0


LABELS = {
    "ndcg_at_10": "nDCG@10",
    "recall_at_10": "recall@10",
    "recall_best_at_10": "recall@10 (best grade)",
    "hit_at_1": "hit@1",
    "mrr": "MRR",
    "recall_at_100": "recall@100",
}
"""Names of the measures as people read them, by the fields of :class:`Scores`."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean measures over all judged demands.

    ``recall_best_at_10`` is recall of the supplies with the highest grade only.
    """

    demands: int
    ndcg_at_10: float
    recall_at_10: float
    recall_best_at_10: float
    hit_at_1: float
    mrr: float
    recall_at_100: float

    def as_dict(self) -> dict[str, float]:
        """Names as the command line prints them."""
        return {"demands": self.demands} | {
            label: getattr(self, field) for field, label in LABELS.items()
        }


def per_demand(rankings: Rankings, judgements: Judgements) -> dict[str, NDArray[np.float64]]:
    """Every measure for every judged demand, by field of :class:`Scores`.

    Each array has one value per judged demand, in the order of the judgements. A demand without a
    ranking scores 0. Recall of the best grade, the highest that occurs in the judgements at all, is
    NaN for demands that have no supply of that grade.
    """
    judged = {d: g for d, g in judgements.items() if any(v > 0 for v in g.values())}
    best = max((v for grades in judged.values() for v in grades.values()), default=0.0)

    def best_recall(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
        return recall(ranking, grades, least=best) if max(grades.values()) >= best else math.nan

    measures: dict[str, Callable[[Sequence[str], Mapping[str, float]], float]] = {
        "ndcg_at_10": ndcg,
        "recall_at_10": recall,
        "recall_best_at_10": best_recall,
        "hit_at_1": hit,
        "mrr": reciprocal_rank,
        "recall_at_100": lambda ranking, grades: recall(ranking, grades, 100),
    }
    return {
        name: np.array([measure(rankings.get(d, ()), g) for d, g in judged.items()], dtype=float)
        for name, measure in measures.items()
    }


def mean(values: NDArray[np.float64]) -> float:
    """Mean of the values that are defined (not NaN), rounded once; 0 where there are none."""
    defined = values[~np.isnan(values)]
    return math.fsum(defined) / len(defined) if len(defined) else 0.0


def evaluate(rankings: Rankings, judgements: Judgements) -> Scores:
    """Mean of every measure over the judged demands, see :func:`per_demand`."""
    found = per_demand(rankings, judgements)
    means = {name: mean(values) for name, values in found.items()}
    return Scores(demands=len(found["mrr"]), **means)
