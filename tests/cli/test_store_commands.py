"""``import``, ``run``, ``show``: lists into the one database file, matched and looked at."""

from __future__ import annotations

import json

import pytest

from matcher.store import EVERYTHING, Store
from tests.cli.running import SUPPLIES, complaint, xieshou


def test_import_says_what_it_did_and_the_second_time_that_nothing_changed(lists):
    first = xieshou("import", *lists, "--db", "甲.db")
    assert (first.code, first.err) == (0, "")
    assert "需求 4 行，新增 4，更新 0，不变 0" in first.out
    again = xieshou("import", *lists, "--db", "甲.db")
    assert again.code == 0
    assert again.out.count("以前导入过，没有改动") == 2


def test_import_json(lists):
    lists[1].write_text(SUPPLIES + "5,博乐乙金属,博乐市,,铜排,,,\n", encoding="utf-8")
    data = xieshou("import", *lists, "--json").json
    assert [(r["kind"], r["new"], r["already"]) for r in data["lists"]] == [
        ("demand", 4, False), ("supply", 5, False),
    ]  # fmt: skip
    ((question,)) = data["questions"]
    assert {question["first"], question["second"]} == {"博乐乙金属有限公司", "博乐乙金属"}
    again = xieshou("import", *lists)
    assert "是同一家企业吗？" in again.out


def test_a_changed_list_updates_its_rows(lists, imported):
    demands, _ = lists
    demands.write_text(
        demands.read_text(encoding="utf-8").replace("1.2万", "1.3万"), encoding="utf-8"
    )
    assert "新增 0，更新 1，不变 3" in xieshou("import", demands).out
    with Store(imported, create=False) as store:
        rows = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    assert rows["001"].annual_quantity.low == 13000


def test_several_files_go_in_together_or_not_at_all(lists, here):
    (here / "坏.csv").write_text("今天天气很好\n", encoding="utf-8")
    complaint(xieshou("import", *lists, "坏.csv"), "坏.csv")
    (here / "无行.csv").write_text("产品名称,规格\n,DN50\n", encoding="utf-8")
    complaint(xieshou("import", *lists, "无行.csv"), "无行.csv", "没有导入")
    assert not (here / "xieshou.db").exists()


def test_the_database_can_be_named_once_and_for_all(lists, here, monkeypatch):
    monkeypatch.setenv("XIESHOU_DB", str(here / "总库.db"))
    for arguments in (("import", *lists), ("run",), ("show", "001"), ("run", "--json")):
        assert xieshou(*arguments).code == 0
    for arguments in (
        ("catalogue", "--out", "a.csv", "--draft"),
        ("run", "--out", "a.xlsx"),
        ("decide", "a.xlsx"),
    ):
        assert xieshou(*arguments).code == 0
    assert xieshou("demo", "--db", here / "示例.db").code == 0
    assert {p.name for p in here.glob("*.db")} == {"总库.db", "示例.db"}
    assert xieshou("show", "001", "--db", "别的.db").code == 2


def test_run_stores_what_match_would_say(lists, imported, here):
    assert xieshou("match", *lists, "--out", "match.json").code == 0
    result = xieshou("run", "--out", "run.json", "--json")
    assert result.code == 0
    one, other = (
        json.loads((here / f"{n}.json").read_text(encoding="utf-8")) for n in ("match", "run")
    )
    assert one["suggestions"] == other["suggestions"]
    assert one["gaps"] == other["gaps"] == result.json["gaps"]
    assert result.json["statistics_version"] == one["statistics_version"]
    with Store(imported, create=False) as store:
        kept = store.runs.suggestions(result.json["run_id"], EVERYTHING)
    assert [(s.suggestion.demand_id, s.suggestion.probability) for s in kept] == [
        (s["demand_id"], s["score"]) for s in one["suggestions"]
    ]


def test_run_again_adds_a_run_and_doubles_nothing(imported):
    first, second = xieshou("run", "--json").json, xieshou("run", "--json").json
    assert second.pop("run_id") == first.pop("run_id") + 1
    assert first == second
    with Store(imported, create=False) as store:
        assert len(store.lists.demands(EVERYTHING)) == 4


def test_show_tells_one_demand_with_reasons_that_add_up(imported):
    xieshou("run")
    text = xieshou("show", "001").out
    for words in ("电解铜", "12,000 吨", "博乐乙金属有限公司", "基准", "把握"):
        assert words in text
    data = xieshou("show", "001", "--json").json
    assert (data["demand"]["demand_id"], data["demand"]["annual_quantity"]) == ("001", 12000)
    best = data["suggestions"][0]
    assert best["supply"]["enterprise"] == "博乐乙金属有限公司"
    assert (best["verdict"], best["changed"]) == (None, False)
    total = best["base"] + sum(c["points"] for c in best["contributions"])
    assert total == pytest.approx(best["log_odds"], abs=1e-6)


@pytest.mark.parametrize("demand_id", ["1", "01", "0001", "D001", "没有"])
def test_an_id_is_taken_literally(imported, demand_id):
    xieshou("run")
    complaint(xieshou("show", demand_id), demand_id)
    assert xieshou("show", "001").code == 0


def test_show_says_what_has_changed_since(lists, imported):
    xieshou("run")
    assert "变了" not in xieshou("show", "001").out
    demands, _ = lists
    demands.write_text(
        demands.read_text(encoding="utf-8").replace("1.2万", "1.3万"), encoding="utf-8"
    )
    xieshou("import", demands)
    assert "内容在撮合之后变了" in xieshou("show", "001").out
    assert xieshou("show", "001", "--json").json["suggestions"][0]["changed"]


def test_what_is_missing_is_said_with_the_way_out(lists, here):
    demands, _ = lists
    complaint(xieshou("run"), "找不到数据库", "xieshou import")
    xieshou("import", demands)
    complaint(xieshou("run"), "还没有供给", "xieshou import")
    complaint(xieshou("show", "001"), "还没有撮合过", "xieshou run")


def test_text_of_lists_is_shown_as_it_is(here):
    (here / "需求.csv").write_text(
        "需求编号,链主企业,产品名称,规格\n1,甲公司,[red]铜[/red],:100: \\[x]\n"
    )
    (here / "供给.csv").write_text(
        "供给编号,企业名称,产品名称,规格\n1,[b]乙厂[/b],[red]铜[/red],:100:\n"
    )
    xieshou("import", "需求.csv", "供给.csv")
    xieshou("run")
    out = xieshou("show", "1").out
    for words in ("[red]铜[/red]", ":100: \\[x]", "[b]乙厂[/b]"):
        assert words in out, out
