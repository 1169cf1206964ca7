"""What a feature is, and the pairs it is computed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.model import Demand, Supply
from matcher.ranking.spaces import Space
from matcher.ranking.statistics import Statistics
from matcher.ranking.vectors import Sets, pair_dots, vectors
from matcher.terms import ROW, Terms, spec_of
from matcher.text import as_written, clean

T = TypeVar("T")
Values = NDArray[np.float64]
GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


@dataclass(slots=True)
class Kinds(Generic[T]):
    """Items told apart by a key, numbered as they come: what is alike is measured once."""

    by: Callable[[T], Hashable]
    items: Sequence[T]
    members: list[T] = field(default_factory=list)
    _number: dict[Hashable, int] = field(default_factory=dict)
    _of: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """No item is told apart before it is asked for."""
        self._of = np.full(len(self.items), -1, dtype=np.int64)

    def of(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the kind of each indexed item; ``members`` holds one item of each."""
        for i in np.unique(index[self._of[index] < 0]).tolist():
            item = self.items[i]
            number = self._number.setdefault(self.by(item), len(self.members))
            if number == len(self.members):
                self.members.append(item)
            self._of[i] = number
        return self._of[index]


@dataclass(frozen=True, slots=True)
class Side:
    """The products of one list, one entry for each product of each row.

    Attributes:
        rows: The row of each product.
        terms: The terms of each product.
        name_of: Which of the distinct names each product has.
        vectors: Unit vectors of the distinct names, CSR of shape (names, COLUMNS).
        text_of: Which of the distinct texts each product has.
        texts: Unit vectors of the distinct texts of whole rows.
        statistics: The frozen statistics behind the vectors.
    """

    rows: Sequence[Demand | Supply]
    terms: Sequence[Terms]
    name_of: NDArray[np.int64]
    vectors: sp.csr_matrix
    text_of: NDArray[np.int64]
    texts: sp.csr_matrix
    statistics: Statistics
    _kinds: dict[Any, Kinds[Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        rows: Sequence[Demand | Supply],
        terms: Sequence[Terms],
        statistics: Statistics,
        spaces: tuple[Space, Space] | None = None,
    ) -> Side:
        """The products of a list, measured by frozen statistics.

        Args:
            rows: The row of each product.
            terms: The terms of each product.
            statistics: What is counted of the lists.
            spaces: The spaces of names and of texts, where they are laid out already.
        """
        names, texts = spaces or (Space.of_names(terms), Space.of_texts(terms))
        return cls(
            rows,
            terms,
            names.of,
            vectors(names.counts, statistics),
            texts.of,
            vectors(texts.counts, statistics),
            statistics,
        )

    def kinds(self, of: str, by: Callable[[Any], Hashable]) -> Kinds[Any]:
        """The kinds of ``terms`` or ``rows`` that a function tells apart, kept for later blocks."""
        if (of, by) not in self._kinds:
            self._kinds[of, by] = Kinds(by, getattr(self, of))
        return self._kinds[of, by]


@dataclass(frozen=True, slots=True)
class Overlap:
    """By rarity, what two sets of tokens share, and each of them whole: summed idf, per pair."""

    shared: Values
    wanted: Values
    offered: Values

    def __getitem__(self, which: NDArray[np.int64]) -> Overlap:
        """Those of some of the pairs."""
        return Overlap(self.shared[which], self.wanted[which], self.offered[which])


_keys = attrgetter("keys")
_codes = attrgetter("codes")


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
    memo: dict[str, Any] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.d)

    def only(self, which: NDArray[np.int64]) -> PairBlock:
        """Some of the pairs, with what is known of them already."""
        memo = {name: known[which] for name, known in self.memo.items()}
        return PairBlock(self.demands, self.supplies, self.d[which], self.s[which], memo)

    def pair(self, i: int) -> Pair:
        """One pair, for a sentence about it."""
        demand, supply = self.demands.rows[self.d[i]], self.supplies.rows[self.s[i]]
        assert isinstance(demand, Demand)
        assert isinstance(supply, Supply)
        return Pair(demand, supply, self.demands.terms[self.d[i]], self.supplies.terms[self.s[i]])

    def words(self) -> Overlap:
        """The words of both names, by rarity; a word meets its synonyms."""
        return self._overlap("words", _keys, "w:")

    def codes(self) -> Overlap:
        """The models of both names and specifications, by rarity."""
        return self._overlap("codes", _codes, f"{ROW}c:")

    def _overlap(
        self, name: str, tokens: Callable[[Terms], frozenset[str]], prefix: str
    ) -> Overlap:
        if name not in self.memo:
            mine, theirs = (side.kinds("terms", tokens) for side in (self.demands, self.supplies))
            statistics = self.demands.statistics
            d, wanted = _sets(mine, self.d, statistics, prefix)
            found = Overlap(np.zeros(len(self)), wanted.totals[d], np.zeros(len(self)))
            some = np.flatnonzero(found.wanted)  # nothing is shared with nothing
            s, offered = _sets(theirs, self.s[some], statistics, prefix)
            found.shared[some] = pair_dots(wanted.matrix, offered.matrix, d[some], s)
            found.offered[some] = offered.totals[s]
            self.memo[name] = found
        return cast("Overlap", self.memo[name])

    def wanted(self, measure: Callable[[Terms], float]) -> Values:
        """For every pair a measure of the demanded product alone."""
        used, place = np.unique(self.d, return_inverse=True)
        return np.array([measure(self.demands.terms[i]) for i in used.tolist()])[place]

    def each(self, measure: Callable[[Terms, Terms], T], by: Callable[[Terms], Hashable]) -> Values:
        """A measure of terms for every pair: a number, or a row of numbers.

        ``by`` gives all of a term that the measure looks at: pairs alike in it are measured once.
        It is a function of a module, for what it tells apart is kept under it.
        """
        return self._each("terms", measure, by, by)

    def each_stated(
        self,
        measure: Callable[[Terms, Terms], T],
        by: Callable[[Terms], Any],
        shape: tuple[int, ...] = (),
    ) -> Values:
        """Like :meth:`each`, for a measure that is 0 where the demand states nothing.

        Nothing is read of the supplies of such pairs. ``shape`` is that of one measure.
        """
        found = np.zeros((len(self), *shape))
        some = np.flatnonzero(self.wanted(lambda terms: float(any(by(terms)))))
        if len(some):
            stated = PairBlock(self.demands, self.supplies, self.d[some], self.s[some])
            found[some] = stated.each(measure, by)
        return found

    def each_row(
        self,
        measure: Callable[[Demand, Supply], T],
        by_demand: Callable[[Demand], Hashable],
        by_supply: Callable[[Supply], Hashable],
    ) -> Values:
        """A measure of rows for every pair; ``by_demand`` and ``by_supply`` as in :meth:`each`."""
        return self._each("rows", measure, by_demand, by_supply)

    def _each(
        self,
        of: str,
        measure: Callable[[Any, Any], T],
        by_left: Callable[[Any], Hashable],
        by_right: Callable[[Any], Hashable],
    ) -> Values:
        mine, theirs = self.demands.kinds(of, by_left), self.supplies.kinds(of, by_right)
        numbers, their_numbers = mine.of(self.d), theirs.of(self.s)
        n = max(1, len(theirs.members))
        found, kind = np.unique(numbers * n + their_numbers, return_inverse=True)
        wanted = map(mine.members.__getitem__, (found // n).tolist())
        offered = map(theirs.members.__getitem__, (found % n).tolist())
        # A list of pairs would make Python look through all objects for circles, again and again.
        return np.array(list(map(measure, wanted, offered)), dtype=np.float64)[kind]


def _sets(
    kinds: Kinds[Terms], index: NDArray[np.int64], statistics: Statistics, prefix: str
) -> tuple[NDArray[np.int64], Sets]:
    """The sets that occur in a block, and which of them each pair has."""
    used, place = np.unique(kinds.of(index), return_inverse=True)
    sets = [cast("frozenset[str]", kinds.by(kinds.members[n])) for n in used.tolist()]
    return place, Sets.of(sets, prefix, statistics)


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
        most: None, or for a feature that has to read what rows specify (which costs most) what it
            cannot exceed, told without reading the supply. Features with one bound share it: it
            holds for their sum.
    """

    name: str
    group: str
    sign: int
    compute: Compute
    say: Say
    doc: str
    most: Compute | None = None


FEATURES: dict[str, Feature] = {}


def feature(
    group: str, sign: int, say: Say, most: Compute | None = None
) -> Callable[[Compute], Compute]:
    """Register a feature; its name is the function's, its meaning the docstring's."""
    assert group in GROUPS

    def register(compute: Compute) -> Compute:
        name = compute.__name__

        @wraps(compute)
        def remembered(pairs: PairBlock) -> Values:
            if name not in pairs.memo:
                pairs.memo[name] = compute(pairs)
            return cast("Values", pairs.memo[name])

        FEATURES[name] = Feature(name, group, sign, remembered, say, compute.__doc__ or "", most)
        return remembered

    return register


def at_most_nothing(pairs: PairBlock) -> Values:
    """The bound of features that can only hurt."""
    return np.zeros(len(pairs))


def silent(_pair: Pair, _value: float) -> str:
    """For features whose evidence another sentence already speaks of."""
    return ""
