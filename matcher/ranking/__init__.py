"""Ranking: demands × supplies in, ranked, scored, explained suggestions out (排序)."""

from matcher.ranking.engine import Ranking, match
from matcher.ranking.index import Index, source_of
from matcher.ranking.parameters import Parameters
from matcher.ranking.scoring import Coefficients, coefficients
from matcher.ranking.statistics import Statistics

__all__ = [
    "Coefficients",
    "Index",
    "Parameters",
    "Ranking",
    "Statistics",
    "coefficients",
    "match",
    "source_of",
]
