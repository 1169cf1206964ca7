"""An exclusion list in a file → entries and every problem found (风险名单)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matcher.errors import UnreadableListError
from matcher.lists.cells import is_nothing, read_credit_code, read_date
from matcher.lists.columns import normal, without_brackets
from matcher.lists.grid import Grid, text_at, width
from matcher.lists.limits import MEGABYTE, Limits
from matcher.lists.sandbox import extract
from matcher.model import Problem

LIMITS = Limits(
    file_bytes=16 * MEGABYTE, unpacked_bytes=128 * MEGABYTE, rows=100_000, cells=2_000_000
)
_HEADER_ROWS = 20  # among these the header is looked for
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("企业名称", "单位名称", "企业", "名称", "公司名称", "当事人", "被执行人", "主体名称",
             "行政相对人名称", "失信被执行人"),
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码", "统一代码"),
    "flag": ("风险类型", "类型", "风险", "标记", "风险标记", "类别", "情形", "风险类别"),
    "source": ("来源", "信息来源", "列入机关", "公布机关", "作出机关", "处罚机关", "执行法院", "数据来源"),
    "since": ("列入日期", "起始日期", "起", "列入时间", "处罚日期", "公布日期", "立案日期", "发布日期", "日期"),
    "until": ("移出日期", "截止日期", "止", "移出时间", "有效期至", "公示截止日期"),
    "note": ("备注", "说明", "列入原因", "原因", "事由", "违法事实"),
}  # fmt: skip
# What a cell of the flag says → the flag; the first that stands in it counts.
_FLAGS = (
    ("经营异常", "经营异常"), ("异常", "经营异常"), ("失信", "失信"), ("被执行", "失信"),
    ("处罚", "行政处罚"), ("其他", "其他"), ("其它", "其他"),
)  # fmt: skip


@dataclass(slots=True)
class RiskReading:
    """What was read of a file: entries by column, problems, and how many rows there were."""

    entries: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0


def read_risk_list(path: Path, *, flag: str = "") -> RiskReading:
    """Read a table with a heading 企业名称, and whichever of the others it has.

    Args:
        path: xlsx, xls, csv or whatever else a list may be.
        flag: What the firms are flagged for where a row does not say so.

    Raises:
        UnreadableListError: It cannot be read, or no table has the heading.
    """
    grids, _, _ = extract(path, LIMITS)
    found = RiskReading()
    for grid in grids:
        header = _header(grid)
        if header is not None:
            _read(grid, *header, flag, found)
    if not found.rows:
        raise UnreadableListError(f"{path.name} 里没有“企业名称”这一列，请加上表头后再试")
    return found


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row that heads the table, and the column of each key."""
    for row in range(min(len(grid.rows), _HEADER_ROWS)):
        headings = [normal(without_brackets(text_at(grid, row, c))) for c in range(width(grid))]
        columns = {
            key: headings.index(name)
            for key, names in _HEADINGS.items()
            for name in reversed(names)
            if name in headings
        }
        if "name" in columns:
            return row, columns
    return None


def _read(grid: Grid, header: int, columns: dict[str, int], flag: str, found: RiskReading) -> None:
    for row in range(header + 1, len(grid.rows)):
        cells = {key: text_at(grid, row, column) for key, column in columns.items()}
        cells = {key: "" if is_nothing(text) else text for key, text in cells.items()}
        if not any(cells.values()):
            continue
        found.rows += 1
        place = grid.first_row + row

        def complain(key: str, message: str, advice: str, *, lost: bool = False) -> None:
            text = cells.get(key, "")  # noqa: B023 - called before the next row
            heading = _HEADINGS[key][0]
            problem = Problem(grid.name, place, heading, text, message, advice, lost=lost)  # noqa: B023
            found.problems.append(problem)

        if not cells["name"]:
            complain("name", "没有企业名称", "补上名称后再导入", lost=True)
            continue
        said = cells.get("flag", "")
        known = next((ours for word, ours in _FLAGS if word in said), "") or ("" if said else flag)
        if not known:
            advice = "写成 经营异常、失信、行政处罚、其他 之一"
            complain("flag", "看不出是哪种风险", advice, lost=True)
            continue
        entry = {**cells, "flag": known}
        entry["credit_code"], wrong = read_credit_code(cells.get("credit_code", ""))
        if wrong:
            complain("credit_code", wrong, "请核对代码")
        for key in ("since", "until"):
            day, wrong = read_date(cells.get(key, ""))
            if wrong:
                complain(key, wrong, "写成 2026-01-31 的样子；这一行按没有这个日期读入")
            entry[key] = day if day[:1].isdigit() else ""
        found.entries.append(entry)
