"""Reading engagements: lists with facets, one with its events and its two rows (对接)."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import Demand, Engagement, EngagementStage, ListKind, Supply
from matcher.store.clock import today
from matcher.store.database import as_key, rows
from matcher.store.engagementtypes import (
    ALL_STAGES,
    DAYS,
    FACTS,
    EngagementError,
    EngagementEvent,
    EventKind,
    Question,
    StoredEngagement,
)
from matcher.store.rowcodec import TABLE, from_table
from matcher.store.scope import Scope
from matcher.store.settings import Settings

_SETTING = "engagement.days"
_LONGEST = 3650
_ALL = Question()


class EngagementReads:
    """What can be asked of engagements."""

    def __init__(self, db: Database, path: Path, settings: Settings) -> None:
        self._db, self._path, self._settings = db, path, settings

    def days(self) -> dict[EngagementStage, int]:
        """Days of each stage after which an engagement is overdue."""
        kept = self._settings.get(_SETTING, {})
        return {stage: int(kept.get(stage.value, days)) for stage, days in DAYS.items()}

    def set_days(self, days: Mapping[EngagementStage, int]) -> None:
        """Set the days of stages.

        Raises:
            EngagementError: A number is out of reach.
        """
        wrong = [s for s, n in days.items() if s not in DAYS or not 1 <= n <= _LONGEST]
        if wrong:
            raise EngagementError(f"“{wrong[0].value}”的提醒天数要在 1 到 {_LONGEST} 之间，请改正")
        merged = self.days() | dict(days)
        self._settings.set(_SETTING, {stage.value: n for stage, n in merged.items()})

    # --- many ------------------------------------------------------------------------------------

    def list(
        self, scope: Scope, question: Question = _ALL, *, limit: int = -1, offset: int = 0
    ) -> list[StoredEngagement]:
        """Engagements in scope, what is due first on top, those that have ended last."""
        where, values = self._where(scope, question)
        found = rows(
            self._db,
            f"{self._select(scope)} WHERE {where}"
            " ORDER BY e.stage = '终止', due, e.id LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        )
        return [_stored(row) for row in found]

    def count(self, scope: Scope, question: Question = _ALL) -> int:
        """How many :meth:`list` would give without its limit."""
        where, values = self._where(scope, question)
        found = self._db.execute(f"SELECT count(*) {self._tables(scope)} WHERE {where}", values)
        return int(found.fetchone()[0])

    def facets(self, scope: Scope, question: Question = _ALL) -> dict[str, dict[Any, int]]:
        """How many there are of each ``stage``, ``officer``, ``chain`` and of ``stale`` ones.

        Each facet counts what the other conditions leave; officers as (key, name), chains by name.
        """
        called = "coalesce(nullif(u.full_name, ''), u.name, '')"
        free = {
            "stage": (replace(question, stage=ALL_STAGES), "e.stage"),
            "officer": (
                replace(question, officer=""),
                f"coalesce(e.officer_id, 0) || ':' || {called}",
            ),
            "chain": (replace(question, chain=""), "demands.chain"),
            "stale": (replace(question, stale=False), self._stale()),
        }
        found: dict[str, dict[Any, int]] = {}
        for name, (asked, what) in free.items():
            where, values = self._where(scope, asked)
            counted = self._db.execute(
                f"SELECT {what} AS what, count(*) {self._tables(scope)} WHERE {where}"
                " GROUP BY what ORDER BY what",
                values,
            )
            found[name] = dict(counted.fetchall())
        return found

    def waiting(
        self, scope: Scope, *, limit: int, offset: int = 0, plan_id: int | None = None
    ) -> builtins.list[dict[str, Any]]:
        """Accepted pairs in scope that have no open engagement, the newest decision first.

        Pairs whose rows have changed since, and firms that supply already as the last run found,
        are not among them. With a plan only the pairs that it gives something to, with ``quantity``
        and ``unit``. For the bureau alone.
        """
        condition, values = self._waiting(scope, plan_id)
        planned = ", p.quantity, p.unit" if plan_id is not None else ""
        return rows(
            self._db,
            "SELECT demands.demand_id, demands.leader, demands.product_name AS demand_product,"
            " supplies.supply_id, supplies.enterprise, supplies.product_name AS supply_product,"
            " d.reviewer, d.decided_at,"
            " (SELECT w.wish FROM wishes w WHERE w.demand_key = d.demand_key"
            "  AND w.supply_key = d.supply_key ORDER BY w.id DESC LIMIT 1) AS wish"
            f"{planned} {condition} ORDER BY d.id DESC LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        )

    def waiting_count(self, scope: Scope, *, most: int = 1000, plan_id: int | None = None) -> int:
        """How many :meth:`waiting` would give without its limit; counting ends at ``most``."""
        condition, values = self._waiting(scope, plan_id)
        sql = f"SELECT count(*) FROM (SELECT 1 {condition} LIMIT :most)"
        return int(self._db.execute(sql, values | {"most": most}).fetchone()[0])

    @staticmethod
    def _waiting(scope: Scope, plan_id: int | None) -> tuple[str, dict[str, Any]]:
        condition, values = scope.decisions()
        same = "demand_key = d.demand_key AND {0}.supply_key = d.supply_key"
        current = (
            "SELECT 1 FROM suggestions y WHERE y.run_id = (SELECT max(id) FROM runs)"
            f" AND y.{same.format('y')} AND y.already_supplying"
        )
        planned = (
            f" JOIN plan_pairs p ON p.plan_id = :plan AND p.{same.format('p')} AND p.quantity > 0"
            if plan_id is not None
            else ""
        )
        sql = (
            f"FROM counting_verdicts v JOIN decisions d ON d.id = v.decision_id{planned}"
            " JOIN demands ON demands.key = d.demand_key"
            " JOIN supplies ON supplies.key = d.supply_key"
            " WHERE v.verdict = 'accepted' AND NOT v.changed"
            f" AND NOT EXISTS (SELECT 1 FROM engagements e WHERE e.{same.format('e')}"
            f" AND e.stage <> '终止') AND NOT EXISTS ({current}) AND {condition}"
        )
        return sql, {**values, "plan": as_key(plan_id or 0)}

    # --- one -------------------------------------------------------------------------------------

    def get(self, engagement_id: int, scope: Scope) -> StoredEngagement:
        """One engagement.

        Raises:
            NotFoundError: There is none in scope.
        """
        condition, values = scope.suggestions()
        found = rows(
            self._db,
            f"{self._select(scope)} WHERE e.id = :id AND {condition}",
            {**values, "id": as_key(engagement_id), "today": today()},
        )
        if not found:
            raise NotFoundError("没有这条对接，可能编号写错了，或不在您能看的范围内")
        return _stored(found[0])

    def firms(self, engagement_id: int, scope: Scope) -> tuple[int | None, int | None]:
        """Keys of the buyer and the supplier of an engagement, for the bureau."""
        condition, values = scope.decisions()
        found = self._db.execute(
            "SELECT demands.enterprise_id, supplies.enterprise_id FROM engagements e"
            " JOIN demands ON demands.key = e.demand_key JOIN supplies ON supplies.key = e.supply_key"
            f" WHERE e.id = :id AND {condition}",
            {**values, "id": engagement_id},
        ).fetchone()
        return (found[0], found[1]) if found else (None, None)

    def of_pair(self, demand_id: str, supply_id: str, scope: Scope) -> StoredEngagement | None:
        """The latest engagement of a pair, under the ids by which the scope knows its rows."""
        condition, values = scope.suggestions()
        found = rows(
            self._db,
            f"{self._select(scope)} WHERE demands.demand_id = :demand AND"
            f" supplies.supply_id = :supply AND {condition} ORDER BY e.id DESC LIMIT 1",
            {**values, "demand": demand_id, "supply": supply_id, "today": today()},
        )
        return _stored(found[0]) if found else None

    def events(self, engagement_id: int, scope: Scope) -> builtins.list[EngagementEvent]:
        """What happened to an engagement, the first first.

        Raises:
            NotFoundError: There is none in scope.
        """
        self.get(engagement_id, scope)
        found = rows(
            self._db,
            "SELECT v.*, coalesce(nullif(u.full_name, ''), u.name, '') AS officer"
            " FROM engagement_events v LEFT JOIN users u ON u.id = v.officer_id"
            " WHERE v.engagement_id = :id ORDER BY v.number",
            {"id": engagement_id},
        )
        return [_event(row, of_bureau=scope.of_bureau) for row in found]

    def pair_rows(self, demand_id: str, supply_id: str, scope: Scope) -> tuple[Demand, Supply]:
        """The two rows of an engagement or a suggestion, as far as the scope may see them.

        Raises:
            NotFoundError: They are not in the scope, together.
        """
        condition, values = scope.suggestions()
        sides = {}
        tables = f"{scope.demand_table()} JOIN {scope.supply_table()}"
        asked = "demands.demand_id = :demand AND supplies.supply_id = :supply"
        for kind, table in TABLE.items():
            found = rows(
                self._db,
                f"SELECT {table}.*, '' AS file_name FROM {tables} WHERE {asked} AND {condition}",
                {**values, "demand": demand_id, "supply": supply_id},
            )
            if not found:
                raise NotFoundError("没有这一对需求和供给，可能编号写错了，或不在您能看的范围内")
            sides[kind] = from_table(kind, found[0])
        demand, supply = sides[ListKind.DEMAND], sides[ListKind.SUPPLY]
        assert isinstance(demand, Demand)
        assert isinstance(supply, Supply)
        return demand, supply

    # --- SQL -------------------------------------------------------------------------------------

    def _due(self) -> str:
        """The day by which something is due: as set, else so many days after the last event."""
        cases = " ".join(f"WHEN '{stage.value}' THEN {n}" for stage, n in self.days().items())
        by_days = f"date(e.last_at, '+8 hours', '+' || (CASE e.stage {cases} END) || ' days')"
        return f"CASE WHEN e.stage = '终止' THEN '' WHEN e.due_on <> '' THEN e.due_on ELSE {by_days} END"

    def _stale(self) -> str:
        return f"(e.stage <> '终止' AND {self._due()} < :today)"

    @staticmethod
    def _tables(scope: Scope) -> str:
        return (
            f"FROM engagements e JOIN {scope.demand_table()} ON demands.key = e.demand_key"
            f" JOIN {scope.supply_table()} ON supplies.key = e.supply_key"
            " LEFT JOIN users u ON u.id = e.officer_id"
        )

    def _select(self, scope: Scope) -> str:
        hidden = "demands.hidden" if scope.hides_buyers else "0"
        reason = "e.reason" if scope.of_bureau else "''"  # said among colleagues
        return (
            f"SELECT e.*, demands.demand_id, supplies.supply_id, {hidden} AS hidden,"
            f" {reason} AS told_reason, demands.leader, demands.product_name AS demand_product, demands.chain,"
            " supplies.enterprise, supplies.product_name AS supply_product,"
            " coalesce(nullif(u.full_name, ''), u.name, '') AS officer,"
            f" {self._due()} AS due, {self._stale()} AS stale {self._tables(scope)}"
        )

    def _where(self, scope: Scope, question: Question) -> tuple[str, dict[str, Any]]:
        condition, given = scope.suggestions()
        values: dict[str, Any] = {**given, "today": today()}
        parts = [condition]
        if question.stage != ALL_STAGES:
            parts.append("e.stage = :stage" if question.stage else "e.stage <> '终止'")
            values["stage"] = question.stage
        if question.officer:
            parts.append("coalesce(e.officer_id, 0) = :officer")
            values["officer"] = (
                as_key(int(question.officer[:20])) if question.officer.isdecimal() else -1
            )
        if question.chain:
            parts.append("demands.chain = :chain")
            values["chain"] = question.chain
        if question.stale:
            parts.append(self._stale())
        if question.q:
            searched = (
                "demands.demand_id", "demands.leader", "demands.product_name",
                "supplies.supply_id", "supplies.enterprise", "supplies.product_name",
                "e.contract_number",
            )  # fmt: skip
            parts.append("(" + " OR ".join(f"instr({name}, :q)" for name in searched) + ")")
            values["q"] = question.q
        return " AND ".join(parts), values


def _stored(row: Mapping[str, Any]) -> StoredEngagement:
    facts = {name: row[name] for name in FACTS}
    same = ("leader", "demand_product", "chain", "enterprise", "supply_product", "officer", "officer_id",
            "origin", "begun_at", "stage_at", "last_at", "id", "version")  # fmt: skip
    return StoredEngagement(
        engagement=Engagement(
            row["demand_id"], row["supply_id"], EngagementStage(row["stage"]), **facts
        ),
        opened=bool(row["opened"]),
        hidden=bool(row["hidden"]),
        due_on=row["due"],
        due_set=bool(row["due_on"]),
        stale=bool(row["stale"]),
        reason=row["told_reason"],
        **{name: row[name] for name in same},
    )


def _event(row: Mapping[str, Any], *, of_bureau: bool) -> EngagementEvent:
    told = of_bureau or row["shared"]
    return EngagementEvent(
        row["number"], EventKind(row["kind"]), EngagementStage(row["stage"]), row["at"],
        row["actor"] if of_bureau else "", row["note"] if told else "", bool(row["shared"]),
        row["officer"], row["due_on"], {name: row[name] for name in FACTS},
    )  # fmt: skip
