"""Small lists written to real files, in every format that an office sends."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
import xlsxwriter

from matcher.lists import ListReading, read_list

Cell = str | int | float
Rows = Sequence[Sequence[Cell]]
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, 0-based

DEMAND = ("序号", "链主企业", "产品名称", "规格型号", "年需求量", "单位", "备注")
SUPPLY = ("序号", "企业名称", "主导产品", "规格型号", "年产能", "单位", "备注")

GRID_FORMATS = ("xlsx", "docx", "csv-gb18030", "csv-bom", "csv-utf8", "tsv")
MERGE_FORMATS = ("xlsx", "docx")


def write(
    kind: str, folder: Path, rows: Rows, merges: Iterable[Merge] = (), name: str = "清单"
) -> Path:
    """One table in one of :data:`GRID_FORMATS`; csv and tsv have no merged cells to keep."""
    suffix, _, encoding = kind.partition("-")
    path = folder / f"{name}.{suffix}"
    if suffix == "xlsx":
        write_xlsx(path, {"Sheet1": rows}, {"Sheet1": list(merges)})
    elif suffix == "docx":
        write_docx(path, [rows], [list(merges)])
    elif suffix == "csv":
        codec = {"bom": "utf-8-sig", "utf8": "utf-8"}.get(encoding, encoding)
        write_csv(path, rows, codec)
    else:
        lines = ["\t".join(_one_line(cell) for cell in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _one_line(cell: Cell) -> str:
    return str(cell).replace("\n", "").replace("\t", " ")


def write_xlsx(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[Merge]] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, str):
                        if cell:
                            sheet.write_string(r, c, cell)
                    else:
                        sheet.write_number(r, c, cell)
            for r0, c0, r1, c1 in (merges or {}).get(name, []):
                sheet.merge_range(r0, c0, r1, c1, rows[r0][c0])
            if name in hidden:
                sheet.hide()
    return path


def write_docx(
    path: Path, tables: Sequence[Rows], merges: Sequence[Sequence[Merge]] | None = None
) -> Path:
    document = docx.Document()
    for i, rows in enumerate(tables):
        document.add_paragraph(f"附件{i + 1}")
        width = max(map(len, rows))
        table = document.add_table(rows=0, cols=width)
        table.style = "Table Grid"
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = str(text)
        for r0, c0, r1, c1 in (merges or [[]] * len(tables))[i]:
            text = str(rows[r0][c0])
            merged = table.cell(r0, c0).merge(table.cell(r1, c1))
            merged.text = text
    document.save(str(path))
    return path


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def write_json(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def names(reading: ListReading) -> list[str]:
    return [row.product_name for row in reading.rows]


def row_numbers(reading: ListReading, sheet: str | None = None) -> set[int]:
    """Numbers of the data rows: those that became rows and those that are lost with a problem."""
    rows = {r.source.row for r in reading.rows if sheet in {None, r.source.sheet}}
    lost = {p.row for p in reading.problems if p.lost and p.row and sheet in {None, p.sheet}}
    return rows | lost


def skips(reading: ListReading, sheet: str | None = None) -> dict[int, str]:
    return {s.row: s.reason for s in reading.skipped if sheet in {None, s.sheet}}


def assert_accounted(reading: ListReading, rows: Rows, sheet: str | None = None) -> None:
    """Every row down to the last that holds anything is data or skipped, and none is both."""
    filled = [i for i, row in enumerate(rows, 1) if any(str(cell).strip() for cell in row)]
    skipped = [s.row for s in reading.skipped if sheet in {None, s.sheet}]
    data = row_numbers(reading, sheet)
    assert len(skipped) == len(set(skipped))
    assert not data & set(skipped)
    assert data | set(skipped) >= set(range(1, filled[-1] + 1))
    blank = set(range(1, len(rows) + 1)) - set(filled)
    assert data | set(skipped) <= set(filled) | blank


def read_rows(kind: str, folder: Path, rows: Rows, merges: Iterable[Merge] = ()) -> ListReading:
    """Write, read, and check that every row is accounted for."""
    reading = read_list(write(kind, folder, rows, merges))
    assert_accounted(reading, rows)
    return reading


def supply(*products: str, firm: str = "博乐市甲阀门有限公司") -> list[list[str]]:
    """Rows under :data:`SUPPLY`, numbered from 1."""
    return [
        [str(i), firm, name, f"DN{i * 50}", str(100 * i), "台", ""]
        for i, name in enumerate(products, 1)
    ]
