"""What a contestant is given and what it gives back: files of a folder, and a clock for its phases.

Nothing here needs more than the standard library, because some contestants run in environments that
hold nothing but their own packages.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

DEMANDS, SUPPLIES, TRUTH = "需求.tsv", "供给.tsv", "truth.tsv"
TRUTH_KEYS = ("demand_id", "supply_id", "kind")
TOP = 10
THREADS = 2
NOT_COUNTED = "compile"  # a phase that is shown and left out of the sum: it happens once a process

Found = dict[str, list[str]]  # {demand: [supply, the best first]}


@dataclass(frozen=True)
class Task:
    """The lists of a folder as plain text: name, specification and standard of each row."""

    folder: Path

    @cached_property
    def demands(self) -> tuple[list[str], list[str]]:
        """Ids and texts of the demands."""
        return _texts(self.folder / DEMANDS)

    @cached_property
    def supplies(self) -> tuple[list[str], list[str]]:
        """Ids and texts of the supplies."""
        return _texts(self.folder / SUPPLIES)

    def demand_cells(self) -> Iterator[tuple[str, ...]]:
        """Rows of the demand list."""
        return islice(_rows(self.folder / DEMANDS), 1, None)

    def supply_cells(self) -> Iterator[tuple[str, ...]]:
        """Rows of the supply list."""
        return islice(_rows(self.folder / SUPPLIES), 1, None)

    @cached_property
    def truth(self) -> list[tuple[str, str, str]]:
        """Demand id, supply id and kind of the planted pairs."""
        return [(row[0], row[1], row[2]) for row in _rows(self.folder / TRUTH)][1:]

    def named(self, rows: Iterable[tuple[int, Sequence[int]]]) -> Found:
        """Places in the lists as ids: of each demand of the truth the supplies found, best first."""
        asked = {demand for demand, _, _ in self.truth}
        demands, supplies = self.demands[0], self.supplies[0]
        return {
            demands[d]: [supplies[s] for s in found] for d, found in rows if demands[d] in asked
        }


def _rows(path: Path) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from map(tuple, csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _texts(path: Path) -> tuple[list[str], list[str]]:
    rows = _rows(path)
    header = next(rows)
    columns = [header.index(key) for key in ("product_name", "spec", "standard")]
    ids, texts = [], []
    for row in rows:
        ids.append(row[0])
        texts.append(" ".join(filter(None, (row[c] for c in columns))))
    return ids, texts


@dataclass
class Clock:
    """Wall-clock seconds of each phase, and further figures, in the order they come."""

    phases: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside; a phase may have several parts."""
        start = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        """Add seconds to a phase."""
        self.phases[name] = self.phases.get(name, 0.0) + seconds


def counted(phases: Mapping[str, float]) -> float:
    """Seconds that count."""
    return sum(seconds for name, seconds in phases.items() if name != NOT_COUNTED)
