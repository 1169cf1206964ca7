"""The audit log: it only grows, and whoever reached around the store is found."""

from __future__ import annotations

import contextlib
import sqlite3
import threading

import pytest

from matcher.model import Decision, Verdict
from matcher.ranking import match
from matcher.store import Actor, Store
from matcher.store.audit import on_this_machine
from tests.store.making import demand, dump, reading, supply

WHO = Actor("张三", role="reviewer", user_id=7, address="10.0.0.8")


@pytest.fixture
def log(store):
    store.audit.actor = WHO
    for n in range(5):
        store.audit.add("view", f"demand:D{n}", after={"n": n, "词": "阀门"})
    return store.audit


def test_a_row_says_who_when_what_before_and_after(store):
    store.audit.actor = WHO
    store.audit.add("user.change", "user:3", before={"a": 1}, after=["铜", None])
    (row,) = store.audit.list()
    assert (row.actor, row.role, row.address) == ("张三", "reviewer", "10.0.0.8")
    assert (row.action, row.object, row.before, row.after) == (
        "user.change", "user:3", {"a": 1}, ["铜", None],
    )  # fmt: skip
    assert row.at.endswith("Z")


def test_a_whole_chain_is_whole(store, log):
    check = log.verify()
    assert (check.rows, check.fault) == (5, "")
    assert log.verify(head=check.head).fault == ""
    log.add("view", "after")
    assert log.verify(head=check.head).fault == "", "the noted head stands in the middle now"


def test_an_empty_log_is_whole(store):
    assert store.audit.verify().fault == ""
    assert store.audit.verify(head="abc").fault


REST = "at, user_id, 'x', role, address, action, object, before, after"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET actor = 'x' WHERE id = 3",
        "UPDATE OR REPLACE audit SET id = 2 WHERE id = 3",
        "DELETE FROM audit WHERE id = 5",
        "DELETE FROM audit",
        f"INSERT OR REPLACE INTO audit SELECT 3, {REST}, previous, hash FROM audit WHERE id = 3",
        f"REPLACE INTO audit SELECT 6, {REST}, previous, hash FROM audit WHERE id = 5",
        f"INSERT INTO audit SELECT 9, {REST}, hash, 'h' FROM audit WHERE id = 5",
        f"INSERT INTO audit SELECT NULL, {REST}, hash, 'h' FROM audit WHERE id = 5",
        f"INSERT INTO audit SELECT -1, {REST}, hash, 'h' FROM audit WHERE id = 5",
    ],
)
def test_sql_cannot_change_or_shorten_it(store, log, sql):
    before = dump(store)
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute(sql)
    assert dump(store) == before
    assert log.verify().rows == 5


def test_a_row_with_a_stolen_hash_takes_no_other_row_away(store, log):
    """INSERT OR REPLACE at the end cannot push an older row out by a unique column."""
    store.db.execute(
        "INSERT OR REPLACE INTO audit SELECT 6, at, user_id, actor, role, address, action, object,"
        " before, after, (SELECT hash FROM audit WHERE id = 5), hash FROM audit WHERE id = 2"
    )
    assert store.db.execute("SELECT count(*) FROM audit").fetchone() == (6,)
    assert "第 6 条" in log.verify().fault


TRIGGERS = ("audit_keeps_rows", "audit_loses_nothing", "audit_grows_by_one")


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE audit SET actor = '李四' WHERE id = 3", "第 3 条审计记录被改过"),
        ("UPDATE audit SET user_id = NULL WHERE id = 3", "第 3 条审计记录被改过"),
        ("UPDATE audit SET after = '{}' WHERE id = 1", "第 1 条审计记录被改过"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE id = 5", "第 5 条"),
        ("DELETE FROM audit WHERE id = 2", "第 2 条审计记录不见了"),
        ("DELETE FROM audit WHERE id = 1", "第 1 条审计记录不见了"),
        ("DELETE FROM audit WHERE id > 3", "末尾有 2 条审计记录不见了"),
        ("DELETE FROM audit", "末尾有 5 条审计记录不见了"),
        ("UPDATE audit SET id = id + 10 WHERE id > 3", "第 4 条审计记录不见了"),
    ],
)
def test_who_reaches_around_the_triggers_is_found(store, log, sql, fault):
    bodies = [
        store.db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
        for name in TRIGGERS
    ]
    for name in TRIGGERS:
        store.db.execute(f"DROP TRIGGER {name}")
    store.db.execute(sql)
    for body in bodies:
        store.db.execute(body)
    assert fault in log.verify().fault


def test_a_missing_trigger_is_found(store, log):
    store.db.execute("DROP TRIGGER audit_loses_nothing")
    assert "触发器" in log.verify().fault
    store.db.execute(
        "CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit BEGIN SELECT 1; END"
    )
    assert "触发器" in log.verify().fault


def test_a_log_that_was_made_anew_is_found_by_a_head_noted_elsewhere(store, log, tmp_path):
    head = log.verify().head
    with Store(tmp_path / "b.db", actor=WHO) as other:
        other.audit.add("view", "demand:D0")
        assert other.audit.verify().fault == ""
        assert "链头" in other.audit.verify(head=head).fault


def test_two_processes_write_one_chain(tmp_path):
    path = tmp_path / "a.db"
    Store(path).close()
    ready = threading.Barrier(6)

    def write(n):
        with Store(path, actor=Actor(f"user{n}")) as mine:
            ready.wait()
            for i in range(20):
                mine.audit.add("view", f"demand:{i}")

    threads = [threading.Thread(target=write, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    with Store(path) as reader:
        while any(thread.is_alive() for thread in threads):
            assert reader.audit.verify().fault == "", "nor does a writer disturb who verifies"
        for thread in threads:
            thread.join()
        assert reader.audit.verify().rows == 120


def test_a_row_is_kept_or_lost_with_the_change_it_tells_of(store):
    with contextlib.suppress(RuntimeError), store.transaction():
        store.settings.set("policy", "mlps2")
        assert store.audit.list()
        raise RuntimeError
    assert store.audit.list() == []
    store.settings.set("policy", "mlps2")
    assert store.audit.verify().rows == 1


def test_filters(store, log):
    store.audit.actor = Actor("李四")
    store.audit.add("user.add", "user:1")
    store.audit.add("user.change", "user:10")
    assert [row.action for row in log.list(action="user")] == ["user.change", "user.add"]
    assert [row.object for row in log.list(about="demand:D3")] == ["demand:D3"]
    assert {row.actor for row in log.list(actor="张三")} == {"张三"}
    assert log.list(actor="%") == []
    assert [row.id for row in log.list(limit=2, offset=1)] == [6, 5]
    assert log.count(actor="张三") == 5
    assert log.count() == 7
    first = log.list()[-1].at
    assert log.count(since=first) == 7
    assert log.count(until=first) == 0


def test_whatever_is_told_can_be_kept(store):
    odd = "a\x00b\ud800c\U0001f600\r\n"
    store.audit.actor = Actor(odd, address=odd)
    store.audit.add(odd, odd, before={odd: odd}, after=[odd])
    assert store.audit.verify().fault == ""
    assert store.audit.list()[0].after == ["a\x00b?c\U0001f600\r\n"]


def test_what_commands_change_is_told_too(store):
    demands, supplies = [demand(1)], [supply(1)]
    for rows in (demands, supplies, supplies):
        store.lists.add(reading(rows))
    store.runs.save(match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00Z")
    for verdict in (Verdict.UNSURE, Verdict.ACCEPTED, Verdict.ACCEPTED):
        store.decisions.record([Decision("D001", "S001", verdict, reviewer="甲")], source="表#1")
    told = [(row.action, row.object) for row in reversed(store.audit.list())]
    assert told == [
        ("list.import", "list:1"), ("list.import", "list:2"), ("run.save", "run:1"),
        ("decision.record", "pair:D001/S001"), ("decision.record", "pair:D001/S001"),
    ]  # fmt: skip
    last = store.audit.list(limit=1)[0]
    assert (last.before, last.after["verdict"]) == ({"verdict": "unsure"}, "accepted")
    assert (last.role, last.actor) == ("command line", on_this_machine().name)
