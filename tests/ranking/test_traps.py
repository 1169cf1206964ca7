"""Traps that others fell into, each with a near twin that must pass."""

import pytest

from matcher.ranking import match
from tests.ranking.builders import demand, supply

CROWD = [
    "阀门",
    "无缝钢管",
    "电缆",
    "编织袋",
    "番茄酱",
    "棉纱",
    "离心泵",
    "烧碱",
    "设备维修服务",
    "标签",
]


def probability(wanted, offered):
    """The score of one supply among a crowd of others, 0 where it is not even a candidate."""
    rest = [supply(name, f"X{i}") for i, name in enumerate(CROWD)]
    found = match([wanted], [offered, *rest]).suggestions
    return next((s.probability for s in found if s.supply_id == offered.supply_id), 0.0)


@pytest.mark.parametrize(
    ("wanted", "right", "wrong"),
    [
        # Scorers that drop what is not ASCII see only the 304.
        ("304不锈钢无缝管", "304无缝不锈钢管", "304不锈钢保温杯"),
        ("304不锈钢无缝管", "不锈钢无缝管 304", "304号标签"),
        # Pinyin folding makes one of 轴承 and 周程.
        ("轴承", "滚动轴承", "周程"),
        ("无缝钢管", "无逢钢管", "无风刚冠"),
        # Heads decide.
        ("铜杆", "无氧铜杆", "铜杆连铸连轧生产线"),
        ("番茄酱", "大桶番茄酱", "番茄酱无菌袋"),
        ("枸杞烘干机", "枸杞干燥机", "枸杞"),
        # Synonyms, and what only sounds like one.
        ("烧碱", "氢氧化钠", "纯碱"),
        ("片碱", "固碱 片碱", "液碱"),
        # Broader and narrower.
        ("阀门", "闸阀", "阀门扳手"),
        # Services are no goods.
        ("阀门维修", "阀门维修服务", "阀门"),
        # One wrong character.
        ("无缝钢管", "无缝钢管", "无缝铜管"),
    ],
)
def test_the_right_one_stands_above_the_look_alike(wanted, right, wrong):
    assert (
        probability(demand(wanted), supply(right))
        > probability(demand(wanted), supply(wrong)) + 0.05
    )


@pytest.mark.parametrize(
    ("spec", "right", "wrong"),
    [
        ("Q355B", "Q355B", "Q235B"),
        ("32S", "JC32S", "21S"),
        ("304", "06Cr19Ni10", "316L"),
        ("DN50", "DN15~300", "DN350"),
        ("≥99%", "99.5%", "97%"),
        ("φ219×8", "Φ２１９＊８", "φ219×6"),
        ("-20℃", "-25~5℃", "20℃"),
    ],
)
def test_specifications_decide_between_equal_names(spec, right, wrong):
    wanted = demand("样品", spec=spec)
    good, bad = (probability(wanted, supply("样品", spec=s)) for s in (right, wrong))
    assert good > 0.5 > bad
    unstated = probability(wanted, supply("样品"))
    assert good >= unstated > bad


@pytest.mark.parametrize(
    ("need", "right", "wrong"),
    [
        ("3000吨/年", "0.4万吨", "40吨"),
        ("3000吨/年", "300吨/月", "300吨/年"),
        ("100台", "100台", "100吨"),
    ],
)
def test_quantities_decide_between_equal_names(need, right, wrong):
    wanted = demand("样品", quantity=need)
    good, bad = (probability(wanted, supply("样品", quantity=q)) for q in (right, wrong))
    assert good > bad + 0.1


def test_standards_decide_between_equal_names():
    wanted = demand("样品", standard="GB/T 8163")
    good, bad = (
        probability(wanted, supply("样品", standard=s)) for s in ("GBT8163-2018", "GB/T 3091")
    )
    assert good > bad + 0.1


@pytest.mark.parametrize(
    ("plain", "odd"),
    [
        ("304不锈钢无缝管", "３０４不锈钢无缝管"),
        ("DN50闸阀", "ＤＮ５０闸阀"),
        ("无缝钢管", "無縫鋼管"),
        ("φ8铜杆", "Φ8 铜杆"),
        ("闸阀(铸铁)", "闸阀（铸铁）"),
        ("bearing 6205", "BEARING\u3000６２０５"),
        ("闸阀", "闸\u200b阀"),
    ],
)
def test_writing_does_not_matter(plain, odd):
    scores = {probability(demand(a), supply(b)) for a in (plain, odd) for b in (plain, odd)}
    assert len(scores) == 1
    assert scores.pop() > 0.8


def test_a_number_alone_does_not_make_two_names_alike():
    assert probability(demand("304"), supply("304不锈钢无缝管")) < 0.5
    assert probability(demand("6205轴承"), supply("6205轴承")) > 0.8


def test_titles_and_place_never_lift_another_product_over_the_right_one():
    wanted = demand("闸阀", county="博乐市", leader="华泰公司")
    right = supply("闸阀", "S1", county="精河县")
    wrong = supply("球阀", "S2", county="博乐市", tier="小巨人", intended_buyers="华泰")
    found = match([wanted], [wrong, right]).suggestions
    assert [s.supply_id for s in found] == ["S1", "S2"]
    equal = supply("闸阀", "S3", county="博乐市", tier="小巨人")
    assert match([wanted], [right, equal]).suggestions[0].supply_id == "S3"


def test_scores_do_not_bunch_at_one():
    offered = [
        supply("闸阀", "S1"), supply("闸阀", "S2", tier="创新型"), supply("闸阀", "S3", tier="小巨人"),
        supply("铸铁闸阀", "S4"), supply("球阀", "S5"),
    ]  # fmt: skip
    found = match([demand("闸阀")], offered).suggestions
    assert len({s.probability for s in found}) == 5
    assert all(0.0 < s.probability < 1.0 for s in found)


def test_a_long_supply_sentence_is_found_by_the_thing_it_names():
    found = match(
        [demand("铸铁闸阀")],
        [
            supply("公司专业生产各类铸铁闸阀，产品销往全国", "S1"),
            supply("公司专业生产各类电缆，产品销往全国", "S2"),
        ],
    ).suggestions
    assert found[0].supply_id == "S1"
