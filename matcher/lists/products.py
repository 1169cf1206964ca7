"""Several products in one cell (阀门、法兰、管件) to several names, or one.

A cell is split only where every part is a name by itself, if need be after a shared head is
handed down: 液位、压力、温度变送器 is three 变送器. Where that is in doubt the cell stays one name,
because half a name (液碱 of 液碱、盐酸罐车运输) would be matched with the wrong firms.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from matcher.knowledge import product_terms, services, words
from matcher.text import clean, clean_lines, fold, has_chinese

_STRONG = "、；;"
_WEAK = "，,/／\n"  # these also stand inside one name or between the clauses of a sentence
_MARK = (
    r"[▲★☆●◆■□△※#*]+|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]|\d{1,2}\s*[、．]|"
    r"\d{1,2}\.(?!\d)|[①-⑳]|[一二三四五六七八九十]{1,3}[、．.]"
)
_SEVERAL = re.compile(rf"[{_STRONG}{_WEAK}\d①-⑳]")  # without one of these a cell is one name
_LEADING_MARK = re.compile(rf"^(?:(?:{_MARK})\s*)+")
_INLINE_NUMBER = re.compile(r"(?:^|(?<=[\s；;，,、。]))(?:(\d{1,2})\s*[、．.)）](?!\d)|([①-⑳]))\s*")
_ETC = re.compile(r"等([\u4e00-\u9fff]{0,6})$")
_AND = re.compile(r"(?:以及|和|及|与|或)")
_CODE = re.compile(r"[0-9A-Za-z#.\-]+")
_NO_PART = re.compile(
    r"[。！？：:=≥≤%]|\d{4,}|(?:GB|HG|YS|JB|NY|FZ|SY|ISO|ASTM)[/\s]?T?\s*\d", re.IGNORECASE
)
_TAIL = re.compile(
    r"(?:[(（][^()（）]*[)）]|[0-9A-Za-z#.\-]+)$"
)  # a remark or a code behind a name
_LONGEST_PART = 16
_LONGEST_NAME = 12
_OPEN, _CLOSE = "(（[【{〔《“", ")）]】}〕》”"


@lru_cache(maxsize=8192)
def split_products(cell: str) -> tuple[str, ...]:
    """Product names in a cell, in the order written; one name where the cell is not a list.

    Never empty for a cell that holds text; joined parts never lose a name.
    """
    text = clean_lines(cell)
    whole = _unmark(clean(cell)).strip(_STRONG + "，, ") or clean(cell)
    if not _SEVERAL.search(text) or not has_chinese(text) or fold(whole) in _folded_terms():
        return (whole,) if whole else ()
    numbered = _numbered(text)
    if numbered and all(len(p) <= _LONGEST_PART and has_chinese(p) for p in numbered):
        return tuple(dict.fromkeys(numbered))
    parts, separators = _cut(text)
    if len(parts) < 2:
        return (whole,)
    return tuple(dict.fromkeys(_named(parts, separators))) or (whole,)


def _unmark(text: str) -> str:
    return _LEADING_MARK.sub("", text).strip()


def _numbered(text: str) -> list[str]:
    """Items of ``1.闸阀 2.球阀`` where the numbers count up from 1, else empty."""
    marks = list(_INLINE_NUMBER.finditer(text))
    numbers = [int(m[1]) if m[1] else ord(m[2]) - ord("①") + 1 for m in marks]
    if len(marks) < 2 or marks[0].start() or numbers != list(range(1, len(marks) + 1)):
        return []
    ends = [m.start() for m in marks[1:]] + [len(text)]
    items = [
        clean(text[m.end() : end].strip("；;，,、。 \n"))
        for m, end in zip(marks, ends, strict=True)
    ]
    return items if all(items) else []


def _cut(text: str) -> tuple[list[str], set[str]]:
    """Parts at separators that stand outside brackets, and the separators seen."""
    parts, depth, current = [], 0, ""
    seen: set[str] = set()
    for i, c in enumerate(text):
        depth += (c in _OPEN) - (c in _CLOSE)
        number = c in ",，/／" and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
        if (c in _STRONG or c in _WEAK) and depth <= 0 and not number:
            seen.add(c)
            parts.append(current)
            current = ""
        else:
            current += c
    parts.append(current)
    return [bare for part in parts if (bare := _unmark(part))], seen


def _named(parts: list[str], separators: set[str]) -> list[str]:
    """The parts as full names, or empty where some part cannot be one."""
    last = parts[-1]
    if found := _ETC.search(last):
        first = last[: found.start()].strip()
        if _service_of(last):
            return []  # 罗拉、齿轮轴等纺机零件加工 is one service, the parts are examples
        if not found[1] or is_name(first):  # 不等边角钢 holds no 等
            parts = parts[:-1] + [first] * bool(first)
    bare = [_without_tail(part) for part in parts]
    if len(parts) < 2 or any(len(b) > _LONGEST_PART or _NO_PART.search(b) for b in bare):
        return []
    strong = separators <= set(_STRONG)
    pair = _AND.split(parts[-1])
    if len(pair) == 2 and all(len(p) >= 2 and is_name(p) for p in pair):
        parts = parts[:-1] + pair
    if any(_is_bare(part) for part in parts):
        return _with_head(parts) if strong else []
    service = _service_of(parts[-1])
    if service and not all(_service_of(part) for part in parts[:-1]):
        if all(is_name(part) or _service_of(part) for part in parts[:-1]) and strong:
            return [p if _service_of(p) else p + service for p in parts]
        return []
    if all(is_name(part) for part in parts):
        return parts
    return parts if strong and all(_shaped_like_name(part) for part in parts) else []


def _service_of(part: str) -> str:
    """The service that a part ends in, empty if none; the parts before it may share it."""
    return next((word for word in services("split") if part.endswith(word)), "")


def _is_bare(part: str) -> bool:
    """A part that only modifies: 温度, 高, 304."""
    return len(part) == 1 or fold(part) in words("modifiers") or bool(_CODE.fullmatch(part))


def _with_head(parts: list[str]) -> list[str]:
    """Hand the head of a part down to the bare parts before it; empty where there is none."""
    full: list[str] = []
    follower = ""
    for part in reversed(parts):
        if not _is_bare(part):
            follower = part
            if not (is_name(part) or _shaped_like_name(part) or _CODE.match(part)):
                return []
            full.append(part)
            continue
        head = _head_for(part, follower)
        if not head:
            return []
        full.append(part + head)
    return full[::-1]


def _head_for(bare: str, follower: str) -> str:
    """What ``bare`` shares with the part behind it: 变送器 for 液位 before 温度变送器."""
    if code := _CODE.match(follower):
        rest = follower[code.end() :].strip()
        return rest if _CODE.fullmatch(bare) and has_chinese(rest[:1]) else ""
    if _CODE.fullmatch(bare):
        return ""
    if len(bare) == 1:  # 高、低压开关柜: one character stands for one character
        head = follower[1:]
        both = {bare, follower[:1]} <= words("modifiers")
        return head if head and (both or is_name(bare + head)) else ""
    head = head_of(follower)
    return head if len(head) < len(follower) else ""


def _shaped_like_name(part: str) -> bool:
    """Short and Chinese but for a code in front or behind (C型钢, 闸阀DN100)."""
    part = _without_tail(part)
    bare = part[code.end() :] if (code := _CODE.match(part)) else part
    return len(bare) >= 2 and len(part) <= 8 and all(has_chinese(c) for c in bare)


def _without_tail(part: str) -> str:
    return _TAIL.sub("", part, count=1).strip() or part


@cache
def _folded_terms() -> frozenset[str]:
    return frozenset(fold(term) for term in product_terms())


def is_name(part: str) -> bool:
    """Whether a text ends in a product name of the lexicon, so that it is a name by itself."""
    folded = fold(_without_tail(part))
    if folded in words("modifiers") or not has_chinese(folded):
        return False
    return any(
        folded[-n:] in _folded_terms() for n in range(min(len(folded), _LONGEST_NAME), 1, -1)
    )


def head_of(name: str) -> str:
    """What stands behind the modifier that a name begins with (温度变送器 → 变送器), or empty."""
    folded = fold(name)
    if len(folded) != len(name):
        return ""
    for length in range(len(name) - 2, 0, -1):
        if folded[:length] in words("modifiers"):
            return name[length:]
    return ""
