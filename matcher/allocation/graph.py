"""An instance as arrays: pairs between demands and supplies, and its connected components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matcher.allocation.problem import Instance, Options

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
TINY = 1e-6  # part of a need and of a capacity below which nothing is traded
_BLOCK = 20_000  # pairs solved at once; components are never cut


@dataclass(frozen=True, slots=True, eq=False)
class FloorRow:
    """A floor over pairs: their parts of needs should add up to ``target`` needs."""

    pairs: Ints
    target: float


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Pairs that can trade, ordered by demand and supply id.

    Attributes:
        demands: Number of demands.
        supplies: Number of supplies.
        demand: Demand of each pair, shape (pairs,).
        supply: Supply of each pair.
        link: Link of each pair: a demand and a firm, whose rows count as one supplier.
        link_demand: Demand of each link, shape (links,).
        link_firm: Firm of each link.
        value: Value of covering the whole need, shape (pairs,).
        load: Capacities that the whole need takes.
        most: Greatest part of the need that the capacity allows, ``min(1, 1 / load)``.
        kept: Part of the need in the plan before, at most ``most``.
        pinned: Part of the need that is pinned, at most ``most``.
        floors: Floors over the pairs.
    """

    demands: int
    supplies: int
    demand: Ints
    supply: Ints
    link: Ints
    link_demand: Ints
    link_firm: Ints
    value: Floats
    load: Floats
    most: Floats
    kept: Floats
    pinned: Floats
    floors: tuple[FloorRow, ...]

    def __len__(self) -> int:
        return len(self.demand)

    def of_links(self, share: Floats) -> Floats:
        """Parts of needs that links supply, shape (links,), from those of pairs."""
        return np.bincount(self.link, share, len(self.link_demand)).astype(np.float64)

    def part(self, pairs: Ints) -> Graph:
        """The graph of some pairs, with demands, supplies and links numbered anew, in order."""
        demands, demand = np.unique(self.demand[pairs], return_inverse=True)
        supplies, supply = np.unique(self.supply[pairs], return_inverse=True)
        links, link = np.unique(self.link[pairs], return_inverse=True)
        place = np.full(len(self), -1, dtype=np.int64)
        place[pairs] = np.arange(len(pairs))
        floors = tuple(
            FloorRow(here[here >= 0], floor.target)
            for floor in self.floors
            if ((here := place[floor.pairs]) >= 0).any()
        )
        return Graph(
            len(demands), len(supplies), demand, supply, link,
            np.searchsorted(demands, self.link_demand[links]), self.link_firm[links],
            self.value[pairs], self.load[pairs], self.most[pairs], self.kept[pairs],
            self.pinned[pairs], floors,
        )  # fmt: skip

    def blocks(self, options: Options, size: int = _BLOCK) -> Iterator[Ints]:
        """Pairs of connected components, small components together, larger than ``size`` alone.

        A firm joins its rows only where its exposure is capped; a floor joins all its pairs.
        """
        if not len(self):
            return
        groups = self._components(options)
        order = np.argsort(groups, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(groups[order])) + 1, len(self))
        start = last = 0
        for end in ends.tolist():
            if end - start > size and last > start:
                yield np.sort(order[start:last])
                start = last
            last = end
        yield np.sort(order[start:last])

    def _components(self, options: Options) -> Ints:
        """Component of each pair, numbered by their first demands."""
        first, second = [self.demand], [self.demands + self.supply]
        nodes = self.demands + self.supplies
        if options.exposure is not None:
            first.append(self.demand)
            second.append(nodes + self.link_firm[self.link])
            nodes += int(self.link_firm.max()) + 1
        for number, floor in enumerate(self.floors):
            first.append(self.demand[floor.pairs])
            second.append(np.full(len(floor.pairs), nodes + number))
        nodes += len(self.floors)
        a, b = np.concatenate(first), np.concatenate(second)
        edges = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(nodes, nodes))
        _, labels = connected_components(edges.tocsr(), directed=False)
        found: Ints = labels[self.demand].astype(np.int64)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """An instance by ids: what the places of a graph mean.

    Attributes:
        graph: The pairs that can trade under the options.
        demand_ids: Ids of all demands, in order.
        supply_ids: Ids of all supplies, in order.
    """

    graph: Graph
    demand_ids: tuple[str, ...]
    supply_ids: tuple[str, ...]


def sort(instance: Instance, options: Options) -> Sorted:
    """The graph of an instance, whatever the order of its parts.

    Left out are pairs that can trade nothing: no capacity, no value and no pin, or a firm whose
    capacity does not reach the minimum lot of the demand.
    """
    supplies = sorted(instance.supplies, key=lambda s: s.supply_id)
    demand_ids = tuple(sorted(d.demand_id for d in instance.demands))
    supply_ids = tuple(s.supply_id for s in supplies)
    d_place = {name: i for i, name in enumerate(demand_ids)}
    s_place = {name: i for i, name in enumerate(supply_ids)}
    firms: dict[str, int] = {}
    firm_of = [firms.setdefault(s.firm or f"\0{s.supply_id}", len(firms)) for s in supplies]
    candidates = sorted(instance.candidates, key=lambda c: c.pair)
    pins, previous = instance.pins, instance.previous
    demand = np.array([d_place[c.demand_id] for c in candidates], dtype=np.int64)
    supply = np.array([s_place[c.supply_id] for c in candidates], dtype=np.int64)
    load = np.array([c.load for c in candidates], dtype=np.float64)
    value = np.array([c.value for c in candidates], dtype=np.float64)
    with np.errstate(divide="ignore"):
        most = np.minimum(1.0, 1.0 / load)
    kept = np.array([previous.get(c.pair, 0.0) for c in candidates], dtype=np.float64)
    pinned = np.array([pins.get(c.pair, 0.0) for c in candidates], dtype=np.float64)
    firm = np.array(firm_of, dtype=np.int64)[supply] if len(supply) else supply
    keys, link = np.unique(demand * max(1, len(firms)) + firm, return_inverse=True)
    graph = Graph(
        len(demand_ids), len(supply_ids), demand, supply, link,
        keys // max(1, len(firms)), keys % max(1, len(firms)), value, load, most,
        np.minimum(kept, most), np.minimum(pinned, most), _floors(instance, demand, supply_ids, supply),
    )  # fmt: skip
    reach = np.minimum(1.0, graph.of_links(most))[link]
    alive = (most > 0) & ((value > 0) | (pinned > 0)) & (reach >= options.lot * (1 - 1e-9))
    return Sorted(_thinned(graph, np.flatnonzero(alive)), demand_ids, supply_ids)


def _floors(
    instance: Instance, demand: Ints, supply_ids: tuple[str, ...], supply: Ints
) -> tuple[FloorRow, ...]:
    reachable = len(np.unique(demand))
    rows = []
    for floor in sorted(instance.floors, key=lambda f: f.label):
        member = np.array([name in floor.supplies for name in supply_ids], dtype=bool)
        pairs = np.flatnonzero(member[supply]) if len(supply) else supply
        rows.append(FloorRow(pairs, floor.share * reachable))
    return tuple(rows)


def _thinned(graph: Graph, pairs: Ints) -> Graph:
    """Some pairs of a graph, demands and supplies numbered as before."""
    part = graph.part(pairs)
    demands = np.unique(graph.demand[pairs])
    return Graph(
        graph.demands, graph.supplies, graph.demand[pairs], graph.supply[pairs], part.link,
        demands[part.link_demand] if len(pairs) else part.link_demand, part.link_firm,
        part.value, part.load, part.most, part.kept, part.pinned, part.floors,
    )  # fmt: skip
