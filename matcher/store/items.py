"""One pair before a reviewer: both rows, the suggestion, what was said of it, what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import Demand, ListKind, Row, Suggestion, Supply
from matcher.records import row_record
from matcher.store.database import rows
from matcher.store.queue import Keys, within_scope
from matcher.store.rowcodec import TABLE, from_table
from matcher.store.runs import suggestion_of
from matcher.store.scope import Scope
from matcher.store.verdicts import Counted, Opinion, count, opinions, token_of


@dataclass(frozen=True, slots=True)
class Change:
    """One column of a row that was decided on: what it said then, and what it says now."""

    kind: ListKind
    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Item:
    """One pair before a reviewer.

    Attributes:
        keys: Surrogate keys of demand and supply.
        demand: The demand as it stands now.
        supply: The supply as it stands now.
        suggestion: Of the newest run; None where it does not hold the pair.
        outdated: The rows say something else than when they were matched.
        counted: The verdict that counts on what the rows say now, None where nobody decided.
        earlier: That on what they said before, where that is the last word; else None.
        changes: The fields that differ from what ``earlier`` was said of, as far as known.
        token: Changes with every decision and every change of a row: a form that carries another
            one was made of something else.
    """

    keys: Keys
    demand: Demand
    supply: Supply
    suggestion: Suggestion | None
    outdated: bool
    counted: Counted | None
    earlier: Counted | None
    changes: tuple[Change, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the supplies suggested for a demand.

    ``state`` is that of the queue, empty for a firm that supplies already: it is not in the queue.
    """

    keys: Keys
    supply_id: str
    enterprise: str
    product: str
    spec: str
    county: str
    probability: float
    rank: int
    state: str


class Items:
    """Reads of single pairs and short lists of them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, keys: Keys, scope: Scope) -> Item:
        """One pair that was suggested or decided.

        Raises:
            NotFoundError: No such pair in the scope.
        """
        pair = {"demand": keys[0], "supply": keys[1]}
        demand, supply = (
            self._row(kind, key, scope)
            for kind, key in zip((ListKind.DEMAND, ListKind.SUPPLY), keys, strict=True)
        )
        found = rows(
            self._db,
            "SELECT s.* FROM review_items i JOIN suggestions s ON s.run_id = i.run_id"
            " AND s.demand_key = i.demand_key AND s.supply_key = i.supply_key"
            " WHERE i.demand_key = :demand AND i.supply_key = :supply",
            pair,
        )
        said = opinions(self._db, *keys)
        if not (demand and supply and (found or said)):
            raise NotFoundError("没有这一对需求和供给，可能清单已更新，请回到审核队列")
        (wanted, wanted_hash), (offered, offered_hash) = demand, supply
        assert isinstance(wanted, Demand)
        assert isinstance(offered, Supply)
        suggestion, outdated = None, False
        hashes = (wanted_hash, offered_hash)
        if found:
            ids = {"demand_id": wanted.demand_id, "supply_id": offered.supply_id}
            suggestion = suggestion_of(found[0] | ids)
            outdated = hashes != (found[0]["demand_hash"], found[0]["supply_hash"])
        counts = count(said)
        counted, earlier = counts.get(hashes), None
        changes: tuple[Change, ...] = ()
        if counted is None and said:
            earlier = counts[said[-1].hashes]
            changes = self._changes(said[-1], wanted, offered)
        return Item(
            keys, wanted, offered, suggestion, outdated, counted, earlier, changes,
            token=token_of(hashes, said[-1].decision_id if said else 0),
        )  # fmt: skip

    def _row(self, kind: ListKind, key: int, scope: Scope) -> tuple[Row, str] | None:
        """A row and its hash; a demand within the scope, a supply wherever it comes from."""
        table = TABLE[kind]
        within, values = within_scope(scope, table) if kind is ListKind.DEMAND else ("1", {})
        found = rows(
            self._db,
            f"SELECT {table}.*, coalesce(lists.file_name, '') AS file_name FROM {table}"
            f" LEFT JOIN lists ON lists.id = {table}.list_id WHERE {table}.key = :key AND {within}",
            {"key": key, **values},
        )
        return (from_table(kind, found[0]), found[0]["content_hash"]) if found else None

    def _changes(self, opinion: Opinion, demand: Demand, supply: Supply) -> tuple[Change, ...]:
        found: list[Change] = []
        sides: tuple[tuple[ListKind, Row, str], ...] = (
            (ListKind.DEMAND, demand, opinion.hashes[0]),
            (ListKind.SUPPLY, supply, opinion.hashes[1]),
        )
        for kind, row, mark in sides:
            sql = "SELECT fields FROM reviewed_contents WHERE hash = ?"
            kept = self._db.execute(sql, [mark]).fetchone()
            before: dict[str, Any] = json.loads(kept[0]) if kept else {}
            says = row_record(row)
            found += [
                Change(kind, column, before.get(column), says.get(column))
                for column in (dict.fromkeys([*says, *before]) if kept else ())
                if column not in {"demand_id", "supply_id"}
                and before.get(column) != says.get(column)
            ]
        return tuple(found)

    def candidates(self, demand_key: int) -> list[Candidate]:
        """The supplies that the newest run suggests for a demand, by rank.

        The demand must be one that the reader may see.
        """
        found = rows(
            self._db,
            "SELECT s.demand_key, s.supply_key, p.supply_id, p.enterprise, s.supply_product,"
            " p.spec, p.county, s.probability, s.rank, coalesce(i.state, '') AS state"
            " FROM suggestions s JOIN supplies p ON p.key = s.supply_key"
            " LEFT JOIN review_items i"
            "  ON i.demand_key = s.demand_key AND i.supply_key = s.supply_key"
            " WHERE s.run_id = (SELECT max(id) FROM runs) AND s.demand_key = :demand"
            " ORDER BY s.rank",
            {"demand": demand_key},
        )
        return [
            Candidate(
                (r["demand_key"], r["supply_key"]), r["supply_id"], r["enterprise"],
                r["supply_product"], r["spec"], r["county"], r["probability"], r["rank"],
                r["state"],
            )
            for r in found
        ]  # fmt: skip

    def disputes(self, scope: Scope, *, limit: int = 50, offset: int = 0) -> list[Item]:
        """Pairs on which reviewers differ, those first that have been so longest."""
        sql, values = _disputed(scope)
        found = self._db.execute(
            f"SELECT c.demand_key, c.supply_key {sql} ORDER BY c.decision_id"
            " LIMIT :limit OFFSET :offset",
            {**values, "limit": limit, "offset": offset},
        ).fetchall()
        return [self.get((demand, supply), scope) for demand, supply in found]

    def disputed(self, scope: Scope) -> int:
        """How many pairs reviewers differ on."""
        sql, values = _disputed(scope)
        return int(self._db.execute(f"SELECT count(*) {sql}", dict(values)).fetchone()[0])

    def confirmed_gaps(self, scope: Scope) -> list[str]:
        """Ids of demands for which a reviewer said 都不合适 of what they say now, and which have
        no accepted supply: gaps with a reviewer's word.
        """  # noqa: D205
        within, values = within_scope(scope, "demands")
        found = self._db.execute(
            "SELECT DISTINCT demands.demand_id FROM confirmed_gaps g"
            " JOIN demands ON demands.key = g.demand_key AND demands.content_hash = g.demand_hash"
            " WHERE NOT EXISTS (SELECT 1 FROM review_actions u WHERE u.undoes = g.action_id)"
            " AND NOT EXISTS (SELECT 1 FROM counting_verdicts c"
            "  WHERE c.demand_key = g.demand_key AND c.verdict = 'accepted' AND NOT c.changed)"
            f" AND {within} ORDER BY demands.demand_id",
            dict(values),
        )
        return [row[0] for row in found]


def _disputed(scope: Scope) -> tuple[str, Mapping[str, object]]:
    within, values = within_scope(scope, "demands")
    return (
        "FROM counting_verdicts c JOIN demands ON demands.key = c.demand_key"
        f" WHERE c.disputed = 1 AND NOT c.changed AND {within}"
    ), values
