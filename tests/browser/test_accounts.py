"""Accounts in a real Chromium: every page readable by all, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import pytest

from tests.cli.serving import free_port, links, served

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGES = (
    "/", "/demands?page=2", "/demands/D001", "/demands", "/supplies", "/enterprises", "/enterprises/1",
    "/runs", "/runs/new", "/runs/1", "/runs/compare",
    "/admin/users", "/admin/users/new", "/admin/users/1",
    "/admin/audit?verify=1", "/admin/settings", "/account/password", "/no-such-page",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    port = free_port()
    with served("demo", "--serve", "--port", port, cwd=tmp_path_factory.mktemp("demo")) as child:
        yield f"http://127.0.0.1:{port}", links(child, 6)


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found]


def test_every_page_of_an_administrator(demo, page):
    site, (admin, *_) = demo
    page.goto(admin)
    assert "link=" not in page.url, "the link is out of the address at once"
    assert violations(page) == []
    page.get_by_role("button", name="进入").click()
    assert page.get_by_role("link", name="审计").is_visible()
    for address in PAGES:
        page.goto(site + address)
        assert violations(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, address
    assert [text for text in page.said if "404" not in text] == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def test_each_role_comes_in_and_goes_out(demo, page):
    _, (_, *others) = demo
    for link in others:
        page.goto(link)
        page.get_by_role("button", name="进入").click()
        page.locator(".areas a").first.wait_for()
        assert page.get_by_role("link", name="审计").count() == 0
        assert violations(page) == []
        page.get_by_role("button", name="退出").click()
        page.get_by_role("heading", name="登录").wait_for()
        assert violations(page) == []
    assert page.said == []
