"""Pages of the chains: what they show, that filters live in the address, and that scope holds."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from urllib.parse import quote

import networkx as nx
import pytest

from matcher.chain.drawing import STYLE
from matcher.chain.graph import enterprise_id
from matcher.model import Decision, EngagementStage, Verdict
from matcher.ranking import match
from matcher.store import EVERYTHING, Chains, Entry, EventKind, Role, buyer, supplier
from tests.store.making import demand, reading, supply
from tests.tools import ROOT
from tests.web.conftest import COUNTY, LEADER, OTHER_COUNTY, OTHER_LEADER, OTHER_SME, SME
from web.chain import reading as chain_reading

HIDDEN = "隐匿品铜带"
FORMS = ("svg", "json", "csv", "graphml")
CHAIN = "/chain/" + quote("铜")


@pytest.fixture
def lists(store):
    """A copper chain: an own open demand, a hidden one of another, one that nobody serves."""
    demands = [
        demand(1, "阴极铜", leader=LEADER, county=COUNTY, disclosure="公开", chain="铜"),
        demand(2, "铜精矿", leader=LEADER, county=COUNTY, disclosure="仅主管部门", chain="铜"),
        demand(3, HIDDEN, leader=OTHER_LEADER, county=OTHER_COUNTY, disclosure="仅主管部门", chain="铜"),
        demand(4, "废铜", leader=OTHER_LEADER, county=OTHER_COUNTY, disclosure="匿名", chain="铜"),
    ]  # fmt: skip
    supplies = [
        supply(1, "阴极铜", enterprise=SME, county=COUNTY, tier="专精特新"),
        supply(2, "电解铜", enterprise=OTHER_SME, county=OTHER_COUNTY),
    ]
    for rows in (demands, supplies):
        store.lists.add(reading(rows, file=f"新{rows[0].row_id}.xlsx"))
    wanted, offered = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    store.runs.save(match(wanted, offered), wanted, offered, started_at="2026-01-02T00:00:00.000Z")


@pytest.fixture
def text(enter, lists):
    def read(role, address):
        sent = enter(role).get(address)
        assert sent.status_code == 200, address
        return sent.get_data(as_text=True)

    return read


def pages(text, role):
    """Every address of a chain that a page of it leads to, and all files."""
    first = text(role, CHAIN)
    found = ["/chain", CHAIN, CHAIN + "?firms=1&show=all", CHAIN + "?show=gap&area=local"]
    found += [f"{CHAIN}/export?form={form}&firms=1&show=all" for form in FORMS]
    links = re.findall(rf'href="({CHAIN}\?[^"#]*)', text(role, CHAIN + "?firms=1") + first)
    return found + sorted({link.replace("&amp;", "&") for link in links})[:60]


SECRET_TO = {
    Role.COUNTY_REVIEWER: (OTHER_LEADER, HIDDEN, "D003", "D004"),
    Role.CHAIN_LEADER: (OTHER_LEADER, HIDDEN, OTHER_SME, "D003", "D004", "S002", OTHER_COUNTY),
    Role.SME: (OTHER_LEADER, HIDDEN, OTHER_SME, "D002", "D003", "D004", "S002", OTHER_COUNTY),
}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("role", sorted(SECRET_TO))
def test_what_may_not_be_seen_is_nowhere(text, role, large, monkeypatch):
    monkeypatch.setattr(chain_reading, "WHOLE", 0 if large else 10_000)
    for page in pages(text, role):
        shown = text(role, page)
        assert [secret for secret in SECRET_TO[role] if secret in shown] == [], page
    everything = "".join(text("reviewer", page) for page in pages(text, "reviewer"))
    assert [s for s in SECRET_TO[role] if s not in everything and not s.startswith("S0")] == []


@pytest.mark.parametrize("large", [False, True])
def test_counts_differ_by_scope(text, large, monkeypatch):
    monkeypatch.setattr(chain_reading, "WHOLE", 0 if large else 10_000)

    def demands(role):
        shown = text(role, CHAIN)
        return int(re.search(r'class="sums">\S+ <b>(\d+)</b>', shown)[1])

    assert demands("reviewer") == 4
    assert demands("viewer") == 4
    assert demands("county_reviewer") == 2
    assert demands("chain_leader") == 2
    assert demands("sme") == 1, "the open one; an anonymous one does not say its chain"


def test_firms_are_told_of_their_own_gaps_and_of_no_bottlenecks(text):
    leader = json.loads(text("chain_leader", f"{CHAIN}/export?form=json"))
    assert {gap["demand_id"] for gap in leader["gaps"]} == {"D002"}
    assert leader["bottlenecks"] == []
    sme = json.loads(text("sme", f"{CHAIN}/export?form=json"))
    assert (sme["gaps"], sme["bottlenecks"]) == ([], [])
    bureau = json.loads(text("reviewer", f"{CHAIN}/export?form=json"))
    assert {gap["demand_id"] for gap in bureau["gaps"]} >= {"D002", "D003", "D004"}
    assert "招商" in text("reviewer", CHAIN)
    assert "招商" not in text("chain_leader", CHAIN)


def test_a_node_of_others_is_answered_like_one_that_is_not_there(enter, lists):
    from matcher.chain.graph import enterprise_id

    said = set()
    for name in (OTHER_LEADER, "从没有过的公司"):
        sent = enter("sme").get(f"{CHAIN}?node={quote(enterprise_id(name))}")
        assert sent.status_code == 404
        said.add(re.sub(r'value="[^"]*"', "", sent.get_data(as_text=True)))
    assert len(said) == 1
    off = f"{CHAIN}?off={quote(enterprise_id(OTHER_LEADER))}"
    assert OTHER_LEADER not in enter("sme").get(off).get_data(as_text=True)
    assert (
        enter("reviewer").get(f"{CHAIN}?node={quote(enterprise_id(OTHER_LEADER))}").status_code
        == 200
    )


def test_the_panel_says_who_makes_and_who_needs(text):
    shown = text("reviewer", f"{CHAIN}?node=product:{quote('电解铜')}&part=panel")
    assert all(word in shown for word in (SME, OTHER_SME, LEADER, "D001", "专精特新"))
    assert 'href="/demands/D001"' in shown
    assert "<header" not in shown


@pytest.mark.parametrize(
    ("role", "firms"),
    [("admin", {LEADER, SME}), ("reviewer", {LEADER, SME}), ("viewer", set()),
     ("chain_leader", {LEADER}), ("sme", {SME})],
)  # fmt: skip
def test_contacts_by_role(enter, lists, role, firms):
    """The bureau's workers and the firm itself come to its contacts; nobody else is led there."""
    browser = enter(role)
    for firm in (LEADER, SME):
        shown = browser.get(f"{CHAIN}?node={quote(enterprise_id(firm))}").get_data(as_text=True)
        panel = shown.partition('id="panel"')[2]
        link = re.search(r'href="(/contacts[^"]*)"', panel)
        assert bool(link) == (firm in firms), firm
        if link:
            assert f"{firm}厂长" in browser.get(link[1]).get_data(as_text=True)


def test_a_decision_is_seen_at_once(text, store):
    node = f"{CHAIN}?node=product:{quote('电解铜')}&part=panel"
    assert "审核采纳" not in text("reviewer", node)
    store.decisions.record([Decision("D001", "S001", Verdict.ACCEPTED, "", "某")])
    assert "审核采纳" in text("reviewer", node)
    contracted = text("reviewer", f"{CHAIN}?firms=1")
    assert 'class="link accepted"' in contracted


def test_a_signed_engagement_is_drawn_as_contracted(text, store):
    assert 'class="link contracted"' not in text("reviewer", f"{CHAIN}?firms=1")
    key = store.engagements.of_pair("D001", "S001", EVERYTHING).id
    for stage in (EngagementStage.INTRODUCED, EngagementStage.TALKS, EngagementStage.CONTRACT):
        signed = stage is EngagementStage.CONTRACT
        facts = {"amount": 650.0, "signed_on": "2026-03-09"} if signed else {}
        entry = Entry(EventKind.STEP, stage=stage, facts=facts)
        there = store.engagements.get(key, EVERYTHING)
        store.engagements.write(key, entry, EVERYTHING, version=there.version)
        shown = text("reviewer", f"{CHAIN}?firms=1")
        assert ('class="link contracted"' in shown) == signed, stage
    assert "已在供货或已签约" in shown
    for role in ("chain_leader", "sme"):
        assert 'class="link contracted"' in text(role, f"{CHAIN}?firms=1"), "both know it"


@pytest.mark.parametrize("large", [False, True])
def test_a_contract_that_nobody_suggested_is_drawn_too(text, store, large, monkeypatch):
    monkeypatch.setattr(chain_reading, "WHOLE", 0 if large else 10**6)
    assert 'class="link contracted"' not in text("reviewer", f"{CHAIN}?firms=1")
    key = store.engagements.begin("D002", "S002", EVERYTHING, reason="对接会上自己谈成的")
    for stage in (EngagementStage.INTRODUCED, EngagementStage.TALKS, EngagementStage.CONTRACT):
        signed = stage is EngagementStage.CONTRACT
        facts = {"amount": 650.0, "signed_on": "2026-03-09"} if signed else {}
        entry = Entry(EventKind.STEP, stage=stage, facts=facts)
        there = store.engagements.get(key, EVERYTHING)
        store.engagements.write(key, entry, EVERYTHING, version=there.version)
    assert 'class="link contracted"' in text("reviewer", f"{CHAIN}?firms=1")
    gaps = json.loads(text("reviewer", f"{CHAIN}/export?form=json"))["gaps"]
    assert "D002" not in {gap["demand_id"] for gap in gaps}
    assert 'class="link contracted"' in text("chain_leader", f"{CHAIN}?firms=1")


def test_an_engagement_is_told_to_its_two_firms_once_it_is_opened(text, store):
    leader, sme = (store.enterprises.named(name) for name in (LEADER, SME))
    pair = ("D001", "S001")
    assert store.chains.engaged(EVERYTHING)[pair] == "推荐"
    for scope in (buyer(leader), supplier(sme)):
        assert store.chains.engaged(scope) == {}
    there = store.engagements.of_pair(*pair, EVERYTHING)
    entry = Entry(EventKind.STEP, stage=EngagementStage.INTRODUCED)
    store.engagements.write(there.id, entry, EVERYTHING, version=there.version)
    for scope in (EVERYTHING, buyer(leader), supplier(sme)):
        assert store.chains.engaged(scope)[pair] == "对接"
    for scope in (buyer(leader), supplier(sme)):
        assert len(store.chains.engaged(scope)) == 1, "nobody else's"


def test_what_if_says_what_breaks(text):
    from matcher.chain.graph import enterprise_id

    gone = "".join(f"&off={quote(enterprise_id(name))}" for name in (SME, OTHER_SME))
    shown = text("reviewer", f"{CHAIN}?show=all{gone}")
    part = re.search(r'<section id="what-if".*?</section>', shown, re.DOTALL)[0]
    assert "D001" in part
    assert "没有了" in part
    assert part.count('class="chip"') == 2
    assert "假如没有了" in shown, "in the legend"


@pytest.mark.parametrize(
    ("asked", "kept", "left"),
    [
        ("stage=refining", "电解铜", "铜精矿"),
        ("show=gap", "铜精矿", "牛皮纸"),
        ("tier=" + quote("专精特新"), "电解铜", "铜精矿"),
        ("county=" + quote(OTHER_COUNTY), "废铜", "光亮铜"),
        ("show=listed", "电解铜", "变压器"),
    ],
)
def test_filters(text, asked, kept, left):
    def drawn(address):
        return set(re.findall(r'data-id="product:([^"]+)"', text("reviewer", address)))

    assert kept in drawn(f"{CHAIN}?{asked}")
    assert left not in drawn(f"{CHAIN}?{asked}")
    if left != "牛皮纸":
        assert {kept, left} <= drawn(CHAIN)


def test_folded_stages_open_one_by_one(text):
    folded = text("reviewer", f"{CHAIN}?fold=1")
    boxes = re.findall(r'data-id="stage:([^"]+)"', folded)
    assert len(boxes) > 5
    assert re.findall(r'data-id="product:([^"]+)"', folded) == [HIDDEN], "it is in no stage"
    assert "open=refining" in folded
    assert 'data-id="product:电解铜"' in text("reviewer", f"{CHAIN}?fold=1&open=refining")


def test_files(text):
    rows = list(
        csv.reader(io.StringIO(text("reviewer", f"{CHAIN}/export?form=csv").lstrip("\ufeff")))
    )
    assert ["中游", "电解精炼", "电解铜"] in [row[:3] for row in rows]
    (row,) = (row for row in rows if row[2] == "电解铜")
    assert set(row[4].split("、")) == {SME, OTHER_SME}
    graph = nx.read_graphml(io.BytesIO(text("reviewer", f"{CHAIN}/export?form=graphml").encode()))
    assert "product:电解铜" in graph
    svg = text("reviewer", f"{CHAIN}/export?form=svg")
    assert svg.startswith("<svg")
    assert "<style>" in svg


def test_a_file_holds_no_formula(enter, store, lists):
    store.lists.add(
        reading([demand(9, "=1+1", leader=LEADER, county=COUNTY, chain="铜")], file="x")
    )
    sent = enter("reviewer").get(f"{CHAIN}/export?form=csv&show=all").get_data(as_text=True)
    assert "=1+1" in sent
    assert not re.search(r"(?:^|,)=", sent, re.MULTILINE)
    assert enter("reviewer").get(f"{CHAIN}/export?form=exe").status_code == 404


def test_a_chain_without_template_shows_its_demands(enter, store, lists):
    rows = [
        demand(
            8,
            "飞行汽车",
            leader=OTHER_LEADER,
            county=OTHER_COUNTY,
            chain="低空",
            disclosure="仅主管部门",
        )
    ]
    store.lists.add(reading(rows, file="低空.xlsx"))
    shown = enter("reviewer").get("/chain/" + quote("低空"))
    assert "飞行汽车" in shown.get_data(as_text=True)
    assert "低空" in enter("reviewer").get("/chain").get_data(as_text=True)
    for role in ("sme", "chain_leader", "county_reviewer"):
        assert enter(role).get("/chain/" + quote("低空")).status_code == 404
        assert "低空" not in enter(role).get("/chain").get_data(as_text=True)


def test_names_of_lists_are_text_and_not_markup(enter, store, lists):
    name = '<img src=x>"甲"'
    store.lists.add(reading([demand(7, name, leader=LEADER, county=COUNTY, chain="铜")], file="y"))
    shown = enter("reviewer").get(CHAIN + "?firms=1").get_data(as_text=True)
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_a_large_store_is_read_chain_by_chain_with_the_same_gaps(text, monkeypatch):
    whole = json.loads(text("reviewer", f"{CHAIN}/export?form=json"))
    monkeypatch.setattr(chain_reading, "WHOLE", 0)
    monkeypatch.setattr(Chains, "changed", lambda _self: -1)  # what is kept counts no more
    parts = json.loads(text("admin", f"{CHAIN}/export?form=json"))
    assert parts["gaps"] == whole["gaps"]


def test_the_overview_of_a_large_store_does_not_wait_for_all_chains(enter, lists, monkeypatch):
    browser = enter("reviewer")
    monkeypatch.setattr(chain_reading, "WHOLE", 0)
    monkeypatch.setattr(chain_reading, "PATIENCE", -1.0)
    waiting = browser.get("/chain")
    assert waiting.headers["Refresh"] == "2"
    assert "正在计算其余 9 条" in waiting.get_data(as_text=True)
    monkeypatch.setattr(chain_reading, "PATIENCE", 60.0)
    assert "Refresh" not in browser.get("/chain").headers


def test_the_style_of_the_page_is_that_of_the_drawing():
    path = ROOT / "web" / "static" / "chain-map.css"
    said = path.read_text(encoding="utf-8").partition("\n")[2]
    assert said.strip() == STYLE.strip(), "write matcher.chain.drawing.STYLE into the file again"


def test_empty_lists_have_a_page_too(tmp_path, cheap):
    from matcher.store import Store
    from tests.web.conftest import Browser
    from web import create_app

    path = tmp_path / "空.db"
    with Store(path) as opened:
        opened.users.add("reader", Role.REVIEWER, password="$test$x")
        token = opened.sessions.start(opened.users.find("reader").id, "127.0.0.1", longest=1e6)
    browser = Browser(create_app({"DATABASE": str(path), "TESTING": True}))
    with browser.client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    for page in ("/chain", CHAIN, CHAIN + "?show=gap", CHAIN + "/export?form=csv"):
        assert browser.get(page).status_code == 200
    assert "按这些条件没有产品" in browser.get(CHAIN + "?show=gap").get_data(as_text=True)


def test_the_panel_tells_a_way_to_another_product_or_firm(text):
    def asked(role, to):
        shown = text(role, f"{CHAIN}?node={quote('product:废铜')}&to={quote(to)}&part=panel")
        told = re.search(r'data-way="([^"]*)"', shown)
        return shown, json.loads(html.unescape(told[1])) if told else []

    shown, nodes = asked("reviewer", SME)
    assert (nodes[0], nodes[-1]) == ("product:废铜", enterprise_id(SME))
    assert f"{len(nodes) - 1} 步" in shown
    assert re.search(rf"{SME}</a> (在做|供货给|预测能供给) ", shown)
    for none in ("product:废铜", "从没有过的公司"):
        shown, nodes = asked("reviewer", none)
        assert nodes == []
        assert 'class="none"' in shown
    for name in (OTHER_LEADER, OTHER_SME, HIDDEN, "从没有过的公司"):
        shown, nodes = asked("sme", name)
        assert nodes == []
        assert f"产业链里没有叫“{name}”的" in shown, "like what is not there"


def test_the_local_rate_over_the_days_of_the_lists(text, store):
    assert "本地配套率（需求数）" not in text("reviewer", CHAIN), "all lists came today"
    store.lists.add(reading([demand(9, "铜杆", leader=LEADER, chain="铜", current_source="州内")]))
    store.db.execute(
        "UPDATE lists SET imported_at = '2026-01-05T00:00:00.000Z' WHERE file_name LIKE '新%'"
    )
    shown = text("reviewer", CHAIN)
    chart = re.search(r'<figure class="chart">.*?</figure>', shown, re.DOTALL)[0]
    assert re.search(r'aria-label="[^"]*2026-01-05 —, \d{4}-\d\d-\d\d 100%"', chart)
    assert "本地配套率（需求数）" not in text("sme", CHAIN)
