"""``read``: what a program gets of a list, and what a person is told."""

from __future__ import annotations

import json

import openpyxl
import pytest

from tests.cli.running import complaint, xieshou
from tests.lists.seeds import as_compound
from tests.tools import ROOT

LIST = """中小企业产品供给清单,,,,,,
企业名称,县市,梯度,主导产品,规格,年产能,特别说明
博乐乙金属有限公司,博乐市,国家级专精特新小巨人企业,阴极铜,Cu-CATH-1,1.2万吨/年,x
博乐丙管业有限公司,博乐,,阀门、法兰、管件,DN50,50-80套,
,,,,,,
精河丁酱业有限公司,精河县,,番茄酱,,约3吨/月,
精河丁酱业有限公司,精河县,,,,5吨,
合计,,,,,,
精河戊包装有限公司,精河县,,无菌袋,,很多很多,
"""


@pytest.fixture
def path(here):
    (here / "供给 一.csv").write_text(LIST, encoding="gb18030")
    return here / "供给 一.csv"


def test_json_has_all_that_was_understood(path):
    result = xieshou("read", path, "--json")
    assert (result.code, result.err) == (0, "")
    data = result.json
    assert (data["file"], data["kind"], data["format"]) == ("供给 一.csv", "supply", "text")
    (table,) = data["tables"]
    assert table["header_rows"] == [2]
    keys = {c["heading"]: c["key"] for c in table["columns"]}
    assert keys["企业名称"] == "enterprise"
    assert keys["主导产品"] == "product_name"
    assert keys["年产能"] == "annual_capacity"


def test_rows_have_the_keys_of_the_design_and_numbers_in_the_written_unit(path):
    rows = xieshou("read", path, "--json").json["rows"]
    copper = rows[0]
    assert (copper["row"], copper["product_name"], copper["enterprise"]) == (
        3,
        "阴极铜",
        "博乐乙金属有限公司",
    )
    assert (copper["annual_capacity"], copper["unit"], copper["tier"]) == (12000, "吨", "小巨人")
    assert isinstance(copper["annual_capacity"], int)
    assert copper["county"] == "博乐市"
    assert copper["attributes"] == {"特别说明": "x"}
    assert copper["supply_id"] == "3"
    monthly = next(row for row in rows if row["product_name"] == "番茄酱")
    assert (monthly["annual_capacity"], monthly["unit"]) == (3, "吨/月")
    assert "annual_capacity_high" not in monthly
    none = next(row for row in rows if row["product_name"] == "无菌袋")
    assert none["annual_capacity"] is None


def test_several_products_in_a_cell_are_one_entry_each_of_the_same_row(path):
    rows = xieshou("read", path, "--json").json["rows"]
    several = [row for row in rows if row["row"] == 4]
    assert [row["product_name"] for row in several] == ["阀门", "法兰", "管件"]
    assert {(r["annual_capacity"], r["annual_capacity_high"], r["unit"]) for r in several} == {
        (50, 80, "套")
    }
    assert len({r["supply_id"] for r in several}) == 1


def test_every_row_of_the_file_is_a_row_a_problem_or_a_counted_skip(path):
    data = xieshou("read", path, "--json").json
    rows = {row["row"] for row in data["rows"]}
    lost = {p["row"] for p in data["problems"] if p["lost"]}
    skipped = {skip["row"]: skip["reason"] for skip in data["skipped"]}
    assert lost == {7}
    assert skipped[8] == "合计行"
    assert rows | lost | set(skipped) == set(range(1, 10))
    assert not rows & lost
    assert not rows & set(skipped)
    unread = next(p for p in data["problems"] if p["row"] == 9)
    assert (unread["text"], unread["column"], unread["lost"]) == ("很多很多", "年产能", False)
    assert unread["advice"]


def test_a_problem_of_the_whole_file_has_no_row(here):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    for row in (["产品名称", "年需求量"], ["电解铜", 5]):
        book.active.append(row)
    other = book.create_sheet("又一张")
    for n in range(6):
        other.append([f"东西{n}", n, "吨", "备注文字"])
    book.save("需求.xlsx")
    data = xieshou("read", "需求.xlsx", "--json").json
    assert [(p["sheet"], p["row"]) for p in data["problems"]] == [("又一张", None)]


def test_people_are_told_the_same_in_words(path):
    result = xieshou("read", path)
    assert result.code == 0
    for words in (
        "供给清单",
        "读入 4 行",
        "表头在第 2 行",
        "很多很多",
        "没有产品名称",
        "合计行 1 行",
        "特别说明",
    ):
        assert words in result.out, words


def test_text_of_lists_is_printed_as_it_is(here):
    (here / "需求.csv").write_text(
        "产品名称,规格,年需求量\n[bold]铜[/bold],:100:,[red]很多[/red] :smile: \\[x]\n",
        encoding="utf-8",
    )
    out = xieshou("read", "需求.csv").out
    assert "[red]很多[/red]" in out.replace("\n", "")
    assert ":smile:" in out


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_list_of_which_no_row_can_be_read_ends_with_two(here, as_json):
    (here / "需求.csv").write_text(
        "产品名称,规格,年需求量\n,DN50,5吨\n,DN80,6吨\n", encoding="utf-8"
    )
    result = xieshou("read", "需求.csv", *as_json)
    complaint(result, "需求.csv", "没有读入任何一行")
    assert not as_json or len(result.json["problems"]) == 2


def test_one_row_among_problems_is_enough(here):
    (here / "需求.csv").write_text(
        "产品名称,规格,年需求量\n,DN50,5吨\n钢管,DN80,6吨\n", encoding="utf-8"
    )
    assert xieshou("read", "需求.csv").code == 0


LOCKED = as_compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("加密.xlsx", LOCKED, "密码"),
        ("空.csv", b"", "空文件"),
        ("空白.csv", b"\n\n \n", "没有内容"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(3000), "已损坏"),
        ("说明.txt", "今天天气很好。\n我们去公园玩。\n".encode(), "不像"),
        ("只有表头.csv", "产品名称,规格\n".encode(), "只有表头"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "不认识"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("数据.json", b"{\"a\": 1", "JSON"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_what_is_no_list_is_one_clear_sentence(here, name, content, words, as_json):
    (here / name).write_bytes(content)
    result = xieshou("read", name, *as_json)
    complaint(result, name, words)
    assert result.out == ""


def test_a_column_can_be_named_by_hand(here):
    (here / "表.csv").write_text("东西,多少\n电解铜,5吨\n", encoding="utf-8")
    complaint(xieshou("read", "表.csv"), "表.csv")
    result = xieshou(
        "read", "表.csv", "--map", "东西=product_name", "--map", "B=annual_quantity", "--json"
    )
    assert [(r["product_name"], r["annual_quantity"]) for r in result.json["rows"]] == [
        ("电解铜", 5)
    ]
    complaint(xieshou("read", "表.csv", "--map", "东西=nonsense"), "nonsense")
    complaint(xieshou("read", "表.csv", "--map", "东西"), "列=KEY")


def test_the_bundled_lists_read_without_a_lost_row(here):
    for name in ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv"):
        data = xieshou("read", ROOT / "corpora" / "samples" / name, "--json").json
        assert len(data["rows"]) > 100
        assert not [p for p in data["problems"] if p["lost"]]
        json.dumps(data)


def test_what_was_understood_wrongly_is_corrected(here):
    book = openpyxl.Workbook()
    for name, lines in (
        (
            "汇总",
            [["企业名称", "产品名称"], ["企业名称", "产品名称", "数量"], ["甲公司", "闸阀", 3]],
        ),
        ("旧表", [["企业名称", "产品名称"], ["乙公司", "球阀"]]),
    ):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    del book["Sheet"]
    book.save(here / "a.xlsx")
    options = ("--header", "汇总=2", "--skip-sheet", "旧表")
    (row,) = xieshou("read", "a.xlsx", "--json", *options).json["rows"]
    assert (row["row"], row["product_name"]) == (3, "闸阀")
    assert "读入" in xieshou("read", "a.xlsx").out
    assert "供给 1 行" in xieshou("import", "a.xlsx", "--kind", "supply", *options).out
    (here / "b.csv").write_bytes("说明\n企业名称,产品名称\n甲公司,闸阀\n".encode("gb18030"))
    data = xieshou("read", "b.csv", "--json", "--encoding", "gb18030", "--header", "2").json
    assert (data["encoding"], len(data["rows"])) == ("gb18030", 1)
    complaint(xieshou("read", "b.csv", "--header", "汇总=x"), "--header 汇总=x", "汇总=3")
    complaint(xieshou("read", "b.csv", "--header", "没有=1"), "没有工作表“没有”")
    complaint(xieshou("import", "b.csv", "--skip-sheet", "没有"), "没有工作表“没有”")
