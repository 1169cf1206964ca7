"""Many texts in one block of memory: a list of a million rows fits, and another process or day reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIELD = "\x1f"  # between the fields of a record (the unit separator of ASCII)
_ESCAPES = {"\x1b": "\x1b0", FIELD: "\x1b1"}


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts one behind the other.

    Attributes:
        data: Their characters in UTF-8, uint8.
        starts: Where each begins, and the end of the last, int64 of shape (texts + 1,).
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Texts as given; a lone surrogate is kept too."""
        whole = bytearray()
        stops = [0]
        for text in texts:
            whole += text.encode("utf-8", "surrogatepass")
            stops.append(len(whole))
        return cls(np.frombuffer(whole, dtype=np.uint8), np.array(stops, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, i: int) -> str:
        if not 0 <= i < len(self):
            raise IndexError(i)
        return str(self.data[self.starts[i] : self.starts[i + 1]], "utf-8", "surrogatepass")  # type: ignore[call-overload,no-any-return]

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))


def record(fields: Sequence[str]) -> str:
    """Fields as one text; what separates them may stand in them."""
    joined = FIELD.join(fields)
    if "\x1b" in joined or joined.count(FIELD) >= len(fields):
        joined = FIELD.join(map(_escaped, fields))
    return joined


def fields_of(text: str) -> list[str]:
    """The fields of a :func:`record`."""
    found = text.split(FIELD)
    return list(map(_unescaped, found)) if "\x1b" in text else found


def _escaped(text: str) -> str:
    return text.translate({ord(sign): code for sign, code in _ESCAPES.items()})


def _unescaped(text: str) -> str:
    for sign, code in reversed(_ESCAPES.items()):
        text = text.replace(code, sign)
    return text
