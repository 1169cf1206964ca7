"""How two nodes hang together: paths, neighbourhoods, firms alike in their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from matcher.chain.graph import ChainGraph, EdgeKind, NodeKind

ASIDE = 4  # steps that one over support counts for
_FURTHER = 0.5  # what a broader product counts for, for each step
_SUREST = (
    EdgeKind.CONTRACTED, EdgeKind.ACCEPTED, EdgeKind.MAKES, EdgeKind.NEEDS, EdgeKind.FEEDS,
    EdgeKind.BROADER, EdgeKind.SUGGESTED,
)  # fmt: skip


def relations(chain: ChainGraph) -> nx.Graph:
    """The graph without places and stages, undirected and simple: what trade runs along.

    Everybody is in some county, and that two firms share one is no path between them. ``cost`` of
    an edge is 1; that something supports the making of a product costs :data:`ASIDE`.
    """
    graph: nx.Graph = nx.Graph()
    for u, v, data in chain.graph.edges(data=True):
        if data["kind"] in _SUREST:
            aside = data["kind"] == EdgeKind.FEEDS and chain.supports(u)
            cost = min(ASIDE if aside else 1, graph.get_edge_data(u, v, {}).get("cost", ASIDE))
            graph.add_edge(u, v, cost=cost)
    return graph


def path(chain: ChainGraph, one: str, other: str) -> list[str]:
    """The cheapest path between two nodes along trade, empty where there is none.

    All works buy steam and gloves: a way over what only supports (配套) is told where no other is
    about as short. Of several the first in order of its nodes' names. Dijkstra, O(E + V log V).
    """
    graph = relations(chain)
    if one not in graph or other not in graph or not nx.has_path(graph, one, other):
        return []
    left = nx.single_source_dijkstra_path_length(graph, other, weight="cost")
    found = [one]
    while found[-1] != other:
        near = graph[found[-1]].items()
        found.append(min(n for n, edge in near if left[n] == left[found[-1]] - edge["cost"]))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path as the graph has it, whichever way the path runs along it."""

    source: str
    kind: EdgeKind
    target: str


def steps(chain: ChainGraph, nodes: Sequence[str]) -> list[Step]:
    """What joins each node of a path to the next; of several edges what is surest.

    Trade under contract before trade that was accepted, before what is only predicted.
    """
    order = list(_SUREST)
    found = []
    for one, other in pairwise(nodes):
        edges = [
            Step(u, EdgeKind(data["kind"]), v)
            for u, v in ((one, other), (other, one))
            for data in (chain.graph.get_edge_data(u, v) or {}).values()
            if data["kind"] in _SUREST
        ]
        found.append(min(edges, key=lambda step: order.index(step.kind)))
    return found


def neighbourhood(chain: ChainGraph, node: str, radius: int = 1) -> nx.MultiDiGraph:
    """The graph of everything within so many steps along trade, with all edges between. O(V + E)."""
    graph = relations(chain)
    near = (
        nx.single_source_shortest_path_length(graph, node, radius) if node in graph else {node: 0}
    )
    return chain.graph.subgraph(near).copy()


def role_of(chain: ChainGraph, firm: str) -> Mapping[tuple[str, str], float]:
    """What a firm makes and needs, with the kinds these are of at half the weight for each step.

    Complexity: O(degree × broader products).
    """
    found: dict[tuple[str, str], float] = {}
    for _, product, data in chain.graph.out_edges(firm, data=True):
        if data["kind"] in {EdgeKind.MAKES, EdgeKind.NEEDS}:
            for node, steps in _kinds(chain, product).items():
                key = (str(data["kind"]), node)
                found[key] = max(found.get(key, 0.0), _FURTHER**steps)
    return found


def _kinds(chain: ChainGraph, product: str) -> dict[str, int]:
    found, frontier = {product: 0}, [product]
    while frontier:
        node = frontier.pop(0)
        for _, other, data in chain.graph.out_edges(node, data=True):
            if data["kind"] == EdgeKind.BROADER and other not in found:
                found[other] = found[node] + 1
                frontier.append(other)
    return found


def similarity(
    one: Mapping[tuple[str, str], float], other: Mapping[tuple[str, str], float]
) -> float:
    """How alike two roles are, 0 to 1: weighted Jaccard, ``Σ min / Σ max`` over what they hold.

    0 where both are empty. Source: Ružička 1958. O(products).
    """
    keys = {*one, *other}
    whole = sum(max(one.get(key, 0.0), other.get(key, 0.0)) for key in keys)
    return sum(min(one.get(k, 0.0), other.get(k, 0.0)) for k in keys) / whole if whole else 0.0


def alike(chain: ChainGraph, firm: str, most: int = 10) -> list[tuple[str, float]]:
    """The firms most alike to one in what they make and need, the most alike first.

    Only firms that share a product, or a kind, are compared. Complexity: O(firms sharing × degree).
    """
    mine = role_of(chain, firm)
    firms = [node for node in chain.nodes(NodeKind.ENTERPRISE) if node != firm]
    scored = ((other, similarity(mine, role_of(chain, other))) for other in firms)
    return sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))[
        :most
    ]
