"""What the ranking learns from the lists themselves, frozen before anything is scored (统计)."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import XieshouError
from matcher.ranking.incidence import Incidence
from matcher.ranking.spaces import Space
from matcher.terms import COLUMNS, Terms, column, column_weights

FORMAT = 3
_KIND = np.dtype("<i4")
_PAIR = np.dtype("<u8")

# Tokens in more products than this, or in more than this share of all, find nobody: in a long list
# they cost most of the time and tell least. They count again when what was found is scored.
_COMMON = 10_000
_COMMON_SHARE = 0.01


def _nothing() -> NDArray[np.int32]:
    return np.zeros(COLUMNS, dtype=_KIND)


@dataclass(frozen=True, eq=False)
class Statistics:
    """In how many products tokens occur, and which firms make what; mergeable, versioned.

    A run over shards, or of rows that arrive later, uses the frozen statistics of the whole, so
    that a pair has the same score wherever it is computed.

    Attributes:
        documents: Number of products counted.
        counts: For each column of :mod:`matcher.terms.columns` the products with a token in it,
            int32 of shape (COLUMNS,).
        makers: Which firms of the supply list make which things.
    """

    documents: int = 0
    counts: NDArray[np.int32] = field(default_factory=_nothing, repr=False)
    makers: Incidence = field(default_factory=Incidence, repr=False)

    @classmethod
    def of(cls, terms: Sequence[Terms], makers: Incidence | None = None) -> Statistics:
        """Count each column once per product, of its name and of its whole row."""
        return cls.counted([Space.of_names(terms), Space.of_texts(terms)], len(terms), makers)

    @classmethod
    def counted(
        cls, spaces: Iterable[Space], documents: int, makers: Incidence | None = None
    ) -> Statistics:
        """Count what is laid out in columns already."""
        counts = _nothing()
        for space in spaces:
            space.count_into(counts)
        return cls(documents, counts, makers or Incidence())

    def merge(self, other: Statistics) -> Statistics:
        """The statistics of both sets of products together."""
        return Statistics(
            self.documents + other.documents,
            self.counts + other.counts,
            self.makers.merge(other.makers),
        )

    def __eq__(self, other: object) -> bool:
        """Equal counts and pairs are equal statistics."""
        if not isinstance(other, Statistics):
            return NotImplemented
        return (
            self.documents == other.documents
            and np.array_equal(self.counts, other.counts)
            and self.makers == other.makers
        )

    def __hash__(self) -> int:
        """By the version."""
        return hash(self.version)

    def idf(self, token: str) -> float:
        """Smoothed inverse document frequency ``ln((1+n)/(1+df)) + 1``, as in scikit-learn."""
        return math.log((1 + self.documents) / (1 + int(self.counts[column(token)]))) + 1.0

    def rarity(self, columns: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """The inverse document frequency of columns, same shape."""
        return np.asarray(self._rarities[self.counts[columns]])

    @cached_property
    def _rarities(self) -> NDArray[np.float64]:
        """By how many products hold a token; far fewer numbers than there are columns."""
        counts = np.arange(int(self.counts.max()) + 1, dtype=np.float64)
        return np.asarray(np.log((1.0 + self.documents) / (1.0 + counts)) + 1.0)

    @cached_property
    def worth(self) -> NDArray[np.float64]:
        """What one token in each column counts: its rarity times its weight, shape (COLUMNS,).

        A column where no product stands counts nothing.
        """
        columns = np.arange(COLUMNS)
        return self.rarity(columns) * column_weights(columns) * (self.counts > 0)

    @cached_property
    def common(self) -> NDArray[np.bool_]:
        """Columns of tokens so common that they find nobody, shape (COLUMNS,)."""
        return np.asarray(self.counts > max(_COMMON, _COMMON_SHARE * self.documents))

    @cached_property
    def version(self) -> str:
        """Hash of counts and pairs: equal statistics have equal versions."""
        digest = hashlib.sha256(f"{FORMAT}:{self.documents}:".encode())
        digest.update(self.counts.astype(_KIND).tobytes())
        digest.update(self.makers.pairs.astype(_PAIR).tobytes())
        return digest.hexdigest()[:16]

    def to_json(self) -> str:
        """Text that :meth:`from_json` reads back: counts and pairs packed by zlib, in base64."""
        packed = zlib.compress(self.counts.astype(_KIND).tobytes())
        steps = np.diff(self.makers.pairs, prepend=np.uint64(0)).astype(_PAIR)
        return json.dumps(
            {
                "format": FORMAT,
                "documents": self.documents,
                "counts": base64.b64encode(packed).decode(),
                "makers": base64.b64encode(zlib.compress(steps.tobytes())).decode(),
            },
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Statistics:
        """Read what :meth:`to_json` wrote.

        Raises:
            XieshouError: The text is something else, or of another format.
        """
        try:
            data = json.loads(text)
            if data["format"] != FORMAT:
                raise ValueError(data["format"])
            unpacked = zlib.decompressobj().decompress(
                base64.b64decode(data["counts"]), COLUMNS * _KIND.itemsize
            )
            counts = np.frombuffer(unpacked, dtype=_KIND)
            if len(counts) != COLUMNS:
                raise ValueError(len(counts))
            steps = np.frombuffer(zlib.decompress(base64.b64decode(data["makers"])), dtype=_PAIR)
            pairs = np.cumsum(steps, dtype=np.uint64)
            return cls(int(data["documents"]), counts, Incidence(pairs))
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise XieshouError(
                f"统计数据读不出来，应是本程序写的第 {FORMAT} 版格式；请重新运行一次撮合"
            ) from error
