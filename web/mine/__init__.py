"""A firm's own first page: a buyer's needs and who may serve them, a supplier's fitting needs (我的)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import EngagementError, Question, Role, Wish
from web.database import store
from web.engagements.area import STAGE_LABELS, WISH_LABELS
from web.rights import scope

blueprint = Blueprint("mine", __name__, url_prefix="/mine")
Page = str | tuple[str, int] | BaseResponse
_PER_PAGE, _FITTING, _ENGAGED = 50, 20, 10
MISSING_LABELS = {"产能": _l("没有产能"), "规格": _l("没有规格"), "有效期": _l("已过有效期")}


def _page_of(total: int, size: int, name: str = "page") -> tuple[int, int]:
    """The page asked for and how many there are."""
    pages = max(1, -(-total // size))
    return min(max(request.args.get(name, 1, type=int), 1), pages), pages


def _engaged() -> dict[str, Any]:
    """Own engagements that are due first, and how many are overdue."""
    mine, read = scope(), store().engagements
    return {
        "engaged": read.list(mine, limit=_ENGAGED), "engaged_total": read.count(mine),
        "late": read.count(mine, Question(stale=True)), "stages": STAGE_LABELS,
    }  # fmt: skip


@blueprint.get("")
def index() -> str:
    """The page of whoever comes: a chain leader's, or a supplier's."""
    return _buyer() if current_user.user.role is Role.CHAIN_LEADER else _supplier()


def _buyer() -> str:
    mine, run_id, own = scope(), store().runs.latest(), store().own
    gaps = request.args.get("gaps") == "1"
    counts = own.need_counts(mine, run_id)
    page, pages = _page_of(counts["gaps" if gaps else "needs"], _PER_PAGE)
    return render_template(
        "mine/buyer.html", counts=counts, gaps=gaps, page=page, pages=pages, run_id=run_id,
        needs=own.needs(mine, run_id, gaps=gaps, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE),
        requests=store().requests.list(mine, limit=_ENGAGED), buyer=True, **_engaged(),
    )  # fmt: skip


@blueprint.get("/needs/<path:demand_id>")
def need(demand_id: str) -> str:
    """One own need and its accepted suppliers side by side."""
    return _need_page(demand_id)


def _need_page(demand_id: str, said: str = "") -> str:
    mine, run_id = scope(), store().runs.latest()
    demand = store().own.need(mine, run_id, demand_id)
    return render_template(
        "mine/need.html", demand=demand, said=said, stages=STAGE_LABELS,
        suppliers=store().own.accepted(mine, run_id, demand_id),
    )  # fmt: skip


@blueprint.post("/ask")
def ask() -> Page:
    """申请对接: asking twice is asking once."""
    demand_id, supply_id = (request.form.get(name, "") for name in ("demand", "supply"))
    try:
        store().requests.ask(demand_id, supply_id, scope(), note=request.form.get("note", ""))
    except EngagementError as error:
        return _need_page(demand_id, str(error)), 409
    return redirect(url_for("mine.need", demand_id=demand_id), 303)


def _acceptable(run_id: int | None) -> float:
    return float(store().runs.get(run_id)["parameters"]["acceptable"]) if run_id else 1.0


def _supplier(said: str = "") -> str:
    mine, run_id, own = scope(), store().runs.latest(), store().own
    acceptable, counts = _acceptable(run_id), own.supply_counts(mine)
    fitting = own.fitting_count(mine, run_id, acceptable)
    page, pages = _page_of(fitting, _FITTING)
    row_page, row_pages = _page_of(counts["supplies"], _PER_PAGE, "rows")
    return render_template(
        "mine/supplier.html", counts=counts, fitting=fitting, page=page, pages=pages, said=said,
        needs=own.fitting(mine, run_id, acceptable, limit=_FITTING, offset=(page - 1) * _FITTING),
        supplies=own.supplies(mine, limit=_PER_PAGE, offset=(row_page - 1) * _PER_PAGE),
        row_page=row_page, row_pages=row_pages, missing=MISSING_LABELS, wishes=WISH_LABELS,
        interested=Wish.INTERESTED.value, unfit=Wish.UNFIT.value,
        run_id=run_id, **_engaged(),
    )  # fmt: skip


@blueprint.post("/wish")
def wish() -> Page:
    """What a supplier says of a need: a hint for reviewers, never a decision."""
    form = request.form
    said = ""
    try:
        word = Wish(form.get("wish", ""))
    except ValueError:
        said = _("请选 感兴趣 或 不合适")
    else:
        try:
            store().wishes.say(
                form.get("demand", ""), form.get("supply", ""), scope(), word,
                reason=form.get("reason", "") if word is Wish.UNFIT else "",
            )  # fmt: skip
        except EngagementError as error:
            said = str(error)
    if said:
        return _supplier(said), 409
    return redirect(url_for("mine.index", page=form.get("page", type=int)), 303)
