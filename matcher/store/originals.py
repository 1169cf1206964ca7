"""The bytes of the files that were handed in, as they came (原件)."""

from __future__ import annotations

from sqlite_utils import Database

from matcher.errors import XieshouError

LARGEST = 64 * 1024 * 1024  # bytes


def keep_original(db: Database, sha256: str, content: bytes) -> None:
    """Keep bytes under their hash; the same bytes are kept once. In the caller's transaction.

    Raises:
        XieshouError: More bytes than one file of the database should take in.
    """
    if len(content) > LARGEST:
        raise XieshouError(
            f"文件有 {len(content) >> 20} MB，超过 {LARGEST >> 20} MB 上限，请拆成几个文件"
        )
    db.execute(
        "INSERT OR IGNORE INTO originals (sha256, size, content) VALUES (?, ?, ?)",
        [sha256, len(content), content],
    )


def original(db: Database, sha256: str) -> bytes | None:
    """The bytes of that hash; None where they were never kept."""
    found = db.execute("SELECT content FROM originals WHERE sha256 = ?", [sha256]).fetchone()
    return bytes(found[0]) if found else None
