"""One row as a person types it into a form, read as a row of a list would be (填报)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.knowledge import kind as declared_kind
from matcher.lists.columns import ColumnMatch
from matcher.lists.grid import Grid
from matcher.lists.rows import TableReader
from matcher.lists.tables import Table
from matcher.model import ListKind, Quantity, Row, keys_of, quantity_key

_PERIODS = {"year": "/年", "month": "/月", "day": "/日"}


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What became of the texts of a form.

    Attributes:
        row: The row; None where the texts make none.
        complaints: Column key → what the reader complains of there, and what to do.
    """

    row: Row | None
    complaints: Mapping[str, str]


def read_typed(kind: ListKind, values: Mapping[str, str]) -> TypedRow:
    """Read one row from texts by column key; what is missing counts as blank."""
    columns = declared_kind().columns[kind.value]
    key_of = {column.label: column.key for column in columns}
    texts = [values.get(column.key, "") for column in columns]
    grid = Grid("", [[column.label for column in columns], texts])
    matches = [ColumnMatch(i, c.label, c.key, 1.0, "given") for i, c in enumerate(columns)]
    table = Table((0,), 1, 2, matches)
    out = TableReader(grid, table, kind, file="", row_id=lambda _sheet, _row: "").read()
    complaints: dict[str, str] = {}
    for problem in out.problems:
        key = key_of.get(problem.column, "product_name")
        advice = problem.advice.replace("；暂按未填处理", "")  # a form asks for better, and waits
        said = f"{problem.message}，{advice}"
        complaints[key] = f"{complaints[key]}；{said}" if key in complaints else said
    if len(out.rows) > 1:
        complaints[quantity_key(kind)] = "一行只能写一个数量，请按产品分成几行填"
        return TypedRow(None, complaints)
    if not out.rows and not complaints:
        reason = out.skipped[0].reason if out.skipped and any(texts) else ""
        complaints["product_name"] = (
            f"这样写会被当成“{reason}”，请写产品名称" if reason else "请填写产品名称"
        )
    return TypedRow(out.rows[0] if out.rows else None, complaints)


def typed(row: Row, kind: ListKind) -> dict[str, str]:
    """The texts of a form that say what a row says: :func:`read_typed` reads it back from them."""
    quantity = row.quantity
    texts = dict.fromkeys(keys_of(kind), "")
    for key in keys_of(kind):
        if key != quantity_key(kind):
            texts[key] = str(getattr(row, key))
    if quantity:
        texts[quantity_key(kind)] = _amount(quantity)
        texts["unit"] = row.unit + _PERIODS.get(quantity.period, "") if row.unit else ""
        if quantity.period and not row.unit:
            texts[quantity_key(kind)] += _PERIODS[quantity.period]
    return texts


def _amount(quantity: Quantity) -> str:
    """The number of a quantity without its unit: 3000, 约1200, 50-80, ≥500, 若干."""
    if not quantity.known:
        return quantity.text
    low, high = (_number(end) for end in (quantity.low, quantity.high))
    open_end = f"≥{low}" if low else f"≤{high}"
    both = low if low == high else f"{low}-{high}"
    number = both if low and high else open_end
    return f"约{number}" if quantity.approximate else number


def _number(end: float | None) -> str:
    if end is None:
        return ""
    whole = math.isfinite(end) and end == int(end) and abs(end) < 2**53
    return str(int(end)) if whole else repr(end)
