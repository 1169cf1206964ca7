"""A file is known again: the original, one that was saved anew, one that was altered, a stranger."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest

from matcher.catalogue import CATALOGUE_SUFFIXES
from matcher.errors import XieshouError
from matcher.issuing import Outcome, Selection, document, gather, keep, verify
from matcher.store import EVERYTHING


@pytest.fixture
def issued(store):
    selection = Selection()
    key = keep(store, gather(store, selection, issuer="某州工业和信息化局"), selection)
    store.catalogues.check(key)
    return store.catalogues.issue(key)


@pytest.mark.parametrize("suffix", CATALOGUE_SUFFIXES)
def test_an_original_is_known_and_so_is_one_that_was_never_noted(store, issued, suffix):
    data = document(store, issued.id, suffix, EVERYTHING)
    found = verify(store, data, f"目录{suffix}")
    assert (found.outcome, found.catalogue.number) == (Outcome.ORIGINAL, issued.number)
    assert issued.number in found.said
    store.db.execute("DELETE FROM catalogue_files")
    assert verify(store, data, f"目录{suffix}").outcome is Outcome.ORIGINAL, (
        "made again, it is equal"
    )


def test_every_form_tells_its_number(store, issued):
    for suffix in (".csv", ".json", ".html"):
        assert issued.number in document(store, issued.id, suffix, EVERYTHING).decode("utf-8-sig")


def test_a_word_document_saved_anew_has_the_same_text(store, issued):
    opened = docx.Document(io.BytesIO(document(store, issued.id, ".docx", EVERYTHING)))
    out = io.BytesIO()
    opened.save(out)
    assert verify(store, out.getvalue(), "a.docx").outcome is Outcome.SAME_TEXT
    cell = next(c for t in opened.tables for c in t._cells if c.text == "5000 吨")
    cell.paragraphs[0].runs[0].text = "9000 吨"
    out = io.BytesIO()
    opened.save(out)
    found = verify(store, out.getvalue(), "a.docx")
    assert found.outcome is Outcome.ALTERED
    assert "被改过" in found.said


def test_an_altered_workbook_or_text_is_found(store, issued):
    book = openpyxl.load_workbook(io.BytesIO(document(store, issued.id, ".xlsx", EVERYTHING)))
    book.worksheets[1]["B3"] = "别的公司"
    out = io.BytesIO()
    book.save(out)
    assert verify(store, out.getvalue(), "a.xlsx").outcome is Outcome.ALTERED
    for suffix in (".csv", ".json", ".html"):
        data = document(store, issued.id, suffix, EVERYTHING).decode("utf-8")
        altered = data.replace("阴极铜", "黄金").encode()
        assert verify(store, altered, f"a{suffix}").outcome is Outcome.ALTERED, suffix


def test_a_draft_a_stranger_and_a_superseded_one(store, issued):
    selection = Selection(chains=("铜",))
    key = keep(store, gather(store, selection), selection)
    draft = verify(store, document(store, key, ".docx", EVERYTHING), "a.docx")
    assert draft.outcome is Outcome.NOT_ISSUED
    stranger = verify(store, "企业,产品\r\n甲,乙\r\n".encode(), "a.csv")
    assert (stranger.outcome, stranger.catalogue) == (Outcome.UNKNOWN, None)
    data = document(store, issued.id, ".docx", EVERYTHING)
    store.catalogues.check(key)
    store.catalogues.issue(key, replaces=issued.id)
    found = verify(store, data, "a.docx")
    assert found.outcome is Outcome.ORIGINAL
    assert "已被新的目录替代" in found.said


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pdf", ".json"])
def test_a_damaged_file_is_said_to_be_one(store, suffix):
    with pytest.raises(XieshouError, match="读不出来"):
        verify(store, b"PK\x03\x04 nothing", f"a{suffix}")
    with pytest.raises(XieshouError, match="不会核验"):
        verify(store, b"x", "a.txt")
