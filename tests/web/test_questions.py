"""Two spellings: one firm or two; what was merged can be parted again, exactly."""

from __future__ import annotations

import pytest

from matcher.errors import NotFoundError
from matcher.store import EVERYTHING, MergeError, Role, Store
from tests.store.making import demand, dump, reading, supply

A, B, C = "新疆天河铜业有限公司", "新疆天河铜业有限责任公司", "新疆天河铜业股份有限公司"


@pytest.fixture
def two(tmp_path):
    with Store(tmp_path / "a.db") as store:
        store.lists.add(reading([demand(1, leader=A), demand(2, "铝锭", leader=B)]))
        store.lists.add(
            reading([supply(1, enterprise=B, tier="小巨人"), supply(2, "铜杆", enterprise=A)])
        )
        store.users.add("sme", Role.SME, enterprise_id=store.enterprises.named(B))
        yield store


def tables(store):
    """Everything but the log and the notes of merges."""
    kept = dump(store)
    for name in ("audit", "enterprise_merges", "sqlite_sequence", "changes", "change_sets"):
        kept.pop(name, None)
    return kept


def question(store):
    (asked,) = store.merging.questions(EVERYTHING, limit=9)
    return asked


def test_a_merge_moves_everything_and_its_undoing_restores_everything(two):
    before = tables(two)
    asked = question(two)
    assert (asked["first_name"], asked["second_name"]) == (A, B)
    assert (asked["first_demands"], asked["second_supplies"]) == (1, 1)
    a, b = asked["first_id"], asked["second_id"]
    merge = two.merging.same(asked["id"], a)
    assert two.merging.count(EVERYTHING) == 0
    assert [firm["name"] for firm in two.enterprises.all(EVERYTHING)] == [A]
    for table in ("demands", "supplies"):
        assert {row["enterprise_id"] for row in two.db.query(f"SELECT * FROM {table}")} == {a}
    assert two.users.find("sme").enterprise_id == a
    assert two.enterprises.named(B) == a, "the other spelling is an alias"
    assert two.db.execute("PRAGMA foreign_key_check").fetchall() == []
    two.merging.undo(merge)
    assert tables(two) == before
    assert two.enterprises.named(B) == b
    assert [r.action for r in two.audit.list(action="enterprise.")] == [
        "enterprise.unmerge", "enterprise.merge",
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        two.merging.undo(merge)


def test_either_spelling_may_be_kept_and_rows_come_in_under_both(two):
    asked = question(two)
    two.merging.same(asked["id"], asked["second_id"])
    two.lists.add(reading([demand(7, "锌锭", leader=A)]))
    (row,) = two.db.query("SELECT * FROM demands WHERE demand_id = 'D007'")
    assert row["enterprise_id"] == asked["second_id"]
    assert row["leader"] == A, "what was written stays as it was written"
    assert [firm["name"] for firm in two.enterprises.all(EVERYTHING)] == [B]


def test_what_is_different_is_not_asked_again(two):
    asked = question(two)
    two.merging.different(asked["id"])
    two.lists.add(reading([demand(8, "锌锭", leader=A), demand(9, "铅锭", leader=B)]))
    assert two.merging.count(EVERYTHING) == 0
    assert len(two.enterprises.all(EVERYTHING)) == 2
    with pytest.raises(NotFoundError):
        two.merging.same(asked["id"], asked["first_id"])


def test_three_spellings_one_after_the_other(two):
    two.lists.add(reading([demand(5, "锌锭", leader=C)]))
    before = tables(two)
    asked = {frozenset((q["first_name"], q["second_name"])): q
             for q in two.merging.questions(EVERYTHING, limit=9)}  # fmt: skip
    assert len(asked) == 3
    ab = asked[frozenset((A, B))]
    first = two.merging.same(ab["id"], ab["first_id"])
    (ac,) = two.merging.questions(EVERYTHING, limit=9)
    assert {ac["first_name"], ac["second_name"]} == {A, C}, "B and C are asked about as A and C"
    second = two.merging.same(ac["id"], ac["second_id"])
    with pytest.raises(MergeError, match="先撤销"):
        two.merging.undo(first)
    assert len(two.enterprises.all(EVERYTHING)) == 1
    two.merging.undo(second)
    two.merging.undo(first)
    assert tables(two) == before


def test_answers_by_form(enter, store):
    browser = enter("reviewer")
    page = browser.get("/enterprises/questions").get_data(as_text=True)
    assert "甲乙丙制造有限公司" in page
    assert "丁戊己加工有限责任公司" in page
    assert "等我处理的" in browser.get("/").get_data(as_text=True)
    for bad in ("", "x", "9" * 30, "12345"):
        sent = browser.post(
            "/enterprises/questions/1", {"answer": bad}, page="/enterprises/questions"
        )
        assert sent.status_code in {400, 404}
    assert store.merging.count(EVERYTHING) == 1
    browser.post("/enterprises/questions/merges/1/undo", page="/enterprises/questions")
    assert store.merging.count(EVERYTHING) == 2
    for question_id, key in ((1, "different"), (2, None)):
        asked = {q["id"]: q for q in store.merging.questions(EVERYTHING, limit=9)}[question_id]
        answer = {"answer": key or str(asked["second_id"])}
        address = f"/enterprises/questions/{question_id}"
        assert browser.post(address, answer, page="/enterprises/questions").status_code == 303
    assert store.merging.count(EVERYTHING) == 0
    viewer = enter("viewer").get("/enterprises/questions").get_data(as_text=True)
    assert "同一家" not in viewer.replace("可能是同一家", "")
    county = enter("county_reviewer").get("/enterprises/questions").get_data(as_text=True)
    assert "丁戊己" not in county, "firms of no county of theirs"
