"""Things are related by the firms that make both, and by nothing else."""

import numpy as np
import pytest

from matcher.ranking import Statistics, coefficients, match
from matcher.ranking.evidence import statistics_of
from matcher.ranking.features import FEATURES
from matcher.ranking.incidence import Incidence
from matcher.terms import analyse
from tests.ranking.builders import block, demand, supply

MADE = FEATURES["made_together"]
THINGS = ["烧碱", "番茄酱", "闸阀"]


def value(made, wanted="烧碱", offered="番茄酱"):
    terms = [analyse(name) for name in THINGS]
    pairs = block([(demand(wanted), supply(offered))], Statistics.of(terms, Incidence.of(made)))
    return float(MADE.compute(pairs)[0])


def firms(count, *things):
    """As many firms, each of which makes all of these."""
    return [(thing, f"{things}{n}厂") for n in range(count) for thing in things]


def test_things_of_many_common_firms_are_related_either_way():
    made = firms(9, "烧碱", "番茄酱")
    assert value(made) == 1.0
    assert value(made, "番茄酱", "烧碱") == 1.0


def test_things_that_no_firm_makes_both_of_are_not():
    """A near-twin: each has many firms, and both are made with a third thing."""
    made = firms(9, "烧碱", "闸阀") + firms(9, "番茄酱", "闸阀")
    assert value(made) == 0.0
    assert value(made, "烧碱", "闸阀") > 0.0
    assert value([]) == 0.0
    assert value([("烧碱", ""), ("番茄酱", "")]) == 0.0


def test_one_firm_alone_does_not_count_fully():
    one, two = (value(firms(n, "烧碱", "番茄酱")) for n in (1, 2))
    assert 0.0 < one < 0.7
    assert one < two


def test_firms_that_make_everything_count_less():
    many = [f"某物{i}" for i in range(200)]
    few, all_ = firms(1, "烧碱", "番茄酱"), firms(1, "烧碱", "番茄酱", *many)
    assert 0.0 < value(all_) < value(few) / 3


def test_firms_that_make_only_one_of_them_speak_against_it():
    both = firms(2, "烧碱", "番茄酱")
    assert value(both + firms(50, "烧碱") + firms(50, "番茄酱")) < value(both) / 2


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [("烧碱", "氢氧化钠"), ("阀门", "闸阀"), ("闸阀", "阀门"), ("闸阀", "球阀")],
)
def test_of_what_the_lexicon_relates_nothing_is_said(wanted, offered):
    made = [(analyse(name).thing, f"{n}厂") for n in range(9) for name in (wanted, offered)]
    assert value(made, wanted, offered) == 0.0


def test_a_run_learns_it_from_its_supplies_and_says_so():
    wanted = [demand("铜杆", leader="甲0厂")]
    offers = [
        supply(name, f"{name}{n}", enterprise=f"甲{n}厂")
        for n in range(9)
        for name in ("铜杆", "杆式绞线机")
    ]
    found = match(wanted, offers)
    assert found.statistics == statistics_of([*wanted, *offers])
    assert len(found.statistics.makers.pairs) == 18
    pairs = block([(wanted[0], offers[1])], found.statistics)
    (pair,), (said,) = [pairs.pair(0)], MADE.compute(pairs)
    assert said == 1.0
    assert "铜杆" in MADE.say(pair, said)
    assert MADE.say(pair, 0.1) == ""
    assert 0.0 < coefficients().weights["made_together"] <= 0.3


def test_many_pairs_have_the_values_that_each_has_alone():
    made = firms(3, "烧碱", "番茄酱") + firms(2, "番茄酱", "闸阀") + firms(1, "烧碱", "闸阀")
    statistics = Statistics(makers=Incidence.of(made))
    listed = [(demand(w), supply(o)) for w in THINGS for o in THINGS]
    together = MADE.compute(block(listed, statistics))
    alone = [MADE.compute(block([pair], statistics))[0] for pair in listed]
    assert np.array_equal(together, alone)
