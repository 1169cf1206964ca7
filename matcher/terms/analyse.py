"""Text in, comparable terms out: one product of a list row as the ranking sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

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


class Name(NamedTuple):
    """One product name, ready to be compared; what a list says many times is understood once.

    Attributes:
        name: Folded product name.
        meant: The same with mistyped characters replaced; what follows speaks of it.
        core: The name without brackets, codes and specifications at its end.
        words: Words of the name in order, stop words removed; sub-words of long words included.
        keys: Those words, each by the usual one of those that mean the same.
        concept: Preferred lexicon name of the whole core, empty where the lexicon has none.
        head: The concept, else the preferred name of the longest lexicon name at the end of the
            core (in English: of whole words), else the last word if Chinese.
        usual: The squeezed name with every word replaced by its usual one.
        misspelt: Product names that were mistyped, as written and as understood.
    """

    name: str
    meant: str
    core: str
    words: tuple[str, ...]
    keys: frozenset[str]
    concept: str
    head: str
    usual: str
    misspelt: tuple[tuple[str, str], ...]

    @property
    def thing(self) -> str:
        """What the name speaks of: the concept of the whole name, else its head."""
        return self.concept or self.head

    def packed(self) -> str:
        """The name as one text, for :meth:`unpacked`; folded texts hold no separators."""
        spelt = (f"{wrong}\x1e{right}" for wrong, right in self.misspelt)
        said = (self.name, self.meant, self.core, self.concept, self.head, self.usual)
        return "\x1f".join((*said, "\x1e".join(self.words), *spelt))

    @classmethod
    def unpacked(cls, text: str) -> Name:
        """The name that :meth:`packed` made a text of."""
        name, meant, core, concept, head, spelt, words, *wrong = text.split("\x1f")
        tokens = tuple(words.split("\x1e")) if words else ()
        keys = frozenset(map(usual_word, tokens))
        pairs = ((a, b) for a, _, b in (each.partition("\x1e") for each in wrong))
        return cls(name, meant, core, tokens, keys, concept, head, spelt, tuple(pairs))

    @property
    def canonical(self) -> str:
        """Its squeezed name with synonyms replaced by their preferred names."""
        return canonical_text(self.meant)

    @property
    def grams(self) -> tuple[str, ...]:
        """Tokens of the vector space of names; a token may occur several times."""
        return grams(self.name, self.core, self.usual, sorted(self.keys), self.concept)


@dataclass(frozen=True)
class Terms:
    """One product of a row: its name with what the row says of its specification and standard.

    What a specification holds is read when it is first asked for: of a million rows most are
    never compared closely. For the attributes of the name see :class:`Name`.

    Attributes:
        of_name: The name understood.
        written: The name as written.
        spec: Specification as written.
        standard: Standards as written in a column of their own.
    """

    of_name: Name
    written: str
    spec: str = ""
    standard: str = ""

    @property
    def name(self) -> str:
        """See :class:`Name`, here and below."""
        return self.of_name.name

    @property
    def canonical(self) -> str:  # noqa: D102
        return self.of_name.canonical

    @property
    def core(self) -> str:  # noqa: D102
        return self.of_name.core

    @property
    def words(self) -> tuple[str, ...]:  # noqa: D102
        return self.of_name.words

    @property
    def keys(self) -> frozenset[str]:  # noqa: D102
        return self.of_name.keys

    @property
    def concept(self) -> str:  # noqa: D102
        return self.of_name.concept

    @property
    def head(self) -> str:  # noqa: D102
        return self.of_name.head

    @property
    def thing(self) -> str:  # noqa: D102
        return self.of_name.thing

    @property
    def misspelt(self) -> tuple[tuple[str, str], ...]:  # noqa: D102
        return self.of_name.misspelt

    @property
    def grams(self) -> tuple[str, ...]:  # noqa: D102
        return self.of_name.grams

    @cached_property
    def text(self) -> str:
        """Folded name, specification and standard."""
        return text_of(self.name, self.spec, self.standard)

    @property
    def text_grams(self) -> tuple[str, ...]:
        """Tokens of the vector space of whole rows."""
        return text_grams(self.text)

    @cached_property
    def _full(self) -> str:
        """The name as meant, and the specification, folded."""
        meant = self.of_name.meant
        return f"{meant};{fold(self.spec)}" if self.spec else meant

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """Typed attributes of name and specification."""
        return tuple(_plain_content(a, self.core) for a in parse_specs(self._full))

    @cached_property
    def editions(self) -> tuple[tuple[str, str], ...]:
        """Standards of name, specification and standard column as ``(number, year)``.

        The year is empty where none is given.
        """
        return parse_editions(self.text)

    @property
    def standards(self) -> tuple[str, ...]:
        """The numbers of the standards, whatever their years."""
        return tuple(dict.fromkeys(number for number, _ in self.editions))

    @cached_property
    def _bare(self) -> str:
        return _without(self._full, self.attributes)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Models and numbers of name and specification by which a product is ordered.

        Without what ``attributes`` and ``standards`` hold.
        """
        return models(self._bare)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Numbers with what they count, from what is left besides."""
        return figures(self._bare)

    @cached_property
    def marks(self) -> Marks:
        """Words of name and specification that exclude others (:mod:`matcher.terms.contrasts`)."""
        return marks_of(self._full)


def text_of(folded: str, spec: str, standard: str) -> str:
    """The folded text of a whole row, of its folded name and the rest as written."""
    return f"{folded};{fold(spec)};{fold(standard)}"


def analyse(
    name: str, spec: str = "", standard: str = "", *, using: Segmenter | None = None
) -> Terms:
    """Analyse one product name with what the row says of its specification and standard."""
    return Terms(
        understood(name) if using is None else understand(name, using), name, spec, standard
    )


@lru_cache(maxsize=1 << 14)  # lists repeat themselves; bounded, for they also do not
def understood(name: str) -> Name:
    """A product name understood with the segmenter at hand."""
    return understand(name, segmenter())


def understand(name: str, using: Segmenter) -> Name:
    """Understand one product name."""
    written = fold(name)
    cut = using.cut(written)
    folded, misspelt = corrected(cut)
    if misspelt:
        cut = using.cut(folded)
    core = core_of(folded)
    stop = words("stopwords")
    bare = [(word, usual_word(word)) for word in using.search(folded) if word not in stop]
    tokens = tuple(word for word, key in bare if key)
    known = lexicon().canonical
    concept = known.get(letters(core)) or known.get(letters(folded), "")
    return Name(
        name=written,
        meant=folded,
        core=core,
        words=tokens,
        keys=frozenset(key for _, key in bare if key),
        concept=concept,
        head=concept or _known_head(folded, core) or _last_word(tokens),
        usual=usual_text(folded, cut),
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
    return attribute._replace(name="含量%")


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


@lru_cache(maxsize=1 << 16)  # lists are made of few words
def usual_word(word: str) -> str:
    """The usual word for a folded one; empty for signs alone."""
    return usual(letters(word))


@lru_cache(maxsize=1 << 16)
def _preferred(word: str) -> str:
    """A folded word, squeezed, or the preferred name of a synonym."""
    key = letters(word)
    return key if key in lexicon().english else lexicon().canonical.get(key, key)


def usual_text(folded: str, cut: Iterable[str]) -> str:
    """The squeezed name, cut into words, with every word replaced by its usual one."""
    known = lexicon().canonical
    return known.get(letters(folded)) or "".join(map(usual_word, cut))


@lru_cache(maxsize=1 << 14)
def canonical_text(folded: str) -> str:
    """The squeezed name with every word that is a synonym replaced by its preferred name."""
    known = lexicon().canonical
    whole = letters(folded)
    return known[whole] if whole in known else "".join(map(_preferred, segmenter().cut(folded)))
