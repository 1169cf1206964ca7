"""In a real Chromium: choose, look, move, reword, check, issue, download, verify; the leader reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, Purpose, Role, Store
from tests.browser.test_engagements import look
from tests.cli.serving import answer, free_port, served
from tests.web.conftest import LEADER, OTHER_SME, SME, demand, reading, supply

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PRODUCTS = ("阴极铜", "铜排", "铜杆", "电缆盘", "硫酸")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server over accepted pairs of five products, and a way in for a reviewer and the leader."""
    from matcher.ranking import match

    folder = tmp_path_factory.mktemp("catalogues")
    with Store(folder / "库.db") as store:
        wanted = [demand(n, name, leader=LEADER) for n, name in enumerate(PRODUCTS, 1)]
        offered = [
            supply(n, name, enterprise=SME if n % 2 else OTHER_SME)
            for n, name in enumerate(PRODUCTS, 1)
        ]
        store.lists.add(reading(wanted, file="需求.xlsx"))
        store.lists.add(reading(offered, file="供给.xlsx"))
        demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        store.runs.save(
            match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z"
        )
        store.decisions.record(
            [
                Decision(d.demand_id, s.supply_id, Verdict.ACCEPTED, "", "审核员甲")
                for d, s in zip(demands, supplies, strict=True)
            ]
        )
        links = {}
        for role, firm in (
            (Role.REVIEWER, None), (Role.CHAIN_LEADER, store.enterprises.named(LEADER)),
        ):  # fmt: skip
            user = store.users.add(role.value, role, full_name="王专员", enterprise_id=firm)
            links[role] = store.links.issue(Purpose.ENTER, user.id, seconds=3600)
    port = free_port()
    with served("serve", "--db", folder / "库.db", "--port", port, cwd=folder) as child:
        answer(child, port, "/health")
        yield f"http://127.0.0.1:{port}", links


def enter(page, site, role):
    address, links = site
    page.goto(f"{address}/login?link={links[role]}")
    page.get_by_role("button", name="进入").click()
    return address


def order(page):
    return page.locator("tbody th[scope=row]").all_inner_texts()


def test_from_choosing_to_a_document_that_is_known_again(site, browser, page, tmp_path):
    address = enter(page, site, Role.REVIEWER)
    look(page, f"{address}/catalogues")
    page.get_by_role("link", name="编一份目录").click()
    look(page, page.url)
    page.get_by_label("编制单位").fill("某州工业和信息化局")
    page.get_by_role("button", name="先算有多少条").click()
    assert "照现在的条件有 5 条" in page.get_by_role("status").inner_text()
    page.get_by_label("种类").select_option("leader")
    page.get_by_label("给哪家企业").fill(LEADER)
    page.get_by_role("button", name="编成草稿").click()
    page.wait_for_url("**/catalogues/1")
    look(page, page.url)
    assert page.locator(".paper .title").inner_text().startswith("主要配套产品需求与供应商对照表")
    # Moved by a step, by a number; one is taken out.
    page.get_by_role("link", name="调整条目").click()
    look(page, page.url)
    start = order(page)
    page.get_by_role("button", name="第 2 条上移").click()
    assert order(page)[:2] == [start[1], start[0]]
    page.get_by_label("第 5 条移到").fill("1")
    page.get_by_label("去掉第 4 条").check()
    page.get_by_role("button", name="照此调整").click()
    assert order(page) == [start[4], start[1], start[0], start[2]]
    # Other words, with a figure that follows the entries.
    page.get_by_role("link", name="←").click()
    page.get_by_role("link", name="改标题和编制说明").click()
    look(page, page.url)
    page.get_by_role("textbox", name="编制说明").fill("一、说明\n共收录{条目数}条。{不认识}")
    page.get_by_role("button", name="保存").click()
    assert "不认识" in page.get_by_role("alert").inner_text(), "and what was typed is still there"
    page.get_by_role("textbox", name="编制说明").fill("一、说明\n共收录{条目数}条。")
    page.get_by_role("button", name="保存").click()
    assert page.locator(".paper").get_by_text("共收录4条。").is_visible()
    page.get_by_role("button", name="核稿通过").click()
    page.get_by_role("link", name="编号印发").click()
    look(page, page.url)
    page.get_by_role("button", name="印发这 4 条").click()
    look(page, page.url)
    number = re.search(r"推荐目录〔\d{4}〕1号", page.locator(".facts").inner_text())[0]
    assert page.get_by_role("link", name="调整条目").count() == 0
    # Downloaded, and known again; with one byte of its text changed it is not.
    files = {}
    for form in ("PDF", "DOCX", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("link", name=form, exact=True).click()
        files[form] = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename == f"{number}.{form.lower()}"
    assert files["PDF"].startswith(b"%PDF-")
    assert verdict(page, address, tmp_path, "目录.docx", files["DOCX"]) == "original"
    changed = files["CSV"].replace("阴极铜".encode(), "阴极锡".encode())
    assert verdict(page, address, tmp_path, "目录.csv", changed) == "altered"
    assert page.said == []
    # The leader it was made for reads it, and no draft.
    reader = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    reader.said, reader.asked = [], []
    enter(reader, site, Role.CHAIN_LEADER)
    look(reader, f"{address}/catalogues")
    reader.get_by_role("link", name="主要配套产品需求与供应商对照表").click()
    look(reader, reader.url)
    assert reader.get_by_role("link", name="PDF").is_visible()
    assert reader.get_by_role("button", name="删除草稿").count() == 0
    reader.context.close()


def verdict(page, address, folder, name, data):
    """What the page of verifying says of a file, by the colour that it says it in."""
    (folder / name).write_bytes(data)
    look(page, f"{address}/catalogues/verify")
    page.get_by_label("文件").set_input_files(folder / name)
    page.get_by_role("button", name="核验").click()
    return page.locator(".outcome").get_attribute("class").split()[1]
