"""Scored pairs to suggestions with their reasons (匹配建议、理由)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.model import Contribution, Demand, Explanation, Supply
from matcher.ranking.features import FEATURES, Pair
from matcher.ranking.scoring import MICRO
from matcher.text import firm_key


def explain(
    pair: Pair,
    features: Sequence[str],
    values: NDArray[np.float64],
    points: NDArray[np.int64],
    base: int,
) -> Explanation:
    """Base, contributions and sentences of one scored pair; zero contributions are left out.

    Args:
        pair: The pair.
        features: The names of the features scored.
        values: Their values for this pair, shape (features,).
        points: Their contributions in millionths of a log-odd, same shape.
        base: The base in millionths.
    """
    contributions = []
    for name, value, part in zip(features, values.tolist(), points.tolist(), strict=True):
        if part:
            feature = FEATURES[name]
            said = feature.say(pair, value)
            contributions.append(Contribution(name, feature.group, value, part / MICRO, said))
    return Explanation(base / MICRO, tuple(contributions))


def is_current(demand: Demand, supply: Supply) -> bool:
    """Whether the supply's firm is named as the demand's present supplier."""
    if not demand.current_supplier:
        return False
    mine = firm_key(supply.enterprise)
    return len(mine) >= 2 and mine in {firm_key(name) for name in _names(demand.current_supplier)}


def _names(text: str) -> list[str]:
    for sign in "、，,；;/\n":
        text = text.replace(sign, "|")
    return [name for name in text.split("|") if name.strip()]
