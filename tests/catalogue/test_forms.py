"""A catalogue in every form: the same bytes for the same decisions, nothing leaks, nothing is run."""

from __future__ import annotations

import csv
import io
import json
import re

import docx
import openpyxl
import pdfplumber
import pytest

from matcher.catalogue import CATALOGUE_SUFFIXES, Chosen, from_record, to_document
from matcher.text import clean
from tests.catalogue.making import (
    BUREAU,
    DANGEROUS,
    HIDDEN,
    chosen_catalogue,
    demand,
    insides,
    supply,
)

LEADER, SECRET = "新疆甲铜业有限公司", "精河丁番茄有限公司"
CHOSEN = [
    Chosen(demand(disclosure="公开"), supply(), None, "2026-01-02T03:04:05Z"),
    Chosen(demand("D002", "番茄酱", leader=SECRET, chain="番茄", disclosure=HIDDEN), supply("S002"), None),
    Chosen(demand("D003", "机密品", leader="机密公司", disclosure=BUREAU), supply("S003"), None),
]  # fmt: skip


def catalogue(chosen=CHOSEN, **order):
    return chosen_catalogue(chosen, **order)


def text_of(data: bytes, suffix: str) -> str:
    """All that a reader of the document sees."""
    if suffix == ".docx":
        document = docx.Document(io.BytesIO(data))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        return "\n".join([*(p.text for p in document.paragraphs), *cells])
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return "\n".join(
            f"{c.value:g} 吨" if isinstance(c.value, float | int) else str(c.value)
            for s in book.worksheets
            for row in s.iter_rows()
            for c in row
        )
    if suffix == ".pdf":
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return "".join(c["text"] for page in pdf.pages for c in page.chars)
    return data.decode("utf-8-sig")


@pytest.fixture(params=CATALOGUE_SUFFIXES)
def suffix(request):
    return request.param


def test_all_forms_show_the_same_entries(suffix):
    text = text_of(to_document(catalogue(), suffix), suffix)
    for word in ("优质产品推荐目录", LEADER, "电解铜", "番茄酱", "博乐乙金属有限公司", "3000 吨"):
        assert (word in text) == (not (suffix == ".csv" and word == "优质产品推荐目录")), word
    assert "草案" not in text.replace("出草案", "")


def test_a_draft_says_so(suffix):
    text = text_of(to_document(catalogue(draft=True), suffix), suffix)
    assert ('"draft": true' if suffix == ".json" else "草案") in text


def test_secrets_are_nowhere_in_the_bytes(suffix):
    data = to_document(catalogue(), suffix)
    inside = text_of(data, suffix).encode() if suffix == ".pdf" else insides(data)
    for secret in (SECRET, SECRET.removesuffix("有限公司"), "机密品", "机密公司", "D003"):
        assert secret.encode() not in inside
        assert json.dumps(secret)[1:-1].encode() not in inside or secret.isascii()
    assert LEADER.encode() in inside


def test_equal_decisions_give_equal_bytes(suffix):
    assert to_document(catalogue(), suffix) == to_document(catalogue(CHOSEN[::-1]), suffix)
    other = [CHOSEN[0], *CHOSEN[2:]]
    assert to_document(catalogue(other), suffix) != to_document(catalogue(), suffix)


@pytest.mark.parametrize("text", [*DANGEROUS, "𠮷𡋾", "长" * 40_000])
def test_cells_are_typed_and_text_is_never_a_formula(text):
    chosen = [
        Chosen(
            demand(spec=text, leader=text, chain=text),
            supply(spec=text),
            None,
            "2026-01-02T03:04:05Z",
        )
    ]
    made = catalogue(chosen, title=f"目录{text[:50]}")
    book = openpyxl.load_workbook(io.BytesIO(to_document(made, ".xlsx")))
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
    assert [c for c in cells if c.value and clean(text)[:3] in str(c.value)]
    (head, row) = ([c.value for c in line] for line in list(book.worksheets[1].iter_rows())[1:3])
    told = dict(zip(head, row, strict=True))
    assert (told["序号"], told["年产能"], told["单位"]) == (1, 5000, "吨")
    assert (told["年需求量"], told["需求单位"]) == (3000, "吨")
    assert told["审核日期"].date().isoformat() == "2026-01-02"
    (_, line) = csv.reader(io.StringIO(to_document(made, ".csv").decode("utf-8-sig"), newline=""))
    assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "＝"))]


def test_json_holds_the_whole_catalogue_with_its_hash():
    made = catalogue()
    data = json.loads(to_document(made, ".json"))
    assert data["schema"] == "xieshou.catalogue/1"
    assert data["content_hash"] == made.digest
    assert from_record(data) == made
    assert from_record(json.loads(json.dumps(made.record()))).digest == made.digest


def test_the_web_page_asks_for_nothing_and_runs_nothing():
    page = to_document(
        catalogue([Chosen(demand(spec="<script>x</script>"), supply(), None)]), ".html"
    )
    text = page.decode()
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert not re.search(r"(?:src|href)=.(?!#)", text.replace("default-src", ""))
    assert not re.search(r"\son\w+=", text)


@pytest.mark.parametrize(
    "chains",
    [
        ["铜/铝", "铜铝", "铜[铝]"], ["History", "history"], ["很" * 40, "很" * 40 + "长"], ["'", "???", ""],
        ["Cu", "cu", "CU"],
    ],
)  # fmt: skip
def test_every_chain_has_its_sheet_whatever_its_name(chains):
    chosen = [
        Chosen(demand(f"D{i}", chain=c, disclosure="公开"), supply(), None)
        for i, c in enumerate(chains)
    ]
    made = catalogue(chosen)
    book = openpyxl.load_workbook(io.BytesIO(to_document(made, ".xlsx")))
    assert len(book.sheetnames) == len(made.chapters) + 2, "and the 编制说明 and the figures"
    assert all(sheet.max_row == 3 for sheet in book.worksheets[1:-1])


def test_sheets_are_fit_for_filtering_and_printing():
    for draft in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(to_document(catalogue(draft=draft), ".xlsx")))
        for sheet in book.worksheets[1:-1]:
            assert sheet.freeze_panes == "D3"
            assert sheet.auto_filter.ref.startswith("A2:")
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.print_title_rows == "$1:$2"
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
            assert "&P" in sheet.oddFooter.center.text
            assert ("批准" in (sheet.oddFooter.left.text or "")) == (not draft)
            assert ("草案" in (sheet.oddHeader.right.text or "")) == draft
            assert all(sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1))


def test_the_word_document_is_fit_to_be_signed_and_a_draft_is_not():
    made, draft = (
        docx.Document(io.BytesIO(to_document(catalogue(draft=d), ".docx"))) for d in (False, True)
    )
    (line, seal) = (p.text for p in made.paragraphs if p.style.name == "签署")
    assert all(f"{name}：＿" in line for name in ("编制", "审核", "批准"))
    assert "盖章" in seal
    assert not [p for p in draft.paragraphs if "批准：" in p.text or "盖章" in p.text]
    assert "草案" in "".join(p.text for p in draft.sections[0].header.paragraphs)
    assert not "".join(p.text for p in made.sections[0].header.paragraphs)


def test_the_date_is_the_one_of_the_decisions_and_the_last_page_tells_the_hash():
    made = catalogue()
    for suffix in (".docx", ".pdf", ".html"):
        text = text_of(to_document(made, suffix), suffix)
        assert "2026年3月1日" in text
        assert made.digest in re.sub(r"\s|<[^>]*>", "", text)
    assert json.loads(to_document(made, ".json"))["made_on"] == "2026-03-01"
