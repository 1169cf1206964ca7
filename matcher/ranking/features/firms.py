"""类别: what the lists themselves say of two things, by the firms that make both."""

from __future__ import annotations

import numpy as np

from matcher.ranking.features.base import feature
from matcher.ranking.features.kin import (
    family,
    head_same,
    offered_is_narrower,
    offered_is_wider,
    things,
)
from matcher.ranking.features.names import name_same
from matcher.ranking.features.pairs import Index, Pair, PairBlock, Side, Values
from matcher.ranking.incidence import Incidence, thing_keys
from matcher.ranking.vectors import pair_dots

# Firms' weight that is added to each side: one firm that makes both says little.
_DOUBT = 4.0
_CLEAR = 0.15  # relatedness that counts fully
_SOME = 0.3  # value below which nothing is said of it


def _say_together(pair: Pair, value: float) -> str:
    wanted, offered = things(pair)
    if value < _SOME or wanted == offered:
        return ""
    return f"供给清单里做“{offered}”的企业往往也做“{wanted}”"


@feature("类别", +1, _say_together)
def made_together(pairs: PairBlock) -> Values:
    """How often the firms of the supply list that make one thing make the other too, 0 to 1.

    Only of two things that the lexicon does not relate. Cosine over firms with doubt added to
    both lengths, ``Σ w / √((Σ w₁ + 4)(Σ w₂ + 4))``, where ``w`` is the weight of a firm; from 0.15
    on it counts fully.
    """
    found = np.zeros(len(pairs))
    makers = pairs.demands.statistics.makers
    told = (name_same, head_same, family, offered_is_narrower, offered_is_wider)
    open_ = np.flatnonzero(sum(feature(pairs) for feature in told) == 0.0)
    d, s = (
        _rows(makers, pairs.demands, pairs.d[open_]),
        _rows(makers, pairs.supplies, pairs.s[open_]),
    )
    made = (d >= 0) & (s >= 0) & (d != s)
    found[open_[made]] = np.minimum(1.0, _relatedness(makers, d[made], s[made]) / _CLEAR)
    return found


def _rows(makers: Incidence, side: Side, index: Index) -> Index:
    """The row of each product's thing among what firms make."""
    kinds = side.names.things
    used, place = np.unique(kinds.of(side.by_names.of[index]), return_inverse=True)
    return makers.rows(thing_keys(kinds.keys[n] for n in used.tolist()))[place]


def _relatedness(makers: Incidence, one: Index, other: Index) -> Values:
    """The cosine with doubt of rows of the incidence; each two are measured once."""
    n = makers.matrix.shape[0]
    both, place = np.unique(one.astype(np.int64) * n + other, return_inverse=True)
    one, other = both // max(1, n), both % max(1, n)
    # The thing of more firms is spread out once, and met by those of few.
    firms = np.diff(makers.matrix.indptr)
    many, few = np.where(firms[one] >= firms[other], (one, other), (other, one))
    shared = pair_dots(makers.matrix, makers.matrix, many, few)
    totals = makers.totals + _DOUBT
    return np.asarray((shared / np.sqrt(totals[one] * totals[other]))[place])
