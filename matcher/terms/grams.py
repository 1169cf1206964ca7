"""Tokens of the vector space of names, and how much each family of tokens counts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matcher.text import letters

_DIGIT = re.compile(r"\d")
_INSIDE = re.compile(r"[./\-+#×]")
_MODEL = re.compile(r"[a-z][a-z./\-]*\d|\d[./\-]\d*[a-z]")
_NUMBER = re.compile(r"\d{3,}(?:[./\-]\d+)*")
_WORD = re.compile(r"[a-z\u3400-\u9fff%°]")
_RUN = re.compile(r"[a-z0-9φμω][a-z0-9φμω./\-+#×]*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN_RUN = re.compile(_RUN.pattern.partition("|")[0])
_COUNTS = "个只台套条件批项种类家户道年月日天家次倍元万亿吨"  # how many, and not which
_LATIN = "\u3400"  # runs of letters and digits begin below it
ROW = "r:"  # before the tokens of whole rows


def runs(folded: str) -> list[str]:
    """The maximal runs of Chinese characters, and of Latin letters and digits, of a folded text."""
    return _RUN.findall(folded)


def chinese_mask(signs: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which code points belong to the Chinese runs of :func:`runs`."""
    common = (signs >= 0x3400) & (signs <= 0x9FFF)
    return np.asarray(common | ((signs >= 0x20000) & (signs <= 0x3FFFF)))


def is_latin(run: str) -> bool:
    """Whether a run is of letters and digits."""
    return run[0] < _LATIN


def grams(
    name: str, core: str, canonical: str, words: Iterable[str], concept: str
) -> tuple[str, ...]:
    """Tokens of one name; a token may occur several times.

    Chinese runs give characters and their bi- and trigrams; codes and Latin words give themselves
    and their inner n-grams, with their two ends marked, so that one wrong digit is near; words
    give themselves; the end of the core is marked, because there the head stands. The canonical
    name adds its own n-grams, so that synonyms meet.
    """
    found = _run_grams(name)
    found += [f"w:{word}" for word in words]
    found += end_grams(letters(core))
    if canonical != letters(name):
        found += _run_grams(canonical)
        found += end_grams(canonical)
    if concept:
        found.append(f"s:{concept}")
    return tuple(found)


def weight(token: str) -> float:
    """How much a token counts beside its rarity.

    A single character says most of a Chinese name, for synonyms often share no more (刹车油, 制动油);
    trigrams and longer ends repeat what bigrams said. Chosen among 0 to 3 for each family on
    public sets that nothing is fitted on.
    """
    if token[:2] == ROW:
        return weight(token[2:])
    if token[:2] == "$:":
        return 1.0 if len(token) == 3 else 0.5
    if token[0] >= _LATIN:
        return {1: 2.0, 3: 0.5}.get(len(token), 1.0)
    return 1.0


def codes_of(run: str) -> list[str]:
    """What a Latin run holds of models, grades and numbers, squeezed: itself, then its parts.

    A word without a digit is no code. ``ezxs88w-na`` is also ``ezxs88w``.
    """
    if len(run) < 2 or not _DIGIT.search(run):
        return []
    if run.isalnum():
        return [run]
    parts = [part for part in _INSIDE.split(run) if len(part) > 2 and _DIGIT.search(part)]
    return list(dict.fromkeys([letters(run), *map(letters, parts)]))


def models(text: str) -> frozenset[str]:
    """Models, sizes and numbers by which a product is ordered (6205-2rs, ss34, 0603, 90号 = 90#).

    A number with a unit behind it is a measure and no model: 8mhz, 280粒.
    """
    found: set[str] = set()
    for match in _LATIN_RUN.finditer(text):
        run = match[0]
        if not _DIGIT.search(run):
            continue
        behind = text[match.end() : match.end() + 1]
        if _MODEL.search(run) or (_NUMBER.fullmatch(run) and not _WORD.match(behind)):
            found.update(codes_of(run))
        elif (number := run.removesuffix("#")).isdigit() and (
            number != run or behind in {"号", "型"}
        ):
            found.add(f"{number}号")
    return frozenset(found)


_FIGURE = re.compile(
    r"[a-z]?\d+(?:\.\d+)?[#\u3400-\u9fff]|[一二两三四五六七八九十](?=[层级芯股轴联极针孔档代门座爪辊])[\u3400-\u9fff]"
)
_NUMERALS = str.maketrans("一二两三四五六七八九", "1223456789")


def figures(text: str) -> frozenset[str]:
    """Numbers with the sign that says what they count (128孔, 441#, 五层 as 5层, k9级)."""
    found = {match[0].translate(_NUMERALS).replace("十", "10") for match in _FIGURE.finditer(text)}
    return frozenset(found - {figure for figure in found if figure[-1] in _COUNTS})


def text_grams(text: str) -> tuple[str, ...]:
    """Tokens of all that a row says of a product, name and specification together."""
    return tuple(f"{ROW}{token}" for token in _run_grams(text))


def end_grams(name: str) -> list[str]:
    """The marked last one, two and three characters of a squeezed name."""
    return [f"$:{name[-n:]}" for n in (1, 2, 3) if len(name) >= n]


def whole_grams(run: str) -> list[str]:
    """Tokens of a whole Latin run: its codes, or itself if it is a word."""
    return [f"c:{code}" for code in codes_of(run)] or [f"a:{run}"]


def latin_grams(run: str) -> list[str]:
    """Tokens of one run of letters and digits: itself or its codes, and its inner n-grams."""
    inner = letters(run)
    bounded = f"^{inner}$"
    found = whole_grams(run)
    found += [inner[i : i + 2] for i in range(len(inner) - 1)]
    found += [bounded[i : i + n] for n in (3, 4) for i in range(len(bounded) - n + 1)]
    return found


def _run_grams(text: str) -> list[str]:
    found: list[str] = []
    for run in runs(text):
        if is_latin(run):
            found += latin_grams(run)
        else:
            found += [run[i : i + n] for n in (1, 2, 3) for i in range(len(run) - n + 1)]
    return found
