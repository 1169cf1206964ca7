"""Commands that match: ``match``, ``run``, ``show``, ``evaluate``."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from matcher.cli.common import (
    console,
    db_option,
    echo_json,
    fresh_path,
    json_option,
    progress,
    write_file,
)
from matcher.errors import NotFoundError, UnreadableListError, XieshouError
from matcher.lists import ListReading, read_list
from matcher.model import ListKind

if TYPE_CHECKING:
    from matcher.catalogue import MatchResult
    from matcher.ranking import Parameters
    from matcher.store import Store

DEFAULT_OUT = "匹配建议.xlsx"
SUFFIXES = (".xlsx", ".csv", ".json")
top_option = click.option(
    "--top",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="每条需求最多几条建议。",
)
min_score_option = click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="建议的最低把握。",
)
acceptable_option = click.option(
    "--acceptable", type=click.FloatRange(0, 1), default=None,
    help="把握达到多少才算有供给；一条都达不到的需求是断点。",
)  # fmt: skip
force_option = click.option("--force", is_flag=True, help="即使会盖掉已填写的审核结果也写。")


def parameters_of(top: int, min_score: float, acceptable: float | None) -> Parameters:
    """Run parameters from the options; what is not given keeps its default."""
    from matcher.ranking import Parameters

    default = Parameters()
    return Parameters(
        top=top,
        min_score=min_score,
        acceptable=default.acceptable if acceptable is None else acceptable,
    )


@click.command()
@click.argument("demands", type=click.Path(path_type=Path))
@click.argument("supplies", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help=f"结果文件，后缀可为 {' '.join(SUFFIXES)}。不写时为 {DEFAULT_OUT}，已存在则另取名。")  # fmt: skip
@top_option
@min_score_option
@acceptable_option
@force_option
def match(
    demands: Path,
    supplies: Path,
    out: Path | None,
    top: int,
    min_score: float,
    acceptable: float | None,
    *,
    force: bool,
) -> None:
    """读需求清单和供给清单，写出排好序、带理由的匹配建议。

    \b
    例：
        xieshou match 需求清单.xlsx 供给清单.xlsx
        xieshou match 需求.tsv 供给.tsv --top 100 --out 结果.csv
    """
    target = check_out(out, force=force)
    readings = (read_list(demands, ListKind.DEMAND), read_list(supplies, ListKind.SUPPLY))
    _check_order(demands, supplies, readings)
    result = match_readings(*readings, parameters_of(top, min_score, acceptable))
    write_result(result, target)
    report(result, target)


def check_out(out: Path | None, *, force: bool) -> Path:
    """Where to write, checked before any work is done.

    Raises:
        XieshouError: Unknown suffix, missing folder, or a workbook that holds decisions.
    """
    if out is None:
        return fresh_path(Path(DEFAULT_OUT))
    if out.suffix.lower() not in SUFFIXES:
        raise XieshouError(f"不会写 {out.name} 这种格式，请用 {'、'.join(SUFFIXES)} 之一作后缀")
    if not out.parent.is_dir():
        raise XieshouError(f"文件夹 {out.parent} 不存在，请先建立")
    if out.exists() and out.suffix.lower() == ".xlsx" and not force:
        from matcher.catalogue import read_review

        try:
            decided = len(read_review(out).decisions)
        except UnreadableListError:
            decided = 0
        if decided:
            raise XieshouError(
                f"{out} 里已有 {decided} 条审核结果，不能盖掉；请换一个文件名，或先用 xieshou decide 读回后加 --force"
            )
    return out


def _check_order(demands: Path, supplies: Path, readings: tuple[ListReading, ListReading]) -> None:
    """Refuse two lists in the wrong order, which would otherwise match nonsense."""
    if [reading.guess for reading in readings] == [ListKind.SUPPLY, ListKind.DEMAND]:
        raise XieshouError(
            f"两份清单好像放反了：{demands.name} 像供给清单，{supplies.name} 像需求清单，请交换顺序"
        )
    for reading in readings:
        if not reading.rows:
            raise XieshouError(f"{reading.file} 没有读入任何一行，请用 xieshou read 查看问题")


def match_readings(
    demands: ListReading, supplies: ListReading, parameters: Parameters
) -> MatchResult:
    """Match two lists that were read."""
    from matcher.catalogue import MatchResult
    from matcher.ranking import match as rank

    with progress() as bars:
        ranking = rank(demands.demands, supplies.supplies, parameters, progress=bars)
    return MatchResult.of(ranking, demands.demands, supplies.supplies, (demands, supplies))


def write_result(
    result: MatchResult,
    out: Path,
    *,
    title: str = "供需匹配建议",
    made_on: dt.date | None = None,
    store: Store | None = None,
) -> None:
    """Write a result by suffix; decisions in the store are shown in the workbook."""
    from matcher.catalogue import WorkbookNotes, to_csv, to_json, to_workbook
    from matcher.catalogue.entries import BEIJING

    suffix = out.suffix.lower()
    if suffix == ".csv":
        data = to_csv(result)
    elif suffix == ".json":
        data = to_json(result)
    else:
        lines = [
            (
                f"{'需求' if r.kind is ListKind.DEMAND else '供给'}清单",
                f"{r.file}，{len(r.rows)} 行",
            )
            for r in result.readings
        ]
        notes = WorkbookNotes(
            title=title,
            made_on=made_on or dt.datetime.now(BEIJING).date(),
            lines=lines,
            decisions=store.decisions.latest() if store else None,
        )
        data = to_workbook(result, notes)
    write_file(out, data)


def report(result: MatchResult, out: Path) -> None:
    """Say in a few lines what came out and where it is."""
    screen = console()
    ranking = result.ranking
    screen.print(
        f"需求 {len(result.demands)} 行，供给 {len(result.supplies)} 行，"
        f"建议 {len(ranking.suggestions)} 条，断点 {len(ranking.gaps)} 条需求",
        markup=False,
    )
    lost = sum(p.lost for r in result.readings for p in r.problems)
    problems = sum(len(r.problems) for r in result.readings)
    if problems:
        screen.print(
            f"读表时发现 {problems} 处问题，其中 {lost} 行没有读入（xieshou read 可查看）",
            markup=False,
        )
    screen.print(f"已写出 {out}", markup=False)


@click.command()
@db_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help=f"另把结果写成文件，后缀可为 {' '.join(SUFFIXES)}。")  # fmt: skip
@top_option
@min_score_option
@acceptable_option
@force_option
@json_option
def run(
    db: Path,
    out: Path | None,
    top: int,
    min_score: float,
    acceptable: float | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """对数据库里的全部需求和供给撮合一次，结果存回数据库。

    \b
    例：
        xieshou run --db xieshou.db --out 匹配建议.xlsx
    """
    from matcher.store import Store

    target = check_out(out, force=force) if out else None
    with Store(db, create=False) as store:
        run_id, result = run_store(store, parameters_of(top, min_score, acceptable))
        if target:
            write_result(result, target, store=store)
    ranking = result.ranking
    if as_json:
        echo_json(
            {
                "run_id": run_id,
                "demands": len(result.demands),
                "supplies": len(result.supplies),
                "suggestions": len(ranking.suggestions),
                "gaps": list(ranking.gaps),
                "parameters": asdict(ranking.parameters),
                "statistics_version": ranking.statistics.version,
                "model_version": ranking.model_version,
            }
        )
        return
    console().print(
        f"第 {run_id} 次撮合：需求 {len(result.demands)} 条，供给 {len(result.supplies)} 条，"
        f"建议 {len(ranking.suggestions)} 条，断点 {len(ranking.gaps)} 条",
        markup=False,
    )
    if target:
        console().print(f"已写出 {target}，审核后用 xieshou decide 读回", markup=False)


def run_store(store: Store, parameters: Parameters) -> tuple[int, MatchResult]:
    """Match everything in the store and save the run.

    Raises:
        XieshouError: One of the two lists is empty.
    """
    from matcher.catalogue import MatchResult
    from matcher.ranking import match as rank
    from matcher.store import EVERYTHING
    from matcher.store.database import now

    started = now()
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    for name, rows in (("需求", demands), ("供给", supplies)):
        if not rows:
            raise XieshouError(
                f"数据库 {store.path} 里还没有{name}，请先用 xieshou import 导入{name}清单"
            )
    with progress() as bars:
        ranking = rank(demands, supplies, parameters, progress=bars)
    run_id = store.runs.save(ranking, demands, supplies, started_at=started)
    return run_id, MatchResult.of(ranking, demands, supplies)


@click.command()
@click.argument("demand_id", metavar="DEMAND")
@db_option
@json_option
def show(demand_id: str, db: Path, *, as_json: bool) -> None:
    """看一条需求的建议和每条建议的理由（最近一次撮合）。

    \b
    例：
        xieshou show D001 --db xieshou.db
    """
    from matcher.catalogue.suggestions import suggestion_record
    from matcher.records import quantity_text, row_record
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        demand = next(
            (d for d in store.lists.demands(EVERYTHING) if d.demand_id == demand_id), None
        )
        if demand is None:
            raise NotFoundError(f"数据库里没有编号为 {demand_id} 的需求，请核对编号")
        run_id = store.runs.latest()
        if run_id is None:
            raise NotFoundError("还没有撮合过，请先执行 xieshou run")
        found = store.runs.suggestions(run_id, EVERYTHING, demand_id=demand_id)
        gap = demand_id in store.runs.gaps(run_id, EVERYTHING)
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    if as_json:
        echo_json(
            {
                "run_id": run_id,
                "demand": row_record(demand),
                "gap": gap,
                "suggestions": [
                    suggestion_record(s.suggestion)
                    | {"verdict": s.verdict.value if s.verdict else None, "changed": s.changed}
                    | {"supply": row_record(supplies[s.suggestion.supply_id])}
                    for s in found
                ],
            }
        )
        return
    out = console()
    out.print(
        f"{demand.demand_id} {demand.leader}：{demand.product_name} {demand.spec} {quantity_text(demand)}"
        + ("　【断点：没有把握足够的供给】" if gap else ""),
        markup=False,
    )
    for stored in found:
        s, supply = stored.suggestion, supplies[stored.suggestion.supply_id]
        current = "　【现有供应商】" if s.already_supplying else ""
        out.print(
            f"\n{s.rank}. {supply.enterprise}（{supply.county}）{s.supply_product} {supply.spec} "
            f"{quantity_text(supply)}　把握 {s.probability:.1%}{current}",
            markup=False,
        )
        table = Table(show_header=False, box=None, padding=(0, 1))
        table.add_row("", "基准", f"{s.explanation.base:+.2f}", "")
        for c in sorted(s.explanation.contributions, key=lambda c: -abs(c.points)):
            table.add_row(
                "", c.group, f"{c.points:+.2f}", (c.sentence or c.feature).replace("[", "\\[")
            )
        out.print(table)
    if not found:
        out.print("没有候选供给", markup=False)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def evaluate(folder: Path, *, as_json: bool) -> None:
    """在带判断的数据上评测：文件夹里有 demands.tsv、supplies.tsv、qrels.tsv。

    \b
    例：
        xieshou evaluate 评测数据/ --json
    """
    from matcher.evaluation import evaluate as measure
    from matcher.evaluation import read_judgements
    from matcher.ranking import Parameters

    judgements = read_judgements(folder / "qrels.tsv")
    demands = read_list(folder / "demands.tsv", ListKind.DEMAND)
    supplies = read_list(folder / "supplies.tsv", ListKind.SUPPLY)
    result = match_readings(demands, supplies, Parameters(top=100, explain=False))
    rankings = {d: [s.supply_id for s in found] for d, found in result.ranking.by_demand().items()}
    scores = measure(rankings, judgements).as_dict()
    if as_json:
        echo_json({"folder": folder.name, **{k: round(v, 6) for k, v in scores.items()}})
        return
    out = console()
    out.print(f"{folder.name}：有判断的需求 {int(scores.pop('demands'))} 条", markup=False)
    for name, value in scores.items():
        out.print(f"  {name:24} {value:.4f}", markup=False)
