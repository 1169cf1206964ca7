"""The first administrator, passwords that are set through links, and what a password must be."""

from __future__ import annotations

import threading

import pytest

from matcher.store import Purpose, Role, Store
from tests.web.conftest import PASSWORD, Browser
from web import create_app, passwords
from web.policy import POLICIES, common, complaint, is_common

STANDARD, MLPS2 = POLICIES["standard"], POLICIES["mlps2"]


@pytest.fixture
def empty(tmp_path, cheap):
    path = tmp_path / "新.db"
    with Store(path) as store:
        yield store, create_app({"DATABASE": str(path)})


def form(name="zhang", password=PASSWORD):
    return {"name": name, "full_name": "张三", "password": password, "repeated": password}


def opened(app, token):
    browser = Browser(app)
    assert browser.get(f"/setup?link={token}").headers["Location"] == "/setup"
    return browser


def test_the_first_administrator(empty):
    store, app = empty
    token = store.links.issue(Purpose.SETUP, seconds=600)
    browser = opened(app, token)
    assert "建立第一个管理员" in browser.get("/setup").get_data(as_text=True)
    assert browser.post("/setup", form()).status_code == 303
    assert browser.get("/admin/users").status_code == 200
    (user,) = store.users.all()
    assert (user.name, user.role) == ("zhang", Role.ADMIN)
    assert opened(app, token).get("/setup").status_code == 404, "it was for once"
    assert store.audit.list(action="login")[0].after == {"by": "setup"}


def test_without_a_link_nothing_is_set_up(empty):
    store, app = empty
    for token in ("", "made-up", "x" * 5000):
        browser = opened(app, token)
        assert browser.get("/setup").status_code == 404
        assert browser.post("/setup", form(), page="/login").status_code == 404
    assert store.users.all() == []


def test_a_weak_password_does_not_use_the_link_up(empty):
    store, app = empty
    browser = opened(app, store.links.issue(Purpose.SETUP, seconds=600))
    for password in ("short", "password1234", "zhang-the-first"):
        assert browser.post("/setup", form(password=password)).status_code == 200
    assert browser.post("/setup", form(name="x")).status_code == 200
    assert store.users.all() == []
    assert browser.post("/setup", form()).status_code == 303


def test_two_first_set_ups_at_once(empty):
    """Two people at two browsers with the same link: one of them is the administrator."""
    store, app = empty
    token = store.links.issue(Purpose.SETUP, seconds=600)
    browsers = [opened(app, token) for _ in range(6)]
    threads = [
        threading.Thread(target=browser.post, args=["/setup", form(name=f"admin{n}")])
        for n, browser in enumerate(browsers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.users.all()) == 1
    assert sum(browser.get("/admin/users").status_code == 200 for browser in browsers) == 1


def test_a_set_up_link_is_void_once_somebody_can_administer(empty):
    store, app = empty
    browser = opened(app, store.links.issue(Purpose.SETUP, seconds=600))
    browser.get("/setup")
    store.users.add("other", Role.ADMIN, password="$test$x")
    browser.post("/setup", form())
    assert [user.name for user in store.users.all()] == ["other"]


def test_a_new_account_sets_its_own_password(app, enter, store):
    admin = enter("admin")
    sent = admin.post("/admin/users/new", {"name": "li-si", "role": "viewer"})
    text = sent.get_data(as_text=True)
    address = text.split('<pre class="secret"')[1].split(">")[1].split("<")[0]
    assert address.startswith("http://localhost/setup?link=")
    browser = opened(app, address.rpartition("=")[2])
    assert "li-si" in browser.get("/setup").get_data(as_text=True)
    assert browser.post("/setup", form()).status_code == 303
    assert browser.get("/").status_code == 200
    assert browser.get("/admin/users").status_code == 403
    assert Browser(app).login("li-si").status_code == 303
    for row in store.audit.list(limit=1000):
        assert address.rpartition("=")[2] not in repr(row)


def test_a_link_from_the_administrator_opens_a_locked_account(app, enter, store):
    for _ in range(6):
        Browser(app).login("viewer", "wrong one")
    user = store.users.find("viewer")
    enter("admin").post(f"/admin/users/{user.id}/link", page=f"/admin/users/{user.id}")
    assert Browser(app).login("viewer").status_code == 303


@pytest.mark.parametrize("role", ["county_reviewer", "chain_leader", "sme"])
def test_what_an_account_lacks_is_said_and_what_was_typed_stays(enter, store, role):
    sent = enter("admin").post("/admin/users/new", {"name": "wang-wu", "role": role})
    assert sent.status_code == 409
    assert 'value="wang-wu"' in sent.get_data(as_text=True)
    firm = {"name": "wang-wu", "role": role, "enterprise": "没有这家公司", "county": "博乐市"}
    if role != "county_reviewer":
        assert "没有这家公司" in enter("admin").post("/admin/users/new", firm).get_data(
            as_text=True
        )
        assert store.users.find("wang-wu") is None
        firm["new_enterprise"] = "y"
    assert enter("admin").post("/admin/users/new", firm).status_code == 200
    assert store.users.find("wang-wu").role == role


def test_a_disabled_account_gets_no_link(enter, store):
    user = store.users.find("viewer")
    store.users.change(user.id, disabled=True)
    sent = enter("admin").post(f"/admin/users/{user.id}/link", page="/account/password")
    assert sent.status_code == 409


# --- what a password must be ---------------------------------------------------------------------


def test_three_thousand_passwords_are_refused():
    assert len(common()) == 3000
    assert {"123456", "password", "woaini1314", "admin@123", "1qaz2wsx"} <= common()
    assert all(is_common(password) for password in common())


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd",
        "PASSWORD",
        "password1234",
        "Admin@2026!!",
        "ｐａｓｓｗｏｒｄ",
        "!!Welcome99",
        "Wang19870512",
    ],
)
def test_usual_disguises_are_seen_through(password):
    assert is_common(password)
    assert complaint(password, MLPS2)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "铜杆-番茄-阀门-闸", "Zeppelin-Kanne-77"]
)
def test_a_good_password_is_taken(password):
    assert complaint(password, STANDARD) is None


@pytest.mark.parametrize(
    ("password", "policy", "words"),
    [
        ("kurz", STANDARD, "太短"),
        ("x" * 129, STANDARD, "太长"),
        ("aaaaaaaaaaaaaa", STANDARD, "不同的字符太少"),
        ("correcthorsebattery", MLPS2, "至少 3 种"),
        ("我是张三丰的朋友呀", STANDARD, "太短"),
        ("the zhang-san way", STANDARD, "用户名"),
        ("THE ZHANG-SAN WAY", STANDARD, "用户名"),
    ],
)
def test_what_is_wrong_is_said(app, password, policy, words):
    with app.test_request_context("/"):
        assert words in str(complaint(password, policy, names=["zhang-san"]))


def test_a_former_password_does_not_come_back(app, cheap):
    former = [passwords.hashed("correct horse battery")]
    assert complaint("correct horse battery", STANDARD, former=former)
    assert complaint("correct horse batteries", STANDARD, former=former) is None


# --- hashing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hasher", [passwords.Argon2, passwords.Scrypt])
def test_both_ways_of_hashing_keep_one_contract(hasher):
    hasher = hasher()
    stored = hasher.hash("密码 1 ｘ")
    assert stored.startswith(hasher.prefix)
    assert hasher.hash("密码 1 ｘ") != stored, "salted"
    assert hasher.verify(stored, "密码 1 ｘ")
    assert not hasher.verify(stored, "密码 1 y")
    assert not hasher.stale(stored)
    for broken in (hasher.prefix, f"{hasher.prefix}x", stored[:-9], f"{hasher.prefix}1$2$3$4$5"):
        assert not hasher.verify(broken, "密码 1 ｘ")


def test_the_fallback_is_used_where_argon2_is_missing(monkeypatch):
    import sys

    passwords._hashers.cache_clear()
    monkeypatch.setitem(sys.modules, "argon2", None)
    try:
        stored = passwords.hashed("correct horse")
        assert stored.startswith("$scrypt$")
        assert passwords.fits(stored, "correct horse")
    finally:
        passwords._hashers.cache_clear()
    monkeypatch.undo()
    assert passwords.fits(stored, "correct horse"), "and still known with it"
    assert passwords.stale(stored)


def test_what_is_typed_with_an_input_method_is_the_same(cheap):
    assert passwords.fits(passwords.hashed("abc１２３"), "ａｂｃ123")
