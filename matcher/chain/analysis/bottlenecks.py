"""堵点: needs that hang on one supplier or on too little capacity, and where a network parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from matcher.chain.analysis.gaps import need_of, stages_of
from matcher.chain.graph import ChainGraph, EdgeKind
from matcher.chain.serving import Serving, Source, firms
from matcher.model import Demand
from matcher.quantity import coverage

_ENOUGH = 1.0 - 1e-9


class Reason(StrEnum):
    """Why a need is a bottleneck."""

    SINGLE = "single"
    SHORT = "short"
    PART_MISSING = "part_missing"


REASONS = {
    Reason.SINGLE: "只有一家供应",
    Reason.SHORT: "产能合计不够",
    Reason.PART_MISSING: "这一样没有供应",
}


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One product of a demand that is served, but thinly.

    Attributes:
        demand_id: The demand row.
        product: The product of the row.
        chain: Its chain, as the list says.
        stage: Names of its template stages.
        leader: Who needs it.
        reasons: One or more of :class:`Reason`.
        suppliers: Names of the firms that serve it, in order.
        supply_ids: Their supply rows.
        need: The yearly need in ``unit``; None where the list gives no number.
        capacity: Capacity of the firms together in that unit, as far as it can be compared: an
            upper end, for a row's capacity is counted whole for each product and demand.
        unit: The demand's unit.
        covered: ``capacity / need``; None where it cannot be compared at all.
        unknown_capacities: Supply rows whose capacity cannot be compared.
        hhi: See :func:`concentration`.
    """

    demand_id: str
    product: str
    chain: str
    stage: tuple[str, ...]
    leader: str
    reasons: tuple[Reason, ...]
    suppliers: tuple[str, ...]
    supply_ids: tuple[str, ...]
    need: float | None
    capacity: float | None
    unit: str
    covered: float | None
    unknown_capacities: int
    hhi: float | None


def bottlenecks(serving: Serving, *, local: bool = False) -> list[Bottleneck]:
    """All bottlenecks, by demand and product.

    Definition: let ``S`` be the supplies that serve a product of a demand and ``c(s)`` the share of
    the yearly need that the yearly capacity of ``s`` covers after conversion of units
    (:func:`matcher.quantity.coverage`). The product is *single* where the supplies in ``S`` are of
    one firm, *short* where every ``c(s)`` is known and ``Σ c(s) < 1``, *part_missing* where ``S``
    is empty while other products of the row are served (a row without any is a gap).

    Complexity: O(pairs).

    Args:
        serving: Who serves what.
        local: Whether only suppliers of the prefecture, or of unknown place, count.
    """
    found = []
    for demand_id in sorted(serving.demands):
        sources = serving.sources(demand_id, local=local)
        if any(sources.values()):
            for part, mine in sources.items():
                thin = _bottleneck(serving, serving.demands[demand_id], part, mine)
                if thin.reasons:
                    found.append(thin)
    return found


def _bottleneck(
    serving: Serving, demand: Demand, part: str, sources: tuple[Source, ...]
) -> Bottleneck:
    need, unit = need_of(demand.annual_quantity, demand.unit)
    shares = [coverage(source.capacity, demand.annual_quantity) for source in sources]
    known = [share for share in shares if share is not None]
    covered = sum(known) if known else None
    suppliers = firms(sources)
    reasons = []
    if not sources:
        reasons.append(Reason.PART_MISSING)
    if len(suppliers) == 1:
        reasons.append(Reason.SINGLE)
    if covered is not None and len(known) == len(shares) and covered < _ENOUGH:
        reasons.append(Reason.SHORT)
    per_firm = dict.fromkeys(suppliers, 0.0)
    for source, share in zip(sources, shares, strict=True):
        per_firm[source.enterprise] += share or 0.0
    return Bottleneck(
        demand_id=demand.demand_id,
        product=part,
        chain=demand.chain,
        stage=stages_of(serving.chain, demand),
        leader=demand.leader,
        reasons=tuple(reasons),
        suppliers=tuple(serving.chain.name(firm) for firm in suppliers),
        supply_ids=tuple(sorted({source.supply_id for source in sources})),
        need=need,
        capacity=covered * need if covered is not None and need is not None else None,
        unit=unit,
        covered=covered,
        unknown_capacities=len(shares) - len(known),
        hhi=concentration(per_firm.values()) if len(known) == len(shares) else None,
    )


def concentration(amounts: Iterable[float]) -> float | None:
    """Herfindahl–Hirschman index of supplier concentration (集中度), between 1/n and 1.

    ``HHI = Σ (aᵢ / Σa)²`` over the suppliers' capacities ``aᵢ``; 1 is a single supplier. None
    where nothing is supplied. Source: Hirschman 1964. O(n).
    """
    known = [amount for amount in amounts if amount > 0]
    whole = sum(known)
    return sum((amount / whole) ** 2 for amount in known) if whole else None


def supply_network(chain: ChainGraph) -> nx.Graph:
    """Firms and products, joined where a firm makes or needs the product; undirected, simple."""
    graph: nx.Graph = nx.Graph()
    for kind in (EdgeKind.MAKES, EdgeKind.NEEDS):
        graph.add_edges_from((firm, product) for firm, product, _ in chain.edges(kind))
    return graph


def articulation_points(network: nx.Graph) -> dict[str, int]:
    """Nodes whose loss parts a network (割点) → into how many pieces their component falls.

    Definition: ``v`` is an articulation point where removing it leaves more connected components
    than there were. Its component falls into as many pieces as there are biconnected components
    that contain ``v``. Source: Hopcroft and Tarjan 1973, by :mod:`networkx`. O(V + E).
    """
    blocks: Counter[str] = Counter()
    for block in nx.biconnected_components(network):
        blocks.update(block)
    return {node: blocks[node] for node in sorted(nx.articulation_points(network))}


def bridges(network: nx.Graph) -> list[tuple[str, str]]:
    """Links whose loss parts a network (桥), each in order of its ends, all in order.

    Source: Tarjan 1974, by :mod:`networkx`. O(V + E).
    """
    return sorted((min(u, v), max(u, v)) for u, v in nx.bridges(network))
