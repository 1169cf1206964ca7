"""The distinct texts of a list in columns: names that many rows have are laid out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.terms import COLUMNS, Terms, name_columns, spans, text_columns

T = TypeVar("T")
Index = NDArray[np.integer[Any]]
_CHUNK = 20_000  # texts laid out at a time
_MOST = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True)
class Space:
    """Texts of products in columns.

    Attributes:
        of: The text of each product, shape (products,).
        keys: A hash of each distinct text, uint64: equal texts in two shards are one.
        counts: How often each text's tokens stand in each column, CSR of shape (texts, COLUMNS),
            uint16.
    """

    of: Index
    keys: NDArray[np.uint64]
    counts: sp.csr_matrix

    @classmethod
    def of_names(cls, terms: Sequence[Terms]) -> Space:
        """The space of names."""
        laid = Layout(name_columns)
        return laid.space([laid.add(t.name, lambda t=t: t.of_name) for t in terms])  # type: ignore[misc]

    @classmethod
    def of_texts(cls, terms: Sequence[Terms]) -> Space:
        """The space of whole rows: name, specification, standard."""
        laid = Layout(text_columns)
        return laid.space([laid.add(t.text, lambda t=t: t.text) for t in terms])  # type: ignore[misc]

    def count_into(self, counts: NDArray[np.int32]) -> None:
        """Add to each column the number of products with a token in it."""
        times = np.bincount(self.of, minlength=self.counts.shape[0]).astype(counts.dtype)
        np.add.at(counts, self.counts.indices, np.repeat(times, np.diff(self.counts.indptr)))


@dataclass(slots=True)
class Layout(Generic[T]):
    """A :class:`Space` in the making.

    Attributes:
        columns: Lays out many texts, or what was understood of them.
    """

    columns: Callable[[Sequence[T]], sp.csr_matrix]
    _place: dict[int, int] = field(default_factory=dict)
    _waiting: list[T] = field(default_factory=list)
    _parts: list[sp.csr_matrix] = field(default_factory=list)

    def add(self, text: str, item: Callable[[], T]) -> int:
        """Which distinct text this is; of a new one ``item`` is laid out."""
        key = hashed(text)
        place = self._place.get(key)
        if place is None:
            place = self._place[key] = len(self._place)
            self._waiting.append(item())
            if len(self._waiting) == _CHUNK:
                self._lay()
        return place

    def _lay(self) -> None:
        found = self.columns(self._waiting)
        data = np.minimum(found.data, _MOST).astype(np.uint16)
        self._parts.append(
            sp.csr_matrix((data, found.indices, found.indptr), shape=found.shape, copy=False)
        )
        self._waiting.clear()

    def space(self, of: Sequence[int] | Index) -> Space:
        """The space of all texts added; ``of`` tells which of them each product has."""
        self._lay()
        keys = np.fromiter(self._place, np.uint64, len(self._place))
        parts, self._parts = self._parts, []
        return Space(np.asarray(of, dtype=np.int32), keys, stacked(parts))


def stacked(parts: list[sp.csr_matrix]) -> sp.csr_matrix:
    """Matrices one below the other; ``parts`` is emptied on the way, to hold no row twice."""
    rows = sum(part.shape[0] for part in parts)
    starts = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(p.indptr) for p in parts]))])
    # scipy works with one type for both; int32 holds what fits into the memory of a PC.
    kind = np.int32 if starts[-1] <= np.iinfo(np.int32).max else np.int64
    data = np.empty(starts[-1], dtype=parts[0].data.dtype)
    indices = np.empty(starts[-1], dtype=kind)
    done = 0
    while parts:
        part = parts.pop(0)
        data[done : done + part.nnz], indices[done : done + part.nnz] = part.data, part.indices
        done += part.nnz
    found = sp.csr_matrix((rows, COLUMNS), dtype=data.dtype)
    # The attributes are set by themselves: the constructor would copy one array after the other.
    found.data, found.indices, found.indptr = data, indices, starts.astype(kind)
    return found


def hashed(text: str) -> int:
    """64 bits that stand for a text."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


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
