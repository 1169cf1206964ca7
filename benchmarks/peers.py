"""Ways to rank supplies for demands by what they say: plain baselines, other libraries, ours.

Each is a function from a :class:`Task` to the best supplies with their scores. It runs in a process
of its own, ``python -m benchmarks.peers METHOD FOLDER``, some in an environment that has nothing
but the peer; so everything beyond the standard library is imported inside the functions.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

TOP = 100
Scored = dict[str, dict[str, float]]  # {demand: {supply: score}}, the best first


@dataclass(frozen=True, slots=True)
class Task:
    """A set as plain text: ``(id, name, name with specification and standard)`` of each row."""

    folder: Path
    demands: list[tuple[str, str, str]]
    supplies: list[tuple[str, str, str]]

    def best(self, first: int, scores: Any) -> Scored:
        """The best supplies by a dense block of scores, whose first row is demand ``first``."""
        import numpy as np

        found: Scored = {}
        for i, row in enumerate(scores):
            order = np.argsort(-row, kind="stable")[:TOP]
            named = {self.supplies[j][0]: float(row[j]) for j in order if row[j] > 0}
            found[self.demands[first + i][0]] = named
        return found

    def gathered(self, pairs: Iterable[tuple[str, str, float]]) -> Scored:
        """The same from ``(demand, supply, score)`` in any order."""
        found: Scored = {}
        for demand, supply, score in sorted(pairs, key=lambda pair: -pair[2]):
            named = found.setdefault(demand, {})
            if len(named) < TOP:
                named[supply] = score
        return found


def words(text: str) -> list[str]:
    """Words of a text as jieba cuts it, without punctuation."""
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.lcut(text.lower()) if any(map(str.isalnum, word))]


def _tfidf(task: Task, column: int, **how: Any) -> Scored:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, **how)
    supplies = vectorizer.fit_transform([row[column] for row in task.supplies]).T.tocsr()
    demands = vectorizer.transform([row[column] for row in task.demands])
    found: Scored = {}
    for i in range(0, demands.shape[0], 200):
        found |= task.best(i, (demands[i : i + 200] @ supplies).toarray())
    return found


def tfidf_words(task: Task) -> Scored:
    """Cosine of TF-IDF vectors over jieba's words."""
    return _tfidf(task, 2, tokenizer=words, token_pattern=None, lowercase=False)


def tfidf_characters_name(task: Task) -> Scored:
    """Cosine of TF-IDF vectors over 1 to 3 characters, names alone."""
    return _tfidf(task, 1, analyzer="char", ngram_range=(1, 3))


def tfidf_characters(task: Task) -> Scored:
    """Cosine of TF-IDF vectors over 1 to 3 characters of name, specification and standard."""
    return _tfidf(task, 2, analyzer="char", ngram_range=(1, 3))


def bm25(task: Task) -> Scored:
    """BM25 of bm25s with its own parameters, over jieba's words."""
    import bm25s

    index = bm25s.BM25()
    index.index([words(row[2]) for row in task.supplies], show_progress=False)
    found, scores = index.retrieve(
        [words(row[2]) for row in task.demands],
        k=min(TOP, len(task.supplies)),
        show_progress=False,
    )
    return {
        row[0]: {
            task.supplies[j][0]: float(s) for j, s in zip(places, values, strict=True) if s > 0
        }
        for row, places, values in zip(task.demands, found, scores, strict=True)
    }


def _rapidfuzz(task: Task, scorer: str) -> Scored:
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    supplies = [utils.default_process(row[2]) for row in task.supplies]
    found: Scored = {}
    for i in range(0, len(task.demands), 200):
        demands = [utils.default_process(row[2]) for row in task.demands[i : i + 200]]
        scores = process.cdist(demands, supplies, scorer=getattr(fuzz, scorer), dtype=np.float32)
        found |= task.best(i, scores)
    return found


def rapidfuzz_ratio(task: Task) -> Scored:
    """Normalised indel similarity of the whole texts."""
    return _rapidfuzz(task, "ratio")


def rapidfuzz_token_set_ratio(task: Task) -> Scored:
    """Similarity of the sets of words between spaces."""
    return _rapidfuzz(task, "token_set_ratio")


def emm(task: Task) -> Scored:
    """ING's Entity Matching Model, unsupervised: the sum of its two cosine scores.

    As shipped but for what would hurt it here: 100 candidates instead of 10, no blocking by the
    first character, no neighbours by sorting (which have no score of their own to rank by).
    """
    import pandas as pd
    from emm import PandasEntityMatching

    def frame(rows: list[tuple[str, str, str]]) -> Any:
        return pd.DataFrame([(row[0], row[2]) for row in rows], columns=["id", "name"])

    kinds: tuple[dict[str, Any], ...] = (
        {"tokenizer": "words", "ngram": 1},
        {"tokenizer": "characters", "ngram": 2},
    )
    more = {"type": "cosine_similarity", "num_candidates": TOP}
    model = PandasEntityMatching(name_only=True, indexers=[kind | more for kind in kinds])
    model.fit(frame(task.supplies))
    found = model.transform(frame(task.demands))
    score = found["score_0"].fillna(0.0) + found["score_1"].fillna(0.0)
    return task.gathered(zip(found["entity_id"], found["gt_entity_id"], score, strict=True))


def string_grouper(task: Task) -> Scored:
    """string_grouper: cosine of TF-IDF vectors over 3 characters, its own default.

    Low similarities and Chinese characters, which it drops as shipped, are kept.
    """
    import pandas as pd
    from string_grouper import match_strings

    def series(rows: list[tuple[str, str, str]]) -> tuple[Any, Any]:
        return pd.Series([row[2] for row in rows]), pd.Series([row[0] for row in rows])

    (master, master_id), (other, other_id) = series(task.supplies), series(task.demands)
    found = match_strings(
        master, other, master_id, other_id,
        min_similarity=0.01, max_n_matches=TOP, normalize_to_ascii=False,
    )  # fmt: skip
    return task.gathered(zip(found["right_id"], found["left_id"], found["similarity"], strict=True))


def this_project(task: Task) -> Scored:
    """This project with its default parameters."""
    from matcher.ranking import Parameters, match

    rows = (task.folder / "rows.pickle").read_bytes()
    demands, supplies = pickle.loads(rows)  # noqa: S301  # written by the process that started this
    found = match(demands, supplies, Parameters(top=TOP, explain=False)).by_demand()
    return {d: {s.supply_id: s.probability for s in listed} for d, listed in found.items()}


@dataclass(frozen=True, slots=True)
class Method:
    """A way to rank, the packages whose versions matter, and those it needs an environment for."""

    name: str
    rank: Callable[[Task], Scored]
    packages: tuple[str, ...]
    apart: tuple[str, ...] = ()
    plain: bool = True


METHODS = {
    "tfidf-words": Method("word TF-IDF (jieba)", tfidf_words, ("scikit-learn", "jieba")),
    "tfidf-names": Method("character TF-IDF, names", tfidf_characters_name, ("scikit-learn",)),
    "tfidf-characters": Method("character TF-IDF, whole rows", tfidf_characters, ("scikit-learn",)),
    "bm25": Method("BM25 (bm25s, jieba)", bm25, ("bm25s", "jieba"), ("bm25s", "jieba")),
    "ratio": Method("rapidfuzz ratio", rapidfuzz_ratio, ("rapidfuzz",)),
    "token-set-ratio": Method(
        "rapidfuzz token_set_ratio", rapidfuzz_token_set_ratio, ("rapidfuzz",)
    ),
    "emm": Method("EMM (ING)", emm, ("emm",), ("emm",), plain=False),
    "string-grouper": Method(
        "string_grouper", string_grouper, ("string_grouper",), ("string_grouper",), plain=False
    ),
    "this": Method("this project", this_project, ("numpy", "scipy", "rapidfuzz"), plain=False),
}


def peak_memory() -> int | None:
    """Most memory this process has held, in MB; None where the system does not tell.

    Not ``getrusage``: across a fork that begins with what the parent process held.
    """
    status = Path("/proc/self/status")
    lines = (
        status.read_text(encoding="ascii", errors="replace").splitlines() if status.exists() else []
    )
    held = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return held[0] // 1024 if held else None


def main(name: str, folder: Path) -> None:
    """Rank the task of a folder and leave scores, seconds, memory and versions beside it."""
    method = METHODS[name]
    rows = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    task = Task(folder, rows["demands"], rows["supplies"])
    start = time.perf_counter()
    scored = method.rank(task)
    outcome = {
        "seconds": time.perf_counter() - start,
        "peak_mb": peak_memory(),
        "versions": {package: version(package) for package in method.packages},
        "scored": scored,
    }
    (folder / f"{name}.json").write_text(json.dumps(outcome), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
