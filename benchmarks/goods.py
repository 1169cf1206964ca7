"""Names of goods for invented lists: what is called what, and which name stands alone.

95,559 product names of listed companies where they are at hand, and the names of ``corpora``:
lexicon, samples and cases.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from benchmarks.specifications import QUALITIES, style_of
from matcher.knowledge import (
    SynonymGroup,
    broader,
    confusable,
    interchangeable,
    read_cases,
    synonyms,
)
from matcher.tables import corpus
from matcher.text import has_chinese, squeeze

LISTED = "listed_company_chains"
# Only what stays one name wherever it is written: nothing that a cell would be split at.
_PLAIN = re.compile(r"(?!.*[和与及或等])(?=.*[\u4e00-\u9fff])[0-9A-Za-z\u4e00-\u9fff-]{2,14}")
_NO_GOODS = re.compile(
    r"(?:业务|收入|项目|其他|其它|服务|销售|合计|小计|产品|租赁|费|部分|备注|说明)$"
)


@dataclass(frozen=True, slots=True)
class Good:
    """A name of goods.

    Attributes:
        name: As it is written.
        group: What all names of the same goods share: the order of characters, synonyms of the
            lexicon and words that are interchangeable there make no difference.
        style: Index in :data:`benchmarks.specifications.STYLES`.
        preferred: Of a name in a synonym group of the lexicon: the preferred one, else empty.
    """

    name: str
    group: str
    style: int
    preferred: str = ""


@dataclass(frozen=True)
class Goods:
    """All names, ordered so that neighbours are related: by style, then read from the end."""

    all: tuple[Good, ...]

    @cached_property
    def groups(self) -> Mapping[str, tuple[Good, ...]]:
        """Names by group."""
        found: dict[str, list[Good]] = {}
        for good in self.all:
            found.setdefault(good.group, []).append(good)
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def squeezed(self) -> Mapping[str, str]:
        """Names as they are compared → their groups."""
        return {squeeze(good.name): good.group for good in self.all}

    @cached_property
    def solitary(self) -> tuple[str, ...]:
        """Groups that nothing else may stand for, in order.

        No other group's name holds one of theirs, none of theirs is another's with a word of
        quality, and the lexicon knows nothing below them: rows of other groups do not fit them as well as
        their own.
        """
        inside: Counter[str] = Counter()
        for name, group in self.squeezed.items():
            parts = {name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1)}
            inside.update({g for part in parts if (g := self.squeezed.get(part, group)) != group})
        above = {self.squeezed.get(squeeze(broad)) for _, broad, _ in broader()}
        dressed = {group for name, group in self.squeezed.items() if self._is_dressed(name)}
        return tuple(sorted(self.groups.keys() - inside.keys() - above - dressed))

    def _is_dressed(self, name: str) -> bool:
        """Whether a name is another one with a word of quality before or behind it."""
        return any(
            (name[len(word) :] in self.squeezed and name.startswith(word))
            or (name[: -len(word)] in self.squeezed and name.endswith(word))
            for word in QUALITIES
        )


@cache
def goods(data: Path | None) -> Goods:
    """The names; ``data`` is the folder that holds :data:`LISTED`, None for ``corpora`` alone."""
    shared = {member: group.preferred for group in synonyms() for member in _members(group)}
    found: dict[str, Good] = {}
    for name, file in _names(data):
        key = squeeze(name)
        if _PLAIN.fullmatch(name) and not _NO_GOODS.search(name) and key not in found:
            preferred = shared.get(key, "")
            usual = _usual_words().sub(_usual, squeeze(preferred or name))
            found[key] = Good(name, "".join(sorted(usual)), style_of(name, file), preferred)
    return Goods(tuple(sorted(found.values(), key=lambda g: (g.style, g.name[::-1]))))


def _members(group: SynonymGroup) -> Iterator[str]:
    return map(squeeze, (group.preferred, *group.variants))


def _names(data: Path | None) -> Iterator[tuple[str, str]]:
    """Names with the lexicon's file they stand in, if any; the lexicon first."""
    for group in synonyms():
        for name in (group.preferred, *group.variants):
            yield name, _file(group.place)
    for narrow, broad, place in broader():
        yield narrow, _file(place)
        yield broad, _file(place)
    for _, case in read_cases():
        yield case["demand_product"], ""
        yield case["supply_product"], ""
    for name in ("demands", "supplies"):
        text = corpus(f"samples/source/{name}.tsv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["product_name"], ""
    listed = data / LISTED / "product.tsv.gz" if data else None
    if listed and listed.is_file():
        with gzip.open(listed, "rt", encoding="utf-8") as stream:
            next(stream)
            for line in stream:
                yield line.strip(), ""


def _file(place: str) -> str:
    return Path(place.partition(":")[0]).stem


@cache
def _usual_words() -> re.Pattern[str]:
    longest = sorted((w for w in interchangeable() if len(w) > 1), key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, longest)))


def _usual(found: re.Match[str]) -> str:
    return interchangeable()[found[0]]


@cache
def _mistaken() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Character → those typed for it, and the other way round."""
    meant: dict[str, list[str]] = {}
    for right, wrong in confusable():
        for char in wrong:
            meant.setdefault(char, []).append(right)
    return dict(confusable()), {char: tuple(rights) for char, rights in meant.items()}


def mistyped(name: str, place: int, draw: float, known: Mapping[str, str]) -> str:
    """A name with the character at a place mistyped; empty where that leaves a doubt.

    Args:
        name: At least four Chinese characters.
        place: Which character.
        draw: Chooses one of the characters that are typed for it, 0 to 1.
        known: Squeezed names: only ``name`` can be meant, and the mistyped character is in no
            known name that is part of the outcome.
    """
    typed, meant = _mistaken()
    if len(name) < 4 or not all(map(has_chinese, name)) or name[place] not in typed:
        return ""
    choices = typed[name[place]]
    wrong = choices[int(draw * len(choices))]
    outcome, *readings = (
        name[:place] + char + name[place + 1 :] for char in (wrong, *meant[wrong])
    )
    parts = (
        outcome[i:j]
        for i in range(place + 1)
        for j in range(max(i + 2, place + 1), len(outcome) + 1)
    )
    if any(part in known for part in parts) or any(r in known for r in readings if r != name):
        return ""
    return outcome
