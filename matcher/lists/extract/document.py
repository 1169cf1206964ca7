"""docx tables to grids."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.extract import Extracted
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAX_SPAN = 200
_NO_MEMORY = 2  # libxml2's number for it
# Content controls, tracked insertions and the like stand between a row and its cells.
_WRAPPERS = frozenset(
    f"{_W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)
# Signs of the Symbol font that stand in specifications; its codes are private to it.
_SYMBOLS = {
    0x46: "Φ", 0x57: "Ω", 0x66: "φ", 0x6D: "μ", 0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥",
    0xB4: "×", 0xB8: "÷",
}  # fmt: skip
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def extract(path: Path, limits: Limits) -> Iterator[Extracted]:
    """Every table of a Word document, in reading order, as 表1, 表2 and so on.

    The table XML is walked directly: python-docx's own cell lists take quadratic time.

    Raises:
        UnreadableListError: Damaged, without a table, or beyond the limits.
        MemoryError: The memory does not suffice for its XML.
    """
    import docx

    try:
        document = docx.Document(str(path))
    except SyntaxError as error:  # lxml's errors of syntax are Python's
        if getattr(error, "code", 0) == _NO_MEMORY:
            raise MemoryError from error
        raise UnreadableListError(f"{path.name} 已损坏，读不出内容，请重新保存后再试") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableListError(f"{path.name} 已损坏，打不开，请重新保存后再试") from error
    number = cells = 0
    for table in document.element.body.iter(f"{_W}tbl"):
        if any(parent.tag == _FALLBACK for parent in table.iterancestors()):
            continue  # the same text box once more, for older programs
        number += 1
        grid = _Reader(f"表{number}", path.name, limits).read(table)
        cells += sum(map(len, grid.rows))
        if cells > limits.cells:
            raise UnreadableListError(f"{path.name} 的表格太大，请拆成几个文件")
        yield grid, grid.rows
    if not number:
        raise UnreadableListError(f"{path.name} 里没有表格，请把清单做成 Word 表格或另存为 xlsx")


class _Reader:
    """Reads one table; vertical merges stay open until a row does not continue them."""

    def __init__(self, name: str, file: str, limits: Limits) -> None:
        self._grid = Grid(name=name, rows=[])
        self._file, self._limits = file, limits
        self._open: dict[int, tuple[int, int]] = {}  # column -> (first row, last column)

    def read(self, table: Any) -> Grid:
        rows = self._grid.rows
        for tr in _children(table, "tr"):
            if len(rows) >= self._limits.rows:
                raise self._too_large()
            rows.append(self._row(tr, len(rows)))
        for column in list(self._open):
            self._close(column, len(rows))
        return self._grid

    def _row(self, tr: Any, number: int) -> list[str]:
        before = _number(tr.find(f"{_W}trPr/{_W}gridBefore"), 0)
        row = [""] * max(0, min(before, _MAX_SPAN))
        continued: set[int] = set()
        for tc in _children(tr, "tc"):
            column = len(row)
            span = max(1, min(_number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1), _MAX_SPAN))
            if column + span > self._limits.columns:
                raise self._too_large()
            vertical = tc.find(f"{_W}tcPr/{_W}vMerge")
            restarts = vertical is not None and vertical.get(f"{_W}val") == "restart"
            if vertical is not None and not restarts and column in self._open:
                continued.add(column)
                row += [""] * span
                continue
            self._close(column, number)
            if restarts:
                self._open[column] = (number, column + span - 1)
                continued.add(column)
            elif span > 1:
                self._grid.merges.append((number, column, number, column + span - 1))
            row += [_text(tc)] + [""] * (span - 1)
        for column in [c for c in self._open if c not in continued]:
            self._close(column, number)
        return row

    def _close(self, column: int, row: int) -> None:
        if column in self._open:
            first, last_column = self._open.pop(column)
            if row - 1 > first or last_column > column:
                self._grid.merges.append((first, column, row - 1, last_column))

    def _too_large(self) -> UnreadableListError:
        return UnreadableListError(
            f"{self._file} 的{self._grid.name}行列过多，不像清单，请检查文件"
        )


def _children(element: Any, tag: str) -> Iterator[Any]:
    """Children with a tag, those inside content controls and tracked insertions included."""
    waiting = [element.iterchildren()]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in _WRAPPERS:
            waiting.append(child.iterchildren())


def _number(element: Any, default: int) -> int:
    try:
        return default if element is None else int(element.get(f"{_W}val"))
    except (TypeError, ValueError):
        return default


def _text(cell: Any) -> str:
    """Text of a cell: paragraphs and breaks as lines, tables inside it left to their own grid."""
    paragraphs = []
    tags = [f"{_W}{tag}" for tag in ("t", "sym", *_SIGNS)]
    for paragraph in _children(cell, "p"):
        parts = []
        for node in paragraph.iter(*tags):
            tag = node.tag.removeprefix(_W)
            if tag == "t":
                parts.append(node.text or "")
            else:
                parts.append(_symbol(node) if tag == "sym" else _SIGNS[tag])
        paragraphs.append("".join(parts))
    return "\n".join(paragraphs)


def _symbol(node: Any) -> str:
    try:
        code = int(node.get(f"{_W}char"), 16)
    except (TypeError, ValueError):
        return "?"
    is_symbol = str(node.get(f"{_W}font")) == "Symbol"
    return _SYMBOLS.get(code & 0xFF, "?") if is_symbol else chr(code) if code < 0xD800 else "?"
