"""``catalogue``: accepted suggestions, or a draft that says it is one; nothing hidden gets out."""

from __future__ import annotations

import json

import pytest

from tests.catalogue.making import fill, insides
from tests.cli.running import complaint, xieshou

SUFFIXES = (".docx", ".xlsx", ".csv", ".json")
EVERY_BEST = {(f"00{n}", str(n)): ("采纳", "", "张三") for n in range(1, 5)}


@pytest.fixture
def accepted(imported, here):
    """Every demand's right supply accepted."""
    xieshou("run", "--out", "审核.xlsx")
    fill(here / "审核.xlsx", EVERY_BEST)
    assert xieshou("decide", "审核.xlsx", "--json").json["recorded"] == 4
    return imported


def record(*options) -> dict:
    assert xieshou("catalogue", "--out", "目录.json", *options).code == 0
    from pathlib import Path

    return json.loads(Path("目录.json").read_text(encoding="utf-8"))


@pytest.fixture(params=SUFFIXES)
def suffix(request):
    return request.param


def test_accepted_pairs_are_in_every_form(accepted, here, suffix):
    result = xieshou("catalogue", "--out", f"目录 一{suffix}")
    assert (result.code, result.err) == (0, "")
    assert "3 条" in result.out
    assert "需求仅主管部门可见 1 条" in result.out
    inside = insides((here / f"目录 一{suffix}").read_bytes())
    for word in (
        "博乐乙金属有限公司",
        "博乐丙管业有限公司",
        "精河戊包装有限公司",
        "新疆甲铜业有限公司",
    ):
        assert word.encode() in inside
    assert "草案".encode() not in inside


@pytest.mark.parametrize("draft", [(), ("--draft",)], ids=["accepted", "draft"])
def test_neither_bureau_only_demands_nor_anonymous_leaders_get_out(accepted, here, suffix, draft):
    if draft:
        xieshou("import", "需求 清单.csv", "供给清单.csv", "--db", "草.db")
        xieshou("run", "--db", "草.db", "--acceptable", "0")
    database = ("--db", "草.db") if draft else ()
    assert xieshou("catalogue", "--out", f"a{suffix}", *draft, *database).code == 0
    inside = insides((here / f"a{suffix}").read_bytes())
    assert "无菌袋".encode() in inside, "the anonymous demand itself is shown"
    for secret in ("精河丁番茄", "安全帽", "劳保"):
        assert secret.encode() not in inside, secret


def test_a_draft_says_so_and_takes_the_best_unreviewed_suggestion(imported, here, suffix):
    xieshou("run")
    result = xieshou("catalogue", "--draft", "--out", f"a{suffix}")
    assert result.code == 0
    assert "（草案）" in result.out
    inside = insides((here / f"a{suffix}").read_bytes())
    assert "草案".encode() in inside
    found = {(e["demand_id"], e["supply_id"]) for e in record("--draft")["entries"]}
    assert {("001", "1"), ("002", "2")} <= found
    assert len({d for d, _ in found}) == len(found)


def test_a_draft_leaves_out_what_was_rejected(imported, here):
    xieshou("run", "--out", "审核.xlsx")
    fill(here / "审核.xlsx", {("001", "1"): ("不采纳", "", "")})
    xieshou("decide", "审核.xlsx")
    found = {(e["demand_id"], e["supply_id"]) for e in record("--draft")["entries"]}
    assert ("001", "1") not in found
    assert ("002", "2") in found


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
    assert {e["demand_id"] for e in data["entries"]} == {"002", "003"}
    assert data["left_out"]["已是现有供应商"] == 1
    xieshou("import", *lists, "--db", "草.db")
    xieshou("run", "--db", "草.db", "--acceptable", "0")
    drafted = record("--draft", "--db", "草.db")["entries"]
    assert {e["demand_id"] for e in drafted} == {"002", "003"}
    assert ("001", "1") not in {(e["demand_id"], e["supply_id"]) for e in drafted}


def test_what_has_changed_since_its_review_is_left_out_until_it_is_reviewed_again(
    lists, accepted, here
):
    _, supplies = lists
    supplies.write_text(
        supplies.read_text(encoding="utf-8").replace(",5000,", ",1,"), encoding="utf-8"
    )
    xieshou("import", supplies)
    data = record()
    assert {e["demand_id"] for e in data["entries"]} == {"002", "003"}
    assert any("重新审核" in why for why in data["left_out"])
    xieshou("run", "--out", "新.xlsx")
    fill(here / "新.xlsx", {("001", "1"): ("采纳", "", "张三")})
    xieshou("decide", "新.xlsx")
    assert {e["demand_id"] for e in record()["entries"]} == {"001", "002", "003"}


def test_a_taken_back_acceptance_is_out(accepted, here):
    fill(here / "审核.xlsx", {("001", "1"): ("不采纳", "", "张三")})
    xieshou("decide", "审核.xlsx")
    assert {e["demand_id"] for e in record()["entries"]} == {"002", "003"}


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
    complaint(xieshou("catalogue", "--out", "a.pdf"), "a.pdf", ".docx")
    complaint(xieshou("catalogue", "--out", "没有/a.docx"), "没有")


@pytest.mark.parametrize(
    "title", ["=cmd|' /C calc'!A0", "很" * 300, "a\x01b\x0b", "<x>&", "\udcff坏"]
)
def test_any_title_will_do(accepted, suffix, title):
    assert xieshou("catalogue", "--out", f"a{suffix}", "--title", title).code == 0
