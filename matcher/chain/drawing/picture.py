"""What is to be drawn, before anybody knows where: columns of boxes, and links between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FONT = 13.0
SMALL = 10.5
BOX_HEIGHT = 38.0
PADDING = 9.0
TAB = FONT + 5  # room for the word that says how a box stands
TALLEST = 26  # boxes of one column, beyond which a stage takes another one
LONGEST = 12  # Chinese characters of a label; the whole name stands in the title
_FORM = re.compile(r"(?<=...)(?:股份)?有限(?:责任)?公司$")
_NARROW = 0.62  # of a Latin letter, against a Chinese one


@dataclass(frozen=True, slots=True)
class Box:
    """A node to be drawn.

    Attributes:
        id: The node's name in the graph.
        label: Its name as people write it.
        kind: ``product``, ``enterprise`` or ``stage`` (one that is folded up).
        column: Index of its column.
        makers: Firms that make it.
        needs: Demands for it.
        marks: Of :data:`matcher.chain.drawing.view.STANDING`, the worst first.
    """

    id: str
    label: str
    kind: str
    column: int
    makers: int = 0
    needs: int = 0
    marks: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The label, cut where it is long; a firm's without its form of law."""
        label = _FORM.sub("", self.label) if self.kind == "enterprise" else self.label
        room, kept = LONGEST * FONT, ""
        if text_width(label, FONT) <= room:
            return label
        for char in label:
            if text_width(kept + char + "…", FONT) > room:
                break
            kept += char
        return kept + "…"

    @property
    def counts(self) -> str:
        """The second line: how many make it and how many demands ask for it."""
        parts = [
            f"供 {self.makers}" if self.makers else "",
            f"需 {self.needs}" if self.needs else "",
        ]
        return "　".join(part for part in parts if part)

    @property
    def width(self) -> float:
        """Width of the box: room for its label, its second line and its badge."""
        badge = TAB if self.marks else 0.0
        return (
            max(text_width(self.shown, FONT), text_width(self.counts, SMALL)) + badge + 2 * PADDING
        )


@dataclass(frozen=True, slots=True)
class Link:
    """An edge to be drawn; ``weight`` counts the edges that a folded one stands for."""

    source: str
    target: str
    kind: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of boxes. Columns of one stage stand side by side under one heading.

    ``band`` 0 is the flow from upstream to downstream, 1 the support (配套) below it.
    """

    stage: str
    label: str
    position: str
    band: int = 0


@dataclass(frozen=True)
class Picture:
    """Columns, boxes and links; what a layout places."""

    title: str
    columns: Sequence[Column]
    boxes: Sequence[Box]
    links: Sequence[Link]
    folded: bool = False


def text_width(text: str, size: float) -> float:
    """Width of a text in pixels, on the safe side for the fonts that show Chinese."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in text)
    return size * (wide + _NARROW * (len(text) - wide))


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle; ``x`` and ``y`` are of its upper left corner."""

    x: float
    y: float
    width: float
    height: float


Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels.

    Attributes:
        width: Of the whole picture.
        height: Of the whole picture.
        places: Box id → its rectangle.
        headings: Stage → the rectangle of its heading.
        bands: Rectangles behind the columns, as ``(position, rectangle)``.
        routes: For each link the points of a smooth line: the first, then three for each cubic.
    """

    width: float
    height: float
    places: Mapping[str, Place]
    headings: Mapping[str, Place]
    bands: Sequence[tuple[str, Place]]
    routes: Sequence[Sequence[Point]]
