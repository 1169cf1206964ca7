"""Accounts: who may enter, as what, and one-time links for those who cannot (用户)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import AccountError, Purpose, Role, User
from matcher.text import clean
from web.database import store
from web.forms import ROLE_LABELS, EditUserForm, EmptyForm, NewUserForm, UserForm
from web.policy import HOUR

blueprint = Blueprint("users", __name__, url_prefix="/admin/users")
LINK_HOURS = 72
Page = str | tuple[str, int] | BaseResponse


def one_time_address(token: str, *, page: str = "setup") -> str:
    """The full address of a one-time link, under the name by which people reach us."""
    base = (current_app.config.get("URL") or request.host_url).rstrip("/")
    return f"{base}/{page}?link={token}"


@blueprint.get("")
def index() -> str:
    """All accounts."""
    return render_template("admin/users.html", users=store().users.all(), roles=ROLE_LABELS)


@blueprint.route("/new", methods=["GET", "POST"])
def add() -> Page:
    """A new account; its owner sets the password through a one-time link."""
    form = NewUserForm()
    said = ""
    if form.validate_on_submit():
        try:
            with store().transaction():
                user = store().users.add(form.name.data or "", **_values(form))
                token = _issue(user)
        except AccountError as error:
            said = str(error)
        else:
            return _show_link(user, token)
    return _form("admin/user_new.html", form, said=said)


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
def edit(user_id: int) -> Page:
    """One account: role, county, firm; closing it ends its sessions at once."""
    user = store().users.get(user_id)
    form = EditUserForm(obj=user)
    said = ""
    if form.validate_on_submit():
        try:
            with store().transaction():
                store().users.change(
                    user_id,
                    must_change=form.must_change.data,
                    disabled=form.disabled.data,
                    **_values(form),
                )
        except AccountError as error:
            said = str(error)
        else:
            return redirect(url_for("users.index"), 303)
    return _form("admin/user.html", form, user=user, said=said, renew=EmptyForm())


@blueprint.post("/<int:user_id>/link")
def link(user_id: int) -> Page:
    """A new one-time link to set the password; it also opens an account locked by failures."""
    user = store().users.get(user_id)
    if user.disabled:
        text = _("账号已停用，请先启用再发链接。")
        return render_template("message.html", title=_("不能发链接"), text=text), 409
    with store().transaction():
        token = _issue(user)
        store().attempts.forget(user.name)
    return _show_link(user, token)


def _issue(user: User) -> str:
    return store().links.issue(Purpose.PASSWORD, user.id, seconds=LINK_HOURS * HOUR)


def _show_link(user: User, token: str) -> Page:
    address = one_time_address(token)
    return render_template("admin/link.html", user=user, address=address, hours=LINK_HOURS)


def _values(form: UserForm) -> dict[str, Any]:
    """What the form says of an account.

    Raises:
        AccountError: It names a firm that is not known.
    """
    role = Role(form.role.data)
    name = clean(form.enterprise.data or "")
    enterprise_id = None
    if name and role in {Role.CHAIN_LEADER, Role.SME}:
        enterprise_id = store().enterprises.named(name, add=bool(form.new_enterprise.data))
        if enterprise_id is None:
            raise AccountError(
                _("清单里没有叫“%(name)s”的企业，请核对全称，或勾选“新建”", name=name)
            )
    return {
        "full_name": form.full_name.data or "",
        "role": role,
        "county": clean(form.county.data or ""),
        "enterprise_id": enterprise_id,
    }


def _form(template: str, form: UserForm, *, said: str, **values: Any) -> Page:
    page = render_template(
        template, form=form, said=said, counties=store().enterprises.counties(), **values
    )
    return (page, 409) if said else page
