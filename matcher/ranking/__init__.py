"""Ranking: demands × supplies in, ranked, scored, explained suggestions out (排序)."""

from matcher.ranking.engine import Ranking, match
from matcher.ranking.parameters import Parameters
from matcher.ranking.scoring import Coefficients, coefficients
from matcher.ranking.statistics import Statistics

__all__ = ["Coefficients", "Parameters", "Ranking", "Statistics", "coefficients", "match"]
