"""What a feature is, and the pairs it is computed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.model import Demand, Supply
from matcher.ranking.statistics import Statistics
from matcher.terms import Terms

Values = NDArray[np.float64]
GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


@dataclass(frozen=True, slots=True)
class Side:
    """The products of one list, one entry for each product of each row.

    Attributes:
        rows: The row of each product.
        terms: The terms of each product.
        vectors: Unit vectors of the names, CSR of shape (products, tokens).
    """

    rows: Sequence[Demand | Supply]
    terms: Sequence[Terms]
    vectors: sp.csr_matrix


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Pairs of products that are scored together.

    Attributes:
        demands: The demanded products.
        supplies: The supplied products.
        d: Index into ``demands`` of each pair.
        s: Index into ``supplies`` of each pair.
        cosine: Cosine of the name vectors of each pair, rounded to 1e-6.
        statistics: The frozen statistics behind the vectors.
        memo: What several features of the block share, by name.
    """

    demands: Side
    supplies: Side
    d: NDArray[np.int64]
    s: NDArray[np.int64]
    cosine: Values
    statistics: Statistics
    memo: dict[str, NDArray[np.float64]] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.d)

    def pair(self, i: int) -> Pair:
        """One pair, for a sentence about it."""
        demand, supply = self.demands.rows[self.d[i]], self.supplies.rows[self.s[i]]
        assert isinstance(demand, Demand)
        assert isinstance(supply, Supply)
        return Pair(demand, supply, self.demands.terms[self.d[i]], self.supplies.terms[self.s[i]])

    def each(self, measure: Callable[[Terms, Terms], float]) -> Values:
        """A measure of terms for every pair."""
        left, right = self.demands.terms, self.supplies.terms
        return np.fromiter(
            (measure(left[d], right[s]) for d, s in zip(self.d, self.s, strict=True)),
            dtype=np.float64,
            count=len(self.d),
        )

    def each_row(self, measure: Callable[[Demand, Supply], float]) -> Values:
        """A measure of rows for every pair."""
        left, right = self.demands.rows, self.supplies.rows
        return np.fromiter(
            (measure(left[d], right[s]) for d, s in zip(self.d, self.s, strict=True)),
            dtype=np.float64,
            count=len(self.d),
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """One demand and one supply with the terms of the two products compared."""

    demand: Demand
    supply: Supply
    wanted: Terms
    offered: Terms


Compute = Callable[[PairBlock], Values]
Say = Callable[[Pair, float], str]


@dataclass(frozen=True, slots=True)
class Feature:
    """One named piece of evidence.

    Attributes:
        name: Name in coefficients and explanations.
        group: One of :data:`GROUPS`.
        sign: +1 where more can only help, -1 where more can only hurt. The fit obeys it.
        compute: Values of a block of pairs; 0 means the feature has nothing to say.
        say: A Chinese sentence for one pair and its value; empty text for none.
        doc: What it measures, from the docstring of ``compute``.
    """

    name: str
    group: str
    sign: int
    compute: Compute
    say: Say
    doc: str


FEATURES: dict[str, Feature] = {}


def feature(group: str, sign: int, say: Say) -> Callable[[Compute], Compute]:
    """Register a feature; its name is the function's, its meaning the docstring's."""
    assert group in GROUPS

    def register(compute: Compute) -> Compute:
        name = compute.__name__
        FEATURES[name] = Feature(name, group, sign, compute, say, compute.__doc__ or "")
        return compute

    return register


def silent(_pair: Pair, _value: float) -> str:
    """For features whose evidence another sentence already speaks of."""
    return ""
