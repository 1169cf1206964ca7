"""Where the tables are: the header is found by what it says, wherever it stands."""

from __future__ import annotations

import pytest

from matcher.errors import UnreadableListError
from matcher.lists import read_list
from tests.lists.builders import (
    GRID_FORMATS,
    MERGE_FORMATS,
    SUPPLY,
    assert_accounted,
    names,
    read_rows,
    row_numbers,
    skips,
    supply,
    write,
)

formats = pytest.mark.parametrize("kind", GRID_FORMATS)
with_merges = pytest.mark.parametrize("kind", MERGE_FORMATS)


@formats
def test_title_rows_above_the_header(kind, tmp_path):
    rows = [
        ["2027年中小企业产品供给清单"],
        ["填报单位：博乐市工信局", "", "", "", "填报日期：2027-01-05"],
        [],
        SUPPLY,
        *supply("闸阀", "球阀"),
    ]
    reading = read_rows(kind, tmp_path, rows)
    assert names(reading) == ["闸阀", "球阀"]
    assert [row.source.row for row in reading.rows] == [5, 6]
    assert skips(reading) == {1: "标题行", 2: "标题行", 3: "空行", 4: "表头"}


@formats
def test_no_title_at_all(kind, tmp_path):
    reading = read_rows(kind, tmp_path, [SUPPLY, *supply("闸阀")])
    assert (names(reading), skips(reading)) == (["闸阀"], {1: "表头"})


def test_header_far_below_long_instructions(tmp_path):
    lines = [[f"{i}. 本表由企业填写，产品名称应与执照一致，第{i}条。"] for i in range(1, 15)]
    reading = read_rows("xlsx", tmp_path, [*lines, SUPPLY, *supply("闸阀")])
    assert row_numbers(reading) == {16}
    lines = [["说明文字"] for _ in range(300)]
    reading = read_rows("csv-bom", tmp_path, [*lines, SUPPLY, *supply("闸阀")])
    assert row_numbers(reading) == {302}


@with_merges
def test_two_line_header_with_merged_cells(kind, tmp_path):
    rows = [
        ["序号", "企业名称", "产品名称", "年产能", "", "备注"],
        ["", "", "", "数量", "单位", ""],
        ["1", "博乐市甲阀门有限公司", "闸阀", "300", "台", "现货"],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 1, 5)]
    row = read_rows(kind, tmp_path, rows, merges).supplies[0]
    assert (row.annual_capacity.low, row.unit, row.description) == (300, "台", "现货")


@pytest.mark.parametrize("kind", ["csv-gb18030", "tsv"])
def test_two_line_header_where_the_format_has_no_merges(kind, tmp_path):
    rows = [
        ["序号", "企业名称", "产品名称", "年产能", "", "现供应情况", "", "备注"],
        ["", "", "", "数量", "单位", "现供应商", "货源地", ""],
        ["1", "博乐市甲阀门有限公司", "闸阀", "300", "台", "某厂", "甘肃", "现货"],
    ]
    reading = read_rows(kind, tmp_path, rows)
    assert skips(reading) == {1: "表头", 2: "表头"}
    assert (reading.rows[0].quantity.low, reading.rows[0].unit) == (300, "台")


def test_three_line_header(tmp_path):
    rows = [
        ["产品信息", "", "", ""],
        ["产品名称", "规格型号", "年产能", ""],
        ["", "", "数量", "单位"],
        ["闸阀", "DN50", "300", "台"],
    ]
    reading = read_rows("xlsx", tmp_path, rows, [(0, 0, 0, 3), (1, 2, 1, 3)])
    assert reading.tables[0].header_rows == (2, 3)
    assert (names(reading), reading.rows[0].unit) == (["闸阀"], "台")


def test_group_heading_above_says_less_than_its_parts(tmp_path):
    """需求情况 over 名称 and 数量 must not swallow them."""
    rows = [
        ["序号", "供给情况", "", "", "联系方式"],
        ["", "产品名称", "年产能", "单位", ""],
        ["1", "闸阀", "300", "台", "0909-123456"],
    ]
    row = read_rows("xlsx", tmp_path, rows, [(0, 1, 0, 3)]).rows[0]
    assert (row.product_name, row.quantity.low) == ("闸阀", 300)
    assert row.attributes["contact"] == {"phone": "0909-123456"}


@formats
def test_header_repeated_at_every_page(kind, tmp_path):
    rows = [SUPPLY, *supply("闸阀", "球阀"), SUPPLY, *supply("法兰"), SUPPLY, *supply("弯头")]
    reading = read_rows(kind, tmp_path, rows)
    assert names(reading) == ["闸阀", "球阀", "法兰", "弯头"]
    assert {r for r, reason in skips(reading).items() if reason == "重复表头"} == {4, 6}


def test_repeated_header_may_be_written_a_little_differently(tmp_path):
    again = ["序 号", "企业名称", "*主导产品", "规格型号", "年产能", "单位", "备注"]
    reading = read_rows("csv-bom", tmp_path, [SUPPLY, *supply("闸阀"), again, *supply("法兰")])
    assert (names(reading), skips(reading)[3]) == (["闸阀", "法兰"], "重复表头")


def test_a_header_with_another_unit_begins_another_table(tmp_path):
    rows = [
        ["产品名称", "规格", "年产能（吨）"],
        ["硫酸", "98%", "30"],
        ["产品名称", "规格", "年产能（万吨）"],
        ["盐酸", "31%", "2"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [row.quantity.low for row in reading.rows] == [30, 20_000]


def test_data_rows_whose_cells_look_like_headings(tmp_path):
    rows = [
        SUPPLY,
        ["1", "博乐市甲有限公司", "设备", "规格", "10", "套", ""],
        ["2", "博乐市甲有限公司", "材料", "参数", "20", "套", "备注"],
        ["3", "博乐市甲有限公司", "产品", "型号", "若干", "单位", "说明"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert names(reading) == ["设备", "材料", "产品"]
    assert skips(reading) == {1: "表头"}


def test_stacked_tables_with_different_columns(tmp_path):
    rows = [
        SUPPLY,
        *supply("闸阀", "球阀"),
        [],
        ["二、化工产品："],
        ["产品名称", "浓度", "年产能", "单位", "企业名称"],
        ["硫酸", "98%", "3", "万吨", "博乐市乙化工有限公司"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert names(reading) == ["闸阀", "球阀", "硫酸"]
    assert reading.rows[2].quantity.low == 30_000
    assert reading.rows[2].enterprise == "博乐市乙化工有限公司"
    assert skips(reading) == {1: "表头", 4: "空行", 5: "分组标题", 6: "表头"}


def test_title_between_tables_that_stands_in_the_product_column(tmp_path):
    rows = [
        ["产品名称", "规格", "数量"],
        ["闸阀", "DN50", "3"],
        ["电气部分明细"],
        ["产品名称", "封装", "数量", "单位"],
        ["二极管", "SMA", "4", "只"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert (names(reading), skips(reading)[3]) == (["闸阀", "二极管"], "标题行")
    # Its near-twin, a product without any other cell, is no title.
    rows[2] = ["保温材料"]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["闸阀", "保温材料", "二极管"]


def test_tables_side_by_side(tmp_path):
    rows = [
        ["机械部分", "", "", "", "电气部分"],
        ["产品名称", "数量", "单位", "", "产品名称", "数量", "单位"],
        ["闸阀", "3", "台", "", "电缆", "20", "米"],
        ["球阀", "5", "台", "", "", "", ""],
        ["", "", "", "", "断路器", "7", "只"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    found = {(row.product_name, row.quantity.low, row.source.row) for row in reading.rows}
    assert found == {("闸阀", 3, 3), ("球阀", 5, 4), ("电缆", 20, 3), ("断路器", 7, 5)}
    assert len({row.row_id for row in reading.rows}) == 4
    assert not reading.problems
    assert [table.rows for table in reading.tables] == [2, 2]


def test_tables_side_by_side_without_a_gap(tmp_path):
    """To save paper a long list is set in two halves under the same headings."""
    half = ["序号", "产品名称", "数量"]
    rows = [half + half, ["1", "闸阀", "3", "3", "电缆", "20"], ["2", "球阀", "5", "", "", ""]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert sorted(names(reading)) == sorted(["闸阀", "球阀", "电缆"])
    # Its near-twin: a heading that only stands twice does not make two tables.
    rows = [["产品名称", "规格", "数量", "规格"], ["闸阀", "DN50", "3", "PN16"]]
    assert read_rows("xlsx", tmp_path, rows).rows[0].spec == "DN50 PN16"


def test_empty_columns_and_a_table_that_begins_further_right(tmp_path):
    rows = [
        ["", "", "产品名称", "", "年产能", "单位"],
        ["", "", "闸阀", "", "3", "台"],
        ["", "", "球阀", "", "5", "台"],
    ]
    reading = read_rows("csv-utf8", tmp_path, rows)
    assert [(r.product_name, r.quantity.low, r.unit) for r in reading.rows] == [
        ("闸阀", 3, "台"),
        ("球阀", 5, "台"),
    ]
    assert [column.letter for column in reading.tables[0].columns] == ["C", "E", "F"]


@pytest.mark.parametrize(
    "hints",
    [
        [
            "（自动编号）",
            "（营业执照全称）",
            "（必填）",
            "（型号、牌号）",
            "（数字）",
            "",
            "（选填）",
        ],
        ["1", "2", "3", "4", "5", "6", "7"],
        ["甲", "乙", "1", "2", "3", "4", "5"],
        ["A", "B", "C", "D", "E", "F", "G"],
    ],
)
def test_a_line_of_hints_or_column_numbers_belongs_to_the_header(hints, tmp_path):
    rows = [SUPPLY, hints, *supply("闸阀", "球阀"), SUPPLY, hints, *supply("法兰")]
    reading = read_rows("xlsx", tmp_path, rows)
    assert names(reading) == ["闸阀", "球阀", "法兰"]
    assert skips(reading) == {1: "表头", 2: "表头", 5: "重复表头", 6: "重复表头"}


def test_a_first_row_of_short_cells_is_no_line_of_hints(tmp_path):
    rows = [SUPPLY, ["1", "", "2", "4", "3", "台", ""], *supply("闸阀")]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["2", "闸阀"]


def test_a_list_of_one_column_is_a_list(tmp_path):
    reading = read_rows("csv-utf8", tmp_path, [["产品名称"], ["闸阀"], ["球阀"], ["法兰"]])
    assert names(reading) == ["闸阀", "球阀", "法兰"]


def test_a_wide_table_of_which_few_columns_are_known(tmp_path):
    known = ["企业名称", "主导产品", "规格型号", "年产能"]
    head = [*known, *(f"统计口径{i}" for i in range(30))]
    rows = [head, ["博乐市甲有限公司", "闸阀", "DN50", "3", *["1"] * 30]]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["闸阀"]


@pytest.mark.parametrize(
    "rows", [[["甲", "乙"], ["丙", "丁"]], [["清单"]], [["规格", "数量"], ["DN50", 3]]]
)
def test_a_file_without_a_product_column_is_refused(rows, tmp_path):
    with pytest.raises(UnreadableListError, match="产品名称"):
        read_list(write("xlsx", tmp_path, rows))


def test_a_header_without_data_is_refused(tmp_path):
    with pytest.raises(UnreadableListError, match="只有表头"):
        read_list(write("xlsx", tmp_path, [["清单"], SUPPLY]))


def test_info_lines_are_no_header(tmp_path):
    rows = [["项目名称：某某工程", "单位：元"], SUPPLY, *supply("闸阀")]
    reading = read_list(write("xlsx", tmp_path, rows))
    assert_accounted(reading, rows)
    assert (len(reading.tables), skips(reading)[1]) == (1, "标题行")
