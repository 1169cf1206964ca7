"""Rows of a table: what is data, and for which reason a row is none."""

from __future__ import annotations

import pytest

from matcher.lists import read_list
from tests.lists.builders import (
    DEMAND,
    GRID_FORMATS,
    MERGE_FORMATS,
    SUPPLY,
    names,
    read_rows,
    row_numbers,
    skips,
    supply,
    write,
)

FIRM, OTHER = "博乐市甲阀门有限公司", "精河县乙管件有限公司"
formats = pytest.mark.parametrize("kind", GRID_FORMATS)
with_merges = pytest.mark.parametrize("kind", MERGE_FORMATS)


def row(product: str = "", spec: str = "", amount: str = "", **cells: str) -> list[str]:
    """A row under SUPPLY with some of its cells."""
    firm, serial = cells.get("firm", ""), cells.get("serial", "")
    return [serial, firm, product, spec, amount, cells.get("unit", ""), cells.get("note", "")]


@formats
@pytest.mark.parametrize(
    "line",
    [
        row(serial="小计", amount="300"),
        row(firm="合  计", amount="300"),
        row(firm=f"{FIRM}小计", amount="300"),
        row(product="合计", amount="300", unit="台"),
        row(product="总计：", amount="300"),
        row(spec="小计", amount="138"),
        row(serial="合计（万元）", amount="300"),
        row(serial="共计12项"),
        row(firm="本页小计", product="3项"),
        row(serial="合计含税控制价(元)", note="989540"),
        row(serial="Total", amount="300"),
        row(serial="以上合计", amount="300"),
    ],
)
def test_sum_rows(kind, line, tmp_path):
    reading = read_rows(kind, tmp_path, [SUPPLY, *supply("闸阀", "球阀"), line])
    assert (names(reading), skips(reading)) == (["闸阀", "球阀"], {1: "表头", 4: "合计行"})


@pytest.mark.parametrize(
    "product",
    [
        "小计量泵",
        "小计时器",
        "累计流量计",
        "总计数器",
        "合计数显示屏",
        "累计（式）流量表",
        "会计服务",
        "汇总柜",
    ],
)
def test_products_that_begin_like_a_sum(product, tmp_path):
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *supply("闸阀", product)])
    assert names(reading) == ["闸阀", product]
    assert names(read_rows("csv-bom", tmp_path, [["产品名称", "数量"], [product, "3"]])) == [
        product
    ]


@pytest.mark.parametrize("note", ["与上一批合计", "合计", "小计见附表", "全年累计"])
def test_words_of_a_sum_in_the_remarks_of_a_product(note, tmp_path):
    reading = read_rows("xlsx", tmp_path, [SUPPLY, row("闸阀", note=note), *supply("球阀")])
    assert names(reading) == ["闸阀", "球阀"]


def test_a_sum_of_one_product_behind_its_name(tmp_path):
    lines = [
        row("闸阀", "DN50", "3", firm=FIRM),
        row("闸阀", "DN80", "4"),
        row("闸阀", "小计", "7"),
    ]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *lines])
    assert (row_numbers(reading), skips(reading)[4]) == ({2, 3}, "合计行")


@formats
@pytest.mark.parametrize(
    "line",
    [
        row(serial="备注：1.产能为设计能力；2.价格面议。"),
        row(serial="备注", firm="以上数据截至2026年底"),
        row(serial="注：带*的为新产品"),
        row(serial="（说明：本表一式两份）"),
        row(serial="填表人签字：        审核："),
        row(serial="填表人：张三", spec="审核人：李四", note="2027年1月18日"),
        row(serial="填报单位（盖章）：", product="负责人签字：", unit="日期："),
        row(note="（公章）"),
        row(note="2027年1月18日"),
        row(serial="数据来源：企业填报"),
        row(serial="第 1 页，共 3 页"),
    ],
)
def test_remarks_and_signatures_at_the_end(kind, line, tmp_path):
    reading = read_rows(kind, tmp_path, [SUPPLY, *supply("闸阀"), [], line])
    assert (names(reading), skips(reading)[4]) == (["闸阀"], "备注行")


def test_a_remark_of_several_lines(tmp_path):
    lines = [["备注：1.产能为设计能力；"], ["2.价格面议，以合同为准；"], ["3. 联系人见后附名单。"]]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *supply("闸阀"), *lines])
    assert skips(reading) == {1: "表头", 3: "备注行", 4: "备注行", 5: "备注行"}


@pytest.mark.parametrize(
    "product", ["时间继电器", "注射器", "说明书印刷", "日期喷码机", "第三方检测", "注塑机"]
)
def test_products_that_begin_like_a_remark(product, tmp_path):
    reading = read_rows("xlsx", tmp_path, [SUPPLY, row(product), *supply("闸阀")])
    assert names(reading) == [product, "闸阀"]


def test_a_column_of_remarks_is_no_row_of_remarks(tmp_path):
    lines = [row("闸阀", note="备注：现货"), row("球阀", note="说明：含运费")]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *lines])
    assert [r.description for r in reading.rows] == ["备注：现货", "说明：含运费"]


@formats
def test_blank_rows_and_rows_of_serial_numbers_and_zeros(kind, tmp_path):
    lines = [
        *supply("闸阀"),
        [""] * 7,
        row(serial="2"),
        row(serial="3", amount="0"),
        *supply("球阀"),
    ]
    reading = read_rows(kind, tmp_path, [SUPPLY, *lines])
    only_serial = "空行（只有序号或零）"
    assert names(reading) == ["闸阀", "球阀"]
    assert skips(reading) == {1: "表头", 3: "空行", 4: only_serial, 5: only_serial}


@formats
@pytest.mark.parametrize(
    "title", ["一、阀门类", "（二）管件", "【温泉县】", "附表2", "PCBA上的元器件："]
)
def test_titles_of_groups(kind, title, tmp_path):
    rows = [SUPPLY, *supply("闸阀"), [title], *supply("法兰")]
    reading = read_rows(kind, tmp_path, rows)
    assert (names(reading), skips(reading)[3]) == (["闸阀", "法兰"], "分组标题")


def test_serial_numbers_that_begin_again(tmp_path):
    rows = [SUPPLY, *supply("闸阀", "球阀"), *supply("法兰", "弯头", firm=OTHER)]
    assert len({r.row_id for r in read_rows("xlsx", tmp_path, rows).rows}) == 4


def test_rows_that_only_continue_the_row_above_are_told(tmp_path):
    lines = [*supply("闸阀"), row(spec="乙酸钠含量≥58%"), row(amount="3", unit="台")]
    reading = read_rows("tsv", tmp_path, [SUPPLY, *lines])
    lost = {p.row: p.text for p in reading.problems if p.lost}
    assert lost == {3: "乙酸钠含量≥58%", 4: "3；台"}


def test_the_example_row_of_the_form_is_told(tmp_path):
    lines = [row("电解铜", firm="示例铜业有限公司"), row("铜杆", firm=FIRM)]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *lines])
    assert [p.row for p in reading.problems] == [2]


def test_what_stands_beside_the_table_is_kept(tmp_path):
    rows = [SUPPLY, [*row("闸阀", firm=FIRM), "", "急"], [*row("球阀"), "急"]]
    reading = read_list(write("xlsx", tmp_path, rows))
    assert [r.attributes for r in reading.rows] == [{"I列": "急"}, {"H列": "急"}]


def test_the_same_heading_twice_loses_nothing(tmp_path):
    rows = [
        ["产品名称", "单价", "单价", "备注", "备注", "年产能"],
        ["闸阀", "3", "4", "现货", "急", "5台"],
    ]
    first = read_rows("xlsx", tmp_path, rows).rows[0]
    assert set(first.attributes.values()) >= {"3", "4"}
    assert {first.description, first.attributes["备注"]} == {"现货", "急"}


def test_columns_of_the_other_kind_of_list_are_kept(tmp_path):
    rows = [["链主企业", "统一社会信用代码", "产品名称"], [FIRM, "91652701MA7D43FQX8", "闸阀"]]
    row = read_rows("xlsx", tmp_path, rows).demands[0]
    assert row.attributes == {"统一社会信用代码": "91652701MA7D43FQX8"}


def test_demand_rows_are_read_the_same_way(tmp_path):
    rows = [
        DEMAND,
        ["1", "新疆某铜业有限公司", "铜精矿", "Cu≥20%", "约1.2万", "吨/年", ""],
        ["合计"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    quantity = reading.demands[0].annual_quantity
    assert (quantity.low, quantity.unit, quantity.approximate) == (12_000, "吨", True)
    assert skips(reading)[3] == "合计行"
