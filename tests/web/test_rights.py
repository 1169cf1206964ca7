"""Every page × every role × own and others' rows, over the application's own map of addresses."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Blueprint, Flask

from matcher.model import Decision, Verdict
from matcher.records import content_hash
from matcher.store import NOTHING, Role, ScopeKind
from matcher.store.verdicts import token_of
from tests.web.conftest import (
    COUNTY,
    DEMANDS,
    LEADER,
    OTHER_COUNTY,
    OTHER_LEADER,
    OTHER_SME,
    SME,
    SUPPLIES,
    Browser,
)
from web import create_app, rights
from web.rights import AREAS, ENDPOINTS, OPEN, scope_of

# What each role may open of a page with a row in its address: (allowed, refused). A page of that
# kind that is not here fails the test.
EVERY_DEMAND = (("D001", "D002", "D003", "D004"), ("D999",))
OWN_JOB = {  # see conftest
    role: ((str(7000 + n),), (*(str(7000 + m) for m in range(1, 7) if m != n), "9999"))
    for n, role in enumerate(Role, start=1)
}
EVERY_ENGAGEMENT = (("1", "2"), ("999",))
OWN_ENGAGEMENT = (("2",), ("1", "999", "9" * 30))
ENGAGED = {
    Role.ADMIN: EVERY_ENGAGEMENT,
    Role.REVIEWER: EVERY_ENGAGEMENT,
    Role.VIEWER: EVERY_ENGAGEMENT,
    Role.COUNTY_REVIEWER: OWN_ENGAGEMENT,
}
FIRMS_ENGAGED = {Role.CHAIN_LEADER: OWN_ENGAGEMENT, Role.SME: OWN_ENGAGEMENT}
WORKED = {
    Role.ADMIN: (("2",), ("999",)),
    Role.REVIEWER: (("2",), ("999",)),
    Role.COUNTY_REVIEWER: OWN_ENGAGEMENT,
}
CONTACTS = {
    Role.ADMIN: (("1", "2", "3"), ("999",)),
    Role.REVIEWER: (("1", "2", "3"), ("999",)),
    Role.COUNTY_REVIEWER: (("2", "3"), ("1", "999")),
    Role.CHAIN_LEADER: (("3",), ("1", "2", "999")),
    Role.SME: (("2",), ("1", "3", "999")),
}
OWN_FILE = {  # see conftest
    Role.ADMIN: (("3", "4", "5", "6"), ("99",)),
    Role.REVIEWER: (("3", "4", "5", "6"), ("99",)),
    Role.COUNTY_REVIEWER: (("4",), ("1", "3", "5", "6", "99")),
    Role.CHAIN_LEADER: (("5",), ("1", "3", "4", "6", "99")),
    Role.SME: (("6",), ("1", "3", "4", "5", "99")),
}
EITHER_KIND = ("demand", "supply")
KINDS = {
    Role.ADMIN: (EITHER_KIND, ("x",)),
    Role.REVIEWER: (EITHER_KIND, ("x",)),
    Role.COUNTY_REVIEWER: (EITHER_KIND, ("x",)),
    Role.CHAIN_LEADER: (("demand",), ("supply", "x")),
    Role.SME: (("supply",), ("demand", "x")),
}


def of(kind, *row_ids):
    return tuple((kind, row_id) for row_id in row_ids)


OWN_ROW = {
    Role.ADMIN: (of("demand", "D001", "D003"), of("demand", "D999")),
    Role.REVIEWER: (of("supply", "S001", "S002"), of("supply", "S999")),
    Role.COUNTY_REVIEWER: (of("demand", "D001", "D002"), of("demand", "D003", "D004", "D999")),
    Role.CHAIN_LEADER: (of("demand", "D001", "D002"), of("demand", "D003", "D004", "D999")),
    Role.SME: (of("supply", "S001"), of("supply", "S002", "S999")),
}
WHOLE = dict.fromkeys((Role.ADMIN, Role.REVIEWER, Role.VIEWER), (("1",), ("999",)))
# Catalogues of conftest: 1 whole and issued, 2 a draft of the county, 3 and 4 issued to the two firms,
# 5 a draft for the leader, 6 checked.
WRITTEN = (("1", "2", "3", "4", "5", "6"), ("99",))
CATALOGUES = {
    Role.ADMIN: WRITTEN,
    Role.REVIEWER: WRITTEN,
    Role.VIEWER: WRITTEN,
    Role.COUNTY_REVIEWER: (("2",), ("1", "3", "4", "5", "6", "99")),
    Role.CHAIN_LEADER: (("3",), ("1", "2", "4", "5", "6", "99")),
    Role.SME: (("4",), ("1", "2", "3", "5", "6", "99")),
}
DRAFTED = {
    Role.ADMIN: (("2", "5"), ("99",)),
    Role.REVIEWER: (("2", "5"), ("99",)),
    Role.COUNTY_REVIEWER: (("2",), ("1", "3", "4", "5", "6", "99")),
}
ROWS = {
    "catalogues.show": CATALOGUES,
    "catalogues.make": CATALOGUES,
    "catalogues.file": {
        role: tuple(tuple((row, "csv") for row in rows) for rows in both)
        for role, both in CATALOGUES.items()
    },
    "catalogues.entries": DRAFTED,
    "catalogues.words": DRAFTED,
    "catalogues.drop": DRAFTED,
    "catalogues.check": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("2", "5"), ("99",))),
    "catalogues.issue": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("6",), ("99",))),
    "plans.show": WHOLE,
    "plans.as_csv": WHOLE,
    "plans.as_json": WHOLE,
    "plans.again": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("1",), ("999",))),
    "imports.show": OWN_FILE,
    "imports.columns": OWN_FILE,
    "imports.again": OWN_FILE,
    "imports.confirm": OWN_FILE,
    "imports.undo": OWN_FILE,
    "imports.drop": OWN_FILE,
    "imports.original": OWN_FILE,
    "imports.problems": OWN_FILE,
    "rows.index": KINDS,
    "rows.add": KINDS,
    "rows.edit": OWN_ROW,
    "rows.withdraw": OWN_ROW,
    "rows.history": OWN_ROW,
    "lists.demand": {
        Role.ADMIN: EVERY_DEMAND,
        Role.REVIEWER: EVERY_DEMAND,
        Role.VIEWER: EVERY_DEMAND,
        Role.COUNTY_REVIEWER: (("D001", "D002"), ("D003", "D004", "D999")),
        Role.CHAIN_LEADER: (("D001", "D002"), ("D003", "D004", "D999")),
        Role.SME: (("D001",), ("D002", "D003", "D004", "D999")),
    },
    "runs.show": dict.fromkeys(
        (Role.ADMIN, Role.REVIEWER, Role.COUNTY_REVIEWER, Role.VIEWER), (("1",), ("999",))
    ),
    "questions.answer": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("1",), ("999",))),
    "questions.undo": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("1",), ("999",))),
    "risks.edit": dict.fromkeys((Role.ADMIN, Role.REVIEWER), (("1",), ("999",))),
    "jobs.show": OWN_JOB,
    "jobs.events": OWN_JOB,
    "jobs.cancel": OWN_JOB,
    "engagements.show": ENGAGED | FIRMS_ENGAGED,
    "engagements.sheet": ENGAGED | FIRMS_ENGAGED,
    "engagements.write": WORKED,
    "engagements.answer": WORKED,
    "engagements.correct": {Role.ADMIN: (("2",), ("999",))},
    "contacts.edit": CONTACTS,
    "contacts.consent": CONTACTS,
    "mine.need": {Role.CHAIN_LEADER: (("D001", "D002"), ("D003", "D004", "D999"))},
    "review.pair": dict.fromkeys(
        (Role.ADMIN, Role.REVIEWER, Role.VIEWER), (("1-1", "2-2", "3-1"), ("9-9", "1-9"))
    )
    | {Role.COUNTY_REVIEWER: (("1-1", "2-2"), ("3-1", "4-2", "9-9"))},
    # Templates are public knowledge: every role may look at every chain, each sees its own on it.
    "chain.chain": dict.fromkeys(Role, (("铜", "枸杞"), ("没有的链",))),
    "chain.export": dict.fromkeys(Role, (("铜", "枸杞"), ("没有的链",))),
    "lists.supply": {
        Role.ADMIN: (("S001", "S002"), ("S999",)),
        Role.REVIEWER: (("S001", "S002"), ("S999",)),
        Role.VIEWER: (("S001", "S002"), ("S999",)),
        Role.COUNTY_REVIEWER: (("S001",), ("S002", "S999")),
        Role.CHAIN_LEADER: (("S001",), ("S002", "S999")),  # that was accepted for its demand
        Role.SME: (("S001",), ("S002", "S999")),
    },
    "lists.enterprise": {  # in the order of the lists: two leaders, two small firms
        Role.ADMIN: (("1", "2", "3", "4"), ("999",)),
        Role.REVIEWER: (("1", "2", "3", "4"), ("999",)),
        Role.VIEWER: (("1", "2", "3", "4"), ("999",)),
        Role.COUNTY_REVIEWER: (("1", "3"), ("2", "4", "999")),
        Role.CHAIN_LEADER: (("1",), ("2", "3", "4", "999")),
        Role.SME: (("3",), ("1", "2", "4", "999")),
    },
    "lists.demands_file": dict.fromkeys(Role, (("csv", "xlsx", "json"), ("exe",))),
    "lists.supplies_file": dict.fromkeys(Role, (("csv", "xlsx", "json"), ("exe",))),
    "lists.enterprises_file": dict.fromkeys(Role, (("csv", "xlsx", "json"), ("exe",))),
    "lists.complete": dict.fromkeys(Role, (("demands", "supplies", "enterprises"), ("users",))),
    "users.edit": {Role.ADMIN: (("1", "6"), ("999",))},
    "users.link": {Role.ADMIN: (("2",), ("999",))},
}
# Pages that change something by POST, with a form that does so; others answer POST with 405.
FORMS = {
    "catalogues.new": {"variant": "whole", "basis": "products"},
    "catalogues.make": {"form": "csv"},
    "catalogues.entries": {"move": "1:1"},
    "catalogues.words": {"title": "又一个标题", "notes": "一、说明"},
    "catalogues.drop": {},
    "catalogues.check": {},
    "catalogues.issue": {},
    "catalogues.verified": {},
    "plans.new": {},
    "plans.again": {},
    "engagements.new": {"demand": "D002", "supply": "S001", "reason": "现场对接会"},
    "engagements.begin": {"pair": '["D002", "S001"]'},
    "engagements.write": {"kind": "follow", "note": "约在周五", "version": "1"},
    "engagements.answer": {"answer": "refuse", "note": "产能已订满"},
    "engagements.correct": {"stage": "洽谈", "note": "记错了", "version": "1"},
    "engagements.days": {"days-TALKS": "20"},
    "contacts.add": {"enterprise": "1", "name": "李工", "phone": "0909-1"},
    "contacts.edit": {"name": "李工", "phone": "0909-1"},
    "contacts.consent": {"given": "1", "how": "电话确认"},
    "mine.ask": {"demand": "D001", "supply": "S001"},
    "mine.wish": {"demand": "D001", "supply": "S001", "wish": "感兴趣"},
    "review.decide": {
        "pair": "2-2",
        "verdict": "unsure",
        "token": token_of((content_hash(DEMANDS[1]), content_hash(SUPPLIES[1])), 0),
    },
    "review.undo": {},
    "review.bulk": {"least": "100", "expected": "0"},
    "review.keys": {"keys": "off"},
    "lists.save_view": {"listing": "demands", "name": "我的视图", "query": "q=铜"},
    "lists.remove_view": {"listing": "demands", "name": "我的视图"},
    "imports.upload": lambda: {"file": (io.BytesIO("产品名称\n铜排\n".encode()), "a.csv")},
    "imports.columns": {},
    "imports.again": {},
    "imports.confirm": {},
    "imports.undo": {},
    "imports.drop": {},
    "rows.index": {},
    "rows.add": {"product_name": "铜排", "leader": LEADER, "enterprise": SME, "county": COUNTY},
    "rows.edit": {},
    "rows.withdraw": {"restore": "1"},
    "users.add": {"name": "new-one", "role": "viewer"},
    "users.edit": {"role": "viewer", "full_name": "x"},
    "users.link": {},
    "runs.start": {"top": "5", "acceptable": "30", "min_score": "0"},
    "questions.answer": {"answer": "different"},
    "questions.undo": {},
    "risks.add": {"name": "某公司", "flag": "失信"},
    "risks.edit": {"name": "某公司", "flag": "失信"},
    "risks.upload": {},
    "jobs.cancel": {},
    "settings.index": {"policy": "mlps2"},
    "accounts.password": {"current": "x", "password": "y", "repeated": "y"},
    "accounts.language": {"language": "en"},
    "accounts.logout": {},
}


def endpoints(app):
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def address(rule, row):
    """The address of a page about a row; a row with several parts is a tuple."""
    parts = iter(row if isinstance(row, tuple) else (row,) * 9)
    return re.sub(r"<[^>]+>", lambda _hole: str(next(parts)), rule.rule)


def form(name):
    return FORMS[name]() if callable(FORMS[name]) else FORMS[name]


@pytest.fixture(scope="session")
def every_endpoint(filled):
    return endpoints(create_app({"DATABASE": str(filled)}))


def test_every_page_is_in_the_table_or_open(every_endpoint):
    assert set(every_endpoint) == set(ENDPOINTS) | OPEN
    assert not set(ENDPOINTS) & OPEN
    assert set(ENDPOINTS.values()) == set(AREAS)
    assert {name for name, rule in every_endpoint.items() if rule.arguments} - OPEN == set(ROWS)
    writing = {name for name, rule in every_endpoint.items() if "POST" in rule.methods}
    assert writing - OPEN == set(FORMS)


def test_a_page_that_is_not_in_the_table_does_not_start(filled, monkeypatch):
    import web

    stray = Blueprint("stray", __name__)
    stray.get("/stray")(lambda: "secret")
    register = web._register_pages

    def more(app: Flask) -> None:
        register(app)
        app.register_blueprint(stray)

    monkeypatch.setattr(web, "_register_pages", more)
    with pytest.raises(LookupError, match=r"stray\.<lambda>|stray"):
        create_app({"DATABASE": str(filled)})


def test_only_four_things_are_open(app, stranger, every_endpoint):
    for name, rule in every_endpoint.items():
        for method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"):
            sent = stranger.client.open(address(rule, "1"), method=method)
            if name in OPEN:
                continue
            assert sent.status_code in {303, 405}, (name, method)
            if sent.status_code == 303:
                assert sent.headers["Location"].startswith("/login")
    shown = {rules.rule.split("/")[1] for n, rules in every_endpoint.items() if n in OPEN}
    assert shown == {"login", "setup", "static", "bootstrap", "health"}


def first_row(name, role):
    return ROWS.get(name, {}).get(role, ((1,), ()))[0][0]


def own_row(name, role):
    """A row that a form of the role may change: the second of those it may open, if it has two."""
    allowed = ROWS.get(name, {}).get(role, ((2,), ()))[0]
    return allowed[min(1, len(allowed) - 1)]


@pytest.mark.parametrize("role", list(Role))
def test_pages_by_role(app, enter, every_endpoint, role, store):
    browser = enter(role.value)
    for name, rule in every_endpoint.items():
        if name in OPEN or "GET" not in rule.methods:
            continue
        allowed = role in AREAS[ENDPOINTS[name]]
        sent = browser.get(address(rule, first_row(name, role)))
        home = name == "overview.index" and role in {Role.CHAIN_LEADER, Role.SME}  # leads to /mine
        assert sent.status_code == (303 if home else 200 if allowed else 403), name
        if not allowed:
            assert store.audit.list(action="denied")[0].object == name


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(FORMS))
def test_forms_by_role(app, enter, every_endpoint, name, role, store):
    browser = enter(role.value)
    allowed = role in AREAS[ENDPOINTS[name]]
    users, settings = store.users.all(), store.settings.get("policy")
    sent = browser.post(
        address(every_endpoint[name], own_row(name, role)), form(name), page="/account/password"
    )  # every role has that page, and the token is one for all forms
    assert (sent.status_code < 400) is allowed, (name, role, sent.status_code)
    if not allowed:
        assert sent.status_code == 403
        assert store.users.all() == users
        assert store.settings.get("policy") == settings


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(ROWS))
def test_own_rows_and_others(app, enter, every_endpoint, name, role):
    browser = enter(role.value)
    allowed, refused = ROWS[name].get(role, ((), ()))
    rule = every_endpoint[name]
    said = set()
    for row in (*allowed, *refused):
        if "GET" in rule.methods:
            sent = browser.get(address(rule, row))
        else:
            sent = browser.post(address(rule, row), form(name), page="/account/password")
        done = {200} if "GET" in rule.methods else {200, 303}
        assert sent.status_code in (done if row in allowed else {404}), (name, role, row)
        if row in refused:
            text = re.search(r"<main.*</main>", sent.get_data(as_text=True), re.DOTALL)[0]
            for part in row if isinstance(row, tuple) else (row,):
                text = text.replace(f"编号为 {part} ", "…")
                text = text if len(part) < 3 else text.replace(part, "…")
            said.add(re.sub(r'value="[^"]+"', "", text))
    assert len(said) <= 1, "a row that may not be seen is answered like one that is not there"


SECRET_TO = {
    Role.COUNTY_REVIEWER: (OTHER_LEADER, "D003", "D004", "高纯"),
    Role.CHAIN_LEADER: (OTHER_LEADER, OTHER_SME, "D003", "D004", "S002", "审核员甲", OTHER_COUNTY),
    Role.SME: (OTHER_LEADER, OTHER_SME, "D002", "D003", "D004", "S002", "审核员甲", OTHER_COUNTY),
}


@pytest.mark.parametrize("role", sorted(SECRET_TO))
def test_nothing_of_others_is_on_any_page(app, enter, every_endpoint, role, store):
    store.decisions.record([Decision("D003", "S002", Verdict.ACCEPTED, "", "审核员甲")])
    browser = enter(role.value)
    pages = ["/", "/demands", *(f"/demands?{asked}" for asked in ("q=D003", "q=铜", "only=gap"))]
    pages += [
        "/mine",
        "/contacts",
        "/engagements",
        "/engagements?stage=全部",
        "/engagements?q=铜",
    ]
    pages += [f"/engagements?stage=全部&format={form}" for form in ("csv", "json")]
    pages += ["/engagements/2", "/engagements/2/form", "/engagements/new", "/contacts?q=公司"]
    pages += ["/imports", "/rows/demand", "/rows/supply", "/imports/1", "/imports/3"]
    pages += ["/rows/demand?q=铜", "/rows/supply?q=铜"]
    pages += re.findall(r'href="(/demands/[^"]+)"', browser.get("/demands").get_data(as_text=True))
    assert len(pages) > 6
    for page in pages:
        # What a person searched for stands in the fields again.
        text = re.sub(r"<input [^>]*>", "", browser.get(page).get_data(as_text=True))
        text = text.replace("q=D003", "")
        found = [secret for secret in SECRET_TO[role] if secret in text]
        # A county sees the firm of another one where it is suggested for its own demand.
        assert found == [], page
    # The same pages show it to the bureau, so the test can fail.
    text = "".join(
        enter("reviewer").get(page).get_data(as_text=True) for page in ("/demands", "/demands/D003")
    )
    assert [s for s in SECRET_TO[role] if s not in text and s not in {"审核员甲", "S002"}] == []


@pytest.mark.parametrize(
    ("role", "figures"),
    [
        (Role.REVIEWER, ["4", "2", "7"]),
        (Role.VIEWER, ["4", "2", "7"]),
        (Role.COUNTY_REVIEWER, ["2", "1", "2"]),
        (Role.CHAIN_LEADER, ["2", "1", "1"]),
        (Role.SME, ["2", "1", "1"]),
    ],
)
def test_counts_are_of_what_may_be_seen(app, enter, role, figures):
    browser, found = enter(role.value), []
    for listing in ("demands", "supplies", "enterprises"):
        rows = json.loads(browser.get(f"/{listing}.json").get_data(as_text=True))
        shown = browser.get(f"/{listing}").get_data(as_text=True)
        assert f"共 {len(rows)} " in shown, listing
        found.append(str(len(rows)))
    assert found == figures
    if role not in {Role.CHAIN_LEADER, Role.SME}:
        text = browser.get("/").get_data(as_text=True)
        assert re.findall(r'<span class="number">([^<]*)</span>', text)[:3] == figures


def test_a_nameless_demand_opens_by_its_alias_alone(app, enter):
    browser = enter("sme")
    text = browser.get("/demands").get_data(as_text=True)
    (alias,) = re.findall(r'href="(/demands/X-[0-9A-F]{16})"', text)
    shown = browser.get(alias).get_data(as_text=True)
    assert "阴极铜板" in shown
    assert SME in shown, "its own candidate stands there"
    assert browser.get("/demands/D004").status_code == 404


# --- the table itself ----------------------------------------------------------------------------


def test_scopes_of_the_roles(store):
    kinds = {role: scope_of(store.users.find(role.value), "demands") for role in Role}
    assert {role: scope.kind for role, scope in kinds.items()} == {
        Role.ADMIN: ScopeKind.EVERYTHING,
        Role.REVIEWER: ScopeKind.EVERYTHING,
        Role.VIEWER: ScopeKind.EVERYTHING,
        Role.COUNTY_REVIEWER: ScopeKind.COUNTY,
        Role.CHAIN_LEADER: ScopeKind.BUYER,
        Role.SME: ScopeKind.SUPPLIER,
    }
    assert kinds[Role.COUNTY_REVIEWER].county == COUNTY
    assert kinds[Role.CHAIN_LEADER].enterprise_id == store.enterprises.named(LEADER)
    assert kinds[Role.SME].enterprise_id == store.enterprises.named(SME)
    for role in set(Role) - {Role.ADMIN}:
        assert scope_of(store.users.find(role.value), "users") == NOTHING


def test_a_limited_role_without_its_limit_sees_nothing(store):
    from dataclasses import replace

    for name, field, empty in (
        ("county_reviewer", "county", ""),
        ("sme", "enterprise_id", None),
        ("chain_leader", "enterprise_id", None),
    ):
        user = replace(store.users.find(name), **{field: empty})
        assert scope_of(user, "demands") == NOTHING


def test_a_change_of_role_counts_from_the_next_click(app, enter, store):
    browser = enter("reviewer")
    assert "D003" in browser.get("/demands").get_data(as_text=True)
    # Even where the session is still there.
    store.db.execute("UPDATE users SET role = 'viewer' WHERE name = 'admin'")
    store.db.execute(
        "UPDATE users SET role = 'county_reviewer', county = ? WHERE name = 'reviewer'", [COUNTY]
    )
    assert "D003" not in browser.get("/demands").get_data(as_text=True)


def test_looking_is_told_before_the_page_is_shown(app, enter, store):
    browser = enter("sme")
    browser.get("/demands?q=铜")
    browser.get("/demands/D001")
    browser.get("/demands/D002")
    rows = [(r.action, r.object, r.after, r.actor) for r in reversed(store.audit.list(actor="sme"))]
    assert rows == [
        ("view", "demands:", {"q": "铜"}, "sme"),
        ("view", "demands:D001", None, "sme"),
        ("denied", "demands:D002", None, "sme"),
    ]


def test_what_cannot_be_told_is_not_shown(app, enter, store):
    browser = enter("reviewer")
    store.db.execute("DROP TABLE audit")
    sent = browser.get("/demands/D001")
    assert sent.status_code >= 500
    assert LEADER not in sent.get_data(as_text=True)


def test_the_menu_shows_what_may_be_opened(app, enter):
    for role in Role:
        text = enter(role.value).get("/account/password").get_data(as_text=True)
        menu = re.search(r'<nav class="areas".*?</nav>', text, re.DOTALL)[0]
        assert ("/admin/users" in menu) is (role is Role.ADMIN)
        assert rights.AREAS["audit"].keys() == {Role.ADMIN}


def test_hidden_fields_and_headers_do_not_change_the_method(app, enter, store):
    browser = enter("viewer")
    for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "PUT"}):
        sent = browser.post("/logout", {"_method": "GET"}, page="/", headers=headers)
        assert sent.status_code == 303
        assert browser.get("/").status_code == 303, "it was a POST, and logged out"
        browser = enter("viewer")
    assert Browser(app).client.open("/", method="TRACE").status_code == 405
