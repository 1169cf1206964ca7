"""What all commands share: the database option, output, progress."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from matcher.model import ListKind

DEFAULT_DB = "xieshou.db"


def database(default: str) -> Callable[[Any], Any]:
    """The ``--db`` option with a default of its own."""
    return click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        default=default,
        envvar="XIESHOU_DB",
        show_default=True,
        show_envvar=True,
        help="数据库文件。",
    )


db_option = database(DEFAULT_DB)
SHOWN = 20  # lines of one kind that a screen is spared more of


class Kind(click.Choice[str]):
    """A kind of list, in the program's word or in Chinese."""

    def __init__(self) -> None:
        super().__init__([kind.value for kind in ListKind])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The program's word."""
        ours = {"需求": ListKind.DEMAND.value, "供给": ListKind.SUPPLY.value}
        return super().convert(ours.get(value, value), param, ctx)


json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")


def console() -> Console:
    """Where people read; created late, so that redirected streams are respected.

    Text of lists is printed as it is: no markup, no ``:100:`` turned into a picture.
    """
    return Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def say_some(lines: Sequence[str], where: str) -> None:
    """Print the first lines of many, and where the rest is."""
    out = console()
    for line in lines[:SHOWN]:
        out.print(line)
    if len(lines) > SHOWN:
        out.print(f"……还有 {len(lines) - SHOWN} 条，{where}")


def echo_json(data: Any) -> None:
    """Print JSON in UTF-8 whatever the console's encoding, for programs."""
    echo_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def echo_text(text: str) -> None:
    """Print a whole file for programs: UTF-8 whatever the console's encoding."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    stream.write(text.encode("utf-8", "replace"))
    stream.flush()


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A callback ``(stage, done, all)`` that draws bars on a terminal and nothing elsewhere."""
    if not sys.stderr.isatty():  # rich would be talked into it by FORCE_COLOR
        yield lambda _stage, _done, _all: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def local(moment: str) -> str:
    """A stored moment as people here read it, in UTC+8."""
    from matcher.catalogue.entries import BEIJING

    return f"{dt.datetime.fromisoformat(moment).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
