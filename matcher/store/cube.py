"""Counting by several facets at once: one pass over the rows answers for every choice (计数)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
        self._cells: dict[Place, int] = {}
        self._add((tuple(map(str, place)) + self._rest, n) for place, n in counted.items())

    def _add(self, cells: Iterable[tuple[Place, int]]) -> None:
        known = self._cells
        for cell, count in cells:
            known[cell] = known.get(cell, 0) + count

    def among(self, plain: Sequence[Facet], rare: Sequence[Facet]) -> Cube:
        """The same rows by some of these facets and by rare ones, not yet told apart."""
        cube = Cube(plain, {}, rare)
        places = [self._facets.index(facet) for facet in plain]
        cube._add(
            (tuple([cell[place] for place in places]) + cube._rest, count)
            for cell, count in self._cells.items()
        )
        return cube

    def tell_apart(self, counted: Mapping[Place, int]) -> None:
        """Take out of the rest the rows that have something rare.

        Args:
            counted: Rows by the values of the plain facets, and for each rare one the number of the
                value, None for its rest.
        """
        names = [{None: facet.rest} | dict(enumerate(facet.sets)) for facet in self._rare]
        for place, count in counted.items():
            plain = tuple(map(str, place[: self._plain]))
            had = tuple([name[n] for name, n in zip(names, place[self._plain :], strict=True)])
            self._add([(plain + self._rest, -count), (plain + had, count)])

    def counts(self, chosen: Mapping[str, tuple[str, ...]]) -> Counts:
        """All counts under these choices; a facet's values under the choices in the others."""
        wanted = [
            (place, self._having(place, set(chosen[facet.key])))
            for place, facet in enumerate(self._facets)
            if facet.key in chosen
        ]
        hit: list[tuple[Place, int]] = []
        missed_one: dict[int, list[tuple[Place, int]]] = {place: [] for place, _ in wanted}
        for cell in self._cells.items():
            missed = [place for place, having in wanted if cell[0][place] not in having]
            if not missed:
                hit.append(cell)
            elif len(missed) == 1:
                missed_one[missed[0]].append(cell)
        values = {
            facet.key: self._tally(place, [*hit, *missed_one.get(place, [])])
            for place, facet in enumerate(self._facets)
        }
        return Counts(sum(count for _, count in hit), values)

    def _having(self, place: int, values: set[str]) -> set[str]:
        """What a cell may say at a place to have any of the values."""
        if not self._facets[place].of_many:
            return values
        said = {cell[place] for cell in self._cells}
        return {text for text in said if values.intersection(text.split("|"))}

    def _tally(self, place: int, cells: Sequence[tuple[Place, int]]) -> list[tuple[str, int]]:
        """Values at a place with their rows, the most frequent first."""
        said: dict[str, int] = {}
        for cell, count in cells:
            text = cell[place]
            said[text] = said.get(text, 0) + count
        if self._facets[place].of_many:
            texts, said = said, {}
            for text, count in texts.items():
                for value in text.split("|"):
                    said[value] = said.get(value, 0) + count
        found = ((value, count) for value, count in said.items() if count)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))
