"""What a printed document is made of, whatever writes it: sections of blocks.

The writers of docx, pdf and html know these blocks and nothing of catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """In a cell: the page on which an anchor stands, or a link to it where there are no pages."""

    anchor: str
    text: str  # what a link says


Cell = str | Page


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page (封面): issuing body in red, number, red line, title, period, date."""

    issuer: str
    number: str
    title: str
    subtitle: str
    period: str
    date: str
    mark: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 is a part (小标宋), 2 一、(黑体), 3 （一）(楷体), 4 1. (仿宋).

    ``listed`` headings of levels 1 and 2 stand in the table of contents; a ``fresh`` one begins a page.
    """

    level: int
    text: str
    anchor: str = ""
    listed: bool = True
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``plain`` begins without the indent of two characters."""

    text: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents (目录): level, text and anchor of each line."""

    lines: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, width in mm, and ``left``, ``center`` or ``right``."""

    heading: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header is repeated on each page and whose rows are not cut."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


CARD_WIDTHS = (25.0, 66.0, 22.0, 43.0)  # mm: label and text, twice


@dataclass(frozen=True, slots=True)
class Card:
    """What is said of one thing: rows of one or two pairs of label and text; kept together."""

    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart: a title, the unit, and names with their counts."""

    title: str
    unit: str
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """Lines to be signed, kept together."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Colophon:
    """The 版记 at the foot of the last page: lines, each with what stands left and right."""

    lines: tuple[tuple[str, str], ...]


Block = Cover | Heading | Paragraph | Contents | Table | Card | Bars | Signing | Colophon


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of one orientation."""

    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A document to be printed.

    Attributes:
        title: For the document's properties.
        author: The same.
        subject: The same: its number and the hash of its content.
        date: ISO day, the only time in it.
        mark: What stands at the head of every page (草案), empty for none.
        sections: In order.
    """

    title: str
    author: str
    subject: str
    date: str
    mark: str
    sections: tuple[Section, ...]
