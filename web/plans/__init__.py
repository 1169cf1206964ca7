"""Plans in the browser: who supplies how much to whom, changed by hand and made again (方案)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from matcher.allocation import Assignment, changes
from matcher.catalogue.suggestions import harmless
from matcher.planning import Choices, kept
from matcher.store import StoredPlan
from web import jobs
from web.database import store
from web.plans.forms import PlanForm, shown

blueprint = Blueprint("plans", __name__, url_prefix="/plans")
PAGE = 50
_OTHERS = 3  # pairs shown of a demand that are not assigned
VIEWS = ("demands", "supplies", "changes", "assumptions")


@blueprint.get("")
def index() -> str:
    """The plans that are kept, the newest first."""
    page, pages = _page(store().plans.count())
    return render_template(
        "plans/index.html", plans=store().plans.all(limit=PAGE, offset=(page - 1) * PAGE),
        page=page, pages=pages, matched=store().runs.latest() is not None,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> str | BaseResponse:
    """Choose and make a plan; after another one where ``after`` names it."""
    before = _before()
    start = Choices.of(before.choices) if before else Choices()
    form = PlanForm(data=shown(start))
    if form.validate_on_submit():
        return _make(form.choices(start), before)
    return render_template("plans/new.html", form=form, before=before, choices=start)


def _before() -> StoredPlan | None:
    number = request.args.get("after", type=int)
    return store().plans.get(number) if number else None


def _make(choices: Mapping[str, Any], before: StoredPlan | None) -> BaseResponse:
    arguments = {"choices": dict(choices), "before": before.id if before else None}
    return redirect(url_for("jobs.show", job_id=jobs.start("plan", arguments)), 303)


@blueprint.get("/<int:plan_id>")
def show(plan_id: int) -> str:
    """One plan: by demand, by supply, against the plan before, what was assumed."""
    plan = store().plans.get(plan_id)
    view = request.args.get("view", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    shows = {"demands": _demands, "supplies": _supplies, "changes": _changes}.get(view)
    return render_template(
        "plans/show.html", plan=plan, view=view, choices=Choices.of(plan.choices),
        **(shows(plan) if shows else {}),
    )  # fmt: skip


def _demands(plan: StoredPlan) -> dict[str, Any]:
    counts = {
        "": plan.demands,
        "whole": plan.whole,
        "partly": plan.partly,
        "uncovered": plan.uncovered,
    }
    state = request.args.get("state", "")
    state = state if state in counts else ""
    page, pages = _page(counts[state])
    rows = store().plans.demands(plan.id, state=state, limit=PAGE, offset=(page - 1) * PAGE)
    found = store().plans.pairs(plan.id, [row["demand_id"] for row in rows])
    pairs = {demand_id: _first(held) for demand_id, held in found.items()}
    left = {demand_id: len(held) - len(pairs[demand_id]) for demand_id, held in found.items()}
    return {
        "rows": rows,
        "pairs": pairs,
        "left": left,
        "state": state,
        "counts": counts,
        "page": page,
        "pages": pages,
    }


def _first(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is assigned, and the best of the rest; the others stand on the page of the demand."""
    given = [pair for pair in pairs if pair["quantity"]]
    return given + pairs[len(given) :][:_OTHERS]


def _supplies(plan: StoredPlan) -> dict[str, Any]:
    page, pages = _page(store().plans.served(plan.id))
    rows = store().plans.supplies(plan.id, limit=PAGE, offset=(page - 1) * PAGE)
    buyers = store().plans.buyers(plan.id, [row["supply_id"] for row in rows])
    return {"rows": rows, "buyers": buyers, "page": page, "pages": pages}


def _changes(plan: StoredPlan) -> dict[str, Any]:
    other = request.args.get("with", plan.before_id or 0, type=int)
    if not other:
        return {"found": None, "other": None}
    found = changes(kept(store(), store().plans.get(other).id), kept(store(), plan.id))
    page, pages = _page(len(found))
    return {
        "found": found[(page - 1) * PAGE : page * PAGE], "total": len(found), "other": other,
        "page": page, "pages": pages,
    }  # fmt: skip


@blueprint.post("/<int:plan_id>/again")
def again(plan_id: int) -> BaseResponse:
    """Make the plan again with pairs pinned, forbidden or released, as close as can be."""
    plan = store().plans.get(plan_id)
    start = Choices.of(plan.choices)
    pins, forbidden = set(start.pins), set(start.forbidden)
    for name in request.form:
        if not name.startswith("pair:"):
            continue
        wish, pair = request.form[name], _pair(name)
        if wish in {"pin", "forbid", "free"}:
            pins.discard(pair)
            forbidden.discard(pair)
        if wish == "pin":
            pins.add(pair)
        elif wish == "forbid":
            forbidden.add(pair)
    changed = {"pins": sorted(pins), "forbidden": sorted(forbidden)}
    return _make(start.record() | changed, plan)


def _pair(name: str) -> tuple[str, str]:
    demand_id, bar, supply_id = name.removeprefix("pair:").partition("|")
    if not bar:
        raise BadRequest
    return demand_id, supply_id


@blueprint.get("/<int:plan_id>.csv")
def as_csv(plan_id: int) -> Response:
    """The assignments as a table for Excel."""
    store().plans.get(plan_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["demand_id", "supply_id", "quantity", "unit", "share"])
    writer.writerows(_lines(kept(store(), plan_id)))
    return Response(
        out.getvalue().encode("utf-8-sig"), mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=plan-{plan_id}.csv"},
    )  # fmt: skip


def _lines(assignments: Iterable[Assignment]) -> Iterable[list[Any]]:
    for a in assignments:
        yield [harmless(a.demand_id), harmless(a.supply_id), a.quantity, a.unit, f"{a.share:.4f}"]


@blueprint.get("/<int:plan_id>.json")
def as_json(plan_id: int) -> Response:
    """The plan with its assignments; ``xieshou plans N --json`` gives the same."""
    plan = store().plans.get(plan_id)
    return jsonify(plan.record() | {"assignments": store().plans.assignments(plan_id)})


def _page(total: int) -> tuple[int, int]:
    """The page asked for, within what there is, and how many there are."""
    pages = max(1, -(-total // PAGE))
    return min(max(request.args.get("page", 1, type=int), 1), pages), pages


def state_label(state: str) -> str:
    """Name of a state of a demand in a plan."""
    names = {
        "": _("全部"),
        "whole": _("全部满足"),
        "partly": _("部分满足"),
        "uncovered": _("没有安排"),
    }
    return names[state]


@blueprint.app_template_filter("amount")
def amount(quantity: float, unit: str = "") -> str:
    """A quantity with thousands parted, without noise behind the point."""
    text = (
        f"{quantity:,.2f}".rstrip("0").rstrip(".") if abs(quantity) >= 0.01 else f"{quantity:.3g}"
    )
    return f"{text} {unit}".strip()


blueprint.add_app_template_global(state_label)
