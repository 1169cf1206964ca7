"""Commands ``catalogue check``, ``issue``, ``verify``, ``compare``: the life of a catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.catalogue import find, record_of
from matcher.cli.common import console, db_option, echo_json, json_option, say_some
from matcher.cli.failures import reason_of
from matcher.errors import XieshouError
from matcher.records import whole

if TYPE_CHECKING:
    from matcher.catalogue import Comparison


@click.command()
@click.argument("which", metavar="序号")
@db_option
def check(which: str, db: Path) -> None:
    """核稿：确认草稿可以印发。

    \b
    例：
        xieshou catalogue check 1 --db xieshou.db
    """
    from matcher.store import Store

    with Store(db, create=False) as store:
        stored = find(store, which)
        store.catalogues.check(stored.id)
    console().print(f"第 {stored.id} 份目录已核，印发用 xieshou catalogue issue {stored.id}")


@click.command()
@click.argument("which", metavar="序号")
@db_option
@click.option(
    "--replaces", default="", metavar="编号", help="替代已印发的哪一份，写它的序号或编号。"
)
@json_option
def issue(which: str, db: Path, replaces: str, *, as_json: bool) -> None:
    """印发：编号、定日期，此后内容不能再改。

    \b
    例：
        xieshou catalogue issue 1 --db xieshou.db
    """
    from matcher.store import Store

    with Store(db, create=False) as store:
        stored = find(store, which)
        other = find(store, replaces).id if replaces else None
        issued = store.catalogues.issue(stored.id, replaces=other)
    if as_json:
        echo_json(record_of(issued))
        return
    console().print(f"已印发 {issued.number}：{issued.title}，{issued.entries} 条")
    console().print(f"内容校验码 {issued.content_hash}")


@click.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@db_option
@json_option
def verify(file: Path, db: Path, *, as_json: bool) -> int:
    """核验：这个文件是不是印发的那一份。

    是原件时退出码为 0，否则为 1。

    \b
    例：
        xieshou catalogue verify 推荐目录.pdf --db xieshou.db
    """
    from matcher.issuing import Outcome
    from matcher.issuing import verify as verified
    from matcher.store import Store

    try:
        data = file.read_bytes()
    except OSError as error:
        raise XieshouError(f"{file} 读不出来（{reason_of(error)}），请检查文件名和权限") from error
    with Store(db, create=False) as store:
        found = verified(store, data, whole(file.name))
    if as_json:
        echo_json(
            {
                "outcome": found.outcome.value,
                "catalogue": record_of(found.catalogue) if found.catalogue else None,
                "said": found.said,
            }
        )
    else:
        console().print(found.said)
    return 0 if found.outcome is Outcome.ORIGINAL else 1


@click.command()
@click.argument("before", metavar="前一份")
@click.argument("after", metavar="后一份")
@db_option
@json_option
def compare(before: str, after: str, db: Path, *, as_json: bool) -> None:
    """比较两份目录：新增、减少、有变动的条目。

    \b
    例：
        xieshou catalogue compare 1 2 --db xieshou.db
    """
    from matcher.catalogue import compare as compared
    from matcher.issuing import content_of
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        old, new = (
            content_of(store, find(store, which).id, EVERYTHING) for which in (before, after)
        )
    found = compared(old, new)
    if as_json:
        echo_json(_compared(found))
        return
    console().print(
        f"新增 {len(found.added)} 条，减少 {len(found.removed)} 条，"
        f"变动 {len(found.changed)} 条，未变 {found.same} 条"
    )
    lines = [f"新增：{e.enterprise}　{e.product}" for e in found.added]
    lines += [f"减少：{e.enterprise}　{e.product}" for e in found.removed]
    lines += [
        f"变动：{c.entry.enterprise}　{c.entry.product}："
        + "；".join(
            f"{name} {was or '—'} → {now or '—'}" for name, (was, now) in _labelled(c.differs)
        )
        for c in found.changed
    ]
    say_some(lines, "加 --json 看全部")


def _labelled(differs: Any) -> list[tuple[str, tuple[str, str]]]:
    from matcher.catalogue.comparison import LABELS

    return [(LABELS[name], pair) for name, pair in differs.items()]


def _compared(found: Comparison) -> dict[str, Any]:
    def named(entry: Any) -> dict[str, str]:
        names = ("supply_id", "enterprise", "product")
        return {name: getattr(entry, name) for name in names}

    return {
        "added": [named(entry) for entry in found.added],
        "removed": [named(entry) for entry in found.removed],
        "changed": [
            named(change.entry) | {"differs": {k: list(v) for k, v in change.differs.items()}}
            for change in found.changed
        ],
        "same": found.same,
    }
