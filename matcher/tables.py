"""The files of ``corpora`` as tables: text in, rows with their line numbers out.

A fault in a file is a :class:`~matcher.errors.KnowledgeError` that names file and line, because
people edit these files.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from matcher.errors import KnowledgeError


def corpus(path: str) -> Traversable:
    """A file or folder below ``corpora``; ``path`` uses forward slashes."""
    return files("corpora").joinpath(path)


def read_table(path: str, *needed: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a tab-separated file below ``corpora`` as ``(line, {column: text})``.

    Lines that begin with ``#`` and blank lines are comments; the first other line names the
    columns. A row may leave out trailing columns.

    Raises:
        KnowledgeError: The file is missing or no UTF-8, lacks one of the ``needed`` columns, or
            has a row with more columns than the header or without text in a needed one.
    """
    yield from rows_of(corpus(path), path, needed)


def rows_of(
    file: Traversable, path: str, needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of an open file as :func:`read_table` gives them; ``path`` is for its messages."""
    header: list[str] = []
    for number, line in enumerate(text_of(file, path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = [cell.strip() for cell in cells]
            if missing := [key for key in needed if key not in header]:
                raise KnowledgeError(
                    f"{path} 第 {number} 行是表头，缺少列 {'、'.join(missing)}，各列之间用制表符"
                )
            continue
        if len(cells) > len(header):
            raise KnowledgeError(
                f"{path} 第 {number} 行有 {len(cells)} 列，表头只有 {len(header)} 列，请检查制表符"
            )
        cells += [""] * (len(header) - len(cells))
        row = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        if empty := [key for key in needed if not row[key]]:
            raise KnowledgeError(f"{path} 第 {number} 行的 {'、'.join(empty)} 没有填")
        yield number, row
    if not header:
        raise KnowledgeError(f"{path} 没有表头，第一行不带 # 的应是列名")


def text_of(file: Traversable, path: str) -> str:
    """The text of a file.

    Raises:
        KnowledgeError: It is missing, or no UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError(f"{path} 第 {line} 行不是 UTF-8 文字，请另存为 UTF-8") from error
    except OSError as error:
        raise KnowledgeError(f"corpora 下找不到 {path}，请从安装包恢复") from error


def folder_of(path: str) -> list[tuple[str, Traversable]]:
    """The tsv files of a folder in the order of their names."""
    folder = corpus(path)
    if not folder.is_dir():
        return []
    return sorted((f"{path}/{f.name}", f) for f in folder.iterdir() if f.name.endswith(".tsv"))


def split_bar(text: str) -> tuple[str, ...]:
    """The non-empty parts of a ``|``-separated cell."""
    return tuple(part.strip() for part in text.split("|") if part.strip())
