"""What a file is, by its content, and whether it is safe to open. Runs before any parser."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from matcher.errors import UnreadableListError
from matcher.lists.limits import MEGABYTE, Limits

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITY = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE)", re.IGNORECASE)
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_MAX_AREA = 60_000_000  # cells of the rectangle that a sheet spans


def format_of(path: Path, limits: Limits) -> str:
    """The format of a file, from its first bytes (a wrong suffix is common and harmless).

    Returns:
        ``workbook``, ``docx``, ``pdf``, ``json`` or ``text``.

    Raises:
        UnreadableListError: Missing, empty, too large, encrypted, a bomb, or no format of ours.
    """
    name = path.name
    if not path.exists():
        raise UnreadableListError(f"找不到文件 {path}，请检查路径和文件名")
    if path.is_dir():
        raise UnreadableListError(f"{name} 是文件夹，请指定其中的清单文件")
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise UnreadableListError(
            f"{name} 打不开（{error.strerror}），请检查权限，或先关闭占用它的程序"
        ) from error
    if size == 0:
        raise UnreadableListError(f"{name} 是空文件，请重新导出后再试")
    if size > limits.file_bytes:
        raise UnreadableListError(
            f"{name} 有 {size // MEGABYTE} MB，超过 {limits.file_bytes // MEGABYTE} MB 上限，请拆成几个文件"
        )
    return _sniff(path, head, limits)


def _sniff(path: Path, head: bytes, limits: Limits) -> str:
    name, suffix = path.name, path.suffix.lower()
    if head.startswith(_OLE):
        return _ole(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, limits)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise UnreadableListError(
            f"{name} 的内容是网页或 XML，不是表格文件，请用表格软件打开后另存为 .xlsx"
        )
    if suffix == ".json" or (start[:1] in {b"{", b"["} and suffix not in TEXT_SUFFIXES):
        return "json"
    if suffix in TEXT_SUFFIXES:
        return "text"
    if head.startswith(
        (b"\x09\x08", b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
    ):
        return "workbook"  # BIFF without a compound file: very old xls
    known = ".xlsx .xls .csv .tsv .txt .docx .pdf .json"
    if suffix in known.split():
        raise UnreadableListError(f"{name} 已损坏，或内容与后缀 {suffix} 不符，请重新导出后再试")
    raise UnreadableListError(f"不认识 {name} 的格式，请另存为 {known.replace(' ', '、')} 之一")


def _ole(path: Path) -> str:
    """An OLE compound file is an old xls, an encrypted Office file, or an old Word document."""
    with path.open("rb") as stream:
        content = stream.read(64 * MEGABYTE)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableListError(f"{path.name} 设有打开密码，请去掉密码后再试")
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableListError(f"{path.name} 是旧版 Word 文档，请另存为 .docx 后再试")
    return "workbook"


def _zipped(path: Path, limits: Limits) -> str:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _check_sizes(name, members, limits)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as stream:
                        _check_xml(name, member.filename, stream)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableListError(f"{name} 已损坏（压缩结构不完整），请重新导出后再试") from error
    except Exception as error:  # zlib.error, LZMAError and other decoders' own errors
        if isinstance(error, UnreadableListError):
            raise
        raise UnreadableListError(f"{name} 已损坏（无法解压），请重新导出后再试") from error
    if any(n.startswith("word/") for n in names):
        return "docx"
    if any(n.startswith("xl/") for n in names) or "content.xml" in names:
        return "workbook"
    raise UnreadableListError(f"{name} 是压缩包，不是清单，请先解压，再选择其中的表格文件")


def _check_sizes(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.zip_members:
        raise UnreadableListError(f"{name} 内部有 {len(members)} 个部件，结构异常，已拒绝打开")
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise UnreadableListError(
            f"{name} 解压后超过 {limits.unpacked_bytes // MEGABYTE} MB，已拒绝打开，请删去图片或拆成几个文件"
        )
    for member in members:
        if member.flag_bits & 0x1:
            raise UnreadableListError(f"{name} 设有打开密码，请去掉密码后再试")
        large = member.file_size > 4 * MEGABYTE
        if large and member.file_size > limits.zip_ratio * max(member.compress_size, 1):
            raise UnreadableListError(f"{name} 的压缩比异常（疑似压缩炸弹），已拒绝打开")


def _check_xml(name: str, member: str, stream: IO[bytes]) -> None:
    """Refuse declared entities anywhere, and sheets that span an absurd area.

    The area is checked here because a workbook with two cells in opposite corners makes the
    parser ask for memory for all cells between them.
    """
    is_sheet = "worksheets/" in member
    tail, bottom, right = b"", 0, 0
    first = True
    while chunk := stream.read(MEGABYTE):
        block = tail + chunk
        if first or b"<!" in block:
            first = False
            if _ENTITY.search(block):
                raise UnreadableListError(
                    f"{name} 内含实体声明，可能有害，已拒绝打开，请另存后再试"
                )
        if is_sheet:
            bottom, right = _reach(block, bottom, right)
            if bottom * right > _MAX_AREA:
                raise UnreadableListError(
                    f"{name} 的工作表延伸到第 {bottom} 行第 {right} 列，疑似误填了很远的单元格，"
                    "请删去多余的行列后再试"
                )
        tail = block[-32:]


def _reach(block: bytes, bottom: int, right: int) -> tuple[int, int]:
    letters: set[bytes] = set()
    numbers: set[bytes] = set()
    for column, row in _CELL.findall(block):
        letters.add(column)
        numbers.add(row)
    if numbers:
        bottom = max(bottom, *(int(n) for n in numbers))
    for column in letters:
        index = 0
        for c in column:
            index = index * 26 + c - 64
        right = max(right, index)
    return bottom, right
