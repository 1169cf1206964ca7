"""The bureau's work on engagements: begin, lead on, end, correct, answer requests."""

from __future__ import annotations

import json

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import XieshouError
from matcher.model import EngagementStage, Verdict
from matcher.records import quantity_text
from matcher.store import ContactError, EngagementError, Entry, EventKind, Wish
from web.database import store
from web.engagements.area import WISH_LABELS, blueprint, facts_of, key_of
from web.engagements.pages import PER_PAGE, one_page
from web.rights import scope

Page = str | tuple[str, int] | BaseResponse
_MOST = 500  # pairs of one batch


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """A new engagement of one pair; without a pair, the accepted ones that wait for theirs."""
    given = request.form if request.method == "POST" else request.args
    demand_id, supply_id = given.get("demand", ""), given.get("supply", "")
    if not demand_id and not supply_id:
        return _waiting()
    said = ""
    if request.method == "POST":
        try:
            key = store().engagements.begin(
                demand_id, supply_id, scope(), reason=given.get("reason", ""),
                officer_id=key_of(given.get("officer")), due_on=given.get("due_on", ""),
            )  # fmt: skip
            return redirect(url_for("engagements.show", engagement_id=key), 303)
        except EngagementError as error:
            said = str(error)
    page = _pair_page(demand_id, supply_id, said)
    return (page, 409) if said else page


def _waiting() -> str:
    plan_id = request.args.get("plan", type=int)
    total = store().engagements.waiting_count(scope(), plan_id=plan_id)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "engagements/waiting.html", total=total, page=page, pages=pages,
        rows=store().engagements.waiting(
            scope(), limit=PER_PAGE, offset=(page - 1) * PER_PAGE, plan_id=plan_id
        ), plan_id=plan_id,
        officers=store().engagements.officers(), me=current_user.user.id, wishes=WISH_LABELS,
        unfit=Wish.UNFIT.value,
    )  # fmt: skip


def _pair_page(demand_id: str, supply_id: str, said: str) -> str:
    demand, supply = store().engagements.pair_rows(demand_id, supply_id, scope())
    there = store().engagements.of_pair(demand_id, supply_id, scope())
    decision = store().decisions.latest_of(demand_id, supply_id, scope())
    return render_template(
        "engagements/new.html", demand=demand, supply=supply, there=there, said=said,
        wanted=quantity_text(demand), offered=quantity_text(supply), decision=decision,
        accepted=bool(
            decision and decision.decision.verdict is Verdict.ACCEPTED and not decision.changed
        ),
        wish=store().wishes.of_pair(demand_id, supply_id, scope()), wishes=WISH_LABELS,
        officers=store().engagements.officers(), me=current_user.user.id, typed=request.form,
        open=bool(there and there.engagement.stage is not EngagementStage.ENDED),
    )  # fmt: skip


@blueprint.post("/begin")
def begin() -> Page:
    """Engagements of many accepted pairs at once, each as ``["demand id", "supply id"]``."""
    try:
        pairs = [_pair(text) for text in request.form.getlist("pair")[:_MOST]]
        begun, left = store().engagements.begin_many(
            pairs, scope(), officer_id=key_of(request.form.get("officer"))
        )
    except EngagementError as error:
        text = str(error)
        return render_template("message.html", title=_("没有发起对接"), text=text), 409
    if left:
        text = _(
            "发起了 %(n)s 条对接。没有发起的：%(left)s", n=len(begun), left="；".join(left[:10])
        )
        return render_template("message.html", title=_("发起对接"), text=text)
    return redirect(url_for("engagements.index" if begun else "engagements.new"), 303)


def _pair(text: str) -> tuple[str, str]:
    try:
        demand_id, supply_id = json.loads(text)
    except (ValueError, TypeError) as error:
        raise BadRequest from error
    if not isinstance(demand_id, str) or not isinstance(supply_id, str):
        raise BadRequest
    return demand_id, supply_id


@blueprint.post("/<int:engagement_id>/write")
def write(engagement_id: int) -> Page:
    """A step, an end, a follow-up or an arrangement; 409 where the form is stale or lacks something."""
    kinds = {"step": EventKind.STEP, "end": EventKind.STEP}
    said = request.form.get("kind", "")
    kind = kinds.get(said) or (EventKind.FOLLOW if _note() else EventKind.ARRANGE)
    stage = EngagementStage.ENDED if said == "end" else None
    if said == "step":
        stage = _stage()
    return _written(engagement_id, kind, stage)


@blueprint.post("/<int:engagement_id>/correct")
def correct(engagement_id: int) -> Page:
    """What was written wrong, put right by an administrator, with the reason."""
    return _written(engagement_id, EventKind.CORRECT, _stage())


def _note() -> str:
    return request.form.get("note", "").strip()


def _stage() -> EngagementStage | None:
    try:
        return EngagementStage(request.form.get("stage", ""))
    except ValueError:
        return None


def _written(engagement_id: int, kind: EventKind, stage: EngagementStage | None) -> Page:
    one = store().engagements.get(engagement_id, scope())
    form = request.form
    try:
        entry = Entry(
            kind, stage, _note(), shared=bool(form.get("shared")), facts=facts_of(form),
            officer_id=key_of(form.get("officer")), due_on=form.get("due_on", ""),
            release=_released(),
        )  # fmt: skip
        store().engagements.write(
            engagement_id, entry, scope(), version=key_of(form.get("version")) or -1
        )
    except (EngagementError, ContactError) as error:
        now_is = store().engagements.get(one.id, scope())
        return one_page(now_is, said=str(error), typed=form), 409
    return redirect(url_for("engagements.show", engagement_id=engagement_id), 303)


def _released() -> tuple[int, ...]:
    keys = (key_of(text) for text in request.form.getlist("release"))
    return tuple(key for key in keys if key is not None)


@blueprint.post("/days")
def days() -> Page:
    """After how many days without an event an engagement of a stage is overdue."""
    given = {stage: request.form.get(f"days-{stage.name}", "") for stage in EngagementStage}
    wanted = {stage: key_of(text) for stage, text in given.items() if text.strip()}
    try:
        store().engagements.set_days({stage: n for stage, n in wanted.items() if n is not None})
    except XieshouError as error:
        return render_template("message.html", title=_("没有保存"), text=str(error)), 409
    return redirect(url_for("engagements.index"), 303)


@blueprint.route("/requests/<int:request_id>", methods=["GET", "POST"])
def answer(request_id: int) -> Page:
    """A buyer's request: what it is about, and the bureau's answer."""
    asked = store().requests.get(request_id, scope())
    said = ""
    if request.method == "POST":
        granted = request.form.get("answer") == "grant"
        try:
            key = store().requests.answer(
                request_id, scope(), granted=granted, note=request.form.get("note", ""),
                officer_id=key_of(request.form.get("officer")), release=_released(),
            )  # fmt: skip
        except (EngagementError, ContactError) as error:
            said = str(error)
            asked = store().requests.get(request_id, scope())
        else:
            page = (
                url_for("engagements.show", engagement_id=key)
                if key
                else url_for("engagements.index")
            )
            return redirect(page, 303)
    demand, supply = store().engagements.pair_rows(asked.demand_id, asked.supply_id, scope())
    page = render_template(
        "engagements/request.html", asked=asked, demand=demand, supply=supply, said=said,
        wanted=quantity_text(demand), offered=quantity_text(supply), typed=request.form,
        contacts=store().contacts.of_pair(asked.demand_id, asked.supply_id, scope()),
        officers=store().engagements.officers(), me=current_user.user.id,
        wish=store().wishes.of_pair(asked.demand_id, asked.supply_id, scope()), wishes=WISH_LABELS,
    )  # fmt: skip
    return (page, 409) if said else page
