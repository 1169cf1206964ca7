"""The quantity of a row: its cell, its unit's cell, and what the headings say of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matcher.lists.columns import ColumnMatch, is_unit
from matcher.model import Quantity
from matcher.quantity import WrittenUnit, parse_quantity, parse_unit
from matcher.quantity_words import SCALE_SIGNS

_SPACED_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")  # 12 000 as people type it
_ONLY_UNIT = re.compile(r"[^\d\s]{1,6}(?:[/／每]\s*(?:年|月|日|天))?")
_STROKE = re.compile(r"([\d.,]+[万亿]?)\s*[/／]\s*([^\d\s/／]{1,5})")
_WITH_UNIT = re.compile(r"[/／]\s*(?:计量)?单位")
_PLAIN = re.compile(r"[\d.,，]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as read, the unit as written, and what a person should look at."""

    quantity: Quantity | None
    unit: str
    complaint: str = ""
    advice: str = ""


class AmountReader:
    """Reads the quantities of one table; the same cells are read once.

    Args:
        columns: Columns of the quantity, whose headings may carry unit and period.
        unit_above: Unit that a line above the header gives for the whole table.
    """

    def __init__(self, columns: Sequence[ColumnMatch], unit_above: str) -> None:
        self._headed = next((column.unit for column in columns if column.unit), "")
        self._unit_above = unit_above
        self._period = _period(columns)
        self._with_unit = any(_WITH_UNIT.search(column.heading) for column in columns)
        self.read = lru_cache(maxsize=16_384)(self._read)

    def _read(self, text: str, unit: str) -> Amount:
        """Read a quantity's cell and the cell of its unit.

        Where the latter is blank, the heading's unit or the table's counts.
        """
        if not text and unit[:1].isdigit():  # 500台 where only the unit is asked for
            text, unit = unit, ""
        if self._with_unit:
            text = _strokeless(text)
        headed = self._headed
        unit, complaint = _with_scale(unit, headed) if unit else (headed or self._unit_above, "")
        plain = parse_unit(unit)
        text = _SPACED_NUMBER.sub("", text)
        if not text:
            return Amount(None, plain.unit)
        try:
            quantity = parse_quantity(text, unit)
        except ValueError:
            return _unread(text, plain)
        if quantity and not quantity.period and self._period:
            quantity = replace(quantity, period=self._period)
        shown = quantity.unit if quantity and quantity.unit else plain.unit
        if complaint and _PLAIN.fullmatch(text):
            advice = f"暂按单位列（{shown}）读，请核对后只留一种写法"
            return Amount(quantity, shown, complaint, advice)
        return Amount(quantity, shown)


def _unread(text: str, plain: WrittenUnit) -> Amount:
    """What is said of a text that is no quantity."""
    if _ONLY_UNIT.fullmatch(text) and is_unit((alone := parse_unit(text)).unit):
        advice = "请补上数量；没有准数可写“若干”或“面议”"
        return Amount(None, alone.unit, "只有单位，没有数量", advice)
    unread = Quantity(None, None, plain.unit, plain.period, approximate=False, text=text)
    if _DATE.match(text):
        advice = "请把单元格改成文本后重填，如 3-5"
        return Amount(unread, plain.unit, "数量被表格软件变成了日期", advice)
    advice = "请写成一个数和一个单位，如 3000 吨、50-80 台；暂按未填处理"
    return Amount(unread, plain.unit, "数量认不出来", advice)


def _with_scale(unit: str, headed: str) -> tuple[str, str]:
    """The unit's cell with the 万 that only the heading says, and what is doubtful of both.

    Under 年产能（万） a cell 块 means 万块; under 年产能（万吨） a cell 吨 contradicts the heading.
    """
    own, above = parse_unit(unit), parse_unit(headed)
    if not headed or above.scale == own.scale or own.scale > 1:
        return unit, ""
    if not above.unit:
        return next(sign for sign in SCALE_SIGNS if headed.startswith(sign)) + unit, ""
    return unit, f"列名写的是{headed}，单位列写的是{unit}" if above.unit == own.unit else ""


def _strokeless(text: str) -> str:
    """500/台 as a heading 数量/单位 asks for it is 500台; elsewhere it may be a price."""
    found = _STROKE.fullmatch(text)
    return found[1] + found[2] if found and is_unit(found[2]) else text


def _period(columns: Sequence[ColumnMatch]) -> str:
    """月产能, 产能（月） and 产能/日 say the period in the heading; a year goes without saying."""
    for column in columns:
        if re.match(r"每?月", column.heading) or re.search(r"[/／(（]月", column.heading):
            return "month"
        if re.match(r"每?[日天]", column.heading) or re.search(r"[/／(（][日天]", column.heading):
            return "day"
    return ""
