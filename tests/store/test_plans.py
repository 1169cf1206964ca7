"""Plans that are kept: what is read back is what was made, and the next plan starts from it."""

from __future__ import annotations

import pytest

from matcher.errors import NotFoundError, XieshouError
from matcher.planning import Choices, ask, kept
from matcher.ranking import match
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, reading, supply

DEMANDS = [demand(n, "阴极铜", leader=f"新疆{c}铜业有限公司") for n, c in enumerate("甲乙丙", 1)]
SUPPLIES = [
    supply(n, "电解铜", enterprise=f"博乐{c}金属有限公司") for n, c in enumerate("丁戊己", 1)
]


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "方案.db") as opened:
        opened.lists.add(reading(DEMANDS))
        opened.lists.add(reading(SUPPLIES))
        demands, supplies = opened.lists.demands(EVERYTHING), opened.lists.supplies(EVERYTHING)
        opened.runs.save(
            match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00.000Z"
        )
        yield opened


def made(store, choices=None, **more):
    asked = ask(store, choices or Choices(min_score=0.0), more.pop("before", None))
    answers = asked.solve()
    return asked, answers, store.plans.save(asked.record(answers), asked.choices.record(), **more)


def test_what_is_read_back_is_what_was_made(store):
    asked, answers, number = made(store, by="审核员甲")
    plan = store.plans.get(number)
    assert kept(store, number) == answers.plan.assignments
    assert (plan.value, plan.bound) == (round(answers.plan.value, 6), round(answers.plan.bound, 6))
    assert Choices.of(plan.choices) == asked.choices
    assert (plan.made_by, plan.demands, plan.assignments) == (
        "审核员甲",
        3,
        len(answers.plan.assignments),
    )
    assert plan.whole + plan.partly + plan.uncovered == 3
    assert plan.assumptions == answers.plan.assumptions
    shown = store.plans.demands(number)
    assert {row["demand_id"] for row in shown} == {"D001", "D002", "D003"}
    pairs = store.plans.pairs(number, [row["demand_id"] for row in shown])
    said = {(d, p["supply_id"]): p["reason"] for d, found in pairs.items() for p in found}
    assert said == {pair: answers.why(pair) for pair in said}
    assert len(said) == len(asked.instance.candidates) + len(asked.instance.exclusions)
    for row in store.plans.supplies(number):
        answer = answers.supply(row["supply_id"])
        assert (row["used"], row["left_over"]) == (answer.used, answer.left)
        buyers = store.plans.buyers(number, [row["supply_id"]])[row["supply_id"]]
        assert [b["demand_id"] for b in buyers] == sorted(d for d, _ in answer.buyers)


def test_states_part_the_demands(store):
    _, _, number = made(
        store, Choices(min_score=0.0, forbidden=tuple(("D001", f"S00{n}") for n in (1, 2, 3)))
    )
    whole, partly, uncovered = (
        {row["demand_id"] for row in store.plans.demands(number, state=state)}
        for state in ("whole", "partly", "uncovered")
    )
    assert "D001" in uncovered
    assert sorted([*whole, *partly, *uncovered]) == ["D001", "D002", "D003"]
    plan = store.plans.get(number)
    assert (plan.whole, plan.partly, plan.uncovered) == (len(whole), len(partly), len(uncovered))


def test_the_next_plan_starts_from_a_kept_one(store):
    _, answers, first = made(store)
    dropped = answers.plan.assignments[0].pair
    asked, after, second = made(
        store,
        Choices(min_score=0.0, forbidden=(dropped,)),
        before=kept(store, first),
        before_id=first,
    )
    assert store.plans.get(second).before_id == first
    changed = asked.changes(after)
    assert dropped in {(c.demand_id, c.supply_id) for c in changed if not c.after}
    assert [plan.id for plan in store.plans.all()] == [second, first]
    assert store.plans.count() == 2


def test_a_plan_is_told_in_the_log_and_an_unknown_one_in_one_sentence(store):
    _, _, number = made(store)
    (row,) = store.audit.list(action="plan.save")
    assert row.object == f"plan:{number}"
    assert row.after["min_score"] == 0.0
    with pytest.raises(NotFoundError, match="没有第 9 号方案"):
        kept(store, 9)


def test_ids_and_labels_that_nobody_knows_are_refused(store):
    with pytest.raises(NotFoundError, match="D999"):
        ask(store, Choices(pins=(("D999", "S001"),)))
    with pytest.raises(XieshouError, match="没有县"):
        ask(store, Choices(county_floors={"没有县": 0.1}))


def test_choices_survive_json(store):
    import json

    choices = Choices(pins=(("D001", "S001"),), weights={"关键原材料": 2.0}, exposure=3)
    assert Choices.of(json.loads(json.dumps(choices.record()))) == choices
