"""Rows of one table to typed rows, problems and counted skips: nothing is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from matcher.lists.amounts import AmountReader
from matcher.lists.cells import (
    is_firm,
    is_nothing,
    read_credit_code,
    read_date,
    read_option,
    was_number,
    whole,
)
from matcher.lists.columns import ColumnMatch, column_letter
from matcher.lists.content import above
from matcher.lists.filling import FIRM_KEYS, Filler
from matcher.lists.grid import Grid, text_at
from matcher.lists.pairing import pair
from matcher.lists.rowcells import RowCells
from matcher.lists.skips import GROUP, Cells, Sorter, firm_of_title, is_serial
from matcher.lists.tables import Table
from matcher.model import (
    Demand,
    ListKind,
    Problem,
    Row,
    Skipped,
    Source,
    Supply,
    id_key,
    keys_of,
    owner_key,
    quantity_key,
)
from matcher.text import clean

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_EXAMPLE = re.compile(r"[(（【]?(?:示例|样例|范例|填写?示例|例如|例\s*[:：])")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)")
_TEXT_LIMIT = 20_000  # characters of one cell; more is a swallowed file, not a cell


@dataclass(slots=True)
class TableRows:
    """What the rows of one table became."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    filled_down: int = 0


class TableReader:
    """Reads the rows of one table; remembers what is filled down from the rows above."""

    def __init__(
        self,
        grid: Grid,
        table: Table,
        kind: ListKind,
        *,
        file: str,
        row_id: Callable[[str, int], str],
    ) -> None:
        self._grid, self._table, self._kind = grid, table, kind
        self._file, self._row_id = file, row_id
        self._by_key: dict[str, list[ColumnMatch]] = {}
        self._others: list[tuple[ColumnMatch, str, str]] = []
        ours = {*keys_of(kind), "@serial", "@origin", "@contact_name", "@contact_phone"}
        for column in table.columns:
            if column.key == "@drop":
                continue
            if column.key in ours:
                self._by_key.setdefault(column.key, []).append(column)
            else:
                letter = f"{column_letter(column.index)}列"
                name = column.heading or letter
                self._others.append((column, name, f"{name}（{letter}）"))
        self._headings = {key: columns[0].heading for key, columns in self._by_key.items()}
        self._owner = owner_key(kind)
        self._id = id_key(kind)
        self._quantity = quantity_key(kind)
        self._keys = [key for key in keys_of(kind) if key in self._by_key]
        self._cells = RowCells(grid, table, self._by_key, self._keys)
        self._sorter = Sorter(grid, table, kind)
        firm, unit = above(grid, table.header[0], kind) if table.header else ({}, "")
        self._filler = Filler(kind, firm)
        self._amounts = AmountReader(self._by_key.get(self._quantity, ()), unit)
        self._out = TableRows()

    def read(self) -> TableRows:
        """Read every row from the table's start to its stop."""
        for r in range(self._table.start, self._last_filled() + 1):
            self._cells.load(r)
            cells, values = self._cells.filled(), self._cells.values()
            product, identity = values["product_name"], values.get(self._id, "")
            reason = self._sorter.reason(r, cells, product, identity)
            if not reason and self._heads_a_group(r, cells):
                reason = GROUP
            if reason == GROUP and (firm := firm_of_title(cells)):
                self._filler.name_firm(firm)
            if reason:
                self._out.skipped.append(Skipped(self._grid.name, self._number(r), reason))
            else:
                self._data_row(r, values)
        return self._out

    def _last_filled(self) -> int:
        """The last row to read: blank rows count between tables, not at the end of the sheet."""
        last = min(self._table.stop, len(self._grid.rows)) - 1
        if self._table.stop < len(self._grid.rows):
            return last
        while last >= self._table.start and not any(map(str.strip, self._grid.rows[last])):
            last -= 1
        return last

    def _number(self, r: int) -> int:
        return self._grid.first_row + r

    def _heads_a_group(self, r: int, cells: Cells) -> bool:
        """Whether a row holds only a firm's name, over rows whose firm's cell is blank."""
        if len(cells) != 1 or cells[0][0].key != self._owner or not is_firm(cells[0][1]):
            return False
        owner, product = cells[0][0].index, self._by_key["product_name"][0].index
        for below in range(r + 1, min(self._table.stop, len(self._grid.rows), r + 4)):
            if text_at(self._grid, below, product):
                return (
                    not text_at(self._grid, below, owner)
                    and (below, owner) not in self._cells.merged
                )
        return False

    def _data_row(self, r: int, values: dict[str, Any]) -> None:
        self._without_errors(r, values)
        blank = not values.get(self._owner)
        if not self._filler.fill(values):
            message = "没有企业名称，信用代码与上一行的企业不同"
            advice = "请补上企业名称；没有接着上一行的企业"
            self._problem(r, self._owner, values["credit_code"], message, advice)
        elif blank and values.get(self._owner) and self._owner in self._by_key:
            self._out.filled_down += 1
        name = values["product_name"]
        if not name or is_nothing(name):
            self._without_name(r, name)
            return
        if len(name) > _TEXT_LIMIT:
            message, advice = "单元格内容过长，疑似引号没有成对", "请检查该行的引号"
            self._problem(r, "product_name", name[:60], message, advice, lost=True)
            return
        products = self._cells.products(name)
        values["product_name"] = name if len(products) > 1 else products[0]
        values["products"] = products
        if len(spec := values.get("spec", "")) == 10 and _DATE.fullmatch(spec):
            message = "规格像是被表格软件变成了日期"
            self._problem(r, "spec", spec, message, "若不是日期，请把单元格改成文本后重填")
        self._options(r, values)
        self._dates(r, values)
        self._codes(r, values)
        values["id_given"] = bool(values.get(self._id))
        given = whole(values.get(self._id, ""))
        values[self._id] = given or self._row_id(self._grid.name, self._number(r))
        values["attributes"] = self._attributes(r)
        values["source"] = Source(self._file, self._grid.name, self._number(r))
        if _EXAMPLE.match(name) or _EXAMPLE.match(values.get(self._owner, "")):
            message, advice = "这是模板里的示例行", "正式填报前请删去或改成自己的内容"
            self._problem(r, "product_name", name, message, advice)
        for own in self._own(values, products):
            row = {**values, **own}
            self._amount(r, row)
            self._out.rows.append(Demand(**row) if self._kind is ListKind.DEMAND else Supply(**row))

    def _own(self, values: dict[str, Any], products: tuple[str, ...]) -> list[dict[str, Any]]:
        """What each product has for itself, where the quantity's cell says it of each."""
        written = values.get(self._quantity, "")
        amount = self._cells.lined(self._quantity, written) if written else ""
        if len(products) < 2 and "\n" not in amount:
            return [{}]
        raw = {k: self._cells.lined(k, values[k]) for k in self._keys if values.get(k)}
        return pair(raw, products, self._quantity) or [{self._quantity: amount}]

    def _without_errors(self, r: int, values: dict[str, Any]) -> None:
        """A formula that failed is no content."""
        for key, text in values.items():
            if text.startswith("#") and _ERROR.fullmatch(text):
                values[key] = ""
                if key != "product_name":
                    self._problem(r, key, text, "公式出错", "请改好公式或填上内容；暂按未填处理")

    def _without_name(self, r: int, name: str) -> None:
        """A row that has content but no product name is lost, and says so."""
        told = [
            (column.key, text)
            for column, text in self._cells.filled()
            if not is_serial(column, text)
        ]
        content = [text for key, text in told if key not in FIRM_KEYS]
        text = "；".join(content or [text for _, text in told])
        message = f"产品名称是“{name}”" if name else "没有产品名称"
        advice = "请补上产品名称后重新导入这一行"
        if self._grid.loses_merges and not name:
            advice += "（与上一行是同一产品的，也请写上）"
        self._problem(r, "product_name", text, message, advice, lost=True)

    def _options(self, r: int, values: dict[str, Any]) -> None:
        for key in ("category", "tier", "disclosure", "county"):
            if values.get(key):
                written = values[key]
                values[key], complaint = read_option(key, written, self._headings.get(key, ""))
                if complaint:
                    advice = "请改成可选的写法" + ("" if values[key] else "；暂按未填处理")
                    self._problem(r, key, written, complaint, advice)

    def _dates(self, r: int, values: dict[str, Any]) -> None:
        if values.get("valid_until"):
            written = values["valid_until"]
            values["valid_until"], complaint = read_date(written)
            if complaint:
                advice = "请写成 2027-12-31 的样子；暂按未填处理"
                self._problem(r, "valid_until", written, complaint, advice)

    def _codes(self, r: int, values: dict[str, Any]) -> None:
        if values.get("credit_code"):
            written = values["credit_code"]
            values["credit_code"], complaint = read_credit_code(written)
            if complaint and self._says_code():
                self._problem(r, "credit_code", written, complaint, "请对照营业执照核对")

    def _says_code(self) -> bool:
        """Whether a credit code stands in this row: a complaint is said once for all its rows."""
        columns = self._by_key.get("credit_code", ())
        here = any(self._cells.texts[column.index] for column in columns)
        return here or not (columns or self._out.rows)

    def _amount(self, r: int, values: dict[str, Any]) -> None:
        written = values.get(self._quantity, "")
        amount = self._amounts.read(written, values.get("unit", ""))
        values[self._quantity], values["unit"] = amount.quantity, amount.unit
        if amount.complaint:
            self._problem(r, self._quantity, clean(written), amount.complaint, amount.advice)

    def _attributes(self, r: int) -> dict[str, Any]:
        """Cells of columns that are no column of ours, kept under their headings."""
        attributes: dict[str, Any] = {}
        for column, name, other_name in self._others:
            if text := self._cells.own(column):
                attributes[name if name not in attributes else other_name] = text
        for column in self._by_key.get("@serial", ()):
            if (text := self._cells.own(column)) and not is_serial(column, text):
                attributes[column.heading] = text
        contact = {}
        for key in ("@contact_name", "@contact_phone"):
            if key in self._by_key and (text := self._cells.text(key)):
                contact[key.removeprefix("@contact_")] = whole(text)
                if was_number(text):
                    message = "号码被表格软件变成了科学计数，后几位可能已丢失"
                    self._problem(r, key, text, message, "请把这一列改成文本后重填")
        if contact:
            attributes["contact"] = contact
        if origin := self._cells.text("@origin"):
            attributes["origin"] = origin
        return attributes

    def _problem(
        self, r: int, key: str, text: str, message: str, advice: str, *, lost: bool = False
    ) -> None:
        shown = text if len(text) <= 200 else text[:200] + "…"
        place = self._grid.name, self._number(r), self._headings.get(key, "")
        self._out.problems.append(Problem(*place, shown, message, advice, lost))
