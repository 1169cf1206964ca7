"""The pages of the lists: filters in the address, downloads, views, comparison."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest

from matcher.model import Decision, ListKind, Verdict
from matcher.store import EVERYTHING
from tests.store.making import demand, reading, supply
from tests.web.conftest import LEADER, OTHER_LEADER, SME
from web.lists.words import also, terms


def text(sent):
    assert sent.status_code == 200
    return sent.get_data(as_text=True)


def ids(page):
    return re.findall(r'href="/(?:demands|supplies)/([DSX][^"]+)"', page)


@pytest.fixture
def many(store):
    rows = [supply(n, f"=cmd|'/C calc'!A{n}", enterprise=f"@第{n % 7}厂") for n in range(10, 140)]
    store.lists.add(reading(rows, file="多.xlsx"))
    return store


def test_filters_order_and_page_live_in_the_address(enter, many):
    browser = enter("reviewer")
    first = text(browser.get("/supplies"))
    assert len(set(ids(first))) == 50
    assert "共 132 条" in first
    last = text(browser.get("/supplies?page=999"))
    assert len(set(ids(last))) == 32
    assert set(ids(text(browser.get("/supplies?sort=-supply_id")))) == set(ids(last)) | set(
        ids(text(browser.get("/supplies?page=2")))[-18:]
    )
    only = text(browser.get("/supplies?enterprise=@第3厂&q=calc"))
    assert len(set(ids(only))) == len([n for n in range(10, 140) if n % 7 == 3])
    assert "enterprise=%40%E7%AC%AC3%E5%8E%82" in re.search(r'href="(/supplies.csv[^"]*)"', only)[1]
    odd = browser.get("/supplies?sort=key;drop&page=x&columns=secret&county=&tier=-&reviewed=none")
    assert odd.status_code == 200
    chosen = text(browser.get("/supplies?columns=supply_id,tier"))
    assert len(re.findall(r"<th scope", chosen)) == 2


def test_downloads_hold_all_rows_of_the_filter_and_no_formula(enter, many):
    browser = enter("reviewer")
    asked = "?q=calc&sort=-supply_id"
    sent = browser.get(f"/supplies.csv{asked}")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert len(lines) == 131
    assert lines[1][:2] == ["S139", "'=cmd|'/C calc'!A139"]
    assert lines[1][5] == "'@第6厂" if lines[0][5] == "企业" else "'@第6厂" in lines[1]
    records = json.loads(browser.get(f"/supplies.json{asked}").data)
    assert [r["supply_id"] for r in records] == [line[0] for line in lines[1:]]
    assert records[0]["annual_capacity"] == 5000
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(f"/supplies.xlsx{asked}").data)).active
    assert sheet.max_row == 131
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert json.loads(browser.get("/demands.json?q=没有").data) == []
    assert len(json.loads(browser.get("/enterprises.json?role=chain_leader").data)) == 2


@pytest.mark.parametrize("name", ["demands", "supplies", "enterprises"])
@pytest.mark.parametrize("form", ["", ".csv", ".json"])
def test_what_is_hidden_is_in_no_list_file_or_search(enter, name, form):
    browser = enter("sme")
    for asked in ("", "?q=星海", f"?leader={OTHER_LEADER}", "?q=精河县", "?sort=-county"):
        page = text(browser.get(f"/{name}{form}{asked}"))
        page = re.sub(r"<input [^>]*>", "", page)
        page = re.sub(r'href="[^"]*"', "", page)
        said = page.replace('☑</span><span class="what">' + OTHER_LEADER, "")
        assert not re.search("审核员甲|D002|D003|D004|高纯", said), asked
        if asked in {"", "?sort=-county"}:
            assert OTHER_LEADER not in said
    assert json.loads(browser.get("/demands.json?q=星海").data) == []
    assert json.loads(browser.get(f"/demands.json?leader={OTHER_LEADER}").data) == []
    proposed = browser.get("/complete/demands?column=leader&typed=公司").json["values"]
    assert proposed == [LEADER]


def test_a_firm_that_types_finds_its_name(enter):
    found = enter("reviewer").get("/complete/enterprises?column=name&typed=乙金").json["values"]
    assert found == [SME]


def test_views_are_saved_used_and_forgotten(enter, store):
    browser = enter("reviewer")
    form = {"listing": "demands", "name": " 铜 的 ", "query": "q=铜&sort=-county&page=7&evil=1"}
    sent = browser.post("/views", form, page="/demands")
    assert sent.headers["Location"] == "/demands?q=%E9%93%9C&sort=-county"
    page = text(browser.get("/demands"))
    assert 'href="/demands?q=%E9%93%9C&amp;sort=-county">铜 的<' in page
    assert "铜 的" not in text(enter("viewer").get("/demands"))
    browser.post("/views/remove", {"listing": "demands", "name": "铜 的"}, page="/demands")
    assert "铜 的" not in text(browser.get("/demands"))
    assert browser.post("/views", form | {"listing": "users"}, page="/demands").status_code == 404


def test_candidates_stand_side_by_side_with_word_and_sign(enter, store):
    rows = [
        supply(5, "无缝钢管", spec="Q355B", county="博乐市"),
        supply(6, "无缝钢管", spec="Q235B", county="精河县"),
        supply(7, "钢管", county="精河县"),
    ]
    wanted = demand(5, "无缝钢管", spec="Q355B", leader=LEADER)
    store.lists.add(reading([wanted], file="a.xlsx"))
    store.lists.add(reading(rows, file="b.xlsx"))
    from matcher.ranking import match
    from matcher.store import EVERYTHING

    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    store.runs.save(match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z")
    page = text(enter("reviewer").get("/demands/D005?with=S005&with=S006&with=S007"))
    (table,) = re.findall(r'id="compare".*?</section>', page, re.DOTALL)
    for sign in ("＝ 一致", "≠ 不符", "○ 没有写", "◆ 有不同", "同一县市"):
        assert sign in table, sign
    assert "compare" not in re.findall(
        r'id="compare"', text(enter("reviewer").get("/demands/D005"))
    )
    store.decisions.record([Decision("D005", "S005", Verdict.ACCEPTED)])
    assert "已审核：采纳" in text(enter("reviewer").get("/demands/D005"))


def test_a_search_is_cut_into_words_and_synonyms_are_said():
    assert terms("") is None
    assert terms("  ") is None
    found = terms("烧碱 GB/T 8163")
    assert found[0][0] == "烧碱"
    assert "氢氧化钠" in also(found)
    assert found[1] == ["gb/t 8163"]
    assert [t[0] for t in terms("天山机械有限公司")][-1] != "有限公司"
    assert terms("有限公司") == [["有限公司"]]
    assert terms("%%") == []


def test_a_row_that_is_taken_off_says_so(enter, store):
    browser, row = enter("reviewer"), store.editing.get(ListKind.SUPPLY, "S001", EVERYTHING)
    pages = ("/supplies", "/supplies/S001")
    assert not any("已停用" in text(browser.get(page)) for page in pages)
    store.editing.withdraw(ListKind.SUPPLY, "S001", row.version, EVERYTHING, withdrawn=True)
    for page in pages:
        assert text(browser.get(page)).count("已停用") == 1
    row = store.editing.get(ListKind.DEMAND, "D001", EVERYTHING)
    store.editing.withdraw(ListKind.DEMAND, "D001", row.version, EVERYTHING, withdrawn=True)
    for page in ("/demands", "/demands/D001"):
        assert text(browser.get(page)).count("已停用") == 1
    for name in ("chain_leader", "sme"):
        assert "已停用" in text(enter(name).get("/demands")), (
            "whoever sees the row sees that it rests"
        )


def test_counts_are_kept_until_anything_changes_and_for_nobody_else(app, enter, many, monkeypatch):
    """Paging and sorting count nothing anew; whatever is written does, and each sees its own."""
    asked = []
    real = type(many.browse).counts
    monkeypatch.setattr(
        type(many.browse), "counts",
        lambda self, listing, scope, query: asked.append(scope) or real(self, listing, scope, query),
    )  # fmt: skip
    browser, other = enter("reviewer"), enter("sme")
    for address in ("/supplies", "/supplies?page=2", "/supplies?sort=-tier&columns=supply_id"):
        assert "共 132 条" in text(browser.get(address))
    assert len(asked) == 1
    assert "共 1 条" in text(other.get("/supplies"))
    assert "共 130 条" in text(browser.get("/supplies?q=calc"))
    assert len(asked) == 3
    many.lists.add(reading([supply(999, "新铜排")], file="新.xlsx"))
    assert "共 133 条" in text(browser.get("/supplies"))
    before = len(asked)
    pair = Decision("D003", "S010", Verdict.ACCEPTED, "", "审核员乙")
    many.decisions.record([pair])
    text(browser.get("/supplies"))
    assert len(asked) == before + 1
    row = many.editing.get(ListKind.SUPPLY, "S999", EVERYTHING)
    many.editing.withdraw(ListKind.SUPPLY, "S999", row.version, EVERYTHING, withdrawn=True)
    text(browser.get("/supplies"))
    assert len(asked) == before + 2
