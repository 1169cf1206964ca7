"""Texts in columns as vectors: TF-IDF over words, character n-grams and concepts in one space."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.statistics import Statistics
from matcher.terms import COLUMNS, set_columns, spans

_CHUNK = 20_000  # rows weighed at a time
_MET = 1 << 18  # entries of right rows looked at together: they fit into a processor's cache
Index = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors of counted texts.

    A column counts ``(1 + ln tf) · idf · weight``, with the :func:`~matcher.terms.weight` of its
    tokens; rows are divided by their Euclidean length. A column that the statistics do not know
    counts nothing. Only the counts are kept: a million vectors of float64 would not fit.

    Attributes:
        counts: How often each text's tokens stand in each column, CSR of shape (texts, COLUMNS).
        worth: What one token in each column counts, shape (COLUMNS,).
        lengths: The length of each row, shape (texts,); 1 for a row of nothing.
    """

    counts: sp.csr_matrix
    worth: Floats
    lengths: Floats

    @classmethod
    def of(cls, counts: sp.csr_matrix, worth: Floats) -> Vectors:
        """Vectors of counted texts, by the :attr:`~Statistics.worth` of columns."""
        squares = np.empty(counts.shape[0])
        for start in range(0, counts.shape[0], _CHUNK):
            part = _weighed(counts, slice(start, start + _CHUNK), worth)
            part.data **= 2
            squares[start : start + _CHUNK] = part.sum(axis=1).A1
        return cls(counts, worth, np.sqrt(np.where(squares > 0, squares, 1.0)))

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def matrix(
        self, rows: slice | Index = slice(None), without: NDArray[np.bool_] | None = None
    ) -> sp.csr_matrix:
        """Some of the vectors, float64 CSR of shape (rows, COLUMNS), without zeros.

        Args:
            rows: Which.
            without: Columns to leave out; what is left keeps its length.
        """
        found = _weighed(self.counts, rows, self.worth)
        found.data /= np.repeat(self.lengths[rows], np.diff(found.indptr))
        if without is not None:
            found.data[without[found.indices]] = 0.0
        found.eliminate_zeros()
        return found


def _weighed(counts: sp.csr_matrix, rows: slice | Index, worth: Floats) -> sp.csr_matrix:
    part = counts[rows]
    data = _often(part.data)
    data *= worth[part.indices]
    return sp.csr_matrix((data, part.indices, part.indptr), shape=part.shape)


def _often(counts: NDArray[Any]) -> Floats:
    """``1 + ln tf``; nearly all tokens stand once in a text."""
    found = np.ones(len(counts))
    more = np.flatnonzero(counts > 1)
    found[more] += np.log(counts[more].astype(np.float64))
    return found


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of tokens (the words or the codes of names), ready to be intersected by rarity.

    Attributes:
        matrix: CSR of shape (names, COLUMNS); the dot product of two rows is the summed idf of the
            tokens they share.
        totals: Summed idf of all tokens of each name.
    """

    matrix: sp.csr_matrix
    totals: Floats

    @classmethod
    def of(cls, sets: Sequence[Iterable[str]], prefix: str, statistics: Statistics) -> Sets:
        """Sets whose tokens the statistics know as ``prefix + token``."""
        flat, starts = set_columns(sets, prefix)
        idf = statistics.rarity(flat)
        matrix = sp.csr_matrix((np.sqrt(idf), flat, starts), shape=(len(sets), COLUMNS))
        return cls(matrix, np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())


def cosines(
    left: Vectors,
    right: Vectors,
    rows: Index,
    columns: Index,
    without: NDArray[np.bool_] | None = None,
) -> Floats:
    """Dot products of given pairs of vectors, float64, rounded to 1e-6.

    As :func:`pair_dots`; of the right side no vector is made. ``without`` says which columns to
    leave out.
    """
    used, place = np.unique(rows, return_inverse=True)
    wanted = left.matrix(used, without)
    wanted.data *= right.worth[wanted.indices]
    values = _dots(wanted, right.counts, place, columns, _often)
    return np.asarray(np.round(values / right.lengths[columns], 6))


def pair_dots(left: sp.csr_matrix, right: sp.csr_matrix, rows: Index, columns: Index) -> Floats:
    """Dot products of given pairs of rows, float64, rounded to 1e-6.

    The sum runs over the columns in their order, so a pair's value does not depend on the other
    pairs, on blocks, or on which accelerator found it.
    """
    return np.asarray(np.round(_dots(left, right, rows, columns, np.asarray), 6))


def _dots(
    left: sp.csr_matrix,
    right: sp.csr_matrix,
    rows: Index,
    columns: Index,
    value: Callable[[NDArray[Any]], Floats],
) -> Floats:
    """The sums behind :func:`pair_dots`.

    Each left row is spread out once and meets all entries of its right rows; only those that meet
    anything are turned to what they are worth, and added up one after the other.
    """
    order = np.argsort(rows, kind="stable")
    found = np.zeros(len(rows))
    dense = _zeros() if left.shape[1] <= COLUMNS else np.zeros(left.shape[1])
    starts = right.indptr[columns].astype(np.int64)
    sizes = right.indptr[columns + 1] - starts
    ends = np.cumsum(sizes[order])
    cuts = np.searchsorted(ends, range(_MET, int(ends[-1]) if len(ends) else 0, _MET))
    for part in np.split(order, np.unique(cuts)):
        mine = rows[part]
        pair, where = spans(starts[part], sizes[part])
        met = right.indices[where]
        weights = np.empty(len(met))
        bounds = np.searchsorted(pair, np.flatnonzero(np.diff(mine, prepend=-1)))
        for start, stop in pairwise([*bounds.tolist(), len(met)]):
            if start == stop:
                continue
            row = mine[pair[start]]
            span = slice(left.indptr[row], left.indptr[row + 1])
            tokens = left.indices[span]
            dense[tokens] = left.data[span]
            np.take(dense, met[start:stop], out=weights[start:stop])
            dense[tokens] = 0.0
        some = np.flatnonzero(weights)
        worth = value(right.data[where[some]]) * weights[some]
        found[part] = np.bincount(pair[some], worth, minlength=len(part))
    return found


class _Scratch(threading.local):
    def __init__(self) -> None:
        self.zeros = np.zeros(COLUMNS)


_scratch = _Scratch()


def _zeros() -> Floats:
    """Zeros of shape (COLUMNS,), which whoever takes them leaves as they were.

    Making them anew takes longer than one demand's cosines.
    """
    return _scratch.zeros
