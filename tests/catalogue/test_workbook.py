"""The review workbook: laid out for review, and no text of a list is ever run."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
import python_calamine

from matcher.catalogue import WorkbookNotes, to_workbook
from matcher.catalogue.sheets import footer, height
from matcher.model import Problem, Quantity
from tests.catalogue.making import DANGEROUS, DAY, columns, demand, result, supply, usual, workbook
from tests.store.making import reading

SHEETS = ["封面", "匹配建议", "断点需求", "未读入的行"]


@pytest.fixture
def book(tmp_path):
    return openpyxl.load_workbook(workbook(usual(), tmp_path / "建议 一.xlsx"))


def rows_of(sheet):
    head = columns(sheet)
    return [
        {heading: sheet.cell(row, column).value for heading, column in head.items()}
        for row in range(2, sheet.max_row + 1)
    ]


def test_cover_suggestions_gaps_and_unread_rows(book):
    assert book.sheetnames == SHEETS
    matched = usual()
    gaps = set(matched.ranking.gaps)
    assert gaps
    suggested, apart = rows_of(book["匹配建议"]), rows_of(book["断点需求"])
    assert {row["需求编号"] for row in suggested}.isdisjoint(gaps)
    assert {row["需求编号"] for row in apart} == gaps
    pairs = {(r["需求编号"], r["供给编号"]) for r in (*suggested, *apart) if r["供给编号"]}
    assert pairs == {(s.demand_id, s.supply_id) for s in matched.ranking.suggestions}
    best = next(row for row in suggested if row["名次"] == 1)
    assert best["理由"]
    assert 0 < best["把握"] < 1


def test_a_demand_without_any_candidate_still_has_its_row(tmp_path):
    matched = result([demand(product_name="安全帽")], [supply(product_name="番茄酱")])
    sheet = openpyxl.load_workbook(workbook(matched, tmp_path / "a.xlsx"))["断点需求"]
    assert [row["需求编号"] for row in rows_of(sheet)] == ["D001"]


def test_the_sheets_are_made_for_reviewing(book):
    for name in ("匹配建议", "断点需求"):
        sheet = book[name]
        head = columns(sheet)
        assert sheet.freeze_panes == "E2"
        assert sheet.auto_filter.ref.startswith("A1:")
        letter = sheet.cell(1, head["审核"]).column_letter
        lists = {
            str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation
        }
        assert lists[f"{letter}2"] == '"采纳,不采纳,待定"'
        shape = {heading: shape_of(sheet, column) for heading, column in head.items()}
        assert all(6 <= width <= 61 for width, _ in shape.values())
        assert shape["理由"][0] > shape["名次"][0]
        assert {n for n, (_, hidden) in shape.items() if hidden} == {
            "原审核",
            "需求指纹",
            "供给指纹",
        }


def shape_of(sheet, column: int) -> tuple[float, bool]:
    """Width of a column and whether it is hidden; equal neighbours share one entry."""
    entries = sheet.column_dimensions.values()
    return next((e.width, e.hidden) for e in entries if e.min <= column <= e.max)


def test_every_sheet_is_fit_for_printing(book):
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"
        assert "&P" in sheet.oddFooter.center.text
        assert name in sheet.oddFooter.left.text
    cover = book["封面"]
    assert cover.sheet_properties.pageSetUpPr.fitToPage
    assert (cover.page_setup.fitToHeight or 1) == 1


def test_what_speaks_for_a_pair_and_what_against_it_stand_apart(tmp_path):
    matched = result(
        [demand(annual_quantity=Quantity(50_000.0, 50_000.0, "吨", text="5万吨"))], [supply()]
    )
    book = openpyxl.load_workbook(workbook(matched, tmp_path / "a.xlsx"))
    (row,) = (row for name in SHEETS[1:3] for row in rows_of(book[name]))
    (suggestion,) = matched.ranking.suggestions
    said = [*row["理由"].split("\n"), *row["疑点"].split("\n")]
    assert sorted(said) == sorted(suggestion.explanation.sentences)
    assert row["疑点"] == "年产能只够年需求量的 10%"
    assert row["年需求量"] == "50,000 吨"


def test_rows_are_as_high_as_their_text(tmp_path):
    matched = result([demand(spec="很长的规格" * 30)], [supply(), supply("S002")])
    book = openpyxl.load_workbook(workbook(matched, tmp_path / "a.xlsx"))
    sheets = [book[name] for name in SHEETS[1:3]]
    heights = [s.row_dimensions[r].height for s in sheets for r in range(2, s.max_row + 1)]
    assert heights
    assert all(200 < height <= 409 for height in heights)
    assert height([("短", 10)]) < height([("两\n行", 10)]) < height([("两\n行" * 9, 10)])
    assert height([("字" * 100, 20)]) > height([("字" * 100, 40)]) > height([("x" * 100, 40)])
    assert height([("长" * 40_000, 5)]) == 409


@pytest.mark.parametrize("text", ["a", "A&B", "&P", "&", "好" * 300, "&" * 300, "a" * 99 + "&b"])
def test_no_text_speaks_the_language_of_footers(text):
    made = footer(text, text)
    assert len(made) <= 255
    left, right = made.split("&C第 &P 页，共 &N 页&R")
    for side in (left.removeprefix("&L"), right):
        assert "&" not in side.replace("&&", "")
        assert side.replace("&&", "&") == text[: len(side.replace("&&", "&"))]


def test_unread_rows_are_told_with_place_and_way_out(tmp_path):
    problem = Problem("表一", 7, "年需求量", "若干多", "数量认不出来", "请写成一个数", lost=True)
    matched = result(
        [demand()], [supply()], (reading([demand()], file="需求.xlsx", problems=[problem]),)
    )
    book = openpyxl.load_workbook(workbook(matched, tmp_path / "a.xlsx"))
    (row,) = rows_of(book["未读入的行"])
    assert list(row.values()) == [
        "需求.xlsx", "表一", "7", "年需求量", "若干多", "数量认不出来", "请写成一个数", "未读入",
    ]  # fmt: skip
    cover = [cell.value for line in book["封面"].iter_rows() for cell in line]
    assert any("其中 1 行没有读入" in str(text) for text in cover)


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_of_lists_is_written_as_text_everywhere(tmp_path, text):
    fields = {"product_name": f"{text}铜", "spec": text}
    d = demand(text, leader=text, county=text, disclosure=text, **fields)
    s = supply(text, enterprise=text, county=text, tier=text, **fields)
    problem = Problem(text, 1, text, text, text, text)
    matched = result([d], [s], (reading([d], file=text, problems=[problem]),))
    path = workbook(matched, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    seen = 0
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate} is a formula"
                assert cell.hyperlink is None
                seen += cell.value == text
    assert seen >= 8
    calamine = python_calamine.CalamineWorkbook.from_path(str(path))
    assert any(
        text in row for name in SHEETS for row in calamine.get_sheet_by_name(name).to_python()
    )
    with zipfile.ZipFile(path) as archive:
        inside = b"".join(
            archive.read(n) for n in archive.namelist() if n.endswith((".xml", ".rels"))
        )
    assert b"<f>" not in inside
    assert b"<hyperlink" not in inside


def test_problems_of_lists_read_earlier_are_told_too(tmp_path):
    problem = Problem("表一", None, "", "x", "没有表头", "请补上", lost=True)
    notes = WorkbookNotes("建议", DAY, problems=[("旧表.xlsx", problem)])
    (tmp_path / "a.xlsx").write_bytes(to_workbook(usual(), notes))
    (row,) = rows_of(openpyxl.load_workbook(tmp_path / "a.xlsx")["未读入的行"])
    assert (row["文件"], row["行"], row["是否丢失"]) == ("旧表.xlsx", None, "未读入")


def test_a_very_long_cell_is_cut_with_a_mark_and_the_workbook_opens(tmp_path):
    long, fits = "长" * 40_000, "短" * 32_767
    matched = result([demand(spec=long)], [supply(spec=fits)])
    path = workbook(matched, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    row = next(row for name in SHEETS[1:3] for row in rows_of(book[name]))
    assert len(row["需求规格"]) == 32_767
    assert row["需求规格"].endswith("…")
    assert row["供给规格"] == fits
    python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEETS[1]).to_python()


def test_ids_that_look_like_numbers_are_text(tmp_path):
    path = workbook(result([demand("001")], [supply("1")]), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    row = next(row for name in SHEETS[1:3] for row in rows_of(book[name]))
    assert (row["需求编号"], row["供给编号"]) == ("001", "1")


def test_the_same_result_gives_the_same_bytes():
    notes = WorkbookNotes("建议", DAY, [("需求清单", "a.xlsx")])
    assert to_workbook(usual(), notes) == to_workbook(usual(), notes)


def test_a_present_supplier_is_said_to_be_one(tmp_path):
    matched = result(
        [demand(current_supplier="博乐乙金属有限公司")],
        [supply(), supply("S002", enterprise="丙厂")],
    )
    book = openpyxl.load_workbook(workbook(matched, tmp_path / "a.xlsx"))
    hints = {r["供给编号"]: r["提示"] for name in SHEETS[1:3] for r in rows_of(book[name])}
    assert hints == {"S001": "现有供应商", "S002": None}
