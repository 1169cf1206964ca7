"""The first step: for every demanded name the supplied names that might fit (召回).

The set of candidates is defined exactly: the ``k`` largest cosines, rounded to 1e-6, and every
other name whose rounded cosine equals the k-th. Accelerators only find it faster.
"""

from __future__ import annotations

import os

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.vectors import pair_dots

_SLACK = 1e-4  # how far float32 sums may be from the exact value
_MARGIN = 32  # names asked for beyond k, so that ties at the cut are usually inside
_BLOCK = 512

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def nearest(demands: sp.csr_matrix, supplies: sp.csr_matrix, k: int) -> Pairs:
    """Candidates of every demand vector among the supply vectors.

    Args:
        demands: Unit vectors of demanded names, CSR.
        supplies: Unit vectors of supplied names, CSR, same columns.
        k: How many to keep for each demand; ties at the cut are all kept.

    Returns:
        Demand index, supply index and exact cosine of every pair, ordered by both indices. Pairs
        with cosine 0 are left out.
    """
    if demands.shape[0] == 0 or supplies.shape[0] == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty.copy(), np.empty(0, dtype=np.float64)
    found = _accelerated(demands, supplies, k)
    if found is None:
        rows, columns = _by_blocks(demands, supplies, k)
    else:
        rows, columns, complete = found
        if not complete.all():
            open_rows = np.flatnonzero(~complete)
            more, more_columns = _by_blocks(demands[open_rows], supplies, k)
            keep = complete[rows]
            rows = np.concatenate([rows[keep], open_rows[more]])
            columns = np.concatenate([columns[keep], more_columns])
    return _cut(demands, supplies, rows, columns, k)


def _accelerated(
    demands: sp.csr_matrix, supplies: sp.csr_matrix, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]] | None:
    """Candidates by ``sparse_dot_topn``; None where it is not installed.

    The third array says for which demands the cut is certain: those whose weakest returned name
    is clearly below the k-th, so that nothing tied with the k-th can be missing.
    """
    if os.environ.get("XIESHOU_TOPN") == "scipy":
        return None
    try:
        from sparse_dot_topn import sp_matmul_topn
    except ImportError:
        return None
    wanted = min(k + _MARGIN, supplies.shape[0])
    product = sp_matmul_topn(
        demands.astype(np.float32),
        sp.csr_matrix(supplies.T, dtype=np.float32),
        top_n=wanted,
        sort=True,
        n_threads=os.cpu_count() or 1,
    )
    counts = np.diff(product.indptr)
    complete = np.ones(demands.shape[0], dtype=np.bool_)
    for row in np.flatnonzero(counts >= wanted):
        values = product.data[product.indptr[row] : product.indptr[row + 1]]
        complete[row] = wanted == supplies.shape[0] or values[-1] < values[k - 1] - _SLACK
    rows = np.repeat(np.arange(demands.shape[0]), counts)
    return rows, product.indices.astype(np.int64), complete


def _by_blocks(
    demands: sp.csr_matrix, supplies: sp.csr_matrix, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Candidates by scipy products of blocks of demands: slower, same result."""
    transposed = sp.csr_matrix(supplies.T)
    rows, columns = [], []
    for start in range(0, demands.shape[0], _BLOCK):
        product = sp.csr_matrix(demands[start : start + _BLOCK] @ transposed)
        for i in range(product.shape[0]):
            begin, end = product.indptr[i], product.indptr[i + 1]
            values, indices = product.data[begin:end], product.indices[begin:end]
            if len(values) > k:
                cut = np.partition(values, len(values) - k)[len(values) - k]
                indices = indices[values >= cut - _SLACK]
            rows.append(np.full(len(indices), start + i, dtype=np.int64))
            columns.append(indices.astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _cut(
    demands: sp.csr_matrix,
    supplies: sp.csr_matrix,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    k: int,
) -> Pairs:
    """Exact cosines and the exact cut."""
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    values = pair_dots(demands, supplies, rows, columns)
    keep = values > 0
    starts = np.searchsorted(rows, np.arange(demands.shape[0] + 1))
    for i in range(demands.shape[0]):
        part = slice(starts[i], starts[i + 1])
        if starts[i + 1] - starts[i] > k:
            mine = values[part]
            keep[part] &= mine >= np.partition(mine, len(mine) - k)[len(mine) - k]
    return rows[keep], columns[keep], values[keep]
