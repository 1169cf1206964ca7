"""Pairs of products worth a close look: several ways of finding them, merged (召回)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.candidates import nearest
from matcher.ranking.features import Side, thing
from matcher.terms import Terms, lexicon

Index = NDArray[np.int64]


def recall(left: Side, right: Side, k: int) -> tuple[Index, Index]:
    """Candidate pairs of demanded and supplied products.

    A pair is found by its names (the ``k`` nearest and ties), by its whole rows (names and
    specifications, half as many), or because the lexicon knows one as a kind of the other. Equal
    texts are compared once, so ``k`` counts different names and not rows.

    Returns:
        Demand index and supply index of every pair, ordered by both, without repeats.
    """
    found = [
        _nearest(left, right, lambda t: t.name, left.vectors, right.vectors, k),
        _nearest(left, right, lambda t: t.text, left.texts, right.texts, (k + 1) // 2),
        _kin(left.terms, right.terms, k),
    ]
    n = max(1, len(right.terms))
    keys = np.unique(np.concatenate([d * n + s for d, s in found]))
    return keys // n, keys % n


def _nearest(
    left: Side,
    right: Side,
    text: Callable[[Terms], str],
    wanted: sp.csr_matrix,
    offered: sp.csr_matrix,
    k: int,
) -> tuple[Index, Index]:
    first, members = _distinct([text(t) for t in left.terms])
    their_first, their_members = _distinct([text(t) for t in right.terms])
    rows, columns, _ = nearest(wanted[first], offered[their_first], k)
    return _spread(rows, columns, members, their_members)


def _kin(wanted: Sequence[Terms], offered: Sequence[Terms], k: int) -> tuple[Index, Index]:
    """Products of the same kind, or of a kind of the other, the nearest ``k`` kinds.

    A name of no known kind has no kin.
    """
    known = lexicon()
    things, members = _distinct([thing(t) for t in wanted])
    theirs, their_members = _distinct([thing(t) for t in offered])
    place = {name: n for n, i in enumerate(theirs) if (name := thing(offered[i]))}
    below: dict[str, list[tuple[int, str]]] = {}
    for name in place:
        for kind, steps in known.ancestors(name).items():
            below.setdefault(kind, []).append((steps, name))
    rows, columns = [], []
    for n, i in enumerate(things):
        name = thing(wanted[i])
        above = [(steps, kind) for kind, steps in known.ancestors(name).items() if kind in place]
        near = sorted([*([(0, name)] if name in place else []), *above, *below.get(name, [])])
        columns += [place[kind] for _, kind in near[:k]]
        rows += [n] * min(k, len(near))
    pairs = np.array([rows, columns], dtype=np.int64)
    return _spread(pairs[0], pairs[1], members, their_members)


def _distinct(texts: Sequence[str]) -> tuple[list[int], list[Index]]:
    """The first product of each distinct text, and all products of it."""
    place: dict[str, int] = {}
    first: list[int] = []
    of = np.empty(len(texts), dtype=np.int64)
    for i, text in enumerate(texts):
        if text not in place:
            place[text] = len(first)
            first.append(i)
        of[i] = place[text]
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], np.arange(len(first) + 1))
    return first, [order[bounds[i] : bounds[i + 1]] for i in range(len(first))]


def _spread(
    rows: Index, columns: Index, members: list[Index], their_members: list[Index]
) -> tuple[Index, Index]:
    """Pairs of distinct texts to pairs of the products that have them."""
    sizes = np.array([len(m) for m in members], dtype=np.int64)
    their_sizes = np.array([len(m) for m in their_members], dtype=np.int64)
    if len(rows) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    mine, theirs = np.concatenate(members), np.concatenate(their_members)
    starts, their_starts = np.cumsum(sizes) - sizes, np.cumsum(their_sizes) - their_sizes
    counts = sizes[rows] * their_sizes[columns]
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    width = np.repeat(their_sizes[columns], counts)
    d = mine[np.repeat(starts[rows], counts) + place // width]
    s = theirs[np.repeat(their_starts[columns], counts) + place % width]
    return d, s
