"""docx and pdf tables to grids."""

from __future__ import annotations

import logging
import warnings
import zipfile
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.grid import Grid, Merge
from matcher.lists.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_SPAN = 200


def extract_docx(path: Path, limits: Limits) -> list[Grid]:
    """Every table of a Word document, in reading order, as 表1, 表2 …

    The table XML is walked directly: python-docx's own cell lists take quadratic time.

    Raises:
        UnreadableListError: Damaged, without a table, or beyond the limits.
    """
    import docx

    try:
        document = docx.Document(str(path))
        tables = list(document.element.body.iter(f"{_W}tbl"))
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableListError(f"{path.name} 已损坏，打不开，请重新保存后再试") from error
    grids = [_docx_grid(table, f"表{i}", limits, path) for i, table in enumerate(tables, 1)]
    if not grids:
        raise UnreadableListError(f"{path.name} 里没有表格，请把清单做成 Word 表格或另存为 xlsx")
    return grids


def _docx_grid(table: Any, name: str, limits: Limits, path: Path) -> Grid:
    rows: list[list[str]] = []
    merges: list[Merge] = []
    open_merges: dict[int, tuple[int, int]] = {}  # column -> (first row, last column)
    for i, tr in enumerate(table.iterchildren(f"{_W}tr")):
        row = [""] * _number(tr.find(f"{_W}trPr/{_W}gridBefore"))
        seen: set[int] = set()
        for tc in tr.iterchildren(f"{_W}tc"):
            column = len(row)
            span = max(1, min(_number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1), _MAX_SPAN))
            vertical = tc.find(f"{_W}tcPr/{_W}vMerge")
            if vertical is not None and vertical.get(f"{_W}val") != "restart":
                seen.add(column)
                row += [""] * span
                continue
            if vertical is not None:
                _close(merges, open_merges, column, i)
                open_merges[column] = (i, column + span - 1)
                seen.add(column)
            elif span > 1:
                merges.append((i, column, i, column + span - 1))
            row += [_docx_text(tc)] + [""] * (span - 1)
        for column in [c for c in open_merges if c not in seen]:
            _close(merges, open_merges, column, i)
        if len(row) > limits.columns or len(rows) >= limits.rows:
            raise UnreadableListError(f"{path.name} 的{name}行列过多，不像清单，请检查文件")
        rows.append(row)
    for column in list(open_merges):
        _close(merges, open_merges, column, len(rows))
    return Grid(name=name, rows=rows, merges=merges)


def _close(
    merges: list[Merge], open_merges: dict[int, tuple[int, int]], column: int, row: int
) -> None:
    if column in open_merges:
        first, last_column = open_merges.pop(column)
        if row - 1 > first or last_column > column:
            merges.append((first, column, row - 1, last_column))


def _number(element: Any, default: int = 0) -> int:
    try:
        return default if element is None else int(element.get(f"{_W}val"))
    except (TypeError, ValueError):
        return default


def _docx_text(cell: Any) -> str:
    """Text of a cell: paragraphs and breaks as lines, tables inside it left to their own grid."""
    paragraphs = []
    for paragraph in cell.iterchildren(f"{_W}p"):
        parts = []
        for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"):
            tag = node.tag.removeprefix(_W)
            parts.append((node.text or "") if tag == "t" else " " if tag == "tab" else "\n")
        paragraphs.append("".join(parts))
    return "\n".join(paragraphs)


def extract_pdf(path: Path, limits: Limits) -> list[Grid]:
    """The tables of a pdf; a table that runs over several pages is one grid.

    Tables on successive pages with the same number of columns are taken for one; the repeated
    header is skipped later like any repeated header. ``row`` counts through such a table.

    Raises:
        UnreadableListError: Damaged, encrypted, scanned (no text), without a table.
    """
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    grids: list[Grid] = []
    letters, cells = 0, 0
    try:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                letters += len(page.chars)
                for table in page.find_tables():
                    rows = table.extract(x_tolerance=2)
                    cells += sum(len(row) for row in rows)
                    if cells > limits.cells:
                        raise UnreadableListError(f"{path.name} 的表格太大，请拆成几个文件")
                    _append_pdf_table(grids, rows)
                page.close()
    except (PDFException, PdfminerException) as error:
        if isinstance(error, PDFPasswordIncorrect) or isinstance(
            error.args[0] if error.args else None, PDFPasswordIncorrect
        ):
            raise UnreadableListError(f"{path.name} 设有打开密码，请去掉密码后再试") from error
        raise UnreadableListError(f"{path.name} 已损坏，打不开，请重新导出后再试") from error
    if letters == 0:
        raise UnreadableListError(
            f"{path.name} 是扫描件，没有可读的文字，请向填报单位索取 Word 或 Excel 原件"
        )
    if not grids:
        raise UnreadableListError(f"{path.name} 里没有找到带框线的表格，请索取 Word 或 Excel 原件")
    return grids


def _append_pdf_table(grids: list[Grid], rows: list[list[str | None]]) -> None:
    """Add a page's table; None marks a cell that a merged neighbour covers."""
    if not rows:
        return
    width = len(rows[0])
    if not (grids and grids[-1].rows and len(grids[-1].rows[0]) == width):
        grids.append(Grid(name=f"表{len(grids) + 1}", rows=[], loses_merges=False))
    grid = grids[-1]
    offset = len(grid.rows)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell is None or (i and rows[i - 1][j] is None and j and row[j - 1] is None):
                continue
            last_row, last_column = i, j
            while last_column + 1 < width and row[last_column + 1] is None:
                last_column += 1
            while last_row + 1 < len(rows) and all(
                rows[last_row + 1][k] is None for k in range(j, last_column + 1)
            ):
                last_row += 1
            if (last_row, last_column) != (i, j):
                grid.merges.append((offset + i, j, offset + last_row, last_column))
        grid.rows.append([cell or "" for cell in row])
