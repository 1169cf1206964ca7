"""Chinese numerals (三千五, 一万二千, 叁佰) to numbers."""

from __future__ import annotations

import re

NUMERALS = "零〇一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟"
_PLAIN = str.maketrans("〇两壹贰叁肆伍陆柒捌玖拾佰仟", "零二一二三四五六七八九十百千")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_STEPS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000, "百": 100, "": 1}
# 1万5千, 2亿5千万, 1万2000; 千克 is a unit.
_MIXED = re.compile(
    r"(?<![\d.,])(\d{1,4})(亿|万|千|百)(\d{1,4})(千万|百万|万|千(?![克米瓦伏])|百)?(?![\d.,%亿万千百])"
)


def number_of(text: str) -> float | None:
    """The value of a Chinese numeral, None where it is none or names no certain number.

    ``三千五`` is 3,500 and ``三千零五`` is 3,005, as spoken; ``三五`` (three to five), ``二〇二四``
    and a bare ``百`` (some hundred) are no numbers.
    """
    text = text.translate(_PLAIN)
    if text == "半":
        return 0.5
    total = section = 0.0  # what is before the last 万 or 亿, and since
    digit: int | None = None
    after_zero = False
    unit = 0  # the last 十, 百 … of this section, or the 万 or 亿 before it
    myriad = 0  # the last 万 or 亿
    for c in text:
        if c == "零" and len(text) > 1:
            if digit is not None:
                return None
            after_zero = True
        elif c in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[c]
        elif c in _TENS:
            if 0 < unit <= _TENS[c] or (digit is None and c != "十"):
                return None
            section += (1 if digit is None else digit) * _TENS[c]
            digit, unit, after_zero = None, _TENS[c], False
        elif c in _MYRIADS:
            section += digit or 0
            times, digit, after_zero = _MYRIADS[c], None, False
            if times == myriad or not (section or (total and times > myriad)):
                return None
            total = (total + section) * times if times > myriad else total + section * times
            section, unit, myriad = 0.0, times, times
        else:
            return None
    if digit is not None:
        section += digit * (unit // 10 if unit >= 100 and not after_zero else 1)
    return total + section if text else None


def in_digits(text: str) -> str:
    """A Chinese numeral in digits; 五千 as ``5千``, because 三至五千 is a range of thousands.

    Raises:
        ValueError: The text is no certain number.
    """
    value = number_of(text)
    if value is None:
        raise ValueError(text)
    if len(text) == 2 and text[1] in "百千万亿" and (first := number_of(text[0])):
        return f"{first:g}{text[1]}"
    return f"{value:.15g}"


def mixed_in_digits(text: str) -> str:
    """Digits and numerals in turn as plain digits: 1万5千 is 15000, and so is a spoken 1万5.

    What does not go downwards (3千5万) stays as it is.
    """

    def replace(found: re.Match[str]) -> str:
        first, step, second, below = found[1], _STEPS[found[2]], found[3], _STEPS[found[4] or ""]
        if below == 1 and len(second) == 1 and second != "0":
            below = step // 10
        if int(second) * below >= step:
            return found[0]
        return str(int(first) * step + int(second) * below)

    return _MIXED.sub(replace, text)
