"""A draft changed by hand: what it says of itself follows, and what is issued stays."""

from __future__ import annotations

import pytest

from matcher.errors import KnowledgeError, StaleError, StoreError, XieshouError
from matcher.issuing import (
    Selection,
    Words,
    content_of,
    gather,
    keep,
    rearrange,
    reword,
    template_of,
)
from matcher.store import EVERYTHING

WORDS = Words("某目录", "某局", "2026年", "一、说明\n{编制单位}收录{条目数}条，{企业数}家。")


@pytest.fixture
def key(store):
    return keep(store, gather(store, Selection()), Selection())


def lines(store, key):
    return [note.text for note in content_of(store, key, EVERYTHING).notes]


def test_words_are_kept_with_their_template_so_that_figures_follow_later_changes(store, key):
    reword(store, key, EVERYTHING, WORDS)
    made = content_of(store, key, EVERYTHING)
    assert (made.title, made.issuer, made.period) == ("某目录", "某局", "2026年")
    assert lines(store, key) == ["一、说明", "某局收录3条，3家。"]
    assert template_of(store.catalogues.get(key, EVERYTHING), made) == WORDS.notes
    rearrange(store, key, EVERYTHING, {}, {1})
    assert lines(store, key)[1] == "某局收录2条，2家。"
    assert store.catalogues.get(key, EVERYTHING).entries == 2


def test_what_is_taken_out_is_no_longer_behind_the_catalogue(store, key):
    first = content_of(store, key, EVERYTHING).entries[0]
    rearrange(store, key, EVERYTHING, {}, {first.number})
    assert first.supply_id not in {pair["supply_id"] for pair in store.catalogues.pairs(key)}
    assert first.supply_id not in str(content_of(store, key, EVERYTHING).record()["chapters"])


def test_what_was_checked_has_to_be_checked_again(store, key):
    store.catalogues.check(key)
    reword(store, key, EVERYTHING, WORDS)
    with pytest.raises(StoreError, match="请先核稿"):
        store.catalogues.issue(key)


def test_no_change_without_a_title_an_entry_or_a_known_figure(store, key):
    before = content_of(store, key, EVERYTHING)
    with pytest.raises(XieshouError, match="要有标题"):
        reword(store, key, EVERYTHING, Words(" \u200b", "", "", "一、说明"))
    with pytest.raises(KnowledgeError, match="条目"):
        reword(store, key, EVERYTHING, Words("某", "", "", "一、{条目}"))
    with pytest.raises(XieshouError, match="至少要留一条"):
        rearrange(store, key, EVERYTHING, {}, {1, 2, 3})
    assert content_of(store, key, EVERYTHING) == before


def test_a_change_of_what_another_has_changed_or_issued_is_refused(store, key):
    was = store.catalogues.get(key, EVERYTHING).content_hash
    reword(store, key, EVERYTHING, WORDS, was=was)
    with pytest.raises(StaleError, match="刚被别人改过"):
        rearrange(store, key, EVERYTHING, {2: 1}, was=was)
    store.catalogues.check(key)
    store.catalogues.issue(key)
    before = content_of(store, key, EVERYTHING)
    for change in (
        lambda: reword(store, key, EVERYTHING, WORDS),
        lambda: rearrange(store, key, EVERYTHING, {2: 1}),
    ):
        with pytest.raises(StoreError, match="已经印发"):
            change()
    assert content_of(store, key, EVERYTHING) == before
