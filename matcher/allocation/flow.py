"""The pure case as a min-cost flow (最小费用流): needs and capacities of one kind, no other rule.

Second way to the same optimum: where HiGHS fails, and to test it against. The network simplex of
networkx is exact on whole numbers, so quantities and prices are scaled to large ones.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from matcher.allocation.graph import Floats, Graph
from matcher.allocation.problem import Options

_FINE = 10**9  # steps in the smallest quantity and in the greatest price


def quantities(graph: Graph) -> tuple[Floats, Floats] | None:
    """Needs and capacities in one measure for each component, so that load = need / capacity.

    Returns:
        Shapes (demands,) and (supplies,); None where the loads contradict each other, as assumed
        ones do: then a flow would lose or gain on its way.
    """
    need, capacity = np.zeros(graph.demands), np.zeros(graph.supplies)
    of_demand: list[list[int]] = [[] for _ in range(graph.demands)]
    of_supply: list[list[int]] = [[] for _ in range(graph.supplies)]
    for pair, (d, s) in enumerate(zip(graph.demand.tolist(), graph.supply.tolist(), strict=True)):
        of_demand[d].append(pair)
        of_supply[s].append(pair)
    for start in range(graph.demands):
        if need[start]:
            continue
        need[start], stack = 1.0, [start]
        while stack:
            d = stack.pop()
            for pair in of_demand[d]:
                s = graph.supply[pair]
                if capacity[s]:
                    continue
                capacity[s] = need[d] / graph.load[pair]
                for other in of_supply[s]:
                    if not need[graph.demand[other]]:
                        need[graph.demand[other]] = graph.load[other] * capacity[s]
                        stack.append(int(graph.demand[other]))
    implied = need[graph.demand] / capacity[graph.supply]
    return (need, capacity) if np.allclose(implied, graph.load, rtol=1e-9, atol=0) else None


def is_pure(options: Options, graph: Graph) -> bool:
    """Whether no rule but needs and capacities counts."""
    kept = options.stability and (graph.kept > 0).any()
    return not (options.integer or kept or (graph.pinned > 0).any() or graph.floors)


def min_cost_flow(graph: Graph, options: Options) -> Floats | None:
    """Parts of needs of the best plan, shape (pairs,); None where the case is not pure.

    Quantities are cut to a billionth of the smallest one.
    """
    graph = graph.part(np.arange(len(graph)))  # without demands and supplies that have no pair
    measured = quantities(graph) if is_pure(options, graph) else None
    if measured is None:
        return None
    if not len(graph):
        return np.zeros(0)
    need, capacity = measured
    capacity = np.minimum(capacity, np.bincount(graph.supply, need[graph.demand], graph.supplies))
    step = float(min(need.min(), capacity.min())) / _FINE
    needs = [int(amount / step) for amount in need.tolist()]
    capacities = [int(amount / step) for amount in capacity.tolist()]
    worth = graph.value / need[graph.demand]
    price = float(worth.max(initial=0.0)) / _FINE / 1000 or 1.0
    network = nx.DiGraph()
    total = min(sum(needs), sum(capacities))
    network.add_node("source", demand=-total)
    network.add_node("sink", demand=total)
    network.add_edge("source", "sink", weight=0)
    for s, amount in enumerate(capacities):
        network.add_edge("source", ("supply", s), capacity=amount, weight=0)
    for d, amount in enumerate(needs):
        network.add_edge(("demand", d), "sink", capacity=amount, weight=0)
    for d, s, gain in zip(
        graph.demand.tolist(), graph.supply.tolist(), worth.tolist(), strict=True
    ):
        network.add_edge(("supply", s), ("demand", d), weight=-round(gain / price))
    _, flows = nx.network_simplex(network)
    ends = zip(graph.demand.tolist(), graph.supply.tolist(), strict=True)
    flow = np.array([float(flows["supply", s]["demand", d]) for d, s in ends])
    return flow * step / need[graph.demand]
