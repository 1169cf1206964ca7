"""Commands after matching: ``decide``, ``catalogue``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.common import console, db_option, echo_json, json_option, say_some
from matcher.cli.failures import fail
from matcher.cli.files import check_out, write_file
from matcher.errors import XieshouError
from matcher.model import Verdict
from matcher.records import whole

if TYPE_CHECKING:
    from matcher.catalogue import Chosen, ReviewReading
    from matcher.store import DecisionReport, Store


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--final", is_flag=True, help="这是复核：审核意见不一致的，以这份表为准。")
@db_option
@json_option
def decide(file: Path, db: Path, *, final: bool, as_json: bool) -> int:
    """把审核人在工作簿里填的 采纳、不采纳、待定 读回数据库。

    几位审核人的结果不同时是“意见不一致”，复核之前按待定处理。

    \b
    例：
        xieshou decide 匹配建议.xlsx --db xieshou.db
    """
    from matcher.catalogue import read_review
    from matcher.store import Store

    review = read_review(file)
    with Store(db, create=False) as store:
        report = store.decisions.record(
            review.decisions,
            seen=review.fingerprints,
            carried=review.carried,
            source=review.source,
            final=final,
        )
    if as_json:
        echo_json(
            {
                "recorded": report.recorded,
                "unchanged": report.unchanged,
                "undecided": review.undecided,
                "changed": list(report.changed),
                "unknown": list(report.unknown),
                "problems": [
                    {"sheet": p.sheet, "row": p.row, "text": p.text, "message": p.message}
                    for p in review.problems
                ],
            }
        )
    else:
        _say(whole(file.name), review, report)
    if report.recorded or report.unchanged or not review.filled:
        return 0
    return fail(f"{whole(file.name)} 里的审核结果一条也没有记下，请看上面的原因", 2)


def _say(name: str, review: ReviewReading, report: DecisionReport) -> None:
    out = console()
    out.print(
        f"{name}：记下 {report.recorded} 条审核结果，{report.unchanged} 条与已有的相同，"
        f"{review.undecided} 条还没有审核"
    )
    say_some(
        [
            *(
                f"没有记：{p.sheet} 第 {p.row} 行 {p.message}（{p.text}），{p.advice}"
                for p in review.problems
            ),
            *(f"没有记：{d} / {s} 内容在审核之后变了，请重新撮合后再审" for d, s in report.changed),
            *(f"没有记：数据库里没有 {d} / {s}，请先导入这两份清单" for d, s in report.unknown),
        ],
        "加 --json 看全部",
    )


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
    from matcher.catalogue import CATALOGUE_SUFFIXES, build, to_document
    from matcher.store import Store

    if not title.strip():
        raise XieshouError("目录标题不能是空的，请在 --title 后写上标题，或不写这个选项")
    check_out(out, CATALOGUE_SUFFIXES, inputs=[db])
    with Store(db, create=False) as store:
        chosen, made_on = drafted(store) if draft else accepted(store)
        made = build(title, made_on, chosen, draft=draft)
    if not made.entries:
        hint = (
            "请先用 xieshou run 撮合"
            if draft
            else "请先审核并用 xieshou decide 读回，或加 --draft 出草案"
        )
        left = "；".join(f"{n} 条{why}" for why, n in made.left_out.items())
        found = f"没有可以写进目录的{'建议' if draft else '采纳结果'}"
        raise XieshouError(f"{found}{f'（{left}）' if left else ''}，{hint}")
    write_file(out, to_document(made, out.suffix))
    left = "，".join(f"{why} {n} 条" for why, n in made.left_out.items())
    console().print(
        f"已写出 {out}：{len(made.entries)} 条{'（草案）' if draft else ''}"
        + (f"；未列入：{left}" if left else ""),
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
        pair = Chosen(demands[s.demand_id], supplies[s.supply_id], s, changed=stored.changed)
        best.setdefault(s.demand_id, pair)
    return list(best.values()), local_date(record["finished_at"])


def accepted(store: Store) -> tuple[list[Chosen], dt.date]:
    """Every pair whose last decision is an acceptance, with its explanation where there is one."""
    from matcher.catalogue import Chosen, local_date
    from matcher.store import EVERYTHING

    run_id = store.runs.latest()
    found = store.runs.suggestions(run_id, EVERYTHING) if run_id is not None else []
    suggestions = {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion for s in found}
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    chosen = [
        Chosen(
            demands[pair[0]], supplies[pair[1]], suggestions.get(pair),
            stored.decision.reviewer, stored.decision.decided_at, stored.changed,
        )
        for pair, stored in store.decisions.latest().items()
        if stored.decision.verdict is Verdict.ACCEPTED
    ]  # fmt: skip
    dates = [local_date(pair.decided_at) for pair in chosen]
    return chosen, max(dates, default=dt.date(1970, 1, 1))
