"""Tokens of the vector space: which there are, what each counts, and what is a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.terms import analyse, weight
from matcher.terms.grams import codes_of, grams, is_latin, models, runs, text_grams
from matcher.text import fold, letters

LATIN = st.text(st.sampled_from("abcz019"), min_size=1, max_size=8)
CHINESE = st.text(st.sampled_from("铜钢管阀门"), min_size=1, max_size=6)


def of(name, core="", canonical="", words=(), concept=""):
    return grams(name, core or name, canonical or letters(name), words, concept)


def test_runs_are_chinese_or_latin_and_lose_only_signs():
    assert runs("闸阀z41h-16c, dn100(铸铁)") == ["闸阀", "z41h-16c", "dn100", "铸铁"]
    assert [is_latin(run) for run in runs("闸阀z41h 铸铁9")] == [False, True, False, True]
    assert runs("φ8.5μm") == ["φ8.5μm"]
    assert runs("(),;") == []


def test_a_name_has_all_families_of_tokens():
    assert set(of("闸阀dn9", words=["闸阀"], concept="阀门")) == {
        "闸", "阀", "闸阀",  # characters and n-grams of a Chinese run
        "c:dn9", "dn", "n9", "^dn", "dn9", "n9$", "^dn9", "dn9$",  # a code, its inner n-grams, its ends
        "w:闸阀", "$:9", "$:n9", "$:dn9", "s:阀门",
    }  # fmt: skip


def test_the_canonical_name_adds_its_own_n_grams_and_ends():
    plain, renamed = of("刹车油"), of("刹车油", canonical="制动油")
    assert renamed[: len(plain)] == plain
    assert {"制动", "动油", "$:动油", "制动油"} <= set(renamed[len(plain) :])
    assert "$:车油" in plain


def test_the_end_of_the_core_is_marked_and_not_the_end_of_the_name():
    marked = {token for token in of("闸阀(铸铁)", core="闸阀") if token[:2] == "$:"}
    assert marked == {"$:阀", "$:闸阀"}


@given(LATIN)
def test_latin_n_grams_are_bounded(run):
    """Two ends are marked, and only there stand the marks; no n-gram is longer than four."""
    found = [token for token in of(run) if token[1:2] != ":"]
    assert all(2 <= len(token) <= 4 for token in found)
    marked = f"^{letters(run)}$"
    slow = [marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1)]
    slow += [letters(run)[i : i + 2] for i in range(len(letters(run)) - 1)]
    assert sorted(found) == sorted(slow)
    for token in found:
        assert "^" not in token[1:]
        assert "$" not in token[:-1]


@given(CHINESE)
def test_chinese_n_grams_are_counted_as_often_as_they_stand(run):
    found = [token for token in of(run) if token[1:2] != ":"]
    slow = [run[i : i + n] for n in (1, 2, 3) for i in range(len(run) - n + 1)]
    assert sorted(found) == sorted(slow)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("阀", 2.0), ("闸阀", 1.0), ("闸阀门", 0.5),  # a character says most, a trigram repeats
        ("$:阀", 1.0), ("$:闸阀", 0.5), ("$:铁闸阀", 0.5),
        ("c:dn100", 1.0), ("a:pvc", 1.0), ("w:闸阀", 1.0), ("s:闸阀", 1.0),
        ("dn", 1.0), ("^dn", 1.0), ("dn10", 1.0),
        ("r:阀", 2.0), ("r:闸阀", 1.0), ("r:闸阀门", 0.5), ("r:c:dn100", 1.0), ("r:^dn", 1.0),
    ],
)  # fmt: skip
def test_each_family_has_its_weight(token, expected):
    assert weight(token) == expected


@given(st.lists(LATIN | CHINESE, min_size=1, max_size=4).map(" ".join))
def test_every_token_that_is_made_has_a_weight_and_the_prefix_changes_none(name):
    for token in of(name, words=[name], concept=name):
        assert 0 < weight(token) <= 2.0
    for token in text_grams(name):
        assert token[:2] == "r:"
        assert weight(token) == weight(token[2:])


def test_text_grams_are_those_of_the_runs_with_a_prefix():
    assert set(text_grams("闸阀 dn9")) == {
        "r:闸", "r:阀", "r:闸阀",
        "r:c:dn9", "r:dn", "r:n9", "r:^dn", "r:dn9", "r:n9$", "r:^dn9", "r:dn9$",
    }  # fmt: skip
    assert text_grams("") == ()
    assert set(analyse("闸阀", "dn9").text_grams) == set(text_grams("闸阀;dn9"))


@pytest.mark.parametrize(
    ("run", "codes"),
    [
        ("ezxs88w-na", ["ezxs88wna", "ezxs88w"]),  # a part without a digit is no code
        ("6205-2rs", ["62052rs", "6205", "2rs"]),
        ("z41h-16c", ["z41h16c", "z41h", "16c"]),
        ("0603", ["0603"]),
        ("yjv", []),
        ("9", []),  # one sign alone says too little
        ("m5", ["m5"]),
        ("a-1-b", ["a1b"]),  # parts of up to two signs say too little
    ],
)
def test_codes_of_a_run(run, codes):
    assert codes_of(run) == codes


@given(LATIN)
def test_codes_hold_a_digit_and_each_stands_once(run):
    found = codes_of(run)
    assert len(found) == len(set(found))
    for code in found:
        assert any(c.isdigit() for c in code)
        assert code in letters(run)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6205-2rs", {"62052rs", "6205", "2rs"}),
        ("ss34", {"ss34"}),
        ("0603", {"0603"}),
        ("贴片0603封装", set()),  # a word behind the number makes it a measure
        ("1234, 5678", {"1234", "5678"}),
        ("90号", {"90号"}),
        ("3型", {"3号"}),
        ("46#", {"46号"}),
        # a number with a unit behind it is a measure and no model
        ("8mhz", set()),
        ("280粒", set()),
        ("500ml", set()),
        ("380v", set()),
        ("100%", set()),
        ("120°c", set()),
        ("12", set()),  # a small number alone is a count
        ("闸阀", set()),
        ("pvc", set()),
    ],
)
def test_models(text, expected):
    assert models(text) == expected


@given(st.integers(1, 99999), st.sampled_from(["粒", "米", "公斤", "℃", "%", "mm", "kg", "mpa"]))
def test_a_number_with_a_unit_is_never_a_model(number, unit):
    assert models(fold(f"{number}{unit}")) == frozenset()
