"""Decisions come back from a workbook that people and other programs have had in their hands."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from matcher.catalogue import read_review
from matcher.catalogue.review import NoReviewError
from matcher.errors import UnreadableListError
from matcher.model import Decision, Verdict
from matcher.records import fingerprint
from matcher.store import StoredDecision
from tests.catalogue.making import columns, demand, fill, result, supply, usual, workbook
from tests.tools import required

PAIR, OTHER = ("D001", "S001"), ("D002", "S002")


@pytest.fixture
def path(tmp_path):
    return workbook(usual(), tmp_path / "匹配建议.xlsx")


def of(reading) -> dict[tuple[str, str], tuple[Verdict, str, str]]:
    return {
        (d.demand_id, d.supply_id): (d.verdict, d.reason, d.reviewer) for d in reading.decisions
    }


def test_a_fresh_workbook_holds_no_decision(path):
    reading = read_review(path)
    assert reading.decisions == []
    assert reading.filled == 0
    assert reading.undecided == len(usual().ranking.suggestions)


def test_what_a_reviewer_fills_in_is_read_with_what_was_seen(path):
    fill(path, {PAIR: ("采纳", "合适", "张三"), OTHER: ("不采纳", "规格不符", "")})
    reading = read_review(path)
    assert of(reading) == {
        PAIR: (Verdict.ACCEPTED, "合适", "张三"),
        OTHER: (Verdict.REJECTED, "规格不符", ""),
    }
    assert reading.fingerprints[PAIR] == (fingerprint(demand()), fingerprint(supply()))
    assert reading.undecided == len(usual().ranking.suggestions) - 2
    assert reading.carried == set()
    assert reading.source.startswith("匹配建议.xlsx#")


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("采纳", Verdict.ACCEPTED), (" 采 纳 ", Verdict.ACCEPTED), ("同意", Verdict.ACCEPTED),
        ("不采纳", Verdict.REJECTED), ("不同意", Verdict.REJECTED), ("否", Verdict.REJECTED),
        ("待定", Verdict.UNSURE), ("不通過", Verdict.REJECTED), ("Accepted", Verdict.ACCEPTED),
    ],
)  # fmt: skip
def test_words_that_mean_a_verdict(path, word, verdict):
    fill(path, {PAIR: (word, "", "")})
    assert of(read_review(path)) == {PAIR: (verdict, "", "")}


@pytest.mark.parametrize("word", ["也许", "采纳？不", "1", "x"])
def test_a_word_that_means_nothing_is_a_problem_with_its_place(path, word):
    fill(path, {PAIR: (word, "", ""), OTHER: ("采纳", "", "")})
    reading = read_review(path)
    (problem,) = reading.problems
    assert (problem.sheet, problem.text, problem.lost) == ("匹配建议", word, True)
    assert problem.row >= 2
    assert list(of(reading)) == [OTHER]
    assert reading.filled == 2


def test_a_reason_without_a_verdict_is_not_dropped_silently(path):
    fill(path, {PAIR: (None, "产能不足", None)})
    reading = read_review(path)
    assert [p.text for p in reading.problems] == ["产能不足"]
    assert reading.decisions == []


def copied(path, pair, answer):
    """The row of a pair once more below the table, with another answer."""
    book = openpyxl.load_workbook(path)
    sheet = book["匹配建议"]
    head = columns(sheet)
    for row in range(2, sheet.max_row + 1):
        if (
            sheet.cell(row, head["需求编号"]).value,
            sheet.cell(row, head["供给编号"]).value,
        ) == pair:
            values = [cell.value for cell in sheet[row]]
    sheet.append(values)
    sheet.cell(sheet.max_row, head["审核"]).value = answer
    book.save(path)


def test_a_pair_with_two_different_results_is_asked_back_and_not_guessed(path):
    fill(path, {PAIR: ("采纳", "", ""), OTHER: ("采纳", "", "")})
    copied(path, PAIR, "不采纳")
    reading = read_review(path)
    assert list(of(reading)) == [OTHER]
    (problem,) = reading.problems
    assert problem.text == "不采纳"
    assert "“匹配建议”第 " in problem.message
    assert reading.filled == 2


def test_a_pair_with_the_same_result_twice_is_no_problem(path):
    fill(path, {PAIR: ("采纳", "", "")})
    copied(path, PAIR, " 同意 ")
    reading = read_review(path)
    assert of(reading) == {PAIR: (Verdict.ACCEPTED, "", "")}
    assert reading.problems == []


def test_a_result_beside_half_a_pair_is_not_dropped_silently(path):
    book = openpyxl.load_workbook(path)
    sheet = book["匹配建议"]
    head = columns(sheet)
    sheet.cell(2, head["审核"]).value = "采纳"
    sheet.cell(2, head["供给编号"]).value = None
    sheet.append([None, "共审核 3 条"])
    sheet.cell(sheet.max_row, head["审核"]).value = "3"
    book.save(path)
    reading = read_review(path)
    (problem,) = reading.problems
    assert (problem.row, problem.text) == (2, "采纳")
    assert "编号" in problem.advice
    assert reading.decisions == []


def test_deleted_rows_filters_and_widths_change_nothing(path):
    fill(path, {PAIR: ("采纳", "", ""), OTHER: (" 采　纳", "", "")})
    before = read_review(path)
    book = openpyxl.load_workbook(path)
    for name in ("匹配建议", "断点需求"):
        sheet = book[name]
        head = columns(sheet)
        for row in range(sheet.max_row, 1, -1):
            if not sheet.cell(row, head["审核"]).value:
                sheet.delete_rows(row)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVW":
            sheet.column_dimensions[letter].width = 40
            sheet.column_dimensions[letter].hidden = False
        sheet.auto_filter.ref = None
        sheet.freeze_panes = None
        sheet.insert_cols(3)
    del book["封面"]
    book.save(path)
    after = read_review(path)
    assert after.decisions == before.decisions
    assert after.fingerprints == before.fingerprints
    assert after.undecided == 0


def test_rows_sorted_and_moved_below_a_title_are_read(path, tmp_path):
    fill(path, {PAIR: ("采纳", "", "张三")})
    before = of(read_review(path))
    book = openpyxl.load_workbook(path)
    sheet = book["匹配建议"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for r, row in enumerate(reversed(rows), 2):
        for c, value in enumerate(row, 1):
            sheet.cell(r, c).value = value
    sheet.insert_rows(1, 2)
    sheet["A1"] = "州工信局 2026 年审核"
    book.save(path)
    assert of(read_review(path)) == before


def test_columns_in_another_order_and_without_the_hidden_ones_are_read(path, tmp_path):
    fill(path, {PAIR: ("采纳", "", "张三")})
    head, *rows = (
        python_calamine.CalamineWorkbook.from_path(str(path))
        .get_sheet_by_name("匹配建议")
        .to_python()
    )
    kept = [i for i, name in enumerate(head) if name not in {"需求指纹", "供给指纹", "原审核"}][
        ::-1
    ]
    other = tmp_path / "另存.xlsx"
    with xlsxwriter.Workbook(str(other)) as book:
        sheet = book.add_worksheet("Sheet1")
        for r, row in enumerate([head, *rows]):
            sheet.write_row(r, 0, [row[i] for i in kept])
    reading = read_review(other)
    assert of(reading) == {PAIR: (Verdict.ACCEPTED, "", "张三")}
    assert reading.fingerprints == {}


def test_a_workbook_saved_by_libreoffice_says_the_same(tmp_path):
    office = required("soffice")
    odd = [demand("001"), demand("=1+1", "铜杆"), demand("1E5", "铜线")]
    path = workbook(result(odd, [supply("0020", "铜杆铜线电解铜")]), tmp_path / "审核.xlsx")
    fill(path, {(d.demand_id, "0020"): ("采纳", f"理由{d.demand_id}", "张三") for d in odd})
    before = read_review(path)
    assert len(before.decisions) == 3
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    arguments = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "又"),
    ]
    subprocess.run([*arguments, str(path)], check=True, capture_output=True, timeout=180)
    after = read_review(tmp_path / "又" / "审核.xlsx")
    assert after.decisions == before.decisions
    assert after.fingerprints == before.fingerprints


def test_ids_that_a_program_has_turned_into_numbers_lose_their_point(tmp_path):
    path = workbook(result([demand("1")], [supply("20")]), tmp_path / "a.xlsx")
    fill(path, {("1", "20"): ("采纳", "", "")})
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        head = columns(sheet)
        for heading in ("需求编号", "供给编号"):
            if heading in head and sheet.cell(2, head[heading]).value:
                cell = sheet.cell(2, head[heading])
                cell.value = float(cell.value)
                cell.number_format = "0.0"
    book.save(path)
    assert list(of(read_review(path))) == [("1", "20")]


def test_ids_with_leading_zeros_stay(tmp_path):
    path = workbook(result([demand("001")], [supply("S 1")]), tmp_path / "a.xlsx")
    fill(path, {("001", "S 1"): ("采纳", "", "")})
    assert list(of(read_review(path))) == [("001", "S 1")]


class TestWhatWasDecidedBefore:
    """A workbook written again shows earlier decisions, and tells them from new ones."""

    LAST = Decision(*PAIR, Verdict.ACCEPTED, "合适", "张三", "2026-01-02T03:04:05Z")

    def test_it_is_shown_and_known_to_be_carried_over(self, tmp_path):
        path = workbook(
            usual(), tmp_path / "a.xlsx", {PAIR: StoredDecision(self.LAST, changed=False)}
        )
        reading = read_review(path)
        assert of(reading) == {PAIR: (Verdict.ACCEPTED, "合适", "张三")}
        assert reading.carried == {PAIR}
        assert reading.filled == 1

    @pytest.mark.parametrize(
        "answer",
        [("不采纳", "合适", "张三"), ("采纳", "价格不合", "张三"), ("采纳", "合适", "李四")],
    )
    def test_what_a_reviewer_changes_is_new(self, tmp_path, answer):
        path = workbook(
            usual(), tmp_path / "a.xlsx", {PAIR: StoredDecision(self.LAST, changed=False)}
        )
        fill(path, {PAIR: answer})
        assert read_review(path).carried == set()
        assert len(read_review(path).decisions) == 1

    def test_a_decision_on_what_has_changed_is_asked_for_again(self, tmp_path):
        path = workbook(
            usual(), tmp_path / "a.xlsx", {PAIR: StoredDecision(self.LAST, changed=True)}
        )
        assert read_review(path).decisions == []
        sheet = openpyxl.load_workbook(path)["匹配建议"]
        head = columns(sheet)
        hints = [sheet.cell(r, head["提示"]).value for r in range(2, sheet.max_row + 1)]
        assert [h for h in hints if h] == [
            "内容已变，请重新审核（原审核：采纳，理由：合适，审核人：张三）"
        ]


def test_other_files_are_refused_in_one_sentence(tmp_path):
    plain = tmp_path / "需求.csv"
    plain.write_text("需求编号,产品名称\n1,电解铜\n", encoding="utf-8")
    with pytest.raises(NoReviewError, match="不是审核表"):
        read_review(plain)
    with pytest.raises(UnreadableListError, match="找不到"):
        read_review(tmp_path / "没有.xlsx")
    empty = tmp_path / "空.xlsx"
    empty.touch()
    with pytest.raises(UnreadableListError, match="空文件"):
        read_review(empty)
