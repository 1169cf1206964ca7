"""A chain as a file: picture, data, graph and table, of what the reader may see."""

from __future__ import annotations

import csv
import io
import json

from flask import Response, send_file
from flask_babel import gettext as _

from matcher.chain.drawing import lay_out, picture_of, to_json, to_svg
from matcher.chain.drawing.svg import WORDS
from matcher.chain.drawing.view import leaders, makers
from matcher.chain.export import to_graphml
from matcher.chain.graph import EdgeKind
from matcher.chain.records import bottleneck_record, gap_record
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain
from matcher.errors import NotFoundError
from web.chain.asking import Asked
from web.chain.tables import shown

FORMS = {
    "svg": "image/svg+xml", "json": "application/json", "csv": "text/csv",
    "graphml": "application/graphml+xml",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


def answer(form: str, session: ChainSession, chain: Chain, asked: Asked) -> Response:
    """The file to download.

    Raises:
        NotFoundError: There is no such form.
    """
    makers_of = {"svg": _svg, "json": _json, "csv": _csv, "graphml": _graphml}
    if form not in makers_of:
        raise NotFoundError(_("没有这种文件格式，可以下载 svg、json、csv 和 graphml。"))
    data = makers_of[form](session, chain, asked)
    return send_file(
        io.BytesIO(data), FORMS[form], as_attachment=True, download_name=f"{chain.title}.{form}"
    )


def _svg(session: ChainSession, chain: Chain, asked: Asked) -> bytes:
    picture = picture_of(session, chain, asked.view)
    return to_svg(picture, lay_out(picture)).encode()


def _json(session: ChainSession, chain: Chain, asked: Asked) -> bytes:
    picture = picture_of(session, chain, asked.view)
    left = shown(session, chain, asked)
    thin = session.bottlenecks(local=asked.view.local)
    said = to_json(picture, lay_out(picture)) | {
        "gaps": [gap_record(gap) for gap in session.gaps if left.demand(gap.demand_id)],
        "bottlenecks": [bottleneck_record(b) for b in thin if left.demand(b.demand_id)],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(session: ChainSession, chain: Chain, asked: Asked) -> bytes:
    view = asked.view
    picture = picture_of(session, chain, view)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(["位置", "环节", "产品", "状态", "供给企业", "需求企业", "需求条数"])
    for box in picture.boxes:
        column = picture.columns[box.column]
        if box.kind == "product":
            row = [
                column.position, column.label, box.label, "、".join(WORDS[m] for m in box.marks),
                "、".join(sorted(map(session.graph.label, makers(session, box.id, view)))),
                "、".join(sorted(map(session.graph.label, leaders(session, box.id, view)))), str(box.needs),
            ]  # fmt: skip
            write([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _graphml(session: ChainSession, chain: Chain, asked: Asked) -> bytes:
    """The products that are shown, with their stages, their firms and these firms' counties."""
    graph = session.graph.graph
    kept = {box.id for box in picture_of(session, chain, asked.view).boxes if box.id in graph}
    kept |= {stage for node in kept for stage in graph.nodes[node].get("stages", ())}
    kept |= {
        u
        for node in tuple(kept)
        for u, _v, data in graph.in_edges(node, data=True)
        if data["kind"] in {EdgeKind.MAKES, EdgeKind.NEEDS}
    }
    kept |= {
        v
        for node in tuple(kept)
        for _u, v, data in graph.out_edges(node, data=True)
        if data["kind"] in {EdgeKind.LOCATED_IN, EdgeKind.PART_OF}
    }
    return to_graphml(graph.subgraph(kept))
