"""Who may see what, compiled into SQL: what is outside a scope is never read (可见范围)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matcher.store import disclosure

Values = Mapping[str, object]
# Firms with a risk flag are not recommended to firms, see :mod:`matcher.store.risks`.
_CLEAR = "coalesce({0}.enterprise_id, 0) NOT IN (SELECT enterprise_id FROM flagged_enterprises)"


class ScopeKind(StrEnum):
    """The kinds of scope.

    ``ENTERPRISE`` holds a firm's own rows: what its people may change. ``BUYER`` and ``SUPPLIER``
    hold what they may see: the buyer also the supplies that were accepted for its demands, the
    supplier also the demands that others disclose (see :mod:`matcher.store.disclosure`).
    """

    EVERYTHING = "everything"
    COUNTY = "county"
    ENTERPRISE = "enterprise"
    BUYER = "buyer"
    SUPPLIER = "supplier"
    GRANT = "grant"


_FIRMS = frozenset({ScopeKind.ENTERPRISE, ScopeKind.BUYER, ScopeKind.SUPPLIER})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader of the store may see.

    Every condition comes with the values it needs and is about a table of that name.

    Attributes:
        kind: One of :class:`ScopeKind`.
        county: Of a county scope: the county's name.
        enterprise_id: Of a firm's scope: the firm's key.
        demand_keys: Of a grant: the demands it opens.
        supply_keys: Of a grant: the supplies it opens.
    """

    kind: ScopeKind
    county: str = ""
    enterprise_id: int = 0
    demand_keys: frozenset[int] = field(default_factory=frozenset)
    supply_keys: frozenset[int] = field(default_factory=frozenset)

    # --- rows of either list ---------------------------------------------------------------------

    def demands(self, table: str = "demands") -> tuple[str, Values]:
        """Condition over demands that may be seen, whatever of them may be seen."""
        if self.kind is ScopeKind.SUPPLIER:
            shown = ", ".join(f"'{word}'" for word in disclosure.VISIBLE)
            own, values = self.own(table)
            known = f"{table}.disclosure IN ({shown})"
            return f"({own} OR {known} OR {table}.key IN ({disclosure.OPENED_DEMANDS}))", values
        return self.own(table, self.demand_keys)

    def supplies(self, table: str = "supplies") -> tuple[str, Values]:
        """Condition over supplies that may be seen, whatever of them may be seen."""
        own, values = self.own(table, self.supply_keys)
        if self.kind is ScopeKind.BUYER:
            accepted = (
                "SELECT a.supply_key FROM demands mine"
                " JOIN counting_verdicts a ON a.demand_key = mine.key"
                " WHERE mine.enterprise_id = :scope_enterprise AND a.verdict = 'accepted'"
            )
            offered = f"{table}.key IN ({accepted}) AND {_CLEAR.format(table)}"
            return f"({own} OR {offered} OR {table}.key IN ({disclosure.OPENED_SUPPLIES}))", values
        return own, values

    def own(self, table: str, keys: frozenset[int] = frozenset()) -> tuple[str, Values]:
        """Condition over the rows that belong to the scope, on either list."""
        if self.kind is ScopeKind.EVERYTHING:
            return "1", {}
        if self.kind is ScopeKind.COUNTY:
            return f"{table}.county = :scope_county", {"scope_county": self.county}
        if self.kind in _FIRMS:
            condition = f"{table}.enterprise_id = :scope_enterprise"
            return condition, {"scope_enterprise": self.enterprise_id}
        listed = ",".join(str(int(key)) for key in sorted(keys)) or "NULL"
        return f"{table}.key IN ({listed})", {}

    # --- tables to read from ---------------------------------------------------------------------

    @property
    def hides_buyers(self) -> bool:
        """Whether :meth:`demand_table` has the column ``hidden``."""
        return self.kind is ScopeKind.SUPPLIER

    def demand_table(self) -> str:
        """The table ``demands`` to read from, with the columns as this scope may see them."""
        return disclosure.demands_seen_by_suppliers() if self.hides_buyers else "demands"

    def supply_table(self) -> str:
        """The table ``supplies`` to read from, with the columns as this scope may see them."""
        return disclosure.supplies_seen_by_buyers() if self.kind is ScopeKind.BUYER else "supplies"

    # --- what follows from rows ------------------------------------------------------------------

    def suggestions(
        self, demands: str = "demands", supplies: str = "supplies"
    ) -> tuple[str, Values]:
        """Condition over joined demands and supplies, of suggestions and of engagements.

        A county or a firm has the suggestions in which it is on either side; a grant opens a
        suggestion only where it opens both rows; a buyer sees those of its demands that were
        accepted or introduced, a supplier those of its supplies whose demand it may know of.
        """
        left, values = self.demands(demands)
        right, more = self.supplies(supplies)
        if self.kind is ScopeKind.BUYER:
            left, _ = self.own(demands)
            pair = f"demand_key = {demands}.key AND {{0}}.supply_key = {supplies}.key"
            right = (
                f"(EXISTS (SELECT 1 FROM counting_verdicts a WHERE a.{pair.format('a')}"
                " AND a.verdict = 'accepted')"
                f" OR EXISTS (SELECT 1 FROM engagements e WHERE e.{pair.format('e')} AND e.opened))"
            )
        if not self.of_bureau:
            right = f"({right} AND {_CLEAR.format(supplies)})"
        both = self.kind in {ScopeKind.GRANT, ScopeKind.BUYER, ScopeKind.SUPPLIER}
        return f"({left} {'AND' if both else 'OR'} {right})", {**values, **more}

    def decisions(self) -> tuple[str, Values]:
        """Condition over joined demands and supplies: reviewers' decisions are not for firms."""
        return self.suggestions() if self.of_bureau else ("0", {})

    @property
    def of_bureau(self) -> bool:
        """Whether the reader works for the bureau, and not for a firm with an account."""
        return self.kind not in {ScopeKind.BUYER, ScopeKind.SUPPLIER}

    def enterprises(self, table: str = "enterprises") -> tuple[str, Values]:
        """Condition over a table of enterprises."""
        if self.kind is ScopeKind.EVERYTHING:
            return "1", {}
        if self.kind is ScopeKind.COUNTY:
            return f"{table}.county = :scope_county", {"scope_county": self.county}
        if self.kind in _FIRMS:
            return f"{table}.id = :scope_enterprise", {"scope_enterprise": self.enterprise_id}
        return "0", {}


EVERYTHING = Scope(ScopeKind.EVERYTHING)
NOTHING = Scope(ScopeKind.GRANT)


def county(name: str) -> Scope:
    """The rows of one county."""
    return Scope(ScopeKind.COUNTY, county=name)


def enterprise(enterprise_id: int) -> Scope:
    """The rows of one firm: what its people may change."""
    return Scope(ScopeKind.ENTERPRISE, enterprise_id=enterprise_id)


def buyer(enterprise_id: int) -> Scope:
    """What the people of a firm that buys may see (链主企业)."""
    return Scope(ScopeKind.BUYER, enterprise_id=enterprise_id)


def supplier(enterprise_id: int) -> Scope:
    """What the people of a firm that supplies may see (中小企业)."""
    return Scope(ScopeKind.SUPPLIER, enterprise_id=enterprise_id)


def grant(demand_keys: frozenset[int], supply_keys: frozenset[int]) -> Scope:
    """Exactly the named rows."""
    return Scope(ScopeKind.GRANT, demand_keys=demand_keys, supply_keys=supply_keys)
