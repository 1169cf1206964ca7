"""What a firm may learn of another firm's rows: nothing secret in anything the store gives it."""

from __future__ import annotations

import pytest

from matcher.model import (
    Contribution,
    Decision,
    Explanation,
    ListKind,
    Problem,
    Suggestion,
    Verdict,
)
from matcher.ranking import match
from matcher.store import EVERYTHING, buyer, county, enterprise, supplier
from matcher.store.disclosure import DEMAND_COLUMNS, SUPPLY_COLUMNS, nameless
from tests.store.making import demand, reading, supply

LEADER, RIVAL = "新疆天河铜业有限公司", "博州星海化工有限公司"
ME, OTHER = "博乐乙金属有限公司", "精河丁金属有限公司"
COMMON = {
    "leader": LEADER,
    "county": "阿拉山口市",
    "chain": "铜产业链",
    "current_supplier": "某现供厂",
    "current_source": "现货来源",
    "note": "内部备注",
    "attributes": {"预算": "内部预算"},
}
DEMANDS = [
    demand(1, "阴极铜", **COMMON, disclosure="公开", requirement="天河的公开要求"),
    demand(
        2, "新疆天河铜业专用阴极铜", **COMMON, disclosure="匿名",
        spec="天河铜业企标", requirement="送到新疆天河铜业有限公司二号库",
    ),
    demand(3, "高纯阴极铜", **COMMON, disclosure="", requirement="空着的要求"),
    demand(4, "电解铜阴极板", **COMMON, disclosure="仅主管部门", requirement="绝密要求"),
    demand(5, "电解铜", leader=ME, county="精河县", disclosure="仅主管部门", note="我的备注"),
    demand(6, "阴极铜板", **COMMON | {"leader": ""}, disclosure="匿名"),
]  # fmt: skip
SUPPLIES = [
    supply(1, "阴极铜", enterprise=ME, intended_buyers=LEADER),
    supply(
        2, "电解铜", enterprise=OTHER, county="精河县", intended_buyers=f"{RIVAL}、天河",
        attributes={"成本": "内部成本"},
    ),
    supply(3, "电解铜板", enterprise=OTHER, county="精河县"),
]  # fmt: skip
MINE, OPEN = "D005", "D001"


@pytest.fixture
def filled(store):
    problems = [Problem("", row, "列", f"第{row}行的内容", "x", "y") for row in range(1, 7)]
    store.lists.add(reading(DEMANDS, file="天河铜业需求.xlsx", problems=problems))
    store.lists.add(reading(SUPPLIES, file="各家供给.xlsx"))
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    ranking = match(demands, supplies)
    store.run_id = store.runs.save(ranking, demands, supplies, started_at="2026-01-01T00:00:00Z")
    pairs = {(s.demand_id, s.supply_id) for s in ranking.suggestions}
    assert len(pairs) == len(DEMANDS) * len(SUPPLIES), "every pair is a suggestion here"
    firms = {firm["name"]: firm["id"] for firm in store.enterprises.all(EVERYTHING)}
    store.me, store.leader, store.other = firms[ME], firms[LEADER], firms[OTHER]
    return store


def decide(store, demand_id, supply_id, verdict):
    decision = Decision(demand_id, supply_id, verdict, "内部理由", "审核员甲")
    assert store.decisions.record([decision]).recorded == 1


def everything(store, scope) -> str:
    """All that the store gives in a scope, as one text."""
    told = [
        store.lists.demands(scope),
        store.lists.supplies(scope),
        store.lists.all(scope),
        [store.lists.problems(n, scope) for n in (1, 2)],
        store.runs.suggestions(store.run_id, scope),
        [store.runs.suggestions(store.run_id, scope, demand_id=f"D00{n}") for n in range(1, 7)],
        [store.lists.suggested(kind, store.run_id, scope) for kind in ListKind],
        store.runs.gaps(store.run_id, scope),
        store.decisions.last(scope),
        store.decisions.by_content(scope),
        store.enterprises.all(scope),
        store.enterprises.questions(scope),
    ]
    return repr(told)


# --- suppliers -----------------------------------------------------------------------------------


def test_a_supplier_knows_of_open_and_nameless_demands_and_of_its_own(filled):
    seen = filled.lists.demands(supplier(filled.me))
    hidden = [row for row in seen if row.demand_id.startswith("X-")]
    assert {row.demand_id for row in seen} - {row.demand_id for row in hidden} == {OPEN, MINE}
    assert len(hidden) == 3
    for row in hidden:
        assert (row.leader, row.county, row.chain) == ("", "", "")
        assert row.product_name
    (named,) = (row for row in hidden if "专用" in row.product_name)
    assert named.product_name == "（匿名）专用阴极铜"
    assert named.products == ("（匿名）专用阴极铜",)
    assert named.requirement == "送到（匿名）二号库"


def test_of_an_open_demand_it_knows_whose_it_is_and_not_what_is_internal(filled):
    seen = {row.demand_id: row for row in filled.lists.demands(supplier(filled.me))}
    row = seen[OPEN]
    assert (row.leader, row.county, row.requirement) == (LEADER, "阿拉山口市", "天河的公开要求")
    assert (row.current_supplier, row.current_source, row.note, row.attributes) == ("", "", "", {})
    assert row.source.file == ""
    mine = seen[MINE]
    assert (mine.note, mine.source.file) == ("我的备注", "天河铜业需求.xlsx")


SECRETS = (
    "天河铜业专用", "天河铜业企标", "绝密", "电解铜阴极板", "某现供厂", "现货来源",
    "内部备注", "内部预算", "内部成本", RIVAL, OTHER, "D002", "D003", "D004", "D006", "审核员甲",
    "内部理由",
)  # fmt: skip


def test_nothing_secret_is_in_anything_a_supplier_is_given(filled):
    for row in filled.lists.demands(EVERYTHING):
        for s in ("S001", "S002"):
            decide(filled, row.demand_id, s, Verdict.ACCEPTED if s == "S001" else Verdict.REJECTED)
    told = everything(filled, supplier(filled.me))
    assert [secret for secret in SECRETS if secret in told] == []
    whole = everything(filled, EVERYTHING)
    assert [secret for secret in SECRETS if secret not in whole] == []
    # The open demand is the only one of another firm that says whose it is.
    seen = filled.lists.demands(supplier(filled.me))
    assert "天河铜业" not in repr([row for row in seen if row.demand_id not in {OPEN, MINE}])


def test_reasons_do_not_tell_a_hidden_buyer(filled):
    """The supplier names this very buyer; neither sentence, sum, rank nor order says so."""
    scope = supplier(filled.me)
    found = {s.suggestion.demand_id: s for s in filled.runs.suggestions(filled.run_id, scope)}
    assert len(found) == 5, "not the demand for the bureau alone"
    assert {s.suggestion.supply_id for s in found.values()} == {"S001"}
    groups = {
        name: {c.group for c in s.suggestion.explanation.contributions} for name, s in found.items()
    }
    assert "意向" in groups[OPEN]
    for name, stored in found.items():
        if name.startswith("X-"):
            assert not {"意向", "区位"} & groups[name]
            assert stored.suggestion.rank == 0
            assert not stored.suggestion.already_supplying
            assert LEADER not in repr(stored)


def test_a_nameless_suggestion_adds_up_and_does_not_depend_on_the_name():
    def of(points):
        told = (
            Contribution("name", "名称", 1.0, 2.0, "天河铜业要的就是阴极铜"),
            Contribution("named_buyer", "意向", 1.0, points, "点名要供天河铜业"),
        )
        return nameless(
            Suggestion(
                "D1", "S1", 3, 0.5, Explanation(-1.0, told), "天河铜业铜", already_supplying=True
            ),
            "天河铜业有限公司",
        )

    assert of(0.0) == of(5.0)
    seen = of(5.0)
    assert seen.probability == pytest.approx(0.731059)
    assert seen.explanation.log_odds == 1.0
    assert "天河" not in repr(seen)


def test_an_alias_finds_the_demand_and_the_id_does_not(filled):
    scope = supplier(filled.me)
    hidden = [r.demand_id for r in filled.lists.demands(scope) if r.demand_id.startswith("X-")]
    for alias in hidden:
        (found,) = filled.runs.suggestions(filled.run_id, scope, demand_id=alias)
        assert found.suggestion.demand_id == alias
        (row,) = filled.lists.suggested(ListKind.DEMAND, filled.run_id, scope, demand_id=alias)
        assert row.demand_id == alias
    for secret in ("D002", "D003", "D004", "D006"):
        assert filled.runs.suggestions(filled.run_id, scope, demand_id=secret) == []
        for kind in ListKind:
            assert filled.lists.suggested(kind, filled.run_id, scope, demand_id=secret) == []
    again = [r.demand_id for r in filled.lists.demands(scope) if r.demand_id.startswith("X-")]
    assert hidden == again, "an alias stays"


def test_gaps_and_decisions_of_others_are_not_a_suppliers(filled):
    decide(filled, "D001", "S001", Verdict.REJECTED)
    scope = supplier(filled.me)
    (row,) = filled.runs.suggestions(filled.run_id, scope, demand_id="D001")
    assert (row.verdict, row.reason, row.reviewer, row.decided_at) == (None, "", "", "")
    assert set(filled.runs.gaps(filled.run_id, scope)) <= {MINE}
    assert filled.decisions.last(scope) == []


def test_two_suppliers_know_nothing_of_each_other(filled):
    mine, theirs = (filled.lists.supplies(supplier(f)) for f in (filled.me, filled.other))
    assert {row.supply_id for row in mine} == {"S001"}
    assert {row.supply_id for row in theirs} == {"S002", "S003"}
    assert ME not in everything(filled, supplier(filled.other))


# --- buyers --------------------------------------------------------------------------------------


def test_a_buyer_sees_its_demands_and_what_was_accepted_for_them(filled):
    scope = buyer(filled.leader)
    assert {r.demand_id for r in filled.lists.demands(scope)} == {"D001", "D002", "D003", "D004"}
    assert filled.lists.supplies(scope) == []
    assert filled.runs.suggestions(filled.run_id, scope) == []
    decide(filled, "D001", "S002", Verdict.ACCEPTED)
    decide(filled, "D001", "S003", Verdict.REJECTED)
    decide(filled, "D005", "S003", Verdict.ACCEPTED)
    assert {row.supply_id for row in filled.lists.supplies(scope)} == {"S002"}
    pairs = [
        (s.suggestion.demand_id, s.suggestion.supply_id)
        for s in filled.runs.suggestions(filled.run_id, scope)
    ]
    assert pairs == [("D001", "S002")], "not the same supply for another demand"
    told = everything(filled, scope)
    for secret in (RIVAL, "内部成本", "审核员甲", "内部理由", "各家供给", "我的备注", "S003"):
        assert secret not in told
    assert OTHER in told
    assert "内部备注" in told, "its own notes are its own"


def test_an_acceptance_that_was_taken_back_opens_nothing(filled):
    decide(filled, "D001", "S002", Verdict.ACCEPTED)
    decide(filled, "D001", "S002", Verdict.UNSURE)
    assert filled.lists.supplies(buyer(filled.leader)) == []
    assert filled.runs.suggestions(filled.run_id, buyer(filled.leader)) == []


# --- the bureau ----------------------------------------------------------------------------------


def test_the_bureau_sees_columns_as_they_are(filled):
    for scope in (EVERYTHING, county("阿拉山口市"), enterprise(filled.leader)):
        rows = {r.demand_id: r for r in filled.lists.demands(scope)}
        assert rows["D002"].leader == LEADER
        assert rows["D004"].requirement == "绝密要求"


def test_a_county_sees_the_other_side_of_its_suggestions_and_nothing_else_of_it(filled):
    scope = county("精河县")
    assert {r.demand_id for r in filled.lists.demands(scope)} == {MINE}
    partners = filled.lists.suggested(ListKind.SUPPLY, filled.run_id, scope, demand_id=MINE)
    assert {row.supply_id for row in partners} == {"S001", "S002", "S003"}
    (listed, _) = filled.lists.all(scope)
    assert (listed["rows"], listed["new"]) == (3, None), "the rows of the county, not of the file"
    (demands,) = (one for one in filled.lists.all(scope) if one["kind"] == "demand")
    assert (demands["rows"], demands["problems"]) == (1, 1)


def test_a_new_column_is_secret_until_somebody_says_otherwise(store):
    for table, columns in (("demands", DEMAND_COLUMNS), ("supplies", SUPPLY_COLUMNS)):
        there = [row["name"] for row in store.db.query(f"PRAGMA table_info({table})")]
        assert sorted(there) == sorted(columns), "say what other firms may see of it"
