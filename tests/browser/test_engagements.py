"""In a real Chromium: a leader asks, the bureau introduces, both see contacts, a contract, an end."""

from __future__ import annotations

import re

import pytest

from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, Purpose, Role, Store
from tests.browser.test_accounts import violations
from tests.cli.serving import answer, free_port, served
from tests.web.conftest import DEMANDS, LEADER, SME, SUPPLIES

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server over a small database, and a way in for each role."""
    from matcher.ranking import match
    from tests.store.making import reading

    folder = tmp_path_factory.mktemp("engagements")
    with Store(folder / "库.db") as store:
        store.lists.add(reading(DEMANDS, file="需求.xlsx"))
        store.lists.add(reading(SUPPLIES, file="供给.xlsx"))
        demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        store.runs.save(
            match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z"
        )
        store.decisions.record(
            [Decision(d, "S001", Verdict.ACCEPTED, "", "审核员甲") for d in ("D001", "D002")]
        )
        firms = {
            Role.CHAIN_LEADER: store.enterprises.named(LEADER),
            Role.SME: store.enterprises.named(SME),
        }
        links = {}
        for role in (Role.ADMIN, Role.REVIEWER, *firms):
            user = store.users.add(
                role.value, role, full_name="王专员", enterprise_id=firms.get(role)
            )
            links[role] = store.links.issue(Purpose.ENTER, user.id, seconds=3600)
        for role, firm in firms.items():
            store.contacts.add(firm, EVERYTHING, name=f"{role.value}-厂长", phone="0909-2222222")
    port = free_port()
    with served("serve", "--db", folder / "库.db", "--port", port, cwd=folder) as child:
        answer(child, port, "/health")
        yield f"http://127.0.0.1:{port}", links


@pytest.fixture(scope="module")
def people(site, browser):
    """A signed-in window of each role, in which every word of the console is noted."""
    address, links = site
    opened = {}
    for role, token in links.items():
        window = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        window.said, window.asked = [], []
        window.on("console", lambda message, said=window.said: said.append(message.text))
        window.on("pageerror", lambda error, said=window.said: said.append(str(error)))
        window.on("request", lambda request, asked=window.asked: asked.append(request.url))
        window.goto(f"{address}/login?link={token}")
        window.get_by_role("button", name="进入").click()
        opened[role] = window
    yield opened
    for window in opened.values():
        window.context.close()


def look(page, address):
    """Open a page, which anybody can read, which fits, and on which nothing went wrong."""
    page.goto(address)
    assert violations(page) == [], address
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), address
    assert page.said == [], address
    site = "/".join(address.split("/")[:3])
    assert all(url.startswith((site, "data:")) for url in page.asked), address


def test_from_request_to_contract_and_an_end(site, people):
    address, _ = site
    leader, sme, bureau = (people[r] for r in (Role.CHAIN_LEADER, Role.SME, Role.REVIEWER))
    # The supplier agrees to be shown; the buyer has not said anything.
    look(sme, f"{address}/contacts")
    sme.get_by_role("button", name="同意公开").click()
    assert sme.get_by_text("已同意公开").is_visible()
    # The buyer asks, twice over.
    look(leader, f"{address}/mine")
    leader.get_by_role("link", name="D001").click()
    assert violations(leader) == []
    leader.get_by_label("想说明的").fill("明年一季度要用")
    leader.get_by_role("button", name="申请对接").dblclick()
    leader.get_by_text("等待工信部门答复").wait_for()
    # The bureau answers, and releases the buyer's contact.
    look(bureau, f"{address}/engagements")
    assert bureau.get_by_role("link", name="答复").count() == 1
    bureau.get_by_role("link", name="答复").click()
    assert violations(bureau) == []
    assert bureau.get_by_text("明年一季度要用").is_visible()
    bureau.get_by_label("chain_leader-厂长").check()
    bureau.get_by_role("button", name="同意，开始对接").click()
    bureau.get_by_role("heading", name="第 1 号对接").wait_for()
    assert violations(bureau) == []
    # Both see each other.
    for page, other in ((leader, "sme-厂长"), (sme, "chain_leader-厂长")):
        look(page, f"{address}/engagements/1")
        assert page.get_by_role("cell", name=other).is_visible()
        look(page, f"{address}/engagements/1/form")
    # Talks, a contract without its day, then with it.
    bureau.get_by_role("button", name="推进到洽谈").click()
    bureau.get_by_role("button", name="推进到签约").wait_for()
    bureau.get_by_label("合同金额（万元）").first.fill("1,200.5")
    bureau.get_by_role("button", name="推进到签约").click()
    bureau.get_by_role("alert").filter(has_text="签订日期").wait_for()
    assert bureau.get_by_label("合同金额（万元）").first.input_value() == "1,200.5"
    bureau.said.clear()  # a refused form is told by the browser too
    bureau.get_by_label("签订日期").first.fill("2026-11-20")
    bureau.get_by_role("button", name="推进到签约").click()
    bureau.get_by_role("button", name="推进到履约").wait_for()
    look(leader, f"{address}/engagements")
    assert leader.get_by_role("cell", name="1200.5").is_visible()
    # An end has its reason.
    look(bureau, f"{address}/engagements/1")
    bureau.get_by_text("终止这条对接").click()
    bureau.get_by_label("终止原因").fill("对方停产")
    bureau.get_by_role("button", name="终止", exact=True).click()
    bureau.get_by_text("再发起一条").wait_for()
    assert violations(bureau) == []
    look(leader, f"{address}/engagements/1")
    assert not leader.get_by_role("cell", name="sme-厂长").is_visible(), "over"


def test_a_batch_a_wish_and_the_rest_of_the_pages(site, people):
    address, _ = site
    sme, bureau, admin = (people[r] for r in (Role.SME, Role.REVIEWER, Role.ADMIN))
    look(sme, f"{address}/mine")
    article = sme.locator("article").filter(has_text="某链主企业")
    article.get_by_role("button", name="感兴趣").click()
    assert (
        sme.locator("article").filter(has_text="某链主企业").locator(".tag").inner_text()
        == "感兴趣"
    )
    look(bureau, f"{address}/engagements/new?demand=D004&supply=S001")
    assert bureau.get_by_text("供方意愿").is_visible()
    look(bureau, f"{address}/engagements/new")
    status = bureau.locator("[data-chosen]")
    before = int(re.search(r"\d+", status.inner_text())[0])
    bureau.get_by_label("全选本页").uncheck()
    assert status.inner_text().endswith(" 0")
    assert bureau.get_by_role("button", name="为这些采纳的建议发起对接").is_disabled()
    bureau.get_by_label("全选本页").check()
    bureau.get_by_role("button", name="为这些采纳的建议发起对接").click()
    bureau.get_by_role("heading", name="对接", exact=True).wait_for()
    assert before >= 1
    for path in (
        "/engagements/1",
        "/engagements?stage=全部",
        "/contacts?q=公司",
        "/engagements/1/form",
    ):
        look(admin, address + path)
