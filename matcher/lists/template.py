"""A blank form for firms to fill in (空白清单), which reads back."""

from __future__ import annotations

import io

import xlsxwriter

from matcher.knowledge import Column, kind
from matcher.lists.cells import read_credit_code
from matcher.model import ListKind

_ROWS = 500  # rows with drop-downs prepared


def template(list_kind: ListKind) -> bytes:
    """An xlsx form: title, header, an example row, drop-downs, and a sheet of notes."""
    declared = kind()
    columns = declared.columns[list_kind.value]
    title = declared.words[f"{list_kind.value}_list"]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(title[:31])
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        head = book.add_format(
            {**font, "bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center"}
        )
        must = book.add_format(
            {**font, "bold": True, "bg_color": "#FCE4D6", "border": 1, "align": "center"}
        )
        text = book.add_format({**font, "num_format": "@"})
        number = book.add_format({**font, "align": "right"})
        example = book.add_format(
            {**font, "num_format": "@", "font_color": "#7F7F7F", "italic": True}
        )
        big = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center"})
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, big)
        sheet.set_row(0, 28)
        for i, column in enumerate(columns):
            # Text format keeps codes, standards and ranges such as 3-5 from turning into numbers
            # and dates; the quantity stays general, so that numbers remain numbers.
            quantity = column.key in {"annual_quantity", "annual_capacity"}
            sheet.set_column(i, i, column.width, number if quantity else text)
            sheet.write_string(1, i, column.label, must if column.required else head)
            if column.note:
                sheet.write_comment(1, i, column.note, {"x_scale": 1.2, "y_scale": 0.6})
            sheet.write_string(2, i, _example(column), example)
            options = declared.option_labels(column.key)
            if options:
                sheet.data_validation(
                    2, i, 2 + _ROWS, i,
                    {"validate": "list", "source": list(options),
                     "error_type": "stop" if column.key != "county" else "information",
                     "error_title": column.label, "error_message": "请从下拉框选择"},
                )  # fmt: skip
        sheet.freeze_panes(2, 0)
        _notes(book, columns, title)
    return buffer.getvalue()


def _example(column: Column) -> str:
    """The example of a column; none where the reader itself would complain of it."""
    complaint = read_credit_code(column.example)[1] if column.key == "credit_code" else ""
    return "" if complaint else column.example


def _notes(book: xlsxwriter.Workbook, columns: tuple[Column, ...], title: str) -> None:
    sheet = book.add_worksheet("填表说明")
    sheet.set_column(0, 0, 100)
    lines = [
        f"{title}填表说明",
        "第 3 行是示例，填报前请删去。橙色列必须填写，其余能填尽填。",
        "一行写一种产品；确实要在一格里写几种时，用顿号隔开。",
        "数量和单位分两格填；也可以只在数量格写“3000吨/年”。没有准数可写“约1.2万”“50-80”“≥500”“面议”。",
        *(
            f"{c.label}：{'必填。' if c.required else ''}{c.note}"
            for c in columns
            if c.note or c.required
        ),
    ]
    for i, line in enumerate(lines):
        sheet.write_string(i, 0, line)
