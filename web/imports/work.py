"""The work behind an import, without any page: it runs in a request, or in a process of its own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from matcher.catalogue.review import refuse_review
from matcher.errors import StaleError, XieshouError
from matcher.lists import Choices, ListReading, OpenedList, open_list, read_opened
from matcher.lists.outline import SheetOutline, outline
from matcher.lists.problemfile import problem_file
from matcher.lists.reading import kind_of_list
from matcher.model import ListKind
from matcher.store import EVERYTHING, ImportRecord, Scope, Store
from matcher.store.belonging import why_not
from matcher.store.bringing import Plan, Progress, plan, quiet
from matcher.store.importrows import ImportRow
from web.jobs.kinds import Save

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u2028\u2029\u202a-\u202e\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST_NAME = 80  # characters: with three bytes each a file system takes it
_ORIGIN = re.compile(r"(\d{1,12})#(\d{1,9})#(.*)", re.DOTALL)


def file_name(sent: str) -> str:
    """A name that is safe to write and to show, from what a browser says that the file is called.

    Only the last part of a path counts, in whatever way it is written.
    """
    bare = _FORBIDDEN.sub("", re.split(r"[/\\]", sent)[-1]).strip(" .")
    stem, dot, suffix = bare.rpartition(".")
    if dot and len(suffix) <= 8:
        bare = f"{stem[: _LONGEST_NAME - len(suffix)]}.{suffix}"
    bare = bare[: _LONGEST_NAME + 1] or "清单"
    return f"_{bare}" if _RESERVED.match(bare) else bare


@dataclass(frozen=True, slots=True)
class Understood:
    """An import's file, read under its choices."""

    opened: OpenedList
    reading: ListReading
    planned: Plan
    seen: int
    origins: Mapping[int, int]


def read(store: Store, number: int) -> None:
    """Read the file of an import and keep its preview, or why it cannot be read.

    Raises:
        NotFoundError: There is no such import.
        XieshouError: It is confirmed already.
    """
    reading(store, number)()


def confirm(store: Store, number: int, shown: str) -> bool:
    """Import what a person has seen; False where that had been done before.

    Raises:
        StaleError: The preview was old; a new one waits to be looked at.
    """
    try:
        return confirming(store, number, shown)()
    except StaleError:
        if store.imports.get(number, EVERYTHING).state == "open":
            read(store, number)
        raise


def reading(store: Store, number: int, progress: Progress = quiet) -> Callable[[], None]:
    """Read the file of an import; what is given back keeps its preview, or why it cannot be read.

    Raises:
        NotFoundError: There is no such import.
        XieshouError: Its file was not kept.
    """
    record = store.imports.get(number, EVERYTHING)
    progress(0, 0, "读文件")
    with _file(store, record) as path:
        choices = Choices()
        sheets: tuple[SheetOutline, ...] = ()
        about: dict[str, Any] = {}
        try:
            choices = Choices.of(record.choices)
            opened = open_list(path, encoding=choices.encoding)
            about = {"format": opened.format, "encoding": opened.encoding}
            offer = _offered(store, record, opened, choices)
            kind, choices = offer.kind, offer.choices
            about |= {
                "kind": kind.value,
                "kind_certain": offer.certain,
                "remembered": list(offer.sheets),
                "choices": choices.record(),
            }
            sheets = outline(opened, kind, choices)
            about["sheets"] = [asdict(sheet) for sheet in sheets]
            made = _understand(store, record, opened, kind, choices, progress)
        except XieshouError as error:
            return partial(store.imports.refuse, number, _for_pages(str(error)), about)
        read_ = made.reading
        about["notes"] = [asdict(problem) for problem in read_.problems if problem.row is None]
        progress(0, 0, "写预览")
        entries = store.imports.rows.of(made.planned, read_.problems, read_.skipped)
        return partial(
            store.imports.preview, number, kind, made.planned, entries, seen=made.seen,
            understood=about, problem_file=_problems(number, made, entries),
        )  # fmt: skip


def confirming(
    store: Store, number: int, shown: str, progress: Progress = quiet
) -> Callable[[], bool]:
    """Read the file of an import again; what is given back imports it, in one transaction.

    Args:
        store: The store.
        number: Of the import.
        shown: Fingerprint of the plan that the person has seen.
        progress: Told of each step; may raise to cancel.

    Raises:
        StaleError: Something else would happen than was shown.
    """
    record = store.imports.get(number, EVERYTHING)
    if record.state == "imported":
        return lambda: False
    if record.state != "open" or not record.kind:
        raise StaleError("这份文件还没有可确认的预览，请先看过预览")
    progress(0, 0, "读文件")
    with _file(store, record) as path:
        choices = Choices.of(record.understood["choices"])
        opened = open_list(path, encoding=choices.encoding)
        made = _understand(store, record, opened, record.kind, choices, progress)
    if not made.planned.fingerprint == record.plan == shown:
        raise StaleError("数据或设置在预览之后变了，没有导入，请看过新的预览再确认")
    sheets = outline(opened, record.kind, choices)

    def write() -> bool:
        with store.transaction():
            done = store.imports.confirm(
                number, made.reading, made.planned, seen=made.seen, shown=shown,
                origins=made.origins, progress=progress,
            )  # fmt: skip
            if done:
                _remember(store, sheets, choices, record.scope)
        return done

    return write


def _for_pages(sentence: str) -> str:
    """A way out that is a command is a field on the page."""
    return sentence.replace("或用 --map 指定各列", "或在下面指定表头和各列")


@contextmanager
def _file(store: Store, record: ImportRecord) -> Iterator[Path]:
    """The file of an import under its own name, as long as it is needed."""
    content = store.imports.original(record)
    if content is None:
        raise XieshouError("这次导入的原件没有保存，请重新选择文件")
    with tempfile.TemporaryDirectory(prefix="xieshou-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / record.file_name
        path.write_bytes(content)
        yield path


@dataclass(frozen=True, slots=True)
class _Offer:
    """Kind and choices under which a file is read; ``sheets``: whose columns were remembered."""

    kind: ListKind
    certain: bool
    choices: Choices
    sheets: tuple[str, ...] = ()


def _offered(store: Store, record: ImportRecord, opened: OpenedList, choices: Choices) -> _Offer:
    """Kind and choices, with what is remembered of such headings where nothing was chosen yet."""
    plain = _kind(record, opened, choices)
    if record.choices:
        return plain
    columns: dict[str, Mapping[str, str]] = {}
    for sheet in outline(opened, plain.kind, choices):
        names = {column.name for column in sheet.columns}
        found = store.imports.headings.get(sheet.headings, record.scope)
        if found and names.issuperset(found):
            columns[sheet.name] = found
    if not columns:
        return plain
    offered = _kind(record, opened, Choices(columns=columns))
    try:
        read_opened(opened, offered.kind, choices=offered.choices)
    except XieshouError:  # it does not fit this file after all
        return plain
    return replace(offered, sheets=tuple(columns))


def _kind(record: ImportRecord, opened: OpenedList, choices: Choices) -> _Offer:
    """The kind that a person has said, else the file, else the one that this person may import."""
    if wanted := record.choices.get("kind", ""):
        return _Offer(ListKind(wanted), certain=True, choices=choices)
    guessed, certain = kind_of_list(opened, {}, choices)
    return _Offer(guessed if certain else record.only_kind or guessed, certain, choices)


def _understand(
    store: Store, record: ImportRecord, opened: OpenedList, kind: ListKind, choices: Choices,
    progress: Progress,
) -> Understood:  # fmt: skip
    scope = record.scope
    if sentence := why_not(kind, scope):
        raise XieshouError(f"{sentence}，请换一份文件，或在下面改清单种类")
    reading = read_opened(opened, kind, choices=choices)
    refuse_review(reading)
    progress(0, 0, "与已有的行核对")
    seen, origins = store.journal.version(), _origins(store, record, reading)
    planned = plan(store.db, reading.kind, reading.rows, scope, origins)
    return Understood(opened, reading, planned, seen, origins)


def _origins(store: Store, record: ImportRecord, reading: ListReading) -> dict[int, int]:
    """Place of a row → the stored row that it comes from, in a file of problem rows sent back."""
    scope = record.scope
    found: dict[int, int] = {}
    imported: dict[int, bool] = {}
    for place, row in enumerate(reading.rows):
        written = _ORIGIN.fullmatch(str(row.attributes.get("origin", "")))
        if not written:
            continue
        number = int(written[1])
        if number not in imported:
            known = [r for r in [_seen(store, number, scope)] if r]
            imported[number] = bool(known) and (known[0].state, known[0].kind) == (
                "imported", reading.kind,
            )  # fmt: skip
        if imported[number]:
            key = store.imports.rows.key_at(number, written[3], int(written[2]))
            if key is not None:
                found[place] = key
    return found


def _seen(store: Store, number: int, scope: Scope) -> ImportRecord | None:
    try:
        return store.imports.get(number, scope)
    except XieshouError:
        return None


def _problems(number: int, made: Understood, entries: list[ImportRow]) -> bytes | None:
    remarks = {
        (entry.sheet, entry.row): "；".join(
            f"{heading}：{message}，{advice}" if heading else f"{message}，{advice}"
            for heading, _, message, advice in (entry.detail or {})["remarks"]
        )
        for entry in entries
        if entry.remarked
    }
    if not remarks:
        return None
    return problem_file(
        made.opened, made.reading, remarks, lambda place: f"{number}#{place[1]}#{place[0]}"
    )


def _remember(
    store: Store, sheets: tuple[SheetOutline, ...], choices: Choices, scope: Scope
) -> None:
    """Remember what was chosen for the columns of each sheet, for the next file like it."""
    for sheet in sheets:
        if sheet.tables and sheet.headings:
            chosen = choices.columns.get(sheet.name, {})
            if chosen or store.imports.headings.get(sheet.headings, scope):
                store.imports.headings.set(sheet.headings, chosen, scope)


# --- as jobs -------------------------------------------------------------------------------------


def read_job(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Read a large file in a process of its own."""
    number = int(arguments["import"])
    keep = reading(store, number, progress)

    def save() -> dict[str, Any]:
        keep()
        return {"url": f"/imports/{number}"}

    return save


def confirm_job(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Import a large file in a process of its own; where the preview is old, make a new one."""
    number = int(arguments["import"])
    try:
        write = confirming(store, number, str(arguments["shown"]), progress)
    except StaleError:
        if store.imports.get(number, EVERYTHING).state != "open":
            raise
        keep = reading(store, number, progress)

        def again() -> dict[str, Any]:
            keep()
            return {"url": f"/imports/{number}?stale=1"}

        return again

    def save() -> dict[str, Any]:
        write()
        return {"url": f"/imports/{number}"}

    return save
