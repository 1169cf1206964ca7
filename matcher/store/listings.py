"""What each list can be narrowed, sorted and counted by: the declarations of :mod:`.browse` (列表)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.model import ListKind
from matcher.store.scope import Scope, ScopeKind

_FIRMS = frozenset({ScopeKind.BUYER, ScopeKind.SUPPLIER})
_BUYER, _SUPPLIER = frozenset({ScopeKind.BUYER}), frozenset({ScopeKind.SUPPLIER})


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a list by values that are counted (筛选项).

    In its SQL ``{demand}`` stands for the condition that the scope may know of demand ``d``.

    Attributes:
        key: Its name in addresses.
        sql: Expression over the table, as the scope sees it, that gives the value.
        sets: Instead: value → query of the ``key`` of the rows that have it. The first that holds a
            row counts; cheap where few rows are in any.
        rest: Value of the rows that are in none of the sets.
        of_many: Condition for a row that has several values, with ``{values}``; ``sql`` gives them
            joined by ``|``.
        open_ended: It has too many values to show; only the most frequent are.
        hidden_from: Kinds of scope that have no such facet.
    """

    key: str
    sql: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    of_many: str = ""
    open_ended: bool = False
    hidden_from: frozenset[ScopeKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Extra:
    """A column that is computed for the rows shown; see :class:`Facet` for ``{demand}``."""

    sql: str
    hidden_from: frozenset[ScopeKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """One list that can be looked through.

    Attributes:
        table: Its table, which is also its name in addresses.
        kind: Of lists of rows.
        key: The surrogate key's column.
        row_id: The column that names a row to people; distinct, and its order tells nothing.
        facets: In the order shown.
        sorts: Column → expressions to sort by.
        extras: Computed columns.
        completes: Columns whose values are proposed while somebody types.
    """

    table: str
    kind: ListKind | None
    key: str
    row_id: str
    facets: tuple[Facet, ...]
    sorts: Mapping[str, str]
    extras: Mapping[str, Extra]
    completes: tuple[str, ...]

    def facets_for(self, scope: Scope) -> list[Facet]:
        """The facets that a scope has."""
        return [facet for facet in self.facets if scope.kind not in facet.hidden_from]

    def extras_for(self, scope: Scope) -> dict[str, Extra]:
        """The computed columns that a scope has."""
        return {k: e for k, e in self.extras.items() if scope.kind not in e.hidden_from}


def _valid(table: str) -> Facet:
    return Facet(
        "valid",
        f"CASE WHEN {table}.valid_until = '' THEN 'open'"
        f" WHEN {table}.valid_until < :today THEN 'past' ELSE 'valid' END",
    )


_ACCEPTED = "FROM counting_verdicts a WHERE a.verdict = 'accepted'"
_KNOWN = "EXISTS (SELECT 1 FROM demands d WHERE d.key = a.demand_key AND {demand})"
_SUGGESTED = "FROM suggestions s WHERE s.run_id = :run AND s.demand_key = demands.key"
_BEST = f"(SELECT {{}} {_SUGGESTED} ORDER BY s.rank LIMIT 1)"
_OF_MINE = (
    "SELECT s.demand_key AS key FROM supplies p CROSS JOIN suggestions s ON s.run_id = :run"
    " AND s.supply_key = p.key WHERE p.enterprise_id = :scope_enterprise"
)

DEMANDS = Listing(
    table="demands",
    kind=ListKind.DEMAND,
    key="key",
    row_id="demand_id",
    facets=(
        Facet("chain", "demands.chain"),
        Facet("category", "demands.category"),
        Facet("county", "demands.county"),
        Facet("leader", "demands.leader", open_ended=True),
        Facet("disclosure", "demands.disclosure"),
        Facet(
            "suggested",
            sets={"no": f"SELECT key FROM demands WHERE NOT EXISTS (SELECT 1 {_SUGGESTED})"},
            rest="yes",
            hidden_from=_FIRMS,
        ),
        Facet("fits", sets={"yes": _OF_MINE}, rest="no", hidden_from=frozenset(ScopeKind) - _SUPPLIER),
        Facet(
            "gap", sets={"yes": "SELECT demand_key AS key FROM gaps WHERE run_id = :run"}, rest="no",
            hidden_from=_SUPPLIER,
        ),
        Facet(
            "reviewed",
            sets={
                "accepted": f"SELECT a.demand_key AS key {_ACCEPTED}",
                "decided": "SELECT demand_key AS key FROM verdicts",
            },
            rest="none", hidden_from=_FIRMS,
        ),
        Facet(
            "accepted", sets={"yes": f"SELECT a.demand_key AS key {_ACCEPTED}"}, rest="no",
            hidden_from=frozenset(ScopeKind) - _BUYER,
        ),
        _valid("demands"),
    ),
    sorts={
        "demand_id": "demands.demand_id", "product_name": "demands.product_name",
        "leader": "demands.leader", "chain": "demands.chain", "category": "demands.category",
        "county": "demands.county", "annual_quantity": "demands.annual_quantity",
        "valid_until": "demands.valid_until", "probability": _BEST.format("s.probability"),
    },
    extras={
        "probability": Extra(_BEST.format("s.probability"), _FIRMS),
        "best": Extra(
            f"(SELECT p.enterprise {_SUGGESTED.replace(' WHERE', ' JOIN supplies p ON p.key = s.supply_key WHERE')}"
            " ORDER BY s.rank LIMIT 1)",
            _FIRMS,
        ),
        "accepted": Extra(
            f"(SELECT count(*) {_ACCEPTED} AND a.demand_key = demands.key)", _SUPPLIER
        ),
    },
    completes=("leader", "product_name"),
)  # fmt: skip

SUPPLIES = Listing(
    table="supplies",
    kind=ListKind.SUPPLY,
    key="key",
    row_id="supply_id",
    facets=(
        Facet("county", "supplies.county"),
        Facet("tier", "supplies.tier"),
        Facet("enterprise", "supplies.enterprise", open_ended=True),
        Facet("intended", "supplies.intended_buyers <> ''", hidden_from=_BUYER),
        Facet(
            "accepted",
            sets={"yes": f"SELECT a.supply_key AS key {_ACCEPTED} AND {_KNOWN}"},
            rest="no",
        ),
    ),
    sorts={
        "supply_id": "supplies.supply_id",
        "product_name": "supplies.product_name",
        "enterprise": "supplies.enterprise",
        "county": "supplies.county",
        "tier": "supplies.tier",
        "annual_capacity": "supplies.annual_capacity",
    },
    extras={
        "fits": Extra(
            "(SELECT count(*) FROM suggestions s JOIN demands d ON d.key = s.demand_key"
            " WHERE s.run_id = :run AND s.supply_key = supplies.key AND {demand})",
            _BUYER,
        ),
        "accepted": Extra(
            f"(SELECT count(*) {_ACCEPTED} AND a.supply_key = supplies.key AND {_KNOWN})"
        ),
    },
    completes=("enterprise", "product_name"),
)

_TIERS = ("小巨人", "专精特新", "创新型")
_TITLED = (
    "FROM titles t WHERE t.enterprise_id = enterprises.id"
    " AND (t.expires_on = '' OR t.expires_on >= :today)"
)
_RANK = " ".join(f"WHEN '{tier}' THEN {n}" for n, tier in enumerate(reversed(_TIERS), 1))
_TIER = (
    f"CASE (SELECT max(CASE t.title {_RANK} END) {_TITLED})"
    f" {' '.join(f'WHEN {n} THEN {tier!r}' for n, tier in enumerate(reversed(_TIERS), 1))}"
    " ELSE '' END"
)
_ROLES = (
    "coalesce((SELECT group_concat(role, '|') FROM enterprise_roles r"
    " WHERE r.enterprise_id = enterprises.id), '')"
)

ENTERPRISES = Listing(
    table="enterprises",
    kind=None,
    key="id",
    row_id="name",
    facets=(
        Facet(
            "role", _ROLES,
            of_many="EXISTS (SELECT 1 FROM enterprise_roles r"
            " WHERE r.enterprise_id = enterprises.id AND r.role IN ({values}))",
        ),
        Facet("county", "enterprises.county"),
        Facet("tier", _TIER),
    ),
    sorts={
        "name": "enterprises.name", "county": "enterprises.county",
        "supplies": "(SELECT count(*) FROM supplies p WHERE p.enterprise_id = enterprises.id)",
        "demands": "(SELECT count(*) FROM demands d WHERE d.enterprise_id = enterprises.id)",
    },
    extras={
        "roles": Extra(_ROLES),
        "tier": Extra(_TIER),
        "supplies": Extra(
            "(SELECT count(*) FROM supplies p WHERE p.enterprise_id = enterprises.id)"
        ),
        "demands": Extra("(SELECT count(*) FROM demands d WHERE d.enterprise_id = enterprises.id)"),
    },
    completes=("name",),
)  # fmt: skip

LISTINGS = {listing.table: listing for listing in (DEMANDS, SUPPLIES, ENTERPRISES)}
