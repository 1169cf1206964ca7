"""A run is stored with all that it depends on, and shows what has changed since."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from matcher.errors import NotFoundError, StoreError
from matcher.model import Decision, ListKind, Verdict
from matcher.ranking import Parameters, Statistics, match
from matcher.records import content_hash
from matcher.store import EVERYTHING
from matcher.store.disclosure import TELLING_GROUPS, nameless
from matcher.store.runs import input_hash
from matcher.store.schema_runs import TOLD_FIT
from tests.store.making import demand, dump, reading, supply

DEMANDS = [demand(1), demand(2, "铜杆"), demand(3, "安全帽")]
SUPPLIES = [supply(1), supply(2, "铜杆"), supply(3, "牛肉")]
STARTED = "2026-01-01T00:00:00.000Z"


def run(store, parameters=None):
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    ranking = match(demands, supplies, parameters)
    return store.runs.save(ranking, demands, supplies, started_at=STARTED, by="王"), ranking


@pytest.fixture
def filled(store):
    store.lists.add(reading(DEMANDS))
    store.lists.add(reading(SUPPLIES))
    return store


def test_a_run_comes_back_as_it_was(filled):
    run_id, ranking = run(filled, Parameters(top=2, acceptable=0.4))
    assert filled.runs.latest() == run_id
    record = filled.runs.get(run_id)
    assert record["parameters"] == {
        "top": 2, "acceptable": 0.4, "min_score": 0.0, "candidates": 40, "explain": True,
    }  # fmt: skip
    assert (record["started_at"], record["started_by"]) == (STARTED, "王")
    assert (record["demands"], record["supplies"]) == (3, 3)
    assert record["model_version"] == ranking.model_version
    assert {"python", "scikit-learn", "jieba"} <= set(record["versions"])
    found = [s.suggestion for s in filled.runs.suggestions(run_id, EVERYTHING)]
    assert found == list(ranking.suggestions)
    assert filled.runs.gaps(run_id, EVERYTHING) == list(ranking.gaps)


def test_the_frozen_statistics_are_kept_once_under_their_version(filled):
    first, ranking = run(filled)
    second, _ = run(filled)
    assert first != second
    (kept,) = filled.db.query("SELECT * FROM statistics")
    assert kept["version"] == ranking.statistics.version
    assert Statistics.from_json(kept["data"]) == ranking.statistics
    assert json.loads(kept["data"])


def test_input_hashes_hear_content_and_ids_but_no_order():
    shuffled = list(DEMANDS)
    random.Random(1).shuffle(shuffled)
    assert input_hash(shuffled) == input_hash(DEMANDS)
    assert input_hash([replace(DEMANDS[0], note="x"), *DEMANDS[1:]]) != input_hash(DEMANDS)
    assert input_hash([replace(DEMANDS[0], demand_id="x"), *DEMANDS[1:]]) != input_hash(DEMANDS)


def test_the_run_names_the_hashes_of_its_inputs(filled):
    run_id, _ = run(filled)
    record = filled.runs.get(run_id)
    assert record["demands_hash"] == input_hash(DEMANDS)
    assert record["supplies_hash"] == input_hash(SUPPLIES)


def test_a_row_that_changes_after_the_run_is_shown_as_changed(filled):
    run_id, _ = run(filled)
    filled.lists.add(reading([replace(DEMANDS[0], note="改"), *DEMANDS[1:]]))
    found = filled.runs.suggestions(run_id, EVERYTHING)
    assert {s.suggestion.demand_id for s in found if s.changed} == {"D001"}
    assert {s.suggestion.demand_id for s in found if not s.changed} >= {"D002"}


def test_what_was_matched_counts_not_what_another_process_has_imported_meanwhile(filled):
    demands, supplies = filled.lists.demands(EVERYTHING), filled.lists.supplies(EVERYTHING)
    ranking = match(demands, supplies)
    filled.lists.add(reading([replace(DEMANDS[0], note="别的进程刚改的")]))
    run_id = filled.runs.save(ranking, demands, supplies, started_at=STARTED)
    found = filled.runs.suggestions(run_id, EVERYTHING, demand_id="D001")
    assert found
    assert all(s.changed for s in found)
    stored = filled.db.query("SELECT DISTINCT demand_hash FROM suggestions WHERE demand_key = 1")
    assert [r["demand_hash"] for r in stored] == [content_hash(DEMANDS[0])]


def test_a_decision_shows_whether_its_rows_have_changed(filled):
    run_id, _ = run(filled)
    filled.decisions.record([Decision("D001", "S001", Verdict.ACCEPTED, "合适", "张三")])
    (best, *_) = filled.runs.suggestions(run_id, EVERYTHING, demand_id="D001")
    assert (best.verdict, best.reason, best.reviewer, best.changed) == (
        Verdict.ACCEPTED, "合适", "张三", False,
    )  # fmt: skip
    filled.lists.add(reading([replace(SUPPLIES[0], description="停产")]))
    (best, *_) = filled.runs.suggestions(run_id, EVERYTHING, demand_id="D001")
    assert best.changed
    assert [d.changed for d in filled.decisions.last(EVERYTHING)] == [True]
    filled.decisions.record([Decision("D001", "S001", Verdict.REJECTED)])
    (best, *_) = filled.runs.suggestions(run_id, EVERYTHING, demand_id="D001")
    assert (best.verdict, best.changed) == (Verdict.REJECTED, False)


def test_a_run_that_cannot_be_saved_leaves_nothing(filled):
    demands, supplies = filled.lists.demands(EVERYTHING), filled.lists.supplies(EVERYTHING)
    ranking = match(demands, supplies)
    twice = replace(ranking, suggestions=ranking.suggestions * 2)
    before = dump(filled)
    with pytest.raises(StoreError):
        filled.runs.save(twice, demands, supplies, started_at=STARTED)
    assert dump(filled) == before


def test_a_run_that_does_not_exist_is_said(store):
    assert store.runs.latest() is None
    with pytest.raises(NotFoundError, match="没有第 7 次"):
        store.runs.get(7)
    assert store.lists.keys(ListKind.DEMAND) == {}


def test_an_older_file_is_told_the_same_of_every_fit_as_a_new_run_writes(filled):
    """What a hidden buyer's supplier may know, added up in Python and by the migration in SQL."""
    filled.lists.add(reading([demand(4, "铜杆", county="精河县")]))
    filled.lists.add(reading([supply(4, "铜杆", county="精河县")]))
    _run_id, ranking = run(filled)
    hidden = {
        (s.demand_id, s.supply_id): nameless(s, "").explanation.log_odds
        for s in ranking.suggestions
    }
    sql = (
        "SELECT d.demand_id, p.supply_id, s.told_fit, s.base FROM suggestions s"
        " JOIN demands d ON d.key = s.demand_key JOIN supplies p ON p.key = s.supply_key"
    )
    written = {(d, p): fit for d, p, fit, _ in filled.db.execute(sql).fetchall()}
    assert written == hidden
    assert any(
        s.explanation.log_odds != hidden[s.demand_id, s.supply_id] for s in ranking.suggestions
    )
    statement = TOLD_FIT[TOLD_FIT.index("UPDATE") : TOLD_FIT.index("DROP")]
    filled.db.execute("UPDATE suggestions SET told_fit = -99")
    filled.db.execute(statement)
    migrated = {(d, p): fit for d, p, fit, _ in filled.db.execute(sql).fetchall()}
    assert migrated == {pair: pytest.approx(fit) for pair, fit in hidden.items()}
    assert all(f"'{group}'" in statement for group in TELLING_GROUPS)
