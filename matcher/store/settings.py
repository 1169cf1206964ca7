"""Settings of this installation, kept in the database (设置)."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.store.audit import Audit
from matcher.store.database import writing

_SIGNING_KEY = "signing_key"


class Settings:
    """Key → value, whatever JSON can hold."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a setting, or ``default`` where it was never set."""
        found = self._db.execute("SELECT value FROM settings WHERE key = ?", [key]).fetchone()
        return json.loads(found[0]) if found else default

    def set(self, key: str, value: Any) -> None:
        """Set it; a change of value is told in the audit log."""
        with writing(self._db, self._path):
            old = self.get(key)
            if old != value:
                self._put(key, value)
                self._audit.add("setting.change", f"setting:{key}", before=old, after=value)

    def signing_key(self) -> str:
        """The key that signs cookies: made once, the same for every process and after a restart."""
        key = self.get(_SIGNING_KEY)
        if key is None:
            with writing(self._db, self._path):
                key = self.get(_SIGNING_KEY)  # another process may have been quicker
                if key is None:
                    key = secrets.token_hex(32)
                    self._put(_SIGNING_KEY, key)
        return str(key)

    def _put(self, key: str, value: Any) -> None:
        self._db.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, json.dumps(value, ensure_ascii=False)],
        )
