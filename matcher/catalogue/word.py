"""A catalogue as a Word document: landscape A4, one table per chain, ready to be signed."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from matcher.catalogue.entries import Catalogue, CatalogueEntry
from matcher.catalogue.sheets import PROPERTY_LIMIT

SIGN_OFF = ("编制", "审核", "批准")
# What an office's machine may lack, and what stands in for it (GB/T 9704-2012 names the faces).
_FACES = {
    "方正小标宋简体": "华文中宋,STZhongsong,宋体,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,Noto Serif CJK SC",
    "黑体": "SimHei,Noto Sans CJK SC",
    "宋体": "SimSun,Noto Serif CJK SC",
}
_TITLE, _BODY, _HEADING, _SMALL = _FACES
_COLUMNS = (
    ("序号", 11), ("企业", 42), ("产品与规格", 52), ("年产能", 24), ("县市、梯度", 24),
    ("对应需求", 50), ("推荐理由", 54),
)  # fmt: skip
_CENTRED = ("序号", "年产能", "县市、梯度")
_RED = RGBColor(0xB0, 0x1E, 0x1E)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FONT_TABLE = "word/fontTable.xml"


def to_docx(catalogue: Catalogue) -> bytes:
    """The document as bytes; equal catalogues give equal bytes."""
    document = docx.Document()
    _page(document.sections[0])
    _styles(document.styles)
    if catalogue.draft:
        _running_mark(document.sections[0], "草案　未经审核，仅供内部讨论")
    _page_numbers(document.sections[0].footer.paragraphs[0])
    document.add_paragraph(catalogue.heading, style="Title")
    _summary(document, catalogue)
    for chain, entries in catalogue.by_chain().items():
        document.add_heading(f"{chain}（{len(entries)} 条）", level=1)
        _table(document, entries)
    if not catalogue.draft:
        _sign_off(document)
    properties = document.core_properties
    properties.created = properties.modified = dt.datetime.combine(catalogue.made_on, dt.time())
    properties.author, properties.title = "携手", catalogue.heading[:PROPERTY_LIMIT]
    buffer = io.BytesIO()
    document.save(buffer)
    return _steady_zip(buffer.getvalue())


def _page(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _styles(styles: Any) -> None:
    for name, face, size in (
        ("Normal", _BODY, 11), ("Title", _TITLE, 22), ("Heading 1", _HEADING, 15),
        ("Header", _HEADING, 10.5), ("Footer", _SMALL, 10.5),
    ):  # fmt: skip
        style = styles[name]
        _face(style.font, style.element.get_or_add_rPr(), face)
        style.font.size = Pt(size)
        style.font.color.rgb = None
    styles["Normal"].paragraph_format.space_after = Pt(4)
    styles["Heading 1"].paragraph_format.space_before = Pt(12)
    styles["Heading 1"].paragraph_format.space_after = Pt(4)
    title = styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    for line in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(line)


def _face(font: Any, properties: Any, face: str) -> None:
    """One face for every script: themes of the template would win over a plain name."""
    font.name = face
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
        fonts.set(qn(f"w:{kind}"), face)
    fonts.attrib.pop(qn("w:cstheme"), None)


def _running_mark(section: Any, text: str) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold = True
    run.font.color.rgb = _RED


def _page_numbers(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(OxmlElement("w:r"))
    shown = OxmlElement("w:t")
    shown.text = "1"
    field[0].append(shown)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no call for fields
    paragraph.add_run(" —")


def _summary(document: Any, catalogue: Catalogue) -> None:
    day = catalogue.made_on
    firms = len({entry.enterprise for entry in catalogue.entries})
    chains = len(catalogue.by_chain())
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(
        f"{day.year}年{day.month}月{day.day}日　{chains} 条产业链，"
        f"共 {len(catalogue.entries)} 条，{firms} 家企业。"
    )
    if catalogue.draft:
        mark = paragraph.add_run("以下为系统建议，未经审核，仅供内部讨论。")
        mark.bold = True
        mark.font.color.rgb = _RED
    else:
        paragraph.add_run("以下均经审核采纳。")


def _table(document: Any, entries: Sequence[CatalogueEntry]) -> None:
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, (_, width) in zip(table.columns, _COLUMNS, strict=True):
        column.width = Mm(width)
    room = OxmlElement("w:tblCellMar")  # python-docx has no call for it
    for side, size in (("top", 30), ("left", 80), ("bottom", 30), ("right", 80)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(size))
        edge.set(qn("w:type"), "dxa")
        room.append(edge)
    table._tbl.tblPr.append(room)  # noqa: SLF001
    _row(table.rows[0], [heading for heading, _ in _COLUMNS], head=True)
    for i, entry in enumerate(entries, 1):
        cells = [
            str(i),
            entry.enterprise,
            "\n".join(t for t in (entry.product, entry.spec, entry.standard) if t),
            entry.annual_capacity or "—",
            "\n".join(t for t in (entry.county, entry.tier) if t) or "—",
            "\n".join(t for t in (entry.demand_product, entry.leader, entry.annual_quantity) if t),
            entry.said or "—",
        ]
        _row(table.add_row(), cells)


def _row(row: Any, cells: Sequence[str], *, head: bool = False) -> None:
    marks = ("w:cantSplit", "w:tblHeader") if head else ("w:cantSplit",)
    for mark in marks:  # a row stays on one page; python-docx has no call for it
        row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001
    for cell, text, (heading, width) in zip(row.cells, cells, _COLUMNS, strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if head or heading in _CENTRED:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.font.size = Pt(10)
        if head:
            _face(run.font, run._r.get_or_add_rPr(), _HEADING)  # noqa: SLF001
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", "E7ECF2")):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


def _sign_off(document: Any) -> None:
    """Lines to be signed, kept together on one page."""
    blank = "＿" * 8
    lines = (
        "　　".join(f"{name}：{blank}" for name in SIGN_OFF),
        "单位（盖章）：　　　　　　　　　　　　年　　月　　日",
    )
    for i, line in enumerate(lines):
        paragraph = document.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_before = Pt(30 if i == 0 else 18)
        paragraph.paragraph_format.keep_with_next = i == 0


def _font_table() -> bytes:
    """Faces with their stand-ins, for machines that lack one."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for face, others in _FACES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


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
            inside = _font_table() if item.filename == _FONT_TABLE else source.read(item.filename)
            target.writestr(info, inside)
    return out.getvalue()
