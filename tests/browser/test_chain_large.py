"""A chain of three hundred products in a real Chromium, from a server within the test."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from waitress import create_server

from matcher.ranking import match
from matcher.store import EVERYTHING, Role, Store
from tests.browser.test_chain import overlapping
from tests.chain.making import big_chain, demand, supply
from tests.store.making import reading
from web import create_app
from web.chain import reading as chain_reading

PAGE = "/chain/" + quote("大")


@pytest.fixture
def site(tmp_path, monkeypatch, page):
    chain = big_chain(300)
    monkeypatch.setattr(chain_reading, "chains", lambda: (chain,))
    names = [product.name for product in chain.products]
    demands = [demand(f"D{i}", n, chain="大", id_given=True) for i, n in enumerate(names[::4])]
    supplies = [supply(f"S{i}", n, id_given=True) for i, n in enumerate(names[::6])]
    path = tmp_path / "大.db"
    with Store(path) as store:
        for rows in (demands, supplies):
            store.lists.add(reading(rows, file=rows[0].row_id))
        kept = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        store.runs.save(match(*kept), *kept, started_at="2026-01-01T00:00:00.000Z")
        store.users.add("reader", Role.REVIEWER, password="correct horse battery")
        token = store.sessions.start(store.users.find("reader").id, "127.0.0.1", longest=1e6)
    app = create_app({"DATABASE": str(path), "TESTING": True})
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.effective_port}"
    cookie = client.get_cookie("xieshou").value
    page.context.add_cookies([{"name": "xieshou", "value": cookie, "url": address}])
    page.set_default_timeout(60_000)
    yield address
    page.goto("about:blank")
    server.close()
    thread.join(10)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_three_hundred_products(site, page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(site + PAGE)
    boxes = page.locator("#map g[data-id]")
    assert boxes.count() == 300
    assert overlapping(page) == []
    boxes.nth(40).hover()
    assert page.locator("g.lit").count() > 1
    boxes.nth(40).click()
    page.locator("#panel h2").wait_for()
    assert parse_qs(urlsplit(page.url).query)["node"] == [boxes.nth(40).get_attribute("data-id")]
    page.get_by_role("link", name="假如没有它").click()
    page.locator("#what-if .chip").wait_for()
    page.locator("select[name=show]").select_option("gap")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(lambda url: "show=gap" in url)
    assert 0 < boxes.count() < 300
    assert "off=" in page.url
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)
