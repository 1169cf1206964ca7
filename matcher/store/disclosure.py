"""What a firm may learn of another firm's rows, as SQL: hidden columns are never read (公开范围).

Of another firm's demand a supplier learns

- 公开: everything but what is the buyer's own affair (present supplier, notes, source file);
- 匿名: what is wanted, without whose it is: no leader, county, chain or id, the leader's name
  taken out of free text, and an alias that tells nothing. An empty cell counts as 匿名: nobody has
  agreed to more;
- 仅主管部门: nothing, not even that there is such a demand.

An engagement that has come to 对接 opens the demand to the firm that it is with, as if it were 公开,
and the supply to the buyer.

Of another firm's supply a buyer learns, once it is recommended, everything but whom else it is
meant for, and where it came from.

Filters, counts and searches run over these columns, so they cannot tell more than the columns do.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp

from matcher.model import Disclosure, Explanation, Suggestion
from matcher.text import hide_firm

_CELLS = ("", *(word.value for word in Disclosure))  # what the column holds
NAMELESS = tuple(cell for cell in _CELLS if Disclosure.of(cell) is Disclosure.ANONYMOUS)
VISIBLE = tuple(cell for cell in _CELLS if Disclosure.of(cell) is not Disclosure.BUREAU)
TELLING_GROUPS = frozenset({"意向", "区位"})  # reasons that tell a buyer by its name or its place

_PLAIN = (
    "key", "content_hash", "kind", "list_id", "enterprise_id", "identity", "sheet", "row",
    "attributes", "updated_at", "product_name", "products", "spec", "standard", "quantity_text",
    "unit", "period", "approximate", "county", "valid_until", "withdrawn",
)  # fmt: skip
DEMAND_COLUMNS = (
    *_PLAIN, "demand_id", "chain", "leader", "category", "annual_quantity", "annual_quantity_high",
    "requirement", "current_supplier", "current_source", "disclosure", "note",
)  # fmt: skip
SUPPLY_COLUMNS = (
    *_PLAIN, "supply_id", "enterprise", "credit_code", "tier", "annual_capacity",
    "annual_capacity_high", "certificates", "intended_buyers", "description",
)  # fmt: skip

# Column → what stands in its place in another firm's row. A column that is in none of the lists
# above is not shown at all.
_FOREIGN = {
    "list_id": "NULL", "identity": "''", "sheet": "''", "row": "0", "attributes": "'{}'",
    "updated_at": "''",
}  # fmt: skip
_FOREIGN_DEMAND = _FOREIGN | {"current_supplier": "''", "current_source": "''", "note": "''"}
_FOREIGN_SUPPLY = _FOREIGN | {"intended_buyers": "''"}
_NAMELESS_DEMAND = {
    "demand_id": "(SELECT alias FROM demand_aliases WHERE demand_key = t.key)",
    "enterprise_id": "NULL", "leader": "''", "county": "''", "chain": "''",
} | {
    name: f"hide_firm(t.{name}, t.leader)"
    for name in ("product_name", "products", "spec", "standard", "quantity_text", "requirement")
}  # fmt: skip

# What engagements have opened to the firm: demands of its suppliers, supplies for its demands.
OPENED_DEMANDS = (
    "SELECT e.demand_key AS key FROM supplies o JOIN engagements e ON e.supply_key = o.key"
    " WHERE o.enterprise_id = :scope_enterprise AND e.opened"
)
OPENED_SUPPLIES = (
    "SELECT e.supply_key AS key FROM demands o JOIN engagements e ON e.demand_key = o.key"
    " WHERE o.enterprise_id = :scope_enterprise AND e.opened"
)
_OWN = "t.enterprise_id IS :scope_enterprise"
_HIDDEN = f"(NOT ({_OWN}) AND t.disclosure <> '{Disclosure.OPEN.value}' AND opened.key IS NULL)"


def demands_seen_by_suppliers() -> str:
    """Demands that the firm ``:scope_enterprise`` may know of, as a table named ``demands``.

    A further column ``hidden`` is 1 where the firm must not learn whose the demand is.
    """
    columns = ", ".join(_demand_column(name) for name in DEMAND_COLUMNS)
    visible = ", ".join(f"'{word}'" for word in VISIBLE)
    return (
        f"(SELECT {columns}, {_HIDDEN} AS hidden FROM demands t"
        f" LEFT JOIN (SELECT DISTINCT key FROM ({OPENED_DEMANDS})) opened ON opened.key = t.key"
        f" WHERE {_OWN} OR t.disclosure IN ({visible}) OR opened.key IS NOT NULL) AS demands"
    )


def _demand_column(name: str) -> str:
    nameless, foreign = _NAMELESS_DEMAND.get(name), _FOREIGN_DEMAND.get(name)
    if nameless:
        return f"CASE WHEN {_HIDDEN} THEN {nameless} ELSE t.{name} END AS {name}"
    return _unless_own(name, foreign)


def supplies_seen_by_buyers() -> str:
    """All supplies without what another firm must not learn of them, as a table ``supplies``."""
    columns = ", ".join(_unless_own(name, _FOREIGN_SUPPLY.get(name)) for name in SUPPLY_COLUMNS)
    return f"(SELECT {columns} FROM supplies t) AS supplies"


def _unless_own(name: str, instead: str | None) -> str:
    return (
        f"CASE WHEN {_OWN} THEN t.{name} ELSE {instead} END AS {name}" if instead else f"t.{name}"
    )


def told_fit(explanation: Explanation) -> float:
    """Log-odds of a fit without the reasons that tell the buyer."""
    return _told(explanation).log_odds


def _told(explanation: Explanation) -> Explanation:
    kept = (c for c in explanation.contributions if c.group not in TELLING_GROUPS)
    return Explanation(explanation.base, tuple(kept))


def nameless(suggestion: Suggestion, leader: str) -> Suggestion:
    """A suggestion as the supplier sees it whose buyer is hidden.

    Reasons that tell the buyer are taken out of the sum, and the probability is that of the rest:
    else a supplier could find its buyer by naming one after another and watching the figure. The
    rank among other suppliers and whether it supplies already go too.
    """
    told = _told(suggestion.explanation)
    kept = (replace(c, sentence=hide_firm(c.sentence, leader)) for c in told.contributions)
    explanation = Explanation(told.base, tuple(kept))
    return replace(
        suggestion,
        rank=0,
        explanation=explanation,
        probability=round(1 / (1 + exp(-explanation.log_odds)), 6),
        demand_product=hide_firm(suggestion.demand_product, leader),
        already_supplying=False,
    )
