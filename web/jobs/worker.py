"""The process of one job: ``python -m web.jobs.worker DATABASE JOB MODULE:FUNCTION``.

It says on its output, as JSON lines, how far it is and why it failed, and a line each second so
that its server knows it alive. On its input it hears ``cancel``; where the input ends, so does it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import IO, Any

from matcher.errors import NO_ROOM, XieshouError, no_room
from matcher.store import Store

_EVERY = 0.25  # seconds between two reports
_ALIVE = 1.0


class CancelledError(BaseException):
    """Somebody wants the work to stop; no error, and nothing that work may catch by mistake."""


class Line:
    """To and from the server.

    Args:
        heard: What the server says.
        said: What the server hears.
    """

    def __init__(self, heard: IO[str], said: IO[str]) -> None:
        self._said, self._lock = said, threading.Lock()
        self._cancelled = threading.Event()
        self._next, self._message = 0.0, ""
        for task in (lambda: self._listen(heard), self._tick):
            threading.Thread(target=task, daemon=True).start()

    def _listen(self, heard: IO[str]) -> None:
        for line in heard:
            if line.strip() == "cancel":
                self._cancelled.set()
        os._exit(1)  # the server is gone; the transaction that may be open goes with us

    def _tick(self) -> None:
        while True:
            time.sleep(_ALIVE)
            self.say(alive=True)

    def say(self, **what: Any) -> None:
        """One line to the server."""
        with self._lock, contextlib.suppress(OSError):
            self._said.write(json.dumps(what, ensure_ascii=False) + "\n")
            self._said.flush()

    def progress(self, done: int, total: int = 0, message: str = "") -> None:
        """Report how far the work is; a few times a second at most are passed on.

        Raises:
            CancelledError: The work shall stop.
        """
        if self._cancelled.is_set():
            raise CancelledError
        moment = time.monotonic()
        if moment >= self._next or message != self._message:
            self._next, self._message = moment + _EVERY, message
            self.say(done=int(done), total=int(total), message=message)


def work(database: str, job_id: int, target: str, line: Line) -> int:
    """Do one job; returns the exit code."""
    try:
        module, _, name = target.partition(":")
        function = getattr(importlib.import_module(module), name)
        with Store(database, create=False) as store:
            job = store.jobs.get(job_id)
            store.audit.actor = job.actor
            save = function(store, job.arguments, line.progress)
            with store.transaction():
                store.jobs.finish(job_id, save())
    except CancelledError:
        return 0
    except XieshouError as error:
        line.say(failed=str(error))
    except MemoryError:
        line.say(failed="内存不够，数据没有改动，请关闭别的程序，或把清单拆小后再试")
    except BaseException as error:  # noqa: BLE001 - the user gets a sentence, the log what it was
        full = isinstance(error, OSError) and no_room(error)
        line.say(failed=NO_ROOM if full else _unexpected(database, job_id))
    else:
        return 0
    return 1


def _unexpected(database: str, job_id: int) -> str:
    """Keep the details in the log for whoever maintains the program; one sentence for the user."""
    log = Path(f"{database}.log")
    head = f"{dt.datetime.now(dt.UTC).isoformat(timespec='seconds')} job {job_id}\n"
    where = ""
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8", errors="replace") as stream:
        stream.write(head + traceback.format_exc() + "\n")
        where = f"，详情在服务器的 {log.name} 里"
    return f"程序内部出错（任务 {job_id}），数据没有改动，请把这个编号告诉维护人员{where}"


def main(arguments: list[str]) -> int:
    """Do the job that the arguments name."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the server, which tells us
    said = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    sys.stdout = sys.stderr  # a stray print would break a line
    database, job_id, target = arguments
    return work(database, int(job_id), target, Line(sys.stdin, said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
