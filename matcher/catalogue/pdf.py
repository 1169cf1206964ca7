"""A printed document as pdf, set by typst where it is installed.

A long document is set in pieces, each in a compilation of its own: the typesetter keeps all pages
of one in memory. The page numbers that the front refers to are known when the last piece is set, and
the front is then set once more.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matcher.catalogue.blocks import (
    Bars,
    Block,
    Card,
    Contents,
    Heading,
    Page,
    Printed,
    Section,
    Table,
)
from matcher.catalogue.fonts import Fonts, fonts
from matcher.catalogue.pdfdata import block_data
from matcher.errors import XieshouError

if TYPE_CHECKING:
    import pypdf

_CARDS, _ROWS = 150, 600  # of one piece at most
_FORGET = 11  # empty compilations after which the typesetter has given its memory back
_PASSES = 4  # until page numbers stand; the second one nearly always is the last


class NoTypstError(XieshouError):
    """The typesetter is not installed."""


@dataclass(slots=True)
class _Piece:
    section: Section
    data: bytes = b""
    pages: int = 0
    # What it was last set with: its first page, and what it says of other pages.
    said: tuple[Any, ...] = ()
    anchors: dict[str, int] = field(default_factory=dict)  # its own pages, the first one is 0
    headings: list[tuple[int, str, int]] = field(default_factory=list)


def to_pdf(printed: Printed) -> bytes:
    """The document as bytes; equal documents give equal bytes with the same fonts.

    Raises:
        NoTypstError: typst is not installed.
        NoFontError: No Chinese font is.
    """
    try:
        import typst  # noqa: F401
    except ImportError as error:
        raise NoTypstError(
            "排 pdf 要用 typst，这台机器上没有装，请用 pip install typst 安装，或改用 .docx、.xlsx"
        ) from error
    setter = _Setter(printed, fonts())
    pieces = [_Piece(part) for section in printed.sections for part in _cut(section)]
    pages: dict[str, int] = {}
    for _ in range(_PASSES):
        before, first = dict(pages), 1
        for piece in pieces:
            setter.set(piece, first, pages)
            pages |= {anchor: first + page for anchor, page in piece.anchors.items()}
            first += piece.pages
        if pages == before:
            break
    return _joined(printed, pieces)


def _cut(section: Section) -> Iterator[Section]:
    """A section in pieces; a chapter begins a page anyway, so it is cut before one if possible."""
    mine: list[Block] = []
    cards = 0
    for i, block in enumerate(section.blocks):
        if isinstance(block, Table) and len(block.rows) > _ROWS:
            for start in range(0, len(block.rows), _ROWS):
                part = replace(block, rows=block.rows[start : start + _ROWS])
                yield replace(section, blocks=(*mine, part))
                mine = []
            continue
        follows = section.blocks[i + 1] if i + 1 < len(section.blocks) else None
        many = cards >= _CARDS and isinstance(follows, Card)
        chapter = isinstance(block, Heading) and block.level == 2 and cards > _CARDS // 4
        if (many or chapter) and mine:
            yield replace(section, blocks=tuple(mine))
            mine, cards = [], 0
        mine.append(block)
        cards += isinstance(block, Card)
    if mine:
        yield replace(section, blocks=tuple(mine))


class _Setter:
    """Sets pieces of one document."""

    def __init__(self, printed: Printed, available: Fonts) -> None:
        self._printed, self._fonts = printed, available
        self._faces = json.dumps(available.faces)

    def set(self, piece: _Piece, first: int, pages: Mapping[str, int]) -> None:
        """Set a piece that begins on page ``first``, unless nothing of it has changed."""
        # Odd and even pages differ, and so do their numbers.
        said = (first, *(pages.get(anchor) for anchor in _wanted(piece.section)))
        if said == piece.said:
            return
        piece.said = said
        piece.data = self._compiled(piece.section, first, pages)
        reader = _reader(piece.data)
        piece.pages = len(reader.pages)
        headings = [block for block in piece.section.blocks if isinstance(block, Heading)]
        places = [
            page
            for mark in _flat(reader.outline)
            if (page := reader.get_destination_page_number(mark)) is not None
        ]
        told = list(zip(headings, places, strict=True))
        piece.anchors = {heading.anchor: page for heading, page in told if heading.anchor}
        piece.headings = [(heading.level, heading.text, page) for heading, page in told]

    def _compiled(self, section: Section, first: int, pages: Mapping[str, int]) -> bytes:
        import typst

        family = self._fonts.faces["hei"][0]
        document = json.dumps(
            {
                "first": first,
                "date": self._printed.date,
                "mark": self._printed.mark,
                "landscape": section.landscape,
                "blocks": [
                    block_data(self._legible(block), family, pages) for block in section.blocks
                ],
            },
            ensure_ascii=False,
        )
        made = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"document": self._spelt(document), "faces": self._faces},
            font_paths=self._fonts.handle,
            timestamp=0,
            pdf_tags=False,
        )
        for _ in range(_FORGET):
            typst.compile(b"", format="pdf", font_paths=self._fonts.handle)
        assert isinstance(made, bytes)
        return made

    def _legible(self, block: Block) -> Block:
        """A chart with its names spelt before they are cut to the room that they have."""
        if not isinstance(block, Bars):
            return block
        return replace(block, items=tuple((self._spelt(name), n) for name, n in block.items))

    def _spelt(self, text: str) -> str:
        """A text with the characters that no font has said by their numbers rather than lost."""
        for char in sorted(self._fonts.lacking(text) - set("\n\u200b")):
            text = text.replace(char, f"〔U+{ord(char):04X}〕")
        return text


@cache
def _template() -> bytes:
    return (files("matcher.catalogue") / "official.typ").read_bytes()


def _reader(data: bytes) -> pypdf.PdfReader:
    import pypdf

    return pypdf.PdfReader(io.BytesIO(data))


def _flat(outline: Sequence[Any]) -> Iterator[Any]:
    for mark in outline:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark


def _wanted(section: Section) -> Iterator[str]:
    """Anchors whose pages a section tells."""
    for block in section.blocks:
        if isinstance(block, Contents):
            yield from (anchor for _, _, anchor in block.lines)
        elif isinstance(block, Table):
            yield from (cell.anchor for row in block.rows for cell in row if isinstance(cell, Page))


def _joined(printed: Printed, pieces: Sequence[_Piece]) -> bytes:
    """The pieces as one document with bookmarks and properties."""
    import pypdf
    from pypdf.generic import NameObject, TextStringObject

    writer = pypdf.PdfWriter()
    first = 0
    parents: dict[int, Any] = {}
    for piece in pieces:
        writer.append(_reader(piece.data), import_outline=False)
        for level, said, page in piece.headings:
            above = max((other for other in parents if other < level), default=None)
            parents = {other: mark for other, mark in parents.items() if other < level}
            parent = None if above is None else parents[above]
            parents[level] = writer.add_outline_item(
                title=said, page_number=first + page, parent=parent, is_open=level < 2
            )
        first += piece.pages
    day = printed.date.replace("-", "")
    writer.metadata = {
        "/Title": printed.title, "/Author": printed.author, "/Subject": printed.subject,
        "/Creator": "携手", "/CreationDate": f"D:{day}000000+08'00'", "/ModDate": f"D:{day}000000+08'00'",
    }  # fmt: skip
    writer.root_object[NameObject("/Lang")] = TextStringObject("zh-CN")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
