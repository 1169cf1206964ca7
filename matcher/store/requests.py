"""What firms say of pairs: a buyer asks to be introduced, a supplier wishes to be or not (申请, 意愿)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import EngagementStage
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import as_key, rows, writing
from matcher.store.engagements import Engagements, Entry
from matcher.store.engagementtypes import EngagementError, EventKind, StaleEngagementError
from matcher.store.scope import Scope

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class IntroductionRequest:
    """A buyer's request to be introduced (申请对接).

    Attributes:
        id: Key.
        demand_id: For which demand.
        supply_id: To whose supply.
        leader: Who asks.
        demand_product: What is wanted.
        enterprise: To whom.
        supply_product: What is offered.
        note: What the buyer says.
        asked_at: In UTC.
        answer: ``granted``, ``refused``, or empty while it waits.
        answer_note: What the bureau says.
        answered_at: In UTC.
        engagement_id: What came of it.
    """

    id: int
    demand_id: str
    supply_id: str
    leader: str
    demand_product: str
    enterprise: str
    supply_product: str
    note: str
    asked_at: str
    answer: str
    answer_note: str
    answered_at: str
    engagement_id: int | None


class Requests:
    """Requests for introductions."""

    def __init__(self, db: Database, path: Path, audit: Audit, engagements: Engagements) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._engagements = engagements

    def ask(self, demand_id: str, supply_id: str, scope: Scope, *, note: str = "") -> bool:
        """Ask for an introduction; asking twice is asking once.

        Returns:
            Whether this request is new.

        Raises:
            NotFoundError: The supply was not accepted for that demand of one's own.
            EngagementError: The two are introduced already.
        """
        with writing(self._db, self._path):
            demand_key, supply_key = pair_keys(self._db, demand_id, supply_id, scope)
            engaged = self._db.execute(
                "SELECT id, stage FROM engagements WHERE demand_key = ? AND supply_key = ?"
                " AND opened AND stage <> '终止'",
                [demand_key, supply_key],
            ).fetchone()
            if engaged:
                raise EngagementError(
                    f"已经在对接了（第 {engaged[0]} 号，{engaged[1]}），不用再申请"
                )
            cursor = self._db.execute(
                "INSERT OR IGNORE INTO engagement_requests (demand_key, supply_key, note, asked_at,"
                " asked_by) VALUES (?, ?, ?, ?, ?)",
                [demand_key, supply_key, _short(note), now(), self._audit.actor.user_id],
            )
            fresh = cursor.rowcount > 0
            if fresh:
                about = f"request:{cursor.lastrowid}"
                self._audit.add("engagement.ask", about, after={"pair": f"{demand_id}/{supply_id}"})
        return fresh

    def list(
        self, scope: Scope, *, waiting: bool = False, limit: int = 100
    ) -> list[IntroductionRequest]:
        """Requests in scope, those that wait first, then the newest; suppliers know of none."""
        if scope.hides_buyers:
            return []
        condition, values = scope.suggestions()
        only = "AND r.answer = ''" if waiting else ""
        found = rows(
            self._db,
            f"{_select(scope)} WHERE {condition} {only}"
            " ORDER BY r.answer <> '', CASE WHEN r.answer = '' THEN r.id ELSE -r.id END LIMIT :limit",
            {**values, "limit": limit},
        )
        return [IntroductionRequest(**row) for row in found]

    def get(self, request_id: int, scope: Scope) -> IntroductionRequest:
        """One request.

        Raises:
            NotFoundError: There is none in scope.
        """
        condition, values = scope.suggestions()
        sql = f"{_select(scope)} WHERE r.id = :id AND {condition}"
        found = (
            [] if scope.hides_buyers else rows(self._db, sql, {**values, "id": as_key(request_id)})
        )
        if not found:
            raise NotFoundError("没有这条对接申请，可能地址写错了，或不在您能看的范围内")
        return IntroductionRequest(**found[0])

    def answer(
        self,
        request_id: int,
        scope: Scope,
        *,
        granted: bool,
        note: str = "",
        officer_id: int | None = None,
        release: tuple[int, ...] = (),
    ) -> int | None:
        """Answer a request; granting it introduces the two at once.

        Returns:
            The engagement's key; None where refused.

        Raises:
            NotFoundError: There is none in scope.
            StaleEngagementError: It was answered meanwhile.
            EngagementError: A refusal without a reason.
        """
        note = _short(note)
        with writing(self._db, self._path):
            asked = self.get(request_id, scope)
            if asked.answer:
                raise StaleEngagementError("这条申请刚被别人答复过，请刷新后再看")
            if not granted and not note:
                raise EngagementError("不同意要写明原因，对方会看到，请填写后再提交")
            key = self._introduce(asked, scope, note, officer_id, release) if granted else None
            answer = "granted" if granted else "refused"
            self._db.execute(
                "UPDATE engagement_requests SET answer = ?, answer_note = ?, answered_at = ?,"
                " answered_by = ?, engagement_id = ? WHERE id = ?",
                [answer, note, now(), self._audit.actor.user_id, key, request_id],
            )
            self._audit.add(
                "engagement.answer", f"request:{request_id}", after={"answer": answer, "note": note}
            )
        return key

    def _introduce(
        self,
        asked: IntroductionRequest,
        scope: Scope,
        note: str,
        officer_id: int | None,
        release: tuple[int, ...],
    ) -> int:
        pair = (asked.demand_id, asked.supply_id)
        there = self._engagements.of_pair(*pair, scope)
        if there is None or there.engagement.stage is EngagementStage.ENDED:
            reason = asked.note or "链主企业申请"
            key = self._engagements.begin(*pair, scope, requested=True, reason=reason)
            there = self._engagements.get(key, scope)
        if there.engagement.stage is EngagementStage.RECOMMENDED:
            step = Entry(
                EventKind.STEP, EngagementStage.INTRODUCED, note, shared=True,
                officer_id=officer_id, release=release,
            )  # fmt: skip
            self._engagements.write(there.id, step, scope)
        return there.id


class Wish(StrEnum):
    """What a supplier says of a need (意愿). The value is the Chinese label."""

    INTERESTED = "感兴趣"
    UNFIT = "不合适"


@dataclass(frozen=True, slots=True)
class SaidWish:
    """A supplier's last word on a need: a hint for reviewers, never a decision."""

    wish: Wish
    reason: str
    at: str


class Wishes:
    """Wishes of suppliers: appended, the last one of a pair counts."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def say(
        self, demand_id: str, supply_id: str, scope: Scope, wish: Wish, *, reason: str = ""
    ) -> bool:
        """Write a wish down; saying the same again changes nothing.

        Returns:
            Whether it is new.

        Raises:
            NotFoundError: The need is not one that the firm may know of, or not suggested to it.
            EngagementError: 不合适 without a reason.
        """
        reason = _short(reason)
        if wish is Wish.UNFIT and not reason:
            raise EngagementError("请写明为什么不合适，方便工信部门改进推荐")
        with writing(self._db, self._path):
            demand_key, supply_key = pair_keys(self._db, demand_id, supply_id, scope)
            said = self._last(demand_key, supply_key)
            if said and (said.wish, said.reason) == (wish, reason):
                return False
            self._db.execute(
                "INSERT INTO wishes (demand_key, supply_key, wish, reason, at, user_id)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [demand_key, supply_key, wish.value, reason, now(), self._audit.actor.user_id],
            )
            self._audit.add(
                "wish.say",
                f"pair:{demand_id}/{supply_id}",
                after={"wish": wish.value, "reason": reason},
            )
        return True

    def of_pair(self, demand_id: str, supply_id: str, scope: Scope) -> SaidWish | None:
        """What the supplier of a pair said last; a buyer does not learn it."""
        if not (scope.of_bureau or scope.hides_buyers):
            return None
        try:
            return self._last(*pair_keys(self._db, demand_id, supply_id, scope))
        except NotFoundError:
            return None

    def _last(self, demand_key: int, supply_key: int) -> SaidWish | None:
        found = self._db.execute(
            "SELECT wish, reason, at FROM wishes WHERE demand_key = ? AND supply_key = ?"
            " ORDER BY id DESC LIMIT 1",
            [demand_key, supply_key],
        ).fetchone()
        return SaidWish(Wish(found[0]), found[1], found[2]) if found else None


def pair_keys(db: Database, demand_id: str, supply_id: str, scope: Scope) -> tuple[int, int]:
    """Keys of two rows, by the ids under which the scope knows them.

    Raises:
        NotFoundError: They are not in scope, together.
    """
    condition, values = scope.suggestions()
    found: Mapping[str, Any] | None = next(
        iter(
            rows(
                db,
                "SELECT demands.key AS demand_key, supplies.key AS supply_key"
                f" FROM {scope.demand_table()} JOIN {scope.supply_table()}"
                f" WHERE demands.demand_id = :demand AND supplies.supply_id = :supply AND {condition}",
                {**values, "demand": demand_id, "supply": supply_id},
            )
        ),
        None,
    )
    if found is None:
        raise NotFoundError("没有这一对需求和供给，可能编号写错了，或不在您能看的范围内")
    return found["demand_key"], found["supply_key"]


def _select(scope: Scope) -> str:
    return (
        "SELECT r.id, demands.demand_id, supplies.supply_id, demands.leader,"
        " demands.product_name AS demand_product, supplies.enterprise,"
        " supplies.product_name AS supply_product, r.note, r.asked_at, r.answer, r.answer_note,"
        " r.answered_at, r.engagement_id FROM engagement_requests r"
        f" JOIN {scope.demand_table()} ON demands.key = r.demand_key"
        f" JOIN {scope.supply_table()} ON supplies.key = r.supply_key"
    )


def _short(text: str) -> str:
    return " ".join(whole(text).split())[:_LONGEST]
