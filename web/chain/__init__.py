"""The industrial chains on the screen: an overview, and each chain as a map (产业链)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from matcher.chain.analysis.attract import missing_products, missing_stages, ranked, strengths
from matcher.chain.analysis.gaps import count_gaps
from matcher.chain.card import card_of
from matcher.chain.drawing import marks_of
from matcher.chain.graph import NodeKind
from matcher.chain.overview import stages
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain
from matcher.errors import NotFoundError
from web.chain import charts, files, reading, tables, words
from web.chain.asking import AREAS, SHOWN, Addresses, Asked, asked, usual
from web.chain.drawn import drawn
from web.chain.links import Links
from web.chain.way import way
from web.rights import scope

blueprint = Blueprint("chain", __name__, url_prefix="/chain")
_ATTRACT, _FIRST = 30, 12


@blueprint.record_once
def _remember(state: Any) -> None:
    reading.init_app(state.app)


@blueprint.get("")
def index() -> Response:
    """All chains at a glance; what takes long comes with the next look."""
    mine, at = scope(), reading.version()
    rows = [
        (chain, demands, figures)
        for chain, demands, figures in reading.all_figures(mine, at)
        if mine.of_bureau or demands or (figures and figures.health.firms)
    ]
    rows.sort(key=lambda row: -row[1])
    found = [figures for _chain, _demands, figures in rows if figures]
    missing = {m.node: m for figures in found for m in figures.missing}
    gaps = [(f.chain, name, n) for f in found for name, n in f.stages.items()]
    page = render_template(
        "chain/index.html", rows=rows, waiting=len(rows) - len(found), whole=mine.of_bureau,
        total={
            name: sum(getattr(figures.health, name) for figures in found)
            for name in ("demands", "served", "gaps", "local_gaps", "bottlenecks")
        },
        missing=ranked(missing.values())[:_FIRST],
        gaps=sorted(gaps, key=lambda gap: -gap[2])[:_FIRST], **words.ALL,
    )  # fmt: skip
    answer = make_response(page)
    if len(found) < len(rows):
        answer.headers["Refresh"] = "2"
    return answer


@blueprint.get("/<name>")
def chain(name: str) -> str:
    """One chain: its map, what is in focus, where it is weak, and all of it as a table."""
    mine, at = scope(), reading.version()
    template = reading.named(name, mine)
    session = reading.session_of(template, mine, at)
    wanted = asked(template, session)
    addresses = Addresses(wanted, usual(session))
    card = _card(session, wanted.node)
    panel = {
        "asked": wanted, "address": addresses, "card": card, "links": Links(session),
        "way": way(session, wanted), "label": session.graph.label,
        "nodes": session.graph.graph.nodes, "whole": session.graph.known.whole, **words.ALL,
    }  # fmt: skip
    if request.args.get("part") == "panel":
        return render_template("chain/panel.html", **panel)
    picture = drawn(session, template, wanted, addresses, mine, at)
    return render_template(
        "chain/chain.html", chain=template, picture=picture.picture, **panel,
        # Own SVG, in which every text was escaped when it was drawn.
        svg=Markup(picture.svg),  # noqa: S704
        figures=reading.figures(template, mine, at).health, shows=SHOWN, areas=AREAS,
        usual=usual(session),
        **reading.kept("pictures").get(
            ("tables", mine, wanted.unfocused), at,
            lambda: _choices(session) | _weak(session, template, wanted),
        ),
    )  # fmt: skip


@blueprint.get("/<name>/export")
def export(name: str) -> Response:
    """The present view as a file, in the reader's scope."""
    mine, at = scope(), reading.version()
    template = reading.named(name, mine)
    session = reading.session_of(template, mine, at)
    wanted = asked(template, session)
    return files.answer(request.args.get("form", "svg"), session, template, wanted)


def _card(session: ChainSession, node: str) -> Any:
    """What is in focus; None where nothing is.

    Raises:
        NotFoundError: No such node, as far as the reader may know.
    """
    if not node:
        return None
    data = session.graph.graph.nodes.get(node)
    if data is None or data["kind"] not in {NodeKind.PRODUCT, NodeKind.ENTERPRISE}:
        raise NotFoundError(_("产业链里没有这个产品或企业，可能清单已更新。"))
    return card_of(session, node)


def _choices(session: ChainSession) -> dict[str, Any]:
    """What can be filtered by."""
    firms = [d for _, d in session.graph.graph.nodes(data=True) if d["kind"] == NodeKind.ENTERPRISE]
    return {
        "counties": sorted({firm["county"] for firm in firms} - {""}),
        "tiers": sorted({firm["tier"] for firm in firms} - {""}),
    }


def _weak(session: ChainSession, template: Chain, wanted: Asked) -> dict[str, Any]:
    """Tables and charts below the map."""
    shown = tables.shown(session, template, wanted)
    bureau = session.graph.known.whole
    missing = (
        [m for m in missing_products(session.serving) if shown.any(m.demand_ids)] if bureau else []
    )
    name = template.name
    return {
        "gaps": [gap for gap in session.gaps if shown.demand(gap.demand_id)],
        "by_stage": count_gaps((gap for gap in session.gaps if shown.demand(gap.demand_id)), "stage"),
        "weakest": [
            (node, session.graph.label(node), marks[0])
            for node, marks in marks_of(session, wanted.view).items()
            if shown.holds(node) and marks[0] in {"gap", "local_gap"}
        ],
        "thin": [
            b for b in session.bottlenecks(local=wanted.view.local) if shown.demand(b.demand_id)
        ],
        "what_if": tables.what_if(session, wanted.off),
        "missing": missing[:_ATTRACT],
        "missing_stages": [s for s in missing_stages(session.graph) if s.chain == name] if bureau else [],
        "strong": [
            s for s in strengths(session.graph) if s.extensions and shown.holds(s.node)
        ][:_ATTRACT] if bureau else [],
        "stages": stages(session.graph, template),
        "loose": shown.loose,
        "flow": charts.flow(session, list(shown.demand_ids)) if bureau else None,
        "rates": charts.rates(session, name),
    }  # fmt: skip
