"""An instance in, the best feasible plan out: components, linear programmes, rounding, search."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.checking import violations
from matcher.allocation.flow import min_cost_flow
from matcher.allocation.graph import Floats, Graph, Ints, Sorted, sort
from matcher.allocation.greedy import greedy, loose_bound, objective, repaired
from matcher.allocation.plan import Plan, assigned, uncovered
from matcher.allocation.problem import Instance, Options, Pair
from matcher.allocation.programme import Programme, Solution

Links = NDArray[np.bool_]  # of each link whether it may be used
_POLISH = 5.0  # seconds beyond the limit in which a plan that was found is made exact
_ROUNDS = 12  # linear programmes in one rounding
_FLOW = 50_000  # pairs up to which the network simplex, in Python, is worth waiting for
_PRICED = 1e-7  # below it a price is a solver's noise


def solve(instance: Instance, options: Options | None = None) -> Plan:
    """The plan of greatest value that keeps every rule.

    There always is one: pins, floors, backups and stability have a price and are never demanded,
    and a plan without assignments keeps the rest. Up to the time limit the same instance, in
    whatever order, gives the same plan.

    Args:
        instance: The problem, see :mod:`matcher.allocation.building`.
        options: The rules.
    """
    options = options or Options()
    until = time.monotonic() + options.time_limit
    ordered = sort(instance, options)
    graph = ordered.graph
    found = _apart(graph, options, graph.blocks(options), until)
    plan = _plan(instance, options, ordered, found.share, found.bound)
    plan = replace(
        plan,
        need_price=_priced(ordered.demand_ids, found.need_price),
        capacity_price=_priced(ordered.supply_ids, found.capacity_price),
    )
    if wrong := violations(instance, options, plan):
        raise AssertionError(f"the plan breaks its rules: {wrong[:3]}")
    return plan


def _priced(ids: tuple[str, ...], price: Floats) -> Mapping[str, float]:
    places = np.flatnonzero(price > _PRICED).tolist()
    return {ids[place]: round(float(price[place]), 9) for place in places}


def _plan(
    instance: Instance, options: Options, ordered: Sorted, share: Floats, bound: float
) -> Plan:
    graph = ordered.graph
    traded = np.flatnonzero(share > 0).tolist()
    shares: dict[Pair, float] = {}
    for pair in traded:
        ids = ordered.demand_ids[graph.demand[pair]], ordered.supply_ids[graph.supply[pair]]
        shares[ids] = float(share[pair])
    assignments = assigned(instance, shares)
    values = {c.pair: c.value for c in instance.candidates}
    value = sum(values[a.pair] * a.share for a in assignments)
    # What pins, floors, backups and stability add is the same on both sides of the comparison.
    besides = objective(graph, options, share) - float(graph.value @ share)
    bound = max(value, bound - besides)
    written = {a.pair: a.share for a in assignments}
    return Plan(
        assignments=assignments,
        uncovered=uncovered(instance, assignments),
        assumptions=instance.assumptions,
        value=value,
        bound=bound,
        proven=bound - value <= max(options.gap, 1e-6) * max(value, 1e-6),
        notes=_notes(instance, written),
    )


def _notes(instance: Instance, shares: Mapping[Pair, float]) -> tuple[str, ...]:
    """What pins and floors fall short, in Chinese."""
    notes = []
    for pair, wanted in sorted(instance.pins.items()):
        got = shares.get(pair, 0.0)
        if got < wanted * (1 - 1e-5):
            notes.append(
                f"钉住的 {pair[0]}–{pair[1]} 应占需求的 {wanted:.1%}，只能安排 {got:.1%}，"
                "请看这一对的说明，或改钉别的供方"
            )
    reachable = len({c.demand_id for c in instance.candidates})
    for floor in sorted(instance.floors, key=lambda f: f.label):
        got = sum(share for (_, supply_id), share in shares.items() if supply_id in floor.supplies)
        if got < floor.share * reachable * (1 - 1e-5):
            notes.append(
                f"{floor.label}保底 {floor.share:.1%}，只做到 {got / reachable:.1%}，"
                "这些企业的建议或产能不够"
            )
    return tuple(notes)


def _solved(graph: Graph, options: Options, seconds: float) -> Solution:
    """The best plan of a graph within the gap, or the best one found in time."""
    until = time.monotonic() + seconds
    programme = Programme(graph, options, whole=options.integer)
    relaxed = programme.relaxed(seconds)
    if relaxed is None:
        return _without_solver(graph, options, in_time=time.monotonic() < until)
    if not options.integer:
        return replace(relaxed, share=repaired(graph, options, relaxed.share))
    best = _rounded(graph, options, relaxed, until)
    best = _better(graph, options, best, repaired(graph, options, greedy(graph, options)))
    if _missing(graph, options, best.share, relaxed.bound) <= 0:
        return replace(best, bound=relaxed.bound)
    blocks = list(graph.blocks(options, size=0))
    if len(blocks) > 1:
        return _apart(graph, options, blocks, until)
    worth = float(graph.value @ best.share)
    gap = options.gap * worth / max(1e-9, abs(objective(graph, options, best.share)))
    whole = programme.whole(until - time.monotonic(), gap)
    if whole is None:
        return replace(best, bound=relaxed.bound)
    found = _polished(graph, options, whole, until)
    if objective(graph, options, found.share) <= objective(graph, options, best.share):
        found = best
    return replace(found, bound=min(relaxed.bound, whole.bound))


def _missing(graph: Graph, options: Options, share: Floats, bound: float) -> float:
    """By how much a plan is further from the bound than the gap allows."""
    allowed = max(options.gap, 1e-9) * float(graph.value @ share)
    return bound - objective(graph, options, share) - allowed


def _apart(graph: Graph, options: Options, blocks: Iterable[Ints], until: float) -> Solution:
    """Each block of pairs by itself, with its part of the time that is left, put together again."""
    share = np.zeros(len(graph))
    need_price, capacity_price = np.zeros(graph.demands), np.zeros(graph.supplies)
    bound, left = 0.0, len(graph)
    for pairs in blocks:
        seconds = max(0.0, until - time.monotonic()) * len(pairs) / left
        found = _solved(graph.part(pairs), options, seconds)
        left -= len(pairs)
        share[pairs] = found.share
        bound += found.bound
        if len(found.need_price):
            need_price[np.unique(graph.demand[pairs])] = found.need_price
            capacity_price[np.unique(graph.supply[pairs])] = found.capacity_price
    return Solution(share, np.zeros(0), bound, need_price, capacity_price)


def _without_solver(graph: Graph, options: Options, *, in_time: bool) -> Solution:
    """What can be had where HiGHS gives no answer."""
    flow = min_cost_flow(graph, options) if in_time and len(graph) <= _FLOW else None
    share = repaired(graph, options, greedy(graph, options) if flow is None else flow)
    bound = loose_bound(graph, options) if flow is None else objective(graph, options, flow)
    nothing = np.zeros(0)
    return Solution(share, nothing, bound, nothing, nothing)


def _better(graph: Graph, options: Options, one: Solution, other: Floats) -> Solution:
    if objective(graph, options, other) > objective(graph, options, one.share):
        return replace(one, share=other)
    return one


def _rounded(graph: Graph, options: Options, relaxed: Solution, until: float) -> Solution:
    """A whole plan near a relaxed one: firms are chosen, and those below the lot dropped."""
    active = _allowed(graph, options, graph.of_links(relaxed.share))
    best = replace(relaxed, share=np.zeros(len(graph)))
    nothing = np.zeros(len(active))
    for _ in range(_ROUNDS):
        found = _on_links(graph, options, active, nothing, until)
        if found is None:
            return best
        best = _better(graph, options, found, best.share)
        given = graph.of_links(found.share)
        short = active & (given < options.lot * (1 - 1e-6))
        if not short.any():
            return best
        # Of a demand the least one is dropped first: what it had may lift another above the lot.
        order = np.lexsort((given, graph.link_demand))
        order = order[short[order]]
        first = np.unique(graph.link_demand[order], return_index=True)[1]
        active = active.copy()
        active[order[first]] = False
    active &= ~short
    found = _on_links(graph, options, active, nothing, until)
    return best if found is None else _better(graph, options, found, best.share)


def _allowed(graph: Graph, options: Options, given: Floats) -> Links:
    """Links such that no demand has too many firms and no firm too many demands, greatest first."""
    pinned = np.zeros(len(given))
    worth = np.zeros(len(given))
    np.maximum.at(pinned, graph.link, graph.pinned)
    np.maximum.at(worth, graph.link, graph.value)
    active = np.ones(len(given), dtype=bool)
    for most, owner in (
        (options.exposure, graph.link_firm),
        (options.max_suppliers, graph.link_demand),
    ):
        if most is not None:
            order = np.lexsort((-worth, -given, -pinned, ~active, owner))
            place = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
            active[order[place >= most]] = False
    return active


def _on_links(
    graph: Graph, options: Options, active: Links, least: Floats, until: float
) -> Solution | None:
    """The linear programme over the pairs of some links; prices are of what these could do."""
    pairs = np.flatnonzero(active[graph.link])
    if not len(pairs):
        nothing = np.zeros(0)
        return Solution(np.zeros(len(graph)), nothing, 0.0, nothing, nothing)
    part = graph.part(pairs)
    links = np.unique(graph.link[pairs])
    if options.backups and not least.any():
        part = _backed(part, options)
    programme = Programme(part, options, whole=False, least=least[links])
    found = programme.relaxed(until - time.monotonic())
    if found is None:
        return None
    share = np.zeros(len(graph))
    share[pairs] = repaired(part, options, found.share)
    need_price, capacity_price = np.zeros(graph.demands), np.zeros(graph.supplies)
    need_price[np.unique(graph.demand[pairs])] = found.need_price
    capacity_price[np.unique(graph.supply[pairs])] = found.capacity_price
    return Solution(share, np.zeros(0), found.bound, need_price, capacity_price)


def _backed(graph: Graph, options: Options) -> Graph:
    """The graph with a lot pinned to the two best firms of each demand, so that both get one."""
    pinned = graph.pinned.copy()
    order = np.lexsort((-graph.value, -graph.pinned, graph.demand))
    links: dict[int, list[int]] = {}
    for pair in order.tolist():
        chosen = links.setdefault(int(graph.demand[pair]), [])
        link = int(graph.link[pair])
        if len(chosen) < 2 and link not in chosen:
            chosen.append(link)
            pinned[pair] = max(pinned[pair], min(options.lot, graph.most[pair]))
    return replace(graph, pinned=pinned)


def _polished(graph: Graph, options: Options, whole: Solution, until: float) -> Solution:
    """The chosen links of a whole plan, quantities exact."""
    active = whole.chosen > 0.5
    least = np.where(active, options.lot, 0.0)
    found = _on_links(graph, options, active, least, until + _POLISH)
    share = repaired(graph, options, np.where(active[graph.link], whole.share, 0.0))
    plain = replace(whole, share=share, need_price=np.zeros(0), capacity_price=np.zeros(0))
    return plain if found is None else _better(graph, options, found, share)
