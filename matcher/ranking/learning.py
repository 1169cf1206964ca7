"""Learn from reviewers (学习): their decisions in, a refitted model and what it is worth out.

The shipped model is what the cases say before a reviewer has spoken; the refitted one is its
posterior (see :mod:`matcher.ranking.posterior`). It always starts from the shipped model and all
decisions, so that the way there does not matter. Whatever is measured is measured on demands that
were held out of the fit.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logit
from scipy.stats import mannwhitneyu
from threadpoolctl import threadpool_limits

from matcher.errors import XieshouError
from matcher.ranking.evidence import Evidence, check_enough, measured
from matcher.ranking.features import FEATURES
from matcher.ranking.fit import PRIORS, Sample, load_cases, out_of_fold, training_sample
from matcher.ranking.posterior import (
    NAMES,
    Measures,
    Theta,
    held,
    losses,
    order_of,
    refit,
    standard_error,
    theta_of,
)
from matcher.ranking.scoring import Coefficients
from matcher.ranking.statistics import Statistics

CASES_MARGIN = 0.02  # by how much the log loss of the shipped cases may rise, of about 0.2
ORDER_MARGIN = 0.02  # by how much the AUC of held decisions may fall by chance
CHANCE = 0.01  # how often dice may pass for a reviewer with reasons


@dataclass(frozen=True, slots=True)
class ShippedCases:
    """The shipped cases, against which every refitted model is checked.

    Attributes:
        log_odds: Of every case pair by a fit that never saw its group, shape (pairs,).
        values: Feature values, shape (pairs, features).
        accepted: Whether a reviewer would accept.
    """

    log_odds: NDArray[np.float64]
    values: NDArray[np.float64]
    accepted: NDArray[np.bool_]

    def loss(self, shift: Theta) -> float:
        """Log loss out of fold of a model whose parameters differ by ``shift`` from the shipped.

        The base is set anew for the cases: a bureau may be stricter or more lenient than they
        are, but it should not unlearn what they say of right and wrong.
        """
        odds = self.log_odds + self.values @ shift[1:]
        y = np.where(self.accepted, 1.0, -1.0)
        found = minimize_scalar(lambda base: float(np.logaddexp(0.0, -y * (odds + base)).mean()))
        return float(found.fun)


@cache
def shipped_cases() -> ShippedCases:
    """The cases of ``corpora/cases``, fitted fold by fold: some seconds, once."""
    names = tuple(name for name in NAMES if name not in PRIORS)
    sample = training_sample(load_cases(), names)
    values = np.zeros((len(sample.accepted), len(NAMES)))
    values[:, [NAMES.index(name) for name in names]] = sample.values
    chance = np.clip(out_of_fold(sample, names), 1e-12, 1.0 - 1e-12)
    return ShippedCases(logit(chance), values, sample.accepted)


@dataclass(frozen=True, slots=True)
class Report:
    """What learning was worth.

    Attributes:
        decisions: Number of decisions.
        accepted: Accepted ones among them.
        demands: Number of demands they are about.
        strength: λ of the refitted model; None where nothing could be learned.
        before: The model in use on held decisions.
        after: The refitted model on held decisions.
        cases_before: Log loss of the model in use on the shipped cases, out of fold.
        cases_after: That of the refitted one.
    """

    decisions: int
    accepted: int
    demands: int
    strength: float | None
    before: Measures
    after: Measures
    cases_before: float
    cases_after: float

    def as_dict(self) -> dict[str, Any]:
        """As plain data, for the store and for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class InUse:
    """The model in use and what it was made of.

    Attributes:
        model: The model.
        centre: The shipped model it was refitted from; itself where it is a shipped one.
        learned: Ids of the cases it was learned from.
    """

    model: Coefficients
    centre: Coefficients
    learned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lesson:
    """The outcome: a model, what it is worth, and why it should not be used (empty: it should)."""

    model: Coefficients
    report: Report
    refusal: str


def learn(
    evidence: Evidence, statistics: Statistics, shipped: Coefficients, in_use: InUse
) -> Lesson:
    """Refit the shipped model on decisions and compare it with the model in use.

    Both are judged on the same held decisions, and neither has seen them: of demands that the model
    in use knows, it is learned again without the demand in question.

    Args:
        evidence: The decisions.
        statistics: See :func:`statistics_of`.
        shipped: The model that the decisions refine.
        in_use: The model that would be replaced.

    Raises:
        XieshouError: There are too few decisions.
    """
    check_enough(evidence)
    cases, centre = shipped_cases(), theta_of(shipped)
    sample = measured(evidence.cases, statistics, shipped)
    known = np.array([case.case_id in in_use.learned for case in evidence.cases])
    most = cases.loss(np.zeros_like(centre)) + CASES_MARGIN

    def keeps(theta: Theta) -> bool:
        return cases.loss(theta - centre) <= most

    def fitting(part: Sample, around: Theta = centre) -> Theta:
        return refit(part, around, keeps)[0]

    with threadpool_limits(1):  # thousands of tiny sums, which threads only slow down
        before = held(sample, partial(fitting, around=theta_of(in_use.centre)), known)
        before[~np.isin(sample.groups, sample.groups[known])] = theta_of(in_use.model)
        after = held(sample, fitting)
        theta, strength = refit(sample, centre, keeps)
    report = Report(
        decisions=len(evidence.cases),
        accepted=int(sample.accepted.sum()),
        demands=len(set(sample.groups)),
        strength=strength,
        before=Measures.of(before, sample),
        after=Measures.of(after, sample),
        cases_before=cases.loss(theta_of(in_use.model) - centre),
        cases_after=cases.loss(theta - centre),
    )
    return Lesson(_model(theta, shipped, evidence), report, _refusal(report, before, after, sample))


def _refusal(
    report: Report, before: NDArray[np.float64], after: NDArray[np.float64], sample: Sample
) -> str:
    """Why the refitted model should not be used; empty where it should."""
    old, new = report.before, report.after
    order = order_of(after, sample)
    yes, no = order[sample.accepted], order[~sample.accepted]
    if mannwhitneyu(yes, no, alternative="greater").pvalue > CHANCE:
        return (
            f"审核结果和清单上写的内容看不出关系（AUC {new.auc:.2f}，随意审也有 0.50），"
            "没有换模型，请核对审核结果"
        )
    gain = losses(before, sample) - losses(after, sample)
    if report.strength is None or gain.mean() <= standard_error(gain, sample.groups):
        return (
            f"学过之后在没见过的审核结果上不见得更准（对数损失 {old.log_loss:.3f} → "
            f"{new.log_loss:.3f}），没有换模型，请多审一些再学"
        )
    if new.auc < old.auc - ORDER_MARGIN:
        return f"学过之后排序变差（AUC {old.auc:.3f} → {new.auc:.3f}），没有换模型，请多审一些再学"
    return ""


def _model(theta: Theta, shipped: Coefficients, evidence: Evidence) -> Coefficients:
    """Coefficients whose version is the hash of what they say and of what they come from."""
    base = round(float(theta[0]), 4)
    weights = {n: round(float(w), 4) for n, w in zip(NAMES, theta[1:], strict=True)}
    weights = {name: weight for name, weight in weights.items() if weight}
    said = [shipped.version, f"{base:.4f}", *(f"{n} {w:.4f}" for n, w in weights.items())]
    text = "\n".join([*said, *sorted(evidence.ids)])
    return Coefficients(hashlib.sha256(text.encode()).hexdigest()[:12], base, weights)


def restored(version: str, base: float, weights: dict[str, float]) -> Coefficients:
    """A model that was kept.

    Raises:
        XieshouError: It names a feature that this program does not have.
    """
    if unknown := sorted(set(weights) - set(FEATURES)):
        raise XieshouError(
            f"模型 {version} 用到这一版程序没有的特征 {'、'.join(unknown)}，请用 xieshou learn 重新学习，"
            "或用 xieshou learn --use 出厂 换回出厂模型"
        )
    return Coefficients(version, base, weights)
