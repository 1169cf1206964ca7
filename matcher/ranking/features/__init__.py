"""Features: each one small function over a block of pairs, with a meaning and a sentence."""

from matcher.ranking.features import firms, kin, names, terms_of_trade
from matcher.ranking.features.base import FEATURES, GROUPS, Feature
from matcher.ranking.features.pairs import Pair, PairBlock, Part, Side

__all__ = [
    "FEATURES",
    "GROUPS",
    "Feature",
    "Pair",
    "PairBlock",
    "Part",
    "Side",
    "firms",
    "kin",
    "names",
    "terms_of_trade",
]
