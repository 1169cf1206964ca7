"""Recommendation catalogues in the store: draft → checked → issued → superseded (推荐目录).

The store keeps a catalogue's content as it was built and knows of it only its number, day of issue
and what it replaces; what the rest means is known to :mod:`matcher.catalogue`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, StaleError, StoreError
from matcher.records import canonical
from matcher.store.audit import Audit
from matcher.store.cataloguefiles import CatalogueFiles
from matcher.store.cataloguematerial import CatalogueMaterial
from matcher.store.clock import now, utc
from matcher.store.database import as_key, rows, writing
from matcher.store.scope import EVERYTHING, Scope, ScopeKind

_BEIJING = dt.timezone(dt.timedelta(hours=8))
_HEAD = (
    "c.id, c.state, c.variant, coalesce(e.name, '') AS subject, c.county, c.title, c.number, c.entries,"
    " c.selection, c.content_hash, c.created_at, c.created_by, c.checked_at, c.checked_by, c.issued_at,"
    " c.issued_by, c.replaces"
)
_FROM = "catalogues c LEFT JOIN enterprises e ON e.id = c.enterprise_id"


class CatalogueState(StrEnum):
    """Where in its life a catalogue is (草稿、已核、已印发、已被替代)."""

    DRAFT = "draft"
    CHECKED = "checked"
    ISSUED = "issued"
    SUPERSEDED = "superseded"


_OUT = (CatalogueState.ISSUED, CatalogueState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class StoredCatalogue:
    """A catalogue without its content.

    Attributes:
        subject: The firm it is for, empty for a whole one.
        selection: What it was chosen by.
        replaces: Id of the catalogue that it replaces.
    """

    id: int
    state: CatalogueState
    variant: str
    subject: str
    county: str
    title: str
    number: str
    entries: int
    selection: Mapping[str, Any]
    content_hash: str
    created_at: str
    created_by: str
    checked_at: str
    checked_by: str
    issued_at: str
    issued_by: str
    replaces: int | None


class Catalogues:
    """Catalogues in the store.

    Attributes:
        material: What catalogues are made of.
        files: What was made of them.
    """

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit
        self.material = CatalogueMaterial(db)
        self.files = CatalogueFiles(db, path, audit)

    def add(
        self,
        content: Mapping[str, Any],
        *,
        entries: int,
        selection: Mapping[str, Any],
        pairs: Iterable[tuple[str, str]] = (),
        subject: str = "",
        county: str = "",
    ) -> int:
        """Store a catalogue as a draft in one transaction; returns its id.

        Args:
            content: As plain data, with the keys ``variant``, ``title``, ``number``, ``issued_on``
                and ``replaces``.
            entries: How many entries it has.
            selection: What it was chosen by.
            pairs: Ids of the demands and supplies behind it.
            subject: Name of the firm it is for.
            county: County whose rows alone it was made of.
        """
        text = canonical(content)
        with writing(self._db, self._path):
            firm = self._firm(subject) if subject else None
            cursor = self._db.execute(
                "INSERT INTO catalogues (state, variant, enterprise_id, county, title, entries,"
                " selection, content, content_hash, created_at, created_by)"
                " VALUES ('draft', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    content["variant"], firm, county, content["title"], entries,
                    canonical(selection), text, _digest(text), now(), self._audit.actor.name,
                ],
            )  # fmt: skip
            key = int(cursor.lastrowid or 0)
            self._db.conn.executemany(
                "INSERT OR IGNORE INTO catalogue_pairs (catalogue_id, demand_key, supply_key, decision_id)"
                " SELECT ?, d.key, s.key, (SELECT v.decision_id FROM counting_verdicts v"
                "  WHERE v.demand_key = d.key AND v.supply_key = s.key)"
                " FROM demands d, supplies s WHERE d.demand_id = ? AND s.supply_id = ?",
                [(key, demand, supply) for demand, supply in pairs],
            )
            self._tell("add", key, after={"title": content["title"], "entries": entries})
        return key

    def _firm(self, name: str) -> int:
        found = self._db.execute("SELECT id FROM enterprises WHERE name = ?", [name]).fetchone()
        if found is None:
            raise NotFoundError(f"数据库里没有叫“{name}”的企业，请按清单里的全称写")
        return int(found[0])

    def all(self, scope: Scope) -> list[StoredCatalogue]:
        """Catalogues in scope, the newest first."""
        condition, values = _visible(scope)
        sql = f"SELECT {_HEAD} FROM {_FROM} WHERE {condition} ORDER BY c.id DESC"
        return [_stored(row) for row in rows(self._db, sql, values)]

    def get(self, key: int | str, scope: Scope) -> StoredCatalogue:
        """A catalogue by its id, or by its number once it is issued.

        Raises:
            NotFoundError: None of that id or number in scope.
        """
        by = "c.number" if isinstance(key, str) else "c.id"
        condition, values = _visible(scope)
        sql = f"SELECT {_HEAD} FROM {_FROM} WHERE {by} = :key AND {condition}"
        wanted = key if isinstance(key, str) else as_key(key)
        found = rows(self._db, sql, {"key": wanted, **values})
        if not found:
            name = f"编号为 {key} 的" if isinstance(key, str) else f"第 {key} 份"
            raise NotFoundError(f"没有{name}目录，用 xieshou catalogue list 看有哪些")
        return _stored(found[0])

    def content(self, key: int, scope: Scope) -> dict[str, Any]:
        """The content of a catalogue in scope.

        Raises:
            NotFoundError: None of that id in scope.
            StoreError: It is not what was stored.
        """
        stored = self.get(key, scope)
        sql = "SELECT content FROM catalogues WHERE id = ?"
        (text,) = self._db.execute(sql, [key]).fetchone()
        if _digest(text) != stored.content_hash:
            raise StoreError(f"第 {key} 份目录的内容与校验码不符，数据库被改过，请与备份核对")
        data: dict[str, Any] = json.loads(text)
        return data

    def pairs(self, key: int) -> list[dict[str, Any]]:
        """The demands, supplies and decisions behind a catalogue, for the bureau."""
        sql = (
            "SELECT d.demand_id, s.supply_id, x.id AS decision_id, x.verdict, x.reviewer, x.decided_at"
            " FROM catalogue_pairs p JOIN demands d ON d.key = p.demand_key"
            " JOIN supplies s ON s.key = p.supply_key LEFT JOIN decisions x ON x.id = p.decision_id"
            " WHERE p.catalogue_id = :key ORDER BY d.demand_id, s.supply_id"
        )
        return rows(self._db, sql, {"key": key})

    def rewrite(
        self,
        key: int,
        content: Mapping[str, Any],
        *,
        entries: int,
        was: str = "",
        selection: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
    ) -> None:
        """Put another content in the place of a draft's (reordered, another 编制说明).

        A catalogue that was checked has to be checked again.

        Args:
            key: Id of the catalogue.
            content: The new content, as for :meth:`add`.
            entries: How many entries it has.
            was: Hash of the content that was changed, where it must still be that.
            selection: What it is chosen by from now on; None leaves it.
            without: Ids of supplies that are in it no more.

        Raises:
            StaleError: Somebody else has changed it meanwhile.
            StoreError: It is issued already.
        """
        text = canonical(content)
        with writing(self._db, self._path):
            old = self.get(key, EVERYTHING)
            if old.state in _OUT:
                raise StoreError(f"{old.number} 已经印发，不能再改，请另做一份并写明替代它")
            self._still(old, was)
            chosen = canonical(old.selection if selection is None else selection)
            self._db.execute(
                "UPDATE catalogues SET content = ?, content_hash = ?, title = ?, entries = ?,"
                " selection = ?, state = 'draft', checked_at = '', checked_by = '' WHERE id = ?",
                [text, _digest(text), content["title"], entries, chosen, key],
            )
            self._db.conn.executemany(
                "DELETE FROM catalogue_pairs WHERE catalogue_id = ?"
                " AND supply_key IN (SELECT key FROM supplies WHERE supply_id = ?)",
                [(key, supply) for supply in without],
            )
            self._db.execute("DELETE FROM catalogue_documents WHERE catalogue_id = ?", [key])
            self._tell("change", key, before=old.content_hash, after=_digest(text))

    def _still(self, old: StoredCatalogue, was: str) -> None:
        if was and was != old.content_hash:
            raise StaleError(f"第 {old.id} 份目录刚被别人改过，请看过现在的样子再改")

    def check(self, key: int, *, was: str = "") -> None:
        """Say that a draft was checked (核稿).

        Args:
            key: Id of the catalogue.
            was: Hash of the content that was looked at, where it must still be that.

        Raises:
            StaleError: Somebody else has changed it meanwhile.
            StoreError: It is no draft.
        """
        with writing(self._db, self._path):
            old = self.get(key, EVERYTHING)
            self._still(old, was)
            if old.state is not CatalogueState.DRAFT:
                raise StoreError(f"第 {key} 份目录{STATE_LABELS[old.state]}，不用再核")
            if self.content(key, EVERYTHING).get("draft"):
                raise StoreError(
                    f"第 {key} 份目录是由未审核的建议做的草案，不能核稿印发，请用审核结果另做一份"
                )
            self._db.execute(
                "UPDATE catalogues SET state = 'checked', checked_at = ?, checked_by = ? WHERE id = ?",
                [now(), self._audit.actor.name, key],
            )
            self._tell("check", key, before=old.state, after="checked")

    def issue(
        self, key: int, *, replaces: int | str | None = None, was: str = ""
    ) -> StoredCatalogue:
        """Issue a checked catalogue: it gets its number and its day, and never changes again.

        Args:
            key: Id of the catalogue.
            replaces: Id or number of the issued one that it takes the place of.
            was: Hash of the content that was looked at, where it must still be that.

        Raises:
            StaleError: Somebody else has changed it meanwhile, or issued it.
            StoreError: It is not checked, or the other one is not issued.
        """
        with writing(self._db, self._path):
            old = self.get(key, EVERYTHING)
            self._still(old, was)
            if old.state is not CatalogueState.CHECKED:
                way = "请先核稿" if old.state is CatalogueState.DRAFT else "不能再印发"
                raise StoreError(f"第 {key} 份目录{STATE_LABELS[old.state]}，{way}")
            other = self.get(replaces, EVERYTHING) if replaces is not None else None
            if other is not None and other.state is not CatalogueState.ISSUED:
                raise StoreError(f"第 {other.id} 份目录{STATE_LABELS[other.state]}，不能替代它")
            content = self.content(key, EVERYTHING)
            day = utc().astimezone(_BEIJING).date()
            content["number"] = self._next(day.year)
            content["issued_on"] = day.isoformat()
            content["replaces"] = other.number if other else ""
            text = canonical(content)
            self._db.execute(
                "UPDATE catalogues SET state = 'issued', number = ?, content = ?, content_hash = ?,"
                " issued_at = ?, issued_by = ?, replaces = ? WHERE id = ?",
                [
                    content["number"], text, _digest(text), now(), self._audit.actor.name,
                    other.id if other else None, key,
                ],
            )  # fmt: skip
            self._db.execute("DELETE FROM catalogue_documents WHERE catalogue_id = ?", [key])
            if other is not None:
                self._db.execute(
                    "UPDATE catalogues SET state = 'superseded' WHERE id = ?", [other.id]
                )
                self._tell("supersede", other.id, before="issued", after=content["number"])
            after = {"number": content["number"], "hash": _digest(text)}
            self._tell("issue", key, before=old.state, after=after)
        return self.get(key, EVERYTHING)

    def _next(self, year: int) -> str:
        """The next number of a year, as official documents count: no zeros in front."""
        sql = "SELECT count(*) FROM catalogues WHERE number LIKE ?"
        (count,) = self._db.execute(sql, [f"推荐目录〔{year}〕%"]).fetchone()
        return f"推荐目录〔{year}〕{count + 1}号"

    def delete(self, key: int) -> None:
        """Delete a catalogue that was never issued.

        Raises:
            StoreError: It is issued.
        """
        with writing(self._db, self._path):
            old = self.get(key, EVERYTHING)
            if old.state in _OUT:
                raise StoreError(f"{old.number} 已经印发，不能删除")
            self._db.execute("DELETE FROM catalogues WHERE id = ?", [key])
            self._tell("delete", key, before={"title": old.title})

    def of_file(self, data: bytes) -> StoredCatalogue | None:
        """The catalogue that a file was made of, byte for byte; None for an unknown file."""
        found = self._db.execute(
            "SELECT max(catalogue_id) FROM catalogue_files WHERE sha256 = ?",
            [hashlib.sha256(data).hexdigest()],
        ).fetchone()[0]
        return None if found is None else self.get(int(found), EVERYTHING)

    def of_hash(self, digest: str) -> StoredCatalogue | None:
        """The catalogue with that content, None without one."""
        sql = "SELECT max(id) FROM catalogues WHERE content_hash = ?"
        found = self._db.execute(sql, [digest]).fetchone()[0]
        return None if found is None else self.get(int(found), EVERYTHING)

    def _tell(self, action: str, key: int, *, before: Any = None, after: Any = None) -> None:
        self._audit.add(f"catalogue.{action}", f"catalogue:{key}", before=before, after=after)


STATE_LABELS: Mapping[CatalogueState, str] = {
    CatalogueState.DRAFT: "还是草稿",
    CatalogueState.CHECKED: "已经核过",
    CatalogueState.ISSUED: "已经印发",
    CatalogueState.SUPERSEDED: "已被替代",
}


def _visible(scope: Scope) -> tuple[str, dict[str, object]]:
    """Condition over catalogues: a firm has those made for it and issued, a county its own."""
    if scope.kind is ScopeKind.EVERYTHING:
        return "1", {}
    if scope.kind is ScopeKind.COUNTY:
        return "c.county = :scope_county", {"scope_county": scope.county}
    variant = {ScopeKind.BUYER: "leader", ScopeKind.SUPPLIER: "sme"}.get(scope.kind)
    if variant is None:
        return "0", {}
    condition = (
        f"c.variant = '{variant}' AND c.enterprise_id = :scope_enterprise"
        " AND c.state IN ('issued', 'superseded')"
    )
    return condition, {"scope_enterprise": scope.enterprise_id}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _stored(row: Mapping[str, Any]) -> StoredCatalogue:
    values = dict(row)
    values["state"] = CatalogueState(values["state"])
    values["selection"] = json.loads(values["selection"])
    return StoredCatalogue(**values)
