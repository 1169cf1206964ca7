"""规格, 标准, 数量, 区位, 资质 and 意向: can this firm deliver what this buyer needs?"""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.model import Demand, Quantity, Supply
from matcher.quantity import conversion, counts, coverage
from matcher.ranking.features.base import Pair, PairBlock, Values, feature, shown
from matcher.ranking.features.kin import kinship
from matcher.terms import Agreement, Attribute, compare_all, compare_group, group_by_name
from matcher.text import firm_key, number_text

_CLEAR = 4  # characters from which a firm's name is found inside a longer text
_NAMES = re.compile(r"[、，,；;/|\s]+")
_TIERS = {"创新型": 1 / 3, "专精特新": 2 / 3, "小巨人": 1.0}


def _count(pair: Pair, agreement: Agreement) -> list[str]:
    found = []
    for c in compare_all(pair.wanted.attributes, pair.offered.attributes):
        if c.agreement is not agreement:
            continue
        wanted, offered = _written(c.wanted, pair.demand), _written(c.offered, pair.supply)
        name = c.name.removesuffix("%")  # cu≥20% names what it speaks of, 3-15mm does not
        about = "" if name in c.wanted else f"{name} "
        same = agreement is Agreement.EQUAL
        found.append(wanted if same else f"{about}要 {wanted}，供 {offered}")
    return found


def _written(values: str, row: Demand | Supply) -> str:
    return "、".join(shown(value, row) for value in values.split("、"))


def _spec_counts(pairs: PairBlock) -> NDArray[np.float64]:
    """Attributes that are equal, compatible and conflicting, and those stated: (pairs, 4).

    Computed once for the three features that need it; identical specifications are compared once.
    """
    if "spec" not in pairs.memo:
        kinds, kind = pairs.kinds(lambda terms: terms.attributes)
        groups = cache(group_by_name)
        counts = [_count_pair(groups(w.attributes), groups(o.attributes)) for w, o in kinds]
        pairs.memo["spec"] = np.array(counts, dtype=np.float64).reshape(-1, 4)[kind]
    return pairs.memo["spec"]


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


def _say_equal(pair: Pair, _value: float) -> str:
    return f"规格一致：{'；'.join(_count(pair, Agreement.EQUAL))}"


@feature("规格", +1, _say_equal)
def spec_equal(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes that the supply states equally."""
    counts = _spec_counts(pairs)
    return kinship(pairs) * (counts[:, 0] / np.maximum(counts[:, 3], 1.0))


def _say_compatible(pair: Pair, _value: float) -> str:
    return f"规格相容：{'；'.join(_count(pair, Agreement.COMPATIBLE))}"


@feature("规格", +1, _say_compatible)
def spec_compatible(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes that the supply can meet (ranges that overlap)."""
    counts = _spec_counts(pairs)
    return kinship(pairs) * (counts[:, 1] / np.maximum(counts[:, 3], 1.0))


def _say_conflict(pair: Pair, _value: float) -> str:
    return f"规格不符：{'；'.join(_count(pair, Agreement.CONFLICT))}"


def _say_unknown(_pair: Pair, _value: float) -> str:
    return ""


@feature("规格", -1, _say_unknown)
def spec_unknown(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes of which the supply says nothing."""
    counts = _spec_counts(pairs)
    said = counts[:, 0] + counts[:, 1] + counts[:, 2]
    return np.maximum(0.0, 1.0 - said / np.maximum(counts[:, 3], 1.0)) * (counts[:, 3] > 0)


@feature("规格", -1, _say_conflict)
def spec_conflict(pairs: PairBlock) -> Values:
    """Conflicting attributes: 1 for the first, a little more for further ones, at most 2."""
    count = _spec_counts(pairs)[:, 2]
    return np.where(count > 0, np.minimum(2.0, 1.0 + 0.5 * (count - 1.0)), 0.0)


def _say_standard(pair: Pair, _value: float) -> str:
    shared = [s.upper() for s in pair.wanted.standards if s in pair.offered.standards]
    return f"执行标准相同：{'、'.join(shared)}"


@feature("标准", +1, _say_standard)
def standard_same(pairs: PairBlock) -> Values:
    """1 when both name a common standard; the year is ignored."""
    return kinship(pairs) * pairs.each(
        lambda w, o: float(bool(set(w.standards) & set(o.standards))),
        by=lambda terms: terms.standards,
    )


def _say_other_standard(pair: Pair, _value: float) -> str:
    mine = "、".join(s.upper() for s in pair.wanted.standards)
    theirs = "、".join(s.upper() for s in pair.offered.standards)
    return f"执行标准不同：要 {mine}，供 {theirs}"


@feature("标准", -1, _say_other_standard)
def standard_conflict(pairs: PairBlock) -> Values:
    """1 when both name standards and share none."""
    return pairs.each(
        lambda w, o: float(
            bool(w.standards) and bool(o.standards) and not set(w.standards) & set(o.standards)
        ),
        by=lambda terms: terms.standards,
    )


def _need(demand: Demand) -> Quantity | None:
    return demand.annual_quantity


def _capacity(supply: Supply) -> Quantity | None:
    return supply.annual_capacity


def _say_capacity(pair: Pair, _value: float) -> str:
    share = coverage(pair.supply.annual_capacity, pair.demand.annual_quantity)
    if share is None:
        return ""
    capacity, need = pair.supply.annual_capacity, pair.demand.annual_quantity
    assert capacity is not None
    assert need is not None
    scaled = [q.text for q in (capacity, need) if q.period in {"month", "day"}]
    note = f"（{'、'.join(scaled)} 已折算为年）" if scaled else ""
    if share >= 1:
        return f"年产能是年需求量的 {number_text(round(share, 1))} 倍，够用{note}"
    return f"年产能只够年需求量的 {share:.0%}{note}"


@feature("数量", -1, _say_capacity)
def capacity_short(pairs: PairBlock) -> Values:
    """How far the capacity falls short: −log10 of the share covered, 0 when enough, at most 1.5."""

    def short(demand: Demand, supply: Supply) -> float:
        share = coverage(supply.annual_capacity, demand.annual_quantity)
        if share is None or share >= 1.0:
            return 0.0
        return min(1.5, -math.log10(share)) if share > 0 else 1.5

    return pairs.each_row(short, _need, _capacity)


@feature("数量", +1, _say_capacity)
def capacity_enough(pairs: PairBlock) -> Values:
    """1 when the yearly capacity, unit converted, covers at least 80% of the yearly need."""

    def enough(demand: Demand, supply: Supply) -> float:
        share = coverage(supply.annual_capacity, demand.annual_quantity)
        return float(share is not None and share >= 0.8)

    return kinship(pairs) * pairs.each_row(enough, _need, _capacity)


_NEAR = 0.2


def _say_unit(pair: Pair, _value: float) -> str:
    return f"计量单位不能换算：要 {pair.demand.unit}，供 {pair.supply.unit}"


@feature("数量", -1, _say_unit)
def unit_conflict(pairs: PairBlock) -> Values:
    """1 when both name a unit and the units measure different things (吨 and 条).

    A little where both only count (顶 and 件) or one says more (MW and MW·次): offices mix them.
    """

    def conflict(demand: Demand, supply: Supply) -> float:
        if not demand.unit or not supply.unit or conversion(supply.unit, demand.unit) is not None:
            return 0.0
        near = demand.unit in supply.unit or supply.unit in demand.unit  # MW and MW·次
        return _NEAR if near or (counts(demand.unit) and counts(supply.unit)) else 1.0

    return pairs.each_row(conflict, lambda d: d.unit, lambda s: s.unit)


def _say_county(pair: Pair, _value: float) -> str:
    return f"同在{pair.demand.county}"


@feature("区位", +1, _say_county)
def same_county(pairs: PairBlock) -> Values:
    """1 when buyer and supplier are in the same county or city."""
    return kinship(pairs) * pairs.each_row(
        lambda d, s: float(bool(d.county) and d.county == s.county),
        lambda d: d.county,
        lambda s: s.county,
    )


def _say_tier(pair: Pair, _value: float) -> str:
    return f"{pair.supply.tier}企业"


@feature("资质", +1, _say_tier)
def tier_level(pairs: PairBlock) -> Values:
    """Level of gradient cultivation: 创新型 1/3, 专精特新 2/3, 小巨人 1."""
    return kinship(pairs) * pairs.each_row(
        lambda _d, s: _TIERS.get(s.tier, 0.0), lambda _d: None, lambda s: s.tier
    )


def _say_buyer(pair: Pair, _value: float) -> str:
    return f"拟配套对象写明了{pair.demand.leader}"


@feature("意向", +1, _say_buyer)
def named_buyer(pairs: PairBlock) -> Values:
    """1 when the supplier names this very leader as an intended buyer.

    A short name must stand alone: 华泰 is not 新华泰纺织.
    """
    key = cache(firm_key)

    def named(demand: Demand, supply: Supply) -> float:
        leader = key(demand.leader)
        if len(leader) < _CLEAR:
            return float(
                len(leader) >= 2 and leader in map(key, _NAMES.split(supply.intended_buyers))
            )
        return float(leader in key(supply.intended_buyers))

    return kinship(pairs) * pairs.each_row(named, lambda d: d.leader, lambda s: s.intended_buyers)
