"""Why a pair has its score: parts that add up exactly, and sentences that say what weighs."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking import Coefficients, coefficients, match
from matcher.ranking.features import FEATURES, GROUPS
from matcher.ranking.fit import load_cases
from matcher.ranking.scoring import MICRO, probability, score
from matcher.text import has_chinese
from tests.ranking.builders import block, demand, supply


@pytest.fixture(scope="module")
def cases():
    return load_cases()[::4]


@pytest.fixture(scope="module")
def suggestions(cases):
    return match([c.demand for c in cases], [c.supply for c in cases]).suggestions


def said(wanted, offered):
    (found,) = match([wanted], [offered]).suggestions
    return found.explanation.sentences


def logit(p):
    return math.log(p / (1 - p))


def test_base_and_points_add_up_to_the_score(suggestions):
    assert len(suggestions) > 1000
    for s in suggestions:
        total = s.explanation.base + sum(c.points for c in s.explanation.contributions)
        assert total == pytest.approx(s.explanation.log_odds, abs=1e-9)
        assert s.probability == round(1 / (1 + math.exp(-total)), 6)
        if 0.001 < s.probability < 0.999:
            assert total == pytest.approx(logit(s.probability), abs=1e-3)
        # In whole millionths the sum is exact, in any order.
        parts = [round(c.points * MICRO) for c in reversed(s.explanation.contributions)]
        assert sum(parts) + round(s.explanation.base * MICRO) == round(total * MICRO)


def test_lines_say_each_group_s_silent_part_once_and_add_up(suggestions):
    for s in suggestions[::5]:
        lines = s.explanation.lines
        total = s.explanation.base + sum(line.points for line in lines)
        assert total == pytest.approx(s.explanation.log_odds)
        silent = [line.group for line in lines if not line.sentence]
        assert len(silent) == len(set(silent))
        assert {line.sentence for line in lines if line.sentence} == set(s.explanation.sentences)
        assert [abs(x.points) for x in lines] == sorted(
            (abs(x.points) for x in lines), reverse=True
        )


def test_points_are_weight_times_value(suggestions):
    weights = coefficients().weights
    for s in suggestions[::9]:
        for c in s.explanation.contributions:
            assert c.points == pytest.approx(weights[c.feature] * c.value, abs=1e-6)
            assert c.group == FEATURES[c.feature].group
            assert c.points * FEATURES[c.feature].sign > 0


def test_each_feature_speaks_once(suggestions):
    for s in suggestions:
        names = [c.feature for c in s.explanation.contributions]
        assert len(names) == len(set(names))


def test_sentences_are_chinese(suggestions):
    for s in suggestions:
        for sentence in s.explanation.sentences:
            assert has_chinese(sentence)
            assert sentence == sentence.strip()
            assert "None" not in sentence
            assert "nan" not in sentence


def test_what_weighs_is_said(suggestions):
    """No group of evidence that weighs half a log-odd and more is silent."""
    for s in suggestions:
        for group in GROUPS:
            mine = [c for c in s.explanation.contributions if c.group == group]
            if max((abs(c.points) for c in mine), default=0.0) >= 0.5:
                assert any(c.sentence for c in mine), (s.demand_product, s.supply_product, mine)


def test_the_weightiest_sentence_comes_first(suggestions):
    for s in suggestions[::9]:
        by_sentence = {c.sentence: abs(c.points) for c in s.explanation.contributions if c.sentence}
        weights = [by_sentence[sentence] for sentence in s.explanation.sentences]
        assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "offered", "word"),
    [
        (demand("闸阀", spec="Q355B"), supply("闸阀", spec="Q235B"), "规格不符"),
        (demand("无缝钢管", standard="GB/T 8163"), supply("无缝钢管", standard="GB/T 3091"), "GB/T 3091"),
        (demand("烧碱"), supply("氢氧化钠"), "同义"),
        (demand("烧碱"), supply("烧碱"), "一致"),
        (demand("阀门"), supply("闸阀"), "一种"),
        (demand("闸阀"), supply("阀门"), "更宽"),
        (demand("番茄酱"), supply("番茄酱无菌袋"), "无菌袋"),
        (demand("烧碱", quantity="100吨/年"), supply("烧碱", quantity="10吨/年"), "10%"),
        (demand("烧碱", quantity="1200吨/年"), supply("烧碱", quantity="50吨/月"), "50 吨/月 已折算为年"),
        (demand("烧碱", quantity="5吨"), supply("烧碱", quantity="5条"), "条"),
        (demand("烧碱", county="博乐市"), supply("烧碱", county="博乐市"), "博乐市"),
        (demand("烧碱", leader="华泰公司"), supply("烧碱", intended_buyers="华泰"), "华泰公司"),
        (demand("烧碱"), supply("烧碱", tier="小巨人"), "小巨人"),
    ],
)  # fmt: skip
def test_a_sentence_names_the_thing(wanted, offered, word):
    (found,) = match([wanted], [offered]).suggestions
    assert any(word in sentence for sentence in found.explanation.sentences)


@pytest.mark.parametrize(
    ("wanted", "offered", "sentence"),
    [
        ("Cu≥20%，As≤0.4%", "Cu 22%-26%，As 0.5%", "规格相容：要 Cu≥20%，供 Cu 22%-26%"),
        ("DN15－DN400", "dn20-dn630", "规格相容：公称直径 要 DN15-DN400，供 dn20-dn630"),
        ("Q355B，PN16", "q355b PN16", "规格一致：Q355B；PN16"),
        ("Q＝320m³/h", "Q≤160m³/h", "规格不符：流量 要 320m³/h，供 ≤160m³/h"),
        ("含量99%", "98.5%", "规格一致：含量99%（供 98.5%）"),
        ("-25℃", "-40℃", "规格不符：温度 要 -25℃，供 -40℃"),
        ("DN50、DN80", "DN80", "规格一致：DN80"),
        ("1130×1130×1000mm", "1130×1130×980", "规格一致：1130×1130×1000mm（供 1130×1130×980）"),
        ("线圈AC220V", "线圈AC380V", "规格一致：电流种类 AC"),
        ("日处理20吨", "日处理5-25吨", "规格相容：要 20吨，供 5-25吨"),
        ("水分≤14%", "水分≤15%", "规格要核对：要 水分≤14%，供 水分≤15%"),
    ],
)
def test_specifications_are_said_as_they_were_written(wanted, offered, sentence):
    (found,) = match([demand("泵", spec=wanted)], [supply("泵", spec=offered)]).suggestions
    assert sentence in found.explanation.sentences


@pytest.mark.parametrize(
    ("wanted", "offered", "sentence"),
    [
        ("GB/T 3091-2015", "GB/T 3091", "执行标准相同：GB/T 3091-2015"),
        ("GBT3091-2015", "GB/T 3091-2015", "执行标准相同：GB/T 3091-2015"),
        (
            "GB/T 3091-2015",
            "GB/T 3091-2008",
            "执行标准相同：GB/T 3091-2015（供的是 GB/T 3091-2008，年号不同）",
        ),
        ("GB/T 8163-2018", "GB/T 3091", "执行标准不同：要 GB/T 8163-2018，供 GB/T 3091"),
    ],
)
def test_standards_are_said_as_they_were_written(wanted, offered, sentence):
    assert sentence in said(demand("钢管", standard=wanted), supply("钢管", standard=offered))


@pytest.mark.parametrize(
    ("wanted", "offered", "sentence"),
    [
        ("枸杞热泵烘干机", "枸杞烘干房", "品名都有“枸杞”“烘干”"),
        ("风电塔筒", "风力发电塔架", "“风电”即“风力发电”"),  # and not 电塔, which is no word
        ("聚氯乙烯树脂", "聚氯乙烯糊树脂", "品名都有“聚氯乙烯”“树脂”"),
        ("铁木电缆盘", "木托盘（铜杆用）", "品名只有“木”“盘”字相同"),
        ("电介铜", "阴极铜", "品名同义：电解铜 即 阴极铜（“电介铜”按“电解铜”理解）"),
        ("绝缘手套", "手套", "“手套”是更宽的品类，是否含“绝缘手套”要核对"),
        ("防切割钢丝手套", "HPPE防割手套", "都属于“手套”，供的“防割手套”是其中一种"),
        ("枸杞蜂蜜", "枸杞", "要的是“枸杞蜂蜜”，供的只是“枸杞”"),
    ],
)
def test_names_are_explained_by_their_words(wanted, offered, sentence):
    assert sentence in said(demand(wanted), supply(offered))


def test_what_the_specifications_share_is_said_in_words():
    found = said(
        demand("除尘滤袋", spec="PTFE覆膜，防静电，φ160"),
        supply("除尘布袋", spec="PTFE覆膜针刺毡，不防静电"),
    )
    assert "品名、规格里都提到“PTFE覆膜”" in found


@pytest.mark.parametrize(
    ("wanted", "offered", "sentences"),
    [
        (
            "6205-2RS",
            "6205-ZZ",
            ["型号或代号不同：要 6205-2RS，供 6205-ZZ", "型号或代号部分相同：6205"],
        ),
        ("CJX2-3210", "CJX2-3210", ["型号或代号相同：CJX2-3210"]),
        ("HW29", "HW08、HW11", ["同系列但规格型号不同：要 HW29，供 HW08、HW11"]),
    ],
)
def test_models_are_said_whole_and_once(wanted, offered, sentences):
    found = said(demand("轴承", spec=wanted), supply("轴承", spec=offered))
    assert [each for each in found if "型号" in each] == sentences


def test_units_that_only_count_are_not_said_to_be_beyond_conversion():
    found = said(demand("托盘", quantity="5只"), supply("托盘", quantity="5个"))
    assert "计量单位不同：要的按“只”，供的按“个”" in found


def test_a_capacity_of_several_products_is_said_to_be_one():
    found = said(
        demand("棉粕、麸皮", quantity="100吨", products=("棉粕", "麸皮")),
        supply("麸皮", quantity="40吨"),
    )
    assert "年产能只够年需求量的 40%（需求量是一行里几种产品合写的）" in found


def test_what_weighs_against_a_pair_is_said_by_the_feature_itself(suggestions):
    """But for models of one series, of which two features speak with one sentence."""
    for s in suggestions:
        for c in s.explanation.contributions:
            if c.points <= -0.5 and c.feature != "code_conflict":
                assert c.sentence, (s.demand_product, s.supply_product, c)


def test_no_sentence_holds_a_figure_that_reads_like_a_probability(suggestions):
    for s in suggestions:
        assert not any("相似度" in sentence for sentence in s.explanation.sentences)


def test_nothing_is_said_twice(suggestions):
    for s in suggestions:
        assert len(set(s.explanation.sentences)) == len(s.explanation.sentences)


def test_sentences_fit_on_a_line(suggestions):
    assert max(len(each) for s in suggestions for each in s.explanation.sentences) <= 80


def test_models_and_materials_keep_the_letters_of_the_rows(cases, suggestions):
    """Nothing folded is shown: every Latin word of a sentence stands so in one of the two rows."""
    rows = {c.demand.demand_id: f"{c.demand} {c.supply}" for c in cases}
    for s in suggestions:
        written = f"{rows[s.demand_id]} {rows[s.supply_id]}"
        for sentence in s.explanation.sentences:
            if sentence.startswith("同属"):  # the lexicon's own name of what both belong to
                continue
            for word in re.findall(r"[A-Za-z]{2,}", sentence):
                assert word in written, sentence


def test_names_are_said_as_they_were_written():
    (found,) = match([demand("PE管 dn63")], [supply("PE管")]).suggestions
    assert "品名一致：PE管" in found.explanation.sentences


@settings(max_examples=200)
@given(st.integers(-60 * MICRO, 60 * MICRO), st.integers(0, 10 * MICRO))
def test_probability_is_the_rounded_sigmoid_and_never_falls(log_odds, more):
    p = probability(log_odds)
    assert 0.0 <= p <= 1.0
    assert p == pytest.approx(1 / (1 + math.exp(-log_odds / MICRO)), abs=5.1e-7)
    assert p == round(p, 6)
    assert probability(log_odds + more) >= p
    assert probability(-log_odds) == pytest.approx(1 - p, abs=1.1e-6)


PAIRS = [
    (
        demand("闸阀", "D1", "5台", spec="Q355B DN50"),
        supply("闸阀", "S1", "3吨", spec="Q235B DN80"),
    ),
    (demand("番茄酱", "D2", "100吨"), supply("番茄酱无菌袋", "S2", "10吨")),
    (demand("设备维修服务", "D3"), supply("闸阀", "S3")),
    (
        demand("无缝钢管", "D4", standard="GB/T 8163"),
        supply("无缝钢管", "S4", standard="GB/T 3091"),
    ),
]


@settings(max_examples=60, deadline=None)
@given(st.floats(-3, 3), st.dictionaries(st.sampled_from(sorted(FEATURES)), st.floats(0, 5)))
def test_any_model_adds_up(base, sizes):
    model = Coefficients("x", base, {n: w * FEATURES[n].sign for n, w in sizes.items()})
    pairs = block(PAIRS)
    found = score(pairs, model)
    for i in range(len(PAIRS)):
        total = found.base + sum(int(p) for p in found.points[i])
        assert total == found.log_odds[i]
        assert found.probability(i) == probability(total)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(FEATURES)), st.floats(0, 3)),
    st.sampled_from(sorted(n for n, f in FEATURES.items() if f.sign < 0)),
    st.floats(0, 5),
)
def test_a_heavier_conflict_never_raises_the_probability(sizes, conflict, more):
    """Neither a larger weight of what speaks against a pair, nor its presence, may help it."""
    weights = {n: w * FEATURES[n].sign for n, w in sizes.items()}
    heavier = {**weights, conflict: weights.get(conflict, 0.0) - more}
    pairs = block(PAIRS)
    before, after = (
        score(pairs, Coefficients("x", 0.0, weights)),
        score(pairs, Coefficients("y", 0.0, heavier)),
    )
    assert (after.log_odds <= before.log_odds).all()


def test_every_feature_is_documented_signed_and_grouped():
    for name, feature in FEATURES.items():
        assert feature.name == name
        assert len(feature.doc) > 20
        assert feature.doc.rstrip().endswith((".", ")"))
        assert feature.sign in {-1, 1}
        assert feature.group in GROUPS


def test_the_shipped_weights_obey_the_signs():
    for name, weight in coefficients().weights.items():
        assert weight * FEATURES[name].sign > 0, name
