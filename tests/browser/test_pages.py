"""The first pages in a real Chromium against a real server process."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.request

import pytest

from matcher.store import Role, Store
from tests.browser.waiting import until
from tests.cli.running import DEMANDS, SUPPLIES, xieshou
from tests.cli.serving import Visitor, free_port, links, served

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A demonstration with its address and the cookie of a reviewer who is signed in."""
    port = free_port()
    folder = tmp_path_factory.mktemp("site")
    with served("demo", "--serve", "--port", port, cwd=folder) as child:
        _, reviewer, *_ = links(child, 6)
        visitor = Visitor()
        visitor.enter(reviewer)
        (cookie,) = visitor.jar
        yield f"http://127.0.0.1:{port}", cookie


@pytest.fixture
def site(server):
    return server[0]


@pytest.fixture
def page(server, page):
    site, cookie = server
    page.context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": site}])
    return page


def test_from_the_first_page_to_the_reasons_of_a_suggestion(site, page):
    page.goto(f"{site}/demands")
    assert page.locator("tbody tr").count() >= 50
    everything = page.locator("h1 .total").inner_text()
    page.goto(f"{site}/demands?gap=yes")
    assert page.locator("h1 .total").inner_text() != everything
    page.locator("tbody a").first.click()
    assert page.locator("h1 .tag.gap").count() == 1
    page.goto(f"{site}/demands")
    page.locator("tbody a").first.click()
    assert page.locator("section.candidate").count() > 1
    # The points on the screen add up to the sum on the screen.
    parts = page.locator("section.candidate").first.locator("td.num").all_inner_texts()
    numbers = [float(text) for text in parts]
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.005 * len(numbers))
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def test_pages_fit_the_width_of_an_office_screen(site, page):
    for path in ("/", "/demands?page=2", "/demands/D001"):
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, path


def test_a_word_finds_demands_and_nothing_found_has_a_way_back(site, page):
    page.goto(f"{site}/demands")
    find = page.locator("#q")
    find.fill("ＰＴＦＥ")
    find.press("Enter")
    rows = page.locator(".results tbody tr")
    page.wait_for_url("**q=*")
    assert rows.count() >= 1
    assert all("PTFE" in text for text in rows.all_inner_texts())
    find.fill("没有这样的东西")
    page.get_by_role("button", name="查找").click()
    page.get_by_text("没有符合条件的内容").wait_for()
    page.locator(".empty").get_by_role("link", name="清除全部条件").click()
    page.wait_for_url(f"{site}/demands")
    assert rows.count() == 50


def test_the_header_stays_in_sight_and_filters_are_kept_from_page_to_page(site, page):
    page.goto(f"{site}/demands?q=公司")
    page.get_by_role("link", name="下一页").first.click()
    page.wait_for_url("**page=2*")
    assert page.locator("#q").input_value() == "公司"
    frame = page.locator(".results .scroll")
    frame.hover()
    page.mouse.wheel(0, 600)
    until(page, "document.querySelector('.results .scroll').scrollTop > 300")
    heading = page.locator(".results thead th").first.bounding_box()
    assert abs(heading["y"] - frame.bounding_box()["y"]) < 2


def test_wanted_and_offered_stand_side_by_side_and_weak_candidates_are_folded(site, page):
    page.goto(f"{site}/demands/D001")
    first = page.locator("section.candidate").first
    assert first.locator(".compare tbody tr").count() >= 4
    tops = [first.locator(name).bounding_box()["y"] for name in (".compare", ".parts")]
    assert tops[0] == tops[1]
    last = page.locator("section.candidate").last
    assert not last.locator(".parts").is_visible()
    last.locator("summary").click()
    assert last.locator(".parts").is_visible()
    page.get_by_role("link", name="下一条").click()
    assert page.url.endswith("/demands/D002")
    page.get_by_role("link", name="上一条").click()
    assert page.url.endswith("/demands/D001")
    assert page.said == []


@pytest.fixture
def app(tmp_path):
    """A client over a database of its own."""
    from web import create_app

    def over(*lists: str):
        for text in lists:
            kind = "需求" if text.startswith("需求") else "供给"
            (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
            assert (
                xieshou("import", tmp_path / f"{kind}.csv", "--db", tmp_path / "我的.db").code == 0
            )
        if not lists:
            Store(tmp_path / "我的.db").close()
        client = create_app({"DATABASE": str(tmp_path / "我的.db")}).test_client()
        with Store(tmp_path / "我的.db") as store, client.session_transaction() as session:
            user = store.users.add("reviewer", Role.REVIEWER)
            session["_user_id"] = store.sessions.start(user.id, "", longest=1e6)
        return client

    return over


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ((), ("还没有清单", "xieshou import", "我的.db")),
        ((DEMANDS,), ("接下来", "xieshou import 供给清单.xlsx --db 我的.db", 'href="/runs/new"')),
        ((SUPPLIES,), ("接下来", "xieshou import 需求清单.xlsx")),
        ((DEMANDS, SUPPLIES), ("还没有撮合过", "xieshou run --db 我的.db", 'href="/runs/new"')),
    ],
    ids=["nothing", "demands", "supplies", "both"],
)
def test_an_empty_page_says_what_to_do_next(app, lists, words):
    client = app(*lists)
    text = client.get("/").get_data(as_text=True)
    for word in words:
        assert word in text
    if DEMANDS in lists:
        text = client.get("/demands/001").get_data(as_text=True)
        assert "还没有撮合过" in text


@pytest.mark.parametrize("odd", ["A/1", "1?x=2#y", "铜 50%", "<b>", "a//b"])
def test_a_demand_of_any_id_has_its_page(app, odd):
    client = app(DEMANDS.replace("\n001,", f"\n{odd},"))
    links = re.findall(
        r'col-demand_id"><a href="([^"]+)">', client.get("/demands").get_data(as_text=True)
    )
    texts = [client.get(html.unescape(link)).get_data(as_text=True) for link in links]
    assert sum(html.escape(odd) in text and "电解铜" in text for text in texts) == 1


def test_what_does_not_exist_is_said_in_chinese(site, page):
    answer = page.goto(f"{site}/demands/no-such-id")
    assert answer.status == 404
    assert "没有这一页" in page.content()
    assert "no-such-id" in page.content()
    assert page.get_by_role("link", name="回到首页").is_visible()
    answer = page.goto(f"{site}/demands?page=abc&chain=%3Cscript%3E")
    assert answer.status == 200
    assert "<script>" not in page.content().replace("<script src", "")


def test_answers_carry_a_strict_policy(site):
    with urllib.request.urlopen(site, timeout=10) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    request = urllib.request.Request(site, method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 405
    refused.value.close()
