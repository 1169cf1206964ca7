"""Runs jobs: each in a process of its own, a few at a time, watched by a thread each.

Progress comes through a pipe, not through the database: work that writes for a minute locks it for
a minute. A process whose server is gone finds its own input closed, and ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.errors import StoreError
from matcher.store import Actor, Job, JobState, Store
from web.jobs import lock
from web.jobs.kinds import KINDS, Several

AT_ONCE = 2  # jobs that run at the same time
GRACE = 5.0  # seconds that work has to stop by itself
_BEAT = 3.0  # seconds between two notes in the database
_ROOT = Path(__file__).parents[2]
_DIED = "这项任务意外中止（多半是内存不够），数据没有改动，请关掉别的程序后再试；问维护人员时请说任务 {}"


@dataclass(slots=True)
class _Watched:
    """A job of this server, and its process as soon as it has one."""

    job: Job
    process: subprocess.Popen[str] | None = None
    cancelled_by: Actor | None = None
    failure: str = ""


class Manager:
    """The jobs of one server.

    Args:
        database: The file.
    """

    def __init__(self, database: str) -> None:
        self._database = str(Path(database).absolute())
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._running: dict[int, _Watched] = {}
        held = lock.take(Path(self._database))
        if held is not None:
            weakref.finalize(self, os.close, held)
        with self._store(Actor("", role="server")) as store:
            store.jobs.interrupt(all_open=held is not None)

    def _store(self, actor: Actor) -> Store:
        return Store(self._database, create=False, actor=actor)

    def submit(self, job: Job) -> None:
        """Do a job that the database holds, as soon as it is its turn."""
        with self._lock:
            self._waiting.append(job)
        self._go_on()

    def _go_on(self) -> None:
        with self._lock:
            for job in list(self._waiting):
                if len(self._running) >= AT_ONCE:
                    return
                kinds = {watched.job.kind for watched in self._running.values()}
                if job.kind in kinds and KINDS[job.kind].several is not Several.TOGETHER:
                    continue
                self._waiting.remove(job)
                watched = self._running[job.id] = _Watched(job)
                threading.Thread(target=self._attend, args=[watched], daemon=True).start()

    def current(self, job: Job) -> Job:
        """What is known here of a job that the database holds."""
        with self._lock:
            watched = self._running.get(job.id)
        if watched is None or not job.open:
            return job
        now = watched.job
        stopping = job.cancelling or watched.cancelled_by is not None
        return replace(
            job, done=now.done, total=now.total, message=now.message, cancelling=stopping
        )

    def cancel(self, job_id: int, by: Actor) -> bool:
        """Stop a job of this server; False where it is none, or has ended."""
        with self._lock:
            waiting = next((job for job in self._waiting if job.id == job_id), None)
            if waiting is not None:
                self._waiting.remove(waiting)
            watched = self._running.get(job_id)
            if watched is not None:
                watched.cancelled_by = watched.cancelled_by or by
        if waiting is not None:
            with self._store(by) as store:
                store.jobs.end(job_id, JobState.CANCELLED)
            return True
        if watched is None:
            return False
        _stop(watched.process)
        return True

    # --- the thread of one job -------------------------------------------------------------------

    def _attend(self, watched: _Watched) -> None:
        try:
            with self._store(watched.job.actor) as store:
                store.db.execute("PRAGMA busy_timeout = 200")  # others write: the pipe must flow
                if watched.cancelled_by is None and _at_last(
                    lambda: store.jobs.begin(watched.job.id)
                ):
                    self._run(watched, store)
                self._end(watched, store)
        finally:
            with self._lock:
                del self._running[watched.job.id]
            self._go_on()

    def _run(self, watched: _Watched, store: Store) -> None:
        job = watched.job
        command = [
            sys.executable, "-X", "utf8", "-W", "ignore", "-m", "web.jobs.worker",
            self._database, str(job.id), KINDS[job.kind].work,
        ]  # fmt: skip
        with subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, encoding="utf-8"
        ) as process:
            watched.process = process
            if watched.cancelled_by is not None:  # while the process was made
                _stop(process)
            try:
                self._listen(watched, process, store)
            finally:
                process.kill()
                with suppress(OSError):  # what is left for it to hear
                    process.stdin.close()  # type: ignore[union-attr]
        if process.returncode != 0 and not watched.failure:
            watched.failure = _DIED.format(job.id)

    def _listen(self, watched: _Watched, process: subprocess.Popen[str], store: Store) -> None:
        beat = time.monotonic()
        assert process.stdout is not None
        for line in process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "failed" in told:
                watched.failure = told["failed"]
            elif "message" in told:
                watched.job = replace(watched.job, **told)
            if time.monotonic() - beat > _BEAT:
                beat = time.monotonic()
                job = watched.job
                with suppress(StoreError):  # somebody writes; the next time then
                    if store.jobs.beat(job.id, job.done, job.total, job.message):
                        watched.cancelled_by = watched.cancelled_by or job.actor
                        _stop(process)
        process.wait()

    def _end(self, watched: _Watched, store: Store) -> None:
        """Note how it ended, unless the work itself has: what it keeps and that are one."""
        if watched.cancelled_by is not None:
            store.audit.actor = watched.cancelled_by
            _at_last(lambda: store.jobs.end(watched.job.id, JobState.CANCELLED))
        elif watched.failure:
            _at_last(lambda: store.jobs.end(watched.job.id, JobState.FAILED, watched.failure))


def _stop(process: subprocess.Popen[str] | None) -> None:
    """Ask work to stop, and end it where it does not."""
    if process is None or process.stdin is None:
        return
    with suppress(OSError, ValueError):  # it has ended already
        process.stdin.write("cancel\n")
        process.stdin.flush()
    killer = threading.Timer(GRACE, process.kill)
    killer.daemon = True
    killer.start()


def _at_last(write: Callable[[], bool], seconds: float = 600.0) -> bool:
    """Write a state, as soon as the database can be written to."""
    until = time.monotonic() + seconds
    while True:
        try:
            return write()
        except StoreError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
