"""A demand and a supply side by side, row by row, as a reviewer compares them (逐项对照).

What stands here follows from the two rows alone, not from a score: it may be shown where the score
is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.model import Demand, Supply
from matcher.quantity import coverage
from matcher.records import quantity_text
from matcher.terms import (
    Agreement,
    Attribute,
    analyse,
    compare_editions,
    compare_group,
    group_by_name,
    lexicon,
    spec_of,
    understood,
)
from matcher.text import as_written, names_firm, number_text

_ORDER = (Agreement.CONFLICT, Agreement.UNKNOWN, Agreement.COMPATIBLE, Agreement.EQUAL)
_ENOUGH = 1.0  # share of the need that a capacity has to cover


@dataclass(frozen=True, slots=True)
class Aligned:
    """One line of the comparison.

    Attributes:
        name: What is compared: 产品, 标准, 数量, 县市, 资质, 有效期, 意向, else an attribute's name.
        wanted: What the demand says; empty where it says nothing.
        offered: What the supply says; empty where it says nothing.
        agreement: How they stand to each other; unknown where one says nothing.
        share: Of 数量: the share of the yearly need that the capacity covers.
        of_spec: Whether it is an attribute of the specification.
    """

    name: str
    wanted: str
    offered: str
    agreement: Agreement
    share: float | None = None
    of_spec: bool = False


def align(
    demand: Demand,
    supply: Supply,
    on: dt.date,
    *,
    demand_product: str = "",
    supply_product: str = "",
) -> list[Aligned]:
    """Both rows line by line: the product first, then conflicts, what is missing, what agrees.

    Args:
        demand: What is wanted.
        supply: What is offered.
        on: The day on which it is asked whether the rows are still valid.
        demand_product: Which product of the demand, where its cell holds several.
        supply_product: Which product of the supply.
    """
    names = demand_product or demand.product_name, supply_product or supply.product_name
    product = Aligned("产品", *names, _same_thing(*names))
    others = [*_specs(demand, supply, *names), *_trade(demand, supply, on)]
    others.sort(key=lambda line: _ORDER.index(line.agreement))  # stable: else as written
    return [product, *others]


def _same_thing(wanted: str, offered: str) -> Agreement:
    """Equal for one name or synonyms, compatible for one kind of thing or a kind of the other."""
    mine, theirs = understood(wanted), understood(offered)
    if (mine.concept and mine.concept == theirs.concept) or mine.usual == theirs.usual:
        return Agreement.EQUAL
    known = lexicon()
    one, other = mine.thing, theirs.thing
    if one == other or one in known.ancestors(other) or other in known.ancestors(one):
        return Agreement.COMPATIBLE
    if mine.head and mine.head == theirs.head:
        return Agreement.COMPATIBLE
    return Agreement.CONFLICT if one in known and other in known else Agreement.UNKNOWN


def _specs(
    demand: Demand, supply: Supply, wanted_name: str, offered_name: str
) -> Iterator[Aligned]:
    wanted = analyse(wanted_name, spec_of(demand), demand.standard)
    offered = analyse(offered_name, spec_of(supply), supply.standard)
    mine, theirs = group_by_name(wanted.attributes), group_by_name(offered.attributes)
    for name in dict.fromkeys([*mine, *theirs]):
        left, right = mine.get(name, ()), theirs.get(name, ())
        agreement = compare_group(left, right) if left and right else Agreement.UNKNOWN
        yield Aligned(
            name.removesuffix("%"), _written(left, demand), _written(right, supply), agreement,
            of_spec=True,
        )  # fmt: skip
    if not mine and not theirs and (demand.spec or supply.spec):
        yield Aligned("规格", demand.spec, supply.spec, Agreement.UNKNOWN, of_spec=True)
    if wanted.editions or offered.editions:
        agreement = compare_editions(wanted.editions, offered.editions)
        sides = (demand.standard or _editions(wanted.editions),
                 supply.standard or _editions(offered.editions))  # fmt: skip
        yield Aligned("标准", *sides, agreement)


def _editions(editions: tuple[tuple[str, str], ...]) -> str:
    return "、".join(f"{number}-{year}" if year else number for number, year in editions).upper()


def _written(values: tuple[Attribute, ...], row: Demand | Supply) -> str:
    said = f"{row.product_name};{spec_of(row)};{row.standard}"
    return "、".join(dict.fromkeys(as_written(value.text, said) for value in values))


def _trade(demand: Demand, supply: Supply, on: dt.date) -> Iterator[Aligned]:
    share = coverage(supply.annual_capacity, demand.annual_quantity)
    need, capacity = quantity_text(demand), quantity_text(supply)
    if need or capacity:
        enough = share is not None and share >= _ENOUGH
        agreement = (
            Agreement.UNKNOWN if share is None
            else Agreement.COMPATIBLE if enough else Agreement.CONFLICT
        )  # fmt: skip
        yield Aligned("数量", need, capacity, agreement, share)
    if demand.county or supply.county:
        near = Agreement.EQUAL if demand.county == supply.county else Agreement.COMPATIBLE
        both = demand.county and supply.county
        yield Aligned("县市", demand.county, supply.county, near if both else Agreement.UNKNOWN)
    held = "、".join(filter(None, (supply.tier, supply.certificates)))
    if demand.requirement or held:  # what is asked in words, a person has to compare
        agreement = Agreement.UNKNOWN if demand.requirement else Agreement.COMPATIBLE
        yield Aligned("资质", demand.requirement, held, agreement)
    if demand.valid_until or supply.valid_until:
        today = on.isoformat()
        ends = [end for end in (demand.valid_until, supply.valid_until) if end]
        over = any(end < today for end in ends)
        yield Aligned(
            "有效期", demand.valid_until, supply.valid_until,
            Agreement.CONFLICT if over else Agreement.COMPATIBLE,
        )  # fmt: skip
    if supply.intended_buyers:
        meant = demand.leader and names_firm(supply.intended_buyers, demand.leader)
        yield Aligned(
            "意向", demand.leader, supply.intended_buyers,
            Agreement.EQUAL if meant else Agreement.UNKNOWN,
        )  # fmt: skip


def share_text(share: float) -> str:
    """A share of a need as a short figure: ``1.7 倍`` or ``35%``."""
    return f"{number_text(round(share, 1))} 倍" if share >= _ENOUGH else f"{share:.0%}"
