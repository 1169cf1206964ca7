"""How sure a mean measure is (置信区间): bootstrap over demands.

Source: Efron & Tibshirani 1993, the percentile method. Demands are drawn with replacement; which
demands were judged is what chance decided, so they are the unit. The seed is fixed: the same
rankings give the same intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.judgements import Judgements
from matcher.evaluation.measures import Rankings, mean, per_demand

RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the interval that holds it with 95 % confidence."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.4f} [{self.low:.4f}, {self.high:.4f}]"


def interval(values: NDArray[np.float64], resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """Mean of the defined values (not NaN), one per demand, with its percentile interval."""
    defined = values[~np.isnan(values)]
    estimate = mean(defined)
    if not len(defined):
        return Interval(estimate, estimate, estimate)
    chance = np.random.default_rng(seed)
    size = len(defined)
    means = [defined[chance.integers(size, size=size)].mean() for _ in range(resamples)]
    tail = (1.0 - LEVEL) / 2.0
    low, high = (float(end) for end in np.quantile(means, [tail, 1.0 - tail]))
    # Means of equal values differ in their last digit; the estimate itself is always inside.
    return Interval(estimate, min(low, estimate), max(high, estimate))


def intervals(rankings: Rankings, judgements: Judgements, seed: int = 0) -> dict[str, Interval]:
    """Every measure of one ranking with its interval, by field of ``Scores``."""
    found = per_demand(rankings, judgements)
    return {name: interval(values, seed=seed) for name, values in found.items()}


def differences(
    one: Rankings, other: Rankings, judgements: Judgements, seed: int = 0
) -> dict[str, Interval]:
    """Every measure of ``one`` minus that of ``other``, by field of ``Scores``.

    Paired: the same demands are drawn for both, so that what makes a demand hard for both cancels.
    """
    mine, theirs = per_demand(one, judgements), per_demand(other, judgements)
    return {name: interval(mine[name] - theirs[name], seed=seed) for name in mine}
