"""What a firm's own first page asks: just what it shows, a page at a time (我的)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import Contribution, Demand, Explanation, Quantity, Suggestion
from matcher.records import quantity_text
from matcher.store.clock import today
from matcher.store.database import logit, rows
from matcher.store.disclosure import nameless
from matcher.store.scope import Scope

_LAST_WISH = (
    "(SELECT {0} FROM wishes w WHERE w.demand_key = s.demand_key AND w.supply_key = s.supply_key"
    " ORDER BY w.id DESC LIMIT 1)"
)
# A day that has passed; 长期 and the like never do.
_EXPIRED = "({0}.valid_until GLOB '[0-9][0-9][0-9][0-9]-*' AND {0}.valid_until < :today)"
_ACCEPTED = (
    "SELECT a.supply_key FROM counting_verdicts a WHERE a.demand_key = demands.key"
    " AND a.verdict = 'accepted'"
)


@dataclass(frozen=True, slots=True)
class FittingNeed:
    """A need that one of the firm's own supplies may serve, as far as it may know of it.

    It holds no probability and no rank: neither is for suppliers.

    Attributes:
        demand_id: Its id, or its alias.
        leader: The buyer; empty where hidden.
        hidden: Whether the buyer is hidden.
        product: What is wanted.
        spec: Specification.
        quantity: As people read it.
        county: Of the buyer; empty where hidden.
        requirement: What else is asked.
        supply_id: The own supply that fits.
        supply_product: Its product.
        reasons: What speaks for it, the weightiest first.
        doubts: What speaks against it.
        wish: What the firm said of it last; empty for nothing yet.
        wish_reason: Why.
        stage: Of an engagement that the two have; empty without one.
        engagement_id: Its key.
    """

    demand_id: str
    leader: str
    hidden: bool
    product: str
    spec: str
    quantity: str
    county: str
    requirement: str
    supply_id: str
    supply_product: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    wish: str
    wish_reason: str
    stage: str
    engagement_id: int | None


class Own:
    """Reads for the people of one firm; every scope here is a buyer's or a supplier's."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    # --- buyers ----------------------------------------------------------------------------------

    def needs(
        self, scope: Scope, run_id: int | None, *, gaps: bool = False, limit: int, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Own demands with ``accepted`` (supplies), ``engaged`` (open engagements), ``gap``, by id."""
        gap = "EXISTS (SELECT 1 FROM gaps g WHERE g.run_id = :run AND g.demand_key = demands.key)"
        only = f"AND {gap}" if gaps else ""
        condition, values = scope.own("demands")
        found = rows(
            self._db,
            "SELECT demand_id, product_name, spec, quantity_text, annual_quantity,"
            " annual_quantity_high, unit, period, approximate,"
            f" category, chain, valid_until, {_EXPIRED.format('demands')} AS expired, {gap} AS gap,"
            f" (SELECT count(*) FROM ({_ACCEPTED})) AS accepted,"
            " (SELECT count(*) FROM engagements e WHERE e.demand_key = demands.key"
            " AND e.opened AND e.stage <> '终止') AS engaged"
            f" FROM demands WHERE {condition} {only} ORDER BY demand_id LIMIT :limit OFFSET :offset",
            {**values, "run": run_id, "today": today(), "limit": limit, "offset": offset},
        )
        for row in found:
            row["quantity"] = _amount(row, "annual_quantity")
        return found

    def need(self, scope: Scope, run_id: int | None, demand_id: str) -> dict[str, Any]:
        """One own demand with what :meth:`needs` tells of it, and all its columns.

        Raises:
            NotFoundError: It is not one's own.
        """
        condition, values = scope.own("demands")
        gap = "EXISTS (SELECT 1 FROM gaps g WHERE g.run_id = :run AND g.demand_key = demands.key)"
        found = rows(
            self._db,
            f"SELECT demands.*, {gap} AS gap FROM demands WHERE demand_id = :demand AND {condition}",
            {**values, "run": run_id, "demand": demand_id},
        )
        if not found:
            raise NotFoundError("没有这条需求，可能编号写错了，或不是贵企业的")
        return found[0] | {"quantity": _amount(found[0], "annual_quantity")}

    def need_counts(self, scope: Scope, run_id: int | None) -> dict[str, int]:
        """Of own demands: ``needs``, ``gaps``, and ``served`` that have an accepted supply."""
        condition, values = scope.own("demands")
        return rows(
            self._db,
            "SELECT count(*) AS needs, coalesce(sum(key IN (SELECT demand_key FROM gaps"
            " WHERE run_id = :run)), 0) AS gaps,"
            f" coalesce(sum(EXISTS ({_ACCEPTED})), 0) AS served FROM demands WHERE {condition}",
            {**values, "run": run_id},
        )[0]

    def accepted(self, scope: Scope, run_id: int | None, demand_id: str) -> list[dict[str, Any]]:
        """Accepted or introduced supplies of one own demand, by firm, for comparing side by side.

        With ``good`` and ``doubts`` (sentences), ``stage`` and ``engagement_id`` of the latest
        engagement, and ``asked``: a request waits.
        """
        condition, values = scope.suggestions()
        pair = "x.demand_key = demands.key AND x.supply_key = supplies.key"
        latest = f"(SELECT {{0}} FROM engagements x WHERE {pair} ORDER BY x.id DESC LIMIT 1)"
        found = rows(
            self._db,
            "SELECT supplies.*, s.contributions, s.base,"
            f" {latest.format('x.stage')} AS stage, {latest.format('x.id')} AS engagement_id,"
            f" {latest.format('x.opened')} AS opened,"
            f" EXISTS (SELECT 1 FROM engagement_requests x WHERE {pair} AND x.answer = '') AS asked"
            f" FROM demands JOIN {scope.supply_table()}"
            " LEFT JOIN suggestions s ON s.run_id = :run AND s.demand_key = demands.key"
            " AND s.supply_key = supplies.key"
            f" WHERE demands.demand_id = :demand AND supplies.key IN ({_ACCEPTED} UNION"
            " SELECT x.supply_key FROM engagements x WHERE x.demand_key = demands.key AND x.opened)"
            f" AND {condition} ORDER BY supplies.enterprise, supplies.supply_id LIMIT 24",
            {**values, "run": run_id, "demand": demand_id},
        )
        for row in found:
            row["quantity"] = _amount(row, "annual_capacity")
            row["good"], row["doubts"] = _sentences(row.pop("contributions"))
        return found

    # --- suppliers -------------------------------------------------------------------------------

    def supplies(self, scope: Scope, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Own supplies by id, with what is ``missing`` in them (产能, 规格, 有效期) as a list."""
        condition, values = scope.own("supplies")
        found = rows(
            self._db,
            "SELECT supply_id, product_name, spec, standard, quantity_text, annual_capacity,"
            " annual_capacity_high, unit, period, approximate,"
            f" certificates, valid_until, {_EXPIRED.format('supplies')} AS expired"
            f" FROM supplies WHERE {condition} ORDER BY supply_id LIMIT :limit OFFSET :offset",
            {**values, "today": today(), "limit": limit, "offset": offset},
        )
        for row in found:
            wanting = (
                ("产能", row["annual_capacity"] is None), ("规格", not row["spec"]),
                ("有效期", row["expired"]),
            )  # fmt: skip
            row["quantity"] = _amount(row, "annual_capacity")
            row["missing"] = [name for name, is_so in wanting if is_so]
        return found

    def supply_counts(self, scope: Scope) -> dict[str, int]:
        """Of own supplies: ``supplies``, and how many lack something (``lacking``)."""
        condition, values = scope.own("supplies")
        lacking = f"annual_capacity IS NULL OR spec = '' OR {_EXPIRED.format('supplies')}"
        return rows(
            self._db,
            f"SELECT count(*) AS supplies, coalesce(sum({lacking}), 0) AS lacking"
            f" FROM supplies WHERE {condition}",
            {**values, "today": today()},
        )[0]

    def fitting(
        self, scope: Scope, run_id: int | None, acceptable: float, *, limit: int, offset: int = 0
    ) -> list[FittingNeed]:
        """Needs of others that an own supply fits well enough, the best fit first.

        Fit is the sum of what the firm may know: of a hidden buyer neither the reasons that would
        tell it nor the order they would make.

        Args:
            scope: A supplier's.
            run_id: The run whose suggestions are meant.
            acceptable: Probability from which a fit is good enough.
            limit: At most so many.
            offset: After so many.
        """
        pairs, values = self._fitting(scope, run_id, acceptable)
        found = rows(
            self._db,
            "SELECT s.demand_key, s.supply_key, s.base, s.contributions, s.supply_product,"
            " s.demand_product AS product, demands.hidden, demands.demand_id, demands.leader,"
            " demands.spec, demands.quantity_text, demands.annual_quantity,"
            " demands.annual_quantity_high, demands.unit, demands.period, demands.approximate,"
            " demands.county, demands.requirement, f.supply_id,"
            " (SELECT leader FROM demands raw WHERE raw.key = f.demand_key) AS secret,"
            f" {_LAST_WISH.format('w.wish')} AS wish, {_LAST_WISH.format('w.reason')} AS wish_reason,"
            " x.id AS engagement_id, x.stage"
            f" FROM ({pairs} ORDER BY fit DESC, demands.demand_id, supplies.supply_id"
            "  LIMIT :limit OFFSET :offset) f"
            " CROSS JOIN suggestions s ON s.run_id = :run AND s.demand_key = f.demand_key"
            "  AND s.supply_key = f.supply_key"
            f" CROSS JOIN {scope.demand_table()} ON demands.key = f.demand_key"
            " LEFT JOIN engagements x ON x.id = (SELECT max(id) FROM engagements y"
            "  WHERE y.demand_key = f.demand_key AND y.supply_key = f.supply_key)"
            " ORDER BY f.fit DESC, f.demand_id, f.supply_id",
            {**values, "limit": limit, "offset": offset},
        )
        return [_need(row) for row in found]

    def fitting_count(self, scope: Scope, run_id: int | None, acceptable: float) -> int:
        """How many :meth:`fitting` would give without its limit."""
        pairs, values = self._fitting(scope, run_id, acceptable)
        return int(self._db.execute(f"SELECT count(*) FROM ({pairs})", values).fetchone()[0])

    def _fitting(
        self, scope: Scope, run_id: int | None, acceptable: float
    ) -> tuple[str, dict[str, Any]]:
        condition, values = scope.suggestions()
        own_demand, _ = scope.own("demands")
        # Without a reason being read: a suggestion is a kilobyte of them.
        fit = "CASE WHEN demands.hidden THEN s.told_fit ELSE logit(s.probability) END"
        sql = (
            f"SELECT s.demand_key, s.supply_key, {fit} AS fit, demands.demand_id, supplies.supply_id"
            " FROM supplies CROSS JOIN suggestions s INDEXED BY suggestions_by_supply"
            f" CROSS JOIN {scope.demand_table()}"
            " WHERE s.run_id = :run AND s.supply_key = supplies.key AND demands.key = s.demand_key"
            f" AND {condition} AND NOT coalesce({own_demand}, 0)"
            f" AND NOT {_EXPIRED.format('demands')} AND {fit} >= :least"
        )
        return sql, {**values, "run": run_id, "least": logit(acceptable) - 1e-9, "today": today()}


def _amount(row: Mapping[str, Any], name: str) -> str:
    """The quantity of a row as people read it."""
    if row["quantity_text"] is None:
        return ""
    quantity = Quantity(
        row[name], row[f"{name}_high"], row["unit"], row["period"], bool(row["approximate"]),
        row["quantity_text"],
    )  # fmt: skip
    return quantity_text(Demand("", "", annual_quantity=quantity, unit=row["unit"]))


def _sentences(contributions: str | None) -> tuple[list[str], list[str]]:
    """Sentences for and against, the weightiest first; one that is said twice is said once."""
    points: dict[str, float] = {}
    for part in json.loads(contributions or "[]"):
        if part["sentence"]:
            points[part["sentence"]] = points.get(part["sentence"], 0.0) + part["points"]
    ordered = sorted(points, key=lambda sentence: -abs(points[sentence]))
    return [s for s in ordered if points[s] > 0], [s for s in ordered if points[s] <= 0]


def _need(row: Mapping[str, Any]) -> FittingNeed:
    product, told, hidden = row["product"], row["contributions"], bool(row["hidden"])
    if hidden:
        parts = tuple(Contribution(**part) for part in json.loads(told))
        whole = Suggestion("", "", 0, 0.0, Explanation(row["base"], parts), product)
        seen = nameless(whole, row["secret"])
        product = seen.demand_product
        told = json.dumps(
            [{"sentence": c.sentence, "points": c.points} for c in seen.explanation.contributions]
        )
    reasons, doubts = _sentences(told)
    same = ("demand_id", "leader", "spec", "county", "requirement", "supply_id",
            "supply_product", "engagement_id")  # fmt: skip
    values: dict[str, Any] = {name: row[name] for name in same}
    values |= {name: row[name] or "" for name in ("wish", "wish_reason", "stage")}
    values["quantity"] = _amount(row, "annual_quantity")
    return FittingNeed(
        hidden=hidden, product=product, reasons=tuple(reasons), doubts=tuple(doubts), **values
    )
