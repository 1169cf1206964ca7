"""A plan: who supplies how much to whom, what stays uncovered, and how good it is (分配方案)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from matcher.allocation.problem import Instance, Pair
from matcher.records import plain_number


@dataclass(frozen=True, slots=True)
class Assignment:
    """A supply's yearly quantity for a demand, in the demand's unit; ``share`` is of the need."""

    demand_id: str
    supply_id: str
    quantity: float
    unit: str
    share: float

    @property
    def pair(self) -> Pair:
        """The two ids."""
        return self.demand_id, self.supply_id


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What remains of a yearly need (断点的数量), in the demand's unit."""

    demand_id: str
    quantity: float
    unit: str
    share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A feasible plan.

    Attributes:
        assignments: By demand and supply id.
        uncovered: By demand id.
        assumptions: What was assumed of the lists, in Chinese.
        value: Expected value: probability × part of the need × weights, added up.
        bound: No plan that is as good in pins, floors, backups and stability has more value.
        proven: Whether ``value`` is within the gap asked for.
        need_price: Demand id → value of its whole need at the margin; zeros left out.
        capacity_price: Supply id → value of its whole capacity once more; zeros left out.
        notes: What could not be kept, in Chinese.
    """

    assignments: tuple[Assignment, ...]
    uncovered: tuple[Uncovered, ...]
    assumptions: tuple[str, ...]
    value: float
    bound: float
    proven: bool = True
    need_price: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    capacity_price: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    @property
    def shares(self) -> dict[Pair, float]:
        """Pair → part of the need."""
        return {each.pair: each.share for each in self.assignments}

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a part of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    def record(self) -> dict[str, Any]:
        """The plan as plain data for JSON."""
        return {
            "assignments": [
                {
                    "demand_id": a.demand_id,
                    "supply_id": a.supply_id,
                    "quantity": plain_number(a.quantity),
                    "unit": a.unit,
                }
                for a in self.assignments
            ],
            "uncovered": [
                {"demand_id": u.demand_id, "quantity": plain_number(u.quantity), "unit": u.unit}
                for u in self.uncovered
            ],
            "assumptions": list(self.assumptions),
            "value": round(self.value, 6),
            "bound": round(self.bound, 6),
        }


_ALMOST = 1e-8  # relative: what a solver leaves beside a whole number


def _written(quantity: float) -> float:
    """A quantity without the solver's noise: to a thousandth where it is near one, else cut."""
    whole = round(quantity, 3)
    if whole > 0 and abs(quantity - whole) <= _ALMOST * max(1.0, quantity):
        return whole
    cut = float(f"{quantity:.9g}")
    return cut if cut <= quantity else float(f"{quantity * (1 - 1e-9):.9g}")


def assigned(instance: Instance, shares: Mapping[Pair, float]) -> tuple[Assignment, ...]:
    """Parts of needs as quantities; what is written is what counts from here on."""
    needs = {d.demand_id: d for d in instance.demands}
    found = []
    for (demand_id, supply_id), share in sorted(shares.items()):
        demand = needs[demand_id]
        quantity = _written(share * demand.quantity)
        if quantity > 0:
            part = quantity / demand.quantity
            found.append(Assignment(demand_id, supply_id, quantity, demand.unit, part))
    return tuple(found)


def uncovered(instance: Instance, assignments: tuple[Assignment, ...]) -> tuple[Uncovered, ...]:
    """What remains of each need; less than a millionth of it is nothing."""
    given: dict[str, float] = {}
    for each in assignments:
        given[each.demand_id] = given.get(each.demand_id, 0.0) + each.quantity
    rest = []
    for demand in sorted(instance.demands, key=lambda d: d.demand_id):
        left = demand.quantity - given.get(demand.demand_id, 0.0)
        if left > demand.quantity * 1e-6:
            quantity = _written(left)
            share = quantity / demand.quantity
            rest.append(Uncovered(demand.demand_id, quantity, demand.unit, share))
    return tuple(rest)
