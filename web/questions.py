"""Questions whether two spellings are one firm, answered here; merges can be undone (企业名称)."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import EVERYTHING
from web.database import store
from web.rights import may, scope
from web.waiting import Waiting, waits

blueprint = Blueprint("questions", __name__, url_prefix="/enterprises/questions")
_PER_PAGE = 20
_MERGES = 20


@blueprint.get("")
def index() -> str:
    """Open questions, the oldest first, and the last merges."""
    mine = scope()
    found = store().merging.count(mine)
    pages = max(1, -(-found // _PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "questions/index.html", found=found, page=page, pages=pages,
        questions=store().merging.questions(
            mine, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE
        ),
        merges=store().merging.merges(limit=_MERGES) if mine == EVERYTHING else (),
    )  # fmt: skip


@blueprint.post("/<int:question_id>")
def answer(question_id: int) -> BaseResponse:
    """One firm, in the spelling that is kept, or two."""
    said = request.form.get("answer", "")
    if said == "different":
        store().merging.different(question_id)
    elif said.isdecimal() and len(said) < 12:
        store().merging.same(question_id, int(said))
    else:
        raise BadRequest
    return redirect(url_for("questions.index"), 303)


@blueprint.post("/merges/<int:merge_id>/undo")
def undo(merge_id: int) -> BaseResponse:
    """Two firms again."""
    store().merging.undo(merge_id)
    return redirect(url_for("questions.index"), 303)


@waits("questions")
def _open_questions() -> Iterator[Waiting]:
    if may("questions.answer"):
        number = store().merging.count(scope())
        yield Waiting(_("待确认的企业名称"), number, url_for("questions.index"))
