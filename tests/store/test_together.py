"""Two processes at one database: both succeed, one after the other, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from matcher.model import ListKind
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, ids, reading, supply
from tests.tools import ROOT

IMPORT = """
import sys
from pathlib import Path
from matcher.store import Store
from tests.store.making import reading, supply
mine, path = sys.argv[1], Path(sys.argv[2])
rows = [supply(i, f"{mine}品{i}", supply_id=f"{mine}-{i}", enterprise=f"{mine}厂") for i in range(300)]
sys.stdin.readline()
for part in range(0, 300, 50):
    with Store(path) as store:
        store.lists.add(reading(rows[part : part + 50]))
"""
MAKE = """
import sys
from pathlib import Path
from matcher.store import Store
from tests.store.making import reading, supply
for line in sys.stdin:
    with Store(Path(line.strip())) as store:
        store.lists.add(reading([supply(1, enterprise=f"{sys.argv[1]}厂")]))
    print("made", flush=True)
"""
DECIDE = """
import sys
from pathlib import Path
from matcher.model import Decision, Verdict
from matcher.store import Store
mine, path = sys.argv[1], Path(sys.argv[2])
sys.stdin.readline()
for i in range(20):
    with Store(path) as store:
        one = Decision("D001", "S001", Verdict.ACCEPTED, f"{mine}{i}", mine)
        assert store.decisions.record([one], source=f"{mine}#{i}").recorded == 1
"""


def together(code: str, path, names=("甲", "乙", "丙")) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, name, str(path)], cwd=ROOT, stdin=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8",
        )
        for name in names
    ]  # fmt: skip
    for child in children:  # all of them are let go at once
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        _, complaint = child.communicate(timeout=120)
        assert child.returncode == 0, complaint


@pytest.mark.parametrize("existing", [False, True], ids=["new database", "existing database"])
def test_three_imports_at_once(tmp_path, existing):
    path = tmp_path / "a.db"
    if existing:
        Store(path).close()
    together(IMPORT, path)
    with Store(path) as store:
        assert len(store.lists.all()) == 18
        wanted = sorted(f"{name}-{i}" for name in "甲乙丙" for i in range(300))
        assert ids(store, ListKind.SUPPLY) == wanted
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_same_file_from_two_places_at_once_is_imported_once(tmp_path):
    path = tmp_path / "a.db"
    together(IMPORT.replace("{mine}", "同").replace("mine,", "_,"), path)
    with Store(path) as store:
        assert len(store.lists.all()) == 6
        assert len(store.lists.supplies(EVERYTHING)) == 300


def test_decisions_taken_at_once_are_all_kept(tmp_path):
    path = tmp_path / "a.db"
    with Store(path) as store:
        store.lists.add(reading([demand(1)]))
        store.lists.add(reading([supply(1)]))
    together(DECIDE, path)
    with Store(path) as store:
        kept = {row["reason"] for row in store.db.query("SELECT reason FROM decisions")}
    assert kept == {f"{name}{i}" for name in "甲乙丙" for i in range(20)}


def test_databases_that_several_make_at_the_same_moment(tmp_path):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, name], cwd=ROOT, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for name in "甲乙丙"
    ]  # fmt: skip
    paths = [tmp_path / f"{n}.db" for n in range(40)]
    for path in paths:
        for child in children:
            child.stdin.write(f"{path}\n")
            child.stdin.flush()
        assert [child.stdout.readline() for child in children] == ["made\n"] * 3
    for child in children:
        child.communicate()
    for path in paths:
        with Store(path) as store:
            assert len(store.lists.all()) == 3
