"""断点: demands that nobody could serve, in the prefecture or anywhere on the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from matcher.chain.attach import parts_of
from matcher.chain.graph import ChainGraph, EdgeKind, NodeKind
from matcher.chain.serving import Pair, Serving
from matcher.model import Demand, Quantity
from matcher.quantity import yearly

RELATIVES = 3


class GapScope(StrEnum):
    """Where nobody serves: only not in the prefecture (州内), or nowhere on the lists."""

    PREFECTURE = "prefecture"
    EVERYWHERE = "everywhere"


class Basis(StrEnum):
    """What a gap rests on: the ranking alone, or a reviewer who rejected what came nearest."""

    PREDICTED = "predicted"
    CONFIRMED = "reviewer-confirmed"


@dataclass(frozen=True, slots=True)
class Relative:
    """Something near a missing product that exists in the prefecture.

    ``relation`` is 近似产品 (suggested, but not good enough), 更宽的一类, 更窄的一类, 上一环节 (what it is
    made from) or 下一环节 (what is made with it); ``score`` is of the suggestion, None for others.
    """

    product: str
    enterprise: str
    relation: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A demand that nobody serves.

    Attributes:
        demand_id: The demand row.
        chain: Its chain, as the list says.
        stage: Names of the template stages that it belongs to; empty where it belongs to none.
        category: 类别 as the list says.
        leader: Who needs it.
        product: What is needed, as written.
        scope: The widest one in which nobody serves it.
        basis: What that rests on.
        best_score: The best probability among what was suggested in that scope and not rejected,
            0 where there is none.
        uncovered: How much of the yearly need is not covered, in ``unit``; None where the list
            gives no number.
        unit: The demand's unit.
        unknown_places: Supplies that were looked at and whose place is unknown.
        relatives: The nearest that exists locally.
    """

    demand_id: str
    chain: str
    stage: tuple[str, ...]
    category: str
    leader: str
    product: str
    scope: GapScope
    basis: Basis
    best_score: float
    uncovered: float | None
    unit: str
    unknown_places: int = 0
    relatives: tuple[Relative, ...] = ()


def gaps(serving: Serving) -> list[Gap]:
    """All gaps, by demand id.

    Definition: ``S(d, P)`` are the supplies that serve demand ``d`` (see
    :mod:`matcher.chain.serving`) in a scope ``P``; a supply of unknown place counts as local, since
    it stands on the prefecture's list. ``d`` is a gap *everywhere* where ``S(d, everywhere) = ∅``,
    else a gap of the *prefecture* where ``S(d, prefecture) = ∅``. It is *reviewer-confirmed* where
    a reviewer rejected the pair that the ranking puts first in that scope, else *predicted*. Of a
    row of several products all must be without supply.

    Complexity: O(pairs), and O(degree) for the relatives of each gap.
    """
    found = []
    for demand_id in sorted(serving.demands):
        scope = _scope(serving, demand_id)
        if scope is not None:
            found.append(_gap(serving, serving.demands[demand_id], scope))
    return found


def _scope(serving: Serving, demand_id: str) -> GapScope | None:
    if not any(serving.sources(demand_id).values()):
        return GapScope.EVERYWHERE
    if not any(serving.sources(demand_id, local=True).values()):
        return GapScope.PREFECTURE
    return None


def _gap(serving: Serving, demand: Demand, scope: GapScope) -> Gap:
    everywhere = scope is GapScope.EVERYWHERE
    pairs = [p for p in serving.pairs(demand.demand_id) if everywhere or p.local is not False]
    scored = [p for p in pairs if p.offer.probability is not None]
    first = max(scored, key=_score, default=None)
    open_scores = [_score(p) for p in scored if not p.rejected]
    uncovered, unit = need_of(demand.annual_quantity, demand.unit)
    return Gap(
        demand_id=demand.demand_id,
        chain=demand.chain,
        stage=stages_of(serving.chain, demand),
        category=demand.category,
        leader=demand.leader,
        product=demand.product_name,
        scope=scope,
        basis=Basis.CONFIRMED if first is not None and first.rejected else Basis.PREDICTED,
        best_score=max(open_scores, default=0.0),
        uncovered=uncovered,
        unit=unit,
        unknown_places=sum(p.local is None for p in pairs),
        relatives=_relatives(serving, demand, pairs),
    )


def _score(pair: Pair) -> float:
    return pair.offer.probability or 0.0


def need_of(quantity: Quantity | None, unit: str) -> tuple[float | None, str]:
    """The certain end of a yearly quantity, with its unit."""
    if quantity is None:
        return None, unit
    low, high = yearly(quantity)
    return (low if low is not None else high), quantity.unit or unit


def stages_of(chain: ChainGraph, demand: Demand) -> tuple[str, ...]:
    """Names of the stages that a demand's products belong to, its own chain's where it is there."""
    nodes = chain.graph.nodes
    found = [
        stage
        for part in parts_of(demand)
        for node in chain.nodes_of(demand.demand_id, part)
        for stage in nodes[node].get("stages", ())
    ]
    own = [stage for stage in found if nodes[stage]["chain"] == demand.chain]
    return tuple(dict.fromkeys(nodes[stage]["label"] for stage in own or found))


def _relatives(serving: Serving, demand: Demand, pairs: Iterable[Pair]) -> tuple[Relative, ...]:
    chain = serving.chain
    near = sorted(
        (p for p in pairs if p.local is not False and p.supply and not p.rejected and _score(p)),
        key=lambda p: (-_score(p), p.offer.supply_id),
    )
    found = [
        Relative(p.offer.supply_product or p.supply.product_name, p.supply.enterprise,
                 "近似产品", p.offer.probability)
        for p in near[:RELATIVES] if p.supply
    ]  # fmt: skip
    for part in parts_of(demand):
        for node in chain.nodes_of(demand.demand_id, part):
            for other, relation in _around(chain, node):
                found += [
                    Relative(chain.label(other), chain.label(firm), relation)
                    for firm in local_makers(chain, other)[:1]
                ]
    return tuple(dict.fromkeys(found))[: 2 * RELATIVES]


def _around(chain: ChainGraph, node: str) -> list[tuple[str, str]]:
    """Products one step away, with how they are related."""
    graph = chain.graph
    found = []
    for _, other, data in graph.out_edges(node, data=True):
        if data["kind"] == EdgeKind.BROADER:
            found.append((other, "更宽的一类"))
        elif data["kind"] == EdgeKind.FEEDS:
            found.append((other, "下一环节"))
    for other, _, data in graph.in_edges(node, data=True):
        if data["kind"] == EdgeKind.BROADER:
            found.append((other, "更窄的一类"))
        elif data["kind"] == EdgeKind.FEEDS:
            found.append((other, "上一环节"))
    order = ("更宽的一类", "更窄的一类", "上一环节", "下一环节")
    return sorted(found, key=lambda item: (order.index(item[1]), item[0]))


def local_makers(chain: ChainGraph, node: str) -> list[str]:
    """Firms that make a product and are not known to be elsewhere, by name."""
    graph = chain.graph
    return sorted(
        {
            firm
            for firm, _, data in graph.in_edges(node, data=True)
            if data["kind"] == EdgeKind.MAKES and graph.nodes[firm]["local"] is not False
        }
    )


def count_gaps(found: Iterable[Gap], by: str) -> dict[str, int]:
    """How many gaps there are by ``chain``, ``stage``, ``category``, ``leader`` or ``scope``.

    A gap of several stages counts in each; 未归入环节 holds those of none.
    """
    counts: Counter[str] = Counter()
    for gap in found:
        value = getattr(gap, by)
        keys = value if isinstance(value, tuple) else (str(value),)
        counts.update(keys or ("未归入环节",))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


__all__ = [
    "Basis", "Gap", "GapScope", "NodeKind", "Relative", "count_gaps", "gaps", "local_makers",
    "need_of", "stages_of",
]  # fmt: skip
