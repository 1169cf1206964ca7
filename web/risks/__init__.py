"""The exclusion list: firms with a risk flag, imported, entered, ended (风险名单)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import UnreadableListError
from matcher.lists.risklist import RiskReading, read_risk_list
from matcher.store import Risk, RiskError, RiskFlag
from web.database import store
from web.rights import scope
from web.risks.forms import FLAG_LABELS, FilterForm, RiskForm, UploadForm

blueprint = Blueprint("risks", __name__, url_prefix="/risks")
Page = str | BaseResponse
_PER_PAGE = 50
_SHOWN = 50  # problems of an import that are shown


@blueprint.get("")
def index() -> str:
    """Entries by filter, the newest first."""
    form = FilterForm(request.args)
    filters = {
        "q": (form.q.data or "").strip(),
        "flag": form.flag.data if form.flag.data in set(RiskFlag) else "",
        "active": form.only.data != "all",
    }
    found = store().risks.count(scope(), **filters)
    pages = max(1, -(-found // _PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    rows = store().risks.page(scope(), limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE, **filters)
    asked = {name: text for name, text in request.args.items() if name != "page" and text}
    return render_template(
        "risks/index.html", form=form, rows=rows, found=found, page=page, pages=pages, asked=asked,
        labels=FLAG_LABELS,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
def add() -> Page:
    """A new entry."""
    form, said = RiskForm(), ""
    if form.validate_on_submit():
        try:
            if store().risks.add([form.entry()]):
                return redirect(url_for("risks.index"), 303)
            said = _("名单里已有同样的一条")
        except RiskError as error:
            said = str(error)
    return render_template("risks/edit.html", form=form, said=said, risk=None)


@blueprint.route("/<int:risk_id>", methods=["GET", "POST"])
def edit(risk_id: int) -> Page:
    """Correct an entry, or end it by its last day."""
    risk, said = store().risks.get(risk_id), ""
    form = RiskForm(obj=risk)
    if form.validate_on_submit():
        try:
            store().risks.change(risk_id, form.entry())
            return redirect(url_for("risks.index"), 303)
        except RiskError as error:
            said = str(error)
    return render_template("risks/edit.html", form=form, said=said, risk=risk)


@blueprint.route("/import", methods=["GET", "POST"])
def upload() -> Page:
    """Import a table; what could not be read is shown, with row and way out."""
    form, said = UploadForm(), ""
    reading, added = None, 0
    if form.validate_on_submit():
        file: FileStorage = form.file.data
        name = Path(file.filename or "").name[:100] or _("名单")
        try:
            reading = _read(file, name, form.flag.data or "")
            added = store().risks.add(map(Risk.of, reading.entries), source=name)
        except (UnreadableListError, RiskError) as error:
            said = str(error)
    return render_template(
        "risks/import.html", form=form, said=said, reading=reading, added=added, most=_SHOWN,
    )  # fmt: skip


def _read(file: FileStorage, name: str, flag: str) -> RiskReading:
    """Read an upload under a name of our own, of which the suffix alone is the user's."""
    with tempfile.TemporaryDirectory(prefix="xieshou-") as folder:
        suffix = Path(name).suffix.lower()
        plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) < 8
        path = Path(folder) / f"名单{suffix if plain else ''}"
        file.save(path)
        return read_risk_list(path, flag=flag)
