"""What people ask of a plan, and how two plans differ."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from matcher.allocation import Answers, Assignment, Exclusion, Options, changes, solve
from tests.allocation.making import drawn, rules, small


def answers(instance, options=None) -> Answers:
    options = options or Options()
    return Answers(instance, options, solve(instance, options))


SCARCE = small(
    {"D1": 100, "D2": 100}, {"S": 100, "T": 60, "U": 30},
    {("D1", "S"): 0.9, ("D1", "T"): 0.8, ("D2", "S"): 0.7, ("D2", "U"): 0.2},
)  # fmt: skip


def test_a_demand_hears_who_how_much_and_what_remains():
    said = answers(SCARCE)
    one, two = said.demand("D1"), said.demand("D2")
    assert [(a.supply_id, a.quantity) for a in one.suppliers] == [("T", 60), ("S", 40)]
    assert (one.covered, one.remaining, one.unit) == (pytest.approx(1), 0, "吨")
    assert [(a.supply_id, a.quantity) for a in two.suppliers] == [("S", 60), ("U", 30)]
    assert (two.covered, two.remaining) == (pytest.approx(0.9), 10)


def test_a_supply_hears_to_whom_and_what_is_left():
    said = answers(SCARCE)
    s, u = said.supply("S"), said.supply("U")
    assert (s.used, s.left, s.buyers) == (100, 0, (("D2", 60), ("D1", 40)))
    # one more 吨 of S goes to D2, whose need is 100: 0.7 × 1 %
    assert s.price == pytest.approx(0.007)
    assert (u.used, u.left, u.buyers) == (30, 0, (("D2", 30),))


def test_the_price_of_capacity_is_what_more_of_it_adds():
    said = answers(SCARCE)
    more = replace(SCARCE, supplies=tuple(replace(s, capacity=s.capacity + (s.supply_id == "S"))
                                          for s in SCARCE.supplies))  # fmt: skip
    more = replace(more, candidates=tuple(
        replace(c, load=100 / 101) if c.supply_id == "S" else c for c in more.candidates))  # fmt: skip
    assert solve(more).value - said.plan.value == pytest.approx(said.supply("S").price, rel=1e-3)


def test_the_next_best_has_capacity_to_spare():
    instance = small(
        {"D": 100}, {"S": 200, "T": 30, "U": 500, "V": 0},
        {("D", "S"): 0.9, ("D", "T"): 0.8, ("D", "U"): 0.5, ("D", "V"): 0.85},
    )  # fmt: skip
    (successor,) = answers(instance).demand("D").successors
    assert (successor.dropped, successor.supply_id, successor.quantity) == ("S", "U", 100)
    alone = small({"D": 100}, {"S": 200}, {("D", "S"): 0.9})
    assert answers(alone).demand("D").successors[0].supply_id == ""


@pytest.mark.parametrize("seed", range(40))
def test_the_next_best_can_really_take_over(seed):
    """Put into the plan in place of who drops out, it breaks no rule."""
    from matcher.allocation import violations
    from matcher.allocation.plan import uncovered

    rng = random.Random(seed)
    instance, options = drawn(rng, most=6), rules(rng, whole=seed % 2 == 0)
    said = answers(instance, options)
    for demand in instance.demands:
        answer = said.demand(demand.demand_id)
        for given, successor in zip(answer.suppliers, answer.successors, strict=True):
            if not successor.supply_id:
                continue
            shares = said.plan.shares
            firm = {s.supply_id: s.firm or s.supply_id for s in instance.supplies}
            for pair in list(shares):  # all rows of the firm drop out
                if pair[0] == demand.demand_id and firm[pair[1]] == firm[given.supply_id]:
                    del shares[pair]
            pair = (demand.demand_id, successor.supply_id)
            shares[pair] = shares.get(pair, 0.0) + successor.quantity / demand.quantity
            units = {d.demand_id: d for d in instance.demands}
            put = tuple(
                Assignment(d, s, share * units[d].quantity, units[d].unit, share)
                for (d, s), share in sorted(shares.items())
            )
            value = sum(said.candidates[a.pair].value * a.share for a in put)
            plan = replace(said.plan, assignments=put, uncovered=uncovered(instance, put),
                           value=value, bound=1e9)  # fmt: skip
            assert violations(instance, options, plan) == []


def test_why_a_pair_is_in_the_plan_or_what_keeps_it_out():
    instance = replace(
        small(
            {"D1": 100, "D2": 100, "D3": 50}, {"S": 100, "T": 300, "U": 100, "V": 0},
            {("D1", "S"): 0.9, ("D2", "S"): 0.8, ("D1", "T"): 0.3, ("D3", "T"): 0.8,
             ("D3", "U"): 0.7, ("D2", "V"): 0.9},
        ),
        exclusions=(Exclusion("D3", "S", "审核不采纳，或已指明不安排"),),
    )  # fmt: skip
    said = answers(instance)
    assert said.why(("D3", "S")) == "没有安排：审核不采纳，或已指明不安排"
    assert said.why(("D1", "U")) == "没有安排：不在撮合建议里"
    assert "需求已由 T 满足" in said.why(("D3", "U"))
    assert said.why(("D3", "T")) == "已安排 50 吨，占需求的 100.0%"
    assert said.why(("D2", "V")) == "没有安排：产能为 0"


def test_a_supplier_without_capacity_left_says_to_whom_it_went():
    instance = small({"D1": 100, "D2": 100}, {"S": 80}, {("D1", "S"): 0.9, ("D2", "S"): 0.8})
    said = answers(instance)
    assert said.why(("D2", "S")) == "没有安排：该企业产能已分配给 D1"
    assert said.loss(("D2", "S")) == pytest.approx(0.1)
    assert said.loss(("D1", "S")) == pytest.approx(0)


def test_counted_rules_are_named():
    pairs = {("D1", "S"): 0.9, ("D1", "T"): 0.8, ("D2", "S"): 0.1}
    instance = small({"D1": 100, "D2": 100}, {"S": 60, "T": 50}, pairs)
    one = answers(instance, Options(max_suppliers=1, gap=0))
    assert "已有 1 家供方，到了上限" in one.why(("D1", "T"))
    wide = small({"D1": 100, "D2": 100}, {"S": 500, "T": 50}, pairs)
    shown = answers(wide, Options(exposure=1, gap=0))
    assert "该企业已推荐给 D1，到了推荐次数上限" in shown.why(("D2", "S"))
    lots = small({"D1": 100}, {"S": 95, "T": 50}, {("D1", "S"): 0.9, ("D1", "T"): 0.01})
    reason = answers(lots, Options(minimum_lot=0.1, gap=0)).why(("D1", "T"))
    assert "只有需求的 5.0%，不到起订份额 10%" in reason


@pytest.mark.parametrize("seed", range(60))
def test_every_pair_has_a_reason_that_holds(seed):
    """What is named as used up is used up: seen from the plan, not from the prices."""
    rng = random.Random(seed)
    instance, options = drawn(rng, most=7), rules(rng, whole=seed % 3 == 0)
    said = answers(instance, options)
    shares = said.plan.shares
    used = {s.supply_id: 0.0 for s in instance.supplies}
    covered = {d.demand_id: 0.0 for d in instance.demands}
    for c in instance.candidates:
        if c.pair in shares:
            used[c.supply_id] += shares[c.pair] * c.load
            covered[c.demand_id] += shares[c.pair]
    for c in instance.candidates:
        reason = said.why(c.pair)
        assert reason.startswith("已安排" if c.pair in shares else "没有安排：")
        assert ("该企业产能已" in reason) <= (used[c.supply_id] > 1 - 1e-4)
        assert ("需求已由" in reason or "需求已全部" in reason) <= (covered[c.demand_id] > 1 - 1e-4)


@pytest.mark.parametrize("seed", range(40))
def test_prices_explain_the_plan(seed):
    """Strong duality: what is used is worth its price, and nothing left out is worth more."""
    instance = drawn(random.Random(seed), most=7, odd=False)
    said = answers(instance)
    plan = said.plan
    total = sum(plan.need_price.values()) + sum(plan.capacity_price.values())
    assert total == pytest.approx(plan.value, abs=1e-5)
    for c in instance.candidates:
        worth = plan.need_price.get(c.demand_id, 0.0)
        worth += plan.capacity_price.get(c.supply_id, 0.0) * c.load
        assert c.value <= worth + 1e-5
        if c.pair in plan.shares:
            assert said.loss(c.pair) == pytest.approx(0, abs=1e-5)


def test_two_plans_differ_by_what_was_added_dropped_and_changed():
    def given(**amounts: float) -> list[Assignment]:
        return [Assignment("D1", s, q, "吨", 0.0) for s, q in amounts.items()]

    found = changes(given(S=10, T=20, U=5), given(S=10 + 1e-9, T=25, V=1))
    assert [(c.supply_id, c.before, c.after) for c in found] == [
        ("T", 20, 25), ("U", 5, 0), ("V", 0, 1),
    ]  # fmt: skip
    assert [c.sentence for c in found] == [
        "增加 D1–T：20 吨 → 25 吨", "取消 D1–U：原 5 吨", "新增 D1–V：1 吨",
    ]  # fmt: skip
    assert changes(given(S=1), given(S=1)) == ()
