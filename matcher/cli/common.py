"""What all commands share: output, progress, errors as one line, safe writing of files."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from matcher.errors import XieshouError

DEFAULT_DB = "xieshou.db"
db_option = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_DB,
    envvar="XIESHOU_DB",
    show_default=True,
    show_envvar=True,
    help="数据库文件。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")


def console() -> Console:
    """Where people read; created late, so that redirected streams are respected."""
    return Console(highlight=False, soft_wrap=True)


def echo_json(data: Any) -> None:
    """Print JSON in UTF-8 whatever the console's encoding, for programs."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if sys.stdout.isatty():
        click.echo(text)
        return
    stream = click.get_binary_stream("stdout")
    stream.write(text.encode("utf-8", "surrogatepass") + b"\n")
    stream.flush()


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A callback ``(stage, done, all)`` that draws bars on a terminal and nothing elsewhere."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _stage, _done, _all: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def write_file(path: Path, data: bytes) -> None:
    """Write a file completely or not at all.

    Raises:
        XieshouError: The folder is missing, or the file is open elsewhere or not writable.
    """
    folder = path.parent
    if not folder.is_dir():
        raise XieshouError(f"文件夹 {folder} 不存在，请先建立，或用 --out 指定别处")
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".xieshou-", suffix=path.suffix)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if not path.exists() and hasattr(os, "umask"):
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
        elif path.exists():
            Path(temporary).chmod(path.stat().st_mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise XieshouError(
            f"{path} 写不进去（{error.strerror}），请先关闭打开着它的程序，或检查权限和磁盘空间"
        ) from error


def fresh_path(path: Path) -> Path:
    """The path itself, or the first ``名字-2``, ``名字-3`` … that does not exist yet."""
    candidate, n = path, 1
    while candidate.exists():
        n += 1
        candidate = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return candidate


class Commands(click.Group):
    """A group whose commands end in one line, never in a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn every failure into one sentence and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a GBK console must not fail on a rare character
                stream.reconfigure(errors="replace")
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except XieshouError as error:
            sys.exit(_fail(str(error), error.exit_code))
        except click.exceptions.Abort:
            sys.exit(_fail("已取消，没有改动", 130))
        except click.ClickException as error:
            sys.exit(_usage(error))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except MemoryError:
            sys.exit(_fail("内存不够，请关闭别的程序，或把清单拆小后再试", 1))
        except Exception as error:
            if os.environ.get("XIESHOU_DEBUG"):
                raise
            sys.exit(_fail(_unexpected(error), 1))
        sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, code: int) -> int:
    click.echo(f"错误：{sentence}", err=True)
    return code


def _usage(error: click.ClickException) -> int:
    """Usage errors in Chinese, with the command whose help to read."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "xieshou"
    if isinstance(error, click.NoSuchOption):
        text = f"没有 {error.option_name} 这个选项"
    elif isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(context) if error.param and context else ""
        text = f"缺少 {name}"
    elif isinstance(error, click.FileError):
        text = f"打不开 {error.ui_filename}"
    else:
        text = f"用法有误（{error.format_message()}）"
    return _fail(f"{text}，用法见 {path} --help", 2)


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
