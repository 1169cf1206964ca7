"""Contestants of ``benchmarks.speed``: each does a part of the job in a process of its own.

A contestant is a function of a :class:`~benchmarks.task.Task` and a :class:`~benchmarks.task.Clock`.
Everything beyond the standard library is imported inside the functions, so that this registry can
be read in any environment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.contestants import candidates, jobs, queries, reading, segmentation
from benchmarks.task import Clock, Found, Task


@dataclass(frozen=True, slots=True)
class Contestant:
    """A way to do a part of the job.

    Attributes:
        part: Which table it stands in, a key of :data:`PARTS`.
        title: Its name there.
        run: What it does; returns what was found, nothing where nothing is looked for.
        packages: Packages whose versions are printed.
        apart: Packages it needs an environment of its own for.
        home: Name of that environment.
        most: Largest number of demands and of supplies it is run on; None for any.
    """

    part: str
    title: str
    run: Callable[[Task, Clock], Found]
    packages: tuple[str, ...]
    apart: tuple[str, ...] = ()
    home: str = ""
    most: tuple[int, int] | None = None


PARTS = {
    "segment": "Segmentation of all texts, HMM off",
    "candidates": "Candidate step: the ten nearest supplies of every demand, from texts in memory",
    "jobs": "Whole job: from rows in memory to the ten best, scored (this project: and explained)",
    "query": "One demand at a time against a warm index",
    "reading": "Reading the supply list as a workbook",
}
_BM25S = ("bm25s", "jieba", "numba")
OURS = "this"

CONTESTANTS = {
    "jieba": Contestant("segment", "jieba", segmentation.with_jieba, ("jieba",)),
    "rjieba": Contestant("segment", "rjieba", segmentation.with_rjieba, ("rjieba",)),
    "topn": Contestant(
        "candidates", "sparse_dot_topn, rjieba words", candidates.topn,
        ("sparse-dot-topn", "scikit-learn", "rjieba"),
    ),
    "bm25s": Contestant(
        "candidates", "bm25s numba, jieba words", candidates.bm25s_numba, _BM25S, _BM25S, "bm25",
    ),
    "sklearn": Contestant(
        "candidates", "scikit-learn cosine in chunks, rjieba words", candidates.chunked,
        ("scikit-learn", "scipy", "rjieba"),
    ),
    OURS: Contestant("jobs", "this project", jobs.this_project, ("numpy", "scipy", "rapidfuzz")),
    "rapidfuzz": Contestant(
        "jobs", "TF-IDF, then rapidfuzz.process.extract", jobs.rapidfuzz_after_tfidf,
        ("rapidfuzz", "sparse-dot-topn", "scikit-learn", "rjieba"),
    ),
    "emm": Contestant(
        "jobs", "EMM, pandas, with classifier", jobs.emm, ("emm", "pandas"), ("emm",), "emm",
        (2_000, 100_000),
    ),
    "bm25s-query": Contestant(
        "query", "bm25s numpy, jieba words", queries.bm25s_numpy, ("bm25s", "jieba"), _BM25S, "bm25"
    ),
    "this-query": Contestant("query", "this project", queries.this_project, ()),
    "calamine": Contestant("reading", "python-calamine, cells only", reading.calamine, ("python-calamine",)),
    "this-reading": Contestant("reading", "this project, read_list", reading.this_project, ()),
}  # fmt: skip
