"""Results, workbooks and catalogues for the tests: matched for real, from a few rows."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from matcher.catalogue import MatchResult, WorkbookNotes, to_workbook
from matcher.model import Demand, Disclosure, Quantity, Supply
from matcher.ranking import Parameters, match

DAY = dt.date(2026, 3, 1)
# What a spreadsheet program might run, follow or choke on; ids among them on purpose.
DANGEROUS = (
    "=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "=HYPERLINK(\"http://x\")",
    "http://例子.cn/a?b=c", "mailto:a@b.cn", "＝1+1", "=1", "'=1", "{=A1}", "#REF!",
)  # fmt: skip


def demand(demand_id="D001", product_name="电解铜", **fields) -> Demand:
    return Demand(
        **{
            "demand_id": demand_id,
            "product_name": product_name,
            "products": (product_name,),
            "chain": "铜",
            "leader": "新疆甲铜业有限公司",
            "annual_quantity": Quantity(3000.0, 3000.0, "吨", text="3000吨"),
            "unit": "吨",
            "county": "博乐市",
            "id_given": True,
        }
        | fields
    )


def supply(supply_id="S001", product_name="阴极铜", **fields) -> Supply:
    return Supply(
        **{
            "supply_id": supply_id,
            "product_name": product_name,
            "products": (product_name,),
            "enterprise": "博乐乙金属有限公司",
            "annual_capacity": Quantity(5000.0, 5000.0, "吨", text="5000吨"),
            "unit": "吨",
            "county": "博乐市",
            "id_given": True,
        }
        | fields
    )


def result(
    demands: Iterable[Demand], supplies: Iterable[Supply], readings=(), **parameters
) -> MatchResult:
    demands, supplies = list(demands), list(supplies)
    ranking = match(demands, supplies, Parameters(**parameters))
    return MatchResult.of(ranking, demands, supplies, readings)


def usual() -> MatchResult:
    """Two demands with suggestions, one that nothing serves."""
    return result(
        [demand(), demand("D002", "无缝钢管"), demand("D003", "安全帽")],
        [supply(), supply("S002", "钢管"), supply("S003", "电解铜")],
    )


def workbook(matched: MatchResult, path: Path, decisions=None) -> Path:
    notes = WorkbookNotes("供需匹配建议", DAY, decisions=decisions)
    path.write_bytes(to_workbook(matched, notes))
    return path


def columns(sheet, row: int = 1) -> dict[str, int]:
    """Heading → column of a sheet, 1-based."""
    return {cell.value: cell.column for cell in sheet[row] if cell.value}


def fill(path: Path, answers: dict[tuple[str, str], tuple], out: Path | None = None) -> Path:
    """Fill in reviews as a reviewer does, and save with another program (openpyxl)."""
    book = openpyxl.load_workbook(path)
    left = dict(answers)
    for sheet in book.worksheets:
        head = columns(sheet)
        if "审核" not in head:
            continue
        for row in range(2, sheet.max_row + 1):
            pair = (
                sheet.cell(row, head["需求编号"]).value,
                sheet.cell(row, head["供给编号"]).value,
            )
            if pair in left:
                for heading, text in zip(
                    ("审核", "审核理由", "审核人"), left.pop(pair), strict=False
                ):
                    sheet.cell(row, head[heading]).value = text
    assert not left, f"no such rows: {left}"
    book.save(out or path)
    return out or path


def insides(data: bytes) -> bytes:
    """All bytes of a document, unpacked where it is a zip."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(n.encode() + b"\n" + archive.read(n) for n in archive.namelist())


HIDDEN = Disclosure.ANONYMOUS.value
BUREAU = Disclosure.BUREAU.value
