"""A whole list as a file, however long, without holding it in memory (下载)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from flask import Response, current_app, stream_with_context

from matcher.catalogue.sheets import CELL_LIMIT, SHEET_LIMIT
from matcher.catalogue.suggestions import harmless
from matcher.records import row_record
from matcher.store import Found, Scope, Store
from matcher.text import clean
from web.lists import columns
from web.lists.address import Wanted
from web.times import BEIJING

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE = 1 << 16  # bytes that are sent together
_NAMES = {"demands": "需求", "supplies": "供给", "enterprises": "企业"}


def answer(asked: Wanted, scope: Scope, form: str) -> Response:
    """The rows of a query as an answer that is sent while it is made."""
    name = f"{_NAMES[asked.listing.table]}-{dt.datetime.now(BEIJING):%Y%m%d}.{form}"
    parts = _parts(asked, scope, form, current_app.config["DATABASE"])
    sent = Response(stream_with_context(parts), content_type=TYPES[form])
    sent.headers["Content-Disposition"] = (
        f"attachment; filename=\"{asked.listing.table}.{form}\"; filename*=UTF-8''{quote(name)}"
    )
    return sent


def _parts(asked: Wanted, scope: Scope, form: str, path: str) -> Iterator[bytes]:
    """The file, read from a store of its own: that of the request is closed before the end."""
    with Store(path, create=False) as opened:
        rows = opened.browse.all(asked.listing, scope, asked.query())
        yield from {"csv": _csv, "json": _json, "xlsx": _xlsx}[form](asked, rows)


def _csv(asked: Wanted, rows: Iterator[Found]) -> Iterator[bytes]:
    """With a byte order mark, for spreadsheet programs; no cell is taken for a formula."""
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow([str(column.label) for column in asked.shown])
    for found in rows:
        texts = (columns.text(asked.listing, found, c.key) for c in asked.shown)
        writer.writerow([harmless(clean(text)) for text in texts])
        if buffer.tell() > _PIECE:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _json(asked: Wanted, rows: Iterator[Found]) -> Iterator[bytes]:
    """An array of records under the column keys of the design."""
    before, pieces, size = "[\n", [], 0
    for found in rows:
        piece = before + json.dumps(_record(asked, found), ensure_ascii=False)
        before = ",\n"
        pieces.append(piece)
        size += len(piece)
        if size > _PIECE:
            yield "".join(pieces).encode("utf-8", "replace")
            pieces, size = [], 0
    yield ("".join(pieces) + (before if before == "[\n" else "\n") + "]\n").encode(
        "utf-8", "replace"
    )


def _record(asked: Wanted, found: Found) -> dict[str, Any]:
    keys = [column.key for column in asked.available]
    if asked.columns:
        keys = list(asked.columns)
    extra = {key: found.values.get(key) for key in keys if key in asked.listing.extras}
    if found.row is None:
        record = {key: found.values.get(key) for key in keys if key not in extra} | extra
        if "roles" in record:
            record["roles"] = [role for role in (record["roles"] or "").split("|") if role]
        return record
    record = row_record(found.row)
    if asked.columns:
        record = {k: v for k, v in record.items() if k in keys or k.rpartition("_")[0] in keys}
    return record | extra


def _xlsx(asked: Wanted, rows: Iterator[Found]) -> Iterator[bytes]:
    """One row in memory at a time; text is text. A list too long for a sheet goes on in another."""
    with tempfile.TemporaryFile() as file:
        _workbook(file, asked, rows)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _workbook(file: IO[bytes], asked: Wanted, rows: Iterator[Found]) -> None:
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    number = book.add_format({"num_format": "0%"})
    sheet: Any = None
    line = SHEET_LIMIT
    for found in rows:
        if line >= SHEET_LIMIT:
            sheet, line = _sheet(book, head, asked), 1
        for place, column in enumerate(asked.shown):
            shown = columns.value(asked.listing, found, column.key)
            if isinstance(shown, int | float):
                sheet.write_number(
                    line, place, shown, number if column.key == "probability" else None
                )
            elif shown:
                sheet.write_string(line, place, clean(shown)[:CELL_LIMIT])
        line += 1
    if sheet is None:
        _sheet(book, head, asked)
    book.close()


def _sheet(book: Any, head: Any, asked: Wanted) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(asked.shown):
        sheet.set_column(place, place, 12 if column.number else 20)
        sheet.write_string(0, place, str(column.label), head)
    return sheet
