"""The problem rows of a list as a workbook in its own layout, to be corrected and sent back (问题行)."""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from matcher.knowledge import kind as declared_kind
from matcher.lists.filling import FIRM_KEYS
from matcher.lists.grid import Grid, text_at, width
from matcher.lists.reading import ListReading, OpenedList
from matcher.lists.sheets import TableReading
from matcher.model import Row

REMARKS, ORIGIN = "问题说明", "携手行号（请勿改动）"
Place = tuple[str, int]
_LONGEST_CELL = 32_000  # what a workbook can hold


@dataclass(frozen=True, slots=True)
class _Sheet:
    grid: Grid
    tables: list[TableReading]
    rows: dict[int, Row]


def problem_file(
    opened: OpenedList,
    reading: ListReading,
    remarks: Mapping[Place, str],
    origin: Callable[[Place], str],
) -> bytes:
    """An xlsx of the rows that have remarks, under what stands above them in the file.

    A cell that the list leaves blank because the row above says the firm is filled in, because
    the row above may be missing here.

    Args:
        opened: The file.
        reading: What was read of it.
        remarks: Sheet and row number → what is wrong there.
        origin: Sheet and row number → by what the row is recognised when it comes back.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        for sheet in _sheets(opened, reading, remarks):
            _write(book, sheet, remarks, origin)
    return buffer.getvalue()


def _sheets(opened: OpenedList, reading: ListReading, remarks: Mapping[Place, str]) -> list[_Sheet]:
    wanted = {sheet for sheet, _ in remarks}
    found = []
    for grid in opened.grids:
        tables = [table for table in reading.tables if table.sheet == grid.name]
        if grid.name in wanted and tables:
            rows = {r.source.row: r for r in reading.rows if r.source.sheet == grid.name}
            found.append(_Sheet(grid, tables, rows))
    return found


def _write(
    book: xlsxwriter.Workbook,
    sheet: _Sheet,
    remarks: Mapping[Place, str],
    origin: Callable[[Place], str],
) -> None:
    grid, total = sheet.grid, width(sheet.grid)
    out = book.add_worksheet(_sheet_name(grid.name))
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    said = book.add_format({"font_color": "#A02020", "text_wrap": True, "valign": "top"})
    faint = book.add_format({"font_color": "#7F7F7F", "num_format": "@", "valign": "top"})
    out.set_column(0, max(total - 1, 0), 16)
    out.set_column(total, total, 48)
    out.set_column(total + 1, total + 1, 20)
    at = 0
    for lines, numbers in _blocks(sheet, remarks):
        at = _headings(out, sheet, lines, at, (plain, head))
        for name, column in ((REMARKS, total), (ORIGIN, total + 1)):
            out.write_string(at - 1, column, name, head)
        firm = _Firm(sheet)
        for number in numbers:
            for column, text in enumerate(firm.row(number)):
                out.write_string(at, column, text[:_LONGEST_CELL], plain)
            place = grid.name, number
            out.write_string(at, total, remarks[place][:_LONGEST_CELL], said)
            out.write_string(at, total + 1, origin(place), faint)
            at += 1


def _blocks(sheet: _Sheet, remarks: Mapping[Place, str]) -> list[tuple[tuple[int, ...], list[int]]]:
    """Header lines and the problem rows below them; what stands above the first one goes along."""
    blocks: list[tuple[tuple[int, ...], list[int]]] = []
    tables = sheet.tables
    numbers = sorted(number for name, number in remarks if name == sheet.grid.name)
    for i, table in enumerate(tables):
        if i and table.first_row == tables[i - 1].first_row:  # side by side with the one before
            continue
        mine = [n for n in numbers if table.first_row <= n <= table.last_row]
        lines = table.header_rows
        if not i and lines:
            lines = tuple(range(sheet.grid.first_row, lines[-1] + 1))
        if mine:
            blocks.append((lines, mine))
    return blocks


def _headings(
    out: Any, sheet: _Sheet, lines: tuple[int, ...], at: int, formats: tuple[Any, Any]
) -> int:
    """Write lines from the file as they stand, merged cells too; returns the next free row."""
    grid, (plain, head) = sheet.grid, formats
    if not lines:  # a table without a header: what its columns were taken for
        for column in sheet.tables[0].columns:
            out.write_string(at, column.index, column.heading or _label(column.key), head)
        return at + 1
    headings = {number for table in sheet.tables for number in table.header_rows}
    first = lines[0]
    for number in lines:
        r = number - grid.first_row
        for c in range(len(grid.rows[r]) if r >= 0 else 0):
            look = head if number in headings else plain
            out.write_string(at + number - first, c, text_at(grid, r, c), look)
    for r0, c0, r1, c1 in grid.merges:
        top, bottom = grid.first_row + r0, grid.first_row + r1
        if lines[0] <= top <= bottom <= lines[-1] and (r1 > r0 or c1 > c0):
            look = head if top in headings else plain
            out.merge_range(
                at + top - first, c0, at + bottom - first, c1, text_at(grid, r0, c0), look
            )
    if lines[-1] < grid.first_row:  # the keys of JSON objects stand in no row
        for column in sheet.tables[0].columns:
            out.write_string(at, column.index, column.heading, head)
    return at + lines[-1] - first + 1


class _Firm:
    """Rows of one sheet with the cells filled in that they leave to the rows above them."""

    def __init__(self, sheet: _Sheet) -> None:
        self._sheet = sheet
        self._columns = {
            column.key: column.index
            for table in sheet.tables
            for column in table.columns
            if column.key in FIRM_KEYS
        }
        self._known = sorted(sheet.rows)

    def row(self, number: int) -> list[str]:
        grid = self._sheet.grid
        cells = list(grid.rows[number - grid.first_row])
        cells = [cell.strip() for cell in cells]
        told = self._sheet.rows.get(number) or self._above(number, cells)
        if told is not None:
            for key, column in self._columns.items():
                text = getattr(told, key, "")
                if text and column < max(len(cells), width(grid)):
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = cells[column] or text
        return cells

    def _above(self, number: int, cells: list[str]) -> Row | None:
        """The row above, where a lost row leaves its firm to it."""
        owner = self._columns.get("leader", self._columns.get("enterprise", -1))
        if 0 <= owner < len(cells) and cells[owner]:
            return None
        place = bisect_left(self._known, number)
        return self._sheet.rows[self._known[place - 1]] if place else None


def _label(key: str) -> str:
    declared = declared_kind()
    return next(
        (c.label for columns in declared.columns.values() for c in columns if c.key == key), key
    )


def _sheet_name(name: str) -> str:
    """A name that a workbook can have: at most 31 characters, none of those it forbids."""
    return "".join(c for c in name if c not in "[]:*?/\\")[:31].strip("'") or "问题行"
