"""A chain as a picture: which products and links are shown, and in which columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

import networkx as nx

from matcher.chain.attach import parts_of
from matcher.chain.drawing.firms import with_firms
from matcher.chain.drawing.picture import TALLEST, Box, Column, Link, Picture
from matcher.chain.drawing.view import ALL, STANDING, Marks, View, chosen, leaders, makers, marks_of
from matcher.chain.graph import EdgeKind, NodeKind, product_id, stage_id
from matcher.chain.session import ChainSession
from matcher.chain.template import SUPPORT, Chain

MOST = 1000  # boxes beyond which stages are folded up
TALLEST_SUPPORT = 12  # boxes of one column of support, beyond which a stage takes another one
LOOSE = "未归入环节"


def picture_of(session: ChainSession, chain: Chain, view: View = ALL) -> Picture:
    """The picture of one chain. Linear in its products and their edges."""
    graph = session.graph.graph
    marks = marks_of(session, view)
    stages = [(stage_id(chain.name, s.id), s.name, s.position) for s in chain.stages]
    members: dict[str, list[str]] = {stage: [] for stage, _, _ in stages}
    for product in chain.products:
        stage = stage_id(chain.name, product.stage)
        if product_id(product.name) not in members[stage]:
            members[stage].append(product_id(product.name))
    placed = {node for mine in members.values() for node in mine}
    if view.loose and (loose := _loose(session, chain, placed)):
        stages.append((LOOSE, LOOSE, SUPPORT))
        members[LOOSE] = loose
    fed = _feeds(session, {node for mine in members.values() for node in mine})
    shown = {node for node in fed if chosen(session, node, view)}
    if view.wanted:
        shown &= _near(fed, {n for n, mine in marks.items() if view.wanted.intersection(mine)})
    if view.listed:
        shown &= _near(
            fed, {n for n in fed if makers(session, n, view) or leaders(session, n, view)}
        )
    members = {stage: [n for n in mine if n in shown] for stage, mine in members.items()}
    if view.stages:
        stages = [stage for stage in stages if stage[0] in view.stages]
    columns: list[Column] = []
    boxes: list[Box] = []
    seen: set[str] = set()
    for stage, label, position in stages:
        band = int(position == SUPPORT)
        mine = [node for node in members[stage] if node not in seen]
        seen.update(mine)
        for step in _steps(mine, fed, TALLEST_SUPPORT if band else TALLEST):
            boxes += [_product(session, node, len(columns), marks, view) for node in step]
            columns.append(Column(stage, label, position, band))
    links = [Link(u, v, EdgeKind.FEEDS.value) for u, v in fed.edges if {u, v} <= seen]
    picture = Picture(
        chain.title, columns, boxes, sorted(links, key=lambda x: (x.source, x.target))
    )
    if view.firms:
        picture = with_firms(session, picture, marks, view)
    many = len(picture.boxes) > MOST
    if many if view.folded is None else view.folded:
        picture = folded(picture, view.unfolded)
    assert all(box.id in graph or box.kind == "stage" for box in picture.boxes)
    return picture


def _loose(session: ChainSession, chain: Chain, placed: Collection[str]) -> list[str]:
    """Products that the chain's demands ask for and its template does not name."""
    found = {
        node
        for demand in session.graph.known.demands
        if demand.chain == chain.name
        for part in parts_of(demand)
        for node in session.graph.nodes_of(demand.demand_id, part)
        if node not in placed
    }
    return sorted(found)


def _feeds(session: ChainSession, nodes: Collection[str]) -> nx.DiGraph:
    found: nx.DiGraph = nx.DiGraph()
    found.add_nodes_from(sorted(nodes))
    edges = ((u, v) for u, v, _ in session.graph.edges(EdgeKind.FEEDS) if u in nodes and v in nodes)
    found.add_edges_from(sorted(edges))
    return found


def _near(fed: nx.DiGraph, marks: Collection[str]) -> set[str]:
    weak = [node for node in fed if node in marks]
    return {*weak, *(n for node in weak for n in nx.all_neighbors(fed, node))}


def _steps(nodes: list[str], fed: nx.DiGraph, tallest: int) -> list[list[str]]:
    """The products of a stage in columns: what is made from another of them stands right of it.

    A column that is too tall is cut. A circle, which can only be through support, is one step.
    """
    if not nodes:
        return []
    inner = fed.subgraph(nodes)
    knots = nx.condensation(inner) if nodes else inner
    step: dict[int, int] = {}
    for knot in nx.topological_sort(knots):
        step[knot] = max((step[p] + 1 for p in knots.predecessors(knot)), default=0)
    of = knots.graph["mapping"]
    depth = max(step.values()) + 1
    columns = [[n for n in nodes if step[of[n]] == i] for i in range(depth)]
    found = []
    for column in columns:
        parts = -(-len(column) // tallest)
        size = -(-len(column) // parts) if parts else 1
        found += [column[i : i + size] for i in range(0, len(column), size)]
    return found


def _product(session: ChainSession, node: str, column: int, marks: Marks, view: View) -> Box:
    graph = session.graph.graph
    edges = graph.in_edges(node, data=True)
    needing = leaders(session, node, view)
    needs = {d["demand_id"] for u, _, d in edges if d["kind"] == EdgeKind.NEEDS and u in needing}
    return Box(
        node, session.graph.label(node), NodeKind.PRODUCT.value, column,
        len(makers(session, node, view)), len(needs), marks.get(node, ()),
    )  # fmt: skip


def folded(picture: Picture, unfolded: Iterable[str] = ()) -> Picture:
    """The picture with one box for each stage, but for the unfolded ones.

    Links between folded stages are drawn once, with their number as weight.
    """
    kept = set(unfolded)
    columns: list[Column] = []
    boxes: list[Box] = []
    into: dict[str, str] = {}
    for stage in dict.fromkeys(column.stage for column in picture.columns):
        mine = [i for i, column in enumerate(picture.columns) if column.stage == stage]
        inside = [box for box in picture.boxes if box.column in mine]
        if stage in kept or len(inside) < 2:
            for i in mine:
                boxes += [replace(b, column=len(columns)) for b in inside if b.column == i]
                columns.append(picture.columns[i])
            continue
        first = picture.columns[mine[0]]
        into |= {box.id: stage for box in inside}
        marks = tuple(mark for mark in STANDING if any(mark in b.marks for b in inside))
        makers, needs = sum(b.makers for b in inside), sum(b.needs for b in inside)
        label = f"{first.label} {len(inside)} 项"
        boxes.append(Box(stage, label, "stage", len(columns), makers, needs, marks))
        columns.append(first)
    weights: Counter[tuple[str, str, str]] = Counter()
    for link in picture.links:
        ends = (into.get(link.source, link.source), into.get(link.target, link.target))
        if ends[0] != ends[1]:
            weights[(*ends, link.kind)] += link.weight
    links = [Link(*ends, weight) for ends, weight in sorted(weights.items())]
    return Picture(picture.title, columns, boxes, links, folded=True)
