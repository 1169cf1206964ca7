"""Vectors turned round: for each column the texts that stand in it. One demand is answered at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.candidates import SLACK, Exact, Pairs, largest
from matcher.ranking.vectors import Vectors

_CHUNK = 100_000  # vectors made at a time
_BLOCK = 1024  # scores of which the highest is looked at first


@dataclass(frozen=True, slots=True)
class Postings:
    """For each column the texts that stand in it, and how much they count.

    Attributes:
        starts: Where each column begins, and the end of the last, int64 of shape (COLUMNS + 1,).
        texts: The texts, int32.
        values: What each counts, float32: near enough to tell which texts to look at.
        count: How many texts there are.
    """

    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    values: NDArray[np.float32]
    count: int

    @classmethod
    def of(cls, vectors: Vectors, common: NDArray[np.bool_]) -> Postings:
        """Vectors turned round, without common columns."""
        parts = [
            vectors.matrix(slice(start, start + _CHUNK), common).astype(np.float32)
            for start in range(0, max(1, len(vectors)), _CHUNK)
        ]
        turned = sp.vstack(parts, format="csr").tocsc()
        starts = turned.indptr.astype(np.int64)
        return cls(starts, turned.indices.astype(np.int32), turned.data, len(vectors))

    def nearest(self, demands: sp.csr_matrix, k: int, exact: Exact) -> Pairs:
        """As :func:`~matcher.ranking.candidates.nearest`, for few demands."""
        found = [
            self._near(demands.indices[start:stop], demands.data[start:stop], k)
            for start, stop in zip(demands.indptr[:-1], demands.indptr[1:], strict=True)
        ]
        rows = np.repeat(np.arange(len(found)), [len(each) for each in found])
        columns = np.concatenate([*found, np.empty(0, dtype=np.int64)])
        return largest(rows, columns, exact(rows, columns), k)

    def _near(
        self, columns: NDArray[np.int32], worth: NDArray[np.float64], k: int
    ) -> NDArray[np.int64]:
        """The texts that may be among the ``k`` nearest of one vector, ascending."""
        blocks = -(-self.count // _BLOCK)
        scores = np.zeros(blocks * _BLOCK, dtype=np.float32)
        for column, value in zip(columns.tolist(), worth.astype(np.float32), strict=True):
            here = slice(self.starts[column], self.starts[column + 1])
            scores[self.texts[here]] += value * self.values[here]
        least = np.float32(0.0)
        if blocks > k:  # each of k blocks has a text at least so near
            least = np.partition(scores.reshape(blocks, _BLOCK).max(axis=1), blocks - k)[blocks - k]
        near = np.flatnonzero(scores >= max(least - SLACK, np.finfo(np.float32).tiny))
        if len(near) > k:
            mine = scores[near]
            near = near[mine >= np.partition(mine, len(mine) - k)[len(mine) - k] - SLACK]
        return near
