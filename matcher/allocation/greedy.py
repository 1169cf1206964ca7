"""The best pair first: what is left where no solver answers, and the baseline of benchmarks."""

from __future__ import annotations

import numpy as np

from matcher.allocation.graph import TINY, Floats, Graph
from matcher.allocation.problem import Options


def greedy(graph: Graph, options: Options) -> Floats:
    """Parts of needs, pinned pairs first, then by value; each takes what its rules leave.

    Every rule of the first group of :class:`Options` is obeyed. Shape (pairs,).
    """
    share = np.zeros(len(graph))
    need, capacity = np.ones(graph.demands), np.ones(graph.supplies)
    given = np.zeros(len(graph.link_demand))
    firms = np.zeros(graph.demands, dtype=np.int64)
    shown = np.zeros(int(graph.link_firm.max(initial=-1)) + 1, dtype=np.int64)
    ways = np.lexsort((np.arange(len(graph)), -graph.value, -graph.pinned))
    for pair in ways.tolist():
        d, s, link, load = (
            graph.demand[pair],
            graph.supply[pair],
            graph.link[pair],
            graph.load[pair],
        )
        amount = min(need[d], capacity[s] / load)
        new = given[link] == 0
        if new and options.max_suppliers is not None and firms[d] >= options.max_suppliers:
            continue
        firm = graph.link_firm[link]
        if new and options.exposure is not None and shown[firm] >= options.exposure:
            continue
        if max(amount, amount * load) < TINY or given[link] + amount < options.lot:
            continue
        firms[d] += new
        shown[firm] += new
        given[link] += amount
        share[pair] = amount
        need[d] = max(0.0, need[d] - amount)
        capacity[s] = max(0.0, capacity[s] - amount * load)
    return share


def objective(graph: Graph, options: Options, share: Floats) -> float:
    """What a plan is worth with all that has a price; the solvers make it as great as possible."""
    total = float(graph.value @ share)
    total += options.stability * float(np.minimum(share, graph.kept).sum())
    total -= options.pin_price * float(np.maximum(0.0, graph.pinned - share).sum())
    for floor in graph.floors:
        total -= options.floor_price * max(0.0, floor.target - float(share[floor.pairs].sum()))
    if options.backups:
        counted = graph.of_links(share) >= options.lot * (1 - TINY)
        firms = np.bincount(graph.link_demand, counted, graph.demands)
        total += options.backup_price * int((firms >= 2).sum())
    return total


def loose_bound(graph: Graph, options: Options) -> float:
    """A bound on the objective that needs no solver: each demand takes its best, alone."""
    worth = graph.value + (options.stability or 0.0) * (graph.kept > 0)
    order = np.lexsort((-worth, graph.demand))
    before = np.cumsum(graph.most[order]) - graph.most[order]
    demand = graph.demand[order]
    first = np.searchsorted(demand, demand, side="left")
    left = np.clip(1.0 - (before - before[first]), 0.0, graph.most[order])
    backed = options.backup_price * len(np.unique(demand)) if options.backups else 0.0
    return float(worth[order] @ left) + backed


def repaired(graph: Graph, options: Options, share: Floats) -> Floats:
    """The parts with a solver's rounding errors taken out: no rule is broken, even by little."""
    share = np.where(np.maximum(share, share * graph.load) < TINY, 0.0, share)
    share = np.minimum(share, graph.most)
    if options.lot:
        lots = graph.of_links(share) >= options.lot * (1 - TINY)
        share = np.where(lots[graph.link], share, 0.0)
    used = np.bincount(graph.supply, share * graph.load, graph.supplies)
    covered = np.bincount(graph.demand, share, graph.demands)
    over = np.maximum(np.maximum(1.0, used)[graph.supply], np.maximum(1.0, covered)[graph.demand])
    over_links = over > 1.0
    return np.where(over_links, share / over, share)
