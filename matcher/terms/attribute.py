"""One attribute of a specification, and how the numbers in specifications are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.quantity_words import AT_LEAST, AT_MOST, ONLY_AFTER

NUMBER = r"(\d+(?:\.\d+)?)"
_BEFORE = "|".join(sorted((AT_LEAST | AT_MOST) - ONLY_AFTER, key=lambda w: (-len(w), w)))
SIGN_WORD = rf"(?:{_BEFORE}|约|±)"
SIGN = rf"({SIGN_WORD})?"
# Behind a value with its unit: 99.5%以上, 98% min.
AFTER = r"(?:\s*(?:[(]?含?[)]?[及或]?(以上|以下|以内)|(min|max)(?![a-z])))?"
_AT_LEAST = AT_LEAST | {"以上", "min"}
_AT_MOST = AT_MOST | {"以下", "以内", "max"}
_AFTER = re.compile(AFTER)


@dataclass(frozen=True, slots=True)
class Attribute:
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
