"""Speed side by side: segmentation, candidates, the whole job, single queries, reading, growth.

``python -m benchmarks.speed --demands 200 --supplies 5000`` generates lists
(:mod:`benchmarks.generate`), runs each contestant on them in a process of its own, one after the
other, and prints a table in Markdown for each part. ``--parts growth`` runs this project on every pair of
``--growth-demands`` and ``--growth-supplies`` and fits how its time grows.

Seconds are wall-clock, from texts or rows in memory to the outcome; loading of libraries and
reading of the lists are left out, and so is the phase ``compile`` (numba's, once a process). The
ratio is to the first line. MB is the most that the process and its children held at once, with lists
and libraries. ``synonym``, ``typo``, ``spec`` and ``same`` are recall@10 of the planted pairs; ``spec
first`` is the share of ``spec`` demands whose agreeing supply stands above the one in conflict.
Below each table stands how busy the machine was: other work beside it makes all figures too large.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contestants import CONTESTANTS, OURS, PARTS
from benchmarks.contestants.reading import write_workbook
from benchmarks.generate import DATA, Lists, write
from benchmarks.growth import exponents
from benchmarks.planting import KINDS
from benchmarks.processes import MethodFailedError, TimedOutError
from benchmarks.race import ORDER, Outcome, Race, recalls
from benchmarks.tables import load, machine, table
from benchmarks.task import Task

GROWTH = "growth"
P95 = "p95 ms"


def compare(race: Race, part: str, names: Sequence[str]) -> set[str]:
    """Run contestants of a part and print its table; returns the versions that were at work."""
    print(
        f"\n### {PARTS[part]}\n\n{race.demands:,} demands × {race.supplies:,} supplies\n",
        flush=True,
    )
    outcomes: dict[str, Outcome] = {}
    loads: list[str] = []
    for name in names:
        before = load()
        try:
            outcomes[name] = race.outcome(name)
        except MethodFailedError as error:
            print(f"{_failed(CONTESTANTS[name].title, error)}\n", flush=True)
        loads.append(f"{CONTESTANTS[name].title} {before} → {load()}")
    if outcomes:
        print(table(*_columns(race, outcomes)))
    print(f"\nBefore → after: {'; '.join(loads)}", flush=True)
    return {f"{p} {v}" for o in outcomes.values() for p, v in o.versions.items()}


def _failed(title: str, error: MethodFailedError) -> str:
    return f"{title} {'timed out' if isinstance(error, TimedOutError) else 'left out'}: {error}"


def _columns(race: Race, outcomes: dict[str, Outcome]) -> tuple[list[str], list[list[object]]]:
    """Header and rows; a column where no contestant has anything to say is left out."""
    first = _measure(next(iter(outcomes.values())))
    truth = Task(race.folder).truth
    rows = []
    for name, o in outcomes.items():
        row: dict[str, object] = {
            "contestant": CONTESTANTS[name].title,
            "phases": " + ".join(f"{phase} {seconds:.2f}" for phase, seconds in o.phases.items()),
            "s": f"{o.seconds:.2f}",
            "ratio": f"{_measure(o) / first:.2f}" if first else "",
        }
        if o.found and P95 not in o.figures:
            row["pairs/s"] = f"{race.demands * race.supplies / o.seconds:,.0f}" if o.seconds else ""
        row["MB"] = o.peak_mb or ""
        row |= {
            figure: f"{value:,.{0 if value % 1 == 0 else 2}f}"
            for figure, value in o.figures.items()
        }
        if o.found and P95 not in o.figures:
            shares = recalls(o.found, truth)
            row |= {k: f"{shares[k]:.3f}" for k in (*KINDS, ORDER) if k in shares}
        rows.append(row)
    header = list(dict.fromkeys(key for row in rows for key in row))
    return header, [[row.get(key, "–") for key in header] for row in rows]


def _measure(outcome: Outcome) -> float:
    """What contestants are compared by."""
    return outcome.figures.get(P95, outcome.seconds)


def grow(asked: argparse.Namespace) -> set[str]:
    """Run this project on growing lists, print its times and their exponents."""
    print("\n### Growth of this project's time\n", flush=True)
    seconds: dict[tuple[int, int], float] = {}
    rows: list[list[object]] = []
    versions: set[str] = set()
    for supplies in asked.growth_supplies:
        for demands in asked.growth_demands:
            size = [f"{demands:,}", f"{supplies:,}"]
            with generated(asked, demands, supplies) as race:
                try:
                    o = race.outcome(OURS)
                except MethodFailedError as error:
                    print(f"{_failed(' × '.join(size), error)}\n", flush=True)
                    continue
            seconds[demands, supplies] = o.seconds
            versions |= {f"{p} {v}" for p, v in o.versions.items()}
            phases = " + ".join(f"{phase} {took:.1f}" for phase, took in o.phases.items())
            rows.append([*size, phases, f"{o.seconds:.1f}", o.peak_mb or "–"])
    print(table(["demands", "supplies", "phases", "s", "MB"], rows))
    if fitted := exponents(seconds):
        print(f"\nFitted: seconds ~ demands^{fitted[0]:.2f} · supplies^{fitted[1]:.2f}")
    return versions


@contextmanager
def generated(asked: argparse.Namespace, demands: int, supplies: int) -> Iterator[Race]:
    """Lists of a size in a folder that lasts as long as they are needed."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        write(Lists(demands, supplies, asked.seed, data=asked.data), Path(folder))
        yield Race(Path(folder), demands, supplies, asked.cache.resolve(), asked.timeout)


def _sizes(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__)
    parser.add_argument("--demands", type=int, default=1000)
    parser.add_argument("--supplies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}, {GROWTH}")
    parser.add_argument("--only", default="", help=f"of {', '.join(CONTESTANTS)}")
    parser.add_argument("--growth-demands", type=_sizes, default=[1_000, 10_000, 100_000])
    parser.add_argument("--growth-supplies", type=_sizes, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one contestant")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "xieshou-benchmarks",
                        help="where environments of other libraries are kept")  # fmt: skip
    parser.add_argument("--data", type=Path, default=DATA, help="where names of goods may be")
    parser.add_argument("--folder", type=Path, help="where the lists are kept meanwhile")
    found = parser.parse_args(given)
    found.parts = found.parts.split(",")
    found.only = found.only.split(",") if found.only else list(CONTESTANTS)
    for chosen, known in ((found.parts, [*PARTS, GROWTH]), (found.only, list(CONTESTANTS))):
        if unknown := [name for name in chosen if name not in known]:
            parser.error(f"no {', '.join(unknown)}; there are {', '.join(known)}")
    return found


def main(given: Sequence[str]) -> None:
    """Print where this runs, one table per part, and the versions of the libraries."""
    asked = arguments(given)
    print(machine())
    versions: set[str] = set()
    parts = {
        part: [name for name in asked.only if CONTESTANTS[name].part == part]
        for part in asked.parts
        if part != GROWTH
    }
    if any(parts.values()):
        with generated(asked, asked.demands, asked.supplies) as race:
            for part, names in parts.items():
                if part == "reading" and names:
                    write_workbook(Task(race.folder))
                if names:
                    versions |= compare(race, part, names)
    if GROWTH in asked.parts:
        versions |= grow(asked)
    print(f"\n{', '.join(sorted(versions))}")


if __name__ == "__main__":
    main(sys.argv[1:])
