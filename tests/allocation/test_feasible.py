"""There is always a plan, whatever is asked, and it keeps its rules; the same for any order."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation import (
    LEAST_LOT,
    Assignment,
    Candidate,
    DemandNode,
    Floor,
    Instance,
    Options,
    Plan,
    SupplyNode,
    Uncovered,
    changes,
    solve,
    violations,
)
from matcher.errors import XieshouError
from tests.allocation.making import drawn, rules, small

amounts = st.sampled_from([1e-3, 0.5, 1.0, 3.0, 1e2, 12_345.6, 1e8])
shares = st.sampled_from([0.0, 1e-9, 0.1, 1 / 3, 0.5, 1.0])


@st.composite
def instances(draw):
    """Odd ones too: no pairs, nothing to give, everything pinned, floors that nobody can reach."""
    demands = [DemandNode(f"D{i}", draw(amounts), "吨") for i in range(draw(st.integers(0, 5)))]
    supplies = [
        SupplyNode(
            f"S{i}", draw(amounts | st.just(0.0)), "吨", draw(st.sampled_from(["", "甲", "乙"]))
        )
        for i in range(draw(st.integers(0, 5)))
    ]
    candidates = []
    for d in demands:
        for s in supplies:
            if draw(st.booleans()):
                load = draw(amounts | st.just(d.quantity / s.capacity if s.capacity else 1.0))
                load = load if s.capacity else float("inf")
                probability, weight = draw(shares), draw(st.sampled_from([0.0, 1.0, 7.0]))
                candidates.append(Candidate(d.demand_id, s.supply_id, probability, load, weight))
    pairs = [(f"D{i}", f"S{j}") for i in range(6) for j in range(6)]  # some of them do not exist
    some = st.dictionaries(st.sampled_from(pairs), shares, max_size=6)
    members = st.frozensets(st.sampled_from([f"S{i}" for i in range(6)]), max_size=4)
    floors = draw(st.lists(st.builds(Floor, st.sampled_from("东西"), members, shares), max_size=2))
    return Instance(tuple(demands), tuple(supplies), tuple(candidates), draw(some), tuple(floors),
                    draw(some))  # fmt: skip


options = st.builds(
    Options,
    max_suppliers=st.none() | st.integers(1, 3),
    minimum_lot=st.sampled_from([0.0, LEAST_LOT, 0.1, 1 / 3, 0.5, 1.0]),
    exposure=st.none() | st.integers(1, 3),
    backups=st.booleans(),
    backup_price=st.sampled_from([0.0, 1.0, 50.0]),
    stability=st.sampled_from([0.0, 0.1, 10.0]),
    gap=st.sampled_from([0.0, 1e-3, 0.5]),
    time_limit=st.sampled_from([1e-6, 60.0]),
)


@settings(deadline=None, max_examples=300)
@given(instances(), options)
def test_there_is_always_a_plan_that_keeps_its_rules(instance, chosen):
    plan = solve(instance, chosen)
    assert violations(instance, chosen, plan) == []
    assert plan.bound >= plan.value - 1e-9
    if chosen.time_limit > 1:
        assert plan.proven


@pytest.mark.parametrize("seed", range(40))
def test_any_order_gives_the_same_bytes(seed):
    rng = random.Random(seed)
    instance, chosen = drawn(rng, most=7), rules(rng, whole=seed % 2 == 0)
    said = json.dumps(solve(instance, chosen).record())
    for _ in range(3):
        parts = {
            name: tuple(rng.sample(getattr(instance, name), len(getattr(instance, name))))
            for name in ("demands", "supplies", "candidates", "floors")
        }
        maps = {
            name: dict(rng.sample(sorted(getattr(instance, name).items()),
                                  len(getattr(instance, name))))
            for name in ("pins", "previous")
        }  # fmt: skip
        assert json.dumps(solve(replace(instance, **parts, **maps), chosen).record()) == said


def without(instance: Instance, supply_id: str) -> Instance:
    return replace(
        instance,
        supplies=tuple(s for s in instance.supplies if s.supply_id != supply_id),
        candidates=tuple(c for c in instance.candidates if c.supply_id != supply_id),
    )


@pytest.mark.parametrize("seed", range(60))
def test_a_supplier_who_drops_out_changes_only_what_must_change(seed):
    """Stability is priced above all else: a need can be worth a hundred times another's capacity."""
    rng = random.Random(seed)
    instance = replace(drawn(rng, most=9, odd=False), previous={}, pins={}, floors=())
    plan = solve(instance)
    if not plan.assignments:
        return
    gone = rng.choice(plan.assignments).supply_id
    rest = without(instance, gone)
    again = solve(replace(rest, previous=plan.shares), Options(stability=1000.0))
    had = {a.demand_id for a in plan.assignments if a.supply_id == gone}
    for change in changes(plan.assignments, again.assignments):
        assert change.demand_id in had, change
        if change.supply_id != gone:
            assert change.after > change.before, change  # nobody loses who did not drop out


def test_without_stability_the_same_loss_moves_others():
    """S drops out: the best plan takes T from D2; the stable one leaves it where it is."""
    instance = small(
        {"D1": 10, "D2": 10}, {"S": 10, "T": 10},
        {("D1", "S"): 0.9, ("D1", "T"): 0.8, ("D2", "T"): 0.7},
    )  # fmt: skip
    plan = solve(instance)
    assert set(plan.shares) == {("D1", "S"), ("D2", "T")}
    rest = without(instance, "S")
    assert set(solve(rest).shares) == {("D1", "T")}
    stable = replace(rest, previous=plan.shares)
    assert set(solve(stable, Options(stability=0.2)).shares) == {("D2", "T")}


def test_another_component_keeps_its_bytes():
    pairs = {
        ("D1", "S"): 0.9,
        ("D1", "T"): 0.8,
        ("E1", "U"): 0.5,
        ("E2", "U"): 0.5,
        ("E2", "V"): 0.5,
    }
    instance = small({"D1": 10, "E1": 7, "E2": 9}, {"S": 10, "T": 10, "U": 8, "V": 3}, pairs)
    before, after = solve(instance), solve(without(instance, "S"))
    assert [a for a in before.assignments if a.demand_id[0] == "E"] == [
        a for a in after.assignments if a.demand_id[0] == "E"
    ]


def test_contradictory_pins_are_kept_as_far_as_they_can_be_and_said():
    instance = small({"D1": 10, "D2": 10}, {"S": 10}, {("D1", "S"): 0.1, ("D2", "S"): 0.9},
                     pins={("D1", "S"): 1.0, ("D2", "S"): 1.0})  # fmt: skip
    plan = solve(instance)
    assert sum(plan.shares.values()) == pytest.approx(1.0)
    assert [note for note in plan.notes if "钉住" in note]


def test_a_pin_is_kept_against_the_value():
    instance = small({"D1": 10, "D2": 10}, {"S": 10}, {("D1", "S"): 0.1, ("D2", "S"): 0.9},
                     pins={("D1", "S"): 0.4})  # fmt: skip
    plan = solve(instance)
    assert plan.shares == pytest.approx({("D1", "S"): 0.4, ("D2", "S"): 0.6})
    assert plan.notes == ()


def test_a_floor_is_kept_against_the_value_or_its_failing_is_said():
    pairs = {("D1", "S"): 0.9, ("D1", "T"): 0.2, ("D2", "S"): 0.9}
    instance = small({"D1": 10, "D2": 10}, {"S": 30, "T": 30}, pairs,
                     floors=(Floor("精河县", frozenset("T"), 0.25),))  # fmt: skip
    plan = solve(instance)
    assert plan.shares["D1", "T"] == pytest.approx(0.5)  # of two needs a quarter
    assert plan.notes == ()
    much = replace(instance, floors=(Floor("精河县", frozenset("T"), 0.9),))
    (note,) = solve(much).notes
    assert "精河县保底 90.0%，只做到 50.0%" in note


def plan_of(**parts) -> Plan:
    whole = {"assignments": (), "uncovered": (), "assumptions": (), "value": 0.0, "bound": 9.0}
    return Plan(**whole | parts)


def test_the_check_finds_every_breach():
    """It is written apart from the solvers, and a check that finds nothing would pass any plan."""
    instance = small({"D1": 10, "D2": 10}, {"S": 10, "T": 5},
                     {("D1", "S"): 0.5, ("D1", "T"): 0.5, ("D2", "S"): 0.5})  # fmt: skip

    def found(*given: tuple[str, str, float], rule: Options | None = None, **parts) -> str:
        assignments = tuple(Assignment(d, s, q, "吨", q / 10) for d, s, q in given)
        left = {"D1": 10.0, "D2": 10.0}
        for d, _, q in given:
            left[d] -= q
        rest = tuple(Uncovered(d, q, "吨", q / 10) for d, q in left.items() if q > 0)
        value = sum(q / 20 for _, _, q in given)
        whole = {"assignments": assignments, "uncovered": rest, "value": value} | parts
        return "；".join(violations(instance, rule or Options(), plan_of(**whole)))

    assert found(("D1", "S", 5.0), ("D1", "T", 5.0), ("D2", "S", 5.0)) == ""
    assert "D1 安排了需求量的" in found(("D1", "S", 10.0), ("D1", "T", 1.0))
    assert "S 安排了产能的" in found(("D1", "S", 10.0), ("D2", "S", 1.0))
    assert "T 安排了产能的" in found(("D1", "T", 6.0))
    assert "不在可选" in found(("D2", "T", 1.0))
    assert "不在可选" in found(("D1", "S", 1.0), ("D1", "S", 1.0))
    assert "不是正数" in found(("D1", "S", -1.0))
    assert "不是正数" in found(("D1", "S", float("nan")))
    assert "2 家供方" in found(("D1", "S", 5.0), ("D1", "T", 5.0), rule=Options(max_suppliers=1))
    assert "推荐 2 次" in found(("D1", "S", 5.0), ("D2", "S", 5.0), rule=Options(exposure=1))
    assert "起订份额" in found(("D1", "S", 1.0), rule=Options(minimum_lot=0.2))
    assert "相加不等于" in found(("D1", "S", 1.0), uncovered=())
    assert "方案价值应为" in found(("D1", "S", 1.0), value=0.4)
    assert "超过上界" in found(("D1", "S", 1.0), bound=0.0)
    wrong_unit = (Assignment("D1", "S", 1.0, "公斤", 0.1),)
    assert "单位不一致" in found(("D1", "S", 1.0), assignments=wrong_unit)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_suppliers": 0}, {"exposure": 0}, {"minimum_lot": 1.5}, {"minimum_lot": -0.1},
        {"minimum_lot": float("nan")}, {"stability": -1}, {"pin_price": float("inf")},
        {"gap": float("nan")}, {"time_limit": 0}, {"time_limit": float("nan")},
    ],
)  # fmt: skip
def test_options_without_meaning_are_refused(wrong):
    with pytest.raises(XieshouError, match="应"):
        Options(**wrong)
