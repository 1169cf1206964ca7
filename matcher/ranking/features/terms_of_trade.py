"""规格, 标准, 数量, 区位, 资质 and 意向: can this firm deliver what this buyer needs?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.model import Demand, Supply
from matcher.quantity import conversion, coverage
from matcher.ranking.features.base import Pair, PairBlock, Values, feature
from matcher.terms import Agreement, Attribute, Terms, compare_all, compare_group, group_by_name
from matcher.text import firm_key, number_text

_TIERS = {"创新型": 1 / 3, "专精特新": 2 / 3, "小巨人": 1.0}


def _count(pair: Pair, agreement: Agreement) -> list[str]:
    return [
        f"{c.name} 要 {c.wanted}，供 {c.offered}" if agreement is not Agreement.EQUAL else c.wanted
        for c in compare_all(pair.wanted.attributes, pair.offered.attributes)
        if c.agreement is agreement
    ]


def _spec_counts(pairs: PairBlock) -> NDArray[np.float64]:
    """Attributes that are equal, compatible and conflicting, and those stated: (pairs, 4).

    Computed once for the three features that need it; identical specifications are compared once.
    """
    if "spec" not in pairs.memo:
        left = _Specs(pairs.demands.terms, pairs.d)
        right = _Specs(pairs.supplies.terms, pairs.s)
        counts = np.zeros((len(pairs), 4))
        key = left.of * len(right.groups) + right.of
        unique, inverse = np.unique(key, return_inverse=True)
        table = np.array(
            [
                _count_pair(
                    left.groups[k // len(right.groups)], right.groups[k % len(right.groups)]
                )
                for k in unique
            ]
        ).reshape(-1, 4)
        counts = table[inverse]
        pairs.memo["spec"] = counts
    return pairs.memo["spec"]


class _Specs:
    """The distinct specifications of one side of a block."""

    def __init__(self, terms: Sequence[Terms], index: NDArray[np.int64]) -> None:
        place: dict[tuple[Attribute, ...], int] = {}
        of_product: dict[int, int] = {}
        for i in np.unique(index):
            attributes = terms[i].attributes
            of_product[int(i)] = place.setdefault(attributes, len(place))
        self.groups = [group_by_name(attributes) for attributes in place]
        table = np.zeros(int(index.max(initial=-1)) + 1, dtype=np.int64)
        table[list(of_product)] = list(of_product.values())
        self.of = table[index]


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
    return counts[:, 0] / np.maximum(counts[:, 3], 1.0)


def _say_compatible(pair: Pair, _value: float) -> str:
    return f"规格相容：{'；'.join(_count(pair, Agreement.COMPATIBLE))}"


@feature("规格", +1, _say_compatible)
def spec_compatible(pairs: PairBlock) -> Values:
    """Share of the demand's typed attributes that the supply can meet (ranges that overlap)."""
    counts = _spec_counts(pairs)
    return counts[:, 1] / np.maximum(counts[:, 3], 1.0)


def _say_conflict(pair: Pair, _value: float) -> str:
    return f"规格不符：{'；'.join(_count(pair, Agreement.CONFLICT))}"


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
    return pairs.each(lambda w, o: float(bool(set(w.standards) & set(o.standards))))


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
        )
    )


def _say_capacity(pair: Pair, value: float) -> str:
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
    """How far the capacity falls short: −log10 of the share covered, 0 when enough, at most 2."""

    def short(demand: Demand, supply: Supply) -> float:
        share = coverage(supply.annual_capacity, demand.annual_quantity)
        if share is None or share >= 1.0:
            return 0.0
        return min(2.0, -math.log10(share)) if share > 0 else 2.0

    return pairs.each_row(short)


@feature("数量", +1, _say_capacity)
def capacity_enough(pairs: PairBlock) -> Values:
    """1 when the yearly capacity, unit converted, covers at least 80% of the yearly need."""

    def enough(demand: Demand, supply: Supply) -> float:
        share = coverage(supply.annual_capacity, demand.annual_quantity)
        return float(share is not None and share >= 0.8)

    return pairs.each_row(enough)


def _say_unit(pair: Pair, _value: float) -> str:
    return f"计量单位不能换算：要 {pair.demand.unit}，供 {pair.supply.unit}"


@feature("数量", -1, _say_unit)
def unit_conflict(pairs: PairBlock) -> Values:
    """1 when both name a unit and the units measure different things (吨 and 条)."""

    def conflict(demand: Demand, supply: Supply) -> float:
        if not demand.unit or not supply.unit:
            return 0.0
        return float(conversion(supply.unit, demand.unit) is None)

    return pairs.each_row(conflict)


def _say_county(pair: Pair, _value: float) -> str:
    return f"同在{pair.demand.county}"


@feature("区位", +1, _say_county)
def same_county(pairs: PairBlock) -> Values:
    """1 when buyer and supplier are in the same county or city."""
    return pairs.each_row(lambda d, s: float(bool(d.county) and d.county == s.county))


def _say_tier(pair: Pair, _value: float) -> str:
    return f"{pair.supply.tier}企业"


@feature("资质", +1, _say_tier)
def tier_level(pairs: PairBlock) -> Values:
    """Level of gradient cultivation: 创新型 1/3, 专精特新 2/3, 小巨人 1."""
    return pairs.each_row(lambda _d, s: _TIERS.get(s.tier, 0.0))


def _say_buyer(pair: Pair, _value: float) -> str:
    return f"拟配套对象写明了{pair.demand.leader}"


@feature("意向", +1, _say_buyer)
def named_buyer(pairs: PairBlock) -> Values:
    """1 when the supplier names this very leader as an intended buyer."""

    def named(demand: Demand, supply: Supply) -> float:
        leader = firm_key(demand.leader)
        return float(len(leader) >= 2 and leader in firm_key(supply.intended_buyers))

    return pairs.each_row(named)
