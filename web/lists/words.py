"""What somebody types into the search field, as terms: words by jieba, codes whole (检索词)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from matcher.terms import lexicon, segmenter
from matcher.text import fold, has_chinese, squeeze

LONGEST = 200  # characters of a search
_TERMS, _ALTERNATIVES = 12, 8
_PIECE = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    "|[a-z]{1,3}(?:/[a-z]{1,2})? ?[0-9][^\\s\u2e80-\u9fff]*"  # gb/t 8163-2018, dn 200
    "|[^\\s\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# So many names hold these that they tell nothing beside other words.
_LEGAL = frozenset(
    {"有限公司", "有限责任公司", "股份有限公司", "公司", "有限", "责任", "股份", "集团"}
)


def terms(typed: str) -> list[list[str]] | None:
    """Terms that must all be found, each with its synonyms; None where nothing was typed."""
    folded = fold(typed[:LONGEST])
    if not folded:
        return None
    words: list[str] = []
    for piece in _PIECE.findall(folded):
        words += segmenter().cut(piece) if has_chinese(piece) else [piece]
    words = [word for word in words if squeeze(word)]
    telling = [word for word in words if word not in _LEGAL] or words
    return [_alternatives(word) for word in dict.fromkeys(telling[:_TERMS])]


def also(found: Sequence[Sequence[str]] | None) -> list[str]:
    """The synonyms that are searched for beside what was typed."""
    return [name for term in found or [] for name in term[1:]]


def _alternatives(word: str) -> list[str]:
    preferred = lexicon().canonical.get(squeeze(word))
    same = _groups().get(preferred, ()) if preferred else ()
    return [word, *(name for name in same if name != squeeze(word))][:_ALTERNATIVES]


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    """Preferred name → all Chinese names of its synonym group."""
    groups: dict[str, list[str]] = {}
    for name, preferred in lexicon().canonical.items():
        if has_chinese(name):
            groups.setdefault(preferred, []).append(name)
    return {preferred: tuple(names) for preferred, names in groups.items() if len(names) > 1}
