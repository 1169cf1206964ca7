"""In which encoding a text file is, and that all of it is good text in that encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from matcher.errors import UnreadableListError

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UTF8_CHINESE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
_GB_CHINESE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # the 3,755 common characters of GB 2312


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its BOM, UTF-8, GB18030, else guessed.

    Chinese offices write UTF-8 or GB18030 (GBK and GB2312 are parts of it), so these two are
    tried strictly before anything is guessed. A file that is mostly one of them but holds bytes
    that are not is damaged, and guessing would read it as rubbish.

    Raises:
        UnreadableListError: Binary, damaged, or in no encoding that gives text.
    """
    name = path.name
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _strict(path, encoding)
    if _holds_nul(path):
        raise UnreadableListError(f"{name} 不是文本表格（含二进制内容），请重新导出为 csv 或 xlsx")
    wrong = _first_wrong_byte(path, "utf-8")
    if wrong is None:
        return _checked(path, "utf-8")
    around = _around(path, wrong)
    if _mostly(around, _UTF8_CHINESE, "utf-8"):
        raise _damaged(name, "utf-8", wrong)
    wrong = _first_wrong_byte(path, "gb18030")
    if wrong is None:
        return _checked(path, "gb18030")
    around = _around(path, wrong)
    if _mostly(around, _GB_CHINESE, "gb18030"):
        raise _damaged(name, "gb18030", wrong)
    return _guessed(path, head[:_SAMPLE])


def _guessed(path: Path, sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=["big5", "cp1252"]).best()
    if best is None:
        raise UnreadableListError(
            f"{path.name} 的文字编码认不出来，请用表格软件另存为 UTF-8 的 csv 或 xlsx"
        )
    return _strict(path, best.encoding)


def _strict(path: Path, encoding: str) -> str:
    wrong = _first_wrong_byte(path, encoding)
    if wrong is not None:
        raise _damaged(path.name, encoding, wrong)
    return _checked(path, encoding)


def _checked(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as stream:
        if not _looks_like_text(stream.read(_SAMPLE)):
            raise UnreadableListError(
                f"{path.name} 不是文本表格（内容像乱码），请重新导出为 csv 或 xlsx"
            )
    return encoding


def _damaged(name: str, encoding: str, place: int) -> UnreadableListError:
    return UnreadableListError(
        f"{name} 在第 {place + 1} 字节处的编码不合法（其余是 {encoding}），文件可能不完整或混用了两种编码，"
        "请重新导出"
    )


def _chunks(path: Path, use: Callable[[bytes, int], bool]) -> bool:
    """Whether ``use(chunk, offset)`` is true for some chunk of the file."""
    offset = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if use(chunk, offset):
                return True
            offset += len(chunk)
    return False


def _holds_nul(path: Path) -> bool:
    return _chunks(path, lambda chunk, _offset: b"\x00" in chunk)


def _first_wrong_byte(path: Path, encoding: str) -> int | None:
    """Offset of the first byte that is wrong in an encoding; None where all are right."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = pending = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, offset - pending + error.start)
            if not chunk:
                return None
            offset += len(chunk)
            state = decoder.getstate()[0]
            pending = len(state) if isinstance(state, bytes) else 0


def _around(path: Path, place: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, place - _SAMPLE))
        return stream.read(2 * _SAMPLE)


def _mostly(data: bytes, characters: re.Pattern[bytes], encoding: str) -> bool:
    """Whether bytes hold so many Chinese characters of an encoding that they are meant to be it.

    In Chinese text of the one encoding, what looks like a character of the other is rare.
    """
    good = len(characters.findall(data))
    bad = data.decode(encoding, "replace").count("\ufffd")
    return good > 0 and good * 5 > bad


def _looks_like_text(sample: str) -> bool:
    """Random bytes decode as GB18030 now and then; text has few control and private characters."""
    odd = sum(
        (c < " " and c not in "\t\r\n\x0b\x0c")
        or "\ue000" <= c <= "\uf8ff"
        or c == "\ufffd"
        or "\x7f" <= c <= "\x9f"
        for c in sample
    )
    return odd <= len(sample) * 0.02
