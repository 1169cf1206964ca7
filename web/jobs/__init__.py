"""Long work beside the pages: started here, done by a process of its own, watched here (后台任务).

An area says in :mod:`web.jobs.kinds` what work it has, and starts it::

    return redirect(url_for("jobs.show", job_id=jobs.start("match", {"top": 10})), 303)

The page of a job shows how far it is, and goes on to the page that the result names.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import NotFoundError
from matcher.store import EVERYTHING, Job, JobState
from web.database import store
from web.jobs.kinds import KINDS as KINDS
from web.jobs.kinds import Several
from web.jobs.manager import Manager
from web.rights import AREAS, scope_of

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

# A stream holds one of the server's threads. So there are few of them, each for a short time; the
# browser comes back by itself. Who comes when all are taken is told how it stands and comes back.
STREAMS = 4
STREAM_SECONDS = 20.0
_EVERY = 0.5
_COME_BACK = 2000  # milliseconds
_streams = threading.BoundedSemaphore(STREAMS)

STATES = {
    JobState.WAITING: _l("排队等候"),
    JobState.RUNNING: _l("进行中"),
    JobState.DONE: _l("完成"),
    JobState.FAILED: _l("没有做成"),
    JobState.CANCELLED: _l("已取消"),
    JobState.INTERRUPTED: _l("中断"),
}


def start(kind: str, arguments: Mapping[str, Any]) -> int:
    """Start long work in the name of the signed-in user; returns its number.

    Not to be called inside a transaction: the work is done by another process.

    Args:
        kind: One of :data:`web.jobs.kinds.KINDS`.
        arguments: What the work is asked, as JSON can hold it.

    Raises:
        JobRunningError: Such work goes on already, and it must not go on twice.
    """
    single = KINDS[kind].several is Several.REFUSED
    job_id = store().jobs.add(kind, arguments, single=single)
    _manager().submit(store().jobs.get(job_id))
    return job_id


def _manager() -> Manager:
    """Who runs the jobs of this application."""
    running: Manager = current_app.extensions["jobs"]
    return running


def current(job: Job) -> Job:
    """A job as it stands this moment; what the database holds is a few seconds old."""
    return _manager().current(job)


def open_jobs(kind: str) -> list[Job]:
    """Jobs of a kind that wait or run, as they stand this moment, the oldest first."""
    return [current(job) for job in store().jobs.going_on(kind)]


def _mine(job_id: int) -> Job:
    """A job that the user may see and cancel: an own one, or one of an area that is all theirs.

    Raises:
        NotFoundError: There is none, or it is none of the user's business.
    """
    with suppress(NotFoundError):
        job, user = store().jobs.get(job_id), current_user.user
        area = KINDS[job.kind].area if job.kind in KINDS else ""
        if job.actor.user_id == user.id or (area in AREAS and scope_of(user, area) == EVERYTHING):
            return current(job)
    raise NotFoundError(_("没有编号为 %(id)s 的任务", id=job_id))


@blueprint.get("/<int:job_id>")
def show(job_id: int) -> str | BaseResponse:
    """How far a job is; of one that is done, the page that its result names."""
    job = _mine(job_id)
    if job.state is JobState.DONE and str(job.result.get("url", "")).startswith("/"):
        return redirect(job.result["url"], 303)
    kind = KINDS.get(job.kind)
    home = kind.home if kind and kind.home in current_app.view_functions else "overview.index"
    label = kind.label if kind else job.kind
    return render_template(
        "jobs/show.html", job=job, label=label, now=_told(job), home=url_for(home)
    )


@blueprint.get("/<int:job_id>/events")
def events(job_id: int) -> Response:
    """The same as server-sent events, until the job has ended or it is time to come back."""
    _mine(job_id)
    return Response(
        stream_with_context(_stream(job_id)),
        mimetype="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _stream(job_id: int) -> Iterator[str]:
    until, said = time.monotonic() + STREAM_SECONDS, ""
    stays = _streams.acquire(blocking=False)
    try:
        yield f"retry: {_COME_BACK}\n\n"
        while True:
            job = current(store().jobs.get(job_id))
            told = json.dumps(_told(job), ensure_ascii=False)
            # A line that says nothing finds out whether anybody still listens.
            yield ":\n\n" if told == said else f"data: {told}\n\n"
            said = told
            if not (stays and job.open and time.monotonic() < until):
                return
            time.sleep(_EVERY)
    finally:
        if stays:
            _streams.release()


def _told(job: Job) -> dict[str, Any]:
    """What the page shows of a job that goes on."""
    stopping = job.open and job.cancelling
    return {
        "open": job.open,
        "state": _("正在取消") if stopping else str(STATES[job.state]),
        "done": job.done,
        "total": job.total,
        "message": _message(job),
        "amount": f"{job.done:,} / {job.total:,}" if job.total else "",
    }


def _message(job: Job) -> str:
    kind = KINDS.get(job.kind)
    return str(kind.messages.get(job.message, job.message)) if kind else job.message


@blueprint.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> BaseResponse:
    """Ask a job to stop; nothing of its work is kept."""
    job = _mine(job_id)
    # Straight to the work where it is ours: it may be holding the lock of the database.
    if not _manager().cancel(job.id, store().audit.actor):
        store().jobs.cancel(job.id)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def init_app(app: Flask) -> None:
    """End what a killed server left behind, and be ready for new work."""
    app.extensions["jobs"] = Manager(app.config["DATABASE"])
