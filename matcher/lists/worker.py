"""The parsing process: ``python -m matcher.lists.worker FORMAT PATH LIMITS``.

It parses one file that may be hostile and prints grids as JSON lines, so that a crash, a hang or
a hunger for memory ends this process and not the one a user works in. The parent never
unpickles anything: what comes back is text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from matcher.errors import UnreadableListError
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits


def limit_memory(limit: int) -> None:
    """Bound this process's address space where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (OSError, ValueError):
        return


def parse(kind: str, path: Path, limits: Limits) -> list[Grid]:
    """Grids of one workbook, docx or pdf."""
    if kind == "workbook":
        from matcher.lists.extract import workbook

        return workbook.extract(path, limits)
    from matcher.lists.extract import document

    return (document.extract_docx if kind == "docx" else document.extract_pdf)(path, limits)


def dump(grids: list[Grid], out: TextIO) -> None:
    """Write grids as JSON lines: a head per grid, then its rows."""
    for grid in grids:
        head = asdict(grid)
        rows = head.pop("rows")
        print(json.dumps({"grid": head, "rows": len(rows)}), file=out)
        for row in rows:
            print(json.dumps(row, ensure_ascii=True), file=out)
    print(json.dumps({"end": len(grids)}), file=out)


def load(lines: Iterator[str]) -> list[Grid]:
    """The opposite of :func:`dump`.

    Raises:
        UnreadableListError: The child reports that the file is unreadable.
        ValueError: The output is incomplete.
    """
    grids: list[Grid] = []
    for line in lines:
        head = json.loads(line)
        if "refused" in head:
            raise UnreadableListError(head["refused"])
        if "end" in head:
            return grids
        rows = [json.loads(next(lines)) for _ in range(head["rows"])]
        data = head["grid"]
        data["merges"] = [tuple(merge) for merge in data["merges"]]
        grids.append(Grid(rows=rows, **data))
    raise ValueError("incomplete")


def main(arguments: list[str]) -> int:
    """Parse, print, and say a refusal as data; never a traceback."""
    kind, path, limits = arguments[0], Path(arguments[1]), Limits(**json.loads(arguments[2]))
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    limit_memory(limits.memory_bytes)
    damaged = f"{path.name} 已损坏，读不出内容，请重新导出后再试"
    try:
        dump(parse(kind, path, limits), sys.stdout)
    except UnreadableListError as error:
        print(json.dumps({"refused": str(error)}))
    except MemoryError:
        print(json.dumps({"refused": f"{path.name} 太大，内存不够，请拆成几个文件，或另存为 csv"}))
    except BaseException:  # noqa: BLE001 - parsers of damaged files raise anything, panics too
        print(json.dumps({"refused": damaged}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
