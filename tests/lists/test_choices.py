"""What a person says of a file goes before what is understood from it."""

from __future__ import annotations

import pytest

from matcher.errors import MappingError, UnreadableListError
from matcher.lists import Choices, open_list, read_list
from matcher.lists.outline import outline
from matcher.lists.typed import read_typed, typed
from matcher.model import ListKind
from matcher.records import content_hash
from tests.tools import ROOT

TEXT = "企业名称,产品名称,备用,年产能\n甲公司,闸阀,丁,30台\n"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "供给.csv"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_columns_of_one_sheet(path):
    (row,) = read_list(
        path, choices=Choices(columns={"": {"备用": "spec", "年产能": "@drop"}})
    ).rows
    assert (row.spec, row.quantity, row.attributes) == ("丁", None, {})


def test_another_header_row(path):
    path.write_text("产品名称,数量\n" + TEXT, encoding="utf-8")
    assert len(read_list(path, choices=Choices(headers={"": 2})).rows) == 1
    with pytest.raises(MappingError, match="没有产品名称一列"):
        read_list(path, choices=Choices(headers={"": 3}))
    with pytest.raises(MappingError, match="没有第 99 行"):
        read_list(path, choices=Choices(headers={"": 99}))


def test_a_sheet_that_is_not_there_or_the_last_one(path):
    with pytest.raises(MappingError, match="没有工作表“x”"):
        read_list(path, choices=Choices(ignored=frozenset({"x"})))
    with pytest.raises(MappingError, match="至少留一张"):
        read_list(path, choices=Choices(ignored=frozenset({""})))


def test_an_encoding(path):
    path.write_bytes(TEXT.encode("gb18030"))
    assert read_list(path, choices=Choices(encoding="gb18030")).encoding == "gb18030"
    with pytest.raises(UnreadableListError, match="utf-8"):
        read_list(path, choices=Choices(encoding="utf-8"))
    with pytest.raises(MappingError, match="klingon"):
        Choices(encoding="klingon")


def test_choices_survive_json():
    choices = Choices("big5", frozenset({"a"}), {"b": 3}, {"b": {"x": "spec"}})
    assert Choices.of(choices.record()) == choices


def test_an_outline_never_fails_and_shows_samples(path):
    opened = open_list(path)
    (sheet,) = outline(opened, ListKind.SUPPLY, Choices())
    assert [(c.heading, c.key, c.samples) for c in sheet.columns][1] == (
        "产品名称", "product_name", ("闸阀",),
    )  # fmt: skip
    (sheet,) = outline(opened, ListKind.SUPPLY, Choices(headers={"": 2}))
    assert (bool(sheet.fault), sheet.tables) == (True, 0)
    assert [c.heading for c in sheet.columns] == ["甲公司", "闸阀", "丁", "30台"]


def test_a_form_reads_back_every_row_of_the_samples():
    for name in ("需求清单.xlsx", "供给清单_县市.csv", "供给清单_博乐.docx"):
        reading = read_list(ROOT / "corpora" / "samples" / name)
        for row in reading.rows:
            again = read_typed(reading.kind, typed(row, reading.kind)).row
            assert again is not None
            assert content_hash(again) == content_hash(row)
