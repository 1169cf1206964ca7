"""Where the tables of a grid are: stacked, side by side, with the header repeated or without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from matcher.errors import MappingError
from matcher.lists.columns import ColumnMatch, assign, heading_unit, normal
from matcher.lists.content import settle
from matcher.lists.grid import Grid, text_at, width
from matcher.lists.headers import header_at, product_heading_starts, product_headings
from matcher.model import ListKind
from matcher.text import has_chinese

_CAREFUL_ROWS = 200  # a header further down must hold a known product heading
_LONGEST_HEADING = 40
_DECORATION = "*＊★▲※（( \n\t　"


@dataclass(slots=True)
class Table:
    """One table in a grid.

    Attributes:
        header: 0-based grid rows of the header; empty when the mapping was given without one.
        start: 0-based first row behind the header.
        stop: 0-based row behind the last one.
        columns: What each column was understood as, over all columns of this table, those
            without a heading too.
        again: 0-based rows that repeat the header, at the top of printed pages.
    """

    header: tuple[int, ...]
    start: int
    stop: int
    columns: list[ColumnMatch] = field(default_factory=list)
    again: set[int] = field(default_factory=set)

    @property
    def first_column(self) -> int:
        """0-based index of the table's first column."""
        return self.columns[0].index

    @property
    def last_column(self) -> int:
        """0-based index of the table's last column."""
        return self.columns[-1].index

    def keys(self) -> set[str]:
        """Keys that have a column."""
        return {column.key for column in self.columns if column.key}


def find_tables(
    grid: Grid, kind: ListKind, given: Mapping[str, str], *, header: int | None = None
) -> list[Table]:
    """All tables of a grid, stacked and side by side, in reading order.

    Everything until the next different header belongs to the table. Where a person has said which
    row is the ``header``, as a user numbers it, all below it is one table.

    Raises:
        MappingError: The row that was said is not there, or names no product.
    """
    if header is not None:
        table = table_under(grid, header, kind, given)
        if "product_name" not in table.keys():  # noqa: SIM118 - a method of ours
            place = f"表“{grid.name}”" if grid.name else "表格"
            raise MappingError(f"{place}第 {header} 行没有产品名称一列，请指定哪一列是产品名称")
        return [table]
    blocks: list[tuple[list[Table], str]] = []
    row, total = 0, width(grid)
    stop = len(grid.rows) if grid.first_row else 1  # in JSON only the keys are a header
    while row < stop:
        later = bool(blocks)
        careful = not later and row < _CAREFUL_ROWS
        head = None
        numbered = later and any(map(str.isdecimal, grid.rows[row]))  # no later header holds one
        if not numbered and _worth_a_look(grid.rows[row], kind, given, careful=careful):
            head = header_at(grid, row, kind, given, later=later)
        if head is None:
            row += 1
            continue
        lines, texts = head
        form = "|".join(f"{normal(text)} {heading_unit(text)}" for text in texts).rstrip("| ")
        if blocks and blocks[-1][1] == form:
            for table in blocks[-1][0]:
                table.again.update(range(row, row + lines))
        else:
            for table in blocks[-1][0] if blocks else ():
                table.stop = row
            segments = _segments(texts, total, kind, given)
            above = tuple(range(row, row + lines))
            here = [Table(above, row + lines, len(grid.rows), columns) for columns in segments]
            blocks.append((here, form))
        row += lines
    tables = [table for block, _ in blocks for table in block]
    if not tables and any(key == "product_name" for key in given.values()):
        tables = _without_header(grid, total, kind, given)
    for table in tables:
        table.columns = settle(grid, table.start, table.stop, table.columns, kind)
    return tables


def table_under(grid: Grid, number: int, kind: ListKind, given: Mapping[str, str]) -> Table:
    """The table below a header row that a person has pointed at, whatever its headings say.

    Raises:
        MappingError: There is no such row.
    """
    row = number - grid.first_row
    if not 0 <= row < len(grid.rows):
        place = f"表“{grid.name}”" if grid.name else "表格"
        raise MappingError(f"{place}没有第 {number} 行，请另选表头所在的行")
    found = header_at(grid, row, kind, given, later=False)
    lines, texts = found or (1, [text_at(grid, row, c) for c in range(len(grid.rows[row]))])
    texts = [*texts, *[""] * (width(grid) - len(texts))]
    columns = assign(texts, range(len(texts)), kind, given)
    table = Table(tuple(range(row, row + lines)), row + lines, len(grid.rows), columns)
    table.columns = settle(grid, table.start, table.stop, table.columns, kind)
    return table


def continued(grid: Grid, table: Table) -> Table | None:
    """A table of a document without a header of its own that goes on from the one before.

    Word cuts a long list into several tables; only the first may have the headings. The last
    columns may be blank, but a line for signatures is too narrow.
    """
    headed = sum(bool(column.heading) for column in table.columns)
    if not max(2, headed // 2) <= width(grid) <= len(table.columns):
        return None
    return Table((), 0, len(grid.rows), list(table.columns))


def _worth_a_look(
    cells: Sequence[str], kind: ListKind, given: Mapping[str, str], *, careful: bool
) -> bool:
    """A cheap test before the costly one: near the top anything, below only a product heading."""
    if careful:
        return any(cell and not cell.isspace() for cell in cells)
    if given and any(c and len(c) <= _LONGEST_HEADING and c.strip() in given for c in cells):
        return True
    known = product_headings(kind)
    likely = [cell for cell in cells if _begins_like_heading(cell[:2], kind)]
    return any(len(c) <= _LONGEST_HEADING and (c in known or normal(c) in known) for c in likely)


@lru_cache(maxsize=8192)
def _begins_like_heading(start: str, kind: ListKind) -> bool:
    """Whether two characters begin a product heading, or a decorated one (* 产品名称, 产 品 名 称)."""
    odd = start[:1] in _DECORATION or start[1:].isspace()
    return bool(start) and (odd or start in product_heading_starts(kind))


def header_texts(grid: Grid, table: Table) -> dict[int, frozenset[str]]:
    """What the header says of each column, by its index: as heading, and line by line."""
    return {
        column.index: frozenset(
            _spaceless(text)
            for text in (
                column.heading,
                *(text_at(grid, line, column.index) for line in table.header),
            )
        )
        for column in table.columns
    }


def is_header_again(grid: Grid, row: int, texts: Mapping[int, frozenset[str]]) -> bool:
    """Whether a row repeats a header: each of its cells is one of its column's ``header_texts``."""
    same = 0
    for column, known in texts.items():
        text = _spaceless(text_at(grid, row, column))
        if text and text not in known:
            return False
        same += bool(text)
    return same >= 2


def _spaceless(text: str) -> str:
    return "".join(text.split())


def _segments(
    texts: Sequence[str], total: int, kind: ListKind, given: Mapping[str, str]
) -> list[list[ColumnMatch]]:
    """Columns of the tables that stand side by side under one header row; usually one.

    Columns without a heading go with the table at their left, so that no cell is lost.
    """
    texts = [*texts, *[""] * (total - len(texts))]
    starts = []
    for group in _groups(texts):
        part = assign([texts[c] for c in group], group, kind, given)
        if any(c.key == "product_name" and c.how != "similar" for c in part):
            starts.append(group[0])
    edges = [0, *starts[1:], len(texts)]
    return [
        assign(texts[first:last], range(first, last), kind, given)
        for first, last in pairwise(edges)
    ]


def _groups(texts: Sequence[str]) -> list[list[int]]:
    """Columns between blank headings; a row of headings that says itself twice is two groups."""
    groups: list[list[int]] = [[]]
    for column, text in enumerate(texts):
        if text:
            groups[-1].append(column)
        elif groups[-1]:
            groups.append([])
    halves: list[list[int]] = []
    for group in filter(None, groups):
        names = [normal(texts[c]) for c in group]
        times = next(
            (
                n
                for n in range(len(names) // 2, 1, -1)
                if len(names) % n == 0 and names == names[: len(names) // n] * n
            ),
            1,
        )
        size = len(group) // times
        halves += [group[i * size : (i + 1) * size] for i in range(times)]
    return halves


def _without_header(
    grid: Grid, total: int, kind: ListKind, given: Mapping[str, str]
) -> list[Table]:
    """The whole grid as one table, where the columns were given by their letters.

    A first row of several texts and no number, above rows with numbers, is its header all the
    same, only of headings that nobody knows.
    """
    columns = assign([""] * total, range(total), kind, given)
    if not any(column.key == "product_name" for column in columns):
        return []
    for r, row in enumerate(grid.rows[:20]):
        filled = [c for c, cell in enumerate(row) if cell.strip()]
        if len(filled) * 2 <= total and len(filled) < 3:
            continue
        below = grid.rows[r + 1] if r + 1 < len(grid.rows) else []
        numbers = {c for c, cell in enumerate(below) if _has_number(cell)}
        if numbers & set(filled) and not any(_has_number(row[c]) for c in filled):
            texts = [text_at(grid, r, c) for c in range(total)]
            return [Table((r,), r + 1, len(grid.rows), assign(texts, range(total), kind, given))]
        break
    return [Table((), 0, len(grid.rows), columns)]


def _has_number(cell: str) -> bool:
    return any(c.isdecimal() for c in cell)


def looks_like_data(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows that were not read hold a table after all: three of three or more cells."""
    wide = 0
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        wide += len(filled) >= 3 and any(has_chinese(c) or c[:1].isalpha() for c in filled)
        if wide >= 3:
            return True
    return False
