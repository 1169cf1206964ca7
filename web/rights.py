"""Who may open which page and sees what on it: one table, checked before every page (权限).

Each endpoint belongs to an area, each area gives each role a kind of scope or nothing. An endpoint
that is not in the table cannot be opened by anybody, and the application does not start with one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Flask, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext as _p
from flask_login import current_user
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import NotFoundError
from matcher.store import EVERYTHING, NOTHING, Role, Scope, ScopeKind, User, buyer, county, supplier
from web.database import store
from web.forms import ROLE_LABELS

_BUREAU: dict[Role, ScopeKind] = {
    Role.ADMIN: ScopeKind.EVERYTHING,
    Role.REVIEWER: ScopeKind.EVERYTHING,
    Role.COUNTY_REVIEWER: ScopeKind.COUNTY,
    Role.VIEWER: ScopeKind.EVERYTHING,
}
_FIRMS: dict[Role, ScopeKind] = {Role.CHAIN_LEADER: ScopeKind.BUYER, Role.SME: ScopeKind.SUPPLIER}
_WORKERS: dict[Role, ScopeKind] = {
    role: kind for role, kind in _BUREAU.items() if role is not Role.VIEWER
}
_DECIDERS = {Role.ADMIN: ScopeKind.EVERYTHING, Role.REVIEWER: ScopeKind.EVERYTHING}
_ADMINS = {Role.ADMIN: ScopeKind.EVERYTHING}
# A plan is over everything: who sees a part sees none of it.
_WHOLE = {role: kind for role, kind in _BUREAU.items() if kind is ScopeKind.EVERYTHING}
# Whoever may change rows: all but those who only look.
_WRITERS: Mapping[Role, ScopeKind] = {
    role: kind for role, kind in (_BUREAU | _FIRMS).items() if role != Role.VIEWER
}

AREAS: Mapping[str, Mapping[Role, ScopeKind]] = {
    "overview": _BUREAU | _FIRMS,
    "demands": _BUREAU | _FIRMS,
    "engagements": _BUREAU | _FIRMS,
    "statistics": _BUREAU,
    "engagement work": _WORKERS,
    "engagement corrections": _ADMINS,
    "contacts": _WORKERS | _FIRMS,
    "mine": _FIRMS,
    "own needs": {Role.CHAIN_LEADER: ScopeKind.BUYER},
    "own supplies": {Role.SME: ScopeKind.SUPPLIER},
    "review": _BUREAU,  # its pages tell in the log themselves which pair was looked at
    "deciding": _WORKERS,
    "chain": _BUREAU | _FIRMS,
    "supplies": _BUREAU | _FIRMS,
    "enterprises": _BUREAU | _FIRMS,
    "imports": _WRITERS,
    "rows": _WRITERS,
    "runs": _BUREAU,
    "runs.start": _DECIDERS,
    "catalogues": _BUREAU | _FIRMS,
    "catalogues.make": _WORKERS,
    "catalogues.issue": _DECIDERS,
    "plans": _WHOLE,
    "plans.make": _DECIDERS,
    "questions": _BUREAU,
    "questions.answer": _DECIDERS,
    "risks": _BUREAU,
    "risks.edit": _DECIDERS,
    "users": _ADMINS,
    "audit": _ADMINS,
    "settings": _ADMINS,
    "jobs": dict.fromkeys(Role, ScopeKind.GRANT),  # long work that one has started oneself
    "account": dict.fromkeys(Role, ScopeKind.GRANT),  # one's own account, no rows of any list
}
# To have looked at these is told in the log.
SECRET = frozenset(
    {
        "demands", "engagements", "engagement work", "contacts", "mine", "own needs",
        "own supplies", "chain", "supplies", "enterprises", "imports", "rows", "risks", "plans",
        "catalogues", "catalogues.make", "catalogues.issue", "users", "audit",
    }
)  # fmt: skip

ENDPOINTS: Mapping[str, str] = {
    "imports.index": "imports",
    "imports.upload": "imports",
    "imports.show": "imports",
    "imports.columns": "imports",
    "imports.again": "imports",
    "imports.confirm": "imports",
    "imports.undo": "imports",
    "imports.drop": "imports",
    "imports.original": "imports",
    "imports.problems": "imports",
    "rows.index": "rows",
    "rows.add": "rows",
    "rows.edit": "rows",
    "rows.withdraw": "rows",
    "rows.history": "rows",
    "overview.index": "overview",
    "runs.index": "runs",
    "runs.show": "runs",
    "runs.compare": "runs",
    "runs.compare_csv": "runs",
    "runs.start": "runs.start",
    "plans.index": "plans",
    "plans.show": "plans",
    "plans.as_csv": "plans",
    "plans.as_json": "plans",
    "plans.new": "plans.make",
    "plans.again": "plans.make",
    "catalogues.index": "catalogues",
    "catalogues.show": "catalogues",
    "catalogues.file": "catalogues",
    "catalogues.make": "catalogues",
    "catalogues.compared": "catalogues",
    "catalogues.verified": "catalogues",
    "catalogues.style": "account",
    "catalogues.new": "catalogues.make",
    "catalogues.entries": "catalogues.make",
    "catalogues.words": "catalogues.make",
    "catalogues.drop": "catalogues.make",
    "catalogues.check": "catalogues.issue",
    "catalogues.issue": "catalogues.issue",
    "engagements.monthly": "statistics",
    "questions.index": "questions",
    "questions.answer": "questions.answer",
    "questions.undo": "questions.answer",
    "risks.index": "risks",
    "risks.add": "risks.edit",
    "risks.edit": "risks.edit",
    "risks.upload": "risks.edit",
    "jobs.show": "jobs",
    "jobs.events": "jobs",
    "jobs.cancel": "jobs",
    "engagements.index": "engagements",
    "engagements.show": "engagements",
    "engagements.sheet": "engagements",
    "engagements.new": "engagement work",
    "engagements.begin": "engagement work",
    "engagements.write": "engagement work",
    "engagements.answer": "engagement work",
    "engagements.correct": "engagement corrections",
    "engagements.days": "engagement corrections",
    "contacts.index": "contacts",
    "contacts.add": "contacts",
    "contacts.edit": "contacts",
    "contacts.consent": "contacts",
    "mine.index": "mine",
    "mine.need": "own needs",
    "mine.ask": "own needs",
    "mine.wish": "own supplies",
    "review.index": "review",
    "review.pair": "review",
    "review.conflicts": "review",
    "review.decide": "deciding",
    "review.undo": "deciding",
    "review.bulk": "deciding",
    "review.keys": "deciding",
    "chain.index": "chain",
    "chain.chain": "chain",
    "chain.export": "chain",
    "lists.demands": "demands",
    "lists.demands_file": "demands",
    "lists.demand": "demands",
    "lists.supplies": "supplies",
    "lists.supplies_file": "supplies",
    "lists.supply": "supplies",
    "lists.enterprises": "enterprises",
    "lists.enterprises_file": "enterprises",
    "lists.enterprise": "enterprises",
    "lists.complete": "demands",
    "lists.save_view": "account",
    "lists.remove_view": "account",
    "users.index": "users",
    "users.add": "users",
    "users.edit": "users",
    "users.link": "users",
    "audit.index": "audit",
    "settings.index": "settings",
    "accounts.password": "account",
    "accounts.language": "account",
    "accounts.logout": "account",
}
OPEN = frozenset(
    {"accounts.login", "accounts.setup", "static", "bootstrap.static", "overview.health"}
)
_ALWAYS = frozenset({"accounts.password", "accounts.language", "accounts.logout"})
_OPEN_BODY = 64 * 1024  # bytes that a stranger may send


def scope_of(user: User, area: str) -> Scope:
    """What a user may see in an area; nothing where the role has no right, or lacks its limit."""
    kind = AREAS[area].get(user.role)
    if kind is ScopeKind.EVERYTHING:
        return EVERYTHING
    if kind is ScopeKind.COUNTY and user.county:
        return county(user.county)
    if kind is ScopeKind.BUYER and user.enterprise_id:
        return buyer(user.enterprise_id)
    if kind is ScopeKind.SUPPLIER and user.enterprise_id:
        return supplier(user.enterprise_id)
    return NOTHING


def scope() -> Scope:
    """What the signed-in user may see on this page."""
    return scope_of(current_user.user, ENDPOINTS[request.endpoint or ""])


def may(area: str) -> bool:
    """Whether the signed-in user may enter an area: what the menu shows."""
    return current_user.is_authenticated and current_user.user.role in AREAS[area]


def may_open(endpoint: str) -> bool:
    """Whether the signed-in user may open a page: links lead nowhere else."""
    return may(ENDPOINTS[endpoint])


def role_label(user: User) -> str:
    """What a user is, with the county that limits it."""
    label = str(ROLE_LABELS[user.role])
    return f"{label} {user.county}" if user.county else label


def menu() -> list[tuple[str, str, str]]:
    """Area, first page and name of what the menu can show."""
    return [
        ("overview", "overview.index", _("工作台")),
        ("mine", "mine.index", _("我的")),
        ("demands", "lists.demands", _("需求")),
        ("supplies", "lists.supplies", _("供给")),
        ("enterprises", "lists.enterprises", _p("many", "企业")),
        ("imports", "imports.index", _("导入")),
        ("review", "review.index", _("审核")),
        ("runs", "runs.index", _p("menu", "撮合")),
        ("plans", "plans.index", _("方案")),
        ("engagements", "engagements.index", _("对接")),
        ("catalogues", "catalogues.index", _("目录")),
        ("chain", "chain.index", _p("many", "产业链")),
        ("risks", "risks.index", _("风险名单")),
        ("users", "users.index", _("用户")),
        ("audit", "audit.index", _("审计")),
        ("settings", "settings.index", _("设置")),
    ]


def _check() -> BaseResponse | None:
    """Before every request: signed in, and of a role that may open this page."""
    endpoint = request.endpoint
    if endpoint is None:  # no such page, which the error page says
        return None
    if endpoint in OPEN:
        request.max_content_length = _OPEN_BODY
        return None
    if not current_user.is_authenticated:
        request.max_content_length = _OPEN_BODY
        wanted = request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=None if wanted == "/" else wanted), 303)
    user: User = current_user.user
    if g.must_change_password and endpoint not in _ALWAYS:
        return redirect(url_for("accounts.password"), 303)
    if user.role not in AREAS[ENDPOINTS[endpoint]]:
        store().audit.add("denied", endpoint)
        abort(403)
    return None


def _told(area: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that writes to the audit log what was looked at, before it is shown."""

    @wraps(view)
    def page(**values: Any) -> Any:
        about = f"{area}:{'/'.join(str(value) for value in values.values())}"
        asked = {name: ",".join(texts) for name, texts in request.args.lists() if any(texts)}
        try:
            shown = view(**values)
        except (NotFound, NotFoundError, Forbidden):
            store().audit.add("denied", about)
            raise
        if request.method in {"GET", "HEAD"}:
            store().audit.add("view", about, after=asked or None)
        return shown

    return page


def init_app(app: Flask) -> None:
    """Check before every request; to be called when all pages are registered.

    Raises:
        LookupError: A page is not in the table.
    """
    pages = {rule.endpoint for rule in app.url_map.iter_rules()} - OPEN
    if pages != set(ENDPOINTS):
        raise LookupError(
            f"in the table of rights or among the pages alone: {pages ^ set(ENDPOINTS)}"
        )
    app.before_request(_check)
    for endpoint, area in ENDPOINTS.items():
        if area in SECRET:
            app.view_functions[endpoint] = _told(area, app.view_functions[endpoint])
    app.jinja_env.globals.update(may=may, menu=menu, role_label=role_label)
