"""Catalogues over HTTP: who gets which document, what stands in its bytes, and two people at once."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pdfplumber
import pytest

from matcher.catalogue import CATALOGUE_SUFFIXES, Variant
from matcher.issuing import Basis, Selection, content_of, gather, keep
from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING
from tests.web.conftest import LEADER, OTHER_LEADER, OTHER_SME, SME

FORMS = [suffix.removeprefix(".") for suffix in CATALOGUE_SUFFIXES]
AGREED, REFUSED = "0909-7777777", "0909-8888888"


def issued(store, **selection):
    """A catalogue, checked and issued; its id."""
    chosen = Selection(**selection)
    key = keep(store, gather(store, chosen), chosen)
    store.catalogues.check(key)
    return store.catalogues.issue(key).id


@pytest.fixture
def given(store):
    """Id of a catalogue for each leader and each SME; two firms' contacts, one of whom agreed."""
    pairs = [("D001", "S001"), ("D002", "S002"), ("D003", "S001"), ("D004", "S002")]
    store.decisions.record(Decision(*pair, Verdict.ACCEPTED, "", "审核员甲") for pair in pairs)
    for firm, phone, agreed in ((OTHER_SME, AGREED, True), (SME, REFUSED, False)):
        key = store.enterprises.named(firm)
        contact = store.contacts.add(key, EVERYTHING, name="某经理", phone=phone)
        if agreed:
            store.contacts.consent(contact.id, EVERYTHING, given=True, how="现场签字")
    leaders = {firm: issued(store, variant=Variant.LEADER, subject=firm) for firm in (LEADER, OTHER_LEADER)}  # fmt: skip
    smes = {firm: issued(store, variant=Variant.SME, subject=firm) for firm in (SME, OTHER_SME)}
    return leaders | smes


def told(form, data):
    """Everything that stands in a file, whatever a program shows of it."""
    if form == "pdf":
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            text = "".join(page.extract_text() for page in pdf.pages)
            return "".join(text.split()) + str(pdf.metadata)
    if form in {"docx", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    text = data.decode("utf-8")
    return text + (json.dumps(json.loads(text), ensure_ascii=False) if form == "json" else "")


@pytest.mark.parametrize("form", FORMS)
def test_a_leader_gets_its_own_catalogue_and_reads_of_no_other_leader(given, enter, form):
    browser = enter("chain_leader")
    answer = browser.get(f"/catalogues/{given[LEADER]}/{form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = told(form, answer.data)
    assert LEADER in text, "it is the leader's own"
    assert SME in text
    assert OTHER_SME in text
    assert OTHER_LEADER.removesuffix("有限公司") not in text
    assert AGREED in text, "its firm agreed to be reached"
    assert REFUSED not in text, "its firm did not"


@pytest.mark.parametrize("form", FORMS)
def test_an_sme_reads_of_no_buyer_that_only_the_bureau_may_know(given, enter, form):
    browser = enter("sme")
    text = told(form, browser.get(f"/catalogues/{given[SME]}/{form}").data)
    assert SME in text
    assert LEADER in text, "its demand is public"
    assert OTHER_LEADER.removesuffix("有限公司") not in text, "its demand is for the bureau alone"
    assert OTHER_SME not in text


@pytest.mark.parametrize(("role", "own"), [("chain_leader", LEADER), ("sme", SME)])
def test_nobody_elses_is_listed_shown_downloaded_compared_or_told_of(
    given, enter, store, role, own
):
    browser = enter(role)
    numbers = {firm: store.catalogues.get(key, EVERYTHING).number for firm, key in given.items()}
    listed = browser.get("/catalogues").get_data(as_text=True)
    assert f'/catalogues/{given[own]}"' in listed
    assert numbers[own] in listed
    missing = browser.get("/catalogues/999")
    assert missing.status_code == 404
    for firm, key in given.items():
        if firm == own:
            continue
        assert f'/catalogues/{key}"' not in listed
        assert numbers[firm] not in listed
        for form in FORMS:
            assert browser.get(f"/catalogues/{key}/{form}").status_code == 404
        shown = browser.get(f"/catalogues/{key}")
        assert shown.status_code == 404
        same = missing.get_data(as_text=True).replace("999", str(key))
        assert _without_tokens(shown) == _without_tokens(same), "as if it did not exist"
        compared = browser.get(f"/catalogues/compare?before={key}&after={given[own]}")
        assert compared.status_code == 404


def _without_tokens(page):
    text = page if isinstance(page, str) else page.get_data(as_text=True)
    return [line for line in text.splitlines() if "csrf" not in line]


def test_a_draft_made_for_a_leader_is_not_shown_to_it(enter):
    browser = enter("chain_leader")
    assert browser.get("/catalogues/3").status_code == 200
    for form in ("", *(f"/{form}" for form in FORMS)):
        assert browser.get(f"/catalogues/5{form}").status_code == 404


def test_what_another_person_changed_meanwhile_is_not_written_over(enter, store):
    mine, theirs = enter("reviewer"), enter("admin")
    was = store.catalogues.get(5, EVERYTHING).content_hash
    words = {"was": was, "title": "某目录", "notes": "一、说明"}
    assert theirs.post("/catalogues/5/words", words).status_code == 303
    for address, data, page in (
        ("/catalogues/5/words", words | {"title": "另一目录"}, None),
        ("/catalogues/5/entries", {"was": was, "move": "1:1"}, None),
        ("/catalogues/5/check", {"was": was}, "/catalogues/5"),
    ):
        answer = mine.post(address, data, page=page)
        assert answer.status_code == 409, address
        assert "刚被别人改过" in answer.get_data(as_text=True)
    stored = store.catalogues.get(5, EVERYTHING)
    assert (stored.title, stored.state) == ("某目录", "draft")


def test_issued_twice_is_issued_once(enter, store):
    browser = enter("reviewer")
    was = store.catalogues.get(6, EVERYTHING).content_hash
    answers = [
        browser.post("/catalogues/6/issue", {"was": was}, page="/catalogues/6/issue")
        for _click in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 409]
    numbers = [each.number for each in store.catalogues.all(EVERYTHING) if each.number]
    assert len(numbers) == len(set(numbers)) == 4


def test_what_is_issued_cannot_be_changed_or_deleted(enter, store):
    browser, before = enter("admin"), content_of(store, 1, EVERYTHING)
    for address, data in (
        ("/catalogues/1/words", {"title": "别的", "notes": "别的"}),
        ("/catalogues/1/entries", {"out": "1"}),
        ("/catalogues/1/drop", {}),
        ("/catalogues/1/check", {}),
    ):
        answer = browser.post(address, data, page="/catalogues/5")
        assert answer.status_code in {200, 409}, address
        text = answer.get_data(as_text=True)
        assert "已经印发" in text, address
    assert content_of(store, 1, EVERYTHING) == before


def test_a_county_builds_of_its_own_rows_and_sees_no_others(enter):
    browser = enter("county_reviewer")
    listed = browser.get("/catalogues").get_data(as_text=True)
    assert '/catalogues/2"' in listed
    assert '/catalogues/1"' not in listed
    page = browser.get("/catalogues/new").get_data(as_text=True)
    assert OTHER_LEADER not in page, "not even in what can be chosen"
    answer = browser.post("/catalogues/new", {
        "variant": "whole", "basis": Basis.PRODUCTS.value, "subject": "", "count": "1",
    })  # fmt: skip
    assert "照现在的条件有 1 条" in answer.get_data(as_text=True)


def test_entries_move_by_the_form_and_the_figures_follow(enter, store):
    browser = enter("reviewer")
    store.decisions.record([Decision("D001", "S002", Verdict.ACCEPTED, "", "审核员甲")])
    key = keep(store, gather(store, Selection()), Selection())
    before = [entry.supply_id for entry in content_of(store, key, EVERYTHING).entries]
    address = f"/catalogues/{key}/entries"
    assert browser.post(address, {"move": "2:-1"}).status_code == 303
    assert [e.supply_id for e in content_of(store, key, EVERYTHING).entries] == before[::-1]
    assert browser.post(address, {"out": "1"}).status_code == 303
    left = content_of(store, key, EVERYTHING)
    assert [entry.supply_id for entry in left.entries] == before[:1]
    assert store.catalogues.get(key, EVERYTHING).entries == 1
    answer = browser.post(address, {"out": "1"})
    assert "至少要留一条" in answer.get_data(as_text=True)
    for nonsense in ({"place-x": "1"}, {"place-1": "∞"}, {"move": "1:9"}, {"place-1": "9" * 99}):
        assert browser.post(address, nonsense).status_code == 303


def test_a_long_document_is_asked_for_first_and_there_when_it_is_made(enter, store, monkeypatch):
    monkeypatch.setattr("web.catalogues.pages._SOON", {"pdf": 0})
    browser = enter("reviewer")
    answer = browser.get("/catalogues/1/pdf")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalogues/1")
    assert 'value="pdf"' in browser.get("/catalogues/1").get_data(as_text=True)
    was = store.catalogues.get(1, EVERYTHING).content_hash
    store.catalogues.files.keep(1, "pdf", b"%PDF-made", was=was)
    assert browser.get("/catalogues/1/pdf").data == b"%PDF-made"


def test_no_style_of_the_pages_reaches_into_the_document(enter):
    browser = enter("reviewer")
    page = browser.get("/catalogues/1").get_data(as_text=True)
    document = page[page.index('<article class="catalogue">') : page.index("</article>")]
    classes = {name for said in re.findall(r'class="([^"]+)"', document) for name in said.split()}
    assert {"catalogue", "leaf", "reference"} <= classes
    links = re.findall(r'<link[^>]*href="([^"]+\.css[^"]*)"', page)
    sheets = [link for link in links if link != "/catalogues/style.css"]
    assert len(sheets) == len(links) - 1 >= 3
    for sheet in sheets:
        style = browser.get(sheet).get_data(as_text=True)
        # A name after an element (ul.plain) is not met in the document.
        met = set(re.findall(r"(?<![\w-])\.([a-zA-Z][\w-]*)", style))
        assert classes & met == set(), sheet
