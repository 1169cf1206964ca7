"""csv, tsv and txt to one grid, whatever their encoding and delimiter."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from charset_normalizer import from_bytes

from matcher.errors import UnreadableListError
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits

_SAMPLE = 65_536
_DELIMITERS = ",\t;，；|"


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and encoding of a file: UTF-8 (BOM or not), UTF-16 with BOM, GB18030, else guessed.

    Chinese offices write UTF-8 or GB18030 (GBK and GB2312 are parts of it), so these two are
    tried strictly before anything is guessed.

    Raises:
        UnreadableListError: Binary, or in no encoding that gives text.
    """
    for bom, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(bom):
            return _strict(data, encoding, name)
    if b"\x00" in data:
        raise UnreadableListError(f"{name} 不是文本表格（含二进制内容），请重新导出为 csv 或 xlsx")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text, encoding
    best = from_bytes(
        data[:_SAMPLE], cp_isolation=["big5", "utf_16_le", "utf_16_be", "cp1252"]
    ).best()
    if best is not None:
        return _strict(data, best.encoding, name)
    raise UnreadableListError(f"{name} 的文字编码认不出来，请用表格软件另存为 UTF-8 的 csv 或 xlsx")


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableListError(
            f"{name} 在第 {error.start} 字节处的编码不合法（应为 {encoding}），文件可能不完整，请重新导出"
        ) from error
    if not _looks_like_text(text):
        raise UnreadableListError(f"{name} 不是文本表格（内容像乱码），请重新导出为 csv 或 xlsx")
    return text, encoding


def _looks_like_text(text: str) -> bool:
    """Random bytes decode as GB18030 now and then; text has few control and private characters."""
    sample = text[:_SAMPLE]
    odd = sum(
        (c < " " and c not in "\t\r\n\x0b\x0c")
        or "\ue000" <= c <= "\uf8ff"
        or c == "\ufffd"
        or "\x7f" <= c <= "\x9f"
        for c in sample
    )
    return odd <= len(sample) * 0.02


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first lines most evenly."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:60] if line.strip()]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        cut = [count for count in counts if count]
        if not cut:
            continue
        typical = sorted(cut)[len(cut) // 2]
        score = typical * sum(count == typical for count in counts) / len(counts)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def extract(path: Path, limits: Limits) -> tuple[list[Grid], str]:
    """The file's one grid and its encoding.

    In a ``.tsv`` quotes are plain text; elsewhere they quote as in RFC 4180. A quote that never
    closes would swallow the rest of the file into one cell: such a file is read once more with
    quotes as plain text, so that its rows are not lost.

    Raises:
        UnreadableListError: Not text, or beyond the limits.
    """
    text, encoding = decode(path.read_bytes(), path.name)
    plain = path.suffix.lower() == ".tsv"
    delimiter = "\t" if plain else delimiter_of(text)
    rows, closed = _rows(text, delimiter, path.name, limits, plain=plain)
    if not closed and not plain:
        rows, _ = _rows(text, delimiter, path.name, limits, plain=True)
    return [Grid(name="", rows=rows, loses_merges=True)], encoding


def _rows(
    text: str, delimiter: str, name: str, limits: Limits, *, plain: bool
) -> tuple[list[list[str]], bool]:
    if plain:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        reader: object = (line.split(delimiter) for line in lines)
    else:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        csv.field_size_limit(min(2**31 - 1, max(len(text), 131_072)))
    rows: list[list[str]] = []
    cells, longest = 0, 0
    try:
        for row in reader:  # type: ignore[attr-defined]
            if len(row) > limits.columns:
                while row and not row[-1].strip():
                    row.pop()
                if len(row) > limits.columns:
                    raise UnreadableListError(
                        f"{name} 第 {len(rows) + 1} 行有 {len(row)} 列，超过 {limits.columns} 列上限，"
                        "不像清单，请检查分隔符"
                    )
            cells += len(row)
            longest = max(longest, max(map(len, row), default=0))
            rows.append(row)
            if len(rows) > limits.rows or cells > limits.cells:
                raise UnreadableListError(f"{name} 超过 {limits.rows} 行上限，请拆成几个文件")
    except csv.Error as error:
        raise UnreadableListError(
            f"{name} 第 {len(rows) + 1} 行分隔有误，请重新导出为 csv 或 xlsx"
        ) from error
    closed = plain or longest < 20_000
    return rows, closed
