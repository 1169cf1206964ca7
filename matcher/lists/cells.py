"""One cell at a time: options, dates, credit codes, certificates of a list to their typed form.

Each reader returns the value and, where the text could not be read as written, what is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache

from matcher.knowledge import kind
from matcher.text import clean, fold, has_chinese

_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_NOTHING = frozenset(
    ["", "无", "否", "没有", "暂无", "-", "--", "/", "\\", "—", "——", "不适用", "n/a", "na", "none",
     "未认定", "非"]
)  # fmt: skip
_LONGEST_NOTHING = 6
_PROTECTED = re.compile(r'="(.*)"|[\'`](?=\d{6})(.*)', re.DOTALL)  # ="0012" and '0012
_YES = frozenset({"是", "√", "✓", "✔", "有", "Y", "y", "yes", "Yes", "YES"})
_NO_TIER = re.compile(r"(?:非|不是|不属于|未|尚未|没有|无)")
_NOT_OPEN = re.compile(
    r"^(?:否|不|非|未|勿)|(?:不|非|未|勿|禁止|谢绝|拒绝)[^,;。、]{0,4}(?:公开|展示|发布|披露)"
)
_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*[日号]?)?月?底?(?:\s.*|T.*)?|年底?)"
)
_COMPACT_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_SERIAL_DATE = re.compile(r"([3-6]\d{4})(?:\.\d+)?")  # 1982 to 2091, as a workbook counts days
_FIRST_DAY = dt.date(1899, 12, 30)
_DATE_WORDS = re.compile(
    r"^(?:有效期)?(?:截至|截止到?|至|到|于)\s*|\s*(?:以?前|之前|止|为止|到期|截止)$"
)
_DATE_RANGE = re.compile(r".*\d[日号]?\s*(?:至|到|~|～|—+|–|--| - |-(?=\d{4}))\s*(\d{4}.*)")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_OPEN_DATES = frozenset({"长期", "长期有效", "永久", "不限", "无期限", "持续有效"})


def clean_cell(cell: str) -> str:
    """The clean text of a cell that is not empty, without what keeps a code text in exports."""
    if cell[0] in "='`" and (found := _PROTECTED.fullmatch(cell)):
        return clean(found[1] if found[1] is not None else found[2])
    return clean(cell)


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing (无, /, —)."""
    return len(text) <= _LONGEST_NOTHING and _says_nothing(text)


@lru_cache(maxsize=8192)
def _says_nothing(text: str) -> bool:
    return fold(text) in _NOTHING


@lru_cache(maxsize=4096)
def read_option(key: str, text: str, heading: str = "") -> tuple[str, str]:
    """The label of an option cell (category, tier, disclosure, county) and a complaint.

    A text that no option knows is an empty label with a complaint, save for ``county``, where
    any other place is a place, and ``disclosure``. 是 and √ answer the question that the heading
    asks (是否专精特新).
    """
    if key == "disclosure":
        return _read_disclosure(text, heading)
    if is_nothing(text) or (key == "tier" and _NO_TIER.match(text)):
        return "", ""
    folded = fold(heading if text in _YES else text)
    for label, also in _options(key):
        if any(word in folded for word in also):
            return label, ""
    if key == "county":
        return text, ""
    choices = "、".join(label for label, _ in kind().options[key])
    return "", f"“{text}”不在可选范围（{choices}）"


def _read_disclosure(text: str, heading: str) -> tuple[str, str]:
    """How far a demand may be shown; in doubt the narrowest, for what was shown stays shown.

    否 under 是否公开 and 是 under 是否保密 both forbid it, and so does 不予公开, though it holds 公开.
    """
    labels = dict(_options("disclosure"))
    narrow, anonymous, wide = labels
    folded = fold(text)
    if "保密" in heading and "公开" not in heading:
        if text in _YES:
            return narrow, ""
        if folded in {"否", "无"} or re.match(r"(?:不|无)(?:需|须|用)?保密", folded):
            return wide, ""
    if folded != "否" and is_nothing(text):
        return "", ""
    if any(word in folded for word in labels[anonymous]):
        return anonymous, ""
    if any(word in folded for word in labels[narrow]) or _NOT_OPEN.search(folded):
        return narrow, ""
    if text in _YES or any(word in folded for word in labels[wide]):
        return wide, ""
    choices = "、".join(labels)
    return narrow, f"“{text}”不在可选范围（{choices}），为稳妥按“{narrow}”处理"


@cache
def _options(key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (label, tuple(dict.fromkeys(fold(word) for word in (label, *also))))
        for label, also in kind().options[key]
    )


@lru_cache(maxsize=4096)
def read_date(text: str) -> tuple[str, str]:
    """A date as ISO text and a complaint; 长期 and the like are an open end, kept as written.

    A year or month without a day ends on its last day, a range on its later end. A number of
    five digits is how a workbook shows a date in a cell that it takes for a number.
    """
    if is_nothing(text):
        return "", ""
    bare = _DATE_WORDS.sub("", text.strip())
    if bare in _OPEN_DATES:
        return bare, ""
    if serial := _SERIAL_DATE.fullmatch(bare):
        return (_FIRST_DAY + dt.timedelta(days=int(serial[1]))).isoformat(), ""
    if several := _DATE_RANGE.fullmatch(bare):
        bare = several[1]
    found = _COMPACT_DATE.fullmatch(bare) or _DATE.fullmatch(bare)
    if not found:
        return "", f"“{text}”不是日期"
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 0)
    try:
        if day:
            return dt.date(year, month, day).isoformat(), ""
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        return (after - dt.timedelta(days=1)).isoformat(), ""
    except (ValueError, OverflowError):
        return "", f"“{text}”不是存在的日期"


def check_character(body: str) -> str:
    """Check character of the first 17 characters of a credit code, by GB 32100-2015.

    Raises:
        ValueError: A character outside the standard's alphabet.
    """
    values = map(_CODE_CHARACTERS.index, body)
    total = sum(value * weight for value, weight in zip(values, _CODE_WEIGHTS, strict=True))
    return _CODE_CHARACTERS[(31 - total % 31) % 31]


@lru_cache(maxsize=4096)
def read_credit_code(text: str) -> tuple[str, str]:
    """A 统一社会信用代码 in upper case, and a complaint where it cannot be right.

    The code is kept as written even when it is wrong: it is what the firm's row says.
    """
    if is_nothing(text):
        return "", ""
    code = re.sub(r"[\s\-_.]", "", text).upper()
    if was_number(text):
        return text, "代码被表格软件变成了科学计数，后几位已丢失"
    if len(code) != 18:
        return code, f"代码应为 18 位，实为 {len(code)} 位"
    wrong = [c for c in code if c not in _CODE_CHARACTERS]
    if wrong:
        return code, f"代码含有不允许的字符 {'、'.join(dict.fromkeys(wrong))}"
    if check_character(code[:17]) != code[17]:
        return code, "代码的校验位不符，可能抄错了一位"
    return code, ""


def whole(text: str) -> str:
    """A number of a telephone or an id without the ``.0`` that programs put behind integers."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


def was_number(text: str) -> bool:
    """Whether a long code was shown as 9.1653E+17: its last digits are gone."""
    return bool(_EXPONENT.fullmatch(text.replace(" ", "")))


_FIRM = re.compile(
    r"[\w（）()·]{2,30}(?:公司|合作社|集团|厂|农场|经营部|工作室|中心|研究院|商行|工厂|门市部)"
)


def looks_like_firm(text: str) -> bool:
    """Whether a text may be the name of a firm or cooperative and nothing else."""
    return has_chinese(text) and bool(_FIRM.fullmatch(text))


def is_firm(text: str) -> bool:
    """Whether a text is surely a firm's name; 加工中心 and 轧钢厂 may be something else."""
    return text.endswith(("公司", "合作社")) and looks_like_firm(text)
