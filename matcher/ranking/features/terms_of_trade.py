"""规格, 标准, 数量, 区位, 资质 and 意向: can this firm deliver what this buyer needs?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import cast

import numpy as np
from numpy.typing import NDArray

from matcher.model import Demand, Quantity, Supply
from matcher.quantity import conversion, counts, coverage
from matcher.ranking.features.base import at_most_nothing, feature, shown
from matcher.ranking.features.kin import kinship
from matcher.ranking.features.pairs import Pair, PairBlock, Values
from matcher.records import quantity_text
from matcher.terms import (
    Agreement,
    Attribute,
    compare,
    compare_editions,
    compare_group,
    group_by_name,
    written_editions,
)
from matcher.text import names_firm, number_text

_Values = tuple[Attribute, Attribute]  # of one attribute what is wanted and what is offered
_TIERS = {"创新型": 1 / 3, "专精特新": 2 / 3, "小巨人": 1.0}


_attributes = attrgetter("attributes")
_editions = attrgetter("editions")

_BARE = frozenset(
    {"重量", "尺寸", "容积"}
)  # read from a unit alone, which may be of a rate (20吨/日)


def _agreeing(pair: Pair, agreement: Agreement) -> Iterator[tuple[str, list[_Values]]]:
    """Names of the attributes that agree so, with the pairs of values that do."""
    theirs = group_by_name(pair.offered.attributes)
    for name, mine in group_by_name(pair.wanted.attributes).items():
        if name in theirs and compare_group(mine, theirs[name]) is agreement:
            both = [(a, b) for a in mine for b in theirs[name] if compare(a, b) is agreement]
            yield name.removesuffix("%"), both


def _against(pair: Pair, name: str, both: list[_Values]) -> str:
    """What is wanted and what is offered of one attribute: 流量 要 320m³/h，供 ≤160m³/h."""
    wanted = _written((a for a, _ in both), pair.demand)
    offered = _written((b for _, b in both), pair.supply)
    about = "" if name in both[0][0].text or name in _BARE else f"{name} "
    return f"{about}要 {wanted}，供 {offered}"


def _written(values: Iterable[Attribute], row: Demand | Supply) -> str:
    return "、".join(dict.fromkeys(shown(_closed(value.text), row) for value in values))


def _closed(text: str) -> str:
    """A value without what stands before a bracket that it leaves open: 氮气(99.9% as 99.9%."""
    return text if text.count("(") == text.count(")") else text.rpartition("(")[2]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_weaker(values: _Values) -> bool:
    """Whether both are bounds to one side and the offered one promises less (≥15% for ≥42%)."""
    wanted, offered = values
    if wanted.high is None and offered.high is None:
        return wanted.low is not None and offered.low is not None and offered.low < wanted.low
    if wanted.low is None and offered.low is None:
        return wanted.high is not None and offered.high is not None and offered.high > wanted.high
    return False


def _spec_counts(pairs: PairBlock) -> NDArray[np.float64]:
    """Attributes that are equal, compatible and conflicting, and those stated: (pairs, 4).

    Computed once for the three features that need it; identical specifications are compared once.
    """
    if "spec" not in pairs.memo:
        pairs.memo["spec"] = pairs.each_stated(_attributes, _compared, shape=(4,))
    return cast("Values", pairs.memo["spec"])


def _compared(
    wanted: tuple[Attribute, ...], offered: tuple[Attribute, ...]
) -> tuple[float, float, float, float]:
    return _count_pair(_by_name(wanted), _by_name(offered))


_by_name = lru_cache(maxsize=1 << 16)(group_by_name)


def _count_pair(
    mine: dict[str, tuple[Attribute, ...]], theirs: dict[str, tuple[Attribute, ...]]
) -> tuple[float, float, float, float]:
    if not mine or not theirs:
        return 0.0, 0.0, 0.0, float(len(mine))
    shared = [compare_group(mine[name], theirs[name]) for name in mine if name in theirs]
    return (
        float(shared.count(Agreement.EQUAL)),
        float(shared.count(Agreement.COMPATIBLE)),
        float(shared.count(Agreement.CONFLICT)),
        float(len(mine)),
    )


def _at_most_stated(pairs: PairBlock) -> Values:
    """What the demand states can be met, equally or otherwise, once."""
    return kinship(pairs) * pairs.wanted(_attributes)


def _say_equal(pair: Pair, _value: float) -> str:
    said = []
    for name, both in _agreeing(pair, Agreement.EQUAL):
        a, b = both[0]
        wanted = _written((a for a, _ in both), pair.demand)
        if (a.low, a.high, a.code) != (b.low, b.high, b.code):  # equal within a tolerance
            said.append(f"{wanted}（供 {_written([b], pair.supply)}）")
        elif a.code and _digits(a.text) != _digits(a.code):  # AC220V and AC380V are both AC
            said.append(f"{name} {a.code.upper()}")
        else:
            said.append(wanted)
    longest = [each for each in said if not any(each != o and each in o for o in said)]
    return f"规格一致：{'；'.join(longest)}"


@feature("规格", +1, _say_equal, most=_at_most_stated)
def spec_equal(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes that the supply states equally."""
    counts = _spec_counts(pairs)
    return kinship(pairs) * (counts[:, 0] / np.maximum(counts[:, 3], 1.0))


def _say_compatible(pair: Pair, _value: float) -> str:
    met: list[str] = []
    open_: list[str] = []
    for name, both in _agreeing(pair, Agreement.COMPATIBLE):
        (open_ if all(map(_is_weaker, both)) else met).append(_against(pair, name, both))
    said = [f"规格相容：{'；'.join(met)}"] if met else []
    said += [f"规格要核对：{'；'.join(open_)}"] if open_ else []
    return "；".join(said)


@feature("规格", +1, _say_compatible, most=_at_most_stated)
def spec_compatible(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes that the supply can meet (ranges that overlap)."""
    counts = _spec_counts(pairs)
    return kinship(pairs) * (counts[:, 1] / np.maximum(counts[:, 3], 1.0))


def _say_conflict(pair: Pair, _value: float) -> str:
    found = _agreeing(pair, Agreement.CONFLICT)
    return f"规格不符：{'；'.join(_against(pair, name, both) for name, both in found)}"


def _say_unknown(_pair: Pair, _value: float) -> str:
    return ""


@feature("规格", -1, _say_unknown, most=at_most_nothing)
def spec_unknown(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes of which the supply says nothing."""
    counts = _spec_counts(pairs)
    said = counts[:, 0] + counts[:, 1] + counts[:, 2]
    return np.maximum(0.0, 1.0 - said / np.maximum(counts[:, 3], 1.0)) * (counts[:, 3] > 0)


@feature("规格", -1, _say_conflict, most=at_most_nothing)
def spec_conflict(pairs: PairBlock) -> Values:
    """Conflicting attributes: 1 for the first, a little more for further ones, at most 2."""
    count = _spec_counts(pairs)[:, 2]
    return np.where(count > 0, np.minimum(2.0, 1.0 + 0.5 * (count - 1.0)), 0.0)


def _say_standard(pair: Pair, _value: float) -> str:
    mine, theirs = written_editions(pair.wanted.text), written_editions(pair.offered.text)
    said = []
    for number in mine:
        if number not in theirs:
            continue
        wanted = shown(mine[number].written, pair.demand)
        offered = shown(theirs[number].written, pair.supply)
        if len({mine[number].year, theirs[number].year} - {""}) > 1:
            said.append(f"{wanted}（供的是 {offered}，年号不同）")
        else:  # of GBT8163 and GB/T 8163-2018 the one that says more
            said.append(max(wanted, offered, key=len))
    return f"执行标准相同：{'、'.join(said)}"


def _at_most_standard(pairs: PairBlock) -> Values:
    return kinship(pairs) * pairs.wanted(_editions)


@feature("标准", +1, _say_standard, most=_at_most_standard)
def standard_same(pairs: PairBlock) -> Values:
    """1 when both name a common standard, 1/2 when only in different editions.

    A year counts only where both give one.
    """
    return kinship(pairs) * pairs.each_stated(
        _editions, lambda w, o: _EDITIONS.get(compare_editions(w, o), 0.0)
    )


_EDITIONS = {Agreement.EQUAL: 1.0, Agreement.COMPATIBLE: 0.5}


def _say_other_standard(pair: Pair, _value: float) -> str:
    mine, theirs = (
        "、".join(shown(each.written, row) for each in written_editions(terms.text).values())
        for terms, row in ((pair.wanted, pair.demand), (pair.offered, pair.supply))
    )
    return f"执行标准不同：要 {mine}，供 {theirs}"


@feature("标准", -1, _say_other_standard, most=at_most_nothing)
def standard_conflict(pairs: PairBlock) -> Values:
    """1 when both name standards and share none."""
    return pairs.each_stated(
        _editions, lambda w, o: float(compare_editions(w, o) is Agreement.CONFLICT)
    )


def _say_capacity(pair: Pair, _value: float) -> str:
    capacity, need = pair.supply.annual_capacity, pair.demand.annual_quantity
    share = coverage(capacity, need)
    if share is None or capacity is None or need is None:
        return ""
    rows: tuple[Supply | Demand, ...] = (pair.supply, pair.demand)
    scaled = [
        quantity_text(row)
        for row, quantity in zip(rows, (capacity, need), strict=True)
        if quantity.period in {"month", "day"}
    ]
    notes = [f"{'、'.join(scaled)} 已折算为年"] if scaled else []
    sides = (("需求量", pair.demand), ("产能", pair.supply))
    if several := [what for what, row in sides if len(row.products) > 1]:
        notes.append(f"{'和'.join(several)}是一行里几种产品合写的")
    note = f"（{'，'.join(notes)}）" if notes else ""
    return f"{_share_text(share)}{note}"


def _share_text(share: float) -> str:
    if share >= 1.05:
        return f"年产能是年需求量的 {number_text(round(share, 1))} 倍，够用"
    if share >= 1.0:
        return "年产能与年需求量相当，够用"
    return f"年产能{f'只够年需求量的 {share:.0%}' if share >= 0.01 else '不到年需求量的 1%'}"


@feature("数量", -1, _say_capacity)
def capacity_short(pairs: PairBlock) -> Values:
    """How far the capacity falls short: −log10 of the share covered, 0 when enough, at most 1.5."""

    def short(need: Quantity | None, capacity: Quantity | None) -> float:
        share = coverage(capacity, need)
        if share is None or share >= 1.0:
            return 0.0
        return min(1.5, -math.log10(share)) if share > 0 else 1.5

    return pairs.each_row("annual_quantity", "annual_capacity", short)


@feature("数量", +1, _say_capacity)
def capacity_enough(pairs: PairBlock) -> Values:
    """1 when the yearly capacity, unit converted, covers at least 80% of the yearly need."""

    def enough(need: Quantity | None, capacity: Quantity | None) -> float:
        share = coverage(capacity, need)
        return float(share is not None and share >= 0.8)

    return kinship(pairs) * pairs.each_row("annual_quantity", "annual_capacity", enough)


_NEAR = 0.2


def _say_unit(pair: Pair, value: float) -> str:
    how = "计量单位不能换算" if value > _NEAR else "计量单位不同"
    return f"{how}：要的按“{pair.demand.unit}”，供的按“{pair.supply.unit}”"


@feature("数量", -1, _say_unit)
def unit_conflict(pairs: PairBlock) -> Values:
    """1 when both name a unit and the units measure different things (吨 and 条).

    A little where both only count (顶 and 件) or one says more (MW and MW·次): offices mix them.
    """

    def conflict(wanted: str, offered: str) -> float:
        if not wanted or not offered or conversion(offered, wanted) is not None:
            return 0.0
        near = wanted in offered or offered in wanted  # MW and MW·次
        return _NEAR if near or (counts(wanted) and counts(offered)) else 1.0

    return pairs.each_row("unit", "unit", conflict)


def _say_county(pair: Pair, _value: float) -> str:
    return f"同在{pair.demand.county}"


@feature("区位", +1, _say_county)
def same_county(pairs: PairBlock) -> Values:
    """1 when buyer and supplier are in the same county or city."""
    return kinship(pairs) * pairs.each_row(
        "county", "county", lambda mine, theirs: float(bool(mine) and mine == theirs)
    )


def _say_tier(pair: Pair, _value: float) -> str:
    return {
        "创新型": "创新型中小企业",
        "专精特新": "专精特新中小企业",
        "小巨人": "专精特新“小巨人”企业",
    }[pair.supply.tier]


@feature("资质", +1, _say_tier)
def tier_level(pairs: PairBlock) -> Values:
    """Level of gradient cultivation: 创新型 1/3, 专精特新 2/3, 小巨人 1."""
    return kinship(pairs) * pairs.each_supply("tier", lambda tier: _TIERS.get(tier, 0.0))


def _say_buyer(pair: Pair, _value: float) -> str:
    return f"供方拟配套对象写明了{pair.demand.leader}"


@feature("意向", +1, _say_buyer)
def named_buyer(pairs: PairBlock) -> Values:
    """1 when the supplier names this very leader as an intended buyer.

    A short name must stand alone: 华泰 is not 新华泰纺织.
    """
    named = pairs.each_row(
        "leader", "intended_buyers", lambda leader, buyers: float(names_firm(buyers, leader))
    )
    return kinship(pairs) * named
