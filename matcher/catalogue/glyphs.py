"""Which characters a font can show, read from its ``cmap`` table (OpenType 1.9, formats 4 and 12).

A character that no font can show would vanish from the text of a pdf without a word.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path

Ranges = tuple[tuple[int, ...], tuple[int, ...]]  # first and last code points, in order


def covered(files: Iterable[tuple[str, int]], chars: frozenset[str]) -> frozenset[str]:
    """The characters that at least one of the fonts (file, number in it) can show."""
    left = {ord(char) for char in chars}
    for path, index in files:
        if not left:
            break
        starts, ends = _ranges(path, index)
        left -= {code for code in left if _within(code, starts, ends)}
    return frozenset(char for char in chars if ord(char) not in left)


def _within(code: int, starts: tuple[int, ...], ends: tuple[int, ...]) -> bool:
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@cache
def _ranges(path: str, index: int) -> Ranges:
    """Code points of one font; none where the file is not as it should be."""
    try:
        found = sorted(_read(Path(path).read_bytes(), index))
    except (OSError, struct.error, IndexError):
        return (), ()
    return tuple(first for first, _ in found), tuple(last for _, last in found)


def _read(data: bytes, index: int) -> list[tuple[int, int]]:
    base = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", data, base + 4)
    for i in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, base + 12 + 16 * i)
        if tag == b"cmap":
            return _cmap(data, start)
    return []


def _cmap(data: bytes, start: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    (count,) = struct.unpack_from(">H", data, start + 2)
    for i in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * i)
        if platform not in {0, 3} or (platform == 3 and encoding not in {1, 10}):
            continue
        at = start + offset
        (kind,) = struct.unpack_from(">H", data, at)
        if kind == 12:
            (groups,) = struct.unpack_from(">I", data, at + 12)
            table = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups])
            found += [(first, last) for first, last, glyph in table if glyph or first != last]
        elif kind == 4:
            found += _segments(data, at)
    return _joined(found)


def _segments(data: bytes, at: int) -> list[tuple[int, int]]:
    """Format 4; a segment with single offsets is looked through character by character."""
    (double,) = struct.unpack_from(">H", data, at + 6)
    count = double // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", data, at + 14 + skip)
        for skip in (0, double + 2, 2 * double + 2, 3 * double + 2)
    )
    found = []
    for i in range(count):
        first, last = starts[i], ends[i]
        if first > last or first == 0xFFFF:
            continue
        if not offsets[i]:
            found.append((first, last))
            continue
        place = at + 14 + 3 * double + 2 + 2 * i + offsets[i]
        glyphs = struct.unpack_from(f">{last - first + 1}H", data, place)
        found += [(first + k, first + k) for k, glyph in enumerate(glyphs) if glyph]
    del deltas
    return found


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
