"""English trade names as a file: every line true to its header, every name known, nothing twice."""

from collections import Counter
from pathlib import Path

import pytest

from matcher.knowledge import broader, english, product_terms, split_bar, synonyms
from matcher.terms import lexicon
from matcher.text import clean, has_chinese, squeeze

FILE = Path(__file__).parents[2] / "corpora" / "lexicon" / "english.tsv"
LINES = FILE.read_text(encoding="utf-8").splitlines()
HEADER, *ROWS = [
    (number, line.split("\t"))
    for number, line in enumerate(LINES, 1)
    if line.strip() and not line.startswith("#")
]


def test_the_head_explains_every_column():
    number, columns = HEADER
    assert columns == ["name", "english", "note"]
    (explained,) = [line for line in LINES[: number - 1] if line.startswith("# 列：")]
    for column in columns:
        assert f"{column}＝" in explained
    assert all(has_chinese(line) for line in LINES if line.startswith("#"))


def test_what_is_loaded_is_what_stands_in_the_file():
    assert english() == tuple(
        (cells[0], split_bar(cells[1]), f"lexicon/english.tsv:{number}") for number, cells in ROWS
    )
    assert len(ROWS) >= 1200


def test_every_chinese_name_is_the_preferred_one_of_a_known_product():
    preferred = {group.preferred for group in synonyms()}
    related = {name for narrow, broad, _ in broader() for name in (narrow, broad)}
    known = lexicon().canonical
    for number, (name, *_) in ROWS:
        assert name in preferred | related, f"line {number}: {name}"
        assert known[squeeze(name)] == squeeze(name), f"line {number}: {name}"


def test_nothing_stands_twice():
    assert {name for name, n in Counter(cells[0] for _, cells in ROWS).items() if n > 1} == set()
    names = Counter(squeeze(each) for _, cells in ROWS for each in split_bar(cells[1]))
    assert {name for name, n in names.items() if n > 1} == set()


def test_names_are_clean_english_words_or_abbreviations_of_three_letters():
    for number, (_, names, *_) in ROWS:
        assert names == "|".join(split_bar(names)), f"line {number}"
        for name in split_bar(names):
            assert name == clean(name), f"line {number}: {name}"
            assert name.isascii(), f"line {number}: {name}"
            assert len(squeeze(name)) >= 3, f"line {number}: {name}"
            assert len(name) <= 60, f"line {number}: {name}"


def test_english_names_are_names_of_the_product_and_no_product_of_their_own():
    known = lexicon()
    for name, names, place in english():
        for each in names:
            assert known.canonical[squeeze(each)] == squeeze(name), f"{place}: {each}"
            assert squeeze(each) not in known.parents, place
    assert len({*known.canonical.values()}) == len(
        {known.canonical[squeeze(name)] for name in product_terms()}
    )


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("roller bearing", "roller bearings"),
        ("limit switch", "limit switches"),
        ("goji berry", "goji berries"),
        ("cardboard box", "cardboard boxes"),
        ("MLCC", "MLCCs"),
        ("toy", "toys"),
    ],
)
def test_a_plural_is_the_same_product(singular, plural):
    known = lexicon().canonical
    assert known[squeeze(plural)] == known[squeeze(singular)]


def test_an_english_name_goes_before_the_plural_of_another():
    known = lexicon().canonical
    assert (known["glass"], known["glasses"]) == ("玻璃", "眼镜")
