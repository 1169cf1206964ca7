"""``decide``: what reviewers wrote comes back, once, and never on rows that have changed."""

from __future__ import annotations

import openpyxl
import pytest

from matcher.model import Verdict
from matcher.store import Store
from tests.catalogue.making import columns, fill
from tests.cli.running import complaint, process, xieshou

PAIR, OTHER = ("001", "1"), ("002", "2")
ANSWERS = {PAIR: ("采纳", "合适", "张三"), OTHER: ("不采纳", "规格不符", "李四")}


@pytest.fixture(params=["match", "run"])
def workbook(request, lists, imported, here):
    """A workbook of either command with two decisions filled in."""
    arguments = ("match", *lists) if request.param == "match" else ("run",)
    assert xieshou(*arguments, "--out", "审核 表.xlsx").code == 0
    return fill(here / "审核 表.xlsx", ANSWERS)


@pytest.fixture
def reviewed(imported, here):
    """A workbook of ``run`` with two decisions filled in."""
    assert xieshou("run", "--out", "审核.xlsx").code == 0
    return fill(here / "审核.xlsx", ANSWERS)


def decisions(path="xieshou.db"):
    with Store(path, create=False) as store:
        return {pair: (d.decision.verdict, d.decision.reason, d.decision.reviewer, d.changed)
                for pair, d in store.decisions.latest().items()}  # fmt: skip


def history(path="xieshou.db") -> int:
    with Store(path, create=False) as store:
        return store.db.execute("SELECT count(*) FROM decisions").fetchone()[0]


def change(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert xieshou("import", path).code == 0


def test_decisions_of_either_workbook_are_recorded_and_only_once(workbook):
    first = xieshou("decide", workbook, "--json")
    assert (first.code, first.err) == (0, "")
    assert (first.json["recorded"], first.json["unchanged"], first.json["unknown"]) == (2, 0, [])
    assert decisions() == {
        PAIR: (Verdict.ACCEPTED, "合适", "张三", False),
        OTHER: (Verdict.REJECTED, "规格不符", "李四", False),
    }
    again = xieshou("decide", workbook)
    assert again.code == 0
    assert "记下 0 条审核结果，2 条与已有的相同" in again.out
    assert history() == 2


def test_a_workbook_saved_again_by_another_program_says_the_same(workbook, here):
    xieshou("decide", workbook)
    openpyxl.load_workbook(workbook).save(here / "另存.xlsx")
    assert xieshou("decide", "另存.xlsx", "--json").json["unchanged"] == 2
    assert history() == 2


@pytest.mark.parametrize("side", [0, 1])
def test_rows_that_have_changed_since_are_refused_the_others_are_not(workbook, lists, side):
    change(lists[side], *(("1.2万", "1.3万"), (",5000,", ",6000,"))[side])
    result = xieshou("decide", workbook, "--json")
    assert result.code == 0
    assert (result.json["recorded"], result.json["changed"]) == (1, [list(PAIR)])
    assert list(decisions()) == [OTHER]
    assert "没有记：001 / 1 内容在审核之后变了" in xieshou("decide", workbook).out


def test_unknown_ids_are_named(workbook, here):
    book = openpyxl.load_workbook(workbook)
    for sheet in book.worksheets:
        head = columns(sheet)
        for row in range(2, sheet.max_row + 1):
            if "审核" in head and sheet.cell(row, head["审核"]).value == "采纳":
                sheet.cell(row, head["供给编号"]).value = "没有这条"
    book.save(workbook)
    result = xieshou("decide", workbook)
    assert result.code == 0
    assert "没有记：数据库里没有 001 / 没有这条" in result.out
    assert list(decisions()) == [OTHER]


def test_when_nothing_at_all_could_be_recorded_it_ends_with_two(workbook, here):
    (here / "空.csv").write_text("需求编号,产品名称\nX,铜\n", encoding="utf-8")
    xieshou("import", "空.csv", "--db", "另.db")
    result = xieshou("decide", workbook, "--db", "另.db")
    complaint(result, "审核 表.xlsx", "一条也没有记下")
    assert result.out.count("没有记：") == 2


def test_a_workbook_in_which_nothing_is_decided_is_no_error(imported):
    xieshou("run", "--out", "新.xlsx")
    result = xieshou("decide", "新.xlsx")
    assert (result.code, result.err) == (0, "")
    assert "记下 0 条审核结果" in result.out


def test_lists_without_ids_are_decided_on_by_what_their_rows_say(here):
    (here / "需求.csv").write_text(
        "链主企业,产品名称\n甲公司,电解铜\n甲公司,铜杆\n", encoding="utf-8"
    )
    (here / "供给.csv").write_text("企业名称,产品名称\n乙厂,铜杆\n丙厂,电解铜\n", encoding="utf-8")
    xieshou("match", "需求.csv", "供给.csv", "--out", "a.xlsx")
    fill(here / "a.xlsx", {("2", "3"): ("采纳", "", ""), ("3", "2"): ("不采纳", "", "")})
    # In the store other lists came first, one of them with ids that look like these row numbers.
    (here / "别的.csv").write_text(
        "需求编号,链主企业,产品名称\n2,丁公司,阀门\n3,丁公司,法兰\n", encoding="utf-8"
    )
    assert xieshou("import", "别的.csv", "需求.csv", "供给.csv").code == 0
    assert xieshou("decide", "a.xlsx", "--json").json["recorded"] == 2
    with Store("xieshou.db") as store:
        found = store.db.query(
            "SELECT d.product_name AS wanted, s.product_name AS offered, verdict FROM decisions"
            " JOIN demands d ON d.key = demand_key JOIN supplies s ON s.key = supply_key ORDER BY 1"
        )
        assert [tuple(row.values()) for row in found] == [
            ("电解铜", "电解铜", "accepted"), ("铜杆", "铜杆", "rejected"),
        ]  # fmt: skip


class TestRunWritesTheWorkbookAgain:
    def test_it_keeps_the_decisions_and_reading_it_back_changes_nothing(self, reviewed):
        xieshou("decide", reviewed)
        complaint(xieshou("run", "--out", reviewed), "2 条审核结果")
        assert xieshou("run", "--out", reviewed, "--force").code == 0
        result = xieshou("decide", reviewed, "--json").json
        assert (result["recorded"], result["unchanged"]) == (0, 2)
        xieshou("run", "--out", "新.xlsx")
        assert xieshou("decide", "新.xlsx", "--json").json["unchanged"] == 2

    def test_reviewers_who_differ_are_in_dispute_until_it_is_settled(self, reviewed, here):
        xieshou("decide", reviewed)
        xieshou("run", "--out", "新.xlsx")
        fill(here / "新.xlsx", {PAIR: ("不采纳", "已停产", "王五")})
        xieshou("decide", "新.xlsx")
        assert decisions()[PAIR][0] is Verdict.UNSURE
        xieshou("run", "--out", "复核.xlsx")
        assert xieshou("decide", "复核.xlsx", "--final", "--json").json["recorded"] == 0, (
            "what is in dispute stands blank in the workbook"
        )
        fill(here / "复核.xlsx", {PAIR: ("不采纳", "已停产", "赵六")})
        xieshou("decide", "复核.xlsx", "--final")
        assert decisions()[PAIR][:2] == (Verdict.REJECTED, "已停产")

    def test_a_stale_copy_does_not_overrule_what_was_decided_later(self, reviewed, here):
        xieshou("decide", reviewed)
        xieshou("run", "--out", "旧.xlsx")
        xieshou("run", "--out", "新.xlsx")
        fill(here / "新.xlsx", {PAIR: ("不采纳", "已停产", "张三")})
        xieshou("decide", "新.xlsx")
        fill(here / "旧.xlsx", {("003", "3"): ("采纳", "", "张三")})
        assert xieshou("decide", "旧.xlsx", "--json").json["recorded"] == 1
        assert decisions()[PAIR][:2] == (Verdict.REJECTED, "已停产")
        for name in ("审核.xlsx", "新.xlsx", "旧.xlsx"):  # the whole folder once more
            assert xieshou("decide", name, "--json").json["recorded"] == 0
        assert decisions()[PAIR][:2] == (Verdict.REJECTED, "已停产")

    def test_a_changed_row_is_asked_for_again_and_can_be_decided_again(self, reviewed, lists, here):
        xieshou("decide", reviewed)
        change(lists[0], "1.2万", "1.3万")
        assert decisions()[PAIR][3]
        assert "【内容在审核之后变了】" in xieshou("show", "001").out
        xieshou("run", "--out", "新.xlsx")
        sheet = openpyxl.load_workbook("新.xlsx")["匹配建议"]
        head = columns(sheet)
        (row,) = [r for r in range(2, sheet.max_row + 1)
                  if (sheet.cell(r, head["需求编号"]).value, sheet.cell(r, head["供给编号"]).value) == PAIR]  # fmt: skip
        assert sheet.cell(row, head["审核"]).value is None
        assert "重新审核" in sheet.cell(row, head["提示"]).value
        fill(here / "新.xlsx", {PAIR: ("采纳", "合适", "张三")})
        assert xieshou("decide", "新.xlsx", "--json").json["recorded"] == 1
        assert decisions()[PAIR] == (Verdict.ACCEPTED, "合适", "张三", False)
        assert "【已审核：采纳】" in xieshou("show", "001").out

    def test_decisions_come_back_into_a_new_database_from_the_workbook(self, reviewed, lists):
        xieshou("decide", reviewed)
        xieshou("run", "--out", "备份.xlsx")
        xieshou("import", *lists, "--db", "新.db")
        assert xieshou("decide", "备份.xlsx", "--db", "新.db", "--json").json["recorded"] == 2
        assert decisions("新.db") == decisions()


def test_what_was_not_understood_is_said_with_its_place(reviewed, here):
    fill(reviewed, {PAIR: ("大概可以", "", ""), OTHER: (None, "产能不足", None)})
    result = xieshou("decide", reviewed)
    complaint(result, "一条也没有记下")
    assert "大概可以" in result.out
    assert "没有选审核结果" in result.out


def test_other_files_are_refused_in_one_sentence(lists, imported, here):
    complaint(xieshou("decide", lists[0]), "需求 清单.csv", "不是审核表")
    complaint(xieshou("decide", "没有.xlsx"), "没有.xlsx")
    complaint(xieshou("decide", here), "文件夹")


def test_two_reviewers_at_the_same_moment(reviewed, here):
    import threading

    book = fill(reviewed, {PAIR: ("待定", "再议", "王五")}, here / "乙.xlsx")
    ended = []
    files = (reviewed, book) * 2
    threads = [
        threading.Thread(target=lambda f=f: ended.append(process("decide", f, cwd=here)))
        for f in files
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.code for result in ended] == [0] * 4, ended
    with Store("xieshou.db") as store:
        kept = store.db.query("SELECT DISTINCT reviewer, verdict FROM decisions")
        assert {(row["reviewer"], row["verdict"]) for row in kept} == {
            ("张三", "accepted"), ("李四", "rejected"), ("王五", "unsure"),
        }  # fmt: skip


def test_a_flood_of_rows_that_are_unknown_is_cut_short(here):
    many = 30
    (here / "需求.csv").write_text(
        "需求编号,产品名称\n" + "".join(f"D{i},电解铜{i}\n" for i in range(many)), encoding="utf-8"
    )
    (here / "供给.csv").write_text("供给编号,企业名称,产品名称\nS1,甲厂,电解铜\n", encoding="utf-8")
    (here / "别的.csv").write_text("需求编号,产品名称\nX1,安全帽\n", encoding="utf-8")
    assert xieshou("match", "需求.csv", "供给.csv", "--out", "审核.xlsx").code == 0
    fill(here / "审核.xlsx", {(f"D{i}", "S1"): ("采纳", "", "") for i in range(many)})
    assert xieshou("import", "别的.csv").code == 0
    result = xieshou("decide", "审核.xlsx")
    complaint(result, "审核.xlsx", "一条也没有记下")
    lines = [line for line in result.out.splitlines() if line.startswith("没有记")]
    assert len(lines) == 20
    assert "还有 10 条" in result.out
    assert len(xieshou("decide", "审核.xlsx", "--json").json["unknown"]) == many
