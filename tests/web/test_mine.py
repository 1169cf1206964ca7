"""A firm's own first page: a buyer's needs and suppliers, a supplier's fitting needs, no figures."""

from __future__ import annotations

import re

from matcher.model import EngagementStage
from matcher.store import EVERYTHING, Entry, EventKind
from tests.web.conftest import LEADER, OTHER_LEADER, OTHER_SME, SME


def text(sent):
    return sent.get_data(as_text=True)


def test_a_buyer_sees_its_needs_and_who_was_accepted(app, enter):
    browser = enter("chain_leader")
    page = text(browser.get("/mine"))
    assert "D001" in page
    assert "1 家" in page
    need = text(browser.get("/mine/needs/D001"))
    assert SME in need
    assert OTHER_SME not in need
    assert "审核员甲" not in need
    assert "这里并排显示" in text(browser.get("/mine/needs/D002"))


def test_asking_twice_asks_once(app, enter, store):
    browser = enter("chain_leader")
    store.requests.answer(2, EVERYTHING, granted=False, note="再等等")
    page, form = "/mine/needs/D001", {"demand": "D001", "supply": "S001", "note": "急用"}
    assert "申请对接" in text(browser.get(page))
    for _ in range(2):
        assert browser.post("/mine/ask", form, page=page).status_code == 303
    waiting = store.requests.list(EVERYTHING, waiting=True)
    assert [(r.leader, r.note) for r in waiting if r.leader == LEADER] == [(LEADER, "急用")]
    assert "等待工信部门答复" in text(browser.get(page))
    assert "再等等" in text(browser.get("/mine"))
    wrong = {"demand": "D003", "supply": "S002"}
    assert browser.post("/mine/ask", wrong, page=page).status_code == 404
    step = Entry(EventKind.STEP, EngagementStage.INTRODUCED)
    store.engagements.write(2, step, EVERYTHING)
    assert browser.post("/mine/ask", form, page=page).status_code == 409
    assert "看进展" in text(browser.get(page))


def fits(page):
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


def test_a_supplier_sees_fitting_needs_as_far_as_disclosed(app, enter):
    page = text(enter("sme").get("/mine"))
    shown = fits(page)
    assert len(shown) == 2
    (hidden,) = (one for one in shown if "某链主企业" in one)
    assert re.search(r"X-[0-9A-F]{16}", hidden)
    assert OTHER_LEADER not in page
    assert any(LEADER in one for one in shown)
    assert "品名" in page, "with reasons"
    for one in shown:
        assert not re.search(r"\d%|0\.\d\d|分数|排名|把握", one)


def test_a_wish_is_kept_and_shown_to_the_bureau_as_a_hint(app, enter, store):
    browser = enter("sme")
    form = {"demand": "D001", "supply": "S001", "wish": "不合适"}
    assert browser.post("/mine/wish", form, page="/mine").status_code == 409
    form["reason"] = "做不了这么多"
    assert browser.post("/mine/wish", form, page="/mine").status_code == 303
    assert "做不了这么多" in text(browser.get("/mine"))
    assert "做不了这么多" in text(enter("reviewer").get("/engagements/2"))
    assert "做不了这么多" not in text(enter("chain_leader").get("/engagements/2"))
    for wrong in ({"demand": "D002"}, {"supply": "S002"}):
        sent = browser.post("/mine/wish", form | wrong, page="/mine")
        assert sent.status_code == 404
    assert browser.post("/mine/wish", form | {"wish": "x"}, page="/mine").status_code == 409


def test_what_is_missing_is_said(app, enter):
    page = text(enter("sme").get("/mine"))
    assert "没有规格" in page


def test_before_the_first_run_there_is_nothing_to_serve(app, enter, store):
    for table in ("suggestions", "gaps", "runs"):
        store.db.execute(f"DELETE FROM {table}")
    assert "撮合之后这里列出" in text(enter("sme").get("/mine"))
    assert enter("chain_leader").get("/mine").status_code == 200
    assert enter("chain_leader").get("/mine/needs/D001").status_code == 200
