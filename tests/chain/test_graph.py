"""The typed graph: what its nodes and edges are, and where products of lists belong."""

from __future__ import annotations

import networkx as nx
import pytest

from matcher.chain.graph import EdgeKind, NodeKind, build, enterprise_id, product_id, stage_id
from matcher.model import Verdict
from tests.chain.making import chains, demand, known, offer, random_known, supply

ENDS = {
    EdgeKind.PART_OF: {(NodeKind.STAGE, NodeKind.CHAIN), (NodeKind.PRODUCT, NodeKind.STAGE)},
    EdgeKind.FEEDS: {(NodeKind.PRODUCT, NodeKind.PRODUCT)},
    EdgeKind.BROADER: {(NodeKind.PRODUCT, NodeKind.PRODUCT)},
    EdgeKind.MAKES: {(NodeKind.ENTERPRISE, NodeKind.PRODUCT)},
    EdgeKind.NEEDS: {(NodeKind.ENTERPRISE, NodeKind.PRODUCT)},
    EdgeKind.SUGGESTED: {(NodeKind.ENTERPRISE, NodeKind.ENTERPRISE)},
    EdgeKind.ACCEPTED: {(NodeKind.ENTERPRISE, NodeKind.ENTERPRISE)},
    EdgeKind.CONTRACTED: {(NodeKind.ENTERPRISE, NodeKind.ENTERPRISE)},
    EdgeKind.LOCATED_IN: {(NodeKind.ENTERPRISE, NodeKind.COUNTY)},
}


@pytest.mark.parametrize("seed", range(30))
def test_every_edge_runs_between_the_kinds_it_is_meant_for(seed):
    graph = build(random_known(seed), chains()).graph
    assert isinstance(graph, nx.MultiDiGraph)
    for one, other, data in graph.edges(data=True):
        ends = (graph.nodes[one]["kind"], graph.nodes[other]["kind"])
        assert ends in ENDS[data["kind"]], (one, other, data)


def test_rows_are_lost_nowhere():
    rows = random_known(7)
    graph = build(rows, chains())
    needed = {d["demand_id"] for *_, d in graph.edges(EdgeKind.NEEDS)}
    made = {d["supply_id"] for *_, d in graph.edges(EdgeKind.MAKES)}
    assert needed == {d.demand_id for d in rows.demands}
    assert made == {s.supply_id for s in rows.supplies}


def test_building_twice_gives_the_same_graph_whatever_the_order_of_rows():
    rows = random_known(3)
    one = build(rows, chains()).graph
    other = build(known(rows.demands[::-1], rows.supplies[::-1], rows.offers[::-1]), chains()).graph
    assert nx.utils.graphs_equal(one, other)


def test_names_synonyms_and_kinds_of_a_template_product_belong_to_it():
    rows = known(
        [demand("D1", "电解铜"), demand("D2", "铜矿砂及其精矿"), demand("D3", "橡胶手套")],
        [supply("S1", "阴极铜"), supply("S2", "集装袋、纸箱")],
    )
    graph = build(rows, chains())
    assert (
        graph.nodes_of("D1", "电解铜") == graph.nodes_of("S1", "阴极铜") == (product_id("阴极铜"),)
    )
    assert graph.nodes_of("D2", "铜矿砂及其精矿") == (product_id("铜精矿"),)
    assert graph.nodes_of("S2", "集装袋") == (product_id("吨袋"),)
    assert graph.attachments["D1", "电解铜"].score == 1.0
    loose = {a.part for a in graph.unattached}
    assert loose == {"橡胶手套", "纸箱"}
    assert not graph.graph.nodes[graph.nodes_of("D3", "橡胶手套")[0]]["template"]


def test_a_machine_for_a_product_is_not_the_product():
    rows = known([demand("D1", "铜杆连铸连轧生产线"), demand("D2", "低氧铜杆")], [])
    graph = build(rows, chains())
    assert not graph.attachments["D1", "铜杆连铸连轧生产线"].firm
    assert graph.attachments["D2", "低氧铜杆"].refs == (("铜", "铜杆"),)


def test_what_is_in_doubt_is_a_question_and_keeps_its_score():
    rows = random_known(1)
    graph = build(rows, chains())
    for attachment in graph.attachments.values():
        assert attachment.firm + attachment.doubtful + (attachment in graph.unattached) == 1
        scores = [c.score for c in attachment.candidates[:3]]
        assert scores == sorted(scores, reverse=True)


def test_a_product_of_two_chains_is_one_node_in_both():
    text = chains()[0]
    other = chains(
        'name = "缆"\ntitle = "缆"\n[[stages]]\nid = "a"\nname = "甲"\nposition = "上游"\n'
        '[[products]]\nname = "铜杆"\nstage = "a"\n'
    )
    graph = build(known([demand("D1", "铜杆")], []), (text, *other))
    node = product_id("铜杆")
    assert graph.graph.nodes[node]["stages"] == (stage_id("铜", "wire"), stage_id("缆", "a"))
    assert graph.attachments["D1", "铜杆"].candidates[0].ref == ("铜", "铜杆")
    assert graph.nodes_of("D1", "铜杆") == (node,)


def test_an_offer_stands_by_the_furthest_that_is_known():
    rows = known(
        [demand("D1", "铜杆")],
        [supply(f"S{i}", "铜杆") for i in range(1, 7)],
        [offer("D1", "S1"), offer("D1", "S2", 0.1), offer("D1", "S3", 0.1, Verdict.ACCEPTED),
         offer("D1", "S4", 0.9, Verdict.REJECTED), offer("D1", "S5", 0.1, contracted=True),
         offer("D1", "S6", 0.9, Verdict.UNSURE)],
    )  # fmt: skip
    graph = build(rows, chains())
    leader = enterprise_id("甲铜业有限公司")
    found = {
        data["supply_id"]: data["kind"]
        for _, other, data in graph.graph.edges(data=True)
        if other == leader
    }
    assert found == {
        "S1": EdgeKind.SUGGESTED, "S3": EdgeKind.ACCEPTED, "S5": EdgeKind.CONTRACTED,
        "S6": EdgeKind.SUGGESTED,
    }  # fmt: skip


def test_places():
    rows = known(
        [demand("D1", "铜杆")],
        [
            supply("S1", "铜杆"),
            supply("S2", "铜杆", county="奎屯"),
            supply("S3", "铜杆", county=""),
        ],
    )
    graph = build(rows, ())
    local = {i: graph.graph.nodes[enterprise_id(f"企业S{i}有限公司")]["local"] for i in (1, 2, 3)}
    assert local == {1: True, 2: False, 3: None}
    assert set(graph.nodes(NodeKind.COUNTY)) == {"county:博乐市", "county:奎屯", "county:精河县"}
