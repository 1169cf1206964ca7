"""本地配套率: how much of what leaders buy comes from here, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.chain.analysis.gaps import need_of
from matcher.chain.graph import ChainGraph
from matcher.chain.known import suppliers_named
from matcher.model import Demand
from matcher.text import firm_key


@dataclass(frozen=True, slots=True)
class LocalRate:
    """本地配套率 of some demands.

    Attributes:
        name: Of the chain or leader.
        demands: How many demands there are.
        local: Demands supplied from here; one that is supplied from here and from elsewhere counts
            for the share of its suppliers that are here.
        elsewhere: The same of elsewhere.
        unknown: Demands of which nobody knows where they are supplied from.
        rate: ``local / (local + elsewhere)``; None where nothing is known.
        by_unit: Unit → yearly quantity from here, and yearly quantity of known place. Quantities of
            different units are not added.
    """

    name: str
    demands: int
    local: float
    elsewhere: float
    unknown: int
    rate: float | None
    by_unit: Mapping[str, tuple[float, float]]


def local_share(chain: ChainGraph, demand: Demand) -> float | None:
    """Share of a demand's present suppliers that are here, 0 to 1; None where it is unknown.

    The suppliers' places where the lists know them count; where they know none of them, what the
    demand says of its source (州内, 山东) does.
    """
    counties = (chain.known.counties.get(firm_key(n), "") for n in suppliers_named(demand))
    places = [chain.prefecture.holds(county) for county in counties]
    known = [place for place in places if place is not None]
    if known:
        return sum(known) / len(known)
    said = chain.prefecture.speaks_of(demand.current_source)
    return None if said is None else float(said)


def local_rates(chain: ChainGraph, by: Callable[[Demand], str]) -> list[LocalRate]:
    """The rate of each group of demands, by its name: ``by`` gives a demand's group. O(demands)."""
    groups: dict[str, list[Demand]] = {}
    for demand in chain.known.demands:
        groups.setdefault(by(demand), []).append(demand)
    return [local_rate(chain, name, groups[name]) for name in sorted(groups)]


def local_rate(chain: ChainGraph, name: str, demands: Iterable[Demand]) -> LocalRate:
    """The rate of some demands. Linear."""
    mine = [(demand, local_share(chain, demand)) for demand in demands]
    known = [(demand, share) for demand, share in mine if share is not None]
    local = sum(share for _, share in known)
    units: dict[str, tuple[float, float]] = {}
    for demand, share in known:
        amount, unit = need_of(demand.annual_quantity, demand.unit)
        if amount is not None and unit:
            here, whole = units.get(unit, (0.0, 0.0))
            units[unit] = here + share * amount, whole + amount
    return LocalRate(
        name, len(mine), local, len(known) - local, len(mine) - len(known),
        local / len(known) if known else None, dict(sorted(units.items())),
    )  # fmt: skip


def over_time(
    chain: ChainGraph, demands: Sequence[Demand] | None = None
) -> list[tuple[str, LocalRate]]:
    """Day of a list → the rate of all demands listed until then, in order of days.

    A demand counts from the day of the list that it stands on now; all demands where none are
    given. Complexity: O(days × demands).
    """
    mine = chain.known.demands if demands is None else demands
    days = {d.demand_id: chain.known.listed_on.get(d.demand_id, "")[:10] for d in mine}
    return [
        (day, local_rate(chain, day, (d for d in mine if days[d.demand_id] <= day)))
        for day in sorted(set(days.values()) - {""})
    ]
