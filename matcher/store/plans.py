"""Plans in the store: kept as they were made, never changed; the next one starts from one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import ListKind
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.lists import Lists

_COUNTS = """
    (SELECT count(*) FROM plan_demands d WHERE d.plan_id = p.id) AS demands,
    (SELECT count(*) FROM plan_demands d WHERE d.plan_id = p.id AND d.covered > 0
        AND d.remaining = 0) AS whole,
    (SELECT count(*) FROM plan_demands d WHERE d.plan_id = p.id AND d.covered > 0
        AND d.remaining > 0) AS partly,
    (SELECT count(*) FROM plan_pairs a WHERE a.plan_id = p.id AND a.quantity > 0) AS assignments,
    (SELECT count(DISTINCT coalesce(s.enterprise_id, -s.key)) FROM plan_pairs a
        JOIN supplies s ON s.key = a.supply_key
        WHERE a.plan_id = p.id AND a.quantity > 0) AS firms
"""


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that is kept (方案).

    Attributes:
        id: Its number.
        run_id: Run whose suggestions were planned.
        before_id: Plan that it was compared with and kept close to.
        made_at: When, in UTC.
        made_by: By whom.
        choices: What was chosen, as plain data.
        value: Expected value.
        bound: No plan as good in pins, floors and backups has more value.
        proven: Whether the value is within the gap asked for.
        assumptions: What was assumed of the lists, in Chinese.
        notes: What else a reader should know, in Chinese.
        demands: Demands planned.
        whole: Demands covered wholly.
        partly: Demands covered in part.
        assignments: Pairs with a quantity.
        firms: Firms among these.
    """

    id: int
    run_id: int
    before_id: int | None
    made_at: str
    made_by: str
    choices: Mapping[str, Any]
    value: float
    bound: float
    proven: bool
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    demands: int
    whole: int
    partly: int
    assignments: int
    firms: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a part of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    @property
    def uncovered(self) -> int:
        """Demands to which nothing goes."""
        return self.demands - self.whole - self.partly

    def record(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"uncovered": self.uncovered, "gap": round(self.gap, 9)}


class Plans:
    """Plans in the store. They are the bureau's alone: nobody else reads them."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._lists = Lists(db, path, audit)

    def save(
        self,
        record: Mapping[str, Any],
        choices: Mapping[str, Any],
        *,
        before_id: int | None = None,
        by: str = "",
    ) -> int:
        """Keep a plan in one transaction; returns its number.

        Args:
            record: As :meth:`matcher.planning.Planned.record` gives it.
            choices: What was chosen, as plain data.
            before_id: The plan before, where there is one.
            by: Who made it.
        """
        with writing(self._db, self._path):
            cursor = self._db.execute(
                "INSERT INTO plans (run_id, before_id, made_at, made_by, choices, value, bound,"
                " proven, assumptions, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    record["run_id"], before_id, now(), by, _json(choices), record["value"],
                    record["bound"], int(record["proven"]), _json(record["assumptions"]),
                    _json(record["notes"]),
                ],
            )  # fmt: skip
            plan_id = int(cursor.lastrowid or 0)
            demands = self._lists.keys(ListKind.DEMAND)
            supplies = self._lists.keys(ListKind.SUPPLY)
            fill = self._db.conn.executemany
            fill(
                "INSERT INTO plan_demands VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (plan_id, demands[d["demand_id"]], d["quantity"], d["unit"],
                     d["covered_share"], d["remaining"])
                    for d in record["demands"]
                ],
            )  # fmt: skip
            fill(
                "INSERT INTO plan_supplies VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (plan_id, supplies[s["supply_id"]], s["capacity"], s["unit"], s["used"],
                     s["left"], s["price"])
                    for s in record["supplies"]
                ],
            )  # fmt: skip
            fill(
                "INSERT INTO plan_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _pairs(plan_id, record, demands, supplies),
            )
            told = {name: record[name] for name in ("run_id", "value", "bound")}
            self._audit.add(
                "plan.save", f"plan:{plan_id}", after=told | {"before": before_id, **choices}
            )
        return plan_id

    def all(self, *, limit: int = 50, offset: int = 0) -> list[StoredPlan]:
        """Plans, the newest first."""
        return self._read("1 ORDER BY p.id DESC LIMIT :limit OFFSET :offset",
                          limit=limit, offset=offset)  # fmt: skip

    def count(self) -> int:
        """How many plans there are."""
        return int(self._db.execute("SELECT count(*) FROM plans").fetchone()[0])

    def get(self, plan_id: int) -> StoredPlan:
        """One plan.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = self._read("p.id = :id", id=plan_id)
        if not found:
            raise NotFoundError(f"没有第 {plan_id} 号方案，可能编号写错了")
        return found[0]

    def _read(self, condition: str, **values: object) -> list[StoredPlan]:
        found = rows(self._db, f"SELECT p.*, {_COUNTS} FROM plans p WHERE {condition}", values)
        return [
            StoredPlan(
                **row
                | {"choices": json.loads(row["choices"]), "proven": bool(row["proven"])}
                | {name: tuple(json.loads(row[name])) for name in ("assumptions", "notes")}
            )
            for row in found
        ]

    def assignments(self, plan_id: int) -> list[dict[str, Any]]:
        """All pairs with a quantity: ids, quantity, unit, share of the need; by ids."""
        return rows(
            self._db,
            "SELECT d.demand_id, s.supply_id, a.quantity, a.unit, a.share FROM plan_pairs a"
            " JOIN demands d ON d.key = a.demand_key JOIN supplies s ON s.key = a.supply_key"
            " WHERE a.plan_id = :id AND a.quantity > 0 ORDER BY d.demand_id, s.supply_id",
            {"id": plan_id},
        )

    def demands(
        self, plan_id: int, *, state: str = "", limit: int = 50, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Demands of a plan with what is covered, those that lack most first.

        Args:
            plan_id: The plan.
            state: ``whole``, ``partly`` or ``uncovered``; empty for all.
            limit: Rows at most.
            offset: Rows left out before them.
        """
        return rows(
            self._db,
            "SELECT d.demand_id, d.leader, d.product_name, d.spec, d.county, n.quantity, n.unit,"
            " n.covered, n.remaining FROM plan_demands n JOIN demands d ON d.key = n.demand_key"
            f" WHERE n.plan_id = :id AND {_STATES[state]}"
            " ORDER BY n.covered, d.demand_id LIMIT :limit OFFSET :offset",
            {"id": plan_id, "limit": limit, "offset": offset},
        )

    def pairs(self, plan_id: int, demand_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Demand id → its pairs with quantity, successor and reason; the greatest share first."""
        names = {f"d{i}": name for i, name in enumerate(demand_ids)}
        found = rows(
            self._db,
            f"{_PAIRS} WHERE a.plan_id = :id AND d.demand_id IN ({', '.join(f':{n}' for n in names)})"
            " ORDER BY a.share DESC, g.probability DESC, s.supply_id",
            {"id": plan_id, **names},
        )
        return _grouped(found, "demand_id")

    def supplies(self, plan_id: int, *, limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
        """Supplies of a plan with what of their capacity is used, the dearest first."""
        return rows(
            self._db,
            "SELECT s.supply_id, s.enterprise, s.product_name, s.tier, s.county, n.capacity, n.unit,"
            " n.used, n.left_over, n.price FROM plan_supplies n JOIN supplies s"
            " ON s.key = n.supply_key WHERE n.plan_id = :id AND n.used > 0"
            " ORDER BY n.price DESC, n.used / n.capacity DESC, s.supply_id"
            " LIMIT :limit OFFSET :offset",
            {"id": plan_id, "limit": limit, "offset": offset},
        )

    def buyers(self, plan_id: int, supply_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Supply id → its pairs with a quantity, the greatest share of a need first."""
        names = {f"s{i}": name for i, name in enumerate(supply_ids)}
        found = rows(
            self._db,
            f"{_PAIRS} WHERE a.plan_id = :id AND a.quantity > 0"
            f" AND s.supply_id IN ({', '.join(f':{n}' for n in names)})"
            " ORDER BY a.share DESC, d.demand_id",
            {"id": plan_id, **names},
        )
        return _grouped(found, "supply_id")

    def served(self, plan_id: int) -> int:
        """How many supplies of a plan have a buyer."""
        sql = "SELECT count(*) FROM plan_supplies WHERE plan_id = ? AND used > 0"
        return int(self._db.execute(sql, [plan_id]).fetchone()[0])


_STATES = {
    "": "1",
    "whole": "n.covered > 0 AND n.remaining = 0",
    "partly": "n.covered > 0 AND n.remaining > 0",
    "uncovered": "n.covered = 0",
}
STATES = tuple(state for state in _STATES if state)
_PAIRS = (
    "SELECT d.demand_id, d.leader, d.product_name AS wanted, s.supply_id, s.enterprise,"
    " s.product_name, s.tier, a.quantity, a.unit, a.share, a.reason, a.next_quantity,"
    " x.supply_id AS next_id, x.enterprise AS next_enterprise, g.probability"
    " FROM plan_pairs a JOIN plans p ON p.id = a.plan_id JOIN demands d ON d.key = a.demand_key"
    " JOIN supplies s ON s.key = a.supply_key LEFT JOIN supplies x ON x.key = a.next_key"
    " LEFT JOIN suggestions g ON g.run_id = p.run_id AND g.demand_key = a.demand_key"
    " AND g.supply_key = a.supply_key"
)


def _pairs(
    plan_id: int,
    record: Mapping[str, Any],
    demands: Mapping[str, int],
    supplies: Mapping[str, int],
) -> Iterator[tuple[Any, ...]]:
    given = {
        (d["demand_id"], s["supply_id"]): (s, d["unit"], s["quantity"] / d["quantity"])
        for d in record["demands"]
        for s in d["suppliers"]
    }
    for pair in record["pairs"]:
        ids = pair["demand_id"], pair["supply_id"]
        keys = demands[ids[0]], supplies[ids[1]]
        supplier, unit, share = given.get(ids, ({}, "", 0.0))
        following = supplier.get("next_best")
        yield (
            plan_id, *keys, supplier.get("quantity", 0), unit, share,
            supplies[following] if following else None, supplier.get("next_best_quantity", 0),
            pair["reason"],
        )  # fmt: skip


def _grouped(found: list[dict[str, Any]], name: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault(row[name], []).append(row)
    return groups


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
