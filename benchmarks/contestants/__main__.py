"""A contestant in this process: ``python -m benchmarks.contestants NAME FOLDER OUTCOME``."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.contestants import CONTESTANTS
from benchmarks.peers import peak_memory
from benchmarks.task import Clock, Task


def main(name: str, folder: Path, outcome: Path) -> None:
    """Run a contestant on the lists of a folder and write what it found and took."""
    contestant = CONTESTANTS[name]
    clock = Clock()
    task = Task(folder)
    try:
        found = contestant.run(task, clock)
    except ImportError as error:
        sys.exit(str(error))  # the reason why it is left out
    said = {
        "phases": clock.phases,
        "figures": clock.figures,
        "found": found,
        "peak_mb": peak_memory(),
        "versions": {package: version(package) for package in contestant.packages},
    }
    outcome.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
