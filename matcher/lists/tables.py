"""Where the tables of a grid are: header rows found by content, tables side by side or stacked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from matcher.knowledge import headings
from matcher.lists.columns import ColumnMatch, assign, match_heading, normal
from matcher.lists.grid import Grid
from matcher.model import ListKind
from matcher.text import clean, has_chinese

_MAX_HEADER_LINES = 3
_CAREFUL_ROWS = 200  # a header further down must hold an exactly known product heading
_HEADING_LENGTH = 40
_NUMBER = re.compile(r"[+-]?[\d.,，]+[%％]?|\d{4}-\d\d-\d\d.*")


@dataclass(slots=True)
class Table:
    """One table in a grid.

    Attributes:
        header: 0-based grid rows of the header; empty when the mapping was given without one.
        start: 0-based first row behind the header.
        stop: 0-based row behind the last one.
        columns: What each column was understood as, over the columns of this table.
    """

    header: tuple[int, ...]
    start: int
    stop: int
    columns: list[ColumnMatch] = field(default_factory=list)

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


def text_at(grid: Grid, row: int, column: int) -> str:
    """Clean text of a cell, empty beyond the end of a short row."""
    cells = grid.rows[row]
    return clean(cells[column]) if column < len(cells) and cells[column] else ""


def width(grid: Grid) -> int:
    """Number of columns of the widest row."""
    return max((len(row) for row in grid.rows), default=0)


def find_tables(grid: Grid, kind: ListKind, given: Mapping[str, str]) -> list[Table]:
    """All tables of a grid, stacked and side by side, in reading order.

    A header is a row, or two or three rows under merged cells, most of whose cells are known
    headings and one of which names the product. Everything until the next different header
    belongs to the table.
    """
    tables: list[Table] = []
    blocks: list[tuple[list[Table], str]] = []
    row = 0
    while row < len(grid.rows):
        header = None
        if _worth_a_look(grid, row, kind, given, careful=not blocks and row < _CAREFUL_ROWS):
            header = _header_at(grid, row, kind, given, later=bool(blocks))
        if header is None:
            row += 1
            continue
        lines, texts = header
        form = "|".join(normal(text) for text in texts)
        if blocks and blocks[-1][1] == form:
            row += lines  # the same header again, at the top of a printed page
            continue
        if blocks:
            for table in blocks[-1][0]:
                table.stop = row
        rows = tuple(range(row, row + lines))
        segments = _segments(texts, kind, given)
        blocks.append(
            ([Table(rows, row + lines, len(grid.rows), columns) for columns in segments], form)
        )
        row += lines
    for block, _ in blocks:
        tables += block
    if not tables and any(key == "product_name" for key in given.values()):
        columns = assign([""] * width(grid), range(width(grid)), kind, given)
        if any(column.key == "product_name" for column in columns):
            tables.append(Table((), 0, len(grid.rows), columns))
    return tables


def _worth_a_look(
    grid: Grid, row: int, kind: ListKind, given: Mapping[str, str], *, careful: bool
) -> bool:
    """A cheap test before the costly one: near the top anything, below only an exact heading."""
    cells = [cell for cell in grid.rows[row] if cell and not cell.isspace()]
    if not cells:
        return False
    if careful:
        return True
    known = _product_headings(kind)
    return (
        any(len(c) <= _HEADING_LENGTH and c.strip() in known for c in cells)
        or any(
            len(c) <= _HEADING_LENGTH and _spaceless(c) in known
            for c in cells
            if " " in c or "\n" in c
        )
        or any(c.strip() in given for c in cells)
    )


@cache
def _product_headings(kind: ListKind) -> frozenset[str]:
    wanted = {"product_name", "product_name?"}
    return frozenset(h.text for h in headings() if h.key in wanted and h.kind in {kind, "both"})


def _spaceless(text: str) -> str:
    return "".join(text.split())


def is_header_again(grid: Grid, row: int, table: Table) -> bool:
    """Whether a row repeats a line of the table's header."""
    columns = range(table.first_column, table.last_column + 1)
    headings_ = {_spaceless(column.heading) for column in table.columns if column.heading}
    headings_ |= {_spaceless(text_at(grid, line, c)) for line in table.header for c in columns}
    filled = [text for c in columns if (text := _spaceless(text_at(grid, row, c)))]
    return len(filled) >= 2 and len(set(filled)) == len(filled) and headings_.issuperset(filled)


def _header_at(
    grid: Grid, row: int, kind: ListKind, given: Mapping[str, str], *, later: bool
) -> tuple[int, list[str]] | None:
    """Number of header lines that begin at ``row`` and the joined headings, or None."""
    first = [text_at(grid, row, c) for c in range(width_of(grid, row))]
    if not _could_be_heading(first) or not _matched(first, kind, given):
        return None
    best: tuple[int, list[str]] | None = None
    best_keys = 0
    texts = list(first)
    for lines in range(1, _MAX_HEADER_LINES + 1):
        if lines > 1:
            joined = _join_lines(grid, row + lines - 1, row, texts, kind)
            if joined is None:
                break
            texts = joined
        keys = _header_keys(texts, kind, given, later=later)
        if keys > best_keys:
            best, best_keys = (lines, list(texts)), keys
    return best


def width_of(grid: Grid, row: int) -> int:
    """Columns of a row up to its last cell."""
    return len(grid.rows[row])


def _could_be_heading(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    if not filled or any(len(cell) > _HEADING_LENGTH * 2 for cell in filled):
        return False
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in filled)
    return numbers * 2 <= len(filled)


def _matched(cells: Sequence[str], kind: ListKind, given: Mapping[str, str]) -> int:
    names = {normal(name) for name in given}
    return sum(
        bool(cell) and (bool(match_heading(cell, kind)) or normal(cell) in names) for cell in cells
    )


def _header_keys(
    texts: Sequence[str], kind: ListKind, given: Mapping[str, str], *, later: bool
) -> int:
    """Number of distinct keys if the headings make a header, else 0."""
    filled = [text for text in texts if text]
    columns = assign(texts, range(len(texts)), kind, given)
    keys = {column.key for column in columns if column.key}
    if "product_name" not in keys:
        return 0
    matched = sum(bool(column.key) for column in columns)
    known = sum(column.how in {"known", "given"} for column in columns)
    given_product = any(c.how == "given" and c.key == "product_name" for c in columns)
    if given_product:
        return len(keys)
    if len(filled) != len(set(filled)) and matched < len(filled) / 2:
        return 0
    if matched < (0.5 if later else 0.3) * len(filled) or not (known or len(filled) <= 3):
        return 0
    if len(keys) >= 2:
        return len(keys)
    # One known column only: a narrow list whose single heading leaves no doubt.
    certain = any(c.key == "product_name" and c.score >= SURE for c in columns)
    return 1 if certain and not later and len(filled) <= 3 else 0


SURE = 0.8


def _join_lines(
    grid: Grid, line: int, top_row: int, tops: list[str], kind: ListKind
) -> list[str] | None:
    """Headings of the lines so far joined with the next line, or None where it is no header line.

    A next line belongs to the header when its cells stand only under merged (or, in formats
    without merges, visibly shared) headings, and none of them is a number.
    """
    if line >= len(grid.rows):
        return None
    count = max(len(tops), width_of(grid, line))
    tops = tops + [""] * (count - len(tops))
    subs = [text_at(grid, line, c) for c in range(count)]
    filled = [c for c in range(count) if subs[c]]
    if not filled or not _could_be_heading(subs) or any(_NUMBER.fullmatch(subs[c]) for c in filled):
        return None
    if any(len(subs[c]) > _HEADING_LENGTH for c in filled):
        return None
    owner = _owners(grid, line, top_row, tops, subs)
    for c in filled:
        shared = sum(owner[k] == owner[c] for k in filled) > 1 if owner[c] is not None else True
        if tops[c] and not shared and not match_heading(subs[c], kind):
            return None
    if not any(match_heading(subs[c], kind) for c in filled):
        return None
    joined = []
    for c in range(count):
        above = owner[c]
        top = tops[above] if above is not None else ""
        if not subs[c]:
            joined.append(tops[c])
        else:
            joined.append(_best_heading(top, subs[c], kind))
    return joined


def _owners(
    grid: Grid, line: int, top_row: int, tops: Sequence[str], subs: Sequence[str]
) -> list[int | None]:
    """For each column, the column whose upper heading covers it."""
    owner: list[int | None] = [c if top else None for c, top in enumerate(tops)]
    for r0, c0, r1, c1 in grid.merges:
        if top_row <= r0 <= r1 < line and c0 < len(tops) and tops[c0]:
            for c in range(c0, min(c1, len(tops) - 1) + 1):
                owner[c] = c0
    covered = {c for r0, c0, r1, c1 in grid.merges if r0 < line <= r1 for c in range(c0, c1 + 1)}
    for c in range(1, len(tops)):
        if owner[c] is None and subs[c] and subs[c - 1] and c not in covered:
            owner[c] = owner[c - 1]
    return owner


def _best_heading(top: str, sub: str, kind: ListKind) -> str:
    """``年需求量`` over ``数量`` reads as 年需求量数量, 单位 under it as 单位: the best match wins."""
    if not top:
        return sub
    options = [f"{top}{sub}", sub, top]
    scored = [
        (max((s for _, s in match_heading(o, kind)), default=0.0), -i, o)
        for i, o in enumerate(options)
    ]
    best_score, _, best = max(scored)
    if best == sub and _is_generic(sub) and match_heading(top, kind):
        return top
    return best if best_score else f"{top}/{sub}"


def _is_generic(sub: str) -> bool:
    return normal(sub) in {"数量", "名称", "内容", "描述", "说明", "数值"}


def _segments(
    texts: Sequence[str], kind: ListKind, given: Mapping[str, str]
) -> list[list[ColumnMatch]]:
    """Columns of the tables that stand side by side under one header row; usually one."""
    groups: list[list[int]] = [[]]
    for column, text in enumerate(texts):
        if text:
            groups[-1].append(column)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    parts = [assign([texts[c] for c in group], group, kind, given) for group in groups]
    own = [any(c.key == "product_name" and c.how != "similar" for c in part) for part in parts]
    if sum(own) < 2:
        return [assign(texts, range(len(texts)), kind, given)]
    segments: list[list[ColumnMatch]] = []
    for part, is_own in zip(parts, own, strict=True):
        if is_own or not segments:
            segments.append(list(part))
        else:
            segments[-1] += part
    return segments


def looks_like_data(grid: Grid) -> bool:
    """Whether an unread sheet holds a table after all: three rows of three or more short cells."""
    wide = 0
    for row in grid.rows:
        filled = [cell for cell in row if cell.strip()]
        wide += len(filled) >= 3 and any(has_chinese(c) or c[:1].isalpha() for c in filled)
        if wide >= 3:
            return True
    return False
