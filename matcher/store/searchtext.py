"""Texts as the full-text index holds them: a token a Chinese character, codes in every spelling.

With a token a character any word is an exact phrase, whatever a segmenter makes of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.text import fold

# A term is the alternatives of which one must be found; all terms must be.
Term = Sequence[str]

_CHINESE = re.compile("([\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
_TOKEN = re.compile(r"[^\W_]+")
_CODE = re.compile(r"[^\W_]+(?:[ ./_-]{1,2}[^\W_]+)+")
_JOINED = 4  # parts of a code that are joined: gb + t + 8163 + 2018


def search_text(*texts: str | None) -> str:
    """What is indexed of these texts.

    Codes stand there once more without their signs: ``GB/T 8163`` is also found as ``GBT8163``,
    ``PN 16`` as ``PN16``.
    """
    spaced = _spaced("\n".join(text for text in texts if text))
    joined = [word for code in _CODE.findall(spaced) for word in _joined(code)]
    return " ".join([spaced, *joined])


def _spaced(text: str) -> str:
    folded = fold(text)
    return folded if folded.isascii() else _CHINESE.sub(r" \1 ", folded)


def _joined(code: str) -> list[str]:
    parts = [part for part in _TOKEN.findall(code) if part.isascii()]
    return [
        "".join(parts[i : i + _JOINED])
        for i, part in enumerate(parts[:-1])
        if part.isalpha() or i == 0
    ]


def expression(terms: Sequence[Term], columns: Sequence[str]) -> str:
    """The terms as FTS5 is asked for them: each alternative a phrase, within these columns.

    The last token of a phrase may go on where it is a Latin word or a number, as people type codes:
    ``Q355`` finds ``Q355B``. Empty where no term has a letter or a digit.
    """
    wanted = [" OR ".join(filter(None, map(_phrases, term))) for term in terms]
    if not wanted or not all(wanted):
        return ""
    return f"{{{' '.join(columns)}}} : ({' AND '.join(f'({each})' for each in wanted)})"


def _phrases(text: str) -> str:
    tokens = _TOKEN.findall(_spaced(text))
    if not tokens:
        return ""
    goes_on = " *" if tokens[-1].isascii() else ""
    phrase = f'"{" ".join(tokens)}"{goes_on}'
    if len(tokens) > 1 and all(token.isascii() for token in tokens):
        return f'{phrase} OR "{"".join(tokens)}" *'
    return phrase
