"""The map of a chain in a real Chromium: hover, click, keys, filter, what-if, address, paper."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from tests.browser.test_accounts import violations
from tests.cli.serving import Visitor, free_port, links, served

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
CHAIN = "/chain/" + quote("铜")
SIZES = [(1366, 768), (1920, 1080)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    port = free_port()
    folder = tmp_path_factory.mktemp("chain")
    with served("demo", "--serve", "--port", port, cwd=folder) as child:
        _, reviewer, *_ = links(child, 6)
        visitor = Visitor()
        visitor.enter(reviewer)
        (cookie,) = visitor.jar
        yield f"http://127.0.0.1:{port}", cookie


@pytest.fixture
def page(server, page):
    site, cookie = server
    page.context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": site}])
    page.set_default_timeout(60_000)
    page.site = site
    yield page
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def box(page, label):
    return page.locator(f'g[data-id="product:{label}"]')


def query(page):
    return parse_qs(urlsplit(page.url).query)


def overlapping(page):
    """Pairs of texts on the map, as the browser drew them, that cover each other."""
    return page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('#map text')].filter(t => t.textContent.trim())
            .map(t => [t.textContent, t.getBoundingClientRect()]).sort((a, b) => a[1].left - b[1].left);
          const bad = [];
          all.forEach(([one, a], i) => { for (const [other, b] of all.slice(i + 1)) {
            if (b.left >= a.right) break;
            if (Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
                && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1) bad.push([one, other]);
          } });
          return bad;
        }"""
    )


@pytest.mark.parametrize("size", SIZES)
def test_no_two_labels_of_any_chain_cover_each_other(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(page.site + "/chain")
    page.locator(".chains tbody a").first.wait_for()
    assert violations(page) == []
    addresses = page.locator(".chains th a").evaluate_all("all => all.map(a => a.href)")
    assert len(addresses) == 9
    for address in addresses:
        for firms in ("", "?firms=1"):
            page.goto(address + firms)
            assert overlapping(page) == [], (unquote(address), firms)
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wide, unquote(address)


def test_pointing_at_a_product_traces_it_up_and_down(page):
    page.goto(page.site + CHAIN)
    box(page, "电解铜").hover()
    lit = page.locator("g.lit").evaluate_all("all => all.map(g => g.getAttribute('data-id'))")
    assert {"product:铜精矿", "product:阳极铜", "product:铜杆", "product:布电线"} <= set(lit)
    assert "product:白银" not in lit
    assert page.locator("path.lit").count() > 10
    page.mouse.move(5, 5)
    assert page.locator("g.lit").count() == 0


def test_a_click_opens_the_panel_and_the_address_can_be_sent(page):
    page.goto(page.site + CHAIN)
    box(page, "电解铜").click()
    panel = page.locator("#panel")
    panel.get_by_role("heading", name="电解铜").wait_for()
    assert "D016" in panel.inner_text()
    assert query(page)["node"] == ["product:电解铜"]
    assert violations(page) == []
    page.locator("[data-zoom=in]").click()
    page.wait_for_url(lambda url: "zoom=1." in url)
    address, zoom = page.url, query(page)["zoom"]
    page.goto("about:blank")
    page.goto(address)
    panel.get_by_role("heading", name="电解铜").wait_for()
    assert query(page)["zoom"] == zoom
    assert page.locator("#scale").inner_text() == f"{float(zoom[0]):.0%}"
    assert "chosen" in box(page, "电解铜").get_attribute("class")
    panel.get_by_role("link", name="阳极铜", exact=True).click()
    panel.get_by_role("heading", name="阳极铜").wait_for()
    page.go_back()
    panel.get_by_role("heading", name="电解铜").wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")


def test_the_way_to_another_product_is_told_and_drawn(page):
    page.goto(page.site + CHAIN + "?node=product:" + quote("电解铜"))
    assert page.locator("#names option").count() > 50
    page.get_by_label("怎样连到").fill("布电线")
    page.keyboard.press("Enter")
    told = page.locator("#panel .steps li")
    told.first.wait_for()
    assert told.first.inner_text().startswith("电解铜 用来做 ")
    assert told.all_inner_texts()[-1].endswith("布电线")
    assert query(page)["to"] == ["布电线"]
    steps = told.count()
    marked = "all => all.map(g => g.getAttribute('data-id'))"
    ids = page.locator("#map g.way").evaluate_all(marked)
    assert len(ids) == steps + 1
    assert {"product:电解铜", "product:布电线"} <= set(ids)
    assert page.locator("#map path.way").count() == steps
    assert violations(page) == []
    page.reload()
    told.first.wait_for()
    assert page.locator("#map g.way").count() == steps + 1
    page.get_by_label("怎样连到").fill("没有这样的东西")
    page.get_by_role("button", name="找路").click()
    page.locator("#panel .none").wait_for()
    assert page.locator("#map .way").count() == 0
    page.keyboard.press("Escape")
    page.locator("#panel").wait_for(state="hidden")


def test_keys_walk_along_the_links(page):
    page.goto(page.site + CHAIN)
    assert page.locator('#map a[tabindex="0"]').count() == 1
    box(page, "阳极铜").locator("..").focus()
    page.keyboard.press("ArrowRight")
    where = "document.activeElement.querySelector('g').getAttribute('data-id')"
    assert page.evaluate(where) == "product:电解铜"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(where) == "product:阳极铜"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(where) != "product:电解铜"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("#panel h2").wait_for()
    assert query(page)["node"] == ["product:电解铜"]


def test_filter_search_and_what_if(page):
    page.goto(page.site + CHAIN)
    whole = page.locator("#map g[data-id]").count()
    page.locator("select[name=show]").select_option("gap")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(lambda url: "show=gap" in url)
    assert 0 < page.locator("#map g[data-id]").count() < whole
    assert query(page)["show"] == ["gap"]
    page.goto(page.site + CHAIN)
    page.get_by_label("在图上找").fill("电缆")
    page.wait_for_url(lambda url: "q=" in url)
    assert page.locator("g.found").count() == int(page.locator("#found").inner_text()) > 2
    page.goto(f"{page.site}{CHAIN}?firms=1")
    page.locator("g.firm").first.click()
    page.get_by_role("link", name="假如没有它").click()
    page.locator("#what-if .chip").wait_for()
    assert query(page)["off"] == query(page)["node"]
    assert page.locator("g.removed[data-id]").count() == 1
    assert violations(page) == []


def test_gaps_are_seen_at_once_and_lead_to_their_place(page):
    page.goto(page.site + CHAIN)
    page.locator(".weakest a", has_text="异丙醇").click()
    page.locator("#panel h2", has_text="异丙醇").wait_for()
    inside = """e => {
      const m = document.getElementById('map').getBoundingClientRect(), r = e.getBoundingClientRect();
      return r.top >= m.top && r.bottom <= m.bottom && r.left >= m.left && r.right <= m.right;
    }"""
    assert box(page, "异丙醇").evaluate(inside)
    assert page.locator("g.gap[data-id] .badge").all_text_contents() == ["断"] * 4


def test_without_script_the_picture_and_the_tables_are_there(server, browser):
    site, cookie = server
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1366, "height": 768}
    )
    context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": site}])
    plain = context.new_page()
    plain.goto(site + CHAIN)
    assert plain.locator("#map svg").is_visible()
    assert not plain.locator("#find").is_visible()
    assert plain.get_by_role("heading", name="断点（5）").is_visible()
    plain.locator('g[data-id="product:电解铜"]').click()
    assert plain.locator("#panel").get_by_role("heading", name="电解铜").is_visible()
    context.close()


def test_paper_is_a3_with_title_and_legend(page):
    page.goto(page.site + CHAIN)
    page.emulate_media(media="print")
    assert page.locator("#map .title").is_visible()
    assert page.locator("#map .legend").is_visible()
    assert not page.locator(".filters").is_visible()
    data = page.pdf(prefer_css_page_size=True)
    width, height = data.split(b"/MediaBox")[1].split(b"]")[0].strip(b" [").split()[2:4]
    assert (round(float(width)), round(float(height))) == (1191, 842), "A3 landscape in points"
