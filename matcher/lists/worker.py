"""The parsing process: ``python -m matcher.lists.worker OUTER_FORMAT PATH LIMITS``.

It opens one file that may be hostile and prints grids as JSON lines, so that a crash, a hang or
a hunger for memory ends this process and not the one a user works in. What comes back is text:
nobody unpickles anything. The lines, in this order:

- ``{"pages": n}``: a pdf has so many pages (the reader of the lines may allow more time);
- ``{"format": …, "encoding": …}``: what the file is;
- ``{"grid": {…}}``: a grid begins, without rows; then any number of ``{"rows": [[…], …]}``;
- ``{"end": n}``: all grids are complete, or ``{"refused": sentence}`` at any place.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.extract import Extracted
from matcher.lists.grid import Grid
from matcher.lists.guard import inner_format
from matcher.lists.limits import Limits

_ROWS_PER_LINE = 500


def limit_resources(limits: Limits, size: int) -> None:
    """Bound this process's memory, and the time it can outlive a killed parent.

    Windows has job objects for it; a system with neither is left to the checks of the guard.
    """
    try:
        import resource
    except ImportError:
        from matcher.lists import windows

        windows.limit_memory(limits.memory_bytes)
        return
    seconds = int(limits.seconds_for(size) + limits.seconds_for_pages(limits.pages)) + 2
    for kind, limit in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),  # a crash leaves no file behind
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (OSError, ValueError):
            continue


def parse(
    format_: str, path: Path, limits: Limits, say_pages: Callable[[int], None]
) -> tuple[Iterator[Extracted], str]:
    """Grids of one workbook, docx, pdf or JSON file, and its encoding (empty for binary ones)."""
    if format_ == "workbook":
        from matcher.lists.extract import workbook

        return workbook.extract(path, limits), ""
    if format_ == "json":
        from matcher.lists.extract import records

        grids, encoding = records.extract(path, limits)
        return ((grid, grid.rows) for grid in grids), encoding
    if format_ == "pdf":
        from matcher.lists.extract import pdf

        return pdf.extract(path, limits, say_pages), ""
    from matcher.lists.extract import document

    return document.extract(path, limits), ""


def dump(grids: Iterable[Extracted], name: str, limits: Limits) -> Iterator[str]:
    """Lines of grids; their rows are written as they come, without the empty cells at the end.

    Raises:
        UnreadableListError: The cells hold more text than the limits allow.
    """
    count = characters = 0
    for count, (grid, rows) in enumerate(grids, 1):  # noqa: B007 - the last count is needed
        head = {f.name: getattr(grid, f.name) for f in fields(Grid) if f.name != "rows"}
        yield json.dumps({"grid": head}, ensure_ascii=False)
        waiting = iter(rows)
        while block := list(islice(waiting, _ROWS_PER_LINE)):
            line = json.dumps({"rows": [_trim(row) for row in block]}, ensure_ascii=False)
            characters += len(line)
            if characters > limits.characters:
                raise UnreadableListError(f"{name} 的文字太多，不像清单，请拆成几个文件")
            yield line
    yield json.dumps({"end": count})


def _trim(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def main(arguments: list[str]) -> int:
    """Parse, print, and say a refusal as data; never a traceback."""
    outer, path, limits = arguments[0], Path(arguments[1]), Limits(**json.loads(arguments[2]))
    # A name that is no valid text (surrogates) and a lone surrogate in a cell pass through.
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")  # type: ignore[union-attr]
    try:
        limit_resources(limits, path.stat().st_size)
        format_ = inner_format(path, outer, limits)
        grids, encoding = parse(format_, path, limits, lambda pages: _print(pages=pages))
        _print(format=format_, encoding=encoding)
        for line in dump(grids, path.name, limits):
            print(line)
    except UnreadableListError as error:
        _print(refused=str(error))
    except OSError:
        _print(refused=f"{path.name} 打不开，请检查文件是否还在，并关闭占用它的程序")
    except MemoryError:
        _print(refused=f"{path.name} 太大，内存不够，请拆成几个文件，或另存为 csv")
    except BaseException:  # noqa: BLE001 - parsers of damaged files raise anything, panics too
        _print(refused=f"{path.name} 已损坏，读不出内容，请重新导出后再试")
    return 0


def _print(**data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
