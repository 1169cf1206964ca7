"""Methods in processes of their own: what one of them breaks, takes or installs is its own affair."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.judged import JudgedSet
from benchmarks.peers import METHODS, Scored
from matcher.model import Row

ROOT = Path(__file__).parents[1]


class MethodFailedError(Exception):
    """A method that could not be installed or did not finish; the text says why in one line."""


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
    _process([python, "-m", "benchmarks.peers", name, folder], timeout)
    return Outcome(**json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def environment(name: str, needs: Sequence[str], cache: Path, timeout: float) -> Path:
    """The Python of an environment with these packages, made on first use and kept.

    Raises:
        MethodFailedError: The environment cannot be made, or the packages not installed.
    """
    home = cache / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / "ready"
    if not ready.exists():
        shutil.rmtree(home, ignore_errors=True)
        try:
            venv.create(home, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise MethodFailedError(f"no environment: {error}") from error
        _process([python, "-m", "pip", "install", "--quiet", *needs], timeout)
        ready.touch()
    return python


def _process(command: Sequence[str | Path], timeout: float) -> None:
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [str(word) for word in command], cwd=ROOT, env=surroundings, timeout=timeout,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise MethodFailedError(f"not done after {timeout:.0f} s") from error
    except OSError as error:
        raise MethodFailedError(str(error)) from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise MethodFailedError(said[-1])
