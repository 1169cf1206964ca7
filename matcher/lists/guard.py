"""What a file is, by its content, and whether it is safe to open. Runs before any parser.

The cheap part, :func:`outer_format`, looks at the first bytes and runs where the user works. The
costly part, :func:`inner_format`, unpacks what a parser would unpack, and runs in the parsing
process under its limits.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from matcher.errors import UnreadableListError
from matcher.lists.extract import compound
from matcher.lists.limits import MEGABYTE, Limits

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab"})
# Many systems "export to Excel" by writing a text table under this suffix.
_OFTEN_TEXT = frozenset({".xls", ".xlsx"})
_KNOWN = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".docx", ".pdf", ".json")
_BIFF = (b"\x09\x08", b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(rb"<[!?a-zA-Z]")
_ENTITY = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE)", re.IGNORECASE)
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,10})["']""")
_LONGEST_TAG = 4_096


def outer_format(path: Path, limits: Limits) -> str:
    """The format of a file, from its first bytes (a wrong suffix is common and harmless).

    Returns:
        ``zip``, ``compound``, ``biff``, ``pdf``, ``json`` or ``text``.

    Raises:
        UnreadableListError: Missing, no file, empty, too large, or no format of ours.
    """
    name = path.name
    try:
        if not path.exists():
            raise UnreadableListError(f"找不到文件 {path}，请检查路径和文件名")
        if path.is_dir():
            raise UnreadableListError(f"{name} 是文件夹，请指定其中的清单文件")
        if not path.is_file():  # opening a pipe or a device may wait for ever
            raise UnreadableListError(f"{name} 不是普通文件，请先保存成文件再导入")
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except PermissionError as error:
        raise UnreadableListError(
            f"{name} 打不开：没有读取权限，或正被别的程序占用，请检查后再试"
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableListError(
            f"{name} 打不开：路径不合法，或磁盘读不出，请检查后再试"
        ) from error
    if size == 0:
        raise UnreadableListError(f"{name} 是空文件，请重新导出后再试")
    if size > limits.file_bytes:
        raise UnreadableListError(
            f"{name} 有 {size // MEGABYTE} MB，超过 {limits.file_bytes // MEGABYTE} MB 上限，请拆成几个文件"
        )
    return _sniff(name, path.suffix.lower(), head)


def _sniff(name: str, suffix: str, head: bytes) -> str:
    for starts, format_ in (((compound.MAGIC,), "compound"), (_ZIP, "zip"), (_BIFF, "biff")):
        if head.startswith(starts):
            return format_
    if b"%PDF-" in head[:1024]:
        return "pdf"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _MARKUP.match(start):
        raise UnreadableListError(
            f"{name} 的内容是网页或 XML，不是表格文件，请用表格软件打开后另存为 .xlsx"
        )
    if suffix == ".json" or (start[:1] in {b"{", b"["} and suffix not in TEXT_SUFFIXES):
        return "json"
    if suffix in TEXT_SUFFIXES or (suffix in _OFTEN_TEXT and _is_text(head)):
        return "text"
    if suffix in _KNOWN:
        raise UnreadableListError(f"{name} 已损坏，或内容与后缀 {suffix} 不符，请重新导出后再试")
    raise UnreadableListError(f"不认识 {name} 的格式，请另存为 {'、'.join(_KNOWN)} 之一")


def _is_text(head: bytes) -> bool:
    """No control characters but tabs and line ends; whether it is good text shows later."""
    return head.startswith(_BOMS) or not any(byte < 32 and byte not in b"\t\r\n" for byte in head)


def inner_format(path: Path, outer: str, limits: Limits) -> str:
    """What to parse a file as, after everything a parser would unpack was found harmless.

    Returns:
        ``workbook``, ``docx``, ``pdf`` or ``json``.

    Raises:
        UnreadableListError: Encrypted, a bomb, with declared entities, damaged, or no list.
    """
    if outer == "zip":
        return _zipped(path, limits)
    if outer == "compound":
        return _compound(path)
    return "workbook" if outer == "biff" else outer


def _compound(path: Path) -> str:
    """An OLE compound file is an old xls, an encrypted Office file, or an old Word document."""
    names = compound.top_streams(path)
    book = names.get("Workbook", names.get("Book", b""))
    if "EncryptedPackage" in names or compound.is_locked(book):
        raise UnreadableListError(f"{path.name} 设有打开密码，请去掉密码后再试")
    if "WordDocument" in names:
        raise UnreadableListError(f"{path.name} 是旧版 Word 文档，请另存为 .docx 后再试")
    if "PowerPoint Document" in names:
        raise UnreadableListError(f"{path.name} 是演示文稿，不是清单，请另存为 .xlsx 后再试")
    return "workbook"


def _zipped(path: Path, limits: Limits) -> str:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(name, members, limits)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with archive.open(member) as stream:
                        _check_xml(name, member.filename, stream, limits)
            format_ = _member_format(name, archive)
    except (UnreadableListError, MemoryError):
        raise
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableListError(f"{name} 已损坏（压缩结构不完整），请重新导出后再试") from error
    except Exception as error:  # zlib.error, LZMAError and other decoders' own errors
        raise UnreadableListError(f"{name} 已损坏（无法解压），请重新导出后再试") from error
    return format_


def _member_format(name: str, archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    tops = {n.partition("/")[0] for n in names if "/" in n}
    if "content.xml" in names:
        with archive.open("mimetype") if "mimetype" in names else archive.open(names[0]) as stream:
            if b"opendocument.text" in stream.read(256):
                raise UnreadableListError(f"{name} 是 OpenDocument 文档，请另存为 .docx 后再试")
        return "workbook"
    if "word" in tops:
        return "docx"
    if "xl" in tops:
        return "workbook"
    if "ppt" in tops:
        raise UnreadableListError(f"{name} 是演示文稿，不是清单，请另存为 .xlsx 后再试")
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


def _check_xml(name: str, member: str, stream: IO[bytes], limits: Limits) -> None:
    """Refuse declared entities anywhere, and sheets that span an absurd area.

    The area is checked here because a workbook with two cells in opposite corners makes the
    parser ask for memory for all cells between them. Reading to the end also proves the size
    and the checksum that the archive claims.
    """
    is_sheet = "worksheets/" in member
    tail, bottom, right = b"", 0, 0
    while chunk := stream.read(MEGABYTE):
        block = tail + chunk.replace(b"\x00", b"")  # UTF-16 hides nothing
        if b"<!" in block and _ENTITY.search(block):
            raise UnreadableListError(f"{name} 内含实体声明，可能有害，已拒绝打开，请另存后再试")
        if is_sheet:
            bottom, right = _reach(block, bottom, right)
            if bottom * right > limits.cells:
                raise UnreadableListError(
                    f"{name} 的工作表延伸到第 {bottom} 行第 {right} 列，疑似误填了很远的单元格，"
                    "请删去多余的行列后再试"
                )
        tail = block[max(block.rfind(b"<"), len(block) - _LONGEST_TAG, 0) :]


def _reach(block: bytes, bottom: int, right: int) -> tuple[int, int]:
    letters: set[bytes] = set()
    numbers: set[bytes] = set()
    for column, row in _CELL.findall(block):
        letters.add(column)
        numbers.add(row)
    if numbers:
        bottom = max(bottom, *map(int, numbers))
    for column in letters:
        index = 0
        for c in column.upper():
            index = index * 26 + c - 64
        right = max(right, index)
    return bottom, right
