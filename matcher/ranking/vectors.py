"""Names to vectors: TF-IDF over words, character n-grams and concepts in one space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from matcher.ranking.statistics import Statistics
from matcher.terms import weight

_CHUNK = 20_000  # right rows copied at a time


def _same(grams: tuple[str, ...]) -> tuple[str, ...]:
    return grams


def vectors(grams: Sequence[tuple[str, ...]], statistics: Statistics) -> sp.csr_matrix:
    """Unit vectors of names or of whole rows, float64 CSR of shape (texts, tokens).

    A token counts ``(1 + ln tf) · idf · weight`` with the :func:`~matcher.terms.weight` of its
    family; rows are divided by their Euclidean length. Tokens that the statistics do not know
    have no column.
    """
    if not grams or not statistics.vocabulary:
        return sp.csr_matrix((len(grams), max(1, len(statistics.vocabulary))))
    counter = CountVectorizer(analyzer=_same, vocabulary=statistics.vocabulary, dtype=np.float64)
    matrix = sp.csr_matrix(counter.transform(grams))
    matrix.sort_indices()
    matrix.data = (1.0 + np.log(matrix.data)) * _weights(statistics)[matrix.indices]
    return sp.csr_matrix(normalize(matrix, norm="l2", copy=False))


def _weights(statistics: Statistics) -> NDArray[np.float64]:
    families = np.array([weight(token) for token in statistics.vocabulary], dtype=np.float64)
    return np.asarray(families * idf_of(statistics))


def idf_of(statistics: Statistics) -> NDArray[np.float64]:
    """Inverse document frequencies in the order of the vocabulary."""
    counts = np.array(
        [statistics.frequency[token] for token in statistics.vocabulary], dtype=np.float64
    )
    return np.asarray(np.log((1.0 + statistics.documents) / (1.0 + counts)) + 1.0)


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of tokens (the words or the codes of names), ready to be intersected by rarity.

    Attributes:
        matrix: CSR of shape (names, tokens); the dot product of two rows is the summed idf of the
            tokens they share.
        totals: Summed idf of all tokens of each name, known to the statistics or not.
    """

    matrix: sp.csr_matrix
    totals: NDArray[np.float64]

    @classmethod
    def of(cls, sets: Sequence[Iterable[str]], prefix: str, statistics: Statistics) -> Sets:
        """Sets whose tokens stand in the statistics as ``prefix + token``."""
        vocabulary = statistics.vocabulary
        tokens = [sorted({prefix + token for token in each}) for each in sets]
        columns = [[vocabulary[t] for t in each if t in vocabulary] for each in tokens]
        flat = np.fromiter(chain.from_iterable(columns), np.int64)
        starts = np.cumsum([0, *map(len, columns)])
        shape = (len(tokens), max(1, len(vocabulary)))
        idf = cache(statistics.idf)
        totals = [sum(idf(token) for token in each) for each in tokens]
        return cls(
            sp.csr_matrix((np.sqrt(idf_of(statistics))[flat], flat, starts), shape=shape),
            np.array(totals, dtype=np.float64),
        )


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
