"""Which firm makes which things (企业与产品的关联), in a form that shards can merge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.ranking.spaces import hashed
from matcher.text import firm_key

Index = NDArray[np.integer[Any]]
Keys = NDArray[np.uint64]
_BITS = np.uint64(32)
_LOW = np.uint64((1 << 32) - 1)


def _nothing() -> Keys:
    return np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class Incidence:
    """The things (concept or head of a product's name) that each firm supplies.

    A set of pairs: merging is union, so that nothing depends on how a list is cut. Names are
    hashed to 32 bits; two of a hundred thousand things meet in one hash, which does no harm.

    Attributes:
        pairs: Thing in the high, firm in the low 32 bits; ascending, each once, uint64.
    """

    pairs: Keys = field(default_factory=_nothing, repr=False)

    @classmethod
    def of(cls, made: Iterable[tuple[str, str]]) -> Incidence:
        """The thing and the firm of each product."""
        listed = list(made)
        things, firms = ([pair[side] for pair in listed] for side in (0, 1))
        every = np.arange(len(listed))
        return cls.numbered(things, every, firms, every)

    @classmethod
    def numbered(
        cls, things: Iterable[str], thing_of: Index, firms: Iterable[str], firm_of: Index
    ) -> Incidence:
        """The same of names that are told apart already.

        Args:
            things: Names of things.
            thing_of: The thing of each product.
            firms: Names of firms as written; an empty one is nobody.
            firm_of: The firm of each product.
        """
        thing, firm = thing_keys(things)[thing_of], thing_keys(map(firm_key, firms))[firm_of]
        told = (thing > 0) & (firm > 0)
        return cls(np.unique((thing[told] << _BITS) | firm[told]))

    def merge(self, other: Incidence) -> Incidence:
        """What the firms of both lists make."""
        return Incidence(np.union1d(self.pairs, other.pairs))

    def __eq__(self, other: object) -> bool:
        """Equal pairs are equal incidences."""
        if not isinstance(other, Incidence):
            return NotImplemented
        return np.array_equal(self.pairs, other.pairs)

    def __hash__(self) -> int:
        """By the pairs."""
        return hash(self.pairs.tobytes())

    def rows(self, keys: Keys) -> Index:
        """The row of each thing in :attr:`matrix`, -1 of one that no firm makes."""
        known = self._things
        place = np.searchsorted(known, keys)
        inside = place < len(known)
        inside[inside] = known[place[inside]] == keys[inside]
        return np.where(inside, place, -1)

    @cached_property
    def _things(self) -> Keys:
        return np.unique(self.pairs >> _BITS)

    @cached_property
    def matrix(self) -> sp.csr_matrix:
        """CSR of shape (things, firms); a dot product is the summed weight of common firms.

        A firm counts ``1 / √(4 + n)`` with ``n`` things: who makes everything tells little, and
        one small firm is not to tell too much.
        """
        _, firm, sizes = np.unique(self.pairs & _LOW, return_inverse=True, return_counts=True)
        starts = np.searchsorted(self.pairs >> _BITS, self._things)
        data = ((4.0 + sizes) ** -0.25)[firm]
        shape = (len(self._things), len(sizes))
        return sp.csr_matrix((data, firm, np.append(starts, len(firm))), shape=shape)

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """The summed weight of the firms that make each thing."""
        return np.asarray(self.matrix.multiply(self.matrix).sum(axis=1)).ravel()


def thing_keys(names: Iterable[str]) -> Keys:
    """A hash of 32 bits of each name; 0 of an empty one, and of no other."""
    return np.array([(hashed(n) >> 32) or 1 if n else 0 for n in names], dtype=np.uint64)
