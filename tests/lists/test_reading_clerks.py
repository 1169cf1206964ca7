"""How clerks squeeze more into a cell or a heading than it was made for."""

from __future__ import annotations

import pytest

from matcher.lists import read_list
from matcher.model import ListKind
from tests.lists.builders import GRID_FORMATS, names, read_rows, skips, write

FIRM = "博乐市甲阀门有限公司"
HEAD = ["链主企业", "产品名称", "规格型号", "年需求量", "单位"]


def amounts(reading):
    return [
        (row.source.row, row.product_name, row.spec, row.quantity and row.quantity.low, row.unit)
        for row in reading.rows
    ]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (
            ["闸阀\n法兰", "DN50\nDN80", "500\n200", "台\n片"],
            [("闸阀", "DN50", 500, "台"), ("法兰", "DN80", 200, "片")],
        ),
        (
            ["无缝钢管\n焊管", "20#", "3000吨\n1.2万吨", ""],
            [("无缝钢管", "20#", 3000, "吨"), ("焊管", "20#", 12000, "吨")],
        ),
        (
            ["螺栓、螺母", "M20", "5000\n8000", "套、个"],
            [("螺栓", "M20", 5000, "套"), ("螺母", "M20", 8000, "个")],
        ),
        (
            ["闸阀", "DN50\nDN80", "500台\n200台", ""],
            [("闸阀", "DN50", 500, "台"), ("闸阀", "DN80", 200, "台")],
        ),
    ],
)
def test_a_quantity_for_each_product_of_a_cell(cells, found, tmp_path):
    reading = read_rows(
        "xlsx", tmp_path, [HEAD, ["甲公司", *cells], ["乙公司", "泵", "", "1", "台"]]
    )
    assert amounts(reading) == [*((2, *row) for row in found), (3, "泵", "", 1, "台")]
    assert len({row.row_id for row in reading.rows}) == 3
    assert reading.problems == ()


def test_products_with_their_own_quantities_share_the_id_of_their_row(tmp_path):
    rows = [["需求编号", *HEAD], ["D1", "甲公司", "闸阀\n法兰", "", "500\n200", "台"]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [row.row_id for row in reading.rows] == ["D1", "D1@Sheet1!2"]
    assert reading.problems == ()


@pytest.mark.parametrize("name", ["闸阀", "闸阀、法兰、弯头"])
def test_numbers_below_each_other_never_become_one(name, tmp_path):
    reading = read_rows("xlsx", tmp_path, [HEAD, ["甲公司", name, "", "500\n200", "台"]])
    assert not reading.rows[0].quantity.known
    assert [(p.row, p.column, p.text) for p in reading.problems] == [(2, "年需求量", "500 200")]
    # Its near-twins: a quantity that the cell wraps, and a number as some people space it.
    for text in ("1200\n吨/年", "1 200吨/年"):
        reading = read_rows("xlsx", tmp_path, [HEAD, ["甲公司", name, "", text, ""]])
        assert (reading.rows[0].quantity.low, reading.problems) == (1200, ())


@pytest.mark.parametrize("kind", GRID_FORMATS)
def test_products_that_share_one_quantity_stay_one_row(kind, tmp_path):
    rows = [HEAD, ["甲公司", "液位、压力、温度变送器", "", "50", "台"]]
    (row,) = read_rows(kind, tmp_path, rows).rows
    assert (len(row.products), row.quantity.low) == (3, 50)


@pytest.mark.parametrize(
    ("heading", "cell", "found"),
    [
        ("数量/单位", "3000/米", (3000, "米")),
        ("数量、单位", "1.2万米", (12000, "米")),
        ("年需求量及单位", "20桶（200L/桶）", (20, "桶")),
        ("采购数量（单位）", "50-80台", (50, "台")),
        ("单位", "500台", (500, "台")),
    ],
)
def test_quantity_and_unit_in_one_column(heading, cell, found, tmp_path):
    reading = read_rows("xlsx", tmp_path, [["产品名称", "规格", heading], ["钢丝绳", "φ8", cell]])
    row = reading.rows[0]
    assert (row.quantity.low, row.unit) == found
    assert reading.problems == ()


def test_number_and_stroke_are_a_price_where_the_heading_does_not_ask_for_them(tmp_path):
    reading = read_rows("xlsx", tmp_path, [["产品名称", "数量"], ["钢丝绳", "3000/米"]])
    assert not reading.rows[0].quantity.known
    assert len(reading.problems) == 1


def test_one_heading_for_quantity_and_unit_with_brackets_that_tell_them_apart(tmp_path):
    head = ["企业名称", "主导产品", "年产能（单位）", "年产能（数量）"]
    for order in (1, -1):
        rows = [
            head[:2] + head[2:][::order],
            [FIRM, "除尘器", *["台", "100"][::order]],
        ]
        row = read_rows("xlsx", tmp_path, rows).rows[0]
        assert (row.quantity.low, row.unit) == (100, "台")


@pytest.mark.parametrize(
    ("headings", "cells", "low"),
    [
        (["月需求量", "年需求量"], ["1", "12"], 12),
        (["2023年采购量", "2024年采购量", "2025年预计需求量"], ["1", "2", "3"], 3),
        (["2024年采购量", "年需求量"], ["1", "2"], 2),
        (["月采购量", "2024年采购量"], ["1", "2"], 2),
    ],
)
def test_of_several_quantities_the_yearly_and_the_latest(headings, cells, low, tmp_path):
    rows = [["产品名称", *headings, "单位"], ["阀门", *cells, "台"]]
    row = read_rows("xlsx", tmp_path, rows).rows[0]
    assert (row.quantity.low, row.quantity.period) == (low, "")
    assert set(row.attributes) == {h for h, c in zip(headings, cells, strict=True) if c != str(low)}


def test_letters_given_by_hand_make_no_header_of_the_first_row(tmp_path):
    mapping = {"A": "product_name", "B": "annual_quantity", "C": "unit", "d": "leader"}
    rows = [["钢丝绳", "3000", "米", "甲公司"], ["设备", "20", "台", "材料"]]
    reading = read_list(write("csv-bom", tmp_path, rows), ListKind.DEMAND, mapping=mapping)
    assert [(r.product_name, r.quantity.low, r.leader) for r in reading.demands] == [
        ("钢丝绳", 3000, "甲公司"),
        ("设备", 20, "材料"),
    ]
    # Its near-twin: a header that speaks for itself.
    rows = [["货物", "数量", "单位", "采购单位"], *rows]
    reading = read_list(write("csv-bom", tmp_path, rows), ListKind.DEMAND, mapping=mapping)
    assert (names(reading), skips(reading)) == (["钢丝绳", "设备"], {1: "表头"})


def test_names_of_those_who_signed_are_no_products(tmp_path):
    rows = [["序号", "产品名称", "年采购量", "单位"], ["1", "机油", "20", "升"]]
    rows += [["编制：", "", "审核：", "批准：李四"], ["核准：王五", "", "", ""]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert (names(reading), reading.problems) == (["机油"], ())


def test_english_headings_of_a_demand(tmp_path):
    rows = [["No.", "Item Name", "Specification", "Annual Demand", "Unit", "Remarks"]]
    row = read_rows("xlsx", tmp_path, [*rows, ["1", "Ball valve", "DN50", "200", "pcs", ""]]).rows[
        0
    ]
    assert (row.product_name, row.quantity.low, row.unit) == ("Ball valve", 200, "pcs")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (["部门负责人：", "", "分管领导：", "总经理："], "备注行"),
        (["", "（以上为一期需求）", "", ""], "备注行"),
        (["二〇二五年三月", "", "", ""], "备注行"),
        (["", "人民币大写：壹仟陆佰元整", "1600", ""], "合计行"),
        (["博乐市（2家）", "", "", ""], "分组标题"),
    ],
)
def test_lines_that_are_no_data(line, reason, tmp_path):
    rows = [["产品名称", "规格", "年采购量", "单位"], ["机油", "46#", "20", "升"], line]
    reading = read_rows("xlsx", tmp_path, [*rows, ["黄油", "3#", "5", "桶"]])
    assert (names(reading), skips(reading)) == (["机油", "黄油"], {1: "表头", 3: reason})
    assert reading.problems == ()


def test_units_that_are_firms_without_a_legal_form(tmp_path):
    rows = [
        ["单位", "主要配套产品", "需求量"],
        ["金川矿业", "雷管", "2万发"],
        ["赛里木乳业", "包材", "若干"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(r.leader, r.unit) for r in reading.demands] == [("金川矿业", "发"), ("赛里木乳业", "")]
    # Its near-twin: units of measure of more than three characters.
    rows = [
        ["主要配套产品", "需求量", "单位"],
        ["混凝土", "20", "万立方米"],
        ["地砖", "30", "平方米/年"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(r.leader, r.unit) for r in reading.demands] == [("", "立方米"), ("", "平方米")]


def test_kinds_of_products_stand_in_for_their_names(tmp_path):
    rows = [["企业名称", "生产品类", "设计产能"], [FIRM, "PVC管", "10000吨/年"]]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["PVC管"]
    rows = [["企业名称", "产品类别", "主导产品"], [FIRM, "管材", "PVC管"]]
    row = read_rows("xlsx", tmp_path, rows).rows[0]
    assert (row.product_name, row.attributes) == ("PVC管", {"产品类别": "管材"})


@pytest.mark.parametrize(
    ("heading", "unit", "cell", "found"),
    [
        ("年产能（万）", "块", "1000", (1e7, "块")),
        ("年产能（万）", "", "50.5", (505000, "")),
        ("年产能（万）", "块", "1000块", (1000, "块")),
        ("年产能（万）", "万块", "1000", (1e7, "块")),
        ("年产能（万吨）", "万吨", "5", (50000, "吨")),
        ("年产能万吨", "", "5", (50000, "吨")),
        ("年产能（吨）", "套", "2000", (2000, "套")),
        ("年产能", "万块", "1000", (1e7, "块")),
    ],
)
def test_ten_thousands_in_the_heading(heading, unit, cell, found, tmp_path):
    rows = [["企业名称", "主导产品", heading, "单位"], [FIRM, "砖", cell, unit]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(r.quantity.low, r.unit) for r in reading.rows] == [found]
    assert reading.problems == ()


def test_a_heading_and_a_unit_that_differ_by_ten_thousand(tmp_path):
    rows = [["企业名称", "主导产品", "年产能（万吨）", "单位"], [FIRM, "水泥", "5", "吨"]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert (reading.rows[0].quantity.low, reading.rows[0].unit) == (5, "吨")
    assert "万吨" in reading.problems[0].message
    rows[1][2] = "5万吨"  # its near-twin: the cell says it itself
    assert read_rows("xlsx", tmp_path, rows).problems == ()


@pytest.mark.parametrize(
    ("column", "text"), [(0, "例：某公司"), (1, "例如：阀门"), (1, "（示例）阀门")]
)
def test_examples_that_were_not_taken_out(column, text, tmp_path):
    rows = [["企业名称", "主导产品", "年产能"], [FIRM, "阀门", "5吨"], [FIRM, "球阀", "5吨"]]
    rows[1][column] = text
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(p.row, p.message) for p in reading.problems] == [(2, "这是模板里的示例行")]


def test_a_list_in_english_alone(tmp_path):
    rows = [["Company", "Products", "Capacity (tons/year)", "Contact"]]
    reading = read_rows("xlsx", tmp_path, [*rows, ["Borun", "Steel pipe", "30,000", "Zhang"]])
    assert reading.kind is ListKind.SUPPLY
    assert [(r.enterprise, r.quantity.low, r.unit) for r in reading.supplies] == [
        ("Borun", 30000, "tons")
    ]
