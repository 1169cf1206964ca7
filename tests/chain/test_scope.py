"""A chain read in a narrow scope holds nothing from outside it, in no form."""

from __future__ import annotations

import json

import pytest

from matcher.chain.analysis.gaps import Basis, gaps
from matcher.chain.drawing import View, lay_out, picture_of, to_json, to_svg
from matcher.chain.export import to_graphml
from matcher.chain.known import read_known
from matcher.chain.records import gap_record
from matcher.chain.session import ChainSession
from matcher.model import Decision, ListKind, Verdict
from matcher.ranking import Parameters, match
from matcher.store import EVERYTHING, Store, county, enterprise, grant
from matcher.store.clock import now
from tests.chain.making import chains, demand, supply
from tests.store.making import reading

MINE, OTHER = "甲铜业有限公司", "秘密铜业有限公司"
SECRETS = ("秘密铜业", "机密公司", "隐匿品", "D2", "S9")


@pytest.fixture
def store(tmp_path):
    demands = [
        demand("D1", "铜精矿", id_given=True),
        demand("D2", "隐匿品铜带", leader=OTHER, county="阿拉山口市", id_given=True),
    ]
    supplies = [
        supply("S1", "铜精矿", 30, enterprise="乙矿业有限公司", id_given=True),
        supply("S9", "隐匿品铜带", enterprise="机密公司", county="温泉县", id_given=True),
    ]
    with Store(tmp_path / "a.db") as opened:
        for rows in (demands, supplies):
            opened.lists.add(reading(rows, file=rows[0].row_id))
        kept = opened.lists.demands(EVERYTHING), opened.lists.supplies(EVERYTHING)
        opened.runs.save(match(*kept, Parameters()), *kept, started_at=now())
        yield opened


def firm(store, name):
    return enterprise(next(f["id"] for f in store.enterprises.all(EVERYTHING) if f["name"] == name))


def said(session) -> str:
    """Everything that a session can be made to say."""
    picture = picture_of(session, session.chain("铜"), View(firms=True))
    layout = lay_out(picture)
    return "\n".join([
        to_graphml(session.graph.graph).decode(), to_svg(picture, layout),
        json.dumps(to_json(picture, layout), ensure_ascii=False),
        json.dumps([gap_record(gap) for gap in gaps(session.serving)], ensure_ascii=False),
    ])  # fmt: skip


@pytest.mark.parametrize("kind", ["enterprise", "county", "grant"])
def test_nothing_from_outside_is_in_it(store, kind):
    keys = store.lists.keys(ListKind.DEMAND), store.lists.keys(ListKind.SUPPLY)
    scope = {
        "enterprise": firm(store, MINE), "county": county("博乐市"),
        "grant": grant(frozenset({keys[0]["D1"]}), frozenset({keys[1]["S1"]})),
    }[kind]  # fmt: skip
    session = ChainSession.of(read_known(store, scope), chains())
    assert {d.demand_id for d in session.graph.known.demands} == {"D1"}
    text = said(session)
    for secret in SECRETS:
        assert secret not in text
    everything = said(ChainSession.of(read_known(store, EVERYTHING), chains()))
    assert all(secret in everything for secret in SECRETS)  # the test can fail


def test_a_leader_sees_that_somebody_serves_but_not_who(store):
    session = ChainSession.of(read_known(store, firm(store, MINE)), chains())
    assert gaps(session.serving) == []
    assert "乙矿业" not in said(session)
    (source,) = session.serving.sources("D1")["铜精矿"]
    assert (source.supply_id, source.capacity, source.local) == ("S1", None, None)


def test_decisions_of_the_store_count_while_the_rows_say_the_same(store):
    def found():
        known = read_known(store, EVERYTHING, prefecture=["博乐市", "精河县"])
        return {g.demand_id: g.basis for g in gaps(ChainSession.of(known, chains()).serving)}

    assert "D1" not in found()
    store.decisions.record([Decision("D1", "S1", Verdict.REJECTED)])
    assert found()["D1"] is Basis.CONFIRMED
    changed = [supply("S1", "铜精矿", 31, enterprise="乙矿业有限公司", id_given=True)]
    store.lists.add(reading(changed, file="again"))
    assert "D1" not in found()


def test_what_was_read_knows_dates_counties_and_the_threshold(store):
    known = read_known(store, EVERYTHING, prefecture=["温泉县"])
    assert known.acceptable == Parameters().acceptable
    assert set(known.listed_on) == {"D1", "D2"}
    assert known.counties["机密"] == "温泉县" or known.counties["机密公司"] == "温泉县"
    assert known.prefecture == {"温泉县"}
