"""Opening the one SQLite file safely: ours, migrated, write-ahead logged, in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import log
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import StoreError
from matcher.store.schema import APPLICATION_ID, migrations
from matcher.store.schema_imports import write_journal
from matcher.store.searchtext import search_text
from matcher.text import hide_firm

_BUSY_SECONDS = 15.0


def connect(path: Path, *, create: bool) -> Database:
    """Open and migrate a database.

    Raises:
        StoreError: Missing, damaged, not ours, newer than this program, or not writable.
    """
    if not create and not (path.exists() and (path.is_dir() or path.stat().st_size)):
        raise StoreError(
            f"找不到数据库 {path.name}，请先用 xieshou import 或 xieshou demo 建立，或用 --db 指定"
        )
    if path.is_dir():
        raise StoreError(f"{path.name} 是文件夹，不是数据库，请用 --db 指定文件")
    if not path.parent.is_dir():
        raise StoreError(f"文件夹 {path.parent} 不存在，请先建立，或用 --db 指定别处")
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
        db = Database(connection, strict=True, execute_plugins=False)
        _settle(db, path)
        # FULL: what was acknowledged survives a power cut, not only a crash.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        # What is sorted or searched for is secret and does not pass through a file elsewhere.
        db.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("hide_firm", 2, _hide_firm, deterministic=True)
        connection.create_function("logit", 1, logit, deterministic=True)
        connection.create_function("search_text", -1, search_text, deterministic=True)
        if migrations.pending(db):
            # In one transaction with the table of migrations: another process that opens the file
            # at this moment, or after this one was killed, finds all of it or nothing.
            with writing(db, path):
                migrations.apply(db)
                write_journal(db)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise StoreError(sentence(path, error)) from error
        raise
    return db


def logit(probability: float) -> float:
    """Log-odds of a probability, which contributions add up to; very large at 0 and 1."""
    if 0 < probability < 1:
        return log(probability / (1 - probability))
    return 1e9 * (probability - 0.5)


def _hide_firm(text: str | None, firm: str) -> str | None:
    return text and hide_firm(text, firm)


def _settle(db: Database, path: Path) -> None:
    """Check that the file is ours, and log ahead.

    Two processes that make one file at once get in each other's way here, where SQLite itself
    does not wait.
    """
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            _check_ours(db, path)
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _check_ours(db: Database, path: Path) -> None:
    with db.atomic():  # one view of the file, which another process may be making
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (mark,) = db.execute("PRAGMA application_id").fetchone()
    if tables and mark != APPLICATION_ID:
        raise StoreError(f"{path.name} 不是携手的数据库，请用 --db 指定正确的文件")
    if tables:
        known = {migration.name for migration in migrations._migrations}  # noqa: SLF001
        newer = {migration.name for migration in migrations.applied(db)} - known
        if newer:
            raise StoreError(f"{path.name} 由更新版本的携手建立，请升级程序后再打开")


def sentence(path: Path, error: sqlite3.Error) -> str:
    """What SQLite complains of, as one sentence that says what to do.

    The file goes by its name alone: the sentence is also read in browsers, where nobody has to
    know the folders of the server.
    """
    text, name = str(error).lower(), path.name
    if "locked" in text or "busy" in text:
        return f"数据库 {name} 正被占用，没有改动，请等别的操作完成后再试"
    if "readonly" in text or "unable to open" in text:
        return f"数据库 {name} 打不开或不能写，没有改动，请检查文件权限和所在文件夹"
    if "is full" in text:
        return f"磁盘已满，{name} 没有改动，请清理磁盘后再试"
    if "i/o error" in text:
        return f"读写 {name} 时磁盘出错（可能已满），没有改动，请检查磁盘后再试"
    if "not a database" in text or "malformed" in text:
        return f"{name} 不是数据库或已损坏，请用备份恢复，或用 --db 指定别的文件"
    return f"数据库 {name} 出错（{error}），没有改动"


@contextmanager
def writing(db: Database, path: Path) -> Iterator[None]:
    """One user action in one transaction: all of it is kept, or nothing of it.

    Inside another one it is a part of that larger action.

    Raises:
        StoreError: Locked, full or damaged; nothing was changed.
    """
    nested = db.conn.in_transaction
    if nested:
        yield
        return
    try:
        # IMMEDIATE waits for another writer here, at the start, where nothing can be lost yet.
        db.conn.execute("BEGIN IMMEDIATE")
        yield
        db.conn.execute("COMMIT")
    except BaseException as error:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise StoreError(sentence(path, error)) from error
        raise


def rows(db: Database, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    return list(db.query(sql, dict(values or {})))


def as_key(number: int) -> int:
    """A key as SQLite can hold it; -1, which nothing has, for a number that is out of reach."""
    return number if -(2**63) <= number < 2**63 else -1
