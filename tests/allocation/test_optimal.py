"""A plan is as good as any: against trying everything, and against a flow."""

from __future__ import annotations

import random

import numpy as np
import pytest

from matcher.allocation import Options, solve, violations
from matcher.allocation.flow import is_pure, min_cost_flow, quantities
from matcher.allocation.graph import sort
from matcher.allocation.greedy import greedy, loose_bound, objective
from matcher.allocation.programme import Programme
from tests.allocation.making import drawn, rules, small
from tests.allocation.reference import best, simplex, worth


def test_the_reference_knows_a_textbook_case():
    assert simplex([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]) == pytest.approx(36)
    assert simplex([-1, -1], [[-1, -2], [-3, -1]], [-4, -6]) == pytest.approx(-2.8)
    assert simplex([1], [[1], [-1]], [1, -2]) is None


@pytest.mark.parametrize("seed", range(150))
def test_as_good_as_trying_everything(seed):
    rng = random.Random(seed)
    instance, options = drawn(rng), rules(rng, whole=False)
    plan = solve(instance, options)
    assert worth(instance, options, plan.shares) == pytest.approx(best(instance, options), abs=1e-5)
    assert plan.proven
    assert plan.bound == pytest.approx(plan.value, abs=1e-5)


@pytest.mark.parametrize("seed", range(150))
def test_as_good_as_trying_everything_with_whole_decisions(seed):
    rng = random.Random(1000 + seed)
    instance, options = drawn(rng, most=4, pairs=7), rules(rng, whole=True)
    plan = solve(instance, options)
    assert worth(instance, options, plan.shares) == pytest.approx(best(instance, options), abs=1e-5)
    assert plan.bound == pytest.approx(plan.value, abs=1e-4)


@pytest.mark.parametrize("seed", range(100))
def test_equal_to_a_min_cost_flow_where_both_apply(seed):
    instance = drawn(random.Random(seed), most=9, pure=True, odd=False)
    graph = sort(instance, Options()).graph
    flow = min_cost_flow(graph, Options())
    assert flow is not None
    assert objective(graph, Options(), flow) == pytest.approx(solve(instance).value, abs=1e-6)


def test_a_flow_is_refused_where_it_does_not_apply():
    rng = random.Random(5)
    pure = sort(drawn(rng, most=6, pure=True, odd=False), Options()).graph
    assert is_pure(Options(), pure)
    assert min_cost_flow(pure, Options(max_suppliers=1)) is None
    # 2 needs, 2 capacities, and loads that no quantities have: a circle that gains on its way
    instance = small({"A": 1, "B": 1}, {"S": 1, "T": 1},
                     {(d, s): 0.5 for d in "AB" for s in "ST"})  # fmt: skip
    graph = sort(instance, Options()).graph
    assert quantities(graph) is not None
    graph.load[0] = 2.0  # of four pairs in a circle
    assert quantities(graph) is None
    assert min_cost_flow(graph, Options()) is None


@pytest.mark.parametrize("seed", range(20))
def test_without_a_solver_a_pure_case_is_as_good_and_others_are_feasible(seed, monkeypatch):
    rng = random.Random(seed)
    pure, mixed, options = drawn(rng, pure=True, odd=False), drawn(rng), rules(rng, whole=True)
    truth = solve(pure).value
    monkeypatch.setattr(Programme, "relaxed", lambda _self, _seconds: None)
    assert solve(pure).value == pytest.approx(truth, abs=1e-6)
    plan = solve(mixed, options)
    assert violations(mixed, options, plan) == []
    assert plan.bound >= plan.value - 1e-9


@pytest.mark.parametrize("seed", range(60))
def test_bounds_hold_and_greedy_is_never_better(seed):
    rng = random.Random(seed)
    instance, options = drawn(rng, most=8), rules(rng, whole=seed % 2 == 0)
    graph = sort(instance, options).graph
    plan = solve(instance, options)
    ids = list(zip(graph.demand, graph.supply, strict=True))
    ordered = sort(instance, options)
    share = np.array(
        [plan.shares.get((ordered.demand_ids[d], ordered.supply_ids[s]), 0.0) for d, s in ids]
    )
    mine = objective(graph, options, share)
    assert objective(graph, options, greedy(graph, options)) <= mine + 1e-6
    assert mine <= loose_bound(graph, options) + 1e-6


def test_the_strong_supplier_goes_where_nobody_else_can():
    """Both want S; only one of them has somebody else."""
    instance = small(
        {"D1": 100, "D2": 100}, {"S": 100, "T": 100},
        {("D1", "S"): 0.9, ("D1", "T"): 0.8, ("D2", "S"): 0.7},
    )  # fmt: skip
    plan = solve(instance)
    assert {a.pair: a.quantity for a in plan.assignments} == {("D1", "T"): 100, ("D2", "S"): 100}
    assert plan.uncovered == ()
    assert plan.value == pytest.approx(1.5)


def test_two_suppliers_where_possible():
    """D1 gets a second firm although the first could do it all; D2 has only one."""
    instance = small(
        {"D1": 100, "D2": 100}, {"S": 300, "T": 100},
        {("D1", "S"): 0.9, ("D1", "T"): 0.2, ("D2", "S"): 0.7},
    )  # fmt: skip
    shares = solve(instance, Options(backups=True, gap=0)).shares
    assert shares == pytest.approx({("D1", "S"): 0.9, ("D1", "T"): 0.1, ("D2", "S"): 1.0})


def test_rows_of_one_firm_are_one_supplier():
    from dataclasses import replace

    instance = small(
        {"D": 100}, {"S": 50, "T": 50, "U": 50},
        {("D", "S"): 0.9, ("D", "T"): 0.8, ("D", "U"): 0.85},
    )  # fmt: skip
    assert set(solve(instance, Options(max_suppliers=1)).shares) == {("D", "S")}
    one = replace(instance, supplies=tuple(replace(s, firm="甲" if s.supply_id in "ST" else "乙")
                                           for s in instance.supplies))  # fmt: skip
    assert set(solve(one, Options(max_suppliers=1)).shares) == {("D", "S"), ("D", "T")}
    backed = solve(one, Options(backups=True, max_suppliers=2)).shares
    assert ("D", "U") in backed


def test_a_thousandfold_difference_is_solved_as_exactly():
    """A need of a million and capacities of one: nothing drowns in tolerances."""
    capacities = {f"S{i}": 1.0 for i in range(30)}
    instance = small({"D": 1e6}, capacities, {("D", s): 0.5 for s in capacities})
    plan = solve(instance)
    assert [a.quantity for a in plan.assignments] == [1.0] * 30
    assert plan.uncovered[0].quantity == 1e6 - 30
