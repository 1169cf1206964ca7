"""A laid-out picture as SVG: own text, no script, no font or file from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from matcher.chain.drawing.layout import HEADING, HEADING_FONT, LEGEND, MARGIN
from matcher.chain.drawing.picture import (
    FONT,
    PADDING,
    SMALL,
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
MARKS = {"gap": "断", "local_gap": "外", "bottleneck": "堵"}
_LEGEND = (
    ("made", "供 2", "有企业做（家数）"),
    ("bare", "", "清单里没有企业做"),
    ("gap", "断", "断点：有需求，没有供给"),
    ("local_gap", "外", "本地没有，只有外地供给"),
    ("bottleneck", "堵", "堵点：一家供应或产能不够"),
)
_STYLE = f"""
text{{font-family:{FONTS};fill:#1b1f24}}
.title{{font-size:20px;font-weight:bold}}
.heading{{font-size:{HEADING_FONT}px;font-weight:bold}}
.position{{font-size:12px;fill:#57606a}}
.label{{font-size:{FONT}px}}
.counts{{font-size:{SMALL}px;fill:#424a53}}
.badge{{font-size:{FONT}px;font-weight:bold}}
.legend{{font-size:12px}}
.band{{fill:#f6f8fa}}.band.b1{{fill:#eef2f6}}
.box rect{{fill:#fff;stroke:#8c959f;stroke-width:1}}
.box.made rect{{fill:#e3f1e5;stroke:#3a7d44;stroke-width:1.4}}
.box.firm rect{{fill:#e8f0fb;stroke:#2f5f9e}}
.box.stage rect{{fill:#fff;stroke:#57606a;stroke-width:2.5}}
.box.bottleneck rect{{fill:#fdf3d8;stroke:#946200;stroke-width:2.4}}
.box.local_gap rect{{fill:#fdeee0;stroke:#a04c10;stroke-width:2;stroke-dasharray:7 3}}
.box.gap rect{{fill:#fde4e1;stroke:#b3261e;stroke-width:2.2;stroke-dasharray:3 2.5}}
.box.bottleneck .badge{{fill:#946200}}.box.local_gap .badge{{fill:#a04c10}}.box.gap .badge{{fill:#b3261e}}
.link{{fill:none;stroke:#6e7781;stroke-width:1.1;stroke-opacity:.55}}
.link.support{{stroke-opacity:.16}}
.link.makes{{stroke:#3a7d44}}.link.needs{{stroke:#2f5f9e;stroke-dasharray:5 3}}
@media print{{.band{{fill:none;stroke:#d0d7de}}}}
"""
_ARROW = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7"'
    ' orient="auto"><path d="M0 .8 8 4 0 7.2Z" fill="#6e7781"/></marker></defs>'
)


def to_svg(picture: Picture, layout: Layout) -> str:
    """The picture as an SVG document. Same picture and layout, same text."""
    band_of = {box.id: picture.columns[box.column].band for box in picture.boxes}
    width, height = round(layout.width), round(layout.height)
    head = (
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" lang="zh-CN"'
    )
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head} aria-label={quoteattr(picture.title)}>',
        f"<title>{escape(picture.title)}</title>",
        f"<style>{_STYLE}</style>",
        _ARROW,
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        _text(MARGIN, MARGIN + 20, picture.title, "title"),
    ]
    out += _bands(layout)
    out += _headings(picture, layout)
    out.append('<g class="links">')
    for link, route in zip(picture.links, layout.routes, strict=True):
        support = bool(band_of[link.source] or band_of[link.target])
        out.append(_link(link, route, support=support))
    out.append('</g><g class="boxes">')
    out += [_box(box, layout.places[box.id]) for box in picture.boxes]
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


def _box(box: Box, place: Place) -> str:
    badge = MARKS[box.marks[0]] if box.marks else ""
    room = FONT + 4 if badge else 0.0
    middle = place.x + (place.width - room) / 2
    two = bool(box.counts)
    first = place.y + place.height / 2 + (-2.5 if two else FONT * 0.36)
    parts = [
        f'<g class="{_css(box)}" data-id={quoteattr(box.id)}>',
        f"<title>{escape(_title(box))}</title>",
        _rect(place, f' rx="{place.height / 2 if box.kind == "enterprise" else 4:.0f}"'),
        _text(middle, first, box.shown, "label", "middle"),
    ]
    if two:
        parts.append(_text(middle, place.y + place.height - 7, box.counts, "counts", "middle"))
    if badge:
        right = place.x + place.width - PADDING + 3
        parts.append(_text(right, place.y + place.height / 2 + 5, badge, "badge", "end"))
    return "".join((*parts, "</g>"))


def _title(box: Box) -> str:
    """What a pointer resting on the box shows."""
    words = {"gap": "断点", "local_gap": "本地没有", "bottleneck": "堵点"}
    said = [box.label, box.counts, "、".join(words[mark] for mark in box.marks)]
    return "，".join(part for part in said if part)


def _legend(picture: Picture, layout: Layout) -> Iterable[str]:
    x, y = MARGIN, layout.height - LEGEND
    yield '<g class="legend">'
    kinds = {link.kind for link in picture.links}
    for state, badge, words in _LEGEND:
        frame = _rect(Place(x, y, 34, 22), ' rx="4"')
        yield f'<g class="box {state}">{frame}'
        css = "badge" if state in MARKS else "counts"
        yield _text(x + 17, y + 16, badge, css, "middle")
        yield _text(x + 41, y + 16, words, "legend")
        yield "</g>"
        x += 41 + text_width(words, 12) + 22
        if x > layout.width - 230:
            x, y = MARGIN, y + 28
    lines = [("feeds", "箭头：用前者做后者")] if "feeds" in kinds else []
    lines += [("makes", "企业做产品")] if "makes" in kinds else []
    lines += [("needs", "企业要产品")] if "needs" in kinds else []
    for kind, words in lines:
        yield f'<path class="link {kind}" style="stroke-opacity:1" marker-end="url(#to)" d="M{x:.1f} {y + 11:.1f}h34"/>'
        yield _text(x + 41, y + 16, words, "legend")
        x += 41 + text_width(words, 12) + 22
    yield "</g>"
