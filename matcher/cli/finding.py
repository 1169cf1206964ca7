"""The command that answers one need: ``find``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from matcher.catalogue.review import refuse_review
from matcher.cli.common import console, echo_json, json_option, progress
from matcher.cli.matching import parameters_of, top_option
from matcher.errors import XieshouError
from matcher.lists import read_list
from matcher.model import Demand, ListKind

if TYPE_CHECKING:
    from matcher.ranking import Index

_BLOCK = 1 << 20


@click.command()
@click.argument("text", metavar="文字")
@click.option("--supplies", type=click.Path(dir_okay=False, path_type=Path), help="供给清单。")
@click.option("--index", "folder", type=click.Path(file_okay=False, path_type=Path),
              help="索引目录：清单没有变就直接用，变了或还没有就新建。")  # fmt: skip
@click.option("--spec", default="", help="规格要求。")
@top_option
@json_option
def find(
    text: str, supplies: Path | None, folder: Path | None, spec: str, top: int, *, as_json: bool
) -> None:
    """输入一个产品名称，马上找出供得上的企业和理由。

    \b
    例：
        xieshou find 氢氧化钠 --supplies 供给清单.xlsx --index 供给索引
        xieshou find 闸阀 --spec "DN50 PN16" --index 供给索引
    """
    from matcher.catalogue.suggestions import suggestion_record
    from matcher.records import quantity_text, row_record

    if not text.strip():
        raise click.BadParameter("要找的产品不能是空的", param_hint="文字")
    index = _index(supplies, folder)
    wanted = Demand("1", text.strip(), spec=spec)
    found = index.find([wanted], parameters_of(top, 0.0, None))
    rows = {s.supply_id: index.supply(s.supply_id) for s in found.suggestions}
    if as_json:
        echo_json(
            {
                "demand": row_record(wanted),
                "gap": bool(found.gaps),
                "suggestions": [
                    suggestion_record(s) | {"supply": row_record(rows[s.supply_id])}
                    for s in found.suggestions
                ],
            }
        )
        return
    out = console()
    for s in found.suggestions:
        supply = rows[s.supply_id]
        place = f"（{supply.county}）" if supply.county else ""
        out.print(
            f"{s.rank}. {supply.enterprise}{place}{s.supply_product} {supply.spec} "
            f"{quantity_text(supply)}　把握 {s.probability:.1%}"
        )
        table = Table(show_header=False, box=None, padding=(0, 1))
        for c in s.explanation.lines:
            if c.sentence:
                table.add_row("", c.sentence)
        out.print(table)
    if not found.suggestions:
        out.print("没有候选供给")
    elif found.gaps:
        out.print("这些都没有把握供得上，可能是断点")


def _index(supplies: Path | None, folder: Path | None) -> Index:
    """The index of a list, or the one in a folder; built and saved where the list is another."""
    from matcher.ranking import Index, source_of

    if supplies is None:
        if folder is None:
            raise click.UsageError("请用 --supplies 给出供给清单，或用 --index 给出已建的索引目录")
        return Index.open(folder)
    source = _sha256(supplies)
    if folder is not None and source_of(folder) == source:
        return Index.open(folder)
    reading = read_list(supplies, ListKind.SUPPLY)
    refuse_review(reading)
    if not reading.rows:
        raise XieshouError(f"{reading.file} 没有读入任何一行，请用 xieshou read 查看问题")
    with progress() as bars:
        index = Index.of(reading.supplies, lambda done, whole: bars("分析供给", done, whole))
    if folder is not None:
        index.save(folder, source)
    return index


def _sha256(path: Path) -> str:
    """What a file holds; empty where it cannot be read, of which reading it will tell."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
