"""Every page that each role can reach by links, in a real Chromium: readable, whole, quiet.

A new page comes under this test by being linked.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from matcher.store import Role
from tests.browser.test_accounts import violations
from tests.web.crawling import shape

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
LINKS = "found => found.map(link => new URL(link.getAttribute('href'), location).href)"
WIDE = "document.documentElement.scrollWidth > window.innerWidth"
QUIET = ("/account/logout", "/language/")  # what is done by coming there


def pages(page, site):
    """Goes from page to page, one of each shape, and gives the address of each."""
    sync_api = pytest.importorskip("playwright.sync_api")
    waiting, seen = [f"{site}/"], set()
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        kind, path = shape(address), urlsplit(address).path
        if kind in seen or path.startswith(QUIET):
            continue
        seen.add(kind)
        try:
            sent = page.goto(address)
        except sync_api.Error as error:
            if "Download" not in str(error):
                raise
            continue  # a file
        if sent is None or not sent.headers.get("content-type", "").startswith("text/html"):
            continue
        assert sent.status == 200, address
        yield address
        waiting += page.eval_on_selector_all("a[href]", LINKS)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role(demo, page, role):
    site, entries, _ = demo
    page.goto(dict(zip(Role, entries, strict=True))[role])
    page.get_by_role("button", name="进入").click()
    page.locator(".areas a").first.wait_for()
    visited = []
    for address in pages(page, site):
        visited.append(address)
        assert violations(page) == [], address
        for width, height in ((1920, 1080), (1366, 768)):
            page.set_viewport_size({"width": width, "height": height})
            assert not page.evaluate(WIDE), (address, width)
        assert page.said == [], address
    assert len(visited) >= 5
    assert all(url.startswith((site, "data:")) for url in page.asked)
