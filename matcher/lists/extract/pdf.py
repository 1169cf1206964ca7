"""pdf tables to grids."""

from __future__ import annotations

import logging
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.extract import Extracted
from matcher.lists.extract.pdfwraps import Wraps, join_cut_row, join_cut_words
from matcher.lists.grid import Grid
from matcher.lists.limits import MEGABYTE, Limits

_NEAR = 1.0  # points within which two edges are one


def extract(path: Path, limits: Limits, say_pages: Callable[[int], None]) -> Iterator[Extracted]:
    """The tables of a pdf; a table that runs over several pages is one grid.

    Tables on successive pages with the same number of columns are taken for one; the repeated
    header is skipped later like any repeated header. ``row`` counts through such a table. The
    lines of pages without a ruled table follow as grids of one column, so that they are counted.

    Args:
        path: The file.
        limits: The limits.
        say_pages: Told the number of pages before they are read.

    Raises:
        UnreadableListError: Damaged, encrypted, scanned (no text), without a table.
    """
    logging.disable(logging.CRITICAL)
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            say_pages(len(pdf.pages))
            grids = _Pages(path.name, limits).read(pdf)
    except (PDFException, PdfminerException) as error:
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise UnreadableListError(f"{path.name} 设有打开密码，请去掉密码后再试") from error
        raise UnreadableListError(f"{path.name} 已损坏，打不开，请重新导出后再试") from error
    yield from ((grid, grid.rows) for grid in grids)


class _Pages:
    """Reads pages one after the other and joins the tables that run over them."""

    def __init__(self, file: str, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._tables: list[Grid] = []
        self._texts: list[Grid] = []
        self._wraps = Wraps()  # of the last table
        self._letters = self._unreadable = self._cells = 0

    def read(self, pdf: Any) -> list[Grid]:
        """Tables, then the text of the pages that have none."""
        self._check_pages(pdf)
        for page in pdf.pages:
            self._check_contents(page)
            self._letters += len(page.chars)
            self._unreadable += sum(c["text"].startswith("(cid:") for c in page.chars)
            found = page.find_tables()
            for table in found:
                self._append(page, table)
            if not found and page.chars:
                lines = [[line] for line in page.extract_text().split("\n") if line.strip()]
                self._texts.append(Grid(f"第{page.page_number}页（没有框线）", lines))
            page.close()
        if self._letters == 0:
            raise UnreadableListError(
                f"{self._file} 是扫描件，没有可读的文字，请向填报单位索取 Word 或 Excel 原件"
            )
        if self._unreadable * 10 > self._letters:
            raise UnreadableListError(
                f"{self._file} 的字体没有附文字编码，读出来是乱码，请索取 Word 或 Excel 原件"
            )
        if not self._tables:
            raise UnreadableListError(
                f"{self._file} 里没有找到带框线的表格，请索取 Word 或 Excel 原件"
            )
        return self._tables + self._texts

    def _check_pages(self, pdf: Any) -> None:
        """A truncated pdf loses pages without a word; the number that it claims tells."""
        from pdfminer.pdftypes import resolve1

        found = len(pdf.pages)
        if found > self._limits.pages:
            raise UnreadableListError(
                f"{self._file} 有 {found} 页，超过 {self._limits.pages} 页上限，请拆成几个文件"
            )
        claimed = resolve1((resolve1(pdf.doc.catalog.get("Pages")) or {}).get("Count"))
        if isinstance(claimed, int) and claimed > found:
            raise UnreadableListError(
                f"{self._file} 不完整：应有 {claimed} 页，只读到 {found} 页，请重新导出后再试"
            )

    def _check_contents(self, page: Any) -> None:
        """A damaged page is drawn up to the damage only, so that its rows would be lost silently."""
        attributes = page.page_obj.attrs
        if attributes.get("Contents") is None:
            return
        from pdfminer.pdftypes import PDFStream, resolve1

        contents = resolve1(attributes["Contents"])
        for part in contents if isinstance(contents, list) else [contents]:
            stream = resolve1(part)
            if not isinstance(stream, PDFStream) or not _is_whole(stream):
                raise UnreadableListError(
                    f"{self._file} 第 {page.page_number} 页已损坏，内容不完整，请重新导出后再试"
                )

    def _append(self, page: Any, table: Any) -> None:
        """Add a page's table to the one before it, or begin a new one."""
        rows = table.extract(x_tolerance=2)
        if not rows:
            return
        self._cells += sum(map(len, rows))
        if self._cells > self._limits.cells:
            raise UnreadableListError(f"{self._file} 的表格太大，请拆成几个文件")
        last = self._tables[-1] if self._tables else None
        if last is None or len(last.rows[0]) != len(rows[0]):
            last = Grid(name=f"表{len(self._tables) + 1}", rows=[])
            self._tables.append(last)
            self._wraps = Wraps()
        offset = len(last.rows)
        lefts = sorted({cell[0] for cell in table.cells})
        tops = sorted({cell[1] for cell in table.cells})
        for x0, top, x1, bottom in sorted(table.cells, key=lambda c: (c[1], c[0])):
            row, column = bisect_left(tops, top), bisect_left(lefts, x0)
            last_row = bisect_left(tops, bottom - _NEAR) - 1
            last_column = bisect_left(lefts, x1 - _NEAR) - 1
            if last_row > row or last_column > column:
                last.merges.append((offset + row, column, offset + last_row, last_column))
        texts = [[cell or "" for cell in row] for row in rows]
        self._wraps.note(texts)
        join_cut_words(page, table, texts, self._wraps)
        join_cut_row(last.rows, texts, self._wraps)
        last.rows += texts


def _is_whole(stream: Any) -> bool:
    """Whether a compressed stream can be unpacked to its end (other filters are not checked)."""
    filters = [str(getattr(name, "name", name)) for name, _ in stream.get_filters()]
    raw = stream.get_rawdata()
    if raw is None or not filters or filters[0] not in {"FlateDecode", "Fl"}:
        return True
    if stream.decipher:
        raw = stream.decipher(stream.objid, stream.genno, raw, stream.attrs)
    unpacker = zlib.decompressobj()
    try:
        while raw and not unpacker.eof:
            unpacker.decompress(raw, MEGABYTE)
            raw = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof
