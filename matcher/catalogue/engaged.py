"""Engagements as csv, xlsx and json, from plain records (对接台账)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from matcher.catalogue.entries import BEIJING
from matcher.catalogue.sheets import A4, Book, write
from matcher.catalogue.suggestions import harmless
from matcher.records import plain_number

TITLE = "供需对接台账"
# Key of the record → heading and width.
COLUMNS: Mapping[str, tuple[str, float]] = {
    "engagement_id": ("序号", 6), "stage": ("阶段", 7), "due_on": ("下一步期限", 12),
    "stale": ("逾期", 6), "officer": ("服务专员", 10), "chain": ("产业链", 12),
    "leader": ("链主企业", 24), "demand_id": ("需求编号", 10), "demand_product": ("需求产品", 18),
    "enterprise": ("供给企业", 24), "supply_id": ("供给编号", 10), "supply_product": ("供给产品", 18),
    "amount": ("合同金额（万元）", 12), "quantity": ("数量", 10), "unit": ("单位", 6),
    "contract_number": ("合同编号", 14), "signed_on": ("签订日期", 12),
    "deliver_from": ("交货起", 12), "deliver_until": ("交货止", 12),
    "begun_at": ("发起时间", 16), "last_at": ("最近更新", 16), "reason": ("发起理由", 24),
}  # fmt: skip
FORMATS = ("csv", "xlsx", "json")
_NUMBERS = ("engagement_id", "amount", "quantity")
_MOMENTS = ("begun_at", "last_at")


def _cell(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if key == "stale":
        return "是" if value else ""
    if key in _MOMENTS:
        return f"{dt.datetime.fromisoformat(value).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return str(plain_number(value) if isinstance(value, float) else value)


def to_csv(records: Iterable[Mapping[str, Any]]) -> bytes:
    """One line an engagement; UTF-8 with BOM, so that spreadsheet programs read it as it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in COLUMNS.values()])
    for record in records:
        writer.writerow([harmless(_cell(key, record[key])) for key in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def to_json(records: Iterable[Mapping[str, Any]]) -> bytes:
    """The records as they are."""
    return (json.dumps(list(records), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def to_xlsx(records: Iterable[Mapping[str, Any]]) -> bytes:
    """One sheet, text as text and numbers as numbers, its head repeated on paper."""
    records = list(records)
    days = [dt.datetime.fromisoformat(r["last_at"]).astimezone(BEIJING).date() for r in records]
    book = Book(TITLE, max(days, default=dt.date(1970, 1, 1)))
    sheet = book.book.add_worksheet("对接")
    cell = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True}
    left, right = book.style(**cell), book.style(**cell, align="right")
    for column, (key, (heading, width)) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, width)
        write(sheet, 0, column, heading, book.head)
        for row, record in enumerate(records, 1):
            value = record[key]
            if key in _NUMBERS and value is not None:
                sheet.write_number(row, column, value, right)
            else:
                write(sheet, row, column, _cell(key, value), left)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    return book.finish()


_MAKERS: Mapping[str, Callable[[Iterable[Mapping[str, Any]]], bytes]] = {
    "csv": to_csv, "xlsx": to_xlsx, "json": to_json,
}  # fmt: skip


def to_bytes(records: Iterable[Mapping[str, Any]], form: str) -> bytes:
    """The records in one of :data:`FORMATS`."""
    return _MAKERS[form](records)
