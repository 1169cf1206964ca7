"""Dimensions in specifications (外径、壁厚、外形尺寸、螺纹) and the classes that go with them (PN)."""

from __future__ import annotations

import re

from matcher.terms.attribute import NUMBER, SIGN_WORD, Attribute, interval, sign_behind, without

_LENGTH_UNIT = r"\s*(mm|cm|m|毫米|厘米|公分|米)(?![a-z0-9²³])"
_IN_MM = {"mm": 1.0, "毫米": 1.0, "cm": 10.0, "厘米": 10.0, "公分": 10.0, "m": 1000.0, "米": 1000.0,
          "μm": 1e-3, "um": 1e-3, "丝": 0.01}  # fmt: skip
_SIZE = re.compile(
    rf"(?:(φ|dn)\s*)?{NUMBER}(?:{_LENGTH_UNIT})?\s*×\s*φ?{NUMBER}(?:{_LENGTH_UNIT})?"
    rf"(?:\s*×\s*{NUMBER}(?:{_LENGTH_UNIT})?)?"
)
_SIDES = re.compile(
    rf"长度?\s*[:为=]?\s*{NUMBER}(?:{_LENGTH_UNIT})?[\s,×、]*宽度?\s*[:为=]?\s*{NUMBER}(?:{_LENGTH_UNIT})?"
    rf"(?:[\s,×、]*[高厚]度?\s*[:为=]?\s*{NUMBER}(?:{_LENGTH_UNIT})?)?"
)
_THREAD = re.compile(
    rf"m(?<![a-z0-9.]m)(\d{{1,2}}(?:\.5)?)(?:\s*[-~]\s*m?(\d{{1,2}}))?(?![\d.a-z²³/%])(?:\s*×\s*{NUMBER})?(?:\s*×\s*{NUMBER})?"
)
_SCREWED = re.compile(r"[螺罗栓钉丝母杆垫锚环]|接头|连接|砂浆")
_PITCH = 6.5  # mm; a number behind the × up to here is the pitch of a thread, beyond it a length
# name, signs of which every match holds one, pattern; group 1 low, 2 the other end
_NAMED: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("公称直径", ("dn", "公称"), re.compile(
        rf"(?:dn|公称[通直]径)\s*[:为]?\s*(?:dn)?\s*{NUMBER}(?:\s*[-~]\s*(?:dn)?\s*{NUMBER})?(?:\s*mm)?"
    )),
    ("外径", ("φ",), re.compile(
        rf"φ\s*{NUMBER}(?:\s*(?:mm)?\s*[-~]\s*φ?\s*{NUMBER})?(?:\s*(?P<unit>mm|cm|m|μm|um|米)(?![a-z0-9²³]))?(?!\s*[×\d])"
    )),
    ("径厚比", ("sdr",), re.compile(rf"sdr\s*{NUMBER}()")),
    ("磅级", ("cl", "lb", "磅"), re.compile(
        r"(?<![a-z])(?:class|cl)\s?(?=\d)(150|300|400|600|800|900|1500|2500)()(?!\d)|(?<![\d.])(150|300|600|800|900|1500|2500)()\s?(?:lb|磅)"
    )),
    ("性能等级", ("级", "等级"), re.compile(
        r"(?<![\d.])((?:[34568]|1[02])\.[689])()\s*级|(?:性能|强度)等级\s*[:为]?\s*(\d{1,2}\.[689])()(?![\d级])"
    )),
    ("厚度", ("丝",), re.compile(rf"(?<![\d.a-z×]){NUMBER}(?:\s*[-~]\s*{NUMBER})?\s*(?P<unit>丝)(?![\u4e00-\u9fff])")),
)  # fmt: skip
_BARE_LENGTH = re.compile(  # a length without a unit is in mm
    rf"([壁厚板外内径长宽幅门高]{{1,2}}度?)\s*[:=为]?\s*{NUMBER}(?:\s*[-~]\s*{NUMBER})?"
    r"(?![\d.a-zμ%‰×]|\s*(?:[-~×/]|[mcμu]m|m(?![a-z])|[毫厘米公丝微寸英尺]))"
)
_BARE_NAMES = {
    "壁厚": "壁厚", "厚度": "厚度", "板厚": "厚度", "外径": "外径", "内径": "内径", "长度": "长度",
    "宽度": "宽度", "幅宽": "宽度", "门幅": "宽度", "高度": "高度",
}  # fmt: skip
_PRESSURE_CLASS = re.compile(
    rf"(?:(?<![a-z])pn|公称压力|压力等级)\s*[:为]?\s*(?:pn)?\s*{NUMBER}(?:\s*[-~]\s*(?:pn)?\s*{NUMBER})?\s*(mpa|bar|公斤)?"
)


_SIGNED = re.compile(rf"({SIGN_WORD})\s*$")


def dimensions(text: str) -> tuple[list[Attribute], str]:
    """Diameters, sizes, threads and classes, and the text without them."""
    found: list[Attribute] = []

    def size(match: re.Match[str]) -> str:
        if match[1]:
            # No wall is as thick as the half of its pipe: φ160×6000 is a bag six metres long.
            second = "壁厚" if float(match[4]) < float(match[2]) / 2 else "长度"
            names = ("外径", second, "长度" if second == "壁厚" else "高度")
            of_second = 1.0 if second == "壁厚" else _IN_MM.get(match[5] or "", 1.0)
            units = (1.0, of_second, _IN_MM.get(match[7] or "", 1.0))
            for name, number, unit in zip(names, match.groups()[1::2], units, strict=True):
                if number:
                    n = float(number) * unit
                    found.append(Attribute(name, low=n, high=n, text=f"{name}{n:g}"))
        else:
            found.append(_size(match, match.groups()[1:]))
        return " "

    def sides(match: re.Match[str]) -> str:
        found.append(_size(match, match.groups()))
        return " "

    def thread(match: re.Match[str]) -> str:
        low, high, *numbers = match.groups()
        if not numbers[0] and (float(low) < 4 or not _SCREWED.search(text)):
            return match[0]  # m2 and m3 are an area and a volume, and m50 may be a model
        name = "砂浆强度" if "砂浆" in text else "螺纹规格"
        found.append(Attribute(name, "", *interval(None, low, high), match[0].strip()))
        for n in (float(n) for n in numbers if n and float(n) > _PITCH):
            found.append(Attribute("长度", low=n, high=n, text=f"长度{n:g}"))
        return " "

    rest = _THREAD.sub(thread, text) if "m" in text else text
    rest = _SIZE.sub(size, rest) if "×" in rest else rest
    rest = _SIDES.sub(sides, rest) if "长" in rest and "宽" in rest else rest
    for name, signs, pattern in _NAMED:
        for sign in signs:  # any() would cost more than the searches that this saves
            if sign in rest:
                matches = list(pattern.finditer(rest))
                found += [_named(name, match) for match in matches]
                rest = without(rest, matches)
                break
    found += _bare_lengths(rest)
    pressures, rest = _pressures(rest)
    return [*found, *pressures], rest


def _bare_lengths(text: str) -> list[Attribute]:
    found = []
    for match in _BARE_LENGTH.finditer(text):
        if name := _BARE_NAMES.get(match[1][-2:]):
            behind, end = sign_behind(text, match.end())
            ends = interval(behind, match[2], match[3])
            found.append(Attribute(name, "", *ends, text[match.start() : end].strip()))
    return found


def _pressures(text: str) -> tuple[list[Attribute], str]:
    if "pn" not in text and "压力" not in text:
        return [], text
    found = []
    matches = list(_PRESSURE_CLASS.finditer(text))
    for match in matches:
        low, high = (_bar(n, match[3]) if n else None for n in match.groups()[:2])
        before = _SIGNED.search(text, 0, match.start())
        behind, end = sign_behind(text, match.end())
        ends = interval(behind or (before and before[1]), f"{low}", f"{high}" if high else None)
        written = text[before.start() if before else match.start() : end].strip()
        found.append(Attribute("公称压力", "", *ends, written))
    return found, without(text, matches)


def _size(match: re.Match[str], parts: tuple[str | None, ...]) -> Attribute:
    """Sides in mm; a unit at the end holds for all, but of 50×50×6m only for the length."""
    numbers = [float(n) for n in parts[::2] if n]
    units = [unit for _, unit in zip(numbers, parts[1::2], strict=False)]
    last = _IN_MM.get(units[-1] or "", 1.0)
    if last == 1000.0 and max(numbers[:-1]) > 20:
        last = 1.0
    scaled = [n * (_IN_MM[unit] if unit else last) for n, unit in zip(numbers, units, strict=True)]
    return Attribute("外形尺寸", code="×".join(f"{n:g}" for n in scaled), text=match[0].strip())


def _named(name: str, match: re.Match[str]) -> Attribute:
    groups = match.groupdict()
    low, high = match[1] or match[3], match[2]
    factor = _IN_MM[groups.get("unit") or "mm"]
    behind, end = sign_behind(match.string, match.end())
    written = match.string[match.start() : end].strip()
    return Attribute(name, "", *interval(behind, low, high, factor=factor), written)


def _bar(number: str, unit: str | None) -> float:
    """A nominal pressure in bar: PN1.6 (MPa) is PN16 (bar)."""
    n = float(number)
    return n * 10 if unit == "mpa" or (n < 4.1 and "." in number and not unit) else n
