"""A TOML text with the lines its values stand on, which :mod:`tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TABLE = re.compile(r"\s*\[\[\s*([A-Za-z0-9_-]+)\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_AT = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class TomlSyntaxError(ValueError):
    """A text that is no TOML; ``line`` is 1-based."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    """A parsed text.

    Attributes:
        path: Name of the file, for messages.
        data: What it says.
        lines: The text's lines.
        starts: ``(table, index)`` → 1-based line of its heading; the top is ``("", 0)``.
        keys: ``(table, index, key)`` → 1-based line of the key.
    """

    path: str
    data: Mapping[str, Any]
    lines: tuple[str, ...]
    starts: Mapping[tuple[str, int], int]
    keys: Mapping[tuple[str, int, str], int]

    def line(self, table: str, index: int = 0, key: str = "", text: str = "") -> int:
        """Line of a value: of the text inside it where that is found, else of key, else of table."""
        start = self.keys.get((table, index, key), self.starts.get((table, index), 1))
        if text:
            end = min((n for n in (*self.keys.values(), *self.starts.values()) if n > start),
                      default=len(self.lines) + 1)  # fmt: skip
            for number in range(start, end):
                if f'"{text}"' in self.lines[number - 1] or f"'{text}'" in self.lines[number - 1]:
                    return number
        return start


def parse(path: str, text: str) -> Located:
    """Parse a text of plain keys and arrays of tables.

    Raises:
        TomlSyntaxError: It is no TOML.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        last = max(1, len(text.splitlines()))
        line = int(found[1]) if found and found[1] else last
        raise TomlSyntaxError(line, _AT.sub("", str(error)).strip()) from error
    starts: dict[tuple[str, int], int] = {("", 0): 1}
    keys: dict[tuple[str, int, str], int] = {}
    counts: dict[str, int] = {}
    table, index = "", 0
    lines = tuple(text.splitlines())
    for number, content in enumerate(lines, 1):
        if found := _TABLE.match(content):
            table = found[1]
            index = counts.get(table, 0)
            counts[table] = index + 1
            starts[table, index] = number
        elif found := _KEY.match(content):
            keys.setdefault((table, index, found[1]), number)
    return Located(path, data, lines, starts, keys)
