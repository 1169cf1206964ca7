"""The whole way of a plan in a real Chromium: accept, plan, pin, plan again, introduce, contract."""

from __future__ import annotations

import re

import pytest

from matcher.store import EVERYTHING, Store
from tests.browser.test_accounts import violations

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def look(page):
    assert violations(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url


def planned(page, button):
    """Start the making of a plan; the number of the one that comes out."""
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url(re.compile(r"/plans/\d+$"), timeout=120_000)
    look(page)
    return int(page.url.rpartition("/")[2])


def test_from_acceptance_to_the_next_plan(demo, page):
    site, (_, reviewer, *_), path = demo
    page.goto(reviewer)
    page.get_by_role("button", name="进入").click()
    page.goto(f"{site}/review/bulk?least=90")
    page.get_by_role("button", name="采纳这").click()
    page.goto(f"{site}/plans/new")
    look(page)
    first = planned(page, "开始计算")
    with Store(path) as store:
        ready = store.engagements.waiting(EVERYTHING, limit=50, plan_id=first)
    assert ready, "something that was accepted is in the plan"
    page.goto(f"{site}/plans/{first}?state=whole")
    wish = page.locator("select[name^='pair:']").first
    pinned = wish.get_attribute("name").removeprefix("pair:").split("|")
    wish.select_option("pin")
    second = planned(page, "按本页的指定再做一版")
    assert second > first
    page.get_by_role("link", name="与上一版比较").click()
    look(page)
    with Store(path) as store:
        assert store.plans.get(second).choices["pins"] == [pinned]
    # Introduce what was accepted, and bring one to its contract.
    page.get_by_role("link", name="为已采纳的发起对接").click()
    look(page)
    before = page.locator("tbody tr").count()
    page.get_by_label("全选本页").uncheck()
    page.locator("tbody input[name=pair]").first.check()
    page.get_by_role("button", name="为这些采纳的建议发起对接").click()
    page.goto(f"{site}/engagements/new?plan={second}")
    assert page.locator("tbody tr").count() == before - 1
    page.goto(f"{site}/engagements/1")
    for stage in ("对接", "洽谈", "签约"):
        if stage == "签约":
            page.get_by_label("合同金额（万元）").first.fill("88.5")
            page.get_by_label("数量").first.fill("1")
            page.get_by_label("单位").first.fill("吨")
            page.get_by_label("签订日期").first.fill("2026-11-20")
        page.get_by_role("button", name=f"推进到{stage}").click()
        page.locator(".way [aria-current=step]").filter(has_text=stage).wait_for()
    look(page)
    page.goto(f"{site}/engagements/monthly")
    assert page.get_by_text("88.5").first.is_visible()
    page.goto(f"{site}/plans/new?after={second}")
    third = planned(page, "开始计算")
    page.get_by_role("link", name="假定和说明").click()
    assert page.get_by_text("已签约").first.is_visible()
    look(page)
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)
    with Store(path) as store:
        done = {row.action for row in store.audit.list(limit=500)}
        assert store.audit.verify().fault == ""
        assert third > second
    assert {"plan.save", "engagement.begin"} <= done, done
