"""Interchangeable and excluding words as files: each word once, and no contradiction anywhere."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from matcher.knowledge import contrasts, interchangeable, split_bar, synonyms
from matcher.terms import contrasting, lexicon
from matcher.terms.analyse import usual
from matcher.terms.contrasts import marks_of
from matcher.text import clean, fold, has_chinese, squeeze

FOLDER = Path(__file__).parents[2] / "corpora" / "lexicon"
COLUMNS = {"words": ["words", "nearness", "note"], "contrasts": ["words", "note"]}


def table(name):
    """Explaining lines, column names, and rows as (line, cells), read without the loader."""
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    (_, header), *body = [
        (number, line.split("\t"))
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    return head, header, body


def groups(nearness):
    return [(n, split_bar(cells[0])) for n, cells in table("words")[2] if cells[1] == nearness]


def members():
    return [(n, [m.split("/") for m in split_bar(cells[0])]) for n, cells in table("contrasts")[2]]


@pytest.mark.parametrize("name", COLUMNS)
def test_the_head_explains_every_column(name):
    head, header, body = table(name)
    assert header == COLUMNS[name]
    (explained,) = [line for line in head if line.startswith("# 列：")]
    for column in header:
        assert f"{column}＝" in explained
    assert all(has_chinese(line) for line in head)
    for number, cells in body:
        assert len(cells) == len(header), f"line {number}"
        assert all(cell == clean(cell) for cell in cells), f"line {number}"


def test_every_line_is_loaded():
    assert set(interchangeable()) == {word for _, group in groups("同") for word in group}
    for _, group in groups("同"):
        assert {interchangeable()[word] for word in group} == {group[0]}
    assert contrasts() == tuple(tuple(map(tuple, each)) for _, each in members())
    assert len(groups("同")) + len(groups("近")) == len(table("words")[2])


@pytest.mark.parametrize("nearness", ["同", "近"])
def test_a_word_stands_in_one_group(nearness):
    """Also after folding: 矽胶 is 硅胶 and needs no line of its own."""
    counted = Counter(squeeze(word) for _, group in groups(nearness) for word in group)
    assert {word: n for word, n in counted.items() if n > 1} == {}
    assert all(len(group) > 1 for _, group in groups(nearness))


def test_a_spelling_stands_in_one_set():
    """There it may name several members, as 交直流 does."""
    counted = Counter(w for _, sets in members() for w in {fold(s) for each in sets for s in each})
    for number, sets in members():
        assert all(len(each) == len(set(map(fold, each))) for each in sets), f"line {number}"
    assert {word: n for word, n in counted.items() if n > 1} == {}
    assert all(len(each) > 1 for _, each in members())


def test_near_words_are_not_also_the_same():
    same = interchangeable()
    for number, group in groups("近"):
        for one, other in combinations(group, 2):
            assert same.get(one, one) != same.get(other, other), f"line {number}: {one} {other}"


def test_what_excludes_each_other_is_not_the_same():
    """Neither as synonyms of the lexicon nor as interchangeable words."""
    known = lexicon().canonical
    for number, sets in members():
        for mine, theirs in combinations(sets, 2):
            both = set(mine) & set(theirs)
            pairs = [(a, b) for a in set(mine) - both for b in set(theirs) - both]
            for one, other in ((squeeze(a), squeeze(b)) for a, b in pairs):
                assert known.get(one, one) != known.get(other, other), f"line {number}"
                assert usual(one) != usual(other), f"line {number}: {one} {other}"


def test_interchangeable_words_do_not_exclude_each_other():
    for number, group in groups("同"):
        for one, other in combinations(group, 2):
            found = contrasting(marks_of(fold(one)), marks_of(fold(other)))
            assert found == [], f"line {number}: {one} {other}"


def test_names_of_one_product_do_not_exclude_each_other():
    """磷酸二铵 is 磷酸氢二铵, though 磷酸 and 磷酸氢 name different salts."""
    wrong = [
        f"{group.place}: {one} {other} {found}"
        for group in synonyms()
        for one, other in combinations((group.preferred, *group.variants), 2)
        if (found := contrasting(marks_of(fold(one)), marks_of(fold(other))))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("试验台", "实验台"), ("挤塑板", "挤出板"), ("工装", "工作服"), ("牛津布", "牛津纺"),
        ("蚕丝", "真丝"), ("密封圈", "密封环"), ("桂圆", "龙眼"),
    ],
)  # fmt: skip
def test_near_misses_are_not_the_same(one, other):
    """Pairs that were once listed as interchangeable and make different products equal."""
    same = interchangeable()
    assert same.get(one, one) != same.get(other, other)
    for mine, theirs in [(one[:2], other[:2]), (one, other)]:
        assert mine == theirs or same.get(mine, mine) != same.get(theirs, theirs)
