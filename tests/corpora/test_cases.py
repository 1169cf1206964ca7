"""The labelled cases: whole, well-formed, and ranked by the shipped model as their tiers say."""

import re
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from matcher.knowledge import read_cases
from matcher.quantity import parse_quantity
from matcher.ranking import Parameters, match
from matcher.ranking.fit import TIERS, load_cases

COLUMNS = [
    "case_id", "group", "difficulty", "tier",
    "demand_product", "demand_spec", "demand_standard", "demand_quantity", "demand_unit",
    "supply_product", "supply_spec", "supply_standard", "supply_capacity", "supply_unit",
    "reason",
]  # fmt: skip
DIFFICULTIES = {
    "synonym", "broader", "head", "spec", "standard", "quantity", "typo", "long text", "several products",
    "service", "no supplier", "plain",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return list(read_cases())


def test_there_are_enough_of_them(rows):
    assert len(rows) >= 300
    assert len({place.split(":")[0] for place, _ in rows}) >= 10


def test_columns(rows):
    for place, row in rows:
        assert list(row) == COLUMNS, place


def test_ids_are_unique_and_carry_the_file_name(rows):
    ids = [row["case_id"] for _, row in rows]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    for place, row in rows:
        chain = place.split("/")[-1].split(".")[0]
        assert re.fullmatch(rf"{chain}-\d{{3,}}", row["case_id"]), place


def test_words_of_the_labels(rows):
    for place, row in rows:
        assert row["tier"] in TIERS, place
        assert row["difficulty"] in DIFFICULTIES, place


def test_what_every_case_must_say(rows):
    for place, row in rows:
        for key in ("group", "demand_product", "supply_product", "reason"):
            assert row[key].strip(), f"{place}: {key}"


def test_every_quantity_can_be_read(rows):
    for place, row in rows:
        for text, unit in (
            (row["demand_quantity"], row["demand_unit"]),
            (row["supply_capacity"], row["supply_unit"]),
        ):
            parse_quantity(text, unit), place


def test_no_pair_is_judged_twice_with_another_verdict(rows):
    verdicts = defaultdict(set)
    for _, row in rows:
        verdicts[tuple(row[key] for key in COLUMNS[4:-1])].add(row["tier"])
    assert [pair for pair, tiers in verdicts.items() if len(tiers) > 1] == []


def test_every_tier_and_most_difficulties_occur(rows):
    tiers = Counter(row["tier"] for _, row in rows)
    assert all(tiers[tier] >= 50 for tier in TIERS)
    assert DIFFICULTIES - {row["difficulty"] for _, row in rows} == set()


def test_every_group_has_rivals(rows):
    """A group of one tier alone teaches nothing about telling apart."""
    groups = defaultdict(set)
    for place, row in rows:
        groups[place.split(":")[0], row["group"]].add(row["tier"])
    alone = [group for group, tiers in groups.items() if len(tiers) == 1]
    assert len(alone) <= len(groups) / 20, alone


@pytest.fixture(scope="module")
def scores():
    """The shipped model's probability of each case, by tier."""
    from matcher.ranking.features import PairBlock, Side
    from matcher.ranking.scoring import coefficients, probability, score
    from matcher.ranking.statistics import Statistics
    from matcher.terms import analyse, products_of

    cases = load_cases()
    left = [(c, p) for c, case in enumerate(cases) for p in products_of(case.demand)]
    right = [(c, p) for c, case in enumerate(cases) for p in products_of(case.supply)]
    wanted = [analyse(p.name, p.spec, cases[c].demand.standard) for c, p in left]
    offered = [analyse(p.name, p.spec, cases[c].supply.standard) for c, p in right]
    statistics = Statistics.of([*wanted, *offered])
    pairs = [(i, j) for i, (c, _) in enumerate(left) for j, (e, _) in enumerate(right) if c == e]
    d, s = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    block = PairBlock(
        Side.of([cases[c].demand for c, _ in left], wanted, statistics),
        Side.of([cases[c].supply for c, _ in right], offered, statistics),
        d, s,
    )  # fmt: skip
    found = score(block, coefficients())
    best = {}
    for k, (i, _) in enumerate(pairs):
        c = left[i][0]
        best[c] = max(best.get(c, 0.0), probability(int(found.log_odds[k])))
    by_tier = defaultdict(lambda: defaultdict(list))
    for c, case in enumerate(cases):
        by_tier[case.difficulty][case.tier].append(best[c])
        by_tier[""][case.tier].append(best[c])
    return by_tier


def test_mean_scores_fall_from_tier_to_tier(scores):
    means = [np.mean(scores[""][tier]) for tier in TIERS]
    assert all(a > b + 0.02 for a, b in pairwise(means)), means


@pytest.mark.parametrize("difficulty", sorted({case.difficulty for case in load_cases()}))
def test_mean_scores_fall_within_every_difficulty(scores, difficulty):
    """Over the tiers with at least ten pairs."""
    found = [scores[difficulty][tier] for tier in TIERS if len(scores[difficulty][tier]) >= 10]
    means = [np.mean(values) for values in found]
    assert all(a > b for a, b in pairwise(means)), means


def test_scores_do_not_bunch(scores):
    """A queue whose scores are all the same cannot be ordered."""
    found = [p for tier in TIERS for p in scores[""][tier]]
    assert Counter(found).most_common(1)[0][1] <= len(found) / 20
    assert len(set(found)) > len(found) / 2


def test_the_case_itself_is_among_the_suggestions_of_its_demand():
    """End to end: a STRONG supplier of a case stands among the first of its own group's supplies."""
    cases = load_cases()
    chosen = [case for case in cases if case.tier == "STRONG"][::25]
    supplies = [case.supply for case in cases]
    ranking = match([case.demand for case in chosen], supplies, Parameters(top=50, explain=False))
    found = {(s.demand_id, s.supply_id) for s in ranking.suggestions}
    hits = [(c.demand.demand_id, c.supply.supply_id) in found for c in chosen]
    assert sum(hits) >= 0.9 * len(hits)
