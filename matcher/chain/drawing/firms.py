"""Firms in the picture of a chain: who makes, who needs, and who trades already."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from matcher.chain.attach import parts_of
from matcher.chain.drawing.picture import TALLEST, Box, Column, Link, Picture
from matcher.chain.drawing.view import Marks, View, leaders, makers, seen
from matcher.chain.graph import EdgeKind, NodeKind
from matcher.chain.session import ChainSession


def with_firms(session: ChainSession, picture: Picture, marks: Marks, view: View) -> Picture:
    """Suppliers in a column before the stage they make most for, leaders in the last column.

    A firm that has signed for a demand for the product, or supplies it already, is linked to it by
    ``contracted``; one that a reviewer accepted by ``accepted``, also where its own product is
    another one by name; others by ``makes``.
    """
    graph = session.graph
    stage_of = {box.id: picture.columns[box.column].stage for box in picture.boxes}
    made: dict[str, Counter[str]] = {}
    links: set[Link] = set()
    needing: set[str] = set()
    trade = _trade(session)
    trading: dict[str, set[str]] = {}
    for firm, node in trade:
        if seen(graph.graph.nodes[firm], view, makes=True):
            trading.setdefault(node, set()).add(firm)
    for node, stage in stage_of.items():
        for firm in makers(session, node, view) | trading.get(node, set()):
            made.setdefault(firm, Counter())[stage] += 1
            links.add(Link(firm, node, trade.get((firm, node), EdgeKind.MAKES).value))
        for firm in leaders(session, node, view):
            needing.add(firm)
            links.add(Link(node, firm, EdgeKind.NEEDS.value))
    order = list(dict.fromkeys(column.stage for column in picture.columns))
    home = {
        firm: min(counts, key=lambda stage: (-counts[stage], order.index(stage)))
        for firm, counts in made.items()
        if firm not in needing
    }
    columns: list[Column] = []
    boxes: list[Box] = []
    for stage in order:
        mine = [i for i, column in enumerate(picture.columns) if column.stage == stage]
        first = picture.columns[mine[0]]
        firms = sorted(firm for firm, where in home.items() if where == stage)
        for start in range(0, len(firms), TALLEST):
            boxes += [
                _firm(graph.label(f), f, len(columns), marks)
                for f in firms[start : start + TALLEST]
            ]
            columns.append(first)
        for i in mine:
            boxes += [replace(box, column=len(columns)) for box in picture.boxes if box.column == i]
            columns.append(picture.columns[i])
    boxes += [_firm(graph.label(firm), firm, len(columns), marks) for firm in sorted(needing)]
    columns.append(Column("链主", "链主", "下游", 0))
    whole = _banded(columns, boxes)
    ordered = sorted((*picture.links, *links), key=lambda x: (x.source, x.target, x.kind))
    return Picture(picture.title, whole[0], whole[1], ordered)


def _banded(columns: list[Column], boxes: list[Box]) -> tuple[list[Column], list[Box]]:
    """Columns of the flow first, then those of support; boxes follow their columns."""
    order = sorted(range(len(columns)), key=lambda i: (columns[i].band, i))
    place = {old: new for new, old in enumerate(order)}
    moved = sorted(
        (replace(box, column=place[box.column]) for box in boxes), key=lambda b: b.column
    )
    return [columns[i] for i in order], moved


def _firm(label: str, node: str, column: int, marks: Marks) -> Box:
    return Box(node, label, NodeKind.ENTERPRISE.value, column, marks=marks.get(node, ()))


def _trade(session: ChainSession) -> dict[tuple[str, str], EdgeKind]:
    """Firm and product → how far the two have come, where it is further than an offer."""
    graph = session.graph
    found: dict[tuple[str, str], EdgeKind] = {}
    for kind in (EdgeKind.ACCEPTED, EdgeKind.CONTRACTED):
        for firm, _, data in graph.edges(kind):
            demand = session.serving.demands[data["demand_id"]]
            parts = parts_of(demand)
            for part in (data["part"],) if data["part"] in parts else parts[:1]:
                for node in graph.nodes_of(demand.demand_id, part):
                    found[firm, node] = kind
    return found
