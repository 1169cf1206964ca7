"""One demand at a time against an index that is warm: how long somebody waits for an answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.contestants.segmentation import jieba_words, segmented
from benchmarks.task import TOP, Clock, Found, Task

_ASKED = 300


def bm25s_numpy(task: Task, clock: Clock) -> Found:
    """bm25s without numba: what a small service would hold in memory."""
    import bm25s

    cut = jieba_words()
    with clock.phase("segment"):
        offered = segmented(task.supplies[1], cut)
    with clock.phase("index"):
        index = bm25s.BM25()
        index.index(offered, show_progress=False)

    def answer(text: str) -> list[int]:
        found, _ = index.retrieve(
            [cut(text)], k=min(TOP, len(offered)), backend_selection="numpy", show_progress=False
        )
        return [int(place) for place in found[0]]

    return _asked(task, clock, answer)


def this_project(task: Task, clock: Clock) -> Found:
    """This project's saved index, opened anew: all features, explanations for what is kept."""
    from benchmarks.records import demands_of, supplies_of
    from matcher.ranking import Index, Parameters

    demands = demands_of(task.demand_cells())
    by_text = dict(zip(task.demands[1], demands, strict=True))
    place = {supply: n for n, supply in enumerate(task.supplies[0])}
    parameters = Parameters(top=TOP)
    with clock.phase("index"):
        made = Index.of(supplies_of(task.supply_cells()))
    with tempfile.TemporaryDirectory() as folder:
        with clock.phase("save"):
            made.save(Path(folder) / "index")
        del made
        with clock.phase("open"):
            index = Index.open(Path(folder) / "index")

        def answer(text: str) -> list[int]:
            found = index.find([by_text[text]], parameters)
            return [place[s.supply_id] for s in found.suggestions]

        return _asked(task, clock, answer)


def _asked(task: Task, clock: Clock, answer: Callable[[str], list[int]]) -> Found:
    """Ask for one demand after the other; the first is not timed."""
    texts = task.demands[1][:_ASKED]
    answer(texts[0])
    times, found = [], []
    for i, text in enumerate(texts):
        start = time.perf_counter()
        found.append((i, answer(text)))
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    clock.figures["p50 ms"] = times[len(times) // 2]
    clock.figures["p95 ms"] = times[min(len(times) - 1, len(times) * 95 // 100)]
    return task.named(found)
