"""Synonyms and broader terms, ready for use: one canonical name a product, its ancestors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matcher.knowledge import broader, synonyms
from matcher.text import squeeze

_LONGEST_NAME = 16
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the lexicon says of names, all keys folded and squeezed.

    Attributes:
        canonical: Name → preferred name of its synonym group (itself where it has none).
        parents: Canonical name → direct broader names.
    """

    canonical: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]

    def ancestors(self, name: str) -> dict[str, int]:
        """Broader names of a canonical name, with the number of steps to each (1 = direct)."""
        found: dict[str, int] = {}
        frontier = [name]
        for step in range(1, _DEEPEST + 1):
            frontier = [
                p for child in frontier for p in self.parents.get(child, ()) if p not in found
            ]
            for parent in frontier:
                found.setdefault(parent, step)
        found.pop(name, None)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self.canonical


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    canonical: dict[str, str] = {}
    for group in synonyms():
        preferred = squeeze(group.preferred)
        for name in (group.preferred, *group.variants):
            canonical.setdefault(squeeze(name), preferred)
    parents: dict[str, list[str]] = {}
    for narrow, broad, _ in broader():
        child, parent = squeeze(narrow), squeeze(broad)
        child, parent = canonical.get(child, child), canonical.get(parent, parent)
        canonical.setdefault(child, child)
        canonical.setdefault(parent, parent)
        if child != parent and parent not in parents.setdefault(child, []):
            parents[child].append(parent)
    canonical.pop("", None)
    return Lexicon(canonical, {child: tuple(sorted(p)) for child, p in parents.items()})


def longest_suffix(name: str, known: Lexicon) -> str:
    """The longest lexicon name that a squeezed name ends in, empty if none (at least 2 long)."""
    for length in range(min(_LONGEST_NAME, len(name)), 1, -1):
        if name[-length:] in known:
            return name[-length:]
    return ""
