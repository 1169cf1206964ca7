"""Features to one probability whose parts add up exactly in log-odds."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.errors import KnowledgeError
from matcher.ranking.features import FEATURES, PairBlock
from matcher.ranking.features.base import Compute, at_most_nothing
from matcher.tables import corpus

# Points are whole millionths of a log-odd: integers add up exactly, in any order.
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A fitted model: ``logit(probability) = base + Σ weight · feature``.

    Attributes:
        version: Name of the model, stored with every run.
        base: Log-odds of a pair about which no feature says anything.
        weights: Feature → weight; a feature without a weight is not used.
    """

    version: str
    base: float
    weights: Mapping[str, float]


@cache
def coefficients(name: str = "product") -> Coefficients:
    """The shipped model of a kind of list.

    Raises:
        KnowledgeError: The file is damaged or names an unknown feature.
    """
    path = f"coefficients/{name}.toml"
    try:
        data = tomllib.loads(corpus(path).read_text(encoding="utf-8"))
        weights = {key: float(value) for key, value in data["weights"].items()}
        found = Coefficients(str(data["version"]), float(data["base"]), weights)
    except (tomllib.TOMLDecodeError, KeyError, ValueError, FileNotFoundError) as error:
        raise KnowledgeError(f"corpora/{path} 有误：{error}") from error
    if unknown := sorted(set(weights) - set(FEATURES)):
        raise KnowledgeError(f"corpora/{path} 里有不存在的特征：{'、'.join(unknown)}")
    return found


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a block of pairs.

    Attributes:
        features: Names of the features, in the order of the columns.
        values: Feature values, shape (pairs, features).
        points: Contributions in millionths of a log-odd, same shape.
        log_odds: Base and contributions added up, in millionths, shape (pairs,).
        base: The base in millionths.
    """

    features: tuple[str, ...]
    values: NDArray[np.float64]
    points: NDArray[np.int64]
    log_odds: NDArray[np.int64]
    base: int

    def probability(self, i: int) -> float:
        """Probability of one pair, rounded to 1e-6."""
        return probability(int(self.log_odds[i]))

    def joined(self, more: Scores, order: NDArray[np.int64]) -> Scores:
        """These and more scores of the same model, in an order of both together."""
        values, points, log_odds = (
            np.concatenate([getattr(self, name), getattr(more, name)])[order]
            for name in ("values", "points", "log_odds")
        )
        return Scores(self.features, values, points, log_odds, self.base)


def probability(log_odds: int) -> float:
    """Probability of log-odds given in millionths, rounded to 1e-6."""
    odds = log_odds / MICRO
    if odds >= 0:
        return round(1.0 / (1.0 + math.exp(-odds)), 6)
    e = math.exp(odds)
    return round(e / (1.0 + e), 6)


def feature_values(pairs: PairBlock, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Values of the named features, shape (pairs, features), rounded to 1e-6."""
    columns = [FEATURES[name].compute(pairs) for name in names]
    if not columns:
        return np.empty((len(pairs), 0))
    return np.asarray(np.round(np.column_stack(columns), 6), dtype=np.float64)


def score(pairs: PairBlock, model: Coefficients) -> Scores:
    """Score a block of pairs in float64; nothing depends on the other pairs of the block."""
    names = tuple(name for name in FEATURES if model.weights.get(name))
    values = feature_values(pairs, names)
    weights = np.array([model.weights[name] for name in names], dtype=np.float64)
    points = np.rint(values * weights * MICRO).astype(np.int64)
    base = round(model.base * MICRO)
    return Scores(names, values, points, base + points.sum(axis=1), base)


def bound(pairs: PairBlock, model: Coefficients) -> NDArray[np.int64]:
    """What the log-odds of each pair cannot exceed, in millionths; no specification is read.

    A feature that reads specifications counts by its :attr:`~Feature.most`.
    """
    names = tuple(n for n, f in FEATURES.items() if model.weights.get(n) and f.most is None)
    weights = np.array([model.weights[name] for name in names], dtype=np.float64)
    odds = feature_values(pairs, names) @ weights + model.base
    shares: dict[Compute, float] = {}
    for name, each in FEATURES.items():
        if each.most is not None:
            weight = model.weights.get(name, 0.0)
            # A weight against the sign, which no fit gives, could be of any help.
            gain = np.inf if weight * each.sign < 0 else weight
            shares[each.most] = max(shares.get(each.most, 0.0), gain)
    for most, weight in shares.items():
        if most is at_most_nothing and weight < np.inf:
            continue
        odds = odds + (weight * most(pairs) if weight < np.inf else np.inf)
    # Each contribution is rounded to a millionth.
    return np.asarray(np.ceil(np.minimum(odds, _NO_BOUND) * MICRO), dtype=np.int64) + len(FEATURES)


_NO_BOUND = 1e6
