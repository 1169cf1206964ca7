"""A run as a whole: the same whatever the order of rows and the tools at hand; cut as asked."""

import dataclasses
import os
import random
import subprocess
import sys

import pytest

from matcher.ranking import Parameters, Statistics, coefficients, match
from matcher.ranking.fit import load_cases
from matcher.terms import analyse
from tests.ranking.builders import demand, environment, shown, supply
from tests.tools import ROOT


@pytest.fixture(scope="module")
def rows():
    cases = random.Random(5).sample(load_cases(), 150)
    return [c.demand for c in cases[:60]], [c.supply for c in cases]


def test_the_order_of_rows_changes_nothing(rows):
    demands, supplies = rows
    expected = match(demands, supplies)
    for seed in range(3):
        chance = random.Random(seed)
        mixed = match(chance.sample(demands, len(demands)), chance.sample(supplies, len(supplies)))
        assert shown(mixed) == shown(expected)
        assert mixed.statistics.version == expected.statistics.version
    assert len(expected.suggestions) > 300


def test_running_twice_gives_the_same(rows):
    assert shown(match(*rows)) == shown(match(*rows))


def test_without_the_fast_product_the_result_is_the_same(rows):
    parameters = Parameters(candidates=20)
    fast = match(*rows, parameters)
    with environment(XIESHOU_TOPN="scipy"):
        assert shown(match(*rows, parameters)) == shown(fast)


PRINT_SUGGESTIONS = """
import sys
sys.stdout.reconfigure(encoding="utf-8")
for name in {absent}:
    sys.modules[name] = None
from matcher.ranking import match
from matcher.ranking.fit import load_cases
cases = load_cases()[::12]
ranking = match([c.demand for c in cases], [c.supply for c in cases])
for s in ranking.suggestions:
    print(s.demand_id, s.supply_id, s.rank, s.probability, s.explanation.contributions)
print(ranking.gaps, ranking.statistics.version)
"""


def test_without_either_accelerator_the_result_is_the_same():
    """Whole processes in which one of them cannot be imported."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT_SUGGESTIONS.format(absent=absent)],
            cwd=ROOT,
            env={**os.environ, "XIESHOU_SEGMENTER": ""},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for absent in ([], ["rjieba"], ["sparse_dot_topn"])
    ]
    assert printed[0].count("\n") > 300
    assert printed.count(printed[0]) == 3


def test_a_pair_scores_the_same_in_a_big_and_a_small_run(rows):
    demands, supplies = rows
    big = match(demands, supplies)
    for suggestion in big.suggestions[::37]:
        small = match(
            [d for d in demands if d.demand_id == suggestion.demand_id],
            [s for s in supplies if s.supply_id == suggestion.supply_id],
            statistics=big.statistics,
        )
        (alone,) = small.suggestions
        assert dataclasses.replace(alone, rank=suggestion.rank) == suggestion
        assert small.statistics.version == big.statistics.version


def test_shards_of_the_demands_together_are_the_whole(rows):
    demands, supplies = rows
    whole = match(demands, supplies)
    parts = [
        match(demands[i::4], supplies, statistics=whole.statistics).by_demand() for i in range(4)
    ]
    together = {d: found for part in parts for d, found in part.items()}
    assert together == whole.by_demand()


def test_equal_scores_rank_by_id():
    supplies = [supply("闸阀", identity) for identity in ("S2", "S10", "S1", "S3")]
    found = match([demand("闸阀")], supplies).suggestions
    assert [(s.supply_id, s.rank) for s in found] == [("S1", 1), ("S10", 2), ("S2", 3), ("S3", 4)]
    assert len({s.probability for s in found}) == 1
    cut = match([demand("闸阀")], supplies[::-1], Parameters(top=2)).suggestions
    assert [s.supply_id for s in cut] == ["S1", "S10"]


def test_a_better_one_stands_first_whatever_its_id():
    found = match([demand("闸阀")], [supply("球阀", "S1"), supply("闸阀", "S2")]).suggestions
    assert [s.supply_id for s in found] == ["S2", "S1"]


def test_several_products_in_a_cell_fold_to_the_best():
    wanted = dataclasses.replace(demand("阀门、烧碱", "D1"), products=("阀门", "烧碱"))
    offered = [
        dataclasses.replace(supply("法兰、氢氧化钠", "S1"), products=("法兰", "氢氧化钠")),
        supply("闸阀", "S2"),
    ]
    found = match([wanted], offered).suggestions
    assert sorted(s.supply_id for s in found) == ["S1", "S2"]  # one for each pair of rows
    best = {s.supply_id: s for s in found}
    assert (best["S1"].demand_product, best["S1"].supply_product) == ("烧碱", "氢氧化钠")
    assert (best["S2"].demand_product, best["S2"].supply_product) == ("阀门", "闸阀")
    single = match(
        [demand("烧碱", "D1")],
        [supply("氢氧化钠", "S1")],
        statistics=match([wanted], offered).statistics,
    )
    assert single.suggestions[0].probability == best["S1"].probability


@pytest.mark.parametrize("top", [1, 2, 5])
def test_top_keeps_the_first(rows, top):
    demands, supplies = rows
    everything = match(demands, supplies).by_demand()
    cut = match(demands, supplies, Parameters(top=top)).by_demand()
    assert cut == {d: found[:top] for d, found in everything.items()}


@pytest.mark.parametrize("least", [0.1, 0.5, 0.9])
def test_min_score_drops_the_weak_and_nothing_else(rows, least):
    everything = match(*rows)
    cut = match(*rows, Parameters(min_score=least))
    assert cut.suggestions == tuple(s for s in everything.suggestions if s.probability >= least)
    assert cut.gaps == everything.gaps


def test_ranks_count_from_one_and_scores_never_rise(rows):
    for found in match(*rows).by_demand().values():
        assert [s.rank for s in found] == list(range(1, len(found) + 1))
        scores = [s.probability for s in found]
        assert scores == sorted(scores, reverse=True)
        assert len({s.supply_id for s in found}) == len(found)


def test_a_gap_is_a_demand_without_an_acceptable_supplier(rows):
    demands, supplies = rows
    for acceptable in (0.3, 0.5, 0.9):
        found = match(demands, supplies, Parameters(acceptable=acceptable))
        best = {d: s[0].probability for d, s in found.by_demand().items()}
        ids = sorted(d.demand_id for d in demands)
        assert list(found.gaps) == [i for i in ids if best.get(i, 0.0) < acceptable]


def test_a_demand_with_nothing_near_is_a_gap_and_its_twin_is_none():
    found = match([demand("闸阀", "D1"), demand("xyz", "D2")], [supply("闸阀")])
    assert found.gaps == ("D2",)
    assert [s.demand_id for s in found.suggestions] == ["D1"]


@pytest.mark.parametrize(
    ("demands", "supplies"), [([], []), ([demand("闸阀")], []), ([], [supply("闸阀")])]
)
def test_empty_lists_give_no_suggestions(demands, supplies):
    found = match(demands, supplies)
    assert found.suggestions == ()
    assert found.gaps == tuple(d.demand_id for d in demands)


def test_names_that_say_nothing_match_nothing():
    found = match([demand("", "D1"), demand("。", "D2")], [supply("", "S1"), supply("—", "S2")])
    assert found.suggestions == ()
    assert found.gaps == ("D1", "D2")


@pytest.mark.parametrize(
    ("present", "firm", "expected"),
    [
        ("博乐市兴农棉业有限公司", "博乐市兴农棉业有限公司", True),
        ("博乐市兴农棉业", "博乐市兴农棉业有限公司", True),
        ("博乐市兴农棉业有限责任公司", "博乐市兴农棉业", True),
        ("ＡＢＣ（新疆）棉业有限公司", "ABC(新疆)棉业有限公司", True),
        ("甲公司、博乐市兴农棉业；乙公司", "博乐市兴农棉业有限公司", True),
        ("甲公司\n博乐市兴农棉业", "博乐市兴农棉业有限公司", True),
        ("博乐市兴农棉业二厂", "博乐市兴农棉业有限公司", False),
        ("兴农", "博乐市兴农棉业有限公司", False),
        ("", "博乐市兴农棉业有限公司", False),
        ("无", "", False),
    ],
)
def test_a_firm_that_supplies_already_is_said_to(present, firm, expected):
    found = match([demand("皮棉", current_supplier=present)], [supply("皮棉", enterprise=firm)])
    assert found.suggestions[0].already_supplying is expected


def test_parameters_statistics_and_model_stand_in_the_result(rows):
    demands, supplies = rows
    statistics = Statistics.of([analyse(name) for name in ("闸阀", "球阀", "铜杆")])
    parameters = Parameters(top=3)
    found = match(demands[:2], supplies[:5], parameters, statistics=statistics)
    assert found.parameters == parameters
    assert found.statistics is statistics
    assert found.model_version == coefficients().version


def test_progress_is_told_and_ends_at_all(rows):
    told = []
    match(rows[0][:5], rows[1][:20], progress=lambda *news: told.append(news))
    stages = list(dict.fromkeys(stage for stage, *_ in told))
    assert stages == ["分析需求", "分析供给", "召回候选", "打分排序"]
    assert all(done <= total for _, done, total in told)
    for stage in stages:
        last = [news for news in told if news[0] == stage][-1]
        assert last[1] == last[2]


def test_without_explanations_the_scores_are_the_same(rows):
    full, bare = match(*rows), match(*rows, Parameters(explain=False))
    assert [(s.supply_id, s.probability) for s in bare.suggestions] == [
        (s.supply_id, s.probability) for s in full.suggestions
    ]
    assert all(s.explanation.contributions == () for s in bare.suggestions)
