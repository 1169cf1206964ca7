"""The whole job: from rows in memory to the ten best supplies of every demand, scored."""

from __future__ import annotations

import random
import time
from typing import Any

from benchmarks.contestants.candidates import vectors
from benchmarks.task import THREADS, TOP, Clock, Found, Task

_LOOKED_AT = 100  # candidates that rapidfuzz compares
_TRAINED_ON = 500  # names that EMM's classifier learns from


def this_project(task: Task, clock: Clock) -> Found:
    """This project as it is used: all features, explanations for what is kept.

    Its phases are the stages it reports itself: a report ends what was done for its stage. Its
    dictionaries are loaded before.
    """
    from benchmarks.records import demands_of, supplies_of
    from matcher import Parameters, match

    demands, supplies = demands_of(task.demand_cells()), supplies_of(task.supply_cells())
    match(demands[:1], supplies[:1])
    last, stage = time.perf_counter(), "准备"

    def progress(reported: str, _done: int, _all: int) -> None:
        nonlocal last, stage
        stage, now = reported, time.perf_counter()
        clock.add(stage, now - last)
        last = now

    ranking = match(demands, supplies, Parameters(top=TOP), progress=progress)
    clock.add(stage, time.perf_counter() - last)
    asked = {demand for demand, _, _ in task.truth}
    return {
        demand: [s.supply_id for s in kept]
        for demand, kept in ranking.by_demand().items()
        if demand in asked
    }


def rapidfuzz_after_tfidf(task: Task, clock: Clock) -> Found:
    """The usual recipe: TF-IDF of words, then ``rapidfuzz.process.extract`` over the 100 nearest."""
    from rapidfuzz import process
    from sparse_dot_topn import sp_matmul_topn

    demands, supplies = vectors(task, clock)
    with clock.phase("product"):
        near = sp_matmul_topn(demands, supplies, top_n=_LOOKED_AT, sort=True, n_threads=THREADS)
    texts = task.supplies[1]
    rows = []
    with clock.phase("extract"):
        for i, text in enumerate(task.demands[1]):
            places = near.indices[near.indptr[i] : near.indptr[i + 1]].tolist()
            found = process.extract(text, {j: texts[j] for j in places}, limit=TOP)
            rows.append((i, [place for _, _, place in found]))
    return task.named(rows)


def emm(task: Task, clock: Clock) -> Found:
    """ING's Entity Matching Model: its pandas pipeline with its classifier.

    As shipped, ten candidates of each of two indexers, but without what would hurt it here
    (blocking by the first character). Its classifier needs names whose match is known: names of the
    list itself, each with one character left out.
    """
    import pandas as pd
    from emm import PandasEntityMatching

    def frame(ids: list[str], texts: list[str]) -> Any:
        return pd.DataFrame({"id": ids, "name": texts})

    rng = random.Random(1)
    ids, texts = task.supplies
    chosen = rng.sample(range(len(ids)), min(_TRAINED_ON, len(ids)))
    learnt = frame([ids[i] for i in chosen], [_shortened(texts[i], rng) for i in chosen])
    kinds: tuple[dict[str, Any], ...] = (
        {"tokenizer": "words", "ngram": 1},
        {"tokenizer": "characters", "ngram": 2},
    )
    more = {"type": "cosine_similarity", "num_candidates": TOP}
    model = PandasEntityMatching(
        name_only=True, supervised_on=True, indexers=[kind | more for kind in kinds]
    )
    with clock.phase("fit"):
        model.fit(frame(ids, texts))
    with clock.phase("classifier"):
        model.fit_classifier(learnt, create_negative_sample_fraction=0.5)
    with clock.phase("transform"):
        found = model.transform(frame(*task.demands))
    # Its classifier gives many candidates the same score; its cosines tell them apart.
    found["cosines"] = found["score_0"].fillna(0.0) + found["score_1"].fillna(0.0)
    best = found.sort_values(
        ["nm_score", "cosines", "gt_entity_id"], ascending=[False, False, True]
    )
    rows: Found = {}
    for demand, supply in zip(best["entity_id"], best["gt_entity_id"], strict=True):
        if isinstance(supply, str) and len(rows.setdefault(demand, [])) < TOP:
            rows[demand].append(supply)
    asked = {demand for demand, _, _ in task.truth}
    return {demand: kept for demand, kept in rows.items() if demand in asked}


def _shortened(text: str, rng: random.Random) -> str:
    place = int(rng.random() * len(text))
    return text[:place] + text[place + 1 :] or text
