"""The distinct texts of a list in columns: names that many rows have are laid out once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.terms import Terms, name_columns, spans, text_columns

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Space:
    """Texts of products in columns.

    Attributes:
        of: The text of each product, shape (products,).
        counts: How often each text's tokens stand in each column, CSR of shape (texts, COLUMNS).
    """

    of: Index
    counts: sp.csr_matrix

    @classmethod
    def of_names(cls, terms: Sequence[Terms]) -> Space:
        """The space of names."""
        first, of = distinct(t.name for t in terms)
        return cls(of, name_columns([terms[i].of_name for i in first]))

    @classmethod
    def of_texts(cls, terms: Sequence[Terms]) -> Space:
        """The space of whole rows: name, specification, standard."""
        place: dict[str, int] = {}
        of = [place.setdefault(t.text, len(place)) for t in terms]
        return cls(np.array(of, dtype=np.int64), text_columns(list(place)))

    def emptied(self) -> Space:
        """The space of no product."""
        return Space(self.of[:0], self.counts[:0])

    def count_into(self, counts: NDArray[np.int32]) -> None:
        """Add to each column the number of products with a token in it."""
        times = np.bincount(self.of, minlength=self.counts.shape[0]).astype(counts.dtype)
        np.add.at(counts, self.counts.indices, np.repeat(times, np.diff(self.counts.indptr)))


def distinct(keys: Iterable[Hashable]) -> tuple[list[int], Index]:
    """Where each distinct key stands first, and which of them each item has."""
    place: dict[Hashable, int] = {}
    first: list[int] = []
    of: list[int] = []
    for i, key in enumerate(keys):
        n = place.setdefault(key, len(first))
        if n == len(first):
            first.append(i)
        of.append(n)
    return first, np.array(of, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Members:
    """Which items belong to each group, laid out one group behind the other.

    Attributes:
        items: All items, by group, ascending within each.
        starts: Where each group begins, and the end of the last, shape (groups + 1,).
    """

    items: Index
    starts: Index

    @classmethod
    def of(cls, groups: Index, count: int) -> Members:
        """The members of ``count`` groups; ``groups`` tells that of each item."""
        order = np.argsort(groups, kind="stable")
        return cls(order, np.searchsorted(groups[order], np.arange(count + 1)))

    def spread(self, groups: Index) -> tuple[Index, Index]:
        """For a sequence of groups the place in that sequence and the item of every member."""
        starts = self.starts[groups]
        place, where = spans(starts, self.starts[groups + 1] - starts)
        return place, self.items[where]
