"""Words that exclude each other: found as whole words, the longest first, silent where unsure."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.knowledge import contrasts
from matcher.terms import contrasting
from matcher.terms.contrasts import marks_of
from matcher.text import fold

SPELLINGS = [
    (number, member, spelling)
    for number, members in enumerate(contrasts())
    for member, spellings in enumerate(members)
    for spelling in spellings
]


def named(text):
    """The words whose members a text names, as the sets write them first."""
    return {contrasts()[n][m][0] for n, found in marks_of(fold(text)).items() for m in found}


def excluded(one, other):
    return contrasting(marks_of(fold(one)), marks_of(fold(other)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("冷轧钢板", {"冷轧"}),
        ("热浸锌钢管", {"热镀锌"}),  # another spelling of a member
        ("玻璃钢格栅", {"玻璃钢"}),  # and no 玻璃
        ("不饱和聚酯树脂", {"不饱和聚酯"}),  # and neither 聚酯 nor 饱和
        ("铝合金芯电缆", {"铝合金芯"}),  # and no 铝合金
        ("磷酸二氢钾", {"磷酸二氢", "钾"}),
        ("卧式离心泵", {"卧式", "离心"}),
        ("管子", set()),
        ("", set()),
    ],
)
def test_the_longest_word_is_found_first(text, words):
    assert named(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PE管", {"聚乙烯"}),
        ("PE100给水管", {"聚乙烯", "给水"}),  # a digit ends a Latin word
        ("PET瓶", set()),
        ("tape", set()),
        ("PPR管", set()),
        ("PP-R管", {"聚丙烯"}),
        ("absorber", set()),
        ("LED灯", {"LED"}),
        ("sealed", set()),
    ],
)
def test_latin_words_only_as_whole_words(text, words):
    assert named(text) == words


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("冷轧钢板", "热轧钢板", [("冷轧", "热轧")]),
        ("热镀锌钢管", "冷镀锌钢管", [("热镀锌", "电镀锌")]),  # each as the set names it first
        ("立式离心泵", "卧式离心泵", [("立式", "卧式")]),
        ("立式离心泵", "卧式轴流泵", [("立式", "卧式"), ("离心", "轴流")]),
        # one spelling or another of the same member
        ("紫铜棒", "红铜棒", []),
        # one side says nothing
        ("冷轧钢板", "钢板", []),
        ("钢板", "冷轧钢板", []),
        # one side names several: it lists its variants, or is made of both
        ("冷轧、热轧钢板", "热轧钢板", []),
        ("立式离心泵", "立式、卧式离心泵", []),
        ("交流电源", "交直流电源", []),
        ("给水管", "给排水管", []),
        ("温度传感器", "温湿度传感器", []),
        ("牛肉丸", "牛羊肉丸", []),
        ("室外电缆", "室内外电缆", []),
        # of different sets
        ("冷轧钢板", "卧式钢板", []),
    ],
)
def test_two_names_exclude_each_other(one, other, expected):
    assert excluded(one, other) == expected


def test_what_excludes_does_so_from_both_sides():
    for members in contrasts():
        for mine, theirs in permutations(members, 2):
            if excluded(mine[0], theirs[0]):
                assert (mine[0], theirs[0]) in excluded(mine[0], theirs[0])
                assert (theirs[0], mine[0]) in excluded(theirs[0], mine[0])


def test_every_spelling_is_found_as_its_own_member():
    for number, member, spelling in SPELLINGS:
        assert member in marks_of(fold(spelling)).get(number, ()), spelling


@given(st.lists(st.sampled_from([s for *_, s in SPELLINGS]), max_size=4).map("、".join))
def test_a_name_never_excludes_itself(name):
    assert excluded(name, name) == []


@given(
    st.lists(st.sampled_from([s for *_, s in SPELLINGS]), max_size=3).map("、".join),
    st.lists(st.sampled_from([s for *_, s in SPELLINGS]), max_size=3).map("、".join),
)
def test_the_reference_agrees(one, other):
    """A set speaks where each side names exactly one member of it, and not the same."""
    mine, theirs = marks_of(fold(one)), marks_of(fold(other))
    expected = sum(
        len(mine.get(n, ())) == len(theirs.get(n, ())) == 1 and mine[n] != theirs[n]
        for n in range(len(contrasts()))
    )
    assert len(contrasting(mine, theirs)) == expected
