"""What of a list is asked for, as it stands in the address of the page (网址里的筛选)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from matcher.store import Listing, Query, Scope
from web.lists import words
from web.lists.columns import EMPTY, Column, columns_of
from web.times import BEIJING

PER_PAGE = 50
_LONGEST = 200  # characters of a value
_MOST = 50  # values of a facet
_LAST_PAGE = 10**7


@dataclass(frozen=True, slots=True)
class Wanted:
    """Search, choices, order, columns and page; what an address says wrongly is left out."""

    listing: Listing
    available: tuple[Column, ...]
    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()
    page: int = 1

    def query(self) -> Query:
        """As the store is asked."""
        chosen = {
            key: tuple("" if value == EMPTY else value for value in values)
            for key, values in self.chosen.items()
        }
        return Query(words.terms(self.q), chosen, self.sort, self.descending, today())

    @property
    def shown(self) -> list[Column]:
        """The columns to show."""
        wanted = self.columns or [c.key for c in self.available if c.usual]
        return [column for column in self.available if column.key in wanted]

    @property
    def narrowed(self) -> bool:
        """Whether it is less than the whole list."""
        return bool(self.q or self.chosen)

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """Name and value of everything an address holds of this; the page only if said."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("q", other.q)] if other.q else []
        pairs += [(key, value) for key, values in other.chosen.items() for value in values]
        if other.sort:
            pairs.append(("sort", "-" * other.descending + other.sort))
        if other.columns:
            pairs.append(("columns", ",".join(other.columns)))
        if other.page > 1:
            pairs.append(("page", str(other.page)))
        return pairs

    def to(self, suffix: str = "", **changes: Any) -> str:
        """The address with some things changed."""
        asked = urlencode(self.pairs(**changes))
        return f"/{self.listing.table}{suffix}" + (f"?{asked}" if asked else "")

    def toggled(self, facet: str, value: str) -> str:
        """The address with one value chosen, or no longer."""
        had = self.chosen.get(facet, ())
        now = tuple(v for v in had if v != value) if value in had else (*had, value)
        return self.to(chosen={k: v for k, v in {**self.chosen, facet: now}.items() if v})

    def without(self, facet: str) -> str:
        """The address without a choice in a facet."""
        return self.to(chosen={k: v for k, v in self.chosen.items() if k != facet})

    def sorted_by(self, key: str) -> str:
        """The address sorted by a column; by the same again, the other way round."""
        return self.to(sort=key, descending=self.sort == key and not self.descending)

    def rest(self, *without: str) -> list[tuple[str, str]]:
        """What a form must send along beside its own fields."""
        return [(name, value) for name, value in self.pairs() if name not in without]


def wanted(listing: Listing, scope: Scope, args: MultiDict[str, str]) -> Wanted:
    """What an address asks for."""
    available = columns_of(listing, scope)
    keys = [column.key for column in available]
    sort = args.get("sort", "")
    descending, sort = sort.startswith("-"), sort.removeprefix("-")
    chosen = {
        facet.key: _values(args.getlist(facet.key))
        for facet in listing.facets_for(scope)
        if facet.key in args
    }
    named = ",".join(args.getlist("columns")).split(",")
    return Wanted(
        listing=listing,
        available=tuple(available),
        q=args.get("q", "").strip()[: words.LONGEST],
        chosen={key: values for key, values in chosen.items() if values},
        sort=sort if sort in listing.sorts and sort in keys else "",
        descending=descending and sort in listing.sorts and sort in keys,
        columns=tuple(key for key in keys if key in named),
        page=_page(args.get("page", "")),
    )


def _values(given: Sequence[str]) -> tuple[str, ...]:
    """Values of a facet; an empty one, which is a choice too, is written as it is shown: ``-``."""
    return tuple(dict.fromkeys(value.strip()[:_LONGEST] for value in given if value.strip()))[
        :_MOST
    ]


def _page(text: str) -> int:
    return (
        min(max(int(text), 1), _LAST_PAGE)
        if text.isascii() and text.isdigit() and len(text) < 9
        else 1
    )


def today() -> str:
    """The date here."""
    return f"{dt.datetime.now(BEIJING):%Y-%m-%d}"
