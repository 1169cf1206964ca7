"""The one clock of the store: moments in UTC as ISO text to the millisecond.

A clock may be set forward and back. So nobody trusts a moment that lies ahead: what began in the
future has not begun, and a wait never grows longer than it was when it was laid on.
"""

from __future__ import annotations

import datetime as dt

HERE = dt.timezone(dt.timedelta(hours=8))
TOLERANCE = 120.0  # seconds that clocks of one office differ, and that a correction may jump back


def utc() -> dt.datetime:
    """The present moment; the one place that reads the machine's clock."""
    return dt.datetime.now(dt.UTC)


def written(moment: dt.datetime) -> str:
    """A moment as the store writes it: UTC, ISO text to the millisecond."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """The present moment in UTC as ISO text to the millisecond."""
    return written(utc())


def today() -> str:
    """The present day here, in UTC+8, as ISO text."""
    return utc().astimezone(HERE).date().isoformat()


def after(seconds: float) -> str:
    """The moment so many seconds from now; a negative number is one that has passed."""
    return written(utc() + dt.timedelta(seconds=seconds))


def since(moment: str) -> float:
    """Seconds from a stored moment until now; negative where it lies ahead."""
    return (utc() - dt.datetime.fromisoformat(moment)).total_seconds()


def within(moment: str, seconds: float) -> bool:
    """Whether a stored moment is at most so many seconds ago, and not ahead."""
    return -TOLERANCE <= since(moment) <= seconds
