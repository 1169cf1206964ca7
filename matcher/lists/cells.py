"""One cell at a time: options, dates, credit codes, certificates of a list to their typed form.

Each reader returns the value and, where the text could not be read as written, what is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from matcher.knowledge import kind
from matcher.text import fold, has_chinese

_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_NOTHING = frozenset(
    {
        "",
        "无",
        "否",
        "没有",
        "暂无",
        "-",
        "--",
        "/",
        "—",
        "——",
        "不适用",
        "n/a",
        "na",
        "none",
        "未认定",
        "非",
    }
)
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?)?月?(?:\s.*|T.*)?"
)
_COMPACT_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_OPEN_DATES = frozenset({"长期", "长期有效", "永久", "不限", "无期限", "持续有效"})


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing (无, /, —)."""
    return fold(text) in _NOTHING


def read_option(key: str, text: str) -> tuple[str, str]:
    """The label of an option cell (category, tier, disclosure, county) and a complaint.

    A text that no option knows is an empty label with a complaint, save for ``county``, where
    any other place is a place.
    """
    if is_nothing(text):
        return "", ""
    folded = fold(text)
    for label, also in _options(key):
        if any(word in folded for word in also):
            return label, ""
    if key == "county":
        return text, ""
    choices = "、".join(label for label, _ in kind().options[key])
    return "", f"“{text}”不在可选范围（{choices}）"


@cache
def _options(key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (label, tuple(dict.fromkeys(fold(word) for word in (label, *also))))
        for label, also in kind().options[key]
    )


def read_date(text: str) -> tuple[str, str]:
    """A date as ISO text and a complaint; 长期 and the like are an open end, kept as written.

    A month without a day ends on its last day.
    """
    if is_nothing(text):
        return "", ""
    if text in _OPEN_DATES:
        return text, ""
    found = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text.strip())
    if found:
        year, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
        try:
            if day:
                return dt.date(year, month, day).isoformat(), ""
            after = dt.date(year + month // 12, month % 12 + 1, 1)
            return (after - dt.timedelta(days=1)).isoformat(), ""
        except ValueError:
            return "", f"“{text}”不是存在的日期"
    return "", f"“{text}”不是日期"


def check_character(body: str) -> str:
    """Check character of the first 17 characters of a credit code, by GB 32100-2015.

    Raises:
        ValueError: A character outside the standard's alphabet.
    """
    total = sum(
        _CODE_CHARACTERS.index(c) * weight for c, weight in zip(body, _CODE_WEIGHTS, strict=True)
    )
    return _CODE_CHARACTERS[(31 - total % 31) % 31]


def read_credit_code(text: str) -> tuple[str, str]:
    """A 统一社会信用代码 in upper case, and a complaint where it cannot be right.

    The code is kept as written even when it is wrong: it is what the firm's row says.
    """
    if is_nothing(text):
        return "", ""
    code = re.sub(r"[\s\-_.]", "", text).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text.upper().replace(" ", "")):
        return text, "代码被表格软件变成了科学计数，后几位已丢失"
    if len(code) != 18:
        return code, f"代码应为 18 位，实为 {len(code)} 位"
    wrong = [c for c in code if c not in _CODE_CHARACTERS]
    if wrong:
        return code, f"代码含有不允许的字符 {'、'.join(dict.fromkeys(wrong))}"
    if check_character(code[:17]) != code[17]:
        return code, "代码的校验位不符，可能抄错了一位"
    return code, ""


def looks_like_firm(text: str) -> bool:
    """Whether a text is the name of a firm or cooperative and nothing else."""
    return has_chinese(text) and bool(
        re.fullmatch(
            r"[\w（）()·]{2,30}(?:公司|合作社|集团|厂|农场|经营部|工作室|中心|研究院)", text
        )
    )
