"""The engine says exactly what the slow and obvious reference says."""

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking import Parameters, coefficients, match
from matcher.ranking.fit import load_cases
from tests.ranking import reference
from tests.ranking.builders import demand, supply


def flat(suggestion):
    points = {
        c.feature: (c.value, round(c.points * 1e6)) for c in suggestion.explanation.contributions
    }
    return (
        suggestion.demand_id, suggestion.supply_id, suggestion.rank, suggestion.probability,
        suggestion.demand_product, suggestion.supply_product, points,
    )  # fmt: skip


def compare(demands, supplies, parameters):
    found = match(demands, supplies, parameters)
    suggestions, gaps = reference.match(demands, supplies, parameters, coefficients())
    assert [flat(s) for s in found.suggestions] == suggestions
    assert list(found.gaps) == gaps
    for suggestion in found.suggestions:
        assert suggestion.explanation.base == pytest.approx(coefficients().base)


def test_every_weighted_feature_is_written_down_in_the_reference():
    assert [n for n in coefficients().weights if not hasattr(reference, n)] == []


@pytest.mark.parametrize("seed", range(3))
def test_case_rows(seed):
    """Rows of the cases with firms, counties and titles added, a sample of them at a time."""
    chance = random.Random(seed)
    cases = chance.sample(load_cases(), 60)
    counties, tiers = ["博乐市", "精河县", ""], ["", "创新型", "专精特新", "小巨人"]
    leaders = ["博乐市兴农棉业有限公司", "华泰公司", ""]
    demands = [
        dataclasses.replace(c.demand, county=chance.choice(counties), leader=chance.choice(leaders))
        for c in cases[:25]
    ]
    supplies = [
        dataclasses.replace(
            c.supply,
            enterprise=chance.choice(["甲厂", "乙厂有限公司", "乙厂", f"甲{i}厂", ""]),
            county=chance.choice(counties),
            tier=chance.choice(tiers),
            intended_buyers=chance.choice(["新华泰纺织", "华泰、兴农", "博乐市兴农棉业", ""]),
        )
        for i, c in enumerate(cases)
    ]
    compare(demands, supplies, Parameters(top=8, candidates=6))


NAMES = st.sampled_from(
    ["闸阀", "球阀", "阀门", "阀门、法兰", "闸阀 DN50", "无缝钢管", "304不锈钢无缝管", "铜杆", "铜杆连铸连轧生产线", "烧碱", "氢氧化钠",
     "液碱", "番茄酱", "番茄酱无菌袋", "设备维修服务", "bearing 6205", "MX350", "某某物", "的", "闸伐",
     "本厂专业生产闸阀、球阀，质量可靠", "冷轧钢板", "热轧钢板", "交流接触器CJX2-3210", "接触器CJX2-0910", "穴盘128孔", "穴盘72孔"]
)  # fmt: skip
SPECS = st.sampled_from(["", "", "304", "DN50", "DN80", "DN15~300 304", "≥99%", "97%", "φ219×8"])
STANDARDS = st.sampled_from(["", "GB/T 8163", "GBT8163-2018", "GB/T 8163-2008", "GB/T 3091"])
AMOUNTS = st.sampled_from(["", "若干", "100吨/年", "10吨/月", "5吨", "3台", "0吨", "50-80吨"])


def rows(make, **more):
    def build(parts):
        found = []
        for i, (name, spec, standard, amount, extra) in enumerate(parts):
            row = make(name, f"{i % 3}-{i}", amount, spec=spec, standard=standard, **extra)
            split = tuple(name.split("、"))
            found.append(dataclasses.replace(row, products=split if len(split) > 1 else ()))
        return found

    one = st.tuples(NAMES, SPECS, STANDARDS, AMOUNTS, st.fixed_dictionaries(more))
    return st.lists(one, max_size=6).map(build)


COUNTIES = st.sampled_from(["", "博乐市", "精河县"])
DEMANDS = rows(demand, county=COUNTIES, leader=st.sampled_from(["", "华泰公司", "兴农棉业集团"]))
SUPPLIES = rows(
    supply,
    county=COUNTIES,
    tier=st.sampled_from(["", "创新型", "小巨人"]),
    enterprise=st.sampled_from(["", "甲厂", "乙厂", "乙厂有限公司"]),
    intended_buyers=st.sampled_from(["", "华泰", "新华泰；兴农棉业集团公司"]),
)
PARAMETERS = st.builds(
    Parameters,
    top=st.integers(1, 5),
    candidates=st.integers(1, 5),
    min_score=st.sampled_from([0.0, 0.3, 0.8]),
    acceptable=st.sampled_from([0.2, 0.5]),
)


@settings(max_examples=120, deadline=None)
@given(DEMANDS, SUPPLIES, PARAMETERS)
def test_made_up_rows(demands, supplies, parameters):
    compare(demands, supplies, parameters)
