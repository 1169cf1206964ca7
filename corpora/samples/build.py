"""Write the messy sample lists from the two clean ones.

``source/demands.tsv`` and ``source/supplies.tsv`` hold the truth: one row per demand or supply,
clean text, no quoting.  What an office receives looks different, and this script makes it so:
a workbook whose tables have titles, two-line headers, merged cells, subtotals and remarks; a Word
file with one table per town; a GB18030 text file with line breaks inside its cells.  Only the
layout of the mess is written down here, every product stands in the two lists.

Run it as ``python -m corpora.samples.build``; with ``--notes`` it also prints where it put what,
in the form ``planted.toml`` keeps as ``[[mess]]``.  The same input gives the same bytes: no clock,
no random numbers, fixed times in the zip containers.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Pt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from docx.document import Document as WordDocument
    from docx.table import Table
    from xlsxwriter.worksheet import Worksheet

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "source"
DEMANDS_XLSX = "需求清单.xlsx"
SUPPLIES_DOCX = "供给清单_博乐.docx"
SUPPLIES_CSV = "供给清单_县市.csv"

MADE = datetime(2027, 1, 18, 9, 0, 0, tzinfo=UTC)
"""The one moment every file says it was made at."""

Row = dict[str, str]


@dataclass(frozen=True)
class Note:
    """One place where a file departs from the clean list."""

    file: str
    what: str
    where: str


@dataclass
class Notes:
    """Collects the notes of one build, in the order of writing."""

    items: list[Note] = field(default_factory=list)

    def add(self, file: str, what: str, where: str) -> None:
        """Note ``what`` was done to ``file``, and ``where``."""
        self.items.append(Note(file, what, where))

    def toml(self) -> str:
        """Return the notes as ``[[mess]]`` tables."""
        return "\n".join(
            f'[[mess]]\nfile = "{n.file}"\nwhat = "{n.what}"\nwhere = "{n.where}"\n'
            for n in self.items
        )


# --------------------------------------------------------------------------------------------
# Reading the truth, and small distortions of text
# --------------------------------------------------------------------------------------------


def read_tsv(path: Path) -> list[Row]:
    """Read a clean list: tab separated, a header line, no quoting at all."""
    lines = path.read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:] if line]


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def widen(text: str) -> str:
    """Turn ASCII letters, digits and signs into their full-width forms (blanks stay)."""
    return text.translate(_WIDE)


def glue_standard(text: str) -> str:
    """Write ``GB/T 8163-2018`` as hurried clerks do: ``GBT8163-2018``."""
    return re.sub(r"\b(GB|NB|HG|YB|JC|SY|NY|FZ|QB|JB|YS|HJ)/?(T?) (?=\d)", r"\1\2", text)


def break_line(text: str) -> str:
    """Put a line break behind the first comma or semicolon of a cell."""
    return re.sub(r"([；，])", r"\1\n", text, count=1)


def with_commas(number: str) -> str:
    """Group the thousands of a plain number: ``12000`` becomes ``12,000``."""
    return f"{int(number):,}" if number.isdecimal() else number


DATE_FORMS: tuple[Callable[[date], str], ...] = (
    lambda d: d.isoformat(),
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
)


def clerk_date(iso: str, turn: int) -> str:
    """Write an ISO date in one of the ways clerks write dates, by ``turn``."""
    return DATE_FORMS[turn % len(DATE_FORMS)](date.fromisoformat(iso)) if iso else ""


def freeze_zip(data: bytes) -> bytes:
    """Rewrite a zip container with one fixed time stamp, so that equal content is equal bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            new.writestr(info, old.read(name))
    return out.getvalue()


# --------------------------------------------------------------------------------------------
# 需求清单.xlsx
# --------------------------------------------------------------------------------------------

MAIN_SHEET = "需求清单"
GUIDE_SHEET = "填表说明"
PORT_SHEET = "阿拉山口片区"
GOJI_SHEET = "枸杞链"

MAIN_ORDER = ("盐澄", "珂岭", "沐垠", "磐汀", "岱禾", "驰垣", "绯禾")
"""Leaders on the main sheet, by the distinctive part of their names, in the sheet's order."""

REVERSED_LEADERS = ("沐垠", "驰垣")
"""Leaders whose rows stand in reversed order."""

HEADER_AGAIN_BEFORE = ("磐汀", "绯禾")
"""Leaders before whose block the two header lines are repeated."""

WIDE_DEMANDS = frozenset({"D004", "D027", "D033", "D064", "D083", "D092", "D104", "D120", "D134"})
"""Demands with full-width digits and letters in specification, standard and quantity."""

GLUED_DEMANDS = frozenset(
    {"D002", "D008", "D010", "D012", "D026", "D034", "D041", "D055", "D075", "D080", "D100"}
    | {"D102", "D109", "D114", "D118", "D131", "D133", "D135"}
)
"""Demands whose standard lost its slash and blank."""

ONE_CELL_DEMANDS = frozenset(
    {"D003", "D011", "D014", "D018", "D029", "D035", "D042", "D056", "D060", "D071", "D076"}
    | {"D087", "D095", "D106", "D111", "D119", "D122", "D130", "D137", "D143"}
)
"""Demands with quantity and unit in the quantity cell."""

BROKEN_DEMANDS = frozenset(
    {"D001", "D006", "D013", "D021", "D026", "D030", "D044", "D059", "D068", "D086"}
    | {"D099", "D110", "D117", "D128", "D140"}
)
"""Demands with a line break inside the requirement."""

GUIDE_LINES = (
    "填表说明",
    "1. 本表由各产业链链主企业填报，县市工信部门汇总后报州工信部门。",
    "2. “类别”按关键原材料、关键零部件、关键要素选填，关键要素含物流、能源、检测、检修等。",
    "3. “年需求量”填数量和单位，无法预计的填“若干”或“面议”，如：约1.2万吨、50-80台、≥500套。",
    "4. 同一规格请勿重复填报；一格填写多个产品的，用顿号隔开。",
    "5. “公开方式”：公开指可在对接平台展示，匿名指隐去企业名称，仅主管部门指不对外展示。",
    "6. 示例（勿删）：产品名称 闸阀，规格型号 Z41H-16C DN100，年需求量 200 台。",
    "7. 填报截止日期：2027年1月15日，逾期不再受理。",
)

TITLE = "博州大中小企业融通创新“携手行动”产业链链主企业主要配套产品需求清单"


@dataclass(frozen=True)
class Column:
    """A column of a demand table: heading, key of the truth, width; ``sub`` splits the heading."""

    heading: str
    key: str
    width: int = 12
    sub: str = ""


MAIN_COLUMNS = (
    Column("序号", "#", 6),
    Column("需求编号", "demand_id", 9),
    Column("产业链", "chain", 11),
    Column("链主企业", "leader", 22),
    Column("产品名称", "product_name", 22),
    Column("类别", "category", 11),
    Column("规格型号", "spec", 34),
    Column("执行标准", "standard", 20),
    Column("年需求量", "annual_quantity", 12, "数量"),
    Column("年需求量", "unit", 10, "单位"),
    Column("", "", 3),
    Column("所在县市", "county", 10),
    Column("质量及交货要求", "requirement", 34),
    Column("现供应情况", "current_supplier", 22, "现供应商"),
    Column("现供应情况", "current_source", 12, "货源地"),
    Column("公开方式", "disclosure", 11),
    Column("有效期至", "valid_until", 13),
    Column("联系电话", "@phone", 14),
    Column("备注", "note", 20),
)

PORT_COLUMNS = (
    Column("编号", "#", 6),
    Column("需求编号", "demand_id", 9),
    Column("需求企业", "leader", 24),
    Column("采购产品", "product_name", 22),
    Column("配套类型", "category", 11),
    Column("技术要求", "spec", 34),
    Column("标准号", "standard", 20),
    Column("年用量", "annual_quantity", 12),
    Column("计量单位", "unit", 10),
    Column("其他要求", "requirement", 34),
    Column("目前供货单位", "current_supplier", 22),
    Column("目前货源", "current_source", 12),
    Column("县市", "county", 12),
    Column("所属产业链", "chain", 11),
    Column("是否公开", "disclosure", 11),
    Column("截止日期", "valid_until", 13),
    Column("说明", "note", 20),
)

GOJI_COLUMNS = (
    Column("需求编号", "demand_id", 9),
    Column("链主单位名称", "leader", 24),
    Column("产业链名称", "chain", 11),
    Column("拟采购产品（服务）名称", "product_name", 24),
    Column("产品类别", "category", 11),
    Column("型号规格", "spec", 34),
    Column("参照标准", "standard", 20),
    Column("预计年采购量", "annual_quantity", 14),
    Column("单位", "unit", 10),
    Column("质量要求", "requirement", 34),
    Column("原供应商", "current_supplier", 22),
    Column("原产地", "current_source", 12),
    Column("地点", "county", 10),
    Column("公开范围", "disclosure", 11),
    Column("需求有效期", "valid_until", 13),
    Column("手机", "@phone", 14),
    Column("备注", "note", 20),
)


class DemandBook:
    """Writes the demand workbook sheet by sheet."""

    def __init__(self, demands: Sequence[Row], notes: Notes) -> None:
        self.demands = demands
        self.notes = notes
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True})
        self.book.set_properties({"title": TITLE, "author": "州工信部门", "created": MADE})
        common = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter"}
        self.cell = self.book.add_format({**common, "border": 1})
        self.bold = self.book.add_format({**common, "border": 1, "bold": True, "align": "center"})
        self.title = self.book.add_format(
            {**common, "font_name": "黑体", "font_size": 16, "align": "center"}
        )
        self.plain = self.book.add_format({**common, "text_wrap": False})
        self.day = self.book.add_format({**common, "border": 1, "num_format": "yyyy-mm-dd"})

    def note(self, what: str, where: str) -> None:
        """Note a place in this file."""
        self.notes.add(DEMANDS_XLSX, what, where)

    def of_leader(self, brand: str) -> list[Row]:
        """Return the demands of one leader in the order its block shows them."""
        rows = [d for d in self.demands if brand in d["leader"]]
        return rows[::-1] if brand in REVERSED_LEADERS else rows

    # ---- cells ---------------------------------------------------------------------------

    def phone(self, demand_id: str) -> int:
        """Return the contact number of a demand: invented, and a number rather than text."""
        return 13900000000 + int(demand_id[1:]) % 100

    def value(self, demand: Row, key: str, where: str) -> str:
        """Return what a cell shows for ``key``, noting where it departs from the truth."""
        text = demand[key]
        number = demand["demand_id"]
        if number in ONE_CELL_DEMANDS and key in ("annual_quantity", "unit") and demand["unit"]:
            if key == "unit":
                return ""
            self.note(f"{number} 数量与单位写在同一格", where)
            text += demand["unit"]
        if number in GLUED_DEMANDS and key == "standard" and glue_standard(text) != text:
            self.note(f"{number} 标准号写成GBT一类，缺斜线和空格", where)
            text = glue_standard(text)
        if number in BROKEN_DEMANDS and key == "requirement" and break_line(text) != text:
            self.note(f"{number} 单元格内换行", where)
            text = break_line(text)
        if number in WIDE_DEMANDS and key in ("spec", "standard", "annual_quantity"):
            if widen(text) != text:
                self.note(f"{number} 全角数字和字母", where)
            text = widen(text)
        return text

    def write_row(
        self, sheet: Worksheet, line: int, columns: Sequence[Column], demand: Row, place: int
    ) -> None:
        """Write one demand; leader and chain are left to the merges around it."""
        for at, column in enumerate(columns):
            where = f"{sheet.get_name()} 第{line + 1}行"
            if column.key == "#":
                sheet.write_number(line, at, place, self.cell)
            elif column.key == "@phone":
                sheet.write_number(line, at, self.phone(demand["demand_id"]), self.cell)
            elif not column.key:
                sheet.write_blank(line, at, None, self.cell)
            elif column.key == "valid_until" and demand[column.key] and place % 5 == 0:
                sheet.write_datetime(line, at, datetime.fromisoformat(demand[column.key]), self.day)
            elif column.key == "valid_until":
                sheet.write_string(line, at, clerk_date(demand[column.key], place), self.cell)
            elif column.key == "annual_quantity" and demand[column.key].isdecimal():
                text = self.value(demand, column.key, where)
                if text.isascii() and text.isdecimal():
                    sheet.write_number(line, at, int(text), self.cell)
                else:
                    sheet.write_string(line, at, text, self.cell)
            elif column.key not in ("leader", "chain"):
                sheet.write_string(line, at, self.value(demand, column.key, where), self.cell)

    def merge_down(
        self, sheet: Worksheet, first: int, columns: Sequence[Column], key: str, rows: Sequence[Row]
    ) -> None:
        """Merge the cells of ``key`` over the rows of one leader."""
        at = next(i for i, c in enumerate(columns) if c.key == key)
        text = rows[0][key]
        if len(rows) == 1:
            sheet.write_string(first, at, text, self.cell)
        else:
            sheet.merge_range(first, at, first + len(rows) - 1, at, text, self.cell)

    def write_header(self, sheet: Worksheet, line: int, columns: Sequence[Column]) -> int:
        """Write a header of one or two lines and return the line behind it."""
        two = any(c.sub for c in columns)
        at = 0
        while at < len(columns):
            column = columns[at]
            if column.sub:
                end = at
                while end + 1 < len(columns) and columns[end + 1].heading == column.heading:
                    end += 1
                sheet.merge_range(line, at, line, end, column.heading, self.bold)
                for i in range(at, end + 1):
                    sheet.write_string(line + 1, i, columns[i].sub, self.bold)
                at = end
            elif two:
                sheet.merge_range(line, at, line + 1, at, column.heading, self.bold)
            else:
                sheet.write_string(line, at, column.heading, self.bold)
            at += 1
        return line + (2 if two else 1)

    def new_sheet(self, name: str, columns: Sequence[Column]) -> Worksheet:
        """Add a sheet with the widths of ``columns``."""
        sheet = self.book.add_worksheet(name)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        return sheet

    # ---- sheets --------------------------------------------------------------------------

    def main_sheet(self) -> None:
        """Most leaders, one under the other, with subtotals and a total."""
        columns, name = MAIN_COLUMNS, MAIN_SHEET
        sheet = self.new_sheet(name, columns)
        last = len(columns) - 1
        sheet.merge_range(0, 0, 0, last, TITLE, self.title)
        self.note("标题行，合并单元格", f"{name} 第1行")
        sheet.merge_range(1, 0, 1, 8, "填报单位（盖章）：州工信部门", self.plain)
        sheet.write_string(1, 12, "填报日期：2027年1月18日", self.plain)
        self.note("填报单位和填报日期行", f"{name} 第2行")
        line = self.write_header(sheet, 2, columns)
        self.note("两行表头，年需求量、现供应情况下分两栏", f"{name} 第3-4行")
        self.note("空列，无表头无内容", f"{name} K列")
        self.note("联系电话为数值", f"{name} R列")
        place = 0
        for brand in MAIN_ORDER:
            rows = self.of_leader(brand)
            if brand in HEADER_AGAIN_BEFORE:
                self.note("中间重复表头", f"{name} 第{line + 1}-{line + 2}行")
                line = self.write_header(sheet, line, columns)
            if brand in REVERSED_LEADERS:
                self.note("本企业各行倒序", f"{name} 第{line + 1}-{line + len(rows)}行")
            self.merge_down(sheet, line, columns, "leader", rows)
            self.merge_down(sheet, line, columns, "chain", rows)
            self.note("链主企业、产业链向下合并", f"{name} 第{line + 1}-{line + len(rows)}行")
            for demand in rows:
                place += 1
                self.write_row(sheet, line, columns, demand, place)
                line += 1
            sheet.merge_range(line, 0, line, 3, "小计", self.bold)
            sheet.write_string(line, 4, f"{len(rows)}项", self.bold)
            self.note("小计行", f"{name} 第{line + 1}行")
            line += 1
        sheet.merge_range(line, 0, line, 3, "合  计", self.bold)
        sheet.write_string(line, 4, f"{place}项", self.bold)
        self.note("合计行", f"{name} 第{line + 1}行")
        line += 1
        sheet.merge_range(
            line,
            0,
            line,
            last,
            "备注：1.阿拉山口片区、枸杞链需求见后附各表；2.数量为2027年计划数，以实际订单为准；"
            "3.联系电话为各企业采购部值班电话。",
            self.plain,
        )
        self.note("表末备注行", f"{name} 第{line + 1}行")
        sheet.freeze_panes(4, 5)

    def guide_sheet(self) -> None:
        """Instructions only, one of them an example that is no demand."""
        sheet = self.book.add_worksheet(GUIDE_SHEET)
        sheet.set_column(0, 0, 110)
        for line, text in enumerate(GUIDE_LINES):
            sheet.write_string(line, 0, text, self.plain)
        self.note("只有填表说明，示例行不是需求", GUIDE_SHEET)

    def port_sheet(self) -> None:
        """Two tables on one sheet, one under the other, with synonym headings."""
        columns, name = PORT_COLUMNS, PORT_SHEET
        sheet = self.new_sheet(name, columns)
        last = len(columns) - 1
        line = 0
        self.note("表头用采购产品、技术要求、年用量等同义词", f"{name} 各表表头")
        for brand, caption in (
            ("砺铜", "一、铜产业链采购需求表"),
            ("澜朔", "二、新能源采购需求表"),
        ):
            rows = self.of_leader(brand)
            sheet.merge_range(line, 0, line, last, caption, self.title)
            self.note(
                "同一工作表上的又一张表" if line else "首张表的标题", f"{name} 第{line + 1}行"
            )
            line = self.write_header(sheet, line + 1, columns)
            self.merge_down(sheet, line, columns, "leader", rows)
            self.merge_down(sheet, line, columns, "chain", rows)
            self.note("需求企业、所属产业链向下合并", f"{name} 第{line + 1}-{line + len(rows)}行")
            for place, demand in enumerate(rows, 1):
                self.write_row(sheet, line, columns, demand, place)
                line += 1
            sheet.write_string(line, 1, "小计", self.bold)
            sheet.write_string(line, 3, f"{len(rows)}项", self.bold)
            self.note("小计行", f"{name} 第{line + 1}行")
            line += 3
        sheet.write_string(line, 0, "注：匿名填报的企业请勿对外公布名称。", self.plain)
        self.note("表末备注行", f"{name} 第{line + 1}行")

    def goji_sheet(self) -> None:
        """A table that starts lower and further right than a table should."""
        columns, name = GOJI_COLUMNS, GOJI_SHEET
        sheet = self.book.add_worksheet(name)
        shifted = (Column("", "", 3), *columns)
        for at, column in enumerate(shifted):
            sheet.set_column(at, at, column.width)
        sheet.write_string(2, 1, "枸杞产业链链主企业采购需求（企业自报）", self.plain)
        self.note("表格从B列第5行起，上方空行", name)
        line = 4
        for at, column in enumerate(shifted):
            if column.heading:
                sheet.write_string(line, at, column.heading, self.bold)
        line += 1
        rows = self.of_leader("枸芃")
        self.merge_down(sheet, line, shifted, "leader", rows)
        self.merge_down(sheet, line, shifted, "chain", rows)
        self.note("链主单位、产业链向下合并", f"{name} 第{line + 1}-{line + len(rows)}行")
        for place, demand in enumerate(rows, 1):
            self.write_row(sheet, line, shifted, demand, place)
            line += 1
        sheet.write_string(line + 1, 1, "填表人签字：        审核：", self.plain)
        self.note("签字行", f"{name} 第{line + 2}行")

    def build(self) -> bytes:
        """Return the bytes of the workbook."""
        self.main_sheet()
        self.guide_sheet()
        self.port_sheet()
        self.goji_sheet()
        self.book.close()
        return freeze_zip(self.buffer.getvalue())


# --------------------------------------------------------------------------------------------
# Supplies: what both files share
# --------------------------------------------------------------------------------------------


def by_firm(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield runs of neighbouring rows that write the enterprise and its code alike."""
    for _, run in groupby(rows, key=lambda r: (r["enterprise"], r["credit_code"])):
        yield list(run)


def capacity(row: Row) -> str:
    """Return capacity and unit as one text."""
    return row["annual_capacity"] + row["unit"]


# --------------------------------------------------------------------------------------------
# 供给清单_博乐.docx
# --------------------------------------------------------------------------------------------

DOCX_HEADINGS = (
    "序号",
    "供给编号",
    "企业名称",
    "统一社会信用代码",
    "主导产品",
    "规格型号",
    "执行标准",
    "年产能",
    "认证",
    "梯度",
    "拟配套对象",
    "备注",
)

DOCX_TABLES = (
    ("一、五台工业园区", "S0001"),
    ("二、城区街道", "S0038"),
    ("三、小营盘镇", "S0082"),
    ("四、达勒特镇", "S0121"),
    ("五、其他乡镇", "S0157"),
)
"""Caption of each table and the first supply it holds."""

WIDE_SUPPLIES = frozenset({"S0011", "S0039", "S0074", "S0106", "S0130", "S0141", "S0185"})
"""Word rows with full-width digits and letters in specification and standard."""

GLUED_SUPPLIES = frozenset({"S0001", "S0003", "S0028", "S0060", "S0097", "S0105", "S0121", "S0136"})
"""Word rows whose standard lost its slash and blank."""

SPLIT_CERTIFICATES = frozenset({"S0001", "S0014", "S0094", "S0135", "S0160"})
"""Word rows whose certificates stand in several paragraphs of one cell."""

HEADER_IN_TABLE = "S0060"
"""The supply before which the header is typed in once more."""

TIGHT_HEADING = {"统一社会信用代码": "统一社会\n信用代码"}


class SupplyDocument:
    """Writes the Word file of the supplies in 博乐市."""

    def __init__(self, supplies: Sequence[Row], notes: Notes) -> None:
        self.rows = [s for s in supplies if s["county"] == "博乐市"]
        self.notes = notes

    def note(self, what: str, where: str) -> None:
        """Note a place in this file."""
        self.notes.add(SUPPLIES_DOCX, what, where)

    def texts(self, row: Row, place: int, where: str) -> list[str]:
        """Return the twelve cells of one supply."""
        number = row["supply_id"]
        spec, standard, certificates = row["spec"], row["standard"], row["certificates"]
        if number in GLUED_SUPPLIES and glue_standard(standard) != standard:
            self.note(f"{number} 标准号写成GBT一类，缺斜线和空格", where)
            standard = glue_standard(standard)
        if number in WIDE_SUPPLIES:
            self.note(f"{number} 全角数字和字母", where)
            spec, standard = widen(spec), widen(standard)
        if number in SPLIT_CERTIFICATES and "；" in certificates:
            self.note(f"{number} 认证分段写在一格内", where)
            certificates = certificates.replace("；", "；\n")
        return [
            str(place),
            number,
            row["enterprise"],
            row["credit_code"],
            row["product_name"],
            spec,
            standard,
            capacity(row),
            certificates,
            row["tier"],
            row["intended_buyers"],
            row["description"],
        ]

    def write_table(
        self, document: WordDocument, caption: str, rows: Sequence[Row], start: int
    ) -> int:
        """Write one town's table and return the running number behind it."""
        document.add_paragraph(caption).runs[0].bold = True
        table = document.add_table(rows=0, cols=len(DOCX_HEADINGS))
        table.style = "Table Grid"
        self.header(table, tight=start > 1)
        first = document.element.body.xpath("./w:tbl")[-1].tr_lst[0]
        first.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        place = start
        for run in by_firm(rows):
            if any(r["supply_id"] == HEADER_IN_TABLE for r in run):
                self.header(table, tight=True)
                self.note("表中重复表头", f"{caption} 第{len(table.rows)}行")
            top = len(table.rows)
            for row in run:
                cells = table.add_row().cells
                where = f"{caption} 第{len(table.rows)}行"
                for cell, text in zip(cells, self.texts(row, place, where), strict=True):
                    cell.text = text
                place += 1
            if len(run) > 1:
                self.merge_run(table, top, len(run), caption)
        cells = table.add_row().cells
        firms = len({r["enterprise"] for r in rows})
        cells[0].merge(cells[3]).text = "小计"
        cells[4].text = f"{firms}家，{len(rows)}项"
        self.note("小计行，前四格合并", f"{caption} 第{len(table.rows)}行")
        return place

    def header(self, table: Table, *, tight: bool) -> None:
        """Add a header row; ``tight`` breaks a long heading into two paragraphs."""
        cells = table.add_row().cells
        for cell, heading in zip(cells, DOCX_HEADINGS, strict=True):
            cell.text = TIGHT_HEADING.get(heading, heading) if tight else heading
            for paragraph in cell.paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def merge_run(self, table: Table, top: int, length: int, caption: str) -> None:
        """Merge enterprise, code and tier over the rows of one firm."""
        for at in (2, 3, 9):
            text = table.cell(top, at).text
            for line in range(top, top + length):
                table.cell(line, at).text = ""
            table.cell(top, at).merge(table.cell(top + length - 1, at)).text = text
        self.note("企业名称、信用代码、梯度向下合并", f"{caption} 第{top + 1}-{top + length}行")

    def build(self) -> bytes:
        """Return the bytes of the Word file."""
        document = Document()
        section = document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        document.styles["Normal"].font.size = Pt(8)
        core = document.core_properties
        core.author = core.last_modified_by = "博乐市工信部门"
        core.created = core.modified = core.last_printed = MADE
        core.title, core.comments, core.revision = "博乐市中小企业产品供给清单", "", 1
        title = document.add_paragraph("博乐市中小企业产品供给清单")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.runs[0].bold = True
        title.runs[0].font.size = Pt(18)
        self.note("标题段和填报说明段", "文首")
        document.add_paragraph("填报单位：博乐市工信部门        填报时间：2027年1月12日")
        starts = [
            next(i for i, r in enumerate(self.rows) if r["supply_id"] == s) for _, s in DOCX_TABLES
        ]
        ends = [*starts[1:], len(self.rows)]
        place = 1
        self.note("第二张表起，表头统一社会信用代码分两段", "各表第1行")
        for (caption, _), start, end in zip(DOCX_TABLES, starts, ends, strict=True):
            place = self.write_table(document, caption, self.rows[start:end], place)
            document.add_paragraph("")
        document.add_paragraph(f"合计{place - 1}项。联系人：产业科值班室，电话13900000000。")
        self.note("文末合计和联系方式段", "文末")
        out = io.BytesIO()
        document.save(out)
        return freeze_zip(out.getvalue())


# --------------------------------------------------------------------------------------------
# 供给清单_县市.csv
# --------------------------------------------------------------------------------------------

CSV_HEADINGS = (
    "序号",
    "供给编号",
    "企业名称",
    "统一社会信用代码",
    "所属县市",
    "企业梯度",
    "产品（服务）",
    "规格参数",
    "标准",
    "年生产能力",
    "资质认证",
    "意向配套企业",
    "有效期",
    "补充说明",
)

CSV_SECTIONS = ("温泉县", "阿拉山口市", "精河县")
"""Counties in the order of the file; firms from elsewhere follow under one heading."""

CSV_ELSEWHERE = "州外企业"
CSV_BLANK_EVERY = 37
"""After so many supplies a blank line follows."""


def section_of(row: Row) -> str:
    """Return the heading of the text file a supply stands under."""
    return row["county"] if row["county"] in CSV_SECTIONS else CSV_ELSEWHERE


class SupplyText:
    """Writes the GB18030 text file of the supplies outside 博乐市."""

    def __init__(self, supplies: Sequence[Row], notes: Notes) -> None:
        self.rows = [s for s in supplies if s["county"] != "博乐市"]
        self.notes = notes
        self.buffer = io.StringIO()
        self.writer = csv.writer(self.buffer, lineterminator="\r\n")
        self.record = 0

    def note(self, what: str, where: str) -> None:
        """Note a place in this file."""
        self.notes.add(SUPPLIES_CSV, what, where)

    def put(self, cells: Sequence[str]) -> None:
        """Write one record, or a blank line for no cells."""
        self.record += 1
        if cells:
            self.writer.writerow(cells)
        else:
            self.buffer.write("\r\n")

    def texts(self, row: Row, place: int, *, follows: bool) -> list[str]:
        """Return the cells of one supply; ``follows`` leaves the firm to the row above."""
        number, turn = row["supply_id"], int(row["supply_id"][1:])
        where = f"第{self.record + 1}条记录"
        spec, standard, amount = row["spec"], row["standard"], capacity(row)
        buyers, remark = row["intended_buyers"], row["description"]
        if standard and turn % 3 == 0 and glue_standard(standard) != standard:
            self.note(f"{number} 标准号写成GBT一类，缺斜线和空格", where)
            standard = glue_standard(standard)
        if spec and turn % 11 == 0 and widen(spec) != spec:
            self.note(f"{number} 规格中全角数字和字母", where)
            spec = widen(spec)
        if turn % 4 == 1 and with_commas(row["annual_capacity"]) != row["annual_capacity"]:
            self.note(f"{number} 产能带千分位逗号", where)
            amount = with_commas(row["annual_capacity"]) + row["unit"]
        elif turn % 13 == 0 and amount:
            self.note(f"{number} 产能用全角数字", where)
            amount = widen(row["annual_capacity"]) + row["unit"]
        if break_line(remark) != remark and turn % 2 == 0:
            self.note(f"{number} 单元格内换行", where)
            remark = break_line(remark)
        if "、" in buyers and turn % 5 == 0:
            self.note(f"{number} 拟配套对象换行书写", where)
            buyers = buyers.replace("、", "、\n")
        return [
            str(place),
            number,
            "" if follows else row["enterprise"],
            "" if follows else row["credit_code"],
            row["county"],
            "" if follows else row["tier"],
            row["product_name"],
            spec,
            standard,
            amount,
            row["certificates"],
            buyers,
            clerk_date(row["valid_until"], turn),
            remark,
        ]

    def build(self) -> bytes:
        """Return the bytes of the text file."""
        width = len(CSV_HEADINGS)
        self.put(["博州各县市中小企业产品供给清单（精河、温泉、阿拉山口及州外协作企业）"])
        self.note("标题行", "第1条记录")
        self.put(["填报单位：各县市工信部门", "", "", "", "", "填报时间：2027-01-14"])
        self.note("填报单位和时间行", "第2条记录")
        self.put([])
        self.note("空行", "第3条记录")
        self.put(list(CSV_HEADINGS))
        self.note("表头不在首行", "第4条记录")
        place = 0
        for name in (*CSV_SECTIONS, CSV_ELSEWHERE):
            rows = [r for r in self.rows if section_of(r) == name]
            self.put([f"【{name}】", *[""] * (width - 1)])
            self.note("分区标题行，只有首格", f"第{self.record}条记录")
            for run in by_firm(rows):
                if len(run) > 1:
                    self.note(
                        "企业名称、信用代码、梯度留空，同上一行",
                        f"第{self.record + 2}-{self.record + len(run)}条记录",
                    )
                for at, row in enumerate(run):
                    place += 1
                    self.put(self.texts(row, place, follows=at > 0))
                if place // CSV_BLANK_EVERY > (place - len(run)) // CSV_BLANK_EVERY:
                    self.put([])
                    self.note("空行", f"第{self.record}条记录")
        self.put(["合计", "", "", "", "", "", f"{place}项", *[""] * (width - 7)])
        self.note("合计行", f"第{self.record}条记录")
        self.put(["备注：产能为2026年末设计能力，企业名称空白的同上。", *[""] * (width - 1)])
        self.note("表末备注行", f"第{self.record}条记录")
        return self.buffer.getvalue().encode("gb18030")


# --------------------------------------------------------------------------------------------


def build(target: Path = HERE) -> Notes:
    """Write the three files into ``target`` and return what was made messy where."""
    demands = read_tsv(SOURCE / "demands.tsv")
    supplies = read_tsv(SOURCE / "supplies.tsv")
    notes = Notes()
    target.mkdir(parents=True, exist_ok=True)
    (target / DEMANDS_XLSX).write_bytes(DemandBook(demands, notes).build())
    (target / SUPPLIES_DOCX).write_bytes(SupplyDocument(supplies, notes).build())
    (target / SUPPLIES_CSV).write_bytes(SupplyText(supplies, notes).build())
    return notes


def main(argv: Sequence[str] | None = None) -> int:
    """Build the sample files; see the module's description."""
    parser = argparse.ArgumentParser(prog="python -m corpora.samples.build")
    parser.add_argument("--target", type=Path, default=HERE, help="folder to write to")
    parser.add_argument("--notes", action="store_true", help="print the [[mess]] tables")
    options = parser.parse_args(argv)
    notes = build(options.target)
    if options.notes:
        print(notes.toml())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
