"""The cells of the current row of a table, by key: merged, joined or with their line breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from matcher.lists.cells import clean_cell, is_nothing
from matcher.lists.columns import JOINED, ColumnMatch
from matcher.lists.grid import Grid, text_at
from matcher.lists.products import split_products
from matcher.lists.tables import Table
from matcher.text import clean, clean_lines


class RowCells:
    """Reads the cells of one row after the other.

    Attributes:
        number: 0-based grid row of the current row.
        texts: Its cells, cleaned; at least as many as the table has columns.
        merged: Covered cell → the first cell of its vertical merge, within the table's data rows.
    """

    def __init__(
        self,
        grid: Grid,
        table: Table,
        by_key: Mapping[str, Sequence[ColumnMatch]],
        keys: Sequence[str],
    ) -> None:
        self._grid, self._by_key = grid, by_key
        self._columns, self._first = table.columns, table.first_column
        self._width = table.last_column + 1
        self._places = {
            key: by_key[key][0].index if len(by_key[key]) == 1 else None for key in keys
        }
        self.number = table.start
        self.texts: list[str] = []
        self.merged = _merged_cells(grid, table)

    def load(self, r: int) -> list[str]:
        """Go to grid row ``r``; returns its cleaned cells."""
        self.number = r
        self.texts = [clean_cell(cell) if cell else "" for cell in self._grid.rows[r]]
        self.texts += [""] * (self._width - len(self.texts))
        return self.texts

    def filled(self) -> list[tuple[ColumnMatch, str]]:
        """The table's columns whose cells are not blank, with their texts."""
        texts = self.texts[self._first :]
        return [(column, text) for column, text in zip(self._columns, texts, strict=False) if text]

    def values(self) -> dict[str, str]:
        """Texts by key, of all keys of the list that have a column."""
        if self.merged:
            return {key: self.text(key) for key in self._places}
        texts = self.texts
        return {
            key: self.text(key) if place is None else texts[place]
            for key, place in self._places.items()
        }

    def own(self, column: ColumnMatch) -> str:
        """Text of a column's cell, of the merged cell that covers it where it is blank."""
        text = self.texts[column.index]
        if not text and self.merged and (origin := self.merged.get((self.number, column.index))):
            return text_at(self._grid, *origin)
        return text

    def text(self, key: str) -> str:
        """Text of a key's column, joined where several columns share it."""
        columns = self._by_key.get(key, ())
        if len(columns) == 1:
            return self.own(columns[0])
        texts = [text for column in columns if (text := self.own(column))]
        if key in JOINED or key == "product_name":
            between = "、" if key == "product_name" else " "
            return between.join(dict.fromkeys(t for t in texts if not is_nothing(t)))
        return texts[0] if texts else ""

    def lined(self, key: str, text: str) -> str:
        """A key's text with the line breaks of its cell, where the text is that cell's."""
        columns = self._by_key.get(key, ())
        if len(columns) != 1:
            return text
        here = (self.number, columns[0].index)
        row, column = self.merged.get(here, here)
        cells = self._grid.rows[row]
        raw = cells[column] if column < len(cells) else ""
        return clean_lines(raw) if "\n" in raw and clean(raw) == text else text

    def products(self, name: str) -> tuple[str, ...]:
        """Names of the products in the row's cell (its line breaks count) or cells."""
        found: list[str] = []
        for column in self._by_key["product_name"]:
            cells = self._grid.rows[self.number]
            if column.index < len(cells) and self.own(column) in name:
                found += _products_in(cells[column.index])
        return tuple(dict.fromkeys(found)) or split_products(name)


@lru_cache(maxsize=8192)
def _products_in(cell: str) -> tuple[str, ...]:
    text = clean_lines(cell)
    return () if is_nothing(text) else split_products(text)


def _merged_cells(grid: Grid, table: Table) -> dict[tuple[int, int], tuple[int, int]]:
    covered = {}
    for r0, c0, r1, c1 in grid.merges:
        if r1 > r0 >= table.start and c1 <= table.last_column and c1 - c0 <= 1:
            for r in range(max(r0, table.start), min(r1, table.stop - 1) + 1):
                covered[(r, c0)] = (r0, c0)
    return covered
