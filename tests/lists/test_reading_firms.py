"""The firm of a row: its own cell, a merged one, the row above, a title, the lines over the table."""

from __future__ import annotations

import pytest

from tests.lists.builders import (
    GRID_FORMATS,
    MERGE_FORMATS,
    SUPPLY,
    names,
    read_rows,
    skips,
    supply,
)

FIRM, OTHER = "博乐市甲阀门有限公司", "精河县乙管件有限公司"
formats = pytest.mark.parametrize("kind", GRID_FORMATS)
with_merges = pytest.mark.parametrize("kind", MERGE_FORMATS)


def row(product: str = "", firm: str = "", serial: str = "") -> list[str]:
    """A row under SUPPLY with some of its cells."""
    return [serial, firm, product, "", "", "", ""]


@formats
def test_firm_cells_left_blank_go_on_from_above(kind, tmp_path):
    rows = [
        ["序号", "企业名称", "统一社会信用代码", "县市", "产品名称", "年产能"],
        ["1", FIRM, "91652701MA7D43FQX8", "博乐市", "闸阀", "3台"],
        ["2", "", "", "", "球阀", "4台"],
        ["1", OTHER, "", "精河县", "法兰", "5台"],
        ["2", "", "", "", "弯头", "6台"],
    ]
    reading = read_rows(kind, tmp_path, rows)
    got = [(r.enterprise, r.credit_code, r.county) for r in reading.rows]
    assert got[:2] == [(FIRM, "91652701MA7D43FQX8", "博乐市")] * 2
    assert got[2:] == [(OTHER, "", "精河县")] * 2, "nothing comes down from another firm"
    assert reading.tables[0].filled_down == 2


def test_a_blank_firm_under_another_code_is_not_filled(tmp_path):
    rows = [
        ["企业名称", "统一社会信用代码", "主导产品"],
        [FIRM, "91652701MA7D43FQX8", "闸阀"],
        ["", "91652722MA7QFUFU8N", "球阀"],
        ["", "", "法兰"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [r.enterprise for r in reading.rows] == [FIRM, "", ""]
    assert any(p.row == 3 and "没有企业名称" in p.message for p in reading.problems)


@with_merges
def test_merged_cells_fill_the_rows_they_cover(kind, tmp_path):
    rows = [
        ["企业名称", "产品名称", "规格型号", "年产能"],
        [FIRM, "闸阀", "DN50", "3台"],
        ["", "", "DN80", "4台"],
        [OTHER, "法兰", "DN50", "5台"],
    ]
    reading = read_rows(kind, tmp_path, rows, [(1, 0, 2, 0), (1, 1, 2, 1)])
    got = [(r.enterprise, r.product_name, r.spec) for r in reading.rows]
    assert got == [(FIRM, "闸阀", "DN50"), (FIRM, "闸阀", "DN80"), (OTHER, "法兰", "DN50")]


def test_a_merge_broken_by_the_header_of_the_next_page(tmp_path):
    rows = [
        SUPPLY,
        row("闸阀", firm=FIRM),
        row("球阀"),
        SUPPLY,
        row("法兰"),
        row("弯头", firm=OTHER),
    ]
    reading = read_rows("xlsx", tmp_path, rows, [(1, 1, 2, 1)])
    assert [r.enterprise for r in reading.rows] == [FIRM, FIRM, FIRM, OTHER]


@formats
@pytest.mark.parametrize(
    ("place", "title"),
    [
        (0, FIRM),
        (0, f"一、{FIRM}"),
        (0, f"企业名称：{FIRM}"),
        (1, FIRM),
        (2, FIRM),
        (0, f"【{FIRM}】"),
    ],
)
def test_the_name_of_a_firm_above_its_rows(kind, place, title, tmp_path):
    head = [""] * place + [title]
    rows = [SUPPLY, head, row("闸阀"), row("球阀"), [""] * place + [f"二、{OTHER}"], row("法兰")]
    reading = read_rows(kind, tmp_path, rows)
    assert [r.enterprise for r in reading.rows] == [FIRM, FIRM, OTHER]
    assert skips(reading) == {1: "表头", 2: "分组标题", 5: "分组标题"}


def test_the_firm_above_the_rows_of_a_table_without_such_a_column(tmp_path):
    rows = [
        ["产品名称", "规格", "年产能"],
        [FIRM],
        ["闸阀", "DN50", "3台"],
        [OTHER],
        ["法兰", "", "4台"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [r.enterprise for r in reading.rows] == [FIRM, OTHER]


def test_a_firm_without_a_product_is_told(tmp_path):
    lines = [row(firm=FIRM, serial="1"), row("球阀", firm=OTHER, serial="2")]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *lines])
    problem = reading.problems[0]
    assert (problem.row, problem.lost, problem.text) == (2, True, FIRM)


@pytest.mark.parametrize("product", ["立式加工中心", "数据中心", "轧钢厂成套设备"])
def test_products_that_end_like_a_firm(product, tmp_path):
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *supply("闸阀"), row(product)])
    assert names(reading) == ["闸阀", product]


def test_firm_and_unit_that_stand_above_the_header(tmp_path):
    rows = [
        ["中小企业产品供给清单"],
        [f"填报单位（盖章）：{FIRM}", "", "单位：吨"],
        ["产品名称", "规格", "年产能"],
        ["硫酸", "98%", "300"],
        ["盐酸", "31%", "2车"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [r.enterprise for r in reading.rows] == [FIRM, FIRM]
    assert [r.unit for r in reading.rows] == ["吨", "车"]
    # Near-twins: a bureau is no firm, and money is no unit of a product.
    rows[1] = ["填报单位：州工信部门", "", "单位：万元"]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(r.enterprise, r.unit) for r in reading.rows] == [("", ""), ("", "车")]
