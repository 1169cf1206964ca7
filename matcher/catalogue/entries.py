"""What goes into a recommendation catalogue, and what a demand's disclosure allows to be said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcher.catalogue.content import Amount, Catalogue, Chapter, Entry, Gap, Need, Variant
from matcher.catalogue.suggestions import for_and_against
from matcher.model import Demand, Disclosure, Row, Suggestion, Supply
from matcher.ranking.suggestion import is_current
from matcher.records import quantity_text, unit_text
from matcher.text import clean, firm_spellings

BEIJING = dt.timezone(dt.timedelta(hours=8))
ANONYMOUS = "（匿名，经工信部门对接后告知）"
OTHER_CHAIN = "其他"
_HIDDEN_NAME = "（匿名）"
_HEDGED = re.compile("只有|要核对")  # what a sentence says that recommends nothing by itself
_TELLING = frozenset({"意向", "区位"})  # reasons that tell a buyer by its name or its place


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair chosen for the catalogue, with its suggestion where the last run has one.

    ``changed`` is True where a row says something else now than when it was chosen.
    """

    demand: Demand
    supply: Supply
    suggestion: Suggestion | None
    decided_at: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What kind of catalogue is to be made; see :class:`~matcher.catalogue.content.Catalogue`."""

    title: str
    made_on: dt.date
    draft: bool = False
    variant: Variant = Variant.WHOLE
    subject: str = ""
    issuer: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What a catalogue is made of, everything as the store has it.

    Attributes:
        pairs: Chosen pairs.
        products: Products that are shown without a demand (优势产品).
        gaps: Demands without supply.
        contacts: Firm → how to reach it, of firms that agreed to be named.
        aliases: Id of a demand → what it is called where its buyer is hidden.
        leaders: All buyers on the lists: one's document says nothing of another.
    """

    pairs: tuple[Chosen, ...] = ()
    products: tuple[Supply, ...] = ()
    gaps: tuple[Demand, ...] = ()
    contacts: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    leaders: tuple[str, ...] = ()


def build(order: Order, material: Material) -> Catalogue:
    """Freeze what was chosen into a catalogue.

    Demands for the bureau's eyes only are left out, anonymous ones lose their leader's name, its
    place, chain and id, firms that already supply the demand are not recommended to it, and what
    has changed since it was reviewed has to be reviewed again. A leader's own catalogue shows its
    own demands in full, and of other leaders nothing.
    """
    pairs: list[Chosen] = []
    left_out: dict[str, int] = {}
    reader = _Reader(order, material)
    for pair in material.pairs:
        why = reader.unfit(pair)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
        else:
            pairs.append(pair)
    gaps = [gap for demand in material.gaps if (gap := reader.gap(demand))]
    return Catalogue(
        title=clean(order.title), made_on=order.made_on, draft=order.draft,
        chapters=_chapters(reader, order, pairs, material.products),
        gaps=tuple(sorted(gaps, key=lambda g: (g.chain == OTHER_CHAIN, g.chain, g.leader, g.demand_id))),
        left_out=dict(sorted(left_out.items())), variant=order.variant,
        subject=clean(order.subject), issuer=clean(order.issuer), period=clean(order.period),
    )  # fmt: skip


def _chapters(
    reader: _Reader, order: Order, pairs: Iterable[Chosen], products: Iterable[Supply]
) -> tuple[Chapter, ...]:
    """Entries by chain and product; a product is one entry of a chain, whatever needs it fits."""
    found: dict[str, dict[tuple[str, str, str], tuple[Supply, list[Chosen]]]] = {}
    for pair in pairs:
        name = pair.suggestion.supply_product if pair.suggestion else pair.supply.product_name
        key = (_sorted_name(pair.supply.enterprise), pair.supply.supply_id, clean(name))
        chapter = found.setdefault(reader.chain(pair.demand), {})
        chapter.setdefault(key, (pair.supply, []))[1].append(pair)
    for supply in products:
        key = (_sorted_name(supply.enterprise), supply.supply_id, clean(supply.product_name))
        chapter = found.setdefault(clean(supply.county) or OTHER_CHAIN, {})
        chapter.setdefault(key, (supply, []))
    number = 0
    chapters: list[Chapter] = []
    for chain in sorted(found, key=lambda name: (name == OTHER_CHAIN, name)):
        entries = []
        for key, (supply, mine) in sorted(found[chain].items(), key=lambda item: item[0]):
            number += 1
            entries.append(reader.entry(number, key[-1], supply, mine, draft=order.draft))
        chapters.append(Chapter(chain, tuple(entries)))
    return tuple(chapters)


def _sorted_name(name: str) -> str:
    """Sorts names as offices do: the common characters of GB 2312 stand by their sound."""
    return name.encode("gb18030", "replace").hex()


class _Reader:
    """What the reader of a catalogue may know."""

    def __init__(self, order: Order, material: Material) -> None:
        self._material = material
        self._variant = order.variant
        self._own = order.subject if order.variant is Variant.LEADER else ""
        demands = (*(pair.demand for pair in material.pairs), *material.gaps)
        secret = {d.leader for d in demands if self._hidden(d)}
        if self._own:
            secret = {*material.leaders, *(d.leader for d in demands)} - {self._own}
        names = {name for firm in secret for name in firm_spellings(clean(firm))}
        longest = sorted(names, key=lambda name: (-len(name), name))
        self._secret = re.compile("|".join(map(re.escape, longest))) if names else None

    def unfit(self, pair: Chosen) -> str:
        """Why a pair may not be shown; empty where it may."""
        if not self._may_know(pair.demand):
            return "需求仅主管部门可见"
        suggested = pair.suggestion is not None and pair.suggestion.already_supplying
        if suggested or is_current(pair.demand, pair.supply):
            return "已是现有供应商"
        if pair.changed:
            return "内容在审核后有变，要重新审核"
        return ""

    def chain(self, demand: Demand) -> str:
        """The chain to show a demand under."""
        hidden = self._hidden(demand)
        return OTHER_CHAIN if hidden else self._said(demand.chain, demand) or OTHER_CHAIN

    def gap(self, demand: Demand) -> Gap | None:
        """A demand without supply, None where it may not be shown."""
        if not self._may_know(demand):
            return None
        return Gap(chain=self.chain(demand), **self._demand(demand, demand.product_name))  # type: ignore[arg-type]

    def entry(
        self, number: int, product: str, supply: Supply, pairs: list[Chosen], *, draft: bool
    ) -> Entry:
        """A product with the needs it fits."""
        pairs = sorted(
            pairs, key=lambda p: (-(p.suggestion.probability if p.suggestion else 0.0), p.demand.row_id)
        )  # fmt: skip
        needs = tuple(self._need(pair, draft=draft) for pair in pairs)
        # Left out as a whole where a buyer is hidden: a name that is missing would tell it.
        telling = self._variant is not Variant.WHOLE or any(self._hidden(p.demand) for p in pairs)
        return Entry(
            number=number,
            supply_id=clean(supply.supply_id),
            enterprise=clean(supply.enterprise),
            product=self._text(product),
            county=clean(supply.county),
            tier=clean(supply.tier),
            spec=self._text(supply.spec),
            standard=self._text(supply.standard),
            capacity=_amount(supply, self._text(quantity_text(supply))),
            certificates=self._text(supply.certificates),
            intended_buyers="" if telling else clean(supply.intended_buyers),
            description=self._text(supply.description),
            contact=clean(self._material.contacts.get(supply.enterprise, "")),
            reason=_why(needs, supply, draft=draft),
            needs=needs,
        )

    def _need(self, pair: Chosen, *, draft: bool) -> Need:
        demand, suggestion = pair.demand, pair.suggestion
        product = suggestion.demand_product if suggestion else demand.product_name
        said = _reasons(suggestion, hidden=self._hidden(demand))[:3] if suggestion else []
        return Need(
            **self._demand(demand, product),  # type: ignore[arg-type]
            reason="；".join(self._said(sentence, demand) for sentence in said),
            decided_on=local_date(pair.decided_at).isoformat() if pair.decided_at else "",
            probability=suggestion.probability if suggestion and draft else None,
        )

    def _demand(self, demand: Demand, product: str) -> dict[str, object]:
        hidden = self._hidden(demand)
        alias = self._material.aliases.get(demand.demand_id, "")
        return {
            "demand_id": alias if hidden else clean(demand.demand_id),
            "leader": ANONYMOUS if hidden else clean(demand.leader),
            "product": self._said(product, demand),
            "spec": self._said(demand.spec, demand),
            "standard": self._said(demand.standard, demand),
            "quantity": _amount(demand, self._said(quantity_text(demand), demand)),
            "requirement": self._said(demand.requirement, demand),
        }

    def _may_know(self, demand: Demand) -> bool:
        if self._own:
            return demand.leader == self._own
        return Disclosure.of(demand.disclosure) is not Disclosure.BUREAU

    def _hidden(self, demand: Demand) -> bool:
        return not self._own and Disclosure.of(demand.disclosure) is Disclosure.ANONYMOUS

    def _said(self, text: str, demand: Demand) -> str:
        """What a demand says: a leader that is named may name itself."""
        return self._text(text) if self._own or self._hidden(demand) else clean(text)

    def _text(self, text: str) -> str:
        """A text without the names that its reader must not learn."""
        text = clean(text)
        return self._secret.sub(_HIDDEN_NAME, text) if self._secret and text else text


def _amount(row: Row, text: str) -> Amount:
    quantity = row.quantity
    if quantity is None or not quantity.known:
        return Amount(text=text)
    return Amount(quantity.low, quantity.high, unit_text(row.unit, quantity), text)


def _why(needs: tuple[Need, ...], supply: Supply, *, draft: bool) -> str:
    """Why a product is recommended, in one sentence."""
    best = next((need for need in needs if need.reason), None)
    if best is not None:
        return f"{best.reason}。"
    if needs:
        basis = "系统建议" if draft else "经审核"
        return f"{basis}，与“{needs[0].product}”的需求相配。"
    tier = f"{clean(supply.tier)}企业的" if supply.tier else ""
    amount = clean(quantity_text(supply))
    return f"{tier}优势产品{f'，年产能 {amount}' if amount else ''}。"


def _reasons(suggestion: Suggestion, *, hidden: bool) -> list[str]:
    """What recommends a pair: a reviewer has weighed the rest, and doubts are no recommendation.

    That a supplier names this very buyer, or is its neighbour, would tell a hidden buyer to
    whoever knows the supplier.
    """
    unsaid = {
        c.sentence
        for c in suggestion.explanation.contributions
        if (hidden and c.group in _TELLING) or _HEDGED.search(c.sentence)
    }
    good, _ = for_and_against(suggestion)
    return [sentence for sentence in good if sentence not in unsaid]


def local_date(moment: str) -> dt.date:
    """The day in UTC+8 of a moment stored in UTC."""
    return dt.datetime.fromisoformat(moment).astimezone(BEIJING).date()
