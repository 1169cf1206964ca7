"""Several products in one row, each with its own quantity: 闸阀 over 法兰 beside 500 over 200."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcher.quantity import parse_quantity

_BETWEEN = re.compile(r"[、；;]")
_REST = re.compile(r"0\d*")  # the end of a number that a narrow column wraps
_LINED = ("spec", "standard", "unit", "category")  # keys whose cells may go line by line too


def pair(
    raw: Mapping[str, str], products: Sequence[str], quantity: str
) -> list[dict[str, str | tuple[str, ...]]]:
    """What each product of a row has for itself; empty where they share their quantity.

    A single product in several sizes, each with its number, goes line by line with its ``spec``.

    Args:
        raw: Cells of the row by key, their line breaks kept.
        products: Names of the products in the row.
        quantity: Key of the quantity.
    """
    names: Sequence[str] = products
    if len(products) == 1:
        names = list(products) * len(_lines(raw.get("spec", "")))
    count = len(names)
    if count < 2:
        return []
    amounts = _amounts(raw.get(quantity, ""), names)
    if not amounts:
        return []
    found: list[dict[str, str | tuple[str, ...]]] = [
        {"product_name": name, "products": (name,), quantity: amount}
        for name, amount in zip(names, amounts, strict=True)
    ]
    for key in _LINED:
        parts = _lines(raw.get(key, ""))
        if key == "unit" and len(parts) != count:
            parts = _BETWEEN.split(raw.get(key, ""))
        if len(parts) == count:
            for own, part in zip(found, parts, strict=True):
                own[key] = part
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _amounts(text: str, names: Sequence[str]) -> list[str]:
    """One quantity for each name, in their order; empty where the cell does not give them.

    Quantities behind each other in one line (阀门500台、法兰2000片) are left to a person.
    """
    parts = _lines(text)
    if len(parts) != len(names) or any(_REST.fullmatch(part) for part in parts):
        return []
    try:
        known = [quantity is not None and quantity.known for quantity in map(parse_quantity, parts)]
    except ValueError:
        return []
    return parts if all(known) else []
