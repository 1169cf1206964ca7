"""A table as it stands in a file: cells as text, merged ranges, nothing understood yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from matcher.text import clean

# (first row, first column, last row, last column), 0-based within the grid, inclusive.
Merge = tuple[int, int, int, int]


@dataclass(slots=True)
class Grid:
    """One sheet or table.

    Attributes:
        name: Name of the sheet, or 表1, 表2 … for tables of a document.
        rows: Cells as text, ``rows[i][j]``; rows may be shorter than others.
        merges: Merged ranges; only their first cell holds text.
        first_row: Number that a user sees for ``rows[0]``.
        hidden: The sheet is hidden in the workbook.
        loses_merges: The format cannot carry merged cells (csv), so blanks may stand for them.
    """

    name: str
    rows: list[list[str]]
    merges: list[Merge] = field(default_factory=list)
    first_row: int = 1
    hidden: bool = False
    loses_merges: bool = False


def text_at(grid: Grid, row: int, column: int) -> str:
    """Clean text of a cell, empty beyond the end of a short row."""
    cells = grid.rows[row]
    return clean(cells[column]) if column < len(cells) and cells[column] else ""


def width(grid: Grid) -> int:
    """Number of columns of the widest row."""
    return max((len(row) for row in grid.rows), default=0)


def cell_text(value: Any) -> str:
    """The text of a cell value: integers without ``.0``, dates in ISO form, floats as typed.

    A float carries 15 digits at most; what a workbook shows as 0.1 must not read as
    0.1000000000000000055, and of a longer number (a code of 18 digits that the workbook took for
    a number) the rest is lost: it is shown with an exponent, so that nobody takes it for whole.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if abs(value) < 1e15 and value == int(value):
            return str(int(value))
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
