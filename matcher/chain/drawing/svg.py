"""A laid-out picture as SVG: own text, no script, no font or file from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from matcher.chain.drawing.layout import HEADING, HEADING_FONT, LEGEND, MARGIN
from matcher.chain.drawing.picture import (
    FONT,
    SMALL,
    TAB,
    Box,
    Layout,
    Link,
    Picture,
    Place,
    Point,
    text_width,
)

FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',"
    "'WenQuanYi Micro Hei',SimHei,'Droid Sans Fallback',sans-serif"
)
# Each state has a colour, a border and a word, so that none of them depends on colour alone.
MARKS = {"removed": "停", "hit": "影", "gap": "断", "local_gap": "外", "bottleneck": "堵"}
WORDS = {
    "removed": "已停", "hit": "受影响", "gap": "断点", "local_gap": "本地没有", "bottleneck": "堵点",
}  # fmt: skip
_LEGEND = (
    ("made", "供 2", "有企业做（家数）"),
    ("bare", "", "清单里没有企业做"),
    ("gap", "断", "断点：有需求，没有供给"),
    ("local_gap", "外", "本地没有，只有外地供给"),
    ("bottleneck", "堵", "堵点：一家供应或产能不够"),
)
_LEGEND_WHAT_IF = (("removed", "停", "假如没有了"), ("hit", "影", "受影响"))
_LINES = (
    ("feeds", "箭头：用前者做后者"), ("makes", "企业做产品"), ("accepted", "审核采纳的供给"),
    ("contracted", "已在供货或已签约"), ("needs", "企业要产品"),
)  # fmt: skip
# All rules are below the picture's own class: a page that shows it has styles of its own.
STYLE = re.sub(
    r"^(?=[.\w])",
    ".chain-map ",
    f"""
text{{font-family:{FONTS};fill:#1b1f24}}
a{{text-decoration:none}}
.title{{font-size:20px;font-weight:bold}}
.heading{{font-size:{HEADING_FONT}px;font-weight:bold}}
.position{{font-size:12px;fill:#57606a}}
.label{{font-size:{FONT}px}}
.counts{{font-size:{SMALL}px;fill:#424a53}}
.badge{{font-size:{FONT}px;font-weight:bold;fill:#fff}}
.legend text{{font-size:12px}}
.paper{{fill:#fff}}
.band{{fill:#f6f8fa}}
.band.b1{{fill:#eef2f6}}
.box rect{{fill:#fff;stroke:#a8b1ba;stroke-width:1}}
.box.bare .label{{fill:#57606a}}
.box.made rect{{fill:#e3f1e5;stroke:#3a7d44;stroke-width:1.2}}
.box.firm rect{{fill:#e8f0fb;stroke:#2f5f9e}}
.box.stage rect{{fill:#fff;stroke:#57606a;stroke-width:2.5}}
.box.bottleneck rect{{fill:#fdf3d8;stroke:#946200;stroke-width:1.8}}
.box.local_gap rect{{fill:#fdeee0;stroke:#a04c10;stroke-width:2;stroke-dasharray:7 3}}
.box.gap rect{{fill:#fbd5d1;stroke:#8f1b14;stroke-width:2.6;stroke-dasharray:3 2}}
.box.gap .label{{font-weight:bold}}
.box.removed rect{{fill:#3d444d;stroke:#1b1f24;stroke-width:2}}
.box.removed .label{{fill:#fff;text-decoration:line-through}}
.box.removed .counts{{fill:#fff}}
.box.hit rect{{fill:#ece2f5;stroke:#5b2a86;stroke-width:2.2;stroke-dasharray:1.5 2.5}}
.box rect.tab{{stroke:none;fill:#946200}}
.box.local_gap rect.tab{{fill:#a04c10}}
.box.gap rect.tab{{fill:#8f1b14}}
.box.removed rect.tab{{fill:#1b1f24}}
.box.hit rect.tab{{fill:#5b2a86}}
.link{{fill:none;stroke:#6e7781;stroke-width:1.1;stroke-opacity:.55}}
.link.support{{stroke-opacity:.13}}
.link.makes{{stroke:#3a7d44}}
.link.needs{{stroke:#2f5f9e;stroke-dasharray:5 3}}
.link.accepted{{stroke:#3a7d44;stroke-width:2;stroke-opacity:.8;stroke-dasharray:9 2 2 2}}
.link.contracted{{stroke:#1c5127;stroke-width:3;stroke-opacity:.85}}
.legend .link{{stroke-opacity:1}}
@media print{{.chain-map .band{{fill:none;stroke:#d0d7de}}}}
""",
    flags=re.MULTILINE,
)
_ARROW = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8"'
    ' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .8 8 4 0 7.2Z" fill="#6e7781"/></marker></defs>'
)


def to_svg(picture: Picture, layout: Layout, address: Callable[[Box], str] | None = None) -> str:
    """The picture as SVG. Same picture and layout, same text.

    Args:
        picture: What is drawn.
        layout: Where it stands.
        address: Where a box leads to: then the picture is one for a page, whose boxes are links
            and whose style the page brings (:data:`STYLE`); without it a document by itself.
    """
    band_of = {box.id: picture.columns[box.column].band for box in picture.boxes}
    width, height = round(layout.width), round(layout.height)
    head = (
        f'class="chain-map" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="{"group" if address else "img"}" lang="zh-CN"'
    )
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head} aria-label={quoteattr(picture.title)}>',
        "" if address else f"<title>{escape(picture.title)}</title><style>{STYLE}</style>",
        _ARROW,
        f'<rect class="paper" width="{width}" height="{height}"/>',
        _text(MARGIN, MARGIN + 20, picture.title, "title"),
    ]
    out += _bands(layout)
    out += _headings(picture, layout)
    out.append('<g class="links">')
    for link, route in zip(picture.links, layout.routes, strict=True):
        support = bool(band_of[link.source] or band_of[link.target])
        out.append(_link(link, route, support=support))
    out.append('</g><g class="boxes">')
    for box in picture.boxes:
        drawn = _box(box, layout.places[box.id])
        out.append(_linked(box, drawn, address(box)) if address else drawn)
    out.append("</g>")
    out += _legend(picture, layout)
    return "\n".join((*out, "</svg>\n"))


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _rect(place: Place, extra: str = "") -> str:
    return (
        f'<rect x="{place.x:.1f}" y="{place.y:.1f}" width="{place.width:.1f}"'
        f' height="{place.height:.1f}"{extra}/>'
    )


def _bands(layout: Layout) -> Iterable[str]:
    for number, (position, place) in enumerate(layout.bands):
        yield _rect(place, f' rx="6" class="band b{number % 2}"')
        yield _text(place.x + 10, place.y + 17, position, "position")


def _headings(picture: Picture, layout: Layout) -> Iterable[str]:
    labels = {column.stage: column.label for column in picture.columns}
    for stage, place in layout.headings.items():
        middle = place.x + place.width / 2
        yield _text(middle, place.y + HEADING - 10, labels[stage], "heading", "middle")


def _link(link: Link, route: Sequence[Point], *, support: bool) -> str:
    (x, y), rest = route[0], route[1:]
    curves = "".join(
        f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f}"
        for a, b, c in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    )
    css = f"link {link.kind}{' support' if support else ''}"
    thick = f' stroke-width="{min(6.0, 1 + link.weight**0.5):.1f}"' if link.weight > 1 else ""
    arrow = "" if support else ' marker-end="url(#to)"'
    return (
        f'<path class="{css}" data-source={quoteattr(link.source)} data-target={quoteattr(link.target)}'
        f'{thick}{arrow} d="M{x:.1f} {y:.1f}{curves}"/>'
    )


def _css(box: Box) -> str:
    state = box.marks[0] if box.marks else "made" if box.makers else "bare"
    kind = {"enterprise": " firm", "stage": " stage"}.get(box.kind, "")
    return f"box {state}{kind}"


def _linked(box: Box, drawn: str, address: str) -> str:
    return f"<a href={quoteattr(address)} aria-label={quoteattr(said(box))}>{drawn}</a>"


def _box(box: Box, place: Place) -> str:
    badge = MARKS[box.marks[0]] if box.marks else ""
    room = TAB if badge else 0.0
    middle = place.x + (place.width - room) / 2
    two = bool(box.counts)
    first = place.y + place.height / 2 + (-2.5 if two else FONT * 0.36)
    parts = [
        f'<g class="{_css(box)}" data-id={quoteattr(box.id)}>',
        f"<title>{escape(said(box))}</title>",
        _rect(place, f' rx="{place.height / 2 if box.kind == "enterprise" else 4:.0f}"'),
        _text(middle, first, box.shown, "label", "middle"),
    ]
    if two:
        parts.append(_text(middle, place.y + place.height - 7, box.counts, "counts", "middle"))
    if badge:
        size = TAB - 1
        tab = Place(
            place.x + place.width - size - 3, place.y + (place.height - size) / 2, size, size
        )
        parts.append(_tab(tab, badge))
    return "".join((*parts, "</g>"))


def _tab(place: Place, badge: str) -> str:
    """A word in a filled square: seen from far, and read without colour."""
    drawn = _rect(place, ' rx="3" class="tab"')
    x, y = place.x + place.width / 2, place.y + place.height / 2 + FONT * 0.37
    return drawn + _text(x, y, badge, "badge", "middle")


def said(box: Box) -> str:
    """What a box says, in words."""
    parts = [box.label, box.counts, "、".join(WORDS[mark] for mark in box.marks)]
    return "，".join(part for part in parts if part)


def _legend(picture: Picture, layout: Layout) -> Iterable[str]:
    x, y = MARGIN, layout.height - LEGEND
    yield '<g class="legend">'
    kinds = {link.kind for link in picture.links}
    standing = {mark for box in picture.boxes for mark in box.marks}
    asked = _LEGEND_WHAT_IF if standing & {"removed", "hit"} else ()
    for state, badge, words in (*_LEGEND, *asked):
        frame = _rect(Place(x, y, 34, 22), ' rx="4"')
        yield f'<g class="box {state}">{frame}'
        if state in MARKS:
            yield _tab(Place(x + 9, y + 3, 16, 16), badge)
        else:
            yield _text(x + 17, y + 15, badge, "counts", "middle")
        yield _text(x + 41, y + 16, words, "word")
        yield "</g>"
        x, y = _next(x, y, words, layout)
    for kind, words in _LINES:
        if kind in kinds:
            yield f'<path class="link {kind}" marker-end="url(#to)" d="M{x:.1f} {y + 11:.1f}h34"/>'
            yield _text(x + 41, y + 16, words, "word")
            x, y = _next(x, y, words, layout)
    yield "</g>"


def _next(x: float, y: float, words: str, layout: Layout) -> tuple[float, float]:
    """Where the next entry of the legend stands."""
    x += 41 + text_width(words, 12) + 22
    return (MARGIN, y + 28) if x > layout.width - 230 else (x, y)
