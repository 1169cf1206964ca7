"""``template``: a blank form that explains itself and reads back."""

from __future__ import annotations

import openpyxl
import pytest

from matcher.lists import read_list
from matcher.model import DEMAND_KEYS, SUPPLY_KEYS, ListKind
from tests.cli.running import complaint, xieshou

KINDS = {"demand": DEMAND_KEYS, "supply": SUPPLY_KEYS}


@pytest.fixture(params=KINDS)
def form(request, here):
    out = here / f"空白 {request.param}.xlsx"
    result = xieshou("template", request.param, out)
    assert (result.code, result.err) == (0, "")
    return request.param, out


def test_the_form_reads_back_with_every_column_known(form):
    kind, out = form
    reading = read_list(out)
    assert reading.kind == kind
    assert reading.kind_certain
    (table,) = reading.tables
    assert tuple(column.key for column in table.columns) == KINDS[kind]
    (row,) = reading.rows
    assert row.quantity.low > 0
    assert row.row_id
    assert all(
        getattr(row, key) for key in KINDS[kind] if key in {"product_name", "county", "unit"}
    )
    assert [p.message for p in reading.problems] == ["这是模板里的示例行"]


def test_the_example_is_kept_apart_from_what_a_firm_fills_in(form):
    kind, out = form
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[2]}
    name = "链主企业" if kind == "demand" else next(c for c in columns if "企业" in c)
    sheet.delete_rows(3)
    product = next(c for c in columns if "产品" in c)
    sheet.cell(3, columns[name]).value = "博乐乙金属有限公司"
    sheet.cell(3, columns[product]).value = "阴极铜"
    book.save(out)
    reading = read_list(out)
    assert [(r.owner, r.product_name) for r in reading.rows] == [("博乐乙金属有限公司", "阴极铜")]
    assert reading.problems == ()


def test_notes_and_drop_downs(form):
    kind, out = form
    book = openpyxl.load_workbook(out)
    sheet, notes = book.worksheets
    assert sheet.freeze_panes == "A3"
    head = {cell.value: cell for cell in sheet[2]}
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    option = "类别" if kind == "demand" else "梯度"
    assert f"{head[option].column_letter}3" in lists
    words = lists[f"{head[option].column_letter}3"]
    assert ("关键原材料" if kind == "demand" else "小巨人") in words
    assert sum(cell.comment is not None for cell in sheet[2]) >= 5
    said = "\n".join(str(row[0].value) for row in notes.iter_rows())
    assert "示例" in said
    assert "必填" in said


def test_codes_and_ranges_are_kept_as_text_and_quantities_may_be_numbers(form):
    _, out = form
    sheet = openpyxl.load_workbook(out).worksheets[0]
    for cell in sheet[3]:
        assert cell.data_type in {"s", "n"}
        assert cell.number_format == "@"
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink]


def test_the_same_form_every_time(here):
    for name in ("a.xlsx", "b.xlsx"):
        assert xieshou("template", ListKind.DEMAND, name).code == 0
    assert (here / "a.xlsx").read_bytes() == (here / "b.xlsx").read_bytes()


def test_nothing_is_overwritten_and_only_xlsx_is_written(here):
    (here / "有.xlsx").write_bytes(b"mine")
    line = complaint(xieshou("template", "demand", "有.xlsx"), "有.xlsx", "已经存在")
    assert "有-2.xlsx" in line
    assert (here / "有.xlsx").read_bytes() == b"mine"
    complaint(xieshou("template", "demand", "空白.csv"), "空白.csv", ".xlsx")
    complaint(xieshou("template", "demand", "没有 这个/a.xlsx"), "没有 这个")
    complaint(xieshou("template", "both", "a.xlsx"), "both")
    assert [p.name for p in here.iterdir()] == ["有.xlsx"]
