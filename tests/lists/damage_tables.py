"""Absurd sheets and Word tables inside archives that are otherwise good."""

from __future__ import annotations

from random import Random

from tests.lists import seeds
from tests.lists.damage import Damaged, good, kind
from tests.lists.damage_packed import DOCUMENT, MAIN, SHEET, STRINGS, ZIPPED, W, changed

# --- sheets ------------------------------------------------------------------------------------


def _sheet(body: str, before: str = "", after: str = "") -> Damaged:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<worksheet xmlns="{main}">{before}<sheetData>{body}</sheetData>{after}</worksheet>'
    return Damaged(".xlsx", changed(".xlsx", **{SHEET: xml}))


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
    return Damaged(".xlsx", changed(".xlsx", **{STRINGS: strings, SHEET: sheet}))


@kind("merges")
def _merges(rng: Random) -> Damaged:
    one = rng.choice(
        ["A1:XFD1048576", "A1:A1", "B2:A1", "A0:B0", "x", "A1:B2:C3", "A1:ZZZZ99999999"]
    )
    count = rng.choice([1, 3_000])
    merged = f'<mergeCells count="{count}">{f"""<mergeCell ref="{one}"/>""" * count}</mergeCells>'
    content = bytes(seeds.unzipped(good(".xlsx", 12))[SHEET]).decode()
    content = content.replace("</sheetData>", "</sheetData>" + merged)
    return Damaged(".xlsx", changed(".xlsx", **{SHEET: content}))


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
    suffix, depth = rng.choice(ZIPPED), rng.choice([200, 300, 100_000])
    tag = rng.choice(["row", "w:tbl", "text:p", "x"])
    deep = f"<{tag}>" * depth + f"</{tag}>" * rng.choice([0, depth])
    return Damaged(
        suffix, changed(suffix, **{MAIN[suffix]: f"<r {W}>{deep}</r>"}), must_refuse=True
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
    return Damaged(".ods", changed(".ods", **{"content.xml": content}))


# --- Word tables -------------------------------------------------------------------------------


def _document(body: str) -> Damaged:
    return Damaged(
        ".docx",
        changed(".docx", **{DOCUMENT: f"<w:document {W}><w:body>{body}</w:body></w:document>"}),
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
