"""How the attributes of a demand stand to those of a supply (规格是否相符)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matcher.terms.specs import Attribute


class Agreement(StrEnum):
    """How one attribute of a demand stands to a supply's."""

    EQUAL = "equal"
    COMPATIBLE = "compatible"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


# What more of it serves as well (a 10.9 bolt where 8.8 is asked), and less of it (±1% for ±5%). Not
# so a nominal pressure: flanges of PN16 and PN25 do not fit each other.
_MORE_SERVES = frozenset({"性能等级", "耐压", "耐温"})
_LESS_SERVES = frozenset({"允许偏差"})
_PURE = 99.0  # per cent, from where a content is a purity: more serves, and each nine counts
# What a grade may add and still serve: earthquake-proof bars, early-strength cement.
_ADDITIONS = {"钢筋牌号": "e", "水泥品种强度": "r"}


def compare(wanted: Attribute, offered: Attribute) -> Agreement:
    """How an offered attribute stands to a wanted one of the same name.

    Grades are equal or in conflict (``q355`` without a class is compatible with ``q355b``);
    values are equal, compatible where their intervals overlap, else in conflict. Two single
    values within one per cent of each other count as equal. A class of strength, a voltage or
    temperature to be withstood, and a purity are also met by more; a tolerance by less.
    """
    if wanted.code or offered.code:
        return _compare_codes(wanted.name, wanted.code, offered.code)
    if (wanted.low, wanted.high) == (offered.low, offered.high):
        return Agreement.EQUAL
    want, have = _closed(wanted), _closed(offered)
    pure = wanted.name == "含量%" and min(want[0], have[0]) >= _PURE
    whole = max(abs(x) for x in (*want, *have) if abs(x) != float("inf"))
    slack = 0.01 * (abs(100.0 - whole) if pure else whole)
    if want[0] == want[1] and have[0] == have[1] and abs(want[0] - have[0]) <= slack:
        return Agreement.EQUAL
    if wanted.name in _MORE_SERVES or pure:
        want = want[0], float("inf")
    elif wanted.name in _LESS_SERVES:
        want = float("-inf"), want[1]
    overlap = have[0] <= want[1] + 1e-9 and want[0] <= have[1] + 1e-9
    return Agreement.COMPATIBLE if overlap else Agreement.CONFLICT


def _compare_codes(name: str, wanted: str, offered: str) -> Agreement:
    if wanted == offered:
        return Agreement.EQUAL
    if name == "外形尺寸":
        return _compare_sizes(wanted, offered)
    if name == "防护等级":
        digits = zip(wanted.replace("x", "0"), offered.replace("x", "0"), strict=True)
        serves = all(mine <= theirs for mine, theirs in digits)
    elif "~" in wanted or "~" in offered:
        (low, high), (least, most) = _code_range(wanted), _code_range(offered)
        serves = least <= high and low <= most
    elif name == "结构钢牌号":
        serves = wanted[:3] == offered[:3] and min(len(wanted), len(offered)) == len("355")
    elif name == "纤度":  # 75d says nothing of the number of filaments
        serves = wanted.split("/", maxsplit=1)[0] == offered.split("/", maxsplit=1)[0] and (
            "/" in wanted
        ) != ("/" in offered)
    else:
        serves = name in _ADDITIONS and offered == wanted + _ADDITIONS[name]
        if name == "水泥品种强度" and wanted[:1].isdigit() != offered[:1].isdigit():
            bare, offer = wanted.lstrip(_LETTERS), offered.lstrip(_LETTERS)
            serves = offer in {bare, f"{bare}r"}  # one of them does not say which kind of cement
    return Agreement.COMPATIBLE if serves else Agreement.CONFLICT


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _code_range(code: str) -> tuple[float, float]:
    """The ends of a range of grades: c15~c60."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", code)]
    return min(numbers), max(numbers)


def compare_editions(
    wanted: tuple[tuple[str, str], ...], offered: tuple[tuple[str, str], ...]
) -> Agreement:
    """How standards given as ``(number, year)`` stand to each other.

    Equal where they share a number (a year counts only if both give one), compatible where they
    share one in different editions, in conflict where they share none, unknown where one of them
    names none.
    """
    if not wanted or not offered:
        return Agreement.UNKNOWN
    years = [(one, other) for number, one in wanted for same, other in offered if number == same]
    if any(one == other or not one or not other for one, other in years):
        return Agreement.EQUAL
    return Agreement.COMPATIBLE if years else Agreement.CONFLICT


def _compare_sizes(wanted: str, offered: str) -> Agreement:
    """Sizes such as 1250×1250×140, side by side: 2% of each is within what sheets round to.

    A side that one of them leaves out (usually the height) is not compared. All sides ten times as
    long are those in centimetres (95×65cm and 95×65).
    """
    sides = [
        (float(a), float(b)) for a, b in zip(wanted.split("×"), offered.split("×"), strict=False)
    ]
    if not _close(sides):
        ten = any(_close([(a * f, b) for a, b in sides]) for f in (10.0, 0.1))
        return Agreement.COMPATIBLE if ten else Agreement.CONFLICT
    whole = wanted.count("×") == offered.count("×")
    return Agreement.EQUAL if whole else Agreement.COMPATIBLE


def _close(sides: list[tuple[float, float]]) -> bool:
    return all(abs(a - b) <= 0.02 * max(a, b) for a, b in sides)


def _closed(attribute: Attribute) -> tuple[float, float]:
    low = float("-inf") if attribute.low is None else attribute.low
    high = float("inf") if attribute.high is None else attribute.high
    return low, high


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best agreement found for each attribute name that the demand states."""

    name: str
    agreement: Agreement
    wanted: str
    offered: str


_MANY = 2  # values of one name beyond which a text lists possibilities and nothing conflicts


def group_by_name(attributes: tuple[Attribute, ...]) -> dict[str, tuple[Attribute, ...]]:
    """Attributes of each name, in the order of first mention."""
    groups: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        groups.setdefault(attribute.name, []).append(attribute)
    return {name: tuple(group) for name, group in groups.items()}


def compare_group(mine: tuple[Attribute, ...], theirs: tuple[Attribute, ...]) -> Agreement:
    """The best agreement among several values of one attribute.

    A supplier who lists several grades offers all of them. A text with many values of one
    attribute (a catalogue of sizes) says too little for a conflict.
    """
    order = (Agreement.EQUAL, Agreement.COMPATIBLE, Agreement.CONFLICT)
    best = min((compare(a, b) for a in mine for b in theirs), key=order.index)
    if best is Agreement.CONFLICT and (len(mine) > _MANY or len(theirs) > _MANY):
        return Agreement.UNKNOWN
    return best


def compare_all(
    wanted: tuple[Attribute, ...], offered: tuple[Attribute, ...]
) -> tuple[Comparison, ...]:
    """Compare attribute by attribute, by :func:`compare_group`.

    Where the supply says nothing of an attribute the agreement is unknown, which is no conflict.
    """
    found = []
    groups = group_by_name(offered)
    for name, mine in group_by_name(wanted).items():
        theirs = groups.get(name, ())
        agreement = compare_group(mine, theirs) if theirs else Agreement.UNKNOWN
        text = "、".join(a.text for a in mine)
        found.append(Comparison(name, agreement, text, "、".join(a.text for a in theirs)))
    return tuple(found)
