"""What stands still if this one is gone (假如退出), and what a firm depends on."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from matcher.chain.analysis.gaps import need_of
from matcher.chain.graph import ChainGraph, EdgeKind, enterprise_id, owner_of
from matcher.chain.serving import Serving
from matcher.model import Demand
from matcher.quantity import coverage

T = TypeVar("T", str, int)


@dataclass(frozen=True, slots=True)
class Need:
    """One product of a demand, as the network sees it.

    Attributes:
        demand_id: The demand row.
        part: The product of the row.
        leader: Node of the firm that needs it.
        products: Its product nodes; several where chains share its name.
        sources: Nodes of the firms that serve it.
        shares: Firm → share of the yearly need that it could cover; None where unknown.
        quantity: The yearly need in ``unit``, None where unknown.
        unit: The demand's unit.
    """

    demand_id: str
    part: str
    leader: str
    products: tuple[str, ...]
    sources: frozenset[str]
    shares: Mapping[str, float | None] = field(default_factory=dict)
    quantity: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class SupplyNetwork:
    """Who makes what, what is made from what, who needs what from whom.

    Attributes:
        makers: Product → the firms that make it, where there are any.
        feeds: Product → the products that are made with it.
        needs: The needs.
    """

    makers: Mapping[str, frozenset[str]]
    feeds: Mapping[str, frozenset[str]]
    needs: Sequence[Need] = ()

    @cached_property
    def makes(self) -> Mapping[str, tuple[str, ...]]:
        """Firm → its products."""
        return _turned((firm, product) for product, made in self.makers.items() for firm in made)

    @cached_property
    def fed_by(self) -> Mapping[str, tuple[str, ...]]:
        """Product → what it is made from."""
        return _turned((b, a) for a, fed in self.feeds.items() for b in fed)

    @cached_property
    def products(self) -> frozenset[str]:
        """All products."""
        needed = (product for need in self.needs for product in need.products)
        return frozenset((*self.makers, *self.feeds, *self.fed_by, *needed))

    @cached_property
    def needs_of(self) -> Mapping[str, tuple[int, ...]]:
        """Firm → its needs, by their index."""
        return _turned((need.leader, i) for i, need in enumerate(self.needs))

    @cached_property
    def needed(self) -> Mapping[str, tuple[int, ...]]:
        """Product → the needs for it, by their index."""
        return _turned((p, i) for i, need in enumerate(self.needs) for p in need.products)

    @cached_property
    def serves(self) -> Mapping[str, tuple[int, ...]]:
        """Firm → the needs that it serves, by their index."""
        return _turned((firm, i) for i, need in enumerate(self.needs) for firm in need.sources)


def _turned(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for key, value in sorted(pairs):
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def network_of(chain: ChainGraph, serving: Serving | None = None) -> SupplyNetwork:
    """The supply network of a chain; without ``serving`` it has no needs. Linear.

    What feeds from support (配套) is left out: a works goes on for a while without the maker of its
    valves, and what it needs of them itself is among its needs.
    """
    makers: dict[str, set[str]] = {}
    feeds: dict[str, set[str]] = {}
    for firm, product, _ in chain.edges(EdgeKind.MAKES):
        makers.setdefault(product, set()).add(firm)
    for one, other, _ in chain.edges(EdgeKind.FEEDS):
        if not chain.supports(one):
            feeds.setdefault(one, set()).add(other)
    needs = [
        need
        for demand_id in sorted(serving.demands if serving else ())
        if serving
        for need in _needs(serving, serving.demands[demand_id])
    ]
    return SupplyNetwork(
        {product: frozenset(made) for product, made in makers.items()},
        {product: frozenset(fed) for product, fed in feeds.items()},
        tuple(needs),
    )


def _needs(serving: Serving, demand: Demand) -> Iterable[Need]:
    quantity, unit = need_of(demand.annual_quantity, demand.unit)
    for part, sources in serving.sources(demand.demand_id).items():
        shares: dict[str, float | None] = {}
        for source in sources:
            share = coverage(source.capacity, demand.annual_quantity)
            before = shares.get(source.enterprise, 0.0)
            unknown = share is None or before is None
            shares[source.enterprise] = None if unknown else (before or 0.0) + (share or 0.0)
        yield Need(
            demand.demand_id, part, enterprise_id(owner_of(demand)),
            serving.chain.nodes_of(demand.demand_id, part), frozenset(shares), shares, quantity, unit,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """What the loss of some nodes reaches, each with its distance.

    Attributes:
        products: Products that are no longer made here, or lack what they are made from.
        firms: Firms that are gone or lack something they need.
        needs: Needs that are lost as a whole, by index.
    """

    products: dict[str, int]
    firms: dict[str, int]
    needs: dict[int, int]


def reach(network: SupplyNetwork, removed: Collection[str]) -> Reach:
    """What is hit when firms or products are removed, in the worst case and without stocks.

    Definition, as the least fixed point of five rules; ``d`` is the distance:

    1. What is removed is hit, at distance 0.
    2. A product *lacks material* at ``d(q) + 1`` where a product ``q`` that feeds it is hit.
    3. A product is *unmade* at ``max d + 1`` over its makers where it has any and all are hit. It
       is hit where it is removed, lacks material or is unmade.
    4. A need is lost at ``max d + 1`` over its sources where it has any and all are hit; and at
       ``d + 1`` where its product is removed or lacks material at ``d`` (of several products of
       one name the last one counts).
    5. A firm is hit at the distance of its first lost need.

    Products without a maker and needs without a source are supplied from outside: only rules 1, 2
    and 4 reach them. A firm that lacks one material still makes what it needs it not for; therefore
    rule 2 hits the product and not its makers.

    Complexity: O((V + E) log V) over what is hit and its neighbours; what is not reached costs
    nothing. All distances grow along the rules, so that taking the nearest first is right (Knuth
    1977, A generalization of Dijkstra's algorithm).
    """
    spread = _Spread(network)
    for node in set(removed):
        spread.push(0, "lacking" if node in network.products else "firm", node)
    return spread.run()


class _Spread:
    """The rules of :func:`reach`, the nearest first; what is counted down holds ``max`` and ``all``."""

    def __init__(self, network: SupplyNetwork) -> None:
        self.network = network
        self.found = Reach({}, {}, {})
        self._lacking: set[str] = set()
        self._left: dict[tuple[str, str | int], int] = {}
        self._heap: list[tuple[int, str, str | int]] = []

    def push(self, distance: int, what: str, which: str | int) -> None:
        heapq.heappush(self._heap, (distance, what, which))

    def run(self) -> Reach:
        while self._heap:
            distance, what, which = heapq.heappop(self._heap)
            if isinstance(which, int):
                self._need(distance, which)
            elif what == "firm":
                self._firm(distance, which)
            else:
                if what == "lacking":
                    self._material(distance, which)
                self._product(distance, which)
        return self.found

    def _last(self, what: str, which: str | int, of: int) -> bool:
        """Count one of ``of`` down; whether it was the last."""
        self._left[what, which] = self._left.get((what, which), of) - 1
        return not self._left[what, which]

    def _need(self, distance: int, i: int) -> None:
        if i not in self.found.needs:
            self.found.needs[i] = distance
            self.push(distance, "firm", self.network.needs[i].leader)

    def _firm(self, distance: int, firm: str) -> None:
        if firm in self.found.firms:
            return
        self.found.firms[firm] = distance
        for product in self.network.makes.get(firm, ()):
            if self._last("makers", product, len(self.network.makers[product])):
                self.push(distance + 1, "unmade", product)
        for i in self.network.serves.get(firm, ()):
            if self._last("sources", i, len(self.network.needs[i].sources)):
                self.push(distance + 1, "need", i)

    def _material(self, distance: int, product: str) -> None:
        if product in self._lacking:
            return
        self._lacking.add(product)
        for i in self.network.needed.get(product, ()):
            if self._last("products", i, len(self.network.needs[i].products)):
                self.push(distance + 1, "need", i)

    def _product(self, distance: int, product: str) -> None:
        if product not in self.found.products:
            self.found.products[product] = distance
            for other in self.network.feeds.get(product, ()):
                self.push(distance + 1, "lacking", other)


@dataclass(frozen=True, slots=True)
class Loss:
    """What one need loses.

    Attributes:
        need: The need.
        distance: How far from what was removed.
        complete: Whether nothing is left.
        share: Share of the yearly need that was covered and no longer is, 0 to 1; None where
            capacities cannot be compared.
        quantity: That share in the need's unit.
        left: Names of the firms that still serve it.
    """

    need: Need
    distance: int
    complete: bool
    share: float | None
    quantity: float | None
    left: tuple[str, ...]


def losses(network: SupplyNetwork, reached: Reach) -> list[Loss]:
    """What every need loses that lost a source or its product, by distance and id.

    Formula: with ``c(f)`` the share of the yearly need that firm ``f`` can cover, the loss is
    ``min(1, Σ c over all sources) − min(1, Σ c over those left)``; nobody is left to a need that
    its product's loss reached. Complexity: O(needs that lost something × their sources).
    """
    touched = set(reached.needs)
    for firm in reached.firms:
        touched.update(network.serves.get(firm, ()))
    found = []
    for i in sorted(touched):
        need = network.needs[i]
        gone = [reached.firms[f] + 1 for f in need.sources if f in reached.firms]
        complete = i in reached.needs
        left = () if complete else tuple(sorted(need.sources - set(reached.firms)))
        share = None
        known = [need.shares.get(firm) for firm in need.sources]
        if known and None not in known:
            before = min(1.0, sum(s for s in known if s is not None))
            share = before - min(1.0, sum(need.shares[firm] or 0.0 for firm in left))
        quantity = (
            share * need.quantity if share is not None and need.quantity is not None else None
        )
        distance = reached.needs[i] if complete else min(gone)
        found.append(Loss(need, distance, complete, share, quantity, left))
    return sorted(found, key=lambda x: (x.distance, x.need.demand_id, x.need.part))


@dataclass(frozen=True, slots=True)
class Dependence:
    """Something a firm depends on; ``critical`` where its loss alone hits the firm."""

    node: str
    distance: int
    critical: bool


def depends_on(network: SupplyNetwork, firm: str, *, most: int = 2000) -> list[Dependence]:
    """Everything up the network that a firm's needs go back to, the nearest first.

    Definition: ``x`` stands upstream of the firm where a path of *serves*, *makes* and *feeds*
    leads from ``x`` to one of its needs; its distance is that of the shortest one. ``x`` is
    *critical* where :func:`reach` of ``{x}`` alone hits the firm.

    Complexity: O(V + E) for what stands upstream, and one :func:`reach` for each of the ``most``
    nearest (beyond them nothing is called critical).
    """
    distances: dict[str, int] = {}
    queue: deque[tuple[str, int]] = deque()

    def see(node: str, distance: int) -> None:
        if node not in distances and node != firm:
            distances[node] = distance
            queue.append((node, distance))

    def see_needs(who: str, distance: int) -> None:
        for i in network.needs_of.get(who, ()):
            need = network.needs[i]
            for node in (*sorted(need.sources), *need.products):
                see(node, distance)

    see_needs(firm, 1)
    for product in network.makes.get(firm, ()):
        for other in network.fed_by.get(product, ()):
            see(other, 1)
    while queue:
        node, distance = queue.popleft()
        for other in (*sorted(network.makers.get(node, ())), *network.fed_by.get(node, ())):
            see(other, distance + 1)
        see_needs(node, distance + 1)
    nearest = sorted(distances.items(), key=lambda item: (item[1], item[0]))
    own = set(network.makes.get(firm, ()))
    return [
        Dependence(node, distance, place < most and _hits(network, node, firm, own))
        for place, (node, distance) in enumerate(nearest)
    ]


def _hits(network: SupplyNetwork, node: str, firm: str, own: Collection[str]) -> bool:
    reached = reach(network, [node])
    return firm in reached.firms or any(product in reached.products for product in own)
