"""What is chosen from the store: by filters and for whom, as far as each may know."""

from __future__ import annotations

import datetime as dt

import pytest

from matcher.catalogue import Variant
from matcher.errors import NotFoundError, XieshouError
from matcher.issuing import Basis, Selection, content_of, gather, keep
from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, county
from tests.issuing.conftest import OTHER
from tests.store.making import FIRM, LEADER


def ids(store, **selection):
    return {e.supply_id for e in gather(store, Selection(**selection)).catalogue.entries}


def test_a_whole_catalogue_holds_what_was_accepted_and_may_be_shown(store, decided_on):
    gathered = gather(store, Selection(), issuer="某局", period="2026年")
    made = gathered.catalogue
    assert {e.supply_id for e in made.entries} == {"S001", "S002", "S003"}
    assert made.left_out == {"需求仅主管部门可见": 1}
    assert made.made_on == decided_on
    assert [gap.demand_id for gap in made.gaps] == ["D005"]
    assert not made.draft
    assert OTHER.removesuffix("有限公司") not in str(made.record())
    assert any("某局" in note.text for note in made.notes)
    assert set(gathered.pairs) == {(f"D00{i}", f"S00{i}") for i in range(1, 5)}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"chains": ("铜",)}, {"S001"}),
        ({"chains": ("铜", "管")}, {"S001", "S002"}),
        ({"leaders": (LEADER,)}, {"S001", "S002"}),
        ({"counties": ("博乐市",)}, {"S002"}),
        ({"categories": ("关键零部件",)}, {"S002"}),
        ({"tiers": ("专精特新",)}, {"S001"}),
        ({"since": dt.date(2026, 3, 2), "until": dt.date(2026, 3, 2)}, {"S001", "S002", "S003"}),
        ({"variant": Variant.LEADER, "subject": LEADER}, {"S001", "S002"}),
        ({"variant": Variant.SME, "subject": FIRM}, {"S001"}),
        ({"basis": Basis.PRODUCTS}, {"S001", "S002", "S003", "S004"}),
        ({"basis": Basis.PRODUCTS, "counties": ("博乐市",)}, {"S002"}),
        ({"variant": Variant.ATTRACTION}, set()),
    ],
)  # fmt: skip
def test_filters_choose(store, selection, expected):
    assert ids(store, **selection) == expected


def test_a_score_keeps_what_the_run_thinks_likely(store):
    probability = {
        s.suggestion.supply_id: s.suggestion.probability
        for s in store.runs.suggestions(store.runs.latest(), EVERYTHING)
        if s.suggestion.demand_id == f"D{s.suggestion.supply_id[1:]}"
    }
    least = min(probability[s] for s in ("S001", "S002", "S003"))
    kept = {s for s in ("S001", "S002", "S003") if probability[s] >= least + 1e-6}
    assert kept
    assert ids(store, score=least + 1e-6) == kept


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ({"since": dt.date(2026, 3, 3)}, "没有可以写进目录的采纳结果"),
        ({"until": dt.date(2026, 3, 1)}, "没有可以写进目录的采纳结果"),
        ({"basis": Basis.PRODUCTS, "counties": ("无",)}, "没有可以写进目录的产品"),
        ({"variant": Variant.ATTRACTION, "chains": ("铜",)}, "没有可以写进招商目录的断点"),
        ({"variant": Variant.LEADER}, "--for"),
        ({"variant": Variant.SME, "subject": LEADER}, f"供给清单里没有企业“{LEADER}”"),
    ],
)
def test_where_there_is_nothing_the_way_out_is_said(store, selection, said):
    with pytest.raises((XieshouError, NotFoundError), match=said):
        gather(store, Selection(**selection))


def test_one_leaders_document_says_nothing_of_another(store):
    made = gather(store, Selection(variant=Variant.LEADER, subject=OTHER)).catalogue
    assert {n.demand_id for e in made.entries for n in e.needs} == {"D003", "D004"}, (
        "its own, in full"
    )
    assert LEADER.removesuffix("有限公司") not in str(made.record())
    assert all(n.leader == OTHER for e in made.entries for n in e.needs)


def test_one_smes_document_hides_an_anonymous_buyer(store):
    made = gather(store, Selection(variant=Variant.SME, subject="精河戊食品有限公司")).catalogue
    (entry,) = made.entries
    assert "匿名" in entry.needs[0].leader
    assert "丁番茄" not in str(made.record())


def test_a_county_makes_a_catalogue_of_its_own_rows(store):
    scope = county("精河县")
    gathered = gather(store, Selection(basis=Basis.PRODUCTS), scope)
    assert {e.county for e in gathered.catalogue.entries} == {"精河县"}
    key = keep(store, gathered, Selection(basis=Basis.PRODUCTS), scope)
    assert store.catalogues.get(key, EVERYTHING).county == "精河县"


def test_what_is_kept_stays_as_it_was_whatever_is_decided_later(store):
    gathered = gather(store, Selection())
    key = keep(store, gathered, Selection())
    store.decisions.record([Decision("D001", "S001", Verdict.REJECTED)])
    assert content_of(store, key, EVERYTHING) == gathered.catalogue
    assert store.catalogues.get(key, EVERYTHING).content_hash == gathered.catalogue.digest
    assert {e.supply_id for e in gather(store, Selection()).catalogue.entries} == {"S002", "S003"}


def test_contacts_come_with_consent_alone(store):
    sql = "INSERT INTO contacts (enterprise_id, name, phone, consent) VALUES (?, ?, ?, ?)"
    for name, consent in ((FIRM, 1), ("博乐丙管业有限公司", 0)):
        store.db.execute(sql, [store.enterprises.named(name), "某经理", f"0909-{consent}", consent])
    made = gather(store, Selection()).catalogue
    assert {e.enterprise: e.contact for e in made.entries if e.contact} == {FIRM: "某经理 0909-1"}
    assert "0909-0" not in str(made.record())
