"""What yarns and cloths are made of (成分、混纺比): T65/C35, 涤65%棉35%, 100%棉."""

from __future__ import annotations

import re

from matcher.terms.attribute import Attribute

_LETTERS = {"t": "涤", "c": "棉", "r": "粘", "n": "锦", "a": "腈", "w": "毛", "l": "麻", "jc": "棉"}
_BLENDS = {"cvc": ["c", "t"], "tc": ["t", "c"], "tr": ["t", "r"]}
_WORDS = {
    "涤": "涤纶|涤|聚酯纤维|聚酯", "棉": "精梳棉|纯棉|棉花|棉", "粘": "粘胶纤维|粘胶|粘纤|粘|人棉",
    "锦": "锦纶|尼龙|锦", "氨": "氨纶|莱卡|氨", "腈": "腈纶|腈", "绒": "山羊绒|羊绒", "毛": "羊毛|毛",
    "麻": "亚麻|苎麻|麻", "丝": "桑蚕丝|真丝|蚕丝", "维": "维纶|维", "莫": "莫代尔", "天": "莱赛尔|天丝",
}  # fmt: skip
_FIBRE = {word: name for name, words in _WORDS.items() for word in words.split("|")}
_ANY = "|".join(sorted(_FIBRE, key=lambda w: (-len(w), w)))
_SHORT = "jc|[tcrnawl]"
_LETTERED = re.compile(
    rf"(?<![a-z])(?:(?:{_SHORT})\s?\d{{1,3}}%?\s?/\s?){{1,3}}(?:{_SHORT})\s?\d{{1,3}}%?(?![\d.])"
)
_PAIRED = re.compile(
    rf"(?<![a-z])(?:(cvc|tc|tr)|({_SHORT})/({_SHORT})(?:/({_SHORT}))?)\s?[(]?\s?(\d{{1,2}})\s?/\s?(\d{{1,2}})(?:/(\d{{1,2}}))?(?![\d.])"
)
_BEHIND = re.compile(rf"(?:(?:{_ANY})\s?(?:\d{{1,3}}(?:\.\d)?)%?[\s,/+、]*)+")
_BEFORE = re.compile(rf"(?:\d{{1,3}}(?:\.\d)?%\s?(?:{_ANY})[\s,/+、]*)+")
_SIGNS = re.compile(
    rf"[{''.join(_WORDS)}]|[cnrt][vctr]?\s?[/c\d(]"
)  # a cheap test before all others
_PART_BEHIND = re.compile(rf"({_ANY})\s?(\d{{1,3}}(?:\.\d)?)")
_PART_BEFORE = re.compile(rf"(\d{{1,3}}(?:\.\d)?)%\s?({_ANY})")
_PART_LETTERED = re.compile(rf"({_SHORT})\s?(\d{{1,3}})")


def compositions(text: str) -> tuple[list[Attribute], str]:
    """Compositions in folded text, and the text without them.

    Only shares that make a hundred are a composition: 涤65/棉35 is one, 棉50 is none.
    """
    found: list[Attribute] = []
    if not _SIGNS.search(text):
        return found, text

    def take(match: re.Match[str]) -> str:
        shares = _shares(match)
        if shares is None or abs(sum(shares.values()) - 100) > 0.5:
            return match[0]
        if len(shares) == 1 and "%" not in match[0]:
            return match[0]  # 丝100米 is a length
        code = "".join(f"{name}{share:g}" for name, share in sorted(shares.items()))
        found.append(Attribute("成分", code=code, text=match[0].strip(" ,/+、")))
        return " "

    for pattern in (_PAIRED, _LETTERED, _BEFORE, _BEHIND):
        text = pattern.sub(take, text)
    return found, text


def _shares(match: re.Match[str]) -> dict[str, float] | None:
    """Fibre → its share in per cent; None where a fibre is named twice."""
    written = match[0]
    if match.re is _PAIRED:
        names = (
            _BLENDS[match[1]]
            if match[1]
            else [match[2], match[3], *([match[4]] if match[4] else [])]
        )
        numbers = [n for n in match.groups()[4:] if n]
        if len(names) != len(numbers):
            return None
        parts = [(_LETTERS[n], float(x)) for n, x in zip(names, numbers, strict=True)]
    elif match.re is _LETTERED:
        parts = [(_LETTERS[n], float(x)) for n, x in _PART_LETTERED.findall(written)]
    elif match.re is _BEFORE:
        parts = [(_FIBRE[n], float(x)) for x, n in _PART_BEFORE.findall(written)]
    else:
        parts = [(_FIBRE[n], float(x)) for n, x in _PART_BEHIND.findall(written)]
    shares = dict(parts)
    return shares if len(shares) == len(parts) else None
