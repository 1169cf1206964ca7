"""Numbers and units as offices write them: parsing, and conversion for comparison.

A quantity keeps the unit as written with 万 and 亿 resolved (``1.2万条`` is 12,000 条).
Conversion between units, and of a month or a day to a year, happens only in :func:`coverage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from matcher.knowledge import units
from matcher.model import Quantity
from matcher.numerals import NUMERALS, in_digits, mixed_in_digits
from matcher.quantity_words import (
    ABOUT,
    AFTER,
    AFTER_WORDS,
    AT_LEAST,
    AT_MOST,
    BEFORE,
    LIKE_NO_NUMBER,
    NO_NUMBER,
    PERIOD_WORD,
    PERIODS,
    SCALE,
    SCALE_SIGNS,
    SCALES,
)
from matcher.text import clean

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_UNIT = r"(?:n?[kcd]?m[23](?![0-9])|[^\W\d_]|[²³°·/每㎡㎥㎏㎜㎝㎞])*?"
_DASH = r"(?:-+|~|—+|–|至|到)"
_PERIOD = r"(?:年度?|个?月|天|日|year|yr|month|day|annum|[ayd])(?![a-z])"
_QUANTITY = re.compile(
    rf"(?P<before>(?:{BEFORE}|[\s:：])*)(?P<low>{_NUMBER})\s*(?P<low_scale>{SCALES})\s*"
    rf"(?:(?P<low_unit>{_UNIT})\s*{_DASH}\s*(?P<high>{_NUMBER})\s*(?P<high_scale>{SCALES}))?\s*"
    rf"(?P<more>{AFTER}*)\s*(?P<unit>{_UNIT})\s*(?P<after>{AFTER}*)\s*"
    rf"(?:(?:/\s*[每一1]?|[每一])\s*(?P<period>{_PERIOD}))?\s*(?P<after2>{AFTER}*)[。.]?",
    re.IGNORECASE,
)
_PERIOD_WORDS = re.compile(PERIOD_WORD)
_WORDS_BEFORE = re.compile(BEFORE)
_WORDS_AFTER = re.compile(AFTER)
_CHINESE = re.compile(rf"((?:{BEFORE}|[\s:：])*)([{NUMERALS}]+)(?:({_DASH})([{NUMERALS}]+))?")
_UNIT_PERIOD = re.compile(
    rf"(?P<unit>.*?)\s*(?:[/／]\s*每?|每|per\s)\s*(?P<period>{_PERIOD})", re.IGNORECASE
)
_UNIT_LABEL = re.compile(r"^(?:计量)?单位\s*[:：]?\s*")
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")
_ONE_OR_OTHER = re.compile(r"(台|套|件|个|只|组)[/／、]?(?:台|套|件|个|只|组)")
_PERIOD_ALONE = re.compile(r"/?\s*[每全]?(年|月|日|天)")
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")  # what most cells hold
_DIGIT = re.compile(r"[0-9]")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_NO_UNIT = re.compile(rf"^[年月日天/·订]|/$|/.*/|[{NUMERALS}几数每]|{AFTER}|.{{9}}")
_MEASURED = frozenset({"mass", "length", "area", "volume", "gas volume", "energy"})
_MOSTLY_TEXT = 24  # characters beyond which a cell is a sentence and not a quantity


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit cell taken apart: ``万吨/年`` is scale 10,000, unit 吨, period year."""

    scale: float
    unit: str
    period: str


@lru_cache(maxsize=4096)  # a list has few units and many rows
def parse_unit(text: str) -> WrittenUnit:
    """Take a unit as written apart into scale (万, 亿), unit and period.

    What stands in brackets behind a unit is a remark (``吨（干基）``) or a second unit
    (``台（套）``); of ``台/套`` the first counts.
    """
    text = _UNIT_LABEL.sub("", clean(text)).strip("[]【】 ：:")
    if whole := _BRACKET.fullmatch(text):
        text = whole[1]
    unit = _BRACKET.sub(lambda m: m[1] if m[1] in SCALE else "", text).strip()
    period = ""
    if unit not in units() and (found := _UNIT_PERIOD.fullmatch(unit)):
        unit, period = found["unit"].strip(), _period(found["period"])
    if unit in units():
        return WrittenUnit(1.0, unit, period)
    if other := _ONE_OR_OTHER.fullmatch(unit):
        return WrittenUnit(1.0, other[1], period)
    sign = next((sign for sign in SCALE_SIGNS if unit.startswith(sign)), "")
    bare = unit.removeprefix(sign).strip()
    if bare.endswith("年") and (known := units().get(bare[:-1])) and known.dimension in _MEASURED:
        bare, period = bare[:-1], "year"  # 吨年 lacks its stroke
    return WrittenUnit(float(SCALE[sign]), bare, period)


def _period(text: str) -> str:
    return PERIODS[text.lower().removeprefix("个")[0]] if text else ""


def parse_quantity(text: str, unit: str = "") -> Quantity | None:
    """Parse a quantity cell; ``unit`` is what the unit column or the heading says.

    A scale in the cell replaces the scale of ``unit``: 50万 in a column of 万只 is 50万只.

    Returns:
        A :class:`Quantity` with ``low`` and ``high`` None for words such as 面议, and None for an
        empty cell.

    Raises:
        ValueError: The text is no quantity; it holds no number, or more than one quantity.
    """
    written = clean(text)
    if not written:
        return None
    if _PLAIN_NUMBER.fullmatch(written) and len(written) <= _MOSTLY_TEXT:
        outer = parse_unit(unit)
        value = _exact(float(written) * outer.scale)
        return Quantity(value, value, outer.unit, outer.period, approximate=False, text=written)
    bare = written.strip("()（）。. ").lower()
    plain = written.rstrip("，,;；、")
    if whole := _BRACKET.fullmatch(plain):
        plain = whole[1]
    if bare in NO_NUMBER or LIKE_NO_NUMBER.fullmatch(bare):
        outer = parse_unit(unit)
        return Quantity(None, None, outer.unit, outer.period, approximate=False, text=written)
    if len(written) > _MOSTLY_TEXT:
        raise ValueError(written)
    found = _QUANTITY.fullmatch(_normal(_without_brackets(plain)))
    if not found:
        raise ValueError(written)
    return _quantity(found, written, parse_unit(unit))


def _normal(text: str) -> str:
    """One sign for each meaning, and Chinese numerals (三千吨, 三至五吨) as digits."""
    text = text.replace("～", "~").replace("／", "/").replace("，", ",")
    if any(c in "0123456789" for c in text):
        return mixed_in_digits(text)
    return _CHINESE.sub(
        lambda m: m[1] + in_digits(m[2]) + (m[3] + in_digits(m[4]) if m[3] else ""), text, count=1
    )


def _without_brackets(text: str) -> str:
    """（约）30 and 1000(吨) without the brackets, 500台（套） without the second unit.

    A remark in brackets is left out; a second number there makes the quantity uncertain.
    """
    front: list[str] = []

    def replace(found: re.Match[str]) -> str:
        inside = found[1].strip()
        if inside in SCALE or inside in AFTER_WORDS:
            return inside
        if inside in ABOUT | AT_LEAST | AT_MOST:
            front.append(inside)
            return ""
        if sign := _PERIOD_ALONE.fullmatch(inside):
            return f"/{sign[1]}"
        second = _QUANTITY.fullmatch(_normal(inside)) if _DIGIT.search(inside) else None
        if second and not _YEAR.fullmatch(inside):
            unit = parse_unit(second["unit"]).unit
            if not unit or unit in units():
                raise ValueError(text)
        before = text[: found.start()].rstrip()
        open_end = before[-1:].isdigit() or before.endswith(SCALE_SIGNS)
        return inside if open_end and parse_unit(inside).unit in units() else ""

    rest = _BRACKET.sub(replace, text)
    return "".join([*front, rest])


def _quantity(found: re.Match[str], written: str, outer: WrittenUnit) -> Quantity:
    part = found.groupdict(default="")
    said = set(_WORDS_BEFORE.findall(part["before"]))
    for words in (part["more"], part["after"], part["after2"]):
        said.update(_WORDS_AFTER.findall(words))
    inner = parse_unit(part["unit"] or part["low_unit"])
    low, high = _ends(part, inner, written)
    if not (part["low_scale"] or part["high_scale"] or inner.unit):
        low, high = low * outer.scale, high * outer.scale
    _check_unit(inner.unit, high, written)
    one = not part["high"]
    return Quantity(
        low=None if one and said & AT_MOST and not said & AT_LEAST else _exact(low),
        high=None if one and said & AT_LEAST else _exact(high),
        unit=inner.unit or outer.unit,
        period=_period(part["period"])
        or inner.period
        or parse_unit(part["low_unit"]).period
        or _period_before(said)
        or outer.period,
        approximate=bool(said & ABOUT),
        text=written,
    )


def _ends(part: dict[str, str], inner: WrittenUnit, written: str) -> tuple[float, float]:
    """Lower and upper end, scales resolved."""
    low_scale, high_scale = part["low_scale"].lower(), part["high_scale"].lower()
    low = float(part["low"].replace(",", ""))
    if (high_scale or low_scale) and inner.scale == SCALE[high_scale or low_scale]:
        raise ValueError(written)  # 3万万吨: nobody can tell which 万 is one too many
    if not part["high"]:
        low *= SCALE[low_scale] * inner.scale
        return low, low
    high = float(part["high"].replace(",", ""))
    if part["low_unit"]:
        first = parse_unit(part["low_unit"])
        if part["unit"] and first.unit != inner.unit:
            raise ValueError(written)
        low *= first.scale
    else:
        low *= inner.scale
        if high_scale and not low_scale and low < high:
            low_scale = high_scale  # 1-2万: both ends are 万; 5000-1万: only the upper is
    low, high = low * SCALE[low_scale], high * SCALE[high_scale] * inner.scale
    if low > high:
        raise ValueError(written)
    return low, high


def _check_unit(unit: str, value: float, written: str) -> None:
    """Refuse what cannot be a unit: leftovers of a sentence, and 年 behind a calendar year."""
    if unit in units():
        if units()[unit].name == "年" and 1900 <= value <= 2100:
            raise ValueError(written)
    elif _NO_UNIT.search(unit):
        raise ValueError(written)


def _exact(value: float) -> float:
    """Remove the float noise of 1.2 × 10,000; lists never carry more than nine digits."""
    return float(f"{value:.12g}")


def _period_before(said: Iterable[str]) -> str:
    signs = {c for word in said if _PERIOD_WORDS.fullmatch(word) for c in word}
    return next((PERIODS[sign] for sign in "月日天年" if sign in signs), "")


_PER_YEAR = {"": 1.0, "year": 1.0, "month": 12.0, "day": 365.0}


def yearly(quantity: Quantity) -> tuple[float | None, float | None]:
    """Lower and upper end per year in the quantity's own unit (a month × 12, a day × 365)."""
    times = _PER_YEAR[quantity.period]
    low = None if quantity.low is None else quantity.low * times
    high = None if quantity.high is None else quantity.high * times
    return low, high


def conversion(from_unit: str, to_unit: str) -> float | None:
    """Factor from one unit to another, None where they measure different things.

    An empty unit is unknown and converts to nothing.
    """
    table = units()
    source, target = table.get(from_unit), table.get(to_unit)
    if source is None or target is None:
        return 1.0 if from_unit and from_unit.lower() == to_unit.lower() else None
    if source.dimension != target.dimension:
        return None
    return source.factor / target.factor


def counts(unit: str) -> bool:
    """Whether a unit counts pieces (台, 顶, 箱) and measures nothing; also of units not known."""
    known = units().get(unit)
    return known is None or known.dimension == known.name


def coverage(capacity: Quantity | None, need: Quantity | None) -> float | None:
    """Share of a yearly need that a yearly capacity covers; None where it cannot be compared.

    The certain end of each counts: the capacity's lower end (its upper where only that is known)
    against the need's lower end. Shares above 1 mean more than enough.
    """
    if capacity is None or need is None:
        return None
    factor = conversion(capacity.unit, need.unit)
    if factor is None:
        return None
    have_low, have_high = yearly(capacity)
    need_low, need_high = yearly(need)
    have = have_low if have_low is not None else have_high
    want = need_low if need_low is not None else need_high
    if have is None or want is None or want <= 0:
        return None
    return have * factor / want
