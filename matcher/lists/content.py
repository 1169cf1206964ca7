"""What the cells of a table say where its headings do not: 单位 is a firm or a unit of measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from matcher.lists.cells import is_firm, looks_like_firm
from matcher.lists.columns import ColumnMatch, is_unit, match_heading, normal
from matcher.lists.grid import Grid, text_at
from matcher.model import ListKind, id_key, owner_key
from matcher.quantity import parse_unit
from matcher.text import fold, has_chinese

_SAMPLE = 40  # cells of a column that are looked at
_MOST = 0.6  # share of them that must agree
_ID = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z\u4e00-\u9fff\d\-_/]*\d")
_OWNER_HEADINGS = frozenset({"单位", "名称", "项目名称", "企业", "公司"})
_ORGANISATIONS = frozenset({"单位", "企业", "公司"})
_UNIT_LINE = re.compile(r"[(（]?\s*(?:计量|数量)?单位\s*[:：]\s*([^\s()（）,，;；]{1,8})\s*[)）]?")
_LINES_ABOVE = 8
_MOST_CELLS_ABOVE = 8
_FORM_KEYS = frozenset({"credit_code", "county", "tier", "chain"})
_FIRM_TITLE = re.compile(
    r"([\w（）()·]{2,30}?(?:有限责任公司|股份有限公司|有限公司|合作社))(?:$|.{0,20}(?:清单|明细|汇总|目录|表)$)"
)
_FIRM_LINE = re.compile(
    r"(?:填报|申报|报送|提报|链主|采购|需求|供应|供给|生产)?(?:单位|企业|公司)(?:名称|全称)?\s*"
    r"(?:[(（][^()（）]*[)）])?\s*[:：]\s*(\S+)"
)


def settle(
    grid: Grid, start: int, stop: int, columns: list[ColumnMatch], kind: ListKind
) -> list[ColumnMatch]:
    """Columns corrected by what stands below their headings; what was given by hand stays."""
    for correct in (_owner_column, _unit_column, _product_column, _id_column):
        columns = correct(grid, (start, stop), columns, kind)
    return columns


def _share(
    grid: Grid, rows: tuple[int, int], column: ColumnMatch, test: Callable[[str], bool]
) -> float:
    """Share of the first cells of a column that pass a test."""
    texts: list[str] = []
    for r in range(*rows):
        if text := text_at(grid, r, column.index):
            texts.append(text)
        if len(texts) == _SAMPLE or r - rows[0] > 10 * _SAMPLE:
            break
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _changed(
    columns: Sequence[ColumnMatch], index: int, key: str, how: str = "content"
) -> list[ColumnMatch]:
    score = 0.0 if not key else 0.9
    return [
        replace(c, key=key, how=how if key else "none", score=score) if c.index == index else c
        for c in columns
    ]


def _owner_column(
    grid: Grid, rows: tuple[int, int], columns: list[ColumnMatch], kind: ListKind
) -> list[ColumnMatch]:
    """单位 over names of firms is the organisation, whatever the table of headings says."""
    owner = owner_key(kind)
    for column in columns:
        free = column.key in {"unit", ""} and column.how != "given"
        if not free or normal(column.heading) not in _OWNER_HEADINGS:
            continue
        test = _may_be_owner if normal(column.heading) in _ORGANISATIONS else looks_like_firm
        if _share(grid, rows, column, test) >= _MOST:
            taken = any(c.key == owner for c in columns)
            columns = _changed(columns, column.index, "" if taken else owner)
    return columns


def _may_be_owner(text: str) -> bool:
    """Under 单位 any longer Chinese text that is no unit of measure (新疆金川矿业) is a firm."""
    if looks_like_firm(text):
        return True
    long = len(text) >= 4 and has_chinese(text) and not re.search(r"[\d/／、]", text)
    return long and not is_unit(fold(parse_unit(text).unit))


def _unit_column(
    grid: Grid, rows: tuple[int, int], columns: list[ColumnMatch], kind: ListKind
) -> list[ColumnMatch]:
    """Of two columns headed 单位 the one with units is the unit."""
    if any(c.key == "unit" for c in columns):
        return columns
    for column in columns:
        if column.key or not any(k == "unit" for k, _ in match_heading(column.heading, kind)):
            continue
        if _share(grid, rows, column, lambda text: is_unit(fold(parse_unit(text).unit))) >= _MOST:
            return _changed(columns, column.index, "unit")
    return columns


def _product_column(
    grid: Grid, rows: tuple[int, int], columns: list[ColumnMatch], kind: ListKind
) -> list[ColumnMatch]:
    """名称 over names of firms is no product where another column can be it."""
    product = next((c for c in columns if c.key == "product_name" and c.how != "given"), None)
    if product is not None and _share(grid, rows, product, is_firm) < _MOST:
        return columns
    if product is None and any(c.key == "product_name" for c in columns):
        return columns
    for column in columns:
        keys = {key.rstrip("?") for key, _ in match_heading(column.heading, kind)}
        if column.key or "product_name" not in keys:
            continue
        if product is not None:
            taken = any(c.key == owner_key(kind) for c in columns)
            columns = _changed(columns, product.index, "" if taken else owner_key(kind))
        return _changed(columns, column.index, "product_name")
    return columns


def _id_column(
    grid: Grid, rows: tuple[int, int], columns: list[ColumnMatch], kind: ListKind
) -> list[ColumnMatch]:
    """编号 over codes (XQ-001) is the row's id; over plain numbers it only counts the rows."""
    if any(c.key == id_key(kind) for c in columns):
        return columns
    for column in columns:
        free = column.key == "@serial" and column.how != "given"
        if free and _share(grid, rows, column, lambda t: bool(_ID.fullmatch(t))) >= _MOST:
            return _changed(columns, column.index, id_key(kind))
    return columns


def above(grid: Grid, table_row: int, kind: ListKind) -> tuple[dict[str, str], str]:
    """What the lines above a header say for the whole table: the firm, and the unit.

    ``填报单位：新疆某某有限公司``, the cells ``企业名称`` and ``新疆某某有限公司`` of a form, a title that
    begins with a firm's name, and ``单位：吨`` stand there, before the rows of a table above.
    """
    firm: dict[str, str] = {}
    unit = ""
    for r in range(table_row - 1, max(table_row - _LINES_ABOVE - 1, -1), -1):
        filled = (text for c in range(len(grid.rows[r])) if (text := text_at(grid, r, c)))
        texts = list(islice(filled, _MOST_CELLS_ABOVE + 1))
        if len(texts) > _MOST_CELLS_ABOVE:
            break
        firm = _said_of_firm(texts, kind) | firm
        for text in texts:
            found = _UNIT_LINE.fullmatch(text)
            if found and is_unit(parse_unit(found[1]).unit) and "元" not in found[1]:
                unit = unit or found[1]
    return (firm if owner_key(kind) in firm else {}), unit


def is_form_line(grid: Grid, row: int, kind: ListKind) -> bool:
    """A line of labels and values of the form above a table: 联系人 | 张三 | 电话 | 139."""
    texts = [text for c in range(len(grid.rows[row])) if (text := text_at(grid, row, c))]
    labels = sum(
        text.endswith((":", "：")) or any(score >= 1 for _, score in match_heading(text, kind))
        for text in texts
    )
    return labels * 3 >= len(texts)


def _said_of_firm(texts: Sequence[str], kind: ListKind) -> dict[str, str]:
    """What one line says of the firm, by key."""
    said: dict[str, str] = {}
    owner = owner_key(kind)
    for text in texts:
        for found in _FIRM_LINE.finditer(text):
            if looks_like_firm(found[1]):
                said[owner] = found[1]
    for label, value in pairwise(texts):
        keys = [key for key, score in match_heading(label, kind) if score >= 1]
        if keys[:1] == [owner] and looks_like_firm(value):
            said[owner] = value
        elif keys[:1] == ["tier"] or (
            keys and keys[0] in _FORM_KEYS and not match_heading(value, kind)
        ):
            said[keys[0]] = value
    if len(texts) == 1 and owner not in said and (title := _FIRM_TITLE.match(texts[0])):
        said[owner] = title[1]
    return said
