"""Whatever stands in a file: no crash, no row lost, none counted twice, the same each time."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnreadableListError
from matcher.lists import read_list
from tests.lists.builders import assert_accounted, write, write_xlsx

WORDS = (
    "", "", "", "1", "2", "12.5", "闸阀", "球阀、法兰", "产品名称", "主导产品", "规格", "数量", "年产能", "单位", "备注",
    "序号", "企业名称", "链主企业", "小计", "合计", "备注：以上", "填表人：", "博乐市甲有限公司", "一、阀门类", "台", "吨/年",
    "2027-12-31", "#REF!", "同上", "/", "（必填）", "名称", "联系人", "91652701MA7D43FQX8", "13900000000", "A", "甲",
    "本表由企业填写。请于月底前报送。", "x" * 90, "DN50\nPN16", "　", "▲", "清单", "Product", "Qty",
)  # fmt: skip
cell = st.sampled_from(WORDS)
grid = st.lists(st.lists(cell, max_size=8), min_size=1, max_size=14)


def read(kind: str, rows: list[list[str]]):
    with tempfile.TemporaryDirectory() as folder:
        return read_list(write(kind, Path(folder), rows))


@settings(max_examples=300, deadline=None)
@given(grid, st.sampled_from(["csv-utf8", "tsv"]))
def test_every_row_of_any_text_table_is_accounted_for(rows, kind):
    try:
        reading = read(kind, rows)
    except UnreadableListError:  # no list, which is an answer too; any other error is a bug
        return
    assert_accounted(reading, rows)
    assert read(kind, rows) == reading


@st.composite
def merged(draw: st.DrawFn) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    rows = [[*row, *[""] * (8 - len(row))] for row in draw(grid)]
    merges: list[tuple[int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 4))):
        r0, c0 = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, 7))
        r1 = min(len(rows) - 1, r0 + draw(st.integers(0, 3)))
        c1 = min(7, c0 + draw(st.integers(0, 3)))
        area = {(r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
        if len(area) > 1 and not area & taken:
            taken |= area
            merges.append((r0, c0, r1, c1))
            for r, c in area - {(r0, c0)}:
                rows[r][c] = ""
    return rows, merges


@settings(max_examples=60, deadline=None)
@given(merged(), merged())
def test_every_row_of_any_workbook_is_accounted_for(first, second):
    sheets, merges = {"甲": first[0], "乙": second[0]}, {"甲": first[1], "乙": second[1]}
    with tempfile.TemporaryDirectory() as folder:
        path = write_xlsx(Path(folder) / "清单.xlsx", sheets, merges)
        try:
            reading = read_list(path)
        except UnreadableListError:
            return
    for name in {table.sheet for table in reading.tables}:
        if any(any(c.strip() for c in row) for row in sheets[name]):
            assert_accounted(reading, sheets[name], name)
