"""Thin places: against counting by hand on random lists and graphs."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest

from matcher.chain.analysis.bottlenecks import (
    Reason,
    articulation_points,
    bottlenecks,
    bridges,
    concentration,
    supply_network,
)
from matcher.chain.attach import parts_of
from matcher.chain.graph import build
from matcher.chain.serving import Serving
from matcher.model import Verdict
from tests.chain.making import demand, known, offer, random_known, supply, tonnes


def counted_by_hand(rows, *, local: bool):
    """(demand, product) → (reasons, firms), straight from the lists."""
    found = {}
    supplies = {s.supply_id: s for s in rows.supplies}
    for d in rows.demands:
        served = {}
        for part in parts_of(d):
            mine = {}
            for o in rows.offers:
                if o.demand_id != d.demand_id or o.demand_product != part:
                    continue
                s = supplies[o.supply_id]
                if local and s.county == "奎屯":
                    continue
                if o.verdict is Verdict.REJECTED:
                    continue
                if o.contracted or o.verdict is Verdict.ACCEPTED or o.probability >= 0.3:
                    mine[s.supply_id] = s
            served[part] = mine
        if not any(served.values()):
            continue
        for part, mine in served.items():
            reasons = set()
            if not mine:
                reasons.add(Reason.PART_MISSING)
            if len({s.enterprise for s in mine.values()}) == 1:
                reasons.add(Reason.SINGLE)
            have = [s.annual_capacity.low if s.annual_capacity else None for s in mine.values()]
            need = d.annual_quantity.low if d.annual_quantity else None
            if mine and need and None not in have and sum(have) < need:
                reasons.add(Reason.SHORT)
            if reasons:
                found[d.demand_id, part] = (reasons, {s.enterprise for s in mine.values()})
    return found


@pytest.mark.parametrize("seed", range(500))
def test_bottlenecks_agree_with_counting_by_hand(seed):
    rows = random_known(seed)
    serving = Serving(build(rows, ()))
    for local in (False, True):
        found = {
            (b.demand_id, b.product): (set(b.reasons), set(b.suppliers))
            for b in bottlenecks(serving, local=local)
        }
        assert found == counted_by_hand(rows, local=local)


@pytest.mark.parametrize("seed", range(500))
def test_articulation_points_and_bridges_agree_with_taking_each_away(seed):
    rng = random.Random(seed)
    graph = nx.gnm_random_graph(rng.randint(2, 14), rng.randint(1, 22), seed=seed)
    graph = nx.relabel_nodes(graph, {n: f"n{n:02}" for n in graph})
    whole = nx.number_connected_components(graph)
    points, links = {}, []
    for node in sorted(graph):
        rest = graph.copy()
        rest.remove_node(node)
        pieces = nx.number_connected_components(rest) - (whole - 1) if len(rest) else 0
        if pieces > 1:
            points[node] = pieces
    for u, v in sorted(map(sorted, graph.edges)):
        rest = graph.copy()
        rest.remove_edge(u, v)
        if nx.number_connected_components(rest) > whole:
            links.append((u, v))
    assert articulation_points(graph) == points
    assert bridges(graph) == links


@pytest.mark.parametrize("seed", range(50))
def test_the_supply_network_joins_firms_with_what_they_make_and_need(seed):
    rows = random_known(seed)
    network = supply_network(build(rows, ()))
    expected = {(d.leader, part) for d in rows.demands for part in parts_of(d)}
    expected |= {(s.enterprise, s.product_name) for s in rows.supplies}
    assert network.number_of_edges() == len(expected)


def test_concentration_is_the_sum_of_squared_shares():
    assert concentration([5]) == 1.0
    assert concentration([1, 1, 1, 1]) == pytest.approx(0.25)
    assert concentration([3, 1, 0]) == pytest.approx(0.625)
    assert concentration([]) is None
    for amounts in itertools.product((1, 2, 7), repeat=3):
        shares = [a / sum(amounts) for a in amounts]
        assert concentration(amounts) == pytest.approx(sum(s * s for s in shares))


def test_units_and_periods_are_converted_before_capacity_is_compared():
    rows = known(
        [demand("D1", "石灰", 12.0, annual_quantity=tonnes(1200.0)),
         demand("D2", "石灰", 12.0, annual_quantity=tonnes(1201.0)),
         demand("D3", "石灰", annual_quantity=tonnes(9, "车"))],
        [supply("S1", "石灰", annual_capacity=tonnes(50_000, "公斤", "month")),
         supply("S2", "石灰", annual_capacity=tonnes(600))],
        [offer(d, s) for d in ("D1", "D2", "D3") for s in ("S1", "S2")],
    )  # fmt: skip
    (found,) = bottlenecks(Serving(build(rows, ())))
    assert (found.demand_id, found.reasons, found.capacity) == ("D2", (Reason.SHORT,), 1200.0)
    assert found.hhi == pytest.approx(0.5)


def test_two_rows_of_one_firm_are_one_supplier():
    rows = known(
        [demand("D1", "石灰")],
        [supply("S1", "石灰", enterprise="博乐（垒金）建材有限公司"),
         supply("S2", "石灰", enterprise="博乐(垒金)建材有限责任公司")],
        [offer("D1", "S1"), offer("D1", "S2")],
    )  # fmt: skip
    (found,) = bottlenecks(Serving(build(rows, ())))
    assert found.reasons == (Reason.SINGLE,)
    assert found.supply_ids == ("S1", "S2")
