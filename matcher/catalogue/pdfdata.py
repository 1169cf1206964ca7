"""Blocks as data for the typesetter: long words made breakable, long rows marked (排版数据)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from matcher.catalogue.blocks import CARD_WIDTHS, Bars, Block, Card, Contents, Page, Table
from matcher.catalogue.chart import alt, bars

UNKNOWN = "0000"  # a page that is not known yet, as wide as the widest number
_BREAK = "\u200b"  # where a word that is too long for its line may be broken
_MM = 72 / 25.4
_SMALL, _CARD = 10.5, 12.0  # points of the text of tables and cards, as official.typ sets it
_WIDE = 400.0  # points of a line of running text after its indent
_LINES = 20  # of a row or card, estimated: what is longer may be cut by the end of a page


def block_data(block: Block, family: str, pages: Mapping[str, int]) -> dict[str, Any]:
    """A block as the template wants it.

    Args:
        block: The block.
        family: Font of the text in charts.
        pages: Anchor → page; an anchor without one shows :data:`UNKNOWN`.
    """
    kind = type(block).__name__.lower()
    if isinstance(block, Table):
        return {
            "kind": kind,
            "columns": [asdict(c) for c in block.columns],
            "rows": _rows(block, pages),
        }
    if isinstance(block, Card):
        return {"kind": kind, **_card(block)}
    if isinstance(block, Bars):
        svg = bars(block, family)
        return {
            "kind": kind,
            "title": block.title,
            "unit": block.unit,
            "svg": svg,
            "alt": alt(block),
        }
    if isinstance(block, Contents):
        lines = [
            (level, breakable(said, _WIDE - 60, 16.0), _page(anchor, pages))
            for level, said, anchor in block.lines
        ]
        return {"kind": kind, "lines": lines}
    data = asdict(block)
    return {"kind": kind} | {
        key: breakable(value, _WIDE, 16.0) if isinstance(value, str) else value
        for key, value in data.items()
    }


def _page(anchor: str, pages: Mapping[str, int]) -> str:
    return str(pages.get(anchor, UNKNOWN))


def _rows(table: Table, pages: Mapping[str, int]) -> list[dict[str, Any]]:
    made = []
    for row in table.rows:
        cells: list[Any] = []
        most = 0.0
        for column, cell in zip(table.columns, row, strict=True):
            if isinstance(cell, Page):
                cells.append(_page(cell.anchor, pages))
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
