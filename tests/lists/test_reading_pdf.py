"""Lists that came as pdf: tables over several pages, the header on each, merged cells."""

from __future__ import annotations

import subprocess

import pytest

from matcher.lists import ListReading, read_list
from tests.lists.builders import write_docx
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
