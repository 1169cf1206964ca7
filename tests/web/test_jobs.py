"""Jobs: real processes beside the pages, watched, cancelled, killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from matcher.store import Actor, JobRunningError, JobState, Store
from tests.tools import ROOT
from web import create_app, jobs
from web.jobs import manager
from web.jobs.kinds import KINDS, Kind, Several

WORDS = {"慢慢来": "slowly"}
NAMES = (
    "quick", "slow", "deaf", "halfway", "refused", "broken", "broken_while_saving", "dies", "prints",
)  # fmt: skip


@pytest.fixture
def kinds(monkeypatch):
    for name in NAMES:
        kind = Kind(name, f"tests.web.work:{name}", several=Several.TOGETHER, messages=WORDS)
        monkeypatch.setitem(KINDS, name, kind)
    return monkeypatch


@pytest.fixture
def start(kinds, app, store):
    """Starts a job in the name of a user, and waits for the end of all at the end."""
    running = app.extensions["jobs"]
    begun = []

    def begin(kind, user="reviewer", **arguments):
        found = store.users.find(user)
        mine = store.audit.actor
        store.audit.actor = Actor(found.name, found.role.value, found.id, "10.0.0.1")
        try:
            job_id = store.jobs.add(kind, arguments, single=KINDS[kind].several is Several.REFUSED)
        finally:
            store.audit.actor = mine
        running.submit(store.jobs.get(job_id))
        begun.append(job_id)
        return job_id

    yield begin
    for job_id in begun:
        running.cancel(job_id, Actor("test"))
    wait(lambda: not running._running and not running._waiting)


def wait(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def ended(store, job_id):
    wait(lambda: not store.jobs.get(job_id).open)
    return store.jobs.get(job_id)


def running(app, store, job_id):
    """Waits until work has said something."""
    wait(lambda: app.extensions["jobs"].current(store.jobs.get(job_id)).message)


def note(store):
    return store.settings.get("note", "")


def told(store, job_id):
    found = store.audit.list(action="job.", about=f"job:{job_id}")
    return [(row.action, row.actor) for row in reversed(found)]


def test_work_is_done_and_its_page_goes_on(start, store, enter):
    job_id = start("quick", text="做完了", url="/account/password")
    job = ended(store, job_id)
    assert (job.state, job.result) == (JobState.DONE, {"url": "/account/password"})
    assert note(store) == "做完了"
    assert told(store, job_id) == [("job.start", "reviewer"), ("job.done", "reviewer")]
    sent = enter("reviewer").get(f"/jobs/{job_id}")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/account/password")


def test_a_result_never_leads_elsewhere(start, store, enter):
    job_id = start("quick", url="https://elsewhere.example")
    ended(store, job_id)
    assert enter("reviewer").get(f"/jobs/{job_id}").status_code == 200


def test_it_acts_in_the_name_of_who_started_it(start, store):
    assert ended(store, start("prints", "admin")).result == {"by": "admin"}


def test_progress_and_cancelling(app, start, store, enter):
    job_id = start("slow")
    running(app, store, job_id)
    browser = enter("reviewer")
    page = browser.get(f"/jobs/{job_id}").get_data(as_text=True)
    assert "slowly" in page
    assert 'max="100"' in page
    assert "取消任务" in page
    sent = browser.post(f"/jobs/{job_id}/cancel", page=f"/jobs/{job_id}")
    assert sent.headers["Location"] == f"/jobs/{job_id}"
    assert ended(store, job_id).state is JobState.CANCELLED
    assert told(store, job_id) == [("job.start", "reviewer"), ("job.cancelled", "reviewer")]
    assert "已取消" in browser.get(f"/jobs/{job_id}").get_data(as_text=True)


def test_cancelled_while_it_writes_it_leaves_nothing(app, start, store):
    job_id = start("halfway")
    running(app, store, job_id)
    assert app.extensions["jobs"].cancel(job_id, Actor("boss"))
    assert ended(store, job_id).state is JobState.CANCELLED
    assert note(store) == ""
    assert told(store, job_id)[-1] == ("job.cancelled", "boss")


def test_what_does_not_listen_is_killed_and_leaves_nothing(app, start, store, kinds, enter):
    kinds.setattr(manager, "GRACE", 0.3)
    browser = enter("reviewer")
    browser.get("/account/password")
    job_id = start("deaf")
    running(app, store, job_id)
    browser.post(f"/jobs/{job_id}/cancel", page="/account/password")
    assert ended(store, job_id).state is JobState.CANCELLED
    assert note(store) == ""


def test_an_error_of_ours_is_told_by_its_sentence(start, store, enter):
    job_id = start("refused")
    job = ended(store, job_id)
    assert (job.state, job.message) == (JobState.FAILED, "供给清单是空的，请先导入")
    assert job.message in enter("reviewer").get(f"/jobs/{job_id}").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["broken", "broken_while_saving"])
def test_any_other_error_is_a_number_that_the_log_holds(start, store, path, kind):
    job_id = start(kind)
    job = ended(store, job_id)
    assert job.state is JobState.FAILED
    assert f"任务 {job_id}" in job.message
    assert "ZeroDivisionError" not in job.message
    assert "秘密" not in job.message
    log = path.with_name(f"{path.name}.log").read_text(encoding="utf-8")
    assert f"job {job_id}\n" in log
    assert "ZeroDivisionError" in log
    assert note(store) == ""


def test_a_process_that_vanishes_is_noticed(start, store):
    job = ended(store, start("dies"))
    assert job.state is JobState.FAILED
    assert "意外中止" in job.message


def test_the_same_kind_twice(app, start, store, kinds, tmp_path):
    for several in Several:
        kinds.setitem(KINDS, "slow", Kind("slow", "tests.web.work:slow", several=several))
        go = tmp_path / several
        first = start("slow", until=str(go))
        running(app, store, first)
        if several is Several.REFUSED:
            with pytest.raises(JobRunningError) as caught:
                start("slow", until=str(go))
            assert caught.value.job_id == first
            go.touch()
        else:
            second = start("slow", until=str(go))
            if several is Several.TOGETHER:
                running(app, store, second)
            assert [job.id for job in store.jobs.going_on("slow")] == [first, second]
            go.touch()
            assert ended(store, second).state is JobState.DONE
            order = [row.object for row in store.audit.list(action="job.done")][:2]
            if several is Several.QUEUED:
                assert order == [f"job:{second}", f"job:{first}"]
        assert ended(store, first).state is JobState.DONE


def test_waiting_jobs_are_cancelled_without_having_run(app, start, store, kinds, enter):
    kinds.setitem(KINDS, "slow", Kind("slow", "tests.web.work:slow"))
    first = start("slow")
    running(app, store, first)
    second = start("slow", "sme")
    page = enter("sme").get(f"/jobs/{second}").get_data(as_text=True)
    assert "排队等候" in page
    enter("sme").post(f"/jobs/{second}/cancel", page="/account/password")
    assert store.jobs.get(second).state is JobState.CANCELLED
    assert told(store, second) == [("job.start", "sme"), ("job.cancelled", "sme")]
    assert store.jobs.get(first).open


# --- the stream ----------------------------------------------------------------------------------


def events(browser, job_id):
    sent = browser.get(f"/jobs/{job_id}/events")
    assert sent.mimetype == "text/event-stream"
    lines = sent.get_data(as_text=True).split("\n")
    return [json.loads(line.partition(" ")[2]) for line in lines if line.startswith("data:")]


def test_the_stream_tells_until_the_end(app, start, store, enter, tmp_path):
    job_id = start("slow", until=str(tmp_path / "go"))
    running(app, store, job_id)
    browser = enter("reviewer")
    reading = browser.client.get(f"/jobs/{job_id}/events", buffered=False).response
    first = next(text for text in map(bytes.decode, reading) if text.startswith("data:"))
    now = json.loads(first[5:])
    assert (now["open"], now["message"], now["total"]) == (True, "slowly", 100)
    (tmp_path / "go").touch()
    last = [text for text in map(bytes.decode, reading) if text.startswith("data:")][-1]
    assert json.loads(last[5:])["open"] is False
    reading.close()


def test_streams_end_when_it_is_time_and_are_few(app, start, store, enter, kinds):
    kinds.setattr(jobs, "STREAM_SECONDS", 0.0)
    job_id = start("slow")
    running(app, store, job_id)
    assert events(enter("reviewer"), job_id)[-1]["open"] is True, "it came to an end all the same"
    # All are taken: told how it stands, and asked to come back, without being kept.
    kinds.setattr(jobs, "STREAM_SECONDS", 60.0)
    for _ in range(jobs.STREAMS):
        assert jobs._streams.acquire(blocking=False)
    try:
        assert len(events(enter("reviewer"), job_id)) == 1
    finally:
        jobs._streams.release(jobs.STREAMS)


# --- killed servers ------------------------------------------------------------------------------

SERVER = """
import sys, time
from matcher.store import Store
from web import create_app
from web.jobs.kinds import KINDS, Kind
KINDS["x"] = Kind("x", "tests.web.work:" + sys.argv[2])
app = create_app({"DATABASE": sys.argv[1]})
with Store(sys.argv[1]) as store:
    job_id = store.jobs.add("x", {})
    manager = app.extensions["jobs"]
    manager.submit(store.jobs.get(job_id))
    while not manager.current(store.jobs.get(job_id)).message:
        time.sleep(0.02)
    print(job_id, flush=True)
time.sleep(20)
"""


@pytest.mark.parametrize("kind", ["slow", "halfway", "deaf"])
def test_a_killed_server_leaves_no_half_work(path, store, kind):
    command = [sys.executable, "-c", SERVER, str(path), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as server:
        job_id = int(server.stdout.readline())
        assert store.jobs.get(job_id).state is JobState.RUNNING
        # Another server beside it knows that the job is not its own.
        create_app({"DATABASE": str(path)})
        assert store.jobs.get(job_id).state is JobState.RUNNING
        server.kill()
    create_app({"DATABASE": str(path)})
    job = store.jobs.get(job_id)
    assert job.state is JobState.INTERRUPTED
    assert "可以重新开始" in job.message
    time.sleep(0.5)
    assert note(store) == "", "its process is gone too, and what it wrote"
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_jobs_that_nobody_speaks_of_are_ended_beside_another_server(path):
    with Store(path) as store:
        silent, alive = store.jobs.add("x", {}), store.jobs.add("x", {})
        store.db.execute(
            "UPDATE jobs SET heartbeat = '2026-01-01T00:00:00.000Z' WHERE id = ?", [silent]
        )
        assert store.jobs.interrupt(all_open=False) == 1
        assert [job.id for job in store.jobs.going_on("x")] == [alive]
        assert store.jobs.interrupt(all_open=True) == 1
        assert store.jobs.going_on() == []
