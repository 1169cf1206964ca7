"""Real workbooks from the wild: how many rows of data a person counts in each, and what we read.

The numbers were counted by looking at every file, not by the reader. A row counts as data when
it names a product, or goes on about the one above it; titles, heads, sums, remarks and rows that
hold nothing but a serial number do not. Tables side by side count row by row each.
"""

from __future__ import annotations

import pytest

from matcher.errors import UnreadableListError
from matcher.lists import ListReading, read_list
from tests.tools import shared_data

DATA_ROWS = {
    "Aayes+db9-adaptor__物料清单.xlsx": 6,  # a heading that elsewhere is no product
    "BISTU-CSS+AutoGen__sbqd.xlsx": 9,  # title, instructions, header in row 3, sum and remark at the end
    "DoctorKey+second_term__材料清单.xlsx": 11,  # a first column of merged groups without a heading
    "Gy-Hu+GamePad__物料清单.xlsx": 23,  # a merged title
    "InitRobot+2023VEX-Notebook__材料清单.xlsx": 4,  # then 15 rows with a serial number and a zero
    "NUEDC-Innovation-Association-DHU+Lesson-Electronic-Wisdom__材料清单.xlsx": 64,  # from column B
    "ToanTech+Lailuo_DengFOC__BOM表.xlsx": 14 + 10,  # two tables side by side, 6 rows go on
    "billsoft+easyrobot__uno-BOM.xlsx": 22,  # English headings
    "billsoft+easyrobot__物料.xlsx": 11,  # a heading that elsewhere says what a product is made of
    "burnlife001+excelOperate__Iphone.xlsx": 5 + 5,  # two sheets and an empty one
    "burnlife001+excelOperate__报价单.xlsx": 100 + 100,  # two sheets of offers
    "caowanqin+startupPrompt__BOM表.xlsx": 13,  # two headings that may be the product, one is
    "hmn1990+rubiks-cube-robot__BOM.xlsx": 30,  # a heading that elsewhere is a specification
    "hmn1990+rubiks-cube-robot__物料清单.xlsx": 32 + 31,  # two stacked tables, a title between them
    "maopucheng+auto-targeting-turret__物料清单.xlsx": 15,  # a blank row and column before the table
    "procurement_agv_2024.txt": 2,  # an address above the header, a quote inside a cell
    "procurement_water_2026.txt": 10
    + 3,  # 小计 inside, then a table of one product's three indicators
    "py-bin+text_mining__产品列表.xlsx": 273,
    "qq132815+banzupaichan__产品生产周期与提前时间表.xlsx": 1861,
    "qq132815+banzupaichan__物料清单 (1).xlsx": 2735,  # two products in each row, of which one is asked for
    "shmily103+spot-welder__BOM表.xlsx": 39,  # quantity first
    "x-Yabao+Hexapod-Robot__物料清单.xlsx": 17 + 8,  # the header again under a second title
}
REFUSED = {
    "JaylinLee+Arduclone__ARDUBOY.xls": "layers of a circuit board, no product",
    "JaylinLee+Arduclone__BOM表.xlsx": "no header row",
    "NUEDC-Innovation-Association-DHU+Lesson-Electronic-Wisdom__s3物资申购.xlsx": "a title, no header",
    "qq132815+banzupaichan__发货计划.xlsx": "item codes and days, no product column",
    "qq132815+banzupaichan__设备清单.xlsx": "production lines, no product column",
    "sheyiqi+to_sjs__企业名单.xlsx": "firms and their shares, no product column",
    "sw-3D+tank__设备清单.xlsx": "no header row",
}


def data_rows(reading: ListReading) -> int:
    """Rows of data: of tables side by side each counts its own."""
    lost = [(p.sheet, p.row) for p in reading.problems if p.lost and p.row]
    return len(reading.rows) + len(lost)


def test_every_file_of_the_folder_was_counted():
    found = {path.name for path in shared_data("spreadsheets").iterdir()}
    assert found == set(DATA_ROWS) | set(REFUSED)


@pytest.mark.parametrize("name", DATA_ROWS)
def test_the_rows_that_a_person_counts(name):
    reading = read_list(shared_data("spreadsheets") / name)
    assert data_rows(reading) == DATA_ROWS[name]
    places = {(row.source.sheet, row.source.row) for row in reading.rows}
    assert not places & {(s.sheet, s.row) for s in reading.skipped}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_a_list_is_refused_with_the_reason(name):
    with pytest.raises(UnreadableListError, match="没有找到带“产品名称”一类列名的表头") as refusal:
        read_list(shared_data("spreadsheets") / name)
    assert name in str(refusal.value)


def test_side_by_side_tables_keep_their_own_rows():
    reading = read_list(shared_data("spreadsheets") / "ToanTech+Lailuo_DengFOC__BOM表.xlsx")
    assert [table.rows for table in reading.tables] == [8, 10]
    lost = [p.row for p in reading.problems if p.lost]
    assert lost == [9, 10, 11, 13, 14, 15]


def test_what_stands_in_a_column_without_a_heading_is_kept():
    reading = read_list(shared_data("spreadsheets") / "DoctorKey+second_term__材料清单.xlsx")
    groups = [row.attributes.get("A列") for row in reading.rows]
    assert len(set(groups)) == 5
    assert all(groups)
