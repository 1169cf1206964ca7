"""Figures that cost a moment and hold for a while, kept by the server between two requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, current_app

_MOST = 500
T = TypeVar("T")


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = 0.0
    value: Any = None


def remembered(key: Hashable, seconds: float, compute: Callable[[], T]) -> T:
    """What ``compute`` gave for this key not long ago, else what it gives now.

    Of many who ask at once one computes; the others get what was known before, or wait for it.

    Args:
        key: All that the figures depend on: above all the scope they are of.
        seconds: How long they hold.
        compute: Asks the store.
    """
    everything: dict[Hashable, _Kept] = current_app.extensions["remembered"]
    kept = everything.get(key)
    if kept is None:
        if len(everything) >= _MOST:
            everything.clear()
        kept = everything.setdefault(key, _Kept())
    if time.monotonic() - kept.at > seconds and kept.lock.acquire(blocking=not kept.at):
        try:
            if time.monotonic() - kept.at > seconds:
                kept.value = compute()
                kept.at = time.monotonic()
        finally:
            kept.lock.release()
    value: T = kept.value
    return value


def init_app(app: Flask) -> None:
    """Nothing is known yet."""
    app.extensions["remembered"] = {}
