"""Whether probabilities mean what they say (校准), and what a threshold buys (查准与查全)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.judgements import Judgements

BINS = 10


@dataclass(frozen=True, slots=True)
class Pool:
    """Suggested pairs of all judged demands together.

    Attributes:
        probability: What the ranking gave each pair, shape (pairs,).
        relevant: Whether the pair has a grade above 0, shape (pairs,).
        missed: Relevant pairs that the ranking did not suggest at all.
    """

    probability: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    missed: int


def pool(scored: Mapping[str, Mapping[str, float]], judgements: Judgements) -> Pool:
    """Pool the probabilities of ``{demand: {supply: probability}}`` over the judged demands.

    A suggested pair that nobody judged counts as not relevant.
    """
    judged = {d: g for d, g in judgements.items() if any(v > 0 for v in g.values())}
    pairs = [
        (probability, grades.get(supply, 0.0) > 0)
        for demand, grades in judged.items()
        for supply, probability in scored.get(demand, {}).items()
    ]
    wanted = sum(grade > 0 for grades in judged.values() for grade in grades.values())
    relevant = np.array([good for _, good in pairs], dtype=bool)
    return Pool(
        np.array([p for p, _ in pairs], dtype=float), relevant, wanted - int(relevant.sum())
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall of "probability ≥ threshold", one point per distinct probability.

    Thresholds fall, recall rises; all arrays have shape (points,).
    """

    threshold: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]


def precision_recall(
    probability: NDArray[np.float64], relevant: NDArray[np.bool_], missed: int = 0
) -> Curve:
    """The precision–recall curve of pooled pairs; ``missed`` relevant pairs are never found."""
    order = np.argsort(-probability, kind="stable")
    threshold, good = probability[order], relevant[order]
    last = np.append(np.diff(threshold) < 0, True)[: len(order)]  # equal ones stand or fall as one
    found = np.cumsum(good)[last]
    taken = np.flatnonzero(last) + 1
    wanted = int(good.sum()) + missed
    return Curve(threshold[last], found / taken, found / max(wanted, 1))


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose probability lies in one tenth: a point of the reliability diagram (可靠性图).

    Attributes:
        low: Least probability.
        high: Probability below which the bin ends; the last bin includes it.
        n: Number of pairs.
        confidence: Mean probability, NaN in an empty bin.
        accuracy: Share of relevant pairs, NaN in an empty bin.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def reliability(
    probability: NDArray[np.float64], relevant: NDArray[np.bool_], bins: int = BINS
) -> list[Bin]:
    """Equally wide bins over 0 to 1, empty ones too."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    found = []
    for b in range(bins):
        mine = place == b
        n = int(mine.sum())
        confidence = float(probability[mine].mean()) if n else math.nan
        accuracy = float(relevant[mine].mean()) if n else math.nan
        found.append(Bin(b / bins, (b + 1) / bins, n, confidence, accuracy))
    return found


def expected_calibration_error(
    probability: NDArray[np.float64], relevant: NDArray[np.bool_], bins: int = BINS
) -> float:
    """ECE: mean gap of confidence and accuracy over the bins, weighted by size; 0 without pairs.

    Source: Naeini, Cooper & Hauskrecht 2015.
    """
    full = [b for b in reliability(probability, relevant, bins) if b.n]
    return sum(b.n * abs(b.confidence - b.accuracy) for b in full) / max(len(probability), 1)


@dataclass(frozen=True, slots=True)
class TierMean:
    """Mean score of the pairs of one difficulty and tier."""

    n: int
    mean: float


def by_difficulty(pairs: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, TierMean]]:
    """``{difficulty: {tier: mean score}}`` of ``(difficulty, tier, score)``, in order of coming.

    Within a difficulty the means should fall with the tier.
    """
    scores: dict[str, dict[str, list[float]]] = {}
    for difficulty, tier, score in pairs:
        scores.setdefault(difficulty, {}).setdefault(tier, []).append(score)
    return {
        difficulty: {t: TierMean(len(s), math.fsum(s) / len(s)) for t, s in tiers.items()}
        for difficulty, tiers in scores.items()
    }
