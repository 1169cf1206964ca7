"""What stands still if a node is gone: against a slow obvious computation on random networks."""

from __future__ import annotations

import math
import random

import pytest

from matcher.chain.analysis.what_if import (
    Need,
    SupplyNetwork,
    depends_on,
    losses,
    network_of,
    reach,
)
from matcher.chain.graph import build, enterprise_id, product_id
from matcher.chain.serving import Serving
from tests.chain.making import chains, demand, known, offer, random_known, supply


def random_network(seed: int) -> SupplyNetwork:
    rng = random.Random(seed)
    firms = [f"F{i}" for i in range(rng.randint(1, 8))]
    products = [f"P{i}" for i in range(rng.randint(1, 8))]

    def some(of: list[str], most: int) -> list[str]:
        return rng.sample(of, min(len(of), rng.randint(0, most)))

    needs = []
    for i in range(rng.randint(0, 10)):
        sources = frozenset(some(firms, 3))
        shares = {f: rng.choice((None, 0.3, 0.6, 1.0, 2.0)) for f in sources}
        mine = tuple(rng.sample(products, min(len(products), rng.choice((1, 1, 2)))))
        needs.append(Need(f"D{i}", "", rng.choice(firms), mine, sources, shares, 100.0, "吨"))
    makers = {p: frozenset(m) for p in products if (m := some(firms, 3))}
    feeds = {p: frozenset(f) for p in products if (f := some(products, 2))}
    return SupplyNetwork(makers, feeds, tuple(needs))


def slowly(network: SupplyNetwork, removed: set[str]):
    """The five rules read aloud until nothing changes any more."""
    firms = {f for made in network.makers.values() for f in made}
    firms |= {f for n in network.needs for f in (n.leader, *n.sources)}
    products = {*network.makers, *network.feeds, *(p for n in network.needs for p in n.products)}
    products |= {p for fed in network.feeds.values() for p in fed}
    firm, need = dict.fromkeys(firms, math.inf), dict.fromkeys(range(len(network.needs)), math.inf)
    lack, product = dict.fromkeys(products, math.inf), dict.fromkeys(products, math.inf)
    while True:
        before = (dict(firm), dict(need), dict(lack), dict(product))
        for p in products:
            feeders = [q for q, fed in network.feeds.items() if p in fed]
            lack[p] = min([0 if p in removed else math.inf, *(product[q] + 1 for q in feeders)])
            makers = network.makers.get(p, ())
            unmade = max((firm[f] for f in makers), default=math.inf) + 1
            product[p] = min(lack[p], unmade)
        for i, n in enumerate(network.needs):
            unsupplied = max((firm[f] for f in n.sources), default=math.inf) + 1
            need[i] = min(unsupplied, max(lack[p] for p in n.products) + 1)
        for f in firms:
            mine = [need[i] for i, n in enumerate(network.needs) if n.leader == f]
            firm[f] = min([0 if f in removed else math.inf, *mine])
        if before == (firm, need, lack, product):
            return tuple(
                {k: v for k, v in found.items() if v < math.inf} for found in (product, firm, need)
            )


@pytest.mark.parametrize("seed", range(500))
def test_what_if_agrees_with_reading_the_rules_aloud(seed):
    network = random_network(seed)
    nodes = sorted({*network.makes, *network.products, *(n.leader for n in network.needs)})
    for removed in ([n] for n in nodes):
        found = reach(network, removed)
        assert (found.products, found.firms, found.needs) == slowly(network, set(removed))
    several = random.Random(seed).sample(nodes, min(3, len(nodes)))
    found = reach(network, several)
    assert (found.products, found.firms, found.needs) == slowly(network, set(several))


@pytest.mark.parametrize("seed", range(100))
def test_losses_are_what_the_remaining_sources_no_longer_cover(seed):
    network = random_network(seed)
    for firm in network.makes:
        reached = reach(network, [firm])
        found = {loss.need.demand_id: loss for loss in losses(network, reached)}
        for i, need in enumerate(network.needs):
            gone = need.sources & set(reached.firms)
            assert (need.demand_id in found) == bool(gone or i in reached.needs)
            if need.demand_id not in found:
                continue
            loss = found[need.demand_id]
            stay = set() if i in reached.needs else need.sources - set(reached.firms)
            assert (loss.complete, loss.left) == (i in reached.needs, tuple(sorted(stay)))
            if None in need.shares.values() or not need.shares:
                assert loss.share is None
            else:
                have, keep = sum(need.shares.values()), sum(need.shares[f] for f in stay)
                assert loss.share == pytest.approx(min(1, have) - min(1, keep))
                assert loss.quantity == pytest.approx(100 * loss.share)


@pytest.mark.parametrize("seed", range(100))
def test_what_a_firm_depends_on_holds_all_that_can_hit_it(seed):
    network = random_network(seed)
    nodes = {*network.makes, *network.products, *(n.leader for n in network.needs)}
    for firm in {n.leader for n in network.needs}:
        found = {d.node: d for d in depends_on(network, firm)}
        own = network.makes.get(firm, ())
        for node in nodes - {firm}:
            reached = slowly(network, {node})
            hit = firm in reached[1] or any(p in reached[0] for p in own)
            if hit and node not in own:
                assert found[node].critical, (firm, node)
            elif node in found:
                assert found[node].critical == hit
        assert firm not in found


def test_removing_more_never_hits_less():
    for seed in range(50):
        network = random_network(seed)
        nodes = sorted(network.makes)[:4]
        for i in range(len(nodes)):
            less, more = reach(network, nodes[:i]), reach(network, nodes[: i + 1])
            assert set(less.firms) <= set(more.firms)
            assert set(less.products) <= set(more.products)


@pytest.fixture
def copper():
    """铜精矿 is made by one firm, 铜杆 by two; the leader buys both."""
    rows = known(
        [demand("D1", "铜精矿", 100), demand("D2", "铜杆", 100), demand("D3", "铜带", 10, leader="乙厂")],
        [supply("S1", "铜精矿", 80), supply("S2", "铜杆", 70), supply("S3", "铜杆", 50)],
        [offer("D1", "S1"), offer("D2", "S2"), offer("D2", "S3")],
    )  # fmt: skip
    graph = build(rows, chains())
    return graph, network_of(graph, Serving(graph))


def test_the_only_maker_of_a_material_is_felt_down_the_chain(copper):
    _, network = copper
    reached = reach(network, [enterprise_id("企业S1有限公司")])
    assert reached.products == {
        product_id("铜精矿"): 1, product_id("阴极铜"): 2, product_id("铜杆"): 3, product_id("铜带"): 3,
    }  # fmt: skip
    found = {loss.need.demand_id: loss for loss in losses(network, reached)}
    assert (found["D1"].distance, found["D1"].share, found["D1"].quantity) == (1, 0.8, 80.0)
    assert (found["D2"].distance, found["D2"].complete) == (4, True)
    assert (found["D3"].complete, found["D3"].share) == (True, None)


def test_one_of_two_suppliers_takes_only_what_the_other_cannot_give(copper):
    graph, network = copper
    reached = reach(network, [enterprise_id("企业S2有限公司")])
    (loss,) = losses(network, reached)
    assert (loss.need.demand_id, loss.complete, loss.share) == ("D2", False, pytest.approx(0.5))
    assert [graph.label(firm) for firm in loss.left] == ["企业S3有限公司"]
    assert reached.products == {}


def test_removing_a_product_reaches_its_needs_though_others_could_supply_it(copper):
    _, network = copper
    reached = reach(network, [product_id("铜杆")])
    assert {network.needs[i].demand_id: d for i, d in reached.needs.items()} == {"D2": 1}


@pytest.mark.parametrize("seed", range(60))
def test_a_network_of_lists_has_the_needs_and_sources_of_the_lists(seed):
    graph = build(random_known(seed), ())
    serving = Serving(graph)
    network = network_of(graph, serving)
    for need in network.needs:
        sources = serving.sources(need.demand_id)[need.part]
        assert need.sources == {s.enterprise for s in sources}


def test_support_is_needed_by_those_who_ask_for_it_and_not_by_the_whole_chain():
    rows = known(
        [demand("D1", "吨袋"), demand("D2", "铜精矿")], [supply("S1", "吨袋"), supply("S2", "铜精矿")],
        [offer("D1", "S1"), offer("D2", "S2")],
    )  # fmt: skip
    graph = build(rows, chains())
    network = network_of(graph, Serving(graph))
    reached = reach(network, [enterprise_id("企业S1有限公司")])
    assert reached.products == {product_id("吨袋"): 1}
    assert [network.needs[i].demand_id for i in reached.needs] == ["D1"]
