"""Plans in the browser: choose, compute, pin and forbid, compute again, see what changed."""

from __future__ import annotations

import json
import re
import time

import pytest

from matcher.model import Decision, EngagementStage, Verdict
from matcher.planning import Choices, ask
from matcher.store import EVERYTHING, Entry, EventKind
from matcher.store.engagements import following
from tests.web.conftest import DEMANDS


def made(browser, answer):
    """The page that a job leads to when it is done."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        shown = browser.get(answer.headers["Location"])
        if shown.status_code == 303:
            return shown.headers["Location"]
        time.sleep(0.2)
    raise AssertionError(shown.get_data(as_text=True))


def test_a_plan_is_made_changed_and_compared(enter, store):
    browser = enter("reviewer")
    page = made(browser, browser.post("/plans/new", {"min_score": "0", "max_suppliers": "1"}))
    number = int(page.rsplit("/", 1)[1])
    plan = store.plans.get(number)
    assert (plan.choices["max_suppliers"], plan.choices["min_score"]) == (1, 0.0)
    assert plan.made_by == "reviewer"
    given = store.plans.assignments(number)[0]
    wish = f"pair:{given['demand_id']}|{given['supply_id']}"
    text = browser.get(page).get_data(as_text=True)
    assert f'name="{wish}"' in text
    after = made(browser, browser.post(f"{page}/again", {wish: "forbid"}, page=page))
    second = store.plans.get(int(after.rsplit("/", 1)[1]))
    assert second.before_id == number
    assert second.choices["forbidden"] == [[given["demand_id"], given["supply_id"]]]
    pairs = {(a["demand_id"], a["supply_id"]) for a in store.plans.assignments(second.id)}
    assert (given["demand_id"], given["supply_id"]) not in pairs
    changes = browser.get(f"{after}?view=changes").get_data(as_text=True)
    assert "取消" in changes
    third = made(browser, browser.post(f"{after}/again", {wish: "free"}, page=after))
    assert store.plans.get(int(third.rsplit("/", 1)[1])).choices["forbidden"] == []


def test_every_view_of_a_plan(enter, store):
    browser = enter("viewer")
    for view in ("demands", "supplies", "changes", "assumptions", "nonsense"):
        assert browser.get(f"/plans/1?view={view}").status_code == 200
    for state in ("whole", "partly", "uncovered", "nonsense"):
        assert browser.get(f"/plans/1?state={state}&page=99").status_code == 200
    shown = browser.get("/plans/1").get_data(as_text=True)
    assert all(demand.demand_id in shown for demand in DEMANDS)
    assert "pair:" not in shown, "a viewer changes nothing"
    record = json.loads(browser.get("/plans/1.json").get_data(as_text=True))
    assert record["assignments"] == store.plans.assignments(1)
    table = browser.get("/plans/1.csv").get_data().decode("utf-8-sig").splitlines()
    assert len(table) == 1 + len(record["assignments"])


@pytest.mark.parametrize(
    ("field", "text"),
    [("max_suppliers", "0"), ("min_lot", "101"), ("time_limit", "86400"), ("exposure", "x")],
)
def test_a_choice_without_a_meaning_is_said_beside_the_field(enter, store, field, text):
    before = store.plans.count()
    shown = enter("reviewer").post("/plans/new", {field: text})
    assert shown.status_code == 200
    page = shown.get_data(as_text=True)
    assert re.search(rf'id="{field}-error"', page)
    assert f'value="{text}"' in page, "what was typed stays"
    assert store.plans.count() == before


def _begun(store):
    there = store.engagements.of_pair("D001", "S001", EVERYTHING)
    if there:
        return there.id
    return store.engagements.begin("D001", "S001", EVERYTHING, reason="对接会")


def test_a_contract_shrinks_capacity_and_moves_the_statistics(enter, store):
    before = {s.supply_id: s.capacity for s in ask(store, Choices(min_score=0.0)).instance.supplies}
    key = _begun(store)
    stage = EngagementStage.RECOMMENDED
    facts = {"quantity": 1000.0, "unit": "吨", "amount": 650.0, "signed_on": "2026-03-09"}
    while stage is not EngagementStage.CONTRACT:
        now = store.engagements.get(key, EVERYTHING)
        stage = following(now.engagement.stage)
        signed = facts if stage is EngagementStage.CONTRACT else {}
        entry = Entry(EventKind.STEP, stage=stage, facts=signed)
        store.engagements.write(key, entry, EVERYTHING, version=now.version)
    planned = ask(store, Choices(min_score=0.0))
    after = {s.supply_id: s.capacity for s in planned.instance.supplies}
    assert after["S001"] == pytest.approx(before["S001"] - 1000)
    assert any("已签约 1000 吨" in said for said in planned.instance.assumptions)
    (march,) = (m for m in store.monthly.months(EVERYTHING) if m["month"] == "2026-03")
    assert (march["orders"], march["amount"], march["firms"]) == (1, 650.0, 1)
    page = enter("viewer").get("/engagements/monthly").get_data(as_text=True)
    assert "2026-03" in page
    assert "650" in page


def test_the_accepted_pairs_of_a_plan_are_introduced_together(enter, store):
    browser = enter("reviewer")
    given = {(a["demand_id"], a["supply_id"]): a for a in store.plans.assignments(1)}
    store.decisions.record([Decision(*pair, Verdict.ACCEPTED, "", "审核员甲") for pair in given])
    pairs = store.engagements.waiting(EVERYTHING, limit=99, plan_id=1)
    open_ = {("D001", "S001"), ("D003", "S002")}  # introduced already
    assert {(row["demand_id"], row["supply_id"]) for row in pairs} == set(given) - open_
    assert all(
        row["quantity"] == given[row["demand_id"], row["supply_id"]]["quantity"] for row in pairs
    )
    assert store.engagements.waiting_count(EVERYTHING, plan_id=1) == len(pairs) >= 1
    assert store.engagements.waiting_count(EVERYTHING, plan_id=2**70) == 0
    assert "/engagements/new?plan=1" in browser.get("/plans/1").get_data(as_text=True)
    page = browser.get("/engagements/new?plan=1").get_data(as_text=True)
    assert page.count('name="pair"') == len(pairs)
    form = {"pair": [json.dumps([row["demand_id"], row["supply_id"]]) for row in pairs]}
    sent = browser.post("/engagements/begin", form, page="/engagements/new?plan=1")
    assert sent.status_code == 303
    assert store.engagements.waiting(EVERYTHING, limit=99, plan_id=1) == []
    assert "先审核" in browser.get("/engagements/new?plan=1").get_data(as_text=True)
    assert "/engagements/new" not in enter("viewer").get("/plans/1").get_data(as_text=True)
