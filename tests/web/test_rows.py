"""One's own rows in the form and in the grid: checked as the reader would, never over each other."""

from __future__ import annotations

import re

import pytest

from matcher.model import ListKind
from matcher.store import EVERYTHING
from tests.web.conftest import LEADER, OTHER_SME, SME
from tests.web.test_imports import text_of

EDIT = "/rows/supply/S001/edit"


def version(browser, address=EDIT):
    return re.search(r'name="version" value="(\d+)"', text_of(browser, address))[1]


def send(browser, address, form):
    sent = browser.post(address, form, page="/account/password")
    return sent.status_code, sent.get_data(as_text=True)


def said_of(text, field):
    found = re.search(rf'id="{field}-error">([^<]+)<', text)
    return found[1] if found else ""


def supplies(store):
    return {s.supply_id: s for s in store.lists.supplies(EVERYTHING)}


def test_a_form_saves_what_was_changed_and_nothing_else(enter, store):
    browser = enter("sme")
    before = supplies(store)
    form = {"version": version(browser), "spec": "T2", "annual_capacity": "约1.2万", "unit": "吨"}
    assert send(browser, EDIT, form)[0] == 303
    after = supplies(store)
    assert (after["S001"].spec, after["S001"].quantity.low) == ("T2", 12_000)
    assert after["S001"].product_name == before["S001"].product_name
    assert {k: v for k, v in after.items() if k != "S001"} == {
        k: v for k, v in before.items() if k != "S001"
    }
    (told,) = store.audit.list(action="row.change")
    assert told.after == {"spec": "T2", "annual_capacity": "约12,000 吨"}
    changes = len(store.db.execute("SELECT id FROM changes").fetchall())
    form["version"] = version(browser)
    assert send(browser, EDIT, form)[0] == 303
    assert len(store.db.execute("SELECT id FROM changes").fetchall()) == changes, "nothing to save"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("annual_capacity", "很多很多", "数量认不出来"), ("annual_capacity", "吨", "只有单位"),
        ("valid_until", "2027-02-30", "2027-12-31"), ("credit_code", "123", ""),
        ("product_name", "", "产品名称"), ("product_name", "合计", "合计行"), ("tier", "独角兽", ""),
    ],
)  # fmt: skip
def test_what_the_reader_would_complain_of_is_said_beside_the_field(
    enter, store, field, text, said
):
    browser = enter("sme")
    before = supplies(store)
    form = {"version": version(browser), field: text}
    code, page = send(browser, EDIT, form)
    assert code == 422
    assert said in said_of(page, field)
    assert said_of(page, field)
    assert supplies(store) == before
    assert f'value="{text}"' in page, "what was typed stays"


def test_a_stale_form_gets_both_versions_and_a_second_save_counts(enter, store):
    first, second = enter("sme"), enter("reviewer")
    old = version(first)
    assert send(second, EDIT, {"version": version(second), "spec": "别人的"})[0] == 303
    code, page = send(first, EDIT, {"version": old, "spec": "我的"})
    assert code == 409
    assert re.search(r"规格</th><td>别人的</td><td>我的</td>", page)
    assert supplies(store)["S001"].spec == "别人的"
    fresh = re.search(r'name="version" value="(\d+)"', page)[1]
    assert send(first, EDIT, {"version": fresh, "spec": "我的"})[0] == 303
    assert supplies(store)["S001"].spec == "我的"


def test_a_firm_stays_itself_and_a_county_too(enter, store):
    form = {"version": version(enter("sme")), "enterprise": OTHER_SME, "spec": "x"}
    assert send(enter("sme"), EDIT, form)[0] == 303
    assert supplies(store)["S001"].enterprise == SME
    browser = enter("county_reviewer")
    form = {"version": version(browser), "county": "精河县", "spec": "y"}
    assert send(browser, EDIT, form)[0] == 303
    assert supplies(store)["S001"].county == "博乐市"


def test_a_row_is_added_with_an_id_of_its_own(enter, store):
    for name in ("铜箔", "铜箔"):
        code, _ = send(enter("sme"), "/rows/supply/new", {"product_name": name, "spec": "6μm"})
        assert code == 303
    added = [s for s in supplies(store).values() if s.product_name == "铜箔"]
    assert len({s.supply_id for s in added}) == 2
    assert {s.enterprise for s in added} == {SME}
    code, page = send(enter("reviewer"), "/rows/demand/new", {"product_name": "铜箔"})
    assert (code, bool(said_of(page, "leader"))) == (422, True)
    form = {"product_name": "铜箔", "leader": LEADER, "demand_id": "D001"}
    assert send(enter("reviewer"), "/rows/demand/new", form)[0] == 303
    ids = store.lists.keys(ListKind.DEMAND)
    assert "D001~2" in ids, "an id that is taken is made distinct"


def test_a_withdrawn_row_is_not_matched_and_comes_back(enter, store):
    browser, address = enter("sme"), "/rows/supply/S001/withdraw"
    assert send(browser, address, {"version": version(browser)})[0] == 303
    assert "S001" not in supplies(store)
    assert "已停用" in text_of(browser, EDIT)
    assert send(browser, address, {"version": version(browser), "restore": "1"})[0] == 303
    assert "S001" in supplies(store)
    assert send(browser, address, {"version": "0"})[0] == 409
    text = text_of(browser, "/rows/supply/S001/history")
    told = re.findall("<td>(恢复使用|停用|导入)", text)
    assert told == ["恢复使用", "停用", "导入"]


def test_history_tells_each_change(enter, store):
    browser = enter("reviewer")
    for spec in ("一", "二"):
        send(browser, EDIT, {"version": version(browser), "spec": spec})
    text = text_of(browser, "/rows/supply/S001/history")
    assert re.findall(r"<del>([^<]*)</del>.*?<ins>([^<]*)</ins>", text) == [
        ("一", "二"),
        ("—", "一"),
    ]
    assert "供给总表.xlsx" in text
    shown = text_of(enter("sme"), "/rows/supply/S001/history")
    assert "供给总表.xlsx" not in shown
    assert "<td>reviewer</td>" not in shown


# --- the grid ------------------------------------------------------------------------------------


def grid(browser, kind="supply"):
    """The fields of a grid as a browser would send them."""
    page = text_of(browser, f"/rows/{kind}")
    page = page[page.index('id="grid"') :]
    found = dict(re.findall(r'name="(\d+-\w+)"[^>]*?value="([^"]*)"', page))
    for name, inside in re.findall(r'<select name="(\d+-\w+)".*?>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'value="([^"]*)" selected', inside)
        found[name] = picked[1] if picked else ""
    return found


def test_several_rows_are_saved_at_once(enter, store):
    browser = enter("reviewer")
    form = grid(browser)
    changes = store.db.execute("SELECT count(*) FROM change_sets").fetchone()[0]
    form |= {"0-spec": "甲", "1-spec": "乙", "2-product_name": "铜带", "2-enterprise": SME}
    sent = browser.post("/rows/supply", form, page="/account/password")
    assert sent.headers["Location"].endswith("saved=3")
    assert [s.spec for s in supplies(store).values()][:2] == ["甲", "乙"]
    assert "铜带" in {s.product_name for s in supplies(store).values()}
    assert store.db.execute("SELECT count(*) FROM change_sets").fetchone()[0] == changes + 1
    sent = browser.post("/rows/supply", grid(browser), page="/account/password")
    assert sent.headers["Location"].endswith("saved=0"), "what was not touched is not saved"


def test_one_wrong_row_keeps_all_from_being_saved_and_nothing_typed_is_lost(enter, store):
    browser, before = enter("reviewer"), supplies(store)
    form = grid(browser) | {"0-spec": "甲", "1-annual_capacity": "没数"}
    code, page = send(browser, "/rows/supply", form)
    assert code == 422
    assert "数量认不出来" in said_of(page, "f1-annual_capacity")
    assert 'value="甲"' in page
    assert supplies(store) == before


def test_a_stale_grid_shows_both_versions(enter, store):
    browser = enter("sme")
    form = grid(browser) | {"0-spec": "我的", "1-product_name": "另一行"}
    send(enter("reviewer"), EDIT, {"version": version(enter("reviewer")), "spec": "别人的"})
    code, page = send(browser, "/rows/supply", form)
    assert code == 409
    assert re.search(r"规格</th><td>别人的</td><td>我的</td>", page)
    assert "另一行" not in {s.product_name for s in supplies(store).values()}
    again = dict(re.findall(r'name="(\d+-version)" value="(\d+)"', page))
    assert send(browser, "/rows/supply", form | again)[0] == 303
    assert supplies(store)["S001"].spec == "我的"


def test_another_firms_row_cannot_be_slipped_into_a_grid(enter, store):
    keys, before = store.lists.keys(ListKind.SUPPLY), supplies(store)
    form = grid(enter("sme")) | {"0-key": str(keys["S002"]), "0-spec": "坏"}
    assert send(enter("sme"), "/rows/supply", form)[0] == 404
    assert supplies(store) == before


NASTY = (
    "<script>alert(1)</script>",
    "'; DROP TABLE demands; --",
    "\x00\x01",
    "\ud83d\ude00" * 3,
    "%s{{7*7}}",
)


@pytest.mark.parametrize("text", NASTY)
def test_hostile_texts_are_texts(enter, store, text):
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    browser = enter("sme")
    for field in ("product_name", "spec", "description", "unit", "annual_capacity", "valid_until"):
        code, page = send(browser, EDIT, {"version": version(browser), field: text})
        assert code in {303, 422}
        assert "<script>alert" not in page
    for address in (EDIT, "/rows/supply", "/rows/supply/S001/history", "/rows/supply?q=%25%27"):
        assert "<script>alert" not in text_of(browser, address)
    assert send(browser, EDIT, {"version": "x", "spec": text})[0] in {303, 409, 422}
