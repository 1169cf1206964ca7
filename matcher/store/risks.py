"""The exclusion list: firms with a risk flag are shown as such, and not recommended (风险名单)."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing
from matcher.store.schema_risks import ACTIVE
from matcher.store.scope import EVERYTHING, Scope
from matcher.text import clean

_COLUMNS = ("name", "credit_code", "flag", "source", "since", "until", "note")
LONGEST = 500  # characters of a text
FLAGGED = "SELECT enterprise_id FROM flagged_enterprises"


class RiskError(XieshouError):
    """An entry that cannot be kept; the text says why."""


class RiskFlag(StrEnum):
    """What a firm is flagged for."""

    ABNORMAL = "经营异常"
    DISHONEST = "失信"
    PENALTY = "行政处罚"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Risk:
    """One entry of the exclusion list.

    Attributes:
        name: The firm as the source writes it.
        flag: One of :class:`RiskFlag`.
        credit_code: 统一社会信用代码, empty where unknown.
        source: Where it comes from.
        since: First day, ISO; empty where unknown.
        until: Last day, ISO; empty while it lasts.
        note: Anything else.
        id: Its number in the store; 0 before.
        active: Whether it counts today.
    """

    name: str
    flag: str
    credit_code: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    id: int = 0
    active: bool = True

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Self:
        """An entry of the texts that a file or a form gives by column."""
        return cls(**{name: texts.get(name) or "" for name in _COLUMNS})  # type: ignore[arg-type]


class Risks:
    """The exclusion list in the store."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    # --- reads -----------------------------------------------------------------------------------

    def count(self, scope: Scope = EVERYTHING, **filters: Any) -> int:
        """How many entries :meth:`page` would give without its limit."""
        where, values = self._where(scope, **filters)
        return int(
            self._db.execute(f"SELECT count(*) FROM risks r WHERE {where}", values).fetchone()[0]
        )

    def page(
        self, scope: Scope = EVERYTHING, *, limit: int, offset: int = 0, **filters: Any
    ) -> list[tuple[Risk, str]]:
        """Entries, the newest first, each with the name of the firm of ours it is about.

        A narrow scope has the entries about its own firms alone.

        Args:
            scope: What may be seen.
            limit: At most so many.
            offset: After so many.
            filters: ``q`` (part of name, code or source), ``flag``, ``active`` (only what counts
                today).
        """
        where, values = self._where(scope, **filters)
        ours = (
            "(SELECT e.name FROM risk_enterprises f JOIN enterprises e ON e.id = f.enterprise_id"
            " WHERE f.risk_id = r.id LIMIT 1)"
        )
        found = rows(
            self._db,
            f"SELECT r.*, {ACTIVE} AS active, coalesce({ours}, '') AS ours FROM risks r"
            f" WHERE {where} ORDER BY r.id DESC LIMIT :limit OFFSET :offset",
            {"limit": limit, "offset": offset, **values},
        )
        return [(_risk(row), row["ours"]) for row in found]

    @staticmethod
    def _where(
        scope: Scope, *, q: str = "", flag: str = "", active: bool = False
    ) -> tuple[str, dict[str, Any]]:
        conditions, values = ["1"], dict[str, Any]()
        if scope != EVERYTHING:
            firms, more = scope.enterprises("e")
            conditions.append(
                "r.id IN (SELECT f.risk_id FROM risk_enterprises f"
                f" JOIN enterprises e ON e.id = f.enterprise_id WHERE {firms})"
            )
            values |= more
        if q:
            conditions.append("instr(r.name || ' ' || r.credit_code || ' ' || r.source, :q)")
            values["q"] = clean(q)
        if flag:
            conditions.append("r.flag = :flag")
            values["flag"] = flag
        if active:
            conditions.append(ACTIVE)
        return " AND ".join(conditions), values

    def get(self, risk_id: int) -> Risk:
        """One entry.

        Raises:
            NotFoundError: There is none of that number.
        """
        sql = f"SELECT r.*, {ACTIVE} AS active FROM risks r WHERE id = :id"
        found = rows(self._db, sql, {"id": risk_id})
        if not found:
            raise NotFoundError(f"风险名单里没有编号为 {risk_id} 的一条")
        return _risk(found[0])

    def of(self, enterprise_ids: Collection[int]) -> dict[int, list[Risk]]:
        """Firm → the entries that count today; firms without any are not in it."""
        keys = ",".join(str(int(key)) for key in enterprise_ids) or "NULL"
        return self._grouped("f.enterprise_id", f"f.enterprise_id IN ({keys})", "")

    def of_supplies(self, supply_keys: Collection[int]) -> dict[int, list[Risk]]:
        """The same by the key of a supply."""
        keys = ",".join(str(int(key)) for key in supply_keys) or "NULL"
        joined = " JOIN supplies s ON s.enterprise_id = f.enterprise_id"
        return self._grouped("s.key", f"s.key IN ({keys})", joined)

    def _grouped(self, key: str, condition: str, joined: str) -> dict[int, list[Risk]]:
        found: dict[int, list[Risk]] = {}
        sql = (
            f"SELECT r.*, 1 AS active, {key} AS firm FROM risk_enterprises f"
            f" JOIN risks r ON r.id = f.risk_id{joined} WHERE {condition} AND {ACTIVE} ORDER BY r.id"
        )
        for row in rows(self._db, sql):
            found.setdefault(row["firm"], []).append(_risk(row))
        return found

    def supply_ids(self) -> set[str]:
        """Ids of all supplies of firms that are flagged today: what is not to be recommended."""
        sql = f"SELECT supply_id FROM supplies WHERE enterprise_id IN ({FLAGGED})"
        return {supply_id for (supply_id,) in self._db.execute(sql).fetchall()}

    # --- writes ----------------------------------------------------------------------------------

    def add(self, entries: Iterable[Risk], *, source: str = "") -> int:
        """Add entries in one transaction; those that are there already are left as they are.

        Returns:
            How many were new.

        Raises:
            RiskError: One of them cannot be kept; nothing was changed.
        """
        added = 0
        with writing(self._db, self._path):
            for entry in entries:
                values = _checked(entry)
                cursor = self._db.execute(
                    f"INSERT OR IGNORE INTO risks ({', '.join(values)}, updated_at, updated_by)"
                    f" VALUES ({', '.join(f':{name}' for name in values)}, :at, :by)",
                    values | {"at": now(), "by": self._audit.actor.name},
                )
                if cursor.rowcount:
                    added += 1
                    self._audit.add("risk.add", f"risk:{cursor.lastrowid}", after=values)
            if source:
                self._audit.add("risk.import", f"file:{source}", after={"added": added})
        return added

    def change(self, risk_id: int, entry: Risk) -> None:
        """Correct an entry, or end it by its last day.

        Raises:
            NotFoundError: There is none of that number.
            RiskError: It cannot be kept so, or another one says the same.
        """
        values = _checked(entry)
        with writing(self._db, self._path):
            before = _told(self.get(risk_id))
            changed = {name: text for name, text in values.items() if before[name] != text}
            if not changed:
                return
            sets = ", ".join(f"{name} = :{name}" for name in values)
            try:
                self._db.execute(
                    f"UPDATE risks SET {sets}, updated_at = :at, updated_by = :by WHERE id = :id",
                    values | {"at": now(), "by": self._audit.actor.name, "id": risk_id},
                )
            except sqlite3.IntegrityError as error:
                raise RiskError("名单里已有同样的一条，请直接改那一条") from error
            old = {name: before[name] for name in changed}
            self._audit.add("risk.change", f"risk:{risk_id}", before=old, after=changed)


def _told(entry: Risk) -> dict[str, str]:
    return {name: text for name, text in asdict(entry).items() if name in _COLUMNS}


def _checked(entry: Risk) -> dict[str, str]:
    """The columns of an entry as they are kept."""
    values = {name: clean(whole(text))[:LONGEST] for name, text in _told(entry).items()}
    if not values["name"]:
        raise RiskError("没有写企业名称，请补上")
    if values["flag"] not in set(RiskFlag):
        raise RiskError(f"不认识“{values['flag']}”，请写{'、'.join(RiskFlag)}之一")
    for name, label in (("since", "起始日期"), ("until", "截止日期")):
        if values[name] and not _is_day(values[name]):
            raise RiskError(f"{label}“{values[name]}”不是日期，请写成 2026-01-31 的样子")
    if values["since"] and values["until"] and values["until"] < values["since"]:
        raise RiskError("截止日期早于起始日期，请改正")
    return values


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _risk(row: Mapping[str, Any]) -> Risk:
    return Risk(**{name: row[name] for name in _COLUMNS}, id=row["id"], active=bool(row["active"]))
