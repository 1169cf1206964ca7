"""Time and memory of catalogues in every form: ``python -m benchmarks.catalogue 1000 5000``.

Each form is written in a process of its own; seconds and memory are of the whole process, with the
start of Python. The entries are made up, as long as those of the bundled lists.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import process
from benchmarks.tables import load, machine, table
from matcher.catalogue import CATALOGUE_SUFFIXES, Catalogue, to_document
from matcher.catalogue.content import Amount, Chapter, Entry, Need
from matcher.catalogue.notes import fill, template

_PRODUCTS = (
    "闸阀",
    "球阀、止回阀",
    "阴极铜",
    "无缝钢管",
    "番茄酱无菌袋",
    "光伏支架",
    "防爆接线箱",
    "耐火浇注料",
)
_SPECS = (
    "Z41H-16C/25，DN15-DN400",
    "φ57-φ325，20#，壁厚 3.5-16mm",
    "220L，阻隔型，双层",
    "Q355B，热镀锌，65μm",
)
_REASONS = (
    "品名都有“阀”",
    "型号或代号相同：DN50",
    "执行标准相同：GB/T 12234-2019",
    "同在博乐市",
    "年产能是年需求量的 3.1 倍",
)
_TIMEOUT = 600.0


def made(count: int) -> Catalogue:
    """A catalogue of so many entries in ten chains."""
    draw = random.Random(count)
    entries = [_entry(number, draw) for number in range(1, count + 1)]
    size = -(-count // 10)
    chapters = tuple(
        Chapter(f"第{i + 1}产业链", tuple(entries[i * size : (i + 1) * size]))
        for i in range(10)
        if entries[i * size : (i + 1) * size]
    )
    day = dt.date(2026, 3, 1)
    catalogue = Catalogue(
        "优质产品推荐目录", day, draft=False, chapters=chapters, issuer="某州工业和信息化局"
    )
    return replace(catalogue, notes=fill(template(catalogue.variant), catalogue))


def _entry(number: int, draw: random.Random) -> Entry:
    product, spec = draw.choice(_PRODUCTS), draw.choice(_SPECS)
    amount = float(draw.randint(10, 50_000))
    needs = tuple(
        Need(
            f"D{number}-{i}", f"新疆第{draw.randint(1, 40)}化工有限公司", product, spec, "GB/T 12234-2019",
            Amount(amount, amount, "台", f"{amount:g} 台"), "按批化验，以双方仲裁样为准",
            "；".join(draw.sample(_REASONS, 3)), "2026-02-01",
        )
        for i in range(draw.choice((1, 1, 1, 2, 3)))
    )  # fmt: skip
    return Entry(
        number, f"S{number}", f"博乐第{number}机械制造有限公司", product, draw.choice(("博乐市", "精河县", "温泉县")),
        draw.choice(("", "创新型", "专精特新")), spec, "GB/T 12234-2019", Amount(amount, amount, "台", f"{amount:g} 台"),
        "特种设备生产许可证（压力管道元件B级）；ISO9001", "新疆某铜业股份有限公司、新疆某化工有限公司", "可提供WCB、304、316L阀体",
        "王经理 0909-1234567", f"{needs[0].reason}。", needs,
    )  # fmt: skip


def main() -> None:
    """Write one file, or measure all forms and print a table."""
    if len(sys.argv) == 4:  # in a process of its own
        _, count, suffix, out = sys.argv
        Path(out).write_bytes(to_document(made(int(count)), suffix))
        return
    counts = [int(word) for word in sys.argv[1:]] or [1000, 5000]
    print(f"{machine()}, {load()}\n")
    rows = []
    with TemporaryDirectory() as folder:
        for count in counts:
            for suffix in CATALOGUE_SUFFIXES:
                out = Path(folder) / f"a{suffix}"
                arguments = [
                    sys.executable,
                    "-m",
                    "benchmarks.catalogue",
                    str(count),
                    suffix,
                    str(out),
                ]
                used = process(arguments, _TIMEOUT)
                size = f"{out.stat().st_size / 1e6:.1f}"
                rows.append((f"{count:,}", suffix, f"{used.seconds:.1f}", used.peak_mb, size))
    print(table(("entries", "form", "seconds", "peak MB", "file MB"), rows))


if __name__ == "__main__":
    main()
