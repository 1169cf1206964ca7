"""Numbers and units as offices write them; a text that is no quantity never becomes a number."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.knowledge import units
from matcher.model import Quantity
from matcher.quantity import parse_quantity
from matcher.text import number_text


def read(text, unit=""):
    q = parse_quantity(text, unit)
    assert q is not None
    return (q.low, q.high, q.unit, q.period)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000吨/年", (3000, 3000, "吨", "year")),
        ("1.2万条", (12000, 12000, "条", "")),
        ("0.4万吨", (4000, 4000, "吨", "")),
        ("3亿元", (3e8, 3e8, "元", "")),
        ("1万亿元", (1e12, 1e12, "元", "")),
        ("5百万", (5e6, 5e6, "", "")),
        ("1.5w", (15000, 15000, "", "")),
        ("１，２００吨", (1200, 1200, "吨", "")),
        ("1,234,567.5吨", (1234567.5, 1234567.5, "吨", "")),
        ("3000 吨 / 年", (3000, 3000, "吨", "year")),
        ("500吨每月", (500, 500, "吨", "month")),
        ("每月500吨", (500, 500, "吨", "month")),
        ("50t/d", (50, 50, "t", "day")),
        ("100件/小时", (100, 100, "件/小时", "")),
        ("5吨/季度", (5, 5, "吨/季度", "")),
        ("120m3/h", (120, 120, "m3/h", "")),
        ("1000m2", (1000, 1000, "m2", "")),
        ("20万m³/年", (200000, 200000, "m³", "year")),
        ("1000㎡", (1000, 1000, "㎡", "")),
        ("50千克", (50, 50, "千克", "")),
        ("5万千瓦时", (50000, 50000, "千瓦时", "")),
        ("年产量3000吨", (3000, 3000, "吨", "year")),
        ("年处理10万头", (100000, 100000, "头", "year")),
        ("3000", (3000, 3000, "", "")),
        ("0", (0, 0, "", "")),
    ],
)
def test_plain_quantities(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1万5千吨", (15000, 15000, "吨", "")),
        ("2亿5千万", (2.5e8, 2.5e8, "", "")),
        ("1万2000条", (12000, 12000, "条", "")),
        ("3千5百吨/年", (3500, 3500, "吨", "year")),
        ("1万5", (15000, 15000, "", "")),
        ("（3000吨）", (3000, 3000, "吨", "")),
        ("3000吨；", (3000, 3000, "吨", "")),
        ("可达500吨", (500, 500, "吨", "")),
        ("不超500吨", (None, 500, "吨", "")),
        ("100台内", (None, 100, "台", "")),
        ("一年500吨", (500, 500, "吨", "year")),
        ("1年500吨", (500, 500, "吨", "year")),
        ("平均每月50吨", (50, 50, "吨", "month")),
        ("一个月50吨", (50, 50, "吨", "month")),
        ("500吨/1年", (500, 500, "吨", "year")),
        ("20吨一天", (20, 20, "吨", "day")),
        ("3000吨年", (3000, 3000, "吨", "year")),
        ("1年", (1, 1, "年", "")),
        ("12个月", (12, 12, "个月", "")),
        ("10万吨级", (100000, 100000, "吨级", "")),
        ("3000吨原煤", (3000, 3000, "吨原煤", "")),
        ("100件/min", (100, 100, "件/min", "")),
    ],
)
def test_quantities_as_firms_write_them(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50-80台", (50, 80, "台")),
        ("50～80台", (50, 80, "台")),
        ("50至80台", (50, 80, "台")),
        ("50台-80台", (50, 80, "台")),
        ("1-2万吨", (10000, 20000, "吨")),
        ("1万-2万吨", (10000, 20000, "吨")),
        ("5000-1万吨", (5000, 10000, "吨")),
        ("100-500万元", (1e6, 5e6, "元")),
        ("500吨/年-600吨/年", (500, 600, "吨")),
    ],
)
def test_ranges(text, expected):
    assert read(text)[:3] == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("≥500", 500, None),
        ("≧500", 500, None),
        ("500以上", 500, None),
        ("不少于500", 500, None),
        ("不低于500", 500, None),
        ("超过500", 500, None),
        ("500+", 500, None),
        ("≤500", None, 500),
        ("500以内", None, 500),
        ("不超过500", None, 500),
        ("不大于500", None, 500),
        ("不高于500", None, 500),
        ("低于500", None, 500),
    ],
)
def test_open_ends(text, low, high):
    """不超过 holds the word 超过 and 不低于 the word 低于: the whole word counts."""
    quantity = parse_quantity(text + "吨" if text[-1].isdigit() else text)
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "约1.2万条",
        "12000条左右",
        "近12000条",
        "（约）12000条",
        "12000余条",
        "12000条(约)",
        "12000条约",
        "≈12000条",
        "预估12000条",
        "12000条（估）",
        "1.2万来条",
        "暂定1万2千条",
    ],
)
def test_about(text):
    assert parse_quantity(text) == Quantity(12000, 12000, "条", "", approximate=True, text=text)
    assert not parse_quantity("12000条").approximate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三千吨", (3000, 3000, "吨", "")),
        ("约三千吨", (3000, 3000, "吨", "")),
        ("两万条", (20000, 20000, "条", "")),
        ("一万二千条", (12000, 12000, "条", "")),
        ("三万五吨", (35000, 35000, "吨", "")),
        ("三万零五吨", (30005, 30005, "吨", "")),
        ("半吨", (0.5, 0.5, "吨", "")),
        ("叁佰吨", (300, 300, "吨", "")),
        ("十五台", (15, 15, "台", "")),
        ("三至五千吨", (3000, 5000, "吨", "")),
        ("八百至一千二百台", (800, 1200, "台", "")),
        ("每年三千吨", (3000, 3000, "吨", "year")),
    ],
)
def test_chinese_numerals(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "若干",
        "面议",
        "按需",
        "按订单生产",
        "若干吨",
        "—",
        "/",
        "(面议)",
        "长期",
        "按需采购",
        "视市场情况",
        "根据客户订单确定",
        "常年供应",
        "不限量",
        "TBD",
    ],
)
def test_words_instead_of_a_number_are_an_answer(text):
    quantity = parse_quantity(text, "万吨/年")
    assert not quantity.known
    assert (quantity.unit, quantity.period, quantity.text) == ("吨", "year", text)


@pytest.mark.parametrize("text", ["", "  ", "\u3000\n", "\u200b"])
def test_an_empty_cell_is_nothing(text):
    assert parse_quantity(text, "吨") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500台（套）", (500, 500, "台", "")),
        ("500台/套", (500, 500, "台", "")),
        ("500（台/套）", (500, 500, "台", "")),
        ("3000(吨)", (3000, 3000, "吨", "")),
        ("3万(吨)", (30000, 30000, "吨", "")),
        ("3000(万)", (3e7, 3e7, "", "")),
        ("500吨（年）", (500, 500, "吨", "year")),
        ("500吨（每年）", (500, 500, "吨", "year")),
        ("3000吨/年（含税）", (3000, 3000, "吨", "year")),
        ("3000吨（2024年）", (3000, 3000, "吨", "")),
        ("500（以上）", (500, None, "", "")),
    ],
)
def test_brackets(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("3000", "吨", (3000, 3000, "吨", "")),
        ("3000", "吨/年", (3000, 3000, "吨", "year")),
        ("5", "万吨/年", (50000, 50000, "吨", "year")),
        ("5", "万", (50000, 50000, "", "")),
        ("5", "（万吨）", (50000, 50000, "吨", "")),
        ("5", "百吨", (500, 500, "吨", "")),
        ("500", "台（套）", (500, 500, "台", "")),
        ("500", "单位：吨", (500, 500, "吨", "")),
        ("5", "千克", (5, 5, "千克", "")),
        ("5", "元/吨", (5, 5, "元/吨", "")),
        ("1-2", "万吨", (10000, 20000, "吨", "")),
        # What the cell says of itself counts before what the column says.
        ("3000公斤", "吨", (3000, 3000, "公斤", "")),
        ("3000吨", "万吨/年", (3000, 3000, "吨", "year")),
        ("50万", "万只/年", (500000, 500000, "只", "year")),
        ("500吨/月", "吨/年", (500, 500, "吨", "month")),
    ],
)
def test_units_in_the_column_or_the_heading(text, unit, expected):
    assert read(text, unit) == expected


@pytest.mark.parametrize(
    "text",
    [
        "304不锈钢 φ57×3.5", "GB/T 8163", "Q235B", "20#", "φ219×8", "1:2", "10:30", "1/2", "2024/5", "2024-01-01",
        "2026年", "2024-2026年", "-5", "-500吨", "1.2.3", "1,2345", "3-5-7", "50 000 吨", "80-50台", "1吨-2台",
        "3万万吨", "3000吨，5000条", "3000吨和5000条", "3000（5000）", "3000吨（5000吨）", "2×300吨", "5吨/年/人",
        "3000/吨", "95%", "12月产", "500吨起订", "吨", "万吨", "万", "约", "~", "三五吨", "十几吨", "几百吨", "数千吨",
        "上万吨", "三吨半", "二〇二六", "百余吨", "1e5", "½", "∞", "详见附件", "博乐市", "13号楼3层东侧仓库内现存货物五百余吨",
        "500起订", "3千5万吨", "1万5千克",
    ],
)  # fmt: skip
def test_no_quantity_is_an_error_and_never_a_number(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("20#", "20个"), ("2026年", "3年"), ("三五吨", "三至五吨"), ("十几吨", "十吨"), ("95%", "95"),
        ("3000（5000）", "3000（一期）"), ("1吨-2台", "1吨-2吨"), ("80-50台", "50-80台"), ("-5", "5"),
        ("500吨起订", "500吨起"), ("3万万吨", "3万吨"), ("5吨/年/人", "5吨/年"), ("1,2345", "12,345"),
    ],
)  # fmt: skip
def test_its_near_twin_is_one(text, near):
    with pytest.raises(ValueError, match=r".*"):
        parse_quantity(text)
    assert parse_quantity(near).known


STYLES = {
    "plain": number_text,
    "commas": lambda n: f"{n:,.2f}".removesuffix(".00"),
    "wide": lambda n: "".join(chr(ord(c) + 0xFEE0) for c in number_text(n)),
    "spaced": lambda n: f" {number_text(n)} ",
    "myriads": lambda n: f"{number_text(n / 10000)}万",
}
PERIODS = {
    "": ("", "{}"),
    "year": ("{}/年", "年产{}"),
    "month": ("{}/月", "每月{}"),
    "day": ("{}/天", "每日{}"),
}
UNITS = sorted(
    u.name for u in units().values() if u.name not in {"年", "月", "天", "小时", "打", "度"}
)


@settings(max_examples=500)
@given(st.data())
def test_a_quantity_written_in_any_office_style_is_read_back(data):
    low = data.draw(st.integers(1, 10**8)) / data.draw(st.sampled_from([1, 10, 100]))
    high = data.draw(st.none() | st.floats(1, 3).map(lambda f: round(low * f, 2)))
    unit = data.draw(st.sampled_from(UNITS))
    style = data.draw(st.sampled_from(sorted(STYLES)))
    period = data.draw(st.sampled_from(sorted(PERIODS)))
    bound = data.draw(st.sampled_from(["", "≥", "不超过"])) if high is None else ""
    about = data.draw(st.booleans())
    dash = data.draw(st.sampled_from(["-", "～", "至", "—"]))
    write = STYLES[style]
    number = write(low) if high is None else f"{write(low)}{dash}{write(high)}"
    in_cell = data.draw(st.booleans())
    body = f"{'约' if about else ''}{bound}{number}{unit if in_cell else ''}"
    frame = data.draw(st.sampled_from(PERIODS[period])) if in_cell and period else "{}"
    column = "" if in_cell else f"{unit}{PERIODS[period][0].format('') if period else ''}"
    text = frame.format(body)
    if len(text) > 24:
        return
    found = parse_quantity(text, column)
    ends = (low, low if high is None else high)
    assert found.low == (None if bound == "不超过" else pytest.approx(ends[0], rel=1e-9)), text
    assert found.high == (None if bound == "≥" else pytest.approx(ends[1], rel=1e-9)), text
    assert (found.unit, found.period, found.approximate) == (unit, period, about), text


@settings(max_examples=500)
@given(
    st.text(st.sampled_from("0123456789.,-~/万亿千百吨台年月约≥≤（）三五半 ×#%k几"), max_size=10)
)
def test_whatever_is_read_stands_in_the_text(text):
    """No guess: the number comes from digits or numerals of the text, its ends in order."""
    try:
        found = parse_quantity(text)
    except ValueError:
        return
    if found is None or not found.known:
        return
    ends = [x for x in (found.low, found.high) if x is not None]
    assert all(0 <= x < 1e30 for x in ends)
    assert ends == sorted(ends)
    digits = [c for c in text if c.isdigit() or c in "三五半百千万亿"]
    assert digits, text
    if text.replace(".", "", 1).isdigit():
        assert ends == [pytest.approx(float(text))] * 2


@settings(max_examples=300)
@given(st.text(max_size=30), st.text(max_size=8))
def test_any_text_is_read_or_refused_and_nothing_else(text, unit):
    try:
        found = parse_quantity(text, unit)
    except ValueError:
        return
    assert found is None or isinstance(found, Quantity)


@given(
    st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,8})?", fullmatch=True),
    st.sampled_from(["", "吨", "万吨/年", "千克", "台（套）", "亿元", "个/月", "万", "批次"]),
)
def test_a_plain_number_is_read_as_the_same_number_in_brackets(text, unit):
    """Numbers alone go a shorter way than the grammar, which brackets ask for."""
    long = parse_quantity(f"（{text}）", unit)
    assert long is not None
    assert parse_quantity(text, unit) == replace(long, text=text)


def test_a_number_too_long_for_a_quantity_is_refused():
    with pytest.raises(ValueError, match="1111"):
        parse_quantity("1" * 25)
