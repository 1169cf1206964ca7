"""Supply rows as records in one block of memory: a row is made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, overload

from matcher.model import Quantity, Supply
from matcher.ranking.texts import Texts, fields_of, record

# What no feature looks at is left out: where a row came from, and attributes.
_APART = {"products", "annual_capacity", "attributes", "source", "id_given"}
_NAMES = [each.name for each in fields(Supply) if each.name not in _APART]
_values = attrgetter(*_NAMES)
_NO_QUANTITY = [""] * 6


@dataclass(frozen=True, slots=True)
class Supplies(Sequence[Supply]):
    """Supply rows without where they came from and their attributes.

    Attributes:
        texts: A record of each row.
    """

    texts: Texts

    @classmethod
    def of(cls, rows: Iterable[Supply]) -> Supplies:
        """Rows packed; what is packed already stays as it is."""
        return rows if isinstance(rows, Supplies) else cls(Texts.of(map(_packed, rows)))

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, i: int) -> Supply: ...
    @overload
    def __getitem__(self, i: slice) -> list[Supply]: ...
    def __getitem__(self, i: int | slice) -> Supply | list[Supply]:
        if isinstance(i, slice):
            return [self[n] for n in range(*i.indices(len(self)))]
        return _unpacked(self.texts[i])


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
    low, high, unit, period, about, said = found[len(_NAMES) : len(_NAMES) + 6]
    if low:
        ends = (None if end == "-" else float(end) for end in (low, high))
        values["annual_capacity"] = Quantity(*ends, unit, period, about == "1", said)
    return Supply(**values, products=tuple(found[len(_NAMES) + 6 :]))
