"""A catalogue on the screen, as it will be printed; a long one in several parts (预览)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from matcher.catalogue import Catalogue
from matcher.catalogue.blocks import Block, Card, Heading, Section, Table
from matcher.catalogue.outline import printed
from matcher.catalogue.webpage import fragment

_CARDS, _ROWS = 200, 400  # of one part
_LINK = re.compile(r'href="#([^"]+)"')


@dataclass(frozen=True, slots=True)
class Preview:
    """One part of a document: its HTML, its number from 1, and what each part begins with."""

    html: Markup
    part: int
    parts: tuple[str, ...]


def preview(catalogue: Catalogue, part: int, address: str) -> Preview:
    """A part of the document of a catalogue; links lead to the parts where their aims stand.

    Args:
        catalogue: The catalogue.
        part: Which one, from 1; the nearest one that there is.
        address: Of the page, to which ``part=`` is added.
    """
    whole = printed(catalogue)
    parts = [piece for section in whole.sections for piece in _pieces(section)]
    part = min(max(part, 1), len(parts))
    aims = {
        block.anchor: number
        for number, piece in enumerate(parts, 1)
        for block in piece.blocks
        if isinstance(block, Heading) and block.anchor
    }
    html = "".join(fragment(replace(whole, sections=(parts[part - 1],))))

    def leading(match: re.Match[str]) -> str:
        number = aims.get(match[1], part)
        return match[0] if number == part else f'href="{address}?part={number}#{match[1]}"'

    html = _LINK.sub(leading, html)
    return Preview(Markup(html), part, tuple(_name(p) for p in parts))  # noqa: S704 - made and escaped by us


def _name(piece: Section) -> str:
    """What a part begins with."""
    return next((b.text for b in piece.blocks if isinstance(b, Heading)), "")


def _pieces(section: Section) -> list[Section]:
    """A section cut so that no part is too long for a browser."""
    pieces: list[list[Block]] = [[]]
    cards = 0
    for block in section.blocks:
        cards += isinstance(block, Card)
        if cards > _CARDS and isinstance(block, Heading):
            pieces.append([])
            cards = 0
        if isinstance(block, Table) and len(block.rows) > _ROWS:
            cuts = range(0, len(block.rows), _ROWS)
            tables = [replace(block, rows=block.rows[at : at + _ROWS]) for at in cuts]
            pieces[-1].append(tables[0])
            pieces += [[table] for table in tables[1:]]
        else:
            pieces[-1].append(block)
    return [replace(section, blocks=tuple(blocks)) for blocks in pieces]
