"""Planted pairs: demands whose right supply is known, because nothing else in the lists fits as well.

Each planted demand is of goods that stand alone (:attr:`benchmarks.goods.Goods.solitary`), and no
other row is of these goods, under any name. ``KINDS`` says what is hard about a pair.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from benchmarks.goods import Good, Goods, mistyped
from benchmarks.specifications import NEUTRAL, STYLES, Style, Values, full_width

KINDS = {
    "synonym": "another name of the lexicon's group, with as few characters in common as there are",
    "typo": "one character of the demand's or the supply's name is mistyped",
    "spec": "the same name twice, one specification agrees: it belongs above the one in conflict",
    "same": "the same name with other words of quality, in another order or width",
}
CONFLICT = "conflict"  # how the truth marks the other supply of a ``spec`` demand
_FAR_APART = 1500  # groups with the least characters in common, of which synonyms are drawn


@dataclass(frozen=True, slots=True)
class Line:
    """What a row says of its goods, as cells."""

    name: str
    spec: str
    standard: str
    amount: str
    unit: str
    style: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A demand, the supply that is right for it, and for ``spec`` the one that is not."""

    kind: str
    demand: Line
    right: Line
    conflict: Line | None = None


def plant(known: Goods, count: int, rng: random.Random) -> tuple[list[Planted], set[str]]:
    """Planted pairs, the kinds in turn, and the groups they take.

    There are fewer where the names run out.
    """
    share = {kind: (count + i) // len(KINDS) for i, kind in enumerate(reversed(KINDS))}
    taken: set[str] = set()
    found: dict[str, list[Planted]] = {}
    for kind in KINDS:
        wanted = _pairs(kind, known, share[kind], taken, rng)
        found[kind] = [_planted(kind, mine, theirs, rng) for mine, theirs in wanted]
    in_turn = sorted(
        (i, n, pair) for n, pairs in enumerate(found.values()) for i, pair in enumerate(pairs)
    )
    return [pair for _, _, pair in in_turn], taken


def _pairs(
    kind: str, known: Goods, count: int, taken: set[str], rng: random.Random
) -> list[tuple[Good, Good]]:
    """The names of both sides, before words of quality are added."""
    free = [known.groups[group] for group in known.solitary if group not in taken]
    if kind == "synonym":
        pairs = sorted((p for members in free if (p := _farthest(members))), key=_shared)
        free = [(mine, theirs) for mine, theirs in pairs[: max(count, _FAR_APART)]]
    rng.shuffle(free)
    found: list[tuple[Good, Good]] = []
    for members in free:
        if len(found) == count:
            break
        if kind == "synonym":
            pair = (members[0], members[1])
        elif kind == "typo":
            if (typed := _typed(members[0], known, rng)) is None:
                continue
            pair = typed
        else:
            pair = (members[0], members[0])
        taken.add(members[0].group)
        found.append(pair if rng.random() < 0.5 else (pair[1], pair[0]))
    return found


def _farthest(members: Sequence[Good]) -> tuple[Good, Good] | None:
    """The two names of a synonym group that have least in common."""
    pairs = combinations([good for good in members if good.preferred], 2)
    return min((p for p in pairs if p[0].preferred == p[1].preferred), key=_shared, default=None)


def _shared(pair: tuple[Good, Good]) -> tuple[float, str, str]:
    """How much of the shorter name is in the longer one, and the names to break ties."""
    mine, theirs = set(pair[0].name), set(pair[1].name)
    return len(mine & theirs) / min(len(mine), len(theirs)), pair[0].name, pair[1].name


def _typed(good: Good, known: Goods, rng: random.Random) -> tuple[Good, Good] | None:
    place = int(rng.random() * len(good.name))
    wrong = mistyped(good.name, place, rng.random(), known.squeezed)
    return (Good(wrong, good.group, good.style), good) if wrong else None


def _planted(kind: str, mine: Good, theirs: Good, rng: random.Random) -> Planted:
    style = STYLES[mine.style]
    wanted, other = style.conflicting(rng)
    size = drawn_size(rng)
    unit = style.units[int(rng.random() * len(style.units))]
    said = tuple(range(len(style.aspects))) if kind == "spec" else None

    def line(good: Good, values: Values, name: str, amount: float) -> Line:
        shown = style.written(values, style.some(rng) if said is None else said, rng)
        standard = standard_of(good.group, rng)
        return Line(name, shown, standard, amount_text(amount, rng), unit, mine.style)

    names = _dressed(mine.name, theirs.name, rng) if kind == "same" else (mine.name, theirs.name)
    more = size * (1 + int(rng.random() * 5))
    return Planted(
        kind,
        line(mine, wanted, names[0], size),
        line(theirs, wanted, names[1], more),
        line(theirs, other, names[1], more) if kind == "spec" else None,
    )


def _dressed(mine: str, theirs: str, rng: random.Random) -> tuple[str, str]:
    """Both names with different words that say nothing, one before and one behind."""
    first, second = rng.sample(NEUTRAL, 2)
    behind = rng.choice(("{1}（{0}）", "{1}({0})", "{1} {0}"))
    both = f"{first}{mine}", behind.format(second, full_width(theirs))
    return both if rng.random() < 0.5 else (both[1], both[0])


def dressed(name: str, style: Style, rng: random.Random) -> str:
    """A name as it may stand on a list: often as it is, else with words of quality."""
    chance = rng.random()
    if chance < 0.55:
        return name
    words = style.qualities if chance < 0.85 else NEUTRAL
    word = words[int(rng.random() * len(words))]
    form = int(rng.random() * 6)
    return (
        name
        if word in name
        else ("{0}{1}", "{0}{1}", "{0}{1}", "{1}（{0}）", "{1}({0})", "{1} {0}")[form].format(
            word, name
        )
    )


def drawn_size(rng: random.Random) -> float:
    """A quantity with two figures, from tens to tens of thousands."""
    return float(f"{10 ** (1 + 3.5 * rng.random()):.1e}")


def amount_text(size: float, rng: random.Random) -> str:
    """A quantity as somebody writes it."""
    chance = rng.random()
    if chance < 0.03:
        return ""
    text = f"{size:.0f}"
    if size >= 10_000 and chance > 0.4:
        text = f"{size / 10_000:g}万"
    elif size >= 1_000 and chance > 0.85:
        text = f"{size:,.0f}"
    return f"约{text}" if 0.03 < chance < 0.1 else text


def standard_of(group: str, rng: random.Random) -> str:
    """The standard of goods, which is always the same, in one of its spellings; often none."""
    chance = rng.random()
    if chance > 0.35:
        return ""
    code = crc32(group.encode())
    body = ("GB/T", "GB/T", "GB/T", "HG/T", "JB/T", "QB/T", "NY/T", "YS/T")[code % 8]
    number, year = 1000 + code // 8 % 39000, 2000 + code // 8 // 39000 % 25
    if chance < 0.15:
        return f"{body} {number}-{year}"
    if chance < 0.22:
        return f"{body}{number}"
    if chance < 0.28:
        return f"{body.replace('/', '')}{number}-{year}"
    return full_width(f"{body}{number}") if chance < 0.3 else f"{body} {number}"


def truth_of(
    pairs: Sequence[Planted], demands: Sequence[str], supplies: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Rows of the truth: demand id, supply id, kind.

    Args:
        pairs: What was planted.
        demands: Ids of their demands.
        supplies: Ids of their supplies, in the order of :func:`supply_lines`.
    """
    ids = iter(supplies)
    for pair, demand in zip(pairs, demands, strict=True):
        yield demand, next(ids), pair.kind
        if pair.conflict:
            yield demand, next(ids), CONFLICT


def supply_lines(pairs: Sequence[Planted]) -> list[Line]:
    """The planted supplies, pair by pair."""
    return [line for pair in pairs for line in (pair.right, pair.conflict) if line]
