"""Sheets, document tables and JSON arrays: which hold a list, and what becomes of the others."""

from __future__ import annotations

from matcher.lists import read_list
from matcher.model import ListKind
from tests.lists.builders import (
    SUPPLY,
    names,
    skips,
    supply,
    write,
    write_docx,
    write_json,
    write_xlsx,
)


def test_sheets_with_instructions_and_their_example_are_no_list(tmp_path):
    guide = [
        ["列名", "填写说明"],
        ["企业名称", "与营业执照一致"],
        ["产品名称", "主导产品或服务"],
        ["规格型号", "牌号、尺寸"],
        ["年产能", "数字"],
        ["单位", "吨、台"],
    ]
    path = write_xlsx(
        tmp_path / "清单.xlsx", {"填表说明": guide, "清单": [SUPPLY, *supply("闸阀")]}
    )
    reading = read_list(path)
    assert names(reading) == ["闸阀"]
    assert set(skips(reading, "填表说明").values()) == {"说明页"}
    assert not reading.problems


def test_a_sheet_of_data_without_a_header_is_told(tmp_path):
    sheets = {"有表头": [SUPPLY, *supply("闸阀")], "没有表头": supply("球阀", "法兰", "弯头")}
    reading = read_list(write_xlsx(tmp_path / "清单.xlsx", sheets))
    problem = next(p for p in reading.problems if p.sheet == "没有表头")
    assert (problem.lost, problem.row) == (True, None)
    assert "3 行没有读" in problem.message
    assert "列名" in problem.advice


def test_hidden_sheets_are_not_read_but_told(tmp_path):
    sheets = {"甲": [SUPPLY, *supply("闸阀")], "旧": [SUPPLY, *supply("球阀", "法兰")]}
    reading = read_list(write_xlsx(tmp_path / "清单.xlsx", sheets, hidden=["旧"]))
    assert names(reading) == ["闸阀"]
    assert set(skips(reading, "旧").values()) == {"隐藏的工作表"}
    assert any(p.sheet == "旧" and p.lost and "取消隐藏" in p.advice for p in reading.problems)
    shown = read_list(write_xlsx(tmp_path / "清单2.xlsx", sheets))
    assert names(shown) == ["闸阀", "球阀", "法兰"]


def test_data_above_the_first_known_header_is_told(tmp_path):
    rows = [
        ["甲", "乙", "丙"],
        *([f"物{i}", "DN50", "3"] for i in range(4)),
        SUPPLY,
        *supply("闸阀"),
    ]
    path = write("xlsx", tmp_path, rows)
    reading = read_list(path)
    assert names(reading) == ["闸阀"]
    assert any(p.lost and "没有读" in p.message for p in reading.problems)


def test_rows_of_several_sheets_keep_their_place(tmp_path):
    sheets = {"甲": [SUPPLY, *supply("闸阀")], "乙": [["标题"], SUPPLY, *supply("闸阀", "球阀")]}
    reading = read_list(write_xlsx(tmp_path / "清单.xlsx", sheets))
    places = [(row.source.sheet, row.source.row) for row in reading.rows]
    assert places == [("甲", 2), ("乙", 3), ("乙", 4)]
    assert len({row.row_id for row in reading.rows}) == 3


def test_word_tables_that_go_on_without_a_header(tmp_path):
    tables = [[SUPPLY, *supply("闸阀")], supply("球阀", "法兰"), [["审核：", "日期："]]]
    reading = read_list(write_docx(tmp_path / "清单.docx", tables))
    assert names(reading) == ["闸阀", "球阀", "法兰"]
    assert [row.source.sheet for row in reading.rows] == ["表1", "表2", "表2"]
    assert skips(reading, "表3") == {1: "说明页"}


def test_json_rows_are_the_objects(tmp_path):
    data = [{"产品名称": "闸阀", "年产能": 300, "单位": "台"}, {"产品名称": "球阀", "规格": "DN50"}]
    reading = read_list(write_json(tmp_path / "清单.json", data))
    assert [(row.product_name, row.source.row) for row in reading.rows] == [
        ("闸阀", 1),
        ("球阀", 2),
    ]
    assert reading.skipped == ()
    nested = {"data": {"list": data, "total": 2}}
    assert names(read_list(write_json(tmp_path / "内层.json", nested))) == ["闸阀", "球阀"]


def test_json_of_many_unknown_keys(tmp_path):
    item = {f"字段{i}": "x" for i in range(30)} | {
        "产品名称": "闸阀",
        "企业名称": "博乐市甲有限公司",
    }
    row = read_list(write_json(tmp_path / "a.json", [item, item]), ListKind.SUPPLY).rows[0]
    assert (row.product_name, row.owner) == ("闸阀", "博乐市甲有限公司")
