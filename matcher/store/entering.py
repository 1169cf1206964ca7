"""Ways into the web pages: sessions, one-time links, and attempts that failed (会话)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from matcher.store.audit import Audit
from matcher.store.clock import after, now, since, within
from matcher.store.database import rows, writing
from matcher.store.users import name_key

_SEEN_EVERY = 60.0  # seconds; a session's last use is written no oftener
_FORGET = 24 * 3600.0  # seconds after which failed attempts are forgotten


def _token() -> str:
    return secrets.token_urlsafe(32)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """Signed-in browsers. The browser holds a random token, the store its hash alone."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    def start(self, user_id: int, address: str, *, longest: float) -> str:
        """A new session; returns its token. Sessions older than ``longest`` seconds are swept."""
        token = _token()
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM sessions WHERE started_at < ?", [after(-longest)])
            self._db.execute(
                "INSERT INTO sessions (token_hash, user_id, started_at, seen_at, address)"
                " VALUES (?, ?, ?, ?, ?)",
                [_hash(token), user_id, now(), now(), address],
            )
        return token

    def user(self, token: str, *, idle: float, longest: float) -> int | None:
        """The user of a session that is alive, and a note that it was used just now.

        Args:
            token: What the browser holds.
            idle: Seconds without use after which a session is over.
            longest: Seconds after its start when a session is over in any case.
        """
        found = rows(
            self._db,
            "SELECT user_id, started_at, seen_at FROM sessions JOIN users ON users.id = user_id"
            " WHERE token_hash = :hash AND NOT disabled",
            {"hash": _hash(token)},
        )
        if not found:
            return None
        session = found[0]
        if not (within(session["seen_at"], idle) and within(session["started_at"], longest)):
            self.end(token)
            return None
        if abs(since(session["seen_at"])) > min(_SEEN_EVERY, idle / 4):
            with writing(self._db, self._path):
                sql = "UPDATE sessions SET seen_at = ? WHERE token_hash = ?"
                self._db.execute(sql, [now(), _hash(token)])
        return int(session["user_id"])

    def end(self, token: str) -> None:
        """Sign out."""
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM sessions WHERE token_hash = ?", [_hash(token)])

    def end_all(self, user_id: int) -> None:
        """Sign a user out everywhere."""
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM sessions WHERE user_id = ?", [user_id])


class Purpose(StrEnum):
    """What a one-time link opens: the first set-up, a session, or the setting of a password."""

    SETUP = "setup"
    ENTER = "enter"
    PASSWORD = "password"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that can still be used; ``user_id`` is None for the set-up."""

    purpose: Purpose
    user_id: int | None


class Links:
    """One-time links. Each works once, for a limited time, until a newer one takes its place."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def issue(self, purpose: Purpose, user_id: int | None = None, *, seconds: int) -> str:
        """A new link's token; an earlier unused one of the same purpose and user is void now."""
        token = _token()
        with writing(self._db, self._path):
            self._db.execute(
                "DELETE FROM links WHERE purpose = ? AND user_id IS ?", [purpose.value, user_id]
            )
            self._db.execute(
                "INSERT INTO links (token_hash, purpose, user_id, issued_at, seconds)"
                " VALUES (?, ?, ?, ?, ?)",
                [_hash(token), purpose.value, user_id, now(), seconds],
            )
            about = f"user:{user_id}" if user_id is not None else ""
            self._audit.add("link.issue", about, after={"purpose": purpose.value})
        return token

    def look(self, token: str) -> Link | None:
        """What a link opens, None where it opens nothing: unknown, used, or too old."""
        found = rows(
            self._db,
            "SELECT links.* FROM links LEFT JOIN users ON users.id = user_id"
            " WHERE token_hash = :hash AND used_at = '' AND NOT coalesce(disabled, 0)",
            {"hash": _hash(token)},
        )
        if not found or not within(found[0]["issued_at"], found[0]["seconds"]):
            return None
        return Link(Purpose(found[0]["purpose"]), found[0]["user_id"])

    def use(self, token: str, purpose: Purpose) -> Link | None:
        """Use a link up; of two who try at once, one gets it.

        Call it in the transaction of what the link is used for, so that the link is not lost when
        that fails.
        """
        with writing(self._db, self._path):
            link = self.look(token)
            if link is None or link.purpose is not purpose:
                return None
            sql = "UPDATE links SET used_at = ? WHERE token_hash = ?"
            self._db.execute(sql, [now(), _hash(token)])
        return link


@dataclass(frozen=True, slots=True)
class LockOut:
    """How failed attempts slow down further ones (登录失败锁定).

    Attributes:
        free: Attempts before the first wait.
        first: Seconds of the first wait; each further failure doubles it.
        longest: Seconds of the longest wait, so that nobody can be shut out for good.
    """

    free: int = 5
    first: float = 30.0
    longest: float = 900.0

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        if failures < self.free:
            return 0.0
        return float(min(self.first * 2 ** min(failures - self.free, 30), self.longest))


class Attempts:
    """Failed attempts by name, whether an account of that name exists or not."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db, self._path = db, path

    def begin(self, name: str, rule: LockOut) -> float:
        """Count an attempt before its password is looked at.

        A hundred attempts at one moment are thus a hundred failures until one succeeds.

        Returns:
            Seconds to wait; 0 where the attempt may go ahead.
        """
        key = _hash(name_key(name))
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM attempts WHERE last_at < ?", [after(-_FORGET)])
            # A clock that was set back must not lock anybody out until it has caught up.
            self._db.execute("UPDATE attempts SET last_at = ? WHERE last_at > ?", [now(), now()])
            found = self._db.execute(
                "SELECT failures, last_at FROM attempts WHERE name_hash = ?", [key]
            ).fetchone()
            failures, last_at = found or (0, now())
            left = rule.wait(failures) - since(last_at)
            if failures and left > 0:
                return float(left)
            self._db.execute(
                "INSERT INTO attempts (name_hash, failures, last_at) VALUES (?, ?, ?)"
                " ON CONFLICT (name_hash) DO UPDATE SET failures = failures + 1,"
                " last_at = excluded.last_at",
                [key, 1, now()],
            )
        return 0.0

    def forget(self, name: str) -> None:
        """The right password was given, or a person who may do so opens the way again."""
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM attempts WHERE name_hash = ?", [_hash(name_key(name))])
