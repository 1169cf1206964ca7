"""Amounts in specifications: values with a unit, temperatures, contents in per cent."""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter

from matcher.terms.attribute import (
    BEGINNING,
    NUMBER,
    SIGN,
    SIGN_WORD,
    Attribute,
    interval,
    sign_behind,
    without,
)
from matcher.terms.dimensions import dimensions

# name, unit, factor to the base unit
UNITS: tuple[tuple[str, str, float], ...] = (
    ("功率", "mw(?![a-z])|兆瓦", 1e6), ("功率", "kw(?![a-z])|千瓦(?!时)", 1e3),
    ("功率", r"w(?![a-z\d]|[-/]\d\d(?![\dv.]))|瓦(?!楞|斯)", 1.0),
    ("马力", r"(?<=\d)hp(?![a-z])|马力", 1.0), ("电能", "kwh|千瓦时|度电", 1.0),
    ("容量", "kva", 1e3), ("容量", "mva", 1e6),
    ("电压", "kv(?!a)", 1e3), ("电压", "v(?:[ad]c)?(?![a-z])|伏", 1.0),
    ("电流", "ka(?![a-z])", 1e3), ("电流", "ma(?!h|[a-z])", 1e-3), ("电流", "a(?![a-z])|安培", 1.0),
    ("电池容量", "mah", 1e-3), ("电池容量", "ah(?![a-z])|安时", 1.0),
    ("电容", "uf|μf", 1e-6), ("电容", "nf", 1e-9), ("电容", "pf", 1e-12),
    ("电阻", "kω", 1e3), ("电阻", "mω", 1e6), ("电阻", "ω|欧", 1.0),
    ("频率", "ghz", 1e9), ("频率", "mhz", 1e6), ("频率", "khz", 1e3), ("频率", "hz", 1.0),
    ("转速", "r/min|rpm|转/分钟?", 1.0),
    ("压力", "mpa|兆帕", 1e6), ("压力", "kpa|千帕", 1e3), ("压力", "bar", 1e5), ("压力", "pa(?![a-z])|帕", 1.0),
    ("流量", "n?m[3³]/hr?(?![a-z])|(?:立方米?|方)/(?:小?时|h)", 1.0), ("流量", "l/h|升/小?时", 1e-3),
    ("流量", "l/min|升/分钟?", 0.06), ("流量", "l/s|升/秒", 3.6), ("流量", "m[3³]/min|立方米?/分钟?", 60.0),
    ("流量", "m[3³]/s|立方米?/秒", 3600.0), ("流量", "m[3³]/d|立方米?/[天日]", 1 / 24),
    ("目数", "目", 1.0),
    ("糖度", "[%°]?\\s*brix|白利糖?度?|°bx", 1.0),
    ("面密度", "g/m2|g/m²|克/平(?:方米|米)?|gsm", 1.0),
    ("截面积", "mm2|mm²|平方毫米|平方(?!米|公)", 1.0),
    ("容积", "ml(?![a-z])|毫升", 1e-3),
    ("容积", "(?<!304)(?<!31[67])l(?![a-z]|/(?:h|min|s|d)(?![a-z]))|升(?!降|压|级|/[小时分秒天日])", 1.0),
    ("容积", "m3(?!/)|m³(?!/)|立方米?(?!/)", 1e3),
    ("重量", "kgs?(?![a-z]|/[a-z])|公斤|千克", 1.0), ("重量", "mg(?![a-z]|/[a-z])|毫克(?!/升)", 1e-6),
    ("重量", "g(?![a-z]|/[a-z\\d])|克(?!/[平升米])", 1e-3), ("重量", "t(?![a-z/])|吨(?!/)", 1e3), ("重量", "斤", 0.5),
    ("质量浓度", "mg/l|毫克/升|ppm", 1.0), ("质量浓度", "g/l|克/升", 1e3), ("摩尔浓度", "mol/l", 1.0),
    ("密度", r"kg/m[3³]|(?:公斤|千克)/立方米?", 1.0), ("密度", r"g/cm[3³]|克/立方厘米", 1e3),
    ("热值", "kcal/kg|大卡(?:/(?:kg|千克|公斤)|(?!/))|千卡/(?:kg|千克|公斤)", 1.0),
    ("熔体流动速率", "g/10min", 1.0),
    ("尺寸", "mm(?![2²a-z])|毫米", 1.0), ("尺寸", "cm(?![2²a-z])|厘米|公分", 10.0),
    ("尺寸", "m(?![a-zω2-3²³/·])|米(?!/)", 1000.0),
    ("粒径", "um|μm|微米", 1e-3),
)  # fmt: skip
_VALUES = tuple((name, re.compile(unit), factor) for name, unit, factor in UNITS)
_AROUND = re.compile(r"\(\?<?[=!](?:[^()]|\([^()]*\))*\)")
# A number that begins here: not the middle of a code (q320), of a dimension or of a range. A sign
# before it may follow anything (Q≤400m³/h), and the number may follow ac or dc (ac380v) or a
# voltage (12v100ah).
_START = (
    rf"(?P<sign>{SIGN_WORD})?\s*(?:(?<![\d.a-z×])(?<!\d[-~])|(?<=^[ad]c)|(?<=[^a-z][ad]c)|(?<=\dv))"
)
_N = r"\d+(?:\.\d+)?"
_UNIT_WORD = r"[a-zμω]{1,3}|毫米|厘米|米|公斤|千克|克|吨|毫升|升|千瓦|伏|目"
RANGE = (
    rf"{_START}(?P<low>{_N})(?:\s*[-~]\s*(?P<to>{_N})|/(?P<other>{_N})(?=\s*(?:目|[%°]?\s*brix|k?v))|"
    rf"\s*±\s*(?P<spread>{_N})|\s*(?P<unit>{_UNIT_WORD})\s*[-~]\s*(?P<same>{_N})(?=\s*(?P=unit)))?\s*"
)
# One scan finds every number that any unit follows; which units they are is asked at those places
# only. A number's reach does not depend on the unit, so this finds what a scan a unit would find.
_MEASURE = re.compile(rf"{BEGINNING}{RANGE}(?={'|'.join(unit for _, unit, _ in UNITS)})")
# Name of a length ← the words before it, and those behind it (10mm厚).
_LENGTHS = {
    "外径": "外径|直径", "内径": "内径|孔径", "壁厚": "壁厚", "厚度": "厚度|板厚|膜厚|厚|δ|(?<![a-z])t(?==)",
    "长度": "长度|长|(?<![a-z])l(?==)", "宽度": "宽度|幅宽|门幅|宽", "高度": "高度|高", "扬程": "扬程",
    "粒度": "粒度|粒径", "过滤精度": "过滤精度",
}  # fmt: skip
_BEFORE = re.compile(rf"(?:{'|'.join(f'({w})' for w in _LENGTHS.values())})\s*[:=为是]?\s*$")
_BEHIND = re.compile(
    r"\s*(?:(厚)(?![薄德])|(长)(?![期途久材])|(宽)(?!带)|(高)(?![低压温强中])|(扬程))"
)
_BEHIND_NAMES = ("厚度", "长度", "宽度", "高度", "扬程")
_BEFORE_ENDS = re.compile("[径厚度δt长l宽幅高程]")
_HEAD = re.compile(r"(?<![a-z])h\s*=\s*$")
_PER_CENT = re.compile(
    r"(?:((?<![a-z0-9.])(?!(?:dn|pn|ip)\d)[a-z][a-z0-9]{0,7}|"
    rf"(?:(?!{SIGN_WORD})[\u4e00-\u9fff]){{1,6}}?)(?:含量|纯度|质量分数|浓度)?)?"
    rf"\s*[(]?\s*(?:%\s*)?[:为]?\s*{SIGN}\s*{NUMBER}"
    rf"(?:\s*%?\s*[-~]\s*{NUMBER}|\s*%?\s*±\s*{NUMBER})?\s*%(?!\s*brix)"
)
_SUGAR = re.compile(
    rf"(?:糖度|白利糖?度?)\s*[:为]?\s*{SIGN}\s*{NUMBER}(?:\s*[-~/]\s*{NUMBER})?(?![\d.]|\s*[%°]?\s*brix)"
)
_NINES = re.compile(r"(?<![a-z0-9.])([3-7])n(\d)?(?![a-z0-9])")
_DEGREES = re.compile(
    rf"(?<![\d.a-z×])(?<!\d[-~])({SIGN_WORD})?\s*(零下)?(-?\d+(?:\.\d+)?)\s*(?:°c|度(?=[-~±]))?"
    rf"(?:\s*[-~]\s*(-?\d+(?:\.\d+)?)|\s*±\s*{NUMBER})?\s*(?:°c|度(?!电))"
)
_HEATPROOF = re.compile(r"(?:耐温|耐热|耐高温)(?:度|性|温度)?\s*[:为可达]*\s*$")
_CONTENT = re.compile(r"^(?:含量|纯度|浓度|质量分数|含|主含量|品位|有效成分|总含量)$")
# Ends of labels that mean the same content.
_SAME_CONTENT = (
    ("水分", "水分|水份|含水率|含水量|含水"), ("粗蛋白", "粗蛋白质|粗蛋白|蛋白质|蛋白"), ("灰分", "灰分|灰份"),
    ("糖度", "可溶性固形物|固形物|糖度|白利度"),
)  # fmt: skip
_CONTENT_ENDS = tuple((name, tuple(words.split("|"))) for name, words in _SAME_CONTENT)
_PART = re.compile(r"电阻|电容|电感")
_RESISTANCE = re.compile(r"(?<![\d.a-z×])(?:(\d+(?:\.\d+)?)\s?([kr])|(\d+)([kr])(\d+))(?![a-zω\d])")
_COLOUR = re.compile(r"(?<![\d.a-z×])(\d{4})\s?k?\s?(?:[-~]\s?(\d{4})\s?)?k(?![a-z\d])")


def measures(text: str) -> list[Attribute]:
    """Amounts of folded text, in the order of their kinds and then of the text."""
    found, rest = dimensions(text)
    contents, rest = per_cents(rest)
    found += contents
    found += values(rest)
    found += degrees(rest)
    found += _parts(rest)
    # Of a capacitor it is the voltage it withstands.
    if "f" in rest and any(a.name == "电容" for a in found):
        found = [_renamed(a, "耐压") if a.name == "电压" else a for a in found]
    return found


def _renamed(attribute: Attribute, name: str) -> Attribute:
    return Attribute(name, "", attribute.low, attribute.high, attribute.text)


def values(text: str) -> list[Attribute]:
    """Values with a unit, in the order of the units and then of the text."""
    found = []
    for measure in _MEASURE.finditer(text):
        start = measure.end()
        for place in _units_from(text[start]):
            name, unit, factor = _VALUES[place]
            # A tolerance is no value; ±20mvar is one.
            if (match := unit.match(text, start)) and (measure[1] != "±" or name == "容量"):
                found.append((place, value(text, name, factor, measure, match.end())))
    found.sort(key=itemgetter(0))
    return [each for _, each in found]


@cache
def _units_from(sign: str) -> tuple[int, ...]:
    """The places in :data:`UNITS` of units that may begin with a sign."""
    plain = [_AROUND.sub("", unit) for _, unit, _ in UNITS]
    return tuple(
        n for n, unit in enumerate(plain) if sign in unit or (sign.isspace() and r"\s" in unit)
    )


def value(text: str, name: str, factor: float, number: re.Match[str], end: int) -> Attribute:
    """The value whose number matched :data:`RANGE` and whose unit ends at ``end``."""
    behind, after = sign_behind(text, end)
    sign, first, to, other, spread, _, same = number.groups()[:7]
    high = to or other or same
    label = _length_name(text, number.start(), end) if name in {"尺寸", "粒径"} else ""
    if label == "扬程":
        factor /= 1000.0
    low, high_end = interval(behind or sign, first, high, spread, factor)
    return Attribute(
        label or name, low=low, high=high_end, text=text[number.start() : after].strip()
    )


def _length_name(text: str, start: int, end: int) -> str:
    """What a length is the length of, as far as the words around it say."""
    before = text[max(0, start - 8) : start]
    if _BEFORE_ENDS.search(before) and (match := _BEFORE.search(before)):
        return tuple(_LENGTHS)[(match.lastindex or 1) - 1]
    if "=" in before and _HEAD.search(before):
        return "扬程" if "泵" in text or "扬程" in text else "高度"
    if match := _BEHIND.match(text, end):
        return _BEHIND_NAMES[(match.lastindex or 1) - 1]
    return ""


def degrees(text: str) -> list[Attribute]:
    """Temperatures, the only values that may lie below zero (-25~-18℃, 零下18度)."""
    found = []
    for match in _DEGREES.finditer(text) if "°c" in text or "度" in text else ():
        sign, below, low, high, spread = match.groups()
        if sign == "±":
            continue
        behind, after = sign_behind(text, match.end())
        proof = _HEATPROOF.search(text[max(0, match.start() - 8) : match.start()])
        ends = interval(behind or sign, f"-{low}" if below else low, high, spread)
        name = "耐温" if proof else "温度"
        found.append(Attribute(name, "", *ends, text[match.start() : after].strip()))
    return found


def per_cents(text: str) -> tuple[list[Attribute], str]:
    """Contents, degrees Brix and tolerances, and the text without them."""
    found = []
    matches = list(_PER_CENT.finditer(text)) if "%" in text else []
    for match in matches:
        label, sign, low, high, spread = match.groups()
        behind, after = sign_behind(text, match.end())
        written = text[match.start() : after].strip(" ,(")
        ends = interval(behind or sign, low, high, spread)
        bare_part = not label and not sign and _PART.search(text)
        name = "允许偏差" if sign == "±" or bare_part else _content(label or "")
        found.append(Attribute(name, "", *ends, written))
    rest = without(text, matches)
    if "度" in rest or "白利" in rest:
        found += [
            Attribute("糖度", "", *interval(match[1], match[2], match[3]), match[0].strip())
            for match in _SUGAR.finditer(rest)
        ]
    if "n" in rest and "力" not in rest:
        found += [_purity(match) for match in _NINES.finditer(rest)]
    return found, rest


def _purity(match: re.Match[str]) -> Attribute:
    """5n is 99.999, 4n5 is 99.995."""
    share = float(f"99.{'9' * (int(match[1]) - 2)}{match[2] or ''}")
    return Attribute("含量%", low=share, high=share, text=match[0])


def _content(label: str) -> str:
    """Name of the content that a label speaks of; 水份, 含水率 and 玉米水分 are 水分."""
    label = label.strip()
    if not label or _CONTENT.match(label):
        return "含量%"
    for name, ends in _CONTENT_ENDS:
        if label.endswith(ends):
            return name if name == "糖度" else f"{name}%"
    return f"{label}%"


def _parts(text: str) -> list[Attribute]:
    """Resistances without their unit (10k, 4r7) and colours of light, where the text says so."""
    found = []
    if "电阻" in text:
        for match in _RESISTANCE.finditer(text):
            whole, unit, before, sign, behind = match.groups()
            ohms = float(whole or f"{before}.{behind}") * (1e3 if (unit or sign) == "k" else 1.0)
            found.append(Attribute("电阻", low=ohms, high=ohms, text=match[0]))
    elif "色温" in text or "灯" in text:
        found += [
            Attribute("色温", "", *interval(None, match[1], match[2]), match[0])
            for match in _COLOUR.finditer(text)
        ]
    return found
