"""Commands ``engagements …``: introductions from recommendation to contract (对接)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import console, db_option, echo_json, echo_text, json_option
from matcher.cli.failures import Commands
from matcher.errors import NotFoundError, XieshouError
from matcher.model import EngagementStage

if TYPE_CHECKING:
    from matcher.store import EngagementEvent, Store, StoredEngagement

STAGES = [stage.value for stage in EngagementStage]
KINDS = {
    "begin": "发起", "step": "推进", "follow": "跟进", "arrange": "安排", "correct": "更正",
}  # fmt: skip
csv_option = click.option("--csv", "as_csv", is_flag=True, help="输出 CSV，供表格软件打开。")
officer_option = click.option("--officer", metavar="用户名", default="", help="服务专员的用户名。")
due_option = click.option("--due", default="", metavar="日期", help="下一步期限，如 2026-12-01。")


@click.group(cls=Commands)
def engagements() -> None:
    """记录对接：推荐、对接、洽谈、签约、履约，或终止。

    \b
    例：
        xieshou engagements list --db xieshou.db
        xieshou engagements remind --db xieshou.db
    """


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that narrow a list."""
    for option in (
        click.option("--stage", type=click.Choice([*STAGES, "全部"]),
                     help="只看这个阶段；不写时看没有终止的。"),
        click.option("--chain", default="", metavar="产业链", help="只看一条产业链。"),
        officer_option,
        click.option("--find", "q", default="", metavar="文字", help="企业、产品、编号或合同编号里的文字。"),
    ):  # fmt: skip
        command = option(command)
    return command


@engagements.command("list")
@db_option
@filters
@json_option
@csv_option
def list_(db: Path, *, as_json: bool, as_csv: bool, **asked: Any) -> None:
    """列出对接，先到期的在前。

    \b
    例：
        xieshou engagements list --db xieshou.db --stage 全部
        xieshou engagements list --db xieshou.db --csv
    """
    _tell(db, asked, as_json=as_json, as_csv=as_csv, none="没有符合条件的对接")


@engagements.command()
@db_option
@filters
@json_option
@csv_option
def remind(db: Path, *, as_json: bool, as_csv: bool, **asked: Any) -> None:
    """列出逾期的对接：过了下一步期限，或太久没有进展。

    \b
    例：
        xieshou engagements remind --db xieshou.db
    """
    _tell(db, asked | {"stale": True}, as_json=as_json, as_csv=as_csv, none="没有逾期的对接")


def _tell(db: Path, asked: dict[str, Any], *, as_json: bool, as_csv: bool, none: str) -> None:
    from matcher.catalogue.engaged import to_csv
    from matcher.store import EVERYTHING, Question, Store

    if as_json and as_csv:
        raise XieshouError("--json 和 --csv 只能写一个")
    with Store(db, create=False) as store:
        officer = _officer(store, asked.pop("officer"))
        question = Question(
            stage=asked.pop("stage") or "", officer=str(officer) if officer else "", **asked
        )
        found = store.engagements.list(EVERYTHING, question)
    if as_json:
        echo_json([one.record() for one in found])
    elif as_csv:
        echo_text(to_csv(one.record() for one in found).decode())
    else:
        _say(found)
        if not found:
            console().print(none)


def _say(found: Sequence[StoredEngagement]) -> None:
    for one in found:
        e = one.engagement
        late = "【逾期】" if one.stale else ""
        parts = (
            f"第 {one.id} 号", e.stage.value, f"{one.leader or '—'} {one.demand_product}（{e.demand_id}）",
            f"{one.enterprise or '—'} {one.supply_product}（{e.supply_id}）",
            one.officer or "没有服务专员", f"期限 {one.due_on}{late}" if one.due_on else "",
        )  # fmt: skip
        console().print("　".join(part for part in parts if part))


@engagements.command()
@click.argument("number", type=int)
@db_option
@json_option
def show(number: int, db: Path, *, as_json: bool) -> None:
    """看一条对接的全部经过。

    \b
    例：
        xieshou engagements show 1 --db xieshou.db
    """
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        one = store.engagements.get(number, EVERYTHING)
        events = store.engagements.events(number, EVERYTHING)
    if as_json:
        echo_json(one.record() | {"events": [_event_record(event) for event in events]})
        return
    _say([one])
    for event in events:
        facts = [str(value) for value in event.facts.values() if value not in (None, "")]
        parts = (
            event.at[:10],
            event.actor,
            KINDS[event.kind],
            event.stage.value,
            event.note,
            *facts,
        )
        console().print("  " + "　".join(part for part in parts if part))


def _event_record(event: EngagementEvent) -> dict[str, Any]:
    names = ("number", "at", "actor", "note", "shared", "officer", "due_on")
    plain = {name: getattr(event, name) for name in names}
    return plain | {"kind": event.kind.value, "stage": event.stage.value} | dict(event.facts)


@engagements.command()
@click.argument("demand_id", metavar="DEMAND")
@click.argument("supply_id", metavar="SUPPLY")
@db_option
@click.option("--reason", default="", help="没有采纳过的一对，要写明为什么对接。")
@officer_option
@due_option
def add(demand_id: str, supply_id: str, db: Path, reason: str, officer: str, due: str) -> None:
    """发起一条对接：采纳过的一对，或写明理由的任意一对。

    \b
    例：
        xieshou engagements add D001 1 --reason 现场对接会 --db xieshou.db
    """
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        key = store.engagements.begin(
            demand_id, supply_id, EVERYTHING, reason=reason,
            officer_id=_officer(store, officer), due_on=due,
        )  # fmt: skip
    console().print(f"已发起第 {key} 号对接：{demand_id} 与 {supply_id}，阶段 推荐")


@engagements.command()
@click.argument("number", type=int)
@click.argument("stage", metavar="STAGE", type=click.Choice(STAGES))
@db_option
@click.option("--note", default="", help="说明；终止和更正时是原因，必须写。")
@click.option("--shared", is_flag=True, help="说明也给双方企业看。")
@click.option("--amount", type=float, help="合同金额，万元。")
@click.option("--quantity", type=float, help="数量。")
@click.option("--unit", default="", help="数量的单位。")
@click.option("--contract", "contract_number", default="", help="合同编号。")
@click.option("--signed", "signed_on", default="", metavar="日期", help="签订日期，签约时必须写。")
@click.option("--from", "deliver_from", default="", metavar="日期", help="交货起。")
@click.option("--until", "deliver_until", default="", metavar="日期", help="交货止。")
@officer_option
@due_option
@click.option("--correct", is_flag=True, help="更正记错的阶段，可以到任何阶段，要写明原因。")
def step(
    number: int, stage: str, db: Path, officer: str, due: str, *, correct: bool, **facts: Any
) -> None:
    """把一条对接推进到下一个阶段，或终止。

    \b
    例：
        xieshou engagements step 1 对接 --note 已约双方见面 --db xieshou.db
        xieshou engagements step 1 终止 --note 价格谈不拢 --db xieshou.db
    """
    from matcher.store import EVERYTHING, Entry, EventKind, Store

    kind = EventKind.CORRECT if correct else EventKind.STEP
    note, shared = facts.pop("note"), facts.pop("shared")
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    with Store(db, create=False) as store:
        entry = Entry(
            kind, EngagementStage(stage), note, shared=shared, facts=given,
            officer_id=_officer(store, officer), due_on=due,
        )  # fmt: skip
        done = store.engagements.write(number, entry, EVERYTHING)
    due_text = f"，下一步期限 {done.due_on}" if done.due_on else ""
    console().print(f"第 {number} 号对接现在是 {done.engagement.stage.value}{due_text}")


def _officer(store: Store, name: str) -> int | None:
    if not name:
        return None
    user = store.users.find(name)
    if user is None:
        raise NotFoundError(f"没有叫“{name}”的账号，用 xieshou users 看有哪些")
    return user.id
