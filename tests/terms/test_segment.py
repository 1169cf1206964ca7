"""Two segmenters, one result: which of them is installed must not change a single word."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.terms.segment import BACKENDS, segmenter, user_words
from matcher.text import fold
from tests.terms.names import case_names, lexicon_names, measuring_names
from tests.tools import ROOT

pytest.importorskip("rjieba", reason="without the fast segmenter there is nothing to compare")


def differing(names):
    fast, slow = segmenter("rjieba"), segmenter("jieba")
    texts = {fold(name) for name in names}
    return [t for t in texts if fast.cut(t) != slow.cut(t) or fast.search(t) != slow.search(t)]


def test_both_cut_every_name_of_the_lexicon_alike():
    assert differing(lexicon_names()) == []


def test_both_cut_every_name_of_the_cases_alike():
    assert differing(case_names()) == []


def test_both_cut_the_measuring_names_alike():
    assert differing(measuring_names()[::15]) == []


@pytest.mark.full
def test_both_cut_all_measuring_names_alike():
    assert differing(measuring_names()) == []


PIECES = st.sampled_from(lexicon_names()) | st.text(
    st.sampled_from("铜钢管阀门的a1xz.+#-_&%/·，°φμ×和 々〇㐀𠀀é"), max_size=5
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=12))
def test_both_cut_any_text_alike(text):
    assert differing([text]) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_cutting_loses_nothing(backend):
    for name in case_names()[::7]:
        text = fold(name)
        assert "".join(segmenter(backend).cut(text)) == text


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("番茄酱无菌袋", ["番茄酱", "无菌袋"]),
        ("不锈钢无缝管304", ["不锈钢无缝管", "304"]),
        ("sealed lead acid", ["sealed", " ", "lead", " ", "acid"]),  # no led out of sealed
    ],
)
def test_known_names_stay_whole_and_latin_words_too(backend, text, words):
    assert segmenter(backend).cut(text) == words


@pytest.mark.parametrize("backend", BACKENDS)
def test_search_adds_the_words_inside_a_word(backend):
    assert segmenter(backend).search("番茄酱") == ["番茄", "番茄酱"]
    assert segmenter(backend).cut("番茄酱") == ["番茄酱"]


def test_user_words_are_folded_plain_and_sorted():
    words = user_words()
    assert words == sorted(set(words))
    assert all(fold(word) == word and word.isalnum() for word in words)
    assert "无缝钢管" in words


PRINT_TERMS = """
import sys
sys.stdout.reconfigure(encoding="utf-8")
{before}
from matcher.terms import analyse
from tests.terms.names import case_rows
for row in case_rows()[::9]:
    t = analyse(*row)
    print(t.name, t.canonical, t.words, t.concept, t.head, t.grams, sorted(t.codes))
print(sorted(m for m in ("jieba", "rjieba") if sys.modules.get(m)))
"""


def printed_terms(chosen, before=""):
    run = subprocess.run(
        [sys.executable, "-c", PRINT_TERMS.format(before=before)],
        cwd=ROOT,
        env={**os.environ, "XIESHOU_SEGMENTER": chosen},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    *lines, loaded = run.stdout.splitlines()
    return lines, loaded


def test_the_environment_chooses_and_the_terms_are_the_same():
    """Whole processes with either segmenter, and with the fast one absent, print the same terms."""
    fast, loaded = printed_terms("rjieba")
    assert loaded == "['rjieba']"
    slow, loaded = printed_terms("jieba")
    assert loaded == "['jieba']"
    absent, loaded = printed_terms("", "sys.modules['rjieba'] = None")
    assert loaded == "['jieba']"
    assert len(fast) > 50
    assert fast == slow == absent
