"""Demand or supply: guessed from the columns, said by the caller, or said by neither."""

from __future__ import annotations

import pytest

from matcher.errors import MappingError, UnreadableListError
from matcher.lists import read_list
from matcher.model import Demand, ListKind, Supply
from tests.lists.builders import DEMAND, SUPPLY, names, skips, supply, write, write_json, write_xlsx

FIRM = "博乐市甲阀门有限公司"
D, S = ListKind.DEMAND, ListKind.SUPPLY


@pytest.mark.parametrize(
    ("head", "kind", "certain"),
    [
        (["产品名称", "年需求量"], D, True),
        (["产品名称", "年产能"], S, True),
        (["采购单位", "产品名称", "数量"], D, True),
        (["企业名称", "主导产品", "数量"], S, True),
        (["产品名称", "现供应商", "数量"], D, True),
        (["产品名称", "拟配套对象", "数量"], S, True),
        (["企业名称", "产品名称", "梯度"], S, False),
        (["产业链", "产品名称", "数量"], D, False),
        (["产品名称", "规格", "数量"], D, False),
    ],
)
def test_guessed_from_the_columns(head, kind, certain, tmp_path):
    path = write("xlsx", tmp_path, [head, ["x"] * len(head)], name="名单")
    reading = read_list(path)
    assert (reading.kind, reading.kind_certain) == (kind, certain)
    assert all(isinstance(row, Demand if kind is D else Supply) for row in reading.rows)


@pytest.mark.parametrize(
    ("title", "kind"),
    [("产品供给清单", S), ("主要配套产品需求清单", D), ("2027年度物资采购明细", D), ("报价单", S)],
)
def test_the_title_speaks_where_the_columns_do_not(title, kind, tmp_path):
    rows = [["产品名称", "规格", "数量"], ["闸阀", "DN50", "3台"]]
    titled = read_list(write("xlsx", tmp_path, [[title], *rows], name="名单"))
    sheet = read_list(write_xlsx(tmp_path / "b.xlsx", {title: rows}))
    named = read_list(write("csv-utf8", tmp_path, rows, name=title))
    for reading in (titled, sheet, named):
        assert (reading.kind, reading.kind_certain) == (kind, True)


def test_the_columns_go_before_the_title(tmp_path):
    rows = [["需求清单"], ["产品名称", "年产能", "认证"], ["闸阀", "3台", "ISO9001"]]
    assert read_list(write("xlsx", tmp_path, rows)).kind is S


def test_the_caller_goes_before_the_file(tmp_path):
    rows = [["产品名称", "年产能"], ["闸阀", "3台"]]
    reading = read_list(write("xlsx", tmp_path, rows), D)
    assert (reading.kind, reading.kind_certain) == (D, True)
    assert reading.demands[0].attributes == {"年产能": "3台"}


def test_a_file_that_can_only_be_the_other_kind_says_so(tmp_path):
    path = write("xlsx", tmp_path, [SUPPLY, *supply("闸阀")])
    with pytest.raises(UnreadableListError, match="从列名看它是供给清单"):
        read_list(path, D)


def test_headings_that_only_stand_far_below_count_too(tmp_path):
    rows = [*([["说明"]] * 100), SUPPLY, *supply("闸阀")]
    assert read_list(write("csv-utf8", tmp_path, rows)).kind is S


def test_a_key_given_by_hand_says_the_kind(tmp_path):
    path = write("xlsx", tmp_path, [["货", "多少"], ["闸阀", "3台"]], name="名单")
    reading = read_list(path, mapping={"货": "product_name", "多少": "annual_capacity"})
    assert (reading.kind, reading.kind_certain, reading.rows[0].quantity.low) == (S, True, 3)
    with pytest.raises(MappingError, match="annual_capacity"):
        read_list(path, D, mapping={"货": "product_name", "多少": "annual_capacity"})


def test_a_workbook_with_both_kinds_gives_the_one_and_tells_of_the_other(tmp_path):
    demands = [
        ["链主企业", "需求产品", "年需求量", "公开范围"],
        *([["甲", "铜杆", "3吨", "公开"]] * 4),
    ]
    sheets = {"供给": [[*SUPPLY, "认证"], *supply("闸阀", "球阀")], "需求": demands}
    path = write_xlsx(tmp_path / "汇总.xlsx", sheets)
    reading = read_list(path, S)
    assert names(reading) == ["闸阀", "球阀"]
    problem = next(p for p in reading.problems if p.sheet == "需求")
    assert problem.lost
    assert "需求清单" in problem.message
    assert "按需求清单导入" in problem.advice
    assert set(skips(reading, "需求").values()) == {"另一种清单"}
    assert names(read_list(path, D)) == ["铜杆"] * 4


def test_a_single_heading_of_the_other_kind_does_not_lose_a_sheet(tmp_path):
    """供应商 in a list of needs is common."""
    second = [["产品名称", "规格", "数量", "供应商"], ["轴承", "6205", "3套", "某商行"]]
    sheets = {"一": [DEMAND, ["1", "甲", "铜杆", "φ8", "3", "吨", ""]], "二": second}
    assert names(read_list(write_xlsx(tmp_path / "a.xlsx", sheets))) == ["铜杆", "轴承"]


def test_json_with_chinese_or_english_keys(tmp_path):
    chinese = [{"链主企业": "甲", "需求产品": "铜杆", "年需求量": 3, "单位": "吨"}]
    english = [{"leader": "甲", "product_name": "铜杆", "annual_quantity": 3, "unit": "吨"}]
    for data in (chinese, english):
        reading = read_list(write_json(tmp_path / "a.json", data))
        row = reading.demands[0]
        assert (reading.kind_certain, row.leader, row.product_name) == (True, "甲", "铜杆")
        assert (row.annual_quantity.low, row.unit) == (3, "吨")
