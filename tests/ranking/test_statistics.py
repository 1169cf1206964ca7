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
from matcher.ranking.vectors import pair_dots, vectors
from matcher.terms import analyse, weight

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
LISTS = st.lists(st.sampled_from(NAMES), max_size=8).map(lambda names: [TERMS[n] for n in names])


@given(LISTS, LISTS)
def test_merging_is_counting_together(one, other):
    together = Statistics.of([*one, *other])
    merged = Statistics.of(one).merge(Statistics.of(other))
    assert merged == together
    assert merged.version == together.version
    assert Statistics.of(other).merge(Statistics.of(one)) == merged


@given(LISTS)
def test_each_token_counts_once_per_name(terms):
    found = Statistics.of(terms)
    assert found.documents == len(terms)
    for token in {t for term in terms for t in term.tokens()}:
        assert found.frequency[token] == sum(token in term.tokens() for term in terms)


@given(LISTS, LISTS)
def test_the_version_changes_with_the_counts_and_only_with_them(one, other):
    a, b = Statistics.of(one), Statistics.of(other)
    assert (a.version == b.version) == (a == b)
    assert Statistics.of(one[::-1]).version == a.version


@given(LISTS)
def test_json_there_and_back(terms):
    found = Statistics.of(terms)
    back = Statistics.from_json(found.to_json())
    assert back == found
    assert back.version == found.version
    assert back.to_json() == found.to_json()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 99, "documents": 1, "frequency": {}}']
)
def test_other_texts_are_refused(text):
    with pytest.raises(XieshouError, match="统计数据"):
        Statistics.from_json(text)


def test_rarer_tokens_weigh_more():
    found = Statistics(9, {"often": 9, "seldom": 1})
    assert found.idf("often") == pytest.approx(1.0)
    assert found.idf("seldom") == pytest.approx(math.log(10 / 2) + 1)
    assert found.idf("never") == pytest.approx(math.log(10) + 1)


def test_vectors_are_those_of_scikit_learn():
    terms = [TERMS[n] for n in NAMES]
    statistics = Statistics.of(terms)
    counts = np.zeros((len(terms), len(statistics.vocabulary)))
    for i, term in enumerate(terms):
        for gram in term.grams:
            counts[i, statistics.vocabulary[gram]] += 1
    weights = [weight(token) for token in statistics.vocabulary]
    tfidf = TfidfTransformer(sublinear_tf=True, norm=None).fit(counts).transform(counts)
    expected = normalize(tfidf.toarray() * weights)
    assert vectors([t.grams for t in terms], statistics).toarray() == pytest.approx(expected)


def test_unknown_tokens_have_no_column_and_empty_names_no_length():
    statistics = Statistics.of([TERMS["闸阀"]])
    matrix = vectors([TERMS[n].grams for n in ("闸阀", "烧碱", "")], statistics)
    assert matrix.shape == (3, len(statistics.vocabulary))
    assert np.linalg.norm(matrix.toarray(), axis=1) == pytest.approx([1.0, 0.0, 0.0])
    assert vectors([], statistics).shape[0] == 0
    assert vectors([TERMS["闸阀"].grams], Statistics()).shape == (1, 1)


@settings(max_examples=50)
@given(LISTS, st.data())
def test_a_pair_has_the_same_cosine_alone_and_among_others(terms, data):
    statistics = Statistics.of([TERMS[n] for n in NAMES])
    if not terms:
        return
    matrix = vectors([t.grams for t in terms], statistics)
    i, j = (data.draw(st.integers(0, len(terms) - 1)) for _ in range(2))
    everything = np.arange(len(terms))
    among = pair_dots(matrix, matrix, np.full(len(terms), i), everything)[j]
    lone = vectors([terms[i].grams, terms[j].grams], statistics)
    alone = pair_dots(lone[:1], lone[1:], np.array([0]), np.array([0]))[0]
    assert among == alone
