"""The chain as one typed ``networkx.MultiDiGraph`` (产业链图): who makes what, who needs it.

Nodes are named ``kind:name``, so that they can be read, sorted and sent in an address; every node
has ``kind`` and ``label``, every edge ``kind``. What the kinds mean, and which attributes they
carry, is said with :class:`NodeKind` and :class:`EdgeKind`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import networkx as nx

from matcher.chain.attach import Attachment, attach, meaning, parts_of
from matcher.chain.known import Known, Offer
from matcher.chain.places import Prefecture
from matcher.chain.template import SUPPORT, Chain, feeds
from matcher.model import Demand, Row, Supply, Verdict
from matcher.terms import lexicon
from matcher.text import firm_key, fold, squeeze


class NodeKind(StrEnum):
    """Kinds of nodes.

    ``chain`` 产业链; ``stage`` 环节 (``chain``, ``position``, ``order``); ``product`` 产品
    (``template``: whether a template names it, ``stages``: ids of its stage nodes); ``enterprise``
    企业 (``leader``, ``supplier``, ``county``, ``tier``, ``local``); ``county`` 县市 (``local``).
    ``local`` is True, False, or None where the place is unknown.
    """

    CHAIN = "chain"
    STAGE = "stage"
    PRODUCT = "product"
    ENTERPRISE = "enterprise"
    COUNTY = "county"


class EdgeKind(StrEnum):
    """Kinds of edges, with what they run between.

    ``part_of`` stage → chain, product → stage; ``feeds`` product → what is made with it;
    ``broader`` product → the kind that it is of; ``makes`` firm → product (``supply_id``,
    ``capacity``, ``score`` of the attachment); ``needs`` firm → product (``demand_id``,
    ``quantity``, ``category``, ``score``); ``suggested``, ``accepted``, ``contracted``
    supplier → leader (``demand_id``, ``supply_id``, ``probability``), by the furthest that is
    known: ``contracted`` of present suppliers; ``located_in`` firm → county.
    """

    PART_OF = "part_of"
    FEEDS = "feeds"
    BROADER = "broader"
    MAKES = "makes"
    NEEDS = "needs"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    CONTRACTED = "contracted"
    LOCATED_IN = "located_in"


def node_id(kind: NodeKind, name: str) -> str:
    """The name of a node."""
    return f"{kind.value}:{name}"


def product_id(name: str) -> str:
    """The node of a product; names that differ in width, case or signs alone are one."""
    return node_id(NodeKind.PRODUCT, squeeze(name) or name)


def enterprise_id(name: str) -> str:
    """The node of a firm; spellings that differ in form of law, width or brackets are one."""
    return node_id(NodeKind.ENTERPRISE, firm_key(name))


@dataclass(frozen=True)
class ChainGraph:
    """The graph with what it was built from.

    Attributes:
        graph: Typed nodes and edges.
        known: Lists and offers behind it.
        chains: Templates behind it.
        attachments: ``(row id, product)`` → where it belongs, of demands and of supplies.
        prefecture: What is local.
    """

    graph: nx.MultiDiGraph
    known: Known
    chains: Sequence[Chain]
    attachments: Mapping[tuple[str, str], Attachment]
    prefecture: Prefecture

    def nodes(self, kind: NodeKind) -> list[str]:
        """Nodes of a kind, in order of their names."""
        return sorted(n for n, data in self.graph.nodes(data=True) if data["kind"] == kind)

    def edges(self, kind: EdgeKind) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Edges of a kind with their attributes."""
        return ((u, v, d) for u, v, d in self.graph.edges(data=True) if d["kind"] == kind)

    def supports(self, product: str) -> bool:
        """Whether a product stands in support (配套) only."""
        stages = self.graph.nodes[product].get("stages", ())
        return bool(stages) and all(self.graph.nodes[s]["position"] == SUPPORT for s in stages)

    def nodes_with(self, kind: EdgeKind) -> list[str]:
        """Nodes that an edge of a kind leads to, in order of their names."""
        return sorted({v for _, v, _ in self.edges(kind)})

    def label(self, node: str) -> str:
        """A node's name as people write it."""
        return str(self.graph.nodes[node]["label"])

    def name(self, node: str) -> str:
        """The label; of a firm outside the scope no more than the id of its supply."""
        return self.label(node) if node in self.graph else node.partition(":")[2]

    def nodes_of(self, row_id: str, part: str) -> tuple[str, ...]:
        """The product nodes of one product of a row."""
        return product_nodes(self.attachments[row_id, part])

    @property
    def questions(self) -> list[Attachment]:
        """Attachments that a person is to confirm, the most probable first."""
        doubtful = (a for a in self.attachments.values() if a.doubtful)
        return sorted(doubtful, key=lambda a: (-a.score, a.row_id, a.part))

    @property
    def unattached(self) -> list[Attachment]:
        """Products that belong to no template, with their nearest candidates, by row."""
        none = (a for a in self.attachments.values() if not a.firm and not a.doubtful)
        return sorted(none, key=lambda a: (a.row_id, a.part))


def build(known: Known, chains: Sequence[Chain]) -> ChainGraph:
    """The graph of everything known.

    Linear in rows, offers and template entries, besides the attaching (see
    :func:`~matcher.chain.attach.attach`).
    """
    prefecture = Prefecture.of(known.prefecture, (d.county for d in known.demands))
    attachments = attach((*known.demands, *known.supplies), chains, by_name=known.by_name)
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    _add_templates(graph, chains)
    _add_rows(graph, known, attachments, prefecture)
    _add_offers(graph, known)
    _add_broader(graph)
    return ChainGraph(graph, known, tuple(chains), attachments, prefecture)


def product_nodes(attachment: Attachment) -> tuple[str, ...]:
    """The nodes that an attachment leads to: those of the template, else one of its own."""
    refs = attachment.refs
    if refs:
        return tuple(dict.fromkeys(product_id(name) for _, name in refs))
    return (node_id(NodeKind.PRODUCT, meaning(attachment.part).key or attachment.part),)


def stage_id(chain: str, stage: str) -> str:
    """The node of a stage."""
    return node_id(NodeKind.STAGE, f"{chain}/{stage}")


def _add_templates(graph: nx.MultiDiGraph, chains: Sequence[Chain]) -> None:
    for chain in chains:
        root = node_id(NodeKind.CHAIN, chain.name)
        graph.add_node(root, kind=NodeKind.CHAIN, label=chain.name, title=chain.title)
        for stage in chain.stages:
            node = stage_id(chain.name, stage.id)
            graph.add_node(node, kind=NodeKind.STAGE, label=stage.name, chain=chain.name,
                           position=stage.position, order=stage.order)  # fmt: skip
            add_edge(graph, node, root, EdgeKind.PART_OF)
        for product in chain.products:
            stage_node = stage_id(chain.name, product.stage)
            node = add_product(graph, product.name, stage_node)
            add_edge(graph, node, stage_node, EdgeKind.PART_OF)
    for one, other in feeds(chains):
        if product_id(one[1]) != product_id(other[1]):  # the same product of another chain
            add_edge(graph, product_id(one[1]), product_id(other[1]), EdgeKind.FEEDS)


def add_product(graph: nx.MultiDiGraph, name: str, stage: str = "", node: str = "") -> str:
    """A product's node, added where it is new; products of several stages keep them all."""
    node = node or product_id(name)
    if node not in graph:
        graph.add_node(node, kind=NodeKind.PRODUCT, label=name, template=bool(stage), stages=())
    if stage and stage not in graph.nodes[node]["stages"]:
        graph.nodes[node]["stages"] += (stage,)
    return node


def add_edge(
    graph: nx.MultiDiGraph, one: str, other: str, kind: EdgeKind, key: str = "", **data: Any
) -> None:
    """An edge; of one kind and key there is one between two nodes."""
    graph.add_edge(one, other, key=f"{kind.value}:{key}" if key else kind.value, kind=kind, **data)


def add_enterprise(graph: nx.MultiDiGraph, name: str, county: str, prefecture: Prefecture) -> str:
    """A firm's node, and its place where that is known."""
    node = enterprise_id(name)
    if node not in graph:
        local = prefecture.holds(county)
        graph.add_node(node, kind=NodeKind.ENTERPRISE, label=name, leader=False, supplier=False,
                       county=county, tier="", local=local)  # fmt: skip
        if county:
            place = node_id(NodeKind.COUNTY, county)
            graph.add_node(place, kind=NodeKind.COUNTY, label=county, local=local)
            add_edge(graph, node, place, EdgeKind.LOCATED_IN)
    return node


def owner_of(row: Row) -> str:
    """The firm of a row; a row without one stands for a firm of its own."""
    return row.owner or f"（未填企业）{row.row_id}"


def _add_rows(
    graph: nx.MultiDiGraph,
    known: Known,
    attachments: Mapping[tuple[str, str], Attachment],
    prefecture: Prefecture,
) -> None:
    demands = sorted(known.demands, key=lambda row: row.demand_id)
    supplies = sorted(known.supplies, key=lambda row: row.supply_id)
    rows: list[Row] = [*demands, *supplies]
    for row in rows:
        name = owner_of(row)
        county = row.county or known.counties.get(firm_key(name), "")
        firm = add_enterprise(graph, name, county, prefecture)
        data = graph.nodes[firm]
        wanted = isinstance(row, Demand)
        data["leader" if wanted else "supplier"] = True
        if isinstance(row, Supply) and row.tier:
            data["tier"] = row.tier
        for part in parts_of(row):
            attachment = attachments[row.row_id, part]
            for node in product_nodes(attachment):
                add_product(graph, part, node=node)
                key = f"{row.row_id}/{part}"
                score = attachment.score if attachment.firm else None
                if isinstance(row, Demand):
                    add_edge(graph, firm, node, EdgeKind.NEEDS, key, demand_id=row.demand_id,
                             quantity=row.annual_quantity, category=row.category,
                             chain=row.chain, part=part, score=score)  # fmt: skip
                else:
                    add_edge(graph, firm, node, EdgeKind.MAKES, key, supply_id=row.supply_id,
                             capacity=row.annual_capacity, part=part, score=score)  # fmt: skip


_STANDING = {Verdict.ACCEPTED: EdgeKind.ACCEPTED, None: EdgeKind.SUGGESTED, Verdict.UNSURE: EdgeKind.SUGGESTED}  # fmt: skip


def edge_of(offer: Offer, acceptable: float) -> EdgeKind | None:
    """How an offer stands in the graph; None for rejected ones and for those too weak to count."""
    if offer.contracted:
        return EdgeKind.CONTRACTED
    kind = _STANDING.get(offer.verdict)
    weak = offer.probability is None or offer.probability < acceptable
    return None if kind is EdgeKind.SUGGESTED and weak else kind


def _add_offers(graph: nx.MultiDiGraph, known: Known) -> None:
    demands = {row.demand_id: row for row in known.demands}
    supplies = {row.supply_id: row for row in known.supplies}
    for offer in known.offers:
        demand, supply = demands.get(offer.demand_id), supplies.get(offer.supply_id)
        kind = edge_of(offer, known.acceptable)
        if demand and supply and kind:
            add_edge(
                graph, enterprise_id(owner_of(supply)), enterprise_id(owner_of(demand)), kind,
                f"{offer.demand_id}/{offer.supply_id}", demand_id=offer.demand_id,
                supply_id=offer.supply_id, probability=offer.probability,
                part=fold(offer.demand_product),
            )  # fmt: skip


def _add_broader(graph: nx.MultiDiGraph) -> None:
    """From each product to the nearest kinds of it that are in the graph, by the lexicon."""
    known = lexicon()
    concepts: dict[str, list[str]] = {}
    for node, data in list(graph.nodes(data=True)):
        if data["kind"] == NodeKind.PRODUCT:
            concept = meaning(data["label"]).concept
            if concept:
                concepts.setdefault(concept, []).append(node)
    for concept, nodes in concepts.items():
        kinds = [kind for kind in known.ancestors(concept) if kind in concepts]
        near = [k for k in kinds if not any(k in known.ancestors(o) for o in kinds if o != k)]
        for node in nodes:
            for other in _each(concepts, near):
                if other != node:
                    add_edge(graph, node, other, EdgeKind.BROADER)


def _each(concepts: Mapping[str, list[str]], kinds: Iterable[str]) -> Iterator[str]:
    return (node for kind in sorted(kinds) for node in concepts[kind])
