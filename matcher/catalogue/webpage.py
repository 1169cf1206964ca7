"""A printed document as one self-contained web page, to be read and to be printed (网页)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from matcher.catalogue.blocks import (
    Bars,
    Card,
    Cell,
    Colophon,
    Contents,
    Cover,
    Heading,
    Page,
    Paragraph,
    Printed,
    Signing,
    Table,
)
from matcher.catalogue.chart import bars

STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; }
@page landscape { size: A4 landscape; margin: 28mm 37mm 26mm 35mm; }
.catalogue { font: 12pt/1.8 FangSong, 仿宋_GB2312, 仿宋, "Noto Serif CJK SC", serif; color: #000;
  max-width: 225mm; margin: 0 auto; overflow-wrap: anywhere; }
.catalogue h1, .catalogue .title { font: 22pt/1.5 方正小标宋简体, STZhongsong, SimSun, "Noto Serif CJK SC", serif;
  font-weight: bold; text-align: center; margin: 24pt 0; }
.catalogue h2 { font: 16pt/1.8 SimHei, 黑体, "Noto Sans CJK SC", sans-serif; margin: 12pt 0 6pt 2em; }
.catalogue h3 { font: 14pt/1.8 KaiTi, 楷体_GB2312, 楷体, "AR PL KaitiM GB", serif; margin: 12pt 0 6pt 2em; }
.catalogue p { text-indent: 2em; margin: 0; text-align: justify; }
.catalogue p.plain { text-indent: 0; }
.catalogue .stamp { color: #c00000; text-align: right; font-family: SimHei, sans-serif; }
.catalogue .issuer { color: #c00000; font-size: 26pt; text-align: center; margin: 30mm 0 10mm;
  font-family: 方正小标宋简体, STZhongsong, SimSun, "Noto Serif CJK SC", serif; font-weight: bold; }
.catalogue .reference { text-align: center; border-bottom: 2px solid #c00000; padding-bottom: 4mm; min-height: 1em; }
.catalogue .center { text-align: center; text-indent: 0; }
.catalogue .foot { text-align: center; margin: 60mm 0 10mm; }
.catalogue table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 6pt 0 14pt; font-size: 10.5pt; line-height: 1.45; }
.catalogue th, .catalogue td { border: 1px solid #000; padding: 1.2mm; vertical-align: middle; white-space: pre-line; }
.catalogue th { font-family: SimHei, "Noto Sans CJK SC", sans-serif; font-weight: normal; background: #ebebeb; }
.catalogue .product th { width: 22mm; background: none; }
.catalogue .product { break-inside: avoid; }
.catalogue thead { display: table-header-group; }
.catalogue tr { break-inside: avoid; }
.catalogue .left { text-align: left; } .catalogue .right { text-align: right; }
.catalogue ol { list-style: none; padding: 0; } .catalogue .level2 { padding-left: 2em; }
.catalogue a { color: inherit; }
.catalogue figure { margin: 10mm 0; break-inside: avoid; } .catalogue svg { width: 100%; height: auto; }
.catalogue figcaption { text-align: center; font-family: SimHei, sans-serif; }
.catalogue .signing { text-align: right; margin: 10mm 0; line-height: 3; break-inside: avoid; }
.catalogue .colophon { border: solid #000; border-width: 1.5px 0; }
.catalogue .colophon div { display: flex; justify-content: space-between; padding: 1mm 4mm;
  border-top: 1px solid #000; flex-wrap: wrap; }
.catalogue .colophon div:first-child { border-top: 0; }
@media print {
  .catalogue { max-width: none; } .catalogue .leaf { break-before: page; }
  .catalogue .leaf:first-child { break-before: auto; } .catalogue .landscape { page: landscape; }
  .catalogue h1, .catalogue h2, .catalogue h3 { break-after: avoid; }
  .catalogue .fresh { break-before: page; }
}
"""


def to_html(printed: Printed) -> bytes:
    """The page as bytes; it asks for nothing else and runs nothing."""
    head = (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(printed.title)}</title><style>{STYLE}</style></head><body>"
    )
    return "".join([head, *fragment(printed), "</body></html>\n"]).encode("utf-8", "replace")


def fragment(printed: Printed) -> Iterator[str]:
    """The document alone, for a page that brings :data:`STYLE` of its own accord."""
    yield '<article class="catalogue">'
    for section in printed.sections:
        yield f'<section class="leaf{" landscape" if section.landscape else ""}">'
        for block in section.blocks:
            yield _WRITERS[type(block)](block)
        yield "</section>"
    yield "</article>"


def _text(text: str) -> str:
    return escape(text, quote=True)


_SPAN = ' colspan="3"'


def _cover(block: Cover) -> str:
    parts = [f'<p class="stamp">{_text(block.mark)}</p>'] if block.mark else []
    if block.issuer:
        parts.append(f'<div class="issuer">{_text(block.issuer)}</div>')
    parts.append(f'<div class="reference">{_text(block.number)}</div>')
    parts.append(f'<div class="title">{_text(block.title)}</div>')
    parts += [f'<p class="center">{_text(t)}</p>' for t in (block.subtitle, block.period) if t]
    foot = "<br>".join(_text(t) for t in (block.issuer, block.date) if t)
    return f'<div class="cover">{"".join(parts)}<div class="foot">{foot}</div></div>'


def _heading(block: Heading) -> str:
    mark = f' id="{_text(block.anchor)}"' if block.anchor else ""
    mark += ' class="fresh"' if block.fresh else ""
    return f"<h{block.level}{mark}>{_text(block.text)}</h{block.level}>"


def _paragraph(block: Paragraph) -> str:
    plain = ' class="plain"' if block.plain else ""
    return f"<p{plain}>{_text(block.text)}</p>"


def _contents(block: Contents) -> str:
    lines = (
        f'<li class="level{level}"><a href="#{_text(anchor)}">{_text(said)}</a></li>'
        for level, said, anchor in block.lines
    )
    return f"<ol>{''.join(lines)}</ol>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Page):
        return f'<a href="#{_text(cell.anchor)}">第{_text(cell.text)}条</a>'
    return _text(cell)


def _table(block: Table) -> str:
    head = "".join(
        f'<th scope="col">{_text("条目" if c.heading == "页码" else c.heading)}</th>'
        for c in block.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.align}">{_cell(cell)}</td>'
            for column, cell in zip(block.columns, row, strict=True)
        )
        + "</tr>"
        for row in block.rows
    )
    whole = sum(column.width for column in block.columns)
    widths = "".join(f'<col width="{column.width / whole:.1%}">' for column in block.columns)
    return f"<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _card(block: Card) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{_text(label)}</th>'
            f"<td{_SPAN if len(row) == 1 else ''}>{_text(said)}</td>"
            for label, said in row
        )
        + "</tr>"
        for row in block.rows
    )
    return f'<table class="product"><tbody>{rows}</tbody></table>'


def _bars(block: Bars) -> str:
    caption = f"{_text(block.title)}（单位：{_text(block.unit)}）"
    return f"<figure><figcaption>{caption}</figcaption>{bars(block, 'SimHei, sans-serif')}</figure>"


def _signing(block: Signing) -> str:
    return f'<div class="signing">{"<br>".join(map(_text, block.lines))}</div>'


def _colophon(block: Colophon) -> str:
    lines = (f"<div><span>{_text(a)}</span><span>{_text(b)}</span></div>" for a, b in block.lines)
    return f'<div class="colophon">{"".join(lines)}</div>'


_WRITERS: dict[type, Callable[[Any], str]] = {
    Cover: _cover, Heading: _heading, Paragraph: _paragraph, Contents: _contents, Table: _table,
    Card: _card, Bars: _bars, Signing: _signing, Colophon: _colophon,
}  # fmt: skip
