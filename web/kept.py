"""What was computed for one page and is good for the next, until something changes (暂存)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock, RLock
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """The last few of something, each with the version that it was made of.

    Args:
        most: How many are kept.
        alone: Whether they are made one after the other, where making one takes much memory.
    """

    def __init__(self, most: int, *, alone: bool = True) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()
        self._making: AbstractContextManager[Any] = RLock() if alone else nullcontext()

    def get(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key and version; made where it is not."""
        if (found := self._held(key, version)) is not None:
            return found[0]
        with self._making:
            if (found := self._held(key, version)) is not None:
                return found[0]
            made = make()
            with self._lock:
                self._found[key] = (version, made)
                self._found.move_to_end(key)
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            return made

    def holds(self, key: Hashable, version: Hashable) -> bool:
        """Whether it is there without being made."""
        return self._held(key, version) is not None

    def _held(self, key: Hashable, version: Hashable) -> tuple[Any] | None:
        with self._lock:
            version_then, made = self._found.get(key, (None, None))
            if key not in self._found or version_then != version:
                return None
            self._found.move_to_end(key)
            return (made,)
