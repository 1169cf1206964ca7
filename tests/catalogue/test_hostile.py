"""A thousand entries as bad as they can be: nothing lost, nothing run, nothing beyond the margins."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser

import docx
import openpyxl
import pdfplumber
import pytest

from matcher.catalogue import from_record, to_document
from matcher.catalogue.fonts import fonts
from matcher.catalogue.suggestions import as_given
from tests.catalogue.making import hostile

MM = 72 / 25.4
HALF = "，。、；：）”！？》〉’】〕"  # half of such a sign is blank, and may stand outside
OPENING = "（“《〈‘【〔"


@pytest.fixture(scope="module", params=[60, pytest.param(1000, marks=pytest.mark.full)])
def made(request):
    return hostile(request.param)


def texts_of(entry):
    """Every text of an entry that a printed document shows."""
    mine = [
        entry.enterprise, entry.product, entry.tier, entry.county, entry.spec, entry.standard,
        entry.capacity.text, entry.certificates, entry.intended_buyers, entry.description, entry.reason,
        entry.contact,
    ]  # fmt: skip
    for n in entry.needs:
        mine += [n.leader, n.product, n.spec, n.standard, n.quantity.text, n.requirement]
    return [text for text in mine if text]


def squeezed(text: str) -> str:
    """Without blanks, which are where lines end; ligatures and the like as their letters."""
    return "".join(unicodedata.normalize("NFKC", text).replace("\u200b", "").split())


def body_of(width, height, chars):
    """Without the page number below the type area."""
    foot = (184 if width > height else 262) * MM
    return [c for c in chars if c["top"] < foot]


RTL = re.compile("[\u0590-\u08ff]")  # stands reversed in a pdf: there characters are counted


@pytest.fixture(scope="module")
def pdf(made):
    with pdfplumber.open(io.BytesIO(to_document(made, ".pdf"))) as opened:
        pages = []
        for page in opened.pages:
            pages.append((page.width, page.height, page.chars))
            page.close()
        yield pages


def shown(text: str) -> str:
    """A text with the characters that no font of this machine has said by their numbers."""
    lacking = fonts().lacking(text)
    return "".join(f"〔U+{ord(c):04X}〕" if c in lacking else c for c in text)


def test_the_pdf_says_every_text_of_every_entry(made, pdf):
    """In the order of the file, cell by cell, which no layout of lines can mix up."""
    whole = squeezed("".join(c["text"] for page in pdf for c in body_of(*page)))
    for entry in made.entries:
        for text in texts_of(entry):
            wanted = squeezed(shown(text))
            # A long text may be cut by the end of a page, where another cell comes between.
            if not RTL.search(wanted) and len(wanted) <= 100:
                assert wanted in whole, (entry.number, text)
    written = Counter("".join(squeezed(shown(t)) for e in made.entries for t in texts_of(e)))
    counted = Counter(whole)
    for char, times in written.items():
        assert counted[char] >= times, f"{char!r} is lost"


def test_nothing_in_the_pdf_stands_beyond_the_margins(made, pdf):
    assert len(pdf) > len(made.entries) / 3
    for number, (width, height, chars) in enumerate(pdf, 1):
        wide = width > height
        left, right, bottom = (35, 260, 184) if wide else (28, 184, 262)
        for char in chars:
            if char["text"].isspace():
                continue
            blank = char["size"] / 2 if char["text"] in HALF else 0.5
            before = char["size"] / 2 if char["text"] in OPENING else 0
            assert char["x0"] >= left * MM - 1 - before, (number, char["text"])
            assert char["x1"] <= right * MM + 1 + blank, (number, char["text"])
            assert char["bottom"] <= (bottom + 13) * MM, (number, char["text"])


def test_the_word_document_says_every_text_of_every_entry(made):
    data = to_document(made, ".docx")
    document = docx.Document(io.BytesIO(data))
    cards = [{c.text for c in table._cells} for table in document.tables if len(table.columns) == 4]
    assert len(cards) == len(made.entries)
    for entry, cells in zip(made.entries, cards, strict=True):
        for text in (
            entry.enterprise,
            entry.product,
            entry.spec,
            entry.standard,
            entry.certificates,
        ):
            assert text in cells or not text, entry.number
        needs = next((c for c in cells if all(n.leader in c for n in entry.needs)), None)
        assert needs is not None
        for need in entry.needs:
            assert any(need.product in c and need.requirement in c for c in cells)
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 3"]
    assert len(headings) == len(made.entries)
    fields = set(re.findall(r"<w:instrText[^>]*> (\w+)", document.element.xml))
    assert fields <= {"TOC", "PAGEREF"}, "no text has become a field"


def test_the_workbook_holds_every_text_and_no_formula(made):
    book = openpyxl.load_workbook(io.BytesIO(to_document(made, ".xlsx")))
    cells = [
        c for s in book.worksheets for row in s.iter_rows() for c in row if c.value is not None
    ]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
    values = {str(c.value) for c in cells}
    for entry in made.entries:
        for text in texts_of(entry):
            assert (
                text in values
                or text == entry.capacity.text
                or any(text == n.quantity.text for n in entry.needs)
            ), text


def test_csv_and_json_give_back_what_was_put_in(made):
    lines = list(csv.reader(io.StringIO(to_document(made, ".csv").decode("utf-8-sig"), newline="")))
    head, *rows = lines
    assert len(rows) == sum(1 for _ in made.lines())
    for row, (_, entry, _) in zip(rows, made.lines(), strict=True):
        told = {name: as_given(cell) for name, cell in zip(head, row, strict=True)}
        assert (told["企业"], told["规格"], told["产品"]) == (
            entry.enterprise,
            entry.spec,
            entry.product,
        )
    assert from_record(json.loads(to_document(made, ".json"))) == made


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        assert all(v.startswith("#") for name, v in attrs if name == "href")

    def handle_data(self, data):
        self.texts.append(data)


def test_the_web_page_has_no_tag_but_its_own(made):
    page = _Page()
    page.feed(to_document(made, ".html").decode())
    assert "script" not in page.tags
    assert page.tags <= {
        "html", "head", "meta", "title", "style", "body", "article", "section", "div", "p", "span", "h1",
        "h2", "h3", "h4", "ol", "li", "a", "table", "thead", "tbody", "colgroup", "col", "tr", "th", "td", "figure",
        "figcaption", "svg", "text", "rect", "line", "br",
    }  # fmt: skip
    said = "".join(page.texts)
    assert all(e.enterprise in said and e.spec in said for e in made.entries)
