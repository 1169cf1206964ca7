"""Demand or supply: what kind of list a file or one of its sheets is, by its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from matcher.lists.columns import known_only_of, normal, votes
from matcher.lists.grid import Grid, text_at
from matcher.lists.headers import product_headings
from matcher.model import ListKind, keys_of

_DEMAND_WORDS = ("需求", "采购", "申购", "求购", "物料清单", "材料清单", "bom")
_SUPPLY_WORDS = ("供给", "供应", "产能", "主导产品", "报价", "产品目录", "推荐")
_HEADER_ROWS = 60  # rows in which the headings are looked for


def guess_kind(path: Path, grids: list[Grid], given: Mapping[str, str]) -> tuple[ListKind, bool]:
    """Demand or supply, and whether the file says so itself.

    Keys given by hand decide, then headings that only one kind has, then words in the titles,
    the sheet names and the file name; then headings that one kind has more often. What says
    nothing (a bill of materials) is taken for a demand list.
    """
    chosen = _more(
        {kind: sum(key in _own_keys(kind) for key in given.values()) for kind in ListKind}
    )
    if chosen is None:
        chosen = _more(_sum(grid_votes(grid) for grid in grids))
    if chosen is not None:
        return chosen, True
    for text in (_titles(grids), " ".join(grid.name for grid in grids), path.stem):
        lower = text.lower()
        wants = sum(word in lower for word in _DEMAND_WORDS)
        offers = sum(word in lower for word in _SUPPLY_WORDS)
        if wants != offers:
            return (ListKind.DEMAND if wants > offers else ListKind.SUPPLY), True
    return _more(_sum(_weak_votes(grid) for grid in grids)) or ListKind.DEMAND, False


def grid_votes(grid: Grid) -> dict[ListKind, int]:
    """How many headings of one sheet belong to one kind of list only.

    A header of the design's own column keys counts with every key that only one kind has.
    """
    count = dict.fromkeys(ListKind, 0)
    for row in _likely_headers(grid):
        texts = [cell.strip() for cell in row if cell.strip()]
        for kind, found in votes(texts).items():
            count[kind] += found
        if "product_name" in texts and all(
            any(text in keys_of(kind) for kind in ListKind) for text in texts
        ):
            for kind in ListKind:
                count[kind] += sum(text in _own_keys(kind) for text in texts)
    return count


def _likely_headers(grid: Grid) -> Iterator[list[str]]:
    """The first rows, and below them the first one with a heading of a product."""
    yield from grid.rows[:_HEADER_ROWS]
    known = product_headings(ListKind.DEMAND) | product_headings(ListKind.SUPPLY)
    if any(known.intersection(row) for row in grid.rows[:_HEADER_ROWS]):
        return
    for row in grid.rows[_HEADER_ROWS:]:
        if known.intersection(row):
            yield row
            return


def _weak_votes(grid: Grid) -> dict[ListKind, int]:
    """Headings that one kind of list knows and the other does not, strong or not."""
    count = dict.fromkeys(ListKind, 0)
    for row in _likely_headers(grid):
        forms = {normal(cell) for cell in row if cell.strip() and len(cell) <= 20}
        for kind in ListKind:
            count[kind] += len(forms & known_only_of(kind))
    return count


def _own_keys(kind: ListKind) -> frozenset[str]:
    """Keys that only this kind of list has."""
    other = ListKind.SUPPLY if kind is ListKind.DEMAND else ListKind.DEMAND
    return frozenset(keys_of(kind)) - frozenset(keys_of(other))


def _sum(counts: Iterable[dict[ListKind, int]]) -> dict[ListKind, int]:
    total = dict.fromkeys(ListKind, 0)
    for count in counts:
        for kind, number in count.items():
            total[kind] += number
    return total


def _more(count: Mapping[ListKind, int]) -> ListKind | None:
    demand, supply = count[ListKind.DEMAND], count[ListKind.SUPPLY]
    if demand == supply:
        return None
    return ListKind.DEMAND if demand > supply else ListKind.SUPPLY


def _titles(grids: list[Grid]) -> str:
    """Texts of the first rows that hold one or two cells."""
    return " ".join(
        text_at(grid, r, c)
        for grid in grids
        for r in range(min(4, len(grid.rows)))
        for c in range(min(len(grid.rows[r]), 12))
        if sum(bool(cell.strip()) for cell in grid.rows[r]) <= 2
    )
