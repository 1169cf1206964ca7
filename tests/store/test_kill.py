"""kill -9 at any moment: half-done work disappears, acknowledged work stays."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from matcher.store import EVERYTHING, Store
from tests.store.crash_child import ROWS
from tests.store.making import demand, reading
from tests.tools import ROOT

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")


def killed(path, seed: str, actions: int, seconds: float) -> list[list[str]]:
    """Run the child, let it say so many actions, kill it a moment later; all that it had said."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.crash_child", str(path), seed],
        cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert child.stdout is not None
    with child.stdout:
        said = "".join(child.stdout.readline() for _ in range(1 + actions))
        time.sleep(seconds)
        by_itself = child.poll()
        os.kill(child.pid, signal.SIGKILL)
        said += child.stdout.read()
    child.wait()
    assert by_itself is None, "it ended by itself"
    lines = said.splitlines(keepends=True)
    assert lines[0] == "ready\n"
    return [line.split() for line in lines[1:] if line.endswith("\n")]


def check_whole(path) -> None:
    """Nothing is half done, whatever was going on."""
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for row in db.execute("SELECT rows, new + updated + unchanged FROM lists"):
            assert row == (ROWS, ROWS)
        # Demands and supplies of one action go in together.
        assert db.execute("SELECT sum(kind = 'demand') - sum(kind = 'supply') FROM lists").fetchone() in {
            (0,), (None,),
        }  # fmt: skip
        sizes = {n for (n,) in db.execute("SELECT count(*) FROM suggestions GROUP BY run_id")}
        assert len(sizes) <= 1, "every child saves a ranking of the same size"
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (
            db.execute("SELECT count(DISTINCT run_id) FROM suggestions").fetchone()
        )
        for (n,) in db.execute("SELECT count(*) FROM decisions GROUP BY source"):
            assert n == 100
    finally:
        db.close()


def check_kept(path, said: list[list[str]]) -> None:
    """What was acknowledged is there."""
    db = sqlite3.connect(path)
    try:
        for action, *things in said:
            for thing in things:
                name, _, count = thing.rpartition(":")
                sql = {
                    "imported": "SELECT rows FROM lists WHERE id = ?",
                    "ran": "SELECT count(*) FROM suggestions WHERE run_id = ?",
                    "decided": "SELECT count(*) FROM decisions WHERE source = ?",
                }[action]
                assert db.execute(sql, [name]).fetchone() == (int(count),), (action, thing)
    finally:
        db.close()


def campaign(path, kills: int, seed: int) -> list[list[str]]:
    moments = random.Random(seed)
    everything: list[list[str]] = []
    for n in range(kills):
        actions, seconds = moments.randrange(6), moments.choice([0.0, 0.02, 0.2]) * moments.random()
        everything += killed(path, f"{seed}-{n}", actions, seconds)
        if path.exists():
            with Store(path) as store:  # a next start finds a file that it can use
                assert store.audit.verify().fault == ""
                told = store.audit.count(action="list.import"), store.audit.count(action="run.save")
                kept = [store.db.execute(f"SELECT count(*) FROM {t}") for t in ("lists", "runs")]
                assert told == tuple(n for ((n,),) in kept), "a change and its row go together"
            check_whole(path)
            check_kept(path, everything)
    return everything


def test_a_slice_of_kills(tmp_path):
    path = tmp_path / "a.db"
    said = campaign(path, 15, seed=7)
    assert {words[0] for words in said} == {"imported", "ran", "decided"}
    with Store(path) as store:
        assert len(store.lists.demands(EVERYTHING)) == ROWS
        assert store.lists.add(reading([demand(999, "收尾")])).new == 1


@pytest.mark.full
def test_two_hundred_kills(tmp_path):
    said = campaign(tmp_path / "a.db", 200, seed=11)
    assert len(said) > 200


def test_the_checks_can_fail(tmp_path):
    """The net has no holes: a torn import and a lost acknowledgement are both noticed."""
    path = tmp_path / "a.db"
    with Store(path) as store:
        store.lists.add(reading([demand(i, f"阀门{i}") for i in range(1, ROWS + 1)]))
    with pytest.raises(AssertionError):
        check_whole(path)  # half of the action: demands without supplies
    with pytest.raises(AssertionError):
        check_kept(path, [["imported", "1:60", "2:60"]])
    check_kept(path, [["imported", "1:60"]])
