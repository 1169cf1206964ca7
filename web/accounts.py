"""Entering and leaving: login, one-time links, the first set-up, one's own password (登录)."""

from __future__ import annotations

import math

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import AccountError, Link, Purpose, Role, User
from web import passwords
from web.database import store
from web.forms import EmptyForm, LoginForm, NewPasswordForm, OwnPasswordForm, SetupForm
from web.languages import LANGUAGES
from web.policy import complaint
from web.signing import LANGUAGE, end_session, policy, safe_next, start_session

blueprint = Blueprint("accounts", __name__)
_LINK = "link"
Page = str | tuple[str, int] | BaseResponse


def _keep_from_address(page: str) -> BaseResponse | None:
    """Take a one-time link or a language out of the address, where others might read it.

    The link waits in the browser's own cookie, the address bar, the history and the referrer of
    what comes next do not hold it. Opening it uses nothing up: programs that look at links before
    people do can do no harm.
    """
    language, link = request.args.get(LANGUAGE), request.args.get(_LINK)
    if language is None and link is None:
        return None
    if language in LANGUAGES:
        session[LANGUAGE] = language
    if link is not None:
        session[_LINK] = link[:100]
    following = None if link is not None else request.args.get("next")
    return redirect(url_for(page, next=following), 303)


def _waiting_link(*purposes: Purpose) -> Link | None:
    token = session.get(_LINK)
    link = store().links.look(token) if isinstance(token, str) else None
    return link if link and link.purpose in purposes else None


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Page:
    """By name and password, or by a one-time link."""
    moved = _keep_from_address("accounts.login")
    if moved:
        return moved
    link = _waiting_link(Purpose.ENTER)
    invited = store().users.get(link.user_id) if link and link.user_id else None
    form = LoginForm(next=request.args.get("next", ""))
    said = ""
    if request.method == "POST" and "enter" in request.form:
        if EmptyForm().validate_on_submit() and _entered_by_link():
            return redirect("/", 303)
        said = _("链接已失效，请向管理员要一个新的")
        invited = None
    elif form.validate_on_submit():
        said = _enter(form.name.data or "", form.password.data or "")
        if not said:
            return redirect(safe_next(form.next.data), 303)
    page = render_template("login.html", form=form, said=said, invited=invited, enter=EmptyForm())
    return (page, 401) if said else page


def _entered_by_link() -> bool:
    with store().transaction():
        link = store().links.use(str(session.get(_LINK, "")), Purpose.ENTER)
        if link is None or link.user_id is None:
            return False
        start_session(store().users.get(link.user_id), "link")
    return True


def _enter(name: str, password: str) -> str:
    """Sign in by password; the complaint where that fails.

    It is the same, and takes the same time, whether there is such an account or not.
    """
    wait = store().attempts.begin(name, policy().lock_out)
    user = store().users.find(name)
    about = f"user:{user.id}" if user else ""
    if wait:
        store().audit.add("login.locked", about)
        return _("尝试次数太多，请 %(n)s 分钟后再试", n=math.ceil(wait / 60))
    stored = store().users.password(user.id) if user and not user.disabled else ""
    right = passwords.fits(stored, password)
    with store().transaction():
        # The password may have been changed while it was being looked at.
        if user and right and store().users.password(user.id) == stored:
            store().attempts.forget(name)
            start_session(user, "password")
        else:
            store().audit.add("login.failed", about)
            return _("用户名或密码不对")
    if passwords.stale(stored):
        store().users.replace_hash(user.id, stored, passwords.hashed(password))
    return ""


@blueprint.route("/setup", methods=["GET", "POST"])
def setup() -> Page:
    """By a one-time link: the first administrator, or a password of one's own."""
    moved = _keep_from_address("accounts.setup")
    if moved:
        return moved
    link = _waiting_link(Purpose.SETUP, Purpose.PASSWORD)
    if link is None:
        said = _("链接无效、已用过或已过期，请向管理员要一个新的")
        return render_template("message.html", title=_("链接不能用"), text=said), 404
    user = store().users.get(link.user_id) if link.user_id else None
    form = NewPasswordForm() if user else SetupForm()
    said = ""
    if form.validate_on_submit():
        try:
            said = _set_up(link, user, form)
        except AccountError as error:
            said = str(error)
        if not said:
            return redirect("/", 303)
    return render_template("setup.html", form=form, user=user, said=said, policy=policy())


def _set_up(link: Link, user: User | None, form: NewPasswordForm) -> str:
    """Use the link; the complaint where that fails, and then the link is not used up."""
    password = form.password.data or ""
    names = (user.name, user.full_name) if user else (form.name.data, form.full_name.data)
    former = store().users.former_passwords(user.id) if user else ()
    wrong = complaint(password, policy(), names=[n for n in names if n], former=former)
    if wrong:
        return str(wrong)
    text = passwords.hashed(password)
    with store().transaction():
        used = store().links.use(str(session[_LINK]), link.purpose)
        if used is None or (user is None and store().users.any_admin(able=True)):
            return _("链接无效、已用过或已过期，请向管理员要一个新的")
        if user is None:
            user = store().users.add(
                form.name.data or "", Role.ADMIN, full_name=form.full_name.data or "", password=text
            )
            start_session(user, "setup")
        else:
            store().users.set_password(user.id, text)
            store().attempts.forget(user.name)
            start_session(store().users.get(user.id), "link")
    return ""


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> Page:
    """One's own password; all other sessions end with the old one."""
    user: User = current_user.user
    form = OwnPasswordForm() if user.has_password else NewPasswordForm()
    said = ""
    if form.validate_on_submit():
        said = _change_own(user, form)
        if not said:
            return redirect(url_for("overview.index"), 303)
    return render_template("password.html", form=form, said=said, policy=policy())


def _change_own(user: User, form: NewPasswordForm) -> str:
    stored = store().users.password(user.id)
    if stored:
        wait = store().attempts.begin(user.name, policy().lock_out)
        if wait:
            return _("尝试次数太多，请 %(n)s 分钟后再试", n=math.ceil(wait / 60))
        if not passwords.fits(stored, form.current.data or ""):
            store().audit.add("login.failed", f"user:{user.id}")
            return _("现在的密码不对")
        store().attempts.forget(user.name)
    wrong = complaint(
        form.password.data or "",
        policy(),
        names=[name for name in (user.name, user.full_name) if name],
        former=store().users.former_passwords(user.id),
    )
    if wrong:
        return str(wrong)
    text = passwords.hashed(form.password.data or "")
    with store().transaction():
        store().users.set_password(user.id, text)
        start_session(store().users.get(user.id), "password")
    return ""


@blueprint.post("/account/language")
def language() -> BaseResponse:
    """Switch the language of the pages."""
    wanted = request.form.get(LANGUAGE)
    if wanted not in LANGUAGES:
        raise BadRequest
    session[LANGUAGE] = wanted
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/logout")
def logout() -> BaseResponse:
    """Leave."""
    store().audit.add("logout", f"user:{current_user.user.id}")
    end_session()
    return redirect(url_for("accounts.login"), 303)
