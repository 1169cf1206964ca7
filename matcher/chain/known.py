"""Everything that the chain is built from, read from the store in one scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.model import Demand, Suggestion, Supply, Verdict
from matcher.text import firm_key

if TYPE_CHECKING:
    from matcher.store import Scope, Store

ACCEPTABLE = 0.3  # where no run says otherwise; see matcher.ranking.Parameters


@dataclass(frozen=True, slots=True)
class Offer:
    """A supply that was suggested for a demand, or decided on, and what became of it.

    Attributes:
        demand_id: The demand row.
        supply_id: The supply row.
        demand_product: The product of the demand row that matched.
        supply_product: The product of the supply row that matched.
        probability: Of the last run; None where only a decision speaks of the pair.
        verdict: The last decision on the pair as it is now; None where nobody decided.
        contracted: The supply's firm is the demand's present supplier.
    """

    demand_id: str
    supply_id: str
    demand_product: str = ""
    supply_product: str = ""
    probability: float | None = None
    verdict: Verdict | None = None
    contracted: bool = False


@dataclass(frozen=True)
class Known:
    """Lists, suggestions and decisions that a chain is built from.

    Attributes:
        demands: Demand rows.
        supplies: Supply rows.
        offers: Pairs of them.
        acceptable: Probability from which a suggestion counts.
        counties: Firm, by :func:`~matcher.text.firm_key`, → its county where it is known.
        listed_on: Demand id → when the list that it stands on was imported, ISO text in UTC.
        prefecture: Names of the counties that are local (州内); empty for those of the demands.
    """

    demands: Sequence[Demand]
    supplies: Sequence[Supply]
    offers: Sequence[Offer] = ()
    acceptable: float = ACCEPTABLE
    counties: Mapping[str, str] = field(default_factory=dict)
    listed_on: Mapping[str, str] = field(default_factory=dict)
    prefecture: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        demands: Sequence[Demand],
        supplies: Sequence[Supply],
        suggestions: Iterable[Suggestion] = (),
        *,
        acceptable: float = ACCEPTABLE,
        prefecture: Iterable[str] = (),
    ) -> Known:
        """What two lists and a ranking of them say, without a store."""
        offers = tuple(
            Offer(
                s.demand_id, s.supply_id, s.demand_product, s.supply_product, s.probability,
                contracted=s.already_supplying,
            )
            for s in suggestions
        )  # fmt: skip
        return cls(demands, supplies, offers, acceptable, counties_of((*demands, *supplies)),
                   prefecture=frozenset(prefecture))  # fmt: skip


def counties_of(rows: Iterable[Demand | Supply]) -> dict[str, str]:
    """The county of each firm that any of its rows names one for; of several that of the first id."""
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row.row_id):
        if row.owner and row.county:
            found.setdefault(firm_key(row.owner), row.county)
    return found


def read_known(store: Store, scope: Scope, *, prefecture: Iterable[str] = ()) -> Known:
    """What the store holds in a scope: lists, the newest run's suggestions, the last decisions.

    A decision on rows that have changed since counts no more than none; that it was taken on
    something else is what ``changed`` of the store says.
    """
    demands, supplies = store.lists.demands(scope), store.lists.supplies(scope)
    counties = counties_of((*demands, *supplies))
    for firm in store.enterprises.all(scope):
        if firm["county"]:
            counties.setdefault(firm_key(firm["name"]), firm["county"])
    verdicts = {
        (d.decision.demand_id, d.decision.supply_id): d.decision.verdict
        for d in store.decisions.last(scope)
        if not d.changed
    }
    run_id, acceptable = store.runs.latest(), ACCEPTABLE
    offers: list[Offer] = []
    if run_id is not None:
        acceptable = float(store.runs.get(run_id)["parameters"].get("acceptable", ACCEPTABLE))
        for stored in store.runs.suggestions(run_id, scope):
            s = stored.suggestion
            verdict = verdicts.pop((s.demand_id, s.supply_id), None)
            offers.append(
                Offer(s.demand_id, s.supply_id, s.demand_product, s.supply_product, s.probability,
                      verdict, s.already_supplying)
            )  # fmt: skip
    offers += [Offer(*pair, verdict=verdict) for pair, verdict in sorted(verdicts.items())]
    return Known(
        demands, supplies, tuple(offers), acceptable, counties,
        store.lists.dates(scope), frozenset(prefecture),
    )  # fmt: skip
