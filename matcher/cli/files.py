"""Writing files: whole or not at all, and never over what a person has written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from matcher.cli.failures import reason_of
from matcher.errors import UnreadableListError, XieshouError

_OLE = b"\xd0\xcf\x11\xe0"  # how a workbook with a password begins


def write_file(path: Path, data: bytes) -> None:
    """Write a file completely or not at all.

    Raises:
        XieshouError: The folder is missing, or the file is open elsewhere or not writable.
    """
    path = path.resolve()  # of a link the file that it points to is written
    folder = path.parent
    if not folder.is_dir():
        raise XieshouError(f"文件夹 {folder} 不存在，请先建立，或用 --out 指定别处")
    temporary = ""
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
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
            f"{path} 写不进去（{reason_of(error)}），请先关闭打开着它的程序，或检查权限和磁盘空间"
        ) from error


def fresh_path(path: Path) -> Path:
    """The path itself, or the first ``名字-2``, ``名字-3`` … that does not exist yet."""
    candidate, n = path, 1
    while candidate.exists():
        n += 1
        candidate = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return candidate


def check_out(
    out: Path, suffixes: Iterable[str], *, force: bool | None = None, inputs: Iterable[Path] = ()
) -> None:
    """Check where a result is to be written, before any work is done.

    ``force`` is what the option of that name says, None where a command has none.

    Raises:
        XieshouError: Unknown suffix, missing folder, one of the inputs, or a workbook that
            holds decisions.
    """
    suffixes = tuple(suffixes)
    if out.suffix.lower() not in suffixes:
        raise XieshouError(f"不会写 {out.name} 这种格式，请用 {'、'.join(suffixes)} 之一作后缀")
    if not out.parent.is_dir():
        raise XieshouError(f"文件夹 {out.parent} 不存在，请先建立")
    if not out.exists():
        return
    if any(path.exists() and out.samefile(path) for path in inputs):
        raise XieshouError(f"{out} 就是要读的文件，不能盖掉，请用 --out 另写一个文件名")
    if out.suffix.lower() == ".xlsx" and not force:
        _check_decided(out, forcible=force is not None)


def _check_decided(out: Path, *, forcible: bool) -> None:
    from matcher.catalogue import read_review

    way_out = "请换一个文件名"
    way_out += "，或先用 xieshou decide 读回，再加 --force 盖掉" if forcible else ""
    try:
        decided = read_review(out).filled
    except UnreadableListError as error:
        with out.open("rb") as stream:
            locked = stream.read(len(_OLE)) == _OLE
        if locked:
            raise XieshouError(f"看不到 {out} 里有没有审核结果（{error}），{way_out}") from error
        return
    if decided:
        raise XieshouError(f"{out} 里已有 {decided} 条审核结果，不能盖掉；{way_out}")
