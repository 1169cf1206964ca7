"""The pages of importing: hand in, look and correct, preview, confirm, undo (导入)."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import NotFoundError, StaleError, XieshouError
from matcher.lists.choices import ENCODINGS
from matcher.model import ListKind
from matcher.store import CannotUndoError, ImportRecord
from matcher.store.belonging import kinds_of
from web import jobs
from web.database import store
from web.imports import choosing, work
from web.rights import scope

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
Page = str | tuple[str, int] | BaseResponse
PER_PAGE = 50
# Larger files are read by a process of their own: at about 2,000 rows reading takes a second.
_TEXT = (".csv", ".tsv", ".txt", ".tab", ".json")
SMALL_TEXT, SMALL = 400_000, 120_000  # bytes


def is_small(record: ImportRecord) -> bool:
    """Whether a file is read while the browser waits."""
    text = record.file_name.lower().endswith(_TEXT)
    return record.size <= (SMALL_TEXT if text else SMALL)


@blueprint.get("")
def index() -> str:
    """The form to hand in a file, and what was imported so far."""
    return _index()


def _index(said: str = "") -> str:
    mine, page = scope(), max(1, request.args.get("page", 1, type=int))
    total = store().imports.count(mine)
    pages = max(1, -(-total // PER_PAGE))
    page = min(page, pages)
    records = store().imports.all(mine, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return render_template(
        "imports/index.html", records=records, page=page, pages=pages, total=total, said=said,
        kinds=kinds_of(mine), of_bureau=mine.of_bureau,
    )  # fmt: skip


@blueprint.post("")
def upload() -> Page:
    """Take in a file, and read it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _index(_("请先选择一个文件，再点“上传”")), 400
    name, content = work.file_name(sent.filename), sent.read()
    if not content:
        return _index(_("%(name)s 是空文件，请重新导出后再试", name=name)), 400
    try:
        number = store().imports.begin(name, content, scope())
    except XieshouError as error:
        return _index(str(error)), 400
    return _read(number)


def _read(number: int) -> BaseResponse:
    """Read a file, here or by a job; the page to go on with."""
    record = store().imports.get(number, scope())
    if not is_small(record):
        return _by_job("import.read", number, {"import": number})
    work.read(store(), number)
    return redirect(url_for("imports.show", number=number), 303)


def _by_job(kind: str, number: int, arguments: dict[str, Any]) -> BaseResponse:
    job_id = jobs.start(kind, arguments)
    store().imports.in_background(number, job_id)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.get("/<int:number>")
def show(number: int) -> Page:
    """One import: what would happen, or what has happened."""
    return _show(number)


def _show(number: int, said: str = "") -> str:
    record = store().imports.get(number, scope())
    which = request.args.get("show", "")
    figures = {
        name: record.counts.get(name, 0)
        for name in ("new", "updated", "unchanged", "problem", "skipped", "remarked")
    }
    if which not in figures:
        which = next(
            (n for n in ("problem", "updated", "new", "unchanged") if figures[n]), "skipped"
        )
    pages = max(1, -(-figures[which] // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    rows = store().imports.rows.page(record.id, which, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return render_template(
        "imports/show.html", record=record, figures=figures, which=which, rows=rows, page=page,
        pages=pages, said=said, stale=request.args.get("stale"), labels=choosing.labels(record.kind),
        earlier=store().imports.earlier(record) if record.state == "open" else None,
        going_on=_going_on(record), several_sheets=len(record.understood.get("sheets", [])) > 1,
        has_problems=figures["remarked"] > 0, kinds=kinds_of(scope()), **_form(record),
    )  # fmt: skip


def _going_on(record: ImportRecord) -> int | None:
    """The job that works on an import at this moment."""
    if record.job_id is None:
        return None
    try:
        return record.job_id if store().jobs.get(record.job_id).open else None
    except NotFoundError:
        return None


def _form(record: ImportRecord) -> dict[str, Any]:
    """What the form for corrections shows."""
    kind = record.understood.get("kind") or record.kind or ListKind.DEMAND
    return {
        "options": choosing.options(ListKind(kind)),
        "kind": str(kind),
        "encodings": ENCODINGS,
        "basis": choosing.basis(record),
        "shown_key": choosing.shown_key,
        "is_text": record.understood.get("format", "text") == "text",
    }


@blueprint.route("/<int:number>/columns", methods=["GET", "POST"])
def columns(number: int) -> Page:
    """What was understood of a file, to be looked at and corrected."""
    record = store().imports.get(number, scope())
    if record.state in {"imported", "undone"} and request.method == "POST":
        return redirect(url_for("imports.show", number=number), 303)
    if request.method == "POST":
        if request.form.get("reset"):
            store().imports.choose(number, {"reset": True})
        elif request.form.get("basis") == choosing.basis(record):
            store().imports.choose(number, choosing.chosen(record, request.form))
        else:  # a form about something else than what is there now
            return redirect(url_for("imports.columns", number=number), 303)
        return _read(number)
    return render_template(
        "imports/columns.html", record=record, kinds=kinds_of(scope()), **_form(record)
    )


@blueprint.post("/<int:number>/read")
def again(number: int) -> Page:
    """Read a file again whose reading was cancelled."""
    if store().imports.get(number, scope()).state == "waiting":
        return _read(number)
    return redirect(url_for("imports.show", number=number), 303)


@blueprint.post("/<int:number>/confirm")
def confirm(number: int) -> Page:
    """Import what was previewed; once, however often it is clicked."""
    record = store().imports.get(number, scope())
    shown = request.form.get("shown", "")
    if record.state == "open" and not is_small(record):
        if running := _going_on(record):
            return redirect(url_for("jobs.show", job_id=running), 303)
        return _by_job("import.confirm", number, {"import": number, "shown": shown})
    try:
        work.confirm(store(), number, shown)
    except StaleError:
        return redirect(url_for("imports.show", number=number, stale=1), 303)
    return redirect(url_for("imports.show", number=number), 303)


@blueprint.post("/<int:number>/undo")
def undo(number: int) -> Page:
    """Take an import back, or say what stands in the way."""
    record = store().imports.get(number, scope())
    if record.state == "imported":
        try:
            store().imports.undo(number, scope())
        except CannotUndoError as error:
            return _show(number, str(error)), 409
        except XieshouError as error:
            return _show(number, str(error)), 409
    return redirect(url_for("imports.show", number=number), 303)


@blueprint.post("/<int:number>/drop")
def drop(number: int) -> Page:
    """Give up an import that was not confirmed."""
    if store().imports.get(number, scope()).state in {"imported", "undone"}:
        return redirect(url_for("imports.show", number=number), 303)
    store().imports.drop(number, scope())
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<int:number>/original")
def original(number: int) -> BaseResponse:
    """The file as it was handed in."""
    record = store().imports.get(number, scope())
    content = store().imports.original(record)
    if content is None:
        raise NotFoundError(_("这次导入的原件没有保存在数据库里。"))
    store().audit.add("import.download", f"import:{number}", after={"sha256": record.sha256})
    return _download(content, record.file_name, "application/octet-stream")


@blueprint.get("/<int:number>/problems.xlsx")
def problems(number: int) -> BaseResponse:
    """The problem rows, to be corrected and sent back."""
    record = store().imports.get(number, scope())
    content = store().imports.problem_file(record)
    if content is None:
        raise NotFoundError(_("这次导入没有问题行，不用下载。"))
    stem = record.file_name.rpartition(".")[0] or record.file_name
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(content, f"{stem}-问题行.xlsx", kind)


def _download(content: bytes, name: str, kind: str) -> BaseResponse:
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
