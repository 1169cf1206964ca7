"""Pairs of products that are scored together, and what is asked of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from matcher.terms import ROW, Name, Terms

T = TypeVar("T")
Values = NDArray[np.float64]
Index = NDArray[np.integer[Any]]


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
        """Names told apart, kept for later blocks of pairs."""
        return self._numbered(by, lambda: Kinds(by, self.names))

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


@dataclass(frozen=True, slots=True)
class NamePairs:
    """The pairs of names in a block: far fewer than pairs of products.

    Attributes:
        d: The demanded name of each.
        s: The supplied name.
        of: Which of them each pair of products has.
    """

    d: Index
    s: Index
    of: Index

    def __getitem__(self, which: Index) -> NamePairs:
        """Those of some of the pairs of products."""
        return NamePairs(self.d, self.s, self.of[which])


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

    def names(self) -> NamePairs:
        """The pairs of names, each once: what is asked of names is asked of them."""
        if "names" not in self.memo:
            mine, theirs = self.demands.by_names.of[self.d], self.supplies.by_names.of[self.s]
            n = max(1, len(self.supplies.names))
            both, of = np.unique(mine.astype(np.int64) * n + theirs, return_inverse=True)
            self.memo["names"] = NamePairs(both // n, both % n, of)
        return cast("NamePairs", self.memo["names"])

    def words(self) -> Overlap:
        """The words of both names, by rarity; a word meets its synonyms."""
        if "words" not in self.memo:
            names = self.names()
            sides = self.demands.by_name(_keys), self.supplies.by_name(_keys)
            found = _overlap(*sides, names.d, names.s, self.demands.statistics, "w:")
            self.memo["words"] = found[names.of]
        return cast("Overlap", self.memo["words"])

    def codes(self) -> Overlap:
        """The models of both names and specifications, by rarity."""
        if "codes" not in self.memo:
            sides = self.demands.by_terms(codes), self.supplies.by_terms(codes)
            self.memo["codes"] = _overlap(
                *sides, self.d, self.s, self.demands.statistics, f"{ROW}c:"
            )
        return cast("Overlap", self.memo["codes"])

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
        names = self.names()
        mine, theirs = self.demands.by_name(by), self.supplies.by_name(by)
        return _each(mine, theirs, names.d, names.s, measure)[names.of]

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
            sides = self.demands.by_terms(by), self.supplies.by_terms(by)
            found[some] = _each(*sides, self.d[some], self.s[some], measure)
        return found

    def each_row(self, wanted: str, offered: str, measure: Callable[[Any, Any], float]) -> Values:
        """A measure of a column of the demand and one of the supply, for every pair."""
        sides = self.demands.by_column(wanted), self.supplies.by_column(offered)
        return _each(*sides, self.d, self.s, measure)

    def each_supply(self, column: str, measure: Callable[[Any], float]) -> Values:
        """A measure of a column of the supply alone, for every pair."""
        kinds = self.supplies.by_column(column)
        used, place = np.unique(kinds.of(self.s), return_inverse=True)
        return np.array([measure(kinds.keys[n]) for n in used.tolist()], dtype=np.float64)[place]


def _each(
    mine: Numbered, theirs: Numbered, d: Index, s: Index, measure: Callable[[Any, Any], Any]
) -> Values:
    """A measure of what is told apart, for every pair; those alike in it are measured once."""
    numbers, their_numbers = mine.of(d).astype(np.int64), theirs.of(s)
    n = max(1, len(theirs.keys))
    found, kind = np.unique(numbers * n + their_numbers, return_inverse=True)
    wanted = map(mine.keys.__getitem__, (found // n).tolist())
    offered = map(theirs.keys.__getitem__, (found % n).tolist())
    return np.array(list(map(measure, wanted, offered)), dtype=np.float64)[kind]


def _overlap(
    mine: Numbered, theirs: Numbered, d: Index, s: Index, statistics: Statistics, prefix: str
) -> Overlap:
    """What sets of tokens share, for every pair."""
    place, wanted = _sets(mine, d, statistics, prefix)
    found = Overlap(np.zeros(len(d)), wanted.totals[place], np.zeros(len(d)))
    some = np.flatnonzero(found.wanted)  # nothing is shared with nothing
    their_place, offered = _sets(theirs, s[some], statistics, prefix)
    found.shared[some] = pair_dots(wanted.matrix, offered.matrix, place[some], their_place)
    found.offered[some] = offered.totals[their_place]
    return found


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
