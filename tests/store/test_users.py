"""Accounts: what may be in one, who may be closed, and what a change ends."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from matcher.errors import NotFoundError
from matcher.store import AccountError, Purpose, Role, Store
from matcher.store.users import KEPT_PASSWORDS
from tests.store.making import dump, reading, supply

YEAR = 365 * 24 * 3600.0


@pytest.fixture
def firm(store):
    store.lists.add(reading([supply(1)]))
    return store.db.execute("SELECT id FROM enterprises").fetchone()[0]


@pytest.fixture
def admin(store):
    return store.users.add("admin", Role.ADMIN, password="hashed")


def test_a_name_is_one_whatever_its_width_and_case(store):
    store.users.add("Ｚhang San", Role.REVIEWER)
    assert store.users.find(" zhang SAN ").name == "Zhang San"
    assert store.users.find("zhangsan") is None
    with pytest.raises(AccountError, match="已有人用"):
        store.users.add("ZHANG SAN", Role.VIEWER)


@pytest.mark.parametrize("name", ["", " ", "a", "a\nb", "x" * 65, "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_be_typed_is_refused(store, name):
    with pytest.raises(AccountError, match="用户名要有"):
        store.users.add(name, Role.VIEWER)
    assert store.users.all() == []


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.COUNTY_REVIEWER, "县市"), (Role.CHAIN_LEADER, "企业全称"), (Role.SME, "企业全称")],
)
def test_a_role_needs_what_it_is_limited_to(store, admin, role, words):
    with pytest.raises(AccountError, match=words):
        store.users.add("somebody", role)
    with pytest.raises(AccountError, match=words):
        store.users.add("somebody", role, county="  ")
    viewer = store.users.add("somebody", Role.VIEWER)
    with pytest.raises(AccountError, match=words):
        store.users.change(viewer.id, role=role)
    # Not through SQL either.
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute("UPDATE users SET role = ? WHERE id = ?", [role.value, viewer.id])


def test_a_role_of_the_bureau_belongs_to_no_firm(store, admin, firm):
    user = store.users.add("sme", Role.SME, enterprise_id=firm, county="博乐市")
    assert (user.enterprise, user.county) == ("博乐乙金属有限公司", "")
    assert store.users.change(user.id, role=Role.VIEWER).enterprise_id is None


def test_somebody_is_left_to_administer(store, admin):
    for change in ({"disabled": True}, {"role": Role.REVIEWER}):
        with pytest.raises(AccountError, match="最后一个"):
            store.users.change(admin.id, **change)
    other = store.users.add("second", Role.ADMIN)
    assert store.users.change(admin.id, disabled=True).disabled
    with pytest.raises(AccountError, match="最后一个"):
        store.users.change(other.id, disabled=True)
    assert store.users.any_admin()


def test_two_admins_who_close_each_other_at_once_do_not_both_succeed(tmp_path):
    path = tmp_path / "a.db"
    with Store(path) as store:
        ids = [store.users.add(f"admin{i}", Role.ADMIN).id for i in range(2)]
    ready, done = threading.Barrier(2), []

    def close(user_id):
        with Store(path) as mine:
            ready.wait()
            try:
                mine.users.change(user_id, disabled=True)
                done.append(user_id)
            except AccountError:
                pass

    threads = [threading.Thread(target=close, args=[i]) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    with Store(path) as store:
        assert [user.disabled for user in store.users.all()].count(False) == 1


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"disabled": True}, True),
        ({"role": Role.REVIEWER}, True),
        ({"role": Role.COUNTY_REVIEWER, "county": "精河县"}, True),
        ({"full_name": "张三"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_change_of_rights_ends_sessions_and_links(store, admin, change, ends):
    user = store.users.add("somebody", Role.VIEWER)
    token = store.sessions.start(user.id, "10.0.0.1", longest=YEAR)
    link = store.links.issue(Purpose.PASSWORD, user.id, seconds=60)
    store.users.change(user.id, **change)
    assert (store.sessions.user(token, idle=YEAR, longest=YEAR) is None) is ends
    assert (store.links.look(link) is None) is ends


def test_a_new_password_ends_sessions_and_links_and_the_old_ones_are_remembered(store):
    user = store.users.add("somebody", Role.VIEWER)
    assert not user.has_password
    for n in range(KEPT_PASSWORDS + 3):
        token = store.sessions.start(user.id, "", longest=YEAR)
        link = store.links.issue(Purpose.ENTER, user.id, seconds=60)
        store.users.set_password(user.id, f"hash {n}")
        assert store.sessions.user(token, idle=YEAR, longest=YEAR) is None
        assert store.links.look(link) is None
    newest = [f"hash {n}" for n in range(KEPT_PASSWORDS + 2, 1, -1)]
    assert store.users.former_passwords(user.id) == newest[: KEPT_PASSWORDS + 1]


def test_a_password_is_nowhere_but_in_its_column(store, admin):
    store.users.set_password(admin.id, "the hash of it")
    assert "the hash of it" not in repr(store.users.get(admin.id))
    tables = {name for name, rows in dump(store).items() if "the hash of it" in repr(rows)}
    assert tables == {"users"}


def test_hashing_anew_does_not_undo_a_change_made_meanwhile(store, admin):
    store.users.set_password(admin.id, "new")
    store.users.replace_hash(admin.id, "hashed", "hashed anew")
    assert store.users.password(admin.id) == "new"


def test_an_account_that_is_not_there_is_said(store):
    for act in (store.users.get, store.users.change):
        with pytest.raises(NotFoundError, match="没有这个账号"):
            act(7)


def test_changes_are_told_with_before_and_after(store, admin):
    user = store.users.add("somebody", Role.VIEWER, full_name="张三")
    store.users.change(user.id, role=Role.COUNTY_REVIEWER, county="精河县")
    row = store.audit.list(about=f"user:{user.id}")[0]
    assert row.action == "user.change"
    assert row.before == {"role": "viewer", "county": ""}
    assert row.after == {"role": "county_reviewer", "county": "精河县"}
    told = len(store.audit.list())
    store.users.change(user.id, county="精河县")
    assert len(store.audit.list()) == told, "nothing changed, nothing is told"


def test_a_refused_change_leaves_nothing(store, admin):
    before = dump(store)
    with pytest.raises(AccountError):
        store.users.change(admin.id, disabled=True)
    with pytest.raises(AccountError):
        store.users.add("admin", Role.VIEWER)
    assert dump(store) == before
