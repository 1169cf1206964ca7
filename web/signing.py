"""Who is signed in, on Flask-Login and the sessions of the store (登录状态)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, login_user
from werkzeug.exceptions import HTTPException

from matcher.errors import NotFoundError
from matcher.store import Actor, User, clock
from web.database import store
from web.policy import DAY, POLICIES, STANDARD, Policy

LANGUAGE = "language"
_LONGEST_NEXT = 500


class SignedIn(UserMixin):
    """A user and the token of the session: what Flask-Login keeps is the token."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token = user, token

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def policy() -> Policy:
    """The rules in force."""
    if "policy" not in g:
        g.policy = POLICIES.get(store().settings.get("policy", STANDARD), POLICIES[STANDARD])
    rules: Policy = g.policy
    return rules


def nobody() -> None:
    """Look for no user any more in this request, whose answer says that the store cannot be read."""
    g.nobody = True


def _load(token: str) -> SignedIn | None:
    """The user of a session that is alive; from here on the store acts in that user's name."""
    if "nobody" in g:
        return None
    rules = policy()
    user_id = store().sessions.user(token, idle=rules.idle, longest=rules.longest)
    if user_id is None:
        return None
    try:
        user = store().users.get(user_id)
    except NotFoundError:
        return None
    _act_as(user)
    return SignedIn(user, token)


def _act_as(user: User) -> None:
    store().audit.actor = Actor(user.name, user.role.value, user.id, request.remote_addr or "")
    g.must_change_password = user.must_change or _too_old(user)


def _too_old(user: User) -> bool:
    days = policy().max_age
    return bool(days and user.has_password and clock.since(user.password_changed_at) > days * DAY)


def start_session(user: User, way: str) -> None:
    """Sign a user in with a new session; nothing of the one before is kept but the language.

    Args:
        user: Who has shown to be this user.
        way: By what, for the audit log: ``password``, ``link``, ``setup``.
    """
    end_session()
    address = request.remote_addr or ""
    with store().transaction():
        token = store().sessions.start(user.id, address, longest=policy().longest)
        _act_as(user)
        store().audit.add("login", f"user:{user.id}", after={"by": way})
    login_user(SignedIn(user, token))


def end_session() -> None:
    """End the present session, in the store too: a copy of the cookie is worth nothing then."""
    token, language = session.get("_user_id"), session.get(LANGUAGE)
    if isinstance(token, str):
        store().sessions.end(token)
    session.clear()
    if language:
        session[LANGUAGE] = language


def safe_next(wanted: str | None) -> str:
    r"""Where to go after login: a page of ours that can be looked at, else the first one.

    Not another host, however it is written: ``//host``, ``/\host``, ``https:host``, a line break.
    """
    if not wanted or len(wanted) > _LONGEST_NEXT:
        return "/"
    if not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or "\\" in wanted:
        return "/"
    adapter = current_app.create_url_adapter(request)
    try:
        assert adapter is not None
        endpoint, _ = adapter.match(parts.path, method="GET")
    except HTTPException:
        return "/"
    return wanted if endpoint != "accounts.logout" else "/"


def init_app(app: Flask) -> None:
    """Make Flask-Login load our users."""
    manager = LoginManager()
    # The store knows every session; a change of address (a laptop in a meeting) ends none.
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(_load)
