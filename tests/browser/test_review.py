"""The review in a real Chromium, by keyboard alone: one key decides, and no key decides too much."""

from __future__ import annotations

import pytest

from matcher.store import Store
from tests.browser.test_accounts import violations
from tests.browser.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def entered(demo, browser):
    """Browsers in which the administrator, a reviewer … are signed in, each once."""
    contexts = {}

    def context(number):
        if number not in contexts:
            contexts[number] = browser.new_context(viewport={"width": 1366, "height": 768})
            page = contexts[number].new_page()
            page.goto(demo[1][number])
            page.get_by_role("button", name="进入").click()
            # A page that is closed on its way to the next one can keep the browser waiting for ever.
            page.locator(".areas a").first.wait_for()
            page.close()
        return contexts[number]

    yield context
    for opened in contexts.values():
        opened.close()


@pytest.fixture
def opened(demo, entered):
    """Opens the review as the user of a link; nothing may be said on the console in the end."""
    pages = []

    def open_(address="/review", number=0):
        page = entered(number).new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(demo[0] + address)
        pages.append(page)
        return page

    yield open_
    for page in pages:
        assert [text for text in page.said if "409" not in text] == []
        page.close()


@pytest.fixture
def rows(demo):
    def query(sql):
        with Store(demo[2]) as store:
            return store.db.execute(sql).fetchall()

    return query


def pair(page):
    return page.locator("input[name=pair]").get_attribute("value")


def ready(page):
    """Long enough that a person can have seen the item that has come."""
    page.locator("#review[data-ready]").wait_for()
    page.wait_for_timeout(320)


def press(page, *keys):
    """Press keys, and wait for the item that comes then."""
    ready(page)
    token = page.locator("input[name=token]").get_attribute("value")
    for key in keys:
        page.keyboard.press(key)
    until(
        page,
        "token => { const f = document.querySelector('input[name=token]');"
        " return document.querySelector('#review[data-ready]') && (!f || f.value !== token); }",
        token,
    )


DECIDED = "SELECT verdict, reason FROM decisions ORDER BY id"
STATES = "SELECT demand_key, supply_key, state FROM review_items ORDER BY 1, 2"


def test_fifty_items_by_keyboard_alone(opened, rows):
    page = opened("/review?order=doubtful")
    before, expected = rows(DECIDED), []
    for n in range(50):
        if n % 5 == 4:
            digit, reason = [("1", "品名不同"), ("3", "产能不足"), ("0", ""), ("Enter", "")][
                n // 5 % 4
            ]
            press(page, "x", digit)
            expected.append(("rejected", reason))
        else:
            press(page, "au"[n % 2])
            expected.append((("accepted", "unsure")[n % 2], ""))
    assert [tuple(row) for row in rows(DECIDED)][len(before) :] == expected
    assert page.url.endswith("/review?order=doubtful")
    before = rows(STATES)
    press(page, "n")
    assert page.locator(".said-line").inner_text().startswith("都不合适")
    assert rows(STATES) != before
    page.reload()
    press(page, "z")
    assert rows(STATES) == before
    assert "已撤销" in page.locator(".said-line").inner_text()
    for _ in range(19):  # twenty in all, across the reload
        press(page, "z")
    assert page.locator("[data-key=z]").is_disabled()


def test_everything_for_the_decision_is_in_sight(opened):
    page = opened("/review")
    for name in (".aligned thead", ".decide .yes", ".decide .none", ".chance"):
        box = page.locator(name).bounding_box()
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= 768, name
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    keys = page.locator(".decide > .btn kbd").all_inner_texts()
    assert keys == ["A", "X", "U", "N"]


def test_a_key_held_down_or_pressed_twice_decides_once(opened, rows):
    page = opened()
    ready(page)
    before = len(rows(DECIDED))
    page.keyboard.down("a")
    for _ in range(5):
        page.keyboard.down("a")  # Playwright sends these as repeated
    page.keyboard.up("a")
    ready(page)
    assert len(rows(DECIDED)) == before + 1
    page.keyboard.press("a")
    page.keyboard.press("a")
    ready(page)
    assert len(rows(DECIDED)) == before + 2
    page.locator(".decide .yes").dblclick()
    ready(page)
    assert len(rows(DECIDED)) == before + 3


COMPOSE = """([name, more]) => document.body.dispatchEvent(new KeyboardEvent('keydown',
    Object.assign({key: name, bubbles: true, cancelable: true}, more)))"""


def test_keys_are_off_while_typing_and_composing(opened, rows):
    page = opened()
    ready(page)
    before, shown = len(rows(DECIDED)), pair(page)
    for more in ({"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}, {"altKey": True}):
        page.evaluate(COMPOSE, ["a", more])
    page.get_by_label("链主企业").click()
    page.keyboard.type("axunz1?")
    assert page.get_by_label("链主企业").input_value() == "axunz1?"
    page.get_by_label("县市").focus()
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert (len(rows(DECIDED)), pair(page)) == (before, shown)
    page.locator("h2").first.click()  # out of the field: they work again
    press(page, "u")
    assert len(rows(DECIDED)) == before + 1


def test_keys_work_after_a_filter_and_a_click_and_can_be_switched_off(opened, rows):
    page = opened()
    page.get_by_label("次序").select_option("demand")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**order=demand*")
    press(page, "u")
    page.locator(".aligned td").first.click()
    press(page, "u")
    page.keyboard.press("?")
    page.get_by_text("撤销上一步").wait_for()
    page.keyboard.press("?")
    page.get_by_role("button", name="关闭快捷键").click()
    page.get_by_role("button", name="打开快捷键").wait_for()
    before = len(rows(DECIDED))
    page.wait_for_timeout(320)
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert len(rows(DECIDED)) == before
    page.get_by_role("button", name="打开快捷键").click()
    page.get_by_role("button", name="关闭快捷键").wait_for()


def test_x_asks_for_a_reason_and_escape_takes_it_back(opened, rows):
    page = opened()
    ready(page)
    before = len(rows(DECIDED))
    page.keyboard.press("x")
    assert page.locator(".reasons").is_visible()
    page.keyboard.press("9")
    page.keyboard.press("Escape")
    assert not page.locator(".reasons").is_visible()
    page.locator(".decide .no").click()
    assert page.locator(".reasons").is_visible()
    assert len(rows(DECIDED)) == before
    page.get_by_role("button", name="已停产").click()
    page.get_by_text("不采纳：").wait_for()
    assert tuple(rows(DECIDED)[-1]) == ("rejected", "已停产")


def test_a_digit_opens_another_candidate(opened):
    page = opened("/review?order=demand&high=90")
    ready(page)
    number = page.locator(".others a[data-key]").first.get_attribute("data-key")
    firm = page.locator(".others a[data-key]").first.inner_text()
    page.keyboard.press(number)
    page.wait_for_url("**/review/pair/**")
    assert firm in page.locator(".aligned thead").inner_text()


def test_two_at_once_get_two_items_and_a_stale_form_is_told(opened, rows):
    mine, theirs = opened("/review", 0), opened("/review", 1)
    assert pair(mine) != pair(theirs)
    mine.goto(mine.url.split("/review")[0] + "/review?order=confident")
    again = opened("/review/pair/" + pair(mine), 0)  # the same person in a second window
    ready(again)
    press(again, "u")
    ready(mine)
    mine.keyboard.press("a")
    mine.get_by_text("这一条刚刚被审过了").wait_for()
    assert "待定" in mine.locator(".stale").inner_text()
    assert rows(DECIDED)[-1][0] == "unsure"


def test_two_differ_and_a_third_look_settles_it(opened, rows):
    mine, theirs = opened("/review?order=doubtful", 0), opened("/review", 1)
    disputed = pair(mine)
    press(mine, "a")
    theirs.goto(theirs.url.split("/review")[0] + f"/review/pair/{disputed}")
    ready(theirs)
    theirs.keyboard.press("x")
    press(theirs, "2")
    mine.goto(mine.url.split("/review")[0] + "/review/conflicts")
    assert violations(mine) == []
    mine.locator(f"a[href*='{disputed}']").first.click()
    assert mine.get_by_text("复核，以此为准").is_visible()
    assert violations(mine) == []
    ready(mine)
    mine.keyboard.press("a")
    mine.wait_for_url("**/review/conflicts")
    assert mine.locator(f"a[href*='{disputed}']").count() == 0
    assert [tuple(row) for row in rows(DECIDED)][-3:] == [
        ("accepted", ""), ("rejected", "规格不符"), ("accepted", ""),
    ]  # fmt: skip


def test_without_scripts_the_forms_do_the_same(demo, entered, browser, rows):
    state = entered(0).storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state)
    page = plain.new_page()
    page.goto(demo[0] + "/review")
    page.get_by_role("button", name="规格不符").click()
    assert page.get_by_text("不采纳：").is_visible()
    assert tuple(rows(DECIDED)[-1]) == ("rejected", "规格不符")
    page.get_by_role("button", name="撤销").click()
    assert page.get_by_text("已撤销").is_visible()
    plain.close()


def test_every_page_is_readable_by_all_and_in_english(opened):
    addresses = ("/review", "/review?blind=1", "/review/bulk?least=99.9", "/review/conflicts",
                 "/review?chain=没有这条链", "/review?order=sample")  # fmt: skip
    page = opened()
    for address in addresses:
        page.goto(page.url.split("/review")[0] + address)
        assert violations(page) == [], address
    page.goto(page.url.split("/review")[0] + "/review")
    page.keyboard.press("x")
    page.keyboard.press("?")
    assert violations(page) == []
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("button", name="A Accept").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="中文").click()


def test_the_leadership_looks_and_cannot_decide(opened):
    for number in range(1, 6):
        page = opened("/", number)
        if "领导查看" not in page.content():
            continue
        page.goto(page.url + "review")
        assert page.locator(".decide .yes").count() == 0
        assert violations(page) == []
        return
    pytest.fail("no viewer among the links of the demo")
