"""Single cells: options, dates, credit codes, numbers that a workbook kept as numbers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from matcher.lists.cells import (
    check_character,
    is_firm,
    is_nothing,
    looks_like_firm,
    read_credit_code,
    read_date,
    read_option,
    was_number,
    whole,
)
from matcher.lists.grid import cell_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
bodies = st.text(ALPHABET, min_size=17, max_size=17)


def reference_check(body: str) -> str:
    """The standard's formula word by word: weights are the powers of 3 modulo 31."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    rest = 31 - total % 31
    return ALPHABET[0 if rest == 31 else rest]


@given(bodies)
def test_check_character_is_that_of_the_standard(body):
    assert check_character(body) == reference_check(body)
    assert read_credit_code(body + reference_check(body)) == (body + reference_check(body), "")


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, other):
    code = body + check_character(body)
    assume(code[place] != other)
    written = code[:place] + other + code[place + 1 :]
    value, complaint = read_credit_code(written)
    assert value == written, "what the firm wrote is kept"
    assert "校验" in complaint


@given(bodies, st.integers(0, 16))
def test_two_exchanged_characters_are_always_found(body, place):
    code = body + check_character(body)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_credit_code(swapped)[1]


@pytest.mark.parametrize(
    ("written", "value", "complaint"),
    [
        ("91652701MA7D43FQX8", "91652701MA7D43FQX8", ""),
        ("91652701ma7d43fqx8", "91652701MA7D43FQX8", ""),
        ("9165 2701 MA7D43FQX8", "91652701MA7D43FQX8", ""),
        ("91652701-MA7D43FQX-8", "91652701MA7D43FQX8", ""),
        ("91652701MA7D43FQX", "91652701MA7D43FQX", "17 位"),
        ("91652701MA7D43FQXO", "91652701MA7D43FQXO", "不允许的字符 O"),
        ("9.16527E+17", "9.16527E+17", "科学计数"),
        ("无", "", ""),
        ("/", "", ""),
        ("", "", ""),
    ],
)
def test_credit_codes_as_written(written, value, complaint):
    got, told = read_credit_code(written)
    assert got == value
    assert complaint in told
    assert bool(complaint) == bool(told)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_a_date_in_every_usual_form(day):
    y, m, d = day.year, day.month, day.day
    forms = [
        f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}-{m}-{d} 00:00:00",
        f"至{y}年{m}月{d}日", f"截止{y}-{m}-{d}", f"{y}-{m}-{d}前", f"{y}年{m}月{d}号止",
        f"{y - 1}年1月1日至{y}年{m}月{d}日", f"{y - 1}-01-01—{y}-{m}-{d}", f"{y - 1}.1.1-{y}.{m}.{d}",
        str((day - dt.date(1899, 12, 30)).days),
    ]  # fmt: skip
    for form in forms:
        assert read_date(form) == (day.isoformat(), ""), form


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2027年12月", "2027-12-31"),
        ("2028.2", "2028-02-29"),
        ("2027年", "2027-12-31"),
        ("2027年底", "2027-12-31"),
        ("20271231", "2027-12-31"),
        ("长期", "长期"),
        ("长期有效", "长期有效"),
        ("无", ""),
        ("—", ""),
    ],
)
def test_dates_without_a_day_and_open_ends(written, value):
    assert read_date(written) == (value, "")


@pytest.mark.parametrize("written", ["2027-02-30", "2027-13-01", "明年", "12", "1234567", "一季度"])
def test_what_is_no_date_is_told(written):
    value, complaint = read_date(written)
    assert (value, written in complaint) == ("", True)


@pytest.mark.parametrize(
    ("key", "written", "label"),
    [
        ("category", "关键原材料", "关键原材料"),
        ("category", "零部件", "关键零部件"),
        ("category", "关键要素（物流）", "关键要素"),
        ("tier", "专精特新中小企业", "专精特新"),
        ("tier", "国家级专精特新“小巨人”企业", "小巨人"),
        ("tier", "创新型中小企业", "创新型"),
        ("tier", "非专精特新企业", ""),
        ("tier", "未认定", ""),
        ("tier", "无", ""),
        ("county", "博乐", "博乐市"),
        ("county", "阿拉山口市综合保税区", "阿拉山口市"),
        ("county", "乌苏市", "乌苏市"),
        ("county", "/", ""),
    ],
)
def test_options(key, written, label):
    assert read_option(key, written) == (label, "")


@pytest.mark.parametrize(("key", "written"), [("category", "其他类"), ("tier", "规上企业")])
def test_an_unknown_option_is_told_with_the_choices(key, written):
    value, complaint = read_option(key, written)
    assert (value, written in complaint) == ("", True)


@pytest.mark.parametrize("yes", ["是", "√", "✓"])
def test_yes_answers_the_question_of_the_heading(yes):
    assert read_option("tier", yes, "是否专精特新") == ("专精特新", "")
    assert read_option("tier", "否", "是否专精特新") == ("", "")


NARROW, ANONYMOUS, OPEN = "仅主管部门", "匿名", "公开"


@pytest.mark.parametrize(
    ("heading", "written", "label"),
    [
        ("公开范围", "公开", OPEN), ("公开范围", "可公开", OPEN), ("是否公开", "是", OPEN),
        ("公开范围", "匿名", ANONYMOUS), ("公开范围", "匿名公开", ANONYMOUS),
        ("公开范围", "仅主管部门", NARROW), ("公开范围", "不公开", NARROW),
        ("公开范围", "不予公开", NARROW), ("公开范围", "不同意公开", NARROW),
        ("公开范围", "未经许可请勿公开", NARROW), ("公开范围", "非公开", NARROW),
        ("是否公开", "否", NARROW), ("是否保密", "是", NARROW), ("是否保密", "否", OPEN),
        ("保密要求", "不需保密", OPEN), ("保密要求", "需保密", NARROW), ("公开范围", "", ""),
        ("公开范围", "/", ""),
    ],
)  # fmt: skip
def test_disclosure_never_widens_what_was_written(heading, written, label):
    assert read_option("disclosure", written, heading) == (label, "")


def test_disclosure_that_nobody_understands_is_the_narrowest_and_told():
    value, complaint = read_option("disclosure", "看情况", "公开范围")
    assert value == NARROW
    assert "看情况" in complaint


MIDNIGHT = dt.datetime(2027, 12, 31)  # noqa: DTZ001 - a workbook knows no time zones


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13900000055.0, "13900000055"), (3.0, "3"), (0.1, "0.1"), (1.2e-7, "1.2e-07"), (-2.0, "-2"),
        (True, "是"), (False, "否"), (None, ""), (7, "7"), (916527010000000001, "916527010000000001"),
        (MIDNIGHT, "2027-12-31"), (MIDNIGHT.date(), "2027-12-31"),
        (MIDNIGHT.replace(hour=8), "2027-12-31 08:00:00"), (dt.time(8, 30), "08:30:00"),
    ],
)  # fmt: skip
def test_values_of_a_workbook_as_text(value, text):
    assert cell_text(value) == text


def test_a_number_that_lost_its_last_digits_does_not_look_whole():
    text = cell_text(916527010000000001.0)
    assert "e+17" in text
    assert "科学计数" in read_credit_code(text)[1]


@pytest.mark.parametrize("text", ["无", "/", "—", "－", "N/A", "暂无", "不适用", " "])
def test_words_for_nothing(text):
    assert is_nothing(text.strip())


@pytest.mark.parametrize("text", ["无锡", "无缝管", "否决", "0", "-5", "A"])
def test_texts_that_only_look_like_nothing(text):
    assert not is_nothing(text)


@pytest.mark.parametrize(
    ("text", "maybe", "sure"),
    [
        ("博乐市甲阀门有限公司", True, True),
        ("精河县枸杞种植农民专业合作社", True, True),
        ("博乐市第一轧钢厂", True, False),
        ("立式加工中心", True, False),
        ("闸阀", False, False),
        ("公司", False, False),
        ("ABC Co., Ltd.", False, False),
    ],
)
def test_names_of_firms(text, maybe, sure):
    assert (looks_like_firm(text), is_firm(text)) == (maybe, sure)


@given(st.text("0123456789٣３.eE+ x", max_size=8))
@example("13912345678.0")
@example(".0")
def test_numbers_of_programs_are_told_by_their_form(text):
    assert whole(text) == (text[:-2] if re.fullmatch(r"\d+\.0", text) else text)
    form = r"\d(\.\d+)?[eE]\+?\d+"
    assert was_number(text) == bool(re.fullmatch(form, text.replace(" ", "")))
