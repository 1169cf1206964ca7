"""Methods of ranking in processes of their own: what one breaks or installs is its own affair."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.judged import JudgedSet
from benchmarks.peers import METHODS, Scored
from benchmarks.processes import environment, process
from matcher.model import Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method found, and what it took.

    ``seconds`` count from the rows in memory to the ranking, with loading of the libraries and
    dictionaries; ``peak_mb`` is of the whole process.
    """

    scored: Scored
    seconds: float
    peak_mb: int | None
    versions: dict[str, str]

    @property
    def rankings(self) -> dict[str, list[str]]:
        """The supplies alone."""
        return {demand: list(found) for demand, found in self.scored.items()}


def write_task(judged: JudgedSet, folder: Path) -> None:
    """Leave a set where the processes find it: as text for all, as rows for this project."""

    def plain(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
        whole = [" ".join(filter(None, (r.product_name, r.spec, r.standard))) for r in rows]
        return [(r.row_id, r.product_name, text) for r, text in zip(rows, whole, strict=True)]

    task = {"demands": plain(judged.demands), "supplies": plain(judged.supplies)}
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    rows = (list(judged.demands), list(judged.supplies))
    (folder / "rows.pickle").write_bytes(pickle.dumps(rows))


def run(name: str, folder: Path, cache: Path, timeout: float) -> Outcome:
    """Run a method on the task of a folder.

    Raises:
        MethodFailedError: It cannot be installed, fails, or takes longer than ``timeout`` seconds.
    """
    needs = METHODS[name].apart
    python = environment(name, needs, cache, timeout) if needs else Path(sys.executable)
    process([python, "-m", "benchmarks.peers", name, folder], timeout)
    return Outcome(**json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
