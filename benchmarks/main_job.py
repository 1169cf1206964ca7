"""How long the main job takes: reading and matching lists of growing size, side by side.

``python benchmarks/main_job.py [ROWS …]`` makes lists from the bundled samples (each product name
with a running number in its specification), reads them as xlsx, matches them, and prints a table
with the raw python-calamine read beside it. Times are wall-clock seconds of this process.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import python_calamine
import xlsxwriter

from matcher import ListKind, Parameters, match, read_list

SOURCE = Path(__file__).parents[1] / "corpora" / "samples" / "source"
DEMANDS = 200
T = TypeVar("T")


def rows_of(name: str, count: int) -> list[list[str]]:
    """The header and ``count`` rows of a sample list, repeated with distinct ids and specs."""
    lines = (SOURCE / name).read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    spec = header.index("spec")
    rows = [header]
    for i in range(count):
        cells = lines[1 + i % (len(lines) - 1)].split("\t")
        cells += [""] * (len(header) - len(cells))
        cells[0] = f"{cells[0]}-{i}"
        cells[spec] = f"{cells[spec]} 批次{i}"
        rows.append(cells)
    return rows


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as an xlsx file of text cells."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("清单")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write_string(i, j, cell)
    return path


def timed(action: Callable[[], T]) -> tuple[T, float]:
    """A result and the seconds it took."""
    start = time.perf_counter()
    result = action()
    return result, time.perf_counter() - start


def main(sizes: list[int]) -> None:
    """Print one line per size."""
    packages = ", ".join(f"{p} {version(p)}" for p in ("python-calamine", "scikit-learn", "jieba"))
    print(
        f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, {packages}"
    )
    print(f"{'supplies':>9} {'raw read':>9} {'read':>9} {'ratio':>6} {f'match {DEMANDS}×':>12}")
    with tempfile.TemporaryDirectory() as folder:
        wanted = write(Path(folder) / "d.xlsx", rows_of("demands.tsv", DEMANDS))
        demands = read_list(wanted, ListKind.DEMAND).demands
        for size in sizes:
            path = write(Path(folder) / f"s{size}.xlsx", rows_of("supplies.tsv", size))
            _, raw = timed(
                lambda p=path: (
                    python_calamine.load_workbook(str(p)).get_sheet_by_index(0).to_python()
                )
            )
            reading, read = timed(lambda p=path: read_list(p, ListKind.SUPPLY))
            _, matched = timed(lambda s=reading.supplies: match(demands, s, Parameters()))
            print(f"{size:>9} {raw:>9.2f} {read:>9.2f} {read / raw:>6.1f} {matched:>12.2f}")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [1_000, 10_000, 50_000])
