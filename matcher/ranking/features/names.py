"""名称 and 类别: do the two names mean the same product?"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from matcher.ranking.features.base import Pair, PairBlock, Values, feature, shown, silent
from matcher.terms import Terms, lexicon

_SERVICE = re.compile(
    r"(?:服务|检测|检验|校准|检定|安装|施工|维修|检修|大修|维保|维护|保养|调试|运输|物流|装卸|仓储|租赁|设计|咨询|"
    r"认证|培训|保洁|清洗|代理|外包|加工|代加工|制作|改造|运维|监理|评估|托管|开发|工程|处置|回收)$"
)


def same_name(wanted: Terms, offered: Terms) -> bool:
    """Whether both names are the same after normalisation and synonyms."""
    if wanted.concept and wanted.concept == offered.concept:
        return True
    return bool(wanted.canonical) and wanted.canonical == offered.canonical


def _say_likeness(pair: Pair, value: float) -> str:
    wanted, offered = pair.wanted, pair.offered
    name, other = _cores(pair)
    if wanted.core == offered.core:
        return f"品名一致：{name}"
    if same_name(wanted, offered):
        return f"品名同义：{name} 即 {other}"
    shared = [w for w in wanted.words if w in set(offered.words) and len(w) > 1]
    longest = [w for w in shared if not any(w != o and w in o for o in shared)]
    if longest:
        said = "”“".join(shown(word, pair.demand) for word in dict.fromkeys(longest))
        return f"品名都有“{said}”（相似度 {value:.0%}）"
    if value < 0.1:
        return ""
    return f"品名{'用字相近' if value >= 0.2 else '只有少数字相同'}（相似度 {value:.0%}）"


def _cores(pair: Pair) -> tuple[str, str]:
    """Both names without their codes, as written."""
    return shown(pair.wanted.core, pair.demand), shown(pair.offered.core, pair.supply)


_SAME = 0.9  # likeness of two names that mean the same but are written differently


@feature("名称", +1, _say_likeness)
def name_likeness(pairs: PairBlock) -> Values:
    """Cosine of the TF-IDF vectors of the names, 0 to 1; at least 0.9 where they mean the same."""
    same = pairs.each(
        lambda w, o: _SAME * same_name(w, o), by=lambda terms: (terms.concept, terms.canonical)
    )
    return np.maximum(pairs.cosine, same)


@feature("名称", +1, silent)
def name_ratio(pairs: PairBlock) -> Values:
    """Likeness of the names by insertions and deletions (rapidfuzz ratio), 0 to 1."""
    wanted = [pairs.demands.terms[d].canonical for d in pairs.d]
    offered = [pairs.supplies.terms[s].canonical for s in pairs.s]
    return (
        np.asarray(
            cpdist(wanted, offered, scorer=fuzz.ratio, dtype=np.float64, workers=1),
            dtype=np.float64,
        )
        / 100.0
        if wanted
        else np.empty(0)
    )


@feature("名称", +1, silent)
def name_covered(pairs: PairBlock) -> Values:
    """Share of the demanded name's words that the supplied name holds, by rarity, 0 to 1."""
    idf = cache(pairs.statistics.idf)

    def covered(wanted: Terms, offered: Terms) -> float:
        words = set(wanted.words)
        total = sum(idf(f"w:{word}") for word in sorted(words))
        theirs = set(offered.words)
        shared = sum(idf(f"w:{word}") for word in sorted(words) if word in theirs)
        return shared / total if total else 0.0

    return pairs.each(covered, by=lambda terms: terms.words)


@cache
def _ancestors(concept: str) -> dict[str, int]:
    return lexicon().ancestors(concept)


def _concept(terms: Terms) -> str:
    """The concept of the whole name, else of its head."""
    return terms.concept or terms.head


def _say_head(pair: Pair, _value: float) -> str:
    if pair.wanted.concept and pair.wanted.concept == pair.offered.concept:
        return ""
    return f"中心词相同，都是“{shown(pair.wanted.head, pair.demand)}”"


@feature("名称", +1, _say_head)
def head_same(pairs: PairBlock) -> Values:
    """1 when the heads, where the meaning of a Chinese name stands, are the same product."""
    return pairs.each(
        lambda w, o: float(bool(w.head) and w.head == o.head), by=lambda terms: terms.head
    )


def _say_head_conflict(pair: Pair, _value: float) -> str:
    wanted, offered = shown(pair.wanted.head, pair.demand), shown(pair.offered.head, pair.supply)
    return f"中心词不同：要的是“{wanted}”，供的是“{offered}”"


@feature("名称", -1, _say_head_conflict)
def head_conflict(pairs: PairBlock) -> Values:
    """1 when both heads are known products and neither is a kind of the other."""
    known = lexicon()

    def conflict(wanted: Terms, offered: Terms) -> float:
        a, b = wanted.head, offered.head
        if not (a and b) or a == b or a not in known or b not in known:
            return 0.0
        if a in _ancestors(b) or b in _ancestors(a):
            return 0.0
        return 1.0

    return pairs.each(conflict, by=lambda terms: terms.head)


def _say_front(pair: Pair, _value: float) -> str:
    name, other = _cores(pair)
    return f"只是名称里带有“{name}”，供的其实是“{other}”"


@feature("名称", -1, _say_front)
def wanted_is_modifier(pairs: PairBlock) -> Values:
    """1 when the demanded name stands at the front of a supplied name with another head.

    铜杆连铸连轧生产线 is not 铜杆; 番茄酱无菌袋 is a bag.
    """

    def front(wanted: Terms, offered: Terms) -> float:
        a, b = wanted.core, offered.core
        if len(a) < 2 or len(b) < len(a) + 2 or not b.startswith(a) or b.endswith(a):
            return 0.0
        return float(wanted.head != offered.head)

    return pairs.each(front, by=lambda terms: (terms.core, terms.head))


def _say_offer_front(pair: Pair, _value: float) -> str:
    name, other = _cores(pair)
    return f"要的是“{name}”，供的只是其中的“{other}”"


@feature("名称", -1, _say_offer_front)
def offered_is_modifier(pairs: PairBlock) -> Values:
    """1 when the supplied name is only a modifier of the demanded one (枸杞 for 枸杞烘干机)."""

    def front(wanted: Terms, offered: Terms) -> float:
        a, b = offered.core, wanted.core
        if len(a) < 2 or len(b) < len(a) + 2 or not b.startswith(a) or b.endswith(a):
            return 0.0
        return float(wanted.head != offered.head)

    return pairs.each(front, by=lambda terms: (terms.core, terms.head))


def _kinds(pair: Pair) -> tuple[str, str]:
    return shown(_concept(pair.wanted), pair.demand), shown(_concept(pair.offered), pair.supply)


def _say_narrower(pair: Pair, _value: float) -> str:
    wanted, offered = _kinds(pair)
    return f"“{offered}”是“{wanted}”的一种，可以满足"


@feature("名称", +1, _say_narrower)
def offered_is_narrower(pairs: PairBlock) -> Values:
    """How directly the supply is a kind of what is wanted: 1 for a child, 1/2 for a grandchild."""

    def nearness(wanted: Terms, offered: Terms) -> float:
        steps = _ancestors(_concept(offered)).get(_concept(wanted), 0)
        return 1.0 / steps if steps else 0.0

    return pairs.each(nearness, by=_concept)


def _say_wider(pair: Pair, _value: float) -> str:
    wanted, offered = _kinds(pair)
    return f"“{offered}”是更宽的品类，要看是否含“{wanted}”"


@feature("名称", +1, _say_wider)
def offered_is_wider(pairs: PairBlock) -> Values:
    """How directly the supply is the broader kind of what is wanted: 1 for the parent, 1/2 for its own."""

    def nearness(wanted: Terms, offered: Terms) -> float:
        steps = _ancestors(_concept(wanted)).get(_concept(offered), 0)
        return 1.0 / steps if steps else 0.0

    return pairs.each(nearness, by=_concept)


def _say_sibling(pair: Pair, _value: float) -> str:
    shared = _common_parent(_concept(pair.wanted), _concept(pair.offered))
    return f"同属“{shared}”，但不是同一种" if shared else ""


@cache
def _common_parent(a: str, b: str) -> str:
    """The nearest common broader name of two concepts, empty if none or if one is the other."""
    mine, theirs = _ancestors(a), _ancestors(b)
    if a == b or a in theirs or b in mine:
        return ""
    shared = [(mine[name] + theirs[name], name) for name in mine if name in theirs]
    return min(shared)[1] if shared else ""


@feature("名称", -1, _say_sibling)
def siblings(pairs: PairBlock) -> Values:
    """1 when both are different kinds of the same thing (闸阀 and 球阀)."""
    return pairs.each(
        lambda w, o: float(bool(_common_parent(_concept(w), _concept(o)))), by=_concept
    )


def _say_codes(pair: Pair, _value: float) -> str:
    shared = sorted(pair.wanted.codes & pair.offered.codes)
    return f"型号或代号相同：{'、'.join(shown(code, pair.demand) for code in shared[:4])}"


@feature("名称", +1, _say_codes)
def code_same(pairs: PairBlock) -> Values:
    """Share of the demand's codes (models, grades in the name) that the supply has, by rarity."""
    idf = cache(pairs.statistics.idf)

    def share(wanted: Terms, offered: Terms) -> float:
        if not wanted.codes or not offered.codes:
            return 0.0
        total = sum(idf(f"a:{code}") for code in sorted(wanted.codes))
        shared = sum(idf(f"a:{code}") for code in sorted(wanted.codes & offered.codes))
        return shared / total

    return pairs.each(share, by=lambda terms: terms.codes)


@cache
def is_service(core: str) -> bool:
    """Whether a name ends like a service."""
    return bool(_SERVICE.search(core))


def _say_service(pair: Pair, _value: float) -> str:
    return "要的是服务，供的是产品" if is_service(pair.wanted.core) else "要的是产品，供的是服务"


@feature("类别", -1, _say_service)
def service_mismatch(pairs: PairBlock) -> Values:
    """1 when one side is a service and the other a product."""
    return pairs.each(
        lambda w, o: float(is_service(w.core) != is_service(o.core)),
        by=lambda terms: is_service(terms.core),
    )
