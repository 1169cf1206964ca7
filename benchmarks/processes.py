"""Processes of the benchmarks: environments made for them, time and memory they take."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_EVERY = 0.05  # seconds between two looks at the memory


class MethodFailedError(Exception):
    """A method that could not be installed or did not finish; the text says why in one line."""


class TimedOutError(MethodFailedError):
    """A method that took longer than it was given."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: seconds, and MB at once with all its children.

    ``peak_mb`` sums the resident memory of the processes, so that pages they share count twice; None
    where the system does not tell.
    """

    seconds: float
    peak_mb: int | None


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
        process([python, "-m", "pip", "install", "--quiet", *needs], timeout)
        ready.touch()
    return python


def process(command: Sequence[str | Path], timeout: float) -> Usage:
    """Run a command to its end.

    Raises:
        TimedOutError: It was not done after ``timeout`` seconds; it and its children are ended.
        MethodFailedError: It cannot be started, or fails; the text is the last line it said.
    """
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    start, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as errors:
        try:
            running = subprocess.Popen(
                [str(word) for word in command], cwd=ROOT, env=surroundings,
                stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise MethodFailedError(str(error)) from error
        try:
            while running.poll() is None:
                peak = max(peak, _memory(running.pid))
                if time.perf_counter() - start > timeout:
                    raise TimedOutError(f"not done after {timeout:.0f} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(_EVERY)
        finally:
            if running.poll() is None:
                _end(running)
        if running.returncode:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip().splitlines()
            raise MethodFailedError(said[-1] if said else f"ended with {running.returncode}")
    return Usage(time.perf_counter() - start, peak // 2**20 or None)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a process, and where the system has groups of processes all that it started."""
    if os.name == "nt":
        running.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _memory(pid: int) -> int:
    """Resident bytes of a process and its children; 0 where the system does not tell."""
    home = Path("/proc") / str(pid)
    try:
        pages = int((home / "statm").read_text(encoding="ascii").split()[1])
        children = " ".join(
            (task / "children").read_text(encoding="ascii") for task in (home / "task").iterdir()
        ).split()
    except (OSError, IndexError, ValueError):  # no such system, or just gone
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_memory(int(child)) for child in children)
