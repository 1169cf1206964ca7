from __future__ import annotations

import pytest

from tests.cli.serving import free_port, links, served
from tests.tools import required


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demonstration: its address, the ways in for the six roles, and its database."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    with served("demo", "--serve", "--port", port, cwd=folder) as child:
        yield f"http://127.0.0.1:{port}", links(child, 6), folder / "demo.db"


@pytest.fixture(scope="module")
def browser():
    program = required("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
        ]
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
