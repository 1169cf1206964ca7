"""Whether a file is the catalogue that was issued (核验)."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from matcher.catalogue import CATALOGUE_SUFFIXES, from_record, to_document
from matcher.errors import XieshouError
from matcher.store import EVERYTHING, CatalogueState, Store, StoredCatalogue

_LARGEST = 400_000_000  # bytes of a part of a zip
_HASH = re.compile(r"(?:[0-9a-f]{8}\s*){7}[0-9a-f]{8}")
_NUMBER = re.compile(r"推荐目录〔\d{4}〕\d+号")
# What a field shows: page numbers are filled in by the program that opens the file.
_FIELD = re.compile(r'fldCharType="separate".*?fldCharType="end"', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Outcome(StrEnum):
    """What verifying found."""

    ORIGINAL = "original"
    SAME_TEXT = "same text"
    ALTERED = "altered"
    NOT_ISSUED = "not issued"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome, the catalogue it is about, and one sentence for people."""

    outcome: Outcome
    catalogue: StoredCatalogue | None
    said: str


def verify(store: Store, data: bytes, name: str) -> Verification:
    """Say whether a file is a document of a catalogue that this store has issued.

    Args:
        store: The store.
        data: The file.
        name: Its name; the suffix tells its form.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in CATALOGUE_SUFFIXES:
        raise XieshouError(f"不会核验 {name} 这种文件，可以核验 {'、'.join(CATALOGUE_SUFFIXES)}")
    known = store.catalogues.of_file(data)
    if known is not None:
        return _told(Outcome.ORIGINAL, known, name)
    text = _text(data, suffix)
    found = _named(store, text)
    if found is None:
        return _told(Outcome.UNKNOWN, None, name)
    if found.state not in {CatalogueState.ISSUED, CatalogueState.SUPERSEDED}:
        return _told(Outcome.NOT_ISSUED, found, name)
    made = to_document(from_record(store.catalogues.content(found.id, EVERYTHING)), suffix)
    if made == data:
        return _told(Outcome.ORIGINAL, found, name)
    same = _bare(_text(made, suffix)) == _bare(text)
    return _told(Outcome.SAME_TEXT if same else Outcome.ALTERED, found, name)


def _told(outcome: Outcome, found: StoredCatalogue | None, name: str) -> Verification:
    number = found.number if found else ""
    said = {
        Outcome.ORIGINAL: f"{name} 是印发的 {number} 原件，一字未改",
        Outcome.SAME_TEXT: f"{name} 的文字与印发的 {number} 一致，但文件被另存过，不是原件",
        Outcome.ALTERED: f"{name} 标着 {number}，内容与印发的不同，被改过，请以原件为准",
        Outcome.NOT_ISSUED: f"{name} 出自第 {found.id if found else ''} 份目录，还没有印发，不能对外使用",
        Outcome.UNKNOWN: f"{name} 不是这个数据库印发的目录",
    }[outcome]
    if found is not None and found.state is CatalogueState.SUPERSEDED:
        said += f"；{number} 已被新的目录替代"
    return Verification(outcome, found, said)


def _named(store: Store, text: str) -> StoredCatalogue | None:
    """The catalogue whose hash or number stands in a text, the last one that does."""
    for mark in reversed(_HASH.findall(text)):
        found = store.catalogues.of_hash(_bare(mark))
        if found is not None:
            return found
    for number in reversed(_NUMBER.findall(text)):
        for stored in store.catalogues.all(EVERYTHING):
            if stored.number == number:
                return stored
    return None


def _bare(text: str) -> str:
    return "".join(text.split())


def _text(data: bytes, suffix: str) -> str:
    """All text of a document, in its order."""
    try:
        return _READERS[suffix](data)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise XieshouError(f"这个 {suffix} 文件读不出来，可能已损坏，请换原件再核验") from error


def _parts(data: bytes, wanted: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        items = [i for i in archive.infolist() if re.fullmatch(wanted, i.filename)]
        if not items or sum(item.file_size for item in items) > _LARGEST:
            raise ValueError(wanted)
        return "\n".join(archive.read(item).decode("utf-8") for item in items)


def _docx(data: bytes) -> str:
    xml = _FIELD.sub("", _parts(data, r"word/document\.xml"))
    return html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml)))


def _xlsx(data: bytes) -> str:
    import python_calamine

    _parts(data, r"xl/.*\.xml")  # its size, before anything is unpacked
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    return "\n".join("\t".join(map(str, row)) for sheet in sheets for row in sheet)


def _pdf(data: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _json(data: bytes) -> str:
    return json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True)


def _plain(data: bytes) -> str:
    return data.decode("utf-8-sig")


def _html(data: bytes) -> str:
    return html.unescape(_TAG.sub("", data.decode("utf-8")))


_READERS = {
    ".docx": _docx, ".xlsx": _xlsx, ".pdf": _pdf, ".json": _json, ".csv": _plain, ".html": _html,
}  # fmt: skip
