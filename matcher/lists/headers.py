"""Which rows of a grid are a header, by what stands in them and never by where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from matcher.knowledge import headings
from matcher.lists.cells import is_firm
from matcher.lists.columns import ColumnMatch, assign, match_heading, normal, without_brackets
from matcher.lists.grid import Grid, text_at
from matcher.model import ListKind

_MAX_HEADER_LINES = 3
_HEADING_LENGTH = 40
_ENOUGH_KEYS = 4  # known columns that make a header even where most headings are unknown
_ENOUGH_ENGLISH = 3  # stand-ins that make one where no heading is known
_NUMBER = re.compile(r"[+-]?[\d.,，]+[%％]?|\d{4}-\d\d-\d\d.*")
_LONG_NUMBER = re.compile(r"\d{7}")  # a telephone or a code: what a form says, not a heading
_HINT = re.compile(
    r"[(（【\[].*[)）】\]]|(?:必填|选填|可不填|下拉选择|请选择|文本|数字|数值|日期|自动生成|[*＊])+"
)
_AMOUNTS = frozenset({"annual_quantity", "annual_capacity"})
_NAMES = frozenset({"product_name", "leader", "enterprise", "current_supplier"})
_TEXTS = frozenset({"requirement", "note", "description", "spec"})
_SIDES = {
    **dict.fromkeys(("数量", "数值", "数"), _AMOUNTS),
    "名称": _NAMES,
    **dict.fromkeys(("内容", "描述", "说明"), _NAMES | _TEXTS),
}
_COUNTED = ("123456789", "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def header_at(
    grid: Grid, row: int, kind: ListKind, given: Mapping[str, str], *, later: bool
) -> tuple[int, list[str]] | None:
    """Number of header lines that begin at ``row`` and the joined headings, or None.

    A header is a row, or two or three rows under merged cells, of which one cell names the
    product and enough others are known headings. A line of hints (（必填）) or of column numbers
    under it belongs to it. ``later`` asks for more, because there rows of data look like it.
    """
    first = [text_at(grid, row, c) for c in range(len(grid.rows[row]))]
    if not _could_be_heading(first, later=later) or not _matched(first, kind, given):
        return None
    best: tuple[int, list[str]] | None = None
    best_keys = 0
    texts = list(first)
    for lines in range(1, _MAX_HEADER_LINES + 1):
        if lines > 1:
            joined = _join_lines(grid, row + lines - 1, row, texts, kind)
            if joined is None:
                break
            texts = joined
        keys = _header_keys(grid, row, texts, kind, given, later=later)
        if keys > best_keys:
            best, best_keys = (lines, list(texts)), keys
    if best is None or (best_keys == 1 and _better_below(grid, row, kind, given)):
        return None
    lines = best[0]
    while row + lines < len(grid.rows) and (
        is_hint_line(grid, row + lines) or _is_translation(grid, row + lines, kind)
    ):
        lines += 1
    return lines, best[1]


def _better_below(grid: Grid, row: int, kind: ListKind, given: Mapping[str, str]) -> bool:
    """Whether a title that happens to be a heading (主要产品) stands above the true header."""
    for r in range(row + 1, min(row + 4, len(grid.rows))):
        texts = [text_at(grid, r, c) for c in range(len(grid.rows[r]))]
        if _could_be_heading(texts) and _header_keys(grid, r, texts, kind, given, later=False) > 1:
            return True
    return False


def _is_translation(grid: Grid, row: int, kind: ListKind) -> bool:
    """A line of English headings under the Chinese ones."""
    filled = [text for c in range(len(grid.rows[row])) if (text := text_at(grid, row, c))]
    english = all(text.isascii() and not any(c.isdigit() for c in text) for text in filled)
    known = sum(bool(match_heading(text, kind)) for text in filled) if english else 0
    return len(filled) >= 2 and known * 2 >= len(filled)


def is_hint_line(grid: Grid, row: int) -> bool:
    """A line under the headings that tells how to fill the columns, or numbers them."""
    filled = [text for c in range(len(grid.rows[row])) if (text := text_at(grid, row, c))]
    if len(filled) < 2:
        return False
    if all(_HINT.fullmatch(text) for text in filled):
        return True
    return len(filled) >= 3 and _counts_up(filled)


def _counts_up(texts: Sequence[str]) -> bool:
    """甲 乙 1 2 3, or A B C, or (1) (2) (3): every text the next one of its series, from the first."""
    place = dict.fromkeys(range(len(_COUNTED)), 0)
    for text in texts:
        bare = text.strip("()（）")
        if bare.isdecimal():
            series, value = 0, int(bare) - 1
        else:
            series = next((i for i, s in enumerate(_COUNTED) if len(bare) == 1 and bare in s), -1)
            if series < 1:
                return False
            value = _COUNTED[series].index(bare)
        if value != place[series]:
            return False
        place[series] += 1
    return True


@cache
def product_headings(kind: ListKind) -> frozenset[str]:
    """Headings that name the product, as written in the table of headings."""
    wanted = {"product_name", "product_name?"}
    return frozenset(h.text for h in headings() if h.key in wanted and h.kind in {kind, "both"})


@cache
def product_heading_starts(kind: ListKind) -> frozenset[str]:
    """The first two characters of these headings: a cheap test before the costly one."""
    return frozenset(text[:2] for text in product_headings(kind))


def _could_be_heading(cells: Sequence[str], *, later: bool = False) -> bool:
    filled = [cell for cell in cells if cell]
    if not filled or any(len(without_brackets(cell)) > _HEADING_LENGTH * 2 for cell in filled):
        return False
    if any(is_firm(cell) or _LONG_NUMBER.search(cell) for cell in filled):
        return False
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in filled)
    return not numbers if later else numbers * 2 <= len(filled)


def _matched(cells: Sequence[str], kind: ListKind, given: Mapping[str, str]) -> int:
    names = {normal(name) for name in given}
    return sum(
        bool(cell) and (bool(match_heading(cell, kind)) or normal(cell) in names) for cell in cells
    )


def _header_keys(
    grid: Grid,
    row: int,
    texts: Sequence[str],
    kind: ListKind,
    given: Mapping[str, str],
    *,
    later: bool,
) -> int:
    """Number of distinct keys if the headings make a header, else 0."""
    filled = [text for text in texts if text]
    columns = assign(texts, range(len(texts)), kind, given)
    keys = {column.key for column in columns if column.key}
    product = next((c for c in columns if c.key == "product_name"), None)
    if product is None:
        return 0
    if grid.first_row + row == 0:  # the keys of JSON objects
        return len(keys)
    if product.how == "given":
        named = normal(product.heading) in {normal(name) for name in given}
        return len(keys) if named or _says_headings(filled, kind) else 0
    # Headings, not columns: tables side by side say each of them again.
    matched = sum(bool(c.key or match_heading(c.heading, kind)) for c in columns)
    known = {c.key for c in columns if c.how == "known" and not c.key.startswith("@")}
    if len(filled) != len(set(filled)) and matched < len(filled) / 2:
        return 0
    if len(known) < _ENOUGH_KEYS and matched < (0.5 if later else 0.3) * len(filled):
        return 0
    english = sum(c.how == "stand-in" for c in columns)
    if not any(c.how == "known" for c in columns) and len(filled) > 3 and english < _ENOUGH_ENGLISH:
        return 0
    if _is_form(grid, row, columns, kind):
        return 0
    if len(keys) >= 2:
        return len(keys)
    # One known column only: a narrow list whose single heading leaves no doubt. In a table that
    # explains the columns of a form, other headings stand above and below it.
    certain = product.how in {"known", "stand-in"} and not later and len(filled) <= 3
    return 1 if certain and not _headings_around(grid, row, product.index, kind) else 0


def _says_headings(filled: Sequence[str], kind: ListKind) -> bool:
    """Whether a row is a header by what it says: letters given by hand fit any row."""
    sure = sum(any(score >= 1 for _, score in match_heading(text, kind)) for text in filled)
    return sure * 2 >= len(filled) and not any(map(_NUMBER.fullmatch, filled))


def _is_form(grid: Grid, row: int, columns: Sequence[ColumnMatch], kind: ListKind) -> bool:
    """Labels and values in turn, and labels again in the next line: 主导产品 | 阀门 | 注册资本 | 500万元."""
    filled = [c for c in columns if c.heading]
    turns = [bool(c.key) for c in filled] == [i % 2 == 0 for i in range(len(filled))]
    if not turns or len(filled) < 2:
        return False
    labels = [c.index for c in filled[::2]]
    below = [text_at(grid, row + 1, c) for c in labels] if row + 1 < len(grid.rows) else []
    return any(score >= 1 for text in below for _, score in match_heading(text, kind))


def _headings_around(grid: Grid, row: int, column: int, kind: ListKind) -> bool:
    """Whether the cells next above or below in a column are headings of other keys."""
    for r in (row - 1, row + 1, row + 2):
        if 0 <= r < len(grid.rows):
            text = text_at(grid, r, column)
            sure = [key for key, score in match_heading(text, kind) if score >= 1]
            if sure and not any(key.startswith("product_name") for key in sure):
                return True
    return False


def _join_lines(
    grid: Grid, line: int, top_row: int, tops: list[str], kind: ListKind
) -> list[str] | None:
    """Headings of the lines so far joined with the next line, or None where it is no header line.

    A next line belongs to the header when its cells stand only under merged (or, in formats
    without merges, visibly shared) headings, and none of them is a number.
    """
    if line >= len(grid.rows):
        return None
    count = max(len(tops), len(grid.rows[line]))
    tops = tops + [""] * (count - len(tops))
    subs = [text_at(grid, line, c) for c in range(count)]
    filled = [c for c in range(count) if subs[c]]
    if not filled or not _could_be_heading(subs) or any(_NUMBER.fullmatch(subs[c]) for c in filled):
        return None
    if any(len(without_brackets(subs[c])) > _HEADING_LENGTH for c in filled):
        return None
    owner = _owners(grid, line, top_row, tops, subs)
    if len(filled) > 2 and sum(map(bool, tops)) == 1:
        return None  # one text over all of them is a title
    strangers = 0
    for c in filled:
        shared = sum(owner[k] == owner[c] for k in filled) > 1 if owner[c] is not None else True
        if tops[c] and not shared and not match_heading(subs[c], kind):
            return None
        strangers += bool(tops[c]) and not shared and not match_heading(tops[c], kind)
    if strangers > 1:  # values of a form above the true header, not the groups of its columns
        return None
    if not any(match_heading(subs[c], kind) for c in filled):
        return None
    joined = []
    for c in range(count):
        above = owner[c]
        top = tops[above] if above is not None else ""
        joined.append(_best_heading(top, subs[c], kind) if subs[c] else tops[c])
    return joined


def _owners(
    grid: Grid, line: int, top_row: int, tops: Sequence[str], subs: Sequence[str]
) -> list[int | None]:
    """For each column, the column whose upper heading covers it."""
    owner: list[int | None] = [c if top else None for c, top in enumerate(tops)]
    for r0, c0, r1, c1 in grid.merges:
        if top_row <= r0 <= r1 < line and c0 < len(tops) and tops[c0]:
            for c in range(c0, min(c1, len(tops) - 1) + 1):
                owner[c] = c0
    covered = {c for r0, c0, r1, c1 in grid.merges if r0 < line <= r1 for c in range(c0, c1 + 1)}
    for c in range(1, len(tops)):
        if owner[c] is None and subs[c] and subs[c - 1] and c not in covered:
            owner[c] = owner[c - 1]
    return owner


def _best_heading(top: str, sub: str, kind: ListKind) -> str:
    """``年需求量`` over ``数量`` reads as 年需求量数量, 单位 under it as 单位: the best match wins."""
    if not top:
        return sub
    options = [f"{top}{sub}", sub, top]
    scored = [
        (max((s for _, s in match_heading(o, kind)), default=0.0), -i, o)
        for i, o in enumerate(options)
    ]
    best_score, _, best = max(scored)
    if best == sub and _says_less(sub, top, kind):
        return top
    return best if best_score else f"{top}/{sub}"


def _says_less(sub: str, top: str, kind: ListKind) -> bool:
    """Whether a lower heading only says which side of the upper one it is: 数量 under 年需求量."""
    sides = _SIDES.get(normal(sub))
    return sides is not None and any(key in sides for key, _ in match_heading(top, kind))
