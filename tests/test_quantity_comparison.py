"""Units taken apart, and quantities compared: converted only where they measure the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.knowledge import units
from matcher.quantity import WrittenUnit, conversion, coverage, parse_quantity, parse_unit, yearly


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("吨", WrittenUnit(1, "吨", "")),
        ("万吨/年", WrittenUnit(10000, "吨", "year")),
        ("亿kWh/年", WrittenUnit(1e8, "kWh", "year")),
        ("吨 / 月", WrittenUnit(1, "吨", "month")),
        ("吨每天", WrittenUnit(1, "吨", "day")),
        ("台（套）/年", WrittenUnit(1, "台", "year")),
        ("吨（干基）", WrittenUnit(1, "吨", "")),
        ("千瓦", WrittenUnit(1, "千瓦", "")),
        ("年", WrittenUnit(1, "年", "")),
        ("件/小时", WrittenUnit(1, "件/小时", "")),
        ("米/分钟", WrittenUnit(1, "米/分钟", "")),
        ("", WrittenUnit(1, "", "")),
    ],
)
def test_units_taken_apart(text, expected):
    assert parse_unit(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("吨", "公斤", 1000),
        ("t", "千克", 1000),
        ("公斤", "吨", 0.001),
        ("公里", "米", 1000),
        ("km", "m", 1000),
        ("立方米", "升", 1000),
        ("m³", "L", 1000),
        ("方", "立方", 1),
        ("千瓦时", "度", 1),
        ("MW", "kW", 1000),
        ("亩", "平方米", 666.6666666666666),
        ("台", "台", 1),
        ("道口", "道口", 1),
        ("PCS", "pcs", 1),
    ],
)
def test_units_of_one_dimension_convert(one, other, factor):
    assert conversion(one, other) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("one", "other"),
    [("吨", "米"), ("台", "套"), ("条", "只"), ("立方米", "标方"), ("吨", "吨/季"), ("元", "吨"), ("", ""),
     ("", "吨"), ("吨", ""), ("道口", "座")],
)  # fmt: skip
def test_other_units_do_not(one, other):
    """Counts are kept apart: nobody knows how many 条 are a 只."""
    assert conversion(one, other) is None


@given(st.sampled_from(sorted(units())), st.sampled_from(sorted(units())))
def test_conversion_there_and_back_is_one(one, other):
    there, back = conversion(one, other), conversion(other, one)
    assert (there is None) == (back is None)
    if there is not None:
        assert there * back == pytest.approx(1.0)


def quantity(text):
    return parse_quantity(text)


def test_a_month_is_twelve_times_a_year_and_a_day_365():
    assert yearly(quantity("100-200吨/月")) == (1200, 2400)
    assert yearly(quantity("10吨/天")) == (3650, 3650)
    assert yearly(quantity("≥100吨/年")) == (100, None)
    assert yearly(quantity("100吨")) == (100, 100)


@pytest.mark.parametrize(
    ("capacity", "need", "share"),
    [
        ("3000吨/年", "3000吨/年", 1.0),
        ("0.4万吨", "3000吨/年", 4 / 3),
        ("3000公斤", "3吨", 1.0),
        ("100吨/月", "1200吨/年", 1.0),
        ("100吨", "1200吨/年", 100 / 1200),
        ("1公里", "500米", 2.0),
        ("50-80台", "100台", 0.5),
        ("100台", "50-80台", 2.0),
        ("≤500吨", "1000吨", 0.5),
        ("≥500吨", "1000吨", 0.5),
        ("0吨", "5吨", 0.0),
    ],
)
def test_coverage_takes_the_certain_ends(capacity, need, share):
    assert coverage(quantity(capacity), quantity(need)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("capacity", "need"),
    [
        ("500台", "500套"),
        ("500吨", "500"),
        ("若干", "500吨"),
        ("500吨", "面议"),
        ("", "500吨"),
        ("5吨", "0吨"),
    ],
)
def test_what_cannot_be_compared_is_unknown(capacity, need):
    assert coverage(quantity(capacity), quantity(need)) is None


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_capacity_never_covers_less(small, more, need):
    a, b = quantity(f"{small}吨"), quantity(f"{small + more}吨")
    assert coverage(a, quantity(f"{need}吨")) < coverage(b, quantity(f"{need}吨"))
