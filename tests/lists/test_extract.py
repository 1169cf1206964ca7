"""Extractors of text formats: every cell of a good file, and every row of a faulty one."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import UnreadableListError
from matcher.lists.extract import plain
from matcher.lists.extract.encoding import encoding_of
from matcher.lists.limits import Limits

RARE = "龘𠮷㐀镕堃䶮喆€①㎡Φ≥～　"
HEADER = ["产品名称", "规格", "年需求量"]


@pytest.fixture
def read(tmp_path):
    """Writes text and gives the rows that are read of it."""

    def rows_of(
        text: str | bytes, name: str = "清单.csv", encoding: str = "utf-8"
    ) -> list[list[str]]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        grids, _ = plain.extract(path, Limits())
        return grids[0].rows

    return rows_of


# --- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
    ],
)
def test_encodings(encoding, found, tmp_path):
    text = "产品名称,规格,年需求量\n离心泵,二寸,三千\n"
    text += "" if encoding in {"gb2312", "gbk"} else f"{RARE},x,y\n"
    path = tmp_path / "清单.csv"
    path.write_bytes(text.encode(encoding))
    assert encoding_of(path) == found
    rows = plain.extract(path, Limits())[0][0].rows
    assert rows == [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize("bom", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_byte_orders(bom, read):
    text = "\ufeff" + "产品名称,规格\n泵,DN50\n"
    assert read(text, encoding=bom) == [["产品名称", "规格"], ["泵", "DN50"]]


def test_western_text_is_read_too(read):
    assert read("Désignation,Ø\nTube Ø25,5 µm\n", encoding="cp1252")[1] == ["Tube Ø25", "5 µm"]


LONG = "产品名称,规格\n" + "离心泵,DN50\n" * 30


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("place", [3, 40, 250])
def test_a_broken_character_is_named_and_not_guessed_at(encoding, place, tmp_path, read):
    """Guessing another encoding for the sake of one byte would turn all cells to rubbish."""
    data = LONG.encode(encoding)
    assert read(data) == [line.split(",") for line in LONG.splitlines()]
    start = place % len(data)
    while data[start] < 128:
        start += 1
    broken = data[:start] + b"\xff" + data[start + 1 :]
    with pytest.raises(UnreadableListError, match=rf"第 \d+ 字节.*{encoding}"):
        read(broken)


def test_two_encodings_in_one_file_are_refused(read):
    half = "离心泵,DN50\n" * 5
    with pytest.raises(UnreadableListError, match="混用了两种编码"):
        read(half.encode("utf-8") + half.encode("gb18030"))


def test_a_break_far_behind_the_first_block_is_found(read):
    data = ("离心泵,DN50\n" * 100_000).encode()
    with pytest.raises(UnreadableListError, match=rf"第 {len(data) + 1} 字节"):
        read(data + b"\xe7\xa6")


def test_binary_is_no_text(read):
    for data in (b"a,b\n\0,c\n", "产品".encode("utf-16-le") + b"\n\0"):
        with pytest.raises(UnreadableListError, match="二进制"):
            read(data)


# --- delimiters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "；", "|"])
def test_delimiters(delimiter, read):
    rows = [HEADER, ["离心泵", "DN50", "3"], ["闸阀", "DN25", ""]]
    assert read("\n".join(delimiter.join(row) for row in rows), "清单.txt") == rows


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("产品名称,规格\n泵,DN50;PN16;304\n阀,DN25;PN16;304\n", ["泵", "DN50;PN16;304"]),
        ("产品名称;规格\n泵;DN50,PN16,304\n阀;DN25,PN16,304\n", ["泵", "DN50,PN16,304"]),
        (
            "产品名称\t规格\t备注\n泵\tDN50\t好，快，省\n阀\tDN25\t好，快，省\n",
            ["泵", "DN50", "好，快，省"],
        ),
        ('产品名称,规格\n泵,"a;b;c;d"\n阀,"e;f;g;h"\n', ["泵", "a;b;c;d"]),
        (
            "附件1，需求清单，2026年\n产品名称\t规格\t数量\n泵\tDN50\t3\n阀\tDN25\t4\n闸\t1\t2\n",
            ["产品名称", "规格", "数量"],
        ),
        ("产品名称\n离心泵\n球阀\n法兰\n", ["离心泵"]),
    ],
)
def test_a_sign_inside_the_cells_does_not_cut_them(text, second, read):
    assert read(text, "清单.txt")[1] == second


def test_tsv_is_cut_at_tabs_alone(read):
    assert read("产品名称,规格\t数量\n泵,DN50\t3\n", "清单.tsv") == [
        ["产品名称,规格", "数量"],
        ["泵,DN50", "3"],
    ]


# --- quotes --------------------------------------------------------------------------------------


def test_quotes_are_plain_in_tsv_and_quote_in_csv(read):
    assert read('产品名称\t规格\n"4"阀\t"DN"\n', "清单.tsv")[1] == ['"4"阀', '"DN"']
    assert read('产品名称,规格\n"4""阀","D,N"\n')[1] == ['4"阀', "D,N"]


BODY = [f"泵{i},DN{i},{i}" for i in range(50)]


@pytest.mark.parametrize(
    "fault", ['"4寸阀,DN4,4', '阀,"4,4', '"4" 阀,"DN4",4', '阀,4,"', '"阀,"4",4', '"']
)
@pytest.mark.parametrize("place", [0, 25, 50])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_faulty_quote_costs_no_row(fault, place, end, read):
    lines = [",".join(HEADER), *BODY[:place], fault, *BODY[place:]]
    rows = read(end.join(lines) + end)
    assert len(rows) == len(lines)
    assert [",".join(row) for row in rows] == lines


def test_two_faulty_quotes_do_not_close_each_other(read):
    lines = [",".join(HEADER), '"3寸阀,DN3,3', *BODY, '"4寸阀,DN4,4', *BODY]
    assert [",".join(row) for row in read("\n".join(lines))] == lines


def test_beside_a_faulty_quote_good_quotes_still_quote(read):
    rows = read('产品名称,规格\n"甲,乙",1\n"4寸,2\n"丙\n丁",3\n')
    assert rows == [["产品名称", "规格"], ["甲,乙", "1"], ['"4寸', "2"], ["丙\n丁", "3"]]


def test_a_good_cell_may_be_long_and_have_many_lines(read):
    long = "\n".join(f"第{i}条，要求,如下" for i in range(3_000))
    assert len(long) > 20_000
    assert read(f'产品名称,规格\n泵,"{long}"\n阀,2\n') == [
        ["产品名称", "规格"],
        ["泵", long],
        ["阀", "2"],
    ]


@pytest.mark.parametrize("count", [2_000, 3_001])
def test_thousands_of_faults(count, read):
    lines = [f'"{i}寸阀,{i}' for i in range(count)]
    assert [",".join(row) for row in read("产品名称,规格\n" + "\n".join(lines))[1:]] == lines


CELLS = st.text(st.sampled_from(RARE + "aZ09 ,;\t|\"'\n\r，；、。泵阀"), max_size=12)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8),
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_quoted_cell_comes_back(tmp_path_factory, rows, delimiter, encoding, end):
    rows = [HEADER, *rows]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    path = tmp_path_factory.getbasetemp() / "好.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    assert plain.extract(path, Limits())[0][0].rows == rows


@given(st.text(st.sampled_from('",\nab'), max_size=60))
def test_no_quote_swallows_anything(tmp_path_factory, text):
    """Against the standard reader where it accepts the text; else no letter may be lost."""
    text = f"甲,乙\n{text}"
    path = tmp_path_factory.getbasetemp() / "任意.csv"
    path.write_text(text, encoding="utf-8", newline="")
    rows = plain.extract(path, Limits())[0][0].rows
    try:
        assert rows == list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        letters = "".join(c for row in rows for cell in row for c in cell if c in "ab")
        assert letters == "".join(c for c in text if c in "ab")


# --- limits --------------------------------------------------------------------------------------


def test_limits_of_text(tmp_path):
    path = tmp_path / "清单.csv"

    def rows_of(text: str, **limits: int) -> int:
        path.write_text(text, encoding="utf-8")
        return len(plain.extract(path, Limits(**limits))[0][0].rows)

    wide = ",".join(["名"] * 6) + "\n"
    for limits, text in (
        ({"columns": 5}, wide),
        ({"rows": 3}, "甲,乙\n" * 4),
        ({"cells": 7}, "甲,乙\n" * 4),
        ({"characters": 7}, "甲,乙\n" * 4),
    ):
        with pytest.raises(UnreadableListError, match="上限"):
            rows_of(text, **limits)
    assert rows_of(wide, columns=6) == 1
    assert rows_of("甲,乙,,,,,,,,\n" * 4, columns=5) == 4
    assert rows_of("甲,乙\n" * 4, rows=4, cells=8, characters=8) == 4
