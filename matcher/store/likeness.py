"""When two spellings may be one firm: the same key or code, or one character of difference.

Near-twins that are clearly two firms raise no question: 第一 and 第二 sister firms, firms whose
credit codes differ.
"""

from __future__ import annotations

from rapidfuzz.distance import Hamming, Levenshtein

from matcher.text import firm_key

_SHORTEST = 3  # characters of a firm's key from which one differing character is a likely slip
_CODE_LENGTH = 18
_CODE_SLIPS = 2  # characters in which two writings of one credit code may differ
# Characters that tell sister firms apart: a difference within one group is no slip.
_SISTERS = tuple(
    frozenset(group)
    for group in (
        "零一二两三四五六七八九十百0123456789", "东南西北中", "甲乙丙丁戊", "abcdefgh",
        "新老旧", "大小", "上下", "内外", "前后", "左右",
    )
)  # fmt: skip


class Spellings:
    """Firms' spellings, indexed so that a new one meets only those it may be alike to."""

    def __init__(self) -> None:
        self._firms: dict[int, tuple[str, str]] = {}
        self._near: dict[str, set[int]] = {}
        self._codes: dict[str, set[int]] = {}

    def add(self, firm: int, name: str, code: str) -> None:
        """Remember a firm, or that its code has become known."""
        key = firm_key(name)
        self._firms[firm] = (key, code)
        for text in _one_less(key):
            self._near.setdefault(text, set()).add(firm)
        if _telling(code):
            self._codes.setdefault(code, set()).add(firm)

    def alike(self, firm: int) -> list[tuple[int, str]]:
        """Other firms that this one may be another spelling of, with the reason, by number."""
        key, code = self._firms[firm]
        near = set(self._codes.get(code, ()))
        for text in _one_less(key):
            near |= self._near.get(text, set())
        near.discard(firm)
        found = ((other, _reason(key, code, *self._firms[other])) for other in sorted(near))
        return [(other, reason) for other, reason in found if reason]


def _one_less(key: str) -> set[str]:
    """The key itself and every text with one character of it left out.

    Two keys at most one character apart share one of these.
    """
    return {key, *(key[:i] + key[i + 1 :] for i in range(len(key)))}


def _telling(code: str) -> bool:
    """Whether a code tells a firm: complete, and no row of equal characters put in for one."""
    return len(code) == _CODE_LENGTH and len(set(code)) > 2


def _reason(key: str, code: str, other_key: str, other_code: str) -> str:
    """Why two firms may be one, empty if they may not."""
    if _telling(code) and _telling(other_code):
        if code == other_code:
            return "统一社会信用代码相同"
        if Hamming.distance(code, other_code) > _CODE_SLIPS:
            return ""
    if key == other_key:
        return "只差公司类型、括号或全角半角"
    if min(len(key), len(other_key)) < _SHORTEST or Levenshtein.distance(key, other_key) != 1:
        return ""
    (edit,) = Levenshtein.editops(key, other_key)
    changed = {key[edit.src_pos]} if edit.tag != "insert" else set()
    changed |= {other_key[edit.dest_pos]} if edit.tag != "delete" else set()
    return "" if any(changed <= group for group in _SISTERS) else "名称只差一个字"
