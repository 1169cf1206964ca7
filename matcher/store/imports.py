"""Imports step by step: a file handed in, understood, previewed, confirmed, undone (导入)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, StaleError, XieshouError
from matcher.model import ListKind
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.belonging import kinds_of
from matcher.store.bringing import FOREIGN, Bringing, Plan, Progress, Reading, plan, quiet
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.headings import HeadingChoices
from matcher.store.importrows import ImportRow, ImportRows
from matcher.store.journal import Journal
from matcher.store.originals import keep_original, original
from matcher.store.scope import EVERYTHING, Scope, ScopeKind, buyer, county, supplier

_RECORD = (
    "id", "file_name", "sha256", "size", "kind", "state", "message", "choices", "understood",
    "counts", "plan", "seen", "county", "enterprise_id", "only_kind", "uploaded_at", "uploaded_by",
    "finished_at", "finished_by", "undone_at", "undone_by", "job_id", "list_id", "change_id",
)  # fmt: skip
_COLUMNS = ", ".join(_RECORD)
OUTCOMES = ("new", "updated", "unchanged", "problem", "skipped")


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import.

    Attributes:
        id: Its number.
        file_name: As the file was called.
        sha256: Of its bytes.
        size: Of the file in bytes; 0 where it was not kept.
        kind: Of the list; None as long as nobody knows.
        state: ``waiting`` to be read, ``open`` with a preview, ``refused`` with a reason,
            ``imported`` or ``undone``.
        message: The reason, in one sentence.
        choices: What a person has said of the file, as JSON holds it.
        understood: What was understood of it, as JSON holds it.
        counts: Rows of the file by what becomes of them, and ``remarked`` ones among them.
        plan: Fingerprint of what the preview shows.
        seen: The version of the data that it was computed from.
        county: Of whoever handed it in, where they are limited to one.
        enterprise_id: Likewise.
        only_kind: The one kind of list that they may import; None where both.
        uploaded_at: Moment in UTC.
        uploaded_by: Who.
        finished_at: When it was confirmed; empty before.
        finished_by: Who confirmed it.
        undone_at: When it was undone.
        undone_by: Who undid it.
        job_id: The work in the background that reads or confirms it.
        list_id: The list that it became.
        change_id: The set of its changes; None where they were not noted.
    """

    id: int
    file_name: str
    sha256: str
    size: int
    kind: ListKind | None
    state: str
    message: str
    choices: dict[str, Any]
    understood: dict[str, Any]
    counts: dict[str, int]
    plan: str
    seen: int
    county: str
    enterprise_id: int | None
    only_kind: ListKind | None
    uploaded_at: str
    uploaded_by: str
    finished_at: str
    finished_by: str
    undone_at: str
    undone_by: str
    job_id: int | None
    list_id: int | None
    change_id: int | None

    @property
    def scope(self) -> Scope:
        """Whose rows may come in with it: those of whoever handed it in, whoever confirms it."""
        if self.enterprise_id:
            firm = buyer if self.only_kind is ListKind.DEMAND else supplier
            return firm(self.enterprise_id)
        return county(self.county) if self.county else EVERYTHING

    @property
    def read(self) -> int:
        """Rows that were read, whatever became of them."""
        return sum(self.counts.get(outcome, 0) for outcome in OUTCOMES)


class Imports:
    """Imports in the store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._journal = Journal(db, path, audit)
        self.rows = ImportRows(db)
        self.headings = HeadingChoices(db, path, audit)

    # --- looking ---------------------------------------------------------------------------------

    def all(self, scope: Scope, *, limit: int = 50, offset: int = 0) -> list[ImportRecord]:
        """Imports in scope, the newest first: a firm's and a county's are those it handed in."""
        condition, values = self._visible(scope)
        found = rows(
            self._db,
            f"SELECT {_COLUMNS} FROM imports WHERE {condition} ORDER BY id DESC"
            " LIMIT :limit OFFSET :offset",
            {"limit": limit, "offset": offset, **values},
        )
        return [_record(values) for values in found]

    def count(self, scope: Scope) -> int:
        """How many imports there are in scope."""
        condition, values = self._visible(scope)
        sql = f"SELECT count(*) FROM imports WHERE {condition}"
        return int(self._db.execute(sql, dict(values)).fetchone()[0])

    def get(self, number: int, scope: Scope) -> ImportRecord:
        """One import.

        Raises:
            NotFoundError: None of that number, or not in scope.
        """
        condition, values = self._visible(scope)
        found = rows(
            self._db,
            f"SELECT {_COLUMNS} FROM imports WHERE id = :id AND {condition}",
            {"id": number, **values},
        )
        if not found:
            raise NotFoundError(f"没有编号为 {number} 的导入，可能已放弃，请回到导入记录查看")
        return _record(found[0])

    def visible(self, numbers: Iterable[int], scope: Scope) -> set[int]:
        """Those of some imports that are in scope: links lead nowhere else."""
        condition, values = self._visible(scope)
        sql = (
            "SELECT imports.id FROM imports JOIN json_each(:numbers) AS asked ON asked.value = imports.id"
            f" WHERE {condition}"
        )
        asked = {"numbers": json.dumps(list(numbers)), **values}
        return {row["id"] for row in rows(self._db, sql, asked)}

    @staticmethod
    def _visible(scope: Scope) -> tuple[str, Mapping[str, object]]:
        if scope.kind is ScopeKind.EVERYTHING:
            return "1", {}
        if scope.kind is ScopeKind.COUNTY:
            return "imports.county = :scope_county", {"scope_county": scope.county}
        if scope.enterprise_id:
            condition = "imports.enterprise_id = :scope_enterprise"
            return condition, {"scope_enterprise": scope.enterprise_id}
        return "0", {}

    def original(self, record: ImportRecord) -> bytes | None:
        """The bytes of its file; None where they were not kept."""
        return original(self._db, record.sha256)

    def problem_file(self, record: ImportRecord) -> bytes | None:
        """The workbook of its problem rows; None where there are none."""
        sql = "SELECT problem_file FROM imports WHERE id = ?"
        (content,) = self._db.execute(sql, [record.id]).fetchone()
        return content if content is None else bytes(content)

    def earlier(self, record: ImportRecord) -> ImportRecord | None:
        """The last import of the very same file that counts, other than this one."""
        found = rows(
            self._db,
            f"SELECT {_COLUMNS} FROM imports WHERE sha256 = :sha AND id <> :id"
            " AND state = 'imported' AND enterprise_id IS :firm AND county = :county"
            " ORDER BY id DESC LIMIT 1",
            {
                "sha": record.sha256,
                "id": record.id,
                "firm": record.enterprise_id,
                "county": record.county,
            },
        )
        return _record(found[0]) if found else None

    # --- step by step ----------------------------------------------------------------------------

    def begin(self, file_name: str, content: bytes, scope: Scope) -> int:
        """Keep a file that is handed in, to be read; the number of its import.

        Raises:
            XieshouError: Too large.
        """
        sha256, kinds = hashlib.sha256(content).hexdigest(), kinds_of(scope)
        with writing(self._db, self._path):
            keep_original(self._db, sha256, content)
            cursor = self._db.execute(
                "INSERT INTO imports (file_name, sha256, size, state, county, enterprise_id,"
                " only_kind, uploaded_at, uploaded_by) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?)",
                [
                    whole(file_name), sha256, len(content), scope.county,
                    scope.enterprise_id or None, kinds[0].value if len(kinds) == 1 else "",
                    now(), self._audit.actor.name,
                ],
            )  # fmt: skip
            number = int(cursor.lastrowid or 0)
            after = {"file_name": whole(file_name), "sha256": sha256, "size": len(content)}
            self._audit.add("import.upload", f"import:{number}", after=after)
        return number

    def choose(self, number: int, choices: Mapping[str, Any]) -> None:
        """Note what a person says of the file; it waits to be read again."""
        with self._pending(number):
            self._db.execute(
                "UPDATE imports SET choices = ?, state = 'waiting', message = '', plan = ''"
                " WHERE id = ?",
                [json.dumps(dict(choices), ensure_ascii=False), number],
            )

    def in_background(self, number: int, job_id: int) -> None:
        """Note which job works on it."""
        with writing(self._db, self._path):
            self._db.execute("UPDATE imports SET job_id = ? WHERE id = ?", [job_id, number])

    def refuse(self, number: int, message: str, understood: Mapping[str, Any]) -> None:
        """Note why the file cannot be read as it is, with what was understood all the same."""
        with self._pending(number):
            self._db.execute(
                "UPDATE imports SET state = 'refused', message = ?, understood = ?, counts = '{}',"
                " plan = '', problem_file = NULL WHERE id = ?",
                [message, json.dumps(dict(understood), ensure_ascii=False), number],
            )
            self.rows.clear(number)

    def preview(
        self,
        number: int,
        kind: ListKind,
        planned: Plan,
        entries: Sequence[ImportRow],
        *,
        seen: int,
        understood: Mapping[str, Any],
        problem_file: bytes | None,
    ) -> None:
        """Keep what an import would do, row by row, for a person to confirm."""
        counts = {outcome: sum(e.outcome == outcome for e in entries) for outcome in OUTCOMES}
        counts["remarked"] = sum(e.remarked for e in entries)
        with self._pending(number):
            self._db.execute(
                "UPDATE imports SET state = 'open', message = '', kind = ?, understood = ?,"
                " counts = ?, plan = ?, seen = ?, problem_file = ? WHERE id = ?",
                [
                    kind.value, json.dumps(dict(understood), ensure_ascii=False),
                    json.dumps(counts), planned.fingerprint, seen, problem_file, number,
                ],
            )  # fmt: skip
            self.rows.write(number, entries)

    def confirm(
        self, number: int, reading: Reading, planned: Plan, *, seen: int, shown: str,
        origins: Mapping[int, int], progress: Progress = quiet,
    ) -> bool:  # fmt: skip
        """Import what was previewed, in one transaction; False where it was imported before.

        Args:
            number: Of the import.
            reading: Of its file.
            planned: What it would do now.
            seen: The version of the data from which the plan was computed.
            shown: Fingerprint of the plan that the person has seen.
            origins: With which the plan was made.
            progress: Told how far the writing is; may raise, and then nothing is written.

        Raises:
            StaleError: The data have changed, and it would do something else than was shown.
        """
        with writing(self._db, self._path):
            record = self.get(number, EVERYTHING)
            if record.state == "imported":
                return False
            if seen != self._journal.version():  # somebody was quicker: does it make a difference?
                planned = plan(self._db, reading.kind, reading.rows, record.scope, origins)
            if record.state != "open" or not shown == record.plan == planned.fingerprint:
                raise StaleError("数据或设置在预览之后变了，没有导入，请看过新的预览再确认")
            with self._journal.changing("import") as change:
                self._write(record, reading, planned, change, progress)
        return True

    def _write(
        self, record: ImportRecord, reading: Reading, planned: Plan, change: int, progress: Progress
    ) -> None:
        actor = self._audit.actor.name
        bringing = Bringing(self._db, self._path, titles=record.enterprise_id is None)
        sha256 = self._free_hash(record, reading.kind)
        list_id = bringing.bring(reading, planned, by=actor, sha256=sha256, progress=progress)
        self.rows.note_keys(record.id, bringing.keys)
        self._db.execute(
            "UPDATE imports SET state = 'imported', kind = ?, finished_at = ?, finished_by = ?,"
            " list_id = ?, change_id = ? WHERE id = ?",
            [reading.kind.value, now(), actor, list_id, change, record.id],
        )
        after = {"file_name": record.file_name, "sha256": record.sha256, "kind": reading.kind.value}
        left_out = sum(entry.outcome == FOREIGN for entry in planned.rows)
        self._audit.add(
            "list.import", f"list:{list_id}",
            after=after | {"import": record.id, **bringing.count, "foreign": left_out},
        )  # fmt: skip

    def _free_hash(self, record: ImportRecord, kind: ListKind) -> str:
        """The file's hash, made distinct where a list of the same file stands already."""
        sql = "SELECT 1 FROM lists WHERE kind = ? AND sha256 = ?"
        if self._db.execute(sql, [kind.value, record.sha256]).fetchone() is None:
            return record.sha256
        return hashlib.sha256(f"{record.sha256}#{record.id}".encode()).hexdigest()

    def undo(self, number: int, scope: Scope) -> bool:
        """Take an import back, in one transaction; False where that was done before.

        Raises:
            NotFoundError: Not in scope.
            CannotUndoError: Something has been built on it; the text says what.
            XieshouError: It was never confirmed, or its changes were not noted.
        """
        with writing(self._db, self._path):
            record = self.get(number, scope)
            if record.state == "undone":
                return False
            if record.state != "imported" or record.change_id is None:
                raise XieshouError(
                    "这次导入没有留下可撤销的记录，不能撤销，请改好清单后重新导入"
                    if record.state == "imported"
                    else "这份文件还没有导入，没有可撤销的内容"
                )
            self._journal.undo(record.change_id)
            self._db.execute("DELETE FROM lists WHERE id = ?", [record.list_id])
            self._db.execute(
                "UPDATE imports SET state = 'undone', undone_at = ?, undone_by = ? WHERE id = ?",
                [now(), self._audit.actor.name, number],
            )
            self._audit.add(
                "list.undo", f"list:{record.list_id}",
                before={"file_name": record.file_name, "import": number, **record.counts},
            )  # fmt: skip
        return True

    def drop(self, number: int, scope: Scope) -> None:
        """Give up an import that was not confirmed; its file goes with it, unless others need it."""
        with writing(self._db, self._path):
            record = self.get(number, scope)
            if record.state in {"imported", "undone"}:
                raise XieshouError("这份文件已经导入过，不能放弃，可以撤销")
            self._db.execute("DELETE FROM imports WHERE id = ?", [number])
            self._db.execute(
                "DELETE FROM originals WHERE sha256 = ?"
                " AND sha256 NOT IN (SELECT sha256 FROM imports)",
                [record.sha256],
            )
            self._audit.add(
                "import.drop", f"import:{number}", before={"file_name": record.file_name}
            )

    @contextmanager
    def _pending(self, number: int) -> Iterator[None]:
        """A transaction about an import that is not confirmed yet."""
        with writing(self._db, self._path):
            if self.get(number, EVERYTHING).state in {"imported", "undone"}:
                raise XieshouError("这份文件已经导入，设置不能再改")
            yield


def _record(values: Mapping[str, Any]) -> ImportRecord:
    told = dict(values)
    for name in ("choices", "understood", "counts"):
        told[name] = json.loads(told[name])
    for name in ("kind", "only_kind"):
        told[name] = ListKind(told[name]) if told[name] else None
    return ImportRecord(**told)
