"""What a catalogue may say: disclosure is obeyed, present suppliers are not recommended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.catalogue import Chosen, build, local_date
from matcher.catalogue.entries import ANONYMOUS
from matcher.model import Contribution, Disclosure, Explanation, Suggestion
from matcher.store.disclosure import NAMELESS, VISIBLE
from tests.catalogue.making import BUREAU, DAY, HIDDEN, demand, supply

LEADER = "新疆甲铜业有限公司"


def suggestion(*contributions: Contribution, **fields) -> Suggestion:
    return Suggestion(
        "D001", "S001", 1, 0.8, Explanation(-1.0, contributions), "电解铜", "阴极铜", **fields
    )


def entries(*chosen: Chosen, draft: bool = False):
    return build("目录", DAY, chosen, draft=draft).entries


def left_out(*chosen: Chosen):
    return dict(build("目录", DAY, chosen, draft=False).left_out)


def test_an_open_demand_is_shown_in_full():
    (entry,) = entries(
        Chosen(demand(disclosure="公开"), supply(), suggestion(), "张三", "2026-01-01T20:00:00Z")
    )
    assert (entry.leader, entry.demand_product, entry.product) == (LEADER, "电解铜", "阴极铜")
    assert (entry.annual_quantity, entry.annual_capacity) == ("3000 吨", "5000 吨")
    assert (entry.reviewer, entry.decided_on) == ("张三", "2026-01-02")


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
    (entry,) = entries(Chosen(hidden, other, suggestion(named, same)))
    assert "匿名" in entry.leader
    assert entry.reason == "品名相同"
    assert not any("新疆甲铜业" in str(getattr(entry, name)) for name in entry.__slots__)
    (open_entry,) = entries(
        Chosen(replace(hidden, disclosure="公开"), other, suggestion(named, same))
    )
    assert open_entry.leader == LEADER
    assert LEADER in open_entry.reason


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
    (entry,) = entries(Chosen(demand(), supply(), suggestion(*parts)))
    assert entry.reason == "品名都有“电解铜”；同在博乐市"
    (entry,) = entries(Chosen(demand(), supply(), suggestion(weak, near)))
    assert entry.reason == "同在博乐市"


def test_only_a_draft_says_how_probable_it_is():
    near = Contribution("same_county", "区位", 1.0, 0.3, "同在博乐市")
    chosen = Chosen(demand(), supply(), suggestion(near))
    (made,), (draft,) = entries(chosen), entries(chosen, draft=True)
    assert (made.probability, made.said) == (None, "同在博乐市")
    assert (draft.probability, draft.said, draft.reason) == (
        0.8,
        "把握 80%：同在博乐市",
        "同在博乐市",
    )
    (bare,) = entries(Chosen(demand(), supply(), suggestion()), draft=True)
    assert bare.said == "把握 80%"


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


def test_an_empty_cell_is_anonymous_wherever_it_leaves_the_bureau():
    """The catalogue and the pages of firms ask the same function."""
    (entry,) = entries(Chosen(demand(disclosure=""), supply(), suggestion()))
    assert entry.leader == ANONYMOUS
    told = {cell: Disclosure.of(cell) for cell in ("", "公开", "匿名", BUREAU, "随便")}
    assert set(VISIBLE) == {cell for cell, word in told.items() if word is not Disclosure.BUREAU}
    assert set(NAMELESS) == {cell for cell, word in told.items() if word is Disclosure.ANONYMOUS}
    assert left_out(Chosen(demand(disclosure="随便"), supply(), None)), "no word: for nobody"


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
    assert entry.reason == "品名相同；略有相似"


def test_a_pair_that_the_last_run_does_not_have_is_shown_with_its_own_names():
    (entry,) = entries(Chosen(demand(), supply(), None))
    assert (entry.demand_product, entry.product, entry.reason) == ("电解铜", "阴极铜", "")


def test_order_and_grouping_do_not_depend_on_the_order_of_choosing():
    chosen = [
        Chosen(demand(f"D{i}", chain=chain, leader=leader), supply(f"S{i}"), None)
        for i, (chain, leader) in enumerate(
            [("铜", "乙"), ("", "甲"), ("番茄", "丙"), ("铜", "甲")]
        )
    ]
    one = build("目录", DAY, chosen, draft=False)
    assert build("目录", DAY, reversed(chosen), draft=False) == one
    assert [e.chain for e in one.entries] == ["番茄", "铜", "铜", "其他"]
    assert list(one.by_chain()) == ["番茄", "铜", "其他"]


def test_a_day_is_the_day_in_beijing():
    assert local_date("2026-01-01T15:59:59.999Z").isoformat() == "2026-01-01"
    assert local_date("2026-01-01T16:00:00.000Z").isoformat() == "2026-01-02"
