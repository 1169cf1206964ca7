"""The first, read-only pages: what is in the database, and the suggestions of the last run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request

from matcher.model import Demand, ListKind, Row
from matcher.records import quantity_text
from matcher.text import fold
from web.database import store
from web.rights import scope

blueprint = Blueprint("overview", __name__)
_PER_PAGE = 50


@blueprint.get("/")
def index() -> str:
    """Lists, counts, the last run, its demands with their best suggestion."""
    page = request.args.get("page", 1, type=int)
    wanted = {name: request.args.get(name, "").strip() for name in ("chain", "only", "q")}
    opened, mine = store(), scope()
    run_id = opened.runs.latest()
    lists = opened.lists.all(mine)
    demands = opened.lists.demands(mine)
    questions = opened.enterprises.questions(mine)
    firms = len(opened.enterprises.all(mine))
    gaps = set(opened.runs.gaps(run_id, mine)) if run_id else set()
    found = opened.runs.suggestions(run_id, mine) if run_id else []
    run = opened.runs.get(run_id) if run_id else None
    supplies = opened.lists.supplies(mine)
    partners = _partners(run_id)
    best: dict[str, Any] = {}
    for stored in found:
        best.setdefault(stored.suggestion.demand_id, stored.suggestion)
    shown = _filtered(demands, gaps, **wanted)
    pages = max(1, -(-len(shown) // _PER_PAGE))
    page = min(max(page, 1), pages)
    rows = [
        {
            "demand": d,
            "quantity": quantity_text(d),
            "gap": d.demand_id in gaps,
            "best": best.get(d.demand_id),
            "supply": partners.get(best[d.demand_id].supply_id) if d.demand_id in best else None,
        }
        for d in shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    ]
    return render_template(
        "index.html", demands=len(demands), supplies=len(supplies), firms=firms, gaps=len(gaps),
        questions=questions, lists=lists, run=run, rows=rows, page=page, pages=pages,
        chains=sorted({d.chain for d in demands if d.chain}), total=len(shown), wanted=wanted,
        database=Path(current_app.config["DATABASE"]).name, of_bureau=mine.of_bureau,
    )  # fmt: skip


def _partners(run_id: int | None) -> dict[str, Row]:
    """Supplies of the suggestions that the user may see, by id."""
    if run_id is None:
        return {}
    found = store().lists.suggested(ListKind.SUPPLY, run_id, scope())
    return {row.row_id: row for row in found}


def _filtered(
    demands: Sequence[Demand], gaps: set[str], *, chain: str, only: str, q: str
) -> list[Demand]:
    word = fold(q)
    return [
        d
        for d in demands
        if (not chain or d.chain == chain)
        and (only != "gap" or d.demand_id in gaps)
        and (not word or word in fold(f"{d.demand_id} {d.leader} {d.product_name} {d.spec}"))
    ]


@blueprint.get("/health")
def health() -> dict[str, str]:
    """For a monitor: the database opens."""
    store()
    return {"status": "ok"}
