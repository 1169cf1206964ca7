"""However a list is cut and wherever its parts are matched, the outcome is the same."""

import os
import subprocess
import sys

import numpy as np
import pytest

from matcher.errors import XieshouError
from matcher.ranking import Coefficients, Parameters, engine, match, shard, workers
from matcher.ranking.shard import NONE, TopK, merge_topk
from tests.ranking.builders import demand, supply
from tests.tools import ROOT


@pytest.fixture(scope="module")
def rows():
    """Many rows of few names: crowded, tied, on both sides of every cut."""
    names = ["闸阀", "球阀", "阀门", "烧碱", "氢氧化钠", "铜杆", "番茄酱", "无缝钢管", "枸杞、红枣"]
    specs = ["", "DN50", "DN80 PN16", "304", "Q355B φ219×8", "32%"]
    demands = [
        demand(name, f"D{i}", spec=specs[i % 4], quantity="5吨") for i, name in enumerate(names)
    ]
    supplies = [
        supply(
            names[i % 9] + ("", "成套", "（国标）")[i % 3],
            f"S{i:03}",
            spec=specs[i % 6],
            enterprise=f"第{i * i % 7}厂" if i % 5 else "",
        )
        for i in range(200)
    ]
    return demands, supplies


@pytest.fixture(autouse=True)
def _processes(monkeypatch):
    """Every process that a test starts, to see that all have ended."""
    STARTED.clear()
    popen = subprocess.Popen

    def started(*arguments, **options):
        STARTED.append(popen(*arguments, **options))
        return STARTED[-1]

    monkeypatch.setattr(workers.subprocess, "Popen", started)


STARTED = []


def assert_no_process_is_left():
    assert STARTED
    assert all(process.poll() is not None for process in STARTED)


def outcome(found):
    return found.suggestions, found.gaps, found.statistics.version


@pytest.fixture
def _together(monkeypatch):
    """Several shards in this process: quicker to test than several processes."""
    monkeypatch.setattr(workers, "_is_worth_it", lambda _shards: False)


@pytest.mark.usefixtures("_together")
@pytest.mark.parametrize("shards", [2, 3, 7])
@pytest.mark.parametrize("candidates", [1, 4, 40])
def test_shards_change_nothing(rows, shards, candidates):
    parameters = Parameters(top=3, candidates=candidates)
    alone = match(*rows, parameters, processes=1)
    assert outcome(match(*rows, parameters, processes=shards)) == outcome(alone)
    assert len(alone.suggestions) == 3 * len(rows[0])


@pytest.mark.usefixtures("_together")
@pytest.mark.parametrize("most", [1, 2, 5])
def test_crowds_are_trimmed_alike_wherever_they_stand(rows, most, monkeypatch):
    parameters = Parameters(top=2, candidates=4)
    whole = match(*rows, parameters, processes=1)
    monkeypatch.setattr(engine, "MOST", most)
    monkeypatch.setattr(engine, "_CROWD", 3)
    alone = match(*rows, parameters, processes=1)
    assert outcome(match(*rows, parameters, processes=3)) == outcome(alone)
    assert [s.demand_id for s in alone.suggestions] == [s.demand_id for s in whole.suggestions]


def test_a_crowd_keeps_the_nearest(monkeypatch):
    offers = [supply("闸阀", f"S{i:02}", spec=f"DN{100 + i}") for i in range(40)]
    monkeypatch.setattr(engine, "MOST", 2)
    wanted = [demand("闸阀", "D1", spec="DN117")]
    found = match(wanted, offers, Parameters(top=1, candidates=2))
    assert [s.supply_id for s in found.suggestions] == ["S17"]


@pytest.mark.parametrize("top", [1, 2, 5])
def test_what_is_not_read_could_not_be_kept(rows, top, monkeypatch):
    """The best of all pairs, and of those that the bound leaves after each widening round."""
    read = []
    score = shard.score
    monkeypatch.setattr(shard, "score", lambda pairs, m: read.append(len(pairs)) or score(pairs, m))
    few = match(*rows, Parameters(top=top), processes=1)
    some, rounds = sum(read), len(read)
    monkeypatch.setattr(
        shard, "bound", lambda pairs, _model: np.zeros(len(pairs), np.int64) + 2**60
    )
    read.clear()
    assert outcome(match(*rows, Parameters(top=top), processes=1)) == outcome(few)
    assert some < sum(read)
    assert rounds > 2


def test_processes_change_nothing(rows):
    told = []
    parameters = Parameters(top=3, candidates=4)
    found = match(*rows, parameters, processes=2, progress=lambda *news: told.append(news))
    assert outcome(found) == outcome(match(*rows, parameters, processes=1))
    assert list(dict.fromkeys(stage for stage, *_ in told)) == [
        "分析需求",
        "分析供给",
        "召回候选",
        "打分排序",
    ]
    assert_no_process_is_left()


def test_only_long_lists_are_matched_by_all_processors(rows, monkeypatch):
    started = []

    class Counted(workers._Process):
        def __init__(self, *arguments):
            started.append(arguments)
            super().__init__(*arguments)

    monkeypatch.setattr(workers, "_Process", Counted)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    few = match(*rows)
    assert started == []
    monkeypatch.setattr(workers, "_FEWEST", 50)
    assert outcome(match(*rows)) == outcome(few)
    assert len(started) == 2
    assert match([], []).suggestions == ()


def test_a_process_that_ends_is_named_and_the_others_are_ended(rows, monkeypatch):
    class Mortal(workers._Process):
        def ask(self, step, arguments):
            if step == "match":
                self._process.kill()
            super().ask(step, arguments)

    monkeypatch.setattr(workers, "_Process", Mortal)
    with pytest.raises(XieshouError, match="子进程意外结束"):
        match(*rows, processes=2)
    assert_no_process_is_left()


def test_what_goes_wrong_in_a_process_is_told(rows):
    with pytest.raises(XieshouError, match="子进程出错") as told:
        match(*rows, processes=2, model=Coefficients("", 0.0, {"name_ratio": None, "family": "?"}))
    assert "Traceback" not in str(told.value)
    assert "Traceback" in str(told.value.__cause__)
    assert_no_process_is_left()


SCRIPT = """
from matcher import Parameters, Supply, Demand, match
demands = [Demand("D1", "闸阀")]
supplies = [Supply(f"S{i:02}", "球阀闸阀烧碱"[i % 3 * 2 :][:2]) for i in range(60)]
print([s.supply_id for s in match(demands, supplies, Parameters(top=2), processes=2).suggestions])
"""


def test_a_plain_script_may_use_processes(tmp_path):
    """No guard around the main module is needed, as multiprocessing would want it."""
    script = tmp_path / "脚本.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", script],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("['S01', 'S04']", 0), done.stderr


def test_merging_keeps_the_best_of_all():
    def part(demands, supplies, log_odds, shard):
        columns = [np.array(each, dtype=np.int64) for each in (demands, supplies, log_odds)]
        place = np.arange(len(demands))
        best = np.array(
            [
                max([x for d, x in zip(demands, log_odds, strict=True) if d == n], default=NONE)
                for n in range(3)
            ]
        )
        return TopK(*columns, np.full(len(demands), shard), place, best)

    one = part([0, 0, 1], [0, 1, 0], [50, 30, 10], 0)
    other = part([0, 0, 1], [7, 5, 9], [40, 30, 70], 1)
    found = merge_topk([other, one], 3)
    assert found.demands.tolist() == [0, 0, 0, 1, 1]
    assert found.supplies.tolist() == [0, 7, 1, 9, 0]
    assert found.shard.tolist() == [0, 1, 0, 1, 0]
    assert found.place.tolist() == [0, 0, 1, 2, 2]
    assert found.best.tolist() == [50, 70, NONE]
    assert merge_topk([one, other], 3).supplies.tolist() == found.supplies.tolist()
