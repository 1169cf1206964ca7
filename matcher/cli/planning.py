"""The command that plans: ``plan``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import db_option, echo_json, json_option
from matcher.cli.planned import show, show_demand, show_supply
from matcher.cli.silence import silence
from matcher.errors import XieshouError

if TYPE_CHECKING:
    from matcher.allocation import Assignment


class Factor(click.ParamType[Any]):
    """``名称=数``, such as 关键原材料=1.5."""

    name = "文字"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """The name and the number."""
        if isinstance(value, tuple):
            return value
        name, _, number = str(value).rpartition("=")
        try:
            return name.strip() or self.fail(f"{value} 应写成 名称=数", param, ctx), float(number)
        except ValueError:
            self.fail(f"{value} 应写成 名称=数，如 精河县=0.1", param, ctx)


def _pairs(name: str, text: str) -> Callable[[Any], Any]:
    return click.option(
        name, type=(str, str), multiple=True, metavar="需求编号 供给编号", help=text
    )


@click.command()
@db_option
@json_option
@click.option("--max-suppliers", type=click.IntRange(1, 1000), help="一项需求最多几家供方。")
@click.option("--backups", is_flag=True, help="尽量给每项需求两家以上供方（备份供应商）。")
@click.option("--min-lot", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="一家供方至少承担需求的多少（起订份额）。")  # fmt: skip
@click.option("--exposure", type=click.IntRange(1, 1000), help="一家企业最多推荐给几项需求。")
@click.option("--micro-floor", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="没有梯度称号的小微企业至少承担全部需求的多少。")  # fmt: skip
@click.option("--county-floor", type=Factor(), multiple=True,
              help="某县市的企业至少承担多少，如 精河县=0.1，可写多次。")  # fmt: skip
@click.option("--weight", type=Factor(), multiple=True,
              help="需求类别或企业梯度的权重，如 关键零部件=1.5，可写多次。")  # fmt: skip
@click.option("--wish-weight", type=click.FloatRange(0, 100), default=1.0, show_default=True,
              help="一方写明了另一方（如拟配套对象）时的权重。")  # fmt: skip
@click.option("--pin-accepted", is_flag=True, help="把审核采纳的都钉在方案里。")
@_pairs("--pin", "钉住一对，可写多次。")
@_pairs("--forbid", "不安排这一对，可写多次；审核不采纳的本来就不安排。")
@click.option("--previous", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="上一版方案（plan --json 的输出），用来对比，并使改动尽量少。")  # fmt: skip
@click.option(
    "--after",
    type=click.IntRange(1),
    metavar="方案号",
    help="上一版是数据库里的这个方案，与 --previous 二选一。",
)
@click.option("--keep", is_flag=True, help="把方案存进数据库，网页上能看，也能作下一版的上一版。")
@click.option("--stability", type=click.FloatRange(0, 1_000_000), default=0.1, show_default=True,
              help="有上一版时，保留原安排值多少分；越大改动越少。")  # fmt: skip
@click.option("--min-score", type=click.FloatRange(0, 1), default=None,
              help="建议的最低把握；不写时用撮合时的及格线。")  # fmt: skip
@click.option("--assumed-load", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True,
              help="数量不详或单位不能换算时，假定一项需求占用一家供方产能的几倍。")  # fmt: skip
@click.option("--gap", type=click.FloatRange(0, 1), default=0.001, show_default=True,
              help="离最优多近就停。")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(0.1, 86400), default=60.0, show_default=True,
              help="最多算几秒，到时给出已找到的最好方案。")  # fmt: skip
@click.option("--demand", metavar="需求编号", help="只看一项需求：谁供、为什么、后备是谁。")
@click.option("--supply", metavar="供给编号", help="只看一项供给：供给谁、剩多少。")
def plan(db: Path, *, as_json: bool, **chosen: Any) -> None:
    """按产能和需求量分配：谁供谁、供多少，还缺多少。

    用最近一次撮合的建议；审核不采纳的不安排，现有供应商不推荐。

    \b
    例：
        xieshou plan --db xieshou.db
        xieshou plan --db xieshou.db --max-suppliers 3 --backups --pin-accepted
        xieshou plan --db xieshou.db --json
        xieshou plan --db xieshou.db --demand D001
        xieshou plan --db xieshou.db --keep
    """
    from matcher.planning import Choices, ask, kept
    from matcher.store import Store

    previous, demand_id, supply_id = (chosen.pop(n) for n in ("previous", "demand", "supply"))
    after, keep = chosen.pop("after"), chosen.pop("keep")
    if previous and after:
        raise XieshouError("--previous 和 --after 都指上一版方案，只写一个")
    before = _previous(previous) if previous else None
    choices = Choices(
        pins=chosen.pop("pin"),
        forbidden=chosen.pop("forbid"),
        weights=dict(chosen.pop("weight")),
        county_floors=dict(chosen.pop("county_floor")),
        **chosen,
    )
    with Store(db, create=False) as store:
        asked = ask(store, choices, kept(store, after) if after else before)
        with silence():
            answers = asked.solve()
        if keep:
            number = store.plans.save(asked.record(answers), choices.record(), before_id=after)
            click.echo(f"已存为第 {number} 号方案", err=as_json)
    if as_json:
        echo_json(asked.record(answers))
    elif demand_id is not None:
        show_demand(asked, answers, demand_id)
    elif supply_id is not None:
        show_supply(asked, answers, supply_id)
    else:
        show(asked, answers)


def _previous(path: Path) -> tuple[Assignment, ...]:
    """The assignments of a plan written as JSON.

    Raises:
        XieshouError: The file is none.
    """
    from matcher.allocation import Assignment

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Assignment(str(a["demand_id"]), str(a["supply_id"]), float(a["quantity"]),
                       str(a["unit"]), 0.0)
            for a in data["assignments"]
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise XieshouError(
            f"{path} 不是分配方案，请用 xieshou plan --json 的输出作上一版"
        ) from error


@click.command()
@click.argument("number", metavar="[方案号]", type=click.IntRange(1), required=False)
@db_option
@json_option
def plans(number: int | None, db: Path, *, as_json: bool) -> None:
    """看存下的分配方案：全部的一览，或一个方案的每项安排。

    \b
    例：
        xieshou plans --db xieshou.db
        xieshou plans 1 --db xieshou.db --json
    """
    from matcher.cli.planned import show_assignments, show_plans
    from matcher.store import Store

    with Store(db, create=False) as store:
        if number is None:
            found = store.plans.all(limit=-1)
            echo_json([p.record() for p in found]) if as_json else show_plans(found)
            return
        plan = store.plans.get(number)
        rows = store.plans.assignments(number)
        echo_json(plan.record() | {"assignments": rows}) if as_json else show_assignments(
            plan, rows
        )
