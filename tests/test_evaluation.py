"""Measures of quality against worked examples and a slow reference."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import UnreadableListError
from matcher.evaluation import (
    evaluate,
    hit,
    ndcg,
    read_judgements,
    recall,
    reciprocal_rank,
)


def test_ndcg_by_hand():
    """Gains 3, 0, 1 at ranks 1, 2, 3 against the ideal 3, 1."""
    grades = {"a": 2.0, "b": 1.0, "x": 0.0}
    found = 3 / math.log2(2) + 0 / math.log2(3) + 1 / math.log2(4)
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert ndcg(["a", "x", "b"], grades) == pytest.approx(found / ideal)
    assert ndcg(["a", "b", "x"], grades) == 1.0
    assert ndcg(["x", "y"], grades) == 0.0
    assert ndcg(["x", "a"], grades, k=1) == 0.0
    assert ndcg([], grades) == 0.0
    assert ndcg(["a"], {}) == 0.0


def test_recall_by_hand():
    grades = {"a": 2.0, "b": 1.0, "c": 1.0, "x": 0.0}
    assert recall(["a", "x", "b"], grades) == pytest.approx(2 / 3)
    assert recall(["a", "x", "b"], grades, k=2) == pytest.approx(1 / 3)
    assert recall(["x", "a"], grades, least=2.0) == 1.0
    assert recall(["x", "b"], grades, least=2.0) == 0.0
    assert recall(["a"], {"a": 0.0}) == 0.0


def test_hit_and_reciprocal_rank_by_hand():
    grades = {"a": 1.0, "x": 0.0}
    assert hit(["a", "x"], grades) == 1.0
    assert hit(["x", "a"], grades) == 0.0
    assert hit(["x", "a"], grades, k=2) == 1.0
    assert reciprocal_rank(["x", "y", "a"], grades) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"], grades) == 0.0


def test_a_supply_named_twice_counts_once():
    grades = {"a": 1.0, "b": 1.0}
    assert ndcg(["a", "a", "b"], grades) == ndcg(["a", "b"], grades) == 1.0
    assert recall(["a", "a", "b"], grades, k=2) == 1.0
    assert reciprocal_rank(["x", "x", "a"], grades) == 0.5


IDS = st.sampled_from("abcdefgh")
GRADES = st.dictionaries(IDS, st.sampled_from([0.0, 1.0, 2.0]), max_size=8)
RANKING = st.lists(IDS, unique=True, max_size=8)


def slow_ndcg(ranking, grades, k):
    def gain(order):
        total = 0.0
        for rank in range(1, min(k, len(order)) + 1):
            total += (2 ** grades.get(order[rank - 1], 0.0) - 1) / math.log2(rank + 1)
        return total

    ideal = gain(sorted(grades, key=lambda s: -grades[s]))
    return gain(ranking) / ideal if ideal > 0 else 0.0


@given(RANKING, GRADES, st.integers(1, 9))
def test_measures_equal_a_slow_reference(ranking, grades, k):
    assert ndcg(ranking, grades, k) == pytest.approx(slow_ndcg(ranking, grades, k))
    good = [s for s in grades if grades[s] >= 1]
    found = [s for s in good if s in ranking[:k]]
    assert recall(ranking, grades, k) == (len(found) / len(good) if good else 0.0)
    ranks = [ranking.index(s) + 1 for s in good if s in ranking]
    assert hit(ranking, grades, k) == float(bool(ranks) and min(ranks) <= k)
    assert reciprocal_rank(ranking, grades) == (1 / min(ranks) if ranks else 0.0)


@given(RANKING, GRADES)
def test_bounds_and_the_best_order(ranking, grades):
    assert 0.0 <= ndcg(ranking, grades) <= 1.0 + 1e-12
    best = sorted(grades, key=lambda s: -grades[s])
    assert ndcg(best, grades) == pytest.approx(float(any(grades.values())))
    assert ndcg(ranking, grades) <= ndcg(best, grades) + 1e-12


def test_evaluate_is_the_mean_over_judged_demands():
    judgements = {
        "d1": {"a": 2.0, "b": 1.0},
        "d2": {"c": 1.0},
        "d3": {"x": 0.0},  # nothing relevant: does not count
        "d4": {"e": 1.0},  # no ranking: counts as 0
    }
    rankings = {"d1": ["a", "b"], "d2": ["x", "c"], "d3": ["x"], "d9": ["a"]}
    scores = evaluate(rankings, judgements)
    assert scores.demands == 3
    assert scores.ndcg_at_10 == pytest.approx((1 + 1 / math.log2(3) + 0) / 3)
    assert scores.recall_at_10 == pytest.approx(2 / 3)
    assert scores.recall_best_at_10 == 1.0  # only d1 has the best grade
    assert scores.hit_at_1 == pytest.approx(1 / 3)
    assert scores.mrr == pytest.approx((1 + 0.5 + 0) / 3)
    assert scores.as_dict()["nDCG@10"] == scores.ndcg_at_10


def test_recall_at_100_looks_further_than_recall_at_10():
    ranking = [f"x{i}" for i in range(50)] + ["a"]
    scores = evaluate({"d": ranking}, {"d": {"a": 1.0}})
    assert (scores.recall_at_10, scores.recall_at_100, scores.mrr) == (0.0, 1.0, 1 / 51)


def test_nothing_judged_is_zero_and_no_error():
    assert evaluate({"d": ["a"]}, {}).as_dict() == dict.fromkeys(evaluate({}, {}).as_dict(), 0)


def test_judgements_are_read_with_and_without_grades(tmp_path):
    path = tmp_path / "判断.tsv"
    path.write_text(
        'demand_id\tsupply_id\tgrade\nd1\ta\t2\nd1\tb\t0\nd2\t"c\t1\n', encoding="utf-8-sig"
    )
    assert read_judgements(path) == {"d1": {"a": 2.0, "b": 0.0}, "d2": {'"c': 1.0}}
    path.write_text("demand_id\tsupply_id\nd1\ta\n", encoding="utf-8")
    assert read_judgements(path) == {"d1": {"a": 1.0}}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("demand\tsupply\tgrade\nd\ts\t1\n", "第 2 行"),
        ("demand_id\tsupply_id\tgrade\nd\ts\t1\nd\ts\t好\n", "第 3 行"),
        ("demand_id\tsupply_id\tgrade\nd\ts\t-1\n", "第 2 行"),
        ("demand_id\tsupply_id\tgrade\nd\ts\tnan\n", "第 2 行"),
        ("demand_id\tsupply_id\tgrade\nd\n", "第 2 行"),
        ("demand_id,supply_id,grade\nd,s,1\n", "第 2 行"),
    ],
)
def test_a_fault_in_judgements_names_file_and_line(tmp_path, content, place):
    path = tmp_path / "qrels.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableListError) as caught:
        read_judgements(path)
    assert "qrels.tsv" in str(caught.value)
    assert place in str(caught.value)


def test_a_missing_file_says_what_is_wanted(tmp_path):
    with pytest.raises(UnreadableListError, match=r"找不到判断文件.*无\.tsv.*demand_id"):
        read_judgements(tmp_path / "无.tsv")
