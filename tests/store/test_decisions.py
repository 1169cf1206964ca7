"""Decisions are appended, never lost, never repeated, and refused where the rows have changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.model import Decision, Source, Verdict
from matcher.records import fingerprint
from matcher.store import EVERYTHING
from tests.store.making import demand, dump, reading, supply

D, S = demand(1), supply(1)
YES = Decision("D001", "S001", Verdict.ACCEPTED, "合适", "张三", "2026-01-02T03:04:05Z")
NO = replace(YES, verdict=Verdict.REJECTED, reason="品名不同", reviewer="李四")
SEEN = {("D001", "S001"): (fingerprint(D), fingerprint(S))}


@pytest.fixture
def filled(store):
    store.lists.add(reading([D, demand(2, "铜杆")]))
    store.lists.add(reading([S, supply(2, "铜线")]))
    return store


def counts(report):
    return report.recorded, report.unchanged, len(report.changed), len(report.unknown)


def verdicts(store):
    return [row["verdict"] for row in store.db.query("SELECT verdict FROM decisions ORDER BY id")]


def test_a_decision_is_recorded_once(filled):
    assert counts(filled.decisions.record([YES], seen=SEEN, source="甲.xlsx#1")) == (1, 0, 0, 0)
    before = dump(filled)
    assert counts(filled.decisions.record([YES], seen=SEEN, source="甲.xlsx#1")) == (0, 1, 0, 0)
    assert dump(filled) == before
    (last,) = filled.decisions.last(EVERYTHING)
    assert (last.decision, last.changed) == (YES, False)


@pytest.mark.parametrize(
    "change", [{"verdict": Verdict.UNSURE}, {"reason": "另有原因"}, {"reviewer": "王五"}]
)
def test_a_change_of_mind_is_appended_and_the_first_one_is_kept(filled, change):
    filled.decisions.record([YES], source="甲.xlsx#1")
    assert counts(filled.decisions.record([replace(YES, **change)], source="甲.xlsx#2")) == (
        1,
        0,
        0,
        0,
    )
    assert len(verdicts(filled)) == 2
    (last,) = filled.decisions.last(EVERYTHING)
    assert last.decision == replace(YES, **change)


def test_unknown_ids_are_reported_and_the_others_recorded(filled):
    strange = replace(YES, demand_id="没有")
    report = filled.decisions.record([strange, YES, replace(YES, supply_id="S9")])
    assert counts(report) == (1, 0, 0, 2)
    assert report.unknown == (("没有", "S001"), ("D001", "S9"))


@pytest.mark.parametrize("side", ["demand", "supply"])
def test_what_has_changed_since_is_refused_and_its_neighbour_is_not(filled, side):
    changed = [replace(D, note="改")] if side == "demand" else [replace(S, description="改")]
    filled.lists.add(reading(changed))
    near = Decision("D002", "S002", Verdict.ACCEPTED)
    seen = SEEN | {
        ("D002", "S002"): (fingerprint(demand(2, "铜杆")), fingerprint(supply(2, "铜线")))
    }
    report = filled.decisions.record([YES, near], seen=seen)
    assert counts(report) == (1, 0, 1, 0)
    assert report.changed == (("D001", "S001"),)


def test_a_decision_that_the_workbook_carried_does_not_overrule_a_later_one(filled):
    filled.decisions.record([YES], source="甲.xlsx#1")
    filled.decisions.record([NO], source="乙.xlsx#1")
    report = filled.decisions.record([YES], carried={("D001", "S001")}, source="丙.xlsx#1")
    assert counts(report) == (0, 1, 0, 0)
    assert verdicts(filled) == ["accepted", "rejected"]


def test_a_carried_decision_comes_back_into_a_store_that_has_none(filled):
    report = filled.decisions.record([YES], carried={("D001", "S001")}, source="丙.xlsx#1")
    assert counts(report) == (1, 0, 0, 0)


def test_reading_all_workbooks_again_does_not_turn_decisions_back(filled):
    filled.decisions.record([YES], source="甲.xlsx#1")
    filled.decisions.record([NO], source="乙.xlsx#1")
    before = dump(filled)
    for source, decision in (("甲.xlsx#1", YES), ("乙.xlsx#1", NO)) * 2:
        assert counts(filled.decisions.record([decision], source=source)) == (0, 1, 0, 0)
    assert dump(filled) == before


def test_a_reviewer_may_go_back_to_the_first_decision_in_the_same_workbook(filled):
    for decision, source in ((YES, "甲.xlsx#1"), (NO, "甲.xlsx#2"), (YES, "甲.xlsx#1")):
        assert counts(filled.decisions.record([decision], source=source)) == (1, 0, 0, 0)
    assert verdicts(filled) == ["accepted", "rejected", "accepted"]


class TestIdsOfAWorkbookOfMatch:
    """The workbook of ``match`` knows the lists alone: its ids may stand otherwise in the store."""

    def test_a_row_number_is_found_by_what_the_row_says(self, store):
        wanted = demand(5, given=False)
        other = demand(1, "阀门", demand_id="5", leader="乙公司")
        store.lists.add(reading([other]))
        store.lists.add(reading([wanted], file="又.csv"))
        store.lists.add(reading([S]))
        pair = ("5", "S001")
        seen = {pair: (fingerprint(wanted), fingerprint(S))}
        assert counts(store.decisions.record([Decision(*pair, Verdict.ACCEPTED)], seen=seen)) == (
            1,
            0,
            0,
            0,
        )
        (last,) = store.decisions.last(EVERYTHING)
        assert last.decision.demand_id == "D2-5"

    def test_rows_that_say_the_same_are_told_apart_by_their_number(self, store):
        twins = [demand(2, given=False), demand(3, given=False)]
        store.lists.add(reading(twins))
        store.lists.add(reading([S]))
        seen = {("3", "S001"): (fingerprint(twins[1]), fingerprint(S))}
        store.decisions.record([Decision("3", "S001", Verdict.ACCEPTED)], seen=seen)
        assert store.decisions.last(EVERYTHING)[0].decision.demand_id == "D1-3"

    def test_a_row_number_whose_row_has_changed_is_not_given_to_another(self, store):
        store.lists.add(reading([demand(5, given=False)]))
        store.lists.add(reading([S]))
        gone = demand(5, "阀门", given=False)
        seen = {("5", "S001"): (fingerprint(gone), fingerprint(S))}
        report = store.decisions.record([Decision("5", "S001", Verdict.ACCEPTED)], seen=seen)
        assert counts(report) == (0, 0, 0, 1)

    def test_an_id_of_two_firms_is_the_one_that_was_seen(self, store):
        theirs = demand(1, "阀门", leader="乙公司", source=Source("乙.csv", "", 1))
        store.lists.add(reading([D]))
        store.lists.add(reading([theirs]))
        store.lists.add(reading([S]))
        seen = {("D001", "S001"): (fingerprint(theirs), fingerprint(S))}
        store.decisions.record([replace(YES)], seen=seen)
        assert store.decisions.last(EVERYTHING)[0].decision.demand_id == "D001~2"

    def test_an_id_taken_for_a_number_is_found_if_the_row_says_the_same(self, store):
        row = demand(1, demand_id="001")
        store.lists.add(reading([row]))
        store.lists.add(reading([S]))
        seen = {("1", "S001"): (fingerprint(row), fingerprint(S))}
        one = Decision("1", "S001", Verdict.ACCEPTED)
        assert counts(store.decisions.record([one], seen=seen)) == (1, 0, 0, 0)
        assert counts(store.decisions.record([one])) == (0, 0, 0, 1)
