"""Looking through long lists: a page, its counts, a download, all within a scope (浏览).

What a list can be narrowed and sorted by is declared in :mod:`matcher.store.listings`. Rows with
equal values are ordered by the id under which the scope knows them: the order in which they were
imported would tell whose they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from matcher.model import Row
from matcher.store.cube import Counts, Cube
from matcher.store.database import rows
from matcher.store.listings import Facet, Listing
from matcher.store.rowcodec import from_table
from matcher.store.scope import Scope
from matcher.store.search import Search
from matcher.store.searchtext import Term

_AT_ONCE = 500  # rows of a download that are read together
_TOP = 12  # values of an open-ended facet that are shown


@dataclass(frozen=True, slots=True)
class Query:
    """What of a list is wanted, and in which order.

    Attributes:
        terms: What to search for; None for no search.
        chosen: Facet → values, any of which a row must have.
        sort: Column to sort by; empty for the row's id.
        descending: The other way round.
        today: The date here, ``2026-11-25``, by which something is out of date.
    """

    terms: Sequence[Term] | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    today: str = ""

    @property
    def narrowed(self) -> Hashable:
        """What decides which rows there are: all but their order."""
        terms = None if self.terms is None else tuple(map(tuple, self.terms))
        return terms, tuple(sorted(self.chosen.items())), self.today


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a list: its key, the row (None for a firm), its other columns by name."""

    key: int
    row: Row | None
    values: dict[str, Any]


class Browse:
    """Pages, counts and downloads of the lists."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._found = Search(db)

    # --- what is asked for -----------------------------------------------------------------------

    def counts(self, listing: Listing, scope: Scope, query: Query) -> Counts:
        """How many rows there are, and for each facet how many of each of its values.

        The values of a facet are counted under the choices in all other facets, so that one sees
        what another choice would give.
        """
        facets = listing.facets_for(scope)
        searched = self._search(listing, scope, query)
        counted = [f for f in facets if not f.open_ended]
        plain, rare = [f for f in counted if not f.sets], [f for f in counted if f.sets]
        others = [f for f in facets if f.open_ended]
        where = self._where(listing, scope, query, searched, others)
        cube = Cube(plain, self._grouped([f.sql for f in plain], _table(listing, scope), *where))
        counts = cube.counts(query.chosen)
        total, values = counts.total, counts.values
        if rare:  # unless it was chosen, it need only be seen together with what was
            if not any(f.key in query.chosen for f in rare):
                plain = [f for f in plain if f.key in query.chosen]
            cube = cube.among(plain, rare)
            cube.tell_apart(self._rare(listing, scope, plain, rare, *where))
            counts = cube.counts(query.chosen)
            total, values = counts.total, values | counts.values
        for facet in facets:
            if facet.open_ended:
                values[facet.key] = self._most(listing, scope, query, searched, facet)
        return Counts(total, values)

    def page(
        self, listing: Listing, scope: Scope, query: Query, *, limit: int, offset: int = 0
    ) -> list[Found]:
        """Rows in order."""
        where, values = self._where(listing, scope, query, self._search(listing, scope, query))
        found = self._db.execute(
            f"SELECT {listing.table}.{listing.key} FROM {_table(listing, scope)} WHERE {where}"
            f" ORDER BY {_order(listing, query)} LIMIT :limit OFFSET :offset",
            {**values, "limit": limit, "offset": offset},
        )
        return self._rows(listing, scope, query, [key for (key,) in found.fetchall()])

    def all(self, listing: Listing, scope: Scope, query: Query) -> Iterator[Found]:
        """All rows in order, a few hundred of them in memory at once.

        The keys are read at the start, so that what is written meanwhile moves no row twice or
        away.
        """
        where, values = self._where(listing, scope, query, self._search(listing, scope, query))
        found = self._db.execute(
            f"SELECT {listing.table}.{listing.key} FROM {_table(listing, scope)} WHERE {where}"
            f" ORDER BY {_order(listing, query)}",
            values,
        )
        keys = [key for (key,) in found]
        for start in range(0, len(keys), _AT_ONCE):
            yield from self._rows(listing, scope, query, keys[start : start + _AT_ONCE])

    def one(self, listing: Listing, scope: Scope, row_id: str, *, today: str = "") -> Found | None:
        """The row that the scope knows under this id, None if there is none."""
        condition, values = self._visible(listing, scope)
        named = _named(listing)
        found = self._db.execute(
            f"SELECT {listing.table}.{listing.key} FROM {_table(listing, scope)}"
            f" WHERE {condition} AND {named}",
            {**values, "row_id": row_id},
        ).fetchone()
        return (
            next(iter(self._rows(listing, scope, Query(today=today), [found[0]])), None)
            if found
            else None
        )

    def neighbours(self, listing: Listing, scope: Scope, row_id: str) -> tuple[str, str]:
        """The ids before and after this one; empty at either end."""
        condition, values = self._visible(listing, scope)
        column = f"{listing.table}.{listing.row_id}"
        sides = []
        for choose, sign in (("max", "<"), ("min", ">")):
            sql = (
                f"SELECT {choose}({column}) FROM {_table(listing, scope)}"
                f" WHERE {condition} AND {column} {sign} :row_id"
            )
            sides.append(self._db.execute(sql, {**values, "row_id": row_id}).fetchone()[0] or "")
        return sides[0], sides[1]

    def completions(
        self, listing: Listing, scope: Scope, column: str, typed: str, limit: int = 10
    ) -> list[str]:
        """Values of a column that hold what was typed, as far as the scope sees them."""
        if column not in listing.completes:
            return []
        condition, values = self._visible(listing, scope)
        name = f"{listing.table}.{column}"
        found = self._db.execute(
            f"SELECT DISTINCT {name} FROM {_table(listing, scope)}"
            f" WHERE {condition} AND instr({name}, :typed) ORDER BY {name} LIMIT :limit",
            {**values, "typed": typed, "limit": limit},
        )
        return [value for (value,) in found.fetchall()]

    # --- how it is asked for ---------------------------------------------------------------------

    def _visible(self, listing: Listing, scope: Scope) -> tuple[str, dict[str, object]]:
        run = self._db.execute("SELECT max(id) FROM runs").fetchone()[0] or 0
        condition, values = getattr(scope, listing.table)()
        return condition, {"scope_enterprise": None, "run": run, **values}

    def _search(self, listing: Listing, scope: Scope, query: Query) -> str:
        """Condition over the rows that hold the terms."""
        if query.terms is None:
            return "1"
        _, values = self._visible(listing, scope)
        return self._found.condition(
            listing.table, _table(listing, scope), scope, query.terms, values
        )

    def _where(
        self,
        listing: Listing,
        scope: Scope,
        query: Query,
        searched: str,
        facets: Sequence[Facet] | None = None,
    ) -> tuple[str, dict[str, object]]:
        """Condition over the rows of a query, by the choices in these facets alone."""
        condition, values = self._visible(listing, scope)
        parts = [condition, searched]
        values["today"] = query.today
        for facet in listing.facets_for(scope) if facets is None else facets:
            if facet.key in query.chosen:
                condition, more = _chosen(listing, facet, scope, query.chosen[facet.key])
                parts.append(condition)
                values.update(more)
        return " AND ".join(parts), values

    def _rare(
        self,
        listing: Listing,
        scope: Scope,
        plain: Sequence[Facet],
        rare: Sequence[Facet],
        where: str,
        values: Mapping[str, object],
    ) -> dict[tuple[Any, ...], int]:
        """Rows that have something rare, counted by the values of all these facets together."""
        columns = [*(f.sql for f in plain), *(f"m.f{n}" for n in range(len(rare)))]
        members = f"({_members(rare, scope)}) AS m CROSS JOIN {_table(listing, scope)}"
        condition = f"{where} AND {listing.table}.{listing.key} = m.key"
        return self._grouped(columns, members, condition, values)

    def _grouped(
        self, columns: Sequence[str], table: str, where: str, values: Mapping[str, object]
    ) -> dict[tuple[Any, ...], int]:
        places = ", ".join(str(n) for n in range(1, len(columns) + 1))
        found = self._db.execute(
            f"SELECT {', '.join([*columns, 'count(*)'])} FROM {table} WHERE {where}"
            + (f" GROUP BY {places}" if places else ""),
            dict(values),
        )
        return {row[:-1]: row[-1] for row in found.fetchall()}

    def _most(
        self, listing: Listing, scope: Scope, query: Query, searched: str, facet: Facet
    ) -> list[tuple[str, int]]:
        others = [f for f in listing.facets_for(scope) if f is not facet]
        where, values = self._where(listing, scope, query, searched, others)
        found = self._db.execute(
            f"SELECT {facet.sql}, count(*) FROM {_table(listing, scope)} WHERE {where}"
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}",
            values,
        )
        return [(value, count) for value, count in found.fetchall() if value]

    def _rows(
        self, listing: Listing, scope: Scope, query: Query, keys: Sequence[int]
    ) -> list[Found]:
        table, key = listing.table, listing.key
        _, values = self._visible(listing, scope)
        extras = [
            f"{_within(extra.sql, scope)} AS extra_{name}"
            for name, extra in listing.extras_for(scope).items()
        ]
        lists = f"LEFT JOIN lists ON lists.id = {table}.list_id" if listing.kind else ""
        file = ["coalesce(lists.file_name, '') AS file_name"] if listing.kind else []
        found = rows(
            self._db,
            f"SELECT {', '.join([f'{table}.*', *file, *extras])} FROM {_table(listing, scope)}"
            f" {lists} WHERE {table}.{key} IN ({','.join(str(int(k)) for k in keys)})",
            {**values, "today": query.today},
        )
        by_key = {record[key]: _found(listing, record) for record in found}
        return [by_key[k] for k in keys if k in by_key]


def _found(listing: Listing, record: dict[str, Any]) -> Found:
    values = {k.removeprefix("extra_"): v for k, v in record.items() if k.startswith("extra_")}
    if listing.kind is None:
        values |= {k: v for k, v in record.items() if not k.startswith("extra_")}
        return Found(record[listing.key], None, values)
    values |= {
        name: record.get(name) for name in ("enterprise_id", "updated_at", "hidden", "withdrawn")
    }
    return Found(record[listing.key], from_table(listing.kind, record), values)


def _table(listing: Listing, scope: Scope) -> str:
    if listing.table == "demands":
        return scope.demand_table()
    return scope.supply_table() if listing.table == "supplies" else listing.table


def _named(listing: Listing) -> str:
    """Condition over the row of the id ``:row_id``, that an index finds in any scope."""
    if listing.kind is None:
        return f"{listing.table}.{listing.key} = CAST(:row_id AS INTEGER)"
    table, name = listing.table, listing.row_id
    keys = f"SELECT key FROM {table} WHERE {name} = :row_id"
    if table == "demands":
        keys += " UNION ALL SELECT demand_key FROM demand_aliases WHERE alias = :row_id"
    return f"{table}.key IN ({keys}) AND {table}.{name} = :row_id"


def _order(listing: Listing, query: Query) -> str:
    way = " DESC" if query.descending else ""
    last = f"{listing.table}.{listing.row_id}{way}"
    wanted = listing.sorts.get(query.sort)
    return f"{wanted}{way}, {last}" if wanted and query.sort != listing.row_id else last


def _within(sql: str, scope: Scope) -> str:
    """SQL of a declaration with what the scope may know of."""
    return sql.replace("{demand}", "1" if scope.of_bureau else scope.demands("d")[0])


def _members(rare: Sequence[Facet], scope: Scope) -> str:
    """Query of the rows in any set: their ``key``, and of each facet the number of their value."""
    parts = []
    for place, facet in enumerate(rare):
        for number, sql in enumerate(facet.sets.values()):
            flags = [f"{number if n == place else 'NULL'} AS f{n}" for n in range(len(rare))]
            parts.append(f"SELECT key, {', '.join(flags)} FROM ({sql})")
    least = ", ".join(f"min(f{n}) AS f{n}" for n in range(len(rare)))
    return _within(f"SELECT key, {least} FROM ({' UNION ALL '.join(parts)}) GROUP BY key", scope)


def _value(listing: Listing, facet: Facet, scope: Scope) -> str:
    """Expression for a facet's value."""
    if not facet.sets:
        return facet.sql
    key = f"{listing.table}.{listing.key}"
    cases = " ".join(f"WHEN {key} IN ({sql}) THEN '{v}'" for v, sql in facet.sets.items())
    return _within(f"CASE {cases} ELSE '{facet.rest}' END", scope)


def _chosen(
    listing: Listing, facet: Facet, scope: Scope, wanted: Sequence[str]
) -> tuple[str, dict[str, object]]:
    """Condition over rows that have one of a facet's values."""
    values: dict[str, object] = {f"{facet.key}_{n}": text for n, text in enumerate(wanted)}
    names = ", ".join(f":{name}" for name in values) or "NULL"
    if facet.of_many:
        return facet.of_many.format(values=names), values
    condition = f"CAST({_value(listing, facet, scope)} AS TEXT) IN ({names})"
    if not facet.sets:
        plain = f"{facet.sql} IN ({names})" if facet.sql.count(" ") == 0 else condition
        return plain, values
    if facet.rest not in wanted:  # so few that the search may begin with them
        chosen = [value for value in facet.sets if value in wanted]
        keys = " UNION ".join(facet.sets[value] for value in chosen) or "NULL"
        found = f"{listing.table}.{listing.key} IN ({_within(keys, scope)})"
        first = chosen == list(facet.sets)[: len(chosen)]  # no other set comes before them
        condition = found if first else f"{found} AND {condition}"
    return condition, values
