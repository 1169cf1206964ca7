"""csv, tsv and txt to one grid, whatever their encoding and delimiter."""

from __future__ import annotations

import csv
import math
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from matcher.errors import UnreadableListError
from matcher.lists.extract.encoding import encoding_of
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits

_SAMPLE = 65_536
_DELIMITERS = ",\t;，；|"
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_LINE = 16 << 20  # characters
_MOST_FAULTS = 1_000  # records with a faulty quote, before quotes are taken for plain text


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first lines most evenly.

    A rival stands inside the cells (DN50;PN16;304): it may be as even, but the first line that
    is cut at all, the header, does not have it.
    """
    lines = [line for line in _QUOTED.sub("x", text).splitlines()[:60] if line.strip()]
    first = next((line for line in lines if any(d in line for d in _DELIMITERS)), "")
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        cut = sorted(count for count in counts if count)
        if not cut:
            continue
        typical = cut[len(cut) // 2]
        even = sum(count == typical for count in counts) / len(counts)
        score = even * math.log2(1 + typical) * (1.0 if delimiter in first else 0.25)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def extract(path: Path, limits: Limits, encoding: str = "") -> tuple[list[Grid], str]:
    """The file's one grid and its encoding.

    In a ``.tsv`` quotes are plain text; elsewhere they quote as in RFC 4180. The file is read as
    a stream: its rows are the only thing of its size in memory.

    Raises:
        UnreadableListError: Not text, not in the given ``encoding``, or beyond the limits.
    """
    try:
        return _grids(path, limits, encoding or encoding_of(path))
    except UnicodeError as error:
        if not encoding:
            raise
        raise UnreadableListError(
            f"{path.name} 不能按 {encoding} 读，请换一种编码，或改回自动判断"
        ) from error


def _grids(path: Path, limits: Limits, encoding: str) -> tuple[list[Grid], str]:
    rows: list[list[str]] = []
    cells = characters = 0
    with path.open(encoding=encoding, newline="") as stream:
        for row in _records(stream, plain=path.suffix.lower() == ".tsv", name=path.name):
            if len(row) > limits.columns:
                _shorten(row, len(rows) + 1, path.name, limits)
            cells += len(row)
            characters += sum(map(len, row))
            rows.append(row)
            if len(rows) > limits.rows or cells > limits.cells or characters > limits.characters:
                raise UnreadableListError(
                    f"{path.name} 读到第 {len(rows)} 行时超过上限（{limits.rows} 行、{limits.cells} 格），"
                    "请拆成几个文件"
                )
    return [Grid(name="", rows=rows, loses_merges=True)], encoding


def _shorten(row: list[str], number: int, name: str, limits: Limits) -> None:
    """Drop empty cells at the end of a row that is too long; a full one is refused."""
    while row and not row[-1].strip():
        row.pop()
    if len(row) > limits.columns:
        raise UnreadableListError(
            f"{name} 第 {number} 行有 {len(row)} 列，超过 {limits.columns} 列上限，不像清单，请检查分隔符"
        )


def _records(stream: TextIO, *, plain: bool, name: str) -> Iterator[list[str]]:
    if plain:
        for line in _lines(stream, name):
            yield line.rstrip("\r\n").split("\t")
        return
    delimiter = delimiter_of(stream.read(_SAMPLE))
    stream.seek(0)
    yield from _Quoted(_lines(stream, name), delimiter)


def _lines(stream: TextIO, name: str) -> Iterator[str]:
    number = 1
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise UnreadableListError(
                f"{name} 第 {number} 行长得没有尽头，不像清单，请重新导出为 csv 或 xlsx"
            )
        yield line
        number += 1


class _Quoted:
    """Records of a csv, of which no faulty quote swallows another.

    A quote that opens a cell and is never closed, or closed in the middle of a later line (an
    inch sign: ``"3阀门``), would draw the lines between into one cell. Of such a record the first
    line is taken as it stands, with quotes as plain text, and reading goes on behind it.
    """

    def __init__(self, lines: Iterator[str], delimiter: str) -> None:
        self._lines, self._delimiter = lines, delimiter
        self._again: deque[str] = deque()  # lines drawn into a faulty record, to be read once more
        self._record: list[str] = []  # lines of the record that is being read

    def __iter__(self) -> Iterator[list[str]]:
        for _ in range(_MOST_FAULTS):
            reader = csv.reader(self._source(), delimiter=self._delimiter, strict=True)
            try:
                for row in reader:
                    self._record.clear()
                    yield row
            except csv.Error:
                first, *rest = self._record
                self._record.clear()
                self._again.extendleft(reversed(rest))
                yield self._as_it_stands(first)
            else:
                return
        for line in self._source():
            yield self._as_it_stands(line)

    def _source(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, "")
            if not line:
                return
            self._record.append(line)
            yield line

    def _as_it_stands(self, line: str) -> list[str]:
        return line.rstrip("\r\n").split(self._delimiter)
