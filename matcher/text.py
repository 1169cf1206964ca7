"""Width, case, punctuation: what lists and terms both need of a text.

Two forms of a text exist everywhere: the *clean* form that people see again (:func:`clean`) and
the *folded* form that is only compared (:func:`fold`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from matcher.knowledge import traditional

# Full-width letters, digits and the signs that stand inside specifications. Chinese punctuation
# （，。；：（）） stays: it is right in Chinese text.
_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
for _keep in "，；：？！（）":
    del _HALF[ord(_keep)]
_HALF[0x3000] = " "
_SPACE_SIGNS = "\t\u00a0\u1680\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B)))
_BREAK_SIGNS = "\x0b\x0c\r\x85\u2028\u2029"
# What nobody sees (joiners, direction marks, variation selectors, tags) and what no document may
# hold (control characters, lone surrogates, no-characters).
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
_CLEAN = {**_HALF, **dict.fromkeys(map(ord, _SPACE_SIGNS), " ")}
_CLEAN |= dict.fromkeys(map(ord, _BREAK_SIGNS), "\n")
_VANISH = re.compile(f"[{_INVISIBLE}]")
_UNCLEAN = re.compile(f"[{_INVISIBLE}\n{re.escape(''.join(map(chr, _CLEAN)))}]")
_SPACES = re.compile(r" {2,}")
_BREAKS = re.compile(r" *\n[ \n]*")
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_WIDE_SPACE = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}])")

_FOLD_SIGNS = str.maketrans(
    {
        "Φ": "φ", "Ø": "φ", "ø": "φ", "∅": "φ", "⌀": "φ", "ф": "φ", "Ф": "φ", "ϕ": "φ",
        "≧": "≥", "⩾": "≥", "﹥": ">", "≦": "≤", "⩽": "≤", "﹤": "<",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-", "─": "-",
        "～": "~", "〜": "~", "∼": "~", "˜": "~", "∽": "~",
        "✕": "×", "✖": "×", "╳": "×", "Х": "×", "х": "×", "∗": "*", "﹡": "*",
        "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "″": '"',
        "（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "「": '"', "」": '"',
        "，": ",", "；": ";", "：": ":", "？": "?", "！": "!", "。": ".", "・": "·", "•": "·",
        "∶": ":", "％": "%", "﹪": "%", "㎜": "mm", "㎝": "cm", "㎏": "kg", "㎡": "m²", "㎥": "m³",
        "℃": "°c", "Ω": "ω", "µ": "μ",
    }
)  # fmt: skip
# Behind a number, a bracket or a length (57mm x 3.5); the x of a model such as MX350 stays.
_TIMES = re.compile(r"(?:(?<=[\dφ.)])|(?<=\dm)|(?<=\d[ cm]m)|(?<=\d [cm]m))\s*[x*×]\s*(?=[\dφ.(])")
_AT_LEAST = re.compile(r">\s*=|=\s*>")
_AT_MOST = re.compile(r"<\s*=|=\s*<")
_NO_LETTER = re.compile(r"[\W_]+")
_GAPS = str.maketrans({" ": None, ",": None, "x": "×", "*": "×"})
# A comma of thousands: 12,000 but not DN200,304 nor 600×400,316L.
_THOUSANDS = re.compile(r"(?<![a-zφ×.\d])\d{1,3}(?:,\d{3})+(?!\d)")
_CHINESE_SIGN = re.compile("[\u3400-\u9fff\U00020000-\U0010ffff]")
_LEGAL_FORM = re.compile(r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|公司|集团)$")
# What a firm's name may begin with: 新疆, 新疆维吾尔自治区, 山东省, 博乐市, 新疆博乐市.
_PROVINCE = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_PLACE = re.compile(
    rf"(?:(?:{_PROVINCE})(?:(?:维吾尔|壮族|回族)?自治区|省|市)?)?(?:[\u4e00-\u9fff]{{2,7}}?(?:自治州|市|县))?"
)


def halve(text: str) -> str:
    """Full-width letters, digits and signs to half width; Chinese punctuation stays."""
    return text.translate(_HALF)


def clean(text: str) -> str:
    """The form of a text that people see again: one line, half width, no invisible characters.

    Line breaks inside a cell are how an office wraps a long name: between two Chinese characters
    they vanish, elsewhere they become a space. Characters that no document may hold (control
    characters, lone surrogates) vanish.
    """
    if "  " not in text and not _UNCLEAN.search(text):  # most cells, and they are many
        return text.strip()
    return _WIDE_BREAK.sub("", clean_lines(text)).replace("\n", " ").strip()


def clean_lines(text: str) -> str:
    r"""Like :func:`clean`, with line breaks kept as ``\n``."""
    if "  " not in text and not _UNCLEAN.search(text):
        return text.strip()
    text = _VANISH.sub("", text.translate(_CLEAN))
    return _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip(" \n")


@lru_cache(maxsize=1 << 14)  # the same cell is asked for several times in a row
def fold(text: str) -> str:
    """The form of a text that is only compared: NFKC, lower case, 简体, one sign for each meaning.

    Idempotent: ``fold(fold(x)) == fold(x)``.
    """
    previous, text = "", clean(text)
    # A second round settles signs that the first one made adjacent.
    while text != previous and not _plain().fullmatch(text):
        previous = text
        text = _fold_once(text)
    return text


def _fold_once(text: str) -> str:
    if text.isascii():  # as most specifications are: nothing to translate
        text = clean(text.lower())
    else:
        if not _single().fullmatch(text):
            text = _turned(text)
        elif not _settled().fullmatch(text):
            text = text.translate(_folded_signs())
        text = clean(text)
        if " " in text:
            text = _WIDE_SPACE.sub("", text)
    if "=" in text:
        text = _AT_MOST.sub("≤", _AT_LEAST.sub("≥", text))
    if "x" in text or "*" in text or "× " in text or " ×" in text:
        text = _TIMES.sub("×", text)
    return _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text) if "," in text else text


def _turned(text: str) -> str:
    """A text with every sign as it is folded, but for what follows from its neighbours."""
    text = unicodedata.normalize("NFKC", text.translate(_FOLD_SIGNS))
    return text.lower().translate(_fold_letters())


# Signs that fold by themselves, whatever stands beside them; nearly all texts have no others.
_CHINESE = "".join(map(chr, range(0x4E00, 0xA000)))
_ALONE = (
    f"{''.join(map(chr, range(0x20, 0x7F)))}{''.join(map(chr, _FOLD_SIGNS))}{_CHINESE}×φ≥≤°ωμ±、"
)
# What folds by its neighbours: spaces, signs of multiplication, ≥ as >=, commas of thousands.
_BESIDE = frozenset(" x*×=,")


@cache
def _single() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_ALONE)}]*")


@cache
def _folded_signs() -> dict[int, str]:
    return {ord(sign): folded for sign in _ALONE if (folded := _turned(sign)) != sign}


@cache
def _settled() -> re.Pattern[str]:
    """Texts of signs that are folded already."""
    return re.compile(f"[{re.escape(''.join(set(_ALONE) - set(map(chr, _folded_signs()))))}]*")


@cache
def _plain() -> re.Pattern[str]:
    """What folding never changes, as most names are: 简体, small letters but x, digits, signs."""
    plain = set(_ALONE) - set(map(chr, _folded_signs())) - _BESIDE
    return re.compile(f"[{re.escape(''.join(plain))}]*")


@cache
def _fold_letters() -> dict[int, str]:
    """繁 → 简, and the signs that NFKC and lower case have just made."""
    return {**traditional(), **_FOLD_SIGNS}


def as_written(folded: str, original: str) -> str:
    """The part of an original text that folds to this, for people to read (``Cu≥20%``, ``PN16``).

    Spaces and commas do not count. What the original does not hold is given back as it is.
    """
    if folded in original:
        return folded
    original = _AT_MOST.sub("≤", _AT_LEAST.sub("≥", clean(original)))
    wanted = _without_gaps(folded)
    signs = [(sign, i) for i, char in enumerate(original) for sign in _fold_sign(char)]
    start = "".join(sign for sign, _ in signs).find(wanted) if wanted else -1
    if start < 0:
        return folded
    return original[signs[start][1] : signs[start + len(wanted) - 1][1] + 1]


@lru_cache(maxsize=4096)
def _fold_sign(char: str) -> str:
    return _without_gaps(_fold_once(char))


def _without_gaps(folded: str) -> str:
    """Folded text without what folding removes or turns according to its neighbours."""
    return folded.translate(_GAPS)


def squeeze(text: str) -> str:
    """Folded text with everything removed that is neither letter nor digit."""
    return letters(fold(text))


def letters(folded: str) -> str:
    """The letters and digits of a text that is folded already, or of a part of one."""
    return folded if folded.isalnum() else _NO_LETTER.sub("", folded)


@lru_cache(maxsize=1 << 14)  # a list names few firms many times
def firm_key(name: str) -> str:
    """A firm's name for comparison: folded, without brackets, spaces and legal form.

    集团 belongs to the name: a group is not its subsidiary.
    """
    bare = squeeze(name)
    for form in ("有限责任公司", "股份有限公司", "有限公司", "责任公司", "公司"):
        if bare.endswith(form) and len(bare) > len(form) + 1:
            return bare.removesuffix(form)
    return bare


def hide_firm(text: str, firm: str) -> str:
    """A text without a firm's name: in full, without its legal form, without its place (匿名).

    Short forms that only people know (甲铜 for 新疆甲铜业有限公司) are not found.
    """
    for name in firm_spellings(firm):
        text = text.replace(name, "（匿名）")
    return text


@lru_cache(maxsize=1 << 12)
def firm_spellings(firm: str) -> tuple[str, ...]:
    """How a text may spell a firm: in full, without its legal form, without its place."""
    bare = _LEGAL_FORM.sub("", firm)
    short = _PLACE.sub("", bare, count=1)
    names = (firm, bare, short if len(short) >= 3 else "")
    return tuple(name for name in names if len(name) >= 2)


_CLEAR = 4  # characters from which a firm's name is found inside a longer text
_FIRMS = re.compile(r"[、，,；;/|\s]+")


def names_firm(text: str, firm: str) -> bool:
    """Whether a text names a firm; a short name must stand alone: 华泰 is not 新华泰纺织."""
    key = firm_key(firm)
    if len(key) < _CLEAR:
        return len(key) >= 2 and key in map(firm_key, _FIRMS.split(text))
    return key in firm_key(text)


def has_chinese(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return _CHINESE_SIGN.search(text) is not None


def number_text(value: float) -> str:
    """A number as people write it: no ``.0``, no exponent, no float noise."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10f}".rstrip("0").rstrip(".")
