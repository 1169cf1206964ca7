"""名称: how alike are the two names, word by word and sign by sign?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import cast

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from matcher.knowledge import words as words_of
from matcher.model import Demand, Supply
from matcher.ranking.features.base import (
    at_most_nothing,
    feature,
    quoted,
    shown,
    shown_code,
    silent,
)
from matcher.ranking.features.pairs import Pair, PairBlock, Values, codes
from matcher.ranking.vectors import cosines
from matcher.terms import Name, Terms, segmenter, usual, without_standards
from matcher.text import has_chinese, letters


def same_name(wanted: Terms, offered: Terms) -> bool:
    """Whether both names are the same, or synonyms, but for brackets and codes at their end."""
    return bool(_same(_concept_and_bare(wanted), _concept_and_bare(offered)))


def _concept_and_bare(name: Name | Terms) -> tuple[str, str]:
    return name.concept, letters(name.core)


def _same(wanted: tuple[str, str], offered: tuple[str, str]) -> float:
    return float(any(a and a == b for a, b in zip(wanted, offered, strict=True)))


_codes_and_figures = attrgetter("codes", "figures")
_Figures = tuple[frozenset[str], frozenset[str]]
_misspelt = attrgetter("misspelt")
_canonical = attrgetter("canonical")


_SOME = 0.2  # likeness below which nothing is said of it


def _say_likeness(pair: Pair, value: float) -> str:
    """What the names share; never a figure, which would be read as a second probability."""
    wanted, offered = pair.wanted, pair.offered
    said = []
    parts = shared_parts(wanted, offered)
    if same_name(wanted, offered):
        mine, theirs = shown(wanted.core, pair.demand), shown(offered.core, pair.supply)
        same = letters(wanted.core) == letters(offered.core)
        said.append(f"品名一致：{mine}" if same else f"品名同义：{mine} 即 {theirs}")
    else:
        if _tell(parts):
            said.append(f"品名都有{_quoted(pair, parts)}")
        said += [
            f"“{shown(mine, pair.demand)}”即“{shown(theirs, pair.supply)}”"
            for mine, theirs in same_words(wanted, offered)
        ]
    if not said and parts:
        said.append(f"品名只有{_quoted(pair, parts)}字相同")
    if not said:
        return "品名按同义词看才相近" if value >= _SOME else ""
    return "，".join(said) + _typos(pair)


def _typos(pair: Pair) -> str:
    """How mistyped names were understood, in brackets."""
    both = dict.fromkeys((*pair.wanted.misspelt, *pair.offered.misspelt))
    said = "，".join(f"“{wrong}”按“{right}”理解" for wrong, right in both)
    return f"（{said}）" if said else ""


def _quoted(pair: Pair, parts: Sequence[str]) -> str:
    """The parts of the demanded name that tell most, as written: “枸杞”“烘干”."""
    telling = [part for part in parts if len(part) > 1] or parts
    return quoted(shown(part, pair.demand) for part in telling[:4])


def _tell(parts: Sequence[str]) -> bool:
    return any(len(part) > 1 for part in parts)


def share_words(wanted: Terms, offered: Terms) -> bool:
    """Whether two names share more than single characters."""
    return _tell(shared_parts(wanted, offered))


def shared_parts(wanted: Terms, offered: Terms) -> tuple[str, ...]:
    """What two names share, in the order of the first.

    The longest runs of Chinese characters that begin and end with words of one of the names
    (风电塔筒 and 风力发电塔架 share no 电塔), and Latin words as a whole.
    """
    return _shared(wanted.name, offered.name, wanted.words + offered.words)


@lru_cache(maxsize=1024)
def _shared(one: str, other: str, words: tuple[str, ...]) -> tuple[str, ...]:
    mine, theirs = (_LATIN.sub("\0\\g<0>\0", name) for name in (one, other))
    units = list(_UNIT.finditer(mine))
    found: list[str] = []
    start = 0
    while start < len(units):
        stop, part = start, ""
        while stop < len(units) and units[stop].start() == units[start].start() + len(part):
            if part + units[stop][0] not in theirs:
                break
            part += units[stop][0]
            stop += 1
        found += _whole_words(part.replace("\0", ""), (one, other), words)
        start = max(stop, start + 1)
    return tuple(dict.fromkeys(found))


_LATIN = re.compile(r"[a-z\dφμω][a-z\dφμω./\-+#×]*")
_UNIT = re.compile(r"\0[^\0]+\0|[\u3400-\u9fff]")


def _whole_words(part: str, names: tuple[str, str], words: tuple[str, ...]) -> list[str]:
    """A shared run cut to whole words; its Chinese characters where no word is left."""
    cut = part
    while cut and not (cut.startswith(words) or any(name.startswith(cut) for name in names)):
        cut = cut[1:]
    while cut and not (cut.endswith(words) or any(name.endswith(cut) for name in names)):
        cut = cut[:-1]
    return [cut] if cut else [sign for sign in part if has_chinese(sign)]


def same_words(wanted: Terms, offered: Terms) -> list[tuple[str, str]]:
    """Different words of the two names that mean the same (风电 and 风力发电)."""
    theirs = {usual(letters(word)): word for word in offered.words if word not in wanted.words}
    mine = {word: usual(letters(word)) for word in wanted.words if word not in offered.words}
    return [(word, theirs[key]) for word, key in mine.items() if key in theirs]


def name_cosine(pairs: PairBlock) -> Values:
    """Cosine of the TF-IDF vectors of the names, 0 to 1."""
    if "name cosine" not in pairs.memo:
        names, mine, theirs = pairs.names(), pairs.demands.by_names, pairs.supplies.by_names
        found = cosines(mine.vectors, theirs.vectors, names.d, names.s)
        pairs.memo["name cosine"] = found[names.of]
    return cast("Values", pairs.memo["name cosine"])


def text_cosine(pairs: PairBlock) -> Values:
    """Cosine of the TF-IDF vectors of all that the rows say: name, specification, standard."""
    if "text cosine" not in pairs.memo:
        mine, theirs = pairs.demands.by_texts, pairs.supplies.by_texts
        pairs.memo["text cosine"] = cosines(
            mine.vectors, theirs.vectors, mine.of[pairs.d], theirs.of[pairs.s]
        )
    return cast("Values", pairs.memo["text cosine"])


def _likeness(cosine: Values) -> Values:
    """``1 − (1 − cosine)²``: the first half of likeness says more than the second."""
    return cosine * (2.0 - cosine)


@feature("名称", +1, _say_likeness)
def name_likeness(pairs: PairBlock) -> Values:
    """Likeness of the names by their TF-IDF vectors, 0 to 1, concave in the cosine."""
    return _likeness(name_cosine(pairs))


def _say_text(pair: Pair, value: float) -> str:
    """What else both rows speak of, beside names and typed attributes."""
    wanted, offered = pair.wanted, pair.offered
    if value < _SOME:
        return ""
    words = [
        _widened(word, wanted.text, offered.text)
        for word in _text_words(wanted.text)
        if word in offered.text
        and not (word in wanted.name and word in offered.name)
        and not any(word in f"{each.name} {each.text}" for each in wanted.attributes)
    ]
    words = [w for w in words if _denied(w, wanted.text) == _denied(w, offered.text)]
    longest = [w for w in dict.fromkeys(words) if not any(w != o and w in o for o in words)]
    if longest:
        return f"品名、规格里都提到{quoted(shown(word, pair.demand) for word in longest[:4])}"
    named = same_name(wanted, offered) or shared_parts(wanted, offered)
    specified = all(terms.text.strip(";") != terms.name for terms in (wanted, offered))
    if named or same_words(wanted, offered) or not specified:
        return ""
    return "只有规格文字有些相同"


def _denied(word: str, text: str) -> bool:
    """Whether a text says that it is not so (不防静电)."""
    return any(f"{no}{word}" in text for no in "不无非未")


def _widened(word: str, text: str, other: str) -> str:
    """A word with the Chinese characters around it that another text has too (物质 as 干物质)."""
    start = text.index(word)
    stop = start + len(word)
    while start and has_chinese(text[start - 1]) and text[start - 1 : stop] in other:
        start -= 1
    while stop < len(text) and has_chinese(text[stop]) and text[start : stop + 1] in other:
        stop += 1
    return text[start:stop]


@lru_cache(maxsize=4096)
def _text_words(text: str) -> tuple[str, ...]:
    """The words of a whole row that may tell something: no numbers, units and set phrases."""
    found = [
        word
        for word in segmenter().search(without_standards(text))
        if len(word) > (1 if has_chinese(word) else 2)
        and not any(sign.isdigit() for sign in word)
        and word not in words_of("stopwords")
    ]
    return tuple(dict.fromkeys(found))


@feature("名称", +1, _say_text)
def text_likeness(pairs: PairBlock) -> Values:
    """Likeness of whole rows (name, specification, standard), as :func:`name_likeness`."""
    return _likeness(text_cosine(pairs))


@feature("名称", +1, silent)
def name_same(pairs: PairBlock) -> Values:
    """1 when the names are the same, or synonyms, but for brackets and codes at their end."""
    return pairs.each_name(_concept_and_bare, _same)


@feature("名称", +1, silent)
def name_ratio(pairs: PairBlock) -> Values:
    """Likeness of the names by insertions and deletions (rapidfuzz ratio), 0 to 1."""
    if not len(pairs):
        return np.empty(0)
    names = pairs.names()
    wanted, offered = (
        [kinds.keys[n] for n in kinds.of(index).tolist()]
        for kinds, index in (
            (pairs.demands.by_name(_canonical), names.d),
            (pairs.supplies.by_name(_canonical), names.s),
        )
    )
    found = cpdist(wanted, offered, scorer=fuzz.ratio, dtype=np.float64, workers=1)
    return (np.asarray(found, dtype=np.float64) / 100.0)[names.of]


def _share(shared: Values, totals: Values) -> Values:
    """``shared / totals`` to 1e-6 like the dots, 0 where there is nothing, never above 1."""
    part = np.divide(shared, totals, out=np.zeros_like(shared), where=totals > 0)
    return np.asarray(np.round(np.minimum(1.0, part), 6))


@feature("名称", +1, silent)
def words_covered(pairs: PairBlock) -> Values:
    """Share of the demanded name's words that the supplied name holds, by rarity, 0 to 1.

    A word meets its synonyms.
    """
    return _share(pairs.words().shared, pairs.words().wanted)


@feature("名称", +1, silent)
def words_precise(pairs: PairBlock) -> Values:
    """Share of the supplied name's words that the demanded name holds, by rarity, 0 to 1."""
    return _share(pairs.words().shared, pairs.words().offered)


def _say_codes(pair: Pair, _value: float) -> str:
    shared = pair.wanted.codes & pair.offered.codes
    same = _wholes(shared) & _wholes(pair.wanted.codes)
    how = "" if same else "部分"  # of 6205-2RS and 6205-ZZ only 6205
    return f"型号或代号{how}相同：{_codes(same or shared, pair.demand)}"


def _codes(codes: frozenset[str], row: Demand | Supply) -> str:
    """The first three of some codes of a row, without their parts, as written."""
    return "、".join(dict.fromkeys(shown_code(code, row) for code in sorted(_wholes(codes))[:3]))


def _at_most_codes(pairs: PairBlock) -> Values:
    return pairs.wanted(codes)


@feature("名称", +1, _say_codes, most=_at_most_codes)
def code_same(pairs: PairBlock) -> Values:
    """Share of the demanded name's codes (models, grades) that the supplied has, by rarity."""
    return _share(pairs.codes().shared, pairs.codes().wanted)


def _say_other_codes(pair: Pair, _value: float) -> str:
    mine = pair.wanted.codes - pair.offered.codes
    if _wholes(mine) <= {figure for figure, _ in other_figures(pair.wanted, pair.offered)}:
        return ""  # said of the figures
    theirs = pair.offered.codes - pair.wanted.codes
    return f"型号或代号不同：要 {_codes(mine, pair.demand)}，供 {_codes(theirs, pair.supply)}"


@feature("名称", -1, _say_other_codes, most=at_most_nothing)
def code_conflict(pairs: PairBlock) -> Values:
    """Share of the codes of the name with fewer that the other lacks, where both have some."""
    found = pairs.codes()
    fewer = np.minimum(found.wanted, found.offered)
    return np.where(fewer > 0, 1.0 - _share(found.shared, fewer), 0.0)


def _say_figures(pair: Pair, _value: float) -> str:
    theirs = sorted(_wholes(pair.offered.codes) | pair.offered.figures)
    said = []
    for mine, other in other_figures(pair.wanted, pair.offered)[:3]:
        alike = [shown_code(f, pair.supply) for f in theirs if shape_of(f) == shape_of(other)]
        said.append(f"要 {shown_code(mine, pair.demand)}，供 {'、'.join(alike[:3])}")
    return f"同系列但规格型号不同：{'；'.join(said)}"


@feature("规格", -1, _say_figures, most=at_most_nothing)
def figure_conflict(pairs: PairBlock) -> Values:
    """Models of one series and counts of one thing that differ: 1 for the first, at most 2.

    CJX2-3210 and CJX2-0910, 128孔 and 72孔.
    """
    return pairs.each_stated(_codes_and_figures, lambda w, o: min(2.0, 1.0 * len(_others(w, o))))


def other_figures(wanted: Terms, offered: Terms) -> list[tuple[str, str]]:
    """Models and figures of one shape but other numbers, where none of that shape is shared."""
    return _others(_codes_and_figures(wanted), _codes_and_figures(offered))


def _others(wanted: _Figures, offered: _Figures) -> list[tuple[str, str]]:
    mine, theirs = (_wholes(codes) | figures for codes, figures in (wanted, offered))
    if not mine or not theirs:
        return []
    by_shape = {shape_of(each): each for each in sorted(theirs, reverse=True)}
    shared = {shape_of(each) for each in mine & theirs}
    found = {
        shape: (each, by_shape[shape])
        for each in sorted(mine, reverse=True)
        if (shape := shape_of(each)) in by_shape and shape not in shared and not each.isdigit()
    }
    return sorted(found.values())


@cache
def _wholes(codes: frozenset[str]) -> frozenset[str]:
    """Codes that are no part of another: of cjx2-3210 not its cjx2 and 3210."""
    return frozenset(c for c in codes if not any(c != other and c in other for other in codes))


@cache
def shape_of(figure: str) -> str:
    """A model with its digits hidden, their number told; a figure (128孔) with its number hidden."""
    if has_chinese(figure) or figure.endswith("#"):
        return re.sub(r"\d+(?:\.\d+)?", "0", figure)
    return re.sub(r"\d", "0", figure)


def _say_misspelt(pair: Pair, _value: float) -> str:
    both = {**dict(pair.wanted.misspelt), **dict(pair.offered.misspelt)}
    return f"疑有错别字：{'、'.join(f'“{wrong}”按“{right}”理解' for wrong, right in both.items())}"


@feature("名称", -1, _say_misspelt)
def misspelt(pairs: PairBlock) -> Values:
    """1 when a name is understood only after a mistyped character is replaced."""
    return pairs.each_name(_misspelt, lambda w, o: float(w != o))
