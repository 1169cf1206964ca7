"""The audit log: who did or saw what, when, before and after; a chain that only grows (审计)."""

from __future__ import annotations

import getpass
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.records import canonical, whole
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.schema_accounts import AUDIT

_COVERED = (
    "id",
    "at",
    "user_id",
    "actor",
    "role",
    "address",
    "action",
    "object",
    "before",
    "after",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on the store: a signed-in user, or whoever runs a command on the machine itself."""

    name: str
    role: str = ""
    user_id: int | None = None
    address: str = ""


def on_this_machine() -> Actor:
    """The user of the operating system, for commands."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a system without user names
        name = ""
    return Actor(whole(name), role="command line")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the log; ``before`` and ``after`` are what JSON can hold, or None."""

    id: int
    at: str
    actor: str
    role: str
    address: str
    action: str
    object: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What verifying found.

    Attributes:
        rows: How many rows stand in an unbroken chain from the first one.
        head: Hash of the last of these; empty for an empty log. Noted elsewhere, it proves later
            that nothing up to here was exchanged or cut off.
        fault: What is wrong, in Chinese; empty where nothing is.
    """

    rows: int
    head: str
    fault: str = ""


class Audit:
    """The audit log of a store."""

    def __init__(self, db: Database, path: Path, actor: Actor) -> None:
        self._db, self._path = db, path
        self.actor = actor

    def add(self, action: str, about: str = "", *, before: Any = None, after: Any = None) -> None:
        """Append a row; inside a transaction it is kept or lost together with what it tells of.

        Args:
            action: ``view``, ``login``, ``user.change``, …
            about: The thing, as ``kind:id``.
            before: What was, as JSON can hold it.
            after: What is now.
        """
        with writing(self._db, self._path):
            number, previous = self._last()
            values = {
                "id": number + 1, "at": now(), "user_id": self.actor.user_id,
                "actor": self.actor.name, "role": self.actor.role, "address": self.actor.address,
                "action": action, "object": about,
                "before": _json(before), "after": _json(after),
            }  # fmt: skip
            values = {k: whole(v) if isinstance(v, str) else v for k, v in values.items()}
            values |= {"previous": previous, "hash": _hash(previous, values)}
            names = ", ".join(f":{name}" for name in values)
            self._db.execute(f"INSERT INTO audit ({', '.join(values)}) VALUES ({names})", values)

    def _last(self) -> tuple[int, str]:
        found = self._db.execute("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
        return found or (0, "")

    def list(
        self,
        *,
        actor: str = "",
        action: str = "",
        about: str = "",
        since: str = "",
        until: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> list[AuditRow]:
        """Rows, the newest first.

        Args:
            actor: Exact name of who acted.
            action: Beginning of the action (``user`` finds ``user.add`` and ``user.change``).
            about: Beginning of the thing (``demand:`` finds all demands).
            since: First moment in UTC, as ISO text or the beginning of one.
            until: Moment in UTC before which the rows were written.
            limit: At most so many.
            offset: After so many.
        """
        where, values = _filter(
            actor=actor, action=action, about=about, since=since, until=until
        )  # fmt: skip
        sql = f"SELECT * FROM audit WHERE {where} ORDER BY id DESC LIMIT :limit OFFSET :offset"
        found = rows(self._db, sql, values | {"limit": limit, "offset": offset})
        return [_row(values) for values in found]

    def count(self, **filters: str) -> int:
        """How many rows :meth:`list` would give without its limit."""
        where, values = _filter(**filters)
        found = self._db.execute(f"SELECT count(*) FROM audit WHERE {where}", values)
        return int(found.fetchone()[0])

    def verify(self, *, head: str = "") -> AuditCheck:
        """Recompute the whole chain.

        Args:
            head: Hash noted earlier, which must still stand in the chain.
        """
        with self._db.atomic():  # one view of the file, to which others go on appending
            return self._verify(head)

    def _verify(self, head: str) -> AuditCheck:
        count, last, seen = 0, "", not head
        for values in self._db.query("SELECT * FROM audit ORDER BY id"):
            if values["id"] != count + 1:
                return AuditCheck(count, last, f"第 {count + 1} 条审计记录不见了")
            if values["previous"] != last or values["hash"] != _hash(last, values):
                return AuditCheck(count, last, f"第 {count + 1} 条审计记录被改过")
            count, last = count + 1, values["hash"]
            seen = seen or last == head
        return AuditCheck(count, last, self._fault(count, seen=seen))

    def _fault(self, count: int, *, seen: bool) -> str:
        """What is wrong around a chain that is whole by itself."""
        found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        if found and found[0] != count:
            return f"末尾有 {found[0] - count} 条审计记录不见了"
        if not seen:
            return "从前记下的链头不在现在的链里，记录被换过或截短过"
        wanted = dict(_triggers(AUDIT))
        stands = dict(
            self._db.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
            ).fetchall()
        )
        if {name: " ".join(sql.split()) for name, sql in stands.items()} != wanted:
            return "保护审计记录的触发器不见了或被改过"
        return ""


def _triggers(script: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"CREATE TRIGGER (\w+) .*?END(?=;)", script, re.DOTALL):
        yield found[1], " ".join(found[0].split())


def _filter(
    *, actor: str = "", action: str = "", about: str = "", since: str = "", until: str = ""
) -> tuple[str, dict[str, Any]]:
    conditions = ["1"]
    if actor:
        conditions.append("actor = :actor")
    if action:
        conditions.append("substr(action, 1, length(:action)) = :action")
    if about:
        conditions.append("substr(object, 1, length(:about)) = :about")
    if since:
        conditions.append("at >= :since")
    if until:
        conditions.append("at < :until")
    values = {"actor": actor, "action": action, "about": about, "since": since, "until": until}
    return " AND ".join(conditions), {k: v for k, v in values.items() if v}


def _json(value: Any) -> str | None:
    return None if value is None else canonical(value)


def _hash(previous: str, values: Mapping[str, Any]) -> str:
    covered = _json({name: values[name] for name in _COVERED}) or ""
    return hashlib.sha256(f"{previous}\n{covered}".encode()).hexdigest()


def _row(values: Mapping[str, Any]) -> AuditRow:
    before, after = (
        None if values[name] is None else json.loads(values[name]) for name in ("before", "after")
    )
    return AuditRow(
        values["id"], values["at"], values["actor"], values["role"], values["address"],
        values["action"], values["object"], before, after,
    )  # fmt: skip
