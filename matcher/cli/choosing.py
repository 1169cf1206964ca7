"""Options by which a person corrects what is understood of a file (改判)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from matcher.errors import MappingError
from matcher.lists.choices import ENCODINGS, Choices

_CHOICES = (
    click.option(
        "--encoding",
        type=click.Choice(ENCODINGS),
        default=None,
        help="文本表格的编码；不写时自动判断。",
    ),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="工作表=行号",
        help="表头在第几行，如 --header 汇总=3；文本表格只写行号；可重复。",
    ),
    click.option(
        "--skip-sheet", "ignored", multiple=True, metavar="工作表", help="不读的工作表；可重复。"
    ),
)


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options by which a person corrects what is understood; the command gets them as ``choices``."""

    @wraps(command)
    def with_choices(
        *args: Any,
        encoding: str | None,
        headers: tuple[str, ...],
        ignored: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        choices = Choices(encoding or "", frozenset(ignored), parse_headers(headers))
        return command(*args, choices=choices, **rest)

    made: Callable[..., Any] = with_choices
    for option in reversed(_CHOICES):
        made = option(made)
    return made


def parse_headers(pairs: tuple[str, ...]) -> dict[str, int]:
    """``("汇总=3",)`` as a dictionary; a bare number is of the one table of a text file.

    Raises:
        MappingError: No number of a row.
    """
    headers = {}
    for pair in pairs:
        sheet, _, row = pair.rpartition("=")
        if not (row.isascii() and row.isdigit() and 0 < len(row) < 8):
            raise MappingError(f"--header {pair} 应写成 工作表=行号，如 汇总=3")
        headers[sheet] = int(row)
    return headers
