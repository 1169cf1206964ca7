"""The review workbook of ``match`` and ``run``: cover, suggestions, gaps, unread rows.

Text from lists is written as text, never as formula or link. The review columns have a drop-down
and are read back by :mod:`matcher.catalogue.review`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from matcher.catalogue.suggestions import MatchResult, reasons
from matcher.model import Demand, Problem, Suggestion, Supply, Verdict
from matcher.records import fingerprint, quantity_text, whole
from matcher.text import clean

if TYPE_CHECKING:
    from matcher.store import StoredDecision

VERDICT_LABELS = {Verdict.ACCEPTED: "采纳", Verdict.REJECTED: "不采纳", Verdict.UNSURE: "待定"}
REASONS = ("品名不同", "规格不符", "产能不足", "已停产", "价格不合", "企业不愿意", "其他")
SUGGESTION_SHEET, GAP_SHEET, PROBLEM_SHEET, COVER_SHEET = (
    "匹配建议",
    "断点需求",
    "未读入的行",
    "封面",
)
CELL_LIMIT = 32_767  # characters that a workbook cell can hold
_SHEET_LIMIT = 1_048_576

# heading, width; the last three are hidden: what the review cells held when the workbook was
# written, and fingerprints that tell a later reading whether a row has changed
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("需求编号", 11), ("供给编号", 11), ("链主企业", 24), ("需求产品", 20), ("需求规格", 18), ("年需求量", 13),
    ("名次", 6), ("把握", 8), ("供给企业", 26), ("供给产品", 20), ("供给规格", 18), ("年产能", 13),
    ("县市", 11), ("梯度", 9), ("提示", 12), ("理由", 60), ("审核", 9), ("审核理由", 14), ("审核人", 9),
    ("公开范围", 10), ("原审核", 18), ("需求指纹", 18), ("供给指纹", 18),
)  # fmt: skip
_HIDDEN = ("原审核", "需求指纹", "供给指纹")


@dataclass(frozen=True, slots=True)
class WorkbookNotes:
    """What the cover says beside the counts.

    Attributes:
        title: Title of the cover.
        made_on: Date of the run, shown as it is.
        lines: Further ``label, text`` lines.
        decisions: Decisions already taken, by pair of ids.
    """

    title: str
    made_on: dt.date
    lines: Sequence[tuple[str, str]] = ()
    decisions: Mapping[tuple[str, str], StoredDecision] | None = None


class _Sheets:
    """One workbook in the making, with the formats that its sheets share."""

    def __init__(self, made_on: dt.date) -> None:
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.buffer,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False},
        )  # fmt: skip
        created = dt.datetime.combine(made_on, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
        self.book.set_properties({"title": "供需匹配建议", "author": "携手", "created": created})
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.text = self.book.add_format({**font, "text_wrap": True})
        self.short = self.book.add_format(font)
        self.number = self.book.add_format({**font, "num_format": "0.0%", "align": "right"})
        self.right = self.book.add_format({**font, "align": "right"})
        self.head = self.book.add_format(
            {
                **font,
                "bold": True,
                "bg_color": "#DCE6F1",
                "border": 1,
                "text_wrap": True,
                "align": "center",
            }
        )
        self.review = self.book.add_format({**font, "bg_color": "#FFF9DB", "border": 1})
        self.title = self.book.add_format({"font_name": "黑体", "font_size": 18, "bold": True})
        self.label = self.book.add_format({**font, "bold": True, "align": "right"})

    def finish(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


def written(verdict: Verdict, reason: str, reviewer: str) -> str:
    """A decision in one cell, to tell one that was carried over from one that is new."""
    text = VERDICT_LABELS[verdict]
    text += f"，理由：{clean(reason)}" if clean(reason) else ""
    return text + (f"，审核人：{clean(reviewer)}" if clean(reviewer) else "")


def to_workbook(result: MatchResult, notes: WorkbookNotes) -> bytes:
    """The review workbook as bytes."""
    sheets = _Sheets(notes.made_on)
    gaps = set(result.ranking.gaps)
    cover = sheets.book.add_worksheet(COVER_SHEET)
    rows = list(result.rows())
    _suggestions(sheets, SUGGESTION_SHEET, [r for r in rows if r[1].demand_id not in gaps], notes)
    weak = [r for r in rows if r[1].demand_id in gaps]
    with_candidates = {r[1].demand_id for r in weak}
    bare = [result.demands[g] for g in result.ranking.gaps if g not in with_candidates]
    _suggestions(sheets, GAP_SHEET, weak, notes, without=bare)
    problems = [(r.file, p) for r in result.readings for p in r.problems]
    _problems(sheets, problems)
    _cover(sheets, cover, result, notes, problems)
    return sheets.finish()


def _write(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    text = whole(text)
    if len(text) > CELL_LIMIT:
        text = text[: CELL_LIMIT - 1] + "…"
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _suggestions(
    sheets: _Sheets,
    name: str,
    rows: Sequence[tuple[Suggestion, Demand, Supply]],
    notes: WorkbookNotes,
    *,
    without: Sequence[Demand] = (),
) -> None:
    sheet = sheets.book.add_worksheet(name)
    for column, (heading, width) in enumerate(_COLUMNS):
        options = {"hidden": True} if heading in _HIDDEN else {}
        sheet.set_column(column, column, width, sheets.short, options)
        sheet.write_string(0, column, heading, sheets.head)
    count = min(len(rows), _SHEET_LIMIT - 1 - len(without))
    for i, (suggestion, demand, supply) in enumerate(rows[:count], 1):
        _suggestion(sheets, sheet, i, suggestion, demand, supply, notes)
    for i, demand in enumerate(without, count + 1):
        values = {"需求编号": demand.demand_id, "链主企业": demand.leader, "需求产品": demand.product_name,
                  "需求规格": demand.spec, "年需求量": quantity_text(demand), "提示": "没有候选",
                  "公开范围": demand.disclosure}  # fmt: skip
        for column, (heading, _) in enumerate(_COLUMNS):
            _write(sheet, i, column, values.get(heading, ""), sheets.text)
    last = max(1, count + len(without))
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, last, len(_COLUMNS) - 1)
    headings = [heading for heading, _ in _COLUMNS]
    verdicts = list(VERDICT_LABELS.values())
    sheet.data_validation(
        1, headings.index("审核"), last, headings.index("审核"),
        {"validate": "list", "source": verdicts, "input_title": "审核", "input_message": "选 采纳、不采纳 或 待定",
         "error_title": "审核", "error_message": "请从下拉框选择"},
    )  # fmt: skip
    sheet.data_validation(
        1, headings.index("审核理由"), last, headings.index("审核理由"),
        {"validate": "list", "source": list(REASONS), "error_type": "information",
         "error_title": "审核理由", "error_message": "可以从下拉框选，也可以自己写"},
    )  # fmt: skip
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _suggestion(
    sheets: _Sheets,
    sheet: Any,
    i: int,
    suggestion: Suggestion,
    demand: Demand,
    supply: Supply,
    notes: WorkbookNotes,
) -> None:
    review, before = ("", "", ""), ""
    hints = ["现有供应商"] if suggestion.already_supplying else []
    decided = (notes.decisions or {}).get((demand.demand_id, supply.supply_id))
    if decided:
        d = decided.decision
        before = written(d.verdict, d.reason, d.reviewer)
        if decided.changed:  # what was decided on is no longer there: to be decided again
            hints.append(f"内容已变，请重新审核（原审核：{before}）")
        else:
            review = (VERDICT_LABELS[d.verdict], d.reason, d.reviewer)
    cells = (
        demand.demand_id, supply.supply_id, demand.leader, suggestion.demand_product, demand.spec,
        quantity_text(demand), None, None, supply.enterprise, suggestion.supply_product, supply.spec,
        quantity_text(supply), supply.county, supply.tier,
        "；".join(hints), reasons(suggestion), *review,
        demand.disclosure, before if any(review) else "", fingerprint(demand), fingerprint(supply),
    )  # fmt: skip
    for column, cell in enumerate(cells):
        heading = _COLUMNS[column][0]
        if heading == "名次":
            sheet.write_number(i, column, suggestion.rank, sheets.right)
        elif heading == "把握":
            sheet.write_number(i, column, suggestion.probability, sheets.number)
        else:
            style = sheets.review if heading in {"审核", "审核理由", "审核人"} else sheets.text
            _write(sheet, i, column, cell or "", style)


def _problems(sheets: _Sheets, problems: Sequence[tuple[str, Problem]]) -> None:
    sheet = sheets.book.add_worksheet(PROBLEM_SHEET)
    headings = (("文件", 24), ("工作表", 14), ("行", 7), ("列", 14), ("读到的内容", 36),
                ("问题", 32), ("怎么办", 40), ("是否丢失", 10))  # fmt: skip
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, sheets.head)
    for i, (file, problem) in enumerate(problems[: _SHEET_LIMIT - 1], 1):
        row = "" if problem.row is None else str(problem.row)
        cells = (file, problem.sheet, row, problem.column, problem.text, problem.message,
                 problem.advice, "未读入" if problem.lost else "已读入")  # fmt: skip
        for column, cell in enumerate(cells):
            _write(sheet, i, column, cell, sheets.text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(problems)), len(headings) - 1)


def _cover(
    sheets: _Sheets,
    sheet: Any,
    result: MatchResult,
    notes: WorkbookNotes,
    problems: Sequence[tuple[str, Problem]],
) -> None:
    ranking = result.ranking
    lost = sum(problem.lost for _, problem in problems)
    lines = [
        ("日期", notes.made_on.isoformat()),
        *notes.lines,
        ("需求", f"{len(result.demands)} 行"),
        ("供给", f"{len(result.supplies)} 行"),
        ("匹配建议", f"{len(ranking.suggestions)} 条，每条需求至多 {ranking.parameters.top} 条"),
        (
            "断点",
            f"{len(ranking.gaps)} 条需求没有把握达到 {ranking.parameters.acceptable:.0%} 的供给",
        ),
        ("读表问题", f"{len(problems)} 处，其中 {lost} 行没有读入，见“{PROBLEM_SHEET}”"),
        ("版本", f"模型 {ranking.model_version}，统计 {ranking.statistics.version}"),
        ("", ""),
        ("怎样看", "“把握”是审核人会采纳这一对的概率；“理由”按分量从大到小排列。"),
        (
            "怎样审核",
            "在黄色的“审核”列选 采纳、不采纳 或 待定，可写理由和姓名；存盘后用 xieshou decide 读回。",
        ),
        ("现有供应商", "提示栏写明“现有供应商”的，是已经在供货的企业，不作为新推荐。"),
    ]
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 100)
    sheet.set_row(0, 36)
    sheet.write_string(0, 1, notes.title, sheets.title)
    for i, (label, text) in enumerate(lines, 2):
        _write(sheet, i, 0, label, sheets.label)
        _write(sheet, i, 1, text, sheets.text)
    sheet.activate()
