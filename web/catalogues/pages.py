"""The pages of catalogues."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from matcher.catalogue import CATALOGUE_SUFFIXES, compare
from matcher.catalogue.comparison import LABELS
from matcher.catalogue.webpage import STYLE
from matcher.errors import StaleError, StoreError, XieshouError
from matcher.issuing import (
    Words,
    content_of,
    document,
    gather,
    rearrange,
    reword,
    template_of,
    verify,
)
from matcher.store import CatalogueState, StoredCatalogue
from web import jobs
from web.catalogues.area import BASES, OPEN, blueprint, found
from web.catalogues.forms import SelectionForm, WordsForm
from web.catalogues.preview import preview
from web.database import store
from web.rights import scope

Page = str | tuple[str, int] | BaseResponse
FORMS = tuple(suffix.removeprefix(".") for suffix in CATALOGUE_SUFFIXES)
_SOON = {"pdf": 20, "docx": 150, "xlsx": 600}  # entries up to which a form is made at once
_PER_PAGE = 100
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@blueprint.get("")
def index() -> str:
    """The catalogues that one may see, the newest first."""
    return render_template("catalogues/index.html", catalogues=store().catalogues.all(scope()))


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Choose what goes in; say how much that is, or make a draft of it."""
    form, mine = SelectionForm(), scope()
    choices = store().catalogues.material.choices(mine)
    form.offer(choices)
    said, count = "", None
    if form.validate_on_submit():
        try:
            if "count" not in request.form:
                return _build(form)
            count = gather(store(), form.selection(), mine, **form.words()).catalogue
        except XieshouError as error:
            said = str(error)
    return render_template(
        "catalogues/new.html", form=form, choices=choices, said=said, count=count,
        matched=store().runs.latest() is not None,
    )  # fmt: skip


def _build(form: SelectionForm) -> BaseResponse:
    arguments = {
        "selection": form.selection().record(), "words": form.words(), "county": scope().county,
    }  # fmt: skip
    return redirect(url_for("jobs.show", job_id=jobs.start("catalogue.build", arguments)), 303)


@blueprint.get("/<int:catalogue_id>")
def show(catalogue_id: int) -> str:
    """One catalogue: what it is, what can be done with it, and how it will look."""
    stored = found(catalogue_id)
    made = content_of(store(), catalogue_id, scope())
    part = preview(
        made, request.args.get("part", 1, type=int), url_for(".show", catalogue_id=catalogue_id)
    )
    kept = store().catalogues.files.kept(catalogue_id)
    later = [each for each in store().catalogues.all(scope()) if each.replaces == catalogue_id]
    return render_template(
        "catalogues/show.html", stored=stored, made=made, preview=part, forms=_forms(stored, kept),
        ready=request.args.get("made", ""), basis=BASES.get(stored.selection.get("basis", "")),
        open=stored.state in OPEN, before=_before(stored), later=later,
    )  # fmt: skip


def _forms(stored: StoredCatalogue, kept: dict[str, int]) -> list[tuple[str, bool]]:
    """Every form, and whether it is there at once."""
    return [
        (form, form in kept or stored.entries <= _SOON.get(form, stored.entries)) for form in FORMS
    ]


def _before(stored: StoredCatalogue) -> StoredCatalogue | None:
    """What a catalogue is best compared with: the one it replaces, else the last of its kind."""
    alike = [
        each for each in store().catalogues.all(scope())
        if each.id < stored.id and (each.variant, each.subject) == (stored.variant, stored.subject)
    ]  # fmt: skip
    return next((each for each in alike if each.id == stored.replaces), alike[0] if alike else None)


@blueprint.get("/<int:catalogue_id>/<form>")
def file(catalogue_id: int, form: str) -> BaseResponse:
    """A catalogue as a file; one that takes long to make is asked for on its page first."""
    stored = found(catalogue_id)
    if form not in FORMS:
        raise NotFound
    data = store().catalogues.files.document(catalogue_id, form)
    if data is None:
        if not dict(_forms(stored, {}))[form]:
            return redirect(url_for(".show", catalogue_id=catalogue_id), 303)
        data = document(store(), catalogue_id, f".{form}", scope())
    name = _UNSAFE.sub("_", stored.number or stored.title)
    return send_file(io.BytesIO(data), as_attachment=True, download_name=f"{name}.{form}")


@blueprint.post("/<int:catalogue_id>/make")
def make(catalogue_id: int) -> BaseResponse:
    """Set a long document beside the pages."""
    found(catalogue_id)
    form = request.form.get("form", FORMS[0])
    if form not in FORMS:
        raise BadRequest
    arguments = {"catalogue": catalogue_id, "form": form}
    return redirect(url_for("jobs.show", job_id=jobs.start("catalogue.make", arguments)), 303)


@blueprint.get("/style.css")
def style() -> Response:
    """How a document looks on the screen and on paper."""
    answer = Response(STYLE, mimetype="text/css")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@blueprint.route("/<int:catalogue_id>/entries", methods=["GET", "POST"])
def entries(catalogue_id: int) -> Page:
    """Move entries and take entries out."""
    stored, said = found(catalogue_id), ""
    if request.method == "POST":
        try:
            _rearrange(stored)
        except StaleError:
            raise
        except XieshouError as error:
            said = str(error)
        else:
            page = request.form.get("page", 1, type=int)
            return redirect(url_for(".entries", catalogue_id=catalogue_id, page=page), 303)
    made = content_of(store(), catalogue_id, scope())
    rows = [(chapter, entry) for chapter in made.chapters for entry in chapter.entries]
    pages = max(1, -(-len(rows) // _PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "catalogues/entries.html", stored=stored, rows=rows[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        page=page, pages=pages, said=said, open=stored.state in OPEN, total=len(rows),
    )  # fmt: skip


def _rearrange(stored: StoredCatalogue) -> None:
    """What the form asks: ``place-N`` is where entry N goes, ``move`` a step of one, ``out`` who goes."""
    places: dict[int, int] = {}
    for name, text in request.form.items():
        _start, _dash, number = name.partition("place-")
        if _dash and number.isdecimal() and text.strip().isdecimal() and len(text) < 9:
            places[int(number)] = int(text)
    number, _colon, step = request.form.get("move", "").partition(":")
    if number.isdecimal() and step in {"-1", "1"}:
        places[int(number)] = int(number) + int(step)
    without = {int(text) for text in request.form.getlist("out") if text.isdecimal()}
    rearrange(store(), stored.id, scope(), places, without, was=request.form.get("was", ""))


@blueprint.route("/<int:catalogue_id>/words", methods=["GET", "POST"])
def words(catalogue_id: int) -> Page:
    """Title, issuing body, period and 编制说明 of a draft."""
    stored, said = found(catalogue_id), ""
    made = content_of(store(), catalogue_id, scope())
    start = {
        "was": stored.content_hash, "title": made.title, "issuer": made.issuer, "period": made.period,
        "notes": template_of(stored, made),
    }  # fmt: skip
    form = WordsForm(data=start)
    if form.validate_on_submit():
        told = {name: form[name].data or "" for name in start}
        was = told.pop("was")
        try:
            reword(store(), catalogue_id, scope(), Words(**told), was=was)
        except StaleError:
            raise
        except XieshouError as error:
            said = str(error)
        else:
            return redirect(url_for(".show", catalogue_id=catalogue_id), 303)
    return render_template(
        "catalogues/words.html", stored=stored, form=form, said=said, open=stored.state in OPEN
    )


@blueprint.post("/<int:catalogue_id>/check")
def check(catalogue_id: int) -> Page:
    """Say that a draft was looked at and is right."""
    return _done(catalogue_id, lambda was: store().catalogues.check(catalogue_id, was=was))


@blueprint.route("/<int:catalogue_id>/issue", methods=["GET", "POST"])
def issue(catalogue_id: int) -> Page:
    """Issue a checked catalogue, after a look at what that means."""
    stored = found(catalogue_id)
    if request.method == "POST":
        replaces = request.form.get("replaces", type=int)
        return _done(
            catalogue_id,
            lambda was: store().catalogues.issue(catalogue_id, replaces=replaces, was=was),
        )
    out = [
        each for each in store().catalogues.all(scope())
        if each.state is CatalogueState.ISSUED
        and (each.variant, each.subject) == (stored.variant, stored.subject)
    ]  # fmt: skip
    return render_template("catalogues/issue.html", stored=stored, issued=out)


@blueprint.post("/<int:catalogue_id>/drop")
def drop(catalogue_id: int) -> Page:
    """Delete a draft."""
    found(catalogue_id)
    try:
        store().catalogues.delete(catalogue_id)
    except StoreError as error:
        return _refused(catalogue_id, error)
    return redirect(url_for(".index"), 303)


def _done(catalogue_id: int, change: Any) -> Page:
    """Change a catalogue, and show it; where it is not as the user saw it, say so."""
    found(catalogue_id)
    try:
        change(request.form.get("was", ""))
    except StaleError:
        raise
    except StoreError as error:
        return _refused(catalogue_id, error)
    return redirect(url_for(".show", catalogue_id=catalogue_id), 303)


def _refused(catalogue_id: int, error: XieshouError) -> tuple[str, int]:
    stored = found(catalogue_id)
    return render_template("catalogues/refused.html", stored=stored, said=str(error)), 409


@blueprint.get("/compare")
def compared() -> Page:
    """What a later catalogue has that an earlier one had not, the reverse, and what changed."""
    every = store().catalogues.all(scope())
    before, after = (request.args.get(name, 0, type=int) for name in ("before", "after"))
    if not (before and after):
        return render_template("catalogues/compare.html", catalogues=every, found=None)
    earlier, later = found(before), found(after)
    contents = (content_of(store(), each.id, scope()) for each in (earlier, later))
    return render_template(
        "catalogues/compare.html", catalogues=every, earlier=earlier, later=later,
        found=compare(*contents), labels=LABELS,
    )  # fmt: skip


@blueprint.route("/verify", methods=["GET", "POST"])
def verified() -> Page:
    """Whether a file is a catalogue that was issued here; the file is not kept."""
    verification, said = None, ""
    if request.method == "POST":
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            said = _("请先选择一个文件")
        else:
            name = _UNSAFE.sub("_", sent.filename)[-120:]
            try:
                verification = verify(store(), sent.read(), name)
            except XieshouError as error:
                said = str(error)
    return render_template(
        "catalogues/verify.html", verification=verification, said=said, suffixes=CATALOGUE_SUFFIXES
    )
