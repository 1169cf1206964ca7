"""How near two products are as kinds (Lin 1998), and the usual name of a word."""

from functools import cache
from itertools import pairwise
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.knowledge import interchangeable
from matcher.terms import Lexicon, analyse, lexicon
from matcher.terms.analyse import usual, usual_text
from matcher.terms.lexicon import longest_run
from matcher.terms.segment import segmenter
from matcher.text import fold, squeeze

#        thing
#       /     \
#    valve    pipe
#    /   \      \
#  gate  ball   tube
PARENTS = {
    "gate": ("valve",),
    "ball": ("valve",),
    "tube": ("pipe",),
    "valve": ("thing",),
    "pipe": ("thing",),
}
SMALL = Lexicon({name: name for name in (*PARENTS, "thing", "salt")}, PARENTS)
NAMES = sorted({*lexicon().canonical.values()})
SOME = st.sampled_from(NAMES)


def slow_ancestors(name, steps=6):
    """Climb every way up."""
    if not steps:
        return set()
    parents = lexicon().parents.get(name, ())
    return {*parents, *(a for parent in parents for a in slow_ancestors(parent, steps - 1))} - {
        name
    }


def slow_information(kind):
    """Count the names that are of this kind, one by one."""
    return -log(len(below()[kind]) / len(below()))


@cache
def below():
    """Kind → all names that are of it."""
    names = {name: {name} for name in {*NAMES, *lexicon().parents}}
    for name in list(names):
        for kind in slow_ancestors(name):
            names[kind].add(name)
    return names


def slow_likeness(one, other):
    mine, theirs = {one, *slow_ancestors(one)}, {other, *slow_ancestors(other)}
    if not mine & theirs:
        return 0.0
    shared = max(slow_information(kind) for kind in mine & theirs)
    return 2 * shared / (slow_information(one) + slow_information(other))


def test_a_rare_kind_says_more():
    said = SMALL.information
    assert said["gate"] == pytest.approx(-log(1 / 7))
    assert said["valve"] == pytest.approx(-log(3 / 7))
    assert said["thing"] == pytest.approx(-log(6 / 7))
    for child, parent in pairwise(["gate", "valve", "thing"]):
        assert said[child] > said[parent]


def test_the_nearest_shared_kind_is_the_most_telling():
    assert SMALL.nearest_shared("gate", "ball") == "valve"
    assert SMALL.nearest_shared("gate", "tube") == "thing"
    assert SMALL.nearest_shared("gate", "valve") == "valve"
    assert SMALL.nearest_shared("gate", "gate") == "gate"
    assert SMALL.nearest_shared("gate", "salt") == ""
    assert SMALL.nearest_shared("gate", "unknown") == ""


def test_likeness_is_that_of_lin():
    said = SMALL.information
    assert SMALL.likeness("gate", "ball") == pytest.approx(said["valve"] / said["gate"])
    assert SMALL.likeness("gate", "valve") == pytest.approx(
        2 * said["valve"] / (said["gate"] + said["valve"])
    )
    assert SMALL.likeness("gate", "salt") == 0.0
    assert SMALL.likeness("gate", "unknown") == SMALL.likeness("unknown", "unknown") == 0.0


def test_siblings_are_nearer_than_strangers():
    assert SMALL.likeness("gate", "ball") > SMALL.likeness("gate", "tube") > 0
    known = lexicon()
    for one, sibling, stranger in [
        ("闸阀", "球阀", "无缝钢管"),
        ("烧碱", "纯碱", "编织袋"),
        ("离心泵", "潜水泵", "番茄酱"),
    ]:
        assert known.likeness(one, sibling) > known.likeness(one, stranger)


# The first example counts the whole lexicon, so no deadline for it.
@settings(deadline=None)
@given(SOME, SOME)
def test_likeness_of_shipped_names(one, other):
    known = lexicon()
    found = known.likeness(one, other)
    assert 0.0 <= found <= 1.0
    assert found == known.likeness(other, one)
    assert found == pytest.approx(slow_likeness(one, other))
    assert known.likeness(one, one) == 1.0
    if one != other:
        assert found < 1.0 or known.information[one] == known.information[other]


@settings(deadline=None)
@given(SOME)
def test_information_is_what_counting_says(name):
    assert lexicon().information[name] == pytest.approx(slow_information(name))


@settings(deadline=None)
@given(SOME)
def test_a_product_is_nearer_to_its_parent_than_to_what_shares_less(name):
    known = lexicon()
    for parent in known.parents.get(name, ()):
        for further in known.parents.get(parent, ()):
            assert known.likeness(name, parent) >= known.likeness(name, further)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("氢氧化钠", "烧碱"),  # a synonym of the lexicon
        ("逆止", "止回"),  # interchangeable inside names
        ("桌", "桌子"),  # of 桌|桌子 the lexicon knows 桌子
        ("u型", "u形"),  # the file writes U形
        ("pe", "聚乙烯"),
        ("某某", "某某"),
        ("", ""),
    ],
)
def test_the_usual_word(word, expected):
    assert usual(word) == expected


def test_words_that_only_the_word_list_knows_have_one_usual_name():
    known = lexicon()
    groups = {}
    for word, first in interchangeable().items():
        if squeeze(word) not in known:
            groups.setdefault(first, set()).add(usual(squeeze(word)))
    assert {first: names for first, names in groups.items() if len(names) > 1} == {}
    assert len(groups) > 500


def test_the_usual_name_of_a_usual_name_is_itself():
    for word in map(squeeze, interchangeable()):
        assert usual(usual(word)) == usual(word), word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("逆止装置", "止回设备"),
        ("PE打包绳", "聚乙烯捆扎绳"),
        ("氢氧化钠", "烧碱"),
        ("工业用氢氧化钠", "工业用烧碱"),
        ("抗UV遮雨棚布", "防紫外线防雨棚布"),
    ],
)
def test_names_that_differ_by_interchangeable_words_meet(one, other):
    using = segmenter()
    one, other = fold(one), fold(other)
    assert usual_text(one, using.cut(one)) == usual_text(other, using.cut(other))


def test_a_whole_name_goes_before_its_words():
    assert usual_text("离子膜烧碱", segmenter().cut("离子膜烧碱")) == lexicon().canonical.get(
        "离子膜烧碱", "离子膜烧碱"
    )
    assert usual_text("", []) == ""


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("spherical roller bearing", "调心滚子轴承"),
        ("Spherical Roller Bearings", "调心滚子轴承"),
        ("deep-groove ball bearing", "深沟球轴承"),
        ("tapered roller bearing", "圆锥滚子轴承"),
        ("Needle Bearing", "滚针轴承"),
        ("V-belt", "三角带"),
        ("V belts", "三角带"),
        ("gate valve", "闸阀"),
        ("chip resistor", "贴片电阻"),
        ("MLCC", "片式多层陶瓷电容"),
        ("multilayer ceramic capacitors", "片式多层陶瓷电容"),
        ("solder paste", "锡膏"),
        ("power adapter", "电源适配器"),
        ("caustic soda", "烧碱"),
        ("caustic soda", "氢氧化钠"),
        ("Copper Cathode", "电解铜"),
        ("cathode copper", "阴极铜"),
        ("tomato paste", "番茄酱"),
        ("goji berries", "枸杞"),
        ("wolfberry", "枸杞"),
        ("combed cotton yarn", "精梳棉纱"),
        ("calibration service", "计量校准"),
        ("gate valve (cast iron)", "闸阀"),
    ],
)
def test_an_english_name_is_the_product(english, chinese):
    assert analyse(english).concept == analyse(chinese).concept != ""
    assert lexicon().likeness(analyse(english).concept, analyse(chinese).head) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("spherical roller bearing", "圆柱滚子轴承"),
        ("spherical roller bearing", "tapered roller bearing"),
        ("gate valve", "globe valve"),
        ("tomato paste", "tomato powder"),
        ("tomato paste", "solder paste"),
        ("caustic soda", "soda ash"),
        ("chip resistor", "chip inductor"),
    ],
)
def test_english_names_that_share_words_stay_apart(one, other):
    assert "" != analyse(one).concept != analyse(other).concept != ""


@given(st.lists(st.text("abdelst", min_size=1, max_size=5), max_size=5))
def test_the_longest_run_is_of_whole_words(words):
    known = Lexicon({name: name for name in ("led", "bed", "ledbed", "at", "sealed")}, {})
    runs = ["".join(words[start:]) for start in range(len(words))]
    assert longest_run(words, known) == next((r for r in runs if r in known and len(r) > 2), "")


def test_a_run_begins_where_a_word_begins():
    known = Lexicon({name: name for name in ("led", "ledstrip", "pe")}, {})
    assert longest_run(["sealed"], known) == ""
    assert longest_run(["white", "led"], known) == "led"
    assert longest_run(["white", "led", "strip"], known) == "ledstrip"
    assert longest_run(["white", "led-strip"], known) == "ledstrip"
    assert longest_run(["bag", "pe"], known) == ""
    assert longest_run([], known) == ""
