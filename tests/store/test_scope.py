"""Every read takes a scope, and what is outside of it is never read."""

from __future__ import annotations

import pytest

from matcher.model import Decision, Problem, Verdict
from matcher.ranking import match
from matcher.store import EVERYTHING, county, enterprise, grant
from tests.store.making import demand, reading, supply

DEMANDS = [
    demand(1, county="博乐市", leader="甲公司"),
    demand(2, "铜杆", county="精河县", leader="丙公司"),
    demand(3, "阴极铜", county="", leader=""),
]
SUPPLIES = [
    supply(1, county="博乐市", enterprise="乙厂"),
    supply(2, "铜杆", county="精河县", enterprise="丁厂"),
    supply(3, "电解铜", county="温泉县", enterprise="乙厂"),
]


@pytest.fixture
def filled(store):
    problems = [Problem("", row, "列", f"第{row}行的内容", "x", "y") for row in (1, 2, 3)]
    problems.append(Problem("", None, "列", "全表", "x", "y", lost=True))
    store.lists.add(reading(DEMANDS, problems=problems))
    store.lists.add(reading(SUPPLIES))
    ranking = match(DEMANDS, SUPPLIES)
    store.run_id = store.runs.save(ranking, DEMANDS, SUPPLIES, started_at="2026-01-01T00:00:00Z")
    store.decisions.record(
        Decision(s.demand_id, s.supply_id, Verdict.UNSURE) for s in ranking.suggestions
    )
    assert len(ranking.suggestions) >= 5
    return store


def scopes(store):
    """Each scope with the rows of either side that it opens, said in another way."""
    firm = {f["name"]: f["id"] for f in store.enterprises.all(EVERYTHING)}
    keys = {r["demand_id"]: r["key"] for r in store.db.query("SELECT * FROM demands")}
    keys |= {r["supply_id"]: r["key"] for r in store.db.query("SELECT * FROM supplies")}
    return {
        "everything": (EVERYTHING, lambda _row: True),
        "county": (county("精河县"), lambda row: row.county == "精河县"),
        "no county": (county("没有这个县"), lambda _row: False),
        "quoted": (county("' OR 1=1 --"), lambda _row: False),
        "leader": (enterprise(firm["甲公司"]), lambda row: row.owner == "甲公司"),
        "sme": (enterprise(firm["乙厂"]), lambda row: row.owner == "乙厂"),
        "no firm": (enterprise(0), lambda _row: False),
        "grant": (
            grant(frozenset({keys["D002"]}), frozenset({keys["S001"], keys["S002"]})),
            lambda row: row.row_id in {"D002", "S001", "S002"},
        ),
        "empty grant": (grant(frozenset(), frozenset()), lambda _row: False),
    }


NAMES = (
    "everything", "county", "no county", "quoted", "leader", "sme", "no firm", "grant",
    "empty grant",
)  # fmt: skip


@pytest.fixture(params=NAMES)
def scoped(request, filled):
    return filled, request.param, *scopes(filled)[request.param]


def test_dates(scoped):
    store, _, scope, sees = scoped
    dates = store.lists.dates(scope)
    assert set(dates) == {row.row_id for row in store.lists.demands(EVERYTHING) if sees(row)}
    assert all(date.endswith("Z") for date in dates.values())


def test_rows(scoped):
    store, _, scope, sees = scoped
    assert store.lists.demands(scope) == [
        row for row in store.lists.demands(EVERYTHING) if sees(row)
    ]
    assert store.lists.supplies(scope) == [
        row for row in store.lists.supplies(EVERYTHING) if sees(row)
    ]


def test_suggestions_gaps_and_decisions(scoped):
    store, name, scope, sees = scoped
    rows = {row.row_id: row for row in (*DEMANDS, *SUPPLIES)}
    both = all if "grant" in name else any

    def open_pairs(pairs):
        return [p for p in pairs if both(sees(rows[i]) for i in p)]

    everything = store.runs.suggestions(store.run_id, EVERYTHING)
    pairs = [(s.suggestion.demand_id, s.suggestion.supply_id) for s in everything]
    found = store.runs.suggestions(store.run_id, scope)
    assert [(s.suggestion.demand_id, s.suggestion.supply_id) for s in found] == open_pairs(pairs)
    last = [d.decision for d in store.decisions.last(scope)]
    assert sorted((d.demand_id, d.supply_id) for d in last) == sorted(open_pairs(pairs))
    assert sorted(store.decisions.latest(scope)) == sorted(open_pairs(pairs))
    gaps = [g for g in store.runs.gaps(store.run_id, EVERYTHING) if sees(rows[g])]
    assert store.runs.gaps(store.run_id, scope) == gaps


def test_one_demand_is_no_way_around_the_scope(filled):
    scope, _ = scopes(filled)["leader"]
    mine = filled.runs.suggestions(filled.run_id, scope, demand_id="D001")
    assert mine
    assert {s.suggestion.demand_id for s in mine} == {"D001"}
    assert filled.runs.suggestions(filled.run_id, scope, demand_id="D002") == []


def test_lists_and_their_problems(scoped):
    store, name, scope, sees = scoped
    files = {row.source.file for row in (*DEMANDS, *SUPPLIES) if sees(row)}
    assert {listed["file_name"] for listed in store.lists.all(scope)} == files
    found = {problem["row"] for problem in store.lists.problems(1, scope)}
    whole = {None} if name == "everything" else set()
    assert found == {row.source.row for row in DEMANDS if sees(row)} | whole


def test_firms_and_questions(filled):
    filled.lists.add(reading([supply(9, enterprise="乙 厂", county="温泉县")]))
    filled.lists.add(reading([supply(10, enterprise="丁 厂", county="精河县")]))

    def names(scope):
        return {firm["name"] for firm in filled.enterprises.all(scope)}

    assert names(county("温泉县")) == {"乙 厂"}
    assert names(grant(frozenset({1}), frozenset({1}))) == set()
    assert len(filled.enterprises.questions(EVERYTHING)) == 2
    (question,) = filled.enterprises.questions(county("精河县"))
    assert {question.first, question.second} == {"丁厂", "丁 厂"}
    assert filled.enterprises.questions(grant(frozenset({1}), frozenset({1}))) == []
