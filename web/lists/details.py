"""One demand, one supply, one firm, each with what was suggested for it (详情)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from matcher.errors import NotFoundError
from matcher.model import Demand, ListKind, Row, Supply, Verdict
from matcher.records import quantity_text
from matcher.store import (
    LISTINGS,
    About,
    Found,
    Query,
    StoredSuggestion,
    of_demand,
    of_firm,
    of_supply,
)
from web.database import store
from web.lists import columns, comparing
from web.lists.address import today
from web.rights import may_open, scope

_MOST = 100  # suggestions on the page of a supply or a firm
_ROWS = 20  # rows of a list on the page of a firm


def verdicts() -> dict[Verdict, str]:
    """How decisions are called."""
    return {
        Verdict.ACCEPTED: _("采纳"), Verdict.REJECTED: _("不采纳"), Verdict.UNSURE: _("待定"),
    }  # fmt: skip


def demand(demand_id: str, compared: Sequence[str]) -> str:
    """The page of one demand."""
    listing, mine = LISTINGS["demands"], scope()
    found = _one("demands", demand_id)
    row = found.row
    assert isinstance(row, Demand)
    run_id, pairs = _suggested(of_demand(found.key), ListKind.SUPPLY)
    run = store().runs.get(run_id) if run_id else None
    acceptable = run["parameters"].get("acceptable", 1.0) if run else 1.0
    before, after = store().browse.neighbours(listing, mine, demand_id)
    chosen = [pair for pair in pairs if pair[1].row_id in compared][: comparing.MOST]
    return render_template(
        "lists/demand.html", demand=row, quantity=quantity_text(row), run=run,
        gap=bool(run_id) and store().runs.is_gap(run_id or 0, mine, found.key),
        candidates=[_candidate(row, s, partner, acceptable) for s, partner in pairs],
        chosen=chosen, lines=comparing.lines(row, chosen) if chosen else [], most=comparing.MOST,
        firm=found.values["enterprise_id"] if _sees_firm(found.values["enterprise_id"]) else None,
        before=before, after=after, of_bureau=mine.of_bureau,
        review=_review(demand_id), withdrawn=found.values["withdrawn"],
    )  # fmt: skip


def supply(supply_id: str) -> str:
    """The page of one supply."""
    listing, mine = LISTINGS["supplies"], scope()
    found = _one("supplies", supply_id)
    row = found.row
    assert isinstance(row, Supply)
    run_id, pairs = _suggested(of_supply(found.key), ListKind.DEMAND)
    before, after = store().browse.neighbours(listing, mine, supply_id)
    return render_template(
        "lists/supply.html", supply=row, quantity=quantity_text(row), run_id=run_id,
        pairs=_told(pairs), more=max(0, len(pairs) - _MOST),
        firm=found.values["enterprise_id"] if _sees_firm(found.values["enterprise_id"]) else None,
        before=before, after=after, withdrawn=found.values["withdrawn"], of_bureau=mine.of_bureau,
    )  # fmt: skip


def enterprise(enterprise_id: int) -> str:
    """The page of one firm."""
    mine = scope()
    found = _one("enterprises", str(enterprise_id))
    name = found.values["name"]
    run_id, pairs = _suggested(of_firm(enterprise_id), ListKind.DEMAND)
    chosen = {"supplies": {"enterprise": (name,)}, "demands": {"leader": (name,)}}
    rows = {
        table: store().browse.page(
            LISTINGS[table], mine, Query(chosen=facets, today=today()), limit=_ROWS
        )
        for table, facets in chosen.items()
    }
    return render_template(
        "lists/enterprise.html", firm=found.values, run_id=run_id, rows=rows, shown=_ROWS,
        roles=columns.value(LISTINGS["enterprises"], found, "roles"),
        titles=store().enterprises.titles(enterprise_id), quantity=quantity_text,
        pairs=_told(pairs), more=max(0, len(pairs) - _MOST),
        history=store().enterprises.history(enterprise_id, mine), of_bureau=mine.of_bureau,
    )  # fmt: skip


def _one(table: str, row_id: str) -> Found:
    found = store().browse.one(LISTINGS[table], scope(), row_id, today=today())
    if found is None:
        texts = {
            "demands": _(
                "数据库里没有编号为 %(id)s 的需求，可能编号写错了，或清单已更新。", id=row_id
            ),
            "supplies": _(
                "数据库里没有编号为 %(id)s 的供给，可能编号写错了，或清单已更新。", id=row_id
            ),
            "enterprises": _("没有这家企业，可能地址写错了。"),
        }
        raise NotFoundError(texts[table])
    return found


def _sees_firm(enterprise_id: int | None) -> bool:
    """Whether the page of a firm may be opened."""
    if not enterprise_id:
        return False
    found = store().browse.one(LISTINGS["enterprises"], scope(), str(enterprise_id))
    return found is not None


def _suggested(
    about: About, partner: ListKind
) -> tuple[int | None, list[tuple[StoredSuggestion, Any]]]:
    """The last run, and what it suggests about a thing, each with the row on the other side."""
    run_id = store().runs.latest()
    if run_id is None:
        return None, []
    mine = scope()
    rows: dict[str, Row] = {
        row.row_id: row for row in store().lists.suggested(partner, run_id, mine, of=about)
    }
    found = store().runs.suggestions(run_id, mine, of=about)
    supplied = partner is ListKind.SUPPLY
    pairs = [
        (s, rows[s.suggestion.supply_id if supplied else s.suggestion.demand_id]) for s in found
    ]
    return run_id, pairs


def _told(pairs: list[tuple[StoredSuggestion, Any]]) -> list[dict[str, Any]]:
    """The likeliest demands first."""
    ordered = sorted(pairs, key=lambda p: (-p[0].suggestion.probability, p[1].row_id))
    return [
        {
            "suggestion": stored.suggestion, "demand": row, "quantity": quantity_text(row),
            "verdict": verdicts()[stored.verdict] if stored.verdict else "",
            "reasons": stored.suggestion.explanation.sentences[:2],
        }
        for stored, row in ordered[:_MOST]
    ]  # fmt: skip


def _candidate(
    wanted: Demand, stored: StoredSuggestion, supply: Supply, acceptable: float
) -> dict[str, Any]:
    suggestion = stored.suggestion
    accepted = stored.verdict is Verdict.ACCEPTED
    return {
        "stored": stored,
        "suggestion": suggestion,
        "supply": supply,
        "capacity": quantity_text(supply),
        "verdict": verdicts()[stored.verdict] if stored.verdict else "",
        "parts": suggestion.explanation.lines,
        "open": suggestion.rank == 1 or suggestion.probability >= acceptable,
        "introduce": _introduce(wanted.demand_id, supply.supply_id) if accepted else "",
    }


def _introduce(demand_id: str, supply_id: str) -> str:
    """Where an introduction begins; empty where the reader may not begin one."""
    if not may_open("engagements.new"):
        return ""
    return url_for("engagements.new", demand=demand_id, supply=supply_id)


def _review(demand_id: str) -> str:
    """Where the demand is reviewed; empty where the reader may not see that."""
    return url_for("review.index", demand=demand_id) if may_open("review.index") else ""
