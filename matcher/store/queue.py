"""The queue of the review: what comes next, in which order, held by whom (审核队列)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from matcher.store.clock import after, now
from matcher.store.database import writing
from matcher.store.scope import Scope, ScopeKind
from matcher.store.verdicts import STANDING

LEASE_SECONDS = 300.0
Keys = tuple[int, int]  # of demand and supply


class Order(StrEnum):
    """In which order the queue is gone through."""

    CONFIDENT = "confident"  # 最有把握
    DOUBTFUL = "doubtful"  # 最不确定
    DEMAND = "demand"  # 按需求
    SAMPLE = "sample"  # 抽查复核: decided ones, drawn by lot


_ORDERS = {
    Order.CONFIDENT: "i.probability DESC, i.demand_key, i.supply_key",
    Order.DOUBTFUL: "i.doubt, i.demand_key, i.supply_key",
    Order.DEMAND: "i.demand_id, i.rank",
    Order.SAMPLE: "i.dice",
}
_BLIND_ORDERS = {  # an order by score would tell the score
    Order.DEMAND: "i.demand_id, i.supply_key",
    Order.SAMPLE: "i.dice",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which items of the queue are wanted; empty: all.

    Attributes:
        chain: Exactly this 产业链.
        county: Exactly this county of the demand.
        category: Exactly this 类别.
        leader: A part of the leader's name.
        tier: Exactly this 梯度 of the supplier.
        low: Least probability.
        high: Greatest probability.
        only: ``changed`` for those whose rows have changed, ``unsure`` for those put off.
    """

    chain: str = ""
    county: str = ""
    category: str = ""
    leader: str = ""
    tier: str = ""
    low: float = 0.0
    high: float = 1.0
    only: str = ""

    def condition(self) -> tuple[str, dict[str, object]]:
        """SQL over items ``i``, with its values."""
        parts: list[str] = []
        values: dict[str, object] = {}
        for name in ("chain", "county", "category", "tier"):
            if wanted := getattr(self, name):
                parts.append(f"i.{name} = :f_{name}")
                values[f"f_{name}"] = wanted
        if self.leader:
            parts.append("instr(i.leader, :f_leader)")
            values["f_leader"] = self.leader
        if self.low > 0:
            parts.append("i.probability >= :f_low")
            values["f_low"] = self.low
        if self.high < 1:
            parts.append("i.probability <= :f_high")
            values["f_high"] = self.high
        return " AND ".join(parts) or "1", values


class Queue:
    """Reads of the queue, and who holds what."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    # --- what comes next -------------------------------------------------------------------------

    def next(
        self,
        filters: Filters,
        order: Order,
        scope: Scope,
        user_id: int,
        *,
        blind: bool = False,
        skip: int = 0,
    ) -> Keys | None:
        """The next item that nobody else holds; None at the end of the queue.

        Args:
            filters: Which items.
            order: In which order.
            scope: What may be seen; a county has the items of its own demands.
            user_id: Who asks: of a sample, items that this one has checked are left out.
            blind: Without an order that tells the score.
            skip: So many are passed over.
        """
        condition, values = _wanted(filters, order, scope)
        orders = _BLIND_ORDERS if blind else _ORDERS
        found = self._db.execute(
            f"SELECT i.demand_key, i.supply_key FROM review_items i WHERE {condition}"
            f" AND {FREE} ORDER BY {orders.get(order, orders[Order.DEMAND])}"
            " LIMIT 1 OFFSET :skip",
            values | {"user": user_id, "now": now(), "skip": skip},
        ).fetchone()
        return tuple(found) if found else None

    def take(
        self,
        filters: Filters,
        order: Order,
        scope: Scope,
        user_id: int,
        *,
        blind: bool = False,
        skip: int = 0,
    ) -> Keys | None:
        """:meth:`next`, and hold it: of two who ask at once, each gets another one."""
        with writing(self._db, self._path):
            keys = self.next(filters, order, scope, user_id, blind=blind, skip=skip)
            if keys:
                self._hold(keys, user_id)
        return keys

    def count(self, filters: Filters, order: Order, scope: Scope, user_id: int) -> int:
        """How many items wait behind these filters, held ones too."""
        condition, values = _wanted(filters, order, scope)
        sql = f"SELECT count(*) FROM review_items i WHERE {condition}"
        return int(self._db.execute(sql, values | {"user": user_id}).fetchone()[0])

    # --- leases ----------------------------------------------------------------------------------

    def hold(self, keys: Keys, user_id: int) -> str:
        """Hold an item for five minutes from now; the name of who holds it already, else empty."""
        with writing(self._db, self._path):
            holder = self.holder(keys, user_id)
            if not holder:
                self._hold(keys, user_id)
        return holder

    def holder(self, keys: Keys, user_id: int) -> str:
        """Who else holds an item at this moment; empty for nobody."""
        found = self._db.execute(
            "SELECT coalesce(nullif(u.full_name, ''), u.name) FROM review_leases l"
            " JOIN users u ON u.id = l.user_id WHERE l.demand_key = ? AND l.supply_key = ?"
            " AND l.user_id <> ? AND l.until > ?",
            [*keys, user_id, now()],
        ).fetchone()
        return str(found[0]) if found else ""

    def release(self, keys: Keys, user_id: int) -> None:
        """Hold it no longer."""
        with writing(self._db, self._path):
            self._db.execute(
                "DELETE FROM review_leases WHERE demand_key = ? AND supply_key = ? AND user_id = ?",
                [*keys, user_id],
            )

    def _hold(self, keys: Keys, user_id: int) -> None:
        self._db.execute("DELETE FROM review_leases WHERE until <= ?", [now()])
        self._db.execute(
            "INSERT OR REPLACE INTO review_leases VALUES (?, ?, ?, ?)",
            [*keys, user_id, after(LEASE_SECONDS)],
        )

    # --- filters and preferences -------------------------------------------------------------------

    def facets(self, scope: Scope) -> dict[str, list[str]]:
        """What the filters can be set to: the values that occur among the items in scope."""
        within, values = within_scope(scope, "i")
        names = ("chain", "county", "category", "tier")
        return {
            name: [
                row[0]
                for row in self._db.execute(
                    f"SELECT DISTINCT i.{name} FROM review_items i"
                    f" WHERE i.{name} <> '' AND {within} ORDER BY i.{name}",
                    dict(values),
                )
            ]
            for name in names
        }

    def version(self) -> tuple[int, int]:
        """Changes whenever :meth:`facets` may give something else."""
        sql = "SELECT coalesce((SELECT max(id) FROM runs), 0), coalesce((SELECT max(id) FROM lists), 0)"
        run, newest = self._db.execute(sql).fetchone()
        return int(run), int(newest)

    def keys_on(self, user_id: int) -> bool:
        """Whether single keys decide, for this user."""
        sql = "SELECT keys FROM review_preferences WHERE user_id = ?"
        found = self._db.execute(sql, [user_id]).fetchone()
        return found is None or bool(found[0])

    def set_keys(self, user_id: int, *, on: bool) -> None:
        """Switch single keys on or off."""
        with writing(self._db, self._path):
            self._db.execute(
                "INSERT OR REPLACE INTO review_preferences VALUES (?, ?)", [user_id, int(on)]
            )


FREE = (
    "NOT EXISTS (SELECT 1 FROM review_leases l WHERE l.demand_key = i.demand_key"
    " AND l.supply_key = i.supply_key AND l.user_id <> :user AND l.until > :now)"
)  # condition over items i: held by nobody else
_UNCHECKED = (
    "NOT EXISTS (SELECT 1 FROM decisions d JOIN review_actions a ON a.id = d.action_id"
    " WHERE d.demand_key = i.demand_key AND d.supply_key = i.supply_key"
    f" AND a.user_id = :user AND a.kind = 'second' AND {STANDING})"
)


def within_scope(scope: Scope, table: str) -> tuple[str, Mapping[str, object]]:
    """Condition over demands or items: reviewing is the bureau's, a county has its own demands."""
    if scope.kind in {ScopeKind.EVERYTHING, ScopeKind.COUNTY}:
        return scope.own(table)
    return "0", {}


def _wanted(filters: Filters, order: Order, scope: Scope) -> tuple[str, dict[str, object]]:
    condition, values = filters.condition()
    within, more = within_scope(scope, "i")
    if order is Order.SAMPLE:
        state = f"i.open = 0 AND i.state <> 'disputed' AND {_UNCHECKED}"
    elif filters.only == "unsure":
        state = "i.state = 'unsure'"
    elif filters.only == "changed":
        state = "i.open = 1 AND i.state = 'changed'"
    else:
        state = "i.open = 1"
    return f"{state} AND {condition} AND {within}", values | dict(more)
