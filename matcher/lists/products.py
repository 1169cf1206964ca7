"""Several products in one cell (阀门、法兰、管件) to several names, or one.

A cell is split only where every part is a name by itself, if need be after a shared head is
handed down: 液位、压力、温度变送器 is three 变送器.
"""

from __future__ import annotations

import re
from functools import cache

from matcher.knowledge import product_terms, words
from matcher.text import clean_lines, fold, has_chinese

_SEPARATORS = "、，,；;/／\n"
_LEADING_MARK = re.compile(
    r"^(?:[▲★☆●◆■□△※#*]+\s*|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]\s*|"
    r"\d{1,2}\s*[、．]\s*|\d{1,2}\.(?!\d)\s*|[①-⑳]\s*|[一二三四五六七八九十]{1,3}[、．.]\s*)+"
)
_TRAILING_ETC = re.compile(r"(?:等等|等系列产品|等产品|系列产品|等)$")
_AND = re.compile(r"(?:以及|和|及|与|或)")
_LONGEST_PART = 16
_LONGEST_HEAD = 6
_OPEN, _CLOSE = "(（[【{〔《“", ")）]】}〕》”"


def split_products(cell: str) -> tuple[str, ...]:
    """Product names in a cell, in the order written; one name where the cell is not a list.

    Never empty for a cell that holds text; joined parts never lose a name.
    """
    text = clean_lines(cell)
    whole = " ".join(text.split("\n")) if not has_chinese(text) else text.replace("\n", "")
    whole = _unmark(whole) or whole
    if not has_chinese(text):
        return (whole,) if whole else ()
    by_line = [_unmark(line) for line in text.split("\n")]
    numbered = len(by_line) > 1 and all(_LEADING_MARK.match(line) for line in text.split("\n"))
    if numbered and all(0 < len(line) <= _LONGEST_PART and has_chinese(line) for line in by_line):
        return tuple(dict.fromkeys(by_line))
    parts, separators = _cut(_unmark(text))
    if len(parts) < 2:
        return (whole,)
    named = _named(parts, separators)
    return tuple(dict.fromkeys(named)) if named else (whole,)


def _unmark(text: str) -> str:
    return _LEADING_MARK.sub("", text).strip()


def _cut(text: str) -> tuple[list[str], set[str]]:
    """Parts at separators that stand outside brackets, and the separators seen."""
    parts, depth, current = [], 0, ""
    seen: set[str] = set()
    for i, c in enumerate(text):
        depth += (c in _OPEN) - (c in _CLOSE)
        number = c in ",，/／、" and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
        if c in _SEPARATORS and depth <= 0 and not number:
            seen.add(c)
            parts.append(current)
            current = ""
        else:
            current += c
    parts.append(current)
    return [part.strip() for part in parts if part.strip()], seen


def _named(parts: list[str], separators: set[str]) -> list[str]:
    """The parts as full names, or empty where some part cannot be one."""
    parts = parts[:-1] + [_TRAILING_ETC.sub("", parts[-1]).strip()]
    if not parts[-1]:
        parts.pop()
    if len(parts) < 2 or any(len(part) > _LONGEST_PART or not _plausible(part) for part in parts):
        return []
    last = _AND.split(parts[-1])
    if len(last) == 2 and all(len(p) >= 2 and is_name(p) for p in last):
        parts = parts[:-1] + last
    if all(is_name(part) for part in parts):
        return parts
    head = head_of(parts[-1])
    bare = [part for part in parts[:-1] if not is_name(part)]
    if head and len(head) < len(parts[-1]) and all(len(part) <= 6 for part in bare):
        return [part if is_name(part) else part + head for part in parts]
    # Weaker separators also stand inside one name (PP/PE编织袋, a wrapped line): known names only.
    if separators & set("/／\n") or any(part in words("modifiers") for part in parts):
        return []
    return parts if all(_shaped_like_name(part) for part in parts) else []


def _plausible(part: str) -> bool:
    """No standard number, no dimension, no sentence."""
    if re.search(r"[。！？：:=≥≤%]|\d{4,}|(?:GB|HG|YS|JB|NY|FZ|SY|ISO|ASTM)[/\s]?[T]?\s*\d", part):
        return False
    return any(c.isalpha() for c in part)


def _shaped_like_name(part: str) -> bool:
    return 2 <= len(part) <= 8 and all(has_chinese(c) for c in part)


@cache
def _folded_terms() -> frozenset[str]:
    return frozenset(fold(term) for term in product_terms())


def is_name(part: str) -> bool:
    """Whether a text ends in a product name of the lexicon, so that it is a name by itself."""
    folded = fold(part)
    if folded in words("modifiers"):
        return False
    return bool(_known_suffix(folded, len(folded)))


def head_of(name: str) -> str:
    """The longest known head with a modifier before it (温度变送器 → 变送器); empty if none."""
    folded = fold(name)
    if len(folded) != len(name):
        return ""
    for length in range(min(_LONGEST_HEAD, len(name) - 1), 0, -1):
        rest, suffix = folded[:-length], folded[-length:]
        if suffix in _folded_terms() and (rest in words("modifiers") or length > 1):
            return name[-length:]
    known = [m for m in words("modifiers") if folded.startswith(m) and len(m) < len(folded)]
    return name[len(max(known, key=len)) :] if known else ""


def _known_suffix(folded: str, longest: int) -> str:
    for length in range(min(longest, 12), 1, -1):
        if folded[-length:] in _folded_terms():
            return folded[-length:]
    return folded if folded in _folded_terms() else ""
