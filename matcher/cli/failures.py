"""Every failure of the command line as one sentence in Chinese and an exit code, never a traceback."""

from __future__ import annotations

import atexit
import contextlib
import difflib
import errno
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from matcher.cli.helping import Context
from matcher.errors import XieshouError

# What click says of a value, and how we say it.
_COMPLAINTS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r".* '(.*)' is a directory\.", "{} 是文件夹"),
        (r".* '(.*)' is a file\.", "{} 是文件，不是文件夹"),
        (r".* '(.*)' does not exist\.", "找不到 {}"),
        (r".* '(.*)' is not (?:readable|writable|executable)\.", "没有权限打开 {}"),
        (r"'(.*)' is not a valid (?:integer|float).*\.", "{} 不是数"),
        (r"(.*) is not in the range (.*)<=x<=(.*)\.", "{} 不在允许的范围，应在 {} 到 {} 之间"),
        (r"'(.*)' is not one of (.*)\.", "{} 不是 {} 之一"),
        (r"Option '(.*)' requires (?:an argument|\d+ arguments)\.", "{} 后面要写一个值"),
        (r"Option '(.*)' does not take a value\.", "{} 后面不能写值"),
        (r"No such command '(.*?)'\..*", "没有 {} 这个命令"),
        (r"Got unexpected extra arguments? \((.*)\)", "多写了 {}"),
    )
)
_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件太大",
    errno.EISDIR: "是文件夹",
    errno.ENOENT: "找不到",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "不是本机的地址",
}


def reason_of(error: OSError) -> str:
    """Why the system refused, in Chinese where we know it."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


class Commands(click.Group):
    """A group whose commands end in one line, never in a traceback, and explain themselves."""

    context_class = Context

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take a command in; its help is written as the group's."""
        cmd.context_class = Context
        super().add_command(cmd, name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn every failure into one sentence and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a GBK console must not fail on a rare character
                stream.reconfigure(errors="replace")
        atexit.unregister(_too_late)
        atexit.register(_too_late)
        try:
            code = self._ended(args, {"prog_name": "xieshou"} | kwargs | {"standalone_mode": False})
        except KeyboardInterrupt:  # before the command or behind it, where click does not catch it
            code = fail(_CANCELLED, 130)
        sys.exit(code)

    def _ended(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
        """Run a command; its exit code, after the one sentence on what went wrong."""
        try:
            code = super().main(*args, **kwargs)
        except XieshouError as error:
            return fail(str(error), error.exit_code)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            return 0
        except click.exceptions.Abort:
            return fail(_CANCELLED, 130)
        except click.ClickException as error:
            return _usage(error)
        except MemoryError:
            return fail("内存不够，请关闭别的程序，或把清单拆小后再试", 1)
        except Exception as error:
            if os.environ.get("XIESHOU_DEBUG"):
                raise
            return fail(_unexpected(error), 1)
        return code if isinstance(code, int) else 0


_CANCELLED = "已取消，没有做完的一步没有留下任何改动"


def _too_late() -> None:
    """Ctrl-C while the program is being put away: the work is done, and its exit code stands."""
    with contextlib.suppress(ValueError):  # signals belong to the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def fail(sentence: str, code: int) -> int:
    """Print an error as one line; returns the exit code to end with."""
    click.echo(f"错误：{' '.join(sentence.split())}", err=True)
    return code


def _usage(error: click.ClickException) -> int:
    """Usage errors in Chinese, with the command whose help to read."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "xieshou"
    if isinstance(error, click.NoSuchOption):
        text = f"没有 {error.option_name} 这个选项{like(error.possibilities or ())}"
    else:
        parameter = getattr(error, "param", None)
        name = parameter.opts[0] if isinstance(parameter, click.Option) else ""
        if isinstance(error, click.MissingParameter):
            name = name or (parameter.make_metavar(context) if parameter and context else "")
            text = f"缺少 {name}"
        else:
            text = f"{name}：{_complaint(error.message)}".removeprefix("：")
            text += _like_command(error.message, context)
    return fail(f"{text}，用法见 {path} --help", 2)


def like(names: Iterable[str]) -> str:
    """What a person may have meant, as the rest of a sentence; empty where nothing is near."""
    near = [f"“{name}”" for name in names][:3]
    return f"，是不是{'、'.join(near)}" if near else ""


def _like_command(message: str, context: click.Context | None) -> str:
    found = re.search(r"No such command '(.*?)'", message)
    if not found or context is None or not isinstance(context.command, click.Group):
        return ""
    return like(difflib.get_close_matches(found[1].lower(), context.command.commands))


def _complaint(message: str) -> str:
    for pattern, sentence in _COMPLAINTS:
        found = pattern.fullmatch(message)
        if found:
            words = [group.replace("', '", "、").strip("'") for group in found.groups()]
            return sentence.format(*words)
    return f"用法有误（{message}）"


def _unexpected(error: Exception) -> str:
    """Keep the details in a file for whoever maintains the program; show one sentence."""
    log = Path(tempfile.gettempdir()) / "xieshou-error.log"
    try:
        with log.open("a", encoding="utf-8", errors="replace") as stream:
            traceback.print_exception(error, file=stream)
        where = f"，详情记在 {log}"
    except OSError:
        where = ""
    return f"程序内部出错（{type(error).__name__}），数据没有改动{where}，请转告维护人员"
