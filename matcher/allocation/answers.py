"""What people ask of a plan: who supplies me, to whom do I supply, and why not this pair."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from matcher.allocation.graph import TINY
from matcher.allocation.plan import Assignment, Plan
from matcher.allocation.problem import Candidate, Instance, Options, Pair
from matcher.records import plain_number
from matcher.text import number_text

_SHOWN = 3  # names in one sentence


@dataclass(frozen=True, slots=True)
class Successor:
    """Who could take over where a supplier drops out (后备); ``supply_id`` is empty for nobody."""

    dropped: str
    supply_id: str
    quantity: float


@dataclass(frozen=True, slots=True)
class DemandAnswer:
    """Who supplies a demand, how much is covered and what remains, in the demand's unit."""

    demand_id: str
    quantity: float
    unit: str
    covered: float
    remaining: float
    suppliers: tuple[Assignment, ...]
    successors: tuple[Successor, ...]

    def record(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "demand_id": self.demand_id,
            "quantity": plain_number(self.quantity),
            "unit": self.unit,
            "covered_share": round(self.covered, 6),
            "remaining": plain_number(self.remaining),
            "suppliers": [
                {"supply_id": a.supply_id, "quantity": plain_number(a.quantity),
                 "share": round(a.share, 6), "next_best": n.supply_id or None,
                 "next_best_quantity": plain_number(n.quantity)}
                for a, n in zip(self.suppliers, self.successors, strict=True)
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SupplyAnswer:
    """What a supply's capacity is used for, in the supply's unit.

    ``price`` is the value that one more unit of capacity would add, as far as it reaches.
    """

    supply_id: str
    capacity: float
    unit: str
    used: float
    left: float
    buyers: tuple[tuple[str, float], ...]
    price: float

    def record(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "supply_id": self.supply_id,
            "capacity": plain_number(self.capacity),
            "unit": self.unit,
            "used": plain_number(self.used),
            "left": plain_number(self.left),
            "buyers": [{"demand_id": d, "quantity": plain_number(q)} for d, q in self.buyers],
            "price": float(f"{self.price:.6g}"),
        }


class Answers:
    """Answers about one plan of one instance under its options."""

    def __init__(self, instance: Instance, options: Options, plan: Plan) -> None:
        self.instance, self.options, self.plan = instance, options, plan
        self.demands = {d.demand_id: d for d in instance.demands}
        self.supplies = {s.supply_id: s for s in instance.supplies}
        self.candidates = {c.pair: c for c in instance.candidates}
        self._excluded = {(e.demand_id, e.supply_id): e.reason for e in instance.exclusions}
        self._of_demand: dict[str, list[Candidate]] = defaultdict(list)
        for c in sorted(instance.candidates, key=lambda c: (-c.value, c.supply_id)):
            self._of_demand[c.demand_id].append(c)
        self._given: dict[str, list[Assignment]] = defaultdict(list)
        self._sold: dict[str, list[Assignment]] = defaultdict(list)
        self._used: dict[str, float] = defaultdict(float)
        self._shown: dict[str, set[str]] = defaultdict(set)
        for a in plan.assignments:
            self._given[a.demand_id].append(a)
            self._sold[a.supply_id].append(a)
            self._used[a.supply_id] += a.share * self.candidates[a.pair].load
            self._shown[self._firm(a.supply_id)].add(a.demand_id)
        self._shares = plan.shares
        self._rest = {u.demand_id: u for u in plan.uncovered}

    def _firm(self, supply_id: str) -> str:
        return self.supplies[supply_id].firm or f"\0{supply_id}"

    def demand(self, demand_id: str) -> DemandAnswer:
        """Who supplies a demand; the suppliers with the greatest part first."""
        node, rest = self.demands[demand_id], self._rest.get(demand_id)
        given = sorted(self._given[demand_id], key=lambda a: (-a.share, a.supply_id))
        return DemandAnswer(
            demand_id, node.quantity, node.unit, sum(a.share for a in given),
            rest.quantity if rest else 0.0, tuple(given), tuple(map(self._successor, given)),
        )  # fmt: skip

    def _successor(self, dropped: Assignment) -> Successor:
        """The candidate whose free capacity replaces most value of an assignment."""
        quantity = self.demands[dropped.demand_id].quantity
        best, most, part = "", 0.0, 0.0
        for c in self._of_demand[dropped.demand_id]:
            if self._firm(c.supply_id) == self._firm(dropped.supply_id):
                continue
            firm = self._shown[self._firm(c.supply_id)]
            limit = self.options.exposure
            if limit is not None and c.demand_id not in firm and len(firm) >= limit:
                continue
            free = min(dropped.share, max(0.0, 1 - self._used[c.supply_id]) / c.load)
            if free < max(TINY, self.options.lot if c.pair not in self._shares else 0.0):
                continue
            if c.value * free > most:
                best, most, part = c.supply_id, c.value * free, free
        return Successor(dropped.supply_id, best, float(f"{part * quantity:.9g}"))

    def supply(self, supply_id: str) -> SupplyAnswer:
        """To whom a supply goes, the greatest quantity first."""
        node = self.supplies[supply_id]
        buyers = [
            (a.demand_id, float(f"{a.share * self.candidates[a.pair].load * node.capacity:.9g}"))
            for a in self._sold[supply_id]
        ]
        used = min(1.0, self._used[supply_id]) * node.capacity
        worth = self.plan.capacity_price.get(supply_id, 0.0)
        return SupplyAnswer(
            supply_id, node.capacity, node.unit, float(f"{used:.9g}"),
            float(f"{node.capacity - used:.9g}"),
            tuple(sorted(buyers, key=lambda b: (-b[1], b[0]))),
            worth / node.capacity if node.capacity else 0.0,
        )  # fmt: skip

    def why(self, pair: Pair) -> str:
        """Why a pair is in the plan with just so much, or what keeps it out, in Chinese."""
        if pair in self._excluded:
            return f"没有安排：{self._excluded[pair]}"
        candidate = self.candidates.get(pair)
        if candidate is None:
            return "没有安排：不在撮合建议里"
        if not self.supplies[pair[1]].capacity:
            return "没有安排：产能为 0"
        binding = self._binding(candidate)
        share = self._shares.get(pair, 0.0)
        if share:
            demand = self.demands[pair[0]]
            amount = f"{number_text(share * demand.quantity)} {demand.unit}".strip()
            limits = f"；{'；'.join(binding)}" if share < 1 - TINY and binding else ""
            return f"已安排 {amount}，占需求的 {share:.1%}{limits}"
        return f"没有安排：{'；'.join(binding) or self._otherwise(candidate)}"

    def loss(self, pair: Pair) -> float:
        """Value that the plan loses for each whole need moved to a pair, by shadow prices.

        Prices of need and capacity less the pair's own value; 0 for a pair in the plan.
        """
        candidate = self.candidates[pair]
        need = self.plan.need_price.get(pair[0], 0.0)
        capacity = self.plan.capacity_price.get(pair[1], 0.0) * candidate.load
        known = self.plan.need_price or self.plan.capacity_price
        return max(0.0, need + capacity - candidate.value) if known else 0.0

    def _binding(self, candidate: Candidate) -> list[str]:
        """The rules that are used up at a pair, those with the greatest shadow price first."""
        demand_id, supply_id = candidate.pair
        found: list[tuple[float, str]] = []
        others = [a for a in self._sold[supply_id] if a.demand_id != demand_id]
        price = self.plan.capacity_price.get(supply_id, 0.0) * candidate.load
        if self._used[supply_id] >= 1 - 10 * TINY:
            to = _listed([a.demand_id for a in others])
            found.append((price, f"该企业产能已分配给 {to}" if others else "该企业产能已全部用上"))
        givers = [a for a in self._given[demand_id] if a.supply_id != supply_id]
        if demand_id not in self._rest:
            by = _listed([f"{a.supply_id}" for a in givers])
            need = self.plan.need_price.get(demand_id, 0.0)
            found.append((need, f"需求已由 {by} 满足" if givers else "需求已全部满足"))
        new = candidate.pair not in self._shares
        found += [(0.0, text) for text in (self._counted(candidate) if new else [])]
        return [text for _, text in sorted(found, key=lambda f: -f[0])]

    def _counted(self, candidate: Candidate) -> list[str]:
        demand_id, supply_id = candidate.pair
        found, firm, options = [], self._firm(supply_id), self.options
        firms = {self._firm(a.supply_id) for a in self._given[demand_id]}
        if options.max_suppliers is not None and len(firms - {firm}) >= options.max_suppliers:
            found.append(f"这项需求已有 {len(firms)} 家供方，到了上限")
        shown = self._shown[firm] - {demand_id}
        if options.exposure is not None and len(shown) >= options.exposure:
            found.append(f"该企业已推荐给 {_listed(sorted(shown))}，到了推荐次数上限")
        return found

    def _otherwise(self, candidate: Candidate) -> str:
        demand_id, supply_id = candidate.pair
        free = max(0.0, 1 - self._used[supply_id]) / candidate.load
        rest = self._rest[demand_id].share if demand_id in self._rest else 0.0
        if min(free, rest) < self.options.lot:
            return f"剩余的产能或需求只有需求的 {min(free, rest):.1%}，不到起订份额 {self.options.lot:.0%}"
        if candidate.value <= 0:
            return "把握或权重为 0"
        return "选它会占用推荐名额，或求解到时限还没有安排"


def _listed(names: list[str]) -> str:
    said = "、".join(names[:_SHOWN])
    return f"{said} 等 {len(names)} 处" if len(names) > _SHOWN else said
