"""Writing engagements: begun from a pair, led step by step, never overwritten (对接)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import EngagementStage, Verdict
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.contacts import Contacts
from matcher.store.database import rows, writing
from matcher.store.engagementreads import EngagementReads
from matcher.store.engagementtypes import (
    FACTS,
    EngagementError,
    EventKind,
    StaleEngagementError,
    StoredEngagement,
)
from matcher.store.scope import Scope
from matcher.store.settings import Settings

_PATH = tuple(stage for stage in EngagementStage if stage is not EngagementStage.ENDED)
_LONGEST_NOTE = 2000
_DAYS = {"signed_on": "签订日期", "deliver_from": "交货起", "deliver_until": "交货止"}
_NUMBERS = {"amount": "合同金额", "quantity": "数量"}


def following(stage: EngagementStage) -> EngagementStage | None:
    """The stage after this one on the way to a contract fulfilled; None at its end."""
    if stage not in _PATH[:-1]:
        return None
    return _PATH[_PATH.index(stage) + 1]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down of an engagement.

    Attributes:
        kind: A step forward or to 终止, a follow-up, an arrangement, or a correction.
        stage: Of a step or a correction: where it goes.
        note: What there is to say; why, of an end or a correction.
        shared: The two firms may read the note.
        facts: Amount (万元), quantity, unit, contract number, days: what is given is written over
            what was; a correction takes out what is given as None or empty.
        officer_id: The 服务专员 from now on; None leaves it as it is.
        due_on: By which day the next step is due; empty for the days of the stage.
        release: Contacts whom the introduction releases to the other side.
    """

    kind: EventKind
    stage: EngagementStage | None = None
    note: str = ""
    shared: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    officer_id: int | None = None
    due_on: str = ""
    release: tuple[int, ...] = ()


class Engagements(EngagementReads):
    """Engagements in the store."""

    def __init__(
        self, db: Database, path: Path, audit: Audit, settings: Settings, contacts: Contacts
    ) -> None:
        super().__init__(db, path, settings)
        self._audit, self._contacts = audit, contacts

    # --- begin -----------------------------------------------------------------------------------

    def begin(
        self,
        demand_id: str,
        supply_id: str,
        scope: Scope,
        *,
        reason: str = "",
        officer_id: int | None = None,
        due_on: str = "",
        requested: bool = False,
    ) -> int:
        """Begin an engagement; returns its key.

        Args:
            demand_id: An existing demand.
            supply_id: An existing supply.
            scope: What the bureau's user may see.
            reason: Why, for a pair that no reviewer has accepted as it stands.
            officer_id: The 服务专员; by default the user who begins it.
            due_on: By which day the next step is due.
            requested: The buyer asked for it.

        Raises:
            NotFoundError: The two rows are not in scope.
            EngagementError: The pair has an open engagement, or was not accepted and has no reason.
        """
        reason = _note(reason)
        with writing(self._db, self._path):
            demand_key, supply_key, accepted = self._pair(demand_id, supply_id, scope)
            self._refuse_second(demand_key, supply_key)
            if not accepted and not reason:
                raise EngagementError(
                    f"{demand_id} 与 {supply_id} 没有采纳（或内容在采纳后变了），发起对接要写明理由"
                )
            origin = "request" if requested else "accepted" if accepted and not reason else "hand"
            moment = now()
            cursor = self._db.execute(
                "INSERT INTO engagements (demand_key, supply_key, origin, reason, stage, begun_at,"
                " stage_at, last_at) VALUES (?, ?, ?, ?, '推荐', ?, ?, ?)",
                [demand_key, supply_key, origin, reason, moment, moment, moment],
            )
            key = int(cursor.lastrowid or 0)
            officer = officer_id if officer_id is not None else self._me()
            entry = Entry(EventKind.BEGIN, note=reason, officer_id=officer, due_on=due_on)
            self._append(self.get(key, scope), entry, EngagementStage.RECOMMENDED)
        return key

    def begin_many(
        self, pairs: Iterable[tuple[str, str]], scope: Scope, *, officer_id: int | None = None
    ) -> tuple[list[int], list[str]]:
        """Begin engagements of accepted pairs in one transaction.

        Returns:
            Keys of those begun, and why the others were not.
        """
        begun: list[int] = []
        left: list[str] = []
        with writing(self._db, self._path):
            for demand_id, supply_id in dict.fromkeys(pairs):
                try:
                    begun.append(self.begin(demand_id, supply_id, scope, officer_id=officer_id))
                except (EngagementError, NotFoundError) as error:
                    left.append(str(error))
        return begun, left

    def _pair(self, demand_id: str, supply_id: str, scope: Scope) -> tuple[int, int, bool]:
        condition, values = scope.suggestions()
        found = rows(
            self._db,
            "SELECT demands.key AS demand_key, supplies.key AS supply_key, d.verdict,"
            " NOT d.changed AS same FROM demands JOIN supplies LEFT JOIN counting_verdicts d"
            " ON d.demand_key = demands.key AND d.supply_key = supplies.key"
            f" WHERE demands.demand_id = :demand AND supplies.supply_id = :supply AND {condition}",
            {**values, "demand": demand_id, "supply": supply_id},
        )
        if not found:
            raise NotFoundError(
                f"没有需求 {demand_id} 或供给 {supply_id}，可能编号写错了，或不在您能看的范围内"
            )
        row = found[0]
        accepted = row["verdict"] == Verdict.ACCEPTED.value and bool(row["same"])
        return row["demand_key"], row["supply_key"], accepted

    def _refuse_second(self, demand_key: int, supply_key: int, but: int = 0) -> None:
        found = self._db.execute(
            "SELECT id, stage FROM engagements WHERE demand_key = ? AND supply_key = ?"
            " AND stage <> '终止' AND id <> ?",
            [demand_key, supply_key, but],
        ).fetchone()
        if found:
            raise EngagementError(
                f"这一对已有进行中的对接（第 {found[0]} 号，{found[1]}），请在那里继续"
            )

    def _me(self) -> int | None:
        """The acting user, where it is one of the bureau."""
        found = self._db.execute(
            "SELECT id FROM users WHERE id = ? AND role NOT IN ('chain_leader', 'sme')",
            [self._audit.actor.user_id],
        ).fetchone()
        return int(found[0]) if found else None

    # --- go on -----------------------------------------------------------------------------------

    def write(
        self, engagement_id: int, entry: Entry, scope: Scope, *, version: int | None = None
    ) -> StoredEngagement:
        """Append an event and make the engagement what it says; returns what it is then.

        Args:
            engagement_id: Key.
            entry: What to write.
            scope: What the bureau's user may see.
            version: Number of the last event that the user has seen; None does not ask.

        Raises:
            NotFoundError: There is no such engagement in scope.
            StaleEngagementError: Somebody has written to it since.
            EngagementError: The step leads back or over a stage, or lacks what it needs.
        """
        with writing(self._db, self._path):
            now_is = self.get(engagement_id, scope)
            if version is not None and version != now_is.version:
                raise StaleEngagementError(
                    f"第 {engagement_id} 号对接刚被别人更新过（现在是{now_is.engagement.stage.value}），"
                    "请刷新后再提交"
                )
            self._append(now_is, entry, _target(now_is, entry))
            return self.get(engagement_id, scope)

    def _append(self, old: StoredEngagement, entry: Entry, stage: EngagementStage) -> None:
        facts = _facts(old, entry, stage)
        due = _day("下一步期限", entry.due_on)
        officer = (
            self._officer(entry.officer_id) if entry.officer_id is not None else old.officer_id
        )
        moment, ended = now(), stage is EngagementStage.ENDED
        keys = self._db.execute(
            "SELECT demand_key, supply_key, opened FROM engagements WHERE id = ?", [old.id]
        ).fetchone()
        if entry.kind is EventKind.CORRECT and not ended:
            self._refuse_second(keys[0], keys[1], but=old.id)
        opened = keys[2] if ended else int(stage is not EngagementStage.RECOMMENDED)
        values = facts | {
            "stage": stage.value, "officer_id": officer, "due_on": "" if ended else due,
        }  # fmt: skip
        self._db.execute(
            f"UPDATE engagements SET {', '.join(f'{name} = :{name}' for name in values)},"
            " version = version + 1, opened = :opened, last_at = :at,"
            " stage_at = CASE WHEN stage = :stage THEN stage_at ELSE :at END WHERE id = :id",
            values | {"opened": opened, "at": moment, "id": old.id},
        )
        event = values | {
            "engagement_id": old.id, "number": old.version + 1, "kind": entry.kind.value,
            "at": moment, "user_id": self._audit.actor.user_id, "actor": self._audit.actor.name,
            "note": _note(entry.note), "shared": int(entry.shared),
        }  # fmt: skip
        self._db.execute(
            f"INSERT INTO engagement_events ({', '.join(event)})"
            f" VALUES ({', '.join(f':{name}' for name in event)})",
            event,
        )
        self._contacts.release(old.id, entry.release)
        before = {name: getattr(old.engagement, name) for name in ("stage", *FACTS)}
        self._audit.add(
            f"engagement.{entry.kind.value}",
            f"engagement:{old.id}",
            before=None
            if entry.kind is EventKind.BEGIN
            else before | {"officer_id": old.officer_id},
            after={name: event[name] for name in ("stage", *FACTS, "officer_id", "due_on", "note")},
        )

    def _officer(self, user_id: int) -> int:
        found = self._db.execute(
            "SELECT 1 FROM users WHERE id = ? AND NOT disabled"
            " AND role IN ('admin', 'reviewer', 'county_reviewer')",
            [user_id],
        ).fetchone()
        if not found:
            raise EngagementError("服务专员要是主管部门在用的账号，请另选一位")
        return user_id

    def officers(self) -> dict[int, str]:
        """Users of the bureau who can be a 服务专员: key → name, by name."""
        found = self._db.execute(
            "SELECT id, coalesce(nullif(full_name, ''), name) AS called FROM users WHERE NOT disabled"
            " AND role IN ('admin', 'reviewer', 'county_reviewer') ORDER BY called"
        )
        return dict(found.fetchall())


def _target(old: StoredEngagement, entry: Entry) -> EngagementStage:
    """Where an entry leads, if it may."""
    stage = old.engagement.stage
    ended = stage is EngagementStage.ENDED
    if entry.kind is EventKind.CORRECT:
        if not _note(entry.note):
            raise EngagementError("更正要写明原因，请填写后再提交")
        return entry.stage or stage
    if ended:
        raise EngagementError(f"第 {old.id} 号对接已终止，如要再谈请另发起一条")
    if entry.kind is not EventKind.STEP:
        return stage
    if entry.stage is EngagementStage.ENDED:
        if not _note(entry.note):
            raise EngagementError("终止要写明原因，请填写后再提交")
        return EngagementStage.ENDED
    further = following(stage)
    if entry.stage is None or entry.stage is not further:
        way_out = f"下一步是{further.value}" if further else "后面没有阶段了"
        raise EngagementError(f"现在是{stage.value}，{way_out}，或终止；不能跳步或倒退")
    return further


def _facts(old: StoredEngagement, entry: Entry, stage: EngagementStage) -> dict[str, Any]:
    """What is known of the contract afterwards, checked."""
    facts = {name: getattr(old.engagement, name) for name in FACTS}
    clears = entry.kind is EventKind.CORRECT
    for name, value in entry.facts.items():
        if name not in FACTS:
            raise TypeError(f"not a fact of an engagement: {name}")
        if value not in (None, "") or clears:
            facts[name] = value
    for name, label in _NUMBERS.items():
        number = facts[name] = facts[name] if facts[name] != "" else None
        if number is not None and not (math.isfinite(number) and 0 < number <= 1e12):
            raise EngagementError(f"{label}要是大于 0 的数，请改正")
    for name, label in _DAYS.items():
        facts[name] = _day(label, facts[name] or "")
    if (
        facts["deliver_from"]
        and facts["deliver_until"]
        and facts["deliver_until"] < facts["deliver_from"]
    ):
        raise EngagementError("交货止早于交货起，请改正")
    for name, longest in (("unit", 20), ("contract_number", 100)):
        facts[name] = " ".join(whole(facts[name] or "").split())[:longest]
    if (
        entry.kind is EventKind.STEP
        and stage is EngagementStage.CONTRACT
        and not facts["signed_on"]
    ):
        raise EngagementError("签约要写明签订日期，请填写后再提交")
    return facts


def _day(label: str, text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise EngagementError(f"{label}“{text}”不是日期，请写成 2026-11-01 的样子") from error


def _note(text: str) -> str:
    return whole(text).strip()[:_LONGEST_NOTE]
