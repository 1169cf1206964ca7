"""Counting by several facets at once: one pass over the rows answers for every choice (计数)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matcher.store.listings import Facet

Place = tuple[Any, ...]  # a value of each facet


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a query, and for each facet its values with their numbers of rows."""

    total: int
    values: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


class Cube:
    """Numbers of rows by the values of facets together.

    There are few combinations, however many rows. What few rows have (``rare`` facets) is told
    apart afterwards, for looking it up for every row would take longer than all the rest.
    """

    def __init__(
        self, plain: Sequence[Facet], counted: Mapping[Place, int], rare: Sequence[Facet] = ()
    ) -> None:
        self._facets = [*plain, *rare]
        self._rare = rare
        self._rest = tuple(facet.rest for facet in rare)
        self._plain = len(plain)
        self._cells: Counter[Place] = Counter()
        for place, count in counted.items():
            self._cells[(*map(str, place), *self._rest)] += count

    def among(self, plain: Sequence[Facet], rare: Sequence[Facet]) -> Cube:
        """The same rows by some of these facets and by rare ones, not yet told apart."""
        places = [self._facets.index(facet) for facet in plain]
        counted: Counter[Place] = Counter()
        for cell, count in self._cells.items():
            counted[tuple(cell[place] for place in places)] += count
        return Cube(plain, counted, rare)

    def tell_apart(self, counted: Mapping[Place, int]) -> None:
        """Take out of the rest the rows that have something rare.

        Args:
            counted: Rows by the values of the plain facets, and for each rare one the number of the
                value, None for its rest.
        """
        names = [(*facet.sets, facet.rest) for facet in self._rare]
        for place, count in counted.items():
            plain = tuple(map(str, place[: self._plain]))
            flags = place[self._plain :]
            had = (name[-1 if n is None else n] for name, n in zip(names, flags, strict=True))
            self._cells[plain + self._rest] -= count
            self._cells[(*plain, *had)] += count

    def counts(self, chosen: Mapping[str, tuple[str, ...]]) -> Counts:
        """All counts under these choices; a facet's values under the choices in the others."""
        wanted = [
            (place, set(chosen[facet.key]), bool(facet.of_many))
            for place, facet in enumerate(self._facets)
            if facet.key in chosen
        ]
        total = 0
        counted: list[Counter[str]] = [Counter() for _ in self._facets]
        for cell, count in self._cells.items():
            missed = [
                place
                for place, values, of_many in wanted
                if not (
                    values.intersection(cell[place].split("|"))
                    if of_many
                    else cell[place] in values
                )
            ]
            if not missed:
                total += count
            if len(missed) > 1:
                continue
            for place in missed or range(len(counted)):
                for value in (
                    cell[place].split("|") if self._facets[place].of_many else (cell[place],)
                ):
                    counted[place][value] += count
        values = {
            facet.key: sorted(
                ((v, n) for v, n in counter.items() if n), key=lambda pair: (-pair[1], pair[0])
            )
            for facet, counter in zip(self._facets, counted, strict=True)
        }
        return Counts(total, values)
