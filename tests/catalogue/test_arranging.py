"""Entries moved and taken out by hand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from matcher.catalogue import Chosen, arranged
from matcher.catalogue.content import Chapter
from tests.catalogue.making import chosen_catalogue, demand, supply

_ENTRY = chosen_catalogue([Chosen(demand(disclosure="公开"), supply(), None)]).entries[0]


def catalogue(sizes):
    """Chapters of these sizes; what an entry was is told by its supply."""
    chapters, first = [], 1
    for size in sizes:
        numbers = range(first, first + size)
        entries = tuple(replace(_ENTRY, number=n, supply_id=f"S{n}") for n in numbers)
        chapters.append(Chapter(f"链{first}", entries))
        first += size
    whole = chosen_catalogue([Chosen(demand(disclosure="公开"), supply(), None)])
    return replace(whole, chapters=tuple(chapters))


def was(made):
    """Number that each entry had, by chapter."""
    return {c.name: [int(entry.supply_id[1:]) for entry in c.entries] for c in made.chapters}


SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@given(SIZES, st.data())
def test_one_entry_goes_to_its_place_or_to_the_end_of_its_chapter(sizes, data):
    before = catalogue(sizes)
    number = data.draw(st.integers(1, sum(sizes)))
    wished = data.draw(st.integers(0, 99))
    after = was(arranged(before, {number: wished}))
    for name, numbers in was(before).items():
        if number not in numbers:
            assert after[name] == numbers
            continue
        others = [n for n in numbers if n != number]
        place = min(max(wished, numbers[0]), numbers[-1]) - numbers[0]
        assert after[name] == [*others[:place], number, *others[place:]]


@given(SIZES, st.data())
def test_nothing_is_lost_or_doubled_and_numbers_go_on_without_a_gap(sizes, data):
    before = catalogue(sizes)
    numbers = st.integers(0, sum(sizes) + 3)
    places = data.draw(st.dictionaries(numbers, st.integers(0, 10**8)))
    without = data.draw(st.sets(numbers))
    after = arranged(before, places, without)
    kept = [n for numbers in was(after).values() for n in numbers]
    assert sorted(kept) == [n for n in range(1, sum(sizes) + 1) if n not in without]
    assert [entry.number for entry in after.entries] == list(range(1, len(kept) + 1))
    assert all(chapter.entries for chapter in after.chapters)
    for name, numbers in was(after).items():
        assert set(numbers) <= set(was(before)[name]), "no entry leaves its chain"


def test_two_wishes_at_once_and_none():
    before = catalogue([5])
    assert arranged(before, {}) == before
    assert was(arranged(before, {5: 1, 1: 3}))["链1"] == [5, 2, 3, 1, 4]
