"""Mistyped characters (错别字): 闸伐 is 闸阀, by a table of characters that are taken for others.

A character is taken for another only where it stands alone, in no word that the segmenter knows,
and where the other makes a product of the lexicon out of whole words. It must also be the commoner in
product names, by far where the name has only two: 白梅 is no mistyped 白煤. Nor may the name stand
beside another lone character, which is rather a part of a word that nobody knows: 防汗剂 holds no 焊剂.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import accumulate, pairwise, product

from matcher.knowledge import confusable, words
from matcher.terms.lexicon import lexicon
from matcher.text import has_chinese

_LONGEST = 8
_COMMONER = {2: 5}  # how many times commoner the meant character must be, by length of the name
_NEGATIONS = "非不未"


@cache
def _meant() -> Mapping[str, tuple[str, ...]]:
    """Written character → those that may be meant."""
    found: dict[str, list[str]] = {}
    for right, wrong in confusable():
        for char in wrong:  # 或 in 蜡或油 is no mistyped 火, nor 非 in 非橡胶 a mistyped 废
            if char not in words("stopwords") and char not in _NEGATIONS:
                found.setdefault(char, []).append(right)
    return {char: tuple(sorted(rights)) for char, rights in found.items()}


@cache
def _counts() -> tuple[Counter[str], frozenset[str]]:
    """How often characters occur in the lexicon's names, and all pairs of neighbours there."""
    names = [name for name in lexicon().canonical if has_chinese(name)]
    return (
        Counter(char for name in names for char in name),
        frozenset(a + b for name in names for a, b in pairwise(name)),
    )


def corrected(tokens: list[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A text put together from its words, with mistyped characters replaced.

    Args:
        tokens: The words of a folded text, every character once.

    Returns:
        The text, and each product name as it was written and as it was meant; the two differ in
        one character, and no two names overlap.
    """
    text = "".join(tokens)
    found: list[tuple[str, str]] = []
    meant = _meant()
    if meant.keys().isdisjoint(tokens):  # as in most texts
        return text, ()
    bounds = list(accumulate(map(len, tokens), initial=0))
    done = 0
    for token, place in zip(tokens, bounds, strict=False):
        if token not in meant:
            continue
        if better := _meaning(text, place, [b for b in bounds if b >= done]):
            start, name = better
            done = start + len(name)
            found.append((text[start:done], name))
            text = text[:start] + name + text[done:]
    return text, tuple(found)


def _meaning(text: str, i: int, bounds: list[int]) -> tuple[int, str] | None:
    """The longest known name that one other character at ``i`` makes, and where it begins.

    Names begin and end at ``bounds``, those of words.
    """
    known = lexicon().canonical
    counts, neighbours = _counts()
    written = text[i]
    best: tuple[int, int, str] | None = None
    for meant in _meant()[written]:
        if (
            text[i - 1 : i] + meant not in neighbours
            and meant + text[i + 1 : i + 2] not in neighbours
        ):
            continue
        starts = [b for b in bounds if i - _LONGEST < b <= i]
        stops = [b for b in bounds if i < b < i + _LONGEST]
        for start, stop in product(starts, stops):
            name = text[start:i] + meant + text[i + 1 : stop]
            if len(name) < 2 or name not in known or text[start:stop] in known:
                continue
            if _hangs_on(text, i, (start, stop), bounds):
                continue
            if counts[written] * _COMMONER.get(len(name), 1) > counts[meant]:
                continue
            if best is None or (-len(name), start, name) < (-best[0], best[1], best[2]):
                best = len(name), start, name
    return best[1:] if best else None


def _hangs_on(text: str, i: int, name: tuple[int, int], bounds: list[int]) -> bool:
    """Whether a name goes on in another lone character, beside ``i`` or beside a name of two."""
    start, stop = name
    left, right = bounds.index(start), bounds.index(stop)
    short = stop - start == 2
    before = text[bounds[left - 1] : start] if left and (short or start == i) else ""
    behind = text[stop : bounds[right + 1]] if text[stop:] and (short or stop == i + 1) else ""
    return any(len(word) == 1 and has_chinese(word) for word in (before, behind))
