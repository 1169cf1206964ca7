"""A catalogue as docx, xlsx, csv and json: the same bytes for the same decisions, nothing leaks."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import docx
import openpyxl
import pytest

from matcher.catalogue import CATALOGUE_SUFFIXES, Chosen, build, to_document
from matcher.text import clean
from tests.catalogue.making import BUREAU, DANGEROUS, DAY, HIDDEN, demand, insides, supply

LEADER, SECRET = "新疆甲铜业有限公司", "精河丁番茄有限公司"
CHOSEN = [
    Chosen(demand(disclosure="公开"), supply(), None, "张三", "2026-01-02T03:04:05Z"),
    Chosen(demand("D002", "番茄酱", leader=SECRET, chain="番茄", disclosure=HIDDEN), supply("S002"), None),
    Chosen(demand("D003", "机密品", leader="机密公司", disclosure=BUREAU), supply("S003"), None),
]  # fmt: skip


def catalogue(chosen=CHOSEN, *, draft=False, title="优质产品推荐目录"):
    return build(title, DAY, chosen, draft=draft)


def text_of(data: bytes, suffix: str) -> str:
    """All that a reader of the document sees."""
    if suffix == ".docx":
        document = docx.Document(io.BytesIO(data))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        return "\n".join([*(p.text for p in document.paragraphs), *cells])
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return "\n".join(
            str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row
        )
    return data.decode("utf-8-sig")


@pytest.fixture(params=CATALOGUE_SUFFIXES)
def suffix(request):
    return request.param


def test_all_forms_show_the_same_entries(suffix):
    text = text_of(to_document(catalogue(), suffix), suffix)
    for word in ("优质产品推荐目录", LEADER, "电解铜", "番茄酱", "博乐乙金属有限公司", "3000 吨"):
        assert (word in text) == (not (suffix == ".csv" and word == "优质产品推荐目录")), word
    assert "草案" not in text


def test_a_draft_says_so(suffix):
    assert "草案" in text_of(to_document(catalogue(draft=True), suffix), suffix)


def test_secrets_are_nowhere_in_the_bytes(suffix):
    inside = insides(to_document(catalogue(), suffix))
    for secret in (SECRET, SECRET.removesuffix("有限公司"), "机密品", "机密公司", "D003"):
        assert secret.encode() not in inside
        assert json.dumps(secret)[1:-1].encode() not in inside or secret.isascii()
    assert LEADER.encode() in inside


def test_equal_decisions_give_equal_bytes(suffix):
    assert to_document(catalogue(), suffix) == to_document(catalogue(CHOSEN[::-1]), suffix)
    other = [CHOSEN[0], *CHOSEN[2:]]
    assert to_document(catalogue(other), suffix) != to_document(catalogue(), suffix)


@pytest.mark.parametrize(
    "text", [*DANGEROUS, "<b>&amp;\"'", "𠮷𡋾", "a\u0001b\x0bc", "长" * 40_000]
)
def test_any_text_can_be_written_and_none_is_run(suffix, text):
    chosen = [
        Chosen(demand(spec=text, leader=text, chain=text), supply(enterprise=text, spec=text), None)
    ]
    data = to_document(catalogue(chosen, title=f"目录{text[:50]}"), suffix)
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [c for s in book.worksheets for row in s.iter_rows() for c in row]
        assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
        assert [c for c in cells if c.value and clean(text)[:3] in str(c.value)]
    elif suffix == ".csv":
        (_, row) = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))]
    else:
        assert text_of(data, suffix)


@pytest.mark.parametrize(
    "chains",
    [
        ["铜/铝", "铜铝", "铜[铝]"], ["History", "history"], ["很" * 40, "很" * 40 + "长"], ["'", "???", ""],
        ["Cu", "cu", "CU"],
    ],
)  # fmt: skip
def test_every_chain_has_its_sheet_whatever_its_name(chains):
    chosen = [Chosen(demand(f"D{i}", chain=c), supply(), None) for i, c in enumerate(chains)]
    made = catalogue(chosen)
    book = openpyxl.load_workbook(io.BytesIO(to_document(made, ".xlsx")))
    assert len(book.sheetnames) == len(made.by_chain())
    assert all(sheet.max_row == 3 for sheet in book.worksheets)


def test_the_sheet_is_fit_for_printing_and_filtering():
    book = openpyxl.load_workbook(io.BytesIO(to_document(catalogue(), ".xlsx")))
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "D3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.page_setup.orientation == "landscape"


def test_the_word_document_repeats_its_header_rows():
    document = docx.Document(io.BytesIO(to_document(catalogue(), ".docx")))
    assert len(document.tables) == 2
    for table in document.tables:
        assert "tblHeader" in table.rows[0]._tr.xml
        assert "tblHeader" not in table.rows[1]._tr.xml


def test_the_word_document_is_fit_to_be_signed_and_a_draft_is_not():
    made, draft = (
        docx.Document(io.BytesIO(to_document(catalogue(draft=d), ".docx"))) for d in (False, True)
    )
    (line, seal) = (p.text for p in made.paragraphs[-2:])
    assert all(f"{name}：＿" in line for name in ("编制", "审核", "批准"))
    assert "盖章" in seal
    assert not [p for p in draft.paragraphs if "批准" in p.text or "盖章" in p.text]
    assert "草案" in "".join(p.text for p in draft.sections[0].header.paragraphs)
    assert not "".join(p.text for p in made.sections[0].header.paragraphs)
    for document in (made, draft):
        (footer,) = document.sections[0].footer.paragraphs
        assert 'instr="PAGE"' in footer._p.xml


def test_rows_of_the_word_document_stay_whole_and_columns_fit_the_page():
    document = docx.Document(io.BytesIO(to_document(catalogue(), ".docx")))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert all("cantSplit" in row._tr.xml for row in table.rows)
        widths = [column.width for column in table.columns]
        assert sum(widths) <= room + 1000
        assert [cell.width for cell in table.rows[1].cells] == widths
        assert len(set(widths)) > 1


def test_faces_that_a_machine_may_lack_have_their_stand_ins():
    with zipfile.ZipFile(io.BytesIO(to_document(catalogue(), ".docx"))) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    for face, other in (("方正小标宋简体", "宋体"), ("仿宋_GB2312", "仿宋")):
        assert f'w:eastAsia="{face}"' in styles
        assert re.search(f'w:name="{face}"><w:altName w:val="[^"]*{other}', fonts)


def test_the_sheet_prints_with_page_numbers_its_mark_and_room_to_sign():
    for draft in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(to_document(catalogue(draft=draft), ".xlsx")))
        for sheet in book.worksheets:
            assert sheet.print_title_rows == "$1:$2"
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
            assert "&P" in sheet.oddFooter.center.text
            assert ("批准" in (sheet.oddFooter.left.text or "")) == (not draft)
            assert ("草案" in (sheet.oddHeader.right.text or "")) == draft
            assert all(sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1))


def test_the_date_is_the_one_of_the_decisions():
    assert "2026年3月1日" in text_of(to_document(catalogue(), ".docx"), ".docx")
    assert json.loads(to_document(catalogue(), ".json"))["made_on"] == "2026-03-01"
