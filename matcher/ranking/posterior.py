"""Refit a model on a few decisions, as the maximum a posteriori around a known one.

With ``y = ±1`` for accepted and rejected, ``x`` the feature values of a decided pair and ``b₀, w₀``
the known model,

    minimise  Σ log(1 + exp(−y (b + w·x))) + λ/2 ‖w − w₀‖² + β/2 (b − b₀)²

over weights that keep their features' signs: where the decisions say little, little changes.
Source: the Gaussian prior of Bayesian logistic regression, Bishop 2006, section 4.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from matcher.evaluation import expected_calibration_error
from matcher.ranking.features import FEATURES
from matcher.ranking.fit import Sample
from matcher.ranking.scoring import Coefficients

FOLDS = 5  # also the least number of demands
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)  # λ; at the last one only the base moves
BASE_STRENGTH = 0.1  # β: every decision speaks of the base, which may follow them freely
NAMES = tuple(FEATURES)

Theta = NDArray[np.float64]  # the base, then a weight for each of NAMES


def theta_of(model: Coefficients) -> Theta:
    """The parameters of a model."""
    return np.array([model.base, *(model.weights.get(name, 0.0) for name in NAMES)])


def posterior(sample: Sample, centre: Theta, strength: float) -> Theta:
    """The maximum a posteriori around ``centre`` with ``λ = strength``.

    Minimised by L-BFGS-B; the problem is strictly convex, so the start does not matter.
    """
    y = _signs(sample)
    pull = np.full(len(centre), strength)
    pull[0] = BASE_STRENGTH

    def loss(theta: Theta) -> tuple[float, Theta]:
        margin = y * (theta[0] + sample.values @ theta[1:])
        slope = -y * expit(-margin)
        away = theta - centre
        gradient = np.concatenate([[slope.sum()], sample.values.T @ slope]) + pull * away
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * pull @ away**2), gradient

    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    bounds += [(0.0, None) if FEATURES[name].sign > 0 else (None, 0.0) for name in NAMES]
    found = minimize(
        loss, centre, jac=True, bounds=bounds, method="L-BFGS-B",
        options={"maxiter": 5000, "ftol": 1e-12},
    )  # fmt: skip
    return np.asarray(found.x, dtype=np.float64)


def refit(
    sample: Sample, centre: Theta, keeps: Callable[[Theta], bool]
) -> tuple[Theta, float | None]:
    """The posterior at the strength that serves held decisions best.

    Args:
        sample: The decisions.
        centre: The shipped model.
        keeps: Whether parameters still tell right from wrong among the shipped cases; a strength
            whose posterior does not is passed over.

    Returns:
        Parameters and strength; the centre and None where no strength will do, or there are not
        two demands to compare.
    """
    if len(set(sample.groups)) < 2:
        return centre, None

    def loss(strength: float) -> float:
        rest = held(sample, partial(posterior, centre=centre, strength=strength))
        return float(losses(rest, sample).mean())

    for strength in sorted(STRENGTHS, key=loss):
        found = posterior(sample, centre, strength)
        if keeps(found):
            return found, strength
    return centre, None


def held(
    sample: Sample, fitting: Callable[[Sample], Theta], seen: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """For every decision the parameters that a fit without its demand gives.

    Args:
        sample: The decisions.
        fitting: Decisions in, parameters out.
        seen: Which decisions may be fitted on, shape (decisions,); all where not given.

    Returns:
        Shape (decisions, parameters).
    """
    found = np.zeros((len(sample.accepted), len(NAMES) + 1))
    folds = GroupKFold(min(FOLDS, len(set(sample.groups))))
    for train, test in folds.split(sample.values, sample.accepted, sample.groups):
        chosen = train if seen is None else train[seen[train]]
        found[test] = fitting(
            Sample(
                sample.values[chosen],
                sample.accepted[chosen],
                sample.groups[chosen],
                sample.case[chosen],
            )
        )
    return found


def _signs(sample: Sample) -> NDArray[np.float64]:
    return np.where(sample.accepted, 1.0, -1.0)


def order_of(thetas: NDArray[np.float64], sample: Sample) -> NDArray[np.float64]:
    """Log-odds by parameters of shape (decisions, parameters), without the base.

    The base orders nothing and differs from fold to fold.
    """
    return np.asarray(np.einsum("ij,ij->i", thetas[:, 1:], sample.values))


def losses(thetas: NDArray[np.float64], sample: Sample) -> NDArray[np.float64]:
    """Negative log-likelihood of every decision, in nats."""
    odds = thetas[:, 0] + order_of(thetas, sample)
    return np.asarray(np.logaddexp(0.0, -_signs(sample) * odds))


@dataclass(frozen=True, slots=True)
class Measures:
    """How well a model foretells decisions that it never saw.

    Attributes:
        log_loss: Mean negative log-likelihood, in nats.
        calibration_error: ECE over ten bins.
        auc: Chance that an accepted pair stands above a rejected one.
    """

    log_loss: float
    calibration_error: float
    auc: float

    @classmethod
    def of(cls, thetas: NDArray[np.float64], sample: Sample) -> Measures:
        """Measures of parameters, one row for each decision."""
        order = order_of(thetas, sample)
        return cls(
            float(losses(thetas, sample).mean()),
            expected_calibration_error(expit(thetas[:, 0] + order), sample.accepted),
            float(roc_auc_score(sample.accepted, order)),
        )


def standard_error(gain: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Standard error of a mean over decisions; those on one demand count as one observation."""
    sums = np.bincount(groups, weights=gain - gain.mean())
    return float(np.sqrt(sums @ sums) / len(gain))
