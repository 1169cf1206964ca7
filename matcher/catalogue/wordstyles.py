"""Styles of the Word document: faces, sizes and spacing of GB/T 9704-2012 (样式)."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

# What an office's machine may lack, and what stands in for it (GB/T 9704-2012 names the faces).
FACES = {
    "方正小标宋简体": "华文中宋,STZhongsong,宋体,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,FandolFang R,Noto Serif CJK SC",
    "楷体_GB2312": "楷体,KaiTi,华文楷体,FandolKai,AR PL KaitiM GB,Noto Serif CJK SC",
    "黑体": "SimHei,Noto Sans CJK SC",
    "宋体": "SimSun,Noto Serif CJK SC",
}
TITLE, FANG, KAI, HEI, SONG = FACES
LINE = 28.95  # points: 22 lines to the type area
# 28 characters to 156 mm are 15.79 pt each. The grid says so (charSpace: what lacks to 16 pt, in
# 4096ths of a point) but only lines are set by it: LibreOffice gives a character that is wider than
# its cell two of them. The styles draw characters together instead, which every program does alike.
GRID = {"type": "lines", "linePitch": "579", "charSpace": "-849"}
_TIGHT = "-5"  # twentieths of a point between characters of running text
RED = RGBColor(0xE6, 0x00, 0x00)
SMALL, CARD, NOTE_HEADING, TABLE_HEAD, CARD_LABEL = (
    "表格文字", "条目文字", "说明小标题", "表头文字", "条目标签",
)  # fmt: skip
ISSUER, COVER_TITLE, COVER_LINE, SIGNED, COLOPHON, CHART = (
    "发文机关标志", "封面标题", "封面文字", "签署", "版记", "图表标题",
)  # fmt: skip

# Name → face, points, line in points (None: single), (before, after) in points, alignment, first indent.
_STYLES: dict[str, tuple[str, float, float | None, tuple[float, float], str, float]] = {
    "Normal": (FANG, 16, LINE, (0, 0), "justify", 0),
    "Body Text": (FANG, 16, LINE, (0, 0), "justify", 32),
    "Heading 1": (TITLE, 22, 36, (0, LINE), "center", 0),
    "Heading 2": (HEI, 16, LINE, (0, 0), "justify", 32),
    "Heading 3": (KAI, 16, LINE, (0, 0), "left", 32),
    "Heading 4": (FANG, 16, LINE, (0, 0), "justify", 32),
    "toc 1": (HEI, 16, LINE, (0, 0), "left", 0),
    "toc 2": (FANG, 16, LINE, (0, 0), "left", 0),
    "Header": (HEI, 10.5, None, (0, 0), "right", 0),
    "Footer": (SONG, 14, None, (0, 0), "right", 0),
    SMALL: (FANG, 10.5, 15, (0, 0), "left", 0),
    TABLE_HEAD: (HEI, 10.5, 15, (0, 0), "center", 0),
    CARD: (FANG, 12, 19, (0, 0), "left", 0),
    CARD_LABEL: (HEI, 12, 19, (0, 0), "center", 0),
    NOTE_HEADING: (HEI, 16, LINE, (0, 0), "justify", 32),
    ISSUER: (TITLE, 28, None, (99, 0), "center", 0),
    COVER_TITLE: (TITLE, 26, 40, (0, 0), "center", 0),
    COVER_LINE: (FANG, 16, LINE, (0, 0), "center", 0),
    SIGNED: (FANG, 16, LINE, (24, 12), "right", 0),
    COLOPHON: (FANG, 14, 20, (0, 0), "left", 0),
    CHART: (HEI, 14, LINE, (12, 6), "center", 0),
}
_ALIGN = {
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY, "center": WD_ALIGN_PARAGRAPH.CENTER,
    "left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT,
}  # fmt: skip
_OFF_GRID = frozenset({SMALL, TABLE_HEAD, CARD, CARD_LABEL, COLOPHON, "Header", "Footer"})
_KEPT = ("Heading 1", "Heading 2", "Heading 3", "Heading 4", NOTE_HEADING, CHART)


def set_styles(styles: Any) -> None:
    """Give the styles of a new document their official form."""
    for name in _STYLES:
        if name not in [style.name for style in styles]:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
    for name, (face, size, line, (before, after), align, indent) in _STYLES.items():
        style = styles[name]
        if name != "Normal" and not name.startswith("Heading"):
            style.base_style = styles["Normal"]
        _face(style, face)
        style.font.size = Pt(size)
        style.font.bold = style.font.italic = False
        style.font.color.rgb = RED if name in {ISSUER, "Header"} else RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.alignment = _ALIGN[align]
        form.first_line_indent = Pt(indent)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE if line is None else WD_LINE_SPACING.EXACTLY
        if line is not None:
            form.line_spacing = Pt(line)
        form.widow_control = False
        form.keep_with_next = name in _KEPT
        tight = OxmlElement("w:spacing")
        tight.set(qn("w:val"), _TIGHT if size == 16 else "0")
        style.element.get_or_add_rPr().insert_element_before(
            tight, "w:w", "w:kern", "w:sz", "w:szCs"
        )
        if name in _OFF_GRID:
            _add(style.element.get_or_add_pPr(), "w:snapToGrid", "0")
    _ready(styles)


def _ready(styles: Any) -> None:
    styles["toc 2"].paragraph_format.left_indent = Pt(32)
    for name in ("toc 1", "toc 2"):
        tabs = OxmlElement("w:tabs")
        tab = OxmlElement("w:tab")
        for key, value in (("val", "right"), ("leader", "middleDot"), ("pos", "8844")):
            tab.set(qn(f"w:{key}"), value)
        tabs.append(tab)
        properties = styles[name].element.get_or_add_pPr()
        properties.insert_element_before(
            tabs, "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
        )
    _add(styles[NOTE_HEADING].element.get_or_add_pPr(), "w:outlineLvl", "1")
    for style in (styles["Header"], styles["Footer"]):
        for tabs in style.element.pPr.findall(qn("w:tabs")):
            style.element.pPr.remove(tabs)
    for line in styles["Title"].element.pPr.findall(qn("w:pBdr")):
        styles["Title"].element.pPr.remove(line)


def _add(properties: Any, name: str, value: str) -> None:
    """Put a mark in its place among a paragraph's properties, which have an order."""
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    later = {
        "w:snapToGrid": ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"),
        "w:outlineLvl": (),
    }[name]
    properties.insert_element_before(element, *later)


def _face(style: Any, face: str) -> None:
    """One face for every script: themes of the template would win over a plain name."""
    style.font.name = face
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
        fonts.set(qn(f"w:{kind}"), face)
    fonts.attrib.pop(qn("w:cstheme"), None)
