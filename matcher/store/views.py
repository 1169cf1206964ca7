"""Saved views: how a user likes to look at a list, under a name of its own (保存的视图)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import rows, writing


class Views:
    """Saved views. Everybody sees and changes their own alone."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def of(self, user_id: int, listing: str) -> list[dict[str, Any]]:
        """A user's views of a list (``id``, ``name``, ``query``), by name."""
        sql = "SELECT * FROM views WHERE user_id = :user AND listing = :listing ORDER BY name"
        return rows(self._db, sql, {"user": user_id, "listing": listing})

    def save(self, user_id: int, listing: str, name: str, query: str) -> None:
        """Keep the query of an address under a name; a view of that name says this from now on."""
        with writing(self._db, self._path):
            self._db.execute(
                "INSERT INTO views (user_id, listing, name, query, saved_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (user_id, listing, name)"
                " DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at",
                [user_id, listing, name, query, now()],
            )
            told = {"name": name, "query": query}
            self._audit.add("view.save", f"{listing}:", after=told)

    def remove(self, user_id: int, listing: str, name: str) -> bool:
        """Forget a view; False where the user has none of that name."""
        with writing(self._db, self._path):
            cursor = self._db.execute(
                "DELETE FROM views WHERE user_id = ? AND listing = ? AND name = ?",
                [user_id, listing, name],
            )
            if cursor.rowcount:
                self._audit.add("view.remove", f"{listing}:", before={"name": name})
        return bool(cursor.rowcount)
