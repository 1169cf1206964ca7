"""Results, workbooks and catalogues for the tests: matched for real, from a few rows."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import openpyxl

from matcher.catalogue import (
    Catalogue,
    Chosen,
    MatchResult,
    Material,
    Order,
    WorkbookNotes,
    build,
    to_workbook,
)
from matcher.catalogue.content import Amount, Chapter, Entry, Gap, Need
from matcher.catalogue.notes import fill as filled_in
from matcher.catalogue.notes import template
from matcher.model import Demand, Disclosure, Quantity, Supply
from matcher.ranking import Parameters, match
from matcher.text import clean

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


def chosen_catalogue(
    chosen: Iterable[Chosen], *, title: str = "优质产品推荐目录", day: dt.date = DAY, draft: bool = False,
    material: dict | None = None, **order,
) -> Catalogue:  # fmt: skip
    """A catalogue of these pairs, with its 编制说明."""
    made = build(
        Order(title, day, draft=draft, **order),
        Material(pairs=tuple(chosen), **(material or {})),
    )
    return replace(made, notes=filled_in(template(made.variant), made))


# What a catalogue may meet in a cell; none of it is more than text.
HOSTILE = (
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{ 7*7 }}", "{% raw %}", "#let x = 1", "#sys.inputs",
    "$x^2$", "*粗* _斜_ `码`", "&amp; & <b>", "]]>", "\\u0041 \\textbf{x}", "@SUM(A1)", "+1+1", "-1",
    "W" * 120, "superlongunbreakableword" * 8, "汉" * 300, "عربي ئۇيغۇر שלום", "😀🏭🧵", "〇䶮𬭚𠮷龘", "𒍅",
    "甲\n乙\r\n丙", "a\u202eb\u200fc", "\u0001\u0008x", "//注释", "/* c */", "[x](javascript:1)", "‘’“”《》、。", "'; DROP",
    "<label>", "~ @ref", "-- --- ...", "\t制表", "ﬁ½№㎡℃", "<a href='x'>y</a>", "{\"a\": 1}", "%PDF", "=1+1",
)  # fmt: skip


def hostile(count: int, seed: int = 7) -> Catalogue:
    """A catalogue of random entries that are all as bad as they can be."""
    draw = random.Random(seed)

    def text(limit: int = 3) -> str:
        plain = ("电解铜", "Q355B", "DN50", "ISO 9001", "博乐市某某公司", "3000 吨")
        parts = draw.choices((*HOSTILE, *plain), k=draw.randint(1, limit))
        return clean(draw.choice((" ", "，", "")).join(parts))

    def amount() -> Amount:
        number = float(draw.randint(1, 99_999))
        return Amount(number, number, "吨", f"{number:g} 吨") if draw.random() < 0.7 else Amount()

    entries = []
    for number in range(1, count + 1):
        needs = tuple(
            Need(
                f"D{number}-{i}",
                text(1),
                text(),
                text(),
                text(1),
                amount(),
                text(),
                text(),
                "2026-01-02",
            )
            for i in range(draw.randint(0, 2))
        )
        entries.append(
            Entry(number, f"S{number}", text(2), text(2), text(1), text(1), text(), text(), amount(), text(),
                  text(), text(), text(1), text(), needs)
        )  # fmt: skip
    size = -(-count // 5)
    chapters = tuple(
        Chapter(f"{text(1)}链{i}", tuple(entries[i * size : (i + 1) * size]))
        for i in range(5)
        if entries[i * size : (i + 1) * size]
    )
    gaps = tuple(
        Gap(text(1), f"G{i}", text(1), text(), text(), text(1), amount(), text()) for i in range(20)
    )
    made = Catalogue(
        text(1), DAY, draft=False, chapters=chapters, gaps=gaps, issuer=text(1), period=text(1)
    )
    return replace(made, notes=filled_in(template(made.variant), made))
