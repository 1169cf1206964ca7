"""The pages of the review, without a browser's script: forms, redirects, what is not in the page."""

from __future__ import annotations

import html
import itertools
import math
import re

import pytest

from matcher.model import Contribution, Decision, Explanation, Verdict
from matcher.store import EVERYTHING, Filters, Order, Reviewer, Role
from tests.store.making import demand, reading
from tests.web.conftest import COUNTY, LEADER, OTHER_LEADER, PASSWORD
from web.review.showing import waterfall

YES, NO = Verdict.ACCEPTED, Verdict.REJECTED


def text_of(sent):
    return sent.get_data(as_text=True)


def field(text, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])


def press(browser, verdict, page="/review", **more):
    """Fill in the form of a page as its buttons do."""
    text = text_of(browser.get(page))
    action = html.unescape(re.search(r'class="decide" method="post" action="([^"]+)"', text)[1])
    form = {name: field(text, name) for name in ("csrf_token", "pair", "token")}
    return browser.client.post(action, data=form | {"verdict": verdict} | more)


@pytest.fixture
def second(store):
    store.users.add("second", Role.REVIEWER, full_name="李四", password=f"$test${PASSWORD}")
    return "second"


def last(store):
    (found,) = store.db.query("SELECT * FROM decisions ORDER BY id DESC LIMIT 1")
    return found


def test_a_decision_leads_to_the_next_item_and_says_what_was_done(enter, store):
    browser = enter("reviewer")
    first = field(text_of(browser.get("/review")), "pair")
    sent = press(browser, "rejected-2")
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/review"
    assert (last(store)["verdict"], last(store)["reason"]) == ("rejected", "规格不符")
    assert last(store)["reviewer"] == "某reviewer"
    text = text_of(browser.get("/review"))
    assert field(text, "pair") != first
    assert "不采纳：D00" in text


def test_filters_and_order_stay_in_the_address(enter):
    browser = enter("reviewer")
    address = "/review?order=doubtful&chain=&low=5&leader=天河"
    text = text_of(browser.get(address))
    assert re.search(r'<option value="doubtful" selected>', text)
    sent = press(browser, "unsure", address)
    assert sent.headers["Location"] in {
        f"/review?order=doubtful&leader={LEADER and '%E5%A4%A9%E6%B2%B3'}&low=5",
        "/review?order=doubtful&leader=天河&low=5",
    }


def test_nonsense_in_the_address_and_in_the_form_is_no_error(enter):
    browser = enter("reviewer")
    for query in (
        "order=zzz&low=abc&high=nan",
        "low=-5&high=1e999",
        "skip=-3",
        "only='",
        "skip=99",
    ):
        assert browser.get(f"/review?{query}").status_code == 200, query
    for pair in ("x", "1", "1-1-1", "-1--1", "９-９", "9" * 20 + "-1"):
        assert browser.get(f"/review/pair/{pair}").status_code == 404, pair
    assert press(browser, "strange").status_code == 400


def test_undo_shows_the_item_again_after_a_new_login(enter, store):
    browser = enter("reviewer")
    pair = field(text_of(browser.get("/review")), "pair")
    press(browser, "accepted")
    again = enter("reviewer")
    sent = again.post("/review/undo", page="/review")
    assert sent.headers["Location"] == f"/review/pair/{pair}"
    assert "已撤销：采纳" in text_of(again.get(sent.headers["Location"]))
    for _ in range(2):
        sent = again.post("/review/undo", page="/review")
    assert "没有可以撤销的操作" in text_of(again.get(sent.headers["Location"]))
    assert store.audit.verify().fault == ""


def test_a_stale_form_is_answered_with_the_newer_decision(enter, store, second):
    mine, theirs = enter("reviewer"), enter(second)
    text = text_of(mine.get("/review"))
    form = {name: field(text, name) for name in ("csrf_token", "pair", "token")}
    d, s = map(int, form["pair"].split("-"))
    store.queue.release((d, s), store.users.find("reviewer").id)
    address = f"/review/pair/{form['pair']}"
    assert press(theirs, "rejected-4", address).status_code == 303
    sent = mine.client.post("/review/decide", data=form | {"verdict": "accepted"})
    assert sent.status_code == 409
    text = text_of(sent)
    assert "这一条刚刚被审过了" in text
    assert "李四 不采纳" in text
    assert "已停产" in text
    assert last(store)["verdict"] == "rejected"
    form["token"] = field(text, "token")
    sent = mine.client.post("/review/decide", data=form | {"verdict": "accepted"})
    assert sent.status_code == 303, "seen, and decided all the same: now they differ"
    assert "意见不一致 1 条" in text_of(mine.get("/review"))


def test_two_reviewers_get_two_items(enter, second):
    mine, theirs = enter("reviewer"), enter(second)
    first, other = (field(text_of(b.get("/review")), "pair") for b in (mine, theirs))
    assert first != other
    text = text_of(theirs.get(f"/review/pair/{first}"))
    assert "某reviewer 正在审这一条" in text
    assert 'class="decide" method="post"' not in text


def test_a_dispute_is_listed_and_settled(enter, store, second):
    store.decisions.record(
        [Decision("D003", "S001", YES, "", "甲"), Decision("D003", "S001", NO, "太远", "乙")]
    )
    browser = enter(second)
    text = text_of(browser.get("/review/conflicts"))
    assert "太远" in text
    (address,) = re.findall(r'href="(/review/pair/[^"]+)"', text)
    shown = text_of(browser.get(address))
    assert "复核，以此为准" in shown
    sent = press(browser, "accepted", address, final="1")
    assert sent.headers["Location"] == "/review/conflicts"
    assert "没有意见不一致" in text_of(browser.get("/review/conflicts"))
    assert store.decisions.latest()["D003", "S001"].decision.verdict is YES
    county = enter("county_reviewer")
    assert OTHER_LEADER not in text_of(county.get("/review/conflicts"))


def test_blind_means_not_in_the_page(enter, store, second):
    store.decisions.record([Decision("D002", "S002", NO, "某某原因", "某同事")])
    suggestion = next(
        s for s in store.runs.suggestions(1, EVERYTHING)
        if (s.suggestion.demand_id, s.suggestion.supply_id) == ("D002", "S002")
    ).suggestion  # fmt: skip
    secrets = [
        f"{suggestion.probability * 100:.1f}%", "某同事", "某某原因", "<svg", "名次，", 'class="why"><p',
        *suggestion.explanation.sentences, "waterfall", "未审",
    ]  # fmt: skip
    browser = enter(second)
    clear = text_of(browser.get("/review/pair/2-2"))
    assert all(s in clear for s in secrets[:4])
    blind = text_of(browser.get("/review/pair/2-2?blind=1"))
    assert [s for s in secrets if s in blind] == []
    assert not re.search(r"\d+\.\d%|probability|rank", blind)
    assert "盲审" in blind
    for order in Order:
        text = text_of(browser.get(f"/review?blind=1&order={order.value}"))
        assert 'value="confident"' not in text
        assert 'name="low"' not in text
    # A refused form does not tell either.
    form = {name: field(blind, name) for name in ("csrf_token", "pair", "token")}
    store.decisions.record([Decision("D002", "S002", YES, "另一原因", "另一同事")])
    sent = browser.client.post("/review/decide?blind=1", data=form | {"verdict": "accepted"})
    assert sent.status_code == 409
    assert "另一" not in text_of(sent)


def test_the_page_of_a_changed_row_names_the_fields(enter, store):
    store.lists.add(
        reading(
            [demand(1, "阴极铜", leader=LEADER, county=COUNTY, disclosure="公开", spec="T1")],
            file="改.csv",
        )
    )
    text = text_of(enter("reviewer").get("/review?only=changed"))
    assert "内容已变更" in text
    assert re.search(r"规格：<del>—</del> → <ins>T1</ins>", text)
    assert "审核员甲 采纳" in text


def test_bulk_says_the_number_twice_and_does_that_number(enter, store):
    browser = enter("reviewer")
    user = Reviewer(store.users.find("reviewer").id, "某reviewer")
    number = store.review.bulk(Filters(), 0.5, by=user, scope=EVERYTHING)
    assert number > 1
    text = text_of(browser.get("/review/bulk?least=50"))
    assert f'<strong class="count">{number}</strong>' in text
    assert f"采纳这 {number} 条" in text
    wrong = browser.post("/review/bulk", {"least": "50", "expected": "1"}, page="/review/bulk")
    assert wrong.status_code == 409
    sent = browser.post(
        "/review/bulk", {"least": "50", "expected": str(number)}, page="/review/bulk"
    )
    assert sent.status_code == 303
    assert f"批量采纳 {number} 条" in text_of(browser.get("/review"))
    browser.post("/review/undo", page="/review")
    assert store.review.bulk(Filters(), 0.5, by=user, scope=EVERYTHING) == number


def test_a_viewer_looks_and_decides_nothing(enter, store):
    text = text_of(enter("viewer").get("/review"))
    assert "看下一条" in text
    assert 'class="decide" method="post"' not in text
    assert "data-keys" not in text
    assert store.db.execute("SELECT count(*) FROM review_leases").fetchone()[0] == 0


def test_a_county_decides_on_its_own_demands_alone(enter, store):
    browser = enter("county_reviewer")
    text = text_of(browser.get("/review"))
    form = {name: field(text, name) for name in ("csrf_token", "pair", "token")}
    sent = browser.client.post("/review/decide", data=form | {"pair": "3-1", "verdict": "accepted"})
    assert sent.status_code == 404
    assert press(browser, "none").status_code == 303
    for page in ("/review", "/review/conflicts", "/review/bulk?least=1"):
        assert OTHER_LEADER not in text_of(browser.get(page))


def test_looking_is_told(enter, store):
    enter("reviewer").get("/review/pair/2-2")
    assert (store.audit.list()[0].action, store.audit.list()[0].object) == (
        "view",
        "pair:D002/S002",
    )


def test_keys_are_switched_off_for_good(enter):
    browser = enter("reviewer")
    assert 'data-keys="on"' in text_of(browser.get("/review"))
    browser.post("/review/keys", {"keys": "off"}, page="/review")
    assert 'data-keys="on"' not in text_of(enter("reviewer").get("/review"))


def test_an_empty_queue_says_what_to_do(enter, store):
    browser = enter("reviewer")
    store.db.execute("UPDATE review_items SET state = 'rejected'")
    assert "都审完了" in text_of(browser.get("/review"))
    assert "符合筛选的都审完了" in text_of(browser.get("/review?chain=铜"))
    store.db.execute("DELETE FROM review_items")
    store.db.execute("DELETE FROM suggestions")
    store.db.execute("DELETE FROM gaps")
    store.db.execute("DELETE FROM runs")
    assert "还没有撮合过" in text_of(browser.get("/review"))


def test_two_accounts_of_one_name_are_told_apart(enter, store):
    store.users.add("namesake", Role.REVIEWER, full_name="某reviewer", password=f"$test${PASSWORD}")
    press(enter("reviewer"), "accepted")
    assert last(store)["reviewer"] == "某reviewer（reviewer）"


@pytest.mark.parametrize("points", [[0.333333] * 12, [1.005, -2.005, 0.004], [], [5.0, -5.0]])
def test_the_waterfall_adds_up(points):
    explanation = Explanation(
        -1.234567,
        tuple(Contribution(f"f{n}", "名称", 1.0, p, f"理由{n}") for n, p in enumerate(points)),
    )
    found = waterfall(explanation)
    *steps, total = found.bars
    assert sum(step.points for step in steps) == total.points == round(explanation.log_odds * 100)
    assert len(found.bars) <= 11
    for before, after in itertools.pairwise(steps):
        ends = {before.x, round(before.x + before.width, 2)}
        assert any(
            math.isclose(edge, end, abs_tol=0.03)
            for edge in (after.x, after.x + after.width)
            for end in ends
        )


def test_a_page_shows_what_the_store_says(enter, store):
    stored = store.runs.suggestions(1, EVERYTHING)[0].suggestion
    text = text_of(enter("reviewer").get("/review/pair/1-1"))
    shown = [
        int(p.replace("+", "").replace(".", ""))
        for p in re.findall(r'<td class="num">([+-]\d+\.\d\d)</td>', text)
    ]
    assert sum(shown[:-1]) == shown[-1]
    odds = 1 / (1 + math.exp(-stored.explanation.log_odds))
    assert f"{odds * 100:.1f}%" in text
