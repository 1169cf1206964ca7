"""Order of boxes within columns so that few links cross (交叉最少的层次排列).

A link over several columns is a row of short ones over waypoints (dummy nodes), as Sugiyama, Tagawa
and Toda 1981 have it. Every step takes its input in a fixed order, so that one picture is always
laid out in one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Levels = list[list[str]]
_SWEEPS = 12
_STRAIGHTEN = 8


def crossings(upper: Sequence[str], lower: Sequence[str], links: Iterable[tuple[str, str]]) -> int:
    """How many pairs of links between two columns cross: inversions, by a binary indexed tree.

    Source: Barth, Jünger and Mutzel 2002. O(E log V).
    """
    place = {name: i for i, name in enumerate(lower)}
    first = {name: i for i, name in enumerate(upper)}
    ends = [place[b] for _, b in sorted(links, key=lambda link: (first[link[0]], place[link[1]]))]
    tree = [0] * (len(lower) + 1)
    count = 0
    for seen, end in enumerate(ends):
        i, below = end + 1, 0
        while i:
            below += tree[i]
            i &= i - 1
        count += seen - below
        i = end + 1
        while i < len(tree):
            tree[i] += 1
            i += i & -i
    return count


def ordered(levels: Levels, links: Sequence[tuple[str, str]]) -> Levels:
    """The levels with few crossings: barycentre sweeps back and forth, the best one kept.

    Args:
        levels: Names by level, in a first order.
        links: Pairs of names of neighbouring levels, left one first.

    Complexity: O(sweeps · (V log V + E log V)).
    """
    level_of = {name: i for i, level in enumerate(levels) for name in level}
    between: list[list[tuple[str, str]]] = [[] for _ in levels]
    before: dict[str, list[str]] = {name: [] for name in level_of}
    after: dict[str, list[str]] = {name: [] for name in level_of}
    for one, other in links:
        between[level_of[one]].append((one, other))
        after[one].append(other)
        before[other].append(one)

    def count(found: Levels) -> int:
        return sum(crossings(a, b, between[i]) for i, (a, b) in enumerate(pairwise(found)))

    best = current = [list(level) for level in levels]
    least = count(best)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        current = _swept(current, before if forward else after, forward=forward)
        crossing = count(current)
        if crossing < least:
            best, least = current, crossing
        if not least:
            break
    return best


def _swept(levels: Levels, neighbours: Mapping[str, Sequence[str]], *, forward: bool) -> Levels:
    found = [list(level) for level in levels]
    steps = range(1, len(found)) if forward else range(len(found) - 2, -1, -1)
    for i in steps:
        fixed = {name: place for place, name in enumerate(found[i - 1 if forward else i + 1])}
        here = {name: place for place, name in enumerate(found[i])}

        def centre(
            name: str, fixed: Mapping[str, int] = fixed, here: Mapping[str, int] = here
        ) -> tuple[float, int]:
            near = [fixed[other] for other in neighbours[name] if other in fixed]
            scale = len(here) / max(1, len(fixed))
            return (sum(near) / len(near) * scale if near else float(here[name])), here[name]

        found[i].sort(key=centre)
    return found


def heights(
    levels: Levels, links: Sequence[tuple[str, str]], size: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Middle of each name along its level: near its neighbours', never too near to the next one.

    Each pass moves a level to the least-squares positions under the distances asked for, which is
    an isotonic regression (pool adjacent violators). O(passes · (V + E)).
    """
    near: dict[str, list[str]] = {name: [] for level in levels for name in level}
    for one, other in links:
        near[one].append(other)
        near[other].append(one)
    found: dict[str, float] = {}
    for level in levels:
        offsets = _offsets(level, size, gap)
        whole = offsets[-1] if offsets else 0.0
        found |= {name: at - whole / 2 for name, at in zip(level, offsets, strict=True)}
    for turn in range(_STRAIGHTEN):
        for level in levels if turn % 2 == 0 else levels[::-1]:
            offsets = _offsets(level, size, gap)
            wanted = [
                (sum(found[o] for o in near[n]) / len(near[n]) if near[n] else found[n]) - offset
                for n, offset in zip(level, offsets, strict=True)
            ]
            weights = [max(1, len(near[n])) for n in level]
            found |= {
                name: at + offset
                for name, at, offset in zip(level, isotonic(wanted, weights), offsets, strict=True)
            }
    return found


def _offsets(level: Sequence[str], size: Mapping[str, float], gap: float) -> list[float]:
    """Least distance of each middle from that of the first."""
    found = [0.0] if level else []
    for one, other in pairwise(level):
        found.append(found[-1] + (size[one] + size[other]) / 2 + gap)
    return found


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nondecreasing sequence nearest to the values in weighted least squares. O(n)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, mass, count = value, float(weight), 1
        while blocks and blocks[-1][0] > mean:
            other, more, n = blocks.pop()
            mean = (mean * mass + other * more) / (mass + more)
            mass, count = mass + more, count + n
        blocks.append((mean, mass, count))
    return [mean for mean, _, count in blocks for _ in range(count)]
