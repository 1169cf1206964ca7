"""Words that exclude each other in product names (互斥词): 冷轧 and 热轧, 立式 and 卧式."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matcher.knowledge import contrasts
from matcher.text import fold

_LETTER = re.compile("[a-z]")
Marks = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """Spelling → its set and the members it names; the lengths of spellings by first character.

    ``first`` finds those characters.
    """

    places: Mapping[str, tuple[int, set[int]]]
    lengths: Mapping[str, tuple[int, ...]]
    first: re.Pattern[str]


@cache
def _spellings() -> _Spellings:
    """All spellings of contrasting words; one may name several members (交直流)."""
    places: dict[str, tuple[int, set[int]]] = {}
    for number, members in enumerate(contrasts()):
        for member, spellings in enumerate(members):
            for spelling in spellings:
                places.setdefault(fold(spelling), (number, set()))[1].add(member)
    lengths: dict[str, set[int]] = {}
    for word in places:
        lengths.setdefault(word[0], set()).add(len(word))
    first = re.compile(f"[{re.escape(''.join(sorted(lengths)))}]")
    return _Spellings(
        places, {c: tuple(sorted(n, reverse=True)) for c, n in lengths.items()}, first
    )


def marks_of(folded: str) -> dict[int, frozenset[int]]:
    """Number of a set of contrasts → its members that a text names, the longest word first.

    From left to right; a Latin word counts only where no other letter stands beside it.
    """
    known = _spellings()
    found: dict[int, set[int]] = {}
    done = 0
    for match in known.first.finditer(folded):
        if (i := match.start()) < done:
            continue
        for length in known.lengths[folded[i]]:
            word = folded[i : i + length]
            if word in known.places and _stands_alone(folded, i, i + length):
                number, members = known.places[word]
                found.setdefault(number, set()).update(members)
                done = i + length
                break
    return {number: frozenset(members) for number, members in found.items()}


def _stands_alone(text: str, start: int, stop: int) -> bool:
    if not text[start:stop].isascii():
        return True
    return not _LETTER.match(text[start - 1 : start]) and not _LETTER.match(text[stop : stop + 1])


def contrasting(wanted: Marks, offered: Marks) -> list[tuple[str, str]]:
    """Pairs of words by which two names exclude each other.

    Nothing is said of a set of which one name holds several members (a name that lists its
    variants), or only one name any.
    """
    sets = contrasts()
    found = []
    for number in sorted(set(wanted) & set(offered)):
        mine, theirs = wanted[number], offered[number]
        if len(mine) == len(theirs) == 1 and mine != theirs:
            found.append((sets[number][min(mine)][0], sets[number][min(theirs)][0]))
    return found
