"""Columns of the vector space: the fast way finds what the tokens say, one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.terms import (
    COLUMNS,
    analyse,
    column,
    column_weights,
    name_columns,
    text_columns,
    weight,
)
from matcher.terms.columns import RANGE, set_columns
from matcher.text import fold
from tests.terms.names import case_rows

WORDS = "铜 杆 钢管 阀门 𠮷 〇 刹车油 闸伐 氢氧化钠 304 Z41H-16C DN100 φ8.5 6205-2RS bearing"
PIECES = st.sampled_from([*WORDS.split(), *"(),、;°³"])
TEXTS = st.lists(PIECES, max_size=8).map(" ".join) | st.lists(PIECES, max_size=8).map("".join)


def counted(matrix, i):
    row = matrix[i]
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))


def slow(tokens):
    return dict(Counter(column(token) for token in tokens))


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_names_stand_in_the_columns_of_their_tokens(texts):
    names = [analyse(text).of_name for text in texts]
    found = name_columns(names)
    assert found.shape == (len(names), COLUMNS)
    assert [counted(found, i) for i in range(len(names))] == [slow(name.grams) for name in names]


@settings(deadline=None)
@given(st.lists(TEXTS.map(fold), max_size=5))
def test_rows_stand_in_the_columns_of_their_tokens(texts):
    found = text_columns(texts)
    terms = [analyse(text) for text in texts]
    expected = [slow(t.text_grams) for t in (analyse(text) for text in texts)]
    assert [t.text.rstrip(";") for t in terms] == [text.rstrip(";") for text in texts]
    assert [counted(found, i) for i in range(len(texts))] == expected


def test_real_rows_stand_in_the_columns_of_their_tokens():
    terms = [analyse(*row) for row in case_rows()[::10]]
    names, texts = name_columns([t.of_name for t in terms]), text_columns([t.text for t in terms])
    for i, each in enumerate(terms):
        assert counted(names, i) == slow(each.grams), each.name
        assert counted(texts, i) == slow(each.text_grams), each.text


@given(st.text(min_size=1, max_size=6))
def test_a_column_holds_tokens_of_its_weight(token):
    assert 0 <= column(token) < COLUMNS
    assert column_weights(np.array([column(token)]))[0] == weight(token)


@pytest.mark.parametrize(
    ("token", "place", "inside"),
    [
        ("阀", 2, 442404),
        ("闸阀", 1, 836449),
        ("闸阀门", 0, 141567),
        ("c:dn50", 1, 494646),
    ],
)
def test_columns_of_a_token_never_change(token, place, inside):
    """Saved statistics and indexes depend on them."""
    assert column(token) // RANGE == place
    assert column(token) % RANGE == inside


def test_tokens_are_spread_evenly():
    """As many columns hold one of many tokens as chance gives, within a per cent."""
    tokens = {token for row in case_rows() for token in analyse(*row).text_grams if len(token) == 4}
    filled = len({column(token) for token in tokens})
    expected = RANGE * (1 - np.exp(-len(tokens) / RANGE))
    assert filled == pytest.approx(expected, rel=0.01)


def test_sets_are_laid_out_one_behind_the_other():
    flat, starts = set_columns([{"a1", "b2"}, set(), {"a1"}], "c:")
    assert starts.tolist() == [0, 2, 2, 3]
    assert set(flat[:2].tolist()) == {column("c:a1"), column("c:b2")}
    assert flat[2] == column("c:a1")
