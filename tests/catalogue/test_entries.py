"""What a catalogue may say: disclosure is obeyed, present suppliers are not recommended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.catalogue import Chosen, Material, Order, Variant, build, local_date
from matcher.model import Contribution, Explanation, Suggestion
from tests.catalogue.making import BUREAU, DAY, HIDDEN, demand, supply

LEADER = "新疆甲铜业有限公司"


def suggestion(*contributions: Contribution, **fields) -> Suggestion:
    return Suggestion(
        "D001", "S001", 1, 0.8, Explanation(-1.0, contributions), "电解铜", "阴极铜", **fields
    )


def made(*chosen: Chosen, draft: bool = False, material=None, **order):
    order = Order("目录", DAY, draft=draft, **order)
    return build(order, Material(pairs=chosen, **(material or {})))


def entries(*chosen: Chosen, **order):
    return made(*chosen, **order).entries


def left_out(*chosen: Chosen):
    return dict(made(*chosen).left_out)


def test_an_open_demand_is_shown_in_full():
    (entry,) = entries(
        Chosen(demand(disclosure="公开"), supply(), suggestion(), "2026-01-01T20:00:00Z")
    )
    (need,) = entry.needs
    assert (need.leader, need.product, entry.product) == (LEADER, "电解铜", "阴极铜")
    assert (need.quantity.text, entry.capacity.text) == ("3000 吨", "5000 吨")
    assert (need.quantity.number, need.quantity.unit) == (3000.0, "吨")
    assert need.decided_on == "2026-01-02"


def test_a_demand_for_the_bureau_alone_is_left_out_and_counted():
    chosen = Chosen(demand(disclosure=BUREAU), supply(), suggestion())
    assert entries(chosen) == ()
    assert left_out(chosen) == {"需求仅主管部门可见": 1}


def test_an_anonymous_demand_is_shown_without_its_leader():
    named = Contribution("named_buyer", "意向", 1.0, 0.8, f"拟配套对象写明了{LEADER}")
    same = Contribution("name", "名称", 1.0, 0.5, "品名相同")
    hidden = demand(
        f"{LEADER}-7", disclosure=HIDDEN, spec=f"按{LEADER}企业标准", chain="铜（新疆甲铜业）"
    )
    other = supply(certificates=f"{LEADER}合格供应商证书", spec="新疆甲铜业专用")
    near = Contribution("same_county", "区位", 1.0, 0.7, "同在博乐市")
    pair = Chosen(hidden, other, suggestion(named, same, near))
    catalogue = made(pair, material={"aliases": {hidden.demand_id: "X-1"}})
    (need,) = catalogue.entries[0].needs
    assert "匿名" in need.leader
    assert (need.demand_id, need.reason) == ("X-1", "品名相同")
    assert "新疆甲铜业" not in str(catalogue.record()), "no id, no chain, no text tells the buyer"
    assert [chapter.name for chapter in catalogue.chapters] == ["其他"]
    (entry,) = entries(Chosen(replace(hidden, disclosure="公开"), other, suggestion(named, same)))
    assert entry.needs[0].leader == LEADER
    assert LEADER in entry.needs[0].reason


def test_whom_a_product_is_meant_for_is_not_told_where_a_buyer_is_hidden():
    """Not by a gap in the list of buyers either: the whole field is left out."""
    meant = supply(intended_buyers=f"{LEADER}、乙厂")
    (entry,) = entries(Chosen(demand(disclosure=HIDDEN), meant, None))
    assert entry.intended_buyers == ""
    (entry,) = entries(Chosen(demand(disclosure="公开"), meant, None))
    assert entry.intended_buyers == f"{LEADER}、乙厂"


def test_an_empty_cell_is_anonymous_and_a_strange_word_for_nobody():
    (entry,) = entries(Chosen(demand(disclosure=""), supply(), None))
    assert "匿名" in entry.needs[0].leader
    assert left_out(Chosen(demand(disclosure="随便"), supply(), None)) == {"需求仅主管部门可见": 1}


def test_a_leader_sees_its_own_demands_in_full_and_nothing_of_another():
    other = "精河丁番茄有限公司"
    pairs = (
        Chosen(demand(disclosure=BUREAU), supply(certificates=f"{other}合格供应商"), None),
        Chosen(demand("D002", disclosure=""), supply("S002", intended_buyers=other), None),
        Chosen(demand("D003", leader=other, disclosure="公开"), supply("S003"), None),
    )
    catalogue = made(
        *pairs, variant=Variant.LEADER, subject=LEADER, material={"leaders": (LEADER, other)}
    )
    assert {n.demand_id for e in catalogue.entries for n in e.needs} == {"D001", "D002"}
    assert {n.leader for e in catalogue.entries for n in e.needs} == {LEADER}
    assert "丁番茄" not in str(catalogue.record())


def test_contacts_are_shown_of_those_that_are_handed_in_alone():
    pairs = [
        Chosen(demand(), supply(), None),
        Chosen(demand(), supply("S2", enterprise="丙厂"), None),
    ]
    shown = entries(*pairs, material={"contacts": {"丙厂": "王五 0909"}})
    assert {e.enterprise: e.contact for e in shown} == {
        "丙厂": "王五 0909",
        "博乐乙金属有限公司": "",
    }


def test_a_product_is_one_entry_of_a_chain_whatever_needs_it_fits():
    pairs = [Chosen(demand(f"D{i}", disclosure="公开"), supply(), None) for i in range(3)]
    (entry,) = entries(*pairs)
    assert [need.demand_id for need in entry.needs] == ["D0", "D1", "D2"]


def test_products_without_a_demand_stand_by_county():
    order = Order("目录", DAY)
    catalogue = build(
        order, Material(products=(supply(tier="专精特新"), supply("S2", county="精河县")))
    )
    assert [(c.name, len(c.entries)) for c in catalogue.chapters] == [("博乐市", 1), ("精河县", 1)]
    assert catalogue.entries[0].needs == ()
    assert catalogue.entries[0].reason == "专精特新企业的优势产品，年产能 5000 吨。"


def test_gaps_are_shown_as_far_as_they_may_be():
    gaps = (
        demand("D1", disclosure="公开"), demand("D2", disclosure=""), demand("D3", disclosure=BUREAU),
    )  # fmt: skip
    found = build(Order("目录", DAY), Material(gaps=gaps)).gaps
    assert [(gap.demand_id, gap.leader == LEADER) for gap in found] == [("D1", True), ("", False)]


def test_the_reason_is_only_what_recommends_the_pair():
    alike = Contribution("name_likeness", "名称", 0.4, 2.0, "品名都有“电解铜”")
    weak = Contribution("name_likeness", "名称", 0.1, 3.0, "品名只有“铜”字相同")
    wider = Contribution(
        "offered_is_wider", "名称", 1.0, 1.5, "“铜”是更宽的品类，是否含“电解铜”要核对"
    )
    short = Contribution("capacity_short", "数量", 0.1, -0.9, "年产能只够年需求量的 80%")
    enough = Contribution("capacity_enough", "数量", 1.0, 0.2, "年产能只够年需求量的 80%")
    near = Contribution("same_county", "区位", 1.0, 0.3, "同在博乐市")
    parts = (near, alike, wider, short, enough)
    (entry,) = entries(Chosen(demand(disclosure="公开"), supply(), suggestion(*parts)))
    assert entry.reason == "品名都有“电解铜”；同在博乐市。"
    (entry,) = entries(Chosen(demand(disclosure="公开"), supply(), suggestion(weak, near)))
    assert entry.reason == "同在博乐市。"


def test_only_a_draft_says_how_probable_it_is():
    near = Contribution("same_county", "区位", 1.0, 0.3, "同在博乐市")
    chosen = Chosen(demand(disclosure="公开"), supply(), suggestion(near))
    (made_,), (draft,) = (e.needs for e in (*entries(chosen), *entries(chosen, draft=True)))
    assert (made_.probability, made_.said) == (None, "同在博乐市")
    assert (draft.probability, draft.said) == (0.8, "把握 80%：同在博乐市")
    (bare,) = entries(Chosen(demand(), supply(), suggestion()), draft=True)
    assert bare.needs[0].said == "把握 80%"
    assert bare.reason == "系统建议，与“电解铜”的需求相配。"


@pytest.mark.parametrize(
    "current", ["博乐乙金属有限公司", "丙厂、博乐乙金属", "博乐乙金属有限责任公司；丁厂"]
)
def test_a_present_supplier_is_never_recommended(current):
    chosen = Chosen(demand(current_supplier=current), supply(), suggestion())
    assert entries(chosen) == ()
    assert left_out(chosen) == {"已是现有供应商": 1}
    assert left_out(replace(chosen, suggestion=None)) == {"已是现有供应商": 1}
    assert len(entries(Chosen(demand(current_supplier="丙厂"), supply(), suggestion()))) == 1


def test_one_that_was_a_present_supplier_at_the_run_is_not_recommended_either():
    assert left_out(Chosen(demand(), supply(), suggestion(already_supplying=True))) == {
        "已是现有供应商": 1
    }


def test_what_has_changed_since_the_review_has_to_be_reviewed_again():
    (why,) = left_out(Chosen(demand(), supply(), suggestion(), changed=True))
    assert "重新审核" in why


def test_reasons_speak_for_the_pair_the_weightiest_first():
    said = [
        Contribution("a", "名称", 1.0, 0.2, "略有相似"),
        Contribution("b", "规格", 1.0, -2.0, "规格不符"),
        Contribution("c", "名称", 1.0, 1.5, "品名相同"),
        Contribution("d", "名称", 1.0, 0.9, ""),
    ]
    (entry,) = entries(Chosen(demand(), supply(), suggestion(*said)))
    assert entry.needs[0].reason == "品名相同；略有相似"


def test_a_pair_that_the_last_run_does_not_have_is_shown_with_its_own_names():
    (entry,) = entries(Chosen(demand(), supply(), None))
    assert (entry.needs[0].product, entry.product) == ("电解铜", "阴极铜")
    assert entry.reason == "经审核，与“电解铜”的需求相配。"


def test_order_and_grouping_do_not_depend_on_the_order_of_choosing():
    chosen = [
        Chosen(
            demand(f"D{i}", chain=chain, leader=leader, disclosure="公开"), supply(f"S{i}"), None
        )
        for i, (chain, leader) in enumerate(
            [("铜", "乙"), ("", "甲"), ("番茄", "丙"), ("铜", "甲")]
        )
    ]
    one = made(*chosen)
    assert made(*reversed(chosen)) == one
    assert [(c.name, len(c.entries)) for c in one.chapters] == [("番茄", 1), ("铜", 2), ("其他", 1)]
    assert [e.number for e in one.entries] == [1, 2, 3, 4]


def test_a_day_is_the_day_in_beijing():
    assert local_date("2026-01-01T15:59:59.999Z").isoformat() == "2026-01-01"
    assert local_date("2026-01-01T16:00:00.000Z").isoformat() == "2026-01-02"
