"""The products of a list, ready to be matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matcher.model import Row
from matcher.ranking.spaces import Space
from matcher.terms import Product, Terms, analyse, products_of
from matcher.text import as_written

_EVERY = 2000  # rows between two reports of progress


@dataclass(slots=True)
class Products:
    """The products of the rows of one list, one entry for each part of a cell.

    Attributes:
        rows: The row of each product, in the order of the rows' ids.
        row_index: Which row, counted in that order.
        names: The folded or written name of each product, as its row's cell was understood.
        terms: The terms of each product.
        spaces: The names, and the whole rows, in columns.
    """

    rows: Sequence[Row]
    row_index: Sequence[int]
    names: Sequence[str]
    terms: Sequence[Terms]
    spaces: tuple[Space, Space]

    @classmethod
    def of(cls, rows: Sequence[Row], report: Callable[[int, int], None]) -> Products:
        """Understand rows that are in the order of their ids."""
        owners: list[int] = []
        found: list[Product] = []
        terms: list[Terms] = []
        for i, row in enumerate(rows):
            for product in products_of(row):
                owners.append(i)
                found.append(product)
                terms.append(analyse(product.name, product.spec, row.standard))
            if i % _EVERY == 0:
                report(i, len(rows))
        spaces = Space.of_names(terms), Space.of_texts(terms)
        report(len(rows), len(rows))
        return cls([rows[i] for i in owners], owners, [p.name for p in found], terms, spaces)

    def take_spaces(self) -> tuple[Space, Space]:
        """The spaces, which are kept no longer: vectors stand for them from here on."""
        taken = self.spaces
        self.spaces = taken[0].emptied(), taken[1].emptied()
        return taken

    def written(self, i: int) -> str:
        """The name of a product as its row wrote it."""
        return as_written(self.names[i], self.rows[i].product_name)
