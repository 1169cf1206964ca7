"""A printed document as docx, in the layout and faces of GB/T 9704-2012.

python-docx makes the package, its styles and sections; the body is written as text, because a tree
of 5,000 entries takes more memory than an office PC has to spare.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from matcher.catalogue.blocks import Printed
from matcher.catalogue.sheets import PROPERTY_LIMIT
from matcher.catalogue.wordbody import Body
from matcher.catalogue.wordstyles import FACES, GRID, set_styles

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_BODY, _FONT_TABLE = "word/document.xml", "word/fontTable.xml"
_SPACE = re.compile(r' xmlns:\w+="[^"]*"')
_ONE_NUMBER = 14 * 20  # one character of a page number, in twentieths of a point
# (top, bottom, left, right) in mm; a landscape page is a portrait one turned: left is then up.
_MARGINS = {False: (37, 35, 28, 26), True: (28, 26, 35, 37)}


def to_docx(printed: Printed) -> bytes:
    """The document as bytes; equal documents give equal bytes."""
    document = docx.Document()
    set_styles(document.styles)
    _settings(document.settings)
    _properties(document.core_properties, printed)
    for _ in printed.sections[1:]:
        document.add_section(WD_SECTION.NEW_PAGE)
    sections = list(document.sections)  # only now: adding one moves the last
    for i, (section, part) in enumerate(zip(sections, printed.sections, strict=True)):
        _page(section, landscape=part.landscape)
        if i == 0:
            _page_numbers(section)
            _running_mark(section, printed.mark)
            section.different_first_page_header_footer = True  # the cover has neither
    endings = [_section_xml(section) for section in sections]
    body = Body()
    for i, (part, ending) in enumerate(zip(printed.sections, endings, strict=True)):
        for block in part.blocks:
            body.add(block, first=block is part.blocks[0])
        body.end_section(ending, last=i == len(endings) - 1)
    buffer = io.BytesIO()
    document.save(buffer)
    return _steady_zip(buffer.getvalue(), body)


def _section_xml(section: Any) -> str:
    """The properties of a section as XML text; the body declares the names of spaces."""
    element = section._sectPr  # noqa: SLF001 - python-docx has no call for it
    return _SPACE.sub("", etree.tostring(element, encoding="unicode"))


def _page(section: Any, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    width, height = (297, 210) if landscape else (210, 297)
    section.page_width, section.page_height = Mm(width), Mm(height)
    top, bottom, left, right = _MARGINS[landscape]
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    # The number's upper edge is 7 mm below the type area; it is 5 mm high.
    section.footer_distance, section.header_distance = Mm(bottom - 7 - 5), Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)  # noqa: SLF001
    for key, value in GRID.items():
        grid.set(qn(f"w:{key}"), value)


def _page_numbers(section: Any) -> None:
    for footer, side, edge in (
        (section.footer, "right", "right"), (section.even_page_footer, "left", "left"),
    ):  # fmt: skip
        paragraph = footer.paragraphs[0]
        paragraph.style = "Footer"
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        indent = OxmlElement("w:ind")
        indent.set(qn(f"w:{edge}"), str(_ONE_NUMBER))
        properties.append(indent)
        where = OxmlElement("w:jc")
        where.set(qn("w:val"), side)
        properties.append(where)
        paragraph.add_run("— ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(OxmlElement("w:r"))
        shown = OxmlElement("w:t")
        shown.text = "1"
        field[0].append(shown)
        paragraph._p.append(field)  # noqa: SLF001
        paragraph.add_run(" —")


def _running_mark(section: Any, text: str) -> None:
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].style = "Header"
        header.paragraphs[0].add_run(text)


def _settings(settings: Any) -> None:
    """Odd and even pages differ; page numbers are brought up to date when the file is opened."""
    settings.odd_and_even_pages_header_footer = True
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    settings.element.find(qn("w:compat")).addprevious(update)  # settings have an order


def _properties(properties: Any, printed: Printed) -> None:
    year, month, day = map(int, printed.date.split("-"))
    properties.created = properties.modified = dt.datetime(year, month, day)  # noqa: DTZ001
    for name in ("author", "title", "subject"):
        setattr(properties, name, getattr(printed, name)[:PROPERTY_LIMIT])
    properties.comments = properties.keywords = ""
    properties.language = "zh-CN"
    properties.last_modified_by = ""


def _font_table() -> bytes:
    """Faces with their stand-ins, for machines that lack one."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for face, others in FACES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


def _steady_zip(data: bytes, body: Body) -> bytes:
    """The package with our body and fixed dates, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in sorted(source.infolist(), key=lambda i: i.filename != "[Content_Types].xml"):
            info = zipfile.ZipInfo(item.filename, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 0
            if item.filename == _BODY:
                with target.open(info, "w", force_zip64=True) as stream:
                    for part in body.parts():
                        stream.write(part.encode("utf-8"))
                continue
            inside = _font_table() if item.filename == _FONT_TABLE else source.read(item.filename)
            target.writestr(info, inside)
    return out.getvalue()
