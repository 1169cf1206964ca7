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
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, environment
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
        RuntimeError: The server does not answer.
    """
    python = environment("locust", ["locust>=2.30"], cache, _INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        path, said, out = (Path(folder) / name for name in ("load.db", "said.txt", "out"))
        fill(path, items)
        with Store(path) as store:
            for n in range(users):
                store.users.add(f"reviewer{n}", Role.REVIEWER, password=hashed(PASSWORD))
        said.touch()
        with _served(path) as (site, server):
            command = [
                python, "-m", "locust", "-f", ROOT / "benchmarks/contestants/locust_users.py",
                "--headless", "--users", users, "--spawn-rate", max(1, users // 10),
                "--run-time", f"{seconds}s", "--host", site, "--csv", out, "--only-summary",
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
            memory = []
            while locust.poll() is None:
                memory.append(_resident_mb(server.pid))
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
        return Load(_pages(Path(f"{out}_stats.csv")), memory, wanted.total(),
                    (wanted - kept).total(), fault)  # fmt: skip


@contextmanager
def _served(path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "matcher", "serve", "--db", str(path), "--port", str(port)]
    server, site = subprocess.Popen(command, stdout=subprocess.DEVNULL), f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{site}/health", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server does not answer")
        yield site, server
    finally:
        server.terminate()
        server.wait(timeout=30)


def _resident_mb(pid: int) -> int:
    """Resident memory of a process in MB; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


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
    print(f"{asked.users} users, {asked.minutes:g} minutes, {asked.items:,} suggestions\n")
    print("| page | answers | failures | p50 ms | p95 ms |\n|---|---|---|---|---|")
    for page in told.pages:
        print(
            "| "
            + " | ".join(f"{value:,}" if isinstance(value, int) else value for value in page)
            + " |"
        )
    third = max(1, len(told.memory) // 3)
    print(f"\nmemory of the server, MB: {told.memory[0]} at first, at most {max(told.memory[:third])} in the"
          f" first third and {max(told.memory[-third:])} in the last")  # fmt: skip
    print(
        f"decisions acknowledged {told.acknowledged:,}, lost {told.lost}; log: {told.fault or 'whole'}"
    )


if __name__ == "__main__":
    main()
