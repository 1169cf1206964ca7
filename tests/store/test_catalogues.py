"""Catalogues in the store: their life, what is never changed, who may see which."""

from __future__ import annotations

import sqlite3

import pytest

from matcher.errors import NotFoundError, StoreError
from matcher.model import Decision, Verdict
from matcher.store import (
    EVERYTHING,
    NOTHING,
    CatalogueState,
    Store,
    buyer,
    county,
    enterprise,
    supplier,
)
from tests.store.making import FIRM, LEADER, demand, reading, supply

OTHER = "精河丁番茄有限公司"


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "a.db") as opened:
        opened.lists.add(reading([demand(1), demand(2, leader=OTHER)]))
        opened.lists.add(reading([supply(1)]))
        opened.decisions.record([Decision("D001", "S001", Verdict.ACCEPTED, reviewer="张三")])
        yield opened


def content(variant="whole", **fields):
    plain = {"variant": variant, "title": "目录", "number": "", "issued_on": None, "replaces": ""}
    return plain | {"draft": False, "chapters": []} | fields


def add(store, variant="whole", subject="", **fields):
    return store.catalogues.add(
        content(variant, subject=subject, **fields), entries=1, selection={"variant": variant},
        pairs=[("D001", "S001")], subject=subject,
    )  # fmt: skip


def issued(store, *arguments, **fields):
    key = add(store, *arguments, **fields)
    store.catalogues.check(key)
    return store.catalogues.issue(key)


def test_a_catalogue_is_drafted_checked_issued_and_superseded(store):
    key = add(store)
    assert store.catalogues.get(key, EVERYTHING).state is CatalogueState.DRAFT
    with pytest.raises(StoreError, match="请先核稿"):
        store.catalogues.issue(key)
    store.catalogues.check(key)
    with pytest.raises(StoreError, match="不用再核"):
        store.catalogues.check(key)
    first = store.catalogues.issue(key)
    assert first.number.startswith("推荐目录〔")
    assert first.number.endswith("〕1号")
    data = store.catalogues.content(key, EVERYTHING)
    assert (data["number"], data["replaces"]) == (first.number, "")
    assert data["issued_on"]
    other = add(store)
    store.catalogues.check(other)
    second = store.catalogues.issue(other, replaces=first.number)
    assert second.number.endswith("〕2号")
    assert store.catalogues.content(other, EVERYTHING)["replaces"] == first.number
    assert store.catalogues.get(key, EVERYTHING).state is CatalogueState.SUPERSEDED
    third = add(store)
    store.catalogues.check(third)
    with pytest.raises(StoreError, match="不能替代"):
        store.catalogues.issue(third, replaces=key)
    assert store.catalogues.get(third, EVERYTHING).state is CatalogueState.CHECKED, "all or nothing"


def test_what_nobody_reviewed_is_not_issued(store):
    with pytest.raises(StoreError, match="未审核"):
        store.catalogues.check(add(store, draft=True))


def test_a_changed_draft_has_to_be_checked_again_and_an_issued_one_stands(store):
    key = add(store)
    store.catalogues.check(key)
    store.catalogues.rewrite(key, content(title="改过"), entries=1)
    found = store.catalogues.get(key, EVERYTHING)
    assert (found.state, found.title, found.checked_by) == (CatalogueState.DRAFT, "改过", "")
    store.catalogues.check(key)
    store.catalogues.issue(key)
    with pytest.raises(StoreError, match="已经印发"):
        store.catalogues.rewrite(key, content(), entries=1)
    with pytest.raises(StoreError, match="已经印发"):
        store.catalogues.delete(key)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE catalogues SET content = '{}' WHERE id = :id",
        "UPDATE catalogues SET state = 'draft', number = '' WHERE id = :id",
        "UPDATE catalogues SET state = 'superseded', content_hash = 'x' WHERE id = :id",
        "UPDATE catalogues SET state = 'superseded', issued_by = 'x' WHERE id = :id",
        "DELETE FROM catalogues WHERE id = :id",
        "DELETE FROM catalogue_pairs WHERE catalogue_id = :id",
        "INSERT INTO catalogue_pairs SELECT :id, 2, 1, NULL",
        "INSERT OR REPLACE INTO catalogues SELECT * FROM catalogues WHERE id = :id",
        "UPDATE catalogues SET id = 99 WHERE id = :id",
        ("INSERT OR REPLACE INTO catalogues (id, state, variant, title, entries, selection, content,"
        " content_hash, created_at, created_by) VALUES (:id, 'draft', 'whole', '', 0, '{}', '{}', '', '', '')"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_what_was_issued(store, sql):
    stored = issued(store)
    before = store.db.execute("SELECT * FROM catalogues").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute(sql, {"id": stored.id})
    store.db.conn.rollback()
    assert store.db.execute("SELECT * FROM catalogues").fetchall() == before


def test_a_number_is_given_once_and_a_draft_is_not_smuggled_in_as_issued(store):
    first = issued(store)
    key = add(store)
    store.catalogues.check(key)
    for sql in (
        f"UPDATE catalogues SET state = 'issued', number = '{first.number}' WHERE id = {key}",
        (
            "INSERT INTO catalogues SELECT 77, 'issued', variant, enterprise_id, county, title, 'N', entries,"
            " selection, content, content_hash, created_at, created_by, '', '', '', '', NULL FROM catalogues"
        ),
        f"UPDATE catalogues SET state = 'superseded', number = 'N' WHERE id = {key}",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            store.db.execute(sql)
        store.db.conn.rollback()


def test_a_content_that_was_changed_behind_our_back_is_found(store):
    key = add(store)
    store.db.execute("UPDATE catalogues SET content = '{\"a\":1}' WHERE id = ?", [key])
    with pytest.raises(StoreError, match="校验码不符"):
        store.catalogues.content(key, EVERYTHING)


def test_the_decisions_behind_a_catalogue_are_told(store):
    (pair,) = store.catalogues.pairs(add(store))
    assert (pair["demand_id"], pair["supply_id"], pair["verdict"]) == ("D001", "S001", "accepted")
    assert pair["reviewer"] == "张三"


def test_a_leader_sees_its_own_issued_catalogues_and_no_other(store):
    mine, other = (store.enterprises.named(name) for name in (LEADER, OTHER))
    firm = store.enterprises.named(FIRM)
    keys = {
        "whole": issued(store).id,
        "mine": issued(store, "leader", LEADER).id,
        "draft": add(store, "leader", LEADER),
        "other": issued(store, "leader", OTHER).id,
        "sme": issued(store, "sme", FIRM).id,
    }
    seen = {
        buyer(mine): {"mine"}, buyer(other): {"other"}, supplier(firm): {"sme"},
        supplier(mine): set(), enterprise(mine): set(), NOTHING: set(), county("博乐市"): set(),
        EVERYTHING: set(keys),
    }  # fmt: skip
    for scope, names in seen.items():
        allowed = {keys[name] for name in names}
        assert {c.id for c in store.catalogues.all(scope)} == allowed
        for name, key in keys.items():
            if name in names:
                assert store.catalogues.content(key, scope)
                continue
            for read in (store.catalogues.get, store.catalogues.content):
                with pytest.raises(NotFoundError):
                    read(key, scope)
    number = store.catalogues.get(keys["other"], EVERYTHING).number
    with pytest.raises(NotFoundError):
        store.catalogues.get(number, buyer(mine))


def test_a_county_sees_what_was_made_of_its_own_rows(store):
    key = store.catalogues.add(content(), entries=1, selection={}, county="博乐市")
    assert [c.id for c in store.catalogues.all(county("博乐市"))] == [key]
    assert store.catalogues.all(county("精河县")) == []


def test_contacts_are_read_of_firms_that_agreed_alone(store):
    firm = store.enterprises.named(FIRM)
    add_contact = "INSERT INTO contacts (enterprise_id, name, phone, consent) VALUES (?, ?, ?, ?)"
    store.db.execute(add_contact, [firm, "王五", "0909-1", 1])
    store.db.execute(add_contact, [store.enterprises.named(LEADER), "赵六", "0909-2", 0])
    assert store.catalogues.material.contacts() == {FIRM: "王五 0909-1"}


def test_every_step_is_told_in_the_audit_log(store):
    key = issued(store).id
    store.catalogues.files.note(key, "pdf", b"x")
    found = [row.action for row in store.audit.list(about=f"catalogue:{key}")]
    assert found == ["catalogue.file", "catalogue.issue", "catalogue.check", "catalogue.add"]
    assert store.audit.verify().fault == ""
    assert store.catalogues.of_file(b"x").id == key
    assert store.catalogues.of_file(b"y") is None
