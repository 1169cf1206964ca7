"""名称 and 类别: every feature once with a case that shows it and a near twin that does not."""

import pytest

from matcher.ranking.features import FEATURES
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
    assert value("name_likeness", "氢氧化钠", "烧碱") >= 0.9
    assert value("name_likeness", "液碱", "片碱") < 0.9
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
    assert value("name_ratio", "无缝钢管", "无逢钢管") == pytest.approx(0.75)
    assert value("name_ratio", "闸阀", "电缆") == 0.0


def test_name_covered():
    assert value("name_covered", "闸阀", "铸铁闸阀") == 1.0
    assert 0.0 < value("name_covered", "铸铁闸阀", "闸阀") < 1.0
    assert value("name_covered", "闸阀", "电缆") == 0.0


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


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [("闸阀", "球阀", 1.0), ("闸阀", "阀门", 0.0), ("闸阀", "闸阀", 0.0), ("闸阀", "番茄酱", 0.0)],
)
def test_siblings(wanted, offered, expected):
    assert value("siblings", wanted, offered) == expected


def test_code_same():
    assert value("code_same", "轴承 6205", "6205 轴承") == 1.0
    assert 0.0 < value("code_same", "闸阀Z41H-16C DN50", "闸阀 DN50") < 1.0
    assert value("code_same", "轴承 6205", "轴承 6206") == 0.0
    assert value("code_same", "轴承", "轴承 6205") == 0.0


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
        "某某物",
    ]
    pairs = [(demand(a), supply(b)) for a in names for b in names]
    together = block(pairs)
    columns = {name: f.compute(together) for name, f in FEATURES.items()}
    for i in range(0, len(pairs), 5):
        alone = block([pairs[i]], together.statistics)
        for name, feature in FEATURES.items():
            assert feature.compute(alone)[0] == columns[name][i], name
