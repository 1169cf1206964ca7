"""``--help`` in Chinese, set by the width that Chinese has on a screen."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import click

_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_WORDS = tuple(
    (re.compile(pattern), ours)
    for pattern, ours in (
        (r"Show this message and exit\.", "显示这份说明。"),
        (r"Show the version and exit\.", "显示版本。"),
        (r"\bdefault: ", "默认 "),
        (r"\benv var: ", "环境变量 "),
        (r"\brequired\b", "必填"),
        (r"([\d.]+)<=x<=([\d.]+)", r"\1 到 \2"),
        (r"; (?=[^\]]*\]$)", "；"),
        (r"  \[([^\]]*)\]$", r"（\1）"),
    )
)
_KINDS = tuple(
    (re.compile(pattern), ours)
    for pattern, ours in (
        (r"(?:INTEGER|FLOAT)(?: RANGE)?$", "数"), (r"FILE$", "文件"), (r"DIRECTORY$", "文件夹"), (r"TEXT$", "文字"),
    )
)  # fmt: skip
_USAGE = (("[OPTIONS]", "[选项]"), ("COMMAND", "命令"), ("[ARGS]...", "[参数]…"))
_WIDEST = 100
_GAP = 2


class Formatter(click.HelpFormatter):
    """What click writes around our texts, in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line: how a command is called."""
        for theirs, ours in _USAGE:
            args = args.replace(theirs, ours)
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 34, col_spacing: int = _GAP
    ) -> None:
        """Two columns, measured as a screen shows them."""
        said = [(_replaced(first, _KINDS), _replaced(second, _WORDS)) for first, second in rows]
        left = min(col_max, max(width_of(first) for first, _ in said)) + col_spacing
        screen = min(_WIDEST, shutil.get_terminal_size().columns)
        room = max(20, screen - left - self.current_indent - 2)  # a comma may hang
        margin = " " * self.current_indent
        for first, second in said:
            gap = left - width_of(first)
            lines = list(_wrapped(second, room)) or [""]
            if gap < col_spacing:
                self.write(f"{margin}{first}\n")
            else:
                self.write(f"{margin}{first}{' ' * gap}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{margin}{' ' * left}{line}\n")


class Context(click.Context):
    """A context whose help is ours."""

    formatter_class = Formatter


def width_of(text: str) -> int:
    """Columns that a text takes on a screen."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _replaced(text: str, words: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, ours in words:
        text = pattern.sub(ours, text)
    return text


def _wrapped(text: str, room: int) -> Iterator[str]:
    """Lines no wider than the room: broken at spaces and between Chinese characters."""
    line = ""
    for piece in re.findall(r"[\x21-\x7e]+|.", text):
        if line and width_of(line + piece) > room and piece not in "，。；：、）":
            yield line.rstrip()
            line = ""
        line = (line + piece).lstrip()
    if line.strip():
        yield line.rstrip()
