"""Commands about lists: ``read``, ``template``, ``import``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from matcher.catalogue.review import refuse_review
from matcher.cli.choosing import choice_options
from matcher.cli.common import Kind, console, db_option, echo_json, json_option, say_some
from matcher.cli.failures import fail
from matcher.cli.files import fresh_path, write_file
from matcher.errors import MappingError, XieshouError
from matcher.lists import ListReading, read_list
from matcher.lists.choices import Choices
from matcher.lists.template import template as form
from matcher.model import ListKind
from matcher.records import product_records, whole
from matcher.store.originals import LARGEST

kind_option = click.option(
    "--kind",
    type=Kind(),
    help="清单种类：demand 需求，supply 供给；不写时自动判断。",
)
map_option = click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="列=KEY",
    help="指定某列是什么，列名或列字母均可，如 --map 品名=product_name --map C=unit；可重复。",
)


def parse_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """``("品名=product_name",)`` as a dictionary.

    Raises:
        MappingError: A pair without ``=``.
    """
    mapping = {}
    for pair in pairs:
        name, sign, key = pair.rpartition("=")
        if not sign or not name:
            raise MappingError(f"--map {pair} 应写成 列=KEY，如 品名=product_name")
        mapping[name.strip()] = key.strip()
    return mapping


def reading_record(reading: ListReading) -> dict[str, Any]:
    """A reading as the data that ``read --json`` prints."""
    return {
        "file": whole(reading.file),
        "sha256": reading.sha256,
        "format": reading.format,
        "encoding": reading.encoding,
        "kind": reading.kind.value,
        "kind_certain": reading.kind_certain,
        "tables": [
            {
                "sheet": table.sheet,
                "header_rows": list(table.header_rows),
                "first_row": table.first_row,
                "last_row": table.last_row,
                "rows": table.rows,
                "filled_down": table.filled_down,
                "columns": [
                    {
                        "column": c.letter,
                        "heading": c.heading,
                        "key": c.key,
                        "how": c.how,
                        "score": round(c.score, 3),
                        "unit": c.unit,
                    }
                    for c in table.columns
                ],
            }
            for table in reading.tables
        ],
        "rows": [
            {"sheet": row.source.sheet, "row": row.source.row, **record}
            | ({"attributes": row.attributes} if row.attributes else {})
            for row in reading.rows
            for record in product_records(row)
        ],
        "problems": [asdict(problem) for problem in reading.problems],
        "skipped": [asdict(skip) for skip in reading.skipped],
    }


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@kind_option
@map_option
@choice_options
@json_option
def read(
    file: Path, kind: str | None, mapping: tuple[str, ...], choices: Choices, *, as_json: bool
) -> int:
    """读一份清单，说明读懂了什么、哪里有问题。

    \b
    例：
        xieshou read 需求清单.xlsx
        xieshou read 供给清单.csv --json
    """
    given = parse_mapping(mapping)
    reading = read_list(file, ListKind(kind) if kind else None, mapping=given, choices=choices)
    refuse_review(reading)
    if as_json:
        echo_json(reading_record(reading))
    else:
        _show(reading)
    if reading.rows:
        return 0
    return fail(f"{whole(reading.file)} 没有读入任何一行，请按上面列出的问题改好后再试", 2)


def _show(reading: ListReading) -> None:
    out = console()
    word = "需求" if reading.kind is ListKind.DEMAND else "供给"
    sure = "" if reading.kind_certain else "（列名看不出种类，暂按此处理，可用 --kind 指定）"
    out.print(f"{reading.file}：{word}清单{sure}，读入 {len(reading.rows)} 行")
    for table in reading.tables:
        place = f"工作表“{table.sheet}”" if table.sheet else "表格"
        heads = "、".join(str(row) for row in table.header_rows) or "无"
        filled = f"，向下填充 {table.filled_down} 行" if table.filled_down else ""
        out.print(f"  {place}：表头在第 {heads} 行，数据 {table.rows} 行{filled}")
        known = [
            f"{c.letter} {c.heading} → {c.key}" for c in table.columns if c.key and c.key[0] != "@"
        ]
        other = [f"{c.letter} {c.heading}" for c in table.columns if not c.key]
        out.print(f"    {'；'.join(known)}")
        if other:
            out.print(f"    没有对应的列（作为附加信息保留）：{'；'.join(other)}")
    if reading.problems:
        table_ = Table(title=f"问题 {len(reading.problems)} 处", title_justify="left")
        for heading in ("位置", "列", "读到", "问题", "怎么办"):
            table_.add_column(heading, overflow="fold")
        for p in reading.problems[:50]:
            place = f"{p.sheet} {p.row or ''}".strip()
            cells = (place, p.column, p.text[:40], p.message, p.advice)
            table_.add_row(*cells)
        out.print(table_)
        if len(reading.problems) > 50:
            out.print(f"……还有 {len(reading.problems) - 50} 处，用 --json 看全部")
    reasons: dict[str, int] = {}
    for skip in reading.skipped:
        reasons[skip.reason] = reasons.get(skip.reason, 0) + 1
    if reasons:
        counted = "，".join(f"{reason} {n} 行" for reason, n in reasons.items())
        out.print(f"跳过：{counted}")


@click.command()
@click.argument("kind", type=Kind())
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def template(kind: str, out: Path) -> None:
    """写一份空白清单，发给企业填报。

    \b
    例：
        xieshou template demand 需求清单（空白）.xlsx
        xieshou template supply 供给清单（空白）.xlsx
    """
    if out.suffix.lower() != ".xlsx":
        raise XieshouError(f"空白清单是 xlsx 文件，请把 {out.name} 改成以 .xlsx 结尾的文件名")
    if out.exists():
        raise XieshouError(f"{out} 已经存在，请换一个文件名，如 {fresh_path(out).name}")
    write_file(out, form(ListKind(kind)))
    console().print(f"已写出 {out}，第 3 行是示例")


def _kept(file: Path) -> bytes | None:
    """The bytes of a file as the database keeps them; none of one that is too large for it."""
    return file.read_bytes() if file.stat().st_size <= LARGEST else None


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@kind_option
@map_option
@choice_options
@db_option
@json_option
def import_(
    files: tuple[Path, ...],
    kind: str | None,
    mapping: tuple[str, ...],
    choices: Choices,
    db: Path,
    *,
    as_json: bool,
) -> None:
    """把清单导入数据库；同一份文件再次导入不会改动任何东西。

    \b
    例：
        xieshou import 需求清单.xlsx 供给清单.csv --db xieshou.db
    """
    from matcher.store import EVERYTHING, Store

    given, known = parse_mapping(mapping), ListKind(kind) if kind else None
    readings = [read_list(file, known, mapping=given, choices=choices) for file in files]
    for reading in readings:
        refuse_review(reading)
        if not reading.rows:
            raise XieshouError(
                f"{reading.file} 没有读入任何一行，没有导入，请用 xieshou read 查看问题"
            )
    with Store(db) as store:
        with store.transaction():  # all files, or none
            reports = [
                store.lists.add(reading, original=_kept(file))
                for file, reading in zip(files, readings, strict=True)
            ]
        questions = store.enterprises.questions(EVERYTHING)
    if as_json:
        echo_json(
            {
                "lists": [asdict(report) for report in reports],
                "questions": [asdict(question) for question in questions],
            }
        )
        return
    out = console()
    for report in reports:
        word = "需求" if report.kind is ListKind.DEMAND else "供给"
        if report.already:
            out.print(f"{report.file}：这份文件以前导入过，没有改动")
            continue
        out.print(
            f"{report.file}：{word} {report.rows} 行，新增 {report.new}，更新 {report.updated}，"
            f"不变 {report.unchanged}；问题 {report.problems} 处，跳过 {report.skipped} 行",
        )
    asked = [f"是同一家企业吗？{q.first} / {q.second}（{q.reason}）" for q in questions]
    say_some(asked, "在 xieshou serve 的首页可以看到全部")
