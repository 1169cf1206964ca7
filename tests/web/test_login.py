"""Entering: what a curious outsider tries, and that the right person gets in all the same."""

from __future__ import annotations

import re
import threading

import pytest

from matcher.store import Purpose, Role, Store
from tests.web.conftest import PASSWORD, Browser
from web import create_app, passwords
from web.signing import safe_next

WRONG = "用户名或密码不对"


def inside(browser):
    return browser.get("/").status_code == 200


def test_the_right_password_enters_and_a_wrong_one_does_not(stranger):
    sent = stranger.login("reviewer", "not it at all")
    assert (sent.status_code, inside(stranger)) == (401, False)
    assert WRONG in sent.get_data(as_text=True)
    sent = stranger.login("ＲＥＶＩＥＷＥＲ ")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/")
    assert inside(stranger)


def test_a_wrong_name_is_answered_like_a_wrong_password(app, store, monkeypatch):
    """The same words, the same status, the same work, and the same lock."""
    store.users.change(store.users.find("viewer").id, disabled=True)
    looked = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda *a: looked.append(a) or real(*a))
    said = {}
    for name, password in (
        ("reviewer", "wrong password"), ("nobody-of-that-name", "wrong password"),
        ("viewer", "wrong password"), ("viewer", PASSWORD),
    ):  # fmt: skip
        sent = Browser(app).login(name, password)
        text = re.sub(r'value="[^"]*"', "", sent.get_data(as_text=True))
        said[name, password] = (sent.status_code, text)
    assert len(set(said.values())) == 1
    assert len(looked) == 4, "a password is compared each time, be there an account or not"
    for name in ("reviewer", "nobody-of-that-name"):
        for _ in range(4):
            Browser(app).login(name, "wrong password")
    looked.clear()
    locked = {
        re.sub(r'value="[^"]*"', "", Browser(app).login(n, PASSWORD).get_data(as_text=True))
        for n in ("reviewer", "nobody-of-that-name")
    }
    assert len(locked) == 1
    assert "尝试次数太多" in locked.pop()
    assert looked == [], "nor is anything compared while locked"


def test_where_there_is_no_account_a_real_hash_is_compared(monkeypatch):
    """Not one that fails at once: the slow part is done in either case."""
    compared = []
    real = passwords._hashers()[0]
    verify = type(real).verify
    monkeypatch.setattr(
        type(real),
        "verify",
        lambda self, stored, p: compared.append(stored) or verify(self, stored, p),
    )
    assert not passwords.fits("", "x")
    (stored,) = compared
    assert not real.stale(stored), "of the same cost as a real one"


def test_many_addresses_do_not_get_around_the_lock(app, store):
    for n in range(5):
        browser = Browser(app, REMOTE_ADDR=f"10.0.0.{n}")
        assert browser.login("reviewer", f"guess number {n}").status_code == 401
    late = Browser(app, REMOTE_ADDR="10.9.9.9").login("reviewer")
    assert "尝试次数太多" in late.get_data(as_text=True)
    store.attempts.forget("reviewer")
    assert Browser(app).login("reviewer").status_code == 303


def test_one_address_cannot_go_on_over_many_names(app):
    browser = Browser(app, REMOTE_ADDR="10.0.0.1")
    codes = [browser.login(f"name{n}", "123456").status_code for n in range(35)]
    assert codes == [401] * 30 + [429] * 5
    assert browser.login("reviewer").status_code == 429
    assert Browser(app, REMOTE_ADDR="10.0.0.2").login("reviewer").status_code == 303


def test_who_gets_in_is_not_counted(app):
    """A whole office behind one address comes to work at nine."""
    for _ in range(40):
        assert Browser(app, REMOTE_ADDR="10.0.0.1").login("reviewer").status_code == 303


def test_attempts_at_one_moment_cannot_outrun_the_lock(app):
    browsers = [Browser(app, REMOTE_ADDR=f"10.0.0.{n}") for n in range(12)]
    for browser in browsers:
        browser.get("/login")
    texts = []

    def attempt(browser):
        texts.append(browser.login("reviewer", "wrong password").get_data(as_text=True))

    threads = [threading.Thread(target=attempt, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(WRONG in text for text in texts) == 5


# --- sessions ------------------------------------------------------------------------------------


def test_the_session_is_new_at_login(app, stranger):
    """What an attacker planted before is worth nothing: neither the cookie nor its token."""
    stranger.get("/login")
    with stranger.client.session_transaction() as session:
        session["planted"] = "by an attacker"
        session["_user_id"] = "chosen by an attacker"
    before = stranger.cookie()
    stranger.login("reviewer")
    after = stranger.cookie()
    assert inside(stranger)
    assert "planted" not in after
    assert after["_user_id"] not in before.values()
    stranger.get("/")
    assert stranger.cookie()["csrf_token"] != before["csrf_token"]


def test_a_copied_cookie_is_worth_nothing_after_logout(app, enter):
    browser, thief = enter("reviewer"), Browser(app)
    with thief.client.session_transaction() as session:
        session.update(browser.cookie())
    assert inside(thief)
    assert browser.post("/logout", page="/").status_code == 303
    assert not inside(thief)
    assert not inside(browser)


def test_disabling_ends_sessions_at_once(app, enter, store):
    browser, admin = enter("reviewer"), enter("admin")
    user = store.users.find("reviewer")
    form = {"role": "reviewer", "full_name": "", "disabled": "y"}
    assert admin.post(f"/admin/users/{user.id}", form).status_code == 303
    assert not inside(browser)
    assert WRONG in Browser(app).login("reviewer").get_data(as_text=True)


def test_logging_in_again_ends_the_session_before(app, enter, store):
    browser = enter("reviewer")
    old = browser.cookie()["_user_id"]
    browser.login("viewer")
    assert store.sessions.user(old, idle=1e6, longest=1e6) is None


def test_an_idle_session_ends(app, enter, store):
    browser = enter("reviewer")
    store.db.execute("UPDATE sessions SET seen_at = '2026-01-01T00:00:00.000Z'")
    sent = browser.get("/demands/D001")
    assert sent.headers["Location"] == "/login?next=/demands/D001"


# --- where to after login ------------------------------------------------------------------------


def test_after_login_one_is_where_one_wanted_to_be(stranger):
    assert (
        stranger.get("/demands/D001?a=b").headers["Location"] == "/login?next=/demands/D001?a%3Db"
    )
    sent = stranger.login("reviewer", next="/demands/D001?a=b")
    assert sent.headers["Location"] == "/demands/D001?a=b"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil",
        "/\\/evil.example", "https:evil.example", "javascript:alert(1)", "http:///evil.example",
        "/\t/evil.example", "/\n/evil.example", " //evil.example", "/%09/evil.example", "evil.example",
        "/no-such-page", "/logout", "/" + "a" * 600, "/demands/D001\r\nSet-Cookie: a=b", "/\u2028x",
    ],
)  # fmt: skip
def test_not_to_another_host(stranger, wanted):
    sent = stranger.login("reviewer", next=wanted)
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/"
    assert "evil" not in str(sent.headers)


def test_the_language_switch_is_no_way_out_either(enter):
    sent = enter("viewer").post(
        "/account/language", {"language": "en", "next": "//evil.example"}, page="/"
    )
    assert sent.headers["Location"] == "/"


def test_pages_of_ours_are_let_through(app):
    with app.test_request_context("/login"):
        for wanted in ("/", "/?q=铜", "/demands/A/1", "/admin/users", "/?q=//evil"):
            assert safe_next(wanted) == wanted


# --- forged requests -----------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_no_form_without_its_token(app, enter, store, token):
    data = {} if token is None else {"csrf_token": token}
    for browser, address in (
        (Browser(app), "/login"),  # signing a victim in as somebody else is an attack too
        (enter("admin"), "/admin/users/new"), (enter("admin"), "/admin/settings"),
        (enter("admin"), "/admin/users/2/link"), (enter("viewer"), "/logout"),
        (enter("viewer"), "/account/password"), (enter("viewer"), "/account/language"),
    ):  # fmt: skip
        form = {"name": "reviewer", "password": PASSWORD, "role": "viewer", "policy": "mlps2"}
        sent = browser.client.post(address, data=form | data | {"language": "en"})
        assert sent.status_code == 400, address
        assert "请再提交一次" in sent.get_data(as_text=True)
    assert {user.name for user in store.users.all()} == {role.value for role in Role}


def test_a_token_of_another_session_is_none(app, enter):
    victim, attacker = enter("viewer"), enter("reviewer")
    text = attacker.get("/account/password").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)[1]
    victim.get("/")
    assert victim.client.post("/logout", data={"csrf_token": token}).status_code == 400
    assert inside(victim)


# --- cookies, hosts, headers ---------------------------------------------------------------------


def test_cookies_on_plain_http_and_behind_tls(path, cheap):
    plain = create_app({"DATABASE": str(path)}).test_client().get("/login")
    cookie = plain.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    app = create_app({"DATABASE": str(path), "URL": "https://x.example.cn", "PROXIES": 1})
    client = app.test_client()
    headers = {"Host": "x.example.cn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.1.1"}
    sent = client.get("/login", headers=headers)
    cookie = sent.headers["Set-Cookie"]
    assert cookie.startswith("__Host-xieshou=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_behind_tls_one_can_log_in(path, cheap, store):
    app = create_app({"DATABASE": str(path), "URL": "https://x.example.cn", "PROXIES": 1})
    headers = {
        "Host": "x.example.cn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.1.1",
        "Referer": "https://x.example.cn/login",
    }  # fmt: skip
    client = app.test_client()
    base = {"base_url": "https://x.example.cn", "headers": headers}
    text = client.get("/login", **base).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)[1]
    form = {"name": "reviewer", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=form, **base).status_code == 303
    assert client.get("/", **base).status_code == 200
    assert store.audit.list(action="login")[0].address == "10.1.1.1"


def test_what_a_browser_says_of_its_address_is_not_believed_without_a_proxy(app, store):
    browser = Browser(app)
    browser.post(
        "/login", {"name": "reviewer", "password": "wrong one"},
        headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"},
    )  # fmt: skip
    assert store.audit.list(action="login")[0].address == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "x.example.cn.evil.example"])
def test_a_foreign_host_gets_nothing(path, cheap, host):
    app = create_app({"DATABASE": str(path), "URL": "https://x.example.cn"})
    sent = app.test_client().get("/login", headers={"Host": host})
    assert sent.status_code == 400
    assert host not in sent.get_data(as_text=True)
    assert app.test_client().get("/login", headers={"Host": "x.example.cn"}).status_code == 200


def test_no_answer_builds_an_address_from_the_host_header(app, enter):
    browser = enter("viewer")
    for address in ("/", "/demands/D001", "/no", "/login"):
        sent = browser.get(address, headers={"Host": "evil.example"})
        assert "evil.example" not in sent.get_data(as_text=True) + str(sent.headers)


def test_every_answer_carries_the_headers(app, enter, stranger):
    answers = [stranger.get(a) for a in ("/", "/login", "/setup", "/health", "/no", "/static/no")]
    answers += [enter("admin").get(a) for a in ("/", "/admin/users", "/admin/audit", "/demands/no")]
    for sent in answers:
        policy = sent.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert sent.headers["Cache-Control"] == "no-store"
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert sent.headers["X-Frame-Options"] == "DENY"
        assert sent.headers["Referrer-Policy"] == "same-origin"


def test_a_stranger_cannot_send_much(app, stranger):
    data = {"name": "x" * 200_000, "password": "y"}
    assert stranger.client.post("/login", data=data).status_code == 413
    assert stranger.client.post("/", data=data).status_code in {405, 413}


def test_hostile_text_in_every_field(app, stranger, enter):
    hostile = [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "\x00",
        "{{7*7}}",
        "😀" * 30,
        "../../etc",
    ]
    for text in hostile:
        sent = stranger.login(text, text, next=text)
        assert sent.status_code in {200, 401, 429}
        assert "<script>alert" not in sent.get_data(as_text=True)
        admin = enter("admin")
        form = {"name": text, "full_name": text, "role": text, "county": text, "enterprise": text}
        for more in ({}, {"role": "sme"}, {"role": "county_reviewer"}):
            sent = admin.post("/admin/users/new", form | more)
            assert sent.status_code < 500
            assert "<script>alert" not in sent.get_data(as_text=True)
        for name in ("actor", "action", "about", "since", "until", "page"):
            sent = admin.get("/admin/audit", query_string={name: text})
            assert sent.status_code == 200
            assert "<script>alert" not in sent.get_data(as_text=True)


# --- one-time links ------------------------------------------------------------------------------


def link_for(store, name):
    return store.links.issue(Purpose.ENTER, store.users.find(name).id, seconds=600)


def test_a_link_enters_once(app, stranger, store):
    token = link_for(store, "viewer")
    sent = stranger.get(f"/login?link={token}")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/login")
    shown = stranger.get("/login").get_data(as_text=True)
    assert "某viewer" in shown
    assert token not in shown, "it is not in the page, so no referrer and no screenshot has it"
    assert stranger.post("/login", {"enter": "1"}).headers["Location"] == "/"
    assert inside(stranger)
    assert token not in str(stranger.cookie())
    again = Browser(app)
    again.get(f"/login?link={token}")
    assert again.post("/login", {"enter": "1"}).status_code == 401
    assert not inside(again)


def test_looking_at_a_link_uses_nothing_up(app, store):
    """A mail scanner or a preview opens it first."""
    token = link_for(store, "viewer")
    for method in ("GET", "HEAD", "OPTIONS"):
        Browser(app).client.open(f"/login?link={token}", method=method)
    assert store.links.look(token)


def test_a_link_for_another_purpose_does_not_enter(app, store):
    token = store.links.issue(Purpose.PASSWORD, store.users.find("viewer").id, seconds=600)
    browser = Browser(app)
    browser.get(f"/login?link={token}")
    assert browser.post("/login", {"enter": "1"}).status_code == 401
    assert not inside(browser)


def test_two_who_open_one_link_at_once(path, app, store):
    token = link_for(store, "viewer")
    browsers = [Browser(app) for _ in range(6)]
    for browser in browsers:
        browser.get(f"/login?link={token}")
    threads = [
        threading.Thread(target=browser.post, args=["/login", {"enter": "1"}])
        for browser in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(inside(browser) for browser in browsers) == 1


# --- passwords -----------------------------------------------------------------------------------


def test_the_own_password(app, enter, store):
    browser, elsewhere = enter("viewer"), enter("viewer")
    new = "another horse battery"
    form = {"current": "wrong one", "password": new, "repeated": new}
    assert "现在的密码不对" in browser.post("/account/password", form).get_data(as_text=True)
    form["current"] = PASSWORD
    assert browser.post("/account/password", form | {"repeated": "x"}).status_code == 200
    assert browser.post("/account/password", form).status_code == 303
    assert inside(browser), "in a new session"
    assert not inside(elsewhere)
    assert Browser(app).login("viewer").status_code == 401
    assert Browser(app).login("viewer", new).status_code == 303


def test_a_stolen_session_cannot_guess_the_password_for_ever(enter):
    browser = enter("viewer")
    form = {"current": "guess", "password": "another horse battery", "repeated": "x"}
    form["repeated"] = form["password"]
    texts = [browser.post("/account/password", form).get_data(as_text=True) for _ in range(7)]
    assert "尝试次数太多" in texts[-1]


def test_a_password_that_is_due_comes_first(app, enter, store):
    store.settings.set("policy", "mlps2")
    browser = enter("viewer")
    assert inside(browser)
    store.db.execute("UPDATE users SET password_changed_at = '2020-01-01T00:00:00.000Z'")
    for address in ("/", "/demands/D001"):
        assert browser.get(address).headers["Location"] == "/account/password"
    assert browser.get("/account/password").status_code == 200
    form = {"current": PASSWORD, "password": "Zeppelin-Kanne-77", "repeated": "Zeppelin-Kanne-77"}
    assert browser.post("/account/password", form).status_code == 303
    assert inside(browser)


def test_an_old_hash_is_replaced_at_login(app, store, path):
    store.db.execute(
        "UPDATE users SET password = ? WHERE name = 'viewer'", [passwords.Scrypt().hash(PASSWORD)]
    )
    passwords_before = store.users.password(store.users.find("viewer").id)
    import web.passwords

    cheap = web.passwords._hashers()[0]
    web.passwords._hashers = lambda: (cheap, passwords.Scrypt())
    assert Browser(app).login("viewer").status_code == 303
    with Store(path) as fresh:
        assert fresh.users.password(fresh.users.find("viewer").id) != passwords_before
    assert Browser(app).login("viewer").status_code == 303
