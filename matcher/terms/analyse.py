"""Text in, comparable terms out: one product of a list row as the ranking sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from matcher.knowledge import words
from matcher.model import Demand, Row
from matcher.terms.lexicon import lexicon, longest_suffix
from matcher.terms.segment import Segmenter, segmenter
from matcher.terms.specs import Attribute, parse_specs, parse_standards
from matcher.text import fold, has_chinese, letters

_RUN = re.compile(r"[a-z0-9φμω][a-z0-9φμω./\-+#×]*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CODE_AT_END = re.compile(r"[\s,;/]*[a-z0-9φ.\-+#×/%°~≥≤ω]+$")


@dataclass(frozen=True, slots=True)
class Terms:
    """One product name with its specification, ready to be compared.

    Attributes:
        name: Folded product name.
        canonical: Its squeezed name with synonyms replaced by their preferred names.
        core: The name without brackets, codes and specifications at its end.
        words: Words of the name in order, stop words removed; sub-words of long words included.
        concept: Preferred lexicon name of the whole core, empty where the lexicon has none.
        head: The concept, else the preferred name of the longest lexicon name at the end of the
            core, else the last word.
        grams: Tokens of the vector space; a token may occur several times.
        attributes: Typed attributes of name and specification.
        standards: Standard numbers of name, specification and standard column.
        codes: Latin or numeric codes of the name (models, grades), folded.
    """

    name: str
    canonical: str
    core: str
    words: tuple[str, ...]
    concept: str
    head: str
    grams: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    standards: tuple[str, ...]
    codes: frozenset[str]


def analyse(
    name: str, spec: str = "", standard: str = "", *, using: Segmenter | None = None
) -> Terms:
    """Analyse one product name with what the row says of its specification and standard."""
    using = using or segmenter()
    folded = fold(name)
    full = fold(f"{name};{spec}") if spec else folded
    core = core_of(folded)
    stop = words("stopwords")
    tokens = tuple(w for w in using.search(folded) if w not in stop and letters(w))
    canonical = canonical_text(folded, using)
    known = lexicon()
    whole = letters(core)
    concept = known.canonical.get(whole) or known.canonical.get(letters(folded), "")
    return Terms(
        name=folded,
        canonical=canonical,
        core=core,
        words=tokens,
        concept=concept,
        head=concept or known.canonical.get(longest_suffix(whole, known)) or "".join(tokens[-1:]),
        grams=tuple(_grams(folded, core, canonical, tokens, concept)),
        attributes=tuple(_plain_content(a, core) for a in parse_specs(full)),
        standards=parse_standards(fold(f"{name};{spec};{standard}") if standard else full),
        codes=frozenset(run for run in _RUN.findall(folded) if run.isascii() and len(run) > 1),
    )


def _plain_content(attribute: Attribute, core: str) -> Attribute:
    """液碱32% speaks of its content, not of a part called 液碱."""
    label = attribute.name.removesuffix("%")
    if label == attribute.name or not core.endswith(label):
        return attribute
    return replace(attribute, name="含量%")


def parts_of(row: Row) -> tuple[str, ...]:
    """The product names of a row: the parts of its cell, else its name."""
    return row.products or (row.product_name,)


def spec_of(row: Row) -> str:
    """What a row says of its specification, the requirement included."""
    return f"{row.spec} {row.requirement}" if isinstance(row, Demand) else row.spec


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


def canonical_text(folded: str, using: Segmenter) -> str:
    """The squeezed name with every word that is a synonym replaced by its preferred name."""
    known = lexicon().canonical
    whole = letters(folded)
    if whole in known:
        return known[whole]
    keys = map(letters, using.cut(folded))
    return "".join(known.get(key, key) for key in keys)


def _grams(
    folded: str, core: str, canonical: str, tokens: tuple[str, ...], concept: str
) -> list[str]:
    """Tokens of the vector space of names.

    Chinese runs give characters and their bi- and trigrams, codes give themselves and their
    inner n-grams (so that one wrong digit is near), words give themselves; the end of the core
    is marked, because there the head stands. The canonical name adds its own n-grams, so that
    synonyms meet.
    """
    grams = _run_grams(folded)
    grams += [f"w:{token}" for token in tokens]
    end = letters(core)
    grams += [f"$:{end[-n:]}" for n in (1, 2, 3) if len(end) >= n]
    if canonical != letters(folded):
        grams += _run_grams(canonical)
        grams += [f"$:{canonical[-n:]}" for n in (1, 2, 3) if len(canonical) >= n]
    if concept:
        grams.append(f"s:{concept}")
    return grams


def _run_grams(text: str) -> list[str]:
    grams: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            grams.append(f"a:{run}")
            inner, sizes = letters(run), (2, 3, 4)
        else:
            inner, sizes = run, (1, 2, 3)
        for n in sizes:
            grams += [inner[i : i + n] for i in range(len(inner) - n + 1)]
    return grams
