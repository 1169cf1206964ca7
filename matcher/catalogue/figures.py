"""Figures of a catalogue: how much of what there is in it, and the words for numbers and days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from matcher.catalogue.content import Catalogue, Gap, Need

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
NO_TIER = "未评定"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over a catalogue; the pairs are ``(name, count)``, the greatest first."""

    entries: int
    products: int
    enterprises: int
    chains: int
    needs: int
    leaders: int
    by_chain: tuple[tuple[str, int], ...]
    by_tier: tuple[tuple[str, int], ...]
    by_county: tuple[tuple[str, int], ...]
    gaps_by_chain: tuple[tuple[str, int], ...]


def figures(catalogue: Catalogue) -> Figures:
    """Count what is in a catalogue; firms by tier and county are counted once."""
    entries = catalogue.entries
    shown: list[Need | Gap] = [
        *(need for entry in entries for need in entry.needs),
        *catalogue.gaps,
    ]
    named = {each.leader for each in shown if each.leader and not each.leader.startswith("（匿名")}
    firms = {entry.enterprise: entry for entry in entries}
    # A hidden demand may lack an id: then what it says tells it from others.
    needs = {(need.demand_id, need.leader, need.product) for e in entries for need in e.needs}
    return Figures(
        entries=len(entries),
        products=len({(entry.supply_id, entry.product) for entry in entries}),
        enterprises=len(firms),
        chains=len({c.name for c in catalogue.chapters} | {g.chain for g in catalogue.gaps}),
        needs=len(needs),
        leaders=len(named),
        by_chain=tuple((chapter.name, len(chapter.entries)) for chapter in catalogue.chapters),
        by_tier=_counted(firm.tier or NO_TIER for firm in firms.values()),
        by_county=_counted(firm.county or "未填" for firm in firms.values()),
        gaps_by_chain=_counted(gap.chain for gap in catalogue.gaps),
    )


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(names)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def day_text(day: dt.date) -> str:
    """A day as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """A number from 1 to 99,999 in Chinese, as headings count: 十二, 一百零五."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return f"{numeral(number // 10_000)}万{gap}{numeral(rest) if rest else ''}"
    text, pending = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if pending and text else "") + _DIGITS[digit] + _PLACES[place]
            pending = False
        else:
            pending = True
    return text.removeprefix("一") if text.startswith("一十") else text
