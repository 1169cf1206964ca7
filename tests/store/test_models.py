"""Models in the store: appended, one in use, every former one to go back to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from matcher.errors import NotFoundError, StoreError
from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, Store, StoredModel, county
from tests.store.making import demand, dump, reading, supply
from tests.tools import ROOT

SHIPPED = StoredModel("shipped", -2.2107, {"same_county": 0.15})
FIRST = StoredModel(
    "first", -1.00015, {"same_county": 0.1 + 0.2}, "shipped", ("a/b/accepted", "a/c/rejected"),
    {"before": {"log_loss": 0.6}, "after": {"log_loss": 0.5}}, "第一次", created_by="张三",
)  # fmt: skip
SECOND = StoredModel("second", -0.9, {}, "shipped", ("a/b/rejected",))

ADOPT = """
import sys
from pathlib import Path
from matcher.store import Store
from tests.store.test_models import FIRST, SHIPPED
with Store(Path(sys.argv[1])) as store:
    sys.stdin.readline()
    print(store.models.adopt(FIRST, SHIPPED, replacing=""))
"""


def test_none_is_in_use_at_first(store):
    assert store.models.in_use() is None
    assert store.models.all() == []


def test_an_adopted_model_is_in_use_and_kept_with_where_it_came_from(store):
    assert store.models.adopt(FIRST, SHIPPED, replacing="")
    with Store(store.path) as again:
        kept = again.models.in_use()
        assert [model.version for model in again.models.all()] == ["shipped", "first"]
    for name in (
        "version",
        "base",
        "weights",
        "centre",
        "evidence",
        "report",
        "note",
        "created_by",
    ):
        assert getattr(kept, name) == getattr(FIRST, name), name
    assert kept.created_at


def test_there_and_back(store):
    store.models.adopt(FIRST, SHIPPED, replacing="")
    store.models.adopt(SECOND, SHIPPED, replacing="first")
    assert store.models.use("first", by="李四")
    assert store.models.in_use().version == "first"
    assert store.models.use("")
    assert store.models.in_use() is None
    assert not store.models.use("")
    assert store.models.use("shipped")  # of a former version of the program
    assert store.models.in_use().weights == SHIPPED.weights
    assert {model.version for model in store.models.all()} == {"shipped", "first", "second"}
    uses = store.db.query("SELECT version, used_by FROM model_uses ORDER BY id")
    assert [tuple(use.values()) for use in uses] == [
        ("first", "张三"), ("second", ""), ("first", "李四"), (None, ""), ("shipped", ""),
    ]  # fmt: skip


def test_an_unknown_version_changes_nothing(store):
    store.models.adopt(FIRST, SHIPPED, replacing="")
    before = dump(store)
    with pytest.raises(NotFoundError, match=r"“third”.*xieshou learn --list"):
        store.models.use("third")
    assert dump(store) == before


def test_another_model_came_into_use_meanwhile(store):
    store.models.adopt(FIRST, SHIPPED, replacing="")
    before = dump(store)
    with pytest.raises(StoreError, match=r"学习期间.*first.*没有改动"):
        store.models.adopt(SECOND, SHIPPED, replacing="")
    assert dump(store) == before


def test_a_model_that_came_back_is_kept_once(store):
    store.models.adopt(FIRST, SHIPPED, replacing="")
    assert not store.models.adopt(FIRST, SHIPPED, replacing="")
    store.models.use("")
    assert store.models.adopt(FIRST, SHIPPED, replacing="")
    assert len(store.models.all()) == 2


def test_two_adopt_the_same_at_once(tmp_path):
    path = tmp_path / "a.db"
    Store(path).close()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ADOPT, str(path)], cwd=ROOT, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    said = [child.communicate(timeout=60) for child in children]
    assert sorted(out for out, _ in said) == ["False\n"] * 3 + ["True\n"], said
    with Store(path) as store:
        assert store.models.in_use().version == "first"
        assert len(list(store.db.query("SELECT * FROM model_uses"))) == 1


@pytest.mark.parametrize(
    "values", ["'x', NULL, 'much', '{}'", "'x', NULL, 1.0, 'no json'", "'x', 'nobody', 1.0, '{}'"]
)
def test_the_tables_refuse_nonsense(store, values):
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute(
            "INSERT INTO models (version, centre, base, weights, decisions, evidence, report,"
            f" created_at) VALUES ({values}, 1, '[]', '{{}}', '')"
        )


class TestVerdictsByContent:
    def decide(self, store, *said) -> None:
        for demand_id, supply_id, verdict in said:
            store.decisions.record([Decision(demand_id, supply_id, verdict)])

    def verdicts(self, store, scope=EVERYTHING):
        return [verdict for *_, verdict in store.decisions.by_content(scope)]

    @pytest.fixture
    def filled(self, store):
        store.lists.add(reading([demand(1), demand(2)]))
        store.lists.add(reading([supply(1), supply(2, county="博乐市", name="铜杆")]))
        return store

    def test_the_last_one_counts(self, filled):
        self.decide(
            filled, ("D001", "S001", Verdict.ACCEPTED), ("D001", "S001", Verdict.REJECTED)
        )  # fmt: skip
        assert self.verdicts(filled) == [Verdict.REJECTED]

    def test_two_rows_that_say_the_same_are_one_content(self, filled):
        self.decide(
            filled, ("D001", "S001", Verdict.ACCEPTED), ("D002", "S001", Verdict.UNSURE)
        )  # fmt: skip
        assert self.verdicts(filled) == [Verdict.UNSURE]

    def test_what_was_said_of_other_content_stays_apart(self, filled):
        self.decide(filled, ("D001", "S001", Verdict.ACCEPTED))
        filled.lists.add(reading([supply(1, spec="新规格")]))
        self.decide(filled, ("D001", "S001", Verdict.REJECTED))
        assert sorted(self.verdicts(filled)) == [Verdict.ACCEPTED, Verdict.REJECTED]

    def test_only_what_is_in_scope(self, filled):
        self.decide(filled, ("D001", "S001", Verdict.ACCEPTED))
        assert self.verdicts(filled, county("精河县")) == [Verdict.ACCEPTED]
        assert self.verdicts(filled, county("温泉县")) == []
