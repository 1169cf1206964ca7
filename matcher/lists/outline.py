"""What was understood of a file, for a person to look at and to correct (看懂了什么)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.errors import MappingError
from matcher.lists.choices import Choices
from matcher.lists.columns import ColumnMatch, normal
from matcher.lists.grid import Grid, text_at, width
from matcher.lists.reading import OpenedList
from matcher.lists.sheets import is_unwanted, sheets_of_the_other_kind
from matcher.lists.tables import Table, find_tables, table_under
from matcher.model import ListKind

_TOP_ROWS = 12  # from which a person picks the header
_TOP_COLUMNS = 12
_SAMPLES = 3
_LOOKED_AT = 2_000  # rows in which samples are looked for
_SHOWN = 40  # characters of one sample


@dataclass(frozen=True, slots=True)
class ColumnOutline:
    """One column of a sheet: its heading, what it was taken for, and what stands in it.

    Attributes:
        name: Under what a choice names the column: its heading, its letter where that is not enough.
        letter: The letter in a workbook.
        heading: As written.
        key: Column key, ``@…``, or empty where the column stays a further information.
        how: See :class:`~matcher.lists.columns.ColumnMatch`.
        samples: The first different texts below the heading.
    """

    name: str
    letter: str
    heading: str
    key: str
    how: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetOutline:
    """One sheet or table of a document.

    Attributes:
        name: Its name; empty for a text table.
        rows: How many of its rows hold anything.
        hidden: Hidden in the workbook.
        ignored: Not read, by choice.
        other_kind: Taken for a list of the other kind, and so not read.
        header: The row that is taken for the (first) header; where no table was found, the one that
            looks most like it; 0 where there is none.
        tables: How many tables were found.
        columns: Columns of all its tables, those without heading and content left out.
        top: Its first rows, numbered, for choosing the header.
        fault: Why a choice about it cannot be followed; empty where it can.
    """

    name: str
    rows: int
    hidden: bool
    ignored: bool
    other_kind: bool
    header: int
    tables: int
    columns: tuple[ColumnOutline, ...]
    top: tuple[tuple[int, tuple[str, ...]], ...]
    fault: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in a form that clerks' variations do not change, sorted."""
        return tuple(sorted({normal(c.heading) for c in self.columns if c.heading}))


def outline(opened: OpenedList, kind: ListKind, choices: Choices) -> tuple[SheetOutline, ...]:
    """What was understood of each sheet of a file under some choices; never fails."""
    grids = list(opened.grids)
    wanted = [grid for grid in grids if grid.name not in choices.ignored]
    other = sheets_of_the_other_kind(wanted, kind)
    return tuple(_sheet(grid, kind, choices, other) for grid in grids)


def _sheet(grid: Grid, kind: ListKind, choices: Choices, other: Mapping[int, str]) -> SheetOutline:
    tables: list[Table] = []
    fault = ""
    header = choices.headers.get(grid.name)
    given = choices.given(grid.name, {})
    if not is_unwanted(grid, choices, other):
        try:
            tables = find_tables(grid, kind, given, header=header)
        except MappingError as error:
            fault = str(error)
            tables = _bare(grid, kind, given, header)
    found = 0 if fault else len(tables)
    if not tables and not is_unwanted(grid, choices, other):
        tables = _bare(grid, kind, given, _likely_header(grid))
    columns = [column for table in tables for column in table.columns]
    twice = _twice([column.heading for column in columns])
    first = next((table.header[0] for table in tables if table.header), None)
    return SheetOutline(
        name=grid.name,
        rows=sum(any(cell.strip() for cell in row) for row in grid.rows),
        hidden=grid.hidden,
        ignored=grid.name in choices.ignored,
        other_kind=id(grid) in other,
        header=grid.first_row + first if first is not None else 0,
        tables=found,
        columns=tuple(_columns(grid, tables, twice)),
        top=_top(grid),
        fault=fault,
    )


def _bare(grid: Grid, kind: ListKind, given: Mapping[str, str], header: int | None) -> list[Table]:
    """The columns below a header that names no product, so that a person may say which one does."""
    if header is None:
        return []
    try:
        return [table_under(grid, header, kind, given)]
    except MappingError:
        return []


def _likely_header(grid: Grid) -> int | None:
    """The first of the rows near the top with the most texts that are no numbers, as a user counts."""
    best, most = None, 1
    for r in range(min(_TOP_ROWS, len(grid.rows))):
        texts = [text for c in range(len(grid.rows[r])) if (text := text_at(grid, r, c))]
        words = len({text for text in texts if not any(map(str.isdecimal, text))})
        if words > most:
            best, most = grid.first_row + r, words
    return best


def _twice(headings: list[str]) -> set[str]:
    forms = [normal(heading) for heading in headings if heading]
    return {form for form in forms if forms.count(form) > 1}


def _columns(grid: Grid, tables: list[Table], twice: set[str]) -> list[ColumnOutline]:
    found: dict[tuple[int, str], ColumnOutline] = {}
    for table in tables:
        for column in table.columns:
            samples = _samples(grid, table, column)
            if (column.heading or samples) and (column.index, column.heading) not in found:
                plain = column.heading and normal(column.heading) not in twice
                found[column.index, column.heading] = ColumnOutline(
                    name=column.heading if plain else column.letter,
                    letter=column.letter,
                    heading=column.heading,
                    key=column.key,
                    how=column.how,
                    samples=samples,
                )
    return list(found.values())


def _samples(grid: Grid, table: Table, column: ColumnMatch) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for r in range(table.start, min(table.stop, len(grid.rows), table.start + _LOOKED_AT)):
        if text := text_at(grid, r, column.index):
            found[text if len(text) <= _SHOWN else text[:_SHOWN] + "…"] = None
            if len(found) == _SAMPLES:
                break
    return tuple(found)


def _top(grid: Grid) -> tuple[tuple[int, tuple[str, ...]], ...]:
    shown = min(width(grid), _TOP_COLUMNS)
    return tuple(
        (grid.first_row + r, tuple(text_at(grid, r, c)[:_SHOWN] for c in range(shown)))
        for r in range(min(_TOP_ROWS, len(grid.rows)))
    )
