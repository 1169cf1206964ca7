"""Specifications in text (规格, 牌号, 标准号) to typed attributes.

Text is expected folded (:func:`matcher.text.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.terms.attribute import Attribute
from matcher.terms.fibres import compositions
from matcher.terms.grades import grades
from matcher.terms.measures import measures

__all__ = [
    "Attribute",
    "Edition",
    "parse_editions",
    "parse_specs",
    "parse_standards",
    "without_standards",
    "written_editions",
]

_STANDARD = re.compile(
    r"(?=[abcdefghijlmnqstxy])(?<![a-z])(?!jc\s?\d{1,3}s(?![a-z0-9]))"  # jc32s is a combed yarn, not a standard
    r"(gb|gjb|gt|hg|ys|jb|ny|fz|sy|dl|nb|jc|jg|jgj|cj|cjj|jt|jtg|tb|qb|sb|ls|ly|sn|dz|mt|xb|yb|yd|sj|"
    r"hj|aq|ga|db\d{2}|iso|iec|astm|asme|api|en|din|jis|ansi|bs|sae|nsf|awwa|nace|dnv)"
    r"\s*/?\s*(?:t|z)?(?:\s*spec)?\s*[-_.]?\s*([a-z]?\d{1,6}(?:\.\d{1,3})*[a-z]?\d*)"
    r"(?:\s*[-:]\s*((?:19|20)\d{2}|\d{2})(?!\d))?"
)
_DIGIT = re.compile(r"\d")
# Bodies whose numbers are short: API 5L, ASTM A53.
_SHORT = re.compile(r"(?:api \d{1,2}[a-z]{1,2}\d?|astm [a-z]\d{2})")


def parse_editions(text: str) -> tuple[tuple[str, str], ...]:
    """Standards in folded text as ``(number, year)``; the year is empty where it is not given.

    GB, GB/T and GT before a number are one body: ``gbt8163-2018`` → ``("gb 8163", "2018")``.
    """
    return tuple(dict.fromkeys(filter(None, map(_edition, _STANDARD.finditer(text)))))


def _edition(match: re.Match[str]) -> tuple[str, str] | None:
    """Number and year of a standard, None where too few figures stand behind the letters (cjx2)."""
    body, number, year = match[1], match[2], match[3] or ""
    name = f"{'gb' if body == 'gt' else body} {number}"
    explicit = "/" in match[0] or "-" in match[0]
    if sum(c.isdigit() for c in number) < (2 if explicit else 3) and not _SHORT.fullmatch(name):
        return None
    return name, f"19{year}" if len(year) == 2 else year


def parse_standards(text: str) -> tuple[str, ...]:
    """Standard numbers in folded text, normalised: ``gbt8163-2018`` → ``gb 8163``.

    GB, GB/T and GT before a number are one body; the year is ignored.
    """
    return tuple(dict.fromkeys(number for number, _ in parse_editions(text)))


@dataclass(frozen=True, slots=True)
class Edition:
    """A standard as a folded text writes it (``gb/t 8163-2018``), and the year in it, if any."""

    written: str
    year: str


def written_editions(text: str) -> dict[str, Edition]:
    """The first mention of each standard in folded text, by the number of :func:`parse_standards`."""
    found: dict[str, Edition] = {}
    for match in _STANDARD.finditer(text):
        if edition := _edition(match):
            found.setdefault(edition[0], Edition(match[0].strip(), edition[1]))
    return found


def without_standards(text: str) -> str:
    """Folded text with its standard numbers taken out."""
    return _STANDARD.sub(lambda match: " " if _edition(match) else match[0], text)


_ALTERNATIVES = re.compile(r"(sdr|pn|dn)(\d+(?:\.\d+)?)((?:/\d+(?:\.\d+)?)+)(?![\da-z%])")


_UP_TO = re.compile(r"(?<=[\da-z%吨米克升度伏瓦件])(?:至|到)(?=-?\d)")


def _each_named(text: str) -> str:
    """sdr11/13.6/17 with the letters before each: sdr11 sdr13.6 sdr17; -25°c至5°c with its ~."""
    if "至" in text or "到" in text:
        text = _UP_TO.sub("~", text)
    if "/" not in text:
        return text
    return _ALTERNATIVES.sub(
        lambda m: " ".join(f"{m[1]}{n}" for n in (m[2], *m[3].strip("/").split("/"))), text
    )


def parse_specs(text: str) -> tuple[Attribute, ...]:
    """Typed attributes in folded text, in the order of their kinds; standards are left out."""
    if not _DIGIT.search(text):  # no attribute is without a number
        return ()
    found, rest = compositions(_each_named(without_standards(text)))
    return tuple(dict.fromkeys([*found, *grades(rest), *measures(rest)]))
