"""Good small lists as bytes, in every format: what the damage is done to."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence

HEADER = ("编号", "产品名称", "规格", "年需求量", "单位", "县市", "链主企业", "备注")
NAMES = ("离心泵", "闸阀", "无缝钢管", "烧碱", "轴承", "编织袋", "电缆", "减速机", "法兰", "滤布")


def table(rows: int = 12) -> list[list[str]]:
    """A demand list of so many rows under its header, without anything to complain about."""
    body = [
        [f"X{i:03}", NAMES[i % 10], f"DN{10 + i}", str(10 * i + 10), "台", "精河县", "某某化工有限公司", f"第{i}行"]
        for i in range(rows)
    ]  # fmt: skip
    return [list(HEADER), *body]


def as_text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def as_json(rows: Sequence[Sequence[str]]) -> bytes:
    head, *body = rows
    return json.dumps([dict(zip(head, r, strict=True)) for r in body], ensure_ascii=False).encode()


def as_xlsx(rows: Sequence[Sequence[str]], merge: str = "") -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)})
        sheet = book.add_worksheet("需求清单")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell)
        if merge:
            sheet.merge_range(merge, "合并的字")
        book.add_worksheet("说明").write(0, 0, "请认真填写")
    return out.getvalue()


def as_docx(rows: Sequence[Sequence[str]]) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("主要配套产品需求清单")
    grid = document.add_table(len(rows), len(rows[0]))
    for line, row in zip(grid.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_ods(rows: Sequence[Sequence[str]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(
        f"<table:table-row>{''.join(cell.format(c) for c in row)}</table:table-row>" for row in rows
    )
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{ns}:office:1.0" '
        f'xmlns:table="{ns}:table:1.0" xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="需求">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{ns}:manifest:1.0"/>'
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def zipped(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def as_xls(rows: Sequence[Sequence[str]], inside: dict[str, bytes] | None = None) -> bytes:
    """BIFF8 in a compound file: globals with one sheet, every cell a LABEL record."""

    def record(number: int, data: bytes) -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    def text(value: str, length: str) -> bytes:
        return struct.pack(length, len(value)) + b"\x01" + value.encode("utf-16-le")

    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    start += record(0x0042, struct.pack("<H", 1200))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet += record(0x0204, struct.pack("<HHH", r, c, 0) + text(cell, "<H"))
    sheet += record(0x000A, b"")
    name = text("需求清单", "<B")
    place = len(start) + 4 + 6 + len(name) + 4
    start += record(0x0085, struct.pack("<IH", place, 0) + name) + record(0x000A, b"")
    return as_compound({"Workbook": start + sheet}, inside)


def as_compound(streams: dict[str, bytes], inside: dict[str, bytes] | None = None) -> bytes:
    """An OLE compound file; ``inside`` are streams of a storage, like those of a pasted object."""
    free, last, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    inside = inside or {}
    fat = [fat_mark, last]  # sector 0 is the FAT, 1 and on the directory
    entries = [("Root Entry", 5, last, 0)]
    body = b""
    count = 1 + len(streams) + len(inside) + bool(inside)
    directory = -(-count // 4)
    fat += [0] * (directory - 1)
    for i in range(directory):
        fat[1 + i] = 2 + i if i < directory - 1 else last
    for name, data in [*streams.items(), *inside.items()]:
        padded = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        begin = len(fat)
        sectors = len(padded) // 512
        fat += [*range(begin + 1, begin + sectors), last]
        body += padded
        entries.append((name, 2, begin, len(padded)))
    if inside:
        entries.append(("MBD00000001", 1, last, 0))
    storage = len(entries) - 1
    raw = b""
    for i, (name, kind, begin, size) in enumerate(entries):
        top = i <= len(streams) or i == storage
        child = 1 if i == 0 else len(streams) + 1 if inside and i == storage else free
        right = i + 1 if 0 < i < len(streams) else free
        if inside and i == len(streams):
            right = storage
        if not top and i < storage - 1:
            right = i + 1
        wide = name.encode("utf-16-le") + b"\0\0"
        raw += wide.ljust(64, b"\0") + struct.pack("<HBB3I", len(wide), kind, 1, free, right, child)
        raw += b"\0" * 36 + struct.pack("<IQ", begin, size)
    raw = raw.ljust(directory * 512, b"\0")
    assert len(fat) <= 128, "one FAT sector holds 64 KB"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    return head + struct.pack("<128I", *fat, *[free] * (128 - len(fat))) + raw + body


def as_pdf(rows: Sequence[Sequence[str]], pages: int = 1, *, ruled: bool = True) -> bytes:
    """A pdf of tables with the header on every page."""
    head, *body = rows
    share = -(-len(body) // pages)
    contents = []
    for p in range(pages):
        lines = [head, *body[p * share : (p + 1) * share]]
        cells = [(r, c, 1, 1, text) for r, row in enumerate(lines) for c, text in enumerate(row)]
        contents.append(pdf_page(cells, ruled=ruled))
    return pdf_of(contents)


def pdf_page(cells: Sequence[tuple[int, int, int, int, str]], *, ruled: bool = True) -> bytes:
    """Drawing of cells, each with row, column, rows and columns that it spans, and its text."""
    left, top, wide, high = 20, 575, 100, 18
    parts = []
    for r, c, rows, columns, text in cells:
        x, y = left + c * wide, top - (r + rows) * high
        if ruled:
            parts.append(f"{x} {y} {columns * wide} {rows * high} re S")
        code = text.encode("utf-16-be").hex()
        parts.append(f"BT /F 9 Tf {x + 3} {y + rows * high - 13} Td <{code}> Tj ET")
    return "\n".join(parts).encode()


def pdf_of(contents: Sequence[bytes]) -> bytes:
    """A pdf of drawn pages, in a Chinese font that every reader knows by name."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>]>>"
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font]
    kids = []
    for content in contents:
        packed = zlib.compress(content)
        number = len(objects) + 1
        kids.append(b"%d 0 R" % number)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (number + 1)
        )
        stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
        objects.append(stream)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_ = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table_, len(objects) + 1, len(out))
    )
