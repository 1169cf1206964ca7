"""Mistyped characters: the name that was meant is found, a rarer name is left in peace."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.knowledge import confusable, words
from matcher.terms import analyse, lexicon
from matcher.terms.segment import BACKENDS, segmenter
from matcher.terms.typos import corrected
from matcher.text import fold, has_chinese
from tests.terms.names import case_names, lexicon_names

FILE = Path(__file__).parents[2] / "corpora" / "lexicon" / "confusable.tsv"


def correct(text, backend=""):
    return corrected(segmenter(backend).cut(fold(text)))


@pytest.mark.parametrize(
    ("written", "meant", "text"),
    [
        ("闸伐", "闸阀", "闸阀"),
        ("枸祀", "枸杞", "枸杞"),
        ("无逢钢管", "无缝钢管", "无缝钢管"),
        ("聚绿乙烯", "聚氯乙烯", "聚氯乙烯"),
        ("高强罗栓", "高强螺栓", "高强螺栓"),
        ("塑料遍织袋", "塑料编织袋", "塑料编织袋"),
        ("工业琉酸", "硫酸", "工业硫酸"),
        ("柠蒙酸", "柠檬酸", "柠檬酸"),
        ("电缆侨架", "电缆桥架", "电缆桥架"),
        ("粉媒灰", "粉煤灰", "粉煤灰"),
        ("环已烷", "环己烷", "环己烷"),
        ("已二酸", "己二酸", "己二酸"),
        ("闸伐DN100", "闸阀", "闸阀dn100"),
    ],
)
def test_a_mistyped_product_is_the_one_that_was_meant(written, meant, text):
    found, ((wrong, right),) = correct(written)
    assert right == meant
    assert found == text
    assert wrong in fold(written)


def test_several_products_are_corrected_each():
    assert correct("伐门（闸伐）") == ("阀门(闸阀)", (("伐门", "阀门"), ("闸伐", "闸阀")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DN100",
        "闸阀",
        "布带",
        "白梅",  # no 白煤: two characters say little, and 煤 is not that much commoner
        "防汗剂",  # no 焊剂: a word that nobody knows
        "止汗剂",
        "石蜡或油",  # no 火油
        "粗毛或马毛",
        "零件和附件",  # no 零件盒
        "非橡胶垫片",  # no 废橡胶
        "非不锈钢焊缝",
        "制动等用途",  # no 制动灯
        "浆纱料（浆纱级）",  # no 浆纱机
        "劳保运动靴",  # no 运动鞋: both are made
        "胡萝卜酱",
        "戊二醛癸甲溴铵溶液",  # no 氨溶液
        "盖屋板",
        "甲基立枯磷",
        "苏木乙蒜素",  # no 乙酸
    ],
)
def test_a_name_that_only_resembles_another_stays(text):
    assert correct(text) == (fold(text), ())


def test_no_name_of_the_lexicon_is_corrected():
    names = {fold(name) for name in lexicon_names()}
    assert [n for n in names if n in lexicon() and correct(n)[1]] == []


def test_terms_speak_of_the_product_that_was_meant_and_keep_what_was_written():
    terms = analyse("工业琉酸", "98%")
    assert terms.name == "工业琉酸"
    assert terms.misspelt == (("琉酸", "硫酸"),)
    assert terms.head == analyse("工业硫酸", "98%").head
    assert "琉酸" in terms.text


CONFUSED = sorted({char for right, wrong in confusable() for char in (right, *wrong)})
NAMES = sorted(n for n in lexicon().canonical if 3 <= len(n) <= 8 and all(map(has_chinese, n)))
SAMPLED = st.sampled_from(NAMES)


@st.composite
def mistyped(draw):
    """A known name with one character replaced by one that is typed for it by mistake."""
    name = draw(SAMPLED)
    wrong = dict(confusable())
    places = [i for i, char in enumerate(name) if wrong.get(char)]
    assume(places)
    place = draw(st.sampled_from(places))
    return name, name[:place] + draw(st.sampled_from(wrong[name[place]])) + name[place + 1 :]


TEXTS = st.lists(
    mistyped().map(lambda pair: pair[1])
    | st.sampled_from(CONFUSED)
    | st.sampled_from(case_names())
    | st.sampled_from(["、", "(", ")", "DN100", "或", "非"]),
    max_size=4,
).map("".join)


@settings(max_examples=300)
@given(TEXTS)
def test_each_correction_changes_one_character_and_makes_a_known_name(text):
    folded = fold(text)
    found, pairs = correct(text)
    changed = [i for i, (a, b) in enumerate(zip(folded, found, strict=True)) if a != b]
    assert len(changed) == len(pairs)
    allowed = {(char, right) for right, wrong in confusable() for char in wrong}
    assert all((folded[i], found[i]) in allowed for i in changed)
    for wrong, right in pairs:
        assert right in lexicon()
        assert wrong not in lexicon()
        assert wrong in folded
        assert right in found
        assert sum(a != b for a, b in zip(wrong, right, strict=True)) == 1


def test_a_slip_that_makes_another_known_name_stays():
    """One product typed as another is that other, whatever was meant."""
    wrong = dict(confusable())
    slips = {
        name[:i] + char + name[i + 1 :]
        for name in NAMES
        for i in range(len(name))
        for char in wrong.get(name[i], ())
    }
    others = sorted(slips & set(lexicon().canonical))
    assert others
    assert [name for name in others if correct(name) != (name, ())] == []
    apart = [corrected(list(name))[1] for name in others]  # even where no word is seen
    assert all(name not in dict(pairs) for name, pairs in zip(others, apart, strict=True))


def test_most_mistyped_names_are_understood():
    """One slip in a known name of three or more characters, over a fixed sample of names."""
    wrong = dict(confusable())
    slips = [
        (name, name[:i] + wrong[name[i]][0] + name[i + 1 :])
        for name in NAMES[::40]
        for i in [len(name) // 2]
        if wrong.get(name[i])
    ]
    tried = [(name, slip) for name, slip in slips if slip not in lexicon()]
    understood = sum(correct(slip)[0] == name for name, slip in tried)
    assert len(tried) > 100
    assert understood > len(tried) / 2


@settings(max_examples=150, deadline=None)  # the first example loads both
@given(TEXTS)
def test_the_same_with_either_segmenter(text):
    pytest.importorskip("rjieba")
    first, second = (correct(text, backend) for backend in BACKENDS)
    assert first == second


def test_a_table_of_single_characters_each_once():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0] == ["right", "wrong"]
    rights = [right for right, _ in rows[1:]]
    assert rights == sorted(set(rights))
    assert confusable() == tuple((right, tuple(wrong.split("|"))) for right, wrong in rows[1:])
    for right, wrong in confusable():
        assert max(Counter((right, *wrong)).values()) == 1, right
        assert all(len(char) == 1 and has_chinese(char) for char in (right, *wrong))
        assert fold(right) == right  # 繁 is folded before anything is compared
        assert all(fold(char) == char for char in wrong)


def test_function_words_are_never_taken_for_slips():
    for word in words("stopwords"):
        if len(word) == 1:
            for name in NAMES[::400]:
                assert all(w != word for w, _ in correct(f"{name}{word}{name}")[1])
                assert correct(f"{name}{word}{name}")[0] == f"{name}{word}{name}"
