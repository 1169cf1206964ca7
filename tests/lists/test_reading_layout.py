"""For any clean tables, however they are laid out over sheets, the reader finds each of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.lists import read_list
from matcher.model import ListKind
from tests.lists.builders import Merge, assert_accounted, write_docx, write_xlsx

FIRMS = ("博乐市甲阀门有限公司", "精河县乙管件有限公司", "温泉县丙水泥制品有限责任公司")
PRODUCTS = (
    "闸阀",
    "小计量泵",
    "电解铜",
    "番茄酱无菌袋",
    "设备",
    "时间继电器",
    "立式加工中心",
    "铜杆",
)
HEADS = (
    (("企业名称", "主导产品", "规格型号", "年产能", "单位"), "fpsqu"),
    (("产品名称", "生产能力", "计量单位", "生产厂家", "型号"), "pqufs"),
    (("规格", "供给产品", "供应企业", "产能规模", "数量单位"), "spfqu"),
)


@dataclass(frozen=True)
class Clean:
    """One clean table: which header it has, and its rows (firm, product, spec, quantity, unit)."""

    head: int
    rows: tuple[tuple[str, str, str, str, str], ...]
    title: bool
    two_lines: bool
    total: bool

    def lay(self, *, merged: bool) -> tuple[list[list[str]], list[Merge]]:
        """The table as cells and merges; runs of a firm are merged, or blank below the first."""
        heading, order = HEADS[self.head]
        at = {letter: i for i, letter in enumerate(order)}
        grid: list[list[str]] = [["供给明细", "", "", "", ""]] * self.title
        merges: list[Merge] = []
        top = len(grid)
        if self.two_lines and at["u"] == at["q"] + 1:
            upper, lower = list(heading), ["", "", "", "", ""]
            lower[at["q"]], lower[at["u"]] = "数量", "单位"
            upper[at["u"]] = ""
            grid += [upper, lower]
            merges.append((top, at["q"], top, at["u"]))
        else:
            grid.append(list(heading))
        first = len(grid)
        for i, row in enumerate(self.rows):
            cells = dict(zip("fpsqu", row, strict=True))
            same = i > 0 and self.rows[i - 1][0] == row[0]
            grid.append(["" if same and letter == "f" else cells[letter] for letter in order])
        run = 0
        for i in range(1, len(self.rows) + 1):
            if i == len(self.rows) or self.rows[i][0] != self.rows[run][0]:
                if merged and i - run > 1:
                    merges.append((first + run, at["f"], first + i - 1, at["f"]))
                run = i
        if self.total:
            grid.append(["合计" if i == 0 else "" for i in range(5)])
            grid[-1][at["q"]] = grid[-1][at["q"]] or "777"
        return grid, merges


@st.composite
def tables(draw: st.DrawFn) -> list[Clean]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        rows = [
            (
                firm,
                draw(st.sampled_from(PRODUCTS)),
                draw(st.sampled_from(["DN50", "φ8", "Q355B", "Ⅱ级"])),
                str(draw(st.integers(1, 9999))),
                draw(st.sampled_from(["台", "吨", "套"])),
            )
            for firm in draw(st.lists(st.sampled_from(FIRMS), min_size=1, max_size=3, unique=True))
            for _ in range(draw(st.integers(1, 3)))
        ]
        flags = [draw(st.booleans()) for _ in range(3)]
        found.append(Clean(draw(st.integers(0, len(HEADS) - 1)), tuple(rows), *flags))
    return found


def expected(clean: list[Clean]) -> list[tuple[str, str, str, float, str]]:
    return [(*row[:3], float(row[3]), row[4]) for table in clean for row in table.rows]


def got(reading) -> list[tuple[str, str, str, float, str]]:
    return [
        (r.enterprise, r.product_name, r.spec, r.annual_capacity.low, r.unit)
        for r in reading.supplies
    ]


def moved(merges: list[Merge], down: int, right: int = 0) -> list[Merge]:
    return [(a + down, b + right, c + down, d + right) for a, b, c, d in merges]


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans(), st.integers(0, 2), st.integers(0, 2))
def test_tables_stacked_on_one_sheet(clean, merged, gap, right):
    rows: list[list[str]] = []
    merges: list[Merge] = []
    for table in clean:
        rows += [[] for _ in range(gap)]
        grid, own = table.lay(merged=merged)
        merges += moved(own, len(rows), right)
        rows += [[""] * right + row for row in grid]
    with tempfile.TemporaryDirectory() as folder:
        path = write_xlsx(Path(folder) / "清单.xlsx", {"表": rows}, {"表": merges})
        reading = read_list(path, ListKind.SUPPLY)
    assert got(reading) == expected(clean)
    assert reading.problems == ()
    assert_accounted(reading, rows)


@settings(max_examples=40, deadline=None)
@given(tables(), st.booleans(), st.booleans())
def test_tables_on_sheets_of_their_own_or_in_a_document(clean, merged, in_word):
    laid = [table.lay(merged=merged) for table in clean]
    with tempfile.TemporaryDirectory() as folder:
        if in_word:
            grids, merges = [g for g, _ in laid], [m for _, m in laid]
            path = write_docx(Path(folder) / "清单.docx", grids, merges)
        else:
            sheets = {f"表{i}": grid for i, (grid, _) in enumerate(laid, 1)}
            own = {f"表{i}": merges for i, (_, merges) in enumerate(laid, 1)}
            path = write_xlsx(Path(folder) / "清单.xlsx", sheets, own)
        reading = read_list(path, ListKind.SUPPLY)
    assert got(reading) == expected(clean)
    assert reading.problems == ()
    for i, (grid, _) in enumerate(laid, 1):
        assert_accounted(reading, grid, f"表{i}")


@settings(max_examples=40, deadline=None)
@given(tables(), st.integers(1, 2))
def test_tables_side_by_side_under_headers_in_one_row(clean, gap):
    plain = [Clean(t.head, t.rows, title=False, two_lines=False, total=False) for t in clean]
    laid = [table.lay(merged=False)[0] for table in plain]
    height = max(map(len, laid))
    rows = [
        [cell for grid in laid for cell in [*(grid[r] if r < len(grid) else [""] * 5), *[""] * gap]]
        for r in range(height)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = write_xlsx(Path(folder) / "清单.xlsx", {"表": rows})
        reading = read_list(path, ListKind.SUPPLY)
    assert got(reading) == expected(plain)
    assert reading.problems == ()
    assert_accounted(reading, rows)
