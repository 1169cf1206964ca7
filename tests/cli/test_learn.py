"""``learn`` from the shell: 50 decisions on, better or not at all, and back again."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from matcher.model import EngagementStage, Verdict
from matcher.ranking import coefficients
from matcher.store import EVERYTHING, Entry, EventKind, Store
from tests.cli.reviewing import review
from tests.cli.running import complaint, surroundings, xieshou
from tests.store.making import dump

COUNT = 120


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """The bundled lists with a run, made once."""
    path = tmp_path_factory.mktemp("learn") / "demo.db"
    assert xieshou("demo", "--db", path, "--out", path.with_name("建议.xlsx")).code == 0
    return path


@pytest.fixture
def db(ran, here):
    with Store(ran) as store, Store(here / "xieshou.db") as mine:
        store.db.conn.backup(mine.db.conn)
    return here / "xieshou.db"


@pytest.fixture
def reviewed(db):
    review(db, 0, COUNT)
    return db


def contents(path):
    with Store(path) as store:
        return dump(store)


def suggestions(path) -> list:
    """A new run's suggestions, whole, and the model that they are by."""
    ran = xieshou("run", "--db", path, "--json")
    assert ran.code == 0, ran
    with Store(path) as store:
        found = store.runs.suggestions(ran.json["run_id"], EVERYTHING)
    return [ran.json["model_version"], *(s.suggestion for s in found)]


def learned(path) -> str:
    done = xieshou("learn", "--db", path, "--by", "张三", "--note", "试一试", "--json")
    assert done.code == 0, done
    assert done.json["adopted"]
    return done.json["version"]


def test_forty_nine_are_too_few(db):
    review(db, 0, 49)
    before = contents(db)
    complaint(xieshou("learn", "--db", db), "49 条", "至少要 50 条", "还差 1 条")
    assert contents(db) == before


def test_a_fresh_database_says_how_many_are_missing(imported):
    complaint(xieshou("learn", "--db", imported), "0 条", "还差 50 条", "xieshou decide")


def test_learning_there_and_back_again(reviewed):
    shipped = suggestions(reviewed)
    version = learned(reviewed)
    mine = suggestions(reviewed)
    assert (shipped[0], mine[0]) == (coefficients().version, version)
    assert shipped[1:] != mine[1:]
    used = xieshou("learn", "--db", reviewed, "--use", "出厂")
    assert (used.code, "xieshou run" in used.out) == (0, True)
    assert suggestions(reviewed) == shipped
    assert xieshou("learn", "--db", reviewed, "--use", version).code == 0
    assert suggestions(reviewed) == mine
    assert xieshou("learn", "--db", reviewed, "--use", coefficients().version).code == 0
    assert suggestions(reviewed) == shipped
    again = xieshou("learn", "--db", reviewed, "--use", "出厂")
    assert "本来就在用" in again.out


def test_the_screen_says_before_and_after_and_the_way_back(reviewed):
    done = xieshou("learn", "--db", reviewed)
    assert done.code == 0
    for words in (
        f"审核结果 {COUNT} 条",
        "对数损失",
        "AUC",
        "校准误差",
        "same_county",
        "--use 出厂",
    ):
        assert words in done.out, words


def test_dry_run_changes_nothing(reviewed):
    before = contents(reviewed)
    tried = xieshou("learn", "--db", reviewed, "--dry-run")
    assert tried.code == 0
    assert "没有改动" in tried.out
    told = xieshou("learn", "--db", reviewed, "--dry-run", "--json").json
    assert contents(reviewed) == before
    report = told["report"]
    assert not told["adopted"]
    assert report["decisions"] == COUNT
    assert report["after"]["log_loss"] < report["before"]["log_loss"]
    assert learned(reviewed) == told["version"]


def test_learning_again_without_new_decisions(reviewed):
    version = learned(reviewed)
    before = contents(reviewed)
    again = xieshou("learn", "--db", reviewed)
    assert again.code == 0
    assert all(words in again.out for words in ("没有新的审核结果", version, "正在用"))
    assert xieshou("learn", "--db", reviewed, "--json").json["new"] is False
    assert contents(reviewed) == before
    xieshou("learn", "--db", reviewed, "--use", "出厂")
    assert f"--use {version}" in xieshou("learn", "--db", reviewed).out


def test_new_decisions_are_learned_on_top(reviewed):
    first = learned(reviewed)
    review(reviewed, COUNT, 200)
    done = xieshou("learn", "--db", reviewed, "--json")
    assert done.json["replaces"] == first
    assert done.json["new"]
    assert done.json["report"]["decisions"] == 200


def test_what_is_not_better_is_refused(db):
    """Half of the decisions by a reviewer, half by one who wants the very opposite."""
    review(db, 0, 60)
    review(db, 60, 120, flipped=True)
    before = contents(db)
    refused = xieshou("learn", "--db", db)
    complaint(refused, "没有换模型")
    assert "对数损失" in refused.out  # the reasons are seen all the same
    told = xieshou("learn", "--db", db, "--json")
    assert (told.code, told.json["adopted"]) == (2, False)
    assert "没有换模型" in told.json["refusal"]
    assert contents(db) == before


def test_what_came_of_introductions_is_learned_from(reviewed):
    """A pair accepted and then ended for its specification counts as rejected, and that is said."""
    before = xieshou("learn", "--db", reviewed, "--dry-run", "--json").json
    assert before["outcomes"] == 0
    with Store(reviewed) as store:
        [pair, *_] = [d.decision for d in store.decisions.last(EVERYTHING)
                      if d.decision.verdict is Verdict.ACCEPTED]  # fmt: skip
        key = store.engagements.begin(pair.demand_id, pair.supply_id, EVERYTHING)
        ended = Entry(EventKind.STEP, EngagementStage.ENDED, note="规格不符：孔距不对")
        store.engagements.write(key, ended, EVERYTHING)
    after = xieshou("learn", "--db", reviewed, "--dry-run", "--json").json
    assert after["outcomes"] == 1
    assert after["report"]["accepted"] == before["report"]["accepted"] - 1
    assert after["version"] != before["version"]
    assert "其中 1 条以对接结果为准" in xieshou("learn", "--db", reviewed, "--dry-run").out


def test_list(reviewed):
    assert "出厂" in xieshou("learn", "--db", reviewed, "--list").out
    version = learned(reviewed)
    out = xieshou("learn", "--db", reviewed, "--list").out
    assert all(words in out for words in (version, "张三", "试一试", f"{COUNT} 条", "出厂"))
    listed = xieshou("learn", "--db", reviewed, "--list", "--json").json
    assert [(m["version"], m["in_use"], m["shipped"]) for m in listed] == [
        (coefficients().version, False, True),
        (version, True, False),
    ]
    assert listed[1]["report"]["decisions"] == COUNT


def test_unknown_version(reviewed):
    complaint(xieshou("learn", "--db", reviewed, "--use", "新的"), "“新的”", "--list")
    complaint(xieshou("learn", "--db", reviewed, "--use", ""), "“”", "--list")


def test_one_thing_at_a_time(db):
    complaint(xieshou("learn", "--db", db, "--list", "--use", "出厂"), "一次只能用一个")


class TestAModelOfAnotherProgram:
    @pytest.fixture
    def foreign(self, reviewed):
        """A model in use with a feature that this program does not have."""
        version = learned(reviewed)
        with Store(reviewed) as store, store.transaction():
            weights = json.dumps({"same_county": 1.0, "smell": 2.0})
            store.db.execute("UPDATE models SET weights = ? WHERE version = ?", [weights, version])
        return reviewed, version

    def test_run_says_what_to_do(self, foreign):
        path, version = foreign
        complaint(xieshou("run", "--db", path), version, "smell", "--use 出厂", "xieshou learn")

    def test_the_shipped_one_is_a_way_out(self, foreign):
        path, _ = foreign
        assert xieshou("learn", "--db", path, "--use", "出厂").code == 0
        assert suggestions(path)[0] == coefficients().version

    def test_learning_again_is_a_way_out(self, foreign):
        path, version = foreign
        review(path, COUNT, COUNT + 30)
        fresh = learned(path)
        assert suggestions(path)[0] == fresh != version

    def test_it_cannot_be_used_but_is_listed(self, foreign):
        path, version = foreign
        xieshou("learn", "--db", path, "--use", "出厂")
        complaint(xieshou("learn", "--db", path, "--use", version), "smell")
        assert version in xieshou("learn", "--db", path, "--list").out


def test_two_learn_at_once(reviewed):
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "matcher", "learn", "--db", str(reviewed), "--json"],
            env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert len({json.loads(out)["version"] for out, _ in said}) == 1
    with Store(reviewed) as store:
        assert len(list(store.db.query("SELECT * FROM model_uses"))) == 1
        assert len(store.models.all()) == 2  # the learned one, and the shipped one it came from
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
