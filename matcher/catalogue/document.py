"""A catalogue as docx, xlsx, csv and json, by the suffix of the file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import xlsxwriter
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from matcher.catalogue.entries import DRAFT, Catalogue, CatalogueEntry
from matcher.catalogue.suggestions import harmless
from matcher.catalogue.workbook import CELL_LIMIT

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("序号", "", 6), ("企业", "enterprise", 26), ("产品", "product", 20), ("规格", "spec", 22),
    ("执行标准", "standard", 16), ("年产能", "annual_capacity", 14), ("县市", "county", 11),
    ("梯度", "tier", 9), ("资质认证", "certificates", 20), ("对应需求", "demand_product", 20),
    ("链主企业", "leader", 26), ("年需求量", "annual_quantity", 14), ("推荐理由", "reason", 48),
)  # fmt: skip
_PROPERTY_LIMIT = 255  # characters that a property of a document can hold
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def to_document(catalogue: Catalogue, suffix: str) -> bytes:
    """A catalogue in the form that a suffix of :data:`SUFFIXES` names."""
    return _MAKERS[suffix.lower()](catalogue)


def _cells(number: int, entry: CatalogueEntry) -> list[str]:
    return [str(number) if not key else str(getattr(entry, key)) for _, key, _ in COLUMNS]


def to_csv(catalogue: Catalogue) -> bytes:
    """One line per entry, UTF-8 with BOM; a draft says so in its own column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["状态", "产业链", *(heading for heading, _, _ in COLUMNS)])
    state = DRAFT if catalogue.draft else "已审核"
    for i, entry in enumerate(catalogue.entries, 1):
        writer.writerow([harmless(c) for c in (state, entry.chain, *_cells(i, entry))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def to_json(catalogue: Catalogue) -> bytes:
    """The catalogue as data."""
    return (json.dumps(catalogue.record(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def to_xlsx(catalogue: Catalogue) -> bytes:
    """One sheet per chain; text is written as text."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        made = dt.datetime.combine(catalogue.made_on, dt.time())
        book.set_properties(
            {"title": catalogue.heading[:_PROPERTY_LIMIT], "author": "携手", "created": made}
        )
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1}
        head = book.add_format({**font, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True})
        text = book.add_format({**font, "text_wrap": True})
        title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center"})
        taken: set[str] = set()
        for chain, entries in catalogue.by_chain().items():
            sheet = book.add_worksheet(_sheet_name(chain, taken))
            sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "", title)
            sheet.write_string(0, 0, f"{catalogue.heading}：{chain}", title)
            for column, (heading, _, width) in enumerate(COLUMNS):
                sheet.set_column(column, column, width)
                sheet.write_string(1, column, heading, head)
            for i, entry in enumerate(entries, 1):
                for column, cell in enumerate(_cells(i, entry)):
                    sheet.write_string(i + 1, column, cell[:CELL_LIMIT], text)
            sheet.freeze_panes(2, 3)
            sheet.autofilter(1, 0, max(2, len(entries) + 1), len(COLUMNS) - 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0, 1)
    return buffer.getvalue()


def _sheet_name(chain: str, taken: set[str]) -> str:
    """A name that a workbook allows and that no other sheet of it has, whatever its case."""
    bare = "".join(c for c in chain if c not in "[]:*?/\\'")[:28].strip() or "目录"
    name, n = bare, 1
    while name.lower() in taken or name.lower() == "history":  # a name that Excel keeps to itself
        n += 1
        name = f"{bare}-{n}"
    taken.add(name.lower())
    return name


_DOCX_COLUMNS = (
    ("序号", 10), ("企业", 42), ("产品与规格", 48), ("年产能", 26), ("县市、梯度", 24), ("对应需求", 48), ("推荐理由", 56),
)  # fmt: skip


def to_docx(catalogue: Catalogue) -> bytes:
    """A landscape document with one table per chain, header rows repeated on every page."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin = section.bottom_margin = Mm(22)
    _font(document.styles["Normal"], "仿宋_GB2312", 11)
    _font(document.styles["Title"], "方正小标宋简体", 22)
    _font(document.styles["Heading 1"], "黑体", 16)
    title = document.add_paragraph(catalogue.heading, style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    count = len(catalogue.entries)
    firms = len({entry.enterprise for entry in catalogue.entries})
    state = "以下为系统建议，未经审核，仅供内部讨论。" if catalogue.draft else "以下均经审核采纳。"
    document.add_paragraph(
        f"{catalogue.made_on.year}年{catalogue.made_on.month}月{catalogue.made_on.day}日　"
        f"共 {count} 条，{firms} 家企业。{state}"
    )
    for chain, entries in catalogue.by_chain().items():
        document.add_heading(chain, level=1)
        _docx_table(document, entries)
    properties = document.core_properties
    properties.created = properties.modified = dt.datetime.combine(catalogue.made_on, dt.time())
    properties.author, properties.title = "携手", catalogue.heading[:_PROPERTY_LIMIT]
    buffer = io.BytesIO()
    document.save(buffer)
    return _steady_zip(buffer.getvalue())


def _font(style: Any, name: str, size: int) -> None:
    style.font.name = name
    style.font.size = Pt(size)
    style.font.color.rgb = None
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _docx_table(document: Any, entries: list[CatalogueEntry]) -> None:
    table = document.add_table(rows=1, cols=len(_DOCX_COLUMNS), style="Table Grid")
    table.autofit = False
    _docx_row(table.rows[0], [heading for heading, _ in _DOCX_COLUMNS], bold=True)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - python-docx has no call for it
    for i, entry in enumerate(entries, 1):
        cells = [
            str(i),
            entry.enterprise,
            "\n".join(t for t in (entry.product, entry.spec, entry.standard) if t),
            entry.annual_capacity or "—",
            "\n".join(t for t in (entry.county, entry.tier) if t),
            "\n".join(t for t in (entry.demand_product, entry.leader, entry.annual_quantity) if t),
            entry.reason,
        ]
        _docx_row(table.add_row(), cells)


def _docx_row(row: Any, cells: list[str], *, bold: bool = False) -> None:
    for cell, text, (_, width) in zip(row.cells, cells, _DOCX_COLUMNS, strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.font.size = Pt(10)
        run.bold = bold


def _steady_zip(data: bytes) -> bytes:
    """The same archive with fixed dates, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in sorted(source.infolist(), key=lambda i: i.filename != "[Content_Types].xml"):
            info = zipfile.ZipInfo(item.filename, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(item.filename))
    return out.getvalue()


_MAKERS: dict[str, Callable[[Catalogue], bytes]] = {
    ".docx": to_docx, ".xlsx": to_xlsx, ".csv": to_csv, ".json": to_json,
}  # fmt: skip
SUFFIXES = tuple(_MAKERS)
