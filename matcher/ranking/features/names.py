"""名称: how alike are the two names, word by word and sign by sign?"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from matcher.ranking.features.base import Pair, PairBlock, Values, feature, shown, silent
from matcher.ranking.vectors import pair_dots
from matcher.terms import Terms
from matcher.text import has_chinese, letters


def same_name(wanted: Terms, offered: Terms) -> bool:
    """Whether both names are the same, or synonyms, but for brackets and codes at their end."""
    if wanted.concept and wanted.concept == offered.concept:
        return True
    bare = _bare(wanted.core)
    return bool(bare) and bare == _bare(offered.core)


@cache
def _bare(core: str) -> str:
    return letters(core)


def _say_likeness(pair: Pair, value: float) -> str:
    wanted, offered = pair.wanted, pair.offered
    if same_name(wanted, offered):
        mine, theirs = shown(wanted.core, pair.demand), shown(offered.core, pair.supply)
        same = letters(wanted.core) == letters(offered.core)
        return f"品名一致：{mine}" if same else f"品名同义：{mine} 即 {theirs}"
    shared = [w for w in wanted.words if w in set(offered.words) and len(w) > 1]
    longest = [w for w in shared if not any(w != o and w in o for o in shared)]
    if longest:
        said = "”“".join(shown(word, pair.demand) for word in dict.fromkeys(longest))
        return f"品名都有“{said}”（相似度 {value:.0%}）"
    if value < 0.2:
        return ""
    return f"品名{'用字相近' if value >= 0.35 else '只有少数字相同'}（相似度 {value:.0%}）"


def name_cosine(pairs: PairBlock) -> Values:
    """Cosine of the TF-IDF vectors of the names, 0 to 1."""
    if "name cosine" not in pairs.memo:
        mine, theirs = pairs.demands.vectors, pairs.supplies.vectors
        pairs.memo["name cosine"] = pair_dots(mine, theirs, pairs.d, pairs.s)
    return pairs.memo["name cosine"]


def text_cosine(pairs: PairBlock) -> Values:
    """Cosine of the TF-IDF vectors of all that the rows say: name, specification, standard."""
    if "text cosine" not in pairs.memo:
        mine, theirs = pairs.demands.texts, pairs.supplies.texts
        pairs.memo["text cosine"] = pair_dots(mine, theirs, pairs.d, pairs.s)
    return pairs.memo["text cosine"]


def _likeness(cosine: Values) -> Values:
    """``1 − (1 − cosine)²``: the first half of likeness says more than the second."""
    return cosine * (2.0 - cosine)


@feature("名称", +1, _say_likeness)
def name_likeness(pairs: PairBlock) -> Values:
    """Likeness of the names by their TF-IDF vectors, 0 to 1, concave in the cosine."""
    return _likeness(name_cosine(pairs))


def _say_text(pair: Pair, value: float) -> str:
    if value < 0.2 or (
        same_name(pair.wanted, pair.offered) and pair.wanted.text == pair.wanted.name
    ):
        return ""
    return f"名称连同规格的文字相似度 {value:.0%}"


@feature("名称", +1, _say_text)
def text_likeness(pairs: PairBlock) -> Values:
    """Likeness of whole rows (name, specification, standard), as :func:`name_likeness`."""
    return _likeness(text_cosine(pairs))


@feature("名称", +1, silent)
def name_same(pairs: PairBlock) -> Values:
    """1 when the names are the same, or synonyms, but for brackets and codes at their end."""
    return pairs.each(
        lambda w, o: float(same_name(w, o)), by=lambda terms: (terms.concept, terms.core)
    )


@feature("名称", +1, silent)
def name_ratio(pairs: PairBlock) -> Values:
    """Likeness of the names by insertions and deletions (rapidfuzz ratio), 0 to 1."""
    wanted = [pairs.demands.terms[d].canonical for d in pairs.d]
    offered = [pairs.supplies.terms[s].canonical for s in pairs.s]
    if not wanted:
        return np.empty(0)
    found = cpdist(wanted, offered, scorer=fuzz.ratio, dtype=np.float64, workers=1)
    return np.asarray(found, dtype=np.float64) / 100.0


def _share(shared: Values, totals: Values) -> Values:
    """``shared / totals`` to 1e-6 like the dots, 0 where there is nothing, never above 1."""
    part = np.divide(shared, totals, out=np.zeros_like(shared), where=totals > 0)
    return np.asarray(np.round(np.minimum(1.0, part), 6))


@feature("名称", +1, silent)
def words_covered(pairs: PairBlock) -> Values:
    """Share of the demanded name's words that the supplied name holds, by rarity, 0 to 1.

    A word meets its synonyms.
    """
    return _share(pairs.shared("words"), pairs.demands.words.totals[pairs.d])


@feature("名称", +1, silent)
def words_precise(pairs: PairBlock) -> Values:
    """Share of the supplied name's words that the demanded name holds, by rarity, 0 to 1."""
    return _share(pairs.shared("words"), pairs.supplies.words.totals[pairs.s])


def _say_codes(pair: Pair, _value: float) -> str:
    shared = sorted(pair.wanted.codes & pair.offered.codes)
    return f"型号或代号相同：{'、'.join(shown(code, pair.demand) for code in shared[:4])}"


@feature("名称", +1, _say_codes)
def code_same(pairs: PairBlock) -> Values:
    """Share of the demanded name's codes (models, grades) that the supplied has, by rarity."""
    return _share(pairs.shared("codes"), pairs.demands.codes.totals[pairs.d])


def _say_other_codes(pair: Pair, _value: float) -> str:
    mine = sorted(pair.wanted.codes - pair.offered.codes)
    theirs = sorted(pair.offered.codes - pair.wanted.codes)
    wanted = "、".join(shown(code, pair.demand) for code in mine[:3])
    offered = "、".join(shown(code, pair.supply) for code in theirs[:3])
    return f"型号或代号不同：要 {wanted}，供 {offered}"


@feature("名称", -1, _say_other_codes)
def code_conflict(pairs: PairBlock) -> Values:
    """Share of the codes of the name with fewer that the other lacks, where both have some."""
    fewer = np.minimum(pairs.demands.codes.totals[pairs.d], pairs.supplies.codes.totals[pairs.s])
    return np.where(fewer > 0, 1.0 - _share(pairs.shared("codes"), fewer), 0.0)


def _say_figures(pair: Pair, _value: float) -> str:
    found = other_figures(pair.wanted, pair.offered)
    said = (f"要 {shown(a, pair.demand)}，供 {shown(b, pair.supply)}" for a, b in found[:3])
    return f"同一系列的另一规格型号：{'；'.join(said)}"


@feature("规格", -1, _say_figures)
def figure_conflict(pairs: PairBlock) -> Values:
    """Models of one series and counts of one thing that differ: 1 for the first, at most 2.

    CJX2-3210 and CJX2-0910, 128孔 and 72孔.
    """
    return pairs.each(
        lambda w, o: min(2.0, 1.0 * len(other_figures(w, o))),
        by=lambda terms: (terms.codes, terms.figures),
    )


def other_figures(wanted: Terms, offered: Terms) -> list[tuple[str, str]]:
    """Models and figures of one shape but other numbers, where none of that shape is shared."""
    mine, theirs = (_wholes(t.codes) | t.figures for t in (wanted, offered))
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
    return pairs.each(lambda w, o: float(w.misspelt != o.misspelt), by=lambda terms: terms.misspelt)
