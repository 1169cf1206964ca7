"""What reviewers do: decide, refuse all, accept many, take back; each one transaction (审核)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from matcher.errors import XieshouError
from matcher.model import Decision, Verdict
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.decisions import Decisions
from matcher.store.items import Item, Items
from matcher.store.queue import FREE, Filters, Keys, Queue, within_scope
from matcher.store.scope import Scope
from matcher.store.verdicts import Opinion, opinions, settle, token_of

DEPTH = 20  # actions that a user can take back
BULK = 2000  # pairs that one bulk action accepts at most
NONE_FITS = "都不合适"
_SOURCE = "web"


class StaleReviewError(XieshouError):
    """A form that was made of something else than what is there now; nothing was recorded.

    Attributes:
        newer: The decision that came in between, where there is one.
        holder: Who holds the item, where somebody else does.
    """

    def __init__(self, message: str, *, newer: Opinion | None = None, holder: str = "") -> None:
        super().__init__(message)
        self.newer, self.holder = newer, holder


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: the account, and the name that stands with the decision."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, or what was taken back.

    Attributes:
        kind: ``decide``, ``second``, ``final``, ``none``, ``bulk``.
        keys: The pair before the reviewer; None for a bulk action.
        decisions: How many decisions it was.
        verdict: Of these decisions.
    """

    kind: str
    keys: Keys | None
    decisions: int
    verdict: Verdict


class Review:
    """Actions of reviewers in the store."""

    def __init__(
        self,
        db: Database,
        path: Path,
        audit: Audit,
        decisions: Decisions,
        queue: Queue,
        items: Items,
    ) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._decisions, self._queue, self._items = decisions, queue, items

    def decide(
        self,
        keys: Keys,
        verdict: Verdict,
        *,
        by: Reviewer,
        scope: Scope,
        token: str,
        reason: str = "",
        kind: str = "decide",
    ) -> Done:
        """Decide on one pair.

        The same form sent twice (a button pressed twice) decides once.

        Args:
            keys: The pair.
            verdict: 采纳, 不采纳 or 待定.
            by: Who decides.
            scope: What that one may see.
            token: Of the item that was shown.
            reason: Why.
            kind: ``second`` in a check by sample; ``final`` settles what reviewers differ on.

        Raises:
            NotFoundError: No such pair in the scope.
            StaleReviewError: Decided or changed since, or held by somebody else.
        """
        with writing(self._db, self._path):
            item = self._items.get(keys, scope)
            done = Done(kind, keys, 1, verdict)
            if self._repeated(keys, token, verdict, by):
                return done
            self._check(item, token, by)
            final = kind == "final" and item.counted is not None and item.counted.disputed
            action = self._act("decide" if kind == "final" and not final else kind, keys, by)
            pair = _Decided(keys, item.demand.demand_id, item.supply.supply_id)
            self._append(pair, verdict, reason, by, action, final=final)
            self._queue.release(keys, by.user_id)
        return done

    def none_fits(self, keys: Keys, *, by: Reviewer, scope: Scope, token: str) -> Done:
        """No suggestion fits the demand of this pair (都不合适): all are rejected as one action.

        Accepted and disputed ones are left as they are. Where there is none of these the demand
        is a gap with a reviewer's word.

        Raises:
            NotFoundError: No such pair in the scope.
            StaleReviewError: Decided or changed since, or held by somebody else.
        """
        with writing(self._db, self._path):
            item = self._items.get(keys, scope)
            if self._repeated(keys, token, Verdict.REJECTED, by):
                return Done("none", keys, 0, Verdict.REJECTED)
            self._check(item, token, by)
            found = rows(
                self._db,
                "SELECT i.demand_key, i.supply_key, i.demand_id, s.supply_id, i.state"
                " FROM review_items i JOIN supplies s ON s.key = i.supply_key"
                " WHERE i.demand_key = :demand ORDER BY i.rank",
                {"demand": keys[0]},
            )
            action = self._act("none", keys, by)
            rejected = [r for r in found if r["state"] in {"waiting", "changed", "unsure"}]
            for r in rejected:
                self._append(_decided(r), Verdict.REJECTED, NONE_FITS, by, action)
            if not any(r["state"] in {"accepted", "disputed"} for r in found):
                self._db.execute(
                    "INSERT INTO confirmed_gaps SELECT ?, key, content_hash FROM demands"
                    " WHERE key = ?",
                    [action, keys[0]],
                )
                self._audit.add("gap.confirm", f"demand:{item.demand.demand_id}")
            self._queue.release(keys, by.user_id)
        return Done("none", keys, len(rejected), Verdict.REJECTED)

    def undo(self, by: Reviewer) -> Done | None:
        """Take back the last action of a user that was not taken back; None where there is none.

        Its decisions stay where they are and speak no more.
        """
        with writing(self._db, self._path):
            action = self._last(by)
            if action is None:
                return None
            self._db.execute(
                "INSERT INTO review_actions (user_id, kind, undoes, at) VALUES (?, 'undo', ?, ?)",
                [by.user_id, action["id"], now()],
            )
            found = rows(
                self._db,
                "SELECT d.*, demands.demand_id, supplies.supply_id FROM decisions d"
                " JOIN demands ON demands.key = d.demand_key"
                " JOIN supplies ON supplies.key = d.supply_key WHERE d.action_id = :action"
                " ORDER BY d.id",
                {"action": action["id"]},
            )
            for r in found:
                settle(self._db, r["demand_key"], r["supply_key"])
                self._audit.add(
                    "decision.undo",
                    f"pair:{r['demand_id']}/{r['supply_id']}",
                    before={"verdict": r["verdict"], "reason": r["reason"], "decision": r["id"]},
                )
        keys = (action["demand_key"], action["supply_key"])
        verdict = Verdict(found[0]["verdict"]) if found else Verdict.REJECTED
        return Done(action["kind"], keys if keys[0] else None, len(found), verdict)

    def undoable(self, by: Reviewer) -> bool:
        """Whether there is anything to take back."""
        return self._last(by) is not None

    def bulk(self, filters: Filters, least: float, *, by: Reviewer, scope: Scope) -> int:
        """How many pairs :meth:`accept_all` would accept."""
        sql, values = self._bulk(filters, least, by, scope)
        found = self._db.execute(f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {BULK})", values)
        return int(found.fetchone()[0])

    def accept_all(
        self, filters: Filters, least: float, *, by: Reviewer, scope: Scope, expected: int
    ) -> Done:
        """Accept everything from a probability on that nothing speaks against, as one action.

        Left alone are pairs that anybody has decided, that reviewers differ on, that somebody else
        holds, whose rows have changed since they were decided or matched, whose specification,
        standard or unit conflicts, and firms on the list of risks. At most :data:`BULK`, the most
        certain first.

        Args:
            filters: Which pairs.
            least: Least probability.
            by: Who decides.
            scope: What that one may see.
            expected: The number that was confirmed.

        Raises:
            StaleReviewError: It is another number by now.
        """
        with writing(self._db, self._path):
            sql, values = self._bulk(filters, least, by, scope)
            found = rows(
                self._db,
                f"SELECT i.demand_key, i.supply_key, i.demand_id, p.supply_id {sql}"
                f" ORDER BY i.probability DESC, i.demand_key, i.supply_key LIMIT {BULK}",
                values,
            )
            if len(found) != expected:
                raise StaleReviewError(
                    f"符合条件的现在是 {len(found)} 条，不是刚才确认的 {expected} 条，请核对后再确认一次"
                )
            if found:
                action = self._act("bulk", None, by)
                for r in found:
                    self._append(_decided(r), Verdict.ACCEPTED, "", by, action)
        return Done("bulk", None, len(found), Verdict.ACCEPTED)

    # --- parts -----------------------------------------------------------------------------------

    def _bulk(
        self, filters: Filters, least: float, by: Reviewer, scope: Scope
    ) -> tuple[str, dict[str, object]]:
        condition, values = filters.condition()
        within, more = within_scope(scope, "i")
        against = " AND ".join(
            f"""s.contributions NOT LIKE '%"{name}"%'""" for name in _CONFLICTS
        )  # features that are zero do not stand in an explanation
        sql = (
            "FROM review_items i JOIN suggestions s ON s.run_id = i.run_id"
            " AND s.demand_key = i.demand_key AND s.supply_key = i.supply_key"
            " JOIN demands d ON d.key = i.demand_key JOIN supplies p ON p.key = i.supply_key"
            f" WHERE i.open = 1 AND i.state = 'waiting' AND i.probability >= :least AND {condition}"
            f" AND {within} AND {FREE} AND d.content_hash = s.demand_hash"
            f" AND p.content_hash = s.supply_hash AND {against} AND {self._without_risk()}"
        )
        return sql, values | dict(more) | {"least": least, "user": by.user_id, "now": now()}

    def _without_risk(self) -> str:
        """Condition over supplies p: the firm has no flag today, where there is a list of risks."""
        known = "SELECT 1 FROM sqlite_master WHERE name = 'flagged_enterprises'"
        if self._db.execute(known).fetchone() is None:
            return "1"
        flagged = "SELECT enterprise_id FROM flagged_enterprises"
        return f"(p.enterprise_id IS NULL OR p.enterprise_id NOT IN ({flagged}))"

    def _last(self, by: Reviewer) -> dict[str, Any] | None:
        found = rows(
            self._db,
            "SELECT * FROM (SELECT * FROM review_actions WHERE user_id = :user"
            "  AND kind <> 'undo' ORDER BY id DESC LIMIT :depth) a"
            " WHERE NOT EXISTS (SELECT 1 FROM review_actions u WHERE u.undoes = a.id)"
            " ORDER BY id DESC LIMIT 1",
            {"user": by.user_id, "depth": DEPTH},
        )
        return found[0] if found else None

    def _repeated(self, keys: Keys, token: str, verdict: Verdict, by: Reviewer) -> bool:
        """Whether this very form has been recorded already, and nothing since."""
        said = opinions(self._db, *keys)
        if not said:
            return False
        last, before = said[-1], said[-2].decision_id if said[1:] else 0
        mine = last.user_id == by.user_id and last.verdict is verdict
        return mine and token == token_of(last.hashes, before)

    def _check(self, item: Item, token: str, by: Reviewer) -> None:
        if token != item.token:
            said = opinions(self._db, *item.keys)
            newer = said[-1] if said and token[:12] == item.token[:12] else None
            what = "这一条刚刚被审过了" if newer else "这一条的内容刚刚变了"
            raise StaleReviewError(f"{what}，您的操作没有记下，请看下面的最新情况", newer=newer)
        if holder := self._queue.holder(item.keys, by.user_id):
            raise StaleReviewError(
                f"{holder} 正在审这一条，您的操作没有记下，请先审下一条", holder=holder
            )

    def _act(self, kind: str, keys: Keys | None, by: Reviewer) -> int:
        cursor = self._db.execute(
            "INSERT INTO review_actions (user_id, kind, demand_key, supply_key, at)"
            " VALUES (?, ?, ?, ?, ?)",
            [by.user_id, kind, *(keys or (None, None)), now()],
        )
        return int(cursor.lastrowid or 0)

    def _append(
        self, item: _Decided, verdict: Verdict, reason: str, by: Reviewer, action: int,
        *, final: bool = False,
    ) -> None:  # fmt: skip
        decision = Decision(item.demand_id, item.supply_id, verdict, reason, by.name)
        self._decisions.append(
            item.keys, decision, source=_SOURCE, user_id=by.user_id, action_id=action, final=final
        )


class _Decided(NamedTuple):
    """A pair by its keys, and by the ids that the audit log names."""

    keys: Keys
    demand_id: str
    supply_id: str


def _decided(row: Mapping[str, Any]) -> _Decided:
    return _Decided((row["demand_key"], row["supply_key"]), row["demand_id"], row["supply_id"])


_CONFLICTS = ("spec_conflict", "standard_conflict", "unit_conflict")
