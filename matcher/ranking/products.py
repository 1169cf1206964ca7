"""The products of a list, ready to be matched: arrays and records, no object for each product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.model import Row
from matcher.ranking.incidence import Incidence
from matcher.ranking.kinds import Coded, Items, Made
from matcher.ranking.spaces import Layout, Members, Space
from matcher.ranking.supplies import Said, Supplies, column_of, said
from matcher.ranking.texts import FIELD, Texts
from matcher.terms import (
    Name,
    Product,
    Terms,
    name_columns,
    products_in,
    spec_of,
    text_columns,
    text_of,
    understood,
)
from matcher.text import fold

_EVERY = 2000  # rows between two reports of progress
# The columns of a supply that features compare.
_COMPARED = ("annual_capacity", "unit", "county", "tier", "intended_buyers", "enterprise")


@dataclass(frozen=True, slots=True)
class Products:
    """The products of the rows of one list, one entry for each part of a cell.

    Attributes:
        rows: The rows, in the order of their ids.
        row_index: Which row each product belongs to, ascending.
        part: Which of its row's products each is; -1 where there is no other.
        names: The distinct names.
        spaces: The names, and the whole rows, in columns.
        columns: Of packed rows the columns that features compare.
    """

    rows: Items[Row]
    row_index: NDArray[np.int32]
    part: NDArray[np.int16]
    names: Names
    spaces: tuple[Space, Space]
    columns: dict[str, Coded]

    @classmethod
    def of(cls, rows: Items[Row], report: Callable[[int, int], None]) -> Products:
        """Understand rows that are in the order of their ids."""
        owners: list[int] = []
        part: list[int] = []
        name_of: list[int] = []
        text_of_product: list[int] = []
        making = _Names()
        names, texts = Layout(name_columns), Layout(text_columns)
        columns = _Columns() if isinstance(rows, Supplies) else None

        for i in range(len(rows)):
            if isinstance(rows, Supplies) and columns:
                fields = rows.fields(i)
                columns.add(fields)
                row = said(fields)
            else:
                row = _said(rows[i])
            found = products_in(*row[:3])
            for n, product in enumerate(found):
                name, spec = product.name, product.spec
                owners.append(i)
                part.append(n if len(found) > 1 else -1)
                folded = fold(name)
                name_of.append(names.add(folded, lambda name=name: making.add(understood(name))))  # type: ignore[misc]
                text = text_of(folded, spec, row.standard)
                text_of_product.append(texts.add(text, lambda text=text: text))  # type: ignore[misc]
            if i % _EVERY == 0:
                report(i, len(rows))
        report(len(rows), len(rows))
        return cls(
            rows,
            np.array(owners, dtype=np.int32),
            np.array(part, dtype=np.int16),
            making.names(),
            (names.space(name_of), texts.space(text_of_product)),
            columns.coded() if columns else {},
        )

    def __len__(self) -> int:
        return len(self.row_index)

    def makers(self) -> Incidence:
        """Which firms make which things; of packed supplies."""
        things, firms = self.names.things, self.columns["enterprise"]
        thing_of, firm_of = things.of(self.spaces[0].of), firms.of(self.row_index)
        return Incidence.numbered(things.keys, thing_of, firms.keys, firm_of)

    def product(self, i: int) -> tuple[Product, Said]:
        """One product, and what its row says."""
        rows, r = self.rows, self.row_index[i]
        row = said(rows.fields(r)) if isinstance(rows, Supplies) else _said(rows[r])
        if self.part[i] < 0:
            return Product(row.parts[0] if row.parts else row.name, row.spec), row
        return products_in(*row[:3])[self.part[i]], row


def _said(row: Row) -> Said:
    return Said(row.product_name, row.products, spec_of(row), row.standard)


@dataclass(frozen=True)
class Names(Made[Name]):
    """Distinct names, each understood, in one block of memory.

    Attributes:
        texts: The names as records.
        things: What each speaks of.
    """

    texts: Texts
    things: Coded
    _made: dict[int, Name] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[Name]) -> Names:
        """Names packed."""
        making = _Names()
        for name in names:
            making.add(name)
        return making.names()

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def kinds(self) -> dict[str, int]:
        """The number of each thing that names speak of, but for those that speak of none."""
        return {thing: n for thing, n in self.things.numbers().items() if thing}

    @cached_property
    def of_kind(self) -> Members:
        """The names that speak of each thing."""
        return Members.of(self.things.codes, len(self.things.texts))

    def name(self, i: int) -> str:
        """The folded name."""
        return self.texts[i].partition(FIELD)[0]

    def __getitem__(self, i: int) -> Name:
        if (found := self._made.get(i)) is None:
            found = self._made[i] = Name.unpacked(self.texts[i])
        return found

    def forget(self) -> None:
        """Keep none that were made to be looked at."""
        self._made.clear()


@dataclass(slots=True)
class ProductTerms(Made[Terms]):
    """The terms of products, each made when somebody looks at it, and kept for a while."""

    products: Products
    _made: dict[int, Terms] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.products)

    def __getitem__(self, i: int) -> Terms:
        if (found := self._made.get(i)) is None:
            products = self.products
            product, row = products.product(i)
            of_name = products.names[products.spaces[0].of[i]]
            found = self._made[i] = Terms(of_name, product.name, product.spec, row.standard)
        return found

    def forget(self) -> None:
        """Keep none any longer."""
        self._made.clear()
        self.products.names.forget()


@dataclass(frozen=True, slots=True)
class RowsOfProducts(Made[Row]):
    """The row of each product."""

    products: Products

    def __len__(self) -> int:
        return len(self.products)

    def __getitem__(self, i: int) -> Row:
        return self.products.rows[self.products.row_index[i]]


class _Names:
    """Names on the way to :class:`Names`."""

    def __init__(self) -> None:
        self._records: list[str] = []
        self._place: dict[str, int] = {}
        self._things: list[int] = []

    def add(self, name: Name) -> Name:
        self._things.append(self._place.setdefault(name.thing, len(self._place)))
        self._records.append(name.packed())
        return name

    def names(self) -> Names:
        things = np.array(self._things, dtype=np.int32)
        return Names(Texts.of(self._records), Coded(things, Texts.of(self._place), str))


class _Columns:
    """Columns on the way to :class:`Coded` ones."""

    def __init__(self) -> None:
        self._ways = [column_of(name) for name in _COMPARED]
        self._places: list[dict[str, int]] = [{} for _ in _COMPARED]
        self._codes: list[list[int]] = [[] for _ in _COMPARED]

    def add(self, fields: Sequence[str]) -> None:
        for (text_in, _), place, codes in zip(self._ways, self._places, self._codes, strict=True):
            codes.append(place.setdefault(text_in(fields), len(place)))

    def coded(self) -> dict[str, Coded]:
        return {
            name: Coded(np.array(codes, dtype=np.int32), Texts.of(place), value)
            for name, (_, value), place, codes in zip(
                _COMPARED, self._ways, self._places, self._codes, strict=True
            )
        }
