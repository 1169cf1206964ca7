"""Pairs of products worth a close look: several ways of finding them, merged (召回)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.candidates import nearest
from matcher.ranking.features import Side, thing
from matcher.ranking.spaces import Members, distinct
from matcher.ranking.statistics import Statistics
from matcher.ranking.vectors import pair_dots
from matcher.terms import Terms, lexicon

Index = NDArray[np.int64]

# Tokens in more products than this, or in more than this share of all, find nobody: in a long list
# they cost most of the time and tell least. They count again when what was found is scored.
_COMMON = 10_000
_COMMON_SHARE = 0.01
_MOST = 10  # times ``k``: the products looked at for one demanded product


@dataclass(frozen=True, slots=True)
class _Route:
    """One way to find candidates: groups of demanded products to groups of supplied ones.

    Attributes:
        of: The group of each demanded product, -1 for none.
        found: For each group of demanded products the groups of supplied products found.
        members: The supplied products of each group.
    """

    of: Index
    found: Members
    members: Members

    def pairs(self, d: Index) -> tuple[Index, Index]:
        """Pairs of the given demanded products."""
        d = d[self.of[d] >= 0]
        place, groups = self.found.spread(self.of[d])
        again, s = self.members.spread(groups)
        return d[place[again]], s


class Recall:
    """Candidate pairs of demanded and supplied products.

    A pair is found by its names (the ``k`` nearest and ties), by its whole rows (names and
    specifications, half as many), or because the lexicon knows one as a kind of the other (the ``k``
    nearest names). Equal texts are compared once, so ``k`` counts different names and not rows. Of
    more than ten times ``k`` products for one demanded product those stay that are nearest by name
    and whole row together.
    """

    def __init__(self, left: Side, right: Side, statistics: Statistics, k: int) -> None:
        self._left, self._right, self._most = left, right, _MOST * k
        common = statistics.counts > max(_COMMON, _COMMON_SHARE * statistics.documents)
        self._routes = (
            _nearest(left.name_of, right.name_of, left.vectors, right.vectors, common, k),
            _nearest(left.text_of, right.text_of, left.texts, right.texts, common, (k + 1) // 2),
            _kin(left.terms, right.terms, k),
        )

    def pairs(self, d: Index) -> tuple[Index, Index]:
        """Pairs of the given demanded products, ordered by both indices, without repeats."""
        n = max(1, len(self._right.terms))
        found = [route.pairs(d) for route in self._routes]
        keys = np.unique(np.concatenate([mine * n + theirs for mine, theirs in found]))
        return self._trimmed(keys // n, keys % n)

    def _trimmed(self, d: Index, s: Index) -> tuple[Index, Index]:
        """The nearest of too many pairs of one demanded product, ties all kept."""
        bounds = np.append(np.flatnonzero(np.diff(d, prepend=-1)), len(d)).tolist()
        keep = np.ones(len(d), dtype=np.bool_)
        for start, stop in pairwise(bounds):
            if stop - start > self._most:
                part = slice(start, stop)
                near = self._near(d[part], s[part])
                keep[part] = near >= np.partition(near, len(near) - self._most)[-self._most]
        return d[keep], s[keep]

    def _near(self, d: Index, s: Index) -> NDArray[np.float64]:
        left, right = self._left, self._right
        names = pair_dots(left.vectors, right.vectors, left.name_of[d], right.name_of[s])
        return names + pair_dots(left.texts, right.texts, left.text_of[d], right.text_of[s])


def _nearest(
    of: Index,
    theirs: Index,
    wanted: sp.csr_matrix,
    offered: sp.csr_matrix,
    common: NDArray[np.bool_],
    k: int,
) -> _Route:
    rows, columns, _ = nearest(_without(wanted, common), _without(offered, common), k)
    starts = np.searchsorted(rows, np.arange(wanted.shape[0] + 1))
    return _Route(of, Members(columns, starts), Members.of(theirs, offered.shape[0]))


def _without(matrix: sp.csr_matrix, columns: NDArray[np.bool_]) -> sp.csr_matrix:
    """Vectors without some columns; what is left keeps its length."""
    if not columns.any():
        return matrix
    kept = matrix.copy()
    kept.data[columns[kept.indices]] = 0.0
    kept.eliminate_zeros()
    return kept


def _kin(wanted: Sequence[Terms], offered: Sequence[Terms], k: int) -> _Route:
    """Products of the same kind, or of a kind of the other: the ``k`` nearest names.

    Nearest is what the fewest steps of the lexicon part, then the shortest name: it says least
    besides. A name of no known kind has no kin.
    """
    known = lexicon()
    first, of = distinct(t.name for t in offered)
    names: dict[str, list[int]] = {}
    for n in sorted(range(len(first)), key=lambda n: (len(offered[first[n]].name), n)):
        names.setdefault(thing(offered[first[n]]), []).append(n)
    names.pop("", None)
    below: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        for kind, steps in known.ancestors(name).items():
            below.setdefault(kind, []).append((steps, name))
    things, mine = distinct(thing(t) for t in wanted)
    found: list[list[int]] = []
    for i in things:
        name = thing(wanted[i])
        above = [(steps, kind) for kind, steps in known.ancestors(name).items() if kind in names]
        near = sorted([*([(0, name)] if name in names else []), *above, *below.get(name, [])])
        found.append(_first([names[kind] for _, kind in near], k))
    flat = np.array([n for each in found for n in each], dtype=np.int64)
    starts = np.cumsum([0, *map(len, found)])
    return _Route(mine, Members(flat, starts), Members.of(of, len(first)))


def _first(lists: Sequence[Sequence[int]], k: int) -> list[int]:
    """The first ``k`` of several lists, one behind the other."""
    found: list[int] = []
    for each in lists:
        found += each[: k - len(found)]
    return found
