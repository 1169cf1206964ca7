"""规格, 标准, 数量, 区位, 资质 and 意向: every feature with a case that shows it and a near twin."""

import math
from pathlib import Path

import pytest

from matcher.ranking.features import FEATURES
from tests.ranking.builders import block, demand, supply


def value(feature, wanted, offered):
    return FEATURES[feature].compute(block([(wanted, offered)]))[0]


def pair(feature, mine=None, theirs=None, *, names=("闸阀", "闸阀"), quantities=("", "")):
    """A feature of two rows of one name that differ in what is given."""
    return value(
        feature,
        demand(names[0], quantity=quantities[0], **(mine or {})),
        supply(names[1], quantity=quantities[1], **(theirs or {})),
    )


SPECS = [
    ("DN50", "DN50", (1.0, 0.0, 0.0)),
    ("DN50 304", "DN50", (0.5, 0.0, 0.0)),
    ("DN50 304", "DN15~300 304", (0.5, 0.5, 0.0)),
    ("DN50", "DN15~300", (0.0, 1.0, 0.0)),
    ("DN50", "DN80", (0.0, 0.0, 1.0)),
    ("DN50 304", "DN80 316", (0.0, 0.0, 1.5)),
    ("DN50 304 PN16 10kV", "DN80 316 PN25 35kV", (0.0, 0.0, 2.0)),
    ("DN50", "", (0.0, 0.0, 0.0)),
    ("", "DN50", (0.0, 0.0, 0.0)),
    ("DN50", "10kV", (0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("mine", "theirs", "expected"), SPECS)
def test_spec_equal_compatible_and_conflict(mine, theirs, expected):
    for feature, wanted in zip(
        ("spec_equal", "spec_compatible", "spec_conflict"), expected, strict=True
    ):
        assert pair(feature, {"spec": mine}, {"spec": theirs}) == wanted, feature


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [("DN50 304", "DN50", 0.5), ("DN50 304", "", 1.0), ("DN50", "DN80", 0.0), ("", "DN50", 0.0)],
)
def test_spec_unknown(mine, theirs, expected):
    assert pair("spec_unknown", {"spec": mine}, {"spec": theirs}) == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "same", "conflict"),
    [
        ("GB/T 8163", "GBT8163-2018", 1.0, 0.0),
        ("GB/T 8163", "GB/T 3091", 0.0, 1.0),
        ("GB/T 8163-2018", "GB/T 8163-2018", 1.0, 0.0),
        ("GB/T 8163-2018", "GB/T 8163-2008", 0.5, 0.0),
        ("GB/T 8163", "GB/T 3091、GB 8163", 1.0, 0.0),
        ("GB/T 8163", "", 0.0, 0.0),
        ("", "GB/T 8163", 0.0, 0.0),
    ],
)
def test_standard_same_and_conflict(mine, theirs, same, conflict):
    assert pair("standard_same", {"standard": mine}, {"standard": theirs}) == same
    assert pair("standard_conflict", {"standard": mine}, {"standard": theirs}) == conflict


@pytest.mark.parametrize(
    ("need", "capacity", "short", "enough"),
    [
        ("100吨/年", "100吨/年", 0.0, 1.0),
        ("100吨/年", "1万吨/年", 0.0, 1.0),
        ("1200吨/年", "100吨/月", 0.0, 1.0),
        ("100吨", "80吨", -math.log10(0.8), 1.0),
        ("100吨", "79吨", -math.log10(0.79), 0.0),
        ("100吨", "10吨", 1.0, 0.0),
        ("100吨", "10000公斤", 1.0, 0.0),
        ("100吨", "1公斤", 1.5, 0.0),
        ("100吨", "0吨", 1.5, 0.0),
        ("100吨", "", 0.0, 0.0),
        ("若干", "10吨", 0.0, 0.0),
        ("100吨", "10条", 0.0, 0.0),
    ],
)
def test_capacity_short_and_enough(need, capacity, short, enough):
    assert pair("capacity_short", quantities=(need, capacity)) == pytest.approx(short)
    assert pair("capacity_enough", quantities=(need, capacity)) == enough


@pytest.mark.parametrize(
    ("need", "capacity", "expected"),
    [
        ("100吨", "100条", 1.0),
        ("100台", "100套", 0.2),
        ("100吨", "100公斤", 0.0),
        ("100吨", "100", 0.0),
        ("", "100吨", 0.0),
        ("5道口", "5道口", 0.0),
    ],
)
def test_unit_conflict(need, capacity, expected):
    assert pair("unit_conflict", quantities=(need, capacity)) == expected


def test_same_county():
    assert pair("same_county", {"county": "博乐市"}, {"county": "博乐市"}) == 1.0
    assert pair("same_county", {"county": "博乐市"}, {"county": "精河县"}) == 0.0
    assert pair("same_county", {"county": ""}, {"county": ""}) == 0.0


@pytest.mark.parametrize(
    ("tier", "expected"),
    [("创新型", 1 / 3), ("专精特新", 2 / 3), ("小巨人", 1.0), ("", 0.0), ("大企业", 0.0)],
)
def test_tier_level(tier, expected):
    assert pair("tier_level", theirs={"tier": tier}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("leader", "buyers", "expected"),
    [
        ("博乐市兴农棉业有限公司", "博乐市兴农棉业", 1.0),
        ("博乐市兴农棉业有限公司", "拟为博乐市兴农棉业有限公司等配套", 1.0),
        ("博乐市兴农棉业有限公司", "博乐市兴农林业", 0.0),
        ("华泰有限公司", "甲厂、华泰公司", 1.0),
        ("华泰有限公司", "新华泰纺织有限公司", 0.0),
        ("华泰有限公司", "州内纺织企业", 0.0),
        ("", "州内纺织企业", 0.0),
        ("华泰有限公司", "", 0.0),
    ],
)
def test_named_buyer(leader, buyers, expected):
    assert pair("named_buyer", {"leader": leader}, {"intended_buyers": buyers}) == expected


GOOD = (
    "spec_equal",
    "standard_same",
    "capacity_enough",
    "same_county",
    "tier_level",
    "named_buyer",
)
MINE = {"spec": "DN50", "standard": "GB/T 8163", "county": "博乐市", "leader": "博乐市兴农棉业"}
THEIRS = {**MINE, "tier": "小巨人", "intended_buyers": "博乐市兴农棉业"}
del THEIRS["leader"]


@pytest.mark.parametrize("feature", GOOD)
def test_what_is_good_about_a_firm_counts_only_for_the_kind_of_thing_wanted(feature):
    """Enough of the wrong product, from next door, is no reason to suggest it."""

    def with_names(wanted, offered):
        """Whole rows say the same here, and that alone must not make the products kin."""
        rest = [(demand(n), supply(n)) for n in ("水泵", "电缆", "番茄酱", "阀门", "编织袋")]
        mine = demand(wanted, quantity="10台", **MINE)
        theirs = supply(offered, quantity="10台", **THEIRS)
        return FEATURES[feature].compute(block([(mine, theirs), *rest]))[0]

    assert with_names("闸阀", "闸阀") == 1.0
    assert with_names("阀门", "闸阀") == 1.0  # a kind of it
    assert with_names("氢氧化钠", "烧碱") == 1.0
    assert with_names("闸阀", "电缆") == 0.0
    assert 0.0 < with_names("无缝钢管", "无缝内衣") < 1.0


def test_every_feature_has_a_test():
    from tests.ranking import test_firm_features, test_name_features

    files = (__file__, test_name_features.__file__, test_firm_features.__file__)
    text = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    for name in FEATURES:
        assert f'"{name}"' in text, f"{name} has no test of its own"
