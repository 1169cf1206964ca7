"""What the workbooks share: safe cells, rows as high as their text, pages fit to be printed."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

from matcher.records import whole

CELL_LIMIT = 32_767  # characters that a workbook cell can hold
SHEET_LIMIT = 1_048_576  # rows of a sheet
PROPERTY_LIMIT = 255  # characters that a property, a header or a footer can hold
A3, A4 = 8, 9
FONT: Mapping[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LINE, _PADDING, _HIGHEST = 13.5, 5.0, 409.0  # points; the highest row that a workbook allows
_WIDE, _NARROW = 1.9, 1.05  # of a column's unit, in 10 points, whatever font replaces 宋体


class Book:
    """One workbook in the making; equal content gives equal bytes."""

    def __init__(self, title: str, made_on: dt.date) -> None:
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._buffer,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False},
        )  # fmt: skip
        created = dt.datetime.combine(made_on, dt.time())
        self.book.set_properties(
            {"title": whole(title)[:PROPERTY_LIMIT], "author": "携手", "created": created}
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format in the usual font; the same properties give the same format."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**FONT, **properties})
        return self._formats[key]

    @property
    def head(self) -> Any:
        """The format of a header cell."""
        return self.style(
            bold=True, bg_color="#DCE6F1", border=1, border_color="#8EA9C1", text_wrap=True,
            align="center",
        )  # fmt: skip

    def finish(self) -> bytes:
        """The workbook as bytes."""
        self.book.close()
        return self._buffer.getvalue()


def write(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write text as text, never as formula or link; what is too long is cut with a mark."""
    text = whole(text)
    if len(text) > CELL_LIMIT:
        text = text[: CELL_LIMIT - 1] + "…"
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def height(cells: Iterable[tuple[str, float]]) -> float:
    """Height in points that a row needs for its texts, each in a column so many units wide.

    Stated for every row, because not every program measures wrapped text when it opens a file.
    """
    most = max((_lines(text, width) for text, width in cells), default=1)
    return min(_HIGHEST, most * _LINE + _PADDING)


def _lines(text: str, width: float) -> int:
    room = max(2.0, width - 0.8)
    count = 0
    for line in text[: int(_HIGHEST * room)].split("\n"):
        used, rows = 0.0, 1
        for char in line:
            size = _WIDE if unicodedata.east_asian_width(char) in "WFA" else _NARROW
            if used + size > room:
                used, rows = 0.0, rows + 1
            used += size
        count += rows
    return count


def page(
    sheet: Any, *, paper: int = A4, head: tuple[int, int], left: str = "", right: str = ""
) -> None:
    """Set up for print: landscape, one page wide, header rows repeated, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.65)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(*head)
    sheet.set_footer(footer(left, right))


def footer(left: str = "", right: str = "") -> str:
    """A footer with page numbers; signs of its language in the texts are written twice."""
    sides = [whole(text).replace("&", "&&")[:100] for text in (left, right)]
    # An odd sign at the cut would speak of what follows.
    sides = [side[:-1] if side.endswith("&") and side.count("&") % 2 else side for side in sides]
    before, after = (
        f"&{mark}{side}" if side else "" for mark, side in zip("LR", sides, strict=True)
    )
    return f"{before}&C第 &P 页，共 &N 页{after}"
