"""The candidate step: the ten nearest supplies of each demand by words, from texts in memory."""

from __future__ import annotations

from typing import Any

from benchmarks.contestants.segmentation import jieba_words, rjieba_words, segmented
from benchmarks.task import THREADS, TOP, Clock, Found, Task

_CHUNK = 64  # demands compared at a time; a block of scores is dense


def topn(task: Task, clock: Clock) -> Found:
    """``sparse_dot_topn`` over TF-IDF of words, float32, nothing pruned."""
    from sparse_dot_topn import sp_matmul_topn

    demands, supplies = vectors(task, clock)
    with clock.phase("product"):
        found = sp_matmul_topn(demands, supplies, top_n=TOP, sort=True, n_threads=THREADS)
    return task.named(
        (i, found.indices[found.indptr[i] : found.indptr[i + 1]]) for i in range(found.shape[0])
    )


def chunked(task: Task, clock: Clock) -> Found:
    """The same vectors, multiplied by scipy block by block and cut with numpy."""
    import numpy as np

    demands, supplies = vectors(task, clock)
    rows: list[tuple[int, Any]] = []
    with clock.phase("product"):
        for start in range(0, demands.shape[0], _CHUNK):
            scores = (demands[start : start + _CHUNK] @ supplies).toarray()
            best = np.argpartition(-scores, min(TOP, scores.shape[1]) - 1, axis=1)[:, :TOP]
            for i, mine in enumerate(best):
                rows.append((start + i, mine[np.argsort(-scores[i, mine], kind="stable")]))
    return task.named(rows)


def vectors(task: Task, clock: Clock) -> tuple[Any, Any]:
    """TF-IDF of both lists; the supplies transposed, CSR."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    cut = rjieba_words()
    cut("预热")
    with clock.phase("segment"):
        offered, wanted = (segmented(side[1], cut) for side in (task.supplies, task.demands))
    with clock.phase("vectorise"):
        vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, dtype=np.float32)
        supplies = vectorizer.fit_transform(offered).T.tocsr()
        demands = vectorizer.transform(wanted)
    return demands, supplies


def bm25s_numba(task: Task, clock: Clock) -> Found:
    """bm25s with its numba backend over jieba's words."""
    import bm25s

    cut = jieba_words()
    with clock.phase("compile"):
        tiny = bm25s.BM25(backend="numba")
        tiny.index([["铜", "杆"], ["铜"]], show_progress=False)
        tiny.retrieve([["铜"], ["杆"]], k=1, n_threads=THREADS, show_progress=False)
    with clock.phase("segment"):
        offered, wanted = (segmented(side[1], cut) for side in (task.supplies, task.demands))
    with clock.phase("index"):
        index = bm25s.BM25(backend="numba")
        index.index(offered, show_progress=False)
    with clock.phase("retrieve"):
        found, _ = index.retrieve(
            wanted, k=min(TOP, len(offered)), n_threads=THREADS, show_progress=False
        )
    return task.named(enumerate(found.tolist()))
