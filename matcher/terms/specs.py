"""Specifications in text (规格, 牌号, 标准号) to typed attributes.

A first set: standard numbers, grades of the commonest materials, diameters and other dimensions,
values with a unit, contents in per cent. Text is expected folded (:func:`matcher.text.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"(\d+(?:\.\d+)?)"
_SIGN = r"(≥|≤|>|<|约|±)?"

_STANDARD = re.compile(
    r"(?<![a-z])(?!jc\s?\d{1,3}s(?![a-z0-9]))"  # jc32s is a combed yarn, not a standard
    r"(gb|gjb|gt|hg|ys|jb|ny|fz|sy|dl|nb|jc|jg|jgj|cj|cjj|jt|jtg|tb|qb|sb|ls|ly|sn|dz|mt|xb|yb|yd|sj|"
    r"hj|aq|ga|db\d{2}|iso|iec|astm|asme|api|en|din|jis|ansi|bs|sae|nsf|awwa|nace|dnv)"
    r"\s*/?\s*(?:t|z)?(?:\s*spec)?\s*[-_.]?\s*([a-z]?\d{1,6}(?:\.\d{1,3})*[a-z]?\d*)"
    r"(?:\s*[-:]\s*((?:19|20)\d{2}|\d{2})(?!\d))?"
)
# New and old names of a grade in GB/T 20878, and the number it is known by.
_SAME_STAINLESS = {
    "06cr19ni10": "304", "0cr18ni9": "304", "022cr19ni10": "304l", "00cr19ni10": "304l",
    "06cr17ni12mo2": "316", "0cr17ni12mo2": "316", "022cr17ni12mo2": "316l",
    "00cr17ni14mo2": "316l", "06cr18ni11ti": "321", "0cr18ni10ti": "321", "0cr18ni9ti": "321",
}  # fmt: skip
# name, signs of which every match holds one (a cheap test before the search), pattern
_GRADES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("结构钢牌号", ("q",), re.compile(r"(?<![a-z0-9])q(\d{3})(?:[- ]?([a-e]))?(?:nh|gj|r)?(?![a-z0-9])")),
    ("不锈钢牌号", ("0", "1", "347"), re.compile(
        r"(?<![\d.])(?:sus|s)?(201|202|301|303|304l?|309s?|310s?|316l|316ti|316|317l?|321|347|410s?|420|430|2205|2507)"
        r"(?=$|[\s,;/()-]|(?![吨台套条个件只米克公升目支片根年月元万千])[\u4e00-\u9fff])"
    )),
    ("不锈钢牌号", ("cr",), re.compile(rf"(?<![\d.])({'|'.join(_SAME_STAINLESS)})(?![a-z0-9])")),
    ("优质碳钢牌号", ("#", "号", "g"), re.compile(r"(?<![\d.a-z])(10|15|20|25|35|40|45|50|55)\s*(?:#|号钢|号|g(?![a-z]))")),
    ("合金钢牌号", ("cr", "mn"), re.compile(r"(?<![\d.])(?!0)(\d{2}(?:crmo|mn(?:si|b|v)?|cr(?:ni|mnti|v)?(?:mo)?|simn)[a-z0-9]{0,4})")),
    ("钢筋牌号", ("rb", "pb"), re.compile(r"(h[rp]b\d{3}e?|hrbf\d{3}e?)")),
    ("管线钢级", ("l", "x"), re.compile(r"(?<![a-z0-9])(?:(l)(\d{3})[a-z]?|(x)(\d{2,3})[a-z]?)(?![a-z0-9×])")),
    ("铜牌号", ("t", "h", "q", "cu"), re.compile(
        r"(?<![a-z0-9])(tu0?[012]|tp[12]|t[123]|h(?:59|62|63|65|68|70|80|90|96)|hpb\d\d-\d|cu-cath-[12345]|"
        r"qsn\d[\d.-]*|qal\d[\d.-]*)(?![a-z0-9])"
    )),
    ("铝牌号", ("0",), re.compile(r"(?<![\d.a-z])([1-7]0(?:50|60|70|03|04|05|52|61|63|75|82|83|24|14)a?)(?![\d.年])")),
    ("水泥品种强度", (".5",), re.compile(r"p\s*[.·]?\s*(o|ii?|s|f|p|c|hsr|msr)\s*[.·]?\s*[a-z]?\s*(\d{2}\.5)(r)?")),
    ("混凝土强度", ("c",), re.compile(r"(?<![a-z0-9])(c(?:10|15|20|25|30|35|40|45|50|55|60|70|80))(?:p\d+)?(?![a-z0-9])")),
    ("纱支", ("s", "支"), re.compile(
        r"(?<![\d.×a-z])(?:oe|jc|c|t/c|cvc)?\s?(\d{1,3}(?:/\d)?)\s?(?:s|支|英支)(/\d(?!\d))?(?![a-z0-9装]|/\D)"
    )),
    ("防护等级", ("ip",), re.compile(r"(?<![a-z])ip\s?(\d[\dx])(?!\d)")),
)  # fmt: skip

# name, pattern: group 1 sign, 2 low, 3 high (may be missing)
# A number that begins here: not the middle of a code (q320), of a dimension or of a range. A sign
# before it may follow anything (Q≤400m³/h).
_RANGE = rf"{_SIGN}\s*(?<![\d.a-z×])(?<!\d[-~]){_N}(?:\s*[-~]\s*{_N})?\s*"
_UNITS: tuple[tuple[str, str, float], ...] = (
    ("功率", "mw(?![a-z])|兆瓦", 1e6), ("功率", "kw(?![a-z])|千瓦", 1e3), ("功率", "w(?![a-z])|瓦(?!楞|斯)", 1.0),
    ("容量", "kva", 1e3), ("容量", "mva", 1e6),
    ("电压", "kv(?!a)", 1e3), ("电压", "v(?![a-z])|伏", 1.0),
    ("电流", "ka(?![a-z])", 1e3), ("电流", "ma(?!h|[a-z])", 1e-3), ("电流", "a(?![a-z])|安培", 1.0),
    ("电容", "uf|μf", 1e-6), ("电容", "nf", 1e-9), ("电容", "pf", 1e-12),
    ("电阻", "kω", 1e3), ("电阻", "mω", 1e6), ("电阻", "ω|欧", 1.0),
    ("频率", "ghz", 1e9), ("频率", "mhz", 1e6), ("频率", "khz", 1e3), ("频率", "hz", 1.0),
    ("压力", "mpa", 1e6), ("压力", "kpa", 1e3), ("压力", "bar", 1e5),
    ("流量", "m3/h|m³/h|立方米/小时|方/小时", 1.0), ("流量", "l/h", 1e-3),
    ("扬程", "m扬程", 1.0),
    ("目数", "目", 1.0),
    ("糖度", "[%°]?\\s*brix|白利糖?度?|°bx", 1.0),
    ("面密度", "g/m2|g/m²|克/平(?:方米|米)?|gsm", 1.0),
    ("截面积", "mm2|mm²|平方毫米|平方(?!米|公)", 1.0),
    ("容积", "ml(?![a-z])|毫升", 1e-3), ("容积", "(?<!304)(?<!31[67])l(?![a-z])|升(?!降|压|级)", 1.0),
    ("容积", "m3(?!/)|m³(?!/)|立方米?(?!/)", 1e3),
    ("重量", "kg(?![a-z/])|公斤|千克", 1.0), ("重量", "g(?![a-z/])|克(?!/)", 1e-3), ("重量", "t(?![a-z/])|吨(?!/)", 1e3),
    ("尺寸", "mm(?![2²a-z])|毫米", 1.0), ("尺寸", "cm(?![2²a-z])|厘米", 10.0), ("尺寸", "m(?![a-zω2-3²³/])|米(?!/)", 1000.0),
    ("粒径", "um|μm|微米", 1e-3),
)  # fmt: skip
_VALUES = tuple((name, re.compile(unit), factor) for name, unit, factor in _UNITS)
# One scan finds every number that any unit follows; which units they are is asked at those places
# only. A number's reach does not depend on the unit, so this finds what a scan a unit would find.
_MEASURE = re.compile(rf"{_RANGE}(?={'|'.join(unit for _, unit, _ in _UNITS)})")
_DIGIT = re.compile(r"\d")
_DIMENSIONS = re.compile(rf"(?:(φ|dn)\s*)?{_N}\s*(?:mm)?\s*×\s*φ?{_N}(?:\s*(?:mm)?\s*×\s*{_N})?")
_NOMINAL = re.compile(rf"dn\s*{_N}(?:\s*[-~]\s*(?:dn)?\s*{_N})?")
_PRESSURE_CLASS = re.compile(rf"pn\s*{_N}")
_DIAMETER = re.compile(rf"φ\s*{_N}(?:\s*[-~]\s*φ?\s*{_N})?(?!\s*[×\d])")
_PER_CENT = re.compile(
    r"(?:((?<![a-z0-9.])(?!(?:dn|pn|ip)\d)[a-z][a-z0-9]{0,7}|[\u4e00-\u9fff]{1,6}?)(?:含量|纯度|质量分数|浓度)?)?"
    rf"\s*[(]?\s*(?:%\s*)?[:为]?\s*{_SIGN}\s*{_N}"
    rf"(?:\s*%?\s*[-~]\s*{_N})?\s*%(?!\s*brix)"
)
_DEGREES = re.compile(
    r"(?<![\d.a-z×])(?<!\d[-~])(≥|≤|>|<|约|±)?\s*(-?\d+(?:\.\d+)?)\s*(?:°c)?"
    r"(?:\s*[-~]\s*(-?\d+(?:\.\d+)?))?\s*(?:°c|度(?!电))"
)
_CONTENT_OF = re.compile(r"^(?:含量|纯度|浓度|质量分数|含|主含量|品位|有效成分|总含量)$")


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


def parse_standards(text: str) -> tuple[str, ...]:
    """Standard numbers in folded text, normalised: ``gbt8163-2018`` → ``gb 8163``.

    GB, GB/T and GT before a number are one body; the year is ignored.
    """
    found = []
    for match in _STANDARD.finditer(text):
        body, number = match[1], match[2]
        explicit = "/" in match[0] or "-" in match[0]
        if sum(c.isdigit() for c in number) < (2 if explicit else 3):
            continue  # jc32s is a yarn, not a standard
        found.append(f"{'gb' if body == 'gt' else body} {number}")
    return tuple(dict.fromkeys(found))


def without_standards(text: str) -> str:
    """Folded text with its standard numbers taken out."""
    return _STANDARD.sub(" ", text)


def parse_specs(text: str) -> tuple[Attribute, ...]:
    """Typed attributes in folded text, in the order of their kinds; standards are left out."""
    if not _DIGIT.search(text):  # no attribute is without a number
        return ()
    rest = without_standards(text)
    found = _grades(rest)
    found += _dimensions(rest)
    found += _per_cents(rest)
    without = _DIMENSIONS.sub(" ", rest) if "×" in rest else rest
    without = _PER_CENT.sub(" ", without) if "%" in without else without
    found += _values(without)
    found += _degrees(without)
    return tuple(dict.fromkeys(found))


def _grades(text: str) -> list[Attribute]:
    found = []
    for name, signs, pattern in _GRADES:
        if not any(sign in text for sign in signs):
            continue
        for match in pattern.finditer(text):
            code = "".join(group for group in match.groups() if group)
            code = _SAME_STAINLESS.get(code, code)
            found.append(Attribute(name, code=code, text=match[0].strip()))
    return found


def _values(text: str) -> list[Attribute]:
    """Values with a unit, in the order of the units and then of the text."""
    measures = list(_MEASURE.finditer(text))
    found = []
    for name, unit, factor in _VALUES if measures else ():
        for measure in measures:
            if match := unit.match(text, measure.end()):
                low, high = _interval(measure[1], measure[2], measure[3], factor)
                written = text[measure.start() : match.end()].strip()
                found.append(Attribute(name, low=low, high=high, text=written))
    return found


def _degrees(text: str) -> list[Attribute]:
    """Temperatures, the only values that may lie below zero (-25~-18℃)."""
    found = []
    for match in _DEGREES.finditer(text) if "°c" in text or "度" in text else ():
        low, high = _interval(match[1], match[2], match[3])
        found.append(Attribute("温度", low=low, high=high, text=match[0].strip()))
    return found


def _interval(
    sign: str | None, low: str, high: str | None, factor: float = 1.0
) -> tuple[float | None, float | None]:
    first = float(low) * factor
    if high:
        return first, max(first, float(high) * factor)
    if sign in {"≥", ">"}:
        return first, None
    if sign in {"≤", "<"}:
        return None, first
    return first, first


def _dimensions(text: str) -> list[Attribute]:
    found = []
    for match in _DIMENSIONS.finditer(text) if "×" in text else ():
        numbers = [float(n) for n in match.groups()[1:] if n]
        names = ("外径", "壁厚", "长度") if match[1] else ("长", "宽", "高")
        code = "×".join(f"{n:g}" for n in numbers)
        if match[1]:
            for name, n in zip(names, numbers, strict=False):
                found.append(Attribute(name, low=n, high=n, text=f"{name}{n:g}"))
        else:
            found.append(Attribute("外形尺寸", code=code, text=match[0].strip()))
    rest = _DIMENSIONS.sub(" ", text) if found else text
    for name, pattern in (("公称直径", _NOMINAL), ("直径", _DIAMETER)):
        for match in pattern.finditer(rest):
            low, high = _interval(None, match[1], match[2])
            found.append(Attribute(name, low=low, high=high, text=match[0].strip()))
    for match in _PRESSURE_CLASS.finditer(rest):
        n = float(match[1])
        n = n * 10 if n < 4.1 and "." in match[1] else n  # PN1.6 (MPa) is PN16 (bar)
        found.append(Attribute("公称压力", low=n, high=n, text=match[0]))
    return found


def _per_cents(text: str) -> list[Attribute]:
    found = []
    for match in _PER_CENT.finditer(text) if "%" in text else ():
        label = (match[1] or "").strip()
        if not label or _CONTENT_OF.match(label):
            label = "含量"
        low, high = _interval(match[2], match[3], match[4])
        found.append(Attribute(f"{label}%", low=low, high=high, text=match[0].strip(" ,(")))
    return found
