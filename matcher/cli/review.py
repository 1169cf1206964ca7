"""The command ``decide``: reviews written into a workbook, read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.common import console, db_option, echo_json, json_option, say_some
from matcher.cli.failures import fail
from matcher.records import whole

if TYPE_CHECKING:
    from matcher.catalogue import ReviewReading
    from matcher.store import DecisionReport


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
