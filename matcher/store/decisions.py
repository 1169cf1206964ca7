"""Reviewers' decisions in the store: appended, never overwritten.

Which of them counts is said in :mod:`matcher.store.verdicts` and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from matcher.model import Decision, ListKind, Verdict, id_key
from matcher.records import ROW_NUMBER, row_record
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.recognition import identity_id
from matcher.store.rowcodec import TABLE, from_table
from matcher.store.scope import EVERYTHING, Scope
from matcher.store.verdicts import STANDING, opinions, settle

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """What recording decisions did.

    Attributes:
        recorded: Decisions that are new.
        unchanged: Decisions that the store holds already.
        changed: Pairs, not recorded, whose rows say something else than what was reviewed.
        unknown: Pairs, not recorded, whose ids are not in the store.
    """

    recorded: int
    unchanged: int
    changed: tuple[Pair, ...]
    unknown: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """The verdict that counts on a pair, with the reason and reviewer of the last decision.

    Attributes:
        decision: In dispute the verdict is 待定.
        changed: The rows say something else now than when it was taken.
        disputed: Reviewers differ (意见不一致).
    """

    decision: Decision
    changed: bool
    disputed: bool = False


class Decisions:
    """Decisions in the store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def record(
        self,
        decisions: Iterable[Decision],
        *,
        seen: Mapping[Pair, Pair] | None = None,
        carried: Collection[Pair] = (),
        source: str = "",
        final: bool = False,
    ) -> DecisionReport:
        """Record decisions in one transaction.

        A decision that the store holds already is not repeated: one that is the last of its pair,
        one that the program itself wrote into the workbook, and one that was read from this very
        source before and that another source has overruled since.

        Args:
            decisions: In the order they were taken.
            seen: Pair → fingerprints (see :func:`matcher.records.fingerprint`) of the rows that
                were reviewed; a pair whose rows have changed is refused.
            carried: Pairs whose decision was in the workbook when it was written.
            source: ``name#hash`` of the file they come from.
            final: Those on pairs in dispute settle it (复核).
        """
        recorded, unchanged = 0, 0
        changed: list[Pair] = []
        unknown: list[Pair] = []
        with writing(self._db, self._path):
            demands = _Reviewed(self._db, ListKind.DEMAND)
            supplies = _Reviewed(self._db, ListKind.SUPPLY)
            for decision in decisions:
                pair = (decision.demand_id, decision.supply_id)
                marks = (seen or {}).get(pair, ("", ""))
                demand, supply = demands.find(pair[0], marks[0]), supplies.find(pair[1], marks[1])
                if demand is None or supply is None:
                    unknown.append(pair)
                    continue
                if not (demand.as_reviewed and supply.as_reviewed):
                    changed.append(pair)
                    continue
                settles = final and self._disputed(demand.key, supply.key)
                held = self._holds(demand, supply, decision, source, carried=pair in carried)
                if held and not settles:
                    unchanged += 1
                else:
                    self.append((demand.key, supply.key), decision, source=source, final=settles)
                    recorded += 1
        return DecisionReport(recorded, unchanged, tuple(changed), tuple(unknown))

    def _holds(
        self, demand: _Row, supply: _Row, decision: Decision, source: str, *, carried: bool
    ) -> bool:
        earlier = self._db.execute(
            "SELECT demand_hash, supply_hash, verdict, reason, reviewer, source FROM decisions d"
            f" WHERE demand_key = ? AND supply_key = ? AND {STANDING} ORDER BY id DESC",
            [demand.key, supply.key],
        ).fetchall()
        if not earlier:
            return False
        mine = (*_cited(demand, supply), decision.verdict.value, decision.reason, decision.reviewer)
        last = earlier[0]
        if carried or last[:5] == mine:
            return True
        overruled = source and _name(last[5]) != _name(source)
        return bool(overruled) and (*mine, source) in earlier

    def _disputed(self, demand_key: int, supply_key: int) -> bool:
        sql = (
            "SELECT disputed FROM counting_verdicts"
            " WHERE demand_key = ? AND supply_key = ? AND NOT changed"
        )
        found = self._db.execute(sql, [demand_key, supply_key]).fetchone()
        return bool(found and found[0])

    def append(
        self,
        pair: tuple[int, int],
        decision: Decision,
        *,
        source: str = "",
        user_id: int | None = None,
        action_id: int | None = None,
        final: bool = False,
    ) -> None:
        """Append one decision on what the rows say now: a part of a larger action.

        Args:
            pair: Keys of demand and supply.
            decision: With the ids that the audit log shall name.
            source: ``name#hash`` of a file, or ``web``.
            user_id: The account that decided.
            action_id: The key press that it belongs to.
            final: It settles what reviewers differ on.
        """
        before = opinions(self._db, *pair)
        hashes = [
            self._remember(kind, key)
            for kind, key in zip((ListKind.DEMAND, ListKind.SUPPLY), pair, strict=True)
        ]
        said = {"verdict": decision.verdict.value, "reason": decision.reason}
        said |= {"reviewer": decision.reviewer, "source": source}
        self._audit.add(
            "decision.record",
            f"pair:{decision.demand_id}/{decision.supply_id}",
            before={"verdict": before[-1].verdict.value} if before else None,
            after=said | ({"final": True} if final else {}),
        )
        self._db.execute(
            "INSERT INTO decisions (demand_key, supply_key, demand_hash, supply_hash, verdict,"
            " reason, reviewer, decided_at, source, user_id, action_id, final)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *pair, *hashes, decision.verdict.value, decision.reason, decision.reviewer,
                decision.decided_at or now(), source, user_id, action_id, int(final),
            ],
        )  # fmt: skip
        settle(self._db, *pair)

    def _remember(self, kind: ListKind, key: int) -> str:
        """Keep what a row says that is decided on, and give its hash: later it may say otherwise."""
        sql = f"SELECT t.*, '' AS file_name FROM {TABLE[kind]} t WHERE t.key = :key"
        row = rows(self._db, sql, {"key": key})[0]
        mark = str(row["content_hash"])
        known = self._db.execute("SELECT 1 FROM reviewed_contents WHERE hash = ?", [mark])
        if known.fetchone() is None:
            record = row_record(from_table(kind, row))
            del record[id_key(kind)]
            self._db.execute(
                "INSERT INTO reviewed_contents (hash, fields) VALUES (?, ?)",
                [mark, json.dumps(record, ensure_ascii=False)],
            )
        return mark

    def last(self, scope: Scope) -> list[StoredDecision]:
        """The verdict that counts on every decided pair in scope, by ids."""
        return self._last(scope)

    def _last(self, scope: Scope, pair: Mapping[str, str] | None = None) -> list[StoredDecision]:
        condition, values = scope.decisions()
        if pair:
            condition += " AND demands.demand_id = :demand AND supplies.supply_id = :supply"
        found = rows(
            self._db,
            "SELECT demands.demand_id, supplies.supply_id, d.*, v.verdict AS counts, v.disputed,"
            " v.changed FROM counting_verdicts v JOIN decisions d ON d.id = v.decision_id"
            " JOIN demands ON demands.key = v.demand_key"
            " JOIN supplies ON supplies.key = v.supply_key"
            f" WHERE {condition} ORDER BY demands.demand_id, supplies.supply_id",
            {**values, **(pair or {})},
        )
        return [
            StoredDecision(
                Decision(
                    row["demand_id"],
                    row["supply_id"],
                    Verdict(row["counts"]),
                    row["reason"],
                    row["reviewer"],
                    row["decided_at"],
                ),
                bool(row["changed"]),
                bool(row["disputed"]),
            )
            for row in found
        ]

    def latest_of(self, demand_id: str, supply_id: str, scope: Scope) -> StoredDecision | None:
        """The last decision of one pair in scope; None without one."""
        return next(iter(self._last(scope, {"demand": demand_id, "supply": supply_id})), None)

    def by_content(self, scope: Scope) -> list[tuple[str, str, Verdict]]:
        """The verdict that counts on what the rows in scope said when it was taken.

        Returns:
            Content hashes of demand and supply, and the verdict, in the order of the hashes.
        """
        condition, values = scope.decisions()
        found = rows(
            self._db,
            "SELECT max(v.decision_id), v.demand_hash, v.supply_hash, v.verdict FROM verdicts v"
            " JOIN demands ON demands.key = v.demand_key"
            " JOIN supplies ON supplies.key = v.supply_key"
            f" WHERE {condition} GROUP BY v.demand_hash, v.supply_hash"
            " ORDER BY v.demand_hash, v.supply_hash",
            values,
        )
        return [(r["demand_hash"], r["supply_hash"], Verdict(r["verdict"])) for r in found]

    def latest(self, scope: Scope = EVERYTHING) -> dict[Pair, StoredDecision]:
        """Pair of ids → the verdict that counts on it."""
        return {(d.decision.demand_id, d.decision.supply_id): d for d in self.last(scope)}


@dataclass(frozen=True, slots=True)
class _Row:
    key: int
    content_hash: str
    as_reviewed: bool = True


class _Reviewed:
    """The rows of one table as a review workbook names them: by id and fingerprint.

    An id that the store had to make distinct (two firms, one id), or that a spreadsheet program
    took for a number (001), is found by the id as given together with what the row says. A row
    number is no identity: such a row is found by what it says alone.
    """

    def __init__(self, db: Database, kind: ListKind) -> None:
        self._by_id: dict[str, _Row] = {}
        self._by_given: dict[tuple[str, str], _Row] = {}
        self._by_content: dict[str, list[tuple[int, _Row]]] = {}
        found = db.query(
            f"SELECT key, {id_key(kind)} AS id, identity, content_hash, row FROM {TABLE[kind]}"
        )
        for values in found:
            row = _Row(values["key"], values["content_hash"])
            given = identity_id(values["identity"])
            self._by_id[values["id"]] = row
            self._by_content.setdefault(row.content_hash, []).append((values["row"], row))
            if given is not None:
                self._by_given.setdefault((_as_number(given), row.content_hash), row)

    def find(self, row_id: str, mark: str) -> _Row | None:
        """The row meant; not ``as_reviewed`` where it says something else than its mark."""
        if mark.startswith(ROW_NUMBER):
            return self._numbered(row_id, mark.removeprefix(ROW_NUMBER))
        row = self._by_id.get(row_id)
        if row is not None and (not mark or row.content_hash == mark):
            return row
        same = self._by_given.get((_as_number(row_id), mark))
        return same or (replace(row, as_reviewed=False) if row else None)

    def _numbered(self, number: str, content: str) -> _Row | None:
        found = self._by_content.get(content, [])
        if len(found) > 1:  # rows that say the same: the number tells them apart
            found = [(n, row) for n, row in found if str(n) == number] or found[:1]
        return found[0][1] if found else None


def _cited(demand: _Row, supply: _Row) -> tuple[str, str]:
    return demand.content_hash, supply.content_hash


def _as_number(row_id: str) -> str:
    return row_id.lstrip("0") if row_id.isdigit() else row_id


def _name(source: str) -> str:
    return source.rpartition("#")[0]
