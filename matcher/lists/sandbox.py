"""Grids of a file, with everything that may be hostile parsed in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from matcher.errors import UnreadableListError
from matcher.lists import worker
from matcher.lists.extract import plain, records
from matcher.lists.grid import Grid
from matcher.lists.guard import format_of
from matcher.lists.limits import Limits


def extract(path: Path, limits: Limits) -> tuple[list[Grid], str, str]:
    """Grids, format and encoding (empty for binary formats) of a file.

    csv, tsv and JSON are read here: their cost is linear in their size, which is limited.
    Workbooks, docx and pdf go to :mod:`matcher.lists.worker` under a memory and a time limit.

    Raises:
        UnreadableListError: In one sentence, why the file cannot be read.
    """
    kind = format_of(path, limits)
    try:
        if kind == "text":
            grids, encoding = plain.extract(path, limits)
            return grids, kind, encoding
        if kind == "json":
            grids, encoding = records.extract(path, limits)
            return grids, kind, encoding
    except (MemoryError, OSError) as error:
        raise UnreadableListError(f"{path.name} 读不进来，请检查磁盘和内存后再试") from error
    return _in_child(kind, path, limits), kind, ""


def _in_child(kind: str, path: Path, limits: Limits) -> list[Grid]:
    size = path.stat().st_size
    seconds = limits.seconds_for(size)
    command = [
        sys.executable, "-X", "utf8", "-m", "matcher.lists.worker",
        kind, str(path.resolve()), json.dumps(asdict(limits)),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableListError(
            f"{path.name} 读了 {seconds:.0f} 秒还没读完，文件可能异常，请另存为新的 xlsx 后再试"
        ) from error
    try:
        return worker.load(iter(done.stdout.splitlines()))
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise UnreadableListError(
            f"{path.name} 太大或已损坏，读取中断，请拆成几个文件或另存为新的 xlsx 后再试"
        ) from error
