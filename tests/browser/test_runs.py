"""A matching run in a real Chromium: started, watched through its stream, looked at, compared."""

from __future__ import annotations

import pytest

from tests.browser.test_accounts import violations
from tests.cli.serving import free_port, links, served

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGES = (
    "/", "/runs", "/runs/new", "/runs/2", "/runs/compare", "/enterprises/questions", "/risks",
    "/risks/new", "/risks/import", "/risks/1",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    port = free_port()
    with served("demo", "--serve", "--port", port, cwd=tmp_path_factory.mktemp("demo")) as child:
        yield f"http://127.0.0.1:{port}", links(child, 6)


def test_a_run_from_the_button_to_the_comparison(demo, page):
    site, (_, reviewer, *_) = demo
    page.goto(reviewer)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("link", name="撮合", exact=True).click()
    page.get_by_role("link", name="开始撮合").click()
    page.get_by_label("每条需求最多几条建议").fill("4")
    page.get_by_role("button", name="开始撮合").click()
    page.wait_for_url("**/runs/2", timeout=60_000)  # the page went on by itself
    page.get_by_role("heading", name="第 2 次撮合").wait_for()
    assert any(url.endswith("/events") for url in page.asked), "through the stream"
    page.get_by_role("link", name="与上一次比较").click()
    assert page.locator("tbody.changes, .changes tbody").count() >= 1
    page.goto(f"{site}/enterprises/questions")
    before = page.locator("article").count()
    page.get_by_role("button", name="同一家，用左边的写法").first.click()
    assert page.locator("article").count() == before - 1
    page.get_by_role("button", name="撤销合并").first.click()
    assert page.locator("article").count() == before
    page.goto(f"{site}/risks/new")
    page.get_by_label("企业全称").fill("某某公司")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("某某公司").first.wait_for()
    for width, height in ((1366, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        for address in PAGES:
            page.goto(site + address)
            assert violations(page) == [], address
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wide, address
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def test_a_job_without_javascript_leads_on_too(demo, browser):
    _, (admin, *_) = demo
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(admin)
    plain.get_by_role("button", name="进入").click()
    plain.get_by_role("link", name="撮合", exact=True).click()
    plain.get_by_role("link", name="开始撮合").click()
    plain.get_by_role("button", name="开始撮合").click()
    plain.wait_for_url("**/runs/3", timeout=60_000)
    context.close()
