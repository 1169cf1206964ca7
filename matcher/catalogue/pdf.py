"""A printed document as pdf, set by typst where it is installed."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.catalogue.blocks import CARD_WIDTHS, Bars, Block, Card, Page, Printed, Table
from matcher.catalogue.chart import alt, bars
from matcher.catalogue.fonts import Fonts, fonts
from matcher.errors import XieshouError

_BREAK = "\u200b"  # where a word that is too long for its line may be broken
_MM = 72 / 25.4
_SMALL, _CARD = 10.5, 12.0  # points of the text of tables and cards, as official.typ sets it
_LINES = 20  # of a row or card, estimated: what is longer may be cut by the end of a page


class NoTypstError(XieshouError):
    """The typesetter is not installed."""


def to_pdf(printed: Printed) -> bytes:
    """The document as bytes; equal documents give equal bytes with the same fonts.

    Raises:
        NoTypstError: typst is not installed.
        NoFontError: No Chinese font is.
    """
    try:
        import typst
    except ImportError as error:
        raise NoTypstError(
            "排 pdf 要用 typst，这台机器上没有装，请用 pip install typst 安装，或改用 .docx、.xlsx"
        ) from error
    available = fonts()
    document = json.dumps(_document(printed, available), ensure_ascii=False)
    lacking = available.lacking(document) - set("\n\u200b")
    for char in sorted(lacking):  # said by its number rather than lost
        document = document.replace(char, f"〔U+{ord(char):04X}〕")
    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"document": document, "faces": json.dumps(available.faces)},
        font_paths=available.handle,
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _template() -> bytes:
    return (files("matcher.catalogue") / "official.typ").read_bytes()


def _document(printed: Printed, available: Fonts) -> dict[str, Any]:
    return {
        "title": printed.title,
        "author": printed.author,
        "subject": printed.subject,
        "date": printed.date,
        "mark": printed.mark,
        "sections": [
            {
                "landscape": section.landscape,
                "blocks": [_block(block, available) for block in section.blocks],
            }
            for section in printed.sections
        ],
    }


def _block(block: Block, available: Fonts) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Table):
        return {"kind": kind, "columns": [asdict(c) for c in block.columns], "rows": _rows(block)}
    if isinstance(block, Card):
        return {"kind": kind, **_card(block)}
    if isinstance(block, Bars):
        svg = bars(block, available.faces["hei"][0])
        return {"kind": kind, "title": block.title, "unit": block.unit, "svg": svg, "alt": alt(block)}
    wide = 440.0
    data = asdict(block)
    return {"kind": kind} | {
        key: breakable(value, wide, 16.0) if isinstance(value, str) and key != "anchor" else value
        for key, value in data.items()
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    made = []
    for row in table.rows:
        cells: list[Any] = []
        most = 0.0
        for column, cell in zip(table.columns, row, strict=True):
            if isinstance(cell, Page):
                cells.append({"anchor": cell.anchor})
                continue
            room = (column.width - 2.6) * _MM
            cells.append(breakable(cell, room, _SMALL))
            most = max(most, _height(cell, room, _SMALL))
        made.append({"cells": cells, "long": most > _LINES})
    return made


def _card(card: Card) -> dict[str, Any]:
    rows, height = [], 0.0
    for row in card.rows:
        widths = (sum(CARD_WIDTHS[1:]),) if len(row) == 1 else CARD_WIDTHS[1::2]
        rooms = [(width - 3.2) * _MM for width in widths]
        told = list(zip(row, rooms, strict=True))
        rows.append([[label, breakable(text, room, _CARD)] for (label, text), room in told])
        height += max(_height(text, room, _CARD) for (_, text), room in told)
    return {"widths": CARD_WIDTHS, "rows": rows, "long": height > _LINES}


def _height(text: str, room: float, size: float) -> float:
    """Lines that a text fills at most."""
    return sum(1 + sum(map(_width, line)) * size // room for line in text.split("\n"))


@cache
def _width(char: str) -> float:
    """Width of a character in em, rather too much than too little."""
    if unicodedata.east_asian_width(char) in "WFA" or ord(char) >= 0x2E80:
        return 1.0
    if char in "ijl.,;:'|!()[]·":
        return 0.5
    return 0.64 if char.islower() or char.isdigit() or char in " -/" else 1.05


def breakable(text: str, room: float, size: float) -> str:
    """A text in which every word wider than ``room`` points may be broken anywhere."""
    if len(text) * 1.05 * size <= room:
        return text
    parts: list[str] = []
    word: list[str] = []
    for char in text:
        if char in " \n" or unicodedata.east_asian_width(char) in "WF":
            parts += _broken(word, room, size)
            word = []
            parts.append(char)
        else:
            word.append(char)
    return "".join([*parts, *_broken(word, room, size)])


def _broken(word: list[str], room: float, size: float) -> list[str]:
    if sum(map(_width, word)) * size <= room:
        return word
    marks = [char if unicodedata.combining(char) else _BREAK + char for char in word]
    return [word[0], *marks[1:]]
