"""What is chosen from the store for a catalogue, and the catalogue that comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from matcher.catalogue import Catalogue, Chosen, Material, Order, Variant, build, local_date
from matcher.catalogue.notes import fill, template
from matcher.errors import NotFoundError, XieshouError
from matcher.issuing.editing import TEMPLATE
from matcher.model import Demand, Supply, Verdict
from matcher.store import EVERYTHING, Scope, Store

DEFAULT_TITLES: Mapping[Variant, str] = {
    Variant.WHOLE: "中小企业优质产品推荐目录",
    Variant.LEADER: "主要配套产品需求与供应商对照表",
    Variant.SME: "企业配套机会一览",
    Variant.ATTRACTION: "补链招商需求目录",
}
_EARLIEST = dt.date(1970, 1, 1)


class Basis(StrEnum):
    """What a catalogue is made of: accepted pairs, unreviewed suggestions, or products alone."""

    ACCEPTED = "accepted"
    SUGGESTED = "suggested"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a catalogue is chosen by; an empty filter lets everything through.

    Attributes:
        variant: For whom it is.
        subject: The leader or SME it is for, as the lists name it.
        basis: What it is made of.
        chains: Chains of the demands.
        leaders: Buyers of the demands.
        counties: Counties of the supplies.
        categories: Categories of the demands.
        tiers: Tiers of the supplies.
        since: First day of decision.
        until: Last day of decision.
        score: Least probability that the last run gives the pair.
    """

    variant: Variant = Variant.WHOLE
    subject: str = ""
    basis: Basis = Basis.ACCEPTED
    chains: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    score: float = 0.0

    def record(self) -> dict[str, Any]:
        """As plain data."""
        days = {"since": self.since, "until": self.until}
        return asdict(self) | {name: day.isoformat() if day else None for name, day in days.items()}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Selection:
        """The opposite of :meth:`record`."""
        values = {name: record[name] for name in cls.__dataclass_fields__}
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
        for name in ("since", "until"):
            values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
        values |= {"variant": Variant(record["variant"]), "basis": Basis(record["basis"])}
        return cls(**values)

    def wants_demand(self, demand: Demand) -> bool:
        """Whether a demand is chosen."""
        if self.variant is Variant.LEADER and demand.leader != self.subject:
            return False
        return all(
            not wanted or value in wanted
            for wanted, value in (
                (self.chains, demand.chain),
                (self.leaders, demand.leader),
                (self.categories, demand.category),
            )
        )

    def wants_supply(self, supply: Supply) -> bool:
        """Whether a supply is chosen."""
        if self.variant is Variant.SME and supply.enterprise != self.subject:
            return False
        return all(
            not wanted or value in wanted
            for wanted, value in ((self.counties, supply.county), (self.tiers, supply.tier))
        )

    def wants(self, pair: Chosen) -> bool:
        """Whether a pair is chosen."""
        probability = pair.suggestion.probability if pair.suggestion else None
        day = local_date(pair.decided_at) if pair.decided_at else None
        return (
            self.wants_demand(pair.demand)
            and self.wants_supply(pair.supply)
            and (not self.score or (probability is not None and probability >= self.score))
            and (not self.since or (day is not None and day >= self.since))
            and (not self.until or (day is not None and day <= self.until))
        )


@dataclass(frozen=True, slots=True)
class Gathered:
    """A catalogue with the pairs of ids that it was made of, and the run that explains them.

    ``template`` is that of its 编制说明.
    """

    catalogue: Catalogue
    pairs: tuple[tuple[str, str], ...]
    run: int | None
    template: str


def gather(
    store: Store,
    selection: Selection,
    scope: Scope = EVERYTHING,
    *,
    title: str = "",
    issuer: str = "",
    period: str = "",
    notes: str | None = None,
) -> Gathered:
    """Choose from the store and freeze.

    Args:
        store: The store.
        selection: What is chosen.
        scope: Of the rows it is made of.
        title: Of the document; by default the usual one of its variant.
        issuer: Issuing body.
        period: The time it covers.
        notes: Template of the 编制说明 in place of the one that is shipped.

    Raises:
        NotFoundError: No such leader or SME on the lists, or no run yet.
        XieshouError: There is nothing to show.
    """
    rows = _Rows(store, scope)
    _check_subject(selection, rows)
    run = store.runs.latest()
    if run is None and selection.basis is Basis.SUGGESTED:
        raise NotFoundError("还没有撮合过，请先撮合（xieshou run）")
    pairs: list[Chosen] = []
    if selection.variant is not Variant.ATTRACTION and selection.basis is not Basis.PRODUCTS:
        found = _suggested(rows, run or 0) if selection.basis is Basis.SUGGESTED else _accepted(rows, run)  # fmt: skip
        pairs = [pair for pair in found if selection.wants(pair)]
    products: list[Supply] = []
    if selection.basis is Basis.PRODUCTS:
        products = [row for row in rows.supplies.values() if selection.wants_supply(row)]
    order = Order(
        title=title or DEFAULT_TITLES[selection.variant],
        made_on=_day(store, pairs, run, selection),
        draft=selection.basis is Basis.SUGGESTED,
        variant=selection.variant,
        subject=selection.subject,
        issuer=issuer,
        period=period,
    )
    material = Material(
        pairs=tuple(pairs),
        products=tuple(products),
        gaps=tuple(_gaps(rows, run, selection)),
        contacts=store.catalogues.material.contacts(),
        aliases=store.catalogues.material.aliases(),
        leaders=tuple(
            sorted({row.leader for row in store.lists.demands(EVERYTHING) if row.leader})
        ),
    )
    made = build(order, material)
    if not made.entries and not (selection.variant is Variant.ATTRACTION and made.gaps):
        raise XieshouError(_nothing(selection, made))
    words = notes or template(made.variant)
    made = replace(made, notes=fill(words, made))
    ids = tuple((p.demand.demand_id, p.supply.supply_id) for p in pairs)
    return Gathered(made, ids, run, words)


def keep(store: Store, gathered: Gathered, selection: Selection, scope: Scope = EVERYTHING) -> int:
    """Store what was gathered as a draft; returns its id."""
    made = gathered.catalogue
    return store.catalogues.add(
        made.record(),
        entries=len(made.entries) or len(made.gaps),
        selection=selection.record() | {"run": gathered.run, TEMPLATE: gathered.template},
        pairs=gathered.pairs,
        subject=made.subject if made.variant in {Variant.LEADER, Variant.SME} else "",
        county=scope.county,
    )


class _Rows:
    def __init__(self, store: Store, scope: Scope) -> None:
        self.store, self.scope = store, scope
        self.demands = {row.demand_id: row for row in store.lists.demands(scope)}
        flagged = store.risks.supply_ids()  # firms with a risk flag are recommended to nobody
        self.supplies = {
            row.supply_id: row
            for row in store.lists.supplies(scope)
            if row.supply_id not in flagged
        }


def _check_subject(selection: Selection, rows: _Rows) -> None:
    if selection.variant not in {Variant.LEADER, Variant.SME}:
        return
    leader = selection.variant is Variant.LEADER
    names = {r.leader for r in rows.demands.values()} if leader else {
        r.enterprise for r in rows.supplies.values()
    }  # fmt: skip
    if not selection.subject or selection.subject not in names:
        kind = "需求清单里没有链主企业" if leader else "供给清单里没有企业"
        raise NotFoundError(f"{kind}“{selection.subject}”，请写清单里的全称（命令行用 --for）")


def _suggested(rows: _Rows, run: int) -> Iterator[Chosen]:
    """The best unreviewed suggestion of every demand in a run that has an acceptable one."""
    acceptable = rows.store.runs.get(run)["parameters"]["acceptable"]
    seen: set[str] = set()
    for stored in rows.store.runs.suggestions(run, rows.scope):
        s = stored.suggestion
        if stored.verdict is not None or s.already_supplying or s.probability < acceptable:
            continue
        demand, supply = rows.demands.get(s.demand_id), rows.supplies.get(s.supply_id)
        if s.demand_id not in seen and demand and supply:
            seen.add(s.demand_id)
            yield Chosen(demand, supply, s, changed=stored.changed)


def _accepted(rows: _Rows, run: int | None) -> Iterator[Chosen]:
    """Every pair whose last decision is an acceptance, with its explanation where there is one."""
    found = rows.store.runs.suggestions(run, rows.scope) if run is not None else []
    suggestions = {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion for s in found}
    for pair, stored in rows.store.decisions.latest(rows.scope).items():
        demand, supply = rows.demands.get(pair[0]), rows.supplies.get(pair[1])
        if stored.decision.verdict is Verdict.ACCEPTED and demand and supply:
            decided = stored.decision.decided_at
            yield Chosen(demand, supply, suggestions.get(pair), decided, stored.changed)


def _gaps(rows: _Rows, run: int | None, selection: Selection) -> Iterator[Demand]:
    """Demands without an acceptable suggestion that were not served by a decision since."""
    if run is None or selection.variant is Variant.SME or selection.basis is Basis.PRODUCTS:
        return
    served = {
        pair[0]
        for pair, stored in rows.store.decisions.latest(rows.scope).items()
        if stored.decision.verdict is Verdict.ACCEPTED
    }
    for key in rows.store.runs.gaps(run, rows.scope):
        demand = rows.demands.get(key)
        if demand and key not in served and selection.wants_demand(demand):
            yield demand


def _day(store: Store, pairs: list[Chosen], run: int | None, selection: Selection) -> dt.date:
    """The day of the decisions or of the run behind a catalogue, never the present one."""
    days = [local_date(pair.decided_at) for pair in pairs if pair.decided_at]
    if days and selection.basis is Basis.ACCEPTED:
        return max(days)
    if run is not None and selection.basis is not Basis.PRODUCTS:
        return local_date(store.runs.get(run)["finished_at"])
    imported = store.db.execute("SELECT max(imported_at) FROM lists").fetchone()[0]
    return local_date(imported) if imported else _EARLIEST


def _nothing(selection: Selection, made: Catalogue) -> str:
    hint = {
        Basis.SUGGESTED: "请先撮合（xieshou run）",
        Basis.ACCEPTED: "请先审核（命令行用 xieshou decide），或改用未审核的建议出草案（命令行加 --draft）",
        Basis.PRODUCTS: "请先导入供给清单，或放宽条件",
    }[selection.basis]
    if selection.variant is Variant.ATTRACTION:
        return "没有可以写进招商目录的断点，请先撮合（xieshou run），或放宽条件"
    what = {
        Basis.SUGGESTED: "建议", Basis.ACCEPTED: "采纳结果", Basis.PRODUCTS: "产品",
    }[selection.basis]  # fmt: skip
    left = "；".join(f"{n} 条{why}" for why, n in made.left_out.items())
    return f"没有可以写进目录的{what}{f'（{left}）' if left else ''}，{hint}"
