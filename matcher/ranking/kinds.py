"""What is alike is measured once: items told apart by a key, numbered as they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.texts import Texts

K = TypeVar("K", bound=Hashable)
T_co = TypeVar("T_co", covariant=True)
Index = NDArray[np.integer[Any]]


class Items(Protocol[T_co]):
    """Anything by its place: a list, or what is made when somebody looks at it."""

    def __len__(self) -> int: ...
    def __getitem__(self, i: int, /) -> T_co: ...
    def __iter__(self) -> Iterator[T_co]: ...


class Made(Items[T_co], Protocol[T_co]):
    """Items that are made one after the other."""

    __slots__ = ()

    def __iter__(self) -> Iterator[T_co]:
        """One item after the other, without holding them."""
        return map(self.__getitem__, range(len(self)))


class Numbered(Protocol):
    """Items told apart by keys.

    Attributes:
        keys: The key of each number.
    """

    @property
    def keys(self) -> Items[Any]: ...  # noqa: D102

    def of(self, index: Index) -> Index:
        """The number of the key of each indexed item."""


@dataclass(slots=True)
class Kinds(Generic[K]):
    """Items whose keys are asked for when they are first looked at."""

    by: Callable[[Any], K]
    items: Items[Any]
    keys: list[K] = field(default_factory=list)
    _number: dict[K, int] = field(default_factory=lambda: defaultdict(count().__next__))
    _of: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        """No item is told apart before it is asked for."""
        self._of = np.full(len(self.items), -1, dtype=np.int32)

    def of(self, index: Index) -> Index:
        """The number of the key of each indexed item."""
        new = np.unique(index[self._of[index] < 0]).tolist()
        if new:
            keys = map(self.by, map(self.items.__getitem__, new))
            self._of[new] = list(map(self._number.__getitem__, keys))
            fresh = list(islice(reversed(self._number), len(self._number) - len(self.keys)))
            self.keys += reversed(fresh)
        return self._of[index]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of a list, laid out: the distinct texts in it, and which of them each row has.

    Attributes:
        codes: int32 of shape (rows,).
        texts: The distinct texts.
        value: What a text stands for.
    """

    codes: NDArray[np.int32]
    texts: Texts
    value: Callable[[str], Any]
    _made: dict[int, Any] = field(default_factory=dict)

    def of(self, index: Index) -> Index:
        """The number of the text of each indexed row."""
        return self.codes[index]

    def numbers(self) -> dict[str, int]:
        """The number of each distinct text."""
        return {text: n for n, text in enumerate(self.texts)}

    @property
    def keys(self) -> Items[Any]:
        """The values of the texts."""
        return _Values(self.texts, self.value, self._made)


@dataclass(frozen=True, slots=True)
class _Values(Made[Any]):
    texts: Texts
    value: Callable[[str], Any]
    made: dict[int, Any]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, i: int) -> Any:
        if i not in self.made:
            self.made[i] = self.value(self.texts[i])
        return self.made[i]


@dataclass(frozen=True, slots=True)
class Through:
    """Numbered items reached through others: the rows of products, say."""

    inner: Numbered
    which: Index

    def of(self, index: Index) -> Index:
        """The number of what each indexed item leads to."""
        return self.inner.of(self.which[index])

    @property
    def keys(self) -> Items[Any]:
        """The keys of what is led to."""
        return self.inner.keys
