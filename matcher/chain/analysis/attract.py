"""强链、补链、延链、招商: what is strong here, what is missing, whom to bring in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.chain.analysis.gaps import Gap, GapScope, gaps, local_makers, need_of
from matcher.chain.attach import parts_of
from matcher.chain.graph import ChainGraph, EdgeKind
from matcher.chain.serving import Serving
from matcher.model import Quantity
from matcher.quantity import conversion


@dataclass(frozen=True, slots=True)
class Missing:
    """A product to bring in (补链、招商).

    Attributes:
        node: Its node.
        product: Its name.
        stages: Names of the template stages it belongs to, as ``链·环节``.
        demand_ids: The demands for it that nobody serves here.
        leaders: Who needs it.
        scope: ``everywhere`` where none of the demands is served from elsewhere either.
        quantities: Unit → how much is needed in a year; demands without a number are not in it.
        upstream: What it is made from or with and somebody here makes, each with a firm.
        downstream: What is made with it and somebody here makes, each with a firm.
    """

    node: str
    product: str
    stages: tuple[str, ...]
    demand_ids: tuple[str, ...]
    leaders: tuple[str, ...]
    scope: GapScope
    quantities: Mapping[str, float]
    upstream: tuple[tuple[str, str], ...]
    downstream: tuple[tuple[str, str], ...]


def missing_products(serving: Serving) -> list[Missing]:
    """What to bring in, the most wanted first (招商).

    Definition: the products of all gaps (:func:`~matcher.chain.analysis.gaps.gaps`), one entry a
    product node. Rank: more leaders, then more demands, then more neighbours up and down the chain
    that exist here, then the name. Complexity: O(gaps × degree).
    """
    chain = serving.chain
    wanted: dict[str, list[Gap]] = {}
    for gap in gaps(serving):
        for part in parts_of(serving.demands[gap.demand_id]):
            for node in chain.nodes_of(gap.demand_id, part)[:1]:
                wanted.setdefault(node, []).append(gap)
    return ranked(_missing(chain, node, mine) for node, mine in wanted.items())


def ranked(missing: Iterable[Missing]) -> list[Missing]:
    """The most wanted first, as :func:`missing_products` ranks them."""
    return sorted(
        missing,
        key=lambda m: (-len(m.leaders), -len(m.demand_ids), -len(m.upstream) - len(m.downstream), m.node),
    )  # fmt: skip


def _missing(chain: ChainGraph, node: str, mine: list[Gap]) -> Missing:
    quantities: dict[str, float] = {}
    for gap in mine:
        if gap.uncovered is not None:
            quantities[gap.unit] = quantities.get(gap.unit, 0.0) + gap.uncovered
    far = {gap.scope for gap in mine}
    return Missing(
        node=node,
        product=chain.label(node),
        stages=stage_names(chain, node),
        demand_ids=tuple(gap.demand_id for gap in mine),
        leaders=tuple(sorted({gap.leader for gap in mine})),
        scope=GapScope.EVERYWHERE if far == {GapScope.EVERYWHERE} else GapScope.PREFECTURE,
        quantities=quantities,
        upstream=_made(chain, before(chain, node)),
        downstream=_made(chain, after(chain, node)),
    )


def stage_names(chain: ChainGraph, node: str) -> tuple[str, ...]:
    """The stages of a product as ``链·环节``."""
    nodes = chain.graph.nodes
    return tuple(f"{nodes[s]['chain']}·{nodes[s]['label']}" for s in nodes[node].get("stages", ()))


def before(chain: ChainGraph, node: str) -> list[str]:
    """What a product is made from, one step up."""
    edges = chain.graph.in_edges(node, data=True)
    return sorted({u for u, _, data in edges if data["kind"] == EdgeKind.FEEDS})


def after(chain: ChainGraph, node: str) -> list[str]:
    """What is made with a product, one step down."""
    edges = chain.graph.out_edges(node, data=True)
    return sorted({v for _, v, data in edges if data["kind"] == EdgeKind.FEEDS})


def _made(chain: ChainGraph, nodes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    pairs = ((node, local_makers(chain, node)) for node in nodes)
    return tuple((chain.label(node), chain.label(firms[0])) for node, firms in pairs if firms)


@dataclass(frozen=True, slots=True)
class EmptyStage:
    """A stage of a chain in which nobody here makes anything (缺失环节)."""

    chain: str
    stage: str
    position: str
    products: int


def missing_stages(chain: ChainGraph) -> list[EmptyStage]:
    """Stages of the templates without a local maker, in the order of the templates.

    Only chains that a demand names count: nobody misses the others. Linear.
    """
    asked = {demand.chain for demand in chain.known.demands}
    made = {
        v for u, v, _ in chain.edges(EdgeKind.MAKES) if chain.graph.nodes[u]["local"] is not False
    }
    filled = {stage for node in made for stage in chain.graph.nodes[node]["stages"]}
    return [
        EmptyStage(
            template.name, stage.name, stage.position,
            sum(product.stage == stage.id for product in template.products),
        )
        for template in chain.chains
        if template.name in asked
        for stage in template.stages
        if f"stage:{template.name}/{stage.id}" not in filled
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Strength:
    """A product of which more is made here than asked for (强链), and what it could feed (延链).

    Attributes:
        node: Its node.
        product: Its name.
        makers: Firms that make it here.
        capacity: Their yearly capacity in ``unit``.
        needed: What the demands ask for in a year, in ``unit``.
        surplus: ``capacity − needed``.
        unit: The unit of the largest capacity.
        extensions: Products made with it that nobody here makes.
    """

    node: str
    product: str
    makers: tuple[str, ...]
    capacity: float
    needed: float
    surplus: float
    unit: str
    extensions: tuple[str, ...]


def strengths(chain: ChainGraph) -> list[Strength]:
    """Template products with a surplus here, those that could feed most first.

    Definition: capacities of makers that are not known to be elsewhere, and all needs, are added up
    after conversion to the unit of the largest capacity; a capacity or need that has no number or
    cannot be converted is left out. A row of several products counts its capacity for each: an
    upper end. A product is a strength where capacity exceeds need. Complexity: O(V + E).
    """
    found = []
    for node in chain.nodes_with(EdgeKind.MAKES):
        makers = local_makers(chain, node)
        if not makers or not chain.graph.nodes[node]["template"]:
            continue
        edges = [(u, data) for u, _, data in chain.graph.in_edges(node, data=True)]
        made = [
            _amount(d["capacity"]) for u, d in edges if d["kind"] == EdgeKind.MAKES and u in makers
        ]
        asked = [_amount(d["quantity"]) for _, d in edges if d["kind"] == EdgeKind.NEEDS]
        known = [amount for amount in made if amount is not None]
        if not known:
            continue
        unit = max(known, key=lambda amount: (amount[0], amount[1]))[1]
        capacity, needed = _total(made, unit), _total(asked, unit)
        if capacity > needed:
            open_ends = [n for n in after(chain, node) if not local_makers(chain, n)]
            found.append(
                Strength(
                    node, chain.label(node), tuple(map(chain.label, makers)), capacity, needed,
                    capacity - needed, unit, tuple(map(chain.label, open_ends)),
                )
            )  # fmt: skip
    return sorted(found, key=lambda s: (-len(s.extensions), -s.surplus, s.node))


def _amount(quantity: Quantity | None) -> tuple[float, str] | None:
    """Yearly amount and unit: of a capacity or need the certain end."""
    amount, unit = need_of(quantity, "")
    return None if amount is None else (amount, unit)


def _total(amounts: Iterable[tuple[float, str] | None], unit: str) -> float:
    total = 0.0
    for amount in amounts:
        factor = conversion(amount[1], unit) if amount else None
        if amount and factor is not None:
            total += amount[0] * factor
    return total
