"""Extractors of workbooks, documents, pdf and JSON: every cell, and merges as the grid says."""

from __future__ import annotations

import io
import json

import docx
import pytest

from matcher.errors import UnreadableListError
from matcher.lists.extract import document, pdf, records, workbook
from matcher.lists.grid import Grid
from matcher.lists.limits import Limits
from tests.lists import seeds
from tests.lists.damage import good

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def extract(tmp_path):
    """Writes bytes and gives the grids of an extractor, with all their rows."""

    def grids_of(extractor, data: bytes, *more: object, **limits: int) -> list[Grid]:
        path = tmp_path / "清单"
        path.write_bytes(data)
        grids = []
        for grid, rows in extractor(path, Limits(**limits), *more):
            grid.rows = list(rows)
            grids.append(grid)
        return grids

    return grids_of


# --- workbooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_workbooks(suffix, extract):
    grids = extract(workbook.extract, good(suffix, 12))
    assert grids[0].rows == seeds.table(12)
    assert [grid.hidden for grid in grids] == [False] * len(grids)


def test_merges_of_a_sheet(extract):
    grid = extract(workbook.extract, seeds.as_xlsx(seeds.table(6), merge="B3:C5"))[0]
    assert grid.merges == [(2, 1, 4, 2)]
    assert grid.rows[2][1] == "合并的字"
    assert extract(workbook.extract, good(".xlsx", 3))[0].merges == []


def test_places_of_cells_far_from_the_corner(extract):
    rows = [[], [], ["", "", "产品名称"], [], ["", "", "泵", "", "x"]]
    grid = extract(workbook.extract, seeds.as_xlsx(rows))[0]
    assert [[c for c in row if c] for row in grid.rows] == [[], [], ["产品名称"], [], ["泵", "x"]]
    assert grid.rows[2].index("产品名称") == grid.rows[4].index("泵") == 2
    assert grid.rows[4].index("x") == 4


def test_limits_of_a_workbook(extract):
    with pytest.raises(UnreadableListError, match="超过上限"):
        extract(workbook.extract, good(".xlsx", 12), cells=13 * 8)
    assert len(extract(workbook.extract, good(".xlsx", 12), cells=13 * 8 + 1)) == 2
    with pytest.raises(UnreadableListError, match="超过上限"):
        extract(workbook.extract, good(".xlsx", 12), rows=12)


# --- Word ----------------------------------------------------------------------------------------


def word(body: str) -> bytes:
    members = seeds.unzipped(good(".docx", 3))
    xml = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return seeds.zipped({**members, "word/document.xml": xml})


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def test_merges_of_a_word_table(extract):
    made = docx.Document()
    table = made.add_table(4, 4)
    for r, row in enumerate(table.rows):
        for c, place in enumerate(row.cells):
            place.text = f"{r}{c}"
    for first, last in (((0, 0), (0, 2)), ((1, 3), (3, 3)), ((2, 0), (3, 1))):
        for other in {
            (r, c) for r in range(first[0], last[0] + 1) for c in range(first[1], last[1] + 1)
        } - {first}:
            table.cell(*other).text = ""
        table.cell(*first).merge(table.cell(*last)).text = "合"
    out = io.BytesIO()
    made.save(out)
    grid = extract(document.extract, out.getvalue())[0]
    assert sorted(grid.merges) == [(0, 0, 0, 2), (1, 3, 3, 3), (2, 0, 3, 1)]
    assert grid.rows == [
        ["合", "", "", "03"], ["10", "11", "12", "合"], ["合", "", "22", ""], ["", "", "32", ""],
    ]  # fmt: skip


def test_a_continuation_without_a_beginning_keeps_its_text(extract):
    body = f"<w:tbl><w:tr>{cell(text('甲'), '<w:vMerge/>')}{cell(text('乙'))}</w:tr></w:tbl>"
    assert extract(document.extract, word(body))[0].rows == [["甲", "乙"]]


def test_content_controls_and_tracked_insertions_hide_nothing(extract):
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    row = f"<w:tr>{control(cell(text('甲')))}{cell(control(text('乙')))}{cell('<w:p><w:ins>' + text('丙')[5:-6] + '</w:ins></w:p>')}</w:tr>"
    deleted = cell("<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>")
    body = f"<w:tbl>{row}{control(row)}<w:tr>{deleted}</w:tr></w:tbl>"
    assert extract(document.extract, word(body))[0].rows == [["甲", "乙", "丙"]] * 2 + [[""]]


def test_signs_that_are_no_text(extract):
    runs = (
        '<w:t>Q345</w:t><w:noBreakHyphen/><w:t>B</w:t><w:br/><w:sym w:font="Symbol" w:char="F046"/><w:t>25</w:t>'
        '<w:sym w:font="Symbol" w:char="F0B1"/><w:tab/><w:sym w:font="Wingdings" w:char="F0FC"/>'
    )
    body = f"<w:tbl><w:tr>{cell(f'<w:p><w:r>{runs}</w:r></w:p>')}</w:tr></w:tbl>"
    assert extract(document.extract, word(body))[0].rows == [["Q345-B\nΦ25± ?"]]


def test_tables_in_tables_and_text_boxes_are_read_once(extract):
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    inner = f"<w:tbl><w:tr>{cell(text('内'))}</w:tr></w:tbl>"
    boxes = f"<w:p><mc:AlternateContent {mc}><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:p>"
    body = f"<w:tbl><w:tr>{cell(text('外') + inner)}</w:tr></w:tbl>{boxes}"
    assert [(g.name, g.rows) for g in extract(document.extract, word(body))] == [
        ("表1", [["外"]]), ("表2", [["内"]]), ("表3", [["内"]]),
    ]  # fmt: skip


@pytest.mark.parametrize("span", ["1000000000", "-7", "x"])
def test_absurd_spans_cost_no_memory(span, extract):
    row = f'<w:tr><w:trPr><w:gridBefore w:val="{span}"/></w:trPr>{cell(text("甲"), f"""<w:gridSpan w:val="{span}"/>""")}</w:tr>'
    grid = extract(document.extract, word(f"<w:tbl>{row}</w:tbl>"))[0]
    assert [c for c in grid.rows[0] if c] == ["甲"]
    assert len(grid.rows[0]) <= 400


def test_limits_of_a_document(extract):
    for limits in ({"columns": 7}, {"rows": 12}, {"cells": 13 * 8 - 1}):
        with pytest.raises(UnreadableListError):
            extract(document.extract, good(".docx", 12), **limits)
    assert extract(document.extract, good(".docx", 12), columns=8, rows=13, cells=13 * 8)
    with pytest.raises(UnreadableListError, match="没有表格"):
        extract(document.extract, word(text("只有一段话")))


# --- pdf -----------------------------------------------------------------------------------------


def ignore(_pages: int) -> None:
    """Nobody waits for the number of pages here."""


def test_merges_of_a_pdf_table(extract):
    """A cell beside a merged one is not merged itself, on whichever side the merged one stands."""
    cells = [
        (0, 0, 1, 2, "左上"), (0, 2, 3, 1, "右"), (1, 0, 2, 1, "左"), (1, 1, 1, 1, "甲"), (2, 1, 1, 1, "乙"),
        (3, 0, 1, 3, "下"),
    ]  # fmt: skip
    grid = extract(pdf.extract, seeds.pdf_of([seeds.pdf_page(cells)]), ignore)[0]
    assert grid.rows == [["左上", "", "右"], ["左", "甲", ""], ["", "乙", ""], ["下", "", ""]]
    assert sorted(grid.merges) == [(0, 0, 0, 1), (0, 2, 2, 2), (1, 0, 2, 0), (3, 0, 3, 2)]


def test_a_table_over_pages_is_one_and_pages_are_counted(extract):
    told: list[int] = []
    grids = extract(pdf.extract, seeds.as_pdf(seeds.table(30), pages=3), told.append)
    assert told == [3]
    assert [len(grid.rows) for grid in grids] == [33]
    assert [row for row in grids[0].rows if row[0] != "编号"] == seeds.table(30)[1:]


def test_text_of_pages_without_a_table_is_counted(extract):
    letter = seeds.pdf_page(
        [(0, 0, 1, 1, "各有关企业："), (1, 0, 1, 1, "请填报清单。")], ruled=False
    )
    table = seeds.pdf_page([(0, 0, 1, 1, "产品名称"), (1, 0, 1, 1, "泵")])
    grids = extract(pdf.extract, seeds.pdf_of([letter, table]), ignore)
    assert [grid.rows for grid in grids] == [
        [["产品名称"], ["泵"]],
        [["各有关企业："], ["请填报清单。"]],
    ]
    with pytest.raises(UnreadableListError, match="没有找到带框线的表格"):
        extract(pdf.extract, seeds.pdf_of([letter]), ignore)


def test_a_pdf_that_lacks_a_page_is_refused(extract):
    whole = seeds.as_pdf(seeds.table(30), pages=3)
    with pytest.raises(UnreadableListError, match="应有 4 页，只读到 3 页"):
        extract(pdf.extract, whole.replace(b"/Count 3", b"/Count 4"), ignore)
    with pytest.raises(UnreadableListError, match="第 2 页已损坏"):
        extract(pdf.extract, whole.replace(b"/Contents 7 0 R", b"/Contents 99 0 R"), ignore)
    with pytest.raises(UnreadableListError, match="超过 2 页"):
        extract(pdf.extract, whole, ignore, pages=2)
    assert extract(pdf.extract, whole.replace(b"/Count 3", b"/Count 1"), ignore, pages=3)


def test_letters_without_a_code_are_refused(extract):
    """A font that does not say which letters its shapes are gives only (cid:1234)."""
    data = good(".pdf", 3).replace(b"UniGB-UCS2-H", b"Identity-H").replace(b"(GB1)", b"(Identity)")
    with pytest.raises(UnreadableListError, match="乱码"):
        extract(pdf.extract, data, ignore)


# --- JSON ----------------------------------------------------------------------------------------


@pytest.fixture
def load(tmp_path):
    def grids_of(data: object, encoding: str = "utf-8") -> dict[str, list[list[str]]]:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        path = tmp_path / "清单.json"
        path.write_bytes(text.encode(encoding))
        return {grid.name: grid.rows for grid in records.extract(path, Limits())[0]}

    return grids_of


def test_json_arrays_are_found_wherever_they_stand(load):
    row = {"产品名称": "泵", "数量": 3}
    rows = [["产品名称", "数量"], ["泵", "3"]]
    assert load([row]) == {"": rows}
    assert load({"rows": [row], "total": 1, "tags": ["a"]}) == {"rows": rows}
    assert load({"data": {"list": [row]}, "more": [row]}) == {"data.list": rows, "more": rows}
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        assert load([row], encoding) == {"": rows}


def test_json_objects_inside_objects(load):
    products = [{"产品名称": "阀门", "年产能": "3000台"}, {"产品名称": "法兰"}]
    rows = [
        ["企业名称", "产品名称", "年产能"],
        ["甲", "阀门", "3000台"],
        ["甲", "法兰", ""],
        ["乙", "泵", ""],
    ]
    data = [{"企业名称": "甲", "产品": products}, {"企业名称": "乙", "产品": [{"产品名称": "泵"}]}]
    assert load({"企业": data}) == {"企业": rows}
    assert load([{"企业": {"名称": "甲"}, "产品": "阀门"}])[""] == [
        ["企业.名称", "产品"],
        ["甲", "阀门"],
    ]
    two = {"a": [{"x": 1}], "b": [{"y": 2}]}  # nobody can say which of them makes the rows
    assert load([two])[""][1] == ['[{"x": 1}]', '[{"y": 2}]']


def test_json_arrays_of_arrays(load):
    rows = [["产品名称", "数量"], ["泵", "3"]]
    assert load([["产品名称", "数量"], ["泵", 3]]) == {"": rows}
    assert load({"columns": ["产品名称", "数量"], "data": [["泵", 3]]}) == {"data": rows}
    assert load({"tags": ["a", "b"], "data": [["泵", 3, 1]]}) == {"data": [["泵", "3", "1"]]}


def test_json_values(load):
    values = {
        "a": None,
        "b": True,
        "c": 3.0,
        "d": 0.1,
        "e": ["x", 1],
        "f": {"k": [1]},
        "g": "字",
        "h": -0.0,
    }
    assert load([values])[""][1] == ["", "是", "3", "0.1", "x、1", '{"k": [1]}', "字", "0"]
    assert load('[{"a": NaN, "b": Infinity}]')[""][1] == ["", "Infinity"]
    assert load([{"a": 1}, {"b": 2}])[""] == [["a", "b"], ["1", ""], ["", "2"]]


@pytest.mark.parametrize(
    ("bad", "words", "good"),
    [
        ('[{"a": 1}, 5]', "第 2 项不是对象", '[{"a": 1}, {"a": 5}]'),
        ('{"x": [{"a": 1}], "y": [{"a": 2}, null]}', "y第 2 项", '{"x": [{"a": 1}], "y": [null]}'),
        ('[{"a": 1, "a": 2}]', "两个“a”", '[{"a": 1}, {"a": 2}]'),
        ('[{"a": {"b": 1, "b": 1}}]', "两个“b”", '[{"a": {"b": 1}, "b": 1}]'),
        ('[{"a": 1},]', "第 1 行第 11 字", '[{"a": 1}]'),
        ("[1, 2]", "没有由对象组成", '[{"a": [1, 2]}]'),
        ("[" * 5_000 + "]" * 5_000, "嵌套过深", '[{"a": ' + "[" * 50 + "]" * 50 + "}]"),
        ('[{"a": ' + "9" * 5_000 + "}]", "数字过长", '[{"a": ' + "9" * 4_000 + "}]"),
    ],
)
def test_json_that_cannot_be_read_whole_is_refused(bad, words, good, load):
    with pytest.raises(UnreadableListError, match=words):
        load(bad)
    assert load(good)


def test_limits_of_json(tmp_path):
    path = tmp_path / "清单.json"
    path.write_text(json.dumps([{"a": 1, "b": 2}] * 4), encoding="utf-8")
    for limits in ({"columns": 1}, {"rows": 3}, {"cells": 7}):
        with pytest.raises(UnreadableListError):
            records.extract(path, Limits(**limits))
    assert len(records.extract(path, Limits(columns=2, rows=4, cells=8))[0][0].rows) == 5
