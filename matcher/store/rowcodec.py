"""Rows of the model to rows of the tables and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matcher.model import Demand, ListKind, Quantity, Row, Source, Supply, keys_of, quantity_key
from matcher.records import content_hash, kind_of

TABLE = {ListKind.DEMAND: "demands", ListKind.SUPPLY: "supplies"}


def to_table(row: Row) -> dict[str, Any]:
    """Column values of a row; key, id, identity, list and firm are the importer's business.

    Contacts are left out: they stand in a table of their own. So is the mark by which a row of a
    problem file is recognised.
    """
    kind = kind_of(row)
    quantity_name = quantity_key(kind)
    skip = {quantity_name, "demand_id", "supply_id"}
    values: dict[str, Any] = {k: getattr(row, k) for k in keys_of(kind) if k not in skip}
    quantity = row.quantity
    attributes = {k: v for k, v in row.attributes.items() if k not in {"contact", "origin"}}
    return values | {
        "content_hash": content_hash(row),
        "products": json.dumps(row.products, ensure_ascii=False),
        quantity_name: quantity.low if quantity else None,
        f"{quantity_name}_high": quantity.high if quantity else None,
        "quantity_text": quantity.text if quantity else None,
        "period": quantity.period if quantity else "",
        "approximate": int(bool(quantity and quantity.approximate)),
        "attributes": json.dumps(attributes, ensure_ascii=False, sort_keys=True),
        "sheet": row.source.sheet,
        "row": row.source.row,
    }


def from_table(kind: ListKind, values: Mapping[str, Any]) -> Row:
    """A row of the model from a table row joined with its list's ``file_name``."""
    name = quantity_key(kind)
    quantity = None
    if values["quantity_text"] is not None:
        quantity = Quantity(
            low=values[name],
            high=values[f"{name}_high"],
            unit=values["unit"],
            period=values["period"],
            approximate=bool(values["approximate"]),
            text=values["quantity_text"],
        )
    fields = {k: values[k] for k in keys_of(kind) if k != name}
    common: dict[str, Any] = {
        name: quantity,
        "products": tuple(json.loads(values["products"])),
        "attributes": json.loads(values["attributes"]),
        "source": Source(values["file_name"], values["sheet"], values["row"]),
        "id_given": True,
    }
    if kind is ListKind.DEMAND:
        return Demand(**fields, **common)
    return Supply(**fields, **common)
