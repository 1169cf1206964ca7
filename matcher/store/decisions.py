"""Reviewers' decisions in the store: appended, never overwritten; the last one of a pair counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from matcher.model import Decision, ListKind, Verdict
from matcher.store.database import now, rows, writing
from matcher.store.lists import Lists
from matcher.store.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """What recording decisions did; ``unknown`` are pairs whose ids are not in the store."""

    recorded: int
    unchanged: int
    unknown: tuple[tuple[str, str], ...]


class Decisions:
    """Decisions in the store."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path
        self._lists = Lists(db, path)

    def record(self, decisions: Iterable[Decision], *, source: str = "") -> DecisionReport:
        """Record decisions in one transaction; a decision that changes nothing is not repeated."""
        recorded, unchanged, unknown = 0, 0, []
        with writing(self._db, self._path):
            demands = self._lists.keys(ListKind.DEMAND)
            supplies = self._lists.keys(ListKind.SUPPLY)
            for decision in decisions:
                demand = demands.get(decision.demand_id)
                supply = supplies.get(decision.supply_id)
                if demand is None or supply is None:
                    unknown.append((decision.demand_id, decision.supply_id))
                    continue
                values = [
                    demand[0], supply[0], demand[1], supply[1], decision.verdict.value,
                    decision.reason, decision.reviewer,
                ]  # fmt: skip
                last = self._db.execute(
                    "SELECT demand_key, supply_key, demand_hash, supply_hash, verdict, reason,"
                    " reviewer FROM decisions WHERE demand_key = ? AND supply_key = ?"
                    " ORDER BY id DESC LIMIT 1",
                    values[:2],
                ).fetchone()
                if last is not None and list(last) == values:
                    unchanged += 1
                    continue
                self._db.execute(
                    "INSERT INTO decisions (demand_key, supply_key, demand_hash, supply_hash,"
                    " verdict, reason, reviewer, decided_at, source)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*values, decision.decided_at or now(), source],
                )
                recorded += 1
        return DecisionReport(recorded, unchanged, tuple(unknown))

    def last(self, scope: Scope) -> list[Decision]:
        """The last decision of every decided pair in scope, by ids."""
        condition, values = scope.suggestions()
        found = rows(
            self._db,
            "SELECT demands.demand_id, supplies.supply_id, d.verdict, d.reason, d.reviewer,"
            " d.decided_at FROM decisions d"
            " JOIN demands ON demands.key = d.demand_key"
            " JOIN supplies ON supplies.key = d.supply_key"
            " WHERE d.id = (SELECT max(id) FROM decisions later"
            "  WHERE later.demand_key = d.demand_key AND later.supply_key = d.supply_key)"
            f" AND {condition} ORDER BY demands.demand_id, supplies.supply_id",
            values,
        )
        return [
            Decision(
                row["demand_id"],
                row["supply_id"],
                Verdict(row["verdict"]),
                row["reason"],
                row["reviewer"],
                row["decided_at"],
            )
            for row in found
        ]

    def latest(self) -> dict[tuple[str, str], tuple[Verdict, str, str]]:
        """Pair of ids → verdict, reason and reviewer of its last decision, everything in scope."""
        return {
            (d.demand_id, d.supply_id): (d.verdict, d.reason, d.reviewer)
            for d in self.last(EVERYTHING)
        }
