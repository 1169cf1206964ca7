"""Paths, neighbourhoods, firms alike: against networkx and by hand."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest

from matcher.chain.analysis.relations import (
    alike,
    neighbourhood,
    path,
    relations,
    role_of,
    similarity,
    steps,
)
from matcher.chain.export import flat, from_graphml, to_graphml
from matcher.chain.graph import EdgeKind, NodeKind, build, enterprise_id, product_id
from matcher.chain.shipped import chains as shipped_chains
from matcher.model import Verdict
from tests.chain.making import chains, demand, known, offer, random_known, supply


@pytest.mark.parametrize("seed", range(20))
def test_paths_are_shortest_and_exist_where_there_is_one(seed):
    chain = build(random_known(seed), chains())
    graph = relations(chain)
    nodes = sorted(graph)[:12]
    for one, other in itertools.product(nodes, repeat=2):
        found = path(chain, one, other)
        if not nx.has_path(graph, one, other):
            assert found == []
            continue
        assert (found[0], found[-1]) == (one, other)
        assert all(graph.has_edge(a, b) for a, b in itertools.pairwise(found))
        assert found == min(nx.all_shortest_paths(graph, one, other, weight="cost"))


@pytest.mark.parametrize("seed", range(10))
def test_the_steps_of_a_path_are_edges_of_the_graph_one_after_the_other(seed):
    chain = build(random_known(seed), chains())
    nodes = sorted(relations(chain))
    found = max((path(chain, nodes[0], other) for other in nodes), key=len)
    said = steps(chain, found)
    assert [{s.source, s.target} for s in said] == [set(p) for p in itertools.pairwise(found)]
    for s in said:
        kinds = {d["kind"] for d in chain.graph.get_edge_data(s.source, s.target).values()}
        assert s.kind in kinds


def test_of_several_edges_a_step_is_the_surest():
    rows = known(
        [demand("D1", "铜杆", leader="甲厂"), demand("D2", "铜杆", leader="甲厂")],
        [supply("S1", "铜杆", enterprise="乙厂")],
        [offer("D1", "S1", 0.9), offer("D2", "S1", 0.9, verdict=Verdict.ACCEPTED)],
    )
    chain = build(rows, ())
    one, other = enterprise_id("甲厂"), enterprise_id("乙厂")
    (step,) = steps(chain, path(chain, one, other))
    assert (step.source, step.kind, step.target) == (other, EdgeKind.ACCEPTED, one)
    assert steps(chain, []) == steps(chain, [one]) == []


def test_a_way_does_not_run_over_what_every_works_buys():
    chain = build(known([], []), shipped_chains())
    found = path(chain, product_id("电解铜"), product_id("布电线"))
    assert len(found) > 2
    assert not any(chain.supports(node) for node in found)
    graph = relations(chain)
    assert nx.shortest_path_length(graph, product_id("布电线"), product_id("番茄酱")) < (
        len(path(chain, product_id("布电线"), product_id("番茄酱"))) - 1
    ), "over steam it would be near"


def test_two_firms_of_one_county_are_not_joined_by_it():
    rows = known([demand("D1", "水泵")], [supply("S1", "轴承", county="博乐市")])
    chain = build(rows, ())
    assert path(chain, enterprise_id("甲铜业有限公司"), enterprise_id("企业S1有限公司")) == []
    assert path(chain, "enterprise:甲铜业", "enterprise:无此企业") == []


@pytest.mark.parametrize("radius", [0, 1, 2])
def test_the_neighbourhood_is_the_ego_graph(radius):
    chain = build(random_known(5), chains())
    node = chain.nodes(NodeKind.ENTERPRISE)[0]
    found = neighbourhood(chain, node, radius)
    assert set(found) == set(nx.ego_graph(relations(chain), node, radius))
    assert all(d["kind"] in EdgeKind for *_, d in found.edges(data=True))


def test_firms_are_alike_by_what_they_make_and_need():
    rows = known(
        [],
        [
            supply("S1", "铜杆、水泵"),
            supply("S2", "铜杆、水泵"),
            supply("S3", "铜杆"),
            supply("S4", "纸箱"),
        ],
    )
    chain = build(rows, ())
    firms = {i: enterprise_id(f"企业S{i}有限公司") for i in range(1, 5)}
    assert alike(chain, firms[1]) == [(firms[2], 1.0), (firms[3], 0.5)]
    assert alike(chain, firms[4]) == []


def test_kinds_bring_roles_nearer_together():
    rows = known(
        [], [supply("S1", "闸阀"), supply("S2", "球阀"), supply("S3", "阀门"), supply("S4", "纸箱")]
    )
    chain = build(rows, ())
    role = {i: role_of(chain, enterprise_id(f"企业S{i}有限公司")) for i in range(1, 5)}
    assert role[1]["makes", product_id("阀门")] == 0.5
    assert 0 < similarity(role[1], role[2]) < similarity(role[1], role[3]) < 1
    assert similarity(role[1], role[4]) == 0
    for one, other in itertools.product(role.values(), repeat=2):
        assert similarity(one, other) == pytest.approx(similarity(other, one))
    assert similarity({}, {}) == 0.0


@pytest.mark.parametrize("seed", range(10))
def test_graphml_comes_back_as_it_was(seed):
    graph = build(random_known(seed), chains()).graph
    plain = flat(graph)
    back = from_graphml(to_graphml(graph))
    assert nx.utils.graphs_equal(plain, back)
    assert back.number_of_edges() == graph.number_of_edges()
    assert set(back) == set(graph)
    assert to_graphml(graph) == to_graphml(graph)


def test_graphml_keeps_quantities_and_scores():
    rows = known([demand("D1", "铜杆", 12.5)], [supply("S1", "铜杆")], [offer("D1", "S1", 0.75)])
    back = from_graphml(to_graphml(build(rows, chains()).graph))
    (need,) = [d for *_, d in back.edges(data=True) if d["kind"] == "needs"]
    assert (need["quantity_low"], need["quantity_unit"], need["demand_id"]) == (12.5, "吨", "D1")
    (made,) = [d for *_, d in back.edges(data=True) if d["kind"] == "suggested"]
    assert made["probability"] == 0.75
