"""For any clean list under any mess the reader gives back exactly the clean rows."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.knowledge import headings
from matcher.lists import read_list
from matcher.lists.columns import normal
from matcher.model import ListKind
from tests.lists.builders import write

FIRMS = (
    "博乐市甲阀门有限公司",
    "精河县乙管件有限公司",
    "温泉县丙水泥制品有限责任公司",
    "阿拉山口丁木业有限公司",
)
PRODUCTS = (
    "闸阀", "小计量泵", "累计流量计", "电解铜", "番茄酱无菌袋", "备注标签", "设备", "时间继电器", "304不锈钢管",
    "立式加工中心", "会计服务", "说明书印刷", "铜杆",
)  # fmt: skip
SPECS = ("DN50", "φ8mm", "Q355B，8×1500mm", "≥99.7%", "", "M42×3900", "规格见附图")
UNITS = ("台", "吨", "条", "万条", "套")
NOTES = ("", "现货", "含税，含运费", "备注：急需", "合计价优惠")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def known(key: str, kind: ListKind) -> list[str]:
    """Headings that mean this key and no other in this kind of list."""
    meanings: dict[str, set[str]] = {}
    for heading in headings():
        if heading.kind in {kind.value, "both"}:
            meanings.setdefault(normal(heading.text), set()).add(heading.key)
    found = [h.text for h in headings() if h.key == key and h.kind in {kind.value, "both"}]
    return [text for text in found if meanings[normal(text)] == {key} and len(text) > 1]


@dataclass
class Mess:
    """A messy sheet under construction, with what should come out of it."""

    rows: list[list[str]] = field(default_factory=list)
    clean: list[tuple[object, ...]] = field(default_factory=list)
    data: set[int] = field(default_factory=set)

    def put(self, *cells: str) -> None:
        self.rows.append(list(cells))


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, ListKind, Mess]:
    kind = draw(st.sampled_from(list(ListKind)))
    owner, amount, note = (
        ("leader", "annual_quantity", "note")
        if kind is ListKind.DEMAND
        else ("enterprise", "annual_capacity", "description")
    )
    keys = draw(st.permutations([owner, "product_name", "spec", amount, "unit", note, "@serial"]))
    head = [draw(st.sampled_from(known(key, kind))) for key in keys]
    if draw(st.booleans()):  # an empty column
        place = draw(st.integers(0, len(keys) - 1))
        keys, head = [*keys[:place], "", *keys[place:]], [*head[:place], "", *head[place:]]
    width = len(keys)
    mess = Mess()
    for title in draw(
        st.lists(st.sampled_from(["2027年清单", "填报日期：2027-01-05", ""]), max_size=3)
    ):
        mess.put(title, *[""] * (width - 1))
    mess.put(*head)
    firms = draw(st.lists(st.sampled_from(FIRMS), min_size=1, max_size=4, unique=True))
    for firm in firms:
        for i in range(draw(st.integers(1, 4))):
            values = {
                owner: firm,
                "product_name": draw(st.sampled_from(PRODUCTS)),
                "spec": draw(st.sampled_from(SPECS)),
                amount: str(draw(st.integers(1, 99_999))),
                "unit": draw(st.sampled_from(UNITS)),
                note: draw(st.sampled_from(NOTES)),
                "@serial": str(len(mess.data) + 1),
            }
            scale = 10_000 if values["unit"].startswith("万") else 1
            mess.clean.append(
                (
                    firm, values["product_name"], values["spec"], int(values[amount]) * scale,
                    values["unit"].removeprefix("万"), values[note],
                )
            )  # fmt: skip
            if i and draw(st.booleans()):
                values[owner] = ""
            if draw(st.integers(0, 5)) == 0:
                values[amount] += values.pop("unit")
            if draw(st.integers(0, 5)) == 0:
                values = {key: text.translate(WIDE) for key, text in values.items()}
            mess.put(*(values.get(key, "") for key in keys))
            mess.data.add(len(mess.rows))
            for line in draw(st.lists(st.sampled_from(["blank", "head", "serial"]), max_size=1)):
                serial = ["7" if key == "@serial" else "" for key in keys]
                mess.put(*{"blank": [""] * width, "head": head, "serial": serial}[line])
        if draw(st.booleans()):
            word = draw(st.sampled_from(["小计", "小  计", f"{firm}合计", "合计："]))
            place = draw(st.sampled_from([keys.index("@serial"), keys.index(owner)]))
            total = ["" if key != amount else "777" for key in keys]
            total[place] = word
            mess.put(*total)
    for line in draw(
        st.lists(st.sampled_from(["备注：数据为计划数。", "填表人：张三", ""]), max_size=3)
    ):
        mess.put(line, *[""] * (width - 1))
    return draw(st.sampled_from(["xlsx", "csv-gb18030", "csv-bom", "tsv", "docx"])), kind, mess


@settings(max_examples=120, deadline=None)
@given(lists())
def test_messy_lists_give_back_the_clean_rows(case):
    file_format, kind, mess = case
    with tempfile.TemporaryDirectory() as folder:
        reading = read_list(write(file_format, Path(folder), mess.rows), kind)
    note = "note" if kind is ListKind.DEMAND else "description"
    got = [
        (r.owner, r.product_name, r.spec.replace(" ", ""), r.quantity.low, r.unit, getattr(r, note))
        for r in reading.rows
    ]
    assert got == [(*row[:2], str(row[2]).replace(" ", ""), *row[3:]) for row in mess.clean]
    assert reading.problems == ()
    filled = [i for i, row in enumerate(mess.rows, 1) if any(cell.strip() for cell in row)]
    data = {row.source.row for row in reading.rows}
    skipped = [s.row for s in reading.skipped]
    assert data == mess.data
    assert len(skipped) == len(set(skipped))
    assert not data & set(skipped)
    assert (data | set(skipped)) >= set(range(1, filled[-1] + 1))
