"""Supply rows as records in one block of memory: a row is made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from matcher.model import Quantity, Supply
from matcher.ranking.kinds import Made
from matcher.ranking.texts import FIELD, Texts, fields_of, record

# What no feature looks at is left out: where a row came from, and attributes.
_APART = {"products", "annual_capacity", "attributes", "source", "id_given"}
_FIRST = ("product_name", "spec", "standard")
_NAMES = (
    *_FIRST,
    *(each.name for each in fields(Supply) if each.name not in {*_FIRST, *_APART}),
)
_values = attrgetter(*_NAMES)
_NO_QUANTITY = [""] * 6
_AMOUNT = slice(len(_NAMES), len(_NAMES) + len(_NO_QUANTITY))


@dataclass(frozen=True, slots=True)
class Supplies(Made[Supply]):
    """Supply rows without where they came from and their attributes.

    Attributes:
        texts: A record of each row.
    """

    texts: Texts

    @classmethod
    def of(cls, rows: Iterable[Supply]) -> Supplies:
        """Rows packed."""
        return cls(Texts.of(map(_packed, rows)))

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, i: int) -> Supply:
        return _unpacked(self.texts[i])

    def fields(self, i: int) -> Sequence[str]:
        """The fields of a row, for :func:`said` and :func:`column_of`."""
        return fields_of(self.texts[i])


def said(fields: Sequence[str]) -> Said:
    """What a row says of its products, by its fields."""
    return Said(fields[0], fields[_AMOUNT.stop :], fields[1], fields[2])


class Said(NamedTuple):
    """What a row says of its products.

    Attributes:
        name: What stands as the name.
        parts: The parts of the cell, if it has several.
        spec: The specification.
        standard: The standard.
    """

    name: str
    parts: Sequence[str]
    spec: str
    standard: str


def column_of(name: str) -> tuple[Callable[[Sequence[str]], str], Callable[[str], Any]]:
    """How to get the text of a column out of the fields of a row, and the value out of the text."""
    if name == "annual_capacity":
        return lambda fields: FIELD.join(fields[_AMOUNT]), lambda t: _quantity(t.split(FIELD))
    return itemgetter(_NAMES.index(name)), str


def _packed(row: Supply) -> str:
    """A row as a record: its texts, its quantity, its products."""
    amount = row.annual_capacity
    quantity = _NO_QUANTITY if amount is None else _packed_quantity(amount)
    return record([*_values(row), *quantity, *row.products])


def _packed_quantity(amount: Quantity) -> list[str]:
    low, high = ("-" if end is None else repr(float(end)) for end in (amount.low, amount.high))
    about = "1" if amount.approximate else "0"
    return [low, high, amount.unit, amount.period, about, amount.text]


def _unpacked(text: str) -> Supply:
    found = fields_of(text)
    values: dict[str, Any] = dict(zip(_NAMES, found, strict=False))
    values["annual_capacity"] = _quantity(found[_AMOUNT])
    return Supply(**values, products=tuple(found[_AMOUNT.stop :]))


def _quantity(found: Sequence[str]) -> Quantity | None:
    low, high, unit, period, about, text = found
    if not low:
        return None
    return Quantity(_end(low), _end(high), unit, period, about == "1", text)


def _end(text: str) -> float | None:
    return None if text == "-" else float(text)
