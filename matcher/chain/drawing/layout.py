"""Where boxes, headings and links stand: columns left to right, support below.

The order in the columns comes from Graphviz (``dot``, by ``pygraphviz``) where it is installed, else
from :mod:`matcher.chain.drawing.order`; everything else is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from matcher.chain.drawing.order import Levels, heights, ordered
from matcher.chain.drawing.picture import (
    BOX_HEIGHT,
    Box,
    Column,
    Layout,
    Link,
    Picture,
    Place,
    Point,
    text_width,
)

MARGIN = 24.0
TITLE = 44.0
HEADING = 26.0
HEADING_FONT = 13.0
LEGEND = 84.0
ROW_GAP = 10.0
WAYPOINT = 4.0
STAGE_GAP, STEP_GAP = 64.0, 44.0
_BAND_GAP = 40.0
_BAND_PAD = 14.0
_EMPTY_WIDTH = 80.0
_LEGEND_WIDTH = 760.0


@dataclass(slots=True)
class _Band:
    """The columns of one band, with waypoints, ready to be ordered."""

    columns: list[int]
    levels: Levels
    links: list[tuple[str, str]] = field(default_factory=list)
    size: dict[str, float] = field(default_factory=dict)
    ways: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def lay_out(picture: Picture, *, graphviz: bool | None = None) -> Layout:
    """Lay a picture out.

    Args:
        picture: What is to be drawn.
        graphviz: Whether to use Graphviz; None for where it is installed.

    Returns:
        The same layout for the same picture, however often it is asked.
    """
    boxes = {box.id: box for box in picture.boxes}
    columns: list[list[Box]] = [[] for _ in picture.columns]
    for box in picture.boxes:
        columns[box.column].append(box)
    widths = [max((box.width for box in column), default=_EMPTY_WIDTH) for column in columns]
    places: dict[str, Place] = {}
    waypoints: dict[str, Point] = {}
    headings: dict[str, Place] = {}
    backs: list[tuple[str, Place]] = []
    ways: dict[tuple[str, str], list[str]] = {}
    top, right = MARGIN + TITLE, MARGIN
    for number in sorted({column.band for column in picture.columns}):
        band = _band(picture, columns, boxes, number)
        ways |= band.ways
        middles = _stacked(band) if number else _middles(band, graphviz=graphviz)
        xs, end = _xs(picture.columns, band.columns, widths)
        low = min(
            (middles[n] - band.size[n] / 2 for level in band.levels for n in level), default=0.0
        )
        high = max(
            (middles[n] + band.size[n] / 2 for level in band.levels for n in level), default=0.0
        )
        base = top + 2 * HEADING + _BAND_PAD - low
        for i, level in zip(band.columns, band.levels, strict=True):
            for name in level:
                y = base + middles[name]
                if name in boxes:
                    width = boxes[name].width
                    places[name] = Place(xs[i] + (widths[i] - width) / 2, y - BOX_HEIGHT / 2, width, BOX_HEIGHT)  # fmt: skip
                else:
                    waypoints[name] = (xs[i], y)
        bottom = base + high + _BAND_PAD
        headings |= _headings(picture.columns, band.columns, xs, widths, top + HEADING)
        backs += _backs(picture.columns, band.columns, xs, widths, (top, bottom))
        top, right = bottom + _BAND_GAP, max(right, end)
    column_of = {box.id: box.column for box in picture.boxes}
    routes = [
        _route(
            link, places, [(*waypoints[w], widths[_column(w)]) for w in _way(ways, link)], column_of
        )
        for link in picture.links
    ]
    height = top - _BAND_GAP + LEGEND + MARGIN
    needed = max(_LEGEND_WIDTH, text_width(picture.title, 20.0))
    width = max(right + MARGIN, needed + 2 * MARGIN)
    return Layout(width, height, places, headings, backs, routes)


def _band(
    picture: Picture, columns: Sequence[Sequence[Box]], boxes: Mapping[str, Box], number: int
) -> _Band:
    mine = [i for i, column in enumerate(picture.columns) if column.band == number]
    level_of = {i: level for level, i in enumerate(mine)}
    band = _Band(mine, [[box.id for box in columns[i]] for i in mine])
    band.size = {name: BOX_HEIGHT for level in band.levels for name in level}
    for link in picture.links:
        ends = [boxes[link.source], boxes[link.target]]
        if any(box.column not in level_of for box in ends):
            continue
        left, right = sorted(ends, key=lambda box: (box.column, box.id))
        one, other = level_of[left.column], level_of[right.column]
        if one == other or (left.id, right.id) in band.ways:
            continue
        if number:
            if other == one + 1:
                band.links.append((left.id, right.id))
            continue
        way = [f"~{mine[level]}~{left.id}~{right.id}" for level in range(one + 1, other)]
        for level, name in zip(range(one + 1, other), way, strict=True):
            band.levels[level].append(name)
            band.size[name] = WAYPOINT
        band.ways[left.id, right.id] = way
        stations = [left.id, *way, right.id]
        band.links += list(pairwise(stations))
    return band


def _column(waypoint: str) -> int:
    return int(waypoint.split("~", 2)[1])


def _way(ways: Mapping[tuple[str, str], list[str]], link: Link) -> list[str]:
    """Waypoints of a link from its source on."""
    if (link.source, link.target) in ways:
        return ways[link.source, link.target]
    return ways.get((link.target, link.source), [])[::-1]


def _middles(band: _Band, *, graphviz: bool | None) -> dict[str, float]:
    levels = ordered(band.levels, band.links)
    if graphviz is not False:
        from matcher.chain.drawing import dot

        placed = dot.levels(levels, band.links, band.size, ROW_GAP)
        if placed is not None:
            levels = placed
        elif graphviz:
            raise ImportError("pygraphviz")
    return heights(levels, band.links, band.size, ROW_GAP)


def _stacked(band: _Band) -> dict[str, float]:
    """Support stands close together: its links within itself are few, and are drawn faintly."""
    found: dict[str, float] = {}
    for level in ordered(band.levels, band.links):
        y = 0.0
        for name in level:
            found[name] = y
            y += BOX_HEIGHT + ROW_GAP
    return found


def _xs(
    columns: Sequence[Column], mine: Sequence[int], widths: Sequence[float]
) -> tuple[dict[int, float], float]:
    """Left edge of each column, and the right end of all."""
    found: dict[int, float] = {}
    x, before = MARGIN + _BAND_PAD, ""
    for i in mine:
        if found:
            x += STEP_GAP if columns[i].stage == before else STAGE_GAP
        found[i], before = x, columns[i].stage
        x += max(widths[i], _least(columns, mine, i, widths))
    return found, x + _BAND_PAD


def _least(
    columns: Sequence[Column], mine: Sequence[int], i: int, widths: Sequence[float]
) -> float:
    """The last column of a stage leaves room for the stage's heading."""
    same = [j for j in mine if columns[j].stage == columns[i].stage]
    if i != same[-1]:
        return 0.0
    others = sum(widths[j] for j in same[:-1]) + STEP_GAP * (len(same) - 1)
    return text_width(columns[i].label, HEADING_FONT) + 16 - others


def _headings(
    columns: Sequence[Column],
    mine: Sequence[int],
    xs: Mapping[int, float],
    widths: Sequence[float],
    top: float,
) -> dict[str, Place]:
    found = {}
    for stage in dict.fromkeys(columns[i].stage for i in mine):
        same = [i for i in mine if columns[i].stage == stage]
        left = xs[same[0]]
        width = max(xs[same[-1]] + widths[same[-1]] - left, text_width(columns[same[0]].label, HEADING_FONT) + 16)  # fmt: skip
        found[stage] = Place(left, top, width, HEADING - 4)
    return found


def _backs(
    columns: Sequence[Column],
    mine: Sequence[int],
    xs: Mapping[int, float],
    widths: Sequence[float],
    ends: tuple[float, float],
) -> list[tuple[str, Place]]:
    """A rectangle behind each run of columns of one position."""
    found: list[tuple[str, Place]] = []
    headings = _headings(columns, mine, xs, widths, 0.0)
    run: list[int] = []
    for i in [*mine, -1]:
        if run and (i < 0 or columns[i].position != columns[run[0]].position):
            left = xs[run[0]] - _BAND_PAD
            heading = headings[columns[run[-1]].stage]
            right = max(xs[run[-1]] + widths[run[-1]], heading.x + heading.width) + _BAND_PAD
            place = Place(left, ends[0], right - left, ends[1] - ends[0])
            found.append((columns[run[0]].position, place))
            run = []
        run.append(i)
    return found


def _route(
    link: Link,
    places: Mapping[str, Place],
    way: Sequence[tuple[float, float, float]],
    column_of: Mapping[str, int],
) -> list[Point]:
    """A smooth line from box to box: level at its ends and at every waypoint."""
    one, other = places[link.source], places[link.target]
    y0, y1 = one.y + one.height / 2, other.y + other.height / 2
    if column_of[link.source] == column_of[link.target]:
        return _aside(one, other)
    forward = one.x < other.x
    start = (one.x + one.width if forward else one.x, y0)
    end = (other.x if forward else other.x + other.width, y1)
    stations = [start]
    for x, y, width in way:
        stations += [(x, y), (x + width, y)] if forward else [(x + width, y), (x, y)]
    stations.append(end)
    points = [start]
    for (x, y), (to_x, to_y) in pairwise(stations):
        half = (to_x - x) / 2
        points += [(x + half, y), (to_x - half, to_y), (to_x, to_y)]
    return points


def _aside(one: Place, other: Place) -> list[Point]:
    """A bow beside a column, from box to box within it."""
    x0, x1 = one.x + one.width, other.x + other.width
    bow = max(x0, x1) + STEP_GAP / 2
    y0, y1 = one.y + one.height / 2, other.y + other.height / 2
    return [(x0, y0), (bow, y0), (bow, y1), (x1, y1)]
