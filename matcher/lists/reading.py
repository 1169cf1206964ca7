"""A file in, typed rows and every problem found out: the room's one entrance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.collecting import uncollected
from matcher.errors import MappingError, UnreadableListError
from matcher.lists.choices import Choices
from matcher.lists.columns import check_mapping
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits
from matcher.lists.listkind import guess_kind
from matcher.lists.sandbox import extract
from matcher.lists.sheets import Parts, TableReading, read_sheets
from matcher.model import Demand, ListKind, Problem, Row, Skipped, Supply, id_key
from matcher.text import clean

_NAMES = {ListKind.DEMAND: "需求", ListKind.SUPPLY: "供给"}


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


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A file that was taken apart and is not yet understood.

    Attributes:
        path: The file.
        sha256: Hash of its bytes.
        format: As in :class:`ListReading`.
        encoding: As in :class:`ListReading`.
        grids: Its sheets and tables that hold anything.
        limits: Under which it was opened.
    """

    path: Path
    sha256: str
    format: str
    encoding: str
    grids: tuple[Grid, ...]
    limits: Limits


@uncollected()
def open_list(path: str | Path, *, encoding: str = "", limits: Limits | None = None) -> OpenedList:
    """Take a file apart, in a process of its own where that may be dangerous.

    Args:
        path: xlsx, xls, csv, tsv, txt, docx, pdf or json.
        encoding: Of a text table, where a person knows it.
        limits: Size, time and memory limits.

    Raises:
        UnreadableListError: It cannot be opened, or holds nothing; the text says why.
    """
    path, limits = Path(path), limits or Limits()
    grids, format_, found = extract(path, limits, encoding)
    filled = tuple(grid for grid in grids if any(any(c.strip() for c in row) for row in grid.rows))
    if not filled:
        raise UnreadableListError(f"{path.name} 里没有内容，请检查是否选错了文件")
    return OpenedList(path, hash_file(path), format_, found, filled, limits)


def read_list(
    path: str | Path,
    kind: ListKind | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    choices: Choices | None = None,
    limits: Limits | None = None,
) -> ListReading:
    """Read a demand or supply list from any supported file.

    Args:
        path: xlsx, xls, csv, tsv, txt, docx, pdf or json.
        kind: The kind of list where the caller knows it; otherwise guessed from the headings.
        mapping: Heading or column letter → column key, given by hand; goes before everything.
        choices: Further decisions by hand: encoding, sheets, header rows, columns of one sheet.
        limits: Size, time and memory limits.

    Raises:
        UnreadableListError: The file cannot be read as a list; the text says why.
        MappingError: The mapping or a choice names what the file does not have.
    """
    choices = choices or Choices()
    opened = open_list(path, encoding=choices.encoding, limits=limits)
    return read_opened(opened, kind, mapping=mapping, choices=choices)


def kind_of_list(
    opened: OpenedList, mapping: Mapping[str, str], choices: Choices
) -> tuple[ListKind, bool]:
    """Demand or supply, as the file itself speaks, and whether it does."""
    given = {
        key: value
        for grid in opened.grids
        for key, value in choices.given(grid.name, mapping).items()
    }
    wanted = [grid for grid in opened.grids if grid.name not in choices.ignored]
    return guess_kind(opened.path, wanted or list(opened.grids), given)


@uncollected()
def read_opened(
    opened: OpenedList,
    kind: ListKind | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    choices: Choices | None = None,
) -> ListReading:
    """Read a list from a file that was opened; see :func:`read_list`."""
    path, mapping, choices = opened.path, mapping or {}, choices or Choices()
    grids = list(opened.grids)
    _check_choices(choices, opened)
    guessed, certain = kind_of_list(opened, mapping, choices)
    chosen = kind or guessed
    check_mapping(mapping, chosen)
    for given in choices.columns.values():
        check_mapping(given, chosen)
    parts = read_sheets(
        grids, chosen, mapping, path.name, opened.limits,
        choices=choices, document=opened.format == "docx",
    )  # fmt: skip
    if not parts.tables:
        sentence = _no_table_sentence(path, grids, chosen)
        if certain and guessed is not chosen:
            sentence += f"；从列名看它是{_NAMES[guessed]}清单"
        raise UnreadableListError(sentence)
    if not parts.rows and not any(problem.lost for problem in parts.problems):
        raise UnreadableListError(f"{path.name} 只有表头，没有数据行，请填好后再试")
    rows = _unique_ids(parts, chosen)
    order = {grid.name: i for i, grid in enumerate(grids)}
    parts.skipped.sort(key=lambda s: (order.get(s.sheet, 0), s.row))
    parts.problems.sort(key=lambda p: (order.get(p.sheet, 0), p.row or 0))
    return ListReading(
        file=path.name,
        sha256=opened.sha256,
        format=opened.format,
        encoding=opened.encoding,
        kind=chosen,
        kind_certain=kind is not None or certain,
        guess=guessed if certain else None,
        tables=tuple(parts.tables),
        rows=rows,
        problems=tuple(parts.problems),
        skipped=tuple(parts.skipped),
    )


def _check_choices(choices: Choices, opened: OpenedList) -> None:
    """Refuse choices about sheets that the file does not have, or that leave nothing to read."""
    names = {grid.name for grid in opened.grids}
    for name in {*choices.ignored, *choices.headers, *choices.columns} - names:
        known = "、".join(sorted(names - {""})) or "只有一张表，没有名字"
        raise MappingError(f"{opened.path.name} 里没有工作表“{name}”，现有的：{known}")
    if names <= choices.ignored:
        raise MappingError(f"{opened.path.name} 的工作表都选了不导入，请至少留一张")


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _no_table_sentence(path: Path, grids: list[Grid], kind: ListKind) -> str:
    """Why no table was found, with what to do."""
    if all(grid.hidden for grid in grids):
        return f"{path.name} 的工作表都是隐藏的，请取消隐藏后再试"
    filled = sum(any(cell.strip() for cell in row) for grid in grids for row in grid.rows)
    first = next(
        (
            "、".join(clean(c)[:12] for c in row if c.strip())
            for g in grids
            for row in g.rows
            if any(c.strip() for c in row)
        ),
        "",
    )
    return (
        f"{path.name} 不像{_NAMES[kind]}清单：{filled} 行里没有找到带“产品名称”一类列名的表头"
        f"（第一行是：{first[:60]}），请在数据上方加一行列名，或用 --map 指定各列"
    )


def _unique_ids(parts: Parts, kind: ListKind) -> tuple[Row, ...]:
    """Make repeated ids distinct and say so; ids that were only row numbers are made distinct too."""
    key = id_key(kind)
    heading = parts.headings(key)
    seen: dict[str, Row] = {}
    rows: list[Row] = []
    for row in parts.rows:
        identity = row.row_id
        if identity in seen:
            source = row.source
            place = f"{source.sheet}!{source.row}" if source.sheet else f"{source.row}"
            fresh = f"{identity}@{place}"
            while fresh in seen:
                fresh += "'"
            other = seen[identity].source
            if identity != parts.row_id(source.sheet, source.row) and other != source:
                where = f"表“{other.sheet}”" if other.sheet != source.sheet else ""
                parts.problems.append(
                    Problem(
                        source.sheet, source.row, heading(source.sheet, source.row),
                        identity, f"编号与{where}第 {other.row} 行重复",
                        f"请改用不同的编号；暂记为 {fresh}",
                    )
                )  # fmt: skip
            row = replace(row, **{key: fresh})  # type: ignore[arg-type]  # noqa: PLW2901
        seen[row.row_id] = row
        rows.append(row)
    return tuple(rows)
