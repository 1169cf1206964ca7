"""A server process of ours, for the benchmarks of the pages."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import ROOT


@contextmanager
def serving(db: Path) -> Iterator[tuple[int, int]]:
    """A server process on a free port: port and process id.

    Raises:
        RuntimeError: It ended by itself.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "matcher", "serve", "--db", str(db), "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            if child.poll() is not None:
                raise RuntimeError("the server ended by itself")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait(30)


def memory(pid: int) -> float:
    """Resident memory of a process in MB, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0
