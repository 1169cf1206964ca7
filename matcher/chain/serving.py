"""Who could supply each demand: suggestions, decisions and the chain's own knowledge together.

A supply *serves* a demand where, in this order:

1. its firm supplies the leader already, or a reviewer accepted the pair as it is now;
2. a reviewer rejected the pair: it does not serve, whatever else speaks for it;
3. both belong, without doubt, to one product of the demand's chain, and no grade of the two conflicts (a
   size is agreed on): the template knows that 吨袋 and 集装袋 are one thing;
4. both belong to different products of one position (上游, 中游, 下游, 配套), of which the supply's is no kind of the demand's:
   it serves only where its probability is at least :data:`OVERRULES`, for a template that names two
   products side by side tells them apart;
5. its probability is at least what the run calls acceptable.

A demand of several products is served part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import networkx as nx

from matcher.chain.attach import Attachment, parts_of
from matcher.chain.graph import ChainGraph, EdgeKind, enterprise_id, owner_of
from matcher.chain.known import Offer
from matcher.model import Demand, Quantity, Supply, Verdict
from matcher.terms import Agreement, Terms, analyse, compare_all, spec_of
from matcher.text import firm_key, fold

OVERRULES = 0.9
_SIZE = "外形尺寸"


class Standing(StrEnum):
    """Why a supply serves (依据), the surest first."""

    CONTRACTED = "contracted"
    ACCEPTED = "accepted"
    SAME_PRODUCT = "same_product"
    PREDICTED = "predicted"


@dataclass(frozen=True, slots=True)
class Source:
    """A supply that serves a product of a demand.

    Attributes:
        supply_id: The supply row.
        enterprise: Node of its firm.
        standing: Why it serves.
        score: Probability of the run, None where it did not suggest the pair.
        capacity: Of the whole row, as written.
        local: Whether the firm is in the prefecture; None where its place is unknown.
    """

    supply_id: str
    enterprise: str
    standing: Standing
    score: float | None
    capacity: Quantity | None
    local: bool | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that was looked at, whether it serves or not."""

    offer: Offer
    part: str
    supply: Supply | None
    local: bool | None
    standing: Standing | None

    @property
    def rejected(self) -> bool:
        """Whether a reviewer said no."""
        return self.offer.verdict is Verdict.REJECTED


class Serving:
    """The pairs of every demand; made once for a graph and asked many times.

    Complexity: linear in offers, and in pairs of rows that share a template's product.
    """

    def __init__(self, chain: ChainGraph) -> None:
        self.chain = chain
        known = chain.known
        self.demands: Mapping[str, Demand] = {row.demand_id: row for row in known.demands}
        self.supplies: Mapping[str, Supply] = {row.supply_id: row for row in known.supplies}
        self._pairs: dict[str, list[Pair]] = {demand_id: [] for demand_id in self.demands}
        self._terms: dict[tuple[str, str], Terms] = {}
        self._sources: dict[tuple[str, bool], Mapping[str, tuple[Source, ...]]] = {}
        seen: set[tuple[str, str, str]] = set()
        for offer in (*known.offers, *self._neighbours()):
            if offer.demand_id not in self.demands:
                continue
            part = self._part(offer)
            if (offer.demand_id, part, offer.supply_id) not in seen:
                seen.add((offer.demand_id, part, offer.supply_id))
                self._pairs[offer.demand_id].append(self._pair(offer, part))

    def pairs(self, demand_id: str) -> list[Pair]:
        """Every pair of a demand that was suggested, decided, or that shares a product."""
        return self._pairs[demand_id]

    def sources(self, demand_id: str, *, local: bool = False) -> Mapping[str, tuple[Source, ...]]:
        """For each product of a demand the supplies that serve it.

        Args:
            demand_id: The demand row.
            local: Only those in the prefecture, or of unknown place.
        """
        if (known := self._sources.get((demand_id, local))) is not None:
            return known
        found: dict[str, list[Source]] = {part: [] for part in parts_of(self.demands[demand_id])}
        for pair in self._pairs[demand_id]:
            if pair.standing is not None and not (local and pair.local is False):
                supply = pair.supply
                found.setdefault(pair.part, []).append(
                    Source(
                        pair.offer.supply_id,
                        enterprise_id(owner_of(supply) if supply else pair.offer.supply_id),
                        pair.standing,
                        pair.offer.probability,
                        supply.annual_capacity if supply else None,
                        pair.local,
                    )
                )
        told = {part: tuple(mine) for part, mine in found.items()}
        return self._sources.setdefault((demand_id, local), told)

    def _part(self, offer: Offer) -> str:
        """Which product of the demand an offer is for: that which matched, else the only one."""
        parts = parts_of(self.demands[offer.demand_id])
        part = fold(offer.demand_product)
        return part if part in parts else parts[0]

    def _pair(self, offer: Offer, part: str) -> Pair:
        supply = self.supplies.get(offer.supply_id)
        local = None
        if supply is not None:
            county = supply.county or self.chain.known.counties.get(firm_key(supply.enterprise), "")
            local = self.chain.prefecture.holds(county)
        return Pair(offer, part, supply, local, self._standing(offer, part, supply))

    def _standing(self, offer: Offer, part: str, supply: Supply | None) -> Standing | None:
        if offer.verdict is Verdict.REJECTED:
            return None
        if offer.contracted:
            return Standing.CONTRACTED
        if offer.verdict is Verdict.ACCEPTED:
            return Standing.ACCEPTED
        relation = self._relation(offer, part, supply) if supply else None
        if relation == "same" and supply and not self._conflict(offer.demand_id, part, supply):
            return Standing.SAME_PRODUCT
        least = OVERRULES if relation == "apart" else self.chain.known.acceptable
        good = offer.probability is not None and offer.probability >= least
        return Standing.PREDICTED if good else None

    def _relation(self, offer: Offer, part: str, supply: Supply) -> str | None:
        """``same``, ``kind`` or ``apart`` in the templates; None where they do not say."""
        mine = self.chain.attachments[offer.demand_id, part]
        parts = parts_of(supply)
        offered = fold(offer.supply_product)
        theirs = self.chain.attachments[supply.supply_id, offered if offered in parts else parts[0]]
        if not (mine.firm and theirs.firm):
            return None
        want = set(self.chain.nodes_of(mine.row_id, mine.part))
        have = set(self.chain.nodes_of(theirs.row_id, theirs.part))
        if want & have:
            return "same" if self._at_home(mine) else None
        if any(self._kinds(node) & want for node in have):
            return "kind"
        return "apart" if self._positions(want) & self._positions(have) else None

    def _at_home(self, wanted: Attachment) -> bool:
        """Whether a demand's product is one of its own chain, or its chain has no template.

        胶圈 of a spinning mill is not that of a chemical works.
        """
        chains = {chain.name for chain in self.chain.chains}
        return wanted.chain not in chains or any(ref[0] == wanted.chain for ref in wanted.refs)

    def _positions(self, nodes: Iterable[str]) -> set[str]:
        data = self.chain.graph.nodes
        return {data[stage]["position"] for node in nodes for stage in data[node]["stages"]}

    def _kinds(self, node: str) -> set[str]:
        """The broader products of a node, by the graph's ``broader`` edges."""
        return set(nx.descendants(self._broader, node)) if node in self._broader else set()

    @cached_property
    def _broader(self) -> nx.DiGraph:
        return nx.DiGraph((u, v) for u, v, _ in self.chain.edges(EdgeKind.BROADER))

    def _conflict(self, demand_id: str, part: str, supply: Supply) -> bool:
        """Whether a grade that the demand states is another in the supply."""
        wanted, offered = (
            tuple(a for a in self._understood(row, name).attributes if a.code and a.name != _SIZE)
            for row, name in ((self.demands[demand_id], part), (supply, parts_of(supply)[0]))
        )
        return any(c.agreement is Agreement.CONFLICT for c in compare_all(wanted, offered))

    def _understood(self, row: Demand | Supply, part: str) -> Terms:
        key = row.row_id, part
        if key not in self._terms:
            self._terms[key] = analyse(part, spec_of(row), row.standard)
        return self._terms[key]

    def _neighbours(self) -> Iterator[Offer]:
        """Pairs on one template product, whether a run suggested them or not, but for rejected ones.

        A run suggests a pair of rows for one of their products; here the others come in.
        """
        makers: dict[str, list[tuple[Supply, str]]] = {}
        for supply in self.supplies.values():
            for part in parts_of(supply):
                if self.chain.attachments[supply.supply_id, part].firm:
                    for node in self.chain.nodes_of(supply.supply_id, part):
                        makers.setdefault(node, []).append((supply, part))
        rejected = {
            (o.demand_id, o.supply_id)
            for o in self.chain.known.offers
            if o.verdict is Verdict.REJECTED
        }
        for demand in self.demands.values():
            for part in parts_of(demand):
                if self.chain.attachments[demand.demand_id, part].firm:
                    for node in self.chain.nodes_of(demand.demand_id, part):
                        for supply, offered in makers.get(node, ()):
                            if (demand.demand_id, supply.supply_id) not in rejected:
                                yield Offer(demand.demand_id, supply.supply_id, part, offered)


def firms(sources: Iterable[Source]) -> list[str]:
    """The distinct firms of some sources, in order of their names."""
    return sorted({source.enterprise for source in sources})
