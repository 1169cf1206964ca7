"""Chinese numerals: read as spoken, refused where no certain number is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.numerals import in_digits, number_of

DIGITS = "零一二三四五六七八九"


def spoken(n: int) -> str:
    """A whole number below 10^12 in Chinese, the slow and obvious way."""
    if n >= 10**8:
        high, low = divmod(n, 10**8)
        return f"{spoken(high)}亿" + joined(low, 10**7)
    if n >= 10**4:
        high, low = divmod(n, 10**4)
        return f"{spoken(high)}万" + joined(low, 10**3)
    for size, sign in ((1000, "千"), (100, "百"), (10, "十")):
        if n >= size:
            high, low = divmod(n, size)
            return f"{DIGITS[high]}{sign}" + joined(low, size // 10)
    return DIGITS[n]


def joined(low: int, next_size: int) -> str:
    return ("" if low >= next_size else "零") + spoken(low) if low else ""


@given(st.integers(0, 10**12 - 1) | st.integers(0, 2000))
def test_every_number_is_read_as_it_is_spoken(n):
    assert number_of(spoken(n)) == n


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千五", 3500), ("三千零五", 3005), ("一百五", 150), ("一百零五", 105), ("三万五", 35000), ("一亿三", 1.3e8),
        ("两万", 20000), ("〇", 0), ("十", 10), ("十五", 15), ("半", 0.5), ("叁佰贰拾", 320), ("一万亿", 1e12),
    ],
)  # fmt: skip
def test_spoken_short_forms(text, value):
    assert number_of(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "三五",
        "二〇二六",
        "百",
        "万",
        "千万",
        "一半",
        "五百五千",
        "五十百",
        "一万万",
        "三亿五亿",
        "甲",
        "3",
    ],
)
def test_what_is_no_certain_number_is_none(text):
    assert number_of(text) is None
    with pytest.raises(ValueError, match=f"^{text}$"):
        in_digits(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("五千", "5千"),
        ("两万", "2万"),
        ("一千二百", "1200"),
        ("十五", "15"),
        ("三", "3"),
        ("半", "0.5"),
    ],
)
def test_a_round_numeral_keeps_its_scale(text, digits):
    assert in_digits(text) == digits
