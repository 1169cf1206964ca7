"""The content of a recommendation catalogue, frozen: what every form of it says (推荐目录).

Everything here is what the reader of the document may know: what a demand hides is not in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from matcher.records import canonical

SCHEMA = "xieshou.catalogue/1"
DRAFT = "草案"


class Variant(StrEnum):
    """For whom a catalogue is made."""

    WHOLE = "whole"
    LEADER = "leader"
    SME = "sme"
    ATTRACTION = "attraction"


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity: its ends in ``unit`` for programs, ``text`` for people (empty for none)."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    text: str = ""

    @property
    def number(self) -> float | None:
        """The one number it is, None for a range, an open end or no number."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Need:
    """A demand that a product fits, as far as it may be shown (适配需求).

    ``probability`` is None unless the entry is one of a draft: what a reviewer has accepted needs
    no estimate any more.
    """

    demand_id: str
    leader: str
    product: str
    spec: str = ""
    standard: str = ""
    quantity: Amount = Amount()
    requirement: str = ""
    reason: str = ""
    decided_on: str = ""
    probability: float | None = None

    @property
    def said(self) -> str:
        """The reason, in a draft after the probability of being accepted."""
        if self.probability is None:
            return self.reason
        return f"把握 {self.probability:.0%}" + (f"：{self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One recommended product (推荐目录的一条); ``number`` counts through the whole catalogue."""

    number: int
    supply_id: str
    enterprise: str
    product: str
    county: str = ""
    tier: str = ""
    spec: str = ""
    standard: str = ""
    capacity: Amount = Amount()
    certificates: str = ""
    intended_buyers: str = ""
    description: str = ""
    contact: str = ""
    reason: str = ""
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The entries of one chain."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A demand that nobody on the lists can serve, as far as it may be shown (供需缺口)."""

    chain: str
    demand_id: str
    leader: str
    product: str
    spec: str = ""
    standard: str = ""
    quantity: Amount = Amount()
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the 编制说明: level 1 一、, 2 （一）, 3 1., and 0 for a paragraph."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A recommendation catalogue.

    Attributes:
        title: Title of the document.
        made_on: Date of the decisions or of the run behind it, never the present day.
        draft: Made of unreviewed suggestions; every form of it says so.
        chapters: By chain.
        gaps: Demands without supply.
        notes: The 编制说明.
        left_out: Accepted pairs that no document may show, with the reason counted.
        variant: For whom it is.
        subject: The firm it is for, empty for a whole catalogue.
        issuer: Issuing body (编制单位), empty where none was named.
        period: The time it covers, as people say it.
        number: Number given at issue (推荐目录〔2026〕1号), empty before.
        issued_on: Day of issue.
        replaces: Number of the catalogue that this one replaces.
    """

    title: str
    made_on: dt.date
    draft: bool
    chapters: tuple[Chapter, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Note, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    variant: Variant = Variant.WHOLE
    subject: str = ""
    issuer: str = ""
    period: str = ""
    number: str = ""
    issued_on: dt.date | None = None
    replaces: str = ""

    @property
    def heading(self) -> str:
        """Title with the mark of a draft."""
        return f"{self.title}（{DRAFT}）" if self.draft else self.title

    @property
    def date(self) -> dt.date:
        """The date in the document: of its issue, before that of what it is made of."""
        return self.issued_on or self.made_on

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in order."""
        return tuple(entry for chapter in self.chapters for entry in chapter.entries)

    def lines(self) -> Iterator[tuple[Chapter, Entry, Need | None]]:
        """Every pair of entry and need; an entry without need once."""
        for chapter in self.chapters:
            for entry in chapter.entries:
                for need in entry.needs or (None,):
                    yield chapter, entry, need

    def record(self) -> dict[str, Any]:
        """The catalogue as plain data; see docs/catalogue.md for the schema."""
        data = asdict(self)
        data["schema"] = SCHEMA
        data["made_on"] = self.made_on.isoformat()
        data["issued_on"] = self.issued_on.isoformat() if self.issued_on else None
        data["left_out"] = dict(self.left_out)
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever form it is written in."""
        return hashlib.sha256(canonical(self.record()).encode()).hexdigest()


def from_record(data: Mapping[str, Any]) -> Catalogue:
    """The opposite of :meth:`Catalogue.record`."""
    rest = {key: value for key, value in data.items() if key not in {"schema", "content_hash"}}
    issued = rest["issued_on"]
    return Catalogue(
        **rest
        | {
            "variant": Variant(rest["variant"]),
            "made_on": dt.date.fromisoformat(rest["made_on"]),
            "issued_on": dt.date.fromisoformat(issued) if issued else None,
            "chapters": tuple(
                Chapter(c["name"], tuple(_entry(e) for e in c["entries"])) for c in rest["chapters"]
            ),
            "gaps": tuple(Gap(**g | {"quantity": Amount(**g["quantity"])}) for g in rest["gaps"]),
            "notes": tuple(Note(**n) for n in rest["notes"]),
        }
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    needs = tuple(Need(**n | {"quantity": Amount(**n["quantity"])}) for n in data["needs"])
    return Entry(**{**data, "capacity": Amount(**data["capacity"]), "needs": needs})
