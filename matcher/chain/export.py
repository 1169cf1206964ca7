"""The graph for other programs: GraphML, and back (Gephi, yEd, networkx)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from enum import Enum
from typing import Any

import networkx as nx

from matcher.model import Quantity

_BETWEEN = "|"


def flat(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The graph with plain attributes only: what GraphML can hold.

    Quantities become ``…_low``, ``…_high``, ``…_unit`` and ``…_period``, tuples are joined by
    ``|``, what is None is left out. The key of an edge becomes its attribute ``edge_key``; its
    id is its number in order.
    """
    found: nx.MultiDiGraph = nx.MultiDiGraph()
    for node in sorted(graph):
        found.add_node(node, **_plain(graph.nodes[node]))
    for number, (one, other, key, data) in enumerate(_edges(graph)):
        found.add_edge(one, other, key=f"e{number}", **_plain(data), edge_key=str(key))
    return found


def _edges(graph: nx.MultiDiGraph) -> list[tuple[str, str, str, dict[str, Any]]]:
    return sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])


def _plain(data: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    found: dict[str, str | int | float | bool] = {}
    for name, value in data.items():
        if isinstance(value, Quantity):
            ends = {
                "low": value.low,
                "high": value.high,
                "unit": value.unit,
                "period": value.period,
            }
            found |= {f"{name}_{end}": v for end, v in ends.items() if v not in {None, ""}}
        elif isinstance(value, Enum):
            found[name] = str(value.value)
        elif isinstance(value, tuple):
            found[name] = _BETWEEN.join(map(str, value))
        elif value is not None:
            found[name] = value
    return found


def to_graphml(graph: nx.MultiDiGraph) -> bytes:
    """The graph as GraphML in UTF-8; same graph, same bytes."""
    out = io.BytesIO()
    nx.write_graphml(flat(graph), out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def from_graphml(data: bytes) -> nx.MultiDiGraph:
    """What :func:`to_graphml` wrote, with the attributes of :func:`flat`."""
    graph = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    graph.graph.clear()  # defaults of the file, which are none
    return graph
