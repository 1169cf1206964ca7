"""Searching rows by words, within what a scope may see of each row (检索).

The index holds each text in columns by who may know of it, and a search looks into the columns that
the scope is shown. So nothing is found by a word that is hidden: a nameless demand not by its
leader, another firm's supply not by whom else it is meant for.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from sqlite_utils import Database

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


_MANY = 8  # one row of so many found: looking at each row is quicker than looking each one up


class Search:
    """What was last searched for, in a temporary table of the connection.

    A page asks for a word five times, for its rows and for the counts of its facets; for a word
    that is in every row the index takes as long as all the rest.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._last: Hashable = None
        self._condition = ""

    def condition(
        self, table: str, seen: str, scope: Scope, terms: Sequence[Term], values: Values
    ) -> str:
        """Condition over the rows that hold all terms; it holds until the next search.

        Args:
            table: ``demands``, ``supplies`` or ``enterprises``.
            seen: The table to read from, as the scope sees it.
            scope: Who searches.
            terms: Each a sequence of alternatives. No row is found by terms without letters and
                digits.
            values: What the scope's conditions need.
        """
        asked = (table, scope, tuple(map(tuple, terms)), *sorted(values.items()))
        if self._last != (*asked, self._state()):
            self._condition = self._fill(table, *found(table, seen, scope, terms), values)
            self._last = (*asked, self._state())
        return self._condition

    def _state(self) -> tuple[int, int]:
        """Changes with every write, here or by somebody else."""
        ((others,),) = self._db.execute("PRAGMA data_version").fetchall()
        return others, self._db.conn.total_changes

    def _fill(self, table: str, queries: Sequence[str], values: Values, more: Values) -> str:
        if not queries:
            return "0"
        self._db.execute("DROP TABLE IF EXISTS temp.found")
        self._db.execute("CREATE TEMP TABLE found (key INTEGER PRIMARY KEY)")
        for keys in queries:
            self._db.execute(f"INSERT OR IGNORE INTO temp.found {keys}", {**more, **values})
        key, _ = SEARCHED[table]
        sizes = f"SELECT (SELECT count(*) FROM temp.found), max({key}) FROM {table}"
        ((hits, rows),) = self._db.execute(sizes).fetchall()
        if hits * _MANY > (rows or 0):
            return f"EXISTS (SELECT 1 FROM temp.found WHERE found.key = {table}.{key})"
        return f"{table}.{key} IN (SELECT found.key FROM temp.found)"


def found(table: str, seen: str, scope: Scope, terms: Sequence[Term]) -> tuple[list[str], Values]:
    """Queries of the keys of rows that hold all terms, as far as the scope may know of it.

    It looks at texts alone: among the keys may be rows that the scope does not see at all.

    Args:
        table: ``demands``, ``supplies`` or ``enterprises``.
        seen: The table to read from, as the scope sees it.
        scope: Who searches.
        terms: Each a sequence of alternatives.

    Returns:
        The queries, which may find the same row, and their values; none where the terms hold
        neither letters nor digits.
    """
    own = f"{table}.enterprise_id IS :scope_enterprise"
    if table == "demands" and scope.hides_buyers:
        parts = [
            (own, _WHOLE[table]),
            (f"NOT demands.hidden AND NOT ({own})", _FOREIGN),
            ("demands.hidden", _NAMELESS),
        ]
    elif table == "supplies" and scope.kind is ScopeKind.BUYER:
        parts = [(own, _WHOLE[table]), ("", _FOREIGN)]
    else:
        parts = [("", _WHOLE[table])]
    key, _ = SEARCHED[table]
    queries, values = [], {}
    for number, (rows, columns) in enumerate(parts):
        wanted = expression(terms, columns)
        if not wanted:
            return [], {}
        values[f"search_{number}"] = wanted
        hits = f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH :search_{number}"
        queries.append(
            f"SELECT {table}.{key} FROM {seen} WHERE {rows} AND {table}.{key} IN ({hits})"
            if rows
            else hits
        )
    return queries, values
