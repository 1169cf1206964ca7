"""Matching runs in the store: parameters, versions, input hashes, suggestions, gaps."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from matcher.errors import NotFoundError
from matcher.model import Contribution, Explanation, ListKind, Row, Suggestion, Verdict
from matcher.records import content_hash
from matcher.store.about import About
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.disclosure import nameless, told_fit
from matcher.store.lists import Lists
from matcher.store.scope import Scope
from matcher.store.verdicts import fill_queue

_PACKAGES = ("xieshou", "jieba", "scikit-learn", "scipy", "numpy", "rapidfuzz")


class Outcome(Protocol):
    """What the store needs of a ranking (see :class:`matcher.ranking.Ranking`)."""

    @property
    def suggestions(self) -> tuple[Suggestion, ...]: ...  # noqa: D102
    @property
    def gaps(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def parameters(self) -> Any: ...  # noqa: D102
    @property
    def statistics(self) -> Any: ...  # noqa: D102
    @property
    def model_version(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A suggestion with the verdict that counts on its pair (see :mod:`matcher.store.verdicts`).

    ``changed`` is True where a row says something else than what was decided or matched;
    ``disputed`` where reviewers differ, which counts as 待定. Reason, reviewer and moment are those
    of the last decision.
    """

    suggestion: Suggestion
    verdict: Verdict | None
    reason: str
    reviewer: str
    decided_at: str
    changed: bool
    disputed: bool = False


def versions() -> dict[str, str]:
    """Versions that a result depends on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def input_hash(inputs: Iterable[Row]) -> str:
    """Hash over ids and contents of rows, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(f"{row.row_id}\t{content_hash(row)}\n" for row in inputs):
        digest.update(line.encode())
    return digest.hexdigest()[:16]


class Runs:
    """Matching runs in the store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self._lists = Lists(db, path, audit)

    def save(
        self,
        outcome: Outcome,
        demands: Iterable[Row],
        supplies: Iterable[Row],
        *,
        started_at: str,
        by: str = "",
    ) -> int:
        """Store a finished run in one transaction; returns its id."""
        demands, supplies = list(demands), list(supplies)
        statistics = outcome.statistics
        with writing(self._db, self._path):
            self._db.execute(
                "INSERT OR IGNORE INTO statistics (version, data, created_at) VALUES (?, ?, ?)",
                [statistics.version, statistics.to_json(), now()],
            )
            cursor = self._db.execute(
                "INSERT INTO runs (started_at, finished_at, started_by, parameters, versions,"
                " demands_hash, supplies_hash, statistics_version, model_version, demands, supplies,"
                " suggestions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    started_at, now(), by,
                    json.dumps(asdict(outcome.parameters), sort_keys=True),
                    json.dumps(versions(), sort_keys=True),
                    input_hash(demands), input_hash(supplies), statistics.version,
                    outcome.model_version, len(demands), len(supplies),
                    len(outcome.suggestions),
                ],
            )  # fmt: skip
            run_id = int(cursor.lastrowid or 0)
            wanted = _Rows(demands, self._lists.keys(ListKind.DEMAND))
            offered = _Rows(supplies, self._lists.keys(ListKind.SUPPLY))
            self._db.conn.executemany(
                "INSERT INTO suggestions (run_id, demand_key, supply_key, rank, probability, base,"
                " contributions, demand_product, supply_product, demand_hash, supply_hash,"
                " already_supplying, told_fit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_values(run_id, s, wanted, offered) for s in outcome.suggestions),
            )
            self._db.conn.executemany(
                "INSERT INTO gaps (run_id, demand_key) VALUES (?, ?)",
                [(run_id, wanted.keys[demand_id]) for demand_id in outcome.gaps],
            )
            fill_queue(self._db, run_id)
            told = {
                "demands": len(demands),
                "supplies": len(supplies),
                "model": outcome.model_version,
            }
            self._audit.add("run.save", f"run:{run_id}", after=told)
        return run_id

    def latest(self) -> int | None:
        """Id of the newest run, None where there is none."""
        found = self._db.execute("SELECT max(id) FROM runs").fetchone()[0]
        return None if found is None else int(found)

    def get(self, run_id: int) -> dict[str, Any]:
        """A run's record, with parameters and versions as dictionaries.

        Raises:
            NotFoundError: No such run.
        """
        found = rows(self._db, "SELECT * FROM runs WHERE id = :id", {"id": run_id})
        if not found:
            raise NotFoundError(f"没有第 {run_id} 次撮合运行，请先执行 xieshou run")
        record = found[0]
        record["parameters"] = json.loads(record["parameters"])
        record["versions"] = json.loads(record["versions"])
        return record

    def gaps(self, run_id: int, scope: Scope) -> list[str]:
        """Ids of the scope's own demands that the run found no acceptable supply for."""
        condition, values = scope.own("demands", scope.demand_keys)
        found = self._db.query(
            "SELECT demands.demand_id FROM gaps JOIN demands ON demands.key = gaps.demand_key"
            f" WHERE gaps.run_id = :run AND {condition} ORDER BY demands.demand_id",
            {"run": run_id, **values},
        )
        return [row["demand_id"] for row in found]

    def is_gap(self, run_id: int, scope: Scope, demand_key: int) -> bool:
        """Whether a demand is one of :meth:`gaps`."""
        condition, values = scope.own("demands", scope.demand_keys)
        found = self._db.execute(
            "SELECT 1 FROM gaps JOIN demands ON demands.key = gaps.demand_key"
            f" WHERE gaps.run_id = :run AND gaps.demand_key = :key AND {condition}",
            {"run": run_id, "key": demand_key, **values},
        )
        return found.fetchone() is not None

    def suggestions(
        self, run_id: int, scope: Scope, *, demand_id: str = "", of: About | None = None
    ) -> list[StoredSuggestion]:
        """Suggestions of a run in scope, by demand and rank, with the verdict on each pair.

        ``of`` limits them to a demand, a supply or a firm.

        A firm learns of a decision that it was accepted, not by whom; of a demand whose buyer is
        hidden from it what :func:`matcher.store.disclosure.nameless` leaves.
        """
        condition, values = scope.suggestions()
        if demand_id:
            condition += " AND demands.demand_id = :demand_id"
        join, table = "JOIN", "suggestions s"
        if of is not None:
            condition += f" AND {of.condition}"
            values = {**values, "about": of.key}
            join, table = "CROSS JOIN", of.table  # the few suggestions first, then their rows
        leader = "(SELECT leader FROM demands raw WHERE raw.key = s.demand_key)"
        secret = f"CASE WHEN demands.hidden THEN {leader} END" if scope.hides_buyers else "NULL"
        found = self._db.query(
            f"SELECT s.*, demands.demand_id, supplies.supply_id, {secret} AS secret_leader,"
            " demands.content_hash AS demand_now, supplies.content_hash AS supply_now,"
            " v.verdict, v.disputed, decisions.reason, decisions.reviewer, decisions.decided_at,"
            " v.demand_hash AS demand_then, v.supply_hash AS supply_then"
            f" FROM {table}"
            f" {join} {scope.demand_table()} ON demands.key = s.demand_key"
            f" {join} {scope.supply_table()} ON supplies.key = s.supply_key"
            " LEFT JOIN verdicts v"
            "  ON v.demand_key = s.demand_key AND v.supply_key = s.supply_key"
            "  AND v.decision_id = (SELECT c.decision_id FROM counting_verdicts c"
            "   WHERE c.demand_key = s.demand_key AND c.supply_key = s.supply_key)"
            " LEFT JOIN decisions ON decisions.id = v.decision_id"
            f" WHERE s.run_id = :run AND {condition} ORDER BY demands.demand_id, s.rank",
            {"run": run_id, "demand_id": demand_id, **values},
        )
        stored = [_stored(row) for row in found]
        if scope.of_bureau:
            return stored
        # Their order may tell no more than they do.
        told = [_for_firms(one) for one in stored]
        return sorted(told, key=lambda s: (s.suggestion.demand_id, -s.suggestion.probability))


class _Rows:
    """Keys and content hashes of matched rows by id.

    The hashes are of what was matched, not of what the store says by the time it is saved:
    another process may have imported meanwhile.
    """

    def __init__(self, matched: Iterable[Row], keys: Mapping[str, int]) -> None:
        self.keys = keys
        self.hashes = {row.row_id: content_hash(row) for row in matched}


def _values(run_id: int, s: Suggestion, wanted: _Rows, offered: _Rows) -> tuple[Any, ...]:
    contributions = json.dumps([asdict(c) for c in s.explanation.contributions], ensure_ascii=False)
    return (
        run_id, wanted.keys[s.demand_id], offered.keys[s.supply_id], s.rank, s.probability,
        s.explanation.base, contributions, s.demand_product, s.supply_product,
        wanted.hashes[s.demand_id], offered.hashes[s.supply_id], int(s.already_supplying),
        told_fit(s.explanation),
    )  # fmt: skip


def suggestion_of(row: Mapping[str, Any]) -> Suggestion:
    """A row of the table of suggestions, with the ids of demand and supply."""
    contributions = tuple(Contribution(**c) for c in json.loads(row["contributions"]))
    return Suggestion(
        demand_id=row["demand_id"],
        supply_id=row["supply_id"],
        rank=row["rank"],
        probability=row["probability"],
        explanation=Explanation(row["base"], contributions),
        demand_product=row["demand_product"],
        supply_product=row["supply_product"],
        already_supplying=bool(row["already_supplying"]),
    )


def _stored(row: Mapping[str, Any]) -> StoredSuggestion:
    suggestion = suggestion_of(row)
    if row["secret_leader"] is not None:
        suggestion = nameless(suggestion, row["secret_leader"])
    decided = row["verdict"] is not None
    then = (
        (row["demand_then"], row["supply_then"])
        if decided
        else (row["demand_hash"], row["supply_hash"])
    )
    return StoredSuggestion(
        suggestion=suggestion,
        verdict=Verdict(row["verdict"]) if decided else None,
        reason=row["reason"] or "",
        reviewer=row["reviewer"] or "",
        decided_at=row["decided_at"] or "",
        changed=then != (row["demand_now"], row["supply_now"]),
        disputed=bool(row["disputed"]),
    )


def _for_firms(stored: StoredSuggestion) -> StoredSuggestion:
    """What a firm may learn of a decision: that it was accepted."""
    accepted = stored.verdict is Verdict.ACCEPTED
    return StoredSuggestion(
        stored.suggestion,
        stored.verdict if accepted else None,
        reason="",
        reviewer="",
        decided_at=stored.decided_at if accepted else "",
        changed=False,
    )
