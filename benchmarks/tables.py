"""Tables in Markdown, and the line above them that says where they were measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence


def machine() -> str:
    """Day, machine and Python."""
    where = f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores"
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {where}, Python {platform.python_version()}"


def load() -> str:
    """How busy the machine is (load average of the last minute), where the system tells."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def row(cells: Sequence[object]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def table(header: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    return "\n".join([row(header), "|" + "---|" * len(header), *map(row, rows)])
