"""A file in, typed rows and every problem found out: the room's one entrance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.collecting import uncollected
from matcher.errors import UnreadableListError
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


@uncollected()
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
        MappingError: The mapping names an unknown key, or a column that is not there.
    """
    path, limits, mapping = Path(path), limits or Limits(), mapping or {}
    grids, format_, encoding = extract(path, limits)
    visible = [grid for grid in grids if any(any(c.strip() for c in row) for row in grid.rows)]
    if not visible:
        raise UnreadableListError(f"{path.name} 里没有内容，请检查是否选错了文件")
    guessed, certain = guess_kind(path, visible, mapping)
    chosen = kind or guessed
    check_mapping(mapping, chosen)
    parts = read_sheets(visible, chosen, mapping, path.name, limits, document=format_ == "docx")
    if not parts.tables:
        sentence = _no_table_sentence(path, visible, chosen)
        if certain and guessed is not chosen:
            sentence += f"；从列名看它是{_NAMES[guessed]}清单"
        raise UnreadableListError(sentence)
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
