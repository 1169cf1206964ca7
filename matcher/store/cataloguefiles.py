"""Files made of catalogues: the ones that are kept, and the marks by which one is known again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlite_utils import Database

from matcher.errors import StaleError
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import writing


class CatalogueFiles:
    """Files of catalogues in the store (目录文件)."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    def note(self, key: int, form: str, data: bytes) -> None:
        """Remember a file that was made of a catalogue, so that it is known again."""
        with writing(self._db, self._path):
            digest = hashlib.sha256(data).hexdigest()
            known = self._db.execute(
                "SELECT 1 FROM catalogue_files WHERE catalogue_id = ? AND sha256 = ?", [key, digest]
            ).fetchone()
            if known is None:
                self._db.execute(
                    "INSERT INTO catalogue_files (catalogue_id, form, sha256, made_at)"
                    " VALUES (?, ?, ?, ?)",
                    [key, form, digest, now()],
                )
            after = {"form": form, "sha256": digest}
            self._audit.add("catalogue.file", f"catalogue:{key}", after=after)

    def kept(self, key: int) -> dict[str, int]:
        """Forms of a catalogue that are made and kept, with their bytes counted."""
        sql = "SELECT form, length(data) FROM catalogue_documents WHERE catalogue_id = ?"
        return dict(self._db.execute(sql, [key]).fetchall())

    def document(self, key: int, form: str) -> bytes | None:
        """A document that is kept, None where it has to be made."""
        found = self._db.execute(
            "SELECT data FROM catalogue_documents WHERE catalogue_id = ? AND form = ?", [key, form]
        ).fetchone()
        return bytes(found[0]) if found else None

    def keep(self, key: int, form: str, data: bytes, *, was: str) -> None:
        """Keep a document that took long to make, until the catalogue changes.

        Raises:
            StaleError: The catalogue is not any more what it was made of.
        """
        with writing(self._db, self._path):
            sql = "SELECT 1 FROM catalogues WHERE id = ? AND content_hash = ?"
            if self._db.execute(sql, [key, was]).fetchone() is None:
                raise StaleError(f"第 {key} 份目录刚被别人改过，请看过现在的样子再生成")
            self._db.execute(
                "INSERT INTO catalogue_documents (catalogue_id, form, data) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET data = excluded.data",
                [key, form, data],
            )
