"""Grids of a file, with everything that may be hostile parsed in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from matcher.errors import UnreadableListError
from matcher.lists.extract import plain, records
from matcher.lists.grid import Grid
from matcher.lists.guard import outer_format
from matcher.lists.limits import MEGABYTE, Limits

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# How a process ends that was refused memory in native code, or that the system picked to end.
_OUT_OF_MEMORY = frozenset({-6, -9, 0xC0000409, 0xC0000017})


@dataclass(slots=True)
class Parsed:
    """What came out of a file: grids, their format, and the encoding of a text format."""

    grids: list[Grid] = field(default_factory=list)
    format: str = ""
    encoding: str = ""


def extract(path: Path, limits: Limits, encoding: str = "") -> tuple[list[Grid], str, str]:
    """Grids, format and encoding (empty for binary formats) of a file.

    A text table is read in ``encoding``, where one is given.
    Text tables and small JSON files are read here: no native parser, and a cost that is linear
    in their size, which is limited. All else goes to :mod:`matcher.lists.worker`, under a memory
    and a time limit.

    Raises:
        UnreadableListError: In one sentence, why the file cannot be read.
    """
    try:
        parsed = _extract(path, limits, encoding)
    except UnreadableListError as error:
        # Names of files and sheets may hold line ends or what no screen can show.
        raise UnreadableListError(_UNSHOWN.sub("?", str(error))) from error
    except MemoryError as error:
        raise UnreadableListError(f"{path.name} 太大，内存不够，请拆成几个文件") from error
    except (OSError, UnicodeError) as error:  # gone, or changed, while it was read
        name = _UNSHOWN.sub("?", path.name)
        raise UnreadableListError(
            f"{name} 读到一半打不开了，请检查文件是否还在，再试一次"
        ) from error
    return parsed.grids, parsed.format, parsed.encoding


def _extract(path: Path, limits: Limits, encoding: str) -> Parsed:
    outer = outer_format(path, limits)
    if outer == "text":
        grids, found = plain.extract(path, limits, encoding)
        return Parsed(grids, outer, found)
    size = path.stat().st_size
    if outer == "json" and size <= MEGABYTE:
        grids, found = records.extract(path, limits)
        return Parsed(grids, outer, found)
    return in_child(outer, path, size, limits)


def in_child(outer: str, path: Path, size: int, limits: Limits) -> Parsed:
    """Parse a file in a process that is stopped when its time is over, and is always waited for.

    Raises:
        UnreadableListError: The child says so, ran out of time or memory, or ended too early.
    """
    command = [
        sys.executable, "-X", "utf8", "-W", "ignore", "-m", "matcher.lists.worker",
        outer, str(path.absolute()), json.dumps(asdict(limits)),
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
        errors="surrogatepass",
    ) as child:
        deadline = _Deadline(child.kill, limits.seconds_for(size))
        try:
            assert child.stdout is not None
            return load(
                child.stdout, lambda pages: deadline.extend(limits.seconds_for_pages(pages))
            )
        except (ValueError, LookupError, TypeError) as error:
            code = child.wait()
            raise UnreadableListError(_why(path.name, deadline, code)) from error
        finally:
            deadline.cancel()
            child.kill()


def _why(name: str, deadline: _Deadline, code: int) -> str:
    if deadline.passed:
        return f"{name} 读了 {deadline.seconds:.0f} 秒还没读完，文件可能异常，请拆成几个文件或另存为新的 xlsx 后再试"
    if code in _OUT_OF_MEMORY:
        return f"{name} 太大，内存不够，请拆成几个文件，或另存为 csv"
    return f"{name} 已损坏，读到一半中断，请重新导出或另存为新的 xlsx 后再试"


class _Deadline:
    """Calls ``stop`` after some seconds, unless cancelled; more seconds may be added."""

    def __init__(self, stop: Callable[[], None], seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._stop = stop
        self._began = time.monotonic()
        self._timer = self._started()

    def _started(self) -> threading.Timer:
        left = self._began + self.seconds - time.monotonic()
        timer = threading.Timer(max(0.0, left), self._pass)
        timer.daemon = True
        timer.start()
        return timer

    def _pass(self) -> None:
        self.passed = True
        self._stop()

    def extend(self, seconds: float) -> None:
        self._timer.cancel()
        self.seconds += seconds
        self._timer = self._started()

    def cancel(self) -> None:
        self._timer.cancel()


def load(lines: Iterator[str], on_pages: Callable[[int], None] = lambda _pages: None) -> Parsed:
    """What the lines of :mod:`matcher.lists.worker` say.

    Raises:
        UnreadableListError: The child reports that the file is unreadable.
        ValueError: The lines are incomplete.
    """
    parsed = Parsed()
    for line in lines:
        data = json.loads(line)
        if "rows" in data:
            parsed.grids[-1].rows += data["rows"]
        elif "grid" in data:
            merges = [tuple(merge) for merge in data["grid"].pop("merges")]
            parsed.grids.append(Grid(rows=[], merges=merges, **data["grid"]))
        elif "format" in data:
            parsed.format, parsed.encoding = data["format"], data["encoding"]
        elif "pages" in data:
            on_pages(data["pages"])
        elif "refused" in data:
            raise UnreadableListError(data["refused"])
        elif data["end"] == len(parsed.grids):
            return parsed
    raise ValueError("incomplete")
