"""Everything that the chain is built from, read from the store in one scope."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.model import Demand, Row, Suggestion, Supply, Verdict
from matcher.text import firm_key

if TYPE_CHECKING:
    from matcher.chain.template import Chain
    from matcher.store import Scope, Store

SIGNED = frozenset({"签约", "履约"})
_SEVERAL = re.compile(r"[、，,；;/\n]")
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
        contracted: The supply's firm is the demand's present supplier, or has signed for it.
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
        told_gaps: Ids of the demands that may be called gaps; None where everything is known. A
            firm sees some suppliers only, so that not to see any means nothing.
        by_name: Whether products belong to templates by their names alone (see
            :func:`~matcher.chain.attach.attach`).
    """

    demands: Sequence[Demand]
    supplies: Sequence[Supply]
    offers: Sequence[Offer] = ()
    acceptable: float = ACCEPTABLE
    counties: Mapping[str, str] = field(default_factory=dict)
    listed_on: Mapping[str, str] = field(default_factory=dict)
    prefecture: frozenset[str] = frozenset()
    told_gaps: frozenset[str] | None = None
    by_name: bool = False

    @property
    def whole(self) -> bool:
        """Whether what is not seen is not there."""
        return self.told_gaps is None

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
    run_id, acceptable = _run(store)
    return Known(
        demands, supplies, _offers(store, scope, run_id), acceptable, counties,
        store.lists.dates(scope), frozenset(prefecture), _told(store, scope, run_id),
    )  # fmt: skip


def read_chain(
    store: Store, scope: Scope, chain: Chain | str, *, prefecture: Iterable[str] = ()
) -> Known:
    """What the store holds of one chain in a scope, for stores too large to be read as a whole.

    Of the supplies those that were suggested or decided for the chain's demands, and those whose
    name is one that the template knows: makers under other names that nobody asks are not counted.
    Products belong to the template by name; what a name does not tell, the suggestions do.
    """
    name, products = (chain, ()) if isinstance(chain, str) else (chain.name, chain.products)
    demands = store.chains.demands(name, scope)
    run_id, acceptable = _run(store)
    if scope.of_bureau:
        mine = {demand.demand_id for demand in demands}
        offers = _chain_offers(store, scope, name, run_id, acceptable, mine)
        names = (written for product in products for written in product.names)
        supplies = store.chains.supplies((o.supply_id for o in offers), names, scope)
    else:
        mine = {demand.demand_id for demand in demands}
        offers = tuple(o for o in _offers(store, scope, run_id) if o.demand_id in mine)
        supplies = store.lists.supplies(scope)
    rows: list[Row] = [*demands, *supplies]
    firms = {row.owner for row in rows}
    firms |= {n for demand in demands for n in suppliers_named(demand)}
    counties = counties_of(rows)
    counties = store.chains.counties(firms, scope) | counties
    return Known(
        demands, supplies, offers, acceptable, counties,
        store.chains.dates(name, scope), frozenset(prefecture), _told(store, scope, run_id), by_name=True,
    )  # fmt: skip


def suppliers_named(demand: Demand) -> list[str]:
    """The present suppliers that a demand names."""
    return [name for name in _SEVERAL.split(demand.current_supplier) if name.strip()]


def _run(store: Store) -> tuple[int | None, float]:
    """The newest run, and from which probability its suggestions count."""
    run_id = store.runs.latest()
    if run_id is None:
        return None, ACCEPTABLE
    return run_id, float(store.runs.get(run_id)["parameters"].get("acceptable", ACCEPTABLE))


def _told(store: Store, scope: Scope, run_id: int | None) -> frozenset[str] | None:
    if scope.of_bureau:
        return None
    return frozenset(store.runs.gaps(run_id, scope)) if run_id is not None else frozenset()


def _offers(store: Store, scope: Scope, run_id: int | None) -> tuple[Offer, ...]:
    """All offers in scope."""
    signed = _signed(store, scope)
    verdicts = {
        (d.decision.demand_id, d.decision.supply_id): d.decision.verdict
        for d in store.decisions.last(scope)
        if not d.changed
    }
    offers = []
    for stored in store.runs.suggestions(run_id, scope) if run_id is not None else ():
        s = stored.suggestion
        pair = (s.demand_id, s.supply_id)
        verdict = verdicts.pop(pair, None)
        if not scope.of_bureau:  # whom decisions reach in this form alone
            verdict = stored.verdict
        offers.append(
            Offer(*pair, s.demand_product, s.supply_product, s.probability, verdict,
                  s.already_supplying or pair in signed)
        )  # fmt: skip
    for pair, verdict in sorted(verdicts.items()):
        offers.append(Offer(*pair, verdict=verdict, contracted=pair in signed))
    return (*offers, *_signed_alone(signed, offers))


def _chain_offers(
    store: Store,
    scope: Scope,
    chain: str,
    run_id: int | None,
    acceptable: float,
    demand_ids: Container[str],
) -> tuple[Offer, ...]:
    """The offers for one chain's demands, in a scope of the bureau."""
    signed = frozenset(pair for pair in _signed(store, scope) if pair[0] in demand_ids)
    offers = [
        Offer(
            o.demand_id, o.supply_id, o.demand_product, o.supply_product, o.probability,
            Verdict(o.verdict) if o.verdict else None,
            o.already_supplying or (o.demand_id, o.supply_id) in signed,
        )
        for o in store.chains.offers(chain, run_id or 0, scope, acceptable)
    ]  # fmt: skip
    return (*offers, *_signed_alone(signed, offers))


def _signed_alone(signed: frozenset[tuple[str, str]], offers: Iterable[Offer]) -> Iterator[Offer]:
    """Contracts of pairs that nobody suggested or decided: two firms that came by themselves."""
    for pair in sorted(signed - {(o.demand_id, o.supply_id) for o in offers}):
        yield Offer(*pair, contracted=True)


def _signed(store: Store, scope: Scope) -> frozenset[tuple[str, str]]:
    """Pairs with a signed engagement (签约、履约): trade that is under contract."""
    return frozenset(p for p, stage in store.chains.engaged(scope).items() if stage in SIGNED)
