"""Quality side by side: plain baselines, other libraries and this project on judged sets.

``python -m benchmarks.quality [FOLDER ...] [--only SET] [--methods NAME,NAME]`` prints a table per
set in Markdown. A folder is a judged set or holds several; by default ``../shared/data`` beside this
checkout, and the cases of ``corpora/cases``.

Only judged demands are ranked, so that figures of this project can differ a little from those of
``xieshou evaluate``, which counts its statistics over all demands. The plain baseline to compare with
is chosen by its score on the very set, which favours the baseline. Other libraries see names,
specifications and standards; quantities and units only this project can read.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.apart import Outcome, run, write_task
from benchmarks.judged import CASES, JudgedSet, folders, load
from benchmarks.peers import METHODS, Scored
from benchmarks.processes import ROOT, MethodFailedError
from benchmarks.tables import machine, table
from matcher.evaluation import (
    LABELS,
    Interval,
    by_difficulty,
    differences,
    expected_calibration_error,
    intervals,
    pool,
)

DATA = ROOT.parent / "shared" / "data"
MEASURES = ("ndcg_at_10", "recall_at_10", "recall_best_at_10", "hit_at_1", "mrr")
OURS = "this"


def shown(found: Interval, sign: str = "") -> str:
    """A mean and its interval with three digits."""
    return f"{found.estimate:{sign}.3f} [{found.low:{sign}.3f}, {found.high:{sign}.3f}]"


def compare(judged: JudgedSet, methods: Sequence[str], cache: Path, timeout: float) -> set[str]:
    """Run the methods on a set and print its table; returns the versions that were at work."""
    print(f"\n### {judged.name}\n")
    size = f"{len(judged.demands)} judged demands × {len(judged.supplies)} supplies"
    print(f"{size}{f'; {judged.note}' if judged.note else ''}\n", flush=True)
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_task(judged, Path(folder))
        for name in methods:
            try:
                outcomes[name] = run(name, Path(folder), cache, timeout)
            except MethodFailedError as error:
                print(f"{METHODS[name].name} left out: {error}\n", flush=True)
    measured = {n: intervals(o.rankings, judged.judgements) for n, o in outcomes.items()}
    rows = [
        (
            METHODS[name].name,
            *(shown(measured[name][m]) for m in MEASURES),
            f"{outcome.seconds:.1f}",
            outcome.peak_mb or "–",
        )
        for name, outcome in outcomes.items()
    ]
    print(table(["method", *(LABELS[m] for m in MEASURES), "s", "MB"], rows))
    if OURS in outcomes:
        _difference(judged, outcomes, measured)
        _probabilities(judged, outcomes[OURS].scored)
    return {f"{p} {v}" for o in outcomes.values() for p, v in o.versions.items()}


def _difference(
    judged: JudgedSet,
    outcomes: Mapping[str, Outcome],
    measured: Mapping[str, Mapping[str, Interval]],
) -> None:
    """This project minus the plain baseline with the best nDCG@10, demand by demand."""
    plain = [name for name in outcomes if METHODS[name].plain]
    if not plain:
        return
    best = max(plain, key=lambda name: measured[name]["ndcg_at_10"].estimate)
    found = differences(outcomes[OURS].rankings, outcomes[best].rankings, judged.judgements)
    print(f"\nThis project minus {METHODS[best].name}, the best plain baseline, paired:\n")
    print(table([LABELS[m] for m in MEASURES], [[shown(found[m], "+") for m in MEASURES]]))


def _probabilities(judged: JudgedSet, scored: Scored) -> None:
    """How far this project's probabilities can be believed; what it gives to each kind of pair."""
    pairs = pool(scored, judged.judgements)
    error = expected_calibration_error(pairs.probability, pairs.relevant)
    print(
        f"\nECE of its probabilities (10 bins, pairs without judgement not relevant): {error:.3f}"
    )
    hard = sorted(
        (-judged.judgements[d][s], difficulty, scored.get(d, {}).get(s, 0.0))
        for (d, s), difficulty in judged.difficulties.items()
    )
    if not hard:
        return
    means = by_difficulty((difficulty, f"{-grade:g}", score) for grade, difficulty, score in hard)
    grades = list(dict.fromkeys(f"{-grade:g}" for grade, _, _ in hard))
    rows = [
        [difficulty, *(f"{tiers[g].mean:.3f} ({tiers[g].n})" if g in tiers else "" for g in grades)]
        for difficulty, tiers in means.items()
    ]
    print("\nIts mean probability by difficulty and grade (pairs); 0 where it has no suggestion:\n")
    print(table(["difficulty", *grades], rows))


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="judged sets, or folders of them")
    parser.add_argument("--only", action="append", default=[], metavar="SET", help="a set's name")
    parser.add_argument("--methods", default=",".join(METHODS), help="names separated by commas")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "xieshou-benchmarks",
                        help="where environments of other libraries are kept")  # fmt: skip
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one method")
    found = parser.parse_args(given)
    found.methods = found.methods.split(",")
    if unknown := [name for name in found.methods if name not in METHODS]:
        parser.error(f"no method {', '.join(unknown)}; there are {', '.join(METHODS)}")
    return found


def main(given: Sequence[str]) -> None:
    """Print machine, date, one table per set, and the versions of the libraries."""
    asked = arguments(given)
    places = asked.folders or [DATA]
    known = [*(folder.name for folder in folders(places)), CASES]
    if len(known) == 1 and asked.only != [CASES]:
        print(f"no judged sets in {', '.join(map(str, places))}; --only {CASES} runs without them")
        return
    if unknown := [name for name in asked.only if name not in known]:
        print(f"no set {', '.join(unknown)}; there are {', '.join(known)}")
        return
    print(machine())
    print("Means over the judged demands with 95 % bootstrap intervals.")
    versions: set[str] = set()
    for judged in load(asked.only, places):
        versions |= compare(judged, asked.methods, asked.cache.resolve(), asked.timeout)
    print(f"\n{', '.join(sorted(versions))}")


if __name__ == "__main__":
    main(sys.argv[1:])
