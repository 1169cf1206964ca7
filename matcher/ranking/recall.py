"""Pairs of products worth a close look: several ways of finding them, merged (召回).

A list may be cut into shards, and what is found must not depend on where. Each shard says what it
finds (:attr:`Recall.reach`); :func:`limits` puts that together to how far the recall goes over
all shards; :meth:`Recall.keep` leaves what lies within. The same once more for demands with too
many candidates (:meth:`Recall.crowd`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.candidates import Pairs, largest, nearest
from matcher.ranking.features import Part, Side
from matcher.ranking.spaces import Members
from matcher.ranking.statistics import Statistics
from matcher.ranking.vectors import cosines
from matcher.terms import lexicon, spans

Index = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Kin = tuple[int, str, int, str]  # steps, kind, length of the name, name: the lower the nearer

MOST = 3  # times ``k``: the products looked at for one demanded product


@dataclass(frozen=True, slots=True)
class Near:
    """Texts found near demanded texts.

    Attributes:
        rows: The demanded text of each pair.
        texts: A hash of the supplied text: equal texts in two shards are one.
        cosines: How near they are.
    """

    rows: Index
    texts: NDArray[np.uint64]
    cosines: Floats


@dataclass(frozen=True, slots=True)
class Reach:
    """What one shard finds: by names, by whole rows, and for each kind of thing its kin."""

    names: Near
    texts: Near
    kin: Sequence[Sequence[Kin]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the recall goes over all shards.

    Attributes:
        names: The least cosine for each demanded name, shape (names,).
        texts: The least cosine for each demanded text.
        kin: The last kin for each kind of thing, None where all belong.
    """

    names: Floats
    texts: Floats
    kin: Sequence[Kin | None]


def limits(reaches: Sequence[Reach], k: int) -> Limits:
    """The limits over all shards: ``k`` names, half as many whole rows, ``k`` kin."""
    kin: list[Kin | None] = []
    for found in zip(*(reach.kin for reach in reaches), strict=True):
        near = sorted({each for part in found for each in part})
        kin.append(near[k - 1] if len(near) > k else None)
    return Limits(
        _least([reach.names for reach in reaches], k),
        _least([reach.texts for reach in reaches], (k + 1) // 2),
        kin,
    )


def _least(parts: Sequence[Near], k: int) -> Floats:
    """The ``k``-th largest cosine of every demanded text, 0 where there are fewer."""
    rows = np.concatenate([near.rows for near in parts])
    texts = np.concatenate([near.texts for near in parts])
    cosines = np.concatenate([near.cosines for near in parts])
    order = np.lexsort((texts, -cosines, rows))
    rows, texts, cosines = rows[order], texts[order], cosines[order]
    # One text has one cosine to another, so that equal texts stand side by side.
    once = np.ones(len(rows), dtype=np.bool_)
    once[1:] = (rows[1:] != rows[:-1]) | (texts[1:] != texts[:-1])
    rows, cosines = rows[once], cosines[once]
    count = int(rows.max()) + 1 if len(rows) else 0
    starts = np.searchsorted(rows, np.arange(count + 1))
    least = np.zeros(count)
    full = np.flatnonzero(np.diff(starts) >= k)
    least[full] = cosines[starts[full] + k - 1]
    return least


def kth_largest(values: Sequence[tuple[Index, Floats]], k: int) -> dict[int, float]:
    """Of every demanded product in several shards the ``k``-th largest value, where it has so many."""
    d = np.concatenate([d for d, _ in values])
    near = np.concatenate([near for _, near in values])
    order = np.lexsort((-near, d))
    d, near = d[order], near[order]
    found, starts, counts = np.unique(d, return_index=True, return_counts=True)
    full = counts >= k
    cut = near[starts[full] + k - 1]
    return dict(zip(found[full].tolist(), cut.tolist(), strict=True))


@dataclass(slots=True)
class _Route:
    """One way to find candidates: groups of demanded products to groups of supplied ones.

    Attributes:
        of: The group of each demanded product.
        rows: The group of demanded products of each pair found, ascending.
        columns: Its group of supplied products.
        members: The supplied products of each group.
    """

    of: Index
    rows: Index
    columns: Index
    members: Members

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Leave only some of the pairs found."""
        self.rows, self.columns = self.rows[which], self.columns[which]

    def pairs(self, d: Index) -> tuple[Index, Index]:
        """Pairs of the given demanded products."""
        groups = self.of[d]
        start = np.searchsorted(self.rows, groups)
        place, where = spans(start, np.searchsorted(self.rows, groups, side="right") - start)
        again, s = self.members.spread(self.columns[where])
        return d[place[again]], s


class Recall:
    """Candidate pairs of demanded and supplied products.

    A pair is found by its names (the ``k`` nearest and ties), by its whole rows (names and
    specifications, half as many), or because the lexicon knows one as a kind of the other (the ``k``
    nearest names). Equal texts are compared once, so ``k`` counts different names and not rows. Of
    more than :data:`MOST` times ``k`` products for one demanded product those stay that are
    nearest by name and whole row together.

    Attributes:
        reach: What is found, for :func:`limits`.
    """

    def __init__(self, left: Side, right: Side, statistics: Statistics, k: int) -> None:
        self._left, self._right = left, right
        self._floors: dict[int, float] = {}
        common = statistics.common
        names, texts = (left.by_names, right.by_names), (left.by_texts, right.by_texts)
        self._names, near_names = _route(*names, common, k)
        self._texts, near_texts = _route(*texts, common, (k + 1) // 2)
        self._kin, self._near_kin = _kin(left, right, k)
        self.reach = Reach(
            Near(self._names.rows, right.by_names.texts.keys[self._names.columns], near_names),
            Near(self._texts.rows, right.by_texts.texts.keys[self._texts.columns], near_texts),
            _by_row(self._kin.rows, self._near_kin, len(left.names.things.keys)),
        )

    def keep(self, within: Limits) -> None:
        """Leave what lies within the limits."""
        for route, near, least in (
            (self._names, self.reach.names, within.names),
            (self._texts, self.reach.texts, within.texts),
        ):
            route.keep(near.cosines >= least[route.rows])
        last = [within.kin[row] for row in self._kin.rows.tolist()]
        near_enough = [
            end is None or kin <= end for kin, end in zip(self._near_kin, last, strict=True)
        ]
        self._kin.keep(np.array(near_enough, dtype=np.bool_))

    def crowd(self, d: Index) -> Index:
        """How many candidates each of some demanded products has."""
        found, _ = self.pairs(d)
        return np.searchsorted(found, d, side="right") - np.searchsorted(found, d)

    def near(self, d: Index) -> tuple[Index, Floats]:
        """How near the candidates of some demanded products are, by name and whole row together."""
        d, s = self.pairs(d)
        return d, self._near(d, s)

    def keep_nearest(self, floors: dict[int, float]) -> None:
        """Leave of some demanded products only candidates at least so near."""
        self._floors = floors

    def pairs(self, d: Index) -> tuple[Index, Index]:
        """Pairs of the given ascending demanded products, ordered by both, without repeats."""
        n = max(1, len(self._right.by_names.of))
        found = [route.pairs(d) for route in (self._names, self._texts, self._kin)]
        keys = np.unique(np.concatenate([mine * n + theirs for mine, theirs in found]))
        return self._trimmed(keys // n, keys % n)

    def _trimmed(self, d: Index, s: Index) -> tuple[Index, Index]:
        """Without candidates of crowded demanded products that are not among the nearest."""
        least = np.array([self._floors.get(i, -1.0) for i in d.tolist()]) if self._floors else None
        if least is None:
            return d, s
        crowded = np.flatnonzero(least >= 0.0)
        keep = np.ones(len(d), dtype=np.bool_)
        keep[crowded] = self._near(d[crowded], s[crowded]) >= least[crowded]
        return d[keep], s[keep]

    def _near(self, d: Index, s: Index) -> Floats:
        left, right = self._left, self._right
        return _near(left.by_names, right.by_names, d, s) + _near(
            left.by_texts, right.by_texts, d, s
        )


_CHUNK = 250_000  # supplied texts met at a time


def _near(mine: Part, theirs: Part, d: Index, s: Index) -> Floats:
    return cosines(mine.vectors, theirs.vectors, mine.of[d], theirs.of[s])


def _route(mine: Part, theirs: Part, common: NDArray[np.bool_], k: int) -> tuple[_Route, Floats]:
    """The ``k`` nearest by all but common columns, and how near they are."""
    wanted = mine.vectors.matrix(without=common)

    def among(part: slice) -> Pairs:
        def exact(rows: Index, columns: Index) -> Floats:
            return cosines(mine.vectors, theirs.vectors, rows, columns + part.start, common)

        rows, columns, near = nearest(wanted, theirs.vectors.matrix(part, common), k, exact)
        return rows, columns + part.start, near

    if theirs.postings is not None:
        rows, columns, near = theirs.postings.nearest(
            wanted, k, lambda r, c: cosines(mine.vectors, theirs.vectors, r, c, common)
        )
    else:
        starts = range(0, max(1, len(theirs.vectors)), _CHUNK)
        found = [among(slice(start, start + _CHUNK)) for start in starts]
        rows, columns, near = (np.concatenate(each) for each in zip(*found, strict=True))
        if len(found) > 1:
            order = np.lexsort((columns, rows))
            rows, columns, near = largest(rows[order], columns[order], near[order], k)
    return _Route(mine.of, rows, columns, theirs.members), near


def _by_row(rows: Index, kin: Sequence[Kin], count: int) -> list[list[Kin]]:
    found: list[list[Kin]] = [[] for _ in range(count)]
    for row, pairs in groupby(zip(rows.tolist(), kin, strict=True), key=lambda pair: pair[0]):
        found[row] = [each for _, each in pairs]
    return found


def _kin(left: Side, right: Side, k: int) -> tuple[_Route, list[Kin]]:
    """Products of the same kind, or of a kind of the other: the ``k`` nearest names.

    Nearest is what the fewest steps of the lexicon part, then the shortest name: it says least
    besides. A name of no known kind has no kin.
    """
    known = lexicon()
    kinds, of_kind = right.names.kinds, right.names.of_kind

    @cache
    def names(kind: str) -> list[tuple[int, str, int]]:
        """The shortest names of a kind, each with its length and its place."""
        _, places = of_kind.spread(np.array([kinds[kind]]))
        found = ((name, n) for n in places.tolist() for name in (right.names.name(n),))
        return nsmallest(k, ((len(name), name, n) for name, n in found))

    rows: list[int] = []
    columns: list[int] = []
    found: list[Kin] = []
    for row, kind in enumerate(left.names.things.keys):
        over = [(steps, each) for each, steps in known.ancestors(kind).items() if each in kinds]
        under = [each for each in known.descendants.get(kind, ()) if each[1] in kinds]
        near = sorted([*([(0, kind)] if kind in kinds else []), *over, *under])
        here: list[tuple[int, str, int, str, int]] = []
        for steps, each in near:
            if len(here) >= k:
                break
            here += [(steps, each, *name) for name in names(each)]
        del here[k:]
        rows += [row] * len(here)
        columns += [n for *_, n in here]
        found += [(steps, each, length, name) for steps, each, length, name, _ in here]
    as_index = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
    mine = left.names.things.codes[left.by_names.of]
    return _Route(mine, *as_index, right.by_names.members), found
