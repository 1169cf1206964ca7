"""Looking through lists: what is hidden is not found, not counted, not sorted by."""

from __future__ import annotations

import pytest

from matcher.model import Decision, Verdict
from matcher.ranking import match
from matcher.store import (
    EVERYTHING,
    LISTINGS,
    NOTHING,
    Query,
    Role,
    Store,
    buyer,
    county,
    supplier,
)
from matcher.store.searchtext import expression, search_text
from tests.store.making import demand, reading, supply

LEADER, RIVAL = "新疆天河铜业有限公司", "博州星海化工有限公司"
ME, OTHER = "博乐乙金属有限公司", "精河丁金属有限公司"
DEMANDS = [
    demand(1, "无缝钢管", leader=LEADER, chain="铜产业链", spec="Q355B", standard="GB/T 8163-2018",
           disclosure="公开", note="绝密备注", current_supplier="某现供厂"),
    demand(2, "天河铜业专用烧碱", leader=LEADER, chain="铜产业链", county="阿拉山口市",
           disclosure="匿名", requirement="送到新疆天河铜业有限公司"),
    demand(3, "电解铜", leader=RIVAL, chain="盐化工", disclosure="仅主管部门"),
    demand(4, "阴极铜", leader=RIVAL, chain="盐化工", county="精河县", disclosure="",
           valid_until="2026-01-01"),
]  # fmt: skip
SUPPLIES = [
    supply(1, "氢氧化钠", enterprise=ME, county="博乐市", tier="小巨人", intended_buyers="天河"),
    supply(2, "焊接钢管", enterprise=OTHER, intended_buyers="星海化工"),
    supply(3, "阴极铜", enterprise=OTHER, amount=100.0),
]
D, S, E = (LISTINGS[name] for name in ("demands", "supplies", "enterprises"))


@pytest.fixture
def filled(store):
    store.lists.add(reading(DEMANDS, file="需求.xlsx"))
    store.lists.add(reading(SUPPLIES, file="供给.xlsx"))
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    store.runs.save(match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z")
    firms = {firm["name"]: firm["id"] for firm in store.enterprises.all(EVERYTHING)}
    store.me, store.leader = firms[ME], firms[LEADER]
    return store


def ids(store, listing, scope, *terms, **chosen):
    query = Query([[t] for t in terms] or None, chosen, today="2026-06-01")
    rows = store.browse.page(listing, scope, query, limit=50)
    assert store.browse.counts(listing, scope, query).total == len(rows), "counts are of the rows"
    assert len(list(store.browse.all(listing, scope, query))) == len(rows)
    return [row.row.row_id if row.row else row.values["name"] for row in rows]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("钢管", ["D001"]), ("无缝", ["D001"]), ("Q355B", ["D001"]), ("Ｑ355", ["D001"]),
        ("GB/T 8163", ["D001"]), ("GBT8163", ["D001"]), ("gb8163", []), ("D001", ["D001"]),
        ("d001", ["D001"]), ("天河铜业", ["D001", "D002"]), ("绝密", ["D001"]), ("管钢", []),
        ("铜", ["D001", "D002", "D003", "D004"]), ("%", []), ('"', []), ("* OR 铜", []),
    ],
)  # fmt: skip
def test_words_codes_ids_and_firms_are_found(filled, typed, found):
    assert ids(filled, D, EVERYTHING, typed) == found


def test_all_terms_count_and_of_each_one_alternative(filled):
    assert ids(filled, D, EVERYTHING, "铜业", "钢管") == ["D001"]
    query = Query([["烧碱", "氢氧化钠"]])
    assert [r.row.row_id for r in filled.browse.page(S, EVERYTHING, query, limit=9)] == ["S001"]


HIDDEN = (LEADER, "天河", "天河铜业", RIVAL, "星海", "铜产业链", "盐化工", "阿拉山口", "精河县", "绝密",
          "现供厂", "D002", "D003", "D004", "电解铜", "仅主管部门")  # fmt: skip


@pytest.mark.parametrize("word", HIDDEN)
def test_what_is_hidden_from_a_supplier_finds_nothing_of_it(filled, word):
    shown = {"D001"} if word in {LEADER, "天河", "天河铜业", "铜产业链"} else set()
    scope = supplier(filled.me)
    assert set(ids(filled, D, scope, word)) == shown
    for facet in ("leader", "chain", "county", "category"):
        assert set(ids(filled, D, scope, **{facet: (word,)})) <= shown


def test_a_supplier_finds_nameless_demands_by_what_it_may_see(filled):
    scope = supplier(filled.me)
    (alias,) = ids(filled, D, scope, "烧碱")
    assert alias.startswith("X-")
    assert filled.browse.one(D, scope, alias).row.product_name == "（匿名）专用烧碱"
    assert filled.browse.one(D, scope, "D002") is None
    assert filled.browse.one(D, scope, "D003") is None
    assert filled.browse.one(D, EVERYTHING, alias) is None
    counts = filled.browse.counts(D, scope, Query(today="2026-06-01"))
    assert counts.total == 3
    assert dict(counts.values["leader"]) == {LEADER: 1}
    assert dict(counts.values["chain"]) == {"铜产业链": 1, "": 2}
    assert "gap" not in counts.values
    assert "reviewed" not in counts.values
    said = filled.browse.completions(D, scope, "leader", "公司")
    assert said == [LEADER]
    assert filled.browse.completions(D, scope, "product_name", "天河") == []
    assert filled.browse.completions(D, scope, "note", "绝密") == []


def test_a_supplier_learns_of_no_acceptance_by_a_demand_it_may_not_know(filled):
    filled.decisions.record([Decision("D003", "S001", Verdict.ACCEPTED)])
    scope = supplier(filled.me)
    counts = filled.browse.counts(S, scope, Query(today="2026-06-01"))
    assert counts.values["accepted"] == [("no", 1)]
    assert filled.browse.one(S, scope, "S001").values["accepted"] == 0
    filled.decisions.record([Decision("D001", "S001", Verdict.ACCEPTED)])
    assert filled.browse.one(S, scope, "S001").values["accepted"] == 1
    assert filled.browse.counts(S, scope, Query()).values["accepted"] == [("yes", 1)]


def test_a_buyer_finds_accepted_supplies_and_not_by_whom_else_they_are_meant_for(filled):
    scope = buyer(filled.leader)
    assert ids(filled, S, scope) == []
    filled.decisions.record([Decision("D001", "S002", Verdict.ACCEPTED)])
    assert ids(filled, S, scope, "钢管") == ["S002"]
    assert ids(filled, S, scope, "星海") == []
    assert ids(filled, D, scope, "现供厂") == ["D001"], "its own rows it knows whole"
    assert ids(filled, D, scope) == ["D001", "D002"]
    assert ids(filled, E, scope) == [LEADER]


def test_a_county_finds_its_own(filled):
    assert ids(filled, D, county("精河县")) == ["D004"]
    assert ids(filled, D, county("精河县"), "天河") == []
    assert OTHER not in ids(filled, E, county("博乐市"), "公司")
    assert OTHER in ids(filled, E, EVERYTHING, "公司")
    assert ids(filled, D, NOTHING) == ids(filled, S, NOTHING) == ids(filled, E, NOTHING) == []


def test_facets_count_under_the_choices_in_the_others(filled):
    filled.decisions.record([Decision("D001", "S002", Verdict.ACCEPTED)])
    filled.decisions.record([Decision("D004", "S003", Verdict.REJECTED)])
    query = Query(chosen={"chain": ("盐化工",)}, today="2026-06-01")
    values = filled.browse.counts(D, EVERYTHING, query).values
    assert dict(values["chain"]) == {"铜产业链": 2, "盐化工": 2}
    assert dict(values["disclosure"]) == {"仅主管部门": 1, "": 1}
    assert dict(values["reviewed"]) == {"decided": 1, "none": 1}
    assert dict(values["valid"]) == {"open": 1, "past": 1}
    assert values["leader"] == [(RIVAL, 2)]
    for facet, each in filled.browse.counts(
        D, EVERYTHING, Query(today="2026-06-01")
    ).values.items():
        for value, count in each:
            assert len(ids(filled, D, EVERYTHING, **{facet: (value,)})) == count, (facet, value)
    for facet, each in filled.browse.counts(
        E, EVERYTHING, Query(today="2026-06-01")
    ).values.items():
        for value, count in each:
            assert len(ids(filled, E, EVERYTHING, **{facet: (value,)})) == count, (facet, value)
    for facet, each in filled.browse.counts(
        S, EVERYTHING, Query(today="2026-06-01")
    ).values.items():
        for value, count in each:
            assert len(ids(filled, S, EVERYTHING, **{facet: (value,)})) == count, (facet, value)


def test_every_order_can_be_turned_and_leaves_no_row_out(filled):
    for listing in LISTINGS.values():
        for sort in listing.sorts:
            orders = []
            for descending in (False, True):
                query = Query(sort=sort, descending=descending)
                pages = [
                    filled.browse.page(listing, EVERYTHING, query, limit=2, offset=n)
                    for n in (0, 2, 4)
                ]
                orders.append([row.key for page in pages for row in page])
            assert orders[0] == orders[1][::-1]
            assert len(set(orders[0])) == len(orders[0]) >= 3


def test_the_index_follows_every_write(filled):
    changed = demand(1, "螺旋钢管", leader=LEADER, disclosure="匿名")
    filled.lists.add(reading([changed], file="需求2.xlsx"))
    assert ids(filled, D, EVERYTHING, "无缝") == []
    assert ids(filled, D, EVERYTHING, "螺旋") == ["D001"]
    assert ids(filled, D, supplier(filled.me), "天河") == [], "now it is nameless"
    with pytest.raises(ZeroDivisionError), filled.transaction():  # noqa: PT012
        filled.lists.add(reading([demand(9, "钛管")], file="需求3.xlsx"))
        assert ids(filled, D, EVERYTHING, "钛管") == ["D009"]
        _ = 1 / 0
    assert ids(filled, D, EVERYTHING, "钛管") == []
    filled.enterprises.named("乌苏己铸造厂", add=True)
    assert ids(filled, E, EVERYTHING, "己铸造") == ["乌苏己铸造厂"]


def test_rows_from_before_the_index_are_in_it(filled):
    for table in LISTINGS:
        assert (
            filled.db.execute(f"SELECT count(*) FROM {table}_search").fetchone()
            == filled.db.execute(f"SELECT count(*) FROM {table}").fetchone()
        )


def test_views_are_everybodys_own(filled):
    one, other = (filled.users.add(name, Role.VIEWER).id for name in ("zhang", "li"))
    filled.views.save(one, "demands", "铜", "q=铜")
    filled.views.save(one, "demands", "铜", "q=钢")
    assert [(v["name"], v["query"]) for v in filled.views.of(one, "demands")] == [("铜", "q=钢")]
    assert filled.views.of(other, "demands") == []
    assert not filled.views.remove(other, "demands", "铜")
    assert filled.views.remove(one, "demands", "铜")
    assert [row.action for row in filled.audit.list(action="view.")] == [
        "view.remove", "view.save", "view.save",
    ]  # fmt: skip


def test_codes_are_indexed_in_every_spelling():
    words = search_text("DN 200", "GB/T 8163-2018").split()
    assert any(word.startswith("gbt8163") for word in words)
    assert any(word.startswith("dn200") for word in words)
    assert expression([["钢管"]], ["shown"]) == '{shown} : (("钢 管"))'
    assert expression([["…"]], ["shown"]) == ""


@pytest.mark.parametrize("many", [0, 10**9])
def test_a_word_of_few_rows_and_one_of_nearly_all_are_found_alike(filled, monkeypatch, many):
    monkeypatch.setattr("matcher.store.search._MANY", many)
    test_words_codes_ids_and_firms_are_found(filled, "铜", ["D001", "D002", "D003", "D004"])
    test_words_codes_ids_and_firms_are_found(filled, "天河铜业", ["D001", "D002"])
    assert ids(filled, S, EVERYTHING, "钢管", county="") == []
    assert ids(filled, S, buyer(filled.leader), "天河") == []


def test_what_was_found_is_asked_again_after_a_write_and_for_somebody_else(filled):
    assert ids(filled, S, EVERYTHING, "阴极") == ["S003"]
    filled.lists.add(reading([supply(4, "阴极铜板", enterprise=ME)], file="再供.xlsx"))
    assert ids(filled, S, EVERYTHING, "阴极") == ["S003", "S004"]
    with Store(filled.path) as other:
        other.lists.add(reading([supply(5, "阴极辊", enterprise=ME)], file="又供.xlsx"))
    assert ids(filled, S, EVERYTHING, "阴极") == ["S003", "S004", "S005"]
    assert ids(filled, S, supplier(filled.me), "阴极") == ["S004", "S005"]
    assert ids(filled, D, EVERYTHING, "阴极") == ["D004"]
