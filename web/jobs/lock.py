"""One server a database: who holds this lock knows that no other server works on its jobs."""

from __future__ import annotations

import os
from pathlib import Path


def take(database: Path) -> int | None:
    """The lock beside a database, as a file that is to be closed; None where another one has it.

    The system gives it back when the process ends, however it ends.
    """
    try:
        held = os.open(f"{database}-serving", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a folder that may not be written to
        return None
    try:
        _lock(held)
    except OSError:
        os.close(held)
        return None
    return held


def _lock(held: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(held, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
