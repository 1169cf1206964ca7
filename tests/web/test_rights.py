"""Every page × every role × own and others' rows, over the application's own map of addresses."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, Flask

from matcher.model import Decision, Verdict
from matcher.store import NOTHING, Role, ScopeKind
from tests.web.conftest import (
    COUNTY,
    LEADER,
    OTHER_COUNTY,
    OTHER_LEADER,
    OTHER_SME,
    SME,
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
ROWS = {
    "overview.demand": {
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
    "users.edit": {Role.ADMIN: (("1", "6"), ("999",))},
    "users.link": {Role.ADMIN: (("2",), ("999",))},
}
# Pages that change something by POST, with a form that does so; others answer POST with 405.
FORMS = {
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
    return re.sub(r"<[^>]+>", str(row), rule.rule)


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


def last_row(name, role):
    return ROWS.get(name, {}).get(role, ((2,), ()))[0][-1]


@pytest.mark.parametrize("role", list(Role))
def test_pages_by_role(app, enter, every_endpoint, role, store):
    browser = enter(role.value)
    for name, rule in every_endpoint.items():
        if name in OPEN or "GET" not in rule.methods:
            continue
        allowed = role in AREAS[ENDPOINTS[name]]
        sent = browser.get(address(rule, first_row(name, role)))
        assert sent.status_code == (200 if allowed else 403), name
        if not allowed:
            assert store.audit.list(action="denied")[0].object == name


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(FORMS))
def test_forms_by_role(app, enter, every_endpoint, name, role, store):
    browser = enter(role.value)
    allowed = role in AREAS[ENDPOINTS[name]]
    users, settings = store.users.all(), store.settings.get("policy")
    sent = browser.post(
        address(every_endpoint[name], last_row(name, role)), FORMS[name], page="/account/password"
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
            sent = browser.post(address(rule, row), FORMS[name], page="/account/password")
        done = {200} if "GET" in rule.methods else {200, 303}
        assert sent.status_code in (done if row in allowed else {404}), (name, role, row)
        if row in refused:
            text = sent.get_data(as_text=True).replace(str(row), "…")
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
    pages += re.findall(r'href="(/demands/[^"]+)"', browser.get("/demands").get_data(as_text=True))
    assert len(pages) > 6
    for page in pages:
        # What a person searched for stands in the fields again.
        text = re.sub(r"<input [^>]*>", "", browser.get(page).get_data(as_text=True))
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
    text = enter(role.value).get("/").get_data(as_text=True)
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
        text = enter(role.value).get("/").get_data(as_text=True)
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
