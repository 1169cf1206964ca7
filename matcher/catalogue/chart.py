"""Bar charts of a catalogue as SVG (统计图)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from matcher.catalogue.blocks import Bars

_WIDTH, _ROW, _LABEL, _COUNT = 640, 26, 190, 60
_SHOWN = 20  # bars; what is beyond is added up in one
_NAME = 12  # characters of a name that fit
_COLOUR = "#4a6f97"


def shortened(chart: Bars) -> tuple[tuple[str, int], ...]:
    """The bars to draw: the greatest, and the rest in one."""
    if len(chart.items) <= _SHOWN:
        return chart.items
    rest = chart.items[_SHOWN - 1 :]
    return (*chart.items[: _SHOWN - 1], (f"其余 {len(rest)} 种", sum(n for _, n in rest)))


def alt(chart: Bars) -> str:
    """What the chart shows, in words."""
    said = "，".join(f"{name} {count} {chart.unit}" for name, count in shortened(chart))
    return f"{chart.title}：{said}"


def bars(chart: Bars, family: str) -> str:
    """The chart as SVG; ``family`` is the font of its text."""
    items = shortened(chart)
    most = max((count for _, count in items), default=1) or 1
    height = _ROW * len(items) + 8
    room = _WIDTH - _LABEL - _COUNT
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}" role="img" aria-label={quoteattr(alt(chart))}'
        f' font-family={quoteattr(family)} font-size="14">'
    )
    parts = [head]
    for i, (name, count) in enumerate(items):
        top = 4 + i * _ROW
        said = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
        width = max(1.0, round(room * count / most, 1))
        parts.append(
            f'<text x="{_LABEL - 8}" y="{top + 18}" text-anchor="end">{escape(said)}</text>'
            f'<rect x="{_LABEL}" y="{top + 4}" width="{width}" height="{_ROW - 8}" fill="{_COLOUR}"/>'
            f'<text x="{_LABEL + width + 6}" y="{top + 18}">{count}</text>'
        )
    parts.append(
        f'<line x1="{_LABEL}" y1="2" x2="{_LABEL}" y2="{height - 2}" stroke="#333" stroke-width="1"/></svg>'
    )
    return "".join(parts)
