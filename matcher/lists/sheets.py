"""The sheets of a file one by one: their tables read, every other row counted or complained of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from matcher.errors import MappingError, UnreadableListError
from matcher.lists import skips
from matcher.lists.choices import Choices
from matcher.lists.columns import ColumnMatch, column_letter, normal
from matcher.lists.content import is_form_line
from matcher.lists.grid import Grid, width
from matcher.lists.limits import Limits
from matcher.lists.listkind import grid_votes
from matcher.lists.rows import TableReader
from matcher.lists.tables import Table, continued, find_tables, looks_like_data
from matcher.model import ListKind, Problem, Row, Skipped


@dataclass(frozen=True, slots=True)
class TableReading:
    """How one table was understood; rows are numbered as a user sees them."""

    sheet: str
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    columns: tuple[ColumnMatch, ...]
    rows: int
    filled_down: int


@dataclass(slots=True)
class Parts:
    """What the sheets of a file became."""

    tables: list[TableReading] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    several: bool = False  # rows come from several sheets, whose row numbers alone are no ids

    def row_id(self, sheet: str, row: int) -> str:
        """The id of a row that was given none: its number, with the sheet where there are several."""
        return f"{sheet}!{row}" if self.several and sheet else f"{row}"

    def headings(self, key: str) -> Callable[[str, int], str]:
        """A look-up of the heading of a key's column in the table that holds a row of a sheet."""
        by_sheet: dict[str, list[tuple[int, str]]] = {}
        for table in self.tables:
            heading = next((c.heading for c in table.columns if c.key == key), "")
            by_sheet.setdefault(table.sheet, []).append((table.first_row, heading))
        for found in by_sheet.values():
            found.sort()

        def look_up(sheet: str, row: int) -> str:
            found = by_sheet.get(sheet, [])
            place = bisect_right(found, row, key=lambda entry: entry[0])
            return found[place - 1][1] if place else ""

        return look_up


def read_sheets(
    grids: list[Grid],
    kind: ListKind,
    mapping: Mapping[str, str],
    file: str,
    limits: Limits,
    *,
    choices: Choices,
    document: bool,
) -> Parts:
    """Read the tables of every sheet; sheets without one are counted row by row.

    Choices by hand go before what is understood. ``document`` tells that a table may go on in the next grid without a header of its own.

    Raises:
        UnreadableListError: A sheet is too wide for a list.
        MappingError: The mapping names a column that no table has.
    """
    parts = Parts()
    found = []
    previous: Table | None = None
    wanted = [grid for grid in grids if grid.name not in choices.ignored]
    other = sheets_of_the_other_kind(wanted, kind)
    for grid in grids:
        if width(grid) > limits.columns and _drop_empty_columns(grid) > limits.columns:
            raise UnreadableListError(
                f"{file} 的表“{grid.name}”有 {width(grid)} 列，超过 {limits.columns} 列上限，不像清单"
            )
        unwanted = is_unwanted(grid, choices, other)
        given = choices.given(grid.name, mapping)
        header = choices.headers.get(grid.name)
        tables = [] if unwanted else find_tables(grid, kind, given, header=header)
        if not tables and not unwanted and previous and document:
            tables = [table for table in [continued(grid, previous)] if table]
        previous = tables[-1] if tables else None
        found.append(tables)
    parts.several = sum(map(bool, found)) > 1
    _check_used(mapping, [table for tables in found for table in tables])
    for grid, tables in zip(grids, found, strict=True):
        _check_used(choices.columns.get(grid.name, {}), tables)
        if tables:
            _read_grid(grid, tables, kind, file, parts)
        elif grid.name in choices.ignored:
            _skip_grid(grid, parts, skips.IGNORED)
        else:
            _unread_grid(grid, parts, other.get(id(grid)))
    return parts


def is_unwanted(grid: Grid, choices: Choices, other: Mapping[int, str]) -> bool:
    """Whether a sheet is not read: ignored by hand, or hidden or of the other kind and not chosen."""
    if grid.name in choices.ignored:
        return True
    return (grid.hidden or id(grid) in other) and grid.name not in choices.headers


def sheets_of_the_other_kind(grids: list[Grid], kind: ListKind) -> dict[int, str]:
    """Sheets whose headings say the other kind, beside one that says the kind that is read."""
    other = ListKind.SUPPLY if kind is ListKind.DEMAND else ListKind.DEMAND
    votes = {id(grid): grid_votes(grid) for grid in grids}
    if not any(count[kind] > count[other] for count in votes.values()):
        return {}
    name = "供给" if other is ListKind.SUPPLY else "需求"
    return {i: name for i, count in votes.items() if count[other] > 1 and not count[kind]}


def _check_used(mapping: Mapping[str, str], tables: list[Table]) -> None:
    """Refuse a mapping by hand that names a column which no table has."""
    used = {c.index for table in tables for c in table.columns if c.how == "given"}
    headings = {
        normal(c.heading) for table in tables for c in table.columns if c.how == "given"
    } | {column_letter(index) for index in used}
    for name in mapping:
        if tables and normal(name) not in headings and name.upper() not in headings:
            known = "、".join(c.heading for c in tables[0].columns if c.heading)
            raise MappingError(f"文件里没有列“{name}”，或它的内容已指定给别的列；现有的列：{known}")


def _read_grid(grid: Grid, tables: list[Table], kind: ListKind, file: str, parts: Parts) -> None:
    covered: set[int] = set()
    skipped: dict[int, str] = {}
    data: set[int] = set()
    for table in tables:
        result = TableReader(grid, table, kind, file=file, row_id=parts.row_id).read()
        covered.update(table.header, range(table.start, table.stop))
        parts.rows += result.rows
        parts.problems += result.problems
        data.update(row.source.row for row in result.rows)
        data.update(p.row for p in result.problems if p.row is not None)
        for skip in result.skipped:
            # Of tables side by side the shorter one ends in blanks beside rows of the longer one.
            if skipped.get(skip.row, skips.BLANK) == skips.BLANK:
                skipped[skip.row] = skip.reason
        parts.tables.append(_table_reading(grid, table, len(result.rows), result.filled_down))
    skipped |= {grid.first_row + r: skips.HEADER for table in tables for r in table.header}
    outside = [r for r in range(len(grid.rows)) if r not in covered]
    for r in outside:
        blank = not any(cell.strip() for cell in grid.rows[r])
        skipped[grid.first_row + r] = skips.BLANK if blank else skips.TITLE
    if looks_like_data([grid.rows[r] for r in outside if not is_form_line(grid, r, kind)]):
        message = f"第一个表头上方有 {len(outside)} 行没有读"
        advice = "如果也是清单，请在这些数据上方加一行列名（产品名称、规格、数量、单位等）"
        parts.problems.append(Problem(grid.name, None, "", grid.name, message, advice, lost=True))
    parts.skipped += [
        Skipped(grid.name, row, reason)
        for row, reason in sorted(skipped.items())
        if row not in data and row > 0  # the keys of JSON objects stand in no row
    ]


def _table_reading(grid: Grid, table: Table, rows: int, filled_down: int) -> TableReading:
    return TableReading(
        sheet=grid.name,
        header_rows=tuple(grid.first_row + r for r in table.header),
        first_row=grid.first_row + table.start,
        last_row=grid.first_row + table.stop - 1,
        columns=tuple(column for column in table.columns if column.heading or column.key),
        rows=rows,
        filled_down=filled_down,
    )


def _unread_grid(grid: Grid, parts: Parts, other_kind: str | None) -> None:
    """A sheet without a list: instructions are skipped, anything that looks like data is said."""
    reason = skips.HIDDEN if grid.hidden else skips.OTHER_KIND if other_kind else skips.GUIDE
    filled = _skip_grid(grid, parts, reason)
    if not looks_like_data(grid.rows):
        return
    if grid.hidden:
        message = f"隐藏的工作表，有 {filled} 行没有读"
        advice = "如果也是清单，请取消隐藏后再导入"
    elif other_kind:
        message = f"这张表是{other_kind}清单，有 {filled} 行没有读"
        advice = f"请另外按{other_kind}清单导入一次"
    else:
        message = f"没有找到表头，有 {filled} 行没有读"
        advice = "如果也是清单，请在数据上方加一行列名（产品名称、规格、数量、单位等）"
    parts.problems.append(Problem(grid.name, None, "", grid.name, message, advice, lost=True))


def _skip_grid(grid: Grid, parts: Parts, reason: str) -> int:
    """Count the filled rows of a sheet as skipped; returns how many there are."""
    filled = [r for r, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    parts.skipped += [
        Skipped(grid.name, grid.first_row + r, reason) for r in filled if grid.first_row + r > 0
    ]
    return len(filled)


def _drop_empty_columns(grid: Grid) -> int:
    """Cut empty cells at the right end of every row; returns the new width."""
    for row in grid.rows:
        while row and not row[-1].strip():
            row.pop()
    return width(grid)
