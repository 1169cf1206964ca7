"""Long work beside the pages: what was asked, how far it is, how it ended (后台任务)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.store.audit import Actor, Audit
from matcher.store.clock import after, now
from matcher.store.database import rows, writing

SILENT = 120.0  # seconds after which nobody is believed to work on a job any more
_OPEN = "state IN ('waiting', 'running')"


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class JobRunningError(XieshouError):
    """Work of that kind goes on already; ``job_id`` is it."""

    def __init__(self, job_id: int) -> None:
        super().__init__("同样的任务正在进行，请等它做完，或先取消它")
        self.job_id = job_id


class JobEndedError(XieshouError):
    """A job that was cancelled or given up meanwhile; its result must not be kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work.

    Attributes:
        id: Its number.
        kind: What is done; who starts and shows jobs knows the kinds.
        arguments: What the work was asked, as JSON can hold it.
        actor: Who started it, in whose name it acts.
        state: How it stands.
        cancelling: Whether it was asked to stop.
        done: Work done.
        total: Work in all, 0 where nobody knows.
        message: What it does, or in one sentence why it failed.
        result: What came out; ``url`` is the page to go on with.
        created_at: When it was asked, in UTC.
        finished_at: When it ended, in UTC; empty before.
    """

    id: int
    kind: str
    arguments: Mapping[str, Any]
    actor: Actor
    state: JobState
    cancelling: bool
    done: int
    total: int
    message: str
    result: Mapping[str, Any]
    created_at: str
    finished_at: str

    @property
    def open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in {JobState.WAITING, JobState.RUNNING}


class Jobs:
    """Jobs in the store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def add(self, kind: str, arguments: Mapping[str, Any], *, single: bool = False) -> int:
        """Note down work that shall be done; returns its number.

        Args:
            kind: What is to be done.
            arguments: As JSON can hold them.
            single: Whether another one of the kind that is still open forbids it.

        Raises:
            JobRunningError: There is such another one.
        """
        who = self._audit.actor
        with writing(self._db, self._path):
            before = self.going_on(kind) if single else []
            if before:
                raise JobRunningError(before[0].id)
            cursor = self._db.execute(
                "INSERT INTO jobs (kind, arguments, user_id, actor, role, address, created_at,"
                " heartbeat) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    kind,
                    _json(arguments),
                    who.user_id,
                    who.name,
                    who.role,
                    who.address,
                    now(),
                    now(),
                ],
            )
            job_id = int(cursor.lastrowid or 0)
            told = {"kind": kind} | dict(arguments)
            self._audit.add("job.start", f"job:{job_id}", after=told)
        return job_id

    def get(self, job_id: int) -> Job:
        """One job.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = rows(self._db, "SELECT * FROM jobs WHERE id = :id", {"id": job_id})
        if not found:
            raise NotFoundError(f"没有编号为 {job_id} 的任务")
        return _job(found[0])

    def going_on(self, kind: str = "") -> list[Job]:
        """Jobs that wait or run, the oldest first; of one kind where it is named."""
        which = "kind = :kind AND " if kind else ""
        sql = f"SELECT * FROM jobs WHERE {which}{_OPEN} ORDER BY id"
        return [_job(row) for row in rows(self._db, sql, {"kind": kind} if kind else {})]

    def last(self, kind: str) -> Job | None:
        """The newest job of a kind, None where there is none."""
        sql = "SELECT * FROM jobs WHERE kind = :kind ORDER BY id DESC LIMIT 1"
        found = rows(self._db, sql, {"kind": kind})
        return _job(found[0]) if found else None

    # --- by whoever does the work ---------------------------------------------------------------

    def begin(self, job_id: int) -> bool:
        """A waiting job runs now; False where it was cancelled meanwhile."""
        return self._change(job_id, "state = 'running', heartbeat = :now", state="waiting")

    def beat(self, job_id: int, done: int, total: int, message: str) -> bool:
        """Somebody works on it, and is so far; returns whether it was asked to stop."""
        self._change(
            job_id, "heartbeat = :now, done = :done, total = :total, message = :message",
            done=done, total=total, message=message,
        )  # fmt: skip
        sql = "SELECT cancelling FROM jobs WHERE id = ?"
        return bool(self._db.execute(sql, [job_id]).fetchone()[0])

    def finish(self, job_id: int, result: Mapping[str, Any]) -> None:
        """The work is done; to be called inside the transaction that keeps it.

        Raises:
            JobEndedError: The job was ended meanwhile.
        """
        with writing(self._db, self._path):
            if not self._change(
                job_id,
                "state = 'done', result = :result, message = '', finished_at = :now",
                state="running", result=_json(result),
            ):  # fmt: skip
                raise JobEndedError("这项任务已被取消或中断，结果没有保存")
            self._audit.add("job.done", f"job:{job_id}", after=dict(result))

    def end(self, job_id: int, state: JobState, message: str = "") -> bool:
        """The work came to nothing; False where the job had ended before."""
        with writing(self._db, self._path):
            ended = self._change(
                job_id, "state = :to, message = :message, finished_at = :now",
                to=state.value, message=message,
            )  # fmt: skip
            if ended:
                told = {"message": message} if message else None
                self._audit.add(f"job.{state.value}", f"job:{job_id}", after=told)
        return ended

    def cancel(self, job_id: int) -> bool:
        """Ask a job to stop; False where it has ended already."""
        with writing(self._db, self._path):
            asked = self._change(job_id, "cancelling = 1")
            if asked:
                self._audit.add("job.cancel", f"job:{job_id}")
        return asked

    def interrupt(self, *, all_open: bool) -> int:
        """End the jobs that nobody works on (中断); returns how many.

        Args:
            all_open: Nobody else works on jobs of this database, so all that are open were left
                behind. Otherwise those are ended that nobody has spoken of for two minutes.
        """
        lost = f"SELECT id FROM jobs WHERE {_OPEN} AND (:all OR heartbeat < :silent)"
        values = {"all": int(all_open), "silent": after(-SILENT)}
        if not rows(self._db, lost, values):
            return 0
        text = "服务器在它做完之前停了，数据没有改动，可以重新开始"
        with writing(self._db, self._path):
            found = [row["id"] for row in rows(self._db, lost, values)]
            return sum(self.end(job_id, JobState.INTERRUPTED, text) for job_id in found)

    def _change(self, job_id: int, what: str, *, state: str = "", **values: Any) -> bool:
        which = "state = :state" if state else _OPEN
        with writing(self._db, self._path):
            cursor = self._db.execute(
                f"UPDATE jobs SET {what} WHERE id = :id AND {which}",
                {"id": job_id, "state": state, "now": now()} | values,
            )
        return int(cursor.rowcount) > 0


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)


def _job(row: Mapping[str, Any]) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        arguments=json.loads(row["arguments"]),
        actor=Actor(row["actor"], row["role"], row["user_id"], row["address"]),
        state=JobState(row["state"]),
        cancelling=bool(row["cancelling"]),
        done=row["done"],
        total=row["total"],
        message=row["message"],
        result=json.loads(row["result"]),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
