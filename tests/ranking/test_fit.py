"""The shipped coefficients are what the documented fit gives, and what the fit promises holds."""

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from matcher.evaluation import expected_calibration_error
from matcher.ranking import coefficients
from matcher.ranking.features import FEATURES
from matcher.ranking.fit import (
    FIXED,
    NEIGHBOURS,
    PRIORS,
    STRENGTH,
    TIERS,
    Sample,
    fit,
    load_cases,
    out_of_fold,
    training_sample,
)

NAMES = tuple(name for name in FEATURES if name not in PRIORS)


@pytest.fixture(scope="module")
def cases():
    return load_cases()


@pytest.fixture(scope="module")
def sample(cases):
    return training_sample(cases, NAMES)


@pytest.fixture(scope="module")
def chance(sample):
    return out_of_fold(sample, NAMES)


def test_the_shipped_file_is_what_the_command_writes(sample):
    found = fit(sample, NAMES)
    shipped = coefficients()
    assert shipped.base == pytest.approx(found.base, abs=2e-3)
    expected = {name: weight for name, weight in found.weights.items() if abs(weight) >= 5e-5}
    assert dict(shipped.weights) == pytest.approx(expected | PRIORS, abs=2e-3)


def test_every_case_is_in_the_sample_once_and_no_neighbour_is_accepted(sample, cases):
    times = Counter(sample.case.tolist())
    neighbours = times.pop(-1)
    distinct = {
        (c.demand.product_name, c.demand.spec, c.supply.product_name, c.supply.spec) for c in cases
    }
    assert set(times.values()) == {1}
    assert len(distinct) <= len(times) <= len(cases)
    assert neighbours > len(times)
    assert not sample.accepted[sample.case < 0].any()
    for case, accepted in zip(sample.case, sample.accepted, strict=True):
        if case >= 0:
            assert accepted == (cases[case].tier in {"STRONG", "MEDIUM"})


def test_neighbours_are_few_for_each_demand(sample, cases):
    demands = {(c.demand.product_name, c.demand.spec) for c in cases}
    products = sum(len(c.demand.products or ("",)) for c in cases)
    assert (sample.case < 0).sum() <= NEIGHBOURS * (len(demands) + products)


def test_it_is_the_constrained_optimum(sample):
    """Against a general solver of the same problem, on a part of the sample."""
    part = Sample(
        *(column[::7] for column in (sample.values, sample.accepted, sample.groups, sample.case))
    )
    found = fit(part, NAMES)
    free = [name for name in NAMES if name not in FIXED]
    held = sum(w * part.values[:, NAMES.index(n)] for n, w in FIXED.items())
    x = part.values[:, [NAMES.index(name) for name in free]]
    y = np.where(part.accepted, 1.0, -1.0)

    def loss(theta):
        margin = y * (theta[0] + x @ theta[1:] + held)
        slope = -y * expit(-margin)
        gradient = np.concatenate([[slope.sum()], x.T @ slope + theta[1:] / STRENGTH])
        return np.logaddexp(0, -margin).sum() + theta[1:] @ theta[1:] / (2 * STRENGTH), gradient

    bounds = [(None, None), *((0, None) if FEATURES[n].sign > 0 else (None, 0) for n in free)]
    best = minimize(loss, np.zeros(len(free) + 1), jac=True, bounds=bounds, method="L-BFGS-B",
                    options={"maxiter": 10_000, "ftol": 1e-14, "gtol": 1e-9})  # fmt: skip
    ours = np.array([found.base, *(found.weights.get(name, 0.0) for name in free)])
    assert loss(ours)[0] == pytest.approx(best.fun, abs=1e-5)
    assert ours == pytest.approx(best.x, abs=5e-3)


def test_weights_obey_their_signs(sample):
    for name, weight in fit(sample, NAMES).weights.items():
        assert weight * FEATURES[name].sign > 0, name


def test_probabilities_are_calibrated_out_of_fold(sample, chance):
    assert expected_calibration_error(chance, sample.accepted) <= 0.05


def test_groups_are_never_in_both_parts(sample):
    """A group whose labels are all turned round does not change its own probabilities."""
    group = sample.groups[0]
    turned = np.where(sample.groups == group, ~sample.accepted, sample.accepted)
    again = out_of_fold(Sample(sample.values, turned, sample.groups, sample.case), NAMES)
    mine = sample.groups == group
    assert again[mine] == pytest.approx(out_of_fold(sample, NAMES)[mine], abs=1e-6)


def test_scores_fall_from_tier_to_tier_out_of_fold(sample, chance, cases):
    means = [
        np.mean(
            [
                p
                for p, c in zip(chance, sample.case, strict=True)
                if c >= 0 and cases[c].tier == tier
            ]
        )
        for tier in TIERS
    ]
    assert means == sorted(means, reverse=True)
