"""Rows of one table to typed rows, problems and counted skips: nothing is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from matcher.lists.cells import (
    is_nothing,
    looks_like_firm,
    read_credit_code,
    read_date,
    read_option,
)
from matcher.lists.columns import JOINED, ColumnMatch
from matcher.lists.grid import Grid
from matcher.lists.products import split_products
from matcher.lists.tables import Table, is_header_again, text_at
from matcher.model import (
    Demand,
    ListKind,
    Problem,
    Quantity,
    Row,
    Skipped,
    Source,
    Supply,
    id_key,
    keys_of,
    owner_key,
    quantity_key,
)
from matcher.quantity import parse_quantity, parse_unit
from matcher.text import clean, clean_lines

_SUM = re.compile(
    r"^(?:本页|本表|分类|全[州县市]|其中)?(?:小计|合计|总计|共计|累计|总合计)(?![量算数])"
)
_SUM_END = re.compile(r"(?:小计|合计|总计|共计)[:：]?$")
_REMARK = re.compile(
    r"^(?:备\s*注|注|说明|附注|填表说明|填报说明|填写说明|重要说明|特别说明|数据来源|资料来源|来源)\s*\d*\s*[:：]|"
    r"^(?:备\s*注|填表说明|填报说明|附注)$|"
    r"^(?:填表人|制表人?|制单|审核人?|复核|单位负责人|负责人|填报人|填报单位|填表单位|填报日期|填表日期|报送单位|报送日期|"
    r"日期|时间|联系人|联系电话|单位[（(]盖章|盖章|分管领导|主管领导|第\s*\d+\s*页|共\s*\d+\s*页)\s*.{0,2}[:：第共页]|"
    r"^注\s*[:：\d(（]|^第\s*\d+\s*页"
)
_ZERO = re.compile(r"[0.,\s]*|#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)")
_SERIAL = re.compile(r"[\d.\-—()（）]*")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)")
_GROUP = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．\s]|附[表件]\s*\d*|第[一二三四五六七八九十]+[部批组类])"
)
# Columns that speak of the firm: where the firm's cell is blank they continue the row above.
_FIRM_KEYS = ("leader", "enterprise", "credit_code", "county", "tier", "chain")
_FIRM_DETAILS = ("credit_code", "county", "tier")
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
        self, grid: Grid, table: Table, kind: ListKind, *, file: str, id_prefix: str = ""
    ) -> None:
        self._grid, self._table, self._kind = grid, table, kind
        self._file, self._id_prefix = file, id_prefix
        self._by_key: dict[str, list[ColumnMatch]] = {}
        self._others: list[ColumnMatch] = []
        for column in table.columns:
            if column.key and not column.key.startswith("@ignore"):
                self._by_key.setdefault(column.key, []).append(column)
            elif column.heading:
                self._others.append(column)
        self._firm: dict[str, str] = {}
        self._row: list[str] = []  # the current row, cleaned
        self._merged = self._merged_cells()
        self._owner = owner_key(kind)
        lines = [[text_at(grid, line, c.index) for line in table.header] for c in table.columns]
        self._headings = {text for column in lines for text in column} | {""}
        self._id = id_key(kind)
        self._quantity = quantity_key(kind)
        self._title_keys = {
            "",
            "@serial",
            "@ignore",
            "chain",
            "product_name",
            self._id,
            self._owner,
        }
        self._out = TableRows()

    def _merged_cells(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Covered cell → the first cell of its vertical merge, within the table's data rows."""
        covered = {}
        table = self._table
        for r0, c0, r1, c1 in self._grid.merges:
            if r1 > r0 >= table.start and c1 <= table.last_column and c1 - c0 <= 1:
                for r in range(max(r0, table.start), min(r1, table.stop - 1) + 1):
                    covered[(r, c0)] = (r0, c0)
        return covered

    def read(self) -> TableRows:
        """Read every row from the table's start to its stop."""
        remark = False
        for r in range(self._table.start, self._last_filled() + 1):
            self._row = [clean(cell) if cell else "" for cell in self._grid.rows[r]]
            filled = [
                (c, self._row[c.index])
                for c in self._table.columns
                if c.index < len(self._row) and self._row[c.index]
            ]
            reason = self._skip_reason(r, filled, after_remark=remark)
            if reason:
                remark = reason == "备注行" or (remark and reason == "空行")
                self._skip(r, reason)
                continue
            remark = False
            self._data_row(r)
        return self._out

    def _last_filled(self) -> int:
        columns = range(self._table.first_column, self._table.last_column + 1)
        last = min(self._table.stop, len(self._grid.rows)) - 1
        while last >= self._table.start and not any(text_at(self._grid, last, c) for c in columns):
            last -= 1
        return last

    def _number(self, r: int) -> int:
        return self._grid.first_row + r

    def _skip(self, r: int, reason: str) -> None:
        self._out.skipped.append(Skipped(self._grid.name, self._number(r), reason))

    def _skip_reason(
        self, r: int, filled: Sequence[tuple[ColumnMatch, str]], *, after_remark: bool
    ) -> str:
        """Why a row is no data, or empty. A row with a given id and a product is always data."""
        if not filled:
            return "空行"
        product = self._cell("product_name", r)
        identity = self._cell(self._id, r)
        if identity and product and not _SUM.match(identity):
            return ""
        texts = [text for _, text in filled]
        if product in self._headings and is_header_again(self._grid, r, self._table):
            return "重复表头"
        if self._is_sum(texts, product):
            return "合计行"
        first = texts[0].lstrip("(（* ")
        spread = {text for text in texts if not _ZERO.fullmatch(text)}
        if _REMARK.match(first) and (len(spread) <= 2 or not product or product == texts[0]):
            return "备注行"
        own = [c for c, t in filled if not _ZERO.fullmatch(t) and not self._is_serial(c, t)]
        if not own:
            return "空行（只有序号或零）"
        if len(spread) == 1 and len(self._table.columns) > 2:
            column = next(c for c, text in filled if text in spread)
            if column.key in self._title_keys:
                return self._single_text(r, spread.pop(), product, after_remark=after_remark)
        return ""

    def _is_serial(self, column: ColumnMatch, text: str) -> bool:
        return column.key == "@serial" and bool(_SERIAL.fullmatch(text))

    def _is_sum(self, texts: Sequence[str], product: str) -> bool:
        for text in texts[:3]:
            bare = re.sub(r"[\s　]", "", text)
            if _SUM.match(bare):
                return True
            if _SUM_END.search(bare) and (text != product or len(texts) <= 3):
                return True
        return False

    def _single_text(self, r: int, text: str, product: str, *, after_remark: bool) -> str:
        """A row with one text: a title, the name of a group, a remark that goes on, or data."""
        if _GROUP.match(text) or self._spans_table(r):
            if looks_like_firm(text.rsplit("：", maxsplit=1)[-1]):
                self._firm = {self._owner: text.rsplit("：", maxsplit=1)[-1]}
            return "分组标题"
        if after_remark and (len(text) > 8 or re.match(r"^[\d(（①-⑳]", text)):
            return "备注行"
        if not product and looks_like_firm(text) and self._owner not in self._by_key:
            self._firm = {self._owner: text}
            return "分组标题"
        if len(text) > 60 or re.search(r"[。；]$", text):
            return "备注行"
        if product:
            return ""
        return "分组标题" if self._cell(self._owner, r) != text else ""

    def _spans_table(self, r: int) -> bool:
        columns = self._table.columns
        return any(
            r0 <= r <= r1 and c1 - c0 + 1 >= max(3, len(columns) // 2)
            for r0, c0, r1, c1 in self._grid.merges
        )

    def _cell(self, key: str, r: int) -> str:
        """Text of a key's column, joined where several columns share it; merged cells filled."""
        columns = self._by_key.get(key, ())
        texts = []
        for column in columns:
            text = self._row[column.index] if column.index < len(self._row) else ""
            if not text and (origin := self._merged.get((r, column.index))):
                text = text_at(self._grid, *origin)
            if text and not (key != "product_name" and len(columns) > 1 and is_nothing(text)):
                texts.append(text)
        return " ".join(dict.fromkeys(texts)) if key in JOINED else (texts[0] if texts else "")

    def _raw(self, key: str, r: int) -> str:
        """A cell with its line breaks."""
        for column in self._by_key.get(key, ()):
            cells = self._grid.rows[r]
            if column.index < len(cells) and cells[column.index].strip():
                return clean_lines(cells[column.index])
        return self._cell(key, r)

    def _data_row(self, r: int) -> None:
        values: dict[str, Any] = {
            key: self._cell(key, r) for key in keys_of(self._kind) if key in self._by_key
        }
        self._fill_firm(values)
        raw_name = self._raw("product_name", r)
        products = split_products(raw_name)
        name = values.get("product_name", "")
        if not name or is_nothing(name) or _ERROR.fullmatch(name) or not products:
            self._without_name(r, values, name)
            return
        if len(name) > _TEXT_LIMIT:
            self._problem(
                r,
                "product_name",
                name[:60],
                "单元格内容过长，疑似引号没有成对",
                "请检查该行的引号",
                lost=True,
            )
            return
        values["product_name"] = name if len(products) > 1 else products[0]
        values["products"] = products
        self._options(r, values)
        self._dates(r, values)
        self._codes(r, values)
        quantity = self._read_quantity(r)
        values[self._quantity] = quantity
        values["unit"] = quantity.unit if quantity and quantity.unit else self._unit_alone(r)
        values["id_given"] = bool(values.get(self._id))
        values[self._id] = values.get(self._id) or f"{self._id_prefix}{self._number(r)}"
        values["attributes"] = self._attributes(r)
        values["source"] = Source(self._file, self._grid.name, self._number(r))
        if self._example(values):
            self._problem(
                r, "product_name", name, "这是模板里的示例行", "正式填报前请删去或改成自己的内容"
            )
        self._out.rows.append(
            Demand(**values) if self._kind is ListKind.DEMAND else Supply(**values)
        )

    def _example(self, values: dict[str, Any]) -> bool:
        return str(values.get(self._owner, "")).startswith("示例")

    def _fill_firm(self, values: dict[str, Any]) -> None:
        """Continue the firm of the row above where the firm's cell is blank."""
        owner = values.get(self._owner, "")
        if owner:
            self._firm = {key: values[key] for key in _FIRM_KEYS if values.get(key)}
            return
        if self._firm:
            self._out.filled_down += self._owner in self._by_key
            values[self._owner] = self._firm.get(self._owner, "")
            for key in (*_FIRM_DETAILS, "chain"):
                if key in values and not values[key]:
                    values[key] = self._firm.get(key, "")

    def _without_name(self, r: int, values: dict[str, Any], name: str) -> None:
        """A row that has content but no product name is lost, and says so."""
        content = "；".join(str(v) for k, v in values.items() if v and k not in _FIRM_KEYS)
        message = f"产品名称是“{name}”" if name else "没有产品名称"
        self._problem(
            r, "product_name", content or name, message, "请补上产品名称后重新导入这一行", lost=True
        )

    def _options(self, r: int, values: dict[str, Any]) -> None:
        for key in ("category", "tier", "disclosure", "county"):
            if key in values:
                values[key], complaint = read_option(key, values[key])
                if complaint:
                    self._problem(
                        r, key, self._cell(key, r), complaint, "请改成可选的写法；暂按未填处理"
                    )

    def _dates(self, r: int, values: dict[str, Any]) -> None:
        if "valid_until" in values:
            values["valid_until"], complaint = read_date(values["valid_until"])
            if complaint:
                self._problem(
                    r, "valid_until", self._cell("valid_until", r), complaint,
                    "请写成 2027-12-31 的样子；暂按未填处理",
                )  # fmt: skip

    def _codes(self, r: int, values: dict[str, Any]) -> None:
        if values.get("credit_code"):
            written = values["credit_code"]
            values["credit_code"], complaint = read_credit_code(written)
            if complaint and self._cell("credit_code", r):
                self._problem(r, "credit_code", written, complaint, "请对照营业执照核对")

    def _read_quantity(self, r: int) -> Quantity | None:
        text = self._cell(self._quantity, r)
        if not text:
            return None
        unit = self._unit_text(r)
        try:
            quantity = parse_quantity(text, unit)
        except ValueError:
            advice = "请写成一个数和一个单位，如 3000 吨、50-80 台；暂按未填处理"
            message = "数量认不出来"
            if re.match(r"\d{4}-\d\d-\d\d", text):
                message, advice = "数量被表格软件变成了日期", "请把单元格改成文本后重填，如 3-5"
            self._problem(r, self._quantity, text, message, advice)
            plain = parse_unit(unit)
            return Quantity(None, None, plain.unit, plain.period, approximate=False, text=text)
        if quantity and not quantity.period and self._heading_period():
            quantity = Quantity(
                quantity.low, quantity.high, quantity.unit, self._heading_period(),
                approximate=quantity.approximate, text=quantity.text,
            )  # fmt: skip
        return quantity

    def _heading_period(self) -> str:
        """月产能 and 日产能 say the period in the heading."""
        for column in self._by_key.get(self._quantity, ()):
            if re.match(r"月|每月", column.heading):
                return "month"
            if re.match(r"日|每[日天]", column.heading):
                return "day"
        return ""

    def _unit_text(self, r: int) -> str:
        unit = self._cell("unit", r)
        if unit:
            return unit
        columns = self._by_key.get(self._quantity, ())
        return next((column.unit for column in columns if column.unit), "")

    def _unit_alone(self, r: int) -> str:
        return parse_unit(self._unit_text(r)).unit

    def _attributes(self, r: int) -> dict[str, Any]:
        """Cells of columns that are no column of ours, kept under their headings."""
        attributes: dict[str, Any] = {}
        for column in self._others:
            text = self._row[column.index] if column.index < len(self._row) else ""
            if text:
                attributes[column.heading] = text
        contact = {
            key.removeprefix("@contact_"): self._cell(key, r)
            for key in ("@contact_name", "@contact_phone")
            if self._cell(key, r)
        }
        if contact:
            attributes["contact"] = contact
        return attributes

    def _problem(
        self, r: int, key: str, text: str, message: str, advice: str, *, lost: bool = False
    ) -> None:
        heading = next((c.heading for c in self._by_key.get(key, ())), "")
        shown = text if len(text) <= 200 else text[:200] + "…"
        self._out.problems.append(
            Problem(self._grid.name, self._number(r), heading, shown, message, advice, lost)
        )
