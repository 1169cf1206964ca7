"""Rows as plain data under the design's column keys: what JSON, csv, the API and the store hold."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from matcher.model import Demand, ListKind, Quantity, Row, keys_of, quantity_key

_PERIOD_SUFFIX = {"month": "/月", "day": "/日"}


def kind_of(row: Row) -> ListKind:
    """The kind of list a row belongs to."""
    return ListKind.DEMAND if isinstance(row, Demand) else ListKind.SUPPLY


def plain_number(value: float | None) -> int | float | None:
    """3000.0 as 3000, so that JSON and csv show what people wrote."""
    if value is not None and math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return int(value)
    return value


def unit_text(unit: str, quantity: Quantity | None) -> str:
    """The unit as shown beside a number: a month or a day is said, a year goes without saying."""
    return unit + _PERIOD_SUFFIX.get(quantity.period if quantity else "", "")


def row_record(row: Row) -> dict[str, Any]:
    """A row as a dictionary of the column keys of its kind.

    The quantity is its lower end in the written unit with 万 resolved; ``…_high`` is added for a
    range or an open end, ``…_text`` wherever the number alone does not say what was written.
    """
    kind = kind_of(row)
    key = quantity_key(kind)
    quantity = row.quantity
    record: dict[str, Any] = {}
    for name in keys_of(kind):
        if name == key:
            record |= _quantity_record(key, quantity)
        elif name == "unit":
            record["unit"] = unit_text(row.unit, quantity)
        else:
            record[name] = getattr(row, name)
    return record


def _quantity_record(key: str, quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return {key: None}
    record: dict[str, Any] = {key: plain_number(quantity.low)}
    if quantity.high != quantity.low:
        record[f"{key}_high"] = plain_number(quantity.high)
    if not quantity.known or quantity.approximate or quantity.low is None or quantity.high is None:
        record[f"{key}_text"] = quantity.text
    return record


def product_records(row: Row) -> list[dict[str, Any]]:
    """One record per product of the row, each with the product's own name."""
    record = row_record(row)
    return [record | {"product_name": name} for name in row.products or (row.product_name,)]


def content_hash(row: Row) -> str:
    """Hash of what a row says, whatever its id, source or place: 16 hex digits.

    Decisions cite it, so that a changed row is seen to have changed.
    """
    kind = kind_of(row)
    data = {
        name: getattr(row, name) for name in keys_of(kind) if name not in {"demand_id", "supply_id"}
    }
    quantity = row.quantity
    data[quantity_key(kind)] = (
        None
        if quantity is None
        else [
            *(None if end is None else float(end) for end in (quantity.low, quantity.high)),
            quantity.unit,
            quantity.period,
            quantity.approximate,
        ]
    )
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def canonical(value: Any) -> str:
    """JSON text of plain data that is the same for the same data: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


ROW_NUMBER = "~"  # before the content hash in a fingerprint: the row's id is a row number


def fingerprint(row: Row) -> str:
    """What a review workbook keeps of a row, so that the store finds the very row again.

    The content hash, marked where the id is no more than the row's number in its file: such a
    row is found by what it says.
    """
    return content_hash(row) if row.id_given else ROW_NUMBER + content_hash(row)


def whole(text: str) -> str:
    """A text that every document can hold.

    Names of files may carry bytes of another encoding (GBK names on a UTF-8 machine), which no
    UTF-8 text can hold; they become question marks.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def quantity_text(row: Row) -> str:
    """A row's quantity as people read it: ``3000 吨``, ``50–80 台``, ``≥500 条/月``, ``面议``.

    Integers of five digits and more are divided into thousands: ``120,000 吨`` (GB/T 15835-2011
    leaves four digits whole).
    """
    quantity = row.quantity
    if quantity is None:
        return ""
    if not quantity.known:
        return quantity.text
    low, high = (_divided(plain_number(end)) for end in (quantity.low, quantity.high))
    number = (
        f"≥{low}" if not high else f"≤{high}" if not low
        else f"{low}" if low == high else f"{low}–{high}"
    )  # fmt: skip
    about = "约" if quantity.approximate else ""
    return f"{about}{number} {unit_text(row.unit, quantity)}".strip()


def changed_fields(before: Row, after: Row) -> list[list[str]]:
    """What differs between two states of a row: column key, text before, text after.

    A further column of the office stands under its heading; ``products`` where only the way one
    cell is divided differs.
    """
    kind = kind_of(after)
    changes = []
    for name in keys_of(kind):
        if name in {"demand_id", "supply_id", "unit"}:
            continue
        if name == quantity_key(kind):
            old, new = quantity_text(before), quantity_text(after)
        else:
            old, new = str(getattr(before, name)), str(getattr(after, name))
        if old != new:
            changes.append([name, old, new])
    hidden = {"contact", "origin"}
    for name in dict.fromkeys([*before.attributes, *after.attributes]):
        old, new = (str(row.attributes.get(name, "")) for row in (before, after))
        if old != new and name not in hidden:
            changes.append([name, old, new])
    if before.products != after.products and before.product_name == after.product_name:
        changes.append(["products", "、".join(before.products), "、".join(after.products)])
    return changes


def _divided(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,}" if abs(number) >= 10_000 else f"{number}"
