"""What the ranking learns of the lists: mergeable, versioned, the same whatever the order."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from matcher.errors import XieshouError
from matcher.ranking import Statistics
from matcher.ranking.incidence import Incidence
from matcher.ranking.spaces import Space
from matcher.ranking.vectors import Vectors, cosines, pair_dots, worth
from matcher.terms import COLUMNS, analyse, column, column_weights
from matcher.text import firm_key

NAMES = [
    "闸阀",
    "球阀 DN50",
    "无缝钢管",
    "304不锈钢无缝管",
    "烧碱",
    "氢氧化钠",
    "番茄酱",
    "番茄酱无菌袋",
    "bearing 6205",
    "钢管 钢管扣件",
    "",
    "的",
]
TERMS = {name: analyse(name) for name in NAMES}
MADE = st.lists(
    st.tuples(
        st.sampled_from(["闸阀", "球阀", "烧碱", ""]),
        st.sampled_from(["甲厂", "乙厂", "甲厂有限公司", ""]),
    )
)
LISTS = st.lists(st.sampled_from(NAMES), max_size=8).map(lambda names: [TERMS[n] for n in names])


@settings(deadline=None)
@given(LISTS, LISTS)
def test_merging_is_counting_together(one, other):
    together = Statistics.of([*one, *other])
    merged = Statistics.of(one).merge(Statistics.of(other))
    assert merged == together
    assert merged.version == together.version
    assert Statistics.of(other).merge(Statistics.of(one)) == merged


@settings(deadline=None)
@given(MADE, MADE)
def test_what_firms_make_merges_as_a_set(one, other):
    """However often and in whatever order it is said; what names no firm or thing says nothing."""
    first, second = (Statistics(makers=Incidence.of(made)) for made in (one, other))
    merged = first.merge(second)
    assert merged == Statistics(makers=Incidence.of([*other, *one, *one]))
    assert merged.version == second.merge(first).version
    back = Statistics.from_json(merged.to_json())
    assert (back, back.version) == (merged, merged.version)
    told = {(thing, firm_key(firm)) for thing, firm in one + other if thing and firm}
    assert len(merged.makers.pairs) == len(told)
    assert (first.version == second.version) == (first == second)


@settings(deadline=None)
@given(LISTS)
def test_each_token_counts_once_per_name(terms):
    found = Statistics.of(terms)
    assert found.documents == len(terms)
    expected = np.zeros(COLUMNS, dtype=int)
    for term in terms:
        for tokens in (term.grams, term.text_grams):
            expected[sorted({column(token) for token in tokens})] += 1
    assert np.array_equal(found.counts, expected)


@settings(deadline=None)
@given(LISTS, LISTS)
def test_the_version_changes_with_the_counts_and_only_with_them(one, other):
    a, b = Statistics.of(one), Statistics.of(other)
    assert (a.version == b.version) == (a == b)
    assert Statistics.of(one[::-1]).version == a.version


@settings(deadline=None)
@given(LISTS)
def test_json_there_and_back(terms):
    found = Statistics.of(terms)
    back = Statistics.from_json(found.to_json())
    assert back == found
    assert back.version == found.version
    assert back.to_json() == found.to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format": 1, "documents": 1, "frequency": {}}',
        '{"format": 2, "documents": 1, "counts": ""}',
        '{"format": 3, "documents": 1, "counts": "eJwDAAAAAAE=", "makers": "eJwDAAAAAAE="}',
        '{"format": 3, "documents": 1, "counts": "?", "makers": "?"}',
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(XieshouError, match="统计数据"):
        Statistics.from_json(text)


def test_rarer_tokens_weigh_more():
    counts = np.zeros(COLUMNS, dtype=np.int32)
    counts[[column("often"), column("seldom")]] = 9, 1
    found = Statistics(9, counts)
    assert found.idf("often") == pytest.approx(1.0)
    assert found.idf("seldom") == pytest.approx(math.log(10 / 2) + 1)
    assert found.idf("never") == pytest.approx(math.log(10) + 1)
    for token in ("often", "seldom", "never"):
        assert found.rarity(np.array([column(token)]))[0] == pytest.approx(found.idf(token))


def vectors(terms, statistics):
    return Vectors.of(Space.of_names(terms).counts, worth(statistics))


def test_vectors_are_those_of_scikit_learn():
    terms = [TERMS[n] for n in NAMES]
    statistics = Statistics.of(terms)
    counts = np.zeros((len(terms), COLUMNS))
    for i, term in enumerate(terms):
        for gram in term.grams:
            counts[i, column(gram)] += 1
    used = np.flatnonzero(counts.any(axis=0))
    transformer = TfidfTransformer(sublinear_tf=True, norm=None).fit(counts[:, used])
    tfidf = transformer.transform(counts[:, used]).toarray()
    expected = normalize(tfidf * column_weights(used))
    found = vectors(terms, statistics).matrix()
    assert found[:, used].toarray() == pytest.approx(expected)
    assert found.nnz == np.count_nonzero(expected)


def test_unknown_tokens_count_nothing_and_empty_names_have_no_length():
    terms = [TERMS[n] for n in ("闸阀", "烧碱", "")]
    statistics = Statistics.of(terms[:1])
    matrix = vectors(terms, statistics).matrix()
    assert matrix.shape == (3, COLUMNS)
    lengths = np.asarray(np.sqrt(matrix.multiply(matrix).sum(axis=1))).ravel()
    assert lengths == pytest.approx([1.0, 0.0, 0.0])
    assert vectors([], statistics).matrix().shape == (0, COLUMNS)


@settings(max_examples=50, deadline=None)
@given(LISTS, st.data())
def test_a_pair_has_the_same_cosine_alone_and_among_others(terms, data):
    statistics = Statistics.of([TERMS[n] for n in NAMES])
    if not terms:
        return
    of = Space.of_names(terms).of
    mine = vectors(terms, statistics)
    i, j = (data.draw(st.integers(0, len(terms) - 1)) for _ in range(2))
    everything = np.arange(len(terms))
    among = cosines(mine, mine, of[np.full(len(terms), i)], of[everything])[j]
    lone = [vectors([terms[n]], statistics) for n in (i, j)]
    first = np.array([0])
    assert among == cosines(*lone, first, first)[0]
    assert among == pair_dots(*(each.matrix() for each in lone), first, first)[0]
