"""What of a chain is to be drawn, and how its products stand: marks, filters, firms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.chain.analysis.what_if import reach
from matcher.chain.attach import parts_of
from matcher.chain.graph import EdgeKind
from matcher.chain.places import bare
from matcher.chain.session import ChainSession

# The worst first. The first three say where a chain is weak, the others what a what-if reaches.
WEAK = ("gap", "local_gap", "bottleneck")
STANDING = ("removed", "hit", *WEAK)
Marks = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class View:
    """What of a chain is to be drawn.

    Attributes:
        firms: Whether firms are boxes of their own.
        weak: Whether only products with a gap or a bottleneck, and their neighbours, are shown.
        loose: Whether products of the chain's demands that belong to no stage are shown.
        folded: Whether stages are folded up; None for where there are more than
            :data:`~matcher.chain.drawing.compose.MOST` boxes.
        unfolded: Ids of stages that are shown box by box all the same.
        marks: Only products with one of these marks of :data:`WEAK`, and their neighbours; empty
            for all.
        listed: Only products that a firm makes or needs, and their neighbours.
        stages: Only these stages, by id; empty for all.
        county: Only products that a firm of this county makes or needs, and only its firms.
        tier: Only products that a firm of this tier makes, and of the makers only those.
        local: Whether only makers of the prefecture, or of unknown place, count.
        removed: Firms and products that are gone: what that reaches is marked.
    """

    firms: bool = False
    weak: bool = False
    loose: bool = True
    folded: bool | None = None
    unfolded: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    listed: bool = False
    stages: frozenset[str] = frozenset()
    county: str = ""
    tier: str = ""
    local: bool = False
    removed: frozenset[str] = frozenset()

    @property
    def wanted(self) -> frozenset[str]:
        """Marks of the products that are shown; empty for all products."""
        return frozenset(WEAK) if self.weak else self.marks


ALL = View()


def marks_of(session: ChainSession, view: View = ALL) -> dict[str, tuple[str, ...]]:
    """Node → its marks of :data:`STANDING`, the worst first."""
    found: dict[str, set[str]] = {}
    graph = session.graph
    for gap in session.gaps:
        mark = "gap" if gap.scope == "everywhere" else "local_gap"
        for part in parts_of(session.serving.demands[gap.demand_id]):
            for node in graph.nodes_of(gap.demand_id, part):
                found.setdefault(node, set()).add(mark)
    for thin in session.bottlenecks(local=view.local):
        for node in graph.nodes_of(thin.demand_id, thin.product):
            found.setdefault(node, set()).add("bottleneck")
    if view.removed:
        reached = reach(session.network, view.removed)
        for node in (*reached.products, *reached.firms):
            found.setdefault(node, set()).add("removed" if node in view.removed else "hit")
    return {node: tuple(mark for mark in STANDING if mark in mine) for node, mine in found.items()}


def makers(session: ChainSession, node: str, view: View) -> set[str]:
    """The firms that make a product and are to be seen."""
    graph = session.graph.graph
    edges = graph.in_edges(node, data=True)
    firms = {u for u, _, data in edges if data["kind"] == EdgeKind.MAKES}
    return {firm for firm in firms if seen(graph.nodes[firm], view, makes=True)}


def leaders(session: ChainSession, node: str, view: View) -> set[str]:
    """The firms that need a product and are to be seen."""
    graph = session.graph.graph
    edges = graph.in_edges(node, data=True)
    firms = {u for u, _, data in edges if data["kind"] == EdgeKind.NEEDS}
    return {firm for firm in firms if seen(graph.nodes[firm], view, makes=False)}


def chosen(session: ChainSession, node: str, view: View) -> bool:
    """Whether a product stays by its county and tier."""
    if view.tier and not makers(session, node, view):
        return False
    return not view.county or bool(makers(session, node, view) or leaders(session, node, view))


def seen(firm: Mapping[str, object], view: View, *, makes: bool) -> bool:
    """Whether a firm is to be seen, as one that makes something or as one that needs it."""
    if makes and (
        (view.tier and firm["tier"] != view.tier) or (view.local and firm["local"] is False)
    ):
        return False
    return not view.county or bare(str(firm["county"])) == bare(view.county)
