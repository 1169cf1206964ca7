"""xlsx, xls, xlsb and ods to grids, through calamine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from matcher.errors import UnreadableListError
from matcher.lists.extract import Extracted
from matcher.lists.grid import Grid, cell_text
from matcher.lists.limits import Limits


def extract(path: Path, limits: Limits) -> Iterator[Extracted]:
    """All sheets that hold cells, hidden ones marked.

    Raises:
        UnreadableListError: Damaged, password-protected, or beyond the limits.
    """
    workbook = _open(path)
    cells = 0
    for meta in workbook.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except (calamine.CalamineError, OSError) as error:
            raise UnreadableListError(
                f"{path.name} 的工作表“{meta.name}”已损坏，读不出，请重新导出后再试"
            ) from error
        if sheet.start is None or sheet.end is None:
            continue
        height, width = sheet.end[0] + 1, sheet.end[1] + 1
        cells += height * width
        if height > limits.rows or cells > limits.cells:
            raise UnreadableListError(
                f"{path.name} 的工作表“{meta.name}”延伸到第 {height} 行第 {width} 列，超过上限，"
                "请删去多余的行列，或拆成几个文件"
            )
        grid = Grid(
            name=meta.name,
            rows=[],
            merges=[(*first, *last) for first, last in sheet.merged_cell_ranges or []],
            hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
        )
        yield grid, _rows(sheet)


def _open(path: Path) -> calamine.CalamineWorkbook:
    """By the suffix, which alone tells of a password; else by the content, where the suffix lies."""
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise UnreadableListError(f"{path.name} 设有打开密码，请去掉密码后再试") from error
    except (calamine.CalamineError, OSError):
        try:
            with path.open("rb") as stream:
                return calamine.CalamineWorkbook.from_filelike(stream)
        except (calamine.CalamineError, OSError) as error:
            raise UnreadableListError(f"{path.name} 已损坏，打不开，请重新导出后再试") from error


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[str]]:
    # calamine gives rows from the top of the sheet, but columns from the first used one.
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        if row.count("") == len(row):  # one stray cell far below makes a million of them
            yield []
        else:
            yield left + [v if isinstance(v, str) else cell_text(v) for v in row]
