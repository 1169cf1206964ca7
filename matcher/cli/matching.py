"""Commands that match: ``match``, ``run``."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.catalogue.review import refuse_review
from matcher.cli.common import console, db_option, echo_json, json_option, progress
from matcher.cli.files import check_out, fresh_path, write_file
from matcher.errors import UnreadableListError, XieshouError
from matcher.lists import ListReading, read_list
from matcher.model import Demand, ListKind, Problem, Supply
from matcher.records import whole

if TYPE_CHECKING:
    from matcher.catalogue import MatchResult
    from matcher.ranking import Coefficients, Parameters, Ranking
    from matcher.ranking.parameters import Progress
    from matcher.store import Store

DEFAULT_OUT = "匹配建议.xlsx"
SUFFIXES = (".xlsx", ".csv", ".json")
_SWAPPED = [ListKind.SUPPLY, ListKind.DEMAND]
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
    target = out or fresh_path(Path(DEFAULT_OUT))
    check_out(target, SUFFIXES, force=force, inputs=(demands, supplies))
    readings = read_both(demands, supplies)
    result = match_readings(*readings, parameters_of(top, min_score, acceptable))
    write_result(result, target)
    report(result, target)


def read_both(demands: Path, supplies: Path) -> tuple[ListReading, ListReading]:
    """Both lists, each read as what it is meant to be.

    Raises:
        XieshouError: The lists are in the wrong order, which would match nonsense.
        UnreadableListError: One of them cannot be read, or has no row.
    """
    try:
        readings = read_list(demands, ListKind.DEMAND), read_list(supplies, ListKind.SUPPLY)
        guesses = [reading.guess for reading in readings]
    except UnreadableListError:
        readings, guesses = None, [_guess(demands), _guess(supplies)]
        if guesses != _SWAPPED:
            raise
    if readings is None or guesses == _SWAPPED:
        raise XieshouError(
            f"两份清单好像放反了：{demands.name} 像供给清单，{supplies.name} 像需求清单，请交换顺序"
        )
    for reading in readings:
        refuse_review(reading)
        if not reading.rows:
            raise XieshouError(f"{reading.file} 没有读入任何一行，请用 xieshou read 查看问题")
        if reading.guess not in {None, reading.kind}:
            names = ("供给", "需求") if reading.kind is ListKind.DEMAND else ("需求", "供给")
            note = f"注意：{reading.file} 像{names[0]}清单，这里当{names[1]}清单读"
            click.echo(note, err=True)
    return readings


def _guess(path: Path) -> ListKind | None:
    try:
        return read_list(path).guess
    except UnreadableListError:
        return None


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
        lists = [(r.kind, r.file, len(r.rows)) for r in result.readings]
        problems: list[tuple[str, Problem]] = []
        if store and not lists:
            lists, problems = _imported(store)
        notes = WorkbookNotes(
            title=title,
            made_on=made_on or dt.datetime.now(BEIJING).date(),
            lines=[
                (
                    f"{'需求' if kind is ListKind.DEMAND else '供给'}清单",
                    f"{whole(file)}，{rows} 行",
                )
                for kind, file, rows in lists
            ],
            decisions=store.decisions.latest() if store else None,
            problems=problems,
        )
        data = to_workbook(result, notes)
    write_file(out, data)


def _imported(store: Store) -> tuple[list[tuple[ListKind, str, int]], list[tuple[str, Problem]]]:
    """The lists of a store, of each file the last import, and the problems that reading them had."""
    newest: dict[str, dict[str, Any]] = {}
    for listed in store.lists.all():
        newest.setdefault(listed["file_name"], listed)
    lists, problems = [], []
    for listed in reversed(newest.values()):
        lists.append((ListKind(listed["kind"]), listed["file_name"], int(listed["rows"])))
        for p in store.lists.problems(listed["id"]):
            problem = Problem(p["sheet"], p["row"], p["column_heading"], p["text"], p["message"],
                              p["advice"], lost=bool(p["lost"]))  # fmt: skip
            problems.append((listed["file_name"], problem))
    return lists, problems


def report(result: MatchResult, out: Path) -> None:
    """Say in a few lines what came out and where it is."""
    screen = console()
    ranking = result.ranking
    screen.print(
        f"需求 {len(result.demands)} 行，供给 {len(result.supplies)} 行，"
        f"建议 {len(ranking.suggestions)} 条，断点 {len(ranking.gaps)} 条需求",
    )
    lost = sum(p.lost for r in result.readings for p in r.problems)
    problems = sum(len(r.problems) for r in result.readings)
    if problems:
        screen.print(
            f"读表时发现 {problems} 处问题，其中 {lost} 行没有读入（xieshou read 可查看）",
        )
    if not ranking.suggestions:
        screen.print("没有一条建议达到要求，可以把 --min-score 调低")
    screen.print(f"已写出 {out}")


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

    if out:
        check_out(out, SUFFIXES, force=force, inputs=[db])
    with Store(db, create=False) as store:
        run_id, result = run_store(store, parameters_of(top, min_score, acceptable))
        if out:
            write_result(result, out, store=store)
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
    )
    if out:
        way_on = "，审核后用 xieshou decide 读回" if out.suffix.lower() == ".xlsx" else ""
        console().print(f"已写出 {out}{way_on}")


def model_in_use(store: Store) -> Coefficients | None:
    """The model that runs use; None for the shipped one.

    Raises:
        XieshouError: It was learned by a program that had other features.
    """
    kept = store.models.in_use()
    if kept is None:
        return None
    from matcher.ranking.learning import restored

    return restored(kept.version, kept.base, dict(kept.weights))


def run_store(store: Store, parameters: Parameters) -> tuple[int, MatchResult]:
    """Match everything in the store by the model in use and save the run.

    Raises:
        XieshouError: One of the two lists is empty, or the model in use needs another program.
    """
    from matcher.catalogue import MatchResult

    with progress() as bars:
        found = rank_store(store, parameters, bars)
    return found.save(store), MatchResult.of(found.ranking, found.demands, found.supplies)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The outcome of matching what a store holds, not saved yet."""

    ranking: Ranking
    demands: list[Demand]
    supplies: list[Supply]
    started_at: str

    def save(self, store: Store) -> int:
        """Save it as a run; returns its number."""
        return store.runs.save(
            self.ranking,
            self.demands,
            self.supplies,
            started_at=self.started_at,
            by=store.audit.actor.name,
        )


def rank_store(store: Store, parameters: Parameters, bars: Progress) -> Ranked:
    """Match everything in the store by the model in use.

    Args:
        store: The open database; nothing is written.
        parameters: What the run is asked.
        bars: Told of a stage, work done and work in all.

    Raises:
        XieshouError: One of the two lists is empty, or the model in use needs another program.
    """
    from matcher.ranking import match as rank
    from matcher.store import EVERYTHING
    from matcher.store.clock import now

    started, model = now(), model_in_use(store)
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    for name, rows in (("需求", demands), ("供给", supplies)):
        if not rows:
            raise XieshouError(
                f"数据库 {store.path} 里还没有{name}，请先用 xieshou import 导入{name}清单"
            )
    ranking = rank(demands, supplies, parameters, model=model, progress=bars)
    return Ranked(ranking, demands, supplies, started)
