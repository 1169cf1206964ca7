"""What is decided once for a table, or seen at a glance, is what the long way finds in every row."""

from __future__ import annotations

import gc
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnreadableListError
from matcher.knowledge import headings
from matcher.lists import read_list
from matcher.lists.amounts import AmountReader
from matcher.lists.cells import clean_cell
from matcher.lists.columns import ColumnMatch, normal
from matcher.lists.filling import Filler
from matcher.lists.grid import Grid
from matcher.lists.headers import header_at, product_headings
from matcher.lists.rowcells import RowCells
from matcher.lists.skips import _SUM_SIGN
from matcher.lists.tables import Table, _worth_a_look, header_texts, is_header_again
from matcher.model import ListKind
from tests.lists.builders import SUPPLY, supply, write

kinds = st.sampled_from(ListKind)
TEXTS = (
    "",
    "闸阀",
    " 闸 阀 ",
    "法兰\n管件",
    "无",
    '="0012"',
    "同上",
    "３００吨",
    "DN50",
    "产品名称",
)
KEYS = ("product_name", "spec", "enterprise", "annual_capacity", "")
HEADINGS = sorted({heading.text for heading in headings()})


@st.composite
def tables(draw):
    """A grid with a header, and a table over its columns from the first or second one."""
    first, count = draw(st.integers(0, 1)), draw(st.integers(1, 6))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=count, max_size=count))
    columns = [ColumnMatch(first + i, f"列 {i}", key) for i, key in enumerate(keys)]
    cells = st.lists(st.sampled_from((*TEXTS, "列 0", "列1")), max_size=first + count + 1)
    rows = draw(st.lists(cells, min_size=1, max_size=5))
    header = [""] * first + [column.heading for column in columns]
    merges = draw(st.sampled_from([[], [(1, first, len(rows), first)]]))
    return Grid("表", [header, *rows], merges), Table((0,), 1, len(rows) + 1, columns)


@given(tables())
def test_cells_of_a_row_are_the_same_all_at_once_and_one_by_one(drawn):
    grid, table = drawn
    by_key = {
        key: [c for c in table.columns if c.key == key] for key in {c.key for c in table.columns}
    }
    keys = [key for key in KEYS if key in by_key]
    cells = RowCells(grid, table, by_key, keys)
    by_index = {column.index: column for column in table.columns}
    for r in range(table.start, table.stop):
        cells.load(r)
        assert cells.values() == {key: cells.text(key) for key in keys}
        assert list(cells.values()) == keys
        written = [clean_cell(cell) if cell else "" for cell in grid.rows[r]]
        found = [(by_index[i], text) for i, text in enumerate(written) if text and i in by_index]
        assert cells.filled() == found


@given(tables())
def test_a_header_again_says_in_every_cell_what_its_column_is_headed(drawn):
    grid, table = drawn
    known = header_texts(grid, table)
    for r, row in enumerate(grid.rows):
        width = table.last_column + 1
        texts = ["".join(clean_cell(cell).split()) if cell else "" for cell in row][:width]
        texts = texts[table.first_column :]
        headed = ["".join(column.heading.split()) for column in table.columns]
        same = [text in {"", own} for text, own in zip(texts, headed, strict=False)]
        if '="0012"' not in row:  # a heading is kept as it stands, a cell without its protection
            expected = all(same) and sum(map(bool, texts)) >= 2
            assert is_header_again(grid, r, known) == expected


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*HEADINGS[::7], "12", "１２", "闸阀", ""]), max_size=6), kinds)
def test_a_row_with_a_plain_number_is_no_later_header(row, kind):
    """So that such rows need not be looked at."""
    if any(map(str.isdecimal, row)):
        assert header_at(Grid("表", [row]), 0, kind, {}, later=True) is None


decorated = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "*", "★ ", "（", "\t", "　", "x", "附"]),
    st.sampled_from(HEADINGS) | st.sampled_from(HEADINGS).map(" ".join),
    st.sampled_from(["", "*", "（必填）", " ", "9"]),
)


@settings(max_examples=400)
@given(st.lists(decorated | st.sampled_from(TEXTS), max_size=3), kinds, st.booleans())
def test_what_begins_like_a_heading_is_looked_at(row, kind, by_hand):
    known = product_headings(kind)
    given_ = {"闸阀": "product_name", "": "spec"} if by_hand else {}
    expected = False
    for cell in row:
        if 0 < len(cell) <= 40:
            starts = {heading[:2] for heading in known}
            odd = cell[0] in "*＊★▲※（( \n\t　" or cell[1:2].isspace() or cell[:2] in starts
            expected |= cell in known or cell.strip() in given_ or (odd and normal(cell) in known)
    assert _worth_a_look(row, kind, given_, careful=False) == expected


any_case = st.tuples(*(st.sampled_from((c, c.upper())) for c in "total")).map("".join)


@given(st.lists(st.sampled_from("计汇大写总合 \nol") | any_case, max_size=4).map("".join))
def test_the_sign_of_a_sum_is_seen_in_any_case(text):
    assert bool(_SUM_SIGN.search(text)) == bool(re.search("计|汇|大写|otal", text, re.IGNORECASE))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "300", "1.2万", "500/台", "3-5", "台", "12 000", "面议", "x"]),
            st.sampled_from(["", "吨", "万吨", "500台", "块/月"]),
        ),
        max_size=12,
    ),
    st.sampled_from(["年产能", "月产能（万）", "数量/单位", "产能（吨/日）"]),
    st.sampled_from(["", "万", "吨"]),
    st.sampled_from(["", "公斤"]),
)
def test_an_amount_read_again_is_the_amount_read_first(cells, heading, unit, above):
    columns = [ColumnMatch(0, heading, "annual_capacity", unit=unit)]
    reader = AmountReader(columns, above)
    for text, written in cells * 2:
        assert reader.read(text, written) == AmountReader(columns, above).read(text, written)


def test_a_ditto_is_filled_from_the_row_above():
    filler = Filler(ListKind.SUPPLY, {})
    filler.fill({"enterprise": "甲", "spec": "DN50", "unit": ""})
    values = {"enterprise": "同上", "spec": "〃", "unit": "台"}
    filler.fill(values)
    assert values == {"enterprise": "甲", "spec": "DN50", "unit": "台"}


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was(collecting, tmp_path):
    good = write("csv-utf8", tmp_path, [SUPPLY, *supply("闸阀")])
    (gc.enable if collecting else gc.disable)()
    try:
        assert len(read_list(good).rows) == 1
        assert gc.isenabled() == collecting
        with pytest.raises(UnreadableListError):
            read_list(tmp_path / "gone.csv")
        assert gc.isenabled() == collecting
    finally:
        gc.enable()
