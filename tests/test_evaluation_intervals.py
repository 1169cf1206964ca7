"""Bootstrap intervals: they hold the estimate, repeat themselves, and cover what they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.evaluation import LABELS, Interval, differences, evaluate, interval, intervals

IDS = st.sampled_from("abcdef")
GRADES = st.dictionaries(IDS, st.sampled_from([0.0, 1.0, 2.0]), max_size=5)
JUDGEMENTS = st.dictionaries(st.sampled_from("123456789"), GRADES, max_size=9)
RANKINGS = st.dictionaries(
    st.sampled_from("123456789"), st.lists(IDS, unique=True, max_size=6), max_size=9
)
few = settings(max_examples=25, deadline=None)


@few
@given(RANKINGS, JUDGEMENTS)
def test_every_interval_holds_its_estimate_which_is_the_mean(rankings, judgements):
    scores = evaluate(rankings, judgements)
    found = intervals(rankings, judgements)
    assert list(found) == list(LABELS)
    for name, one in found.items():
        assert one.estimate == getattr(scores, name)
        assert 0.0 <= one.low <= one.estimate <= one.high <= 1.0 + 1e-12


@few
@given(RANKINGS, JUDGEMENTS, st.integers(0, 3))
def test_the_same_seed_gives_the_same_intervals(rankings, judgements, seed):
    assert intervals(rankings, judgements, seed) == intervals(rankings, judgements, seed)


def test_another_seed_draws_other_demands():
    values = np.linspace(0, 1, 50) ** 3
    assert interval(values, seed=0) != interval(values, seed=1)


@few
@given(JUDGEMENTS.filter(lambda j: any(any(g.values()) for g in j.values())))
def test_a_perfect_ranking_is_1_without_any_doubt(judgements):
    perfect = {d: sorted(g, key=lambda s, g=g: -g[s]) for d, g in judgements.items()}
    assert set(intervals(perfect, judgements).values()) == {Interval(1.0, 1.0, 1.0)}


@few
@given(RANKINGS, JUDGEMENTS)
def test_a_ranking_does_not_differ_from_itself(rankings, judgements):
    found = differences(rankings, rankings, judgements)
    assert set(found.values()) == {Interval(0.0, 0.0, 0.0)}


@few
@given(RANKINGS, RANKINGS, JUDGEMENTS)
def test_a_difference_is_that_of_the_means_and_turns_around(one, other, judgements):
    mine, theirs = evaluate(one, judgements), evaluate(other, judgements)
    there = differences(one, other, judgements)
    back = differences(other, one, judgements)
    for name, found in there.items():
        assert found.estimate == pytest.approx(getattr(mine, name) - getattr(theirs, name))
        assert found.low <= found.estimate <= found.high
        assert back[name].low == pytest.approx(-found.high, abs=0.05)


def test_pairing_takes_away_what_is_hard_for_both():
    """One ranking finds the supply one place later than the other, for easy and hard demands."""
    judgements = {str(d): {"good": 1.0} for d in range(30)}

    def found_at(places):
        return {str(d): [*map(str, range(place)), "good"] for d, place in enumerate(places)}

    one = found_at(d % 9 for d in range(30))
    other = found_at(d % 9 + 1 for d in range(30))
    paired = differences(one, other, judgements)["ndcg_at_10"]
    mine, theirs = (intervals(r, judgements)["ndcg_at_10"] for r in (one, other))
    assert mine.low < theirs.high  # side by side nothing is certain
    assert paired.low > 0.0
    assert paired.high - paired.low < mine.high - mine.low


def test_the_interval_covers_the_true_mean_about_95_times_in_100():
    chance = np.random.default_rng(5)
    found = [interval(chance.beta(2, 3, size=60), resamples=400, seed=s) for s in range(300)]
    covered = sum(i.low <= 0.4 <= i.high for i in found) / len(found)
    assert 0.90 <= covered <= 0.98


def test_more_demands_leave_less_doubt():
    values = np.tile([0.0, 0.3, 1.0], 20)
    few_, many = interval(values), interval(np.tile(values, 16))
    assert few_.estimate == pytest.approx(many.estimate)
    assert (few_.high - few_.low) / (many.high - many.low) == pytest.approx(4.0, rel=0.15)


def test_demands_without_the_best_grade_are_no_part_of_its_interval():
    judgements = {"1": {"a": 2.0}, "2": {"b": 1.0}, "3": {"c": 1.0}}
    found = intervals({"1": ["a"]}, judgements)
    assert found["recall_best_at_10"] == Interval(1.0, 1.0, 1.0)
    assert found["recall_at_10"].low < found["recall_at_10"].high


@pytest.mark.parametrize("value", [0.1, 1 / 3, 0.7, 1 / 17])
def test_equal_values_leave_no_doubt_but_the_last_digit(value):
    """Means of equal values are rounded apart; the estimate must not fall out of its interval."""
    for count in range(1, 40):
        found = interval(np.full(count, value), resamples=50)
        assert found.low <= found.estimate <= found.high
        assert found.high - found.low == pytest.approx(0.0, abs=1e-15)


def test_nothing_judged_is_zero_and_no_error():
    assert interval(np.array([])) == Interval(0.0, 0.0, 0.0)
    assert set(intervals({"1": ["a"]}, {}).values()) == {Interval(0.0, 0.0, 0.0)}


def test_an_interval_is_readable():
    assert str(Interval(0.5, 0.25, 0.75)) == "0.5000 [0.2500, 0.7500]"
