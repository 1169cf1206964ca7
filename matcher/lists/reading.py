"""A file in, typed rows and every problem found out: the room's one entrance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from matcher.errors import UnreadableListError
from matcher.lists.columns import ColumnMatch, check_mapping, votes
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits
from matcher.lists.rows import TableReader
from matcher.lists.sandbox import extract
from matcher.lists.tables import Table, find_tables, looks_like_data, text_at, width
from matcher.model import Demand, ListKind, Problem, Row, Skipped, Supply, id_key

_DEMAND_WORDS = ("需求", "采购", "申购", "求购", "物料清单", "材料清单", "bom")
_SUPPLY_WORDS = ("供给", "供应", "产能", "主导产品", "报价", "产品目录", "推荐")


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


@dataclass(frozen=True, slots=True)
class ListReading:
    """A list as it was read.

    Attributes:
        file: File name.
        sha256: Hash of the file's bytes.
        format: ``workbook``, ``docx``, ``pdf``, ``json`` or ``text``.
        encoding: Of a text format, else empty.
        kind: Demand or supply.
        kind_certain: A heading, the title or the caller says the kind; otherwise it is a guess.
        guess: The kind that the file itself speaks for, None where it says nothing.
        tables: How each table was understood.
        rows: Typed rows in file order.
        problems: Everything a person should look at.
        skipped: Rows that are no data, with the reason.
    """

    file: str
    sha256: str
    format: str
    encoding: str
    kind: ListKind
    kind_certain: bool
    guess: ListKind | None
    tables: tuple[TableReading, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The rows, of a demand list."""
        return tuple(row for row in self.rows if isinstance(row, Demand))

    @property
    def supplies(self) -> tuple[Supply, ...]:
        """The rows, of a supply list."""
        return tuple(row for row in self.rows if isinstance(row, Supply))


@dataclass(slots=True)
class _Parts:
    tables: list[TableReading] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_list(
    path: str | Path,
    kind: ListKind | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> ListReading:
    """Read a demand or supply list from any supported file.

    Args:
        path: xlsx, xls, csv, tsv, txt, docx, pdf or json.
        kind: The kind of list where the caller knows it; otherwise guessed from the headings.
        mapping: Heading or column letter → column key, given by hand; goes before everything.
        limits: Size, time and memory limits.

    Raises:
        UnreadableListError: The file cannot be read as a list; the text says why.
        MappingError: The mapping names an unknown key.
    """
    path, limits, mapping = Path(path), limits or Limits(), mapping or {}
    grids, format_, encoding = extract(path, limits)
    visible = [grid for grid in grids if any(any(c.strip() for c in row) for row in grid.rows)]
    if not visible:
        raise UnreadableListError(f"{path.name} 里没有内容，请检查是否选错了文件")
    guessed, certain = guess_kind(path, visible)
    chosen = kind or guessed
    check_mapping(mapping, chosen)
    parts = _Parts()
    several = sum(bool(find_tables(g, chosen, mapping)) for g in visible if not g.hidden) > 1
    for grid in visible:
        _read_grid(grid, chosen, mapping, path.name, parts, several=several, limits=limits)
    if not parts.tables:
        raise UnreadableListError(_no_table_sentence(path, visible, chosen))
    if not parts.rows and not any(problem.lost for problem in parts.problems):
        raise UnreadableListError(f"{path.name} 只有表头，没有数据行，请填好后再试")
    rows = _unique_ids(parts, chosen)
    order = {grid.name: i for i, grid in enumerate(visible)}
    parts.skipped.sort(key=lambda s: (order.get(s.sheet, 0), s.row))
    parts.problems.sort(key=lambda p: (order.get(p.sheet, 0), p.row or 0))
    return ListReading(
        file=path.name,
        sha256=hash_file(path),
        format=format_,
        encoding=encoding,
        kind=chosen,
        kind_certain=kind is not None or certain,
        guess=guessed if certain else None,
        tables=tuple(parts.tables),
        rows=rows,
        problems=tuple(parts.problems),
        skipped=tuple(parts.skipped),
    )


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def guess_kind(path: Path, grids: list[Grid]) -> tuple[ListKind, bool]:
    """Demand or supply, and whether the file says so itself.

    Headings that only one kind has decide; then words in the titles, sheet names and the file
    name; what says nothing (a bill of materials) is taken for a demand list.
    """
    count = dict.fromkeys(ListKind, 0)
    for grid in grids:
        for row in grid.rows[:60]:
            for kind_, found in votes([cell for cell in row if cell.strip()]).items():
                count[kind_] += found
    demand, supply = count[ListKind.DEMAND], count[ListKind.SUPPLY]
    if demand != supply:
        return (ListKind.DEMAND if demand > supply else ListKind.SUPPLY), True
    titles = " ".join(
        text_at(grid, r, c)
        for grid in grids
        for r in range(min(4, len(grid.rows)))
        for c in range(min(len(grid.rows[r]), 12))
        if sum(bool(cell.strip()) for cell in grid.rows[r]) <= 2
    )
    for text in (titles, " ".join(grid.name for grid in grids), path.stem):
        lower = text.lower()
        wants = sum(word in lower for word in _DEMAND_WORDS)
        offers = sum(word in lower for word in _SUPPLY_WORDS)
        if wants != offers:
            return (ListKind.DEMAND if wants > offers else ListKind.SUPPLY), True
    return ListKind.DEMAND, False


def _read_grid(
    grid: Grid,
    kind: ListKind,
    mapping: Mapping[str, str],
    file: str,
    parts: _Parts,
    *,
    several: bool,
    limits: Limits,
) -> None:
    if width(grid) > limits.columns and _drop_empty_columns(grid) > limits.columns:
        raise UnreadableListError(
            f"{file} 的表“{grid.name}”有 {width(grid)} 列，超过 {limits.columns} 列上限，不像清单"
        )
    tables = [] if grid.hidden else find_tables(grid, kind, mapping)
    if not tables:
        _unread_grid(grid, parts)
        return
    covered: set[int] = set()
    for table in tables:
        reader = TableReader(
            grid, table, kind, file=file, id_prefix=f"{grid.name}!" if several and grid.name else ""
        )
        result = reader.read()
        covered.update(table.header, range(table.start, table.stop))
        parts.rows += result.rows
        parts.problems += result.problems
        parts.skipped += [
            s
            for s in result.skipped
            if not (s.reason == "空行" and _is_blank_beside(tables, table))
        ]
        parts.tables.append(_table_reading(grid, table, len(result.rows), result.filled_down))
    header_rows = {r for table in tables for r in table.header}
    for r in range(len(grid.rows)):
        if r in header_rows:
            parts.skipped.append(Skipped(grid.name, grid.first_row + r, "表头"))
        elif r not in covered:
            blank = not any(cell.strip() for cell in grid.rows[r])
            reason = "空行" if blank else "标题行"
            parts.skipped.append(Skipped(grid.name, grid.first_row + r, reason))
    _forget_skips_of_data_rows(grid, parts)


def _is_blank_beside(tables: list[Table], table: Table) -> bool:
    """Of tables side by side the shorter one ends in blanks that are rows of the longer one."""
    return any(other is not table and other.header == table.header for other in tables)


def _forget_skips_of_data_rows(grid: Grid, parts: _Parts) -> None:
    """A row number is data as soon as one of the tables beside each other has data in it."""
    data = {row.source.row for row in parts.rows if row.source.sheet == grid.name}
    data |= {p.row for p in parts.problems if p.sheet == grid.name and p.row is not None}
    seen: set[tuple[str, int]] = set()
    kept = []
    for skip in parts.skipped:
        if skip.sheet == grid.name and (skip.row in data or (skip.sheet, skip.row) in seen):
            continue
        seen.add((skip.sheet, skip.row))
        kept.append(skip)
    parts.skipped = kept


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


def _unread_grid(grid: Grid, parts: _Parts) -> None:
    """A sheet without a list: instructions are skipped, anything that looks like data is said."""
    filled = [r for r, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    reason = "隐藏的工作表" if grid.hidden else "说明页"
    parts.skipped += [Skipped(grid.name, grid.first_row + r, reason) for r in filled]
    if looks_like_data(grid):
        message = (
            f"隐藏的工作表，有 {len(filled)} 行没有读"
            if grid.hidden
            else f"没有找到表头，有 {len(filled)} 行没有读"
        )
        advice = (
            "如果也是清单，请取消隐藏后再导入"
            if grid.hidden
            else "如果也是清单，请在数据上方加一行列名（产品名称、规格、数量、单位等）"
        )
        parts.problems.append(Problem(grid.name, None, "", grid.name, message, advice, lost=True))


def _drop_empty_columns(grid: Grid) -> int:
    """Cut empty cells at the right end of every row; returns the new width."""
    for row in grid.rows:
        while row and not row[-1].strip():
            row.pop()
    return width(grid)


def _no_table_sentence(path: Path, grids: list[Grid], kind: ListKind) -> str:
    """Why no table was found, with what to do."""
    if all(grid.hidden for grid in grids):
        return f"{path.name} 的工作表都是隐藏的，请取消隐藏后再试"
    filled = sum(any(cell.strip() for cell in row) for grid in grids for row in grid.rows)
    name = "需求" if kind is ListKind.DEMAND else "供给"
    first = next(
        (
            "、".join(c.strip()[:12] for c in row if c.strip())
            for g in grids
            for row in g.rows
            if any(c.strip() for c in row)
        ),
        "",
    )
    return (
        f"{path.name} 不像{name}清单：{filled} 行里没有找到带“产品名称”一类列名的表头"
        f"（第一行是：{first[:60]}），请在数据上方加一行列名，或用 --map 指定各列"
    )


def _unique_ids(parts: _Parts, kind: ListKind) -> tuple[Row, ...]:
    """Make repeated ids distinct and say so; ids that were only row numbers are made distinct too."""
    key = id_key(kind)
    seen: dict[str, Row] = {}
    rows: list[Row] = []
    for row in parts.rows:
        identity = row.row_id
        if identity in seen:
            place = (
                f"{row.source.sheet}!{row.source.row}" if row.source.sheet else f"{row.source.row}"
            )
            fresh = f"{identity}@{place}"
            while fresh in seen:
                fresh += "'"
            if not identity.endswith(str(row.source.row)):
                other = seen[identity].source
                parts.problems.append(
                    Problem(
                        row.source.sheet, row.source.row, key, identity,
                        f"编号与{other.sheet}第 {other.row} 行重复", f"请改用不同的编号；暂记为 {fresh}",
                    )
                )  # fmt: skip
            row = replace(row, **{key: fresh})  # type: ignore[arg-type]  # noqa: PLW2901
        seen[row.row_id] = row
        rows.append(row)
    return tuple(rows)
