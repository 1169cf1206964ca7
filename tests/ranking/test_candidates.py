"""The candidates are defined exactly; accelerators only find them faster."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking.candidates import nearest
from tests.ranking.builders import environment

TOPN = ["", "scipy"]


def brute_force(demands, supplies, k):
    """For every demand: the k largest rounded cosines, all that tie with the k-th, none that is 0."""
    found = []
    products = np.round(demands @ supplies.T, 6)
    for d, row in enumerate(products):
        order = sorted(row, reverse=True)
        cut = order[k - 1] if len(order) >= k else 0.0
        found += [(d, s, v) for s, v in enumerate(row) if v > 0 and v >= cut]
    return found


def found(demands, supplies, k, topn):
    with environment(XIESHOU_TOPN=topn):
        d, s, v = nearest(sp.csr_matrix(demands), sp.csr_matrix(supplies), k)
    return list(zip(d.tolist(), s.tolist(), v.tolist(), strict=True))


# Eighths add up exactly in any order, so that ties are ties; the tiny parts are below what float32
# can tell apart, and some of them below the rounding.
EIGHTHS = st.sampled_from([0.0, 0.0, 0.0, 0.125, 0.25, 0.5, 0.875])
TINY = st.sampled_from([0.0, 0.0, 2.0**-15, 2.0**-18, 2.0**-24])


@st.composite
def lists(draw):
    """Few different rows, many copies: more ties than any accelerator asks for."""
    columns = draw(st.integers(1, 5))
    kinds = draw(
        st.lists(
            st.lists(
                st.builds(lambda a, b: a + b if a else 0.0, EIGHTHS, TINY),
                min_size=columns,
                max_size=columns,
            ),
            min_size=1,
            max_size=5,
        )
    )
    pick = st.integers(0, len(kinds) - 1)
    wanted = draw(st.lists(pick, min_size=1, max_size=4))
    offered = draw(st.lists(pick, min_size=1, max_size=6))
    copies = draw(st.sampled_from([1, 3, 12, 40]))
    rows = np.array(kinds, dtype=np.float64)
    return rows[wanted], rows[offered * copies]


@pytest.mark.parametrize("topn", TOPN)
@settings(max_examples=150, deadline=None)
@given(lists(), st.integers(1, 12))
def test_candidates_equal_brute_force(topn, made, k):
    demands, supplies = made
    assert found(demands, supplies, k, topn) == brute_force(demands, supplies, k)


@pytest.mark.parametrize("topn", TOPN)
def test_ties_at_the_cut_are_all_kept(topn):
    supplies = np.array([[1.0, 0.0]] * 3 + [[0.5, 0.5]] * 200)
    demands = np.array([[1.0, 0.0]])
    assert len(found(demands, supplies, 3, topn)) == 3
    assert len(found(demands, supplies, 4, topn)) == 203
    assert len(found(demands, supplies, 500, topn)) == 203


@pytest.mark.parametrize("topn", TOPN)
def test_what_differs_below_the_rounding_is_a_tie_and_above_it_is_not(topn):
    demands = np.array([[1.0]])
    assert len(found(demands, np.array([[0.5], [0.5 - 2e-8]]), 1, topn)) == 2
    assert len(found(demands, np.array([[0.5], [0.5 - 2e-6]]), 1, topn)) == 1


@pytest.mark.parametrize("topn", TOPN)
def test_real_unit_vectors(topn):
    """Random sparse rows of length one, against the dense product."""
    random = np.random.default_rng(7)
    rows = sp.random(260, 60, density=0.1, random_state=random, format="csr").toarray()
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    demands, supplies = rows[:60], rows[60:]
    mine = found(demands, supplies, 10, topn)
    expected = brute_force(demands, supplies, 10)
    assert [(d, s) for d, s, _ in mine] == [(d, s) for d, s, _ in expected]
    assert [v for *_, v in mine] == pytest.approx([v for *_, v in expected], abs=1.1e-6)


@pytest.mark.parametrize("topn", TOPN)
@pytest.mark.parametrize(("demands", "supplies"), [(0, 5), (5, 0), (0, 0)])
def test_empty_lists(topn, demands, supplies):
    assert found(np.ones((demands, 3)), np.ones((supplies, 3)), 5, topn) == []


@pytest.mark.parametrize("topn", TOPN)
def test_rows_with_nothing_in_common_are_left_out(topn):
    assert found(np.eye(3), np.eye(3)[1:], 5, topn) == [(1, 0, 1.0), (2, 1, 1.0)]


def test_many_demands_are_cut_into_blocks_without_a_seam():
    random = np.random.default_rng(3)
    demands = random.choice([0.0, 0.25, 0.5], size=(1100, 4))
    supplies = random.choice([0.0, 0.25, 0.5], size=(50, 4))
    assert found(demands, supplies, 5, "scipy") == found(demands, supplies, 5, "")
