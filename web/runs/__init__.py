"""Matching runs: started, watched, looked at and compared (撮合运行)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from matcher.catalogue.suggestions import harmless, score_text
from matcher.errors import NotFoundError
from matcher.store import EVERYTHING, DemandChange, JobRunningError
from web import jobs
from web.charts import tenths
from web.database import store
from web.remembered import remembered
from web.rights import scope
from web.runs.forms import RunForm

blueprint = Blueprint("runs", __name__, url_prefix="/runs")
_PER_PAGE = 20
_DEMANDS = 10  # that are compared on one page
_LONG = 3600.0  # seconds that figures of a run hold: it never changes
_SHORT = 60.0  # seconds that a comparison is kept: firms move between counties
_CSV_BLOCK = 500  # demands that are compared at a time


@blueprint.get("")
def index() -> str:
    """All runs, the newest first, and the one that goes on."""
    found = store().run_views.count()
    page, pages = _page(found)
    runs = store().run_views.page(scope(), limit=_PER_PAGE + 1, offset=(page - 1) * _PER_PAGE)
    earlier = {run["id"]: before["id"] for run, before in pairwise(runs)}
    return render_template(
        "runs/index.html", runs=runs[:_PER_PAGE], earlier=earlier, found=found, page=page,
        pages=pages, going_on=jobs.open_jobs("match"), whole=scope() == EVERYTHING,
    )  # fmt: skip


def _page(found: int, per_page: int = _PER_PAGE) -> tuple[int, int]:
    """The page that is asked for, and how many there are."""
    pages = max(1, -(-found // per_page))
    return min(max(request.args.get("page", 1, type=int), 1), pages), pages


@blueprint.route("/new", methods=["GET", "POST"])
def start() -> str | BaseResponse:
    """Choose the parameters and start; where a run goes on already, its page."""
    form = RunForm()
    if form.validate_on_submit():
        try:
            job_id = jobs.start("match", form.arguments())
        except JobRunningError as running:
            job_id = running.job_id
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    model = store().models.in_use()
    return render_template(
        "runs/new.html", form=form, model=model, going_on=jobs.open_jobs("match"),
        rows=store().figures.sizes(EVERYTHING),
    )  # fmt: skip


@blueprint.get("/<int:run_id>")
def show(run_id: int) -> str:
    """One run: what it was asked, by what it was made, what came out."""
    run, mine = _run(run_id), scope()
    views = store().run_views
    before = store().run_views.before(run_id)
    whole = mine == EVERYTHING
    return render_template(
        "runs/show.html", run=run, before=before, whole=whole,
        best=tenths(remembered(("best", run_id, mine), _SHORT, lambda: views.best(run_id, mine))),
        every=tenths(remembered(("all", run_id), _LONG, lambda: views.every(run_id))) if whole else None,
    )  # fmt: skip


def _run(run_id: int) -> dict[str, Any]:
    run = store().run_views.get(run_id, scope())
    if run is None:
        raise NotFoundError(_("没有第 %(n)s 次撮合运行", n=run_id))
    return run


def _two() -> tuple[int, int]:
    """The two runs that are asked for, the earlier one first; else the last two."""
    last = [run["id"] for run in store().run_views.page(scope(), limit=2)]
    after = request.args.get("after", last[0] if last else 0, type=int)
    before = request.args.get("before", last[-1] if last else 0, type=int)
    return before, after


def _changes(before: int, after: int) -> list[DemandChange]:
    mine = scope()
    return remembered(
        ("changes", before, after, mine), _SHORT,
        lambda: store().run_views.changes(before, after, mine),
    )  # fmt: skip


@blueprint.get("/compare")
def compare() -> str:
    """What changed between two runs, by demand, those that changed most first."""
    before, after = _two()
    runs = store().run_views.page(scope(), limit=200)
    if len(runs) < 2:
        return render_template("runs/compare.html", runs=runs)
    earlier, later = _run(before), _run(after)
    changes = _changes(before, after)
    page, pages = _page(len(changes), _DEMANDS)
    shown = changes[(page - 1) * _DEMANDS : page * _DEMANDS]
    lines = store().run_views.compared(before, after, scope(), [one.demand_key for one in shown])
    groups = [
        (one, [line for line in lines if line["demand_key"] == one.demand_key]) for one in shown
    ]
    return render_template(
        "runs/compare.html", runs=runs, earlier=earlier, later=later, groups=groups,
        found=len(changes), page=page, pages=pages,
        added=sum(one.added for one in changes), removed=sum(one.removed for one in changes),
        moved=sum(one.moved for one in changes),
    )  # fmt: skip


_COLUMNS = (
    "demand_id", "leader", "demand", "supply_id", "enterprise", "supply", "was", "now",
    "probability_was", "probability_now",
)  # fmt: skip
_HEADINGS = ("需求编号", "链主企业", "需求产品", "供给编号", "供给企业", "供给产品",
             "原名次", "现名次", "原把握", "现把握")  # fmt: skip


@blueprint.get("/compare.csv")
def compare_csv() -> Response:
    """All that changed between two runs, for a spreadsheet program."""
    before, after = _two()
    _run(before), _run(after)
    keys = [one.demand_key for one in _changes(before, after)]

    def lines() -> Iterator[str]:
        yield "\ufeff" + _csv_line(_HEADINGS)
        for start in range(0, len(keys), _CSV_BLOCK):
            block = keys[start : start + _CSV_BLOCK]
            for row in mine.run_views.compared(before, after, seen, block):
                yield _csv_line([_cell(row[name]) for name in _COLUMNS])

    mine, seen = store(), scope()
    name = f"runs-{before}-{after}.csv"
    return Response(
        "".join(lines()),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return score_text(value) if isinstance(value, float) else harmless(str(value))


def _csv_line(cells: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
