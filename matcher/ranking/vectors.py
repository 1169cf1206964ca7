"""Texts in columns to vectors: TF-IDF over words, character n-grams and concepts in one space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from matcher.ranking.statistics import Statistics
from matcher.terms import COLUMNS, column_weights, set_columns

_CHUNK = 20_000  # right rows copied at a time


def vectors(counts: sp.csr_matrix, statistics: Statistics) -> sp.csr_matrix:
    """Unit vectors of counted texts, float64 CSR of shape (texts, COLUMNS).

    A column counts ``(1 + ln tf) · idf · weight``, with the :func:`~matcher.terms.weight` of its
    tokens; rows are divided by their Euclidean length. A column that the statistics do not know
    counts nothing.
    """
    if not counts.shape[0]:
        return counts
    columns = counts.indices
    known = statistics.counts[columns] > 0
    data = (
        (1.0 + np.log(counts.data)) * statistics.rarity(columns) * column_weights(columns) * known
    )
    matrix = sp.csr_matrix((data, counts.indices.copy(), counts.indptr.copy()), shape=counts.shape)
    matrix.eliminate_zeros()
    return sp.csr_matrix(normalize(matrix, norm="l2", copy=False))


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of tokens (the words or the codes of names), ready to be intersected by rarity.

    Attributes:
        matrix: CSR of shape (names, COLUMNS); the dot product of two rows is the summed idf of the
            tokens they share.
        totals: Summed idf of all tokens of each name.
    """

    matrix: sp.csr_matrix
    totals: NDArray[np.float64]

    @classmethod
    def of(cls, sets: Sequence[Iterable[str]], prefix: str, statistics: Statistics) -> Sets:
        """Sets whose tokens the statistics know as ``prefix + token``."""
        flat, starts = set_columns(sets, prefix)
        idf = statistics.rarity(flat)
        matrix = sp.csr_matrix((np.sqrt(idf), flat, starts), shape=(len(sets), COLUMNS))
        return cls(matrix, np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())


def pair_dots(
    left: sp.csr_matrix, right: sp.csr_matrix, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Dot products of given pairs of rows, float64, rounded to 1e-6.

    The sum runs over the columns in their order, so a pair's value does not depend on the other
    pairs, on blocks, or on which accelerator found it. Each left row is spread out once and meets
    all of its right rows.
    """
    values = np.empty(len(rows), dtype=np.float64)
    order = np.argsort(rows, kind="stable")
    bounds = np.flatnonzero(np.diff(rows[order])) + 1
    dense = np.zeros(left.shape[1])
    for mine in np.split(order, bounds) if len(rows) else ():
        row = rows[mine[0]]
        span = slice(left.indptr[row], left.indptr[row + 1])
        tokens = left.indices[span]
        dense[tokens] = left.data[span]
        for part in np.split(mine, range(_CHUNK, len(mine), _CHUNK)):
            values[part] = right[columns[part]] @ dense
        dense[tokens] = 0.0
    return np.round(values, 6)
