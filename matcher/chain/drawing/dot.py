"""Graphviz' order of boxes within columns, where ``pygraphviz`` is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matcher.chain.drawing.order import Levels, crossings

_INCH = 72.0
_MOST = 4000  # names and waypoints beyond which dot takes seconds


def levels(
    given: Levels, links: Sequence[tuple[str, str]], size: Mapping[str, float], gap: float
) -> Levels | None:
    """The levels in the order that ``dot`` finds, or as given where that has fewer crossings.

    None where ``pygraphviz`` is not installed.
    """
    try:
        import pygraphviz
    except ImportError:
        return None
    names = {name: f"n{i}" for i, name in enumerate(n for level in given for n in level)}
    if not links or len(names) > _MOST:
        return given
    graph = pygraphviz.AGraph(directed=True, strict=True)
    graph.graph_attr.update(
        rankdir="LR", splines="false", nodesep=str(gap / _INCH), ranksep="0.6", nslimit="2", nslimit1="2",
        mclimit="1", outputorder="nodesfirst",
    )  # fmt: skip
    graph.node_attr.update(shape="box", label="", fixedsize="true", width="0.5")
    for i, level in enumerate(given):
        inside = [f"a{i}"]
        graph.add_node(f"a{i}", width="0.01", height="0.01", style="invis")
        for name in level:
            graph.add_node(names[name], height=f"{size[name] / _INCH:.3f}")
            inside.append(names[name])
        graph.add_subgraph(inside, rank="same")
        if i:
            graph.add_edge(f"a{i - 1}", f"a{i}", style="invis", weight="100")
    for one, other in links:
        graph.add_edge(names[one], names[other])
    graph.layout(prog="dot")
    height = {
        name: float(graph.get_node(short).attr["pos"].split(",")[1])
        for name, short in names.items()
    }
    found = [sorted(level, key=lambda name: (-height[name], name)) for level in given]
    return min((found, given), key=lambda order: _count(order, links))


def _count(order: Levels, links: Sequence[tuple[str, str]]) -> int:
    level_of = {name: i for i, level in enumerate(order) for name in level}
    between: list[list[tuple[str, str]]] = [[] for _ in order]
    for link in links:
        between[level_of[link[0]]].append(link)
    return sum(crossings(a, b, between[i]) for i, (a, b) in enumerate(pairwise(order)))
