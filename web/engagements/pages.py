"""The list of engagements, one of them, and its form on paper."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from flask import render_template, request, send_file
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from matcher.catalogue.engaged import FORMATS, TITLE, to_bytes
from matcher.model import EngagementStage
from matcher.records import quantity_text
from matcher.store import Question, StoredEngagement
from matcher.store.engagements import following
from matcher.store.engagementtypes import ALL_STAGES
from web.database import store
from web.engagements.area import (
    END_WORDS,
    KIND_LABELS,
    ORIGIN_LABELS,
    STAGE_LABELS,
    WISH_LABELS,
    blueprint,
)
from web.rights import may, scope

PER_PAGE = 50
_LONGEST_SEARCH = 100


def asked() -> Question:
    """What the address asks for."""
    given = request.args
    return Question(
        stage=given.get("stage", ""),
        officer=given.get("officer", ""),
        stale=given.get("stale", "") == "1",
        chain=given.get("chain", ""),
        q=given.get("q", "").strip()[:_LONGEST_SEARCH],
    )


@blueprint.get("")
def index() -> str | BaseResponse:
    """Engagements by what is due, with how many there are of each stage; also as a file."""
    question, mine, read = asked(), scope(), store().engagements
    form = request.args.get("format", "")
    if form in FORMATS:
        data = to_bytes((one.record() for one in read.list(mine, question)), form)
        return send_file(io.BytesIO(data), as_attachment=True, download_name=f"{TITLE}.{form}")
    facets = read.facets(mine, question)
    total = read.count(mine, question)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    works = may("engagement work")
    keep = {
        name: text for name, text in request.args.items() if name not in {"page", "format"} and text
    }
    return render_template(
        "engagements/index.html",
        rows=read.list(mine, question, limit=PER_PAGE, offset=(page - 1) * PER_PAGE),
        facets=facets, officers=_officers(facets["officer"]), total=total, page=page, pages=pages,
        question=question, all_stages=ALL_STAGES, keep=keep, stages=STAGE_LABELS, works=works, of_bureau=mine.of_bureau,
        requests=store().requests.list(mine, waiting=True, limit=10) if mine.of_bureau else [],
        waiting=read.waiting_count(mine) if works else 0,
        days=read.days() if may("engagement corrections") else {},
    )  # fmt: skip


def _officers(facet: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Key, name and number of each 服务专员, those without one last."""
    found = [(*who.partition(":")[::2], n) for who, n in facet.items()]
    return sorted(found, key=lambda one: (one[0] == "0", one[1]))


@blueprint.get("/<int:engagement_id>")
def show(engagement_id: int) -> str:
    """One engagement: its two rows, contacts as far as allowed, what happened, what is next."""
    return one_page(store().engagements.get(engagement_id, scope()))


def one_page(
    one: StoredEngagement, *, said: str = "", typed: Mapping[str, str] | None = None
) -> str:
    """The page of an engagement, with what was wrong and what was typed."""
    works = may("engagement work")
    stage = one.engagement.stage
    return render_template(
        "engagements/show.html", **_both(one), said=said, typed=typed or {}, works=works,
        corrects=may("engagement corrections"), further=following(stage),
        ended=stage is EngagementStage.ENDED, officers=store().engagements.officers() if works else {},
        days=store().engagements.days(), reasons=END_WORDS, me=current_user.user.id,
    )  # fmt: skip


@blueprint.get("/<int:engagement_id>/form")
def sheet(engagement_id: int) -> str:
    """对接登记表: on paper, with lines for signatures."""
    one = store().engagements.get(engagement_id, scope())
    return render_template("engagements/sheet.html", **_both(one))


def _both(one: StoredEngagement) -> dict[str, Any]:
    """What both forms of the page show of an engagement and its two sides."""
    mine, e = scope(), one.engagement
    demand, supply = store().engagements.pair_rows(e.demand_id, e.supply_id, mine)
    people = may("contacts")
    firms = store().engagements.firms(one.id, mine) if people and mine.of_bureau else (None, None)
    return {
        "one": one, "e": e, "demand": demand, "supply": supply, "stages": STAGE_LABELS,
        "wanted": quantity_text(demand), "offered": quantity_text(supply),
        "events": store().engagements.events(one.id, mine), "kinds": KIND_LABELS,
        "origins": ORIGIN_LABELS, "of_bureau": mine.of_bureau,
        "contacts": store().contacts.of_engagement(one.id, mine) if people else [],
        "people": people, "demand_firm": firms[0], "supply_firm": firms[1], "firm": current_user.user.enterprise,
        "wish": store().wishes.of_pair(e.demand_id, e.supply_id, mine), "wishes": WISH_LABELS,
    }  # fmt: skip


@blueprint.get("/monthly")
def monthly() -> str:
    """Introductions and contracts by month, as they are reported (月度统计)."""
    return render_template("engagements/monthly.html", months=store().monthly.months(scope()))
