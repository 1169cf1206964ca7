"""Accounts in the store: who may enter, as what, and for which county or firm (账号)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing

KEPT_PASSWORDS = 5  # former passwords that are remembered, so that none of them comes back


class AccountError(XieshouError):
    """A change of an account that cannot be made; the text says why."""


class Role(StrEnum):
    """What a user is (角色)."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    COUNTY_REVIEWER = "county_reviewer"
    VIEWER = "viewer"
    CHAIN_LEADER = "chain_leader"
    SME = "sme"


OF_A_FIRM = frozenset({Role.CHAIN_LEADER, Role.SME})


@dataclass(frozen=True, slots=True)
class User:
    """An account, without its password.

    Attributes:
        id: Key.
        name: What is typed to enter.
        full_name: What people call its owner.
        role: One of :class:`Role`.
        county: Of a county reviewer: the county.
        enterprise_id: Of a firm's user: the firm's key.
        enterprise: The firm's name, empty without one.
        has_password: False until a first one is set through a one-time link.
        password_changed_at: When it was set last, in UTC; empty without one.
        must_change: A new password has to be set before anything else.
        disabled: The account is closed.
        created_at: In UTC.
    """

    id: int
    name: str
    full_name: str
    role: Role
    county: str
    enterprise_id: int | None
    enterprise: str
    has_password: bool
    password_changed_at: str
    must_change: bool
    disabled: bool
    created_at: str


_CHANGEABLE = ("full_name", "role", "county", "enterprise_id", "must_change", "disabled")
_SELECT = (
    "SELECT users.id, users.name, full_name, role, users.county, enterprise_id,"
    " coalesce(enterprises.name, '') AS enterprise, password <> '' AS has_password,"
    " password_changed_at, must_change, disabled, users.created_at"
    " FROM users LEFT JOIN enterprises ON enterprises.id = users.enterprise_id"
)


def name_key(name: str) -> str:
    """The form under which names of users are one: width, case and surrounding space aside."""
    return unicodedata.normalize("NFKC", whole(name)).casefold().strip()


class Users:
    """Accounts. Passwords come and go as opaque texts: hashing them is the web's affair."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def all(self) -> list[User]:
        """All accounts, by name."""
        return [_user(row) for row in rows(self._db, f"{_SELECT} ORDER BY users.name_key")]

    def get(self, user_id: int) -> User:
        """One account.

        Raises:
            NotFoundError: There is none.
        """
        found = rows(self._db, f"{_SELECT} WHERE users.id = :id", {"id": user_id})
        if not found:
            raise NotFoundError("没有这个账号，可能地址写错了")
        return _user(found[0])

    def find(self, name: str) -> User | None:
        """The account of that name, None without one."""
        key = {"key": name_key(name)}
        found = rows(self._db, f"{_SELECT} WHERE users.name_key = :key", key)
        return _user(found[0]) if found else None

    def any_admin(self, *, able: bool = False) -> bool:
        """Whether there is an admin who is not disabled; ``able``: and has a password to enter."""
        sql = "SELECT 1 FROM users WHERE role = 'admin' AND NOT disabled AND (password <> '' OR ?)"
        return self._db.execute(sql, [int(not able)]).fetchone() is not None

    def add(
        self,
        name: str,
        role: Role,
        *,
        full_name: str = "",
        county: str = "",
        enterprise_id: int | None = None,
        password: str = "",
    ) -> User:
        """A new account; without a password it is entered by a one-time link first.

        Raises:
            AccountError: The name is empty, too long or taken, or the role lacks its county or firm.
        """
        name = unicodedata.normalize("NFKC", whole(name)).strip()
        if not 2 <= len(name) <= 64 or not name.isprintable():
            raise AccountError("用户名要有 2 到 64 个字，不能有换行等特殊字符")
        county, enterprise_id = _belonging(role, whole(county).strip(), enterprise_id)
        with writing(self._db, self._path):
            if self.find(name):
                raise AccountError(f"用户名“{name}”已有人用，请换一个")
            cursor = self._db.execute(
                "INSERT INTO users (name, name_key, full_name, role, county, enterprise_id,"
                " password, password_changed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    name, name_key(name), whole(full_name).strip(), role.value, county,
                    enterprise_id, password, now() if password else "", now(),
                ],
            )  # fmt: skip
            user = self.get(int(cursor.lastrowid or 0))
            self._audit.add("user.add", f"user:{user.id}", after=_said(user))
        return user

    def change(self, user_id: int, **changes: Any) -> User:
        """Change an account; a change of what it may see or do ends its sessions.

        Raises:
            NotFoundError: There is none.
            AccountError: The role lacks its county or firm, or nobody would be left to administer.
        """
        unknown = set(changes) - set(_CHANGEABLE)
        if unknown:
            raise TypeError(f"not changeable: {unknown}")
        with writing(self._db, self._path):
            old = self.get(user_id)
            values = {name: getattr(old, name) for name in _CHANGEABLE} | changes
            values["role"] = Role(values["role"])
            values["county"], values["enterprise_id"] = _belonging(
                values["role"], whole(values["county"]).strip(), values["enterprise_id"]
            )
            values["full_name"] = whole(values["full_name"]).strip()
            self._db.execute(
                f"UPDATE users SET {', '.join(f'{n} = :{n}' for n in _CHANGEABLE)} WHERE id = :id",
                {name: _plain(value) for name, value in values.items()} | {"id": user_id},
            )
            if not self.any_admin():
                raise AccountError("这是最后一个能用的管理员，请先另设一个管理员")
            new = self.get(user_id)
            if new == old:
                return new
            before, after = _said(old), _said(new)
            changed = {name for name in after if before[name] != after[name]}
            self._audit.add(
                "user.change",
                f"user:{user_id}",
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
            if changed & {"role", "county", "enterprise", "disabled"}:
                self._end(user_id)
        return new

    def password(self, user_id: int) -> str:
        """The stored text of a user's password; empty without one."""
        found = self._db.execute("SELECT password FROM users WHERE id = ?", [user_id]).fetchone()
        return found[0] if found else ""

    def former_passwords(self, user_id: int) -> list[str]:
        """Stored texts of the present and the last few passwords."""
        found = self._db.execute(
            "SELECT password FROM past_passwords WHERE user_id = ? ORDER BY id DESC LIMIT ?",
            [user_id, KEPT_PASSWORDS],
        )
        return [self.password(user_id), *(text for (text,) in found)]

    def set_password(self, user_id: int, password: str) -> None:
        """Set a new password; all sessions and unused links of the user end."""
        with writing(self._db, self._path):
            old = self.password(user_id)
            if old:
                self._db.execute(
                    "INSERT INTO past_passwords (user_id, password) VALUES (?, ?)", [user_id, old]
                )
                self._db.execute(
                    "DELETE FROM past_passwords WHERE user_id = ? AND id NOT IN (SELECT id FROM"
                    " past_passwords WHERE user_id = ? ORDER BY id DESC LIMIT ?)",
                    [user_id, user_id, KEPT_PASSWORDS],
                )
            self._db.execute(
                "UPDATE users SET password = ?, password_changed_at = ?, must_change = 0"
                " WHERE id = ?",
                [password, now(), user_id],
            )
            self._end(user_id)
            self._audit.add("user.password", f"user:{user_id}")

    def replace_hash(self, user_id: int, old: str, password: str) -> None:
        """The same password, hashed anew with present parameters."""
        with writing(self._db, self._path):
            sql = "UPDATE users SET password = ? WHERE id = ? AND password = ?"
            self._db.execute(sql, [password, user_id, old])

    def _end(self, user_id: int) -> None:
        for table in ("sessions", "links"):
            self._db.execute(f"DELETE FROM {table} WHERE user_id = ?", [user_id])


def _belonging(role: Role, county: str, enterprise_id: int | None) -> tuple[str, int | None]:
    """County and firm as the role needs them: a role of the bureau has no firm."""
    if role is Role.COUNTY_REVIEWER and not county:
        raise AccountError("县市审核员要写明县市，如 博乐市")
    if role in OF_A_FIRM and enterprise_id is None:
        raise AccountError("企业账号要写明企业全称")
    return (
        county if role is Role.COUNTY_REVIEWER else "",
        enterprise_id if role in OF_A_FIRM else None,
    )


def _said(user: User) -> dict[str, Any]:
    """What the audit log tells of an account."""
    return {
        "name": user.name, "full_name": user.full_name, "role": user.role.value,
        "county": user.county, "enterprise": user.enterprise,
        "must_change": user.must_change, "disabled": user.disabled,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else getattr(value, "value", value)


def _user(row: Mapping[str, Any]) -> User:
    values = dict(row) | {"role": Role(row["role"])}
    flags = {name: bool(row[name]) for name in ("has_password", "must_change", "disabled")}
    return User(**(values | flags))
