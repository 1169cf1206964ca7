"""The bundled messy lists against the clean ones that they were made from, row by row."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache

import pytest

from matcher.lists import ListReading, read_list
from matcher.lists.cells import read_credit_code
from matcher.lists.products import split_products
from matcher.model import ListKind, Quantity
from matcher.quantity import parse_quantity, parse_unit
from tests.tools import ROOT

SAMPLES = ROOT / "corpora" / "samples"
DEMANDS, DOCX, CSV = "需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv"
# The Word file has no column for these (README: the county stands in its title).
ABSENT = {DOCX: {"county", "valid_until"}}
TEXT_KEYS = {
    ListKind.DEMAND: [
        "chain", "leader", "product_name", "category", "spec", "county", "requirement",
        "current_supplier", "current_source", "disclosure", "valid_until", "note",
    ],
    ListKind.SUPPLY: [
        "enterprise", "county", "tier", "product_name", "spec", "certificates", "intended_buyers",
        "valid_until", "description",
    ],
}  # fmt: skip


@cache
def truth(file: str) -> dict[str, dict[str, str]]:
    source = "demands.tsv" if file == DEMANDS else "supplies.tsv"
    lines = (SAMPLES / "source" / source).read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    rows = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:] if line]
    if file == DOCX:
        rows = [row for row in rows if row["county"] == "博乐市"]
    if file == CSV:
        rows = [row for row in rows if row["county"] != "博乐市"]
    return {row[header[0]]: row for row in rows}


@cache
def reading(file: str) -> ListReading:
    return read_list(SAMPLES / file)


def same_text(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def same_standard(text: str) -> str:
    """Mess may have taken the slash and the blank out of GB/T 8163."""
    return same_text(text).replace("/", "")


def numbers(quantity: Quantity | None) -> tuple[object, ...] | None:
    if quantity is None:
        return None
    return (quantity.low, quantity.high, quantity.unit, quantity.period, quantity.approximate)


files = pytest.mark.parametrize("file", [DEMANDS, DOCX, CSV])


@files
def test_every_row_is_there_exactly_once_and_nothing_else(file):
    assert Counter(row.row_id for row in reading(file).rows) == Counter(list(truth(file)))
    assert not any(problem.lost for problem in reading(file).problems)


@files
def test_kind_is_told_by_the_file(file):
    expected = ListKind.DEMAND if file == DEMANDS else ListKind.SUPPLY
    assert (reading(file).kind, reading(file).kind_certain) == (expected, True)


def test_text_file_is_gb18030():
    assert reading(CSV).encoding == "gb18030"


@files
def test_texts_options_dates_and_filled_cells(file):
    keys = [k for k in TEXT_KEYS[reading(file).kind] if k not in ABSENT.get(file, set())]
    wrong = [
        (row.row_id, key, getattr(row, key), truth(file)[row.row_id][key])
        for row in reading(file).rows
        for key in keys
        if same_text(getattr(row, key)) != same_text(truth(file)[row.row_id][key])
    ]
    assert wrong == []


@files
def test_standards(file):
    wrong = [
        (row.row_id, row.standard)
        for row in reading(file).rows
        if same_standard(row.standard) != same_standard(truth(file)[row.row_id]["standard"])
    ]
    assert wrong == []


@files
def test_products_are_those_of_the_clean_name(file):
    for row in reading(file).rows:
        assert row.products == split_products(truth(file)[row.row_id]["product_name"])


def test_products_that_stand_in_one_cell():
    products = {row.row_id: row.products for row in reading(DEMANDS).rows}
    assert products["D008"] == ("阀门", "法兰", "管件")
    assert products["D013"] == ("液位变送器", "压力变送器", "温度变送器")
    assert products["D069"] == ("液碱运输", "盐酸罐车运输")
    assert products["D049"] == ("牛粪清运与资源化处理",)


@files
def test_quantities_and_units(file):
    key = "annual_quantity" if file == DEMANDS else "annual_capacity"
    complaints = {(p.sheet, p.row): p for p in reading(file).problems}
    for row in reading(file).rows:
        written, unit = truth(file)[row.row_id][key], truth(file)[row.row_id]["unit"]
        try:
            expected = parse_quantity(written, unit)
        except ValueError:  # two quantities in one cell: a person has to say which
            problem = complaints[row.source.sheet, row.source.row]
            assert same_text(problem.text) == same_text(written + unit)
            assert row.quantity is not None
            assert not row.quantity.known
            continue
        assert numbers(row.quantity) == numbers(expected), row.row_id
        assert row.unit == (expected.unit if expected else parse_unit(unit).unit), row.row_id


@pytest.mark.parametrize("file", [DOCX, CSV])
def test_credit_codes_are_kept_and_the_wrong_ones_are_told(file):
    planted = tomllib.loads((SAMPLES / "planted.toml").read_text(encoding="utf-8"))["wrong_code"]
    written = {w["supply_id"]: w["written"] for w in planted if w["supply_id"] in truth(file)}
    told = {(p.sheet, p.row): p.text for p in reading(file).problems if "代码" in p.message}
    for row in reading(file).rows:
        assert row.credit_code == truth(file)[row.row_id]["credit_code"].upper()
        complaint = told.pop((row.source.sheet, row.source.row), None)
        is_wrong = bool(read_credit_code(row.credit_code)[1])
        assert (complaint is not None) == is_wrong, row.row_id
        if is_wrong:
            assert complaint == written[row.row_id]
    assert told == {}


def test_numbers_of_telephones_stay_whole():
    for row in reading(DEMANDS).rows:
        if row.source.sheet != "阿拉山口片区":
            assert re.fullmatch(r"139000000\d\d", row.attributes["contact"]["phone"])


def test_every_other_row_of_the_workbook_is_skipped_for_its_reason():
    skipped = Counter((s.sheet, s.reason) for s in reading(DEMANDS).skipped)
    assert skipped == {
        ("需求清单", "标题行"): 2,
        ("需求清单", "表头"): 2,
        ("需求清单", "重复表头"): 4,
        ("需求清单", "合计行"): 8,
        ("需求清单", "备注行"): 1,
        ("填表说明", "说明页"): 8,
        ("阿拉山口片区", "标题行"): 1,
        ("阿拉山口片区", "表头"): 1,
        ("阿拉山口片区", "分组标题"): 1,
        ("阿拉山口片区", "重复表头"): 1,
        ("阿拉山口片区", "合计行"): 2,
        ("阿拉山口片区", "空行"): 4,
        ("阿拉山口片区", "备注行"): 1,
        ("枸杞链", "空行"): 4,
        ("枸杞链", "标题行"): 1,
        ("枸杞链", "表头"): 1,
        ("枸杞链", "备注行"): 1,
    }


def test_every_other_row_of_the_word_file_is_skipped_for_its_reason():
    skipped = [(s.sheet, s.row, s.reason) for s in reading(DOCX).skipped]
    sums = [("表1", 39), ("表2", 47), ("表3", 41), ("表4", 38), ("表5", 46)]
    expected = [(sheet, 1, "表头") for sheet, _ in sums] + [(*s, "合计行") for s in sums]
    assert sorted(skipped) == sorted([*expected, ("表2", 24, "重复表头")])


def test_every_other_record_of_the_text_file_is_skipped_for_its_reason():
    planted = tomllib.loads((SAMPLES / "planted.toml").read_text(encoding="utf-8"))["mess"]
    reasons = {
        "标题行": "标题行",
        "填报单位和时间行": "标题行",
        "空行": "空行",
        "表头不在首行": "表头",
        "分区标题行，只有首格": "分组标题",
        "合计行": "合计行",
        "表末备注行": "备注行",
    }
    expected = {
        int(re.sub(r"\D", "", mess["where"])): reasons[mess["what"]]
        for mess in planted
        if mess["file"] == CSV and mess["what"] in reasons
    }
    assert {s.row: s.reason for s in reading(CSV).skipped} == expected


@files
def test_rows_stand_where_the_reading_says(file):
    """Rows and skips together are the rows of each sheet, none of them twice."""
    for sheet in {row.source.sheet for row in reading(file).rows}:
        data = [row.source.row for row in reading(file).rows if row.source.sheet == sheet]
        skipped = [s.row for s in reading(file).skipped if s.sheet == sheet]
        assert sorted(data + skipped) == list(range(1, max(data + skipped) + 1))
