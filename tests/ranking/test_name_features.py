"""名称 and 类别: every feature once with a case that shows it and a near twin that does not."""

import pytest

from matcher.ranking.features import FEATURES
from matcher.ranking.statistics import Statistics
from matcher.terms import analyse
from tests.ranking.builders import block, demand, supply


def value(feature, wanted, offered):
    """A feature of one pair of names, among a few other names so that words differ in rarity."""
    rest = [
        (demand(n), supply(n))
        for n in ("阀门", "钢管", "番茄酱", "电缆", "bearing 6205", "钢管 DN50")
    ]
    return FEATURES[feature].compute(block([(demand(wanted), supply(offered)), *rest]))[0]


def test_name_likeness():
    assert value("name_likeness", "闸阀", "闸阀") == pytest.approx(1.0)
    assert value("name_likeness", "氢氧化钠", "烧碱") > value("name_likeness", "液碱", "片碱")
    assert value("name_likeness", "闸阀", "球阀") > 0.0
    assert value("name_likeness", "闸阀", "电缆") == 0.0


def test_rare_shared_words_count_more():
    common = [(demand(f"bearing no {c}"), supply(f"bearing no {c}")) for c in "abcdefgh"]
    wanted = demand("quixotz bearing")
    pairs = block(
        [(wanted, supply("quixotz keyrack")), (wanted, supply("keyrack bearing")), *common]
    )
    rare, usual, *_ = FEATURES["name_likeness"].compute(pairs)
    assert rare > usual > 0.0


def test_name_ratio():
    assert value("name_ratio", "无缝钢管", "无缝钢管") == 1.0
    assert value("name_ratio", "无缝钢管", "无缝铜管") == pytest.approx(0.75)
    assert value("name_ratio", "闸阀", "电缆") == 0.0


def test_text_likeness_looks_at_the_whole_row():
    pairs = block(
        [
            (demand("样品", spec="DN50 304"), supply("样品", spec="304 DN50 PN16")),
            (demand("样品", spec="DN50 304"), supply("样品", spec="橡胶垫片")),
            (demand("样品", spec="DN50 304"), supply("电缆", spec="橡胶垫片")),
        ]
    )
    same, name_only, nothing = FEATURES["text_likeness"].compute(pairs)
    assert 1.0 > same > name_only > nothing == 0.0


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("烧碱", "氢氧化钠", 1.0),
        ("闸阀", "闸阀 DN50", 1.0),
        ("闸阀（铸铁）", "闸阀", 1.0),
        ("闸阀", "铸铁闸阀", 0.0),
        ("", "", 0.0),
    ],
)
def test_name_same(wanted, offered, expected):
    assert value("name_same", wanted, offered) == expected


def test_words_covered_and_precise():
    assert value("words_covered", "闸阀", "铸铁闸阀") == 1.0
    assert 0.0 < value("words_covered", "铸铁闸阀", "闸阀") < 1.0
    assert value("words_covered", "闸阀", "电缆") == 0.0
    assert value("words_precise", "铸铁闸阀", "闸阀") == 1.0
    assert 0.0 < value("words_precise", "闸阀", "铸铁闸阀") < 1.0


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("食品级编织袋", "加厚编织袋", 1.0),
        ("工业烧碱", "氢氧化钠（固体）", 1.0),
        ("番茄酱", "番茄酱无菌袋", 0.0),
        ("铜杆", "铜杆连铸连轧生产线", 0.0),
        ("", "", 0.0),
    ],
)
def test_head_same(wanted, offered, expected):
    assert value("head_same", wanted, offered) == expected


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("番茄酱", "番茄酱无菌袋", 1.0),
        ("闸阀", "球阀", 1.0),
        ("阀门", "闸阀", 0.0),  # a kind of it
        ("闸阀", "阀门", 0.0),
        ("氢氧化钠", "烧碱", 0.0),
        ("某某物", "闸阀", 0.0),  # an unknown head is no conflict
        ("闸阀", "某某物", 0.0),
        ("", "闸阀", 0.0),
    ],
)
def test_head_conflict(wanted, offered, expected):
    assert value("head_conflict", wanted, offered) == expected


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("铜杆", "铜杆连铸连轧生产线", 1.0),
        ("番茄酱", "番茄酱无菌袋", 1.0),
        ("铜杆连铸连轧生产线", "铜杆", 0.0),  # the other way round
        ("铜杆", "无氧铜杆", 0.0),  # at the end it is the head
        ("铜杆", "铜杆 φ8mm", 0.0),
        ("铜杆", "铜杆", 0.0),
    ],
)
def test_wanted_is_modifier(wanted, offered, expected):
    assert value("wanted_is_modifier", wanted, offered) == expected


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [("枸杞烘干机", "枸杞", 1.0), ("枸杞", "枸杞烘干机", 0.0), ("无氧铜杆", "铜杆", 0.0)],
)
def test_offered_is_modifier(wanted, offered, expected):
    assert value("offered_is_modifier", wanted, offered) == expected


@pytest.mark.parametrize(
    ("wanted", "offered", "narrower", "wider"),
    [
        ("阀门", "闸阀", 1.0, 0.0),
        ("闸阀", "阀门", 0.0, 1.0),
        ("管材", "直缝焊管", 1 / 3, 0.0),
        ("直缝焊管", "管材", 0.0, 1 / 3),
        ("闸阀", "球阀", 0.0, 0.0),
        ("闸阀", "闸阀", 0.0, 0.0),
        ("某某物", "闸阀", 0.0, 0.0),
    ],
)
def test_offered_is_narrower_and_wider(wanted, offered, narrower, wider):
    assert value("offered_is_narrower", wanted, offered) == pytest.approx(narrower)
    assert value("offered_is_wider", wanted, offered) == pytest.approx(wider)


def test_family_is_nearer_for_siblings_than_for_strangers():
    assert value("family", "闸阀", "闸阀") == 1.0
    assert value("family", "闸阀", "球阀") > value("family", "闸阀", "弯头")
    assert value("family", "闸阀", "番茄酱") == 0.0
    assert value("family", "某某物", "某某物") == 0.0  # nothing is known of it


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("冷轧钢板", "热轧钢板", 1.0),
        ("铜芯立式电缆", "铝芯卧式电缆", 2.0),
        ("冷轧钢板", "钢板", 0.0),
        ("冷轧钢板", "冷轧热轧钢板", 0.0),  # lists its variants
        ("冷轧钢板", "冷轧钢板", 0.0),
    ],
)
def test_contrast(wanted, offered, expected):
    assert value("contrast", wanted, offered) == expected


def test_unrelated():
    assert value("unrelated", "闸阀", "番茄酱") == 1.0
    assert value("unrelated", "闸阀", "球阀") < 1.0
    for wanted, offered in (("闸阀", "铸铁闸阀"), ("阀门", "闸阀"), ("烧碱", "氢氧化钠")):
        assert value("unrelated", wanted, offered) == 0.0


def test_code_same():
    assert value("code_same", "轴承 6205", "6205 轴承") == 1.0
    assert 0.0 < value("code_same", "闸阀Z41H-16C J41H-25", "闸阀 Z41H-16C") < 1.0
    assert value("code_same", "轴承 6205", "轴承 6206") == 0.0
    assert value("code_same", "轴承", "轴承 6205") == 0.0


def test_code_conflict():
    assert value("code_conflict", "轴承 6205", "轴承 6206") == 1.0
    assert value("code_conflict", "轴承 6205", "轴承 6205") == 0.0
    assert value("code_conflict", "轴承 6205", "轴承") == 0.0
    # Of the name with fewer codes only: the other may say more.
    assert value("code_conflict", "轴承 6205", "轴承 6205 SKF22") == 0.0


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("接触器CJX2-3210", "接触器CJX2-0910", 1.0),
        ("穴盘128孔", "穴盘72孔", 1.0),
        ("穴盘128孔", "穴盘72孔、128孔", 0.0),
        ("五层纸箱", "三层纸箱", 1.0),
        ("穴盘128孔 K9级", "穴盘72孔 K7级", 2.0),
        ("穴盘128孔", "穴盘", 0.0),
        ("接触器CJX2-3210", "接触器LC1-D09", 0.0),  # another series, maybe another maker's
        ("年产500吨设备", "年产800吨设备", 0.0),  # how many, and not which
        ("轴承 6205", "轴承 6206", 0.0),  # bare numbers are left to the codes
    ],
)
def test_figure_conflict(wanted, offered, expected):
    assert value("figure_conflict", wanted, offered) == expected


def test_misspelt():
    assert value("misspelt", "闸阀", "闸伐") == 1.0
    assert value("misspelt", "闸伐", "闸伐") == 0.0
    assert value("misspelt", "闸阀", "球阀") == 0.0
    assert value("head_same", "闸阀", "闸伐") == 1.0


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("阀门维修", "阀门", 1.0),
        ("阀门", "阀门维修服务", 1.0),
        ("阀门维修", "水泵维修", 0.0),
        ("阀门", "水泵", 0.0),
        ("维修工具", "扳手", 0.0),
    ],
)
def test_service_mismatch(wanted, offered, expected):
    assert value("service_mismatch", wanted, offered) == expected


def test_an_empty_block_gives_empty_columns():
    pairs = block([])
    for feature in FEATURES.values():
        assert feature.compute(pairs).shape == (0,)


def test_a_pair_has_the_same_values_alone_and_among_others():
    names = [
        "闸阀",
        "球阀 DN50",
        "铜杆",
        "铜杆连铸连轧生产线",
        "阀门维修",
        "烧碱",
        "氢氧化钠",
        "轴承6205-2RS",
    ]
    pairs = [(demand(a), supply(b)) for a in names for b in names]
    statistics = Statistics.of([analyse(name) for name in names])
    together = block(pairs, statistics)
    columns = {name: f.compute(together) for name, f in FEATURES.items()}
    for i in range(0, len(pairs), 5):
        alone = block([pairs[i]], statistics)
        for name, feature in FEATURES.items():
            assert feature.compute(alone)[0] == columns[name][i], name
