"""Commands after matching: ``decide``, ``catalogue``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.common import console, db_option, echo_json, json_option
from matcher.errors import XieshouError
from matcher.model import Verdict

if TYPE_CHECKING:
    from matcher.catalogue import Chosen
    from matcher.store import Store


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@db_option
@json_option
def decide(file: Path, db: Path, *, as_json: bool) -> int:
    """把审核人在工作簿里填的 采纳、不采纳、待定 读回数据库。

    \b
    例：
        xieshou decide 匹配建议.xlsx --db xieshou.db
    """
    from matcher.catalogue import read_review
    from matcher.store import EVERYTHING, Store

    review = read_review(file)
    with Store(db, create=False) as store:
        changed = changed_pairs(store, review.fingerprints)
        report = store.decisions.record(
            [d for d in review.decisions if (d.demand_id, d.supply_id) not in changed],
            source=file.name,
        )
        total = len(store.lists.demands(EVERYTHING))
    if as_json:
        echo_json(
            {
                "recorded": report.recorded,
                "unchanged": report.unchanged,
                "undecided": review.undecided,
                "changed": sorted(changed),
                "unknown": list(report.unknown),
                "problems": [
                    {"sheet": p.sheet, "row": p.row, "text": p.text, "message": p.message}
                    for p in review.problems
                ],
            }
        )
    else:
        out = console()
        out.print(
            f"{file.name}：记下 {report.recorded} 条审核结果，{report.unchanged} 条与已有的相同，"
            f"{review.undecided} 条还没有审核",
            markup=False,
        )
        for demand_id, supply_id in sorted(changed):
            out.print(
                f"没有记：{demand_id} / {supply_id} 内容在审核之后变了，请重新撮合后再审",
                markup=False,
            )
        for demand_id, supply_id in report.unknown:
            out.print(
                f"没有记：数据库里没有 {demand_id} / {supply_id}，请先导入这两份清单", markup=False
            )
        for p in review.problems:
            out.print(
                f"没有记：{p.sheet} 第 {p.row} 行 {p.message}（{p.text}），{p.advice}", markup=False
            )
    incomplete = bool(report.unknown) and not (report.recorded or report.unchanged)
    return 2 if incomplete or not total else 0


def changed_pairs(
    store: Store, fingerprints: dict[tuple[str, str], tuple[str, str]]
) -> set[tuple[str, str]]:
    """Pairs whose rows say something else now than when the workbook was written."""
    from matcher.model import ListKind

    demands = store.lists.keys(ListKind.DEMAND)
    supplies = store.lists.keys(ListKind.SUPPLY)
    changed = set()
    for (demand_id, supply_id), marks in fingerprints.items():
        if demand_id in demands and supply_id in supplies:
            now = (demands[demand_id][1], supplies[supply_id][1])
            if now != marks:
                changed.add((demand_id, supply_id))
    return changed


@click.command()
@db_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="目录文件，后缀可为 .docx .xlsx .csv .json。")  # fmt: skip
@click.option("--draft", is_flag=True, help="用最近一次撮合里未审核的最好建议出一份草案。")
@click.option("--title", default="中小企业优质产品推荐目录", show_default=True, help="目录标题。")
def catalogue(db: Path, out: Path, title: str, *, draft: bool) -> None:
    """把采纳的建议写成推荐目录；加 --draft 则写成草案。

    \b
    例：
        xieshou catalogue --db xieshou.db --out 推荐目录.docx
        xieshou catalogue --db xieshou.db --out 推荐目录（草案）.xlsx --draft
    """
    from matcher.catalogue import build, write_catalogue
    from matcher.store import Store

    with Store(db, create=False) as store:
        chosen, made_on = drafted(store) if draft else accepted(store)
        made = build(title, made_on, chosen, draft=draft)
    if not made.entries:
        hint = (
            "请先用 xieshou run 撮合"
            if draft
            else "请先审核并用 xieshou decide 读回，或加 --draft 出草案"
        )
        raise XieshouError(f"没有可以写进目录的{'建议' if draft else '采纳结果'}，{hint}")
    write_catalogue(made, out)
    left = "，".join(f"{why} {n} 条" for why, n in made.left_out.items())
    console().print(
        f"已写出 {out}：{len(made.entries)} 条{'（草案）' if draft else ''}"
        + (f"；未列入：{left}" if left else ""),
        markup=False,
    )


def drafted(store: Store) -> tuple[list[Chosen], dt.date]:
    """The best unreviewed suggestion of every demand in the last run that has an acceptable one."""
    from matcher.catalogue import Chosen, local_date
    from matcher.store import EVERYTHING

    run_id = store.runs.latest()
    if run_id is None:
        raise XieshouError("还没有撮合过，请先执行 xieshou run")
    record = store.runs.get(run_id)
    acceptable = record["parameters"]["acceptable"]
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    best: dict[str, Chosen] = {}
    for stored in store.runs.suggestions(run_id, EVERYTHING):
        s = stored.suggestion
        if stored.verdict is not None or s.already_supplying or s.probability < acceptable:
            continue
        best.setdefault(s.demand_id, Chosen(demands[s.demand_id], supplies[s.supply_id], s))
    return list(best.values()), local_date(record["finished_at"])


def accepted(store: Store) -> tuple[list[Chosen], dt.date]:
    """Every pair whose last decision is an acceptance, with its explanation where there is one."""
    from matcher.catalogue import Chosen, local_date
    from matcher.ranking.engine import is_current
    from matcher.store import EVERYTHING

    run_id = store.runs.latest()
    found = store.runs.suggestions(run_id, EVERYTHING) if run_id is not None else []
    suggestions = {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion for s in found}
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    chosen = []
    for decision in store.decisions.last(EVERYTHING):
        if decision.verdict is not Verdict.ACCEPTED:
            continue
        demand, supply = demands[decision.demand_id], supplies[decision.supply_id]
        pair = (decision.demand_id, decision.supply_id)
        if pair not in suggestions and is_current(demand, supply):
            continue
        chosen.append(
            Chosen(demand, supply, suggestions.get(pair), decision.reviewer, decision.decided_at)
        )
    dates = [local_date(pair.decided_at) for pair in chosen]
    return chosen, max(dates, default=dt.date(1970, 1, 1))
