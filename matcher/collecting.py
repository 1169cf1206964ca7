"""The search for cycles, left out while millions of objects are made that form none (垃圾回收)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile; afterwards, come what may, it is as it was.

    Python would look at all objects again and again: a tenth of the time of reading a long list, a
    fifth of matching it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
