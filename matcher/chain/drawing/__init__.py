"""Drawings of a chain: picture → layout → SVG or JSON (产业链图)."""

from __future__ import annotations

from typing import Any

from matcher.chain.drawing.compose import LOOSE, MOST, folded, picture_of
from matcher.chain.drawing.layout import lay_out
from matcher.chain.drawing.picture import Box, Column, Layout, Link, Picture, Place
from matcher.chain.drawing.svg import STYLE, to_svg
from matcher.chain.drawing.view import STANDING, WEAK, View, marks_of

__all__ = [
    "LOOSE", "MOST", "STANDING", "STYLE", "WEAK", "Box", "Column", "Layout", "Link", "Picture", "Place", "View", "folded", "lay_out",
    "marks_of", "picture_of", "to_json", "to_svg",
]  # fmt: skip


def to_json(picture: Picture, layout: Layout) -> dict[str, Any]:
    """Picture and layout as plain data, in pixels: what a page draws itself.

    ``route`` of an edge is its first point and then three for each cubic curve.
    """
    return {
        "title": picture.title,
        "width": round(layout.width, 1),
        "height": round(layout.height, 1),
        "folded": picture.folded,
        "stages": [
            {"id": stage, "name": label, "position": position, "band": band} | _place(layout.headings[stage])
            for stage, label, position, band in dict.fromkeys(
                (c.stage, c.label, c.position, c.band) for c in picture.columns
            )
        ],
        "bands": [{"position": position} | _place(place) for position, place in layout.bands],
        "nodes": [
            {
                "id": box.id, "label": box.label, "shown": box.shown, "kind": box.kind,
                "stage": picture.columns[box.column].stage, "makers": box.makers,
                "needs": box.needs, "marks": list(box.marks),
            }
            | _place(layout.places[box.id])
            for box in picture.boxes
        ],
        "edges": [
            {
                "source": link.source, "target": link.target, "kind": link.kind,
                "weight": link.weight,
                "route": [[round(x, 1), round(y, 1)] for x, y in route],
            }
            for link, route in zip(picture.links, layout.routes, strict=True)
        ],
    }  # fmt: skip


def _place(place: Place) -> dict[str, float]:
    return {
        "x": round(place.x, 1), "y": round(place.y, 1),
        "width": round(place.width, 1), "height": round(place.height, 1),
    }  # fmt: skip
