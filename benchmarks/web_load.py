"""Fifty people at once for ten minutes, by locust, over a real server; what was acknowledged is counted.

    python benchmarks/web_load.py --users 50 --minutes 10

Reviewers decide, look at lists, search and open pages, with pauses as people make them. Printed are
the answers by kind of page as locust tells them, failures, the memory of the server over time, and
how many of the decisions that the server had acknowledged are in the database. Locust is installed
into an environment of its own on first use.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, environment
from benchmarks.serving import memory, serving
from benchmarks.tables import machine, table
from benchmarks.web_review import fill
from matcher.store import Role, Store
from web.passwords import hashed

PASSWORD = "a long enough phrase"  # noqa: S105 - of a database that lives for minutes
_EVERY = 5.0  # seconds between two looks at the memory
_INSTALL = 600.0


@dataclass(frozen=True, slots=True)
class Load:
    """What came out of a load.

    ``pages`` are locust's lines: name, requests, failures, 50 % and 95 % in ms. ``memory`` is the
    server's resident memory in MB, every few seconds. ``lost`` are acknowledged decisions that are
    not in the database.
    """

    pages: list[tuple[str, int, int, int, int]]
    memory: list[int]
    acknowledged: int
    lost: int
    fault: str

    @property
    def failures(self) -> int:
        """Answers that were errors."""
        return sum(page[2] for page in self.pages)


def load(users: int, seconds: int, items: int, cache: Path) -> Load:
    """Fill a database, serve it, let so many users work for so long.

    Raises:
        MethodFailedError: Locust cannot be installed.
        RuntimeError: The server ended by itself.
    """
    python = environment("locust", ["locust>=2.30"], cache, _INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        path, said, out = (Path(folder) / name for name in ("load.db", "said.txt", "out"))
        fill(path, items)
        with Store(path) as store:
            for n in range(users):
                store.users.add(f"reviewer{n}", Role.REVIEWER, password=hashed(PASSWORD))
        said.touch()
        with serving(path) as (port, pid):
            command = [
                python, "-m", "locust", "-f", ROOT / "benchmarks/contestants/locust_users.py",
                "--headless", "--users", users, "--spawn-rate", max(1, users // 10),
                "--run-time", f"{seconds}s", "--host", f"http://127.0.0.1:{port}", "--csv", out, "--only-summary",
                "--stop-timeout", "30",
            ]  # fmt: skip
            told = os.environ | {
                "ACKNOWLEDGED": str(said),
                "PASSWORD": PASSWORD,
                "DEMANDS": str(items // 10),
            }
            locust = subprocess.Popen(
                [*map(str, command)], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            seen = []
            while locust.poll() is None:
                seen.append(round(memory(pid)))
                time.sleep(_EVERY)
        wanted = Counter(tuple(line.split()) for line in said.read_text().splitlines())
        with Store(path) as store:
            kept = Counter(
                (f"{demand}-{supply}", verdict)
                for demand, supply, verdict in store.db.execute(
                    "SELECT demand_key, supply_key, verdict FROM decisions"
                )
            )
            fault = store.audit.verify().fault
        return Load(_pages(Path(f"{out}_stats.csv")), seen, wanted.total(),
                    (wanted - kept).total(), fault)  # fmt: skip


def _pages(path: Path) -> list[tuple[str, int, int, int, int]]:
    with path.open(encoding="utf-8") as lines:
        return [
            (row["Name"], int(row["Request Count"]), int(row["Failure Count"]),
             int(row["50%"] or 0), int(row["95%"] or 0))
            for row in csv.DictReader(lines) if row["Name"] != "Aggregated"
        ]  # fmt: skip


def main() -> None:
    """Print what a load does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--items", type=int, default=50_000, help="suggestions that wait")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "xieshou-peers")
    asked = parser.parse_args()
    told = load(asked.users, round(asked.minutes * 60), asked.items, asked.cache)
    print(
        f"{machine()}; {asked.users} users, {asked.minutes:g} minutes, {asked.items:,} suggestions\n"
    )
    print(table(("page", "answers", "failures", "p50 ms", "p95 ms"), told.pages))
    third = max(1, len(told.memory) // 3)
    print(f"\nmemory of the server, MB: {told.memory[0]} at first, at most {max(told.memory[:third])} in the"
          f" first third and {max(told.memory[-third:])} in the last")  # fmt: skip
    print(
        f"decisions acknowledged {told.acknowledged:,}, lost {told.lost}; log: {told.fault or 'whole'}"
    )


if __name__ == "__main__":
    main()
