"""Words that exclude each other in product names (互斥词): 冷轧 and 热轧, 立式 and 卧式."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from matcher.knowledge import contrasts
from matcher.text import fold

Marks = Mapping[int, frozenset[int]]


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, tuple[int, set[int]]]]:
    """Every spelling, the longest first; its set, and the members it names (交直流 names two)."""
    places: dict[str, tuple[int, set[int]]] = {}
    for number, members in enumerate(contrasts()):
        for member, spellings in enumerate(members):
            for spelling in spellings:
                places.setdefault(fold(spelling), (number, set()))[1].add(member)
    longest = sorted(places, key=lambda word: (-len(word), word))
    words = (
        rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in longest
    )
    return re.compile("|".join(words)), places


def marks_of(folded: str) -> dict[int, frozenset[int]]:
    """Number of a set of contrasts → its members that a text names, the longest word first."""
    pattern, places = _spellings()
    found: dict[int, set[int]] = {}
    for match in pattern.finditer(folded):
        number, members = places[match[0]]
        found.setdefault(number, set()).update(members)
    return {number: frozenset(members) for number, members in found.items()}


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
