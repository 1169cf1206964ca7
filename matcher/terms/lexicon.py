"""Synonyms and broader terms, ready for use: one canonical name a product, its ancestors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from math import log

from matcher.errors import KnowledgeError
from matcher.knowledge import broader, english, synonyms
from matcher.text import letters, squeeze

_LONGEST_NAME = 16
_DEEPEST = 6


@dataclass(frozen=True)
class Lexicon:
    """What the lexicon says of names, all keys folded and squeezed.

    Attributes:
        canonical: Name → preferred name of its synonym group (itself where it has none); English
            names too, in singular and plural.
        parents: Canonical name → direct broader names.
        english: Names that are English trade names and nothing else.
    """

    canonical: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]
    english: frozenset[str] = frozenset()
    _known_ancestors: dict[str, Mapping[str, int]] = field(default_factory=dict, compare=False)

    def ancestors(self, name: str) -> Mapping[str, int]:
        """Broader names of a canonical name, with the number of steps to each (1 = direct)."""
        if name not in self._known_ancestors:
            self._known_ancestors[name] = self._climb(name)
        return self._known_ancestors[name]

    def _climb(self, name: str) -> dict[str, int]:
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

    @cached_property
    def descendants(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """Narrower names of canonical names, each with the number of steps to it, nearest first."""
        below: dict[str, list[tuple[int, str]]] = {}
        for name in self.parents:
            for above, steps in self.ancestors(name).items():
                below.setdefault(above, []).append((steps, name))
        return {name: tuple(sorted(each)) for name, each in below.items()}

    @cached_property
    def information(self) -> Mapping[str, float]:
        """How much it says of a thing to be of a kind: ``−ln(share of names that are)``, in nats.

        Source: Resnik 1995, over the lexicon's own names instead of a corpus.
        """
        names = {*self.canonical.values(), *self.parents}
        below = Counter(kind for name in names for kind in (name, *self.ancestors(name)))
        return {name: -log(count / len(names)) for name, count in below.items()}

    def nearest_shared(self, one: str, other: str) -> str:
        """The most telling kind that two products share; empty if none. A product is of its own kind."""
        mine = {one, *self.ancestors(one)}
        shared = [kind for kind in (other, *self.ancestors(other)) if kind in mine]
        said = self.information
        return max(shared, key=lambda kind: (said.get(kind, 0.0), kind), default="")

    def likeness(self, one: str, other: str) -> float:
        """How much two products have in common as kinds, 0 to 1.

        Source: Lin 1998, ``2·I(shared) / (I(one) + I(other))``; 0 for names that are not here.
        """
        said = self.information
        shared = self.nearest_shared(one, other)
        if shared not in said or one not in said or other not in said:
            return 0.0
        return 2.0 * said[shared] / (said[one] + said[other])

    def __contains__(self, name: str) -> bool:
        return name in self.canonical


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon.

    Raises:
        KnowledgeError: A name belongs to two groups, a product is a kind of itself, or an English
            name has no Chinese one, or two.
    """
    canonical: dict[str, str] = {}
    for group in synonyms():
        preferred = squeeze(group.preferred)
        for name in (group.preferred, *group.variants):
            other = canonical.setdefault(squeeze(name), preferred)
            if other != preferred:
                raise KnowledgeError(
                    f"{group.place}：“{name}”已经属于“{other}”一组，一个名称只能属于一组"
                )
    parents: dict[str, list[str]] = {}
    places: dict[tuple[str, str], str] = {}
    for narrow, broad, place in broader():
        child, parent = squeeze(narrow), squeeze(broad)
        child, parent = canonical.get(child, child), canonical.get(parent, parent)
        canonical.setdefault(child, child)
        canonical.setdefault(parent, parent)
        places.setdefault((child, parent), place)
        if parent not in parents.setdefault(child, []):
            parents[child].append(parent)
    canonical.pop("", None)
    chinese = frozenset(canonical)
    _add_english(canonical)
    _check_circles(parents, places)
    return Lexicon(
        canonical,
        {child: tuple(sorted(p)) for child, p in parents.items()},
        frozenset(canonical) - chinese,
    )


def _add_english(canonical: dict[str, str]) -> None:
    """English trade names, singular and plural, as further names of what is there."""
    named: dict[str, str] = {}
    for name, names, place in english():
        if (preferred := canonical.get(squeeze(name))) is None:
            raise KnowledgeError(
                f"{place}：词库里没有“{name}”，请先在 synonyms 或 broader 里写上这个名称"
            )
        for written in names:
            key = squeeze(written)
            if key in named or canonical.get(key, preferred) != preferred:
                other = named.get(key) or canonical[key]
                raise KnowledgeError(
                    f"{place}：“{written}”已经是“{other}”的名称，一个英文名称只能写一次"
                )
            named[key] = preferred
    canonical |= named
    for key, preferred in named.items():
        canonical.setdefault(_plural(key), preferred)  # glasses are 眼镜 first, then 玻璃


def _plural(name: str) -> str:
    """The regular English plural of a squeezed name."""
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return f"{name}es"
    if name[-1] == "y" and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}s"


def _check_circles(parents: Mapping[str, list[str]], places: Mapping[tuple[str, str], str]) -> None:
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        # graphlib lists a circle from parent to child.
        where = "、".join(dict.fromkeys(places[b, a] for a, b in pairwise(circle)))
        raise KnowledgeError(f"上下位关系成了圈：{' → '.join(circle[::-1])}，见 {where}") from error


def longest_run(words: Sequence[str], known: Lexicon) -> str:
    """The longest lexicon name that the last words of a folded name are, squeezed; empty if none.

    It begins where a word begins, so that sealed is not led, and has at least three letters: two
    at the end of an English name are rather a unit, a colour or a brand.
    """
    for start in range(len(words)):
        run = letters("".join(words[start:]))
        if len(run) > 2 and run in known:
            return run
    return ""


def longest_suffix(name: str, known: Lexicon) -> str:
    """The longest lexicon name that a squeezed name ends in, empty if none (at least 2 long)."""
    for length in range(min(_LONGEST_NAME, len(name)), 1, -1):
        if name[-length:] in known:
            return name[-length:]
    return ""
