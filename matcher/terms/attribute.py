"""One attribute of a specification, and how the numbers in specifications are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from matcher.quantity_words import AT_LEAST, AT_MOST, ONLY_AFTER

NUMBER = r"(\d+(?:\.\d+)?)"
_WORDS = (AT_LEAST | AT_MOST) - ONLY_AFTER
_BEFORE = "|".join(sorted(_WORDS, key=lambda w: (-len(w), w)))
SIGN_WORD = rf"(?:{_BEFORE}|约|±)"
SIGN = rf"({SIGN_WORD})?"
# What a value with such a word before it, or without one, begins with: to be looked for first.
BEGINNING = rf"(?=[\d\s约±{re.escape(''.join(sorted({word[0] for word in _WORDS})))}])"
# Behind a value with its unit: 99.5%以上, 98% min.
AFTER = r"(?:\s*(?:[(]?含?[)]?[及或]?(以上|以下|以内)|(min|max)(?![a-z])))?"
_AT_LEAST = AT_LEAST | {"以上", "min"}
_AT_MOST = AT_MOST | {"以下", "以内", "max"}
_AFTER = re.compile(AFTER)
_AFTER_BEGINS = frozenset("(含)及或以m")


class Attribute(NamedTuple):
    """One attribute of a specification.

    Attributes:
        name: What it is (纱支, 公称直径, 含量 …); only equal names are compared.
        code: Of a grade: its code without spaces; else empty.
        low: Of a value: lower end in the attribute's base unit; None where open.
        high: Upper end; None where open.
        text: As written (folded), for the sentence.
    """

    name: str
    code: str = ""
    low: float | None = None
    high: float | None = None
    text: str = ""


def sign_behind(text: str, position: int) -> tuple[str, int]:
    """The word behind a value that leaves it open to one side, and where that word ends."""
    sign = text[position : position + 1]
    if sign not in _AFTER_BEGINS and not sign.isspace():  # as nearly always
        return "", position
    match = _AFTER.match(text, position)
    if match is None or not (match[1] or match[2]):
        return "", position
    return match[1] or match[2], match.end()


def interval(
    sign: str | None, low: str, high: str | None, spread: str | None = None, factor: float = 1.0
) -> tuple[float | None, float | None]:
    """Both ends of a value as written, in the base unit.

    Args:
        sign: ≥, 不低于, 以下 …; None where there is none.
        low: The number, or the first of a range.
        high: The other end of a range.
        spread: What stands behind ±.
        factor: Turns the written unit into the base unit.
    """
    first = float(low) * factor
    if spread:
        return first - float(spread) * factor, first + float(spread) * factor
    if high:
        ends = sorted((first, float(high) * factor))
        return ends[0], ends[1]
    if sign in _AT_LEAST:
        return first, None
    if sign in _AT_MOST:
        return None, first
    return first, first


def without(text: str, matches: Iterable[re.Match[str]]) -> str:
    """A text with a space in place of each match."""
    parts, start = [], 0
    for match in matches:
        parts.append(text[start : match.start()])
        start = match.end()
    return " ".join([*parts, text[start:]])
