"""What came of introductions: by month, in force now, and what it teaches (月度统计, 已签约, 对接结果)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.model import EngagementStage, Verdict
from matcher.store.clock import today
from matcher.store.database import rows
from matcher.store.engagementtypes import UNFIT
from matcher.store.scope import Scope

_SIGNED = "e.stage IN ('签约', '履约')"
_FIT = {EngagementStage.CONTRACT.value, EngagementStage.DELIVERY.value}
# The day of the contract; where nobody wrote it down, the day (UTC+8) on which it was recorded.
_DAY = """coalesce(nullif(e.signed_on, ''), (SELECT date(v.at, '+8 hours') FROM engagement_events v
    WHERE v.engagement_id = e.id AND v.stage = '签约' ORDER BY v.number LIMIT 1),
    date(e.stage_at, '+8 hours'))"""


class Monthly:
    """Figures of the funnel's end. An engagement that has ended counts as introduced alone."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    def contracted(self) -> list[dict[str, Any]]:
        """Yearly quantities of contracts in force: ``demand_id``, ``supply_id``, quantity, unit.

        A contract without a quantity binds nothing; one whose delivery has ended neither.
        """
        return rows(
            self._db,
            "SELECT d.demand_id, s.supply_id, e.quantity, e.unit FROM engagements e"
            " JOIN demands d ON d.key = e.demand_key JOIN supplies s ON s.key = e.supply_key"
            f" WHERE {_SIGNED} AND e.quantity > 0"
            " AND (e.deliver_until = '' OR e.deliver_until >= :today)"
            " ORDER BY d.demand_id, s.supply_id",
            {"today": today()},
        )

    def outcomes(self, scope: Scope) -> list[tuple[str, str, Verdict]]:
        """What became of pairs in scope, as a verdict on what their rows say (对接结果).

        A contract says that the two fit, also one that has ended since for another reason; an end
        whose reason begins with one of :data:`UNFIT` says that they do not. Other ends (price,
        another supplier chosen) say nothing of the goods. Only engagements whose rows say the same
        now as at their last step count; of several on the same contents the last.

        Returns:
            Content hashes of demand and supply, and the verdict, in the order of the hashes.
        """
        condition, values = scope.decisions()
        found = rows(
            self._db,
            f"""SELECT demands.content_hash AS demand, supplies.content_hash AS supply,
                e.stage, (SELECT b.stage FROM engagement_events b
                    WHERE b.engagement_id = e.id AND b.stage <> '终止'
                    ORDER BY b.number DESC LIMIT 1) AS reached,
                coalesce((SELECT b.note FROM engagement_events b
                    WHERE b.engagement_id = e.id AND b.stage = '终止' AND b.kind = 'step'
                    ORDER BY b.number DESC LIMIT 1), '') AS why
            FROM engagements e JOIN engagement_events v ON v.engagement_id = e.id
            JOIN demands ON demands.key = e.demand_key JOIN supplies ON supplies.key = e.supply_key
            WHERE v.number = (SELECT max(l.number) FROM engagement_events l
                WHERE l.engagement_id = e.id AND l.kind IN ('step', 'correct'))
            AND demands.updated_at < v.at AND supplies.updated_at < v.at AND {condition}
            ORDER BY v.id""",
            values,
        )
        said: dict[tuple[str, str], Verdict] = {}
        for row in found:
            pair = row["demand"], row["supply"]
            if row["stage"] == EngagementStage.ENDED.value and row["why"].startswith(UNFIT):
                said[pair] = Verdict.REJECTED
            elif row["reached"] in _FIT:
                said[pair] = Verdict.ACCEPTED
        return [(*pair, verdict) for pair, verdict in sorted(said.items())]

    def months(self, scope: Scope) -> list[dict[str, Any]]:
        """Months with an introduction or a contract, the newest first.

        Returns:
            ``month`` (YYYY-MM), ``introduced``, ``orders``, ``amount`` (万元), ``firms`` (suppliers
            with a contract), of these by tier: ``little_giant``, ``specialised``, ``innovative``,
            ``other``.
        """
        condition, values = scope.suggestions()
        joined = (
            f"FROM engagements e JOIN {scope.demand_table()} ON demands.key = e.demand_key"
            f" JOIN {scope.supply_table()} ON supplies.key = e.supply_key WHERE {condition}"
        )
        return rows(
            self._db,
            f"""WITH introduced AS (
                SELECT strftime('%Y-%m', e.begun_at, '+8 hours') AS month, count(*) AS introduced
                {joined} GROUP BY 1),
            signed AS (
                SELECT substr({_DAY}, 1, 7) AS month, e.amount, supplies.tier,
                    coalesce(supplies.enterprise_id, -supplies.key) AS firm
                {joined} AND {_SIGNED}),
            contracts AS (
                SELECT month, count(*) AS orders, total(amount) AS amount,
                    count(DISTINCT firm) AS firms,
                    count(DISTINCT CASE WHEN tier LIKE '%小巨人%' THEN firm END) AS little_giant,
                    count(DISTINCT CASE WHEN tier LIKE '%专精特新%' AND tier NOT LIKE '%小巨人%'
                        THEN firm END) AS specialised,
                    count(DISTINCT CASE WHEN tier LIKE '%创新%' THEN firm END) AS innovative,
                    count(DISTINCT CASE WHEN tier NOT LIKE '%小巨人%' AND tier NOT LIKE '%专精特新%'
                        AND tier NOT LIKE '%创新%' THEN firm END) AS other
                FROM signed GROUP BY month)
            SELECT m.month, coalesce(i.introduced, 0) AS introduced, coalesce(c.orders, 0) AS orders,
                coalesce(c.amount, 0) AS amount, coalesce(c.firms, 0) AS firms,
                coalesce(c.little_giant, 0) AS little_giant,
                coalesce(c.specialised, 0) AS specialised,
                coalesce(c.innovative, 0) AS innovative, coalesce(c.other, 0) AS other
            FROM (SELECT month FROM introduced UNION SELECT month FROM contracts) m
            LEFT JOIN introduced i ON i.month = m.month
            LEFT JOIN contracts c ON c.month = m.month
            ORDER BY m.month DESC""",
            values,
        )
