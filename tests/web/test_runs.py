"""Matching runs in the browser: started, watched, looked at, compared; and the first page."""

from __future__ import annotations

import csv
import io
import re
import time

import pytest

from matcher.model import Decision, Verdict
from matcher.ranking import Parameters, match
from matcher.store import EVERYTHING, JobState, Store, county
from tests.store.making import demand, reading, supply
from tests.web.conftest import COUNTY, LEADER, OTHER_LEADER
from web import create_app
from web.remembered import remembered

FORM = {"top": "3", "acceptable": "40", "min_score": "1.5"}


def run_again(store, **parameters):
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    ranking = match(demands, supplies, Parameters(**parameters))
    return store.runs.save(ranking, demands, supplies, started_at="2026-02-01T00:00:00.000Z")


def text_of(sent):
    return re.sub(r"\s+", " ", sent.get_data(as_text=True))


def test_a_run_is_started_and_comes_out_with_its_parameters(app, enter, store):
    browser = enter("reviewer")
    sent = browser.post("/runs/new", FORM)
    assert re.fullmatch(r"/jobs/\d+", sent.headers["Location"])
    job_id = int(sent.headers["Location"].rpartition("/")[2])
    until = time.monotonic() + 60
    while store.jobs.get(job_id).open:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert store.jobs.get(job_id).state is JobState.DONE, store.jobs.get(job_id).message
    assert browser.get(f"/jobs/{job_id}").headers["Location"] == "/runs/2"
    run = store.runs.get(2)
    assert {name: run["parameters"][name] for name in ("top", "acceptable", "min_score")} == {
        "top": 3, "acceptable": 0.4, "min_score": 0.015,
    }  # fmt: skip
    assert (run["started_by"], run["demands"], run["supplies"]) == ("reviewer", 4, 2)
    assert run["suggestions"] == len(store.runs.suggestions(2, EVERYTHING))
    page = text_of(browser.get("/runs/2"))
    assert "40%" in page
    assert run["demands_hash"] in page
    assert store.audit.list(action="run.save")[0].actor == "reviewer"


@pytest.mark.parametrize(
    "wrong", [{"top": "0"}, {"top": "x"}, {"acceptable": "101"}, {"min_score": "-1"}, {"top": ""}]
)
def test_wrong_parameters_start_nothing(enter, store, wrong):
    sent = enter("reviewer").post("/runs/new", FORM | wrong)
    assert sent.status_code == 200
    assert 'aria-invalid="true"' in sent.get_data(as_text=True)
    assert store.jobs.going_on("match") == []


def test_a_second_one_leads_to_the_one_that_goes_on(enter, store):
    first = store.jobs.add("match", {})
    sent = enter("admin").post("/runs/new", FORM)
    assert sent.headers["Location"] == f"/jobs/{first}"
    assert "正在进行" in text_of(enter("viewer").get("/runs"))
    assert enter("reviewer").get(f"/jobs/{first}").status_code == 200, "deciders see each other's"
    assert enter("viewer").get(f"/jobs/{first}").status_code == 404


def test_what_changed_between_two_runs(enter, store):
    store.lists.add(reading([supply(3, "阴极铜", enterprise="新来的厂"),
                             supply(4, "=1+1", enterprise="公式厂")]))  # fmt: skip
    run_again(store)
    before = {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion.rank
              for s in store.runs.suggestions(1, EVERYTHING)}  # fmt: skip
    after = {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion.rank
             for s in store.runs.suggestions(2, EVERYTHING)}  # fmt: skip
    changed = {pair for pair in before | after if before.get(pair) != after.get(pair)}
    assert len(changed) > 4
    keys = [change.demand_key for change in store.run_views.changes(1, 2, EVERYTHING)]
    found = store.run_views.compared(1, 2, EVERYTHING, keys)
    assert {(row["demand_id"], row["supply_id"]) for row in found} == changed
    for row in found:
        pair = row["demand_id"], row["supply_id"]
        assert (row["was"], row["now"]) == (before.get(pair), after.get(pair))
    sums = [sum(getattr(c, what) for c in store.run_views.changes(1, 2, EVERYTHING))
            for what in ("added", "removed", "moved")]  # fmt: skip
    assert sums == [len(set(after) - set(before)), len(set(before) - set(after)),
                    sum(before[p] != after[p] for p in set(before) & set(after))]  # fmt: skip
    page = text_of(enter("reviewer").get("/runs/compare"))
    assert "新来的厂" in page
    assert "新增" in page
    sent = enter("reviewer").get("/runs/compare.csv?before=1&after=2")
    rows = list(csv.DictReader(io.StringIO(sent.get_data(as_text=True).removeprefix("\ufeff"))))
    assert {(row["需求编号"], row["供给编号"]) for row in rows} == changed
    assert not any(row["供给产品"].startswith("=") for row in rows)
    # The other way round what was added is removed.
    back = store.run_views.changes(2, 1, EVERYTHING)
    assert sum(c.removed for c in back) == sums[0]


def test_equal_runs_and_missing_ones(enter, store):
    browser = enter("viewer")
    assert "要有两次撮合" in text_of(browser.get("/runs/compare"))
    run_again(store)
    assert "完全一样" in text_of(browser.get("/runs/compare"))
    assert browser.get("/runs/compare?before=1&after=77").status_code == 404
    assert browser.get("/runs/compare.csv?before=1&after=77").status_code == 404


def test_a_county_learns_of_its_own_demands_alone(enter, store):
    store.lists.add(reading([supply(3, "阴极铜", enterprise="新来的厂")]))
    run_again(store)
    browser = enter("county_reviewer")
    text = "".join(
        browser.get(page).get_data(as_text=True)
        for page in ("/runs", "/runs/2", "/runs/compare", "/runs/compare.csv", "/")
    )
    assert LEADER in text
    assert OTHER_LEADER not in text
    assert "D003" not in text
    assert store.runs.get(2)["demands_hash"] not in text
    assert sum(store.run_views.best(2, county(COUNTY))) == 2
    assert sum(store.run_views.best(2, EVERYTHING)) == 4
    shown = store.run_views.page(county(COUNTY), limit=9)[0]
    assert (shown["demands"], shown["supplies"], shown["suggestions"]) == (None, None, None)


# --- the first page ------------------------------------------------------------------------------


def test_the_funnel_and_the_charts_count_demands(store, enter):
    funnel = store.figures.funnel(1, EVERYTHING)
    gaps = len(store.runs.gaps(1, EVERYTHING))
    assert (funnel.demands, funnel.suggested) == (4, 4 - gaps)
    assert (funnel.reviewed, funnel.accepted, funnel.signed) == (1, 1, 0)
    store.decisions.record([Decision("D001", "S001", Verdict.REJECTED, "", "乙"),
                            Decision("D003", "S001", Verdict.UNSURE, "", "乙")])  # fmt: skip
    funnel = store.figures.funnel(1, EVERYTHING)
    assert (funnel.reviewed, funnel.accepted) == (2, 0), "the last decision of a pair counts"
    assert store.figures.funnel(1, county(COUNTY)).reviewed == 1
    assert store.figures.undecided(1, EVERYTHING) <= 2
    assert sum(map(sum, store.figures.weeks(EVERYTHING, weeks=2))) == 3
    assert store.figures.weeks(EVERYTHING, weeks=2)[-1] == (1, 1, 1)
    assert sum(map(sum, store.figures.weeks(county(COUNTY), weeks=2))) == 2 + 1, (
        "S001 is of the county"
    )
    page = text_of(enter("reviewer").get("/"))
    assert "需求走到了哪一步" in page
    assert "最近 12 周" in page


def test_charts_are_numbers_without_any_inline_style(enter):
    page = enter("viewer").get("/").get_data(as_text=True)
    assert "<svg" in page
    assert "style=" not in page


def test_a_list_that_is_newer_than_the_run_is_told(enter, store):
    assert "应再撮合一次" in text_of(enter("reviewer").get("/"))
    store.db.execute("UPDATE runs SET started_at = '2099-01-01T00:00:00.000Z'")
    assert "应再撮合一次" not in text_of(enter("reviewer").get("/"))


def test_the_first_day(tmp_path, cheap):
    from matcher.store import Role
    from tests.web.conftest import Browser

    path = tmp_path / "新.db"
    with Store(path) as store:
        user = store.users.add("reviewer", Role.REVIEWER)
        app = create_app({"DATABASE": str(path), "TESTING": True})
        browser = Browser(app)
        token = store.sessions.start(user.id, "", longest=1e6)
        with browser.client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        page = text_of(browser.get("/"))
        assert "从这里开始" in page
        assert "xieshou import 需求清单.xlsx --db 新.db" in page
        assert "还没有需求清单" in text_of(browser.get("/runs/new"))
        store.lists.add(reading([demand(1, "阴极铜")]))
        page = text_of(browser.get("/"))
        assert page.count("已完成") == 1
        store.lists.add(reading([supply(1, "阴极铜")]))
        run_again(store)
        assert "还没有撮合过" not in text_of(browser.get("/"))


def test_what_is_remembered_is_of_its_key_and_not_for_ever(app):
    calls = []

    def count():
        calls.append(1)
        return len(calls)

    with app.app_context():
        assert remembered("a", 60, count) == 1
        assert remembered("a", 60, count) == 1
        assert remembered("b", 60, count) == 2
        assert remembered("a", 0, count) == 3
