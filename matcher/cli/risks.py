"""Command ``risks``: the exclusion list (风险名单)."""

from __future__ import annotations

from pathlib import Path

import click

from matcher.cli.common import console, db_option, echo_json, json_option, say_some

_FLAGS = ("经营异常", "失信", "行政处罚", "其他")


@click.group()
def risks() -> None:
    """风险名单：经营异常、失信等企业，标出来，不推荐。

    \b
    例：
        xieshou risks import 失信名单.xlsx --flag 失信 --db xieshou.db
        xieshou risks list --db xieshou.db
    """


@risks.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--flag", type=click.Choice(_FLAGS), default=None, help="表里没有写风险类型的行算哪一种。"
)
@db_option
@json_option
def import_(file: Path, flag: str | None, db: Path, *, as_json: bool) -> None:
    """导入一份名单，要有“企业名称”一列；已有的同样一条不再加。

    \b
    例：
        xieshou risks import 经营异常名录.csv --flag 经营异常
    """
    from matcher.lists.risklist import read_risk_list
    from matcher.store import Risk, Store

    reading = read_risk_list(file, flag=flag or "")
    with Store(db) as store:
        added = store.risks.add(map(Risk.of, reading.entries), source=file.name)
    lost = sum(problem.lost for problem in reading.problems)
    known = len(reading.entries) - added
    if as_json:
        echo_json({"rows": reading.rows, "added": added, "known": known, "lost": lost})
        return
    console().print(f"读到 {reading.rows} 行：新增 {added}，已有 {known}，没有读入 {lost}")
    lines = [
        f"{p.sheet} 第 {p.row} 行 {p.column}：{p.message}，{p.advice}" for p in reading.problems
    ]
    say_some(lines, "用 --json 看总数")


@risks.command("list")
@db_option
@click.option("--all", "everything", is_flag=True, help="已经到期的也列出。")
@json_option
def list_(db: Path, *, everything: bool, as_json: bool) -> None:
    """列出名单，写明对上了数据库里的哪家企业。

    \b
    例：
        xieshou risks list --all
    """
    from dataclasses import asdict

    from matcher.store import Store

    with Store(db, create=False) as store:
        found = store.risks.page(limit=1_000_000, active=not everything)
    if as_json:
        echo_json([asdict(risk) | {"enterprise": ours} for risk, ours in found])
        return
    if not found:
        console().print("名单是空的，用 xieshou risks import 导入")
    for risk, ours in found:
        when = f"{risk.since or '…'} 至 {risk.until or '今'}"
        console().print(
            f"{risk.flag}　{risk.name}　{when}　{f'即 {ours}' if ours else '清单里没有'}"
        )
