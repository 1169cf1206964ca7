"""A catalogue as workbook: typed cells, one sheet per chain, gaps and figures apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from matcher.catalogue.content import Amount, Catalogue, Chapter, Entry, Need
from matcher.catalogue.figures import Figures, day_text, figures
from matcher.catalogue.outline import SIGN_OFF
from matcher.catalogue.sheets import A3, A4, Book, footer, height, page, write

Value = str | int | float | dt.date | None
_COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("序号", 6, "center"), ("企业", 22, ""), ("产品", 16, ""), ("规格", 20, ""), ("执行标准", 14, ""),
    ("年产能", 11, "right"), ("单位", 7, ""), ("产能说明", 13, ""), ("县市", 10, ""), ("梯度", 9, ""),
    ("资质认证", 16, ""), ("拟配套对象", 18, ""), ("产品说明", 18, ""), ("推荐理由", 34, ""), ("联系方式", 16, ""),
    ("需求编号", 10, ""), ("需求企业", 20, ""), ("对应需求", 16, ""), ("需求规格", 18, ""), ("需求标准", 12, ""),
    ("年需求量", 11, "right"), ("需求单位", 7, ""), ("需求量说明", 13, ""), ("需求要求", 18, ""),
    ("适配理由", 32, ""), ("审核日期", 11, "center"),
)  # fmt: skip
_GAP_COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("序号", 6, "center"), ("产业链", 16, ""), ("需求编号", 10, ""), ("需求", 22, ""), ("规格", 28, ""),
    ("执行标准", 16, ""), ("年需求量", 11, "right"), ("单位", 8, ""), ("需求量说明", 13, ""), ("需求企业", 26, ""),
    ("要求", 30, ""),
)  # fmt: skip
_KEPT = frozenset({"history", "编制说明", "供需缺口", "统计"})
_MARK = "&R&KB01E1E&B草案　未经审核，仅供内部讨论"


def to_xlsx(catalogue: Catalogue) -> bytes:
    """The workbook as bytes: numbers are numbers, days are days, text is never a formula."""
    book = Book(catalogue.heading, catalogue.date)
    _notes(book, catalogue)
    taken = set(_KEPT)
    for chapter in catalogue.chapters:
        sheet = book.book.add_worksheet(_sheet_name(chapter.name, taken))
        values = [_values(*line) for line in catalogue.lines() if line[0] is chapter]
        _fill(book, sheet, f"{catalogue.heading}：{chapter.name}", _COLUMNS, values)
        sheet.freeze_panes(2, 3)
        _finish(sheet, catalogue)
    if catalogue.gaps:
        sheet = book.book.add_worksheet("供需缺口")
        values = [
            (i, gap.chain, gap.demand_id, gap.product, gap.spec, gap.standard,
             *_amount(gap.quantity), gap.leader, gap.requirement)
            for i, gap in enumerate(catalogue.gaps, 1)
        ]  # fmt: skip
        _fill(book, sheet, f"{catalogue.heading}：供需缺口", _GAP_COLUMNS, values)
        sheet.freeze_panes(2, 0)
        _finish(sheet, catalogue)
    _statistics(book, catalogue)
    return book.finish()


def _values(_: Chapter, entry: Entry, need: Need | None) -> tuple[Value, ...]:
    told: tuple[Value, ...] = ("",) * 11
    if need is not None:
        day = dt.date.fromisoformat(need.decided_on) if need.decided_on else None
        told = (
            need.demand_id, need.leader, need.product, need.spec, need.standard,
            *_amount(need.quantity), need.requirement, need.said, day,
        )  # fmt: skip
    return (
        entry.number, entry.enterprise, entry.product, entry.spec, entry.standard,
        *_amount(entry.capacity), entry.county, entry.tier, entry.certificates, entry.intended_buyers,
        entry.description, entry.reason, entry.contact, *told,
    )  # fmt: skip


def _amount(amount: Amount) -> tuple[Value, Value, Value]:
    """Number, unit, and what was written where the number alone does not say it."""
    plain = amount.number is not None and not amount.text.startswith(("约", "≥", "≤"))
    return amount.number, amount.unit if amount.text else "", "" if plain else amount.text


def _fill(
    book: Book,
    sheet: Any,
    title: str,
    columns: Sequence[tuple[str, int, str]],
    rows: Iterable[tuple[Value, ...]],
) -> None:
    cell = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True}
    styles = [book.style(**cell, align=place or "left") for _, _, place in columns]
    number = book.style(**cell, align="right", num_format="#,##0.######")
    whole = book.style(**cell, align="right", num_format="#,##0")
    day = book.style(**cell, align="center", num_format="yyyy-mm-dd")
    write(sheet, 0, 0, title, book.style(font_name="黑体", font_size=16))
    sheet.set_row(0, 34)
    for i, (heading, width, _) in enumerate(columns):
        sheet.set_column(i, i, width)
        sheet.write_string(1, i, heading, book.head)
    sheet.set_row(1, 22)
    last, texts = 2, False
    for last, values in enumerate(rows, 2):
        for i, value in enumerate(values):
            if isinstance(value, str) or value is None:
                write(sheet, last, i, value or "", styles[i])
                texts = texts or bool(value)
            elif isinstance(value, dt.date):
                sheet.write_datetime(last, i, dt.datetime.combine(value, dt.time()), day)
            else:
                form = styles[i] if i == 0 else whole if value == int(value) else number
                sheet.write_number(last, i, value, form)
        said = ((v, c[1]) for v, c in zip(values, columns, strict=True) if isinstance(v, str))
        sheet.set_row(last, height(said))
    sheet.autofilter(1, 0, last, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A3:AZ{last + 1}"})


def _finish(sheet: Any, catalogue: Catalogue) -> None:
    page(sheet, paper=A3, head=(0, 1))
    if catalogue.draft:
        sheet.set_header(_MARK)
    signed = "" if catalogue.draft else "　".join(f"{name}：＿＿＿＿＿＿" for name in SIGN_OFF)
    sheet.set_footer(footer(signed, " ".join(filter(None, (catalogue.number, day_text(catalogue.date))))))  # fmt: skip


def _notes(book: Book, catalogue: Catalogue) -> None:
    sheet = book.book.add_worksheet("编制说明")
    sheet.set_column(0, 0, 70)
    title = book.style(font_name="黑体", font_size=18, align="center", text_wrap=True)
    text = book.style(text_wrap=True, font_size=12)
    head = book.style(text_wrap=True, font_size=12, font_name="黑体")
    write(sheet, 0, 0, catalogue.heading, title)
    sheet.set_row(0, 40)
    said = [
        ("编制单位：" + catalogue.issuer if catalogue.issuer else "", text),
        ("期间：" + catalogue.period if catalogue.period else "", text),
        *((note.text, head if note.level == 1 else text) for note in catalogue.notes),
        (f"编号：{catalogue.number or '尚未编号印发'}", text),
        (f"替代：{catalogue.replaces}" if catalogue.replaces else "", text),
        (f"日期：{day_text(catalogue.date)}", text),
        (f"内容校验码（SHA-256）：{catalogue.digest}", text),
    ]
    for row, (line, style) in enumerate((pair for pair in said if pair[0]), 1):
        write(sheet, row, 0, line, style)
        sheet.set_row(row, height([(line, 56)]))
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(footer())
    if catalogue.draft:
        sheet.set_header(_MARK)


def _statistics(book: Book, catalogue: Catalogue) -> None:
    """Figures with charts of the workbook's own."""
    sheet = book.book.add_worksheet("统计")
    counted: Figures = figures(catalogue)
    cell = {"border": 1, "border_color": "#A6A6A6"}
    text, number = book.style(**cell), book.style(**cell, num_format="#,##0")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 10)
    row = 0
    for title, items in (
        ("各产业链推荐产品（项）", counted.by_chain), ("供给企业梯度（家）", counted.by_tier),
        ("供给企业所在县市（家）", counted.by_county), ("各产业链供需缺口（项）", counted.gaps_by_chain),
    ):  # fmt: skip
        if not items:
            continue
        sheet.write_string(row, 0, title, book.head)
        sheet.write_string(row, 1, "数量", book.head)
        for i, (name, count) in enumerate(items, 1):
            write(sheet, row + i, 0, name, text)
            sheet.write_number(row + i, 1, count, number)
        chart = book.book.add_chart({"type": "bar"})
        span = (row + 1, row + min(len(items), 30))
        chart.add_series(
            {"categories": ["统计", span[0], 0, span[1], 0], "values": ["统计", span[0], 1, span[1], 1],
             "fill": {"color": "#4A6F97"}, "data_labels": {"value": True}}
        )  # fmt: skip
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 560, "height": 90 + 24 * min(len(items), 30)})
        sheet.insert_chart(row, 3, chart)
        row += max(len(items) + 3, 6 + min(len(items), 30) * 24 // 18)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(footer())


def _sheet_name(chain: str, taken: set[str]) -> str:
    """A name that a workbook allows and that no other sheet of it has, whatever its case."""
    bare = "".join(c for c in chain if c not in "[]:*?/\\'")[:28].strip() or "目录"
    name, n = bare, 1
    while name.lower() in taken:  # History is a name that Excel keeps to itself
        n += 1
        name = f"{bare}-{n}"
    taken.add(name.lower())
    return name
