"""How long a large workbook takes to read, beside the raw read of its cells by python-calamine.

``python -m benchmarks.reading [--rows N] [--times N] [--keep FOLDER]`` writes a supply list and a
demand list of invented firms as xlsx, reads each by both ways in turn, every time in a new process
(imports do not count, the tables of knowledge do), and prints the medians in Markdown. Peak memory
is that of the largest single process: this program's, or the parsing process it starts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

import python_calamine
import xlsxwriter

from benchmarks.processes import ROOT
from benchmarks.quality import table
from matcher import ListKind, read_list
from matcher.knowledge import product_terms
from matcher.lists.cells import check_character

SOURCE = ROOT / "corpora" / "samples" / "source"
Cell = str | float | dt.date | None

PLACES = (
    "博乐市",
    "精河县",
    "温泉县",
    "阿拉山口市",
    "双河市",
    "奎屯市",
    "乌苏市",
    "伊宁县",
    "石河子市",
)
NAMES = "博润宏昌天瑞金汇恒通新盛华泰西域丰禾绿洲大漠昆仑塔河永兴安达众诚启源远景嘉利"
TRADES = (
    "机械制造",
    "化工",
    "包装",
    "农业发展",
    "新材料",
    "电气",
    "纺织",
    "食品",
    "建材",
    "仪器仪表",
)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "专业合作社", "厂")
STANDARDS = ("GB/T", "GB", "JB/T", "HG/T", "YB/T", "FZ/T", "NY/T", "Q/")
MATERIALS = ("Q235B", "304", "316L", "45#", "WCB", "HDPE", "PP", "40Cr", "尼龙66", "铸铁")
UNITS = ("吨", "条", "台", "套", "万只", "立方米", "件", "万米", "吨/年", "平方米")
CERTIFICATES = (
    "ISO9001",
    "ISO14001",
    "ISO45001",
    "CCC",
    "特种设备生产许可证",
    "食品生产许可证",
    "CMA",
)
FAMILIES, GIVEN = "王李张刘陈杨马赵买阿", "建国秀英志强海燕文军丽娜卫东"


class Invented:
    """Values of cells as clerks fill them in, the same for the same seed."""

    def __init__(self, source: str, seed: int = 7) -> None:
        self._random = random.Random(seed)
        lines = (SOURCE / source).read_text(encoding="utf-8").splitlines()
        header = lines[0].split("\t")
        self._samples = [dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:]]
        self._terms = sorted(term for term in product_terms() if len(term) > 1)
        self.pick = self._random.choice
        self.chance = self._random.random

    def sample(self, key: str) -> str:
        """A cell of a column of the bundled lists."""
        return self.pick(self._samples).get(key, "")

    def firm(self) -> str:
        """A firm's name."""
        name = "".join(self._random.sample(NAMES, self.pick((2, 2, 3))))
        return f"{self.pick(PLACES)[:2]}{name}{self.pick(TRADES)}{self.pick(FORMS)}"

    def code(self) -> str:
        """A credit code whose check character is right, of one in a hundred wrong."""
        body = f"91652{self._random.randrange(10**3):03}MA7{self._random.randrange(10**6):06}"
        return body + ("?" if self.chance() < 0.01 else check_character(body))

    def product(self) -> str:
        """A product's name, or several."""
        if self.chance() < 0.05:
            return "、".join(self._random.sample(self._terms, 3))
        return self.sample("product_name") if self.chance() < 0.4 else self.pick(self._terms)

    def spec(self) -> str:
        """A specification; nearly all are different."""
        if self.chance() < 0.1:
            return ""
        a, b, c = (self._random.randrange(5, 900) for _ in range(3))
        between = self.pick(("；", "，", " ", "\n"))
        shape = self.pick((f"DN{a}", f"{a}×{b}×{c}mm", f"φ{a}*{b}", f"≥{a / 10}%", f"Ｍ{a}-{b}"))
        parts = (self.sample("spec"), shape, self.pick(MATERIALS))
        return between.join(part for part in parts if part)

    def standard(self) -> str:
        """One standard, or two, or none."""
        if self.chance() < 0.3:
            return ""
        number, year = self._random.randrange(100, 30000), self._random.randrange(1986, 2025)
        first = f"{self.pick(STANDARDS)} {number}-{year}"
        return f"{first}；{self.sample('standard')}" if self.chance() < 0.2 else first

    def amount(self) -> tuple[Cell, str]:
        """A quantity and the cell of its unit: numbers as numbers, and as text of many kinds."""
        number, unit = self._number(), self.pick(UNITS)
        kind = self.chance()
        if kind < 0.5:
            return float(number), unit
        if kind < 0.6:
            return number / 10, unit
        if kind < 0.97:
            bare = unit.removesuffix("/年").removeprefix("万")
            text = self.pick(
                (f"{number}{bare}/年", f"{number / 100}万{bare}", f"{number}-{2 * number}{bare}",
                 f"约{number}{bare}", f"≥{number}", f"{number * 1000:,}{bare}", f"年产{number}{bare}")
            )  # fmt: skip
            return text, ""
        return self.pick(("面议", "若干", "500台、法兰2000片", "按订单", "")), unit

    def _number(self) -> int:
        """As in the bundled lists: of ten numbers nine have one or two digits before the zeros."""
        if self.chance() < 0.1:
            return self._random.randrange(1, 99_999)
        return self._random.randrange(1, 100) * self.pick((1, 10, 100, 1000))

    def until(self) -> Cell:
        """A date as a workbook keeps it, or as text."""
        day = dt.date(2026, 1, 1) + dt.timedelta(self._random.randrange(700))
        return self.pick((day, day, f"{day.year}年{day.month}月{day.day}日", "长期", None))

    def person(self) -> str:
        """A person's name."""
        return self.pick(FAMILIES) + "".join(self._random.sample(GIVEN, 2))

    def phone(self) -> Cell:
        """A telephone number, which is a number in a workbook or a text."""
        number = 13_000_000_000 + self._random.randrange(10**9)
        return str(number) if self.chance() < 0.5 else float(number)


def supplies(count: int) -> Iterator[list[Cell]]:
    """A title, the header and rows of a supply list; firms have one to nine products."""
    yield ["博州中小企业产品供给清单"]
    yield ["序号", "企业名称", "统一社会信用代码", "县市", "梯度", "产品名称", "规格型号", "执行标准",
           "年产能", "单位", "资质证书", "拟配套对象", "有效期至", "产品简介", "联系人", "联系电话",
           "主要设备"]  # fmt: skip
    cell = Invented("supplies.tsv")
    firm: list[Cell] = []
    left = 0
    for i in range(count):
        if not left:
            left = cell.pick(range(1, 10))
            tier = cell.pick(("", "", "创新型", "专精特新", "小巨人"))
            firm = [cell.firm(), cell.code(), cell.pick(PLACES), tier]
            person: list[Cell] = [cell.person(), cell.phone()]
        left -= 1
        proof = "；".join({cell.pick(CERTIFICATES), cell.pick(CERTIFICATES)})
        yield [
            float(i + 1), *firm, cell.product(), cell.spec(), cell.standard(), *cell.amount(),
            proof if cell.chance() < 0.6 else None, cell.sample("intended_buyers"), cell.until(),
            f"{cell.sample('description')}第{i}批" if cell.chance() < 0.5 else None, *person,
            f"设备{cell.pick(range(200))}台套" if cell.chance() < 0.3 else None,
        ]  # fmt: skip


def demands(count: int) -> Iterator[list[Cell]]:
    """The header and rows of a demand list: few firms, many products."""
    yield ["需求编号", "产业链", "链主企业", "产品名称", "类别", "规格型号", "执行标准", "年需求量",
           "单位", "县市", "具体要求", "现有供应商", "供应来源", "公开范围", "有效期至", "备注"]  # fmt: skip
    cell = Invented("demands.tsv", 11)
    leaders = [(cell.sample("chain"), cell.firm(), cell.pick(PLACES)) for _ in range(300)]
    for i in range(count):
        chain, leader, county = cell.pick(leaders)
        yield [
            f"XQ-{i + 1:06}", chain, leader, cell.product(), cell.sample("category"), cell.spec(),
            cell.standard(), *cell.amount(), county, f"{cell.sample('requirement')}（第{i}项）",
            cell.sample("current_supplier"), cell.sample("current_source"),
            cell.pick(("公开", "匿名", "仅主管部门", "")), cell.until(), cell.sample("note"),
        ]  # fmt: skip


def write(path: Path, rows: Iterator[list[Cell]]) -> None:
    """Write rows as a workbook with texts, numbers and dates."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/m/d"}) as book:
        sheet = book.add_worksheet("清单")
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(i, j, value)
                elif value is not None:
                    sheet.write(i, j, value)


def measure(action: Callable[[], object]) -> None:
    """Do it once and print seconds and the peak megabytes of this process and its children."""
    start = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - start
    del result
    users = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(user).ru_maxrss for user in users) / 1024
    print(json.dumps([seconds, peak]))


def raw(path: Path) -> object:
    """The cells of the first sheet as Python values."""
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def apart(way: str, path: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of one way to read, in a new process."""
    command = [sys.executable, "-m", "benchmarks.reading", "--once", way, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def compare(name: str, path: Path, rows: int, times: int) -> list[str]:
    """The line of one list: medians of both ways, and the median of their ratios run by run."""
    pairs = [(apart("raw", path), apart(name, path)) for _ in range(times)]
    ours = statistics.median(read for _, (read, _) in pairs)
    ratio = statistics.median(read / base for (base, _), (read, _) in pairs)
    base = statistics.median(base for (base, _), _ in pairs)
    peaks = [max(way[1] for way in ways) for ways in zip(*pairs, strict=True)]
    return [
        name, f"{rows:,}", f"{path.stat().st_size / 1e6:.1f}", f"{base:.2f}", f"{ours:.2f}",
        f"{ratio:.1f}", f"{rows / ours:,.0f}", *(f"{peak:.0f}" for peak in peaks),
    ]  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder for the workbooks, used again if there")
    parser.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        way, path = options.once[0], Path(options.once[1])
        measure(partial(raw, path) if way == "raw" else partial(read_list, path, ListKind(way)))
        return
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for name, made in (("supply", supplies), ("demand", demands)):
            path = (options.keep or Path(folder)) / f"{name}-{options.rows}.xlsx"
            if not path.exists():
                write(path, made(options.rows))
            lines.append(compare(name, path, options.rows, options.times))
    packages = ", ".join(f"{p} {version(p)}" for p in ("python-calamine", "rapidfuzz"))
    machine = f"{os.cpu_count()} cores, {platform.machine()} {platform.system()}"
    print(f"{dt.date.today()}, {machine}, Python {platform.python_version()}, {packages}")  # noqa: DTZ011
    print()
    header = ("list", "rows", "MB", "raw calamine s", "read_list s", "ratio", "rows/s")
    print(table((*header, "peak MB raw", "peak MB read_list"), lines))


if __name__ == "__main__":
    main()
