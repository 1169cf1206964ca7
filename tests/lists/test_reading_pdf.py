"""Lists that came as pdf: tables over several pages, the header on each, merged cells."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from matcher.lists import ListReading, read_list
from matcher.lists.extract.pdfwraps import Wraps, join_cut_row
from tests.lists.builders import Merge, Rows, write_docx
from tests.tools import required

HEAD = ["序号", "企业名称", "主导产品", "规格型号", "年产能", "单位"]
FIRMS = ["博乐市甲阀门有限公司", "精河县乙管件有限公司", "温泉县丙水泥有限公司"]


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> ListReading:
    """Ninety rows of three firms on several pages, a sum and a remark at the end."""
    program = required("soffice")
    folder = tmp_path_factory.mktemp("pdf")
    rows = [HEAD]
    for i in range(90):
        firm = FIRMS[i // 30] if i % 30 == 0 else ""
        rows.append([str(i + 1), firm, f"闸阀{i + 1}型", f"DN{i + 1}", f"{i + 1}00", "台"])
        if i % 20 == 19:
            rows.append(HEAD)
    rows += [["合计", "", "", "", "409500", ""], ["备注：产能为设计能力", "", "", "", "", ""]]
    merges = [(len(rows) - 1, 0, len(rows) - 1, 5), (len(rows) - 2, 0, len(rows) - 2, 3)]
    return printed(program, folder, rows, merges)


def printed(program: str, folder: Path, rows: Rows, merges: list[Merge]) -> ListReading:
    """The rows as a Word file, printed to pdf and read."""
    path = write_docx(folder / "清单.docx", [rows], [merges])
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return read_list(folder / "清单.pdf")


def test_every_row_of_every_page(reading):
    # A pdf has no blanks, only gaps: between Chinese and digits one may be read or not.
    read = [row.product_name.replace(" ", "") for row in reading.rows]
    assert read == [f"闸阀{i}型" for i in range(1, 91)]
    assert [row.quantity.low for row in reading.rows] == [i * 100 for i in range(1, 91)]


def test_firms_go_on_over_pages(reading):
    assert [row.owner for row in reading.rows] == [firm for firm in FIRMS for _ in range(30)]


def test_every_other_row_is_counted(reading):
    reasons = sorted(s.reason for s in reading.skipped if s.reason != "说明页")
    assert reasons == sorted(["表头", *["重复表头"] * 4, "合计行", "备注行"])
    assert reading.problems == ()
    numbers = [r.source.row for r in reading.rows]
    numbers += [s.row for s in reading.skipped if s.sheet == reading.rows[0].source.sheet]
    assert sorted(numbers) == list(range(1, 98))


def test_narrow_columns_and_page_breaks_cut_nothing_in_two(tmp_path):
    """Twelve columns on a narrow page: every long word is wrapped, many rows lie on two pages."""
    program = required("soffice")
    head = [
        "序号",
        "企业名称",
        "产品",
        "规格型号",
        "年产能",
        "单位",
        "执行标准",
        "认证",
        "拟配套企业",
    ]
    names = ["电缆桥架", "阀门配件", "1.钢管\n2.型钢", "水泥电杆"]
    rows: list[list[str]] = [[*head, "联系人", "电话", "备注"]]
    for i in range(1, 36):
        row = [str(i), FIRMS[i % 3], names[i % 4], "G505/30/100", str(i * 1000), "吨"]
        rows.append(
            [*row, "GB/T 8163-2018", "ISO9001", "中铁建工集团", "张三", "13909091234", "长期"]
        )
    reading = printed(program, tmp_path, rows, [])
    products = {"1.钢管\n2.型钢": ("钢管", "型钢")}
    assert [row.products for row in reading.rows] == [
        products.get(row[2], (row[2],)) for row in rows[1:]
    ]
    assert [row.owner for row in reading.rows] == [row[1] for row in rows[1:]]
    assert [row.quantity.low for row in reading.rows] == [i * 1000 for i in range(1, 36)]
    assert {row.spec.replace(" ", "") for row in reading.rows} == {"G505/30/100"}
    # Where the page break falls into a word, it may be read as two.
    phones = [row.attributes["contact"]["phone"] for row in reading.rows]
    assert {phone.replace(" ", "") for phone in phones} == {"13909091234"}
    assert sum(" " in phone for phone in phones) <= 4
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        (["", "有限公司", "螺栓", ""], True),
        (["", "", "法兰", "200"], False),  # two products under one number, in merged cells
        (["9", "有限公司", "螺栓", ""], False),
        (["", "", "", ""], False),
    ],
)
def test_a_row_cut_by_a_page_break(second, joined):
    wraps = Wraps()
    above = [
        HEAD[:4],
        ["7", "博乐市甲\n有限公司", "普通\n螺栓", "100"],
        ["8", "博乐市甲", "高强度", "500"],
    ]
    below = [HEAD[:4], second, ["9", "博乐市甲\n有限公司", "螺母", "300"]]
    wraps.note(above + below)
    join_cut_row(above, below, wraps)
    if joined:
        assert above[-1] == ["8", "博乐市甲\n有限公司", "高强度\n螺栓", "500"]
        assert below[1] == [""] * 4
    else:
        assert (above[-1], below[1]) == (["8", "博乐市甲", "高强度", "500"], second)
