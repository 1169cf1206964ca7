"""Who may see what, compiled into SQL: what is outside a scope is never read (可见范围)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ScopeKind(StrEnum):
    """The four kinds of scope."""

    EVERYTHING = "everything"
    COUNTY = "county"
    ENTERPRISE = "enterprise"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader of the store may see.

    Attributes:
        kind: One of :class:`ScopeKind`.
        county: Of a county scope: the county's name.
        enterprise_id: Of an enterprise scope: the firm's key.
        demand_keys: Of a grant: the demands it opens.
        supply_keys: Of a grant: the supplies it opens.
    """

    kind: ScopeKind
    county: str = ""
    enterprise_id: int = 0
    demand_keys: frozenset[int] = field(default_factory=frozenset)
    supply_keys: frozenset[int] = field(default_factory=frozenset)

    def demands(self, table: str = "demands") -> tuple[str, Mapping[str, object]]:
        """Condition and parameters over a table of demands."""
        return self._rows(table, self.demand_keys)

    def supplies(self, table: str = "supplies") -> tuple[str, Mapping[str, object]]:
        """Condition and parameters over a table of supplies."""
        return self._rows(table, self.supply_keys)

    def enterprises(self, table: str = "enterprises") -> tuple[str, Mapping[str, object]]:
        """Condition and parameters over a table of enterprises."""
        if self.kind is ScopeKind.EVERYTHING:
            return "1", {}
        if self.kind is ScopeKind.COUNTY:
            return f"{table}.county = :scope_county", {"scope_county": self.county}
        if self.kind is ScopeKind.ENTERPRISE:
            return f"{table}.id = :scope_enterprise", {"scope_enterprise": self.enterprise_id}
        return "0", {}

    def suggestions(
        self, demands: str = "demands", supplies: str = "supplies"
    ) -> tuple[str, Mapping[str, object]]:
        """Condition over joined demands and supplies.

        A county or a firm sees the suggestions in which it is on either side; a grant opens a
        suggestion only where it opens both rows.
        """
        left, values = self.demands(demands)
        right, more = self.supplies(supplies)
        word = "AND" if self.kind is ScopeKind.GRANT else "OR"
        return f"({left} {word} {right})", {**values, **more}

    def _rows(self, table: str, keys: frozenset[int]) -> tuple[str, Mapping[str, object]]:
        if self.kind is ScopeKind.EVERYTHING:
            return "1", {}
        if self.kind is ScopeKind.COUNTY:
            return f"{table}.county = :scope_county", {"scope_county": self.county}
        if self.kind is ScopeKind.ENTERPRISE:
            condition = f"{table}.enterprise_id = :scope_enterprise"
            return condition, {"scope_enterprise": self.enterprise_id}
        listed = ",".join(str(int(key)) for key in sorted(keys)) or "NULL"
        return f"{table}.key IN ({listed})", {}


EVERYTHING = Scope(ScopeKind.EVERYTHING)


def county(name: str) -> Scope:
    """The rows of one county."""
    return Scope(ScopeKind.COUNTY, county=name)


def enterprise(enterprise_id: int) -> Scope:
    """The rows of one firm."""
    return Scope(ScopeKind.ENTERPRISE, enterprise_id=enterprise_id)


def grant(demand_keys: frozenset[int], supply_keys: frozenset[int]) -> Scope:
    """Exactly the named rows."""
    return Scope(ScopeKind.GRANT, demand_keys=demand_keys, supply_keys=supply_keys)
