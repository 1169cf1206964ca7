"""Text in, comparable terms out: one product of a list row as the ranking sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from matcher.knowledge import interchangeable, units, words
from matcher.terms.contrasts import Marks, marks_of
from matcher.terms.grams import figures, grams, models, text_grams
from matcher.terms.lexicon import lexicon, longest_run, longest_suffix
from matcher.terms.segment import Segmenter, segmenter
from matcher.terms.specs import (
    Attribute,
    parse_editions,
    parse_specs,
    without_standards,
)
from matcher.terms.typos import corrected
from matcher.text import fold, has_chinese, letters, squeeze

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# What follows the head of an English name. The comma of 1,2-dichloroethane is part of its name.
_BEHIND_HEAD = re.compile(
    r"(?<!\d),|,(?!\d)|[;:(\[]|\s-\s|\s(?:for|with|without|of|from|in|by|to)\s"
)
_CODE_AT_END = re.compile(r"[\s,;/]*[a-z0-9φ.\-+#×/%°~≥≤ω]+$")


@dataclass(frozen=True, slots=True)
class Terms:
    """One product name with its specification, ready to be compared.

    Attributes:
        name: Folded product name.
        canonical: Its squeezed name with synonyms replaced by their preferred names.
        core: The name without brackets, codes and specifications at its end.
        words: Words of the name in order, stop words removed; sub-words of long words included.
        keys: Those words, each by the usual one of those that mean the same.
        concept: Preferred lexicon name of the whole core, empty where the lexicon has none.
        head: The concept, else the preferred name of the longest lexicon name at the end of the
            core (in English: of whole words), else the last word if Chinese.
        grams: Tokens of the vector space; a token may occur several times.
        attributes: Typed attributes of name and specification.
        editions: Standards of name, specification and standard column as ``(number, year)``; the
            year is empty where none is given.
        codes: Models and numbers of name and specification by which a product is ordered,
            without what ``attributes`` and ``standards`` hold.
        figures: Numbers with what they count, from what is left besides.
        text: Folded name, specification and standard.
        text_grams: Tokens of the vector space of whole rows.
        marks: Words of name and specification that exclude others (:mod:`matcher.terms.contrasts`).
        misspelt: Product names that were mistyped, as written and as understood; all but ``name``
            and ``text`` speak of the understood ones.
    """

    name: str
    canonical: str
    core: str
    words: tuple[str, ...]
    keys: frozenset[str]
    concept: str
    head: str
    grams: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    editions: tuple[tuple[str, str], ...]
    codes: frozenset[str]
    figures: frozenset[str]
    text: str
    text_grams: tuple[str, ...]
    marks: Marks
    misspelt: tuple[tuple[str, str], ...]

    @property
    def standards(self) -> tuple[str, ...]:
        """The numbers of the standards, whatever their years."""
        return tuple(dict.fromkeys(number for number, _ in self.editions))

    def tokens(self) -> set[str]:
        """All tokens that statistics count, each once."""
        return {*self.grams, *self.text_grams, *(f"c:{code}" for code in self.codes)}


def analyse(
    name: str, spec: str = "", standard: str = "", *, using: Segmenter | None = None
) -> Terms:
    """Analyse one product name with what the row says of its specification and standard."""
    using = using or segmenter()
    written = fold(name)
    folded, misspelt = corrected(using.cut(written))
    full = fold(f"{folded};{spec}") if spec else folded
    core = core_of(folded)
    stop = words("stopwords")
    tokens = tuple(w for w in using.search(folded) if w not in stop and letters(w))
    canonical = canonical_text(folded, using)
    known = lexicon()
    keys = frozenset(usual(letters(w)) for w in tokens)
    whole = letters(core)
    concept = known.canonical.get(whole) or known.canonical.get(letters(folded), "")
    attributes = tuple(_plain_content(a, core) for a in parse_specs(full))
    bare = _without(full, attributes)
    text = fold(f"{name};{spec};{standard}")
    return Terms(
        name=written,
        canonical=canonical,
        core=core,
        words=tokens,
        keys=keys,
        concept=concept,
        head=concept or _known_head(folded, core) or _last_word(tokens),
        grams=grams(written, core, usual_text(folded, using), sorted(keys), concept),
        attributes=attributes,
        editions=parse_editions(text),
        codes=models(bare),
        figures=figures(bare),
        text=text,
        text_grams=text_grams(text),
        marks=marks_of(full),
        misspelt=misspelt,
    )


_TITLE = 4  # words, not counting sizes and models, beyond which an English name is a shop's title, which ends in anything


def _known_head(folded: str, core: str) -> str:
    """Preferred name of the longest lexicon name at the end of a name, empty if there is none."""
    known = lexicon()
    if has_chinese(core):
        return known.canonical.get(longest_suffix(letters(core), known), "")
    front = _BEHIND_HEAD.split(_BRACKETED.sub(",", folded).strip(" ,;"), maxsplit=1)[0].split()
    if sum(not _is_measure(word) for word in front) > _TITLE:
        return ""
    while front:
        found = longest_run(front, known)
        if found and found not in _unit_names():  # pcs is 储能变流器 and 个, a generator set no set
            return known.canonical[found]
        if not _is_measure(front.pop()):
            break
    return ""


def _is_measure(word: str) -> bool:
    """A size, model or unit, as stands behind the head: dn50, 6205-2rs, kg."""
    return word in _unit_names() or any(map(str.isdigit, word))


@cache
def _unit_names() -> frozenset[str]:
    return frozenset(map(fold, units()))


def _last_word(tokens: tuple[str, ...]) -> str:
    """The last word, where it is Chinese: an English name ends in anything, often in its brand."""
    return tokens[-1] if tokens and has_chinese(tokens[-1]) else ""


def _without(text: str, attributes: tuple[Attribute, ...]) -> str:
    """A text without its standards and what its attributes were read from."""
    text = without_standards(text)
    for attribute in attributes:
        text = text.replace(attribute.text, " ")
    return text


def _plain_content(attribute: Attribute, core: str) -> Attribute:
    """液碱32% speaks of its content, not of a part called 液碱."""
    label = attribute.name.removesuffix("%")
    if label == attribute.name or not core.endswith(label):
        return attribute
    return replace(attribute, name="含量%")


@cache
def core_of(folded: str) -> str:
    """A folded name without what follows its head: brackets, codes, dimensions at the end.

    A code that belongs to a known name stays: 维生素c is not 维生素.
    """
    known = lexicon()
    core = _BRACKETED.sub(" ", folded).strip(" ,;/").rstrip(" .≥≤~")
    if not has_chinese(core):
        return core or folded
    while letters(core) not in known:
        shorter = _CODE_AT_END.sub("", core)
        if shorter in {"", core}:
            break
        core = shorter
    return core or folded


@cache
def _usual_words() -> Mapping[str, str]:
    """Interchangeable words, squeezed → the usual one of them.

    That is the first which is the preferred name of a product, else the first: 桌 and 桌子 meet
    though the lexicon knows only one of them.
    """
    groups: dict[str, list[str]] = {}
    for word, first in interchangeable().items():
        groups.setdefault(first, []).append(squeeze(word))
    known = lexicon().canonical
    return {
        word: next((w for w in group if known.get(w) == w), known.get(group[0], group[0]))
        for group in groups.values()
        for word in group
    }


@cache
def usual(word: str) -> str:
    """A squeezed word's preferred name in the lexicon, else the usual one of interchangeable words.

    An English word inside a name is left alone: box and cable stand in the names of all things.
    """
    known = lexicon()
    if word in known.english:
        return word
    return known.canonical.get(word) or _usual_words().get(word, word)


def usual_text(folded: str, using: Segmenter) -> str:
    """The squeezed name with every word replaced by its usual one."""
    known = lexicon().canonical
    whole = letters(folded)
    return known.get(whole) or "".join(usual(letters(word)) for word in using.cut(folded))


def canonical_text(folded: str, using: Segmenter) -> str:
    """The squeezed name with every word that is a synonym replaced by its preferred name."""
    known, english = lexicon().canonical, lexicon().english
    whole = letters(folded)
    if whole in known:
        return known[whole]
    keys = map(letters, using.cut(folded))
    return "".join(key if key in english else known.get(key, key) for key in keys)
