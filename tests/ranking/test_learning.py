"""Learning from reviewers: what they know is learned, what they do not know is not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from matcher.errors import XieshouError
from matcher.model import Verdict
from matcher.ranking import coefficients
from matcher.ranking.evidence import LEAST, check_enough, measured
from matcher.ranking.features import FEATURES
from matcher.ranking.fit import Sample
from matcher.ranking.learning import CASES_MARGIN, InUse, restored
from matcher.ranking.posterior import (
    BASE_STRENGTH,
    NAMES,
    Measures,
    held,
    posterior,
    theta_of,
)
from tests.ranking import reviewers
from tests.ranking.reviewers import (
    by_the_shipped_model,
    capacity_first,
    dice,
    evidence,
    own_county_only,
    statistics,
    strict,
    taught,
    verdicts,
)

SIGNS = np.array([FEATURES[name].sign for name in NAMES])


def judged_on(said, model) -> Measures:
    """How a model does on decisions, all of which are new to it."""
    sample = measured(evidence(said).cases, statistics(), coefficients())
    return Measures.of(np.tile(theta_of(model), (len(sample.accepted), 1)), sample)


class TestWhoKnowsWhatHeWants:
    @pytest.mark.parametrize(
        ("reviewer", "count"),
        [
            (own_county_only, 50),
            *((r, n) for r in (own_county_only, capacity_first) for n in (100, 200)),
        ],
    )
    def test_is_followed(self, reviewer, count):
        said = verdicts(reviewer, seed=1)
        lesson = taught(said[:count])
        assert lesson.refusal == ""
        before, after = lesson.report.before, lesson.report.after
        assert after.log_loss < before.log_loss
        assert after.auc > before.auc
        # and so it is on the decisions that nobody has shown it, which the report did not know
        old, new = judged_on(said[count:], coefficients()), judged_on(said[count:], lesson.model)
        assert new.log_loss < old.log_loss - 0.1
        assert new.auc > old.auc + 0.03
        assert new.calibration_error < old.calibration_error

    def test_what_he_wants_weighs_more(self):
        old = coefficients().weights
        county = taught(verdicts(own_county_only)[:150]).model.weights
        capacity = taught(verdicts(capacity_first)[:150]).model.weights
        assert county["same_county"] > old["same_county"] + 1
        assert capacity["capacity_enough"] > old.get("capacity_enough", 0) + 1
        assert county["spec_conflict"] == pytest.approx(old["spec_conflict"], abs=1)

    def test_the_shipped_cases_are_not_unlearned(self):
        for reviewer in (own_county_only, capacity_first):
            report = taught(verdicts(reviewer)).report
            assert report.cases_after <= report.cases_before + CASES_MARGIN

    def test_a_strict_bureau_gets_its_own_probabilities(self):
        said = verdicts(strict, seed=3)
        lesson = taught(said[:150])
        assert lesson.refusal == ""
        rest = measured(evidence(said[150:]).cases, statistics(), coefficients())
        share = rest.accepted.mean()

        def mean(model):
            theta = theta_of(model)
            return expit(theta[0] + rest.values @ theta[1:]).mean()

        assert abs(mean(lesson.model) - share) < abs(mean(coefficients()) - share) / 2


class TestWhoTeachesNothing:
    # One adoption by luck is allowed each time: what is refused with certainty learns nothing at all.

    @pytest.mark.parametrize("count", [50, 100, 200])
    def test_dice_are_refused(self, count):
        thrown = [(share, seed) for share in (0.2, 0.5, 0.8) for seed in range(2)]
        refusals = [taught(verdicts(dice(share), seed)[:count]).refusal for share, seed in thrown]
        assert sum("看不出关系" in r and "没有换模型" in r for r in refusals) >= len(thrown) - 1

    @pytest.mark.parametrize("count", [50, 200])
    def test_who_decides_as_the_model_foretells_changes_nothing(self, count):
        said = [verdicts(by_the_shipped_model, seed)[:count] for seed in range(5)]
        refusals = [taught(some).refusal for some in said]
        assert sum("没有换模型" in refusal for refusal in refusals) >= len(said) - 1
        assert any("不见得更准" in refusal for refusal in refusals)

    def test_what_was_learned_is_not_learned_twice(self):
        """The model in use is judged as if it had not seen the held decisions either."""
        said = verdicts(own_county_only)[:120]
        first = taught(said)
        in_use = InUse(first.model, coefficients(), evidence(said).ids)
        second = taught(said, in_use)
        assert second.report.before.log_loss == pytest.approx(second.report.after.log_loss)
        assert second.model == first.model
        assert second.refusal

    def test_the_model_in_use_is_learned_again_from_what_it_knew_alone(self):
        said = verdicts(own_county_only)[:200]
        one_each = list({demand: (demand, *rest) for demand, *rest in said}.values())
        in_use = InUse(taught(one_each).model, coefficients(), evidence(one_each).ids)
        report = taught(said, in_use).report
        assert report.before.log_loss > report.after.log_loss + 0.02

    def test_what_it_has_never_seen_is_judged_by_the_model_in_use_itself(self):
        said = verdicts(own_county_only)
        first = taught(said[:150])
        fresh = [t for t in said[150:] if t[0] not in {d for d, *_ in said[:150]}]
        in_use = InUse(first.model, coefficients(), evidence(said[:150]).ids)
        assert taught(fresh, in_use).report.before == judged_on(fresh, first.model)

    def test_more_of_the_same_reviewer_is_compared_fairly(self):
        said = verdicts(capacity_first, seed=2)
        first = taught(said[:60])
        in_use = InUse(first.model, coefficients(), evidence(said[:60]).ids)
        second = taught(said[:200], in_use)
        # the shipped model is far worse; the one in use is not, though it is judged unseen
        assert second.report.before.log_loss < taught(said[:200]).report.before.log_loss
        assert second.report.after.log_loss < second.report.before.log_loss


class TestTooFew:
    def message(self, said) -> str:
        with pytest.raises(XieshouError) as error:
            check_enough(evidence(said))
        return str(error.value)

    def test_forty_nine(self):
        said = verdicts(strict)
        text = self.message(said[: LEAST - 1])
        assert "49 条" in text
        assert "还差 1 条" in text
        check_enough(evidence(said[:LEAST]))

    def test_only_acceptances(self):
        said = [(d, s, Verdict.ACCEPTED) for d, s, _ in verdicts(strict)[:80]]
        assert "不采纳的至少要 5 条、现有 0 条" in self.message(said)
        assert "还差" not in self.message(said)

    def test_only_rejections(self):
        said = [(d, s, Verdict.REJECTED) for d, s, _ in verdicts(strict)[:80]]
        assert "采纳的至少要 5 条、现有 0 条" in self.message(said)

    def test_unsure_and_changed_decisions_do_not_count_and_are_named(self):
        said = verdicts(strict)[:60]
        said[:8] = [(d, s, Verdict.UNSURE) for d, s, _ in said[:8]]
        said[8:11] = [("0" * 16, s, v) for _, s, v in said[8:11]]
        found = evidence(said)
        assert (len(found.cases), found.unsure, found.changed) == (49, 8, 3)
        assert "待定的 8 条、内容已变的 3 条" in self.message(said)


class TestTheFit:
    def test_no_decisions_no_change(self):
        nothing = Sample(np.zeros((0, len(NAMES))), *(np.zeros(0, t) for t in (bool, int, int)))
        centre = theta_of(coefficients())
        assert posterior(nothing, centre, 1.0) == pytest.approx(centre, abs=1e-9)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.integers(1, 120))
    def test_signs_are_kept_and_nothing_nearby_fits_better(self, seed, strength, count):
        rng = np.random.default_rng(seed)
        values = rng.random((count, len(NAMES))) * (rng.random((count, len(NAMES))) < 0.4)
        # a reviewer who wants the opposite of what every feature means
        accepted = rng.random(count) < expit(-3 * values @ SIGNS)
        sample = Sample(values, accepted, np.arange(count), np.arange(count))
        centre = theta_of(coefficients())
        found = posterior(sample, centre, strength)
        assert (found[1:] * SIGNS >= 0).all()

        def loss(theta):
            odds = np.where(accepted, 1, -1) * (theta[0] + values @ theta[1:])
            away = (theta - centre) ** 2
            ridge = strength * away[1:].sum() + BASE_STRENGTH * away[0]
            return np.logaddexp(0, -odds).sum() + ridge / 2

        for size in (1e-3, 1e-1, 1):
            near = found + size * rng.normal(size=len(found))
            near[1:] = np.where(near[1:] * SIGNS < 0, 0, near[1:])
            assert loss(found) <= loss(near) + 1e-6

    def test_a_demand_is_never_on_both_sides(self):
        sample = measured(evidence(verdicts(strict)).cases, statistics(), coefficients())
        seen = []

        def fitting(part):
            seen.append(set(part.groups))
            return np.full(len(NAMES) + 1, float(len(seen)))

        fold = held(sample, fitting)[:, 0].astype(int)
        assert len(seen) == 5
        for group, mine in zip(sample.groups, fold, strict=True):
            assert group not in seen[mine - 1]

    def test_values_are_those_of_a_run(self):
        """The shipped model foretells a decided pair just as the suggestion said."""
        said = verdicts(by_the_shipped_model)
        sample = measured(evidence(said).cases, statistics(), coefficients())
        theta = theta_of(coefficients())
        chances = np.sort(expit(theta[0] + sample.values @ theta[1:]))
        wanted = np.sort([s.probability for s in reviewers.shown()])
        assert len(chances) == len(wanted)
        assert chances == pytest.approx(wanted, abs=1e-5)

    def test_the_order_of_decisions_changes_nothing(self):
        said = verdicts(own_county_only)[:80]
        assert taught(said) == taught(said[::-1])

    def test_the_version_names_content_and_origin(self):
        said = verdicts(own_county_only)[:80]
        one, other = taught(said).model, taught(said[:-1]).model
        assert re.fullmatch("[0-9a-f]{12}", one.version)
        assert one.version != other.version


def test_a_model_of_another_program_is_refused_with_a_way_out():
    with pytest.raises(XieshouError) as error:
        restored("abc", 0.0, {"same_county": 1.0, "smell": 1.0})
    assert all(word in str(error.value) for word in ("abc", "smell", "xieshou learn", "--use 出厂"))
    assert "same_county" not in str(error.value)
