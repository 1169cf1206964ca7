"""The body of the Word document: blocks in, WordprocessingML out, as text (正文).

Every text goes through :func:`_text`: it is escaped there, and never anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from matcher.catalogue.blocks import (
    CARD_WIDTHS,
    Bars,
    Block,
    Card,
    Cell,
    Colophon,
    Contents,
    Cover,
    Heading,
    Page,
    Paragraph,
    Signing,
    Table,
)
from matcher.catalogue.chart import shortened
from matcher.catalogue.wordstyles import (
    CARD,
    CARD_LABEL,
    CHART,
    COLOPHON,
    COVER_LINE,
    COVER_TITLE,
    HEI,
    ISSUER,
    KAI,
    NOTE_HEADING,
    SIGNED,
    SMALL,
    SONG,
    TABLE_HEAD,
)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>'
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TWIPS = 1440 / 25.4  # to a millimetre
_UNKNOWN = "…"  # a page number before the reader's program has counted pages
_STYLE_IDS = {
    "Body Text": "BodyText", "Heading 1": "Heading1", "Heading 2": "Heading2", "Heading 3": "Heading3",
    "Heading 4": "Heading4", "toc 1": "toc1", "toc 2": "toc2",
}  # fmt: skip
_BAR_WIDTHS = (50.0, 88.0, 18.0)  # mm
_KEPT = "<w:keepNext/>"
_BAR_COLOUR = "4A6F97"


class Body:
    """The body in the making."""

    def __init__(self) -> None:
        self._parts = [_HEAD]
        self._anchors = 0

    def parts(self) -> Iterator[str]:
        """The whole, piece by piece."""
        yield from self._parts
        yield "</w:body></w:document>"

    def add(self, block: Block, *, first: bool) -> None:
        """Append a block; ``first`` on its section."""
        if isinstance(block, Heading):
            self._heading(block, first=first)
        else:
            self._parts.append(_WRITERS[type(block)](block))

    def end_section(self, properties: str, *, last: bool) -> None:
        """End a section: its properties stand in its last paragraph, or at the end of all."""
        if last:
            self._parts.append(properties)
        else:
            tiny = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            self._parts.append(f"<w:p><w:pPr>{tiny}{properties}</w:pPr></w:p>")

    def _heading(self, block: Heading, *, first: bool) -> None:
        style = f"Heading {block.level}"
        if block.level > 1 and not block.listed:
            style = NOTE_HEADING if block.level == 2 else style
        extra = "<w:pageBreakBefore/>" if block.fresh and not first else ""
        content = _run(block.text)
        if block.anchor:
            self._anchors += 1
            mark, name = self._anchors, quoteattr(_bookmark(block.anchor))
            content = f'<w:bookmarkStart w:id="{mark}" w:name={name}/>{content}<w:bookmarkEnd w:id="{mark}"/>'
        self._parts.append(_paragraph(content, style, extra))


def _text(text: str) -> str:
    """Text as XML: what XML cannot hold is left out, what means something there is escaped."""
    return escape(_FORBIDDEN.sub("", text))


def _bookmark(anchor: str) -> str:
    return "_" + anchor.replace("-", "_")


def _run(text: str, properties: str = "") -> str:
    """A run; line breaks in it are breaks."""
    form = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = (f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{form}{'<w:br/>'.join(lines)}</w:r>"


def _paragraph(content: str, style: str, extra: str = "") -> str:
    named = _STYLE_IDS.get(style, style)
    return f'<w:p><w:pPr><w:pStyle w:val="{named}"/>{extra}</w:pPr>{content}</w:p>'


def _faces(face: str) -> str:
    return f'<w:rFonts w:ascii="{face}" w:eastAsia="{face}" w:hAnsi="{face}" w:cs="{face}"/>'


def _field(instruction: str, shown: str, *, link: str = "") -> str:
    """A field with what it shows until the reader's program has computed it."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    whole = mark.format("begin") + code + mark.format("separate") + shown + mark.format("end")
    return f"<w:hyperlink w:anchor={quoteattr(link)}>{whole}</w:hyperlink>" if link else whole


def _page_of(anchor: str) -> str:
    name = _bookmark(anchor)
    return _field(f"PAGEREF {name} \\h", _run(_UNKNOWN), link=name)


def _cover(block: Cover) -> str:
    made = []
    if block.issuer:
        size = min(88, int(2 * 430 / len(block.issuer)))
        red = '<w:color w:val="E60000"/>' + f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        made.append(_paragraph(_run(block.issuer, red), ISSUER))
        made += [_paragraph("", COVER_LINE)] * 2
        edge = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="E60000"/></w:pBdr>'
        made.append(_paragraph(_run(block.number), COVER_LINE, edge))
        made += [_paragraph("", COVER_LINE)] * 3
    else:
        made += [_paragraph("", COVER_LINE)] * 5
        made.append(_paragraph(_run(block.number), COVER_LINE))
        made += [_paragraph("", COVER_LINE)] * 2
    if block.mark:
        red = _faces(HEI) + '<w:color w:val="E60000"/>'
        made.insert(0, _paragraph(_run(block.mark, red), COVER_LINE, '<w:jc w:val="right"/>'))
    # A frame keeps the last lines at the foot of the page, however long the title is; it
    # stands before what follows it on its own page.
    frame = (
        '<w:framePr w:w="8844" w:hSpace="0" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin"'
        ' w:xAlign="center" w:y="11000"/>'
    )
    lines = [block.issuer, block.date] if block.issuer else [block.date]
    made += [_paragraph(_run(line), COVER_LINE, frame) for line in lines]
    size = max(40, min(52, int(2 * 430 / max(1, len(block.title)))))  # in one line where it can be
    made.append(_paragraph(_run(block.title, f'<w:sz w:val="{size}"/>'), COVER_TITLE))
    for said, points in ((block.subtitle, "36"), (block.period, "32")):
        if said:
            made.append(_paragraph("", COVER_LINE))
            kai = f'{_faces(KAI)}<w:sz w:val="{points}"/>'
            made.append(_paragraph(_run(said, kai), COVER_LINE))
    return "".join(made)


def _body_text(block: Paragraph) -> str:
    return _paragraph(_run(block.text), "Normal" if block.plain else "Body Text")


def _contents(block: Contents) -> str:
    """A field of the whole table of contents, filled with what it will hold."""
    lines = []
    for i, (level, said, anchor) in enumerate(block.lines):
        name = _bookmark(anchor)
        song = _faces(SONG)
        number = _field(f"PAGEREF {name} \\h", _run(_UNKNOWN, song))
        line = f"{_run(said)}<w:r><w:tab/></w:r>{number}"
        content = f"<w:hyperlink w:anchor={quoteattr(name)}>{line}</w:hyperlink>"
        if i == 0:
            content = (
                '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
                '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z </w:instrText></w:r>'
                f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{content}'
            )
        if i == len(block.lines) - 1:
            content += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        lines.append(_paragraph(content, f"toc {level}"))
    return "".join(lines)


def _table_xml(widths: Sequence[float], rows: Sequence[str], *, borders: bool = True) -> str:
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(_twips, widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        + (f"<w:tblBorders>{edges}</w:tblBorders>" if borders else "")
        + '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="50" w:type="dxa"/>'
        '<w:left w:w="70" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)


def _row(cells: Sequence[str], *, head: bool = False) -> str:
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(content: str, width: float, *, span: int = 1, fill: str = "") -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{spanned}{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
    )


def _listing(block: Table) -> str:
    head = [
        _cell(_paragraph(_run(c.heading), TABLE_HEAD), c.width, fill="EBEBEB")
        for c in block.columns
    ]
    rows = [_row(head, head=True)]
    aligned = {"left": "", "center": '<w:jc w:val="center"/>', "right": '<w:jc w:val="right"/>'}
    rows += [
        _row(
            [
                _cell(_paragraph(_cell_content(cell), SMALL, aligned[c.align]), c.width)
                for c, cell in zip(block.columns, row, strict=True)
            ]
        )
        for row in block.rows
    ]
    return _table_xml([c.width for c in block.columns], rows)


def _cell_content(cell: Cell) -> str:
    return _page_of(cell.anchor) if isinstance(cell, Page) else _run(cell)


def _card(block: Card) -> str:
    rows = []
    for i, row in enumerate(block.rows):
        kept = _KEPT if i < len(block.rows) - 1 else ""  # one table on one page
        cells = []
        for place, (name, said) in enumerate(row):
            label, width = CARD_WIDTHS[2 * place : 2 * place + 2]
            single = len(row) == 1
            cells.append(_cell(_paragraph(_run(name), CARD_LABEL, kept), label))
            cells.append(
                _cell(
                    _paragraph(_run(said), CARD, kept),
                    sum(CARD_WIDTHS[1:]) if single else width,
                    span=3 if single else 1,
                )
            )
        rows.append(_row(cells))
    return _table_xml(CARD_WIDTHS, rows) + _paragraph("", CARD)


def _bars(block: Bars) -> str:
    """A chart as a table: a bar is a shaded paragraph, as wide as its count (works in any Word)."""
    items = shortened(block)
    most = max((count for _, count in items), default=1) or 1
    room = _twips(_BAR_WIDTHS[1] - 3)
    rows = []
    for i, (name, count) in enumerate(items):
        kept = _KEPT if i < len(items) - 1 else ""
        bar = f'<w:shd w:val="clear" w:color="auto" w:fill="{_BAR_COLOUR}"/>'
        bar += f'<w:ind w:left="0" w:right="{room - max(30, room * count // most)}"/>'
        told = ((name, '<w:jc w:val="right"/>'), ("　", bar), (str(count), ""))
        rows.append(
            _row(
                [
                    _cell(_paragraph(_run(text), CARD, kept + form), width)
                    for (text, form), width in zip(told, _BAR_WIDTHS, strict=True)
                ]
            )
        )
    title = _paragraph(_run(f"{block.title}（单位：{block.unit}）"), CHART)
    return title + _table_xml(_BAR_WIDTHS, rows, borders=False) + _paragraph("", CARD)


def _signing(block: Signing) -> str:
    """Kept with what follows, so that the 版记 does not stand on a page alone."""
    return "".join(_paragraph(_run(line), SIGNED, _KEPT) for line in block.lines)


def _colophon(block: Colophon) -> str:
    """The 版记 stands at the foot of the last page: a table anchored to the lower margin."""
    thick = '<w:{} w:val="single" w:sz="8" w:space="0" w:color="000000"/>'
    thin = '<w:insideH w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
    rows = []
    for left, right in block.lines:
        tab = f"<w:r><w:tab/></w:r>{_run(right)}" if right else ""
        tabs = '<w:tabs><w:tab w:val="right" w:pos="8424"/></w:tabs>'
        inset = '<w:ind w:left="140" w:right="140"/>'
        rows.append(
            _row([_cell(_paragraph(_run(left) + tab, COLOPHON, _KEPT + tabs + inset), 156)])
        )
    width = _twips(156)
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="page"'
        f' w:horzAnchor="margin" w:tblpX="0" w:tblpY="{_twips(262 - 9 * (len(block.lines) + 1))}"/>'
        f'<w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>{thick.format("top")}'
        f"{thick.format('bottom')}{thin}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
        + _paragraph("", CARD)
    )


_WRITERS: dict[type, Callable[[Any], str]] = {
    Cover: _cover, Paragraph: _body_text, Contents: _contents, Table: _listing, Card: _card,
    Bars: _bars, Signing: _signing, Colophon: _colophon,
}  # fmt: skip
