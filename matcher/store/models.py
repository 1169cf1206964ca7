"""Models learned from decisions, in the store: appended, never changed; one is in use (模型)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, StoreError
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model that is kept.

    Attributes:
        version: Hash of what it says and of what it comes from.
        base: Log-odds of a pair about which no feature says anything.
        weights: Feature → weight.
        centre: Version of the shipped model it was refitted from; empty for a shipped one.
        evidence: Ids of the cases it was learned from, in order.
        report: What it was worth when it was learned.
        note: What its maker wrote about it.
        created_at: When it was kept, UTC.
        created_by: By whom.
    """

    version: str
    base: float
    weights: Mapping[str, float]
    centre: str = ""
    evidence: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    created_at: str = ""
    created_by: str = ""


class Models:
    """Models in the store. Where none is in use, the shipped one is."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def all(self) -> list[StoredModel]:
        """All that are kept, the oldest first."""
        found = rows(self._db, "SELECT * FROM models ORDER BY created_at, centre, version")
        return [_stored(row) for row in found]

    def get(self, version: str) -> StoredModel:
        """One that is kept.

        Raises:
            NotFoundError: There is none of that version.
        """
        found = rows(self._db, "SELECT * FROM models WHERE version = :v", {"v": version})
        if not found:
            raise NotFoundError(
                f"数据库里没有版本为“{version}”的模型，用 xieshou learn --list 看有哪些"
            )
        return _stored(found[0])

    def in_use(self) -> StoredModel | None:
        """The one in use; None for the shipped one."""
        version = self._in_use()
        return self.get(version) if version else None

    def _in_use(self) -> str:
        found = self._db.execute("SELECT version FROM model_uses ORDER BY id DESC LIMIT 1")
        last = found.fetchone()
        return (last[0] or "") if last else ""

    def use(self, version: str, *, by: str = "") -> bool:
        """Use a kept model from now on; empty text means the shipped one.

        Returns:
            Whether that changed anything.

        Raises:
            NotFoundError: There is none of that version.
        """
        with writing(self._db, self._path):
            if version:
                self.get(version)
            if version == self._in_use():
                return False
            self._switch(version, by)
        return True

    def adopt(self, model: StoredModel, centre: StoredModel, *, replacing: str) -> bool:
        """Keep a learned model and the shipped one it comes from, and use it from now on.

        Args:
            model: The learned model; its moment is now.
            centre: The shipped model that it was refitted from.
            replacing: Version that was in use when the learning began; empty for the shipped one.

        Returns:
            False where another process has learned and adopted the same meanwhile.

        Raises:
            StoreError: Another model has come into use meanwhile; nothing was changed.
        """
        with writing(self._db, self._path):
            current = self._in_use()
            if current == model.version:
                return False
            if current != replacing:
                raise StoreError(
                    f"学习期间 {self._path} 换用了别的模型（{current or '出厂'}），没有改动，请重新学习"
                )
            for kept in (centre, model):
                self._keep(kept)
            self._switch(model.version, model.created_by)
        return True

    def _keep(self, model: StoredModel) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO models (version, centre, base, weights, decisions, evidence,"
            " report, note, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                model.version, model.centre or None, model.base,
                json.dumps(dict(model.weights)), len(model.evidence), json.dumps(model.evidence),
                json.dumps(dict(model.report)), model.note, now(), model.created_by,
            ],
        )  # fmt: skip

    def _switch(self, version: str, by: str) -> None:
        before, after = {"version": self._in_use()}, {"version": version}
        self._audit.add("model.use", "model", before=before, after=after)
        self._db.execute(
            "INSERT INTO model_uses (version, used_at, used_by) VALUES (?, ?, ?)",
            [version or None, now(), by],
        )


def _stored(row: Mapping[str, Any]) -> StoredModel:
    return StoredModel(
        version=row["version"],
        base=row["base"],
        weights=json.loads(row["weights"]),
        centre=row["centre"] or "",
        evidence=tuple(json.loads(row["evidence"])),
        report=json.loads(row["report"]),
        note=row["note"],
        created_at=row["created_at"],
        created_by=row["created_by"],
    )
