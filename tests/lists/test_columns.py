"""Columns are known by their headings, never by their place; a mapping by hand goes first."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import MappingError, UnreadableListError
from matcher.knowledge import headings
from matcher.lists import read_list
from matcher.lists.columns import column_letter, heading_unit, match_heading, normal
from matcher.model import DEMAND_KEYS, SUPPLY_KEYS, ListKind
from tests.lists.builders import names, read_rows, write, write_csv, write_xlsx

BOTH = [ListKind.DEMAND, ListKind.SUPPLY]
FIRM = "博乐市甲阀门有限公司"


def keys(
    rows: list[list[str]], tmp_path, kind: ListKind | None = None, **options
) -> dict[str, str]:
    """Heading → key of the first table of a list."""
    reading = read_list(write("xlsx", tmp_path, rows), kind, **options)
    return {column.heading: column.key for column in reading.tables[0].columns}


@pytest.mark.parametrize("kind", BOTH)
def test_every_heading_of_the_table_means_its_key(kind):
    for heading in headings():
        if heading.kind in {kind.value, "both"}:
            assert heading.key in dict(match_heading(heading.text, kind)), heading.text


@pytest.mark.parametrize("kind", BOTH)
def test_a_heading_has_one_first_meaning_in_a_kind_of_list(kind):
    """Two meanings only where the second is for when the first is taken."""
    meanings: dict[str, list[str]] = {}
    for heading in headings():
        if heading.kind in {kind.value, "both"} and not heading.key.endswith("?"):
            meanings.setdefault(normal(heading.text), []).append(heading.key)
    several = {form: found for form, found in meanings.items() if len(set(found)) > 1}
    allowed = [["requirement", "spec"], ["product_name", "spec"]]
    assert all(found in allowed for found in several.values()), several


@pytest.mark.parametrize(
    "written",
    [
        "产品名称*",
        "＊产品名称",
        "产 品 名 称",
        "产品\n名称",
        "产品名称（必填）",
        "产品名称:",
        "【产品名称】",
        "產品名稱",
        "产品名称（请写全称，一行一种）",
    ],
)
def test_headings_as_clerks_write_them(written, tmp_path):
    rows = [["企业名称", written, "规格"], [FIRM, "闸阀", "DN50"]]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["闸阀"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("年产能规模（吨/年）", "annual_capacity"),
        ("企业的统一社会信用代码", "credit_code"),
        ("拟配套链主企业名称", "intended_buyers"),
        ("主要规格及型号", "spec"),
        ("产品有效期至", "valid_until"),
        ("生产企业名称", "enterprise"),
    ],
)
def test_headings_that_are_only_like_known_ones(written, key, tmp_path):
    rows = [["主导产品", written], ["闸阀", "x"]]
    assert keys(rows, tmp_path, ListKind.SUPPLY)[written] == key


@pytest.mark.parametrize("written", ["审批流程", "股东结构", "融资需求金额", "法人年龄"])
def test_headings_that_mean_nothing_here_are_kept_under_their_name(written, tmp_path):
    rows = [["主导产品", "规格", written], ["闸阀", "DN50", "某值"]]
    row = read_rows("xlsx", tmp_path, rows).rows[0]
    assert row.attributes == {written: "某值"}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(7)))
def test_the_order_of_columns_means_nothing(order, tmp_path):
    head = ["序号", "企业名称", "主导产品", "规格型号", "年产能", "单位", "备注"]
    row = ["1", FIRM, "闸阀", "DN50", "300", "台", "现货"]
    rows = [[head[i] for i in order], [row[i] for i in order]]
    got = read_list(write("csv-utf8", tmp_path, rows)).supplies[0]
    assert (got.enterprise, got.product_name, got.spec) == (FIRM, "闸阀", "DN50")
    assert (got.annual_capacity.low, got.unit, got.description) == (300, "台", "现货")


@pytest.mark.parametrize(
    ("heading", "cells", "unit"),
    [("单位", ["台", "吨", "套"], "台"), ("单位", [FIRM, "某公司", "精河县乙合作社"], "")],
)
def test_one_column_headed_unit_or_organisation(heading, cells, unit, tmp_path):
    rows = [["主导产品", heading, "年产能"], *([f"阀{c}", c, "3"] for c in cells)]
    row = read_rows("xlsx", tmp_path, rows).supplies[0]
    assert row.unit == unit
    assert row.enterprise == ("" if unit else FIRM)


@pytest.mark.parametrize("order", [["firm", "unit"], ["unit", "firm"]])
def test_two_columns_headed_alike_of_which_one_is_the_organisation(order, tmp_path):
    cells = {"firm": FIRM, "unit": "台"}
    rows = [["主导产品", "单位", "年产能", "单位"], ["闸阀", cells[order[0]], "3", cells[order[1]]]]
    row = read_rows("xlsx", tmp_path, rows).supplies[0]
    assert (row.enterprise, row.unit) == (FIRM, "台")


@pytest.mark.parametrize("head", [["名称", "主导产品"], ["主导产品", "名称"], ["名称", "产品名称"]])
def test_name_of_the_firm_beside_the_product(head, tmp_path):
    cells = {"名称": FIRM, "主导产品": "闸阀", "产品名称": "闸阀"}
    rows = [[*head, "年产能"], [*(cells[h] for h in head), "3台"]]
    row = read_rows("xlsx", tmp_path, rows).supplies[0]
    assert (row.enterprise, row.product_name) == (FIRM, "闸阀")


def test_vague_headings_name_the_product_only_without_a_plainer_one(tmp_path):
    rows = [["名称", "材料", "数量"], ["弹簧", "65Mn", "1"]]
    row = read_rows("xlsx", tmp_path, rows).rows[0]
    assert (row.product_name, row.spec) == ("弹簧", "65Mn")
    assert names(read_rows("xlsx", tmp_path, [["材料", "数量"], ["65Mn钢", "1"]])) == ["65Mn钢"]
    rows = [["项目名称", "产品", "数量"], ["某厂扩建", "弹簧", "1"]]
    assert names(read_rows("xlsx", tmp_path, rows)) == ["弹簧"]


def test_technical_requirements_are_the_spec_where_other_requirements_stand_beside(tmp_path):
    rows = [["采购产品", "技术要求", "其他要求"], ["铜杆", "φ8", "含税"]]
    row = read_rows("xlsx", tmp_path, rows).demands[0]
    assert (row.spec, row.requirement) == ("φ8", "含税")
    rows = [["采购产品", "规格", "技术要求"], ["铜杆", "φ8", "含税"]]
    row = read_rows("xlsx", tmp_path, rows).demands[0]
    assert (row.spec, row.requirement) == ("φ8", "含税")


def test_numbering_column_of_codes_is_the_id(tmp_path):
    rows = [["编号", "采购产品"], ["XQ-001", "铜杆"], ["XQ-002", "铜线"]]
    assert [r.row_id for r in read_rows("xlsx", tmp_path, rows).rows] == ["XQ-001", "XQ-002"]
    rows = [["编号", "采购产品"], ["7", "铜杆"], ["8", "铜线"]]
    assert [r.row_id for r in read_rows("xlsx", tmp_path, rows).rows] == ["2", "3"]


def test_specifications_over_several_columns_are_one(tmp_path):
    rows = [["主导产品", "型号", "材质", "参数"], ["闸阀", "Z41H", "/", "DN50"]]
    assert read_rows("xlsx", tmp_path, rows).rows[0].spec == "Z41H DN50"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("年产能（吨）", "吨"),
        ("年产能(万吨/年)", "万吨/年"),
        ("数量/台", "台"),
        ("年产能（单位：台）", "台"),
        ("年产能（必填）", ""),
        ("产能/年", ""),
    ],
)
def test_unit_in_the_heading(heading, unit):
    assert heading_unit(heading) == unit


def test_mapping_by_heading_and_by_letter(tmp_path):
    rows = [["甲列", "乙列", "丙列"], ["闸阀", "DN50", "300台"], ["球阀", "DN80", "20台"]]
    by_name = {"甲列": "product_name", "乙列": "spec", "丙列": "annual_capacity"}
    by_letter = {"A": "product_name", "b": "spec", "C": "annual_capacity"}
    for mapping in (by_name, by_letter):
        reading = read_list(write("xlsx", tmp_path, rows), ListKind.SUPPLY, mapping=mapping)
        got = [(r.product_name, r.spec, r.quantity.low) for r in reading.rows]
        assert got == [("闸阀", "DN50", 300), ("球阀", "DN80", 20)]
        assert {column.how for column in reading.tables[0].columns} == {"given"}


def test_mapping_by_hand_goes_before_what_a_heading_means(tmp_path):
    rows = [["名称", "产品名称", "年产能"], ["甲", "乙", "3台"]]
    mapping = {"名称": "product_name", "产品名称": "description"}
    row = read_list(write("xlsx", tmp_path, rows), ListKind.SUPPLY, mapping=mapping).rows[0]
    assert (row.product_name, row.description) == ("甲", "乙")


def test_mapping_for_a_list_without_a_header(tmp_path):
    rows = [["物资申购清单"], ["1", "闸阀", "DN50", "套", "3"], ["2", "球阀", "DN80", "个", "5"]]
    mapping = {"B": "product_name", "C": "spec", "D": "unit", "E": "annual_quantity"}
    reading = read_list(write("xlsx", tmp_path, rows), mapping=mapping)
    assert [(r.product_name, r.unit, r.source.row) for r in reading.rows] == [
        ("闸阀", "套", 2),
        ("球阀", "个", 3),
    ]
    assert [s.reason for s in reading.skipped] == ["分组标题"]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [({"产品名称": "prodct"}, "prodct"), ({"没有的列": "spec"}, "没有的列"), ({"Z": "spec"}, "Z")],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping, told, tmp_path):
    path = write("xlsx", tmp_path, [["产品名称", "规格"], ["闸阀", "DN50"]])
    with pytest.raises(MappingError, match=told):
        read_list(path, mapping=mapping)


def test_a_mapping_needs_to_fit_one_sheet_only(tmp_path):
    sheets = {"甲": [["货", "规格"], ["闸阀", "DN50"]], "乙": [["产品名称"], ["球阀"]]}
    path = write_xlsx(tmp_path / "a.xlsx", sheets)
    assert names(read_list(path, mapping={"货": "product_name"})) == ["闸阀", "球阀"]


@st.composite
def subsets(draw: st.DrawFn) -> tuple[ListKind, list[str]]:
    kind = draw(st.sampled_from(BOTH))
    every = DEMAND_KEYS if kind is ListKind.DEMAND else SUPPLY_KEYS
    chosen = draw(st.lists(st.sampled_from(every), unique=True))
    return kind, draw(st.permutations([*{*chosen, "product_name"}]))


VALUES = {
    "product_name": "闸阀", "valid_until": "2027-12-31", "category": "关键零部件", "tier": "小巨人",
    "disclosure": "匿名", "annual_quantity": "300", "annual_capacity": "300", "unit": "台",
    "county": "博乐市", "credit_code": "91652701MA7D43FQX8",
}  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(subset=subsets())
def test_any_subset_of_the_keys_is_a_header(subset, tmp_path):
    kind, header = subset
    cells = [VALUES.get(key, f'{key}的"值"') for key in header]
    path = tmp_path / "list.tsv"
    path.write_text("\t".join(header) + "\n" + "\t".join(cells) + "\n", encoding="utf-8")
    reading = read_list(path, kind)
    row = reading.rows[0]
    for key, text in zip(header, cells, strict=True):
        value = getattr(row, key)
        assert (value.low if key.startswith("annual") else value) == (
            300 if key.startswith("annual") else text
        )
    assert (row.attributes, reading.problems) == ({}, ())
    own = set(header) - set(DEMAND_KEYS if kind is ListKind.SUPPLY else SUPPLY_KEYS)
    if own:
        guessed = read_list(path)
        assert (guessed.kind, guessed.kind_certain) == (kind, True)


def test_a_header_of_keys_without_the_product_is_refused(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["demand_id", "spec"], ["D1", "DN50"]])
    with pytest.raises(UnreadableListError, match="产品名称"):
        read_list(path)


def test_column_letters():
    letters = [column_letter(i) for i in (0, 25, 26, 51, 52, 701, 702)]
    assert letters == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
