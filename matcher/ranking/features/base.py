"""What a feature is, and the pairs it is computed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.model import Demand, Supply
from matcher.ranking.statistics import Statistics
from matcher.ranking.vectors import Sets, pair_dots, vectors
from matcher.terms import Terms, spec_of
from matcher.text import as_written, clean

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")
Values = NDArray[np.float64]
GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


@dataclass(frozen=True, slots=True)
class Side:
    """The products of one list, one entry for each product of each row.

    Attributes:
        rows: The row of each product.
        terms: The terms of each product.
        vectors: Unit vectors of the names, CSR of shape (products, tokens).
        texts: Unit vectors of whole rows, same shape.
        words: The words of the names.
        codes: The models of names and specifications.
    """

    rows: Sequence[Demand | Supply]
    terms: Sequence[Terms]
    vectors: sp.csr_matrix
    texts: sp.csr_matrix
    words: Sets
    codes: Sets

    @classmethod
    def of(
        cls, rows: Sequence[Demand | Supply], terms: Sequence[Terms], statistics: Statistics
    ) -> Side:
        """The products of a list, measured by frozen statistics."""
        return cls(
            rows,
            terms,
            vectors([t.grams for t in terms], statistics),
            vectors([t.text_grams for t in terms], statistics),
            Sets.of([t.keys for t in terms], "w:", statistics),
            Sets.of([t.codes for t in terms], "c:", statistics),
        )


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Pairs of products that are scored together.

    Attributes:
        demands: The demanded products.
        supplies: The supplied products.
        d: Index into ``demands`` of each pair.
        s: Index into ``supplies`` of each pair.
        memo: What several features of the block share, by name.
    """

    demands: Side
    supplies: Side
    d: NDArray[np.int64]
    s: NDArray[np.int64]
    memo: dict[str, NDArray[Any]] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.d)

    def pair(self, i: int) -> Pair:
        """One pair, for a sentence about it."""
        demand, supply = self.demands.rows[self.d[i]], self.supplies.rows[self.s[i]]
        assert isinstance(demand, Demand)
        assert isinstance(supply, Supply)
        return Pair(demand, supply, self.demands.terms[self.d[i]], self.supplies.terms[self.s[i]])

    def shared(self, name: str) -> Values:
        """Summed idf of the ``words`` or ``codes`` that both names of a pair hold."""
        if f"shared {name}" not in self.memo:
            mine, theirs = getattr(self.demands, name), getattr(self.supplies, name)
            self.memo[f"shared {name}"] = pair_dots(mine.matrix, theirs.matrix, self.d, self.s)
        return self.memo[f"shared {name}"]

    def each(
        self, measure: Callable[[Terms, Terms], float], by: Callable[[Terms], Hashable]
    ) -> Values:
        """A measure of terms for every pair.

        ``by`` gives all of a term that the measure looks at: pairs alike in it are measured once.
        """
        kinds, kind = self.kinds(by)
        return np.fromiter((measure(w, o) for w, o in kinds), np.float64, len(kinds))[kind]

    def kinds(
        self, by: Callable[[Terms], Hashable]
    ) -> tuple[list[tuple[Terms, Terms]], NDArray[np.int64]]:
        """A pair of terms of each kind that ``by`` tells apart, and the kind of every pair."""
        return self._kinds(self.demands.terms, self.supplies.terms, by, by)

    def each_row(
        self,
        measure: Callable[[Demand, Supply], float],
        by_demand: Callable[[Demand], Hashable],
        by_supply: Callable[[Supply], Hashable],
    ) -> Values:
        """A measure of rows for every pair; ``by_demand`` and ``by_supply`` as in :meth:`each`."""
        demands = cast("Sequence[Demand]", self.demands.rows)
        supplies = cast("Sequence[Supply]", self.supplies.rows)
        kinds, kind = self._kinds(demands, supplies, by_demand, by_supply)
        return np.fromiter((measure(d, s) for d, s in kinds), np.float64, len(kinds))[kind]

    def _kinds(
        self,
        left: Sequence[A],
        right: Sequence[B],
        by_left: Callable[[A], Hashable],
        by_right: Callable[[B], Hashable],
    ) -> tuple[list[tuple[A, B]], NDArray[np.int64]]:
        mine, of_left = _grouped(left, *self._used("d", self.d), by_left)
        theirs, of_right = _grouped(right, *self._used("s", self.s), by_right)
        n = max(1, len(theirs))
        found, kind = np.unique(of_left * n + of_right, return_inverse=True)
        return [(mine[k // n], theirs[k % n]) for k in found], kind

    def _used(self, name: str, index: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The products that occur in an index, and which of them each pair has."""
        if name not in self.memo:
            self.memo[name], self.memo[f"{name} place"] = np.unique(index, return_inverse=True)
        return self.memo[name], self.memo[f"{name} place"]


def _grouped(
    items: Sequence[T], used: NDArray[Any], place: NDArray[Any], by: Callable[[T], Hashable]
) -> tuple[list[T], NDArray[np.int64]]:
    """One item of each kind among the used ones, and the kind of each pair's item."""
    kinds: dict[Hashable, int] = {}
    members: list[T] = []
    kind_of = np.empty(len(used), dtype=np.int64)
    for i, k in enumerate(used):
        kind = kinds.setdefault(by(items[k]), len(members))
        if kind == len(members):
            members.append(items[k])
        kind_of[i] = kind
    return members, kind_of[place]


@dataclass(frozen=True, slots=True)
class Pair:
    """One demand and one supply with the terms of the two products compared."""

    demand: Demand
    supply: Supply
    wanted: Terms
    offered: Terms


def shown(folded: str, row: Demand | Supply) -> str:
    """Folded text of a row as the row wrote it (Cu, PN16, PE管, GB/T 3091), for a sentence."""
    return as_written(folded, _said(row))


def shown_code(code: str, row: Demand | Supply) -> str:
    """A squeezed model or grade as the row wrote it (``62052rs`` as 6205-2RS), for a sentence."""
    return _code_in(code, _said(row))


_SPELT = {"2": "[2²]", "3": "[3³]"}  # folding makes digits of them


@lru_cache(maxsize=4096)
def _code_in(code: str, text: str) -> str:
    """Where it stands alone, else with the letters and digits around it."""
    signs = r"[\W_]*".join(_SPELT.get(sign, re.escape(sign)) for sign in code)
    text = clean(text)
    for pattern in (rf"(?<![a-z\d.]){signs}(?![a-z\d])", rf"[a-z\d.]*{signs}[a-z\d]*"):
        if found := re.search(pattern, text, re.IGNORECASE | re.ASCII):
            return found[0]
    return code.upper()


def _said(row: Demand | Supply) -> str:
    return f"{row.product_name};{spec_of(row)};{row.standard}"


def quoted(words: Iterable[str]) -> str:
    """Words in Chinese quotation marks, one behind the other: “枸杞”“烘干”."""
    return "".join(f"“{word}”" for word in words)


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

        @wraps(compute)
        def remembered(pairs: PairBlock) -> Values:
            if name not in pairs.memo:
                pairs.memo[name] = compute(pairs)
            return pairs.memo[name]

        FEATURES[name] = Feature(name, group, sign, remembered, say, compute.__doc__ or "")
        return remembered

    return register


def silent(_pair: Pair, _value: float) -> str:
    """For features whose evidence another sentence already speaks of."""
    return ""
