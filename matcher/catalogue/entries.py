"""What goes into a recommendation catalogue, and what a demand's disclosure allows to be said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from matcher.catalogue.suggestions import for_and_against
from matcher.model import Demand, Disclosure, Suggestion, Supply
from matcher.ranking.suggestion import is_current
from matcher.records import quantity_text
from matcher.text import clean, hide_firm

BEIJING = dt.timezone(dt.timedelta(hours=8))
ANONYMOUS = "（匿名，经工信部门对接后告知）"
DRAFT = "草案"
OTHER_CHAIN = "其他"
_HEDGED = re.compile("只有|要核对")  # what a sentence says that recommends nothing by itself


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One recommended product for one need (推荐目录的一条).

    ``leader`` is already what the demand's disclosure allows. ``probability`` is None unless the
    entry is one of a draft: what a reviewer has accepted needs no estimate any more.
    """

    chain: str
    demand_id: str
    leader: str
    demand_product: str
    demand_spec: str
    annual_quantity: str
    supply_id: str
    enterprise: str
    county: str
    tier: str
    product: str
    spec: str
    standard: str
    annual_capacity: str
    certificates: str
    reason: str
    reviewer: str = ""
    decided_on: str = ""
    probability: float | None = None

    @property
    def said(self) -> str:
        """The reason, in a draft after the probability of being accepted."""
        if self.probability is None:
            return self.reason
        return f"把握 {self.probability:.0%}" + (f"：{self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A recommendation catalogue (推荐目录), frozen.

    Attributes:
        title: Title of the document.
        made_on: Date of the decisions or of the run behind it, never the present day.
        draft: Made of unreviewed suggestions; every form of it says so.
        entries: By chain, leader and demand.
        left_out: Accepted pairs that no document may show, with the reason counted.
    """

    title: str
    made_on: dt.date
    draft: bool
    entries: tuple[CatalogueEntry, ...]
    left_out: Mapping[str, int]

    @property
    def heading(self) -> str:
        """Title with the mark of a draft."""
        return f"{self.title}（{DRAFT}）" if self.draft else self.title

    def by_chain(self) -> dict[str, list[CatalogueEntry]]:
        """Entries of each chain, in order."""
        found: dict[str, list[CatalogueEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.chain, []).append(entry)
        return found

    def record(self) -> dict[str, Any]:
        """The catalogue as plain data."""
        return {
            "title": self.heading,
            "made_on": self.made_on.isoformat(),
            "draft": self.draft,
            "left_out": dict(self.left_out),
            "entries": [asdict(entry) for entry in self.entries],
        }


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair chosen for the catalogue, with its suggestion where the last run has one.

    ``changed`` is True where a row says something else now than when it was chosen.
    """

    demand: Demand
    supply: Supply
    suggestion: Suggestion | None
    reviewer: str = ""
    decided_at: str = ""
    changed: bool = False


def build(title: str, made_on: dt.date, chosen: Iterable[Chosen], *, draft: bool) -> Catalogue:
    """Freeze chosen pairs into a catalogue.

    Demands for the bureau's eyes only are left out, anonymous ones lose their leader's name, firms
    that already supply the demand are not recommended to it, and what has changed since it was
    reviewed has to be reviewed again.
    """
    entries: list[CatalogueEntry] = []
    left_out: dict[str, int] = {}
    for pair in chosen:
        why = _unfit(pair)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
        else:
            entries.append(_entry(pair, draft=draft))
    entries.sort(
        key=lambda e: (e.chain == OTHER_CHAIN, e.chain, e.leader, e.demand_id, e.supply_id)
    )
    return Catalogue(clean(title), made_on, draft, tuple(entries), left_out)


def _unfit(pair: Chosen) -> str:
    if Disclosure.of(pair.demand.disclosure) is Disclosure.BUREAU:
        return "需求仅主管部门可见"
    suggested = pair.suggestion is not None and pair.suggestion.already_supplying
    if suggested or is_current(pair.demand, pair.supply):
        return "已是现有供应商"
    if pair.changed:
        return "内容在审核后有变，要重新审核"
    return ""


def _entry(pair: Chosen, *, draft: bool) -> CatalogueEntry:
    demand, supply, suggestion = pair.demand, pair.supply, pair.suggestion
    hidden = Disclosure.of(demand.disclosure) is Disclosure.ANONYMOUS
    texts = {
        "chain": demand.chain or OTHER_CHAIN,
        "demand_id": demand.demand_id,
        "leader": ANONYMOUS if hidden else demand.leader,
        "demand_product": suggestion.demand_product if suggestion else demand.product_name,
        "demand_spec": demand.spec,
        "annual_quantity": quantity_text(demand),
        "supply_id": supply.supply_id,
        "enterprise": supply.enterprise,
        "county": supply.county,
        "tier": supply.tier,
        "product": suggestion.supply_product if suggestion else supply.product_name,
        "spec": supply.spec,
        "standard": supply.standard,
        "annual_capacity": quantity_text(supply),
        "certificates": supply.certificates,
        "reason": "；".join(_reasons(suggestion, hidden=hidden)[:3]) if suggestion else "",
        "reviewer": pair.reviewer,
        "decided_on": local_date(pair.decided_at).isoformat() if pair.decided_at else "",
    }
    secret = demand.leader if hidden else ""
    shown = {key: hide_firm(clean(text), secret) for key, text in texts.items()}
    return CatalogueEntry(
        **shown, probability=suggestion.probability if suggestion and draft else None
    )


def _reasons(suggestion: Suggestion, *, hidden: bool) -> list[str]:
    """What recommends a pair: a reviewer has weighed the rest, and doubts are no recommendation.

    That a supplier names this very buyer would tell a hidden buyer to whoever knows the supplier.
    """
    unsaid = {
        c.sentence
        for c in suggestion.explanation.contributions
        if (hidden and c.group == "意向") or _HEDGED.search(c.sentence)
    }
    good, _ = for_and_against(suggestion)
    return [sentence for sentence in good if sentence not in unsaid]


def local_date(moment: str) -> dt.date:
    """The day in UTC+8 of a moment stored in UTC."""
    return dt.datetime.fromisoformat(moment).astimezone(BEIJING).date()
