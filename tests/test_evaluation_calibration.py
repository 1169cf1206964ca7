"""Calibration and the precision–recall curve, against scikit-learn and by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from matcher.evaluation import (
    TierMean,
    by_difficulty,
    expected_calibration_error,
    pool,
    precision_recall,
    read_difficulties,
    read_judgements,
    reliability,
)

# Few different values, so that pairs share one and the ends occur.
CHANCE = st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.55, 0.7, 0.95, 1.0]) | st.floats(0, 1)
PAIRS = st.lists(st.tuples(CHANCE, st.booleans()), min_size=1, max_size=60)


def arrays(pairs):
    return np.array([p for p, _ in pairs]), np.array([r for _, r in pairs], dtype=bool)


@given(PAIRS.filter(lambda pairs: any(r for _, r in pairs)))
def test_the_curve_is_that_of_scikit_learn(pairs):
    probability, relevant = arrays(pairs)
    curve = precision_recall(probability, relevant)
    precision, recall, threshold = precision_recall_curve(relevant, probability)
    assert curve.threshold.tolist() == threshold[::-1].tolist()
    # Theirs ends in a point (1, 0) that belongs to no threshold.
    assert curve.precision == pytest.approx(precision[-2::-1])
    assert curve.recall == pytest.approx(recall[-2::-1])


def test_relevant_pairs_that_were_not_suggested_lower_recall_alone():
    probability, relevant = np.array([0.9, 0.4]), np.array([True, False])
    curve = precision_recall(probability, relevant, missed=3)
    assert curve.recall.tolist() == [0.25, 0.25]
    assert curve.precision.tolist() == [1.0, 0.5]


def test_a_curve_of_nothing_is_empty_and_of_nothing_relevant_flat():
    none = np.array([])
    assert len(precision_recall(none, none.astype(bool)).threshold) == 0
    curve = precision_recall(np.array([0.5, 0.2]), np.array([False, False]))
    assert (curve.precision.tolist(), curve.recall.tolist()) == ([0.0, 0.0], [0.0, 0.0])


@given(PAIRS, st.integers(1, 12))
def test_every_pair_lies_in_one_bin_of_its_probability(pairs, bins):
    probability, relevant = arrays(pairs)
    found = reliability(probability, relevant, bins)
    assert len(found) == bins
    assert sum(b.n for b in found) == len(pairs)
    assert sum(b.n * b.accuracy for b in found if b.n) == pytest.approx(relevant.sum())
    for one, after in pairwise(found):
        assert one.high == after.low
    for b in found:
        assert b.n == 0 or b.low - 1e-9 <= b.confidence <= b.high + 1e-9


def test_bins_by_hand():
    probability = np.array([0.0, 0.05, 0.1, 0.95, 1.0])
    found = reliability(probability, np.array([False, True, False, True, True]))
    assert [b.n for b in found] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (found[0].confidence, found[0].accuracy) == (0.025, 0.5)
    assert (found[9].confidence, found[9].accuracy) == (0.975, 1.0)
    gap = 2 * (0.5 - 0.025) + 1 * 0.1 + 2 * (1.0 - 0.975)
    error = expected_calibration_error(probability, np.array([False, True, False, True, True]))
    assert error == pytest.approx(gap / 5)


def test_no_pairs_are_no_error():
    none = np.array([])
    assert expected_calibration_error(none, none.astype(bool)) == 0.0


def test_the_pool_holds_judged_demands_alone_and_counts_what_is_missing():
    judgements = {"1": {"a": 2.0, "b": 0.0, "c": 1.0}, "2": {"a": 1.0}, "3": {"a": 0.0}}
    scored = {"1": {"a": 0.9, "b": 0.4, "x": 0.2}, "3": {"a": 0.8}, "4": {"a": 0.7}}
    found = pool(scored, judgements)
    assert found.probability.tolist() == [0.9, 0.4, 0.2]
    assert found.relevant.tolist() == [True, False, False]
    assert found.missed == 2  # c of the first demand, and the second demand has no suggestion


def test_means_by_difficulty_and_tier():
    pairs = [("spec", "3", 0.9), ("spec", "0", 0.2), ("name", "3", 0.5), ("spec", "3", 0.7)]
    found = by_difficulty(pairs)
    assert found == {
        "spec": {"3": TierMean(2, pytest.approx(0.8)), "0": TierMean(1, 0.2)},
        "name": {"3": TierMean(1, 0.5)},
    }
    assert list(found) == ["spec", "name"]
    assert by_difficulty([]) == {}


def test_difficulties_stand_beside_the_judgements(tmp_path):
    path = tmp_path / "qrels.tsv"
    path.write_text(
        "demand_id\tsupply_id\tgrade\tdifficulty\nd\ta\t2\tspec\nd\tb\t0\t\n", encoding="utf-8"
    )
    assert read_difficulties(path) == {("d", "a"): "spec"}
    assert read_judgements(path) == {"d": {"a": 2.0, "b": 0.0}}
    path.write_text("demand_id\tsupply_id\tgrade\nd\ta\t2\n", encoding="utf-8")
    assert read_difficulties(path) == {}
