"""The review workbook of ``match`` and ``run``: cover, suggestions, gaps, unread rows.

Text from lists is written as text, never as formula or link. The review columns have a drop-down
and are read back by :mod:`matcher.catalogue.review`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.catalogue.sheets import A3, SHEET_LIMIT, Book, footer, height, page, write
from matcher.catalogue.suggestions import MatchResult, for_and_against
from matcher.model import Demand, Problem, Suggestion, Supply, Verdict
from matcher.records import fingerprint, quantity_text
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

# heading, width. What a reviewer decides by fits on an office screen at 80% with the review cells.
# The last three are hidden: what the review cells held when the workbook was written, and
# fingerprints that tell a later reading whether a row has changed.
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("需求编号", 8), ("链主企业", 17), ("需求产品", 14), ("需求规格", 18), ("年需求量", 11),
    ("名次", 6), ("把握", 8), ("供给企业", 18), ("供给产品", 14), ("供给规格", 18), ("年产能", 11),
    ("提示", 9), ("理由", 34), ("疑点", 26), ("审核", 8), ("审核理由", 11), ("审核人", 8),
    ("县市", 9), ("梯度", 9), ("公开范围", 9), ("供给编号", 9),
    ("原审核", 18), ("需求指纹", 18), ("供给指纹", 18),
)  # fmt: skip
_WIDTHS = dict(_COLUMNS)
_PLACES = {heading: i for i, (heading, _) in enumerate(_COLUMNS)}
_HIDDEN = ("原审核", "需求指纹", "供给指纹")
_REVIEW = ("审核", "审核理由", "审核人")
_OF_DEMAND = ("需求编号", "链主企业", "需求规格", "年需求量")  # the same in all rows of a demand
_COLOURS = {Verdict.ACCEPTED: "#C6E7CE", Verdict.REJECTED: "#E3E3E3", Verdict.UNSURE: "#FCE4B0"}


@dataclass(frozen=True, slots=True)
class WorkbookNotes:
    """What the cover says beside the counts.

    Attributes:
        title: Title of the cover.
        made_on: Date of the run, shown as it is.
        lines: Further ``label, text`` lines.
        decisions: Decisions already taken, by pair of ids.
        problems: Problems of lists that were read earlier, each with the name of its file.
    """

    title: str
    made_on: dt.date
    lines: Sequence[tuple[str, str]] = ()
    decisions: Mapping[tuple[str, str], StoredDecision] | None = None
    problems: Sequence[tuple[str, Problem]] = ()


def written(verdict: Verdict, reason: str, reviewer: str) -> str:
    """A decision in one cell, to tell one that was carried over from one that is new."""
    text = VERDICT_LABELS[verdict]
    text += f"，理由：{clean(reason)}" if clean(reason) else ""
    return text + (f"，审核人：{clean(reviewer)}" if clean(reviewer) else "")


def to_workbook(result: MatchResult, notes: WorkbookNotes) -> bytes:
    """The review workbook as bytes."""
    book = Book("供需匹配建议", notes.made_on)
    gaps = set(result.ranking.gaps)
    cover = book.book.add_worksheet(COVER_SHEET)
    rows = list(result.rows())
    _suggestions(book, SUGGESTION_SHEET, [r for r in rows if r[1].demand_id not in gaps], notes)
    weak = [r for r in rows if r[1].demand_id in gaps]
    with_candidates = {r[1].demand_id for r in weak}
    bare = [result.demands[g] for g in result.ranking.gaps if g not in with_candidates]
    _suggestions(book, GAP_SHEET, weak, notes, without=bare)
    problems = [*notes.problems, *((r.file, p) for r in result.readings for p in r.problems)]
    _problems(book, problems, notes)
    _cover(book, cover, result, notes, problems)
    return book.finish()


def _suggestions(
    book: Book,
    name: str,
    rows: Sequence[tuple[Suggestion, Demand, Supply]],
    notes: WorkbookNotes,
    *,
    without: Sequence[Demand] = (),
) -> None:
    sheet = book.book.add_worksheet(name)
    for column, (heading, width) in enumerate(_COLUMNS):
        options = {"hidden": True} if heading in _HIDDEN else {}
        sheet.set_column(column, column, width, book.style(), options)
        sheet.write_string(0, column, heading, book.head)
    sheet.set_row(0, height([("", 1)]) + 4)
    count = min(len(rows), SHEET_LIMIT - 1 - len(without))
    previous = ""
    for i, (suggestion, demand, supply) in enumerate(rows[:count], 1):
        cells = _cells(suggestion, demand, supply, notes)
        _row(book, sheet, i, cells, first=demand.demand_id != previous)
        previous = demand.demand_id
    for i, demand in enumerate(without, count + 1):
        _row(book, sheet, i, {**_demand_cells(demand), "提示": "没有候选"}, first=True)
    last = max(1, count + len(without))
    sheet.freeze_panes(1, 4)
    sheet.set_zoom(80)
    sheet.autofilter(0, 0, last, len(_COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:X{last + 1}"})
    _review_aids(book, sheet, last)
    page(sheet, paper=A3, head=(0, 0), left=f"{notes.title}：{name}", right=_day(notes.made_on))


def _review_aids(book: Book, sheet: Any, last: int) -> None:
    """Drop-downs, the colours of verdicts, and the probability at a glance."""
    place = _PLACES["审核"]
    verdicts = list(VERDICT_LABELS.values())
    sheet.data_validation(
        1, place, last, place,
        {"validate": "list", "source": verdicts, "input_title": "审核", "input_message": "选 采纳、不采纳 或 待定",
         "error_title": "审核", "error_message": "请从下拉框选择"},
    )  # fmt: skip
    sheet.data_validation(
        1, place + 1, last, place + 1,
        {"validate": "list", "source": list(REASONS), "error_type": "information",
         "error_title": "审核理由", "error_message": "可以从下拉框选，也可以自己写"},
    )  # fmt: skip
    for verdict, label in VERDICT_LABELS.items():
        colour = book.book.add_format({"bg_color": _COLOURS[verdict]})
        rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": colour}
        sheet.conditional_format(1, place, last, place, rule)
    scale = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0,
             "max_value": 1, "min_color": "#FFFFFF", "max_color": "#8DB4DA"}  # fmt: skip
    sheet.conditional_format(1, _PLACES["把握"], last, _PLACES["把握"], scale)


def _demand_cells(demand: Demand) -> dict[str, str | float]:
    return {
        "需求编号": demand.demand_id, "链主企业": demand.leader, "需求产品": demand.product_name,
        "需求规格": demand.spec, "年需求量": quantity_text(demand), "公开范围": demand.disclosure,
    }  # fmt: skip


def _cells(
    suggestion: Suggestion, demand: Demand, supply: Supply, notes: WorkbookNotes
) -> dict[str, str | float]:
    """Texts and numbers of a suggestion's row by their headings."""
    review, before = ("", "", ""), ""
    hints = ["现有供应商"] if suggestion.already_supplying else []
    decided = (notes.decisions or {}).get((demand.demand_id, supply.supply_id))
    if decided:
        d = decided.decision
        before = written(d.verdict, d.reason, d.reviewer)
        if decided.changed:  # what was decided on is no longer there: to be decided again
            hints.append(f"内容已变，请重新审核（原审核：{before}）")
        elif decided.disputed:
            hints.append("审核意见不一致，请复核")
        else:
            review = (VERDICT_LABELS[d.verdict], d.reason, d.reviewer)
    good, bad = for_and_against(suggestion)
    return {
        **_demand_cells(demand), "需求产品": suggestion.demand_product,
        "名次": suggestion.rank, "把握": suggestion.probability, "供给企业": supply.enterprise,
        "供给产品": suggestion.supply_product, "供给规格": supply.spec, "年产能": quantity_text(supply),
        "提示": "；".join(hints), "理由": "\n".join(good), "疑点": "\n".join(bad),
        **dict(zip(_REVIEW, review, strict=True)), "县市": supply.county, "梯度": supply.tier,
        "供给编号": supply.supply_id, "原审核": before if any(review) else "",
        "需求指纹": fingerprint(demand), "供给指纹": fingerprint(supply),
    }  # fmt: skip


def _row(book: Book, sheet: Any, i: int, cells: Mapping[str, str | float], *, first: bool) -> None:
    """One row; the first of a demand is set off, what repeats below it is pale."""
    line = {"top": 1, "top_color": "#5F7A94" if first else "#E3E8EE"}
    for column, (heading, _) in enumerate(_COLUMNS):
        cell = cells.get(heading, "")
        if isinstance(cell, int | float):
            form = "0.0%" if heading == "把握" else "0"
            sheet.write_number(i, column, cell, book.style(num_format=form, align="center", **line))
            continue
        look: dict[str, Any] = {"text_wrap": True, **line}
        if heading in _REVIEW:
            look |= {"bg_color": "#FFF9DB", "border": 1, "border_color": "#D9CFA0"}
        elif heading in {"年需求量", "年产能"}:
            look["align"] = "right"
        elif heading == "提示":
            look["font_color"] = "#B42318"
        if heading == "需求产品":
            look["bold"] = first
        elif heading in _OF_DEMAND and not first:
            look["font_color"] = "#8A8A8A"
        write(sheet, i, column, cell, book.style(**look))
    sheet.set_row(
        i,
        height(
            (t, _WIDTHS[h]) for h, t in cells.items() if isinstance(t, str) and h not in _HIDDEN
        ),
    )


def _problems(book: Book, problems: Sequence[tuple[str, Problem]], notes: WorkbookNotes) -> None:
    sheet = book.book.add_worksheet(PROBLEM_SHEET)
    headings = (("文件", 22), ("工作表", 12), ("行", 7), ("列", 16), ("读到的内容", 32),
                ("问题", 30), ("怎么办", 40), ("是否丢失", 10))  # fmt: skip
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, book.head)
    sheet.set_row(0, height([("", 1)]) + 4)
    edge = {"bottom": 1, "bottom_color": "#E3E8EE", "text_wrap": True}
    for i, (file, problem) in enumerate(problems[: SHEET_LIMIT - 1], 1):
        row = "" if problem.row is None else str(problem.row)
        cells = (file, problem.sheet, row, problem.column, problem.text, problem.message,
                 problem.advice, "未读入" if problem.lost else "已读入")  # fmt: skip
        style = book.style(**edge, **({"bg_color": "#FBE3E0"} if problem.lost else {}))
        for column, cell in enumerate(cells):
            write(sheet, i, column, cell, style)
        sheet.set_row(i, height(zip(cells, (width for _, width in headings), strict=True)))
    if not problems:
        sheet.write_string(1, 0, "没有读表问题", book.style(font_color="#7F7F7F"))
    last = max(1, len(problems))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(headings) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:H{last + 1}"})
    page(sheet, head=(0, 0), left=f"{notes.title}：{PROBLEM_SHEET}", right=_day(notes.made_on))


def _cover(
    book: Book,
    sheet: Any,
    result: MatchResult,
    notes: WorkbookNotes,
    problems: Sequence[tuple[str, Problem]],
) -> None:
    ranking = result.ranking
    lost = sum(problem.lost for _, problem in problems)
    apart = set(ranking.gaps)
    weak = sum(s.demand_id in apart for s in ranking.suggestions)
    lines = [
        ("日期", _day(notes.made_on)),
        *notes.lines,
        ("需求", f"{len(result.demands)} 行"),
        ("供给", f"{len(result.supplies)} 行"),
        ("匹配建议", (f"{len(ranking.suggestions)} 条，每条需求至多 {ranking.parameters.top} 条；"
         f"“{SUGGESTION_SHEET}”表 {len(ranking.suggestions) - weak} 条，“{GAP_SHEET}”表 {weak} 条")),
        ("断点", (f"{len(ranking.gaps)} 条需求没有把握达到 {ranking.parameters.acceptable:.0%} 的供给，"
         f"单独列在“{GAP_SHEET}”表")),
        ("读表问题", f"{len(problems)} 处，其中 {lost} 行没有读入，见“{PROBLEM_SHEET}”"),
        ("", ""),
        ("怎样看", ("“把握”是审核人会采纳这一对的概率。“理由”是支持的，“疑点”是不利的，都按分量从大到小排列。"
         "同一条需求的建议排在一起，第一行上面有深色横线。")),
        ("怎样审核", ("在黄色的“审核”列选 采纳、不采纳 或 待定，可写理由和姓名；存盘后用 xieshou decide 读回。"
         "可以排序、筛选、调列宽、插标题行，不要改列名和编号。")),
        ("现有供应商", "提示栏写明“现有供应商”的，是已经在供货的企业，不作为新推荐。"),
        ("", ""),
        ("版本", f"模型 {ranking.model_version}，统计 {ranking.statistics.version}"),
    ]  # fmt: skip
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 13)
    sheet.set_column(1, 1, 76)
    sheet.set_row(0, 40)
    sheet.write_string(0, 1, notes.title, book.style(font_name="黑体", font_size=18, bold=True))
    for i, (label, text) in enumerate(lines, 2):
        write(sheet, i, 0, label, book.style(bold=True, align="right", valign="top"))
        write(sheet, i, 1, text, book.style(text_wrap=True, valign="top", indent=1))
        sheet.set_row(i, height([(label, 13), (text, 74)]))
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(footer())
    sheet.activate()


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
