"""Problems name sheet, row, column, what was read and what to do; nothing goes silently."""

from __future__ import annotations

import pytest

from matcher.lists import read_list
from tests.lists.builders import assert_accounted, names, read_rows, write, write_xlsx

HEAD = [
    "需求编号",
    "链主企业",
    "采购产品",
    "类别",
    "年需求量",
    "单位",
    "公开范围",
    "有效期至",
    "联系电话",
]
GOOD = ["D1", "甲公司", "铜杆", "关键原材料", "300", "吨", "公开", "2027-12-31", "0909-1234567"]


def with_cell(column: str, text: str) -> list[str]:
    return [text if heading == column else cell for heading, cell in zip(HEAD, GOOD, strict=True)]


def test_a_good_row_has_no_problem(tmp_path):
    assert read_rows("xlsx", tmp_path, [HEAD, GOOD]).problems == ()


@pytest.mark.parametrize(
    ("column", "text", "message", "advice"),
    [
        ("类别", "别的", "不在可选范围", "可选的写法"),
        ("年需求量", "三五成群", "认不出来", "一个数和一个单位"),
        ("年需求量", "2027-03-05", "变成了日期", "改成文本"),
        ("年需求量", "#DIV/0!", "公式出错", "改好公式"),
        ("公开范围", "再议", "为稳妥", "可选的写法"),
        ("有效期至", "2027-02-30", "不是存在的日期", "2027-12-31"),
        ("联系电话", "1.39E+10", "科学计数", "改成文本"),
    ],
)
def test_a_doubtful_cell_is_told_and_its_row_is_kept(column, text, message, advice, tmp_path):
    reading = read_rows(
        "csv-bom", tmp_path, [["需求清单"], HEAD, with_cell(column, text), GOOD[1:]]
    )
    problem = reading.problems[0]
    assert (problem.row, problem.column, problem.text) == (3, column, text)
    assert message in problem.message
    assert advice in problem.advice
    assert not problem.lost
    assert reading.rows[0].product_name == "铜杆"


@pytest.mark.parametrize("name", ["", "/", "无", "#N/A"])
def test_a_row_without_a_product_is_lost_and_told(name, tmp_path):
    rows = [HEAD, with_cell("采购产品", name), [*GOOD[:1], *GOOD[1:]]]
    rows[2] = ["D2", *GOOD[1:]]
    reading = read_rows("xlsx", tmp_path, rows)
    problem = reading.problems[0]
    assert (problem.row, problem.column, problem.lost) == (2, "采购产品", True)
    assert "关键原材料" in problem.text
    assert "补上产品名称" in problem.advice
    assert [row.demand_id for row in reading.rows] == ["D2"]


def test_a_number_stays_readable_where_it_was_not_understood(tmp_path):
    rows = [HEAD, with_cell("年需求量", "带6000米、托辊4000支")]
    row = read_rows("xlsx", tmp_path, rows).demands[0]
    assert row.annual_quantity.text == "带6000米、托辊4000支"
    assert not row.annual_quantity.known


def test_the_same_id_twice_is_told_and_made_distinct(tmp_path):
    rows = [HEAD, GOOD, ["D2", *GOOD[1:]], GOOD, GOOD]
    reading = read_rows("xlsx", tmp_path, rows)
    assert len({row.demand_id for row in reading.rows}) == 4
    assert [(p.row, p.column, p.text) for p in reading.problems] == [
        (4, "需求编号", "D1"),
        (5, "需求编号", "D1"),
    ]
    assert "第 2 行重复" in reading.problems[0].message


def test_an_id_that_ends_like_its_row_number_is_told_too(tmp_path):
    rows = [HEAD, ["D3", *GOOD[1:]], ["D3", *GOOD[1:]]]
    assert [p.row for p in read_rows("xlsx", tmp_path, rows).problems] == [3]


def test_rows_without_ids_are_known_by_their_number_and_clash_silently(tmp_path):
    """A given id that happens to be another row's number is no mistake of the firm."""
    rows = [HEAD, ["3", *GOOD[1:]], ["", *GOOD[1:]], ["", *GOOD[1:]]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert len({row.demand_id for row in reading.rows}) == 3
    assert reading.problems == ()


def test_the_same_id_on_two_sheets_names_the_sheet(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"甲表": [HEAD, GOOD], "乙表": [HEAD, GOOD]})
    reading = read_list(path)
    assert [(p.sheet, p.row) for p in reading.problems] == [("乙表", 2)]
    assert "甲表" in reading.problems[0].message


def test_a_wrong_code_is_told_once_for_merged_rows(tmp_path):
    rows = [
        ["企业名称", "统一社会信用代码", "主导产品"],
        ["博乐市甲有限公司", "91652701MA7D43FQX9", "闸阀"],
        ["", "", "球阀"],
        ["", "", "法兰"],
    ]
    for merges in ([], [(1, 0, 3, 0), (1, 1, 3, 1)]):
        reading = read_rows("xlsx", tmp_path, rows, merges)
        assert [(p.row, p.column) for p in reading.problems] == [(2, "统一社会信用代码")]
        assert {row.credit_code for row in reading.supplies} == {"91652701MA7D43FQX9"}


def test_long_text_is_shown_shortened_and_kept_whole(tmp_path):
    long = "数量不明" * 100
    reading = read_rows("xlsx", tmp_path, [HEAD, with_cell("年需求量", long)])
    assert len(reading.problems[0].text) < 220
    assert reading.demands[0].annual_quantity.text == long


def test_a_missing_product_in_a_text_file_asks_for_merged_cells(tmp_path):
    rows = [HEAD, GOOD, with_cell("采购产品", "")]
    in_text = read_list(write("csv-gb18030", tmp_path, rows))
    in_workbook = read_list(write("xlsx", tmp_path, rows))
    assert "同一产品" in next(p for p in in_text.problems if p.lost).advice
    assert "同一产品" not in next(p for p in in_workbook.problems if p.lost).advice


def test_rows_problems_and_skips_come_in_the_order_of_the_file(tmp_path):
    first = [["清单"], HEAD, GOOD, ["小计"], with_cell("类别", "甲"), [], with_cell("类别", "乙")]
    second = [["清单"], HEAD, with_cell("类别", "丙"), ["合计"]]
    reading = read_list(write_xlsx(tmp_path / "a.xlsx", {"乙表": first, "甲表": second}))
    for found in (reading.problems, reading.skipped, [row.source for row in reading.rows]):
        places = [("乙表甲表".index(item.sheet), item.row) for item in found]
        assert places == sorted(places)
    assert_accounted(reading, first, "乙表")
    assert_accounted(reading, second, "甲表")
    assert names(reading) == ["铜杆"] * 4
