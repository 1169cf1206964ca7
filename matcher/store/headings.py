"""What people have said of columns, remembered for the next file with the same headings (列名记忆)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlite_utils import Database

from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import writing
from matcher.store.scope import Scope


class HeadingChoices:
    """Column keys chosen by hand, by the set of headings; a firm's are its own, the bureau's common."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def get(self, headings: Iterable[str], scope: Scope) -> dict[str, str]:
        """Heading or letter → key, as it was last chosen for these headings."""
        sql = "SELECT columns FROM heading_choices WHERE headings = ? AND enterprise_id = ?"
        found = self._db.execute(sql, [_joined(headings), scope.enterprise_id]).fetchone()
        return dict(json.loads(found[0])) if found else {}

    def set(self, headings: Iterable[str], columns: Mapping[str, str], scope: Scope) -> None:
        """Remember what was chosen for these headings; nothing forgets it."""
        key = [_joined(headings), scope.enterprise_id]
        with writing(self._db, self._path):
            self._db.execute(
                "DELETE FROM heading_choices WHERE headings = ? AND enterprise_id = ?", key
            )
            if columns:
                self._db.execute(
                    "INSERT INTO heading_choices (headings, enterprise_id, columns, used_at,"
                    " used_by) VALUES (?, ?, ?, ?, ?)",
                    [
                        *key, json.dumps(dict(columns), ensure_ascii=False), now(),
                        self._audit.actor.name,
                    ],
                )  # fmt: skip


def _joined(headings: Iterable[str]) -> str:
    text = json.dumps(sorted(set(headings)), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
