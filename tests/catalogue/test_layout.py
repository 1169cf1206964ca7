"""The layout of official documents (GB/T 9704-2012), measured in the files themselves."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections import Counter
from dataclasses import replace

import docx
import pdfplumber
import pypdf
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from matcher.catalogue import Chosen, to_document
from matcher.catalogue.content import Note
from matcher.catalogue.fonts import fonts
from matcher.catalogue.outline import printed
from tests.catalogue.making import chosen_catalogue, demand, supply

MM = 72 / 25.4
TITLE, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LONG = "汉" * 28 * 60
HALF = "，。、；：）”！？"  # their right half is blank, and may stand outside


@pytest.fixture(scope="module")
def made():
    chosen = [
        Chosen(demand(f"D{i}", chain="铜" if i % 2 else "管", disclosure="公开"),
               supply(f"S{i:03}", enterprise=f"博乐第{i}金属有限公司"), None)
        for i in range(40)
    ]  # fmt: skip
    gaps = {"gaps": (demand("G1", "安全帽", disclosure="公开"),)}
    catalogue = chosen_catalogue(
        chosen, material=gaps, issuer="某州工业和信息化局", period="2026年"
    )
    notes = (*catalogue.notes, Note(3, "1. 第三层"), Note(0, LONG))
    return replace(catalogue, notes=notes)


@pytest.fixture(scope="module")
def pdf(made):
    with pdfplumber.open(io.BytesIO(to_document(made, ".pdf"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def word(made):
    return docx.Document(io.BytesIO(to_document(made, ".docx")))


# --- pdf -----------------------------------------------------------------------------------------


def body_of(page):
    """Characters within the type area; what stands below it is the page number."""
    foot = 184 * MM if page.width > page.height else 262 * MM
    return [c for c in page.chars if c["top"] < foot]


def test_pages_are_a4_and_text_stays_in_the_type_area(pdf):
    for page in pdf.pages:
        wide = page.width > page.height
        assert sorted((round(page.width / MM), round(page.height / MM))) == [210, 297]
        top, left, width, height = (28, 35, 225, 156) if wide else (37, 28, 156, 225)
        for char in body_of(page):
            assert char["x0"] >= left * MM - 0.5
            blank = char["size"] / 2 if char["text"] in HALF else 0
            assert char["x1"] <= (left + width) * MM + 0.5 + blank
            assert char["top"] >= top * MM - 3
            assert char["bottom"] <= (top + height) * MM + 3
    assert {p.width > p.height for p in pdf.pages} == {True, False}


def test_the_type_area_has_22_lines_of_28_characters(pdf):
    page = next(p for p in pdf.pages if sum(c["text"] == "汉" for c in p.chars) == 22 * 28)
    tops = sorted({round(c["top"], 1) for c in body_of(page)})
    assert len(tops) == 22
    assert all(abs(b - a - 28.95) < 0.15 for a, b in itertools.pairwise(tops))
    (first, *_, last) = (c for c in body_of(page) if abs(c["top"] - tops[0]) < 1)
    assert abs((last["x0"] - first["x0"]) / 27 - 15.79) < 0.05
    assert abs(first["x0"] / MM - 28) < 0.2


def test_faces_and_sizes_of_the_levels(pdf):
    faces = {name: chain[0] for name, chain in fonts().faces.items()}
    size = {"编制说明": 22, "一、编制依据": 16, "1.第三层": 16}
    face = {"编制说明": "title", "一、编制依据": "hei", "1.第三层": "body"}
    page = pdf.pages[1]
    lines = {
        re.sub(r"\s", "", line["text"]): line["chars"]
        for p in pdf.pages[1:4]
        for line in p.extract_text_lines(return_chars=True)
    }
    for text, points in size.items():
        chars = lines[text]
        assert {round(c["size"], 1) for c in chars} == {points}
        said = re.sub(r"[^a-z]", "", faces[face[text]].lower())[:10]
        assert all(said in re.sub(r"[^a-z]", "", c["fontname"].lower()) for c in chars), text
    assert page.width < page.height


def test_page_numbers_stand_outside_on_each_side(pdf):
    for number, page in enumerate(pdf.pages, 1):
        foot = [c for c in page.chars if c not in body_of(page)]
        if number == 1:
            assert not foot, "the cover has none"
            continue
        text = "".join(c["text"] for c in foot)
        assert re.fullmatch(rf"—\s*{number}\s*—", text.strip())
        assert {round(c["size"]) for c in foot} == {14}
        wide = page.width > page.height
        left, right, bottom = (35, 260, 184) if wide else (28, 184, 262)
        if number % 2:
            assert abs(foot[-1]["x1"] - (right * MM - 14)) < 3
        else:
            assert abs(foot[0]["x0"] - (left * MM + 14)) < 3
        assert abs(min(c["top"] for c in foot) - (bottom + 7) * MM) < 6


def test_bookmarks_and_page_numbers_tell_where_things_stand(made):
    data = to_document(made, ".pdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    flat = []

    def walk(marks, depth):
        for mark in marks:
            if isinstance(mark, list):
                walk(mark, depth + 1)
            else:
                flat.append((depth, mark.title, reader.get_destination_page_number(mark)))

    walk(reader.outline, 1)
    assert {depth for depth, _, _ in flat} >= {1, 2, 3}
    pages = {title: page for _, title, page in flat}
    texts = [page.extract_text() for page in reader.pages]
    contents = re.sub(r"[\s·]", "", texts[pages["目　　录"]])
    for _, title, page in flat:
        assert re.sub(r"\s", "", title)[:12] in re.sub(r"\s", "", texts[page]), title
    for title in ("推荐产品汇总表", "企业索引", "一、管（20项）"):
        assert f"{title}{pages[title] + 1}" in contents
    assert reader.metadata.title == made.heading
    assert made.digest in reader.metadata.subject
    assert reader.metadata.author == "某州工业和信息化局"
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        page = next(p for p in pdf.pages if p.width > p.height)
        rows = page.extract_tables()[0]
    for number, firm, *_, where in rows[1:]:
        mark = next(t for _, t, _ in flat if re.sub(r"\s", "", firm) in re.sub(r"\s", "", t))
        assert int(where) == pages[mark] + 1, number


def test_wide_tables_repeat_their_heads_and_rows_are_not_cut(pdf):
    wide = [p for p in pdf.pages if p.width > p.height]
    heads = Counter(p.extract_tables()[0][0][0] for p in wide)
    assert heads == {"序号": len(wide)}
    assert len(wide) > 2
    numbers = [
        int(row[0]) for p in wide for t in p.extract_tables() for row in t[1:] if row[0].isdigit()
    ]
    assert numbers == [*range(1, 41), 1], "each row once: 40 products, one gap"


# --- docx ----------------------------------------------------------------------------------------


def test_word_sections_have_the_margins_and_the_grid(word):
    for section in word.sections:
        wide = section.orientation == WD_ORIENT.LANDSCAPE
        sides = ("top_margin", "bottom_margin", "left_margin", "right_margin")
        found = [round(getattr(section, side).mm) for side in sides]
        assert found == ([28, 26, 35, 37] if wide else [37, 35, 28, 26])
        size = (round(section.page_width.mm), round(section.page_height.mm))
        assert size == ((297, 210) if wide else (210, 297))
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:linePitch")) == "579", "28.95 pt"
        assert section.footer_distance.mm == pytest.approx((26 if wide else 35) - 12, abs=0.1)
    assert {s.orientation for s in word.sections} == {WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT}
    assert int(225 / 25.4 * 72 / 28.95) == 22


@pytest.mark.parametrize(
    ("name", "face", "size"),
    [
        ("Normal", FANG, 16), ("Body Text", FANG, 16), ("Heading 1", TITLE, 22),
        ("Heading 2", HEI, 16), ("Heading 3", KAI, 16), ("Heading 4", FANG, 16), ("Footer", "宋体", 14),
    ],
)  # fmt: skip
def test_word_styles_have_faces_and_sizes(word, name, face, size):
    style = word.styles[name]
    given = style.element.rPr.rFonts
    assert {given.get(qn(f"w:{k}")) for k in ("ascii", "eastAsia", "hAnsi")} == {face}
    assert style.font.size.pt == size
    if size == 16:
        assert style.paragraph_format.line_spacing.pt == pytest.approx(28.95)
        tight = int(style.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
        assert int(156 * MM / (16 + tight)) == 28, "characters to a line"


def test_word_headings_are_headings_and_the_contents_a_field(word, made):
    levels = Counter(
        int(p.style.name[-1]) for p in word.paragraphs if p.style.name.startswith("Heading")
    )
    assert levels[2] == len(made.chapters)
    assert levels[3] == len(made.entries)
    assert levels[1] == len({"说明", "目录", "汇总", "产品", "索引", "缺口", "统计"})
    xml = word.element.xml
    assert 'TOC \\o "1-2" \\h' in xml
    assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"')
    names = re.findall(r'w:bookmarkStart w:id="\d+" w:name="([^"]+)"', xml)
    assert set(re.findall(r"PAGEREF (\S+)", xml)) <= set(names)
    assert len(names) == len(set(names))


def test_word_tables_repeat_their_heads_and_rows_are_not_cut(word):
    for table in word.tables:
        assert all("cantSplit" in row._tr.xml for row in table.rows)
        widths = sum(column.width for column in table.columns)
        assert widths <= 225.5 * 36000
    listed = [t for t in word.tables if t.rows[0].cells[0].text in {"序号", "企业"}]
    assert len(listed) == 3
    for table in listed:
        assert "tblHeader" in table.rows[0]._tr.xml
        assert "tblHeader" not in table.rows[1]._tr.xml


def test_word_page_numbers_differ_on_odd_and_even_pages(word):
    section = word.sections[0]
    assert word.settings.odd_and_even_pages_header_footer
    assert section.different_first_page_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert 'instr="PAGE"' in paragraph._p.xml
        assert f'<w:jc w:val="{side}"/>' in paragraph._p.xml
        assert paragraph.text.startswith("— ")


def test_faces_that_a_machine_may_lack_have_their_stand_ins(made):
    with zipfile.ZipFile(io.BytesIO(to_document(made, ".docx"))) as archive:
        table = archive.read("word/fontTable.xml").decode()
    for face, other in ((TITLE, "宋体"), (FANG, "仿宋"), (KAI, "楷体")):
        assert re.search(f'w:name="{face}"><w:altName w:val="[^"]*{other}', table)


def test_all_printed_forms_are_made_of_the_same_blocks(made):
    assert len(printed(made).sections) == 6
