"""Contestants on lists of one size: run in processes of their own, what they took and found."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import CONTESTANTS
from benchmarks.planting import CONFLICT
from benchmarks.processes import MethodFailedError, environment, process
from benchmarks.task import TOP, Found, counted

ORDER = "spec first"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contestant took and found; see :class:`benchmarks.task.Clock`."""

    phases: dict[str, float]
    figures: dict[str, float]
    found: Found
    peak_mb: int | None
    versions: dict[str, str]

    @property
    def seconds(self) -> float:
        """Seconds of all phases that count."""
        return counted(self.phases)


@dataclass(frozen=True, slots=True)
class Race:
    """Lists in a folder, and how contestants are run on them."""

    folder: Path
    demands: int
    supplies: int
    cache: Path
    timeout: float

    def outcome(self, name: str) -> Outcome:
        """Run a contestant.

        Raises:
            MethodFailedError: It cannot be installed, fails, is not meant for lists of this size,
                or (a TimedOutError) takes too long.
        """
        contestant = CONTESTANTS[name]
        most = contestant.most
        if most and (self.demands > most[0] or self.supplies > most[1]):
            raise MethodFailedError(f"run on lists up to {most[0]:,} × {most[1]:,} only")
        python = Path(sys.executable)
        if contestant.apart:
            python = environment(contestant.home, contestant.apart, self.cache, self.timeout)
        path = self.folder / f"{name}.json"
        command: list[str | Path] = [
            python,
            "-m",
            "benchmarks.contestants",
            name,
            self.folder,
            path,
        ]
        usage = process(command, self.timeout)
        said = json.loads(path.read_text(encoding="utf-8"))
        said["peak_mb"] = max(said["peak_mb"] or 0, usage.peak_mb or 0) or None
        return Outcome(**said)


def recalls(found: Found, truth: Sequence[tuple[str, str, str]]) -> dict[str, float]:
    """Share of planted pairs among the first ten, by kind.

    Under :data:`ORDER` the share of ``spec`` demands whose agreeing supply is found, and above the
    one in conflict where that is found too.
    """
    places: dict[str, dict[str, int]] = {}
    hits: dict[str, list[bool]] = {}
    for demand, supply, kind in truth:
        listed = found.get(demand, [])[:TOP]
        place = listed.index(supply) if supply in listed else TOP
        places.setdefault(demand, {})[kind] = place
        hits.setdefault(kind, []).append(place < TOP)
    hits[ORDER] = [p["spec"] < p[CONFLICT] for p in places.values() if CONFLICT in p]
    return {kind: sum(each) / len(each) for kind, each in hits.items() if each}
