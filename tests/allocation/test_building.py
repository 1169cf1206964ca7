"""From rows to an instance: quantities compared, assumptions said, wishes weighed."""

from __future__ import annotations

import pytest

from matcher.allocation import Contract, Policy, build, solve
from matcher.allocation.building import wished
from matcher.errors import XieshouError
from matcher.model import Demand, Explanation, Suggestion, Supply
from matcher.quantity import parse_quantity

NONE = Explanation(0.0, ())


def demand(number: int, amount: str, unit: str = "吨", **more) -> Demand:
    fields = {"leader": "新疆甲铜业有限公司", "product_name": "电解铜", "products": ("电解铜",)}
    quantity = parse_quantity(amount, unit)
    unit = quantity.unit if quantity else unit  # as lists are read
    return Demand(f"D{number}", annual_quantity=quantity, unit=unit, **fields | more)


def supply(number: int, amount: str, unit: str = "吨", **more) -> Supply:
    fields = {"enterprise": f"博乐{'乙丙丁戊'[number]}金属有限公司", "product_name": "阴极铜",
              "products": ("阴极铜",)}  # fmt: skip
    quantity = parse_quantity(amount, unit)
    unit = quantity.unit if quantity else unit
    return Supply(f"S{number}", annual_capacity=quantity, unit=unit, **fields | more)


def suggest(pairs: str, probability: float = 0.8, *, current: bool = False) -> list[Suggestion]:
    ends = [pair.split("-") for pair in pairs.split()]
    return [Suggestion(d, s, 1, probability, NONE, already_supplying=current) for d, s in ends]


def planned(demands, supplies, suggestions, policy=None, **more):
    instance = build(demands, supplies, suggestions, policy, **more)
    return instance, {a.pair: (a.quantity, a.unit) for a in solve(instance).assignments}


@pytest.mark.parametrize(
    ("need", "need_unit", "capacity", "capacity_unit", "quantity"),
    [
        ("3000", "吨", "0.1万", "吨", 1000),
        ("3000", "吨", "500000", "公斤", 500),
        ("5000", "公斤", "2", "吨", 2000),
        ("3000", "吨", "100", "吨/月", 1200),
        ("3000", "吨", "2吨/日", "", 730),
        ("10", "吨/月", "1000", "吨", 120),
        ("500-800", "吨", "9000", "吨", 500),
        ("3000", "吨", "1000-2000", "吨", 1000),
        ("3000", "吨", "≤700", "吨", 700),
        ("3000", "吨", "≥700", "吨", 700),
    ],
)
def test_quantities_are_converted_and_scaled_to_a_year(
    need, need_unit, capacity, capacity_unit, quantity
):
    wanted, offered = demand(1, need, need_unit), supply(1, capacity, capacity_unit)
    _, plan = planned([wanted], [offered], suggest("D1-S1"))
    unit = need_unit.removesuffix("/月")
    assert plan == {("D1", "S1"): (pytest.approx(quantity), unit)}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (demand(1, "面议"), "需求 D1 没有写明需求量，按 1 项计"),
        (demand(1, ""), "需求 D1 没有写明需求量，按 1 项计"),
        (demand(1, "50-80"), "需求 D1 写的是 50–80 吨，按 50 吨计"),
        (demand(1, "≤500"), "需求 D1 写的是 ≤500 吨，按 500 吨计"),
        (demand(1, "20", "吨/月"), "需求 D1 写的是 20 吨/月，按一年 12 个月折算为 240 吨"),
        (demand(1, "0"), "需求 D1 的需求量是 0，不作安排"),
        (supply(1, "若干"), "供给 S1 没有写明产能，假定够满足 1 项需求"),
        (supply(1, "2吨/日", ""), "供给 S1 写的是 2 吨/日，按一年 365 日折算为 730 吨"),
        (supply(1, "500", "条"), "需求 D1（吨）与供给 S1（条）的计量单位不能换算"),
        (
            supply(1, "500", products=("阴极铜", "铜杆")),
            "供给 S1 一行写了 2 种产品，共用产能 500 吨",
        ),
    ],
)
def test_what_is_assumed_is_said(row, sentence):
    demands = [row] if isinstance(row, Demand) else [demand(1, "300")]
    supplies = [row] if isinstance(row, Supply) else [supply(1, "5000")]
    instance = build(demands, supplies, suggest("D1-S1"))
    assert [text for text in instance.assumptions if text.startswith(sentence)], (
        instance.assumptions
    )


def test_where_everything_is_known_nothing_is_assumed():
    assert build([demand(1, "300")], [supply(1, "50")], suggest("D1-S1")).assumptions == ()


def test_an_unknown_need_takes_a_whole_supplier_and_two_need_two():
    rows = [demand(1, "面议"), demand(2, "若干")], [supply(1, "500"), supply(2, "面议")]
    _, plan = planned(*rows, suggest("D1-S1 D2-S1"))
    assert sum(q for q, _ in plan.values()) == pytest.approx(1)
    assert {unit for _, unit in plan.values()} == {"项"}
    _, plan = planned(*rows, suggest("D1-S1 D2-S1 D2-S2"))
    assert plan == {("D1", "S1"): (1, "项"), ("D2", "S2"): (1, "项")}
    _, plan = planned(*rows, suggest("D1-S1 D2-S1"), Policy(assumed_load=0.5))
    assert plan == {("D1", "S1"): (1, "项"), ("D2", "S1"): (1, "项")}


def test_products_of_one_row_share_one_capacity():
    """Two products of S1 are suggested for two demands; together they get no more than S1 has."""
    both = supply(1, "500", products=("阴极铜", "铜杆"))
    _, plan = planned([demand(1, "400"), demand(2, "400")], [both], suggest("D1-S1 D2-S1"))
    assert sum(q for q, _ in plan.values()) == pytest.approx(500)


def test_of_a_pair_that_comes_twice_the_more_probable_counts():
    suggestions = suggest("D1-S1", 0.2) + suggest("D1-S1", 0.9) + suggest("D1-S1", 0.5)
    (candidate,) = build([demand(1, "300")], [supply(1, "50")], suggestions).candidates
    assert candidate.probability == 0.9


def test_what_is_left_out_has_a_reason():
    rows = [demand(1, "300")], [supply(i, "0" if i == 3 else "500") for i in range(4)]
    suggestions = [*suggest("D1-S0", current=True), *suggest("D1-S1", 0.1), *suggest("D1-S2 D1-S3")]
    instance = build(*rows, suggestions, Policy(min_probability=0.3), forbidden=[("D1", "S2")])
    assert instance.candidates == ()
    said = {e.supply_id: e.reason for e in instance.exclusions}
    assert "现有供应商" in said["S0"]
    assert "把握 10.0%，低于最低把握 30.0%" in said["S1"]
    assert "不采纳" in said["S2"]
    assert "产能为 0" in said["S3"]


def test_pins_reach_below_the_least_probability_but_not_past_a_ban():
    rows = [demand(1, "300")], [supply(1, "500"), supply(2, "500"), supply(3, "500")]
    pins = [("D1", "S1"), ("D1", "S2"), ("D1", "S3")]
    suggestions = suggest("D1-S1", 0.1) + suggest("D1-S2")
    instance = build(*rows, suggestions, Policy(min_probability=0.3), pins=pins,
                     forbidden=[("D1", "S2")])  # fmt: skip
    assert [c.pair for c in instance.candidates] == [("D1", "S1")]
    assert list(instance.pins) == [("D1", "S1")]
    said = "；".join(instance.assumptions)
    assert "D1–S2 没有安排：审核不采纳" in said
    assert "D1–S3 没有安排：不在撮合建议里" in said


def test_weights_of_category_tier_and_wish_are_factors():
    wanted = demand(1, "300", category="关键零部件")
    offered = [
        supply(1, "500", tier="小巨人", intended_buyers="新疆甲铜业有限公司"),
        supply(2, "500"),
    ]
    policy = Policy(weights={"关键零部件": 2.0, "小巨人": 1.5}, wish_weight=1.1)
    one, two = build([wanted], offered, suggest("D1-S1 D1-S2"), policy).candidates
    assert one.weight == pytest.approx(3.3)
    assert two.weight == 2.0


@pytest.mark.parametrize(
    ("leader", "buyers", "firm", "requirement", "expected"),
    [
        ("新疆甲铜业有限公司", "新疆甲铜业有限公司、乙公司", "丙厂", "", True),
        ("新疆甲铜业有限公司", "新疆甲铜业", "丙厂", "", True),
        ("新疆甲铜业有限公司", "新疆乙铜业有限公司", "丙厂", "", False),
        ("华泰有限公司", "华泰、新丰", "丙厂", "", True),
        ("华泰有限公司", "新华泰纺织", "丙厂", "", False),
        ("新疆甲铜业有限公司", "", "博乐乙金属有限公司", "优先博乐乙金属有限公司", True),
        ("新疆甲铜业有限公司", "", "博乐乙金属有限公司", "到厂价结算", False),
        ("", "甲", "", "甲", False),
    ],
)
def test_both_sides_wishes_are_read(leader, buyers, firm, requirement, expected):
    wanted = demand(1, "300", leader=leader, requirement=requirement)
    assert wished(wanted, supply(1, "5", enterprise=firm, intended_buyers=buyers)) is expected


def test_floors_are_of_counties_and_of_firms_without_a_title():
    offered = [supply(1, "500", county="精河县", tier="创新型"), supply(2, "500", county="温泉县")]
    policy = Policy(micro_floor=0.2, county_floors={"精河县": 0.1})
    floors = build([demand(1, "300")], offered, suggest("D1-S1 D1-S2"), policy).floors
    assert {f.label[:3]: (f.supplies, f.share) for f in floors} == {
        "小微企": (frozenset({"S2"}), 0.2),
        "精河县": (frozenset({"S1"}), 0.1),
    }


def test_the_plan_before_is_read_in_the_units_of_today():
    before = {
        ("D1", "S1"): (150_000.0, "公斤"),
        ("D1", "S2"): (1.0, "条"),
        ("D9", "S9"): (1.0, "吨"),
    }
    instance = build([demand(1, "300")], [supply(1, "500"), supply(2, "500")],
                     suggest("D1-S1 D1-S2"), previous=before)  # fmt: skip
    assert instance.previous == {("D1", "S1"): 0.5}


@pytest.mark.parametrize(
    "wrong",
    [{"min_probability": 2}, {"micro_floor": -1}, {"county_floors": {"精河县": 1.1}},
     {"weights": {"小巨人": -1}}, {"assumed_load": 0}, {"wish_weight": float("nan")}],
)  # fmt: skip
def test_a_policy_without_meaning_is_refused(wrong):
    with pytest.raises(XieshouError, match="应"):
        Policy(**wrong)


def test_what_is_contracted_lowers_need_and_capacity_and_is_said():
    rows = [demand(1, "1000"), demand(2, "500")], [supply(1, "600"), supply(2, "9000", "公斤")]
    pairs = suggest("D1-S1 D1-S2 D2-S1 D2-S2")
    instance, plan = planned(*rows, pairs, contracts=[Contract("D1", "S1", 400_000, "公斤")])
    needs = {d.demand_id: d.quantity for d in instance.demands}
    assert needs == {"D1": pytest.approx(600), "D2": 500}
    assert {s.supply_id: s.capacity for s in instance.supplies}["S1"] == pytest.approx(200)
    assert sum(q for (d, s), (q, _) in plan.items() if s == "S1") <= 200 * (1 + 1e-6)
    assert "D1–S1 已签约 400000 公斤：还需 600 吨，还余产能 200 吨" in instance.assumptions


def test_what_is_wholly_contracted_is_not_planned_again():
    rows = [demand(1, "1000"), demand(2, "")], [supply(1, "1000"), supply(2, "600")]
    pairs = suggest("D1-S1 D1-S2 D2-S1 D2-S2")
    contracts = [Contract("D1", "S1", 1000), Contract("D2", "S2", 3, "台")]
    instance, plan = planned(*rows, pairs, contracts=contracts)
    assert plan == {}, "the one is covered, of the other nobody knows how much is left"
    assert "需求 D1 已由合同满足，不作安排" in instance.assumptions
    assert {(e.supply_id, e.reason) for e in instance.exclusions} == set()
    assert any("S2 的数量不详或单位不能换算，没有扣减" in said for said in instance.assumptions)
    instance, _ = planned(rows[0][:1], rows[1], suggest("D1-S1"), contracts=[
        Contract("D9", "S1", 1000, "吨")])  # fmt: skip
    assert [e.reason for e in instance.exclusions] == ["产能已全部签约"]


def test_a_year_written_by_the_month_is_said_as_it_was_written_whatever_is_contracted():
    instance, _ = planned([demand(1, "100", "吨/月")], [supply(1, "5000")], suggest("D1-S1"),
                          contracts=[Contract("D1", "S1", 200)])  # fmt: skip
    assert any("折算为 1200 吨" in said for said in instance.assumptions)
    assert instance.demands[0].quantity == pytest.approx(1000)
