"""Grades in specifications (牌号、强度、封装、等级): what is a code and no amount."""

from __future__ import annotations

import re
from functools import lru_cache

from matcher.terms.attribute import Attribute
from matcher.text import has_chinese

# Other names of a grade → the one it is known by (GB/T 20878, EN 10088, UNS; JIS for copper).
_SAME_GRADE = {
    "06cr19ni10": "304", "0cr18ni9": "304", "022cr19ni10": "304l", "00cr19ni10": "304l",
    "06cr17ni12mo2": "316", "0cr17ni12mo2": "316", "022cr17ni12mo2": "316l",
    "00cr17ni14mo2": "316l", "06cr18ni11ti": "321", "0cr18ni10ti": "321", "0cr18ni9ti": "321",
    "s30408": "304", "s30403": "304l", "s31608": "316", "s31603": "316l", "s32168": "321",
    "s22053": "2205", "1.4301": "304", "1.4307": "304l", "1.4401": "316", "1.4404": "316l",
    "1.4541": "321", "1.4462": "2205",
    "c11000": "t2", "c1100": "t2", "c2680": "h65", "c2600": "h70",
}  # fmt: skip
_STAINLESS = "|".join(re.escape(n) for n in _SAME_GRADE if not re.match(r"c\d", n))
_COUNTERS = "吨台套条个件只米克公升目支片根年月元万千"
_SIZES = "1206|1210|1812|2010|2512"  # beside which a year or a count may stand
# Read only where the text says so in words.
_OIL = re.compile(r"(?:[汽柴煤机滑压轮]油(?![缸泵管箱桶机滤站罐井])|润滑|沥青|黄油)")
# name, signs of which every match holds one (a cheap test before the search), pattern. What may not
# stand before comes second: a search for one of a few first signs is much the quicker.
GRADES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("结构钢牌号", ("q",), re.compile(r"(?<![a-z0-9])q(\d{3})(?:[- ]?([a-e]))?(nh|gj|r)?(?![a-z0-9])")),
    ("不锈钢牌号", ("20", "30", "31", "32", "347", "41", "42", "43", "2507"), re.compile(
        r"(?<![\d.])(?:sus|s)?(201|202|301|303|304l?|309s?|310s?|316l|316ti|316|317l?|321|347|410s?|420|430|2205|2507)"
        rf"(?=$|[\s,;/()-]|(?![{_COUNTERS}])[\u4e00-\u9fff])"
    )),
    ("不锈钢牌号", ("cr", "s2", "s3", "1.4"), re.compile(rf"(?<![\d.])({_STAINLESS})(?![a-z0-9])")),
    ("优质碳钢牌号", ("#", "号", "g"), re.compile(r"([1-5](?<![\d.a-z].)[05](?<!30))(?:\s*(?:#|号钢|号)|(?<=20)g(?![a-z]))")),
    ("合金钢牌号", ("cr", "mn"), re.compile(r"(?<![\d.])(?!0)(\d{2}(?:crmo|mn(?:si|b|v)?|cr(?:ni|mnti|v)?(?:mo)?|simn)[a-z0-9]{0,4})")),
    ("钢筋牌号", ("rb", "pb"), re.compile(r"(h[rp]b\d{3}e?|hrbf\d{3}e?)")),
    ("管线钢级", ("l", "x"), re.compile(
        r"(?<![a-z0-9])(?:(l)(\d{3})[a-z]?(?:\s?([-~])\s?l(\d{3})[a-z]?)?|(x)(\d{2,3})[a-z]?(?:\s?([-~])\s?x(\d{2,3})[a-z]?)?)"
        r"(?![a-z0-9×])"
    )),
    ("铜牌号", ("t", "h", "q", "cu", "c1", "c2"), re.compile(
        r"(?<![a-z0-9])(tu0?[012]|tp[12]|t[123]|h(?:59|62|63|65|68|70|80|90|96)|hpb\d\d-\d|cu-cath-[12345]|"
        r"c11000?|c2680|c2600|qsn\d[\d.-]*|qal\d[\d.-]*)(?![a-z0-9])"
    )),
    ("铝牌号", ("0",), re.compile(r"([1-7](?<![\d.a-z].)0(?:50|60|70|03|04|05|52|61|63|75|82|83|24|14)a?)(?![\d.年])")),
    ("水泥品种强度", (".5",), re.compile(r"p\s*[.·]?\s*(o|ii?|s|f|p|c|hsr|msr)\s*[.·]?\s*[a-z]?\s*([3-6]2\.5)(r)?")),
    ("水泥品种强度", (".5",), re.compile(
        r"(?<![\d.a-z·])(?<![a-z.·]\s)([3-6]2\.5)(r)?(?=\s*(?:级|#)?\s*(?:普通|复合|矿渣)?(?:硅酸盐)?水泥)|"
        r"水泥[\s;:,]*([3-6]2\.5)(r)?(?![\d.])"
    )),
    ("混凝土强度", ("c",), re.compile(
        r"(?<![a-z0-9])(?<![a-z][-~])(c(?:10|15|20|25|30|35|40|45|50|55|60|70|80))(?:\s?([-~])\s?(c?\d0|c?\d5))?(?:p\d+)?(?![a-z0-9]|-[a-z])"
    )),
    ("纱支", ("s", "支"), re.compile(
        r"(?<![\d.×a-z])(?:oe|jc|c|t/c|cvc)?\s?(\d{1,3}(?:/\d)?)(?:\s?(?:s|支)?\s?([-~])\s?(\d{1,3}))?"
        r"\s?(?:s|支|英支)(/\d(?!\d))?(?![a-z0-9装]|/\D)"
    )),
    ("纤度", ("d/", "旦"), re.compile(r"(?<![\d.a-z])(?:(\d{2,4})\s?d(?=/\d)|(\d{1,4})\s?旦)(/\d{1,3})?f?(?![a-z0-9])")),
    ("纤度", ("d",), re.compile(
        r"(?:(?<=[丝纶维布;])|(?<=[dfy][tod]y)|(?<=[丝纶维布]\s)|(?<=[dfy][tod]y\s))"
        r"(\d{2,4})(?:\s?d?\s?([-~])\s?(\d{2,4}))?\s?d(?![a-z0-9/])"
    )),
    # Colour, length in mm and micronaire of upland cotton, GB 1103: 3128b.
    ("棉花等级", ("a", "b", "c"), re.compile(r"([1-5](?<![\d.a-z].)[1-4](?:2[5-9]|3[0-2])[abc])(?![a-z0-9])")),
    ("防护等级", ("ip",), re.compile(r"(?<![a-z])ip\s?(\d[\dx])(?!\d)")),
    ("封装", ("so", "qf", "df", "bga", "dip", "to", "plcc", "lga"), re.compile(
        r"(?<![a-z0-9])(?:((?:[htmsv]?s|[mt])?so(?:p|ic|n)|[lthv]?qf[pn]|[vwtu]*dfn|[a-z]{0,2}bga|p?dip|sot|sod|plcc|lga)[- ]?"
        r"(\d{1,4}(?:-\d)?)|(to)-?(3p|92s?|126|220f?|247|252|263|251))(?![a-z0-9])"
    )),
    ("封装", ("02", "04", "06", "08"), re.compile(rf"(?<![\d.a-z×/-])(?:rc|[rcl])?(0201|0402|0603|0805)(?![\d.a-z×/%-]|[{_COUNTERS}号])")),
    ("封装", ("封装", "贴片"), re.compile(rf"(?:封装|贴片)[^\d]{{0,8}}?(?:rc|[rcl])?({_SIZES})(?![\d.a-z×/%-])")),
    ("电流种类", ("ac", "dc"), re.compile(r"(?<![a-z/])(ac|dc)\s?\d+(?:\.\d+)?\s?k?v|(?<=\dv)\s?(ac|dc)(?![a-z/])")),
    ("粘度等级", ("w",), re.compile(r"(?<![\d.a-z])(\d{1,2}w)[-/]?(\d{2})(?![\d.a-z])")),
)  # fmt: skip
# The letters in these signs; figures would tell too many texts apart.
_LETTERS = frozenset("".join(sign for _, signs, _ in GRADES for sign in signs)) - set("0123456789.")
_OIL_GRADE = re.compile(r"(?<![\d.a-z×])(-?\d{1,3})\s?(?:#|号)")
_SAME_PACKAGE = {"soic": "sop", "pdip": "dip"}
_RANGES = frozenset({"混凝土强度", "纱支", "纤度", "管线钢级"})


def grades(text: str) -> list[Attribute]:
    """Grades of folded text, in the order of their kinds and then of the text."""
    found = []
    for name, signs, pattern in _possible(_LETTERS.intersection(text)):
        for sign in signs:  # any() would cost more than the searches that this saves
            if sign in text:
                found += [_grade(name, match) for match in pattern.finditer(text)]
                break
    if ("油" in text or "润滑" in text or "沥青" in text) and _OIL.search(text):
        # 45号 of an oil is its viscosity and no steel
        found = [a for a in found if a.name != "优质碳钢牌号"]
        found += [
            Attribute("油品牌号", code=match[1], text=match[0].strip())
            for match in _OIL_GRADE.finditer(text)
        ]
    return found


@lru_cache(maxsize=1 << 12)
def _possible(
    letters: frozenset[str],
) -> list[tuple[str, tuple[str, ...], re.Pattern[str]]]:
    """The grades that a text with just these of :data:`_LETTERS` may hold."""
    return [
        each for each in GRADES if any(letters.issuperset(_LETTERS & set(sign)) for sign in each[1])
    ]


def _grade(name: str, match: re.Match[str]) -> Attribute:
    groups = [group for group in match.groups() if group]
    code = "".join(groups)
    if name in _RANGES:
        code = code.replace("-", "~")
    if name == "封装":
        code = _SAME_PACKAGE.get(groups[0], groups[0]) + "".join(groups[1:])
    # The word that says what a bare number is (水泥 42.5) is no part of it.
    start = match.start(match.groups().index(groups[0]) + 1) if has_chinese(match[0][0]) else 0
    written = match.string[start or match.start() : match.end()].strip()
    return Attribute(name, code=_SAME_GRADE.get(code, code), text=written)
