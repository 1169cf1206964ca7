"""What there is to say about one product or firm of a chain (节点说明)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matcher.chain.analysis.attract import after, before, stage_names
from matcher.chain.analysis.gaps import Gap
from matcher.chain.analysis.relations import alike
from matcher.chain.graph import EdgeKind, NodeKind, enterprise_id, owner_of
from matcher.chain.serving import Source, Standing
from matcher.chain.session import ChainSession
from matcher.records import quantity_text

_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Made:
    """A supply row of a product: who makes it, and how much of it."""

    firm: str
    firm_name: str
    product: str
    product_name: str
    supply_id: str
    county: str
    tier: str
    local: bool | None
    capacity: str


@dataclass(frozen=True, slots=True)
class Served:
    """A firm that serves a demand, and why; without ``firm`` where the reader may not know more."""

    firm: str
    firm_name: str
    supply_id: str
    standing: Standing
    score: float | None
    local: bool | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product of a demand, with who serves it; ``gap`` where that is nobody, as far as is known."""

    leader: str
    leader_name: str
    product: str
    product_name: str
    demand_id: str
    quantity: str
    category: str
    sources: tuple[Served, ...]
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class Card:
    """A node.

    Attributes:
        node: Its id.
        kind: ``product`` or ``enterprise``.
        label: Its name.
        stages: Of a product its stages, as ``链·环节``.
        county: Of a firm its county; empty where it is unknown.
        tier: Of a firm its title.
        made: Supply rows of the product, or of the firm.
        wanted: Demands for the product, or of the firm.
        serves: Of a firm the demands of others that it serves.
        before: What the product is made from: ids and names.
        after: What is made with the product.
        kinds: The broader products that it is of.
        alike: Of a firm those most alike to it, with how much, 0 to 1.
    """

    node: str
    kind: str
    label: str
    stages: tuple[str, ...] = ()
    county: str = ""
    tier: str = ""
    made: tuple[Made, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    serves: tuple[Wanted, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    alike: tuple[tuple[str, str, float], ...] = ()


def card_of(session: ChainSession, node: str) -> Card:
    """The card of a product or firm of the session. O(degree), for a firm O(firms) for those alike."""
    data = session.graph.graph.nodes[node]
    if data["kind"] == NodeKind.ENTERPRISE:
        return _firm(session, node)
    return _product(session, node)


def _product(session: ChainSession, node: str) -> Card:
    chain = session.graph
    kinds = (
        v for _, v, d in chain.graph.out_edges(node, data=True) if d["kind"] == EdgeKind.BROADER
    )
    return Card(
        node, NodeKind.PRODUCT.value, chain.label(node), stage_names(chain, node),
        made=_made(session, chain.graph.in_edges(node, data=True)),
        wanted=_wanted(session, chain.graph.in_edges(node, data=True)),
        before=_flow_first(session, before(chain, node)),
        after=_flow_first(session, after(chain, node)),
        kinds=_named(session, sorted(set(kinds))),
    )  # fmt: skip


def _firm(session: ChainSession, node: str) -> Card:
    chain = session.graph
    data = chain.graph.nodes[node]
    edges = chain.graph.out_edges(node, data=True)
    offered = {d["demand_id"] for _, _, d in edges if "demand_id" in d and "supply_id" in d}
    serves = tuple(
        one
        for demand_id in sorted(offered)
        for one in _parts(session, demand_id)
        if any(source.firm == node for source in one.sources)
    )
    near = ((other, chain.label(other), score) for other, score in alike(chain, node, _ALIKE))
    return Card(
        node, NodeKind.ENTERPRISE.value, chain.label(node), (), data["county"], data["tier"],
        _made(session, edges), _wanted(session, edges), serves, alike=tuple(near),
    )  # fmt: skip


def _named(session: ChainSession, nodes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((node, session.graph.label(node)) for node in nodes)


def _flow_first(session: ChainSession, nodes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What goes into the product before what only supports its making."""
    return _named(session, sorted(nodes, key=lambda node: (session.graph.supports(node), node)))


def _made(
    session: ChainSession, edges: Iterable[tuple[str, str, dict[str, object]]]
) -> tuple[Made, ...]:
    chain = session.graph
    found = []
    for firm, product, data in edges:
        if data["kind"] == EdgeKind.MAKES:
            about = chain.graph.nodes[firm]
            found.append(
                Made(
                    firm, chain.label(firm), product, chain.label(product), str(data["supply_id"]),
                    about["county"], about["tier"], about["local"],
                    quantity_text(session.serving.supplies[str(data["supply_id"])]),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.firm_name, m.product_name, m.supply_id)))


def _wanted(
    session: ChainSession, edges: Iterable[tuple[str, str, dict[str, object]]]
) -> tuple[Wanted, ...]:
    asked = {
        (str(data["demand_id"]), str(data["part"]))
        for _, _, data in edges
        if data["kind"] == EdgeKind.NEEDS
    }
    found = []
    for demand_id in sorted({demand_id for demand_id, _ in asked}):
        found += [
            one for one in _parts(session, demand_id) if (demand_id, one.product_name) in asked
        ]
    return tuple(found)


def _parts(session: ChainSession, demand_id: str) -> list[Wanted]:
    """The products of a demand, each with who serves it."""
    chain, demand = session.graph, session.serving.demands[demand_id]
    gap = session.gap_of.get(demand_id)
    leader = enterprise_id(owner_of(demand))
    return [
        Wanted(
            leader, chain.label(leader), chain.nodes_of(demand_id, part)[0], part, demand_id,
            quantity_text(demand), demand.category, _served(session, sources), gap,
        )
        for part, sources in session.serving.sources(demand_id).items()
    ]  # fmt: skip


def _served(session: ChainSession, sources: Iterable[Source]) -> tuple[Served, ...]:
    order = list(Standing)
    ranked = sorted(
        sources, key=lambda s: (order.index(s.standing), -(s.score or 0.0), s.supply_id)
    )
    return tuple(
        Served(
            s.enterprise,
            session.graph.name(s.enterprise),
            s.supply_id,
            s.standing,
            s.score,
            s.local,
        )
        for s in ranked
    )
