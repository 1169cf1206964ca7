"""What a feature is, and the pairs it is computed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from operator import attrgetter
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from matcher.model import Demand, Supply
from matcher.ranking.kinds import Items, Kinds, Numbered, Through
from matcher.ranking.postings import Postings
from matcher.ranking.products import Names, Products, ProductTerms, RowsOfProducts
from matcher.ranking.spaces import Members, Space
from matcher.ranking.statistics import Statistics
from matcher.ranking.vectors import Sets, Vectors, pair_dots
from matcher.terms import ROW, Name, Terms, spec_of
from matcher.text import as_written, clean

T = TypeVar("T")
Values = NDArray[np.float64]
Index = NDArray[np.integer[Any]]
GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


@dataclass(frozen=True)
class Part:
    """What products say of themselves, their names or their whole rows, as vectors.

    Attributes:
        texts: Which distinct text each product has, and a hash of each: see :class:`Space`.
        vectors: Unit vectors of the distinct texts.
        postings: The same turned round, where single demands are asked for.
    """

    texts: Space
    vectors: Vectors
    postings: Postings | None = None

    @classmethod
    def of_space(cls, space: Space, statistics: Statistics) -> Part:
        """Texts measured by frozen statistics."""
        return cls(space, Vectors.of(space.counts, statistics.worth))

    @property
    def of(self) -> Index:
        """Which of the texts each product has."""
        return self.texts.of

    @cached_property
    def members(self) -> Members:
        """The products of each text."""
        return Members.of(self.texts.of, len(self.vectors))


@dataclass(frozen=True, slots=True)
class Side:
    """The products of one list, one entry for each product of each row.

    Attributes:
        rows: The row of each product.
        row_index: Which row of the list that is.
        terms: The terms of each product.
        names: The distinct names.
        by_names: The names as vectors.
        by_texts: The whole rows as vectors.
        statistics: The frozen statistics behind the vectors.
        columns: Columns of the rows that are told apart already, by product.
    """

    rows: Items[Demand | Supply]
    row_index: Index
    terms: Items[Terms]
    names: Names
    by_names: Part
    by_texts: Part
    statistics: Statistics
    columns: Mapping[str, Numbered] = field(default_factory=dict)
    _kinds: dict[Any, Numbered] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls, rows: Sequence[Demand | Supply], terms: Sequence[Terms], statistics: Statistics
    ) -> Side:
        """The products of a list, measured by frozen statistics."""
        names, texts = Space.of_names(terms), Space.of_texts(terms)
        first = np.unique(names.of, return_index=True)[1].tolist()
        return cls(
            rows,
            np.arange(len(rows)),
            terms,
            Names.of(terms[i].of_name for i in first),
            Part.of_space(names, statistics),
            Part.of_space(texts, statistics),
            statistics,
        )

    @classmethod
    def of_products(
        cls, products: Products, statistics: Statistics, parts: tuple[Part, Part] | None = None
    ) -> Side:
        """The products of a list that is understood already.

        Args:
            products: The products.
            statistics: The frozen statistics.
            parts: Names and whole rows as vectors, where they are at hand.
        """
        names, texts = parts or (Part.of_space(each, statistics) for each in products.spaces)
        return cls(
            RowsOfProducts(products),
            products.row_index,
            ProductTerms(products),
            products.names,
            names,
            texts,
            statistics,
            {
                name: Through(column, products.row_index)
                for name, column in products.columns.items()
            },
        )

    def forget(self) -> None:
        """Keep no terms that were made to be looked at."""
        if isinstance(self.terms, ProductTerms):
            self.terms.forget()

    def by_terms(self, by: Callable[[Terms], Any]) -> Numbered:
        """Products told apart by their terms, kept for later blocks of pairs."""
        return self._numbered(by, lambda: Kinds(by, self.terms))

    def by_name(self, by: Callable[[Name], Any]) -> Numbered:
        """Products told apart by their names, kept for later blocks of pairs."""
        return self._numbered(by, lambda: Through(Kinds(by, self.names), self.by_names.of))

    def by_column(self, name: str) -> Numbered:
        """Products told apart by a column of their rows, kept for later blocks of pairs."""
        if name in self.columns:
            return self.columns[name]
        return self._numbered(name, lambda: Kinds(attrgetter(name), self.rows))

    def _numbered(self, key: Hashable, make: Callable[[], Numbered]) -> Numbered:
        if key not in self._kinds:
            self._kinds[key] = make()
        return self._kinds[key]


@dataclass(frozen=True, slots=True)
class Overlap:
    """By rarity, what two sets of tokens share, and each of them whole: summed idf, per pair."""

    shared: Values
    wanted: Values
    offered: Values

    def __getitem__(self, which: Index) -> Overlap:
        """Those of some of the pairs."""
        return Overlap(self.shared[which], self.wanted[which], self.offered[which])


_keys = attrgetter("keys")
codes = attrgetter("codes")  # of terms


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
    d: Index
    s: Index
    memo: dict[str, Any] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.d)

    def only(self, which: Index) -> PairBlock:
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
        sides = self.demands.by_name(_keys), self.supplies.by_name(_keys)
        return self._overlap("words", *sides, "w:")

    def codes(self) -> Overlap:
        """The models of both names and specifications, by rarity."""
        sides = self.demands.by_terms(codes), self.supplies.by_terms(codes)
        return self._overlap("codes", *sides, f"{ROW}c:")

    def _overlap(self, name: str, mine: Numbered, theirs: Numbered, prefix: str) -> Overlap:
        if name not in self.memo:
            statistics = self.demands.statistics
            d, wanted = _sets(mine, self.d, statistics, prefix)
            found = Overlap(np.zeros(len(self)), wanted.totals[d], np.zeros(len(self)))
            some = np.flatnonzero(found.wanted)  # nothing is shared with nothing
            s, offered = _sets(theirs, self.s[some], statistics, prefix)
            found.shared[some] = pair_dots(wanted.matrix, offered.matrix, d[some], s)
            found.offered[some] = offered.totals[s]
            self.memo[name] = found
        return cast("Overlap", self.memo[name])

    def wanted(self, by: Callable[[Terms], Iterable[Any]]) -> Values:
        """1 for every pair whose demanded product states anything of this."""
        kinds = self.demands.by_terms(by)
        numbers = kinds.of(self.d)
        return np.array([float(any(key)) for key in kinds.keys])[numbers]

    def each_name(self, by: Callable[[Name], T], measure: Callable[[T, T], float]) -> Values:
        """A measure of both names for every pair.

        ``by`` gives all of a name that the measure looks at: pairs alike in it are measured once.
        It is a function of a module, for what it tells apart is kept under it.
        """
        return self._each(self.demands.by_name(by), self.supplies.by_name(by), measure)

    def each_stated(
        self,
        by: Callable[[Terms], T],
        measure: Callable[[T, T], Any],
        shape: tuple[int, ...] = (),
    ) -> Values:
        """A measure of the terms of every pair that is 0 where the demand states nothing of them.

        Nothing is read of the supplies of such pairs.

        Args:
            by: As in :meth:`each_name`.
            measure: The measure.
            shape: That of one measure.
        """
        found = np.zeros((len(self), *shape))
        some = np.flatnonzero(self.wanted(cast("Callable[[Terms], Iterable[Any]]", by)))
        if len(some):
            stated = PairBlock(self.demands, self.supplies, self.d[some], self.s[some])
            sides = stated.demands.by_terms(by), stated.supplies.by_terms(by)
            found[some] = stated._each(*sides, measure)
        return found

    def each_row(self, wanted: str, offered: str, measure: Callable[[Any, Any], float]) -> Values:
        """A measure of a column of the demand and one of the supply, for every pair."""
        sides = self.demands.by_column(wanted), self.supplies.by_column(offered)
        return self._each(*sides, measure)

    def each_supply(self, column: str, measure: Callable[[Any], float]) -> Values:
        """A measure of a column of the supply alone, for every pair."""
        kinds = self.supplies.by_column(column)
        used, place = np.unique(kinds.of(self.s), return_inverse=True)
        return np.array([measure(kinds.keys[n]) for n in used.tolist()], dtype=np.float64)[place]

    def _each(self, mine: Numbered, theirs: Numbered, measure: Callable[[Any, Any], Any]) -> Values:
        numbers, their_numbers = mine.of(self.d).astype(np.int64), theirs.of(self.s)
        n = max(1, len(theirs.keys))
        found, kind = np.unique(numbers * n + their_numbers, return_inverse=True)
        wanted = map(mine.keys.__getitem__, (found // n).tolist())
        offered = map(theirs.keys.__getitem__, (found % n).tolist())
        # A list of pairs would make Python look through all objects for circles, again and again.
        return np.array(list(map(measure, wanted, offered)), dtype=np.float64)[kind]


def _sets(
    kinds: Numbered, index: Index, statistics: Statistics, prefix: str
) -> tuple[NDArray[np.int64], Sets]:
    """The sets that occur in a block, and which of them each pair has."""
    used, place = np.unique(kinds.of(index), return_inverse=True)
    return place, Sets.of([kinds.keys[n] for n in used.tolist()], prefix, statistics)


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
