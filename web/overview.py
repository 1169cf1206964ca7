"""The first, read-only pages: what is in the database, and the suggestions of the last run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request

from matcher.catalogue.entries import BEIJING
from matcher.catalogue.workbook import VERDICT_LABELS
from matcher.model import Demand, Disclosure, Supply
from matcher.records import quantity_text
from matcher.store import EVERYTHING, Store, StoredSuggestion
from matcher.text import fold

blueprint = Blueprint("overview", __name__)
_PER_PAGE = 50


@contextmanager
def _store() -> Iterator[Store]:
    with Store(current_app.config["DATABASE"], create=False) as store:
        yield store


@blueprint.app_template_filter("moment")
def moment(stored: str) -> str:
    """A stored moment (UTC) as people here read it."""
    local = dt.datetime.fromisoformat(stored).astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@blueprint.get("/")
def index() -> str:
    """Lists, counts, the last run, its demands with their best suggestion."""
    page = request.args.get("page", 1, type=int)
    wanted = {name: request.args.get(name, "").strip() for name in ("chain", "only", "q")}
    with _store() as store:
        run_id = store.runs.latest()
        lists = store.lists.all()
        demands = store.lists.demands(EVERYTHING)
        questions = store.enterprises.questions(EVERYTHING)
        firms = len(store.enterprises.all(EVERYTHING))
        gaps = set(store.runs.gaps(run_id, EVERYTHING)) if run_id else set()
        found = store.runs.suggestions(run_id, EVERYTHING) if run_id else []
        run = store.runs.get(run_id) if run_id else None
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
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
            "supply": supplies.get(best[d.demand_id].supply_id) if d.demand_id in best else None,
        }
        for d in shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    ]
    return render_template(
        "index.html", demands=len(demands), supplies=len(supplies), firms=firms, gaps=len(gaps),
        questions=questions, lists=lists, run=run, rows=rows, page=page, pages=pages,
        chains=sorted({d.chain for d in demands if d.chain}), total=len(shown), wanted=wanted,
        database=Path(current_app.config["DATABASE"]).name,
    )  # fmt: skip


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


@blueprint.get("/demands/<path:demand_id>")
def demand(demand_id: str) -> str | tuple[str, int]:
    """One demand and its suggestions, each with contributions that add up."""
    with _store() as store:
        demands = store.lists.demands(EVERYTHING)
        place = next((i for i, d in enumerate(demands) if d.demand_id == demand_id), None)
        if place is None:
            text = f"数据库里没有编号为 {demand_id} 的需求，可能编号写错了，或清单已更新。"
            return render_template("message.html", title="没有这一页", text=text), 404
        run_id = store.runs.latest()
        stored = store.runs.suggestions(run_id, EVERYTHING, demand_id=demand_id) if run_id else []
        gap = bool(run_id) and demand_id in store.runs.gaps(run_id or 0, EVERYTHING)
        acceptable = store.runs.get(run_id)["parameters"]["acceptable"] if run_id else 1.0
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    return render_template(
        "demand.html", demand=demands[place], quantity=quantity_text(demands[place]), gap=gap,
        candidates=[_candidate(s, supplies[s.suggestion.supply_id], acceptable) for s in stored],
        before=demands[place - 1].demand_id if place else None,
        after=demands[place + 1].demand_id if place + 1 < len(demands) else None,
        run_id=run_id, open=Disclosure.OPEN.value, database=Path(current_app.config["DATABASE"]).name,
    )  # fmt: skip


def _candidate(stored: StoredSuggestion, supply: Supply, acceptable: float) -> dict[str, Any]:
    suggestion = stored.suggestion
    return {
        "stored": stored,
        "suggestion": suggestion,
        "supply": supply,
        "capacity": quantity_text(supply),
        "verdict": VERDICT_LABELS[stored.verdict] if stored.verdict else "",
        "parts": suggestion.explanation.lines,
        "open": suggestion.rank == 1 or suggestion.probability >= acceptable,
    }


@blueprint.get("/health")
def health() -> dict[str, str]:
    """For a monitor: the database opens."""
    with _store():
        return {"status": "ok"}
