"""Whether a plan keeps every rule: written apart from the solvers, run on every result."""

from __future__ import annotations

import math
from collections import defaultdict

from matcher.allocation.plan import Plan
from matcher.allocation.problem import Instance, Options

_SLACK = 1e-6  # relative


def violations(instance: Instance, options: Options, plan: Plan) -> list[str]:
    """Every rule that a plan breaks, in Chinese; empty for a feasible plan.

    Checked are: known and distinct pairs, quantities above nothing, needs, capacities, firms of a
    demand, lots, exposure, the remainders, and the value. Pins, floors, backups and stability have
    a price and break nothing.
    """
    demands = {d.demand_id: d for d in instance.demands}
    supplies = {s.supply_id: s for s in instance.supplies}
    candidates = {c.pair: c for c in instance.candidates}
    found: list[str] = []
    covered: dict[str, float] = defaultdict(float)
    used: dict[str, float] = defaultdict(float)
    links: dict[tuple[str, str], float] = defaultdict(float)
    value, seen = 0.0, set()
    for a in plan.assignments:
        candidate = candidates.get(a.pair)
        if candidate is None or a.pair in seen:
            found.append(f"{a.demand_id}–{a.supply_id} 不在可选的供需对里，或重复出现")
            continue
        seen.add(a.pair)
        demand, supply = demands[a.demand_id], supplies[a.supply_id]
        if not (math.isfinite(a.quantity) and a.quantity > 0):
            found.append(f"{a.demand_id}–{a.supply_id} 的数量 {a.quantity} 不是正数")
            continue
        if a.unit != demand.unit or not math.isclose(a.share * demand.quantity, a.quantity):
            found.append(f"{a.demand_id}–{a.supply_id} 的数量与份额或单位不一致")
        share = a.quantity / demand.quantity
        covered[a.demand_id] += share
        used[a.supply_id] += share * candidate.load
        links[a.demand_id, supply.firm or f"\0{a.supply_id}"] += share
        value += candidate.value * share
    found += [f"{d} 安排了需求量的 {c:.4%}" for d, c in covered.items() if c > 1 + _SLACK]
    found += [f"{s} 安排了产能的 {u:.4%}" for s, u in used.items() if u > 1 + _SLACK]
    found += _counts(options, links)
    remaining = {u.demand_id: u.share for u in plan.uncovered}
    for demand_id in demands:
        if abs(1 - covered[demand_id] - remaining.get(demand_id, 0.0)) > 2 * _SLACK:
            found.append(f"{demand_id} 已安排的与剩余的相加不等于需求量")
    if not math.isclose(value, plan.value, rel_tol=_SLACK, abs_tol=_SLACK):
        found.append(f"方案价值应为 {value}，写的是 {plan.value}")
    if plan.bound < plan.value - _SLACK * max(1.0, plan.value):
        found.append(f"方案价值 {plan.value} 超过上界 {plan.bound}")
    return found


def _counts(options: Options, links: dict[tuple[str, str], float]) -> list[str]:
    """Firms of a demand, demands of a firm, lots."""
    found = []
    firms: dict[str, int] = defaultdict(int)
    shown: dict[str, int] = defaultdict(int)
    for (demand_id, firm), share in links.items():
        firms[demand_id] += 1
        shown[firm] += 1
        if share < options.lot * (1 - 10 * _SLACK):
            found.append(f"{demand_id} 由 {firm} 供应 {share:.4%}，不到起订份额")
    if options.max_suppliers is not None:
        found += [f"{d} 有 {n} 家供方" for d, n in firms.items() if n > options.max_suppliers]
    if options.exposure is not None:
        found += [f"{f} 被推荐 {n} 次" for f, n in shown.items() if n > options.exposure]
    return found
