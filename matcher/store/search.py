"""Searching rows by words, within what a scope may see of each row (检索).

The index holds each text in columns by who may know of it, and a search looks into the columns that
the scope is shown. So nothing is found by a word that is hidden: a nameless demand not by its
leader, another firm's supply not by whom else it is meant for.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcher.store.schema_browse import SEARCHED
from matcher.store.scope import Scope, ScopeKind, Values
from matcher.store.searchtext import Term, expression

_WHOLE = {
    "demands": ("shown", "internal"),
    "supplies": ("shown", "internal"),
    "enterprises": ("shown",),
}
_FOREIGN = ("shown",)
_NAMELESS = ("nameless",)


def found(table: str, scope: Scope, terms: Sequence[Term]) -> tuple[str, Values]:
    """Condition over a table as the scope sees it: its rows that hold all terms.

    Args:
        table: ``demands``, ``supplies`` or ``enterprises``.
        scope: Who searches.
        terms: Each a sequence of alternatives.

    Returns:
        The condition and its values; a condition that no row meets where the terms hold neither
        letters nor digits.
    """
    own = f"{table}.enterprise_id IS :scope_enterprise"
    if table == "demands" and scope.hides_buyers:
        parts = [
            (f"{own}", _WHOLE[table]),
            (f"NOT demands.hidden AND NOT ({own})", _FOREIGN),
            ("demands.hidden", _NAMELESS),
        ]
    elif table == "supplies" and scope.kind is ScopeKind.BUYER:
        parts = [(own, _WHOLE[table]), (f"NOT ({own})", _FOREIGN)]
    else:
        parts = [("1", _WHOLE[table])]
    key, _ = SEARCHED[table]
    conditions, values = [], {}
    for number, (rows, columns) in enumerate(parts):
        wanted = expression(terms, columns)
        if not wanted:
            return "0", {}
        values[f"search_{number}"] = wanted
        hits = f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH :search_{number}"
        conditions.append(f"({rows} AND {table}.{key} IN ({hits}))")
    return f"({' OR '.join(conditions)})", values
