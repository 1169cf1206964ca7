"""Commands ``users`` and ``audit``, and the one-time links that a server prints at its start."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import console, db_option, echo_json, json_option, local
from matcher.errors import NotFoundError, XieshouError

if TYPE_CHECKING:
    from matcher.store import Store, User

_HOUR = 3600
SETUP_HOURS, LINK_HOURS, DEMO_HOURS = 24, 72, 12
ROLES = {
    "admin": "系统管理员",
    "reviewer": "审核员",
    "county_reviewer": "县市审核员",
    "viewer": "领导查看",
    "chain_leader": "链主企业",
    "sme": "中小企业",
}


@click.command()
@db_option
@click.option("--link", metavar="用户名", default="",
              help="给这个账号生成一条一次性链接，用来设密码；同时解除登录锁定。")  # fmt: skip
@click.option("--url", default="http://127.0.0.1:8000", show_default=True,
              help="网页的地址，写在链接前面。")  # fmt: skip
@json_option
def users(db: Path, link: str, url: str, *, as_json: bool) -> None:
    """看有哪些网页账号；管理员忘了密码时，在这里生成一次性链接。

    \b
    例：
        xieshou users --db xieshou.db
    """
    from matcher.store import Purpose, Store

    with Store(db, create=False) as store:
        if link:
            user = store.users.find(link)
            if user is None:
                raise NotFoundError(f"没有叫“{link}”的账号，用 xieshou users 看有哪些")
            if user.disabled:
                raise XieshouError(f"账号“{link}”已停用，请先由管理员启用")
            with store.transaction():
                token = store.links.issue(Purpose.PASSWORD, user.id, seconds=LINK_HOURS * _HOUR)
                store.attempts.forget(user.name)
            console().print(
                f"{user.name} 设密码的一次性链接（{LINK_HOURS} 小时内有效，用一次就作废）：\n"
                f"{url.rstrip('/')}/setup?link={token}"
            )
            return
        found = store.users.all()
    if as_json:
        echo_json([_record(user) for user in found])
        return
    for user in found:
        state = "已停用" if user.disabled else "" if user.has_password else "未设密码"
        parts = (user.name, user.full_name, ROLES[user.role], user.county or user.enterprise, state)
        console().print("　".join(part for part in parts if part))
    if not found:
        console().print("还没有账号，执行 xieshou serve，用它给出的链接建立第一个管理员")


def _record(user: User) -> dict[str, object]:
    names = ("name", "full_name", "role", "county", "enterprise", "disabled", "created_at")
    return {name: getattr(user, name) for name in names}


@click.command()
@click.argument("what", metavar="list|verify", type=click.Choice(["list", "verify"]))
@db_option
@click.option("--actor", default="", help="只看这个人的。")
@click.option("--action", default="", help="只看这类事，如 login、user、view。")
@click.option("--about", default="", help="只看这个对象的，如 user:3、demands:D001。")
@click.option("--since", default="", metavar="日期", help="从这一天起，如 2026-11-01。")
@click.option("--until", default="", metavar="日期", help="到这一天止。")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True,
              help="最多几条。")  # fmt: skip
@click.option("--head", default="", help="从前记下的链头，核对它还在链里。")
@json_option
def audit(what: str, db: Path, head: str, limit: int, *, as_json: bool, **filters: Any) -> None:
    """看审计记录（list），或核对整条记录链有没有被改过（verify）。

    verify 给出链头，请抄在别处（如值班本）；以后用 --head 核对，整个文件被换掉也查得出来。

    \b
    例：
        xieshou audit list --db xieshou.db --action login
        xieshou audit verify --db xieshou.db
    """
    from matcher.store import Store

    filters["since"], filters["until"] = _day(filters["since"]), _day(filters["until"], further=1)
    with Store(db, create=False) as store:
        if what == "verify":
            check = store.audit.verify(head=head.strip())
            if check.fault:
                raise XieshouError(
                    f"{db} 的审计记录对不上：{check.fault}；前 {check.rows} 条是完整的，"
                    "请保留这个文件，并与备份核对"
                )
            if as_json:
                echo_json({"rows": check.rows, "head": check.head})
            else:
                console().print(
                    f"{check.rows} 条审计记录首尾相接，没有改动，链头 {check.head or '—'}"
                )
            return
        found = store.audit.list(**filters, limit=limit)
    if as_json:
        names = ("id", "at", "actor", "role", "address", "action", "object", "before", "after")
        echo_json([{name: getattr(row, name) for name in names} for row in found])
        return
    for row in found:
        told = [json.dumps(v, ensure_ascii=False) for v in (row.before, row.after) if v is not None]
        parts = (row.id, local(row.at), row.actor or "—", row.address or "—", row.action)
        console().print("　".join(map(str, (*parts, row.object or "—", " → ".join(told)))).rstrip())
    if not found:
        console().print("没有符合条件的审计记录")


def _day(text: str, *, further: int = 0) -> str:
    if not text:
        return ""
    from matcher.catalogue.entries import BEIJING
    from matcher.store.clock import written

    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=further)
    except (ValueError, OverflowError) as error:
        raise XieshouError(f"“{text}”不是日期，请写成 2026-11-01 的样子") from error
    return written(dt.datetime.combine(day, dt.time(), BEIJING))


def setup_lines(store: Store, base: str) -> Iterator[str]:
    """What a starting server says where nobody can administer yet: the link for the first one."""
    from matcher.store import Purpose

    if not store.users.any_admin(able=True):
        token = store.links.issue(Purpose.SETUP, seconds=SETUP_HOURS * _HOUR)
        yield f"还没有管理员，请打开这条一次性链接建立（{SETUP_HOURS} 小时内有效）："
        yield f"  {base}/setup?link={token}"


def demo_lines(store: Store, base: str) -> Iterator[str]:
    """Accounts of the demonstration, one of each role, and a one-time link into each."""
    from matcher.store import Purpose

    yield f"示例账号，每条链接可以直接进入，只能用一次（{DEMO_HOURS} 小时内有效）："
    for user in _demo_users(store):
        token = store.links.issue(Purpose.ENTER, user.id, seconds=DEMO_HOURS * _HOUR)
        place = user.county or user.enterprise
        yield f"  {ROLES[user.role]}{f'（{place}）' if place else ''}  {base}/login?link={token}"


def _demo_users(store: Store) -> Iterator[User]:
    """One of each role; made once, found again later."""
    from matcher.store import EVERYTHING, Role

    run_id = store.runs.latest()
    pairs = store.runs.suggestions(run_id, EVERYTHING) if run_id else []
    best = max(pairs, key=lambda s: (s.suggestion.probability, s.suggestion.demand_id))
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    leader = demands[best.suggestion.demand_id].leader
    firm = supplies[best.suggestion.supply_id]
    limits: dict[Role, dict[str, Any]] = {
        Role.COUNTY_REVIEWER: {"county": firm.county or "博乐市"},
        Role.CHAIN_LEADER: {"enterprise_id": store.enterprises.named(leader)},
        Role.SME: {"enterprise_id": store.enterprises.named(firm.enterprise)},
    }
    for role in Role:
        name = f"demo-{role.value.replace('_', '-')}"
        user = store.users.find(name)
        if user is None:
            user = store.users.add(
                name, role, full_name=f"示例{ROLES[role]}", **limits.get(role, {})
            )
        if user.role is role and not user.disabled:
            yield user
