"""The names in an OLE compound file: they tell an old xls from an encrypted or a Word file."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_ENTRY = 128
_HEADER_FAT = 109  # FAT sectors that the header itself can name; enough for files up to 7 MB
_MOST_ENTRIES = 4_096
_BEGIN, _BEGIN_OLD, _FILEPASS = 0x0809, 0x0409, 0x002F  # numbers of BIFF records
_NONE = 0xFFFFFFFA  # from here on, numbers are marks and no sectors or entries


def top_streams(path: Path) -> dict[str, bytes]:
    """Names of what stands directly under the root, each with the first sector of its content.

    An embedded object keeps its streams in a storage of its own, so an xls that carries a Word
    document has no ``WordDocument`` at the top. Empty for a damaged file: that is for the parser
    to say.
    """
    try:
        with path.open("rb") as stream:
            return _top_streams(stream)
    except (struct.error, OSError):
        return {}


def is_locked(workbook: bytes) -> bool:
    """Whether the first records of an old workbook hold a FILEPASS: what follows is encrypted."""
    place = 0
    while place + 4 <= len(workbook):
        number, length = struct.unpack_from("<HH", workbook, place)
        if place == 0 and number not in {_BEGIN, _BEGIN_OLD}:
            return False
        if number == _FILEPASS:
            return True
        place += 4 + length
    return False


def _top_streams(stream: BinaryIO) -> dict[str, bytes]:
    size, entries = _entries(stream)
    found: dict[str, bytes] = {}
    waiting = [entries[0].child] if entries else []
    seen: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index >= len(entries) or index in seen:
            continue
        seen.add(index)
        entry = entries[index]
        found[entry.name] = _sector(stream, entry.start, size) if entry.start < _NONE else b""
        waiting += [entry.left, entry.right]
    return found


class _Entry:
    """One directory entry: a name in the tree of its storage."""

    __slots__ = ("child", "left", "name", "right", "start")

    def __init__(self, raw: bytes) -> None:
        length = min(max(struct.unpack_from("<H", raw, 64)[0] - 2, 0), 62)
        self.name = raw[:length].decode("utf-16-le", "replace")
        self.left, self.right, self.child = struct.unpack_from("<3I", raw, 68)
        self.start: int = struct.unpack_from("<I", raw, 116)[0]


def _entries(stream: BinaryIO) -> tuple[int, list[_Entry]]:
    """Size of a sector, and the directory."""
    header = stream.read(_HEADER)
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in {9, 12}:
        return 0, []
    size = 1 << shift
    fat = [n for n in struct.unpack_from(f"<{_HEADER_FAT}I", header, 76) if n < _NONE]
    sector = struct.unpack_from("<I", header, 48)[0]
    entries: list[_Entry] = []
    while sector < _NONE and len(entries) < _MOST_ENTRIES:
        raw = _sector(stream, sector, size)
        entries += [_Entry(raw[i : i + _ENTRY]) for i in range(0, size, _ENTRY)]
        place, offset = divmod(sector, size // 4)
        if place >= len(fat):
            break
        sector = struct.unpack_from("<I", _sector(stream, fat[place], size), 4 * offset)[0]
    return size, entries


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    return stream.read(size)
