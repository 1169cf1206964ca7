"""``match``: two lists in, ranked suggestions out, in the form that the suffix names."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from tests.catalogue.making import DANGEROUS, fill
from tests.cli.running import complaint, xieshou


def table(path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def best(rows) -> dict[str, str]:
    return {row["demand_id"]: row["supply_id"] for row in rows if row["rank"] == "1"}


EXPECTED = {"001": "1", "002": "2", "003": "3", "004": "4"}


def test_csv(lists, here):
    result = xieshou("match", *lists, "--out", "结果 一.csv")
    assert (result.code, result.err) == (0, "")
    assert "需求 4 行，供给 4 行" in result.out
    rows = table(here / "结果 一.csv")
    assert {"demand_id", "supply_id", "rank", "score"} <= set(rows[0])
    assert best(rows) == EXPECTED
    assert all(0 < float(row["score"]) < 1 for row in rows)


def test_json(lists, here):
    assert xieshou("match", *lists, "--out", "结果.JSON").code == 0
    data = json.loads((here / "结果.JSON").read_text(encoding="utf-8"))
    found = {s["demand_id"]: s["supply_id"] for s in data["suggestions"] if s["rank"] == 1}
    assert found == EXPECTED
    assert [i["file"] for i in data["inputs"]] == ["需求 清单.csv", "供给清单.csv"]
    assert data["parameters"]["top"] == 10


def test_xlsx_is_the_default_and_never_takes_a_name_that_is_taken(lists, here):
    for name in ("匹配建议.xlsx", "匹配建议-2.xlsx"):
        result = xieshou("match", *lists)
        assert result.code == 0
        assert name in result.out
        assert openpyxl.load_workbook(here / name).sheetnames == [
            "封面",
            "匹配建议",
            "断点需求",
            "未读入的行",
        ]


def test_a_tsv_with_id_and_name_alone_is_enough_and_quotes_are_plain_text(here):
    (here / "需求.tsv").write_text(
        'demand_id\tproduct_name\n7\t3" 闸阀\n8\t"铜杆\n9\t无缝钢管\n', encoding="utf-8"
    )
    (here / "供给.tsv").write_text(
        'supply_id\tproduct_name\na\t铜杆\nb\t3" 闸阀\nc\t无缝"钢管\n', encoding="utf-8"
    )
    assert xieshou("match", "需求.tsv", "供给.tsv", "--out", "a.csv").code == 0
    rows = table(here / "a.csv")
    assert best(rows) == {"7": "b", "8": "a", "9": "c"}
    assert {r["需求产品"] for r in rows} >= {'3" 闸阀'}


def test_ids_are_as_given_and_else_row_numbers(here):
    (here / "需求.csv").write_text(
        "需求编号,产品名称\n001,电解铜\n1,铜杆\nD-1,铜线\n", encoding="utf-8"
    )
    (here / "供给.csv").write_text(
        "标题,\n产品名称,规格\n铜线,1\n电解铜,2\n铜杆,3\n", encoding="utf-8"
    )
    assert xieshou("match", "需求.csv", "供给.csv", "--out", "a.csv").code == 0
    assert best(table(here / "a.csv")) == {"001": "4", "1": "5", "D-1": "3"}


def test_ids_that_a_workbook_holds_as_numbers_have_no_point(here):
    book = openpyxl.Workbook()
    for row in (["需求编号", "产品名称"], [1.0, "电解铜"], [2, "铜杆"], ["003", "铜线"]):
        book.active.append(row)
    book.save("需求.xlsx")
    (here / "供给.csv").write_text("产品名称\n铜线\n", encoding="utf-8")
    assert xieshou("match", "需求.xlsx", "供给.csv", "--out", "a.json").code == 0
    data = json.loads((here / "a.json").read_text(encoding="utf-8"))
    assert {s["demand_id"] for s in data["suggestions"]} | set(data["gaps"]) == {"1", "2", "003"}


def test_top_gives_that_many_weak_ones_included(here):
    (here / "需求.tsv").write_text("demand_id\tproduct_name\nd\t无缝钢管\n", encoding="utf-8")
    names = [f"{word}{i}" for i in range(30) for word in ("钢管", "管件", "无缝网", "钢板")]
    lines = "".join(f"s{i:03}\t{name}\n" for i, name in enumerate(names))
    (here / "供给.tsv").write_text(f"supply_id\tproduct_name\n{lines}", encoding="utf-8")
    for top in (1, 7, 100):
        assert xieshou("match", "需求.tsv", "供给.tsv", "--top", top, "--out", "a.csv").code == 0
        rows = table(here / "a.csv")
        assert [r["rank"] for r in rows] == [str(n) for n in range(1, top + 1)]
        assert len({(r["demand_id"], r["supply_id"]) for r in rows}) == top
    assert float(rows[-1]["score"]) < 0.5


def test_top_and_least_score_cut_the_same_ranking(lists, here):
    xieshou("match", *lists, "--top", 100, "--out", "all.csv")
    everything = [(r["demand_id"], r["supply_id"], r["score"]) for r in table(here / "all.csv")]
    xieshou("match", *lists, "--top", 1, "--out", "one.csv")
    one = [(r["demand_id"], r["supply_id"], r["score"]) for r in table(here / "one.csv")]
    assert one == [
        row for i, row in enumerate(everything) if i == 0 or row[0] != everything[i - 1][0]
    ]
    xieshou("match", *lists, "--min-score", 0.5, "--out", "good.csv")
    good = [(r["demand_id"], r["supply_id"], r["score"]) for r in table(here / "good.csv")]
    assert good == [row for row in everything if float(row[2]) >= 0.5][: len(good)]
    assert 0 < len(good) < len(everything)


def test_no_acceptable_supply_is_a_gap(lists, here):
    xieshou("match", *lists, "--acceptable", 1, "--out", "a.json")
    assert json.loads((here / "a.json").read_text())["gaps"] == ["001", "002", "003", "004"]
    xieshou("match", *lists, "--acceptable", 0, "--out", "a.json")
    assert json.loads((here / "a.json").read_text())["gaps"] == []


@pytest.mark.parametrize("text", DANGEROUS)
def test_hostile_text_comes_out_harmless(here, text):
    quoted = text.replace('"', '""')
    line = f'"{quoted}","{quoted}铜","{quoted}"\n'
    (here / "需求.csv").write_text(f"需求编号,产品名称,规格\n{line}", encoding="utf-8")
    (here / "供给.csv").write_text(f"供给编号,产品名称,规格\n{line}", encoding="utf-8")
    for name in ("a.csv", "a.xlsx", "a.json"):
        result = xieshou("match", "需求.csv", "供给.csv", "--out", name)
        assert result.code == 0, result.err
    assert not [
        c for row in table(here / "a.csv") for c in row.values() if c[:1] in set("=+-@＝＋－＠")
    ]
    cells = [
        c for s in openpyxl.load_workbook("a.xlsx").worksheets for row in s.iter_rows() for c in row
    ]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]


class TestWhereTheResultGoes:
    def test_a_workbook_with_decisions_is_not_overwritten_without_force(self, lists, here):
        assert xieshou("match", *lists, "--out", "a.xlsx").code == 0
        assert xieshou("match", *lists, "--out", "a.xlsx").code == 0
        fill(here / "a.xlsx", {("001", "1"): ("采纳", "", "")})
        before = (here / "a.xlsx").read_bytes()
        complaint(xieshou("match", *lists, "--out", "a.xlsx"), "a.xlsx", "1 条审核结果", "--force")
        assert (here / "a.xlsx").read_bytes() == before
        assert xieshou("match", *lists, "--out", "a.xlsx", "--force").code == 0
        assert (here / "a.xlsx").read_bytes() != before

    def test_what_a_reviewer_wrote_otherwise_counts_as_well(self, lists, here):
        xieshou("match", *lists, "--out", "a.xlsx")
        fill(here / "a.xlsx", {("001", "1"): (None, "再问一下", None)})
        complaint(xieshou("match", *lists, "--out", "a.xlsx"), "审核结果")

    def test_a_workbook_with_a_password_is_not_overwritten(self, lists, here):
        (here / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
        complaint(xieshou("match", *lists, "--out", "a.xlsx"), "a.xlsx", "看不到")
        assert xieshou("match", *lists, "--out", "a.xlsx", "--force").code == 0

    def test_the_lists_themselves_are_not_overwritten(self, lists):
        before = lists[0].read_bytes()
        complaint(xieshou("match", *lists, "--out", lists[0]), "就是要读的文件")
        complaint(xieshou("match", *lists, "--out", lists[1], "--force"), "就是要读的文件")
        assert lists[0].read_bytes() == before

    def test_any_other_file_of_that_name_is(self, lists, here):
        (here / "a.csv").write_text("old")
        assert xieshou("match", *lists, "--out", "a.csv").code == 0
        assert table(here / "a.csv")

    def test_nothing_is_left_behind_beside_the_result(self, lists, here):
        xieshou("match", *lists, "--out", "a.csv")
        assert {p.name for p in here.iterdir()} == {"a.csv", "需求 清单.csv", "供给清单.csv"}

    def test_a_link_stays_a_link(self, lists, here):
        (here / "真.csv").write_text("old")
        (here / "链接.csv").symlink_to(here / "真.csv")
        assert xieshou("match", *lists, "--out", "链接.csv").code == 0
        assert (here / "链接.csv").is_symlink()
        assert table(here / "真.csv")
