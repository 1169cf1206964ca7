"""Numbers and units as offices write them: parsing, and conversion for comparison.

A quantity keeps the unit as written with 万 and 亿 resolved (``1.2万条`` is 12,000 条).
Conversion between units, and of a month or a day to a year, happens only in :func:`compare`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.knowledge import units
from matcher.model import Quantity
from matcher.text import clean

# What people write instead of a number; it is an answer, not a mistake.
NO_NUMBER = frozenset(
    [
        "若干",
        "面议",
        "面谈",
        "按需",
        "按需求",
        "按需供应",
        "按需生产",
        "按订单",
        "按订单生产",
        "以销定产",
        "根据需求",
        "根据订单",
        "视订单而定",
        "视情况",
        "视情况而定",
        "不限",
        "不定",
        "不详",
        "不等",
        "待定",
        "待议",
        "未定",
        "未知",
        "暂无",
        "无",
        "长期",
        "长期需求",
        "长期供应",
        "大量",
        "少量",
        "充足",
        "适量",
        "足量",
        "详谈",
        "电议",
        "电联",
        "另议",
        "协商",
        "双方协商",
        "按合同",
        "-",
        "/",
        "—",
        "–",
        "--",
        "——",
        "\\",
        "n/a",
        "na",
        "保密",
    ]
)
_SCALE = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6,
          "千万": 10**7, "亿": 10**8, "w": 10**4, "k": 1000}  # fmt: skip
_CHINESE_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
    "半": 0.5,
}
_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_SCALES = r"(?:十万|百万|千万|亿|万|千|百|[wW](?![a-zA-Z\d])|[kK](?![a-zA-Z\d]))?"
_BEFORE = (
    r"(?P<before>(?:大约|约为|约|近|大概|预计|计划|设计|年产能?|年供应?|年需求?|年用量?|年|月产|月需|月|"
    r"日产|日|(?:年|月|日)(?:处理|加工|屠宰|出栏|存栏|检测|服务|运输|吞吐|发电|销售|采购|消耗|使用)量?|每年|每月|每日|每天|共计|共|合计|总计|总|产能|现有|可供|不少于|不低于|大于等于|大于|超过|"
    r"高于|至少|最少|多于|小于等于|小于|不超过|不大于|不高于|低于|少于|最多|最大|最高|≥|>=|≧|≤|<=|≦|>|<|~|～|"
    r"[:：\s])*)"
)
_UNIT = r"(?P<unit>[^\d\s/／,，;；、。()（）~～\-—–≥≤><+]*?)"
_PERIOD = r"(?P<period>每?(?:年度?|月|天|日)|(?:per\s*)?(?:year|month|day)|[ay])?"
_AFTER = r"(?P<after>(?:左右|上下|以上|以内|以下|余|多|及以上|起|不等)*)"
_QUANTITY = re.compile(
    _BEFORE
    + rf"(?P<low>{_NUMBER})\s*(?P<low_scale>{_SCALES})(?P<low_more>[余多]?)\s*"
    + rf"(?P<low_unit>[^\d\s/／,，;；、。()（）~～\-—–≥≤><+]{{0,4}}?)(?:[/／]{_PERIOD.replace('period', 'low_period')})?\s*"
    + rf"(?:(?P<dash>-|~|～|至|到|—+|–|--)\s*(?P<high>{_NUMBER})\s*(?P<high_scale>{_SCALES}))?"
    + r"(?P<more>[余多]?)\s*"
    + _UNIT
    + r"\s*"
    + _AFTER
    + rf"\s*(?:(?:[/／]|每)\s*{_PERIOD}|(?P<bare_period>[(（][年月日][)）]))?\s*"
    + _AFTER.replace("after", "after2")
    + r"[。.]?$",
    re.IGNORECASE,
)
_PERIODS = {"年": "year", "a": "year", "y": "year", "月": "month", "天": "day", "日": "day"}
_AT_LEAST = (
    "不少于",
    "不低于",
    "大于",
    "超过",
    "高于",
    "至少",
    "最少",
    "多于",
    "≥",
    ">",
    "≧",
    "以上",
    "起",
)
_AT_MOST = (
    "不超过",
    "不大于",
    "不高于",
    "低于",
    "少于",
    "小于",
    "最多",
    "最大",
    "最高",
    "≤",
    "<",
    "≦",
    "以内",
    "以下",
)
_ABOUT = ("约", "近", "大概", "左右", "上下", "预计", "余", "多", "~", "～", "不等")
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿半]+")
_UNIT_SPLIT = re.compile(
    r"^(?P<unit>[^/／每]*?)\s*(?:[/／]|每)\s*(?P<period>年度?|月|天|日|year|month|day|a)$",
    re.IGNORECASE,
)
_MOSTLY_TEXT = 24  # characters beyond which a cell is a sentence and not a quantity


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit cell taken apart: ``万吨/年`` is scale 10,000, unit 吨, period year."""

    scale: float
    unit: str
    period: str


def parse_unit(text: str) -> WrittenUnit:
    """Take a unit as written apart into scale (万, 亿), unit and period."""
    text = clean(text).strip("()（）[]【】 ：:")
    period = ""
    if found := _UNIT_SPLIT.match(text):
        text, period = found["unit"].strip(), _period(found["period"])
    elif text in units():
        return WrittenUnit(1.0, text, "")
    for scale in ("千万", "百万", "十万", "亿", "万", "千", "百"):
        rest = text.removeprefix(scale)
        if rest != text and text not in units() and rest:
            return WrittenUnit(float(_SCALE[scale]), rest, period)
    return WrittenUnit(1.0, text, period)


def _period(text: str | None) -> str:
    text = (text or "").lower().removeprefix("每").removeprefix("per").strip()
    return _PERIODS.get(text[:1], {"year": "year", "month": "month", "day": "day"}.get(text, ""))


def parse_quantity(text: str, unit: str = "") -> Quantity | None:
    """Parse a quantity cell; ``unit`` is what the unit column or the heading says.

    Returns:
        A :class:`Quantity` with ``low`` and ``high`` None for words such as 面议, and None for an
        empty cell.

    Raises:
        ValueError: The text is no quantity; it holds no number, or more than one quantity.
    """
    written = clean(text)
    if not written:
        return None
    if _is_no_number(written):
        outer = parse_unit(unit)
        return Quantity(None, None, outer.unit, outer.period, approximate=False, text=written)
    if len(written) > _MOSTLY_TEXT:
        raise ValueError(written)
    found = _QUANTITY.fullmatch(_with_digits(_without_brackets(written)))
    if not found:
        raise ValueError(written)
    return _quantity(found, written, unit)


_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")


def _without_brackets(text: str) -> str:
    """（约）30 and 1000(吨) without the brackets, 500台（套） without the second unit."""

    def replace(found: re.Match[str]) -> str:
        inside = found[1].strip()
        if inside in {"年", "月", "日"}:
            return f"/{inside}"
        before = text[: found.start()].rstrip()
        if inside in _ABOUT or inside in _AT_LEAST or inside in _AT_MOST:
            return inside
        return inside if parse_unit(inside).unit in units() and before[-1:].isdigit() else ""

    return _BRACKET.sub(replace, text)


def _is_no_number(text: str) -> bool:
    bare = text.strip("()（）。. ").lower()
    return bare in NO_NUMBER or bool(
        re.fullmatch(r"若干.{0,2}|按.{1,4}(?:定|需求|需要|确定|生产|供应)", bare)
    )


def _quantity(found: re.Match[str], written: str, outer_text: str) -> Quantity:
    part = found.groupdict(default="")
    after = part["after"] + part["after2"] + part["more"] + part["low_more"]
    inner_text = part["unit"] or part["low_unit"]
    period = _period(part["period"] or part["low_period"] or part["bare_period"].strip("()（）"))
    inner, outer = parse_unit(inner_text), parse_unit(outer_text)
    scale = inner.scale if inner_text else outer.scale
    low_scale, high_scale = part["low_scale"].lower(), part["high_scale"].lower()
    if part["high"] and high_scale and not low_scale and not part["low_unit"]:
        low_scale = high_scale  # 1-2万: both ends are 万
    low: float | None = _number(part["low"]) * _SCALE[low_scale] * scale
    high: float | None = low
    if part["high"]:
        high = _number(part["high"]) * _SCALE[high_scale] * scale
        if low is not None and high is not None and low > high:
            raise ValueError(written)
    elif any(sign in part["before"] + after for sign in _AT_LEAST):
        high = None
    elif any(sign in part["before"] + after for sign in _AT_MOST):
        low = None
    return Quantity(
        low=_exact(low),
        high=_exact(high),
        unit=(inner.unit if inner_text else outer.unit) or outer.unit,
        period=period or inner.period or _period_before(part["before"]) or outer.period,
        approximate=any(sign in part["before"] + after for sign in _ABOUT),
        text=written,
    )


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("，", ""))


def _exact(value: float | None) -> float | None:
    """Remove the float noise of 1.2 × 10,000; lists never carry more than nine digits."""
    return None if value is None else float(f"{value:.12g}")


def _period_before(before: str) -> str:
    for sign, period in (("月", "month"), ("日", "day"), ("天", "day"), ("年", "year")):
        if sign in before:
            return period
    return ""


def _with_digits(text: str) -> str:
    """Chinese numerals at the front (三千吨, 两万条) as digits; a text with digits stays."""
    if any(c.isdigit() and c not in _CHINESE_DIGIT for c in text):
        return text
    found = _CHINESE_NUMBER.search(text)
    if not found or found.start() > 4 or found[0] in {"万", "千", "百", "亿"}:
        return text
    value = _chinese_number(found[0])
    return text[: found.start()] + f"{value:.10g}" + text[found.end() :]


def _chinese_number(text: str) -> float:
    total, section, digit = 0.0, 0.0, None
    for c in text:
        if c in _CHINESE_DIGIT:
            digit = float(_CHINESE_DIGIT[c])
        elif c in "十百千":
            section += (1.0 if digit is None else digit) * _SCALE[c]
            digit = None
        else:
            total = (total + section + (digit or 0.0)) * _SCALE[c]
            section, digit = 0.0, None
    return total + section + (digit or 0.0)


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
        return 1.0 if from_unit and from_unit == to_unit else None
    if source.dimension != target.dimension:
        return None
    return source.factor / target.factor


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
