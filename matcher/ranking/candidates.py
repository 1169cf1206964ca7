"""The first step: for every demanded name the supplied names that might fit (召回).

The set of candidates is defined exactly: the ``k`` largest cosines, rounded to 1e-6, and every
other name whose rounded cosine equals the k-th. Accelerators only find it faster.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.vectors import pair_dots

SLACK = 1e-4  # how far float32 sums may be from the exact value
_MARGIN = 32  # names asked for beyond k, so that ties at the cut are usually inside
_BLOCK = 512

Exact = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def nearest(
    demands: sp.csr_matrix, supplies: sp.csr_matrix, k: int, exact: Exact | None = None
) -> Pairs:
    """Candidates of every demand vector among the supply vectors.

    Args:
        demands: Unit vectors of demanded names, CSR.
        supplies: Unit vectors of supplied names, CSR, same columns.
        k: How many to keep for each demand; ties at the cut are all kept.
        exact: The cosines of pairs, where they are to be had otherwise than from these matrices.

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
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    exact = exact or (lambda rows, columns: pair_dots(demands, supplies, rows, columns))
    return largest(rows, columns, exact(rows, columns), k)


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
    starts, values = product.indptr[:-1], product.data
    counts = np.diff(product.indptr)
    rows = np.repeat(np.arange(demands.shape[0]), counts)
    cut = np.full(demands.shape[0], -np.inf)  # what may tie with the k-th
    full = np.flatnonzero(counts > k)
    cut[full] = values[starts[full] + k - 1] - SLACK
    complete = np.ones(demands.shape[0], dtype=np.bool_)
    if wanted < supplies.shape[0]:
        most = np.flatnonzero(counts >= wanted)
        complete[most] = values[starts[most] + wanted - 1] < cut[most]
    near = values >= cut[rows]
    return rows[near], product.indices[near].astype(np.int64), complete


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
                indices = indices[values >= cut - SLACK]
            rows.append(np.full(len(indices), start + i, dtype=np.int64))
            columns.append(indices.astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def largest(
    rows: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.float64], k: int
) -> Pairs:
    """Of pairs ordered by row the ``k`` largest values of each row and what equals the k-th.

    Nothing is kept at 0.
    """
    order = np.lexsort((-values, rows))
    starts = np.searchsorted(rows, np.arange(int(rows.max(initial=-1)) + 2))
    least = np.zeros(len(starts) - 1)
    full = np.flatnonzero(np.diff(starts) >= k)
    least[full] = values[order[starts[full] + k - 1]]
    keep = (values > 0) & (values >= least[rows])
    return rows[keep], columns[keep], values[keep]
