"""How the attributes of a demand stand to those of a supply (规格是否相符)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcher.terms.specs import Attribute


class Agreement(StrEnum):
    """How one attribute of a demand stands to a supply's."""

    EQUAL = "equal"
    COMPATIBLE = "compatible"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


def compare(wanted: Attribute, offered: Attribute) -> Agreement:
    """How an offered attribute stands to a wanted one of the same name.

    Grades are equal or in conflict (``q355`` without a class is compatible with ``q355b``);
    values are equal, compatible where their intervals overlap, else in conflict. Two single
    values within one per cent of each other count as equal.
    """
    if wanted.code or offered.code:
        if wanted.code == offered.code:
            return Agreement.EQUAL
        if (
            wanted.name == "结构钢牌号"
            and wanted.code[:3] == offered.code[:3]
            and min(len(wanted.code), len(offered.code)) == 3
        ):
            return Agreement.COMPATIBLE
        if wanted.name == "外形尺寸":
            return _compare_sizes(wanted.code, offered.code)
        return Agreement.CONFLICT
    if (wanted.low, wanted.high) == (offered.low, offered.high):
        return Agreement.EQUAL
    want = _closed(wanted)
    have = _closed(offered)
    slack = 0.01 * max(abs(x) for x in (*want, *have) if abs(x) != float("inf"))
    if want[0] == want[1] and have[0] == have[1] and abs(want[0] - have[0]) <= slack:
        return Agreement.EQUAL
    overlap = have[0] <= want[1] + 1e-9 and want[0] <= have[1] + 1e-9
    return Agreement.COMPATIBLE if overlap else Agreement.CONFLICT


def _compare_sizes(wanted: str, offered: str) -> Agreement:
    """Sizes such as 1250×1250×140, side by side: 2% of each is within what sheets round to.

    A side that one of them leaves out (usually the height) is not compared.
    """
    sides = [
        (float(a), float(b)) for a, b in zip(wanted.split("×"), offered.split("×"), strict=False)
    ]
    if any(abs(a - b) > 0.02 * max(a, b) for a, b in sides):
        return Agreement.CONFLICT
    whole = wanted.count("×") == offered.count("×")
    return Agreement.EQUAL if whole else Agreement.COMPATIBLE


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
