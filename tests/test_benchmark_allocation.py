"""The generated prefectures: the same for a seed, as tight as they claim, and a plan is never worse."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from benchmarks.allocation import BASELINES, SEEDS, WAYS, figures, prefecture, tightness
from matcher.allocation import Options, solve, violations


@pytest.mark.parametrize("seed", [0, 7, SEEDS - 1])
def test_a_plan_is_never_worth_less_than_a_baseline(seed):
    instance = prefecture(seed)
    found = {way: figures(instance, plan(instance)) for way, plan in WAYS.items()}
    for way in BASELINES:
        assert found["plan"]["value"] >= found[way]["value"] - 1e-6
        assert 0 < found[way]["covered"] <= 1 + 1e-9
    assert all(f["covered"] <= found["most"]["covered"] + 1e-6 for f in found.values())
    assert found["one-to-one"]["exposure"] == 1
    assert violations(instance, Options(), solve(instance)) == []


@pytest.mark.parametrize("way", WAYS)
def test_every_way_keeps_within_needs_and_capacities(way):
    instance = prefecture(SEEDS - 1)
    loads = {c.pair: c.load for c in instance.candidates}
    given: Counter[str] = Counter()
    for pair, share in WAYS[way](instance).items():
        given[pair[0]] += share
        given[pair[1]] += share * loads[pair]
    assert 0 < max(given.values()) <= 1 + 1e-6


def test_a_prefecture_is_the_same_for_a_seed_and_as_tight_as_it_says():
    assert prefecture(3) == prefecture(3)
    assert prefecture(3) != prefecture(4)
    instance = prefecture(9)
    groups: dict[str, list[float]] = {}
    for rows, place, amount in (
        (instance.demands, 0, "quantity"),
        (instance.supplies, 1, "capacity"),
    ):
        for row in rows:
            groups.setdefault(row.unit, [0.0, 0.0])[place] += getattr(row, amount)
    for need, capacity in groups.values():
        assert math.isclose(need / capacity, tightness(9))
