"""The exclusion list: read, shown, and kept out of what firms see."""

from __future__ import annotations

import io

import pytest

from matcher.errors import UnreadableListError
from matcher.lists.risklist import read_risk_list
from matcher.planning import Choices, ask
from matcher.store import (
    EVERYTHING,
    NOTHING,
    Risk,
    RiskError,
    buyer,
    county,
    supplier,
)
from tests.cli.running import xieshou
from tests.web.conftest import COUNTY, LEADER, OTHER_SME, SME

CODE = "91650000MA7750000X"


@pytest.fixture
def leader(store):
    return buyer(store.enterprises.named(LEADER))


def seen(store, scope):
    return {
        (s.suggestion.demand_id, s.suggestion.supply_id) for s in store.runs.suggestions(1, scope)
    }


def test_a_flagged_firm_is_not_recommended_to_firms(store, leader):
    sme = supplier(store.enterprises.named(SME))
    before = {name: seen(store, scope) for name, scope in (("leader", leader), ("sme", sme))}
    assert before["leader"] == {("D001", "S001")}
    assert before["sme"]
    store.risks.add([Risk(SME, "失信")])
    assert seen(store, leader) == set()
    assert seen(store, sme) == set()
    assert store.lists.supplies(leader) == []
    assert store.figures.sizes(leader).supplies == 0
    assert [row.supply_id for row in store.lists.supplies(sme)] == ["S001"], "its own rows stay"
    assert ("D001", "S001") in seen(store, EVERYTHING), "reviewers see it, marked"
    assert store.risks.supply_ids() == {"S001"}
    key = store.db.execute("SELECT key FROM supplies WHERE supply_id = 'S001'").fetchone()[0]
    assert [risk.flag for risk in store.risks.of_supplies([key])[key]] == ["失信"]


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        (Risk(SME, "失信", until="2020-01-01"), False),
        (Risk(SME, "失信", since="2999-01-01"), False),
        (Risk(SME, "失信", since="2020-01-01", until="2999-01-01"), True),
        (Risk("另一家公司", "失信"), False),
        (Risk("曾用名公司", "失信", credit_code=CODE), True),
        (Risk(SME, "失信", credit_code=CODE), True),
        (Risk(SME, "失信", credit_code="91650000MA77500011"), False),
    ],
)
def test_when_an_entry_counts_and_for_whom(store, leader, entry, counts):
    firm = store.enterprises.named(SME)
    store.db.execute("UPDATE enterprises SET credit_code = ? WHERE id = ?", [CODE, firm])
    store.risks.add([entry])
    assert (firm in store.risks.of([firm])) is counts
    assert (seen(store, leader) == set()) is counts


def test_a_merged_spelling_carries_its_flag(store):
    kept = store.enterprises.named("丁戊己加工有限公司")
    store.risks.add([Risk("丁戊己加工有限责任公司", "经营异常")])
    assert list(store.risks.of([kept])) == [kept]


def test_catalogues_leave_flagged_firms_out(store):
    from matcher.errors import XieshouError
    from matcher.issuing import Basis, Selection, gather

    chosen = (Selection(), Selection(basis=Basis.SUGGESTED), Selection(basis=Basis.PRODUCTS))
    assert all(gather(store, selection).catalogue.entries for selection in chosen)
    store.risks.add([Risk(SME, "失信"), Risk(OTHER_SME, "失信")])
    for selection in chosen:
        with pytest.raises(XieshouError):
            gather(store, selection)


def test_plans_leave_flagged_firms_out_and_say_so(store):
    assert ask(store, Choices(min_score=0.0)).instance.candidates
    store.risks.add([Risk(SME, "失信"), Risk(OTHER_SME, "失信")])
    planned = ask(store, Choices(min_score=0.0))
    assert planned.instance.candidates == ()
    assert any("风险名单" in note for note in planned.notes)


def test_entries_are_told_once_and_checked(store):
    before = len(store.audit.list(action="risk."))
    assert store.risks.add([Risk("甲厂", "失信"), Risk("甲厂", "失信")]) == 1
    assert len(store.audit.list(action="risk.")) == before + 1
    for wrong in (Risk("", "失信"), Risk("乙厂", "坏"), Risk("乙厂", "失信", since="昨天"),
                  Risk("乙厂", "失信", since="2026-02-02", until="2026-02-01")):  # fmt: skip
        with pytest.raises(RiskError):
            store.risks.add([Risk("丙厂", "失信"), wrong])
    assert store.risks.count(q="丙厂") == 0, "all or nothing"


def test_a_county_sees_entries_about_its_own_firms(store):
    store.risks.add([Risk(SME, "失信"), Risk(OTHER_SME, "失信")])
    found = [risk.name for risk, _ in store.risks.page(county(COUNTY), limit=9)]
    assert SME not in found or OTHER_SME not in found
    assert store.risks.count(NOTHING) == 0


# --- files ---------------------------------------------------------------------------------------

TABLE = """失信被执行人名单（2026年第一批）,,,,
序号,企业名称（全称）,统一社会信用代码,类 型,列入日期
1,甲厂,91650100MA775GKT5X,严重失信主体,2026年1月5日
2,乙厂,,列入经营异常名录,2026/2/1
3,,,失信,
4,丙厂,123,行政处罚决定,乱写
5,丁厂,,说不清,
"""


def test_a_table_is_read_with_every_problem(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text(TABLE, encoding="gb18030")
    found = read_risk_list(path)
    assert [(e["name"], e["flag"], e["since"]) for e in found.entries] == [
        ("甲厂", "失信", "2026-01-05"), ("乙厂", "经营异常", "2026-02-01"), ("丙厂", "行政处罚", ""),
    ]  # fmt: skip
    assert found.rows == 5
    assert [p.row for p in found.problems if p.lost] == [5, 7]
    assert sum(not p.lost for p in found.problems) >= 2
    (tmp_path / "b.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableListError, match="企业名称"):
        read_risk_list(tmp_path / "b.csv")


def test_import_edit_and_end_by_form(enter, store):
    browser = enter("reviewer")
    data = {"file": (io.BytesIO(TABLE.encode()), "../../名单.csv"), "flag": ""}
    sent = browser.post("/risks/import", data, content_type="multipart/form-data")
    text = sent.get_data(as_text=True)
    assert "新增 3，已有 0，没有读入 2" in text
    assert "看不出是哪种风险" in text
    data = {"file": (io.BytesIO(b"PK\x03\x04rubbish"), "a.xlsx"), "flag": "失信"}
    sent = browser.post("/risks/import", data, content_type="multipart/form-data")
    assert sent.status_code == 200
    assert 'role="alert"' in sent.get_data(as_text=True)
    (risk, _), *_ = store.risks.page(limit=1, q="甲厂")
    form = {"name": "甲厂", "flag": "失信", "until": "2026-01-06", "since": risk.since,
            "credit_code": risk.credit_code}  # fmt: skip
    assert browser.post(f"/risks/{risk.id}", form).status_code == 303
    assert store.risks.get(risk.id).active is False
    assert "甲厂" not in browser.get("/risks").get_data(as_text=True)
    assert "甲厂" in browser.get("/risks?only=all&q=甲").get_data(as_text=True)
    sent = browser.post("/risks/new", {"name": "戊厂", "flag": "其他", "since": "x"})
    assert "不是日期" in sent.get_data(as_text=True)
    assert "导入名单" not in enter("viewer").get("/risks").get_data(as_text=True)


def test_the_command(tmp_path):
    (tmp_path / "名单.csv").write_text(TABLE, encoding="utf-8")
    base = tmp_path / "a.db"
    out = xieshou("risks", "import", tmp_path / "名单.csv", "--db", base)
    assert out.code == 0
    assert "新增 3" in out.out
    assert "第 5 行" in out.out
    again = xieshou("risks", "import", tmp_path / "名单.csv", "--db", base)
    assert "新增 0，已有 3" in again.out
    listed = xieshou("risks", "list", "--db", base)
    assert "乙厂" in listed.out
