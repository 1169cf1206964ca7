"""Names to vectors: TF-IDF over words, character n-grams and concepts in one space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from matcher.ranking.statistics import Statistics
from matcher.terms import Terms

_CHUNK = 200_000


def _same(grams: tuple[str, ...]) -> tuple[str, ...]:
    return grams


def vectors(terms: Sequence[Terms], statistics: Statistics) -> sp.csr_matrix:
    """Unit vectors of names, float64 CSR of shape (names, tokens).

    Weight of a token: ``(1 + ln tf) · idf``, rows divided by their Euclidean length. Tokens that
    the statistics do not know have no column.
    """
    if not terms or not statistics.vocabulary:
        return sp.csr_matrix((len(terms), max(1, len(statistics.vocabulary))))
    counter = CountVectorizer(analyzer=_same, vocabulary=statistics.vocabulary, dtype=np.float64)
    matrix = sp.csr_matrix(counter.transform([term.grams for term in terms]))
    matrix.sort_indices()
    matrix.data = (1.0 + np.log(matrix.data)) * _idf(statistics)[matrix.indices]
    return sp.csr_matrix(normalize(matrix, norm="l2", copy=False))


def _idf(statistics: Statistics) -> NDArray[np.float64]:
    counts = np.array(
        [statistics.frequency[token] for token in statistics.vocabulary], dtype=np.float64
    )
    return np.log((1.0 + statistics.documents) / (1.0 + counts)) + 1.0


def pair_dots(
    left: sp.csr_matrix, right: sp.csr_matrix, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Dot products of given pairs of rows, float64, rounded to 1e-6.

    The sum runs over shared columns in their order, so a pair's value does not depend on the
    other pairs, on blocks, or on which accelerator found it.
    """
    values = np.empty(len(rows), dtype=np.float64)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        product = sp.csr_matrix(left[rows[part]].multiply(right[columns[part]]))
        values[part] = np.asarray(product.sum(axis=1)).ravel()
    return np.round(values, 6)
