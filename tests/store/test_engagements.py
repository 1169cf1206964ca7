"""Engagements: begun from a pair, led step by step, seen by whom they concern and by nobody else."""

from __future__ import annotations

import sqlite3

import pytest

from matcher.errors import NotFoundError
from matcher.model import Decision, EngagementStage, Verdict
from matcher.ranking import match
from matcher.ranking.evidence import evidence_of
from matcher.records import content_hash
from matcher.store import (
    EVERYTHING,
    ContactError,
    EngagementError,
    Entry,
    EventKind,
    Question,
    Role,
    StaleEngagementError,
    Store,
    Wish,
    buyer,
    county,
    supplier,
)
from matcher.store.audit import Actor
from matcher.store.engagementtypes import UNFIT
from tests.store.making import demand, reading, supply

LEADER, RIVAL = "新疆天河铜业有限公司", "博州星海化工有限公司"
ME, OTHER = "博乐乙金属有限公司", "精河丁金属有限公司"
S = EngagementStage


def contact(name, phone):
    return {"contact": {"name": name, "phone": phone}}


@pytest.fixture
def filled(store):
    people = contact("铜总", "13900000001")
    store.lists.add(
        reading(
            [
                demand(1, "阴极铜", leader=LEADER, disclosure="公开", chain="铜", attributes=people),
                demand(2, "电解铜", leader=LEADER, disclosure="匿名", chain="铜", note="内部备注",
                       current_supplier="某现供厂", attributes=people),
                demand(3, "阴极铜板", leader=LEADER, disclosure="仅主管部门", attributes=people),
                demand(4, "高纯阴极铜", leader=RIVAL, county="精河县", disclosure="", chain="化工"),
            ]
        )
    )  # fmt: skip
    store.lists.add(
        reading(
            [
                supply(1, "阴极铜", enterprise=ME, county="博乐市", intended_buyers=RIVAL,
                       attributes=contact("乙厂长", "13900000002")),
                supply(2, "电解铜", enterprise=OTHER, attributes=contact("丁厂长", "13900000003")),
            ]
        )
    )  # fmt: skip
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    store.run_id = store.runs.save(
        match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z"
    )
    firms = {firm["name"]: firm["id"] for firm in store.enterprises.all(EVERYTHING)}
    store.me, store.leader, store.other = firms[ME], firms[LEADER], firms[OTHER]
    user = store.users.add("zhang", Role.REVIEWER, full_name="张专员")
    store.audit.actor = Actor("zhang", "reviewer", user.id)
    store.user = user
    return store


def accept(store, demand_id="D001", supply_id="S001", verdict=Verdict.ACCEPTED):
    store.decisions.record([Decision(demand_id, supply_id, verdict, "", "审核员甲")])


def begin(store, demand_id="D001", supply_id="S001", **more):
    accept(store, demand_id, supply_id)
    return store.engagements.begin(demand_id, supply_id, EVERYTHING, **more)


def step(store, key, stage, **more):
    return store.engagements.write(key, Entry(EventKind.STEP, stage, **more), EVERYTHING)


def stage_of(store, key):
    return store.engagements.get(key, EVERYTHING).engagement.stage


# --- the way of an engagement --------------------------------------------------------------------


def test_from_an_accepted_pair_to_a_contract_fulfilled(filled):
    key = begin(filled)
    step(filled, key, S.INTRODUCED, note="双方见面")
    step(filled, key, S.TALKS)
    signed = {"signed_on": "2026-11-20", "amount": 120.5, "contract_number": "HT-7", "quantity": 300,
              "unit": "吨", "deliver_from": "2026-12-01", "deliver_until": "2027-11-30"}  # fmt: skip
    step(filled, key, S.CONTRACT, facts=signed)
    step(filled, key, S.DELIVERY, facts={"quantity": None, "unit": ""})
    now_is = filled.engagements.get(key, EVERYTHING)
    assert {name: getattr(now_is.engagement, name) for name in signed} == signed
    assert (now_is.officer, now_is.origin, now_is.version) == ("张专员", "accepted", 5)
    events = filled.engagements.events(key, EVERYTHING)
    assert [e.stage for e in events] == [
        S.RECOMMENDED,
        S.INTRODUCED,
        S.TALKS,
        S.CONTRACT,
        S.DELIVERY,
    ]
    assert {e.actor for e in events} == {"zhang"}
    assert events[1].note == "双方见面"
    assert (events[2].facts["amount"], events[3].facts["amount"]) == (None, 120.5)
    actions = [row.action for row in filled.audit.list(action="engagement")]
    assert actions == ["engagement.step"] * 4 + ["engagement.begin"]
    assert filled.audit.verify().fault == ""


@pytest.mark.parametrize("wrong", [S.RECOMMENDED, S.TALKS, S.CONTRACT, S.DELIVERY, None])
def test_no_step_leads_back_or_over_a_stage(filled, wrong):
    key = begin(filled)
    with pytest.raises(EngagementError, match="下一步是对接"):
        step(filled, key, wrong)
    assert len(filled.engagements.events(key, EVERYTHING)) == 1
    assert stage_of(filled, key) is S.RECOMMENDED


def test_an_end_needs_a_reason_and_can_be_followed_by_a_new_one(filled):
    key = begin(filled)
    with pytest.raises(EngagementError, match="进行中"):
        filled.engagements.begin("D001", "S001", EVERYTHING)
    with pytest.raises(EngagementError, match="原因"):
        step(filled, key, S.ENDED, note=" ")
    step(filled, key, S.ENDED, note="价格谈不拢")
    with pytest.raises(EngagementError, match="已终止"):
        step(filled, key, S.INTRODUCED)
    with pytest.raises(EngagementError, match="已终止"):
        filled.engagements.write(key, Entry(EventKind.FOLLOW, note="x"), EVERYTHING)
    assert filled.engagements.begin("D001", "S001", EVERYTHING) != key


def test_a_pair_that_nobody_accepted_needs_a_reason(filled):
    with pytest.raises(EngagementError, match="理由"):
        filled.engagements.begin("D001", "S002", EVERYTHING)
    accept(filled, "D001", "S002")
    accept(filled, "D001", "S002", Verdict.REJECTED)
    with pytest.raises(EngagementError, match="理由"):
        filled.engagements.begin("D001", "S002", EVERYTHING)
    key = filled.engagements.begin("D001", "S002", EVERYTHING, reason="领导现场对接")
    found = filled.engagements.get(key, EVERYTHING)
    assert (found.origin, found.reason) == ("hand", "领导现场对接")
    with pytest.raises(NotFoundError):
        filled.engagements.begin("D999", "S002", EVERYTHING, reason="x")


def test_what_was_accepted_and_has_changed_is_not_accepted(filled):
    accept(filled)
    filled.lists.add(reading([supply(1, "阴极铜", enterprise=ME, county="博乐市", amount=1.0)]))
    with pytest.raises(EngagementError, match="变了"):
        filled.engagements.begin("D001", "S001", EVERYTHING)


def test_a_stale_form_changes_nothing(filled):
    key = begin(filled)
    step(filled, key, S.INTRODUCED)
    for entry in (Entry(EventKind.STEP, S.TALKS), Entry(EventKind.FOLLOW, note="晚到的")):
        with pytest.raises(StaleEngagementError, match="对接"):
            filled.engagements.write(key, entry, EVERYTHING, version=1)
    assert len(filled.engagements.events(key, EVERYTHING)) == 2


def test_two_at_once_begin_one(filled):
    import threading

    accept(filled)
    ended = []

    def run():
        with Store(filled.path) as mine:
            try:
                ended.append(mine.engagements.begin("D001", "S001", EVERYTHING))
            except EngagementError as error:
                ended.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, int) for one in ended) == 1, ended
    assert filled.engagements.count(EVERYTHING) == 1


def test_events_cannot_be_changed(filled):
    begin(filled)
    for sql in ("UPDATE engagement_events SET note = 'x'", "DELETE FROM engagement_events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            filled.db.execute(sql)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"signed_on": "下周"}, "日期"),
        ({"signed_on": "2026-02-30"}, "日期"),
        ({"signed_on": "2026-01-01", "amount": -1}, "合同金额"),
        ({"signed_on": "2026-01-01", "amount": float("nan")}, "合同金额"),
        ({"signed_on": "2026-01-01", "deliver_from": "2026-02-01", "deliver_until": "2026-01-01"}, "早于"),
        ({}, "签订日期"),
    ],
)  # fmt: skip
def test_a_contract_that_cannot_be_is_refused(filled, facts, word):
    key = begin(filled)
    step(filled, key, S.INTRODUCED)
    step(filled, key, S.TALKS)
    with pytest.raises(EngagementError, match=word):
        step(filled, key, S.CONTRACT, facts=facts)
    assert stage_of(filled, key) is S.TALKS


def test_a_correction_goes_anywhere_says_why_and_is_an_event(filled):
    key = begin(filled)
    step(filled, key, S.INTRODUCED)
    step(filled, key, S.ENDED, note="点错了")
    with pytest.raises(EngagementError, match="原因"):
        filled.engagements.write(key, Entry(EventKind.CORRECT, S.TALKS), EVERYTHING)
    back = Entry(EventKind.CORRECT, S.TALKS, "误终止", facts={"amount": 5.0})
    assert filled.engagements.write(key, back, EVERYTHING).engagement.stage is S.TALKS
    clear = Entry(EventKind.CORRECT, None, "金额记错", facts={"amount": None})
    assert filled.engagements.write(key, clear, EVERYTHING).engagement.amount is None
    events = filled.engagements.events(key, EVERYTHING)
    assert [e.kind for e in events][-2:] == [EventKind.CORRECT] * 2
    step(filled, key, S.ENDED, note="真的终止")
    filled.engagements.begin("D001", "S001", EVERYTHING)
    with pytest.raises(EngagementError, match="进行中"):
        filled.engagements.write(key, back, EVERYTHING)


def test_a_batch_begins_what_it_can_and_says_what_it_cannot(filled):
    begin(filled)
    accept(filled, "D002", "S001")
    pairs = [("D001", "S001"), ("D002", "S001"), ("D003", "S001"), ("D002", "S001"), ("X", "Y")]
    begun, left = filled.engagements.begin_many(pairs, EVERYTHING)
    assert len(begun) == 1
    assert len(left) == 3


# --- reminders -----------------------------------------------------------------------------------


def age(store, key, days):
    store.db.execute(
        "UPDATE engagements SET last_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) WHERE id = ?",
        [f"-{days} days", key],
    )


def test_an_engagement_without_an_event_for_too_long_is_stale(filled):
    one, two = begin(filled), begin(filled, "D002")
    age(filled, one, 7)
    assert not filled.engagements.get(one, EVERYTHING).stale, "on the day itself it is not late"
    age(filled, one, 8)
    stale = filled.engagements.list(EVERYTHING, Question(stale=True))
    assert [e.id for e in stale] == [one]
    assert [e.id for e in filled.engagements.list(EVERYTHING)] == [one, two]
    filled.engagements.set_days({S.RECOMMENDED: 30})
    assert filled.engagements.count(EVERYTHING, Question(stale=True)) == 0
    step(filled, two, S.INTRODUCED, due_on="2020-01-01")
    found = filled.engagements.get(two, EVERYTHING)
    assert (found.stale, found.due_on, found.due_set) == (True, "2020-01-01", True)
    step(filled, two, S.ENDED, note="x")
    assert not filled.engagements.get(two, EVERYTHING).stale
    for wrong in (0, 4000):
        with pytest.raises(EngagementError, match="天数"):
            filled.engagements.set_days({S.TALKS: wrong})


def test_facets_count_what_the_other_conditions_leave(filled):
    begin(filled)
    two = begin(filled, "D002")
    begin(filled, "D004")
    step(filled, two, S.INTRODUCED)
    facets = filled.engagements.facets(EVERYTHING, Question(chain="铜"))
    assert facets["stage"] == {"推荐": 1, "对接": 1}
    assert facets["chain"] == {"铜": 2, "化工": 1}
    assert facets["officer"] == {f"{filled.user.id}:张专员": 2}
    asked = Question(stage="对接", officer=str(filled.user.id), q="电解")
    assert [e.id for e in filled.engagements.list(EVERYTHING, asked)] == [two]
    assert filled.engagements.count(EVERYTHING, Question(officer="0")) == 0


# --- who sees what -------------------------------------------------------------------------------


def told(store, scope):
    """All that the store tells a scope of engagements and of what they open, as one text."""
    found = store.engagements.list(scope, Question(stage="全部"))
    parts = [found, store.engagements.facets(scope), store.requests.list(scope)]
    for one in found:
        parts += [
            store.engagements.events(one.id, scope),
            store.engagements.pair_rows(one.engagement.demand_id, one.engagement.supply_id, scope),
            store.contacts.of_engagement(one.id, scope),
            store.wishes.of_pair(one.engagement.demand_id, one.engagement.supply_id, scope),
        ]
    parts += [
        store.lists.demands(scope),
        store.lists.supplies(scope),
        store.runs.suggestions(store.run_id, scope),
    ]
    return repr(parts)


def test_a_third_firm_sees_nothing_and_no_count_tells(filled):
    for pair in (("D001", "S001"), ("D002", "S001"), ("D003", "S001")):
        step(filled, begin(filled, *pair), S.INTRODUCED, note="内部话")
    rival = filled.enterprises.named(RIVAL)
    for scope in (supplier(filled.other), buyer(rival), buyer(filled.other), county("精河县")):
        assert filled.engagements.count(scope, Question(stage="全部")) == 0
        assert not any(filled.engagements.facets(scope).values())
        for key in (1, 2, 3):
            for read in (filled.engagements.get, filled.engagements.events):
                with pytest.raises(NotFoundError):
                    read(key, scope)
            assert filled.contacts.of_engagement(key, scope) == []
    assert ME not in told(filled, supplier(filled.other))
    assert "内部话" not in told(filled, supplier(filled.me))


def test_a_hidden_buyer_is_known_from_introduction_on(filled):
    key = begin(filled, "D002")
    scope = supplier(filled.me)
    (before,) = filled.engagements.list(scope)
    assert (before.hidden, before.leader, before.chain) == (True, "", "")
    assert before.engagement.demand_id.startswith("X-")
    assert filled.engagements.facets(scope)["chain"] == {"": 1}
    assert filled.engagements.count(scope, Question(q="天河")) == 0
    assert filled.engagements.count(scope, Question(chain="铜")) == 0
    assert "铜总" not in told(filled, scope)
    step(filled, key, S.INTRODUCED)
    (after,) = filled.engagements.list(scope)
    assert (after.hidden, after.leader, after.engagement.demand_id) == (False, LEADER, "D002")
    seen = {row.demand_id: row for row in filled.lists.demands(scope)}
    assert seen["D002"].leader == LEADER
    assert (seen["D002"].note, seen["D002"].current_supplier) == ("", ""), "its own affair still"
    others = [row for row in filled.lists.demands(supplier(filled.other)) if row.leader]
    assert {row.demand_id for row in others} == {"D001"}, "opened to one firm alone"


def test_a_demand_for_the_bureau_alone_is_not_known_of_until_introduction(filled):
    key = begin(filled, "D003")
    scope = supplier(filled.me)
    assert filled.engagements.list(scope) == []
    assert "D003" not in told(filled, scope)
    step(filled, key, S.INTRODUCED)
    assert [e.engagement.demand_id for e in filled.engagements.list(scope)] == ["D003"]
    assert any(row.demand_id == "D003" for row in filled.lists.demands(scope))
    pairs = {
        (s.suggestion.demand_id, s.suggestion.supply_id)
        for s in filled.runs.suggestions(filled.run_id, scope)
    }
    assert ("D003", "S001") in pairs
    filled.engagements.write(key, Entry(EventKind.CORRECT, S.RECOMMENDED, "开错了"), EVERYTHING)
    assert filled.engagements.list(scope) == []


def test_a_buyer_learns_of_a_supply_that_nobody_accepted_when_it_is_introduced(filled):
    key = filled.engagements.begin("D001", "S001", EVERYTHING, reason="现场")
    scope = buyer(filled.leader)
    assert filled.engagements.list(scope) == []
    assert filled.lists.supplies(scope) == []
    step(filled, key, S.INTRODUCED)
    assert [e.enterprise for e in filled.engagements.list(scope)] == [ME]
    assert "现场" not in told(filled, scope), "why it was begun is said among colleagues"
    assert [row.enterprise for row in filled.lists.supplies(scope)] == [ME]
    assert filled.lists.supplies(scope)[0].intended_buyers == ""
    assert RIVAL not in told(filled, scope)


def test_a_county_has_the_engagements_of_either_side(filled):
    begin(filled, "D004", "S001")
    assert filled.engagements.count(county("博乐市")) == 1
    assert filled.engagements.count(county("精河县")) == 1
    assert filled.engagements.count(county("温泉县")) == 0
    with pytest.raises(NotFoundError):
        filled.engagements.write(1, Entry(EventKind.FOLLOW, note="x"), county("温泉县"))


def test_a_note_is_the_bureaus_unless_it_is_shared(filled):
    key = begin(filled)
    step(filled, key, S.INTRODUCED, note="乙厂报价偏高")
    step(filled, key, S.TALKS, note="周五见面", shared=True)
    for scope in (supplier(filled.me), buyer(filled.leader)):
        events = filled.engagements.events(key, scope)
        assert [e.note for e in events] == ["", "", "周五见面"]
        assert {e.actor for e in events} == {""}


# --- contacts ------------------------------------------------------------------------------------


def people(store, key, scope):
    return {c.name for c in store.contacts.of_engagement(key, scope)}


def contact_id(store, name):
    return store.db.execute("SELECT id FROM contacts WHERE name = ?", [name]).fetchone()[0]


def test_contacts_are_shown_with_consent_or_when_released_and_only_then(filled):
    key = begin(filled)
    me, leader = supplier(filled.me), buyer(filled.leader)
    boss, chief = contact_id(filled, "铜总"), contact_id(filled, "乙厂长")
    filled.contacts.consent(chief, me, given=True)
    assert people(filled, key, leader) == {"铜总"}, "before the introduction: its own alone"
    assert people(filled, key, me) == {"乙厂长"}
    step(filled, key, S.INTRODUCED)
    assert people(filled, key, leader) == {"铜总", "乙厂长"}, "with consent"
    assert people(filled, key, me) == {"乙厂长"}, "nobody asked the other"
    step(filled, key, S.TALKS, release=(boss,))
    assert people(filled, key, me) == {"乙厂长", "铜总"}, "released by the introduction"
    filled.contacts.consent(boss, leader, given=False)
    assert people(filled, key, me) == {"乙厂长"}, "taken back"
    with pytest.raises(ContactError, match="撤回"):
        filled.engagements.write(
            key, Entry(EventKind.FOLLOW, note="x", release=(boss,)), EVERYTHING
        )
    step(filled, key, S.ENDED, note="x")
    assert people(filled, key, leader) == {"铜总"}, "over"
    assert people(filled, key, EVERYTHING) == {"铜总", "乙厂长"}


def test_every_look_at_a_contact_is_told(filled):
    key = begin(filled)
    step(filled, key, S.INTRODUCED)
    before = filled.audit.count(action="contact.view")
    filled.contacts.of_engagement(key, EVERYTHING)
    rows = filled.audit.list(action="contact.view")
    assert len(rows) == before + 2
    assert {row.object for row in rows} == {
        f"contact:{contact_id(filled, name)}" for name in ("铜总", "乙厂长")
    }
    assert rows[0].after == {"engagement": key}


def test_only_contacts_of_the_two_can_be_released(filled):
    key = begin(filled)
    stranger = contact_id(filled, "丁厂长")
    with pytest.raises(ContactError):
        step(filled, key, S.INTRODUCED, release=(stranger,))
    assert stage_of(filled, key) is S.RECOMMENDED, "all or nothing"


def test_a_firm_keeps_its_own_contacts_and_no_others(filled):
    me = supplier(filled.me)
    made = filled.contacts.add(filled.me, me, name="李 工", phone="0909-1", duty="销售")
    assert (made.name, made.consent) == ("李 工", False)
    with pytest.raises(ContactError, match="已有"):
        filled.contacts.add(filled.me, me, name="李 工", phone="0909-1")
    with pytest.raises(ContactError, match="姓名和电话"):
        filled.contacts.add(filled.me, me, name=" ", phone="1")
    filled.contacts.consent(made.id, me, given=True)
    assert filled.contacts.change(made.id, me, name="李 工", phone="0909-1", duty="厂长").consent
    changed = filled.contacts.change(made.id, me, name="王 工", phone="0909-1", duty="厂长")
    assert not changed.consent, "another person has not agreed"
    theirs = contact_id(filled, "丁厂长")
    for wrong in (
        lambda: filled.contacts.get(theirs, me),
        lambda: filled.contacts.consent(theirs, me, given=True),
        lambda: filled.contacts.change(theirs, me, name="x", phone="1", duty=""),
        lambda: filled.contacts.add(filled.other, me, name="x", phone="1"),
    ):
        with pytest.raises(NotFoundError):
            wrong()
    assert filled.contacts.of_firm(filled.other, me) == []
    assert {c.name for c in filled.contacts.of_firm(filled.me, me)} == {"乙厂长", "王 工"}


def test_the_bureau_says_how_consent_was_given(filled):
    boss = contact_id(filled, "铜总")
    with pytest.raises(ContactError, match="怎样"):
        filled.contacts.consent(boss, EVERYTHING, given=True)
    found = filled.contacts.consent(boss, EVERYTHING, given=True, how="11 月 3 日电话确认")
    assert (found.consent, found.consent_by, found.consent_how) == (
        True,
        "zhang",
        "11 月 3 日电话确认",
    )
    assert filled.audit.list(action="contact.consent")[0].after["how"] == "11 月 3 日电话确认"


# --- requests and wishes -------------------------------------------------------------------------


def test_a_request_is_asked_once_and_granting_it_introduces(filled):
    leader = buyer(filled.leader)
    with pytest.raises(NotFoundError):
        filled.requests.ask("D001", "S001", leader)
    accept(filled)
    assert filled.requests.ask("D001", "S001", leader, note="急用")
    assert not filled.requests.ask("D001", "S001", leader, note="急用")
    (asked,) = filled.requests.list(EVERYTHING, waiting=True)
    assert (asked.leader, asked.enterprise, asked.note) == (LEADER, ME, "急用")
    key = filled.requests.answer(
        asked.id, EVERYTHING, granted=True, release=(contact_id(filled, "铜总"),)
    )
    found = filled.engagements.get(key, supplier(filled.me))
    assert (found.engagement.stage, found.origin) == (S.INTRODUCED, "request")
    assert "铜总" in people(filled, key, supplier(filled.me))
    with pytest.raises(StaleEngagementError):
        filled.requests.answer(asked.id, EVERYTHING, granted=False, note="x")
    with pytest.raises(EngagementError, match="已经在对接"):
        filled.requests.ask("D001", "S001", leader)
    assert filled.requests.list(EVERYTHING, waiting=True) == []


def test_a_request_for_a_pair_that_is_recommended_goes_on_with_it(filled):
    key = begin(filled)
    filled.requests.ask("D001", "S001", buyer(filled.leader))
    assert filled.requests.answer(1, EVERYTHING, granted=True) == key
    assert stage_of(filled, key) is S.INTRODUCED


def test_a_refusal_says_why_and_one_may_ask_again(filled):
    accept(filled)
    leader = buyer(filled.leader)
    filled.requests.ask("D001", "S001", leader)
    with pytest.raises(EngagementError, match="原因"):
        filled.requests.answer(1, EVERYTHING, granted=False)
    assert filled.requests.answer(1, EVERYTHING, granted=False, note="产能已订满") is None
    assert filled.requests.list(leader)[0].answer_note == "产能已订满"
    assert filled.requests.list(supplier(filled.me)) == []
    assert filled.requests.ask("D001", "S001", leader)


def test_a_wish_is_a_hint_and_no_decision(filled):
    scope = supplier(filled.me)
    alias = next(r.demand_id for r in filled.lists.demands(scope) if r.product_name == "电解铜")
    assert filled.wishes.say(alias, "S001", scope, Wish.INTERESTED)
    assert not filled.wishes.say(alias, "S001", scope, Wish.INTERESTED)
    with pytest.raises(EngagementError, match="为什么"):
        filled.wishes.say(alias, "S001", scope, Wish.UNFIT)
    filled.wishes.say(alias, "S001", scope, Wish.UNFIT, reason="做不了这么大")
    hint = filled.wishes.of_pair("D002", "S001", EVERYTHING)
    assert (hint.wish, hint.reason) == (Wish.UNFIT, "做不了这么大")
    assert filled.decisions.latest() == {}
    assert filled.wishes.of_pair("D002", "S001", buyer(filled.leader)) is None
    for pair in (("D002", "S001"), ("D003", "S001"), ("D001", "S002")):
        with pytest.raises(NotFoundError):
            filled.wishes.say(*pair, scope, Wish.INTERESTED)


# --- a firm's own first page ---------------------------------------------------------------------


def test_a_buyers_needs_count_what_was_accepted(filled):
    accept(filled, "D001", "S001")
    accept(filled, "D001", "S002", Verdict.REJECTED)
    accept(filled, "D002", "S002")
    scope = buyer(filled.leader)
    needs = {n["demand_id"]: n for n in filled.own.needs(scope, filled.run_id, limit=50)}
    assert {key: n["accepted"] for key, n in needs.items()} == {"D001": 1, "D002": 1, "D003": 0}
    assert filled.own.need_counts(scope, filled.run_id) == {
        "needs": 3, "gaps": sum(n["gap"] for n in needs.values()), "served": 2,
    }  # fmt: skip
    (row,) = filled.own.accepted(scope, filled.run_id, "D001")
    assert (row["enterprise"], row["stage"], row["asked"]) == (ME, None, 0)
    assert row["intended_buyers"] == ""
    assert row["good"]
    assert filled.own.accepted(scope, filled.run_id, "D004") == []


def test_a_suppliers_needs_have_reasons_and_no_figures(filled):
    scope = supplier(filled.me)
    found = filled.own.fitting(scope, filled.run_id, 0.01, limit=50)
    assert filled.own.fitting_count(scope, filled.run_id, 0.01) == len(found)
    by_product = {n.product: n for n in found}
    assert set(by_product) == {"阴极铜", "电解铜", "高纯阴极铜"}
    hidden = by_product["高纯阴极铜"]
    assert (hidden.leader, hidden.county, hidden.hidden) == ("", "", True)
    assert RIVAL not in repr(found), "though the supplier names this very buyer"
    assert by_product["阴极铜"].leader == LEADER
    assert by_product["阴极铜"].reasons
    assert not {"probability", "rank", "score"} & set(type(hidden).__slots__)
    assert filled.own.fitting(scope, filled.run_id, 1.0, limit=50) == []
    assert len(filled.own.fitting(scope, filled.run_id, 0.01, limit=1, offset=1)) == 1


def test_the_order_of_hidden_needs_does_not_tell_the_buyer(filled):
    """Two equal needs, one of a buyer that the supplier names: neither threshold nor order says it."""
    scope = supplier(filled.me)
    found = filled.own.fitting(scope, filled.run_id, 0.0001, limit=50)
    told = {n.demand_id: n for n in found}
    runs = filled.runs.suggestions(filled.run_id, scope)
    order = [s.suggestion.demand_id for s in sorted(runs, key=lambda s: -s.suggestion.probability)]
    assert [n.demand_id for n in found] == [d for d in order if d in told]


def test_what_is_missing_in_own_rows(filled):
    filled.lists.add(
        reading(
            [
                supply(8, "铜排", enterprise=ME, spec="T2", valid_until="2020-01-01"),
                supply(
                    9, "铜箔", enterprise=ME, spec="T2", valid_until="长期", annual_capacity=None
                ),
            ]
        )
    )
    scope = supplier(filled.me)
    rows = {r["supply_id"]: r["missing"] for r in filled.own.supplies(scope, limit=50)}
    assert rows == {"S001": ["规格"], "S008": ["有效期"], "S009": ["产能"]}
    assert filled.own.supply_counts(scope) == {"supplies": 3, "lacking": 3}


@pytest.mark.parametrize("stage", [*S, None])
@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_who_knows_of_an_engagement_by_disclosure_stage_and_decision(
    filled, number, accepted, stage
):
    """The whole table: 公开, 匿名, 仅主管部门 × accepted or not × each stage, ended early or late."""
    pair = (f"D00{number}", "S001")
    if accepted:
        accept(filled, *pair)
    key = filled.engagements.begin(*pair, EVERYTHING, reason="现场")
    end_early = stage is None
    if end_early:
        step(filled, key, S.ENDED, note="x")
    for further in () if end_early else (S.INTRODUCED, S.TALKS, S.CONTRACT, S.DELIVERY, S.ENDED):
        if stage_of(filled, key) is stage:
            break
        step(filled, key, further, note="x", facts={"signed_on": "2026-01-01"})
    opened = stage not in {S.RECOMMENDED, None}
    every = Question(stage="全部")
    assert filled.engagements.count(EVERYTHING, every) == 1
    assert filled.engagements.count(buyer(filled.leader), every) == int(opened or accepted)
    assert filled.engagements.count(supplier(filled.me), every) == int(opened or number < 3)
    (seen,) = filled.engagements.list(supplier(filled.me), every) or (None,)
    if seen:
        assert bool(seen.leader) == (opened or number == 1)
        assert (seen.engagement.demand_id == pair[0]) == (opened or number == 1)
    others = supplier(filled.other)
    assert filled.engagements.count(others, every) == 0
    names = {row.demand_id for row in filled.lists.demands(others) if row.leader}
    assert names == {"D001"}, "whatever was opened to another firm"


class TestOutcomes:
    """What became of a pair teaches more than what was thought of it."""

    def hashes(self, store, demand_id="D001", supply_id="S001"):
        demands = {d.demand_id: content_hash(d) for d in store.lists.demands(EVERYTHING)}
        supplies = {s.supply_id: content_hash(s) for s in store.lists.supplies(EVERYTHING)}
        return demands[demand_id], supplies[supply_id]

    def signed(self, store, demand_id="D001", supply_id="S001"):
        key = begin(store, demand_id, supply_id)
        for stage in (S.INTRODUCED, S.TALKS):
            step(store, key, stage)
        step(store, key, S.CONTRACT, facts={"signed_on": "2026-11-01"})
        return key

    def outcomes(self, store, scope=EVERYTHING):
        return store.monthly.outcomes(scope)

    def test_a_contract_says_that_they_fit(self, filled):
        begin(filled, "D002", "S002")
        key = self.signed(filled)
        fit = [(*self.hashes(filled), Verdict.ACCEPTED)]
        assert self.outcomes(filled) == fit
        step(filled, key, S.DELIVERY)
        assert self.outcomes(filled) == fit
        step(filled, key, S.ENDED, note="合同期满")
        assert self.outcomes(filled) == fit

    @pytest.mark.parametrize("reason", UNFIT)
    def test_an_end_about_the_goods_says_that_they_do_not(self, filled, reason):
        key = begin(filled)
        step(filled, key, S.ENDED, note=f"{reason}，请看附件")
        assert self.outcomes(filled) == [(*self.hashes(filled), Verdict.REJECTED)]
        correction = Entry(EventKind.CORRECT, facts={"unit": "t"}, note="单位写漏了")
        filled.engagements.write(key, correction, EVERYTHING)
        assert self.outcomes(filled) == [(*self.hashes(filled), Verdict.REJECTED)]

    @pytest.mark.parametrize("reason", ["价格谈不拢", "供方放弃", "没有规格不符"])
    def test_other_ends_say_nothing(self, filled, reason):
        step(filled, begin(filled), S.ENDED, note=reason)
        assert self.outcomes(filled) == []

    def test_after_a_contract_the_goods_may_still_turn_out_wrong(self, filled):
        step(filled, self.signed(filled), S.ENDED, note="规格不符")
        assert self.outcomes(filled) == [(*self.hashes(filled), Verdict.REJECTED)]

    def test_the_last_of_several_counts(self, filled):
        step(filled, begin(filled), S.ENDED, note="规格不符")
        self.signed(filled)
        assert self.outcomes(filled) == [(*self.hashes(filled), Verdict.ACCEPTED)]

    def test_a_step_taken_back_says_nothing(self, filled):
        key = self.signed(filled)
        filled.engagements.write(key, Entry(EventKind.CORRECT, S.TALKS, note="点错了"), EVERYTHING)
        assert self.outcomes(filled) == []

    def test_a_row_that_says_something_else_now_teaches_nothing(self, filled):
        self.signed(filled)
        people = contact("铜总", "13900000001")
        again = demand(
            1, "低压电缆", leader=LEADER, disclosure="公开", chain="铜", attributes=people
        )
        filled.lists.add(reading([again]))
        assert self.outcomes(filled) == []

    def test_it_is_for_the_bureau_alone(self, filled):
        self.signed(filled)
        for scope in (buyer(filled.leader), supplier(filled.me), county("温泉县")):
            assert self.outcomes(filled, scope) == []
        assert len(self.outcomes(filled, county("博乐市"))) == 1

    def test_it_stands_over_a_decision(self, filled):
        accept(filled, "D002", "S002")
        step(filled, begin(filled), S.ENDED, note="规格不符")
        said = filled.decisions.by_content(EVERYTHING)
        lists = filled.lists.demands(EVERYTHING), filled.lists.supplies(EVERYTHING)
        met = evidence_of(said, *lists, self.outcomes(filled))
        before = evidence_of(said, *lists)
        assert (met.outcomes, before.outcomes) == (1, 0)
        told = {(c.demand.demand_id, c.supply.supply_id): c.accepted for c in met.cases}
        assert told == {("D001", "S001"): False, ("D002", "S002"): True}
        assert all(case.accepted for case in before.cases)
        assert met.ids != before.ids
