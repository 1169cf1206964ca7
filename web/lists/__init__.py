"""The lists that people look through all day: demands, supplies, enterprises (需求、供给、企业)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import pgettext as _p
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from matcher.records import whole
from matcher.store import LISTINGS, Counts, Listing, Query, Scope
from web.database import store
from web.kept import Kept
from web.lists import columns, details, files, words
from web.lists.address import PER_PAGE, Wanted, wanted
from web.rights import scope, scope_of

blueprint = Blueprint("lists", __name__)
_KEPT = 512  # queries whose counts are kept
_NAME = 60  # characters of a view's name


@blueprint.get("/demands")
def demands() -> str:
    """Demands in scope."""
    return _list("demands", _("需求"))


@blueprint.get("/supplies")
def supplies() -> str:
    """Supplies in scope."""
    return _list("supplies", _("供给"))


@blueprint.get("/enterprises")
def enterprises() -> str:
    """Firms in scope."""
    return _list("enterprises", _p("many", "企业"))


@blueprint.record
def _memory(state: BlueprintSetupState) -> None:
    """Give an application its memory."""
    state.app.extensions["counts"] = Kept(_KEPT, alone=False)


def _list(name: str, title: str) -> str:
    listing, mine = LISTINGS[name], scope()
    asked = wanted(listing, mine, request.args)
    query = asked.query()
    counts = _counts(listing, mine, query)
    pages = max(1, -(-counts.total // PER_PAGE))
    page = min(asked.page, pages)
    rows = store().browse.page(
        listing, mine, query, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )  # fmt: skip
    return render_template(
        "lists/list.html", listing=listing, title=title, asked=asked, rows=rows, total=counts.total,
        facets=[_facet(asked, facet.key, counts.values[facet.key], open_ended=facet.open_ended)
                for facet in listing.facets_for(mine)],
        page=page, pages=pages, first=(page - 1) * PER_PAGE, per_page=PER_PAGE,
        also=words.also(query.terms), views=store().views.of(current_user.user.id, name),
        text=columns.text, of_bureau=mine.of_bureau,
    )  # fmt: skip


def _counts(listing: Listing, mine: Scope, query: Query) -> Counts:
    """The counts of a query; those of the last queries are kept until something has changed."""
    opened = store()
    now = (opened.journal.version(), opened.figures.version(), opened.chains.changed())
    kept: Kept = current_app.extensions["counts"]
    return kept.get(
        (listing.table, mine, query.narrowed), now,
        lambda: opened.browse.counts(listing, mine, query),
    )  # fmt: skip


def _facet(
    asked: Wanted, key: str, counted: list[tuple[str, int]], *, open_ended: bool
) -> dict[str, Any]:
    chosen = asked.chosen.get(key, ())
    values = {value or columns.EMPTY: count for value, count in counted}
    values |= {value: 0 for value in chosen if value not in values and not open_ended}
    return {
        "key": key, "label": columns.FACETS[key][0], "chosen": chosen, "open_ended": open_ended,
        "values": [
            {"value": value, "label": columns.label(key, value), "count": count}
            for value, count in values.items()
        ],
    }  # fmt: skip


# --- downloads ------------------------------------------------------------------------------------


@blueprint.get("/demands.<form>")
def demands_file(form: str) -> Response:
    """All demands of a query as a file."""
    return _file("demands", form)


@blueprint.get("/supplies.<form>")
def supplies_file(form: str) -> Response:
    """All supplies of a query as a file."""
    return _file("supplies", form)


@blueprint.get("/enterprises.<form>")
def enterprises_file(form: str) -> Response:
    """All firms of a query as a file."""
    return _file("enterprises", form)


def _file(name: str, form: str) -> Response:
    if form not in files.TYPES:
        raise NotFound
    mine = scope()
    return files.answer(wanted(LISTINGS[name], mine, request.args), mine, form)


# --- one row --------------------------------------------------------------------------------------


@blueprint.get("/demands/<path:demand_id>")
def demand(demand_id: str) -> str:
    """One demand and its candidates; ``with`` names those to lay side by side."""
    return details.demand(demand_id, request.args.getlist("with"))


@blueprint.get("/supplies/<path:supply_id>")
def supply(supply_id: str) -> str:
    """One supply and the demands that it could serve."""
    return details.supply(supply_id)


@blueprint.get("/enterprises/<int:enterprise_id>")
def enterprise(enterprise_id: int) -> str:
    """One firm: its rows, the needs that it could serve, the lists that it came with."""
    return details.enterprise(enterprise_id)


# --- typing ---------------------------------------------------------------------------------------


@blueprint.get("/complete/<name>")
def complete(name: str) -> Response:
    """Values of a column that hold what is being typed, as JSON."""
    typed = request.args.get("typed", "").strip()[: words.LONGEST]
    column = request.args.get("column", "")
    listing = _listing(name)
    found = store().browse.completions(listing, scope(), column, typed) if typed else []
    return jsonify(values=found)


# --- saved views ----------------------------------------------------------------------------------


@blueprint.post("/views")
def save_view() -> BaseResponse:
    """Keep the present address of a list under a name."""
    listing = _listing(request.form.get("listing", ""))
    given = parse_qs(request.form.get("query", "").lstrip("?")[:4000])
    mine = scope_of(current_user.user, listing.table)
    asked = wanted(listing, mine, MultiDict(given))
    name = whole(" ".join(request.form.get("name", "").split()))[:_NAME]
    name = "".join(char for char in name if char.isprintable())
    if name:
        store().views.save(current_user.user.id, listing.table, name, asked.to().partition("?")[2])
    return redirect(asked.to(), 303)


@blueprint.post("/views/remove")
def remove_view() -> BaseResponse:
    """Forget one of one's own views; where there is none of that name, nothing happens."""
    listing = _listing(request.form.get("listing", ""))
    store().views.remove(current_user.user.id, listing.table, request.form.get("name", ""))
    return redirect(url_for(f"lists.{listing.table}"), 303)


def _listing(name: str) -> Listing:
    listing = LISTINGS.get(name)
    if listing is None:
        raise NotFound
    return listing
