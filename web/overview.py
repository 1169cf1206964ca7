"""The first, read-only pages: what is in the database, and the suggestions of the last run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from matcher.model import Disclosure
from matcher.records import quantity_text
from matcher.store import EVERYTHING, Store

blueprint = Blueprint("overview", __name__)
_PER_PAGE = 50


@contextmanager
def _store() -> Iterator[Store]:
    with Store(current_app.config["DATABASE"], create=False) as store:
        yield store


@blueprint.get("/")
def index() -> str:
    """Lists, counts, the last run, its demands with their best suggestion."""
    page = request.args.get("page", 1, type=int)
    chain = request.args.get("chain", "")
    only = request.args.get("only", "")
    with _store() as store:
        run_id = store.runs.latest()
        lists = store.lists.all()
        demands = store.lists.demands(EVERYTHING)
        counts = {
            "需求": len(demands),
            "供给": len(store.lists.supplies(EVERYTHING)),
            "企业": len(store.enterprises.all(EVERYTHING)),
            "待确认的企业名称": len(store.enterprises.questions(EVERYTHING)),
        }
        gaps = set(store.runs.gaps(run_id, EVERYTHING)) if run_id else set()
        found = store.runs.suggestions(run_id, EVERYTHING) if run_id else []
        run = store.runs.get(run_id) if run_id else None
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    best: dict[str, Any] = {}
    for stored in found:
        best.setdefault(stored.suggestion.demand_id, stored.suggestion)
    chains = sorted({d.chain for d in demands if d.chain})
    shown = [
        d
        for d in demands
        if (not chain or d.chain == chain) and (only != "gap" or d.demand_id in gaps)
    ]
    pages = max(1, -(-len(shown) // _PER_PAGE))
    page = min(max(page, 1), pages)
    rows = [
        {
            "demand": d,
            "quantity": quantity_text(d),
            "gap": d.demand_id in gaps,
            "best": best.get(d.demand_id),
            "supply": supplies.get(best[d.demand_id].supply_id) if d.demand_id in best else None,
        }
        for d in shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    ]
    return render_template(
        "index.html", counts=counts, lists=lists, run=run, rows=rows, gaps=len(gaps), page=page,
        pages=pages, chain=chain, chains=chains, only=only, total=len(shown),
    )  # fmt: skip


@blueprint.get("/demands/<demand_id>")
def demand(demand_id: str) -> str:
    """One demand and its suggestions, each with contributions that add up."""
    with _store() as store:
        found = next((d for d in store.lists.demands(EVERYTHING) if d.demand_id == demand_id), None)
        if found is None:
            abort(404)
        run_id = store.runs.latest()
        stored = store.runs.suggestions(run_id, EVERYTHING, demand_id=demand_id) if run_id else []
        gap = bool(run_id) and demand_id in store.runs.gaps(run_id or 0, EVERYTHING)
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    candidates = [
        {
            "stored": s,
            "suggestion": s.suggestion,
            "supply": supplies[s.suggestion.supply_id],
            "capacity": quantity_text(supplies[s.suggestion.supply_id]),
            "parts": sorted(s.suggestion.explanation.contributions, key=lambda c: -abs(c.points)),
        }
        for s in stored
    ]
    return render_template(
        "demand.html", demand=found, quantity=quantity_text(found), candidates=candidates, gap=gap,
        run_id=run_id, open=Disclosure.OPEN.value,
    )  # fmt: skip


@blueprint.get("/health")
def health() -> dict[str, str]:
    """For a monitor: the database opens."""
    with _store():
        return {"status": "ok"}
