"""What the address of a page of the review asks for: filters, order, blind mode (筛选与次序)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from matcher.store import Filters, Order

ORDER_LABELS = {
    Order.CONFIDENT: _l("最有把握"),
    Order.DOUBTFUL: _l("最不确定"),
    Order.DEMAND: _l("按需求"),
    Order.SAMPLE: _l("抽查复核"),
}
BLIND_ORDERS = (Order.DEMAND, Order.SAMPLE)
_ONLY = ("changed", "unsure")
_FARTHEST = 10_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters, order, blind mode and how many items to pass over."""

    filters: Filters = field(default_factory=Filters)
    order: Order = Order.CONFIDENT
    blind: bool = False
    skip: int = 0

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders to choose from: an order by score would tell the score."""
        return BLIND_ORDERS if self.blind else tuple(Order)

    @property
    def narrow(self) -> bool:
        """Whether anything is filtered out."""
        return self.filters != Filters()

    def args(self, **changes: Any) -> dict[str, Any]:
        """The same as arguments of an address; what is usual is left out."""
        f = self.filters
        found: dict[str, Any] = {
            "order": None if self.order is Order.CONFIDENT else self.order.value,
            "blind": 1 if self.blind else None, "chain": f.chain, "county": f.county,
            "category": f.category, "leader": f.leader, "tier": f.tier, "only": f.only,
            "low": f"{f.low * 100:g}" if f.low > 0 else None,
            "high": f"{f.high * 100:g}" if f.high < 1 else None,
        }  # fmt: skip
        return {name: value or None for name, value in (found | changes).items()}


def asked() -> Asked:
    """What this request asks for; what cannot be understood counts as not said."""
    given: MultiDict[str, str] = request.args
    blind = given.get("blind") == "1"
    order = Order(given["order"]) if given.get("order") in set(Order) else Order.CONFIDENT
    if blind and order not in BLIND_ORDERS:
        order = Order.DEMAND

    def text(name: str) -> str:
        return given.get(name, "").strip()[:_LONGEST]

    only = text("only")
    filters = Filters(
        chain=text("chain"), county=text("county"), category=text("category"),
        leader=text("leader"), tier="" if blind else text("tier"),
        low=0.0 if blind else share_of(text("low"), 0.0), high=1.0 if blind else share_of(text("high"), 1.0),
        only=only if only in _ONLY else "",
    )  # fmt: skip
    skip = given.get("skip", 0, type=int)
    return Asked(filters, order, blind, min(max(skip, 0), _FARTHEST))


def share_of(text: str, usual: float) -> float:
    """A percentage that somebody typed as a share; what is none counts as the usual one."""
    try:
        value = float(text) / 100
    except ValueError:
        return usual
    return usual if math.isnan(value) else min(max(value, 0.0), 1.0)
