"""More against a pair never raises its probability; more for it never lowers it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking import coefficients
from matcher.ranking.features import FEATURES
from matcher.ranking.scoring import score
from matcher.ranking.statistics import Statistics
from matcher.terms import analyse
from tests.ranking.builders import block, demand, supply

NAMES = [
    "闸阀",
    "阀门",
    "球阀",
    "无缝钢管",
    "番茄酱",
    "番茄酱无菌袋",
    "烧碱",
    "氢氧化钠",
    "阀门维修",
]
STATISTICS = Statistics.of([analyse(name) for name in NAMES])


def log_odds(*pairs):
    return score(block(list(pairs), STATISTICS), coefficients()).log_odds


# What a demand states, and what supplies may say to it: equal, compatible, nothing, in conflict.
SAYINGS = {
    "304": ("304", "304/316", "", "316"),
    "DN50": ("DN50", "DN15~300", "", "DN80"),
    "PN16": ("PN16", "PN16", "", "PN25"),
    "10kV": ("10kV", "6-35kV", "", "35kV"),
    "≥99%": ("≥99%", "99.5%", "", "97%"),
}
BETTER = st.sampled_from([0, 1, 2])
NAME = st.sampled_from(NAMES)


@settings(max_examples=150, deadline=None)
@given(NAME, NAME, st.lists(BETTER, min_size=5, max_size=5), st.sampled_from(sorted(SAYINGS)))
def test_turning_one_attribute_into_a_conflict(mine, theirs, how, turned):
    wanted = demand(mine, spec=" ".join(SAYINGS))
    said = {want: SAYINGS[want][i] for want, i in zip(SAYINGS, how, strict=True)}
    worse = {**said, turned: SAYINGS[turned][3]}
    before, after = log_odds(
        (wanted, supply(theirs, spec=" ".join(said.values()))),
        (wanted, supply(theirs, spec=" ".join(worse.values()))),
    )
    assert after < before


@settings(max_examples=100, deadline=None)
@given(NAME, NAME, st.sets(st.sampled_from(sorted(SAYINGS)), min_size=1), st.data())
def test_one_conflict_more(mine, theirs, wrong, data):
    more = wrong | {data.draw(st.sampled_from(sorted(SAYINGS)))}
    wanted = demand(mine, spec=" ".join(SAYINGS))
    before, after = log_odds(
        (wanted, supply(theirs, spec=" ".join(SAYINGS[w][3] for w in sorted(wrong)))),
        (wanted, supply(theirs, spec=" ".join(SAYINGS[w][3] for w in sorted(more)))),
    )
    assert after <= before


@settings(max_examples=100, deadline=None)
@given(NAME, NAME, st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_less_capacity(mine, theirs, need, some, more):
    wanted = demand(mine, quantity=f"{need}吨")
    full, less = log_odds(
        (wanted, supply(theirs, quantity=f"{some + more}吨")),
        (wanted, supply(theirs, quantity=f"{some}吨")),
    )
    assert less <= full


@settings(max_examples=60, deadline=None)
@given(NAME, NAME)
def test_another_unit_another_standard(mine, theirs):
    wanted = demand(mine, quantity="100吨", standard="GB/T 8163")
    silent, unit, standard, both = log_odds(
        (wanted, supply(theirs)),
        (wanted, supply(theirs, quantity="100条")),
        (wanted, supply(theirs, standard="GB/T 3091")),
        (wanted, supply(theirs, quantity="100条", standard="GB/T 3091")),
    )
    assert both < unit < silent
    assert both < standard < silent


@settings(max_examples=100, deadline=None)
@given(NAME, NAME, st.lists(st.booleans(), min_size=4, max_size=4), st.integers(0, 3))
def test_what_speaks_for_a_firm_never_hurts_it(mine, theirs, has, added):
    good = [
        ("county", "博乐市"),
        ("tier", "小巨人"),
        ("standard", "GB/T 8163"),
        ("intended_buyers", "华泰"),
    ]
    wanted = demand(mine, county="博乐市", leader="华泰公司", standard="GB/T 8163")
    said = dict(item for item, there in zip(good, has, strict=True) if there)
    before, after = log_odds(
        (wanted, supply(theirs, **said)),
        (wanted, supply(theirs, **{**said, **dict([good[added]])})),
    )
    assert after >= before


@settings(max_examples=60, deadline=None)
@given(NAME, NAME)
def test_values_are_never_negative(mine, theirs):
    """So that the sign of a weight says which way a feature works."""
    pairs = block(
        [
            (
                demand(mine, quantity="5吨", spec="DN50 304"),
                supply(theirs, quantity="1条", spec="DN80"),
            )
        ],
        STATISTICS,
    )
    for name, feature in FEATURES.items():
        assert feature.compute(pairs)[0] >= 0.0, name
