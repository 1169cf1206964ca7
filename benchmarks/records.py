"""Typed rows of lists whose cells are known to be clean: what ``read_list`` gives, without reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcher.lists.amounts import AmountReader
from matcher.lists.products import split_products
from matcher.model import (
    DEMAND_KEYS,
    SUPPLY_KEYS,
    Demand,
    ListKind,
    Supply,
    quantity_key,
)
from matcher.text import clean

Cells = tuple[str, ...]
_AMOUNTS = AmountReader((), "")  # headings and lines above them say nothing of units


def demands_of(rows: Iterable[Cells]) -> tuple[Demand, ...]:
    """Demands from cells in the order of ``DEMAND_KEYS``."""
    return tuple(Demand(**_fields(ListKind.DEMAND, DEMAND_KEYS, row)) for row in rows)


def supplies_of(rows: Iterable[Cells]) -> tuple[Supply, ...]:
    """Supplies from cells in the order of ``SUPPLY_KEYS``."""
    return tuple(Supply(**_fields(ListKind.SUPPLY, SUPPLY_KEYS, row)) for row in rows)


def _fields(kind: ListKind, keys: Cells, row: Cells) -> dict[str, Any]:
    fields: dict[str, Any] = {key: clean(cell) for key, cell in zip(keys, row, strict=True)}
    amount = _AMOUNTS.read(fields[quantity_key(kind)], fields["unit"])
    fields[quantity_key(kind)] = amount.quantity
    fields["unit"] = amount.unit
    fields["products"] = split_products(fields["product_name"])
    fields["id_given"] = True
    return fields
