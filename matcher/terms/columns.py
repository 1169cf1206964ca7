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
_SHIFT = 22  # bits that hold a column
_FACTOR = 0x100000001B3  # the prime of FNV-1a
_START = 0xCBF29CE484222325
_MIX = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio (Knuth's multiplicative hashing)
_MASK = (1 << 64) - 1
Codes = NDArray[np.uint64]
Index = NDArray[np.integer[Any]]


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
    ends = [letters(name.core) for name in names] + texts[len(names) :]
    mine, keys = _listed([name.keys for name in names])
    known = [i for i, name in enumerate(names) if name.concept]
    return _counted(
        len(names),
        [
            _ngrams(texts, owners, ""),
            _latin(texts, owners, ""),
            _ends(ends, owners),
            _words(keys, mine, "w:"),
            _words([names[i].concept for i in known], np.array(known, dtype=np.int64), "s:"),
        ],
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
    flat = np.array([c for each in found for c in each], dtype=np.int64)
    return flat, np.cumsum([0, *map(len, found)])


def _ends(texts: Sequence[str], owners: Index) -> tuple[Index, Index]:
    """Owner and column of the :func:`~matcher.terms.grams.end_grams` of squeezed texts."""
    signs, starts = _joined(texts)
    stops = starts[1:] - 1
    sizes = stops - starts[:-1]
    rows, columns = [], []
    for n, counts in ((1, 1.0), (2, 0.5), (3, 0.5)):
        long = np.flatnonzero(sizes >= n)
        codes = np.full(len(long), _hashed("$:"), dtype=np.uint64)
        for back in range(n, 0, -1):
            codes = (codes ^ signs[stops[long] - back]) * np.uint64(_FACTOR)
        rows.append(owners[long])
        columns.append(_placed(codes, counts))
    return np.concatenate(rows), np.concatenate(columns)


def _words(words: Sequence[str], owners: Index, prefix: str) -> tuple[Index, Index]:
    """Owner and column of ``prefix + word``, for words that count 1."""
    signs, starts = _joined(words)
    sizes = np.diff(starts) - 1
    codes = np.full(len(words), _hashed(prefix), dtype=np.uint64)
    for n in range(int(sizes.max(initial=0))):
        long = np.flatnonzero(sizes > n)
        codes[long] = (codes[long] ^ signs[starts[long] + n]) * np.uint64(_FACTOR)
    return owners, _placed(codes, 1.0)


def _joined(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Index]:
    """The characters of texts with one more behind each, and where each begins, and the end."""
    whole = "\n".join((*texts, "")) if texts else ""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    # A lone surrogate is no character, but a name may hold one.
    signs = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return signs, np.concatenate([[0], np.cumsum(sizes)])


def _placed(codes: Codes, counts: float) -> Index:
    """:func:`column` of many hashed tokens of one weight."""
    spread = (codes ^ (codes >> np.uint64(32))) * np.uint64(_MIX)
    return WEIGHTS.index(counts) * RANGE + (spread >> np.uint64(64 - _BITS)).astype(np.int64)


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
        columns.append(_placed(codes[place], counts))
    if not rows:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate(rows), np.concatenate(columns)


def _latin(texts: Sequence[str], owners: Index, prefix: str) -> tuple[Index, Index]:
    """Owner and column of every token of the Latin runs; equal runs are laid out once."""
    owned, found = _listed([[run for run in runs(text) if is_latin(run)] for text in texts])
    place: dict[str, int] = {}
    numbers = np.array([place.setdefault(run, len(place)) for run in found], dtype=np.int64)
    distinct = list(place)
    whole, tokens = _listed([whole_grams(run) for run in distinct])
    inner = [letters(run) for run in distinct]
    parts = [_words(tokens, whole, prefix), _inside(inner, prefix, (2,))]
    parts.append(_inside([f"^{each}$" for each in inner], prefix, (3, 4)))
    rows, columns = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    rows, columns = rows[order], columns[order]
    starts = np.searchsorted(rows, np.arange(len(distinct) + 1))
    again, where = spans(starts[numbers], np.diff(starts)[numbers])
    return owners[owned[again]], columns[where]


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
    rows: list[Index] = [np.empty(0, dtype=np.int64)]
    columns: list[Index] = [np.empty(0, dtype=np.int64)]
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
        columns.append(_placed(codes[whole], 1.0))
    return np.concatenate(rows), np.concatenate(columns)


def _listed(groups: Sequence[Iterable[str]]) -> tuple[Index, list[str]]:
    """The words of all groups, one group behind the other, and the group of each."""
    found = [word for group in groups for word in group]
    sizes = np.fromiter(map(len, groups), np.int64, len(groups))  # type: ignore[arg-type]
    return np.repeat(np.arange(len(groups)), sizes), found


def _counted(n: int, parts: Sequence[tuple[Index, Index]]) -> sp.csr_matrix:
    """Owners and columns counted, as CSR of shape (owners, COLUMNS) with sorted columns."""
    keys = np.concatenate([(rows << _SHIFT) | columns for rows, columns in parts])
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(np.append(first, len(keys))).astype(np.float64)
    keys = keys[first]
    starts = np.searchsorted(keys, np.arange(n + 1) << _SHIFT)
    columns = (keys & ((1 << _SHIFT) - 1)).astype(np.int32)
    return sp.csr_matrix((counts, columns, starts), shape=(n, COLUMNS))
