"""What a pdf cuts in two: words in a narrow column (139090 over 91111), rows at a page break."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

_ITEM = re.compile(r"\d{1,2}\s*[、.．)）]|[（(]\s*\d|[①-⑳▲★]")  # begins a line of a list
_NUMBER = re.compile(r"[\d.,]+")
_OPEN = re.compile(r"[\w)）][-/]\n\w")  # GB/T 8163- over 2018
_NO_BEGIN = "、，。；：）】》”！？,.;:)]%℃"
_PHONE = 10  # characters of a number that is no quantity
_LINE = 3.0  # points by which the characters of one line may differ in height
_SLACK = 1.0  # points by which a line is full before it is quite full
_MARGIN = 6.0  # points at most between a cell's edge and a full line (Word: 5.4, Excel: 2)
_HEADER_ROWS = 4  # at the top of a table, which may be said again on each page


@dataclass(slots=True)
class Wraps:
    """Columns of a table whose cells wrap in numbered rows, and those where words are cut."""

    wrapped: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)

    def note(self, rows: list[list[str]]) -> None:
        """Remember the columns that wrap, before any break is taken out."""
        for row in rows:
            if row[0].strip().isdecimal():
                self.wrapped |= {i for i, cell in enumerate(row) if "\n" in cell}


def join_cut_words(page: Any, table: Any, rows: list[list[str]], wraps: Wraps) -> None:
    """Take out, in place, the breaks of cells where the word did not fit into its line.

    A line that had room for one more character was broken at a blank or by hand, and keeps its
    break; so does one before a numbered item, and a short number, which may be two numbers. The
    margin of the cells is told by the lines that stand nearest to their edge.
    """
    cells = [
        (r, c, bbox)
        for r, row in enumerate(table.rows[: len(rows)])
        for c, bbox in enumerate(row.cells[: len(rows[r])])
        if bbox and "\n" in rows[r][c]
    ]
    if not cells:
        return
    chars = sorted((c for c in page.chars if c["text"].strip()), key=_middle)
    found = [(r, c, bbox, _lines(chars, bbox)) for r, c, bbox in cells]
    edges = (line[0]["x0"] - bbox[0] for _, _, bbox, lines in found for line in lines)
    margin = min(_MARGIN, *edges)
    for r, c, bbox, lines in found:
        texts = rows[r][c].split("\n")
        if len(texts) != len(lines):
            continue
        room = bbox[2] - bbox[0] - 2 * margin - _SLACK
        joined, whole = texts[0], "".join(texts)
        for above, text, line, below in zip(texts, texts[1:], lines, lines[1:], strict=False):
            full = line[-1]["x1"] - line[0]["x0"] + _first_width(below) > room
            if (full or _OPEN.search(f"{above}\n{text}")) and not _begins_anew(above, text, whole):
                wraps.cut.add(c)
                joined += text
            else:
                joined += f"\n{text}"
        rows[r][c] = joined


def join_cut_row(above: list[list[str]], below: list[list[str]], wraps: Wraps) -> None:
    """Put a row that a page break cuts in two together again, in place.

    The second part has no number of its own, though the rows before and behind it are numbered
    one after the other, and texts only in columns whose texts are long enough to wrap. It is
    left blank, so that the rows keep their places.
    """
    heads = above[:_HEADER_ROWS]
    at = next((i for i, row in enumerate(below) if row not in heads), len(below))
    if not above or at + 1 >= len(below):
        return
    first, second, behind = above[-1], below[at], below[at + 1]
    number, following = first[0].strip(), behind[0].strip()
    if not (number.isdecimal() and following.isdecimal() and int(following) == int(number) + 1):
        return
    filled = {i for i, cell in enumerate(first) if cell.strip()}
    goes_on = {i for i, cell in enumerate(second) if cell.strip()}
    if not goes_on or not goes_on <= wraps.wrapped or not goes_on < filled - {0}:
        return
    for i in goes_on:
        digits = first[i][-1].isdecimal() and second[i][0].isdecimal()
        between = "" if i in wraps.cut and digits else "\n"
        first[i], second[i] = f"{first[i]}{between}{second[i]}", ""


def _first_width(line: list[Any]) -> float:
    """Width of a line's first character, with the signs that may not begin a line."""
    end = 1
    while end < len(line) and line[end]["text"] in _NO_BEGIN:
        end += 1
    return float(line[end - 1]["x1"] - line[0]["x0"])


def _begins_anew(above: str, below: str, whole: str) -> bool:
    """A numbered item begins a line, and 5000 over 8000 may be two numbers; 1200 over 0 is one."""
    if _ITEM.match(below):
        return True
    numbers = _NUMBER.fullmatch(above) and _NUMBER.fullmatch(below) and len(whole) < _PHONE
    return bool(numbers) and below[0] != "0" and len(below) >= len(above)


def _middle(char: Any) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _lines(chars: list[Any], bbox: tuple[float, float, float, float]) -> list[list[Any]]:
    """The characters within a box, line by line, each from left to right."""
    x0, top, x1, bottom = bbox
    within = chars[bisect_left(chars, top, key=_middle) : bisect_right(chars, bottom, key=_middle)]
    inside = [c for c in within if x0 <= (c["x0"] + c["x1"]) / 2 <= x1]
    lines: list[list[Any]] = []
    for char in sorted(inside, key=lambda c: c["bottom"]):
        if lines and char["bottom"] - lines[-1][0]["bottom"] <= _LINE:
            lines[-1].append(char)
        else:
            lines.append([char])
    return [sorted(line, key=lambda c: c["x0"]) for line in lines]
