"""The first pages in a real Chromium against a real server process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.tools import ROOT, required

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "matcher", "demo", "--db", "demo.db"],
        cwd=folder, env=ENV, check=True, capture_output=True,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "matcher", "serve", "--db", "demo.db", "--port", str(port)],
        cwd=folder, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
            break
        except OSError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def browser():
    program = required("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = play.chromium.launch(executable_path=program, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    opened.said, opened.asked = [], []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    opened.close()


def test_from_the_first_page_to_the_reasons_of_a_suggestion(site, page):
    page.goto(site)
    assert page.locator("tbody tr").count() >= 50
    page.get_by_label("范围").select_option("gap")
    page.get_by_role("button", name="筛选").click()
    assert page.locator(".tag.gap").count() > 0
    page.goto(site)
    page.locator("tbody a").first.click()
    assert page.locator("section.candidate").count() > 1
    # The points on the screen add up to the sum on the screen.
    parts = page.locator("section.candidate").first.locator("td.num").all_inner_texts()
    numbers = [float(text) for text in parts]
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.005 * len(numbers))
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def test_pages_fit_the_width_of_an_office_screen(site, page):
    for path in ("/", "/?page=2", "/demands/D001"):
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, path


def test_what_does_not_exist_is_said_in_chinese(site, page):
    answer = page.goto(f"{site}/demands/no-such-id")
    assert answer.status == 404
    assert "没有这一页" in page.content()
    answer = page.goto(f"{site}/?page=abc&chain=%3Cscript%3E")
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
