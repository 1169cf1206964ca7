"""A catalogue arranged by hand: entries moved, entries taken out (编排)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from matcher.catalogue.content import Catalogue, Chapter, Entry


def arranged(
    catalogue: Catalogue, places: Mapping[int, int], without: Collection[int] = ()
) -> Catalogue:
    """The catalogue with entries moved within their chapters, and numbered anew.

    Args:
        catalogue: The catalogue.
        places: Number of an entry → the number it is wished to have. It goes no further than to the
            first or last place of its chapter.
        without: Numbers of entries that are taken out; a chapter left without any goes as well.
    """
    chapters: list[Chapter] = []
    first = 1
    for chapter in catalogue.chapters:
        kept = [entry for entry in chapter.entries if entry.number not in without]
        kept.sort(key=lambda entry: _place(entry, places))
        entries = tuple(replace(entry, number=n) for n, entry in enumerate(kept, first))
        if entries:
            chapters.append(replace(chapter, entries=entries))
        first += len(entries)
    return replace(catalogue, chapters=tuple(chapters))


def _place(entry: Entry, places: Mapping[int, int]) -> tuple[float, int]:
    """Where an entry goes: before who has the place if it moves up, behind them if down."""
    wished = places.get(entry.number, entry.number)
    beside = (wished > entry.number) - (wished < entry.number)
    return wished + beside / 2, entry.number
