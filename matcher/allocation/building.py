"""Rows and suggestions to an instance: quantities compared, assumptions declared, wishes weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcher.allocation.problem import (
    Candidate,
    DemandNode,
    Exclusion,
    Floor,
    Instance,
    Pair,
    SupplyNode,
)
from matcher.errors import XieshouError
from matcher.model import Demand, Row, Suggestion, Supply
from matcher.quantity import conversion, yearly
from matcher.records import quantity_text
from matcher.text import firm_key, names_firm, number_text

WHOLE = "项"  # the unit of a need of which no number is known


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bureau wants of a plan, in the words of the lists (分配政策).

    Attributes:
        min_probability: Suggestions below it are left out.
        assumed_load: Part of a supply's capacity that a whole need takes where the two cannot be
            compared: a number is missing, or the units measure different things.
        weights: Category of demand or tier of supplier (Chinese label) → factor of value; others 1.
        wish_weight: Factor of value where one side names the other (拟配套对象, 要求, 备注).
        micro_floor: Least part of the needs that goes to firms without a title of 梯度培育.
        county_floors: County of the supplier → least part of the needs.
        pin_share: Part of the need that a pinned pair should have at least.
    """

    min_probability: float = 0.0
    assumed_load: float = 1.0
    weights: Mapping[str, float] = field(default_factory=dict)
    wish_weight: float = 1.0
    micro_floor: float = 0.0
    county_floors: Mapping[str, float] = field(default_factory=dict)
    pin_share: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what can have no meaning.

        Raises:
            XieshouError: A part outside 0 to 1, or a weight below 0.
        """
        parts = {"最低把握": self.min_probability, "小微企业保底": self.micro_floor,
                 "钉住份额": self.pin_share, **self.county_floors}  # fmt: skip
        for name, part in parts.items():
            if not 0 <= part <= 1:
                raise XieshouError(f"{name}是 {part}，应在 0 与 1 之间")
        for name, weight in {"意愿": self.wish_weight, **self.weights}.items():
            if not 0 <= weight < float("inf"):
                raise XieshouError(f"{name}的权重是 {weight}，应是 0 或正数")
        if not 0 < self.assumed_load < float("inf"):
            raise XieshouError(f"假定的占用是 {self.assumed_load}，应大于 0")


@dataclass(frozen=True, slots=True)
class Contract:
    """A yearly quantity that is contracted already (已签约): it needs no plan any more.

    ``unit`` empty: in the demand's unit. A row that is not among those planned counts for the
    other side all the same.
    """

    demand_id: str
    supply_id: str
    quantity: float
    unit: str = ""


def build(  # noqa: PLR0913 -- each is one thing that people decide
    demands: Iterable[Demand],
    supplies: Iterable[Supply],
    suggestions: Iterable[Suggestion],
    policy: Policy | None = None,
    *,
    pins: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    previous: Mapping[Pair, tuple[float, str]] | None = None,
    contracts: Iterable[Contract] = (),
) -> Instance:
    """An instance of rows and what was suggested for them.

    Args:
        demands: Rows; those with a need of 0 are left out.
        supplies: Rows; those that nothing suggests are left out.
        suggestions: Of one run; of a pair that comes twice the more probable one counts.
        policy: Weights, floors and assumptions.
        pins: Pairs that the plan should hold.
        forbidden: Pairs that it must not hold; this wins over a pin.
        previous: Pair → quantity and unit of the plan before.
        contracts: What is contracted already; it lowers need and capacity, and is said.
    """
    building = _Building(demands, supplies, policy or Policy())
    building.sign(contracts)
    return building.instance(suggestions, set(pins), set(forbidden), previous or {})


class _Building:
    """The rows of one instance, their yearly numbers, and what had to be assumed of them."""

    def __init__(
        self, demands: Iterable[Demand], supplies: Iterable[Supply], policy: Policy
    ) -> None:
        self.policy = policy
        self.demands = {row.demand_id: row for row in sorted(demands, key=lambda r: r.demand_id)}
        self.supplies = {row.supply_id: row for row in sorted(supplies, key=lambda r: r.supply_id)}
        self.needs = {name: _certain(row) for name, row in self.demands.items()}
        self.capacities = {name: _certain(row) for name, row in self.supplies.items()}
        self.assumptions: list[str] = []
        self.apart: dict[str, list[str]] = defaultdict(list)
        self.signed: set[str] = set()

    def sign(self, contracts: Iterable[Contract]) -> None:
        """Take what is contracted from needs and capacities."""
        for c in sorted(contracts, key=lambda c: (c.demand_id, c.supply_id)):
            demand, supply = self.demands.get(c.demand_id), self.supplies.get(c.supply_id)
            unit = c.unit or (_unit(demand) if demand else "")
            amount = f"{number_text(round(c.quantity, 6))} {unit}".strip()
            said = []
            for row, amounts, what in (
                (demand, self.needs, "需"),
                (supply, self.capacities, "余产能"),
            ):
                if row is None:
                    continue
                before = amounts[row.row_id]
                factor = 1.0 if unit == _unit(row) else conversion(unit, _unit(row))
                if before is None and row is demand:
                    amounts[row.row_id] = 0.0
                    said.append("需求量不详，按已满足计")
                elif before is None or factor is None:
                    said.append(f"{row.row_id} 的数量不详或单位不能换算，没有扣减")
                else:
                    left = max(0.0, before - c.quantity * factor)
                    amounts[row.row_id] = left = 0.0 if left < before * 1e-6 else left
                    said.append(f"还{what} {number_text(round(left, 6))} {_unit(row)}".strip())
            self.signed |= {c.demand_id, c.supply_id}
            self._say(f"{c.demand_id}–{c.supply_id} 已签约 {amount}：{'，'.join(said)}")

    def instance(
        self,
        suggestions: Iterable[Suggestion],
        pins: set[Pair],
        forbidden: set[Pair],
        previous: Mapping[Pair, tuple[float, str]],
    ) -> Instance:
        best: dict[Pair, Suggestion] = {}
        for s in suggestions:
            pair = s.demand_id, s.supply_id
            if s.demand_id in self.demands and s.supply_id in self.supplies:
                known = best.get(pair)
                best[pair] = s if known is None or s.probability > known.probability else known
        candidates, exclusions = [], []
        for pair, s in sorted(best.items()):
            if self.needs[s.demand_id] == 0:
                continue
            reason = self._excluded(s, pinned=pair in pins, forbidden=pair in forbidden)
            if reason:
                exclusions.append(Exclusion(*pair, reason))
            else:
                candidates.append(self._candidate(s))
        self._declare({c.supply_id for c in candidates})
        kept = {c.pair for c in candidates}
        for demand_id, supply_id in sorted(pins - kept):
            why = "不在撮合建议里，没有把握可言"
            if (demand_id, supply_id) in best:
                why = next((e.reason for e in exclusions if (e.demand_id, e.supply_id) ==
                            (demand_id, supply_id)), "需求量为 0")  # fmt: skip
            self.assumptions.append(f"钉住的 {demand_id}–{supply_id} 没有安排：{why}")
        return Instance(
            demands=tuple(
                self._demand_node(name) for name in self.demands if self.needs[name] != 0
            ),
            supplies=tuple(self._supply_node(n) for n in sorted({c.supply_id for c in candidates})),
            candidates=tuple(candidates),
            pins=dict.fromkeys(sorted(pins & kept), self.policy.pin_share),
            floors=self._floors(),
            previous=self._before(previous, kept),
            exclusions=tuple(exclusions),
            assumptions=tuple(self.assumptions),
        )

    def _excluded(self, s: Suggestion, *, pinned: bool, forbidden: bool) -> str:
        if forbidden:
            return "审核不采纳，或已指明不安排"
        if s.already_supplying:
            return "是这项需求的现有供应商，不作推荐"
        if s.probability < self.policy.min_probability and not pinned:
            return f"把握 {s.probability:.1%}，低于最低把握 {self.policy.min_probability:.1%}"
        if self.capacities[s.supply_id] == 0:
            return "产能已全部签约" if s.supply_id in self.signed else "产能为 0"
        return ""

    def _candidate(self, s: Suggestion) -> Candidate:
        demand, supply = self.demands[s.demand_id], self.supplies[s.supply_id]
        weights = self.policy.weights
        weight = weights.get(demand.category, 1.0) if demand.category else 1.0
        weight *= weights.get(supply.tier, 1.0) if supply.tier else 1.0
        if wished(demand, supply):
            weight *= self.policy.wish_weight
        return Candidate(
            s.demand_id, s.supply_id, s.probability, self._load(demand, supply), weight
        )

    def _load(self, demand: Demand, supply: Supply) -> float:
        """Part of the capacity that the whole need takes; an assumed one is remembered."""
        need, capacity = self.needs[demand.demand_id], self.capacities[supply.supply_id]
        if need is None or capacity is None:
            return self.policy.assumed_load
        factor = conversion(_unit(supply), _unit(demand))
        if factor is None:
            self.apart[demand.demand_id].append(supply.supply_id)
            return self.policy.assumed_load
        return need / (capacity * factor)

    def _demand_node(self, name: str) -> DemandNode:
        row, need = self.demands[name], self.needs[name]
        label = f"{row.leader} {row.product_name}".strip()
        if need is None:
            return DemandNode(name, 1.0, WHOLE, label)
        return DemandNode(name, need, _unit(row), label)

    def _supply_node(self, name: str) -> SupplyNode:
        row, capacity = self.supplies[name], self.capacities[name]
        firm = firm_key(row.enterprise)
        label = f"{row.enterprise} {row.product_name}".strip()
        if capacity is None:
            return SupplyNode(name, 1 / self.policy.assumed_load, WHOLE, firm, label)
        return SupplyNode(name, capacity, _unit(row), firm, label)

    def _floors(self) -> tuple[Floor, ...]:
        groups = {"小微企业（无梯度称号）": (self.policy.micro_floor, [
            name for name, row in self.supplies.items() if not row.tier])}  # fmt: skip
        for county, share in self.policy.county_floors.items():
            groups[county] = share, [n for n, row in self.supplies.items() if row.county == county]
        return tuple(
            Floor(label, frozenset(members), share)
            for label, (share, members) in sorted(groups.items())
            if share > 0
        )

    def _before(
        self, previous: Mapping[Pair, tuple[float, str]], kept: set[Pair]
    ) -> dict[Pair, float]:
        """Parts of needs in the plan before; a quantity in another measure is forgotten."""
        found = {}
        for pair in sorted(kept & previous.keys()):
            quantity, unit = previous[pair]
            node = self._demand_node(pair[0])
            factor = 1.0 if unit == node.unit else conversion(unit, node.unit)
            if factor is not None and quantity > 0:
                found[pair] = min(1.0, quantity * factor / node.quantity)
        return found

    def _declare(self, supplies: set[str]) -> None:
        """Say what was assumed: of demands, of suggested supplies, of units."""
        part = (
            "全部产能"
            if self.policy.assumed_load == 1
            else f"{self.policy.assumed_load:.0%} 的产能"
        )
        for name, row in self.demands.items():
            if self.needs[name] is None:
                self._say(f"需求 {name} 没有写明需求量，按 1 {WHOLE}计，假定它要占用一家供方{part}")
            elif self.needs[name] == 0:
                why = "已由合同满足" if name in self.signed else "的需求量是 0"
                self._say(f"需求 {name} {why}，不作安排")
            else:
                self._say_scaled("需求", row)
        for name in sorted(supplies):
            offer, capacity = self.supplies[name], self.capacities[name]
            if capacity is None:
                times = number_text(round(1 / self.policy.assumed_load, 3))
                self._say(f"供给 {name} 没有写明产能，假定够满足 {times} {WHOLE}需求")
                continue
            self._say_scaled("供给", offer)
            if (several := len(offer.products)) > 1:
                self._say(f"供给 {name} 一行写了 {several} 种产品，共用产能 {quantity_text(offer)}")
        for name, others in sorted(self.apart.items()):
            wanted = _unit(self.demands[name]) or "没有单位"
            said = "、".join(f"{o}（{_unit(self.supplies[o]) or '没有单位'}）" for o in others)
            self._say(
                f"需求 {name}（{wanted}）与供给 {said}的计量单位不能换算，假定满足它要占用每家{part}"
            )

    def _say(self, sentence: str) -> None:
        self.assumptions.append(sentence)

    def _say_scaled(self, what: str, row: Row) -> None:
        quantity, amount = row.quantity, _certain(row)
        assert quantity is not None
        assert amount is not None
        whole = f"{number_text(round(amount, 6))} {_unit(row)}".strip()
        if quantity.period in {"month", "day"}:
            times = "12 个月" if quantity.period == "month" else "365 日"
            self._say(
                f"{what} {row.row_id} 写的是 {quantity_text(row)}，按一年 {times}折算为 {whole}"
            )
        elif quantity.low != quantity.high:
            self._say(f"{what} {row.row_id} 写的是 {quantity_text(row)}，按 {whole}计")


def _certain(row: Row) -> float | None:
    """The certain yearly amount: the lower end, the upper where only that is known."""
    if row.quantity is None:
        return None
    low, high = yearly(row.quantity)
    amount = low if low is not None else high
    return None if amount is None else max(0.0, amount)


def _unit(row: Row) -> str:
    return (row.quantity.unit if row.quantity else "") or row.unit


def wished(demand: Demand, supply: Supply) -> bool:
    """Whether one side names the other: the supply in 拟配套对象, the demand in 要求 or 备注."""
    return names_firm(supply.intended_buyers, demand.leader) or names_firm(
        f"{demand.requirement} {demand.note}", supply.enterprise
    )
