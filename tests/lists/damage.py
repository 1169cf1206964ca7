"""Damaged and hostile lists, generated from good ones with a seed.

``generate(count, seed)`` gives files of every kind of damage in turn. A kind is a function of a
random generator that gives one :class:`Damaged`; it is registered by :func:`kind` with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.lists import seeds


@dataclass(frozen=True)
class Damaged:
    """One file to be read.

    ``records`` is set where the damage left the number of records certain: if such a file is
    read at all, every record must end as a row, as a lost problem or as a counted skip.
    ``must_read`` marks files that only look bad; ``must_refuse`` those without any list in them.
    """

    suffix: str
    data: bytes
    records: int | None = None
    must_read: bool = False
    must_refuse: bool = False
    stem: str = "清单"
    kind: str = ""

    @property
    def name(self) -> str:
        return f"{self.stem}{self.suffix}"


Maker = Callable[[Random], Damaged]
KINDS: dict[str, Maker] = {}


def kind(name: str) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        assert name not in KINDS, name
        KINDS[name] = maker
        return maker

    return register


def make(name: str, number: int, seed: int = 0) -> Damaged:
    """The ``number``-th file of a kind: always the same for the same seed."""
    load_kinds()
    made = KINDS[name](Random(f"{seed}/{name}/{number}"))
    return Damaged(**{**vars(made), "kind": name})


def generate(count: int, seed: int = 0) -> Iterator[tuple[str, int]]:
    """Names and numbers for :func:`make`, all kinds in turn."""
    load_kinds()
    names = sorted(KINDS)
    yield from ((names[i % len(names)], i // len(names)) for i in range(count))


def load_kinds() -> None:
    from tests.lists import damage_binary, damage_packed, damage_tables, damage_text  # noqa: F401


# --- good files ------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32")


@cache
def good(suffix: str, rows: int) -> bytes:
    """A good list of so many rows in the format of a suffix."""
    table = seeds.table(rows)
    makers: dict[str, Callable[[], bytes]] = {
        ".xlsx": lambda: seeds.as_xlsx(table),
        ".xls": lambda: seeds.as_xls(table),
        ".docx": lambda: seeds.as_docx(table),
        ".ods": lambda: seeds.as_ods(table),
        ".pdf": lambda: seeds.as_pdf(table, pages=1 + rows // 25),
        ".json": lambda: seeds.as_json(table),
        ".csv": lambda: seeds.as_text(table).encode("gb18030"),
        ".txt": lambda: seeds.as_text(table).encode("utf-16"),
        ".tsv": lambda: seeds.as_text(table, "\t").encode("utf-8"),
    }
    return makers[suffix]()


BINARY = (".xlsx", ".xls", ".docx", ".ods", ".pdf")
SUFFIXES = (*BINARY, ".json", ".csv", ".txt", ".tsv")
# Formats whose checksums, or whose syntax, tell every truncation.
_SEALED = frozenset({".xlsx", ".docx", ".ods", ".json"})
_ROWS = (3, 12, 40)


def some_good(rng: Random, suffixes: tuple[str, ...] = SUFFIXES) -> tuple[str, int, bytes]:
    suffix, rows = rng.choice(suffixes), rng.choice(_ROWS)
    return suffix, rows, good(suffix, rows)


def records_in(suffix: str, rows: int) -> int:
    """Rows, the header (in JSON no record), and the one line on the second sheet of an xlsx."""
    return rows + (suffix != ".json") + (suffix == ".xlsx")


# --- damage that any file may suffer -----------------------------------------------------------


@kind("truncated")
def _truncated(rng: Random) -> Damaged:
    suffix, rows, data = some_good(rng)
    cut = rng.randrange(len(data))
    sure = suffix in _SEALED or suffix == ".xls"
    return Damaged(suffix, data[:cut], records_in(suffix, rows) if sure else None)


@kind("truncated pdf")
def _truncated_pdf(rng: Random) -> Damaged:
    """Pages that are cut off must not go unnoticed."""
    data = good(".pdf", 40)
    cut = rng.choice([rng.randrange(len(data)), len(data) - rng.randrange(1, 400)])
    pages = 1 + 40 // 25
    return Damaged(".pdf", data[:cut], 40 + pages)


@kind("bytes flipped")
def _flipped(rng: Random) -> Damaged:
    suffix, rows, data = some_good(rng)
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 20])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    sure = suffix in {".xlsx", ".docx", ".ods"}
    return Damaged(suffix, bytes(changed), records_in(suffix, rows) if sure else None)


@kind("zeros")
def _zeros(rng: Random) -> Damaged:
    """A disk that failed leaves a run of zeros."""
    suffix, _, data = some_good(rng)
    start, length = rng.randrange(len(data)), rng.choice([1, 16, 512, 4096])
    return Damaged(suffix, data[:start] + b"\0" * length + data[start + length :])


@kind("pieces swapped")
def _swapped_pieces(rng: Random) -> Damaged:
    suffix, _, data = some_good(rng)
    a, b, c = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    pieces = [data[:a], data[a:b], data[b:c], data[c:]]
    rng.shuffle(pieces)
    return Damaged(suffix, b"".join(pieces))


@kind("bytes inserted")
def _inserted(rng: Random) -> Damaged:
    suffix, _, data = some_good(rng)
    place = rng.randrange(len(data))
    return Damaged(suffix, data[:place] + rng.randbytes(rng.choice([1, 7, 999])) + data[place:])


@kind("random bytes")
def _random(rng: Random) -> Damaged:
    suffix = rng.choice([*SUFFIXES, ".wps", ".et", ""])
    data = rng.randbytes(rng.choice([1, 3, 64, 5_000, 200_000]))
    return Damaged(suffix, data, must_refuse=True)


@kind("random bytes behind a true beginning")
def _random_tail(rng: Random) -> Damaged:
    suffix, _, data = some_good(rng, (*BINARY, ".txt"))
    head = data[: rng.choice([4, 8, 16, 512])]
    return Damaged(suffix, head + rng.randbytes(20_000), must_refuse=True)


@kind("wrong suffix")
def _wrong_suffix(rng: Random) -> Damaged:
    """A list under another suffix is harmless where the content says what it is."""
    suffix, rows, data = some_good(rng, BINARY)
    other = rng.choice([s for s in (*SUFFIXES, ".XLSX", "") if s != suffix])
    pages = 1 + rows // 25 if suffix == ".pdf" else 1
    return Damaged(other, data, records_in(suffix, rows) - 1 + pages, must_read=True)


@kind("empty")
def _empty(rng: Random) -> Damaged:
    data = rng.choice(
        [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" ", b"\r\n" * 9, b"\t\t\t", b"\0" * 600]
    )
    return Damaged(rng.choice(SUFFIXES), data, must_refuse=True)


@kind("no list")
def _no_list(rng: Random) -> Damaged:
    data = rng.choice(
        [
            b"<html><table><tr><td>x</td></tr></table></html>",
            b'<?xml version="1.0"?><Workbook/>',
            b"MZ\x90\x00" + bytes(300),
            b"\x89PNG\r\n\x1a\n" + bytes(300),
            b"#!/bin/sh\nrm -rf /\n",
            "今天天气很好。\n我们去公园。\n".encode(),
            b"SQLite format 3\x00" + bytes(500),
            b"Rar!\x1a\x07\x00" + bytes(90),
            b"{}", b"[]", b"null", b"[1, 2, 3]",
        ]
    )  # fmt: skip
    return Damaged(rng.choice(SUFFIXES), data, must_refuse=True)


ODD_STEMS = (
    "-rf", "--help", " 前后有空格 ", "带'引号'和\"双引号\"", "换\n行", "制表\t符", "；｜&$(echo)`id`", "%s%n{0}",
    "很长" * 38, "🙂𠮷", "..清单", "a.xlsx.csv", "é́", "\u202e反向", "#", "[1]",
)  # fmt: skip


@kind("odd name")
def _odd_name(rng: Random) -> Damaged:
    """The name of a good file may be anything."""
    suffix, rows, data = some_good(rng)
    pages = 1 + rows // 25 if suffix == ".pdf" else 1
    return Damaged(
        suffix, data, records_in(suffix, rows) - 1 + pages, must_read=True, stem=rng.choice(ODD_STEMS)
    )  # fmt: skip
