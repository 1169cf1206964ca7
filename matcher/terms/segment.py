"""Words of a folded text by jieba, with the lexicon's names as user words.

``rjieba`` gives the same words some ten times faster and is used where it can be imported. HMM is
off in both: only then are they identical, and new words guessed by a model would change with it.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matcher.knowledge import contrasts, interchangeable, product_terms, words
from matcher.text import fold


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Two ways to cut folded text: each character once, or with the sub-words of long words."""

    cut: Callable[[str], list[str]]
    search: Callable[[str], list[str]]


# High enough that a known name stays one word, whatever its parts' frequencies.
_FREQUENCY = 20_000
# Names with signs in them are cut differently by the two backends, and a Latin abbreviation would
# be cut out of the middle of a longer word (led out of sealed). The lexicon still knows them.
_PLAIN = re.compile(r"(?=.*[\u4e00-\u9fff])[0-9a-z\u4e00-\u9fff]{2,}")
BACKENDS = ("rjieba", "jieba")


def user_words() -> list[str]:
    """Names of the lexicon that the segmenter should keep whole, folded and sorted, each once."""
    known = {*product_terms(), *words("modifiers"), *interchangeable()}
    known.update(spelling for members in contrasts() for each in members for spelling in each)
    return sorted({word for word in map(fold, known) if _PLAIN.fullmatch(word)})


@cache
def segmenter(backend: str = "") -> Segmenter:
    """The segmenter, with the lexicon's names loaded.

    Args:
        backend: ``rjieba``, ``jieba``, or empty for the fastest at hand. The environment variable
            ``XIESHOU_SEGMENTER`` names one for tests and benchmarks.
    """
    wanted = backend or os.environ.get("XIESHOU_SEGMENTER", "")
    if wanted != "jieba":
        try:
            return _rjieba()
        except ImportError:
            if wanted == "rjieba":
                raise
    return _jieba()


def _rjieba() -> Segmenter:
    import rjieba

    tokenizer = rjieba.Jieba()
    for word in user_words():
        tokenizer.add_word(word, _FREQUENCY, "n")
    return Segmenter(
        cut=lambda text: list(tokenizer.cut(text, False)),  # noqa: FBT003 - hmm, by position
        search=lambda text: list(tokenizer.cut_for_search(text, False)),  # noqa: FBT003
    )


def _jieba() -> Segmenter:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    # jieba's cache has one name in the shared temporary folder: another user's file would be
    # read and trusted. A folder of this user's own cannot be written by others.
    folder = Path(tempfile.gettempdir()) / f"xieshou-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    for word in user_words():
        # jieba counts a word that it knows already twice in its total, rjieba once.
        tokenizer.total -= tokenizer.FREQ.get(word) or 0
        tokenizer.add_word(word, _FREQUENCY, "n")
    return Segmenter(
        cut=lambda text: list(tokenizer.cut(text, HMM=False)),
        search=lambda text: list(tokenizer.cut_for_search(text, HMM=False)),
    )


def _user() -> str:
    getuid = getattr(os, "getuid", None)
    return str(getuid()) if getuid else re.sub(r"\W", "", os.environ.get("USERNAME", "user"))
