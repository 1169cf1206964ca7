"""名称 and 类别: what kind of thing is each, by its head and by the lexicon's broader terms?"""

from __future__ import annotations

from operator import attrgetter

import numpy as np

from matcher.model import Demand, Supply
from matcher.ranking.features.base import at_most_nothing, feature, shown, shown_code
from matcher.ranking.features.names import (
    name_cosine,
    name_same,
    same_name,
    same_words,
    share_words,
    text_cosine,
)
from matcher.ranking.features.pairs import Pair, PairBlock, Values
from matcher.terms import Name, Terms, contrasting, is_service, lexicon, longest_suffix
from matcher.text import has_chinese, letters

_head = attrgetter("head")
_thing = attrgetter("thing")
_core_and_head = attrgetter("core", "head")
_Marked = tuple[tuple[int, frozenset[int]], ...]


def _marks(terms: Terms) -> _Marked:
    return tuple(sorted(terms.marks.items(), key=lambda item: item[0]))


def _serves(name: Name) -> bool:
    return is_service(name.core)


def _named(terms: Terms, row: Demand | Supply) -> str:
    """The words of a name that stand for its thing, as written (烘干设备 of 枸杞烘干设备)."""
    whole = letters(terms.core)
    part = terms.core if terms.concept else longest_suffix(whole, lexicon()) or terms.head
    return shown(part, row) if has_chinese(part) else shown_code(part, row)


def things(pair: Pair) -> tuple[str, str]:
    """The words of both names that stand for their things, as written."""
    return _named(pair.wanted, pair.demand), _named(pair.offered, pair.supply)


def _say_head(pair: Pair, _value: float) -> str:
    wanted, offered = things(pair)
    if same_name(pair.wanted, pair.offered) or wanted == offered:
        return ""  # said of the names
    return f"“{wanted}”与“{offered}”同义"


@feature("名称", +1, _say_head)
def head_same(pairs: PairBlock) -> Values:
    """1 when the heads, where the meaning of a Chinese name stands, are the same product."""
    return pairs.each_name(_head, lambda w, o: float(bool(w) and w == o))


def _say_head_conflict(pair: Pair, _value: float) -> str:
    # Names of the lexicon are folded; their Latin letters are abbreviations (PVC, LED).
    shared = lexicon().nearest_shared(pair.wanted.head, pair.offered.head).upper()
    how = f"同属“{shared}”，但不是同一种" if shared else "不是同一种产品"
    wanted, offered = things(pair)
    return f"{how}：要的是“{wanted}”，供的是“{offered}”"


@feature("名称", -1, _say_head_conflict)
def head_conflict(pairs: PairBlock) -> Values:
    """1 when both heads are known products and neither is a kind of the other (闸阀 and 球阀).

    How near they are nevertheless is what :func:`family` says.
    """
    known = lexicon()

    def conflict(a: str, b: str) -> float:
        if a == b or a not in known or b not in known or _step(a, b) or _step(b, a):
            return 0.0
        return 1.0

    return pairs.each_name(_head, conflict)


def _cores(pair: Pair) -> tuple[str, str]:
    """Both names without their codes, as written."""
    return shown(pair.wanted.core, pair.demand), shown(pair.offered.core, pair.supply)


def _say_front(pair: Pair, _value: float) -> str:
    name, other = _cores(pair)
    return f"只是名称里带有“{name}”，供的其实是“{other}”"


def _stands_in_front(front: tuple[str, str], whole: tuple[str, str]) -> float:
    """1 for a core that another core with another head begins with, but does not end in."""
    a, b = front[0], whole[0]
    if len(a) < 2 or len(b) < len(a) + 2 or not b.startswith(a) or b.endswith(a):
        return 0.0
    return float(front[1] != whole[1])


@feature("名称", -1, _say_front)
def wanted_is_modifier(pairs: PairBlock) -> Values:
    """1 when the demanded name stands at the front of a supplied name with another head.

    铜杆连铸连轧生产线 is not 铜杆; 番茄酱无菌袋 is a bag.
    """
    return pairs.each_name(_core_and_head, _stands_in_front)


def _say_offer_front(pair: Pair, _value: float) -> str:
    name, other = _cores(pair)
    return f"要的是“{name}”，供的只是“{other}”"


@feature("名称", -1, _say_offer_front)
def offered_is_modifier(pairs: PairBlock) -> Values:
    """1 when the supplied name is only a modifier of the demanded one (枸杞 for 枸杞烘干机)."""
    return pairs.each_name(_core_and_head, lambda w, o: _stands_in_front(o, w))


def _say_narrower(pair: Pair, _value: float) -> str:
    wanted, offered = things(pair)
    if pair.wanted.concept:
        return f"“{offered}”是“{wanted}”的一种"
    # The demand says more than its kind: 防切割钢丝手套 is not just any 手套.
    return f"都属于“{wanted}”，供的“{offered}”是其中一种"


@feature("名称", +1, _say_narrower)
def offered_is_narrower(pairs: PairBlock) -> Values:
    """How directly the supply is a kind of what is wanted: 1 for a child, 1/2 for a grandchild."""
    return pairs.each_name(_thing, lambda w, o: _step(o, w))


def _say_wider(pair: Pair, _value: float) -> str:
    wanted, offered = things(pair)
    if pair.offered.concept:
        return f"“{offered}”是更宽的品类，是否含“{wanted}”要核对"
    name, other = _cores(pair)
    return f"都属于“{offered}”，供的“{other}”是不是“{name}”要核对"


@feature("名称", +1, _say_wider)
def offered_is_wider(pairs: PairBlock) -> Values:
    """How directly the supply is the broader kind of what is wanted: 1 for the parent, 1/2 for its own."""
    return pairs.each_name(_thing, _step)


def _step(narrow: str, broad: str) -> float:
    steps = lexicon().ancestors(narrow).get(broad, 0)
    return 1.0 / steps if steps else 0.0


def _say_family(pair: Pair, value: float) -> str:
    same = pair.wanted.thing == pair.offered.thing
    return _say_head(pair, value) if same and not same_words(pair.wanted, pair.offered) else ""


@feature("名称", +1, _say_family)
def family(pairs: PairBlock) -> Values:
    """How much the two kinds of thing share in the lexicon (Lin's measure), 0 to 1."""
    known = lexicon()
    return pairs.each_name(_thing, known.likeness)


def _say_contrast(pair: Pair, _value: float) -> str:
    found = contrasting(pair.wanted.marks, pair.offered.marks)
    return f"关键词不同：{'；'.join(f'要“{mine}”，供“{theirs}”' for mine, theirs in found)}"


@feature("名称", -1, _say_contrast, most=at_most_nothing)
def contrast(pairs: PairBlock) -> Values:
    """Words that exclude each other (冷轧 and 热轧): 1 for the first, at most 2."""
    return pairs.each_stated(
        _marks, lambda w, o: min(2.0, float(len(contrasting(dict(w), dict(o)))))
    )


_KIN = 0.4  # cosine from which two names are likely to speak of the same kind of thing


def _strangers(pairs: PairBlock) -> Values:
    """1 for two products with heads that differ, of different kinds or without a common sign."""
    heads = pairs.each_name(_head, lambda w, o: float(bool(w) and bool(o) and w != o))
    return np.asarray(np.maximum(head_conflict(pairs), heads * (name_cosine(pairs) == 0.0)))


def kinship(pairs: PairBlock) -> Values:
    """How far the names speak of one kind of thing, 0 to 1; scales what is good about a firm.

    Enough capacity, a title or a wish to supply is no reason to suggest another product. Equal
    specifications make no kin of two known products of different kinds.
    """
    kin = [
        np.minimum(1.0, name_cosine(pairs) / _KIN),
        np.minimum(1.0, text_cosine(pairs) / _KIN) * (1.0 - _strangers(pairs)),
        head_same(pairs),
        name_same(pairs),
        np.sign(offered_is_narrower(pairs)),
        np.sign(offered_is_wider(pairs)),
    ]
    return np.asarray(np.maximum.reduce(kin))


def _say_unrelated(pair: Pair, value: float) -> str:
    if value < 0.15:
        return ""
    if value < 0.3:
        return "品名只有一部分相同"
    some = value <= 0.5 or share_words(pair.wanted, pair.offered)
    return "品名之间联系不多" if some else "品名之间看不出联系"


@feature("名称", -1, _say_unrelated)
def unrelated(pairs: PairBlock) -> Values:
    """How little connects the two names: 1 less their kinship."""
    return 1.0 - kinship(pairs)


def _say_service(pair: Pair, _value: float) -> str:
    return "要的是服务，供的是产品" if is_service(pair.wanted.core) else "要的是产品，供的是服务"


@feature("类别", -1, _say_service)
def service_mismatch(pairs: PairBlock) -> Values:
    """1 when one side is a service and the other a product."""
    return pairs.each_name(_serves, lambda w, o: float(w != o))
