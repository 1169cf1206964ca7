"""Pages of engagements: what the bureau does there, what each side is shown, what a file holds."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest

from matcher.model import Decision, EngagementStage, Verdict
from matcher.store import EVERYTHING, Entry, EventKind, Question
from matcher.store.engagementtypes import UNFIT
from tests.web.conftest import LEADER, OTHER_SME, SME

OWN, OTHERS = 2, 1  # see tests/web/conftest.py


def text(sent):
    return sent.get_data(as_text=True)


def listed(sent):
    """The list itself, without the requests above it."""
    return re.search(r'<table class="[^"]*engagements">.*?</table>', text(sent), re.DOTALL)[0]


def now_is(store, key=OWN):
    return store.engagements.get(key, EVERYTHING)


def write(browser, key=OWN, **form):
    return browser.post(f"/engagements/{key}/write", form, page=f"/engagements/{key}")


def introduce(store, key=OWN, **more):
    entry = Entry(EventKind.STEP, EngagementStage.INTRODUCED, **more)
    store.engagements.write(key, entry, EVERYTHING)


def test_a_step_is_taken_by_its_form_and_a_stale_one_gets_409(app, enter, store):
    browser = enter("reviewer")
    page = text(browser.get("/engagements/2"))
    assert "推进到对接" in page
    assert re.search(r'name="version" value="1"', page)
    step = {
        "kind": "step",
        "stage": "对接",
        "version": "1",
        "note": "周五见",
        "due_on": "2030-01-02",
    }
    sent = write(browser, **step)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/engagements/2")
    assert (now_is(store).engagement.stage, now_is(store).due_on) == ("对接", "2030-01-02")
    stale = write(enter("admin"), kind="step", stage="洽谈", version="1", note="写了很久的话")
    assert stale.status_code == 409
    assert "刚被别人更新过" in text(stale)
    assert "写了很久的话" in text(stale), "what was typed is not lost"
    assert now_is(store).engagement.stage == "对接"


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"kind": "step", "stage": "签约"}, "下一步是对接"),
        ({"kind": "step"}, "下一步是对接"),
        ({"kind": "end", "note": ""}, "原因"),
        ({"kind": "follow", "note": "x", "amount": "很多"}, "不是数"),
        ({"kind": "follow", "note": "x", "due_on": "明天"}, "日期"),
        ({"kind": "follow", "officer": "999"}, "服务专员"),
        ({"kind": "step", "stage": "对接", "release": "1"}, "联系人"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(app, enter, store, form, word):
    sent = write(enter("reviewer"), version="1", **form)
    assert sent.status_code == 409
    assert word in re.search(r'role="alert">([^<]+)<', text(sent))[1]
    assert now_is(store).version == 1


def test_a_form_without_a_version_is_stale(app, enter, store):
    assert write(enter("reviewer"), kind="follow", note="x").status_code == 409


def test_a_contract_is_recorded_and_an_end_has_its_reason(app, enter, store):
    browser = enter("county_reviewer")
    for n, stage in enumerate(("对接", "洽谈"), 1):
        write(browser, kind="step", stage=stage, version=n)
    signed = {"amount": "1,200.5", "signed_on": "2026-11-20", "contract_number": "HT-7"}
    assert write(browser, kind="step", stage="签约", version=3, **signed).status_code == 303
    assert now_is(store).engagement.amount == 1200.5
    page = text(browser.get("/engagements/2"))
    assert "1200.5" in page
    assert "HT-7" in page
    assert write(browser, kind="end", note="对方停产", version=4).status_code == 303
    assert "再发起一条" in text(browser.get("/engagements/2"))
    assert now_is(store).engagement.stage == "终止"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reasons_from_which_the_ranking_learns_are_offered_as_it_knows_them(
    app, enter, language
):
    browser = enter("reviewer")
    browser.post("/account/language", {"language": language}, page="/account/password")
    page = text(browser.get("/engagements/2"))
    offered = re.findall(r'<option value="([^"]+)" label=', page)
    assert tuple(offered[: len(UNFIT)]) == UNFIT


def test_only_an_administrator_corrects(app, enter, store):
    form = {"stage": "洽谈", "note": "记错了", "version": "1"}
    sent = enter("reviewer").post("/engagements/2/correct", form, page="/engagements/2")
    assert sent.status_code == 403
    assert "更正（管理员）" not in text(enter("reviewer").get("/engagements/2"))
    sent = enter("admin").post("/engagements/2/correct", form, page="/engagements/2")
    assert sent.status_code == 303
    assert now_is(store).engagement.stage == "洽谈"


def test_the_leadership_looks_and_changes_nothing(app, enter):
    browser = enter("viewer")
    page = text(browser.get("/engagements/2"))
    assert "<textarea" not in page
    assert "厂长" not in page, "nor does it need anybody's telephone number"
    assert write(browser, kind="follow", note="x", version="1").status_code == 403


def test_accepted_pairs_wait_and_are_begun_together(app, enter, store):
    browser = enter("reviewer")
    assert "没有等着发起的" in text(browser.get("/engagements/new")), "the accepted one has its own"
    store.decisions.record(
        [Decision("D002", s, Verdict.ACCEPTED, "", "审核员甲") for s in ("S001", "S002")]
    )
    page = text(browser.get("/engagements/new"))
    assert len(re.findall(r'name="pair"', page)) == 2
    pairs = ['["D002", "S001"]', '["D002", "S002"]']
    sent = browser.post("/engagements/begin", {"pair": pairs}, page="/engagements/new")
    assert sent.status_code == 303
    assert store.engagements.count(EVERYTHING) == 4
    again = browser.post("/engagements/begin", {"pair": pairs}, page="/engagements/new")
    assert "进行中的对接" in text(again)
    assert store.engagements.count(EVERYTHING) == 4
    for wrong in ("x", "[1]", "[1, 2]", "{}", "null"):
        sent = browser.post("/engagements/begin", {"pair": wrong}, page="/engagements/new")
        assert sent.status_code == 400


def test_a_pair_that_nobody_accepted_needs_a_reason(app, enter, store):
    browser = enter("reviewer")
    page = "/engagements/new?demand=D002&supply=S002"
    assert "没有采纳" in text(browser.get(page))
    sent = browser.post("/engagements/new", {"demand": "D002", "supply": "S002"}, page=page)
    assert sent.status_code == 409
    form = {"demand": "D002", "supply": "S002", "reason": "领导现场对接"}
    assert browser.post("/engagements/new", form, page=page).status_code == 303
    assert browser.get("/engagements/new?demand=D009&supply=S002").status_code == 404
    assert "第 3 号对接" in text(browser.get(page)), "the open one is pointed at"


def test_files_hold_what_the_filter_shows(app, enter, store):
    introduce(store)
    browser = enter("reviewer")
    sent = browser.get("/engagements?stage=对接&format=csv")
    assert "attachment" in sent.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sent.get_data().decode("utf-8-sig"))))
    assert [(r["阶段"], r["链主企业"], r["供给企业"]) for r in rows] == [("对接", LEADER, SME)]
    records = json.loads(text(browser.get("/engagements?format=json")))
    assert [r["engagement_id"] for r in records] == [OTHERS, OWN]
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/engagements?format=xlsx").get_data()))
    assert book.active.max_row == 3
    assert store.audit.list(action="view")[0].after["format"] == "xlsx"


def test_filters_and_counts(app, enter, store):
    introduce(store)
    browser = enter("reviewer")
    board = re.findall(r'class="number">(\d+)</span>', text(browser.get("/engagements")))
    assert board == ["1", "1", "0", "0", "0", "0", "0"]
    assert SME not in listed(browser.get("/engagements?stage=推荐"))
    store.db.execute("UPDATE engagements SET last_at = '2020-01-01T00:00:00.000Z' WHERE id = 1")
    late = listed(browser.get("/engagements?stale=1"))
    assert OTHER_SME in late
    assert SME not in late
    officer = store.users.find("reviewer").id
    assert "没有符合条件的对接" in text(browser.get(f"/engagements?officer={officer}"))
    sent = enter("admin").post(
        "/engagements/days", {"days-RECOMMENDED": "3650"}, page="/engagements"
    )
    assert sent.status_code == 303
    assert store.engagements.count(EVERYTHING, Question(stale=True)) == 0
    sent = enter("admin").post("/engagements/days", {"days-TALKS": "0"}, page="/engagements")
    assert sent.status_code == 409


def test_each_side_is_shown_the_other_from_introduction_on(app, enter, store):
    leader, sme = enter("chain_leader"), enter("sme")
    for browser, other in ((leader, f"{SME}厂长"), (sme, f"{LEADER}厂长")):
        assert other not in text(browser.get("/engagements/2"))
    introduce(store, release=(2, 3))
    for browser, other in ((leader, f"{SME}厂长"), (sme, f"{LEADER}厂长")):
        assert other in text(browser.get("/engagements/2"))
        assert other in text(browser.get("/engagements/2/form"))
        assert store.audit.list(action="contact.view")[0].after == {"engagement": OWN}
        page = text(browser.get("/engagements/2"))
        assert "<textarea" not in page


def test_the_record_on_paper_has_lines_for_signatures(app, enter, store):
    page = text(enter("reviewer").get("/engagements/2/form"))
    for word in (
        "供需对接登记表",
        "需方代表（签字）",
        "供方代表（签字）",
        "服务专员（签字）",
        LEADER,
        SME,
    ):
        assert word in page


def test_a_request_is_answered_once(app, enter, store):
    browser = enter("reviewer")
    assert "待答复的对接申请" in text(browser.get("/engagements"))
    page = "/engagements/requests/2"
    assert f"{SME}厂长" in text(browser.get(page))
    assert browser.post(page, {"answer": "refuse"}, page=page).status_code == 409
    sent = browser.post(page, {"answer": "grant", "note": "已约", "release": "3"}, page=page)
    assert sent.headers["Location"] == "/engagements/2"
    assert now_is(store).opened
    again = browser.post(page, {"answer": "refuse", "note": "x"}, page="/engagements")
    assert again.status_code == 409
    assert now_is(store).engagement.stage == "对接"


# --- contacts ------------------------------------------------------------------------------------


def test_a_firm_keeps_its_contacts(app, enter, store):
    browser = enter("sme")
    form = {"name": "李工", "phone": "0909-1", "duty": "销售", "enterprise": "1"}
    assert browser.post("/contacts", form, page="/contacts").status_code == 303
    page = text(browser.get("/contacts"))
    assert "李工" in page
    assert LEADER not in page
    assert store.db.execute(
        "SELECT enterprise_id FROM contacts WHERE name = '李工'"
    ).fetchone() == (store.enterprises.named(SME),), "whatever firm the form named"
    twice = browser.post("/contacts", form, page="/contacts")
    assert twice.status_code == 409
    assert 'value="李工"' in text(twice)
    assert browser.post("/contacts/2/consent", {"given": "1"}, page="/contacts").status_code == 303
    assert "已同意公开" in text(browser.get("/contacts"))
    edited = {"name": "王工", "phone": "0909-3", "duty": ""}
    assert browser.post("/contacts/2", edited, page="/contacts/2").status_code == 303
    assert "已同意公开" not in text(browser.get("/contacts"))


def test_the_bureau_notes_consent_with_how_it_was_given(app, enter, store):
    browser = enter("county_reviewer")
    assert SME in text(browser.get("/contacts?q=乙金属"))
    firm = store.enterprises.named(SME)
    page = f"/contacts?enterprise={firm}"
    assert f"{SME}厂长" in text(browser.get(page))
    assert browser.post("/contacts/2/consent", {"given": "1"}, page=page).status_code == 409
    form = {"given": "1", "how": "电话确认"}
    assert browser.post("/contacts/2/consent", form, page=page).status_code == 303
    assert "电话确认" in text(browser.get(page))
    others = store.enterprises.named(OTHER_SME)
    assert "厂长" not in text(browser.get(f"/contacts?enterprise={others}"))
    assert OTHER_SME not in text(browser.get("/contacts?q=丁金属"))
