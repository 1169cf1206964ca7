"""A server process of ours, started for a test and ended by its own id."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.cli.running import surroundings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(*arguments: object, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on running, until the end of the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        cwd=cwd, env=surroundings(PYTHONUNBUFFERED="1"), encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.terminate()
        child.communicate(timeout=30)


def answer(
    child: subprocess.Popen[str], port: int, path: str = "/", seconds: float = 60
) -> tuple[int, str]:
    """Status and text of a page, as soon as the server answers at all."""
    until = time.monotonic() + seconds
    while True:
        assert child.poll() is None, child.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as page:
                return page.status, page.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8")
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, "no answer"
            time.sleep(0.1)
