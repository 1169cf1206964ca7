"""``catalogue``: accepted suggestions, or a draft that says it is one; nothing hidden gets out."""

from __future__ import annotations

import json
from pathlib import Path

import pdfplumber
import pytest

from tests.catalogue.making import fill, insides
from tests.cli.running import complaint, xieshou

SUFFIXES = (".docx", ".pdf", ".xlsx", ".csv", ".json", ".html")
EVERY_BEST = {(f"00{n}", str(n)): ("采纳", "", "张三") for n in range(1, 5)}


@pytest.fixture
def accepted(imported, here):
    """Every demand's right supply accepted."""
    xieshou("run", "--out", "审核.xlsx")
    fill(here / "审核.xlsx", EVERY_BEST)
    assert xieshou("decide", "审核.xlsx", "--json").json["recorded"] == 4
    return imported


def inside(path: Path) -> bytes:
    """All that a document says; the text of a pdf is compressed in it."""
    if path.suffix != ".pdf":
        return insides(path.read_bytes())
    with pdfplumber.open(path) as pdf:
        return "".join(c["text"] for page in pdf.pages for c in page.chars).encode()


def record(*options) -> dict:
    assert xieshou("catalogue", "--out", "目录.json", *options).code == 0
    return json.loads(Path("目录.json").read_text(encoding="utf-8"))


def pairs(data: dict) -> set[tuple[str, str]]:
    """Supply and what it is for; a hidden demand has another name in a document."""
    entries = [e for chapter in data["chapters"] for e in chapter["entries"]]
    return {(n["product"], e["supply_id"]) for e in entries for n in e["needs"]}


COPPER, PIPE, BAG = ("电解铜", "1"), ("无缝钢管", "2"), ("无菌袋", "3")


@pytest.fixture(params=SUFFIXES)
def suffix(request):
    return request.param


def test_accepted_pairs_are_in_every_form(accepted, here, suffix):
    result = xieshou("catalogue", "--out", f"目录 一{suffix}")
    assert (result.code, result.err) == (0, "")
    assert "3 条" in result.out
    assert "需求仅主管部门可见 1 条" in result.out
    told = inside(here / f"目录 一{suffix}")
    for word in (
        "博乐乙金属有限公司",
        "博乐丙管业有限公司",
        "精河戊包装有限公司",
        "新疆甲铜业有限公司",
    ):
        assert word.encode() in told
    assert "草案".encode() not in told


@pytest.mark.parametrize("draft", [(), ("--draft",)], ids=["accepted", "draft"])
def test_neither_bureau_only_demands_nor_anonymous_leaders_get_out(accepted, here, suffix, draft):
    if draft:
        xieshou("import", "需求 清单.csv", "供给清单.csv", "--db", "草.db")
        xieshou("run", "--db", "草.db", "--acceptable", "0")
    database = ("--db", "草.db") if draft else ()
    assert xieshou("catalogue", "--out", f"a{suffix}", *draft, *database).code == 0
    told = inside(here / f"a{suffix}")
    assert "无菌袋".encode() in told, "the anonymous demand itself is shown"
    for secret in ("精河丁番茄", "安全帽", "劳保"):
        assert secret.encode() not in told, secret


def test_a_draft_says_so_and_takes_the_best_unreviewed_suggestion(imported, here, suffix):
    xieshou("run")
    result = xieshou("catalogue", "--draft", "--out", f"a{suffix}")
    assert result.code == 0
    assert "（草案）" in result.out
    told = inside(here / f"a{suffix}")
    assert (b'"draft": true' if suffix == ".json" else "草案".encode()) in told
    found = pairs(record("--draft"))
    assert {COPPER, PIPE} <= found
    assert len({d for d, _ in found}) == len(found)


def test_a_draft_leaves_out_what_was_rejected(imported, here):
    xieshou("run", "--out", "审核.xlsx")
    fill(here / "审核.xlsx", {("001", "1"): ("不采纳", "", "")})
    xieshou("decide", "审核.xlsx")
    found = pairs(record("--draft"))
    assert COPPER not in found
    assert PIPE in found


def test_equal_decisions_give_equal_bytes(accepted, here, suffix):
    for name in ("a", "b"):
        xieshou("catalogue", "--out", f"{name}{suffix}")
    assert (here / f"a{suffix}").read_bytes() == (here / f"b{suffix}").read_bytes()
    xieshou("run")  # a later run with the same outcome changes no decision
    xieshou("catalogue", "--out", f"c{suffix}")
    assert (here / f"c{suffix}").read_bytes() == (here / f"a{suffix}").read_bytes()
    xieshou("catalogue", "--out", f"d{suffix}", "--title", "另一份目录")
    same = (here / f"d{suffix}").read_bytes() == (here / f"a{suffix}").read_bytes()
    assert same == (suffix == ".csv"), "csv has no title"


def test_a_firm_that_supplies_already_is_never_recommended(lists, accepted):
    demands, _ = lists
    head, first, *rest = demands.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},现有供应商", f"{first},博乐乙金属有限公司", *(f"{line}," for line in rest)]
    demands.write_text("\n".join(lines) + "\n", encoding="utf-8")
    xieshou("import", demands)
    data = record()
    assert pairs(data) == {PIPE, BAG}
    assert data["left_out"]["已是现有供应商"] == 1
    xieshou("import", *lists, "--db", "草.db")
    xieshou("run", "--db", "草.db", "--acceptable", "0")
    drafted = pairs(record("--draft", "--db", "草.db"))
    assert {product for product, _ in drafted} == {"无缝钢管", "无菌袋"}
    assert COPPER not in drafted


def test_what_has_changed_since_its_review_is_left_out_until_it_is_reviewed_again(
    lists, accepted, here
):
    _, supplies = lists
    supplies.write_text(
        supplies.read_text(encoding="utf-8").replace(",5000,", ",1,"), encoding="utf-8"
    )
    xieshou("import", supplies)
    data = record()
    assert pairs(data) == {PIPE, BAG}
    assert any("重新审核" in why for why in data["left_out"])
    xieshou("run", "--out", "新.xlsx")
    fill(here / "新.xlsx", {("001", "1"): ("采纳", "", "张三")})
    xieshou("decide", "新.xlsx")
    assert pairs(record()) == {COPPER, PIPE, BAG}


def test_a_taken_back_acceptance_is_out(accepted, here):
    fill(here / "审核.xlsx", {("001", "1"): ("不采纳", "", "张三")})
    xieshou("decide", "审核.xlsx")
    assert pairs(record()) == {PIPE, BAG}


def test_without_anything_to_show_the_next_step_is_said(lists, imported, here):
    complaint(
        xieshou("catalogue", "--out", "a.docx"), "没有可以写进目录的采纳结果", "xieshou decide"
    )
    complaint(xieshou("catalogue", "--out", "a.docx", "--draft"), "还没有撮合过", "xieshou run")
    xieshou("run", "--acceptable", "1")
    complaint(xieshou("catalogue", "--out", "a.docx", "--draft"), "没有可以写进目录的建议")
    assert not (here / "a.docx").exists()


def test_a_review_workbook_is_not_overwritten(accepted, here):
    before = (here / "审核.xlsx").read_bytes()
    complaint(xieshou("catalogue", "--out", "审核.xlsx"), "4 条审核结果")
    assert (here / "审核.xlsx").read_bytes() == before
    complaint(xieshou("catalogue", "--out", "a.txt"), "a.txt", ".docx")
    complaint(xieshou("catalogue", "--out", "没有/a.docx"), "没有")


@pytest.mark.parametrize(
    "title", ["=cmd|' /C calc'!A0", "很" * 300, "a\x01b\x0b", "<x>&", "\udcff坏"]
)
def test_any_title_will_do(accepted, suffix, title):
    assert xieshou("catalogue", "--out", f"a{suffix}", "--title", title).code == 0


def test_a_catalogue_is_built_checked_issued_and_verified(accepted, here):
    built = xieshou("catalogue", "build", "--issuer", "某州工业和信息化局", "--json").json
    assert (built["state"], built["entries"]) == ("draft", 3)
    complaint(xieshou("catalogue", "issue", "1"), "请先核稿")
    assert xieshou("catalogue", "check", "1").code == 0
    issued = xieshou("catalogue", "issue", "1", "--json").json
    number = issued["number"]
    assert (issued["state"], number[-2:]) == ("issued", "1号")
    assert number in xieshou("catalogue", "list").out
    for suffix in SUFFIXES:
        assert xieshou("catalogue", "show", number, "--out", f"a{suffix}").code == 0
        said = xieshou("catalogue", "verify", f"a{suffix}")
        assert (said.code, said.err) == (0, "")
        assert "原件" in said.out
    assert number.encode() in inside(here / "a.pdf")
    (here / "b.csv").write_bytes((here / "a.csv").read_bytes().replace(b"5000", b"9000"))
    altered = xieshou("catalogue", "verify", "b.csv", "--json")
    assert (altered.code, altered.json["outcome"]) == (1, "altered")
    shown = xieshou("catalogue", "show", "1", "--json").json
    assert {(p["demand_id"], p["supply_id"]) for p in shown["pairs"]} == set(EVERY_BEST)


def test_two_issues_are_compared(accepted, here):
    assert xieshou("catalogue", "build").code == 0
    fill(here / "审核.xlsx", {("001", "1"): ("不采纳", "", "张三")})
    xieshou("decide", "审核.xlsx")
    assert xieshou("catalogue", "build").code == 0
    result = xieshou("catalogue", "compare", "1", "2")
    assert "新增 0 条，减少 1 条" in result.out
    assert "减少：博乐乙金属有限公司　阴极铜" in result.out
    told = xieshou("catalogue", "compare", "2", "1", "--json").json
    assert [e["supply_id"] for e in told["added"]] == ["1"]
    complaint(xieshou("catalogue", "compare", "1", "9"), "第 9 份")


def test_a_leaders_own_list_an_smes_chances_and_what_to_attract(accepted, here):
    leader = ("--variant", "leader", "--for", "新疆甲铜业有限公司")
    assert pairs(record(*leader)) == {COPPER, PIPE}
    assert pairs(record("--variant", "sme", "--for", "博乐乙金属有限公司")) == {COPPER}
    for bad in (("--variant", "leader"), ("--variant", "sme", "--for", "没有这家")):
        complaint(xieshou("catalogue", "--out", "x.json", *bad), "--for")
    assert {e["supply_id"] for c in record("--products")["chapters"] for e in c["entries"]} == set(
        "1234"
    )


def test_a_template_of_ones_own(accepted, here):
    (here / "说明.txt").write_text("一、缘由\n共{条目数}条", encoding="utf-8")
    assert record("--template", "说明.txt")["notes"] == [
        {"level": 1, "text": "一、缘由"}, {"level": 0, "text": "共3条"},
    ]  # fmt: skip
    (here / "说明.txt").write_text("{不明}", encoding="utf-8")
    complaint(xieshou("catalogue", "--out", "x.json", "--template", "说明.txt"), "{不明}", "条目数")
    complaint(xieshou("catalogue", "--out", "x.json", "--template", "无.txt"), "无.txt")


def test_what_cannot_be_is_said(accepted, here):
    complaint(xieshou("catalogue", "--out", "a.docx", "--draft", "--products"), "只能写一个")
    complaint(xieshou("catalogue", "--out", "a.docx", "--since", "昨天"), "昨天", "2026-11-01")
    complaint(xieshou("catalogue", "verify", "无.pdf"), "无.pdf")
