"""Tokens to columns of a vector space, by hashing: a million rows need no dictionary of tokens.

A token's column follows from the token alone, so that lists, shards and runs of other days share
one space. Two tokens meet in one column about once in a million pairs; a column holds tokens of one
:func:`~matcher.terms.grams.weight` only. :func:`column` says where a token stands;
:func:`name_columns` and :func:`text_columns` find the same for many texts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.terms.analyse import Name
from matcher.terms.grams import (
    ROW,
    chinese_mask,
    end_grams,
    is_latin,
    runs,
    weight,
    whole_grams,
)
from matcher.text import letters

WEIGHTS = (0.5, 1.0, 2.0)  # of tokens; each has its own range of columns
_BITS = 20
RANGE = 1 << _BITS
COLUMNS = RANGE * len(WEIGHTS)
_FACTOR = 0x100000001B3  # the prime of FNV-1a
_START = 0xCBF29CE484222325
_MIX = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio (Knuth's multiplicative hashing)
_MASK = (1 << 64) - 1
Codes = NDArray[np.uint64]
Index = NDArray[np.int64]


def _hashed(text: str, start: int = _START) -> int:
    """A text's characters folded into 64 bits, one after the other."""
    for char in text:
        start = ((start ^ ord(char)) * _FACTOR) & _MASK
    return start


@lru_cache(maxsize=1 << 18)
def column(token: str) -> int:
    """The column of a token, below :data:`COLUMNS`."""
    code = _hashed(token)
    spread = ((code ^ (code >> 32)) * _MIX) & _MASK
    return WEIGHTS.index(weight(token)) * RANGE + (spread >> (64 - _BITS))


def column_weights(columns: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """How much the tokens of columns count, same shape."""
    return np.asarray(np.array(WEIGHTS)[columns >> _BITS])


def name_columns(names: Sequence[Name]) -> sp.csr_matrix:
    """How often each name's :attr:`~matcher.terms.analyse.Name.grams` stand in each column.

    Returns:
        CSR of shape (names, COLUMNS), float64, sorted columns.
    """
    renamed = [i for i, name in enumerate(names) if name.usual != letters(name.name)]
    texts = [name.name for name in names] + [names[i].usual for i in renamed]
    owners = np.concatenate([np.arange(len(names)), np.array(renamed, dtype=np.int64)])
    extra = [_extra(name) for name in names]
    return _counted(
        len(names),
        [_ngrams(texts, owners, ""), _latin(texts, owners, ""), _flat(extra)],
    )


def text_columns(texts: Sequence[str]) -> sp.csr_matrix:
    """How often each text's :func:`~matcher.terms.grams.text_grams` stand in each column.

    Returns:
        CSR of shape (texts, COLUMNS), float64, sorted columns.
    """
    owners = np.arange(len(texts))
    return _counted(len(texts), [_ngrams(texts, owners, ROW), _latin(texts, owners, ROW)])


def set_columns(sets: Sequence[Iterable[str]], prefix: str) -> tuple[Index, Index]:
    """Columns of ``prefix + token`` for every token of every set, and where each set begins."""
    found = [sorted(column(prefix + token) for token in each) for each in sets]
    return _flat(found)[1], np.cumsum([0, *map(len, found)])


def _extra(name: Name) -> list[int]:
    """Columns of the tokens that are no n-grams of runs: words, ends, the concept."""
    tokens = [f"w:{word}" for word in name.keys]
    tokens += end_grams(letters(name.core))
    if name.usual != letters(name.name):
        tokens += end_grams(name.usual)
    if name.concept:
        tokens.append(f"s:{name.concept}")
    return [column(token) for token in tokens]


def _ngrams(texts: Sequence[str], owners: Index, prefix: str) -> tuple[Index, Index]:
    """Owner and column of every character, bigram and trigram of the Chinese runs."""
    signs = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype=np.uint32)
    row = np.cumsum(signs == ord("\n"))
    keep = chinese_mask(signs)
    rows, columns = [], []
    codes = np.full(len(signs), _hashed(prefix), dtype=np.uint64)
    inside = np.ones(len(signs), dtype=np.bool_)
    for n, counts in ((1, 2.0), (2, 1.0), (3, 0.5)):
        if len(signs) < n:
            break
        last = slice(n - 1, None)
        inside = inside[: len(signs) - n + 1] & keep[last]
        codes = (codes[: len(signs) - n + 1] ^ signs[last]) * np.uint64(_FACTOR)
        place = np.flatnonzero(inside)
        rows.append(owners[row[place]])
        columns.append(WEIGHTS.index(counts) * RANGE + _spread(codes[place]))
    if not rows:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate(rows), np.concatenate(columns)


def _spread(codes: Codes) -> Index:
    """:func:`column` without the weight, of many codes."""
    spread = (codes ^ (codes >> np.uint64(32))) * np.uint64(_MIX)
    return (spread >> np.uint64(64 - _BITS)).astype(np.int64)


def _latin(texts: Sequence[str], owners: Index, prefix: str) -> tuple[Index, Index]:
    """Owner and column of every token of the Latin runs; equal runs are laid out once."""
    place: dict[str, int] = {}
    of_text = [
        [place.setdefault(run, len(place)) for run in runs(text) if is_latin(run)] for text in texts
    ]
    mine, numbers = _flat(of_text)
    distinct = list(place)
    wholes = [[column(prefix + token) for token in whole_grams(run)] for run in distinct]
    inner = [letters(run) for run in distinct]
    parts = [_flat(wholes), _inside(inner, prefix, (2,))]
    parts.append(_inside([f"^{each}$" for each in inner], prefix, (3, 4)))
    rows, columns = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    rows, columns = rows[order], columns[order]
    starts = np.searchsorted(rows, np.arange(len(distinct) + 1))
    again, where = spans(starts[numbers], np.diff(starts)[numbers])
    return owners[mine[again]], columns[where]


def spans(starts: Index, sizes: Index) -> tuple[Index, Index]:
    """Several stretches of an array laid out one behind the other.

    Returns:
        Which stretch each element belongs to, and where the element stands in the array.
    """
    of = np.repeat(np.arange(len(sizes)), sizes)
    return of, starts[of] + np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _inside(words: Sequence[str], prefix: str, lengths: Sequence[int]) -> tuple[Index, Index]:
    """Word and column of every n-gram of words."""
    signs = np.frombuffer("\n".join(words).encode("utf-32-le"), dtype=np.uint32)
    breaks = signs == ord("\n")
    row = np.cumsum(breaks)
    rows, columns = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for n in lengths:
        count = len(signs) - n + 1
        if count <= 0:
            continue
        codes = np.full(count, _hashed(prefix), dtype=np.uint64)
        whole = np.ones(count, dtype=np.bool_)
        for i in range(n):
            codes = (codes ^ signs[i : i + count]) * np.uint64(_FACTOR)
            whole &= ~breaks[i : i + count]
        rows.append(row[:count][whole])
        columns.append(WEIGHTS.index(1.0) * RANGE + _spread(codes[whole]))
    return np.concatenate(rows), np.concatenate(columns)


def _flat(found: Sequence[Sequence[int]]) -> tuple[Index, Index]:
    """The place of the sequence that each number stands in, and the numbers."""
    sizes = np.fromiter(map(len, found), np.int64, len(found))
    numbers = np.fromiter((c for each in found for c in each), np.int64, int(sizes.sum()))
    return np.repeat(np.arange(len(found)), sizes), numbers


def _counted(n: int, parts: Sequence[tuple[Index, Index]]) -> sp.csr_matrix:
    rows = np.concatenate([rows for rows, _ in parts])
    columns = np.concatenate([columns for _, columns in parts])
    shape = (n, COLUMNS)
    counts = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    return counts
