"""What offices do beyond the usual: ditto marks, forms above lists, numbered columns, translations."""

from __future__ import annotations

import pytest

from matcher.lists import read_list
from matcher.lists.template import template
from matcher.model import ListKind
from tests.lists.builders import SUPPLY, names, read_rows, skips, supply, write

FIRM, OTHER = "博乐市甲阀门有限公司", "精河县乙管件有限公司"
CODE = "91652701MA7D43FQX8"


@pytest.mark.parametrize("mark", ["同上", "〃", "″", "同前"])
def test_ditto_marks_stand_for_the_cell_above(mark, tmp_path):
    rows = [
        ["企业名称", "统一社会信用代码", "主导产品", "规格", "年产能", "单位"],
        [FIRM, CODE, "闸阀", "DN50", "300", "台"],
        [mark, mark, mark, "DN80", "200", mark],
        [mark, "", "球阀", mark, "100", mark],
    ]
    got = [
        (r.enterprise, r.credit_code, r.product_name, r.spec, r.unit)
        for r in read_rows("csv-bom", tmp_path, rows).supplies
    ]
    assert got[1] == (FIRM, CODE, "闸阀", "DN80", "台")
    assert got[2] == (FIRM, CODE, "球阀", "DN80", "台")


def test_products_in_numbered_columns(tmp_path):
    rows = [
        ["企业名称", "主要产品1", "主要产品2", "主要产品3"],
        [FIRM, "闸阀", "特种异形件", ""],
        [OTHER, "法兰、弯头", "/", "三通"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [r.products for r in reading.rows] == [("闸阀", "特种异形件"), ("法兰", "弯头", "三通")]
    # Its near-twin: two different headings of products are not one product in two cells.
    rows = [["企业名称", "主要产品", "产品名称"], [FIRM, "闸阀", "Z41H"]]
    assert read_rows("xlsx", tmp_path, rows).rows[0].products == ("闸阀",)


def test_headings_in_two_languages(tmp_path):
    head = ["序号 No.", "产品名称 Product Name", "规格型号/Specification", "数量 Qty", "单位 Unit"]
    reading = read_rows("xlsx", tmp_path, [head, ["1", "闸阀", "DN50", "3", "台"]])
    row = reading.rows[0]
    assert (row.product_name, row.spec, row.quantity.low, row.unit) == ("闸阀", "DN50", 3, "台")


def test_a_line_of_translated_headings(tmp_path):
    rows = [["产品名称", "规格型号", "数量"], ["Product Name", "Specification", "Quantity"]]
    reading = read_rows("xlsx", tmp_path, [*rows, ["闸阀", "DN50", "3台"]])
    assert (names(reading), skips(reading)) == (["闸阀"], {1: "表头", 2: "表头"})
    # Its near-twin: a first product with an English name.
    rows[1] = ["Shut-off valve", "brass", "ten"]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["Shut-off valve"]


def test_english_lists(tmp_path):
    rows = [
        ["No.", "Comment", "Designator", "Footprint", "Quantity"],
        ["1", "100nF", "C1", "0603", "6"],
    ]
    row = read_rows("csv-utf8", tmp_path, rows).rows[0]
    assert (row.product_name, row.quantity.low) == ("100nF", 6)
    assert row.attributes["Designator"] == "C1"


@pytest.mark.parametrize("written", [f'="{CODE}"', f"'{CODE}", f"\t{CODE}", f"`{CODE}"])
def test_codes_protected_from_the_workbook(written, tmp_path):
    rows = [["企业名称", "信用代码", "主导产品"], [FIRM, written, "闸阀"]]
    reading = read_rows("csv-gb18030", tmp_path, rows)
    assert (reading.rows[0].credit_code, reading.problems) == (CODE, ())


def test_a_form_of_one_firm_above_its_list(tmp_path):
    rows = [
        ["中小企业产品供给申报表"],
        ["企业名称", FIRM, "", "信用代码", CODE],
        ["所在县市", "博乐市", "", "企业梯度", "专精特新"],
        ["联系人", "张三", "", "联系电话", "13900000000"],
        ["主导产品", "规格型号", "年产能", "单位", "备注"],
        ["闸阀", "DN50", "300", "台", ""],
        ["球阀", "DN80", "200", "台", ""],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert names(reading) == ["闸阀", "球阀"]
    firms = {(r.enterprise, r.credit_code, r.county, r.tier) for r in reading.supplies}
    assert firms == {(FIRM, CODE, "博乐市", "专精特新")}
    assert reading.problems == ()
    assert len(reading.tables) == 1


def test_a_form_that_names_the_product_is_no_header(tmp_path):
    rows = [
        ["主导产品", "阀门", "注册资本", "500万元"],
        ["产品规格", "全系列", "从业人数", "35"],
        ["主导产品", "规格型号", "年产能", "单位"],
        ["闸阀", "DN50", "300", "台"],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    assert (names(reading), reading.tables[0].header_rows) == (["闸阀"], (3,))


@pytest.mark.parametrize("title", ["主要产品", "主要产品清单", "产品名称及规格型号一览表"])
def test_a_title_that_reads_like_a_heading(title, tmp_path):
    reading = read_rows("xlsx", tmp_path, [[title], SUPPLY, *supply("闸阀")])
    assert (len(reading.tables), skips(reading)) == (1, {1: "标题行", 2: "表头"})


def test_a_title_that_begins_with_the_firm(tmp_path):
    rows = [["产品名称", "规格", "年产能"], ["闸阀", "DN50", "3台"]]
    titled = read_rows("xlsx", tmp_path, [[f"{FIRM}2027年产品供给清单"], *rows])
    assert titled.rows[0].owner == FIRM
    untitled = read_rows("xlsx", tmp_path, [["博州中小企业产品供给清单"], *rows])
    assert untitled.rows[0].owner == ""
    # Where the rows name their firms, these count.
    rows = [["企业名称", "主导产品"], [OTHER, "闸阀"]]
    assert read_rows("xlsx", tmp_path, [[f"{FIRM}产品清单"], *rows]).rows[0].owner == OTHER


def test_a_block_for_each_firm_with_its_own_header(tmp_path):
    head = ["序号", "产品名称", "规格", "年产能"]
    rows = [
        [FIRM], head, ["1", "闸阀", "DN50", "3台"], ["2", "球阀", "DN50", "3台"], ["小计", "", "", "6台"],
        [OTHER], head, ["1", "法兰", "DN50", "3台"],
    ]  # fmt: skip
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(r.owner, r.product_name) for r in reading.rows] == [
        (FIRM, "闸阀"),
        (FIRM, "球阀"),
        (OTHER, "法兰"),
    ]


def test_a_sum_named_after_its_group_in_the_product_column(tmp_path):
    line = ["", FIRM, "阀门类小计", "", "600", "台", ""]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *supply("闸阀"), line])
    assert (names(reading), skips(reading)[3]) == (["闸阀"], "合计行")


def test_a_specification_that_became_a_date_is_told(tmp_path):
    rows = [["主导产品", "规格"], ["管接头", "2027-01-02"], ["闸阀", "DN50"]]
    reading = read_rows("xlsx", tmp_path, rows)
    assert [(p.row, p.column) for p in reading.problems] == [(2, "规格")]
    assert reading.rows[0].spec == "2027-01-02"


def test_vertical_text_and_merged_groups_in_the_first_column(tmp_path):
    rows = [
        ["产业链", "链主企业", "需求产品"],
        ["铜\n产\n业", "甲公司", "铜精矿"],
        ["", "", "石英石"],
        ["", "乙公司", "铜杆"],
    ]
    reading = read_rows("xlsx", tmp_path, rows, [(1, 0, 3, 0), (1, 1, 2, 1)])
    assert [(r.chain, r.leader) for r in reading.demands] == [
        ("铜产业", "甲公司"),
        ("铜产业", "甲公司"),
        ("铜产业", "乙公司"),
    ]


def test_delimiter_line_and_blank_lines_of_an_export(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_text(f"sep=,\n\n{','.join(SUPPLY)}\n1,{FIRM},闸阀,DN50,3,台,\n\n\n", "utf-8")
    reading = read_list(path)
    assert (names(reading), reading.rows[0].source.row) == (["闸阀"], 4)


def test_rows_shorter_and_longer_than_the_header(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_text("企业名称,主导产品,规格\n甲公司,闸阀\n乙公司,球阀,DN50,多出的,\n", "utf-8")
    reading = read_list(path)
    assert [(r.product_name, r.spec, r.attributes) for r in reading.rows] == [
        ("闸阀", "", {}),
        ("球阀", "DN50", {"D列": "多出的"}),
    ]


def test_signatures_with_addresses(tmp_path):
    end = ["联系人：张三", "", "电话：0909-1234567", "", "地址：博乐市某路1号", "", ""]
    reading = read_rows("xlsx", tmp_path, [SUPPLY, *supply("闸阀"), end])
    assert skips(reading)[3] == "备注行"


@pytest.mark.parametrize("kind", list(ListKind))
def test_the_blank_form_reads_back_with_its_example(kind, tmp_path):
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template(kind))
    reading = read_list(path)
    assert (reading.kind, reading.kind_certain, len(reading.rows)) == (kind, True, 1)
    assert all(column.how == "known" for column in reading.tables[0].columns)
    assert ["示例" in p.message for p in reading.problems] == [True]
    assert {s.sheet for s in reading.skipped if s.reason == "说明页"} == {"填表说明"}


def test_a_file_of_which_the_name_holds_odd_characters(tmp_path):
    path = write("xlsx", tmp_path, [SUPPLY, *supply("闸阀")], name="供给（终稿）#2 100%")
    assert read_list(path).file == "供给（终稿）#2 100%.xlsx"
