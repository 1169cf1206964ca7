"""The same list in every format and encoding; what each format does to its cells."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from matcher.lists import read_list
from matcher.lists.reading import hash_file
from tests.lists.builders import (
    GRID_FORMATS,
    SUPPLY,
    names,
    read_rows,
    skips,
    supply,
    write,
    write_csv,
    write_json,
    write_xlsx,
)

FIRM = "博乐市甲阀门有限公司"
HEAD = [
    "企业名称",
    "统一社会信用代码",
    "主导产品",
    "规格型号",
    "年产能",
    "单位",
    "有效期至",
    "备注",
]
LINES = [
    [FIRM, "91652701MA7D43FQX8", "闸阀", "DN50，PN16", "1.2万", "台/年", "2027-12-31", "现货"],
    [FIRM, "91652701MA7D43FQX8", "球阀", "DN80", "50-80", "台", "2027年6月30日", ""],
]


def cells(reading) -> list[tuple[object, ...]]:
    return [
        (
            r.enterprise,
            r.credit_code,
            r.product_name,
            r.spec,
            r.annual_capacity.low,
            r.unit,
            r.valid_until,
        )
        for r in reading.supplies
    ]


EXPECTED = [
    (FIRM, "91652701MA7D43FQX8", "闸阀", "DN50，PN16", 12_000, "台", "2027-12-31"),
    (FIRM, "91652701MA7D43FQX8", "球阀", "DN80", 50, "台", "2027-06-30"),
]


@pytest.mark.parametrize("kind", GRID_FORMATS)
def test_every_format_gives_the_same_rows(kind, tmp_path):
    reading = read_rows(kind, tmp_path, [HEAD, *LINES])
    assert cells(reading) == EXPECTED
    assert reading.problems == ()


def test_json_gives_the_same_rows(tmp_path):
    data = [dict(zip(HEAD, line, strict=True)) for line in LINES]
    assert cells(read_list(write_json(tmp_path / "清单.json", data))) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings(encoding, told, tmp_path):
    reading = read_list(write_csv(tmp_path / "清单.csv", [HEAD, *LINES], encoding))
    assert (cells(reading), reading.encoding.replace("_", "-").lower()) == (EXPECTED, told)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter, tmp_path):
    reading = read_list(
        write_csv(tmp_path / "清单.csv", [["清单"], HEAD, *LINES], "utf-8", delimiter)
    )
    assert cells(reading) == EXPECTED


def test_rare_characters_survive_gb18030(tmp_path):
    rows = [["企业名称", "主导产品"], ["精河县㛃䶮有限公司", "𬭩盐"]]
    reading = read_list(write_csv(tmp_path / "清单.csv", rows, "gb18030"))
    assert (reading.rows[0].owner, reading.rows[0].product_name) == ("精河县㛃䶮有限公司", "𬭩盐")


def test_line_breaks_and_quotes_inside_cells(tmp_path):
    note = '口径3"，带"快装"接头\n耐温\r\n150℃'
    rows = [HEAD, [*LINES[0][:3], "DN50\nPN16", *LINES[0][4:7], note]]
    for kind in ("xlsx", "csv-gb18030", "csv-bom"):
        row = read_rows(kind, tmp_path, rows).supplies[0]
        assert row.description == '口径3"，带"快装"接头耐温 150℃'
        assert row.spec == "DN50 PN16"


def test_line_breaks_inside_headings_and_names(tmp_path):
    rows = [
        ["企业\n名称", "主导\n产品", "统一社会\n信用代码"],
        ["博乐市甲阀门\n有限公司", "番茄\n酱", ""],
    ]
    row = read_rows("xlsx", tmp_path, rows).supplies[0]
    assert (row.enterprise, row.product_name) == (FIRM, "番茄酱")


def test_quotes_in_tsv_are_plain_text(tmp_path):
    path = tmp_path / "list.tsv"
    path.write_text(
        'supply_id\tproduct_name\tdescription\nS1\t"3寸"闸阀\t"未闭合\nS2\t球阀\t"\n', "utf-8"
    )
    reading = read_list(path)
    assert [(r.product_name, r.description) for r in reading.supplies] == [
        ('"3寸"闸阀', '"未闭合'),
        ("球阀", '"'),
    ]


def test_a_quote_that_is_never_closed_swallows_no_row(tmp_path):
    path = tmp_path / "清单.csv"
    lines = ["主导产品,规格型号,年产能", '闸阀,"3寸,3台', "球阀,DN80,4台", "法兰,DN50,5台"]
    path.write_text("\n".join(lines), "utf-8")
    reading = read_list(path)
    assert names(reading) == ["闸阀", "球阀", "法兰"]
    assert [r.source.row for r in reading.rows] == [2, 3, 4]


def test_full_width_digits_and_letters(tmp_path):
    line = [
        FIRM,
        "９１６５２７０１ＭＡ７Ｄ４３ＦＱＸ８",
        "ＰＥ管",
        "ＤＮ５０　ＰＮ１６",
        "１．２万",
        "米",
        "２０２７－１２－３１",
        "",
    ]
    row = read_rows("csv-gb18030", tmp_path, [HEAD, line]).supplies[0]
    assert (row.credit_code, row.product_name, row.spec) == (
        "91652701MA7D43FQX8",
        "PE管",
        "DN50 PN16",
    )
    assert (row.annual_capacity.low, row.valid_until) == (12_000, "2027-12-31")


def test_numbers_that_a_workbook_made_of_text(tmp_path):
    rows = [
        ["编号", "主导产品", "年产能", "单位", "联系电话", "有效期至", "信用代码"],
        [1, "闸阀", 3000.0, "台", 13900000055, 46752, 916527010000000001.0],
        [2, "球阀", 0.5, "万台", 9091234567, 46752.0, "91652701MA7D43FQX8"],
    ]
    reading = read_list(write_xlsx(tmp_path / "清单.xlsx", {"清单": rows}))
    first, second = reading.supplies
    assert (first.annual_capacity.low, second.annual_capacity.low) == (3000, 5000)
    assert first.attributes["contact"] == {"phone": "13900000055"}
    assert (first.valid_until, second.valid_until) == ("2027-12-31", "2027-12-31")
    assert [(p.row, p.column) for p in reading.problems] == [(2, "信用代码")]


def test_integers_that_a_program_wrote_as_floats(tmp_path):
    rows = [
        ["供给编号", "主导产品", "年产能", "联系电话", "规格"],
        ["1001.0", "闸阀", "300.0", "13900000055.0", "3.0"],
    ]
    row = read_rows("csv-utf8", tmp_path, rows).supplies[0]
    assert (row.supply_id, row.annual_capacity.low) == ("1001", 300)
    assert row.attributes["contact"] == {"phone": "13900000055"}
    assert row.spec == "3.0", "a specification is kept as written"


def test_numbers_kept_as_text_with_spaces(tmp_path):
    rows = [["主导产品", "年产能", "单位"], ["闸阀", " 12 000 ", "台"], ["球阀", "3 000吨/年", ""]]
    reading = read_rows("csv-bom", tmp_path, rows)
    assert [(r.quantity.low, r.unit) for r in reading.rows] == [(12_000, "台"), (3_000, "吨")]


def test_dates_and_formulas_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["主导产品", "年产能", "有效期至", "规格"])
    sheet.append(["闸阀", 3, dt.date(2027, 12, 31), "DN50"])
    sheet.append(["球阀", dt.date(2027, 3, 5), dt.date(2027, 6, 30), "#REF!"])
    sheet.append(["#N/A", 5, "", ""])
    book.save(tmp_path / "清单.xlsx")
    reading = read_list(tmp_path / "清单.xlsx")
    assert [r.valid_until for r in reading.rows] == ["2027-12-31", "2027-06-30"]
    told = {(p.row, p.column): p for p in reading.problems}
    assert "日期" in told[3, "年产能"].message
    assert told[4, "主导产品"].lost


def test_quantity_and_unit_in_one_cell(tmp_path):
    rows = [
        ["主导产品", "年产能", "单位"],
        ["硫酸", "约1.2万吨/年", ""],
        ["盐酸", "≥500", "吨"],
        ["货款", "1.5亿元", ""],
        ["烧碱", "面议", "吨"],
        ["闸阀", "头/年", ""],
    ]
    reading = read_rows("xlsx", tmp_path, rows)
    got = [(r.quantity.low, r.unit) if r.quantity else (None, r.unit) for r in reading.rows]
    assert got == [(12_000, "吨"), (500, "吨"), (150_000_000, "元"), (None, "吨"), (None, "头")]
    assert [(p.row, p.message) for p in reading.problems] == [(6, "只有单位，没有数量")]


@pytest.mark.parametrize(
    ("heading", "low", "period"),
    [
        ("年产能（万吨）", 30_000, ""),
        ("月产能（吨）", 3, "month"),
        ("产能（吨/日）", 3, "day"),
        ("年产能", 3, ""),
    ],
)
def test_unit_and_period_that_the_heading_says(heading, low, period, tmp_path):
    rows = [["主导产品", heading], ["硫酸", "3"]]
    quantity = read_rows("xlsx", tmp_path, rows).supplies[0].annual_capacity
    assert (quantity.low, quantity.period) == (low, period)


def test_numbered_indicators_inside_one_cell_stay_one_text(tmp_path):
    text = "1.高度3.5~4.0m\n3. ▲支持二维码导航\n7.精度±10 mm；角度±1°"
    rows = [["采购产品", "技术要求", "数量"], ["▲智能升降AGV", text, "4台"]]
    row = read_rows("xlsx", tmp_path, rows).demands[0]
    assert row.product_name == "智能升降AGV"
    assert row.requirement == "1.高度3.5~4.0m 3. ▲支持二维码导航 7.精度±10 mm；角度±1°"


def test_row_numbers_are_those_that_a_user_sees(tmp_path):
    rows = [[], [], ["清单"], SUPPLY, *supply("闸阀"), [], *supply("球阀")]
    for kind in ("xlsx", "csv-utf8", "tsv"):
        reading = read_rows(kind, tmp_path, rows)
        assert [r.source.row for r in reading.rows] == [5, 7], kind
        assert skips(reading) == {1: "空行", 2: "空行", 3: "标题行", 4: "表头", 6: "空行"}


def test_what_is_said_of_the_file(tmp_path):
    path = write("csv-gb18030", tmp_path, [HEAD, *LINES])
    reading = read_list(str(path))
    assert (reading.file, reading.format, reading.encoding) == ("清单.csv", "text", "gb18030")
    assert reading.sha256 == hash_file(path)
    assert reading.supplies == reading.rows
    assert reading.demands == ()
