"""断点: a need that nobody serves is one, its near twin is none."""

from __future__ import annotations

import pytest

from matcher.chain.analysis.gaps import Basis, GapScope, count_gaps, gaps
from matcher.chain.graph import build
from matcher.chain.serving import OVERRULES, Serving, Standing
from matcher.model import Quantity, Verdict
from tests.chain.making import COPPER, chains, demand, known, offer, random_known, supply

HERE, AWAY, UNKNOWN = "精河县", "奎屯", ""


def found(rows, templates=()):
    return {gap.demand_id: gap for gap in gaps(Serving(build(rows, templates)))}


@pytest.mark.parametrize(
    ("county", "p", "scope"),
    [
        (HERE, 0.8, None),
        (UNKNOWN, 0.8, None),
        (AWAY, 0.8, GapScope.PREFECTURE),
        (HERE, 0.29, GapScope.EVERYWHERE),
        (AWAY, 0.29, GapScope.EVERYWHERE),
        (HERE, 0.3, None),
    ],
)
def test_scope(county, p, scope):
    rows = known(
        [demand("D1", "水泵")], [supply("S1", "水泵", county=county)], [offer("D1", "S1", p)]
    )
    gap = found(rows).get("D1")
    assert (gap.scope if gap else None) == scope


def test_what_counts_as_local_can_be_said():
    rows = [demand("D1", "水泵")], [supply("S1", "水泵", county="奎屯市")], [offer("D1", "S1")]
    assert found(known(*rows, prefecture=frozenset({"博乐", "奎屯"}))) == {}
    assert found(known(*rows, prefecture=frozenset()))["D1"].scope is GapScope.PREFECTURE


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([("S1", 0.2, None)], (Basis.PREDICTED, 0.2)),
        ([("S1", 0.2, Verdict.REJECTED)], (Basis.CONFIRMED, 0.0)),
        ([("S1", 0.9, Verdict.REJECTED), ("S2", 0.2, None)], (Basis.CONFIRMED, 0.2)),
        ([("S1", 0.1, Verdict.REJECTED), ("S2", 0.2, None)], (Basis.PREDICTED, 0.2)),
        ([("S1", 0.2, Verdict.UNSURE)], (Basis.PREDICTED, 0.2)),
        ([("S1", 0.9, Verdict.REJECTED), ("S2", 0.4, None)], None),
        ([("S1", 0.2, Verdict.ACCEPTED)], None),
        ([("S1", None, Verdict.ACCEPTED)], None),
        ([], (Basis.PREDICTED, 0.0)),
    ],
)
def test_reviewers_outweigh_the_ranking(offers, expected):
    rows = known(
        [demand("D1", "水泵")], [supply("S1", "水泵"), supply("S2", "水泵")],
        [offer("D1", *o) for o in offers],
    )  # fmt: skip
    gap = found(rows).get("D1")
    assert (gap and (gap.basis, gap.best_score)) == expected


def test_a_present_supplier_serves_whatever_its_score():
    rows = [demand("D1", "水泵")], [supply("S1", "水泵")]
    assert found(known(*rows, [offer("D1", "S1", 0.01, contracted=True)])) == {}
    assert found(known(*rows, [offer("D1", "S1", 0.01)])) != {}


def test_uncovered_is_the_yearly_need_in_the_unit_of_the_demand():
    quantities = {
        "D1": Quantity(5.0, 8.0, "吨", "month"), "D2": Quantity(None, 7.0, "台"),
        "D3": Quantity(None, None, "台", text="面议"), "D4": None,
    }  # fmt: skip
    rows = known(
        [demand(i, "水泵", annual_quantity=q, unit="件") for i, q in quantities.items()], []
    )
    assert {i: (gap.uncovered, gap.unit) for i, gap in found(rows).items()} == {
        "D1": (60.0, "吨"), "D2": (7.0, "台"), "D3": (None, "台"), "D4": (None, "件"),
    }  # fmt: skip


def test_a_row_of_several_products_is_a_gap_only_if_none_is_served():
    rows = known([demand("D1", "水泵、轴承"), demand("D2", "水泵、轴承")], [supply("S1", "轴承")],
                 [offer("D1", "S1", demand_product="轴承"), offer("D2", "S1", 0.1)])  # fmt: skip
    assert set(found(rows)) == {"D2"}


def test_one_product_of_a_template_serves_though_its_names_are_far_apart():
    rows = known(
        [demand("D1", "铜渣精矿吨袋")], [supply("S1", "集装袋")], [offer("D1", "S1", 0.05)]
    )
    assert set(found(rows)) == {"D1"}
    assert found(rows, chains()) == {}


def test_a_pair_that_no_run_kept_is_found_through_the_template():
    rows = known([demand("D1", "铜渣精矿吨袋")], [supply("S1", "集装袋")])
    serving = Serving(build(rows, chains()))
    (source,) = serving.sources("D1")["铜渣精矿吨袋"]
    assert (source.standing, source.score) == (Standing.SAME_PRODUCT, None)


def test_a_conflict_of_grades_is_not_overlooked_for_the_template():
    rows = known([demand("D1", "吨袋", spec="Q345R")], [supply("S1", "集装袋", spec="Q235B")])
    assert set(found(rows, chains())) == {"D1"}


@pytest.mark.parametrize(
    ("offered", "p", "gap"),
    [("铜线", 0.7, True), ("铜线", OVERRULES, False), ("铜精矿", 0.7, False), ("铜杆", 0.1, False)],
)
def test_two_products_side_by_side_in_a_template_are_told_apart(offered, p, gap):
    templates = chains(COPPER + '[[products]]\nname = "铜线"\nstage = "wire"\n')
    rows = known([demand("D1", "铜杆")], [supply("S1", offered)], [offer("D1", "S1", p)])
    assert bool(found(rows, templates)) == gap
    assert bool(found(rows)) == (p < 0.3)


def test_a_kind_of_what_is_needed_serves():
    templates = chains(
        COPPER
        + '[[products]]\nname = "阀门"\nstage = "wire"\n[[products]]\nname = "闸阀"\nstage = "wire"\n'
    )
    pump = demand("D1", "阀门"), supply("S1", "闸阀")
    assert found(known([pump[0]], [pump[1]], [offer("D1", "S1", 0.5)]), templates) == {}
    turned = demand("D1", "闸阀"), supply("S1", "阀门")
    assert found(known([turned[0]], [turned[1]], [offer("D1", "S1", 0.5)]), templates) != {}


def test_a_rejection_outweighs_the_template():
    rows = known([demand("D1", "吨袋")], [supply("S1", "集装袋")],
                 [offer("D1", "S1", 0.9, Verdict.REJECTED)])  # fmt: skip
    assert found(rows, chains())["D1"].basis is Basis.CONFIRMED


def test_relatives_are_near_and_local():
    rows = known(
        [demand("D1", "阴极铜")],
        [supply("S1", "铜精矿"), supply("S2", "铜杆", county=AWAY), supply("S3", "铜板")],
        [offer("D1", "S3", 0.1)],
    )  # fmt: skip
    gap = found(rows, chains())["D1"]
    assert [(r.product, r.relation, r.score) for r in gap.relatives] == [
        ("铜板", "近似产品", 0.1), ("铜精矿", "上一环节", None),
    ]  # fmt: skip
    assert gap.stage == ("冶炼",)


@pytest.mark.parametrize("seed", range(100))
def test_gaps_agree_with_counting_by_hand(seed):
    rows = random_known(seed)
    supplies = {s.supply_id: s for s in rows.supplies}
    expected = {}
    for d in rows.demands:
        serve = [
            supplies[o.supply_id].county
            for o in rows.offers
            if o.demand_id == d.demand_id and o.verdict is not Verdict.REJECTED
            and (o.contracted or o.verdict is Verdict.ACCEPTED or o.probability >= 0.3)
        ]  # fmt: skip
        if not serve:
            expected[d.demand_id] = GapScope.EVERYWHERE
        elif all(county == "奎屯" for county in serve):
            expected[d.demand_id] = GapScope.PREFECTURE
    assert {i: gap.scope for i, gap in found(rows).items()} == expected


def test_counts():
    rows = known(
        [demand("D1", "阴极铜", category="关键原材料"), demand("D2", "铜带", chain="番茄")], []
    )
    every = list(found(rows, chains()).values())
    assert count_gaps(every, "chain") == {"番茄": 1, "铜": 1}
    assert count_gaps(every, "stage") == {"冶炼": 1, "甲": 1}
    assert count_gaps(every, "category") == {"": 1, "关键原材料": 1}
