"""A chain as a picture: which products, firms and links are shown, and in which columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import networkx as nx

from matcher.chain.analysis.bottlenecks import bottlenecks
from matcher.chain.analysis.gaps import gaps
from matcher.chain.attach import parts_of
from matcher.chain.drawing.picture import Box, Column, Link, Picture
from matcher.chain.graph import EdgeKind, NodeKind, product_id, stage_id
from matcher.chain.session import ChainSession
from matcher.chain.template import SUPPORT, Chain

MOST = 1000  # boxes beyond which stages are folded up
TALLEST, TALLEST_SUPPORT = 26, 12  # boxes of one column, beyond which a stage takes another one
LOOSE = "未归入环节"


@dataclass(frozen=True, slots=True)
class View:
    """What of a chain is to be drawn.

    Attributes:
        firms: Whether firms are boxes of their own.
        weak: Whether only products with a gap or a bottleneck, and their neighbours, are shown.
        loose: Whether products of the chain's demands that belong to no stage are shown.
        folded: Whether stages are folded up; None for where there are more than :data:`MOST` boxes.
        unfolded: Ids of stages that are shown box by box all the same.
    """

    firms: bool = False
    weak: bool = False
    loose: bool = True
    folded: bool | None = None
    unfolded: frozenset[str] = frozenset()


def marks_of(session: ChainSession) -> dict[str, tuple[str, ...]]:
    """Product node → its marks: ``gap``, ``local_gap``, ``bottleneck``, the worst first."""
    found: dict[str, set[str]] = {}
    graph = session.graph
    for gap in gaps(session.serving):
        mark = "gap" if gap.scope == "everywhere" else "local_gap"
        for part in parts_of(session.serving.demands[gap.demand_id]):
            for node in graph.nodes_of(gap.demand_id, part):
                found.setdefault(node, set()).add(mark)
    for thin in bottlenecks(session.serving):
        for node in graph.nodes_of(thin.demand_id, thin.product):
            found.setdefault(node, set()).add("bottleneck")
    order = ("gap", "local_gap", "bottleneck")
    return {node: tuple(mark for mark in order if mark in mine) for node, mine in found.items()}


def picture_of(session: ChainSession, chain: Chain, view: View = View()) -> Picture:
    """The picture of one chain. Linear in its products and their edges."""
    graph = session.graph.graph
    marks = marks_of(session)
    stages = [(stage_id(chain.name, s.id), s.name, s.position) for s in chain.stages]
    members: dict[str, list[str]] = {stage: [] for stage, _, _ in stages}
    for product in chain.products:
        stage = stage_id(chain.name, product.stage)
        if product_id(product.name) not in members[stage]:
            members[stage].append(product_id(product.name))
    if view.loose and (loose := _loose(session, chain)):
        stages.append((LOOSE, LOOSE, SUPPORT))
        members[LOOSE] = loose
    fed = _feeds(session, {node for mine in members.values() for node in mine})
    if view.weak:
        shown = _near(fed, marks)
        members = {stage: [n for n in mine if n in shown] for stage, mine in members.items()}
    columns: list[Column] = []
    boxes: list[Box] = []
    seen: set[str] = set()
    for stage, label, position in stages:
        band = int(position == SUPPORT)
        mine = [node for node in members[stage] if node not in seen]
        seen.update(mine)
        for step in _steps(mine, fed, TALLEST_SUPPORT if band else TALLEST):
            boxes += [_product(session, node, len(columns), marks) for node in step]
            columns.append(Column(stage, label, position, band))
    links = [Link(u, v, EdgeKind.FEEDS.value) for u, v in fed.edges if {u, v} <= seen]
    picture = Picture(
        chain.title, columns, boxes, sorted(links, key=lambda x: (x.source, x.target))
    )
    if view.firms:
        picture = _with_firms(session, picture)
    many = len(picture.boxes) > MOST
    if many if view.folded is None else view.folded:
        picture = folded(picture, view.unfolded)
    assert all(box.id in graph or box.kind == "stage" for box in picture.boxes)
    return picture


def _loose(session: ChainSession, chain: Chain) -> list[str]:
    """Products that the chain's demands ask for and no template names."""
    found = {
        node
        for demand in session.graph.known.demands
        if demand.chain == chain.name
        for part in parts_of(demand)
        for node in session.graph.nodes_of(demand.demand_id, part)
        if not session.graph.graph.nodes[node]["template"]
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


def _product(
    session: ChainSession, node: str, column: int, marks: dict[str, tuple[str, ...]]
) -> Box:
    graph = session.graph.graph
    edges = [(u, data) for u, _, data in graph.in_edges(node, data=True)]
    makers = {u for u, data in edges if data["kind"] == EdgeKind.MAKES}
    needs = {data["demand_id"] for _, data in edges if data["kind"] == EdgeKind.NEEDS}
    label = str(graph.nodes[node]["label"])
    return Box(
        node, label, NodeKind.PRODUCT.value, column, len(makers), len(needs), marks.get(node, ())
    )


def _with_firms(session: ChainSession, picture: Picture) -> Picture:
    """Suppliers in a column before the stage they make most for, leaders in the last column."""
    graph = session.graph
    stage_of = {box.id: picture.columns[box.column].stage for box in picture.boxes}
    made: dict[str, Counter[str]] = {}
    links: set[Link] = set()
    leaders: set[str] = set()
    for node, stage in stage_of.items():
        for firm, _, data in graph.graph.in_edges(node, data=True):
            if data["kind"] == EdgeKind.MAKES:
                made.setdefault(firm, Counter())[stage] += 1
                links.add(Link(firm, node, EdgeKind.MAKES.value))
            elif data["kind"] == EdgeKind.NEEDS:
                leaders.add(firm)
                links.add(Link(node, firm, EdgeKind.NEEDS.value))
    order = list(dict.fromkeys(column.stage for column in picture.columns))
    home = {
        firm: min(counts, key=lambda stage: (-counts[stage], order.index(stage)))
        for firm, counts in made.items()
        if firm not in leaders
    }
    columns: list[Column] = []
    boxes: list[Box] = []
    for stage in order:
        mine = [i for i, column in enumerate(picture.columns) if column.stage == stage]
        first = picture.columns[mine[0]]
        firms = sorted(firm for firm, where in home.items() if where == stage)
        for start in range(0, len(firms), TALLEST):
            boxes += [
                _firm(graph.label(f), f, len(columns)) for f in firms[start : start + TALLEST]
            ]
            columns.append(first)
        for i in mine:
            boxes += [replace(box, column=len(columns)) for box in picture.boxes if box.column == i]
            columns.append(picture.columns[i])
    boxes += [_firm(graph.label(firm), firm, len(columns)) for firm in sorted(leaders)]
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


def _firm(label: str, node: str, column: int) -> Box:
    return Box(node, label, NodeKind.ENTERPRISE.value, column)


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
        marks = tuple(
            mark
            for mark in ("gap", "local_gap", "bottleneck")
            if any(mark in b.marks for b in inside)
        )
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
