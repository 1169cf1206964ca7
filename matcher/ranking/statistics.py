"""What the ranking learns from the lists themselves, frozen before anything is scored (统计)."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matcher.errors import XieshouError
from matcher.terms import Terms

FORMAT = 1


@dataclass(frozen=True)
class Statistics:
    """Document frequencies of tokens over product names; mergeable, versioned.

    A run over shards, or of rows that arrive later, uses the frozen statistics of the whole, so
    that a pair has the same score wherever it is computed.

    Attributes:
        documents: Number of product names counted.
        frequency: Token → number of names that hold it.
    """

    documents: int = 0
    frequency: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Iterable[Terms]) -> Statistics:
        """Count each token once per product name."""
        frequency: Counter[str] = Counter()
        documents = 0
        for term in terms:
            documents += 1
            frequency.update(term.tokens())
        return cls(documents, dict(frequency))

    def merge(self, other: Statistics) -> Statistics:
        """The statistics of both sets of names together."""
        frequency = Counter(self.frequency)
        frequency.update(other.frequency)
        return Statistics(self.documents + other.documents, dict(frequency))

    def idf(self, token: str) -> float:
        """Smoothed inverse document frequency ``ln((1+n)/(1+df)) + 1``, as in scikit-learn."""
        return math.log((1 + self.documents) / (1 + self.frequency.get(token, 0))) + 1.0

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Token → column; columns follow the order of the tokens, not of the rows."""
        return {token: i for i, token in enumerate(sorted(self.frequency))}

    @cached_property
    def version(self) -> str:
        """Hash of the counts: equal statistics have equal versions."""
        digest = hashlib.sha256()
        digest.update(f"{FORMAT}:{self.documents}\n".encode())
        for token in sorted(self.frequency):
            digest.update(f"{token}\t{self.frequency[token]}\n".encode())
        return digest.hexdigest()[:16]

    def to_json(self) -> str:
        """Text that :meth:`from_json` reads back."""
        return json.dumps(
            {"format": FORMAT, "documents": self.documents, "frequency": self.frequency},
            ensure_ascii=False,
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
            return cls(int(data["documents"]), dict(data["frequency"]))
        except (ValueError, KeyError, TypeError) as error:
            raise XieshouError(
                f"统计数据读不出来，应是本程序写的第 {FORMAT} 版格式；请重新运行一次撮合"
            ) from error
