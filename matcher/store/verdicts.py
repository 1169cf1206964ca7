"""The verdict that counts on a pair, derived from all decisions on it (审核结论).

Decisions are only ever appended. Of those on the same content of both rows, and not undone, count

- those from the last 复核 (final one) on, where there is one;
- of each reviewer the last;
- a 待定 as long as nobody has decided after it.

Where these agree, that is the verdict. Where they differ the pair is in dispute (意见不一致): it
counts as 待定, so that it is in no catalogue, plan or lesson, until a 复核 settles it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.model import Verdict
from matcher.store.schema_review import FILL, SETTLE_STATE

Hashes = tuple[str, str]

STANDING = (
    "NOT EXISTS (SELECT 1 FROM review_actions undo"
    " WHERE undo.undoes = d.action_id AND d.action_id IS NOT NULL)"
)  # condition over decisions d: not undone


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reviewer has said of a pair.

    Attributes:
        decision_id: Number of the decision: a later one has a higher number.
        reviewer: The name that stands with it.
        verdict: What was said.
        reason: Why, where given.
        at: When, in UTC.
        hashes: Content hashes of demand and supply when it was said.
        final: Said to settle a dispute (复核).
        user_id: The account, None for a decision out of a workbook.
    """

    decision_id: int
    reviewer: str
    verdict: Verdict
    reason: str = ""
    at: str = ""
    hashes: Hashes = ("", "")
    final: bool = False
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The verdict that counts on one content of a pair.

    Attributes:
        verdict: In dispute: 待定.
        disputed: Whether the opinions differ.
        opinions: Those that count, in the order of their numbers; at least one.
    """

    verdict: Verdict
    disputed: bool
    opinions: tuple[Opinion, ...]


def count(opinions: Iterable[Opinion]) -> dict[Hashes, Counted]:
    """The verdict that counts on each content of a pair that was ever decided.

    Args:
        opinions: All standing decisions on the pair, in the order of their numbers.
    """
    by_content: dict[Hashes, list[Opinion]] = {}
    for opinion in opinions:
        by_content.setdefault(opinion.hashes, []).append(opinion)
    return {hashes: _count(said) for hashes, said in by_content.items()}


def _count(said: Sequence[Opinion]) -> Counted:
    begin = max((i for i, opinion in enumerate(said) if opinion.final), default=0)
    last: dict[str, Opinion] = {}
    names: dict[int, str] = {}  # an account may change its name, not its opinion
    for opinion in said[begin:]:
        name = opinion.reviewer
        if opinion.user_id is not None:
            name = names.setdefault(opinion.user_id, name)
        last[name] = opinion
    decided = [o.decision_id for o in last.values() if o.verdict is not Verdict.UNSURE]
    speaking = sorted(
        (o for o in last.values() if o.verdict is not Verdict.UNSURE or o.decision_id > max(decided, default=0)),
        key=lambda o: o.decision_id,
    )  # fmt: skip
    verdicts = {opinion.verdict for opinion in speaking}
    disputed = len(verdicts) > 1
    return Counted(Verdict.UNSURE if disputed else verdicts.pop(), disputed, tuple(speaking))


def opinions(db: Database, demand_key: int, supply_key: int) -> list[Opinion]:
    """All decisions on a pair that were not undone, in the order of their numbers."""
    found = db.query(
        "SELECT * FROM decisions d WHERE d.demand_key = :demand AND d.supply_key = :supply"
        f" AND {STANDING} ORDER BY d.id",
        {"demand": demand_key, "supply": supply_key},
    )
    return [opinion_of(row) for row in found]


def opinion_of(row: dict[str, Any]) -> Opinion:
    """A row of the table of decisions."""
    return Opinion(
        row["id"], row["reviewer"], Verdict(row["verdict"]), row["reason"], row["decided_at"],
        (row["demand_hash"], row["supply_hash"]), bool(row["final"]), row["user_id"],
    )  # fmt: skip


def token_of(hashes: Hashes, last: int) -> str:
    """What a form carries to show what it was made of, and which tells nobody anything.

    Args:
        hashes: Content hashes of demand and supply.
        last: Number of the last decision, 0 for none.

    Returns:
        Twelve digits of the contents, twelve of contents and decision.
    """
    content = "\n".join(hashes)
    parts = (content, f"{content}\n{last}")
    return "".join(hashlib.sha256(part.encode()).hexdigest()[:12] for part in parts)


def settle(db: Database, demand_key: int, supply_key: int) -> None:
    """Write down what counts on a pair now; to be called where its decisions have changed."""
    pair = {"demand": demand_key, "supply": supply_key}
    db.execute("DELETE FROM verdicts WHERE demand_key = :demand AND supply_key = :supply", pair)
    db.conn.executemany(
        "INSERT INTO verdicts (demand_key, supply_key, demand_hash, supply_hash, verdict,"
        " disputed, decision_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (demand_key, supply_key, *hashes, counted.verdict.value, int(counted.disputed),
             max(o.decision_id for o in counted.opinions))
            for hashes, counted in count(opinions(db, demand_key, supply_key)).items()
        ],
    )  # fmt: skip
    db.execute(SETTLE_STATE, pair)


def settle_all(db: Database) -> None:
    """Write down what counts on every decided pair, for a database made by an earlier version."""
    pairs = db.execute("SELECT DISTINCT demand_key, supply_key FROM decisions").fetchall()
    for demand_key, supply_key in pairs:
        settle(db, demand_key, supply_key)


def fill_queue(db: Database, run_id: int) -> None:
    """Make the suggestions of a run, which is now the newest, what the queue consists of."""
    db.execute("DELETE FROM review_items")
    db.execute(FILL, {"run": run_id})
