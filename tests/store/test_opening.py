"""Opening a file that is not as it should be: one Chinese sentence, and nothing is changed."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import subprocess
import sys

import pytest

from matcher.errors import StoreError
from matcher.store import EVERYTHING, Store, database
from matcher.store.schema import APPLICATION_ID
from tests.store.making import demand, dump, reading, supply
from tests.tools import ROOT

SENTENCE = re.compile(r"[^\n]*[\u4e00-\u9fff]{4,}[^\n]*")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE books (title TEXT)")
    db.close()


def newer(path):
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('xieshou', 'of_the_year_2099', '')"
        )
    db.close()


def damaged(path):
    with Store(path) as store:
        store.lists.add(reading([demand(i, f"品名{i}") for i in range(1, 400)]))
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[16:100] = b"\xff" * 84
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda p: p.write_text("需求编号,产品名称\n1,电解铜\n" * 40, encoding="utf-8"),
            "不是数据库",
        ),
        (lambda p: p.write_bytes(b"PK\x03\x04" + b"x" * 4000), "不是数据库"),
        (foreign, "不是携手的数据库"),
        (newer, "更新版本"),
        (damaged, "已损坏"),
        (lambda p: p.mkdir(), "文件夹"),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(tmp_path, make, words):
    path = tmp_path / "某个 文件.db"
    make(path)
    before = digest(path) if path.is_file() else sorted(path.iterdir())
    for create in (True, False):
        with pytest.raises(StoreError, match=words) as failure:
            Store(path, create=create)
        assert SENTENCE.fullmatch(str(failure.value))
    assert (digest(path) if path.is_file() else sorted(path.iterdir())) == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["没有.db", "空.db"])
def test_what_is_only_looked_at_is_not_created(tmp_path, name):
    path = tmp_path / name
    if name == "空.db":
        path.touch()
    with pytest.raises(StoreError, match="找不到数据库"):
        Store(path, create=False)
    assert not path.exists() or path.stat().st_size == 0
    Store(path).close()
    Store(path, create=False).close()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"文件夹 .*没有这个 不存在"):
        Store(tmp_path / "没有这个" / "a.db")


def test_a_stranger_with_our_mark_and_no_tables_of_ours_is_no_danger(tmp_path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.close()
    with Store(path) as store:
        assert store.lists.all() == []


def test_a_file_whose_making_was_broken_off_is_made_again(tmp_path):
    path = tmp_path / "a.db"
    child = (
        "import os, sys\n"
        "from matcher.store import schema, database\n"
        "schema.migrations._record_applied = lambda db, name: os._exit(9)\n"
        "database.connect(__import__('pathlib').Path(sys.argv[1]), create=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", child, str(path)], cwd=ROOT, check=False)
    assert done.returncode == 9
    with Store(path) as store:
        assert store.lists.add(reading([demand(1)])).new == 1


def test_a_locked_file_is_said_and_free_again_afterwards(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    with Store(path) as store:
        store.lists.add(reading([demand(1)]))
        before = dump(store)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="正被占用，没有改动"):
            store.lists.add(reading([demand(2, "铜杆")]))
        assert store.lists.demands(EVERYTHING), "a reader is not in the way of a writer"
        other.execute("ROLLBACK")
        other.close()
        assert dump(store) == before
        assert store.lists.add(reading([demand(2, "铜杆")])).new == 1


def test_a_full_disk_changes_nothing_and_leaves_a_working_store(store):
    store.lists.add(reading([demand(1)]))
    before = dump(store)
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    many = reading([supply(i, f"很长的产品名称{i}" * 20) for i in range(1, 400)])
    with pytest.raises(StoreError, match="磁盘已满") as failure:
        store.lists.add(many)
    assert "没有改动" in str(failure.value)
    assert dump(store) == before
    store.db.execute("PRAGMA max_page_count = 1000000")
    assert store.lists.add(many).new == 399


def test_damage_that_shows_only_while_reading_is_one_sentence(tmp_path):
    path = tmp_path / "a.db"
    with Store(path) as store:
        store.lists.add(reading([demand(i, f"品名{i}") for i in range(1, 400)]))
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    for start in range(4096 * 3, len(data) - 4096, 4096):
        data[start : start + 4096] = b"\x07" * 4096
    path.write_bytes(data)
    with pytest.raises(StoreError, match="已损坏"), Store(path) as store:
        store.lists.demands(EVERYTHING)


def test_errors_that_are_not_of_the_database_pass_through_and_undo_the_action(store):
    def interrupted():
        with store.transaction():
            store.lists.add(reading([demand(1)]))
            raise KeyError("x")

    with pytest.raises(KeyError):
        interrupted()
    assert store.lists.all() == []
    with pytest.raises(KeyError), Store(store.path):
        raise KeyError("x")
