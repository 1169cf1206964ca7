"""The command that measures: ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.common import console, echo_json, json_option
from matcher.cli.files import check_out, write_file
from matcher.cli.matching import match_readings
from matcher.lists import read_list
from matcher.model import ListKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.evaluation import Interval, Judgements

_TOP = 100  # the deepest that a measure looks


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path),
              help="另写一份带图的报告，后缀为 .html，不联网也能打开。")  # fmt: skip
@json_option
def evaluate(folder: Path, report: Path | None, *, as_json: bool) -> None:
    """在带判断的数据上评测：文件夹里有 demands.tsv、supplies.tsv、qrels.tsv。

    \b
    例：
        xieshou evaluate 评测数据/ --json
        xieshou evaluate 评测数据/ --report 评测报告.html
    """
    from matcher.evaluation import LABELS, intervals, read_judgements
    from matcher.evaluation import evaluate as measure
    from matcher.ranking import Parameters

    if report:
        from matcher.evaluation.report import require_plotly

        require_plotly()
        check_out(report, (".html",))
    judgements = read_judgements(folder / "qrels.tsv")
    demands = read_list(folder / "demands.tsv", ListKind.DEMAND)
    supplies = read_list(folder / "supplies.tsv", ListKind.SUPPLY)
    result = match_readings(demands, supplies, Parameters(top=_TOP, explain=False))
    scored = {
        demand: {s.supply_id: s.probability for s in found}
        for demand, found in result.ranking.by_demand().items()
    }
    rankings = {demand: list(found) for demand, found in scored.items()}
    scores, measures = measure(rankings, judgements), intervals(rankings, judgements)
    name = folder.resolve().name
    if report:
        write_file(report, _page(folder, scores.demands, measures, scored, judgements))
    if as_json:
        ends = {LABELS[n]: [round(i.low, 6), round(i.high, 6)] for n, i in measures.items()}
        means = {label: round(value, 6) for label, value in scores.as_dict().items()}
        echo_json({"folder": name, **means, "intervals": ends})
        return
    out = console()
    out.print(f"{name}：有判断的需求 {scores.demands} 条，方括号里是 95% 置信区间")
    for field, found in measures.items():
        out.print(f"  {LABELS[field]:24} {found}")
    if report:
        out.print(f"已写出 {report}")


def _page(
    folder: Path,
    demands: int,
    measures: Mapping[str, Interval],
    scored: Mapping[str, Mapping[str, float]],
    judgements: Judgements,
) -> bytes:
    """The report of an evaluation."""
    from matcher.evaluation import by_difficulty, pool, read_difficulties
    from matcher.evaluation.report import Evaluation, to_html
    from matcher.records import whole

    hard = [
        (judgements[demand][supply], difficulty, scored.get(demand, {}).get(supply, 0.0))
        for (demand, supply), difficulty in read_difficulties(folder / "qrels.tsv").items()
    ]
    hard.sort(key=lambda pair: (-pair[0], pair[1]))  # the best tier first
    evaluation = Evaluation(
        name=whole(folder.resolve().name),
        demands=demands,
        measures=measures,
        pool=pool(scored, judgements),
        difficulties=by_difficulty((difficulty, f"{grade:g}", p) for grade, difficulty, p in hard),
    )
    return to_html(evaluation).encode("utf-8")
