"""Rows as plain data: what JSON shows, what the content hash sees, what a fingerprint is for."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.model import (
    DEMAND_KEYS,
    SUPPLY_KEYS,
    Demand,
    DemandCategory,
    Quantity,
    Source,
    Supply,
    Tier,
)
from matcher.records import (
    ROW_NUMBER,
    content_hash,
    fingerprint,
    plain_number,
    product_records,
    quantity_text,
    row_record,
    whole,
)

DEMAND = Demand(
    "D001",
    "无缝钢管",
    ("无缝钢管",),
    leader="甲管道有限公司",
    category=DemandCategory.COMPONENT,
    annual_quantity=Quantity(12000.0, 12000.0, "条", text="1.2万条"),
    unit="条",
    id_given=True,
)
SUPPLY = Supply("S001", "钢管", ("钢管",), enterprise="乙有限公司", tier=Tier.LITTLE_GIANT)


def of(low, high, unit="吨", period="", *, approximate=False, text="x"):
    return replace(
        DEMAND, unit=unit, annual_quantity=Quantity(low, high, unit, period, approximate, text)
    )


def test_a_record_has_the_keys_of_the_design_in_their_order():
    assert tuple(row_record(DEMAND)) == DEMAND_KEYS
    assert tuple(row_record(SUPPLY)) == SUPPLY_KEYS


def test_numbers_are_numbers_in_the_written_unit_and_labels_are_chinese():
    record = row_record(DEMAND)
    assert (record["annual_quantity"], record["unit"]) == (12000, "条")
    assert isinstance(record["annual_quantity"], int)
    assert record["category"] == "关键零部件"
    assert row_record(SUPPLY)["tier"] == "小巨人"
    assert row_record(SUPPLY)["annual_capacity"] is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (of(50.0, 80.0), {"annual_quantity": 50, "annual_quantity_high": 80}),
        (of(500.0, None, text="≥500"), {"annual_quantity": 500, "annual_quantity_high": None}),
        (of(None, 500.0, text="≤500"), {"annual_quantity": None, "annual_quantity_high": 500}),
        (of(0.5, 0.5), {"annual_quantity": 0.5}),
        (of(None, None, text="面议"), {"annual_quantity": None, "annual_quantity_text": "面议"}),
    ],
)
def test_a_range_gives_its_lower_end_and_its_upper_end_apart(row, expected):
    record = row_record(row)
    assert {key: record[key] for key in expected} == expected
    assert ("annual_quantity_high" in record) == ("annual_quantity_high" in expected)


def test_a_month_is_said_beside_the_number_and_a_year_goes_without_saying():
    assert row_record(of(3.0, 3.0, "吨", "month"))["unit"] == "吨/月"
    assert row_record(of(3.0, 3.0, "吨", "year"))["unit"] == "吨"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (of(3000.0, 3000.0), "3000 吨"),
        (of(9999.0, 10000.0), "9999–10,000 吨"),
        (of(120000.0, 120000.0), "120,000 吨"),
        (of(12345.5, None), "≥12,345.5 吨"),
        (of(50.0, 80.0, "台"), "50–80 台"),
        (of(500.0, None, "条", "month"), "≥500 条/月"),
        (of(None, 7.5), "≤7.5 吨"),
        (of(3.0, 3.0, approximate=True), "约3 吨"),
        (of(None, None, text="面议"), "面议"),
        (replace(DEMAND, annual_quantity=None), ""),
    ],
)
def test_quantities_as_people_read_them(row, text):
    assert quantity_text(row) == text


def test_one_record_per_product_of_a_cell_all_else_the_same():
    row = replace(DEMAND, product_name="阀门、法兰", products=("阀门", "法兰"))
    first, second = product_records(row)
    assert (first.pop("product_name"), second.pop("product_name")) == ("阀门", "法兰")
    assert first == second
    assert [r["product_name"] for r in product_records(replace(row, products=()))] == ["阀门、法兰"]


@given(st.floats() | st.none() | st.integers(-(10**20), 10**20))
def test_a_plain_number_never_changes_the_value(value):
    plain = plain_number(value)
    assert plain == value or (plain != plain and value != value)


def test_the_hash_is_of_what_a_row_says_not_of_where_it_stands():
    moved = replace(
        DEMAND,
        demand_id="7",
        id_given=False,
        source=Source("别处.xlsx", "表2", 99),
        attributes={"备注2": "x"},
    )
    assert content_hash(moved) == content_hash(DEMAND)


@pytest.mark.parametrize("name", [f.name for f in fields(Demand) if f.name in DEMAND_KEYS[1:]])
def test_every_column_is_heard_by_the_hash(name):
    other = Quantity(1.0, 1.0, "吨") if name == "annual_quantity" else "别的"
    assert content_hash(replace(DEMAND, **{name: other})) != content_hash(DEMAND)


@pytest.mark.parametrize("name", [f.name for f in fields(Quantity) if f.name != "text"])
def test_every_part_of_a_quantity_is_heard_by_the_hash(name):
    other = {"unit": "套", "period": "month", "approximate": True}.get(name, 1.0)
    changed = replace(DEMAND.annual_quantity, **{name: other})
    assert content_hash(replace(DEMAND, annual_quantity=changed)) != content_hash(DEMAND)


def test_a_whole_number_and_its_float_are_the_same_content():
    whole_number = replace(DEMAND.annual_quantity, low=12000, high=12000)
    assert content_hash(replace(DEMAND, annual_quantity=whole_number)) == content_hash(DEMAND)


def test_a_fingerprint_tells_a_given_id_from_a_row_number():
    assert fingerprint(DEMAND) == content_hash(DEMAND)
    numbered = replace(DEMAND, id_given=False)
    assert fingerprint(numbered) == ROW_NUMBER + content_hash(DEMAND)


@given(st.text())
def test_what_is_text_stays_as_it_is(text):
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert whole(text) == text


def test_bytes_of_another_encoding_in_a_file_name_become_question_marks():
    name = "需求.csv".encode("gbk").decode("utf-8", "surrogateescape")
    assert whole(name).endswith(".csv")
    whole(name).encode("utf-8")
