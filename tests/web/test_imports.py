"""Importing through the pages: correct, preview, confirm once, undo; hostile files are refused."""

from __future__ import annotations

import io
import re
import time
import zipfile

import pytest

from matcher.store import EVERYTHING
from tests.web.conftest import COUNTY, OTHER_SME, SME
from web.imports import pages

LIST = (
    "供给编号,企业名称,品名,规格型号,年产能,单位,内部批号\n"
    f"S001,{SME},阴极铜,1#,9000,吨,甲\n"
    f"S010,{SME},铜排,T2,不知道,吨,乙\n"
    f"S011,{OTHER_SME},,T2,10,吨,丙\n"
)


def upload(browser, content, name="供给.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return browser.post(
        "/imports", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def number(sent):
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return int(re.fullmatch(r"/imports/(\d+).*", sent.headers["Location"])[1])


def text_of(browser, address):
    sent = browser.get(address)
    assert sent.status_code == 200
    return sent.get_data(as_text=True)


def figures(text):
    return [int(n) for n in re.findall(r'<span class="number">(\d+)</span>', text)]


def confirm(browser, at, **more):
    page = f"/imports/{at}"
    shown = re.search(r'name="shown" value="(\w+)"', text_of(browser, page))
    form = {"shown": shown[1] if shown else ""} | more
    return browser.post(f"{page}/confirm", form, page="/account/password")


def names(store):
    return [s.product_name for s in store.lists.supplies(EVERYTHING)]


def test_the_whole_way(enter, store):
    browser = enter("reviewer")
    at = number(upload(browser, LIST))
    text = text_of(browser, f"/imports/{at}")
    assert figures(text) == [1, 1, 0, 1, 1]
    assert "合计 4 行" in text
    assert "没有产品名称" in text, "the problems stand first"
    changes = text_of(browser, f"/imports/{at}?show=updated")
    assert re.search(r"<del>5000 吨</del>.*?<ins>9000 吨</ins>", changes)
    before = names(store)
    sent = confirm(browser, at)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/imports/{at}")
    assert sorted(names(store)) == sorted([*before, "铜排"])
    assert "撤销本次导入" in text_of(browser, f"/imports/{at}")
    assert browser.post(f"/imports/{at}/undo", {}, page="/account/password").status_code == 303
    assert names(store) == before
    assert "已撤销" in text_of(browser, f"/imports/{at}")


def test_a_second_click_and_a_reload_do_nothing(enter, store):
    browser = enter("reviewer")
    at = number(upload(browser, LIST))
    shown = store.imports.get(at, EVERYTHING).plan
    for _ in range(3):
        assert confirm(browser, at, shown=shown).status_code == 303
    assert len(store.audit.list(action="list.import", about="list:")) == 3, "two of the fixture"
    assert names(store).count("铜排") == 1


def test_undoing_and_its_reload(enter, store):
    browser = enter("reviewer")
    text = f"企业名称,产品名称\n{SME},全新的东西\n"
    before = names(store)
    at = number(upload(browser, text))
    confirm(browser, at)
    assert names(store) != before
    for _ in range(2):
        assert browser.post(f"/imports/{at}/undo", {}, page="/account/password").status_code == 303
    assert names(store) == before
    assert "已撤销" in text_of(browser, f"/imports/{at}")


def test_what_decisions_cite_is_not_undone_and_it_is_said_why(enter, store):
    sent = enter("reviewer").post("/imports/2/undo", {}, page="/account/password")
    assert sent.status_code == 409
    assert "条审核结论用到它带来的内容" in sent.get_data(as_text=True)


def test_an_old_preview_is_shown_anew(enter, store):
    browser, other = enter("reviewer"), enter("admin")
    first, second = (number(upload(b, LIST, n)) for b, n in ((browser, "a.csv"), (other, "b.csv")))
    assert confirm(other, second).status_code == 303
    sent = confirm(browser, first)
    assert sent.headers["Location"] == f"/imports/{first}?stale=1"
    text = text_of(browser, sent.headers["Location"])
    assert "重新算过的预览" in text
    assert figures(text) == [0, 0, 2, 1, 1]


def test_columns_are_corrected_without_uploading_again(enter, store):
    browser = enter("reviewer")
    at = number(upload(browser, LIST.replace("品名", "东东")))
    page = text_of(browser, f"/imports/{at}")
    assert "没有找到表头" in page
    assert "--map" not in page
    assert "<span>阴极铜</span><span>铜排</span>" in page
    form = {name: value for name, value in fields(page).items() if name != "reset"}
    form |= {"column-0-2": "product_name", "column-0-6": "@drop", "header-0": "1"}
    sent = browser.post(f"/imports/{at}/columns", form, page="/account/password")
    assert sent.status_code == 303
    assert figures(text_of(browser, f"/imports/{at}")) == [1, 1, 0, 1, 1]
    # And back again, by a later thought.
    form = fields(text_of(browser, f"/imports/{at}/columns"))
    assert form["column-0-2"] == "product_name"
    browser.post(f"/imports/{at}/columns", form | {"reset": "1"}, page="/account/password")
    assert store.imports.get(at, EVERYTHING).state == "refused"


def fields(page):
    """What a browser would send of the form for corrections as it stands."""
    page = page[page.index('class="understood"') :]
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    for name, inside in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = picked[1] if picked else ""
    return found


def test_a_sheet_is_ignored_another_header_taken_another_encoding_tried(enter, store, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "供给"
    for row in (["名称", "数量"], ["企业名称", "产品名称"], [SME, "铜箔"]):
        book.active.append(row)
    more = book.create_sheet("旧表")
    for row in (["企业名称", "产品名称"], [SME, "不要的"]):
        more.append(row)
    book.save(tmp_path / "a.xlsx")
    browser = enter("reviewer")
    at = number(upload(browser, (tmp_path / "a.xlsx").read_bytes(), "供给.xlsx"))
    form = fields(text_of(browser, f"/imports/{at}/columns"))
    form |= {"ignore-1": "1", "header-0": "2"}
    browser.post(f"/imports/{at}/columns", form, page="/account/password")
    text = text_of(browser, f"/imports/{at}?show=new")
    assert "铜箔" in text
    assert "不要的" not in text
    assert "不导入的工作表" in text_of(browser, f"/imports/{at}?show=skipped")
    at = number(upload(browser, f"企业名称,产品名称\n{SME},铜箔\n".encode("big5", "replace")))
    form = fields(text_of(browser, f"/imports/{at}/columns")) | {"encoding": "big5"}
    browser.post(f"/imports/{at}/columns", form, page="/account/password")
    assert store.imports.get(at, EVERYTHING).understood["encoding"] == "big5"


def test_the_original_comes_back_byte_for_byte_and_it_is_told(enter, store):
    browser = enter("reviewer")
    content = LIST.encode("gb18030")
    at = number(upload(browser, content, "../../供给 清单.csv"))
    sent = browser.get(f"/imports/{at}/original")
    assert sent.data == content
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "%E4%BE%9B%E7%BB%99%20%E6%B8%85%E5%8D%95.csv" in sent.headers["Content-Disposition"]
    assert store.audit.list(action="import.download")[0].object == f"import:{at}"


def test_a_firm_sees_its_own_rows_taken_and_others_refused(enter, store):
    at = number(upload(enter("sme"), LIST.replace(",,T2", ",铜线,T2")))
    text = text_of(enter("sme"), f"/imports/{at}?show=problem")
    assert figures(text)[:4] == [1, 1, 0, 1]
    assert "不是本企业的行" in text
    assert enter("chain_leader").get(f"/imports/{at}").status_code == 404
    assert enter("viewer").get("/imports").status_code == 403
    at = number(upload(enter("chain_leader"), LIST))
    assert "只能导入需求清单" in text_of(enter("chain_leader"), f"/imports/{at}")
    at = number(upload(enter("county_reviewer"), LIST))
    shown = text_of(enter("county_reviewer"), f"/imports/{at}?show=problem")
    assert "不是本县市的行" not in shown or COUNTY in shown


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 30_000_000)
    return packed.getvalue()


HOSTILE = {
    "空.xlsx": b" ", "炸弹.xlsx": bomb(), "图.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "网页.xls": b"<html><body>x</body></html>", "断.xlsx": b"PK\x03\x04" + bytes(100),
    "../../../etc/passwd": b"root:x:0:0", "a\x00b.csv": b"\x00\x01\x02", "锁.xls": b"\xd0\xcf\x11\xe0" + bytes(600),
    "假.pdf": b"%PDF-1.4 nothing", "深.json": b"[" * 5000, "名" * 200 + ".csv": b"x",
    "<script>alert(1)</script>.csv": b"x,y\n1,2\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(enter, store, name):
    browser = enter("reviewer")
    before = store.db.execute("SELECT count(*) FROM demands").fetchone()
    sent = upload(browser, HOSTILE[name], name)
    assert sent.status_code in {303, 400}
    text = sent.get_data(as_text=True)
    if sent.status_code == 303:
        at = number(sent)
        text = text_of(browser, f"/imports/{at}")
        assert store.imports.get(at, EVERYTHING).state == "refused"
        assert browser.get(f"/imports/{at}/columns").status_code == 200
        assert browser.get(f"/imports/{at}/original").status_code == 200
    (sentence,) = re.findall(r'class="wrong said" role="alert">([^<]+)<', text)
    assert re.search("[\u4e00-\u9fff]", sentence)
    assert "Traceback" not in text
    assert "<script>alert" not in text
    assert store.db.execute("SELECT count(*) FROM demands").fetchone() == before


def test_nothing_chosen_and_nothing_in_it(enter):
    browser = enter("reviewer")
    sent = browser.post("/imports", {}, content_type="multipart/form-data")
    assert (sent.status_code, "请先选择" in sent.get_data(as_text=True)) == (400, True)
    assert "空文件" in upload(browser, b"").get_data(as_text=True)


@pytest.mark.parametrize(
    "address", ["/imports?page=x", "/imports?page=-3", "/imports?page=99999999"]
)
def test_strange_addresses(enter, address):
    assert enter("reviewer").get(address).status_code == 200
    assert enter("reviewer").get("/imports/1?show=nonsense&page=zz").status_code == 200


def test_a_form_about_something_else_changes_nothing(enter, store):
    browser = enter("reviewer")
    at = number(upload(browser, LIST))
    plan = store.imports.get(at, EVERYTHING).plan
    form = {"basis": "old", "column-0-0": "product_name", "kind": "x" * 999}
    sent = browser.post(f"/imports/{at}/columns", form, page="/account/password")
    assert sent.status_code == 303
    assert store.imports.get(at, EVERYTHING).plan == plan


def test_a_large_file_is_read_and_imported_beside_the_pages(enter, store, monkeypatch):
    monkeypatch.setattr(pages, "SMALL_TEXT", 10)
    browser, at = enter("reviewer"), 0
    for step in ("read", "confirm"):
        sent = upload(browser, LIST) if step == "read" else confirm(browser, at)
        job = re.fullmatch(r"/jobs/(\d+)", sent.headers["Location"])[0]
        until = time.monotonic() + 60
        while (shown := browser.get(job)).status_code != 303:
            assert time.monotonic() < until
            assert "没有做成" not in shown.get_data(as_text=True)
            time.sleep(0.2)
        at = int(re.fullmatch(r"/imports/(\d+)", shown.headers["Location"])[1])
    assert store.imports.get(at, EVERYTHING).state == "imported"
    assert "铜排" in names(store)
    assert confirm(browser, at).headers["Location"] == f"/imports/{at}"


def test_given_up(enter, store):
    browser = enter("reviewer")
    at = number(upload(browser, LIST))
    assert browser.post(f"/imports/{at}/drop", {}, page="/account/password").status_code == 303
    assert browser.get(f"/imports/{at}").status_code == 404
