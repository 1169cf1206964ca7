"""Contacts of a firm: its own to keep, the bureau's to note consent that was given to it (联系人)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import ContactError
from web.database import store
from web.engagements.area import key_of
from web.rights import scope

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")
Page = str | tuple[str, int] | BaseResponse


@blueprint.get("")
def index() -> str:
    """A firm's contacts: one's own, or to the bureau those of the firm that it looks for."""
    return _page(_firm(request.args.get("enterprise")))


def _firm(text: str | None) -> int | None:
    """The firm that is meant: a firm's user has but one."""
    mine = scope()
    return key_of(text) if mine.of_bureau else mine.enterprise_id


def _page(enterprise_id: int | None, *, said: str = "", edit: int | None = None) -> str:
    mine = scope()
    q = request.args.get("q", "").strip()[:100]
    found = store().contacts.of_firm(enterprise_id, mine) if enterprise_id else []
    return render_template(
        "contacts/index.html", contacts=found, enterprise_id=enterprise_id, said=said, q=q,
        firms=store().contacts.firms(mine, q) if q and mine.of_bureau else [],
        of_bureau=mine.of_bureau, typed=request.form, edit=edit,
        name=found[0].enterprise if found else "",
    )  # fmt: skip


@blueprint.post("")
def add() -> Page:
    """A new contact, without consent."""
    firm = _firm(request.form.get("enterprise"))
    try:
        made = store().contacts.add(firm or -1, scope(), **_written())
    except ContactError as error:
        return _page(firm, said=str(error)), 409
    return _back(made.enterprise_id)


@blueprint.route("/<int:contact_id>", methods=["GET", "POST"])
def edit(contact_id: int) -> Page:
    """Change a contact; another name or phone needs another consent."""
    there = store().contacts.get(contact_id, scope())
    if request.method == "POST":
        try:
            store().contacts.change(contact_id, scope(), **_written())
        except ContactError as error:
            return _page(there.enterprise_id, said=str(error), edit=contact_id), 409
        return _back(there.enterprise_id)
    return _page(there.enterprise_id, edit=contact_id)


@blueprint.post("/<int:contact_id>/consent")
def consent(contact_id: int) -> Page:
    """Consent given or taken back; the bureau says how it learned of it."""
    there = store().contacts.get(contact_id, scope())
    given = request.form.get("given") == "1"
    try:
        store().contacts.consent(contact_id, scope(), given=given, how=request.form.get("how", ""))
    except ContactError as error:
        return _page(there.enterprise_id, said=str(error)), 409
    return _back(there.enterprise_id)


def _written() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "phone", "duty")}


def _back(enterprise_id: int) -> BaseResponse:
    firm = enterprise_id if scope().of_bureau else None
    return redirect(url_for("contacts.index", enterprise=firm), 303)
