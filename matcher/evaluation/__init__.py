"""Rankings and judgements in, measures of quality out (评测): measures, intervals, calibration."""

from matcher.evaluation.calibration import (
    Bin,
    Curve,
    Pool,
    TierMean,
    by_difficulty,
    expected_calibration_error,
    pool,
    precision_recall,
    reliability,
)
from matcher.evaluation.intervals import Interval, differences, interval, intervals
from matcher.evaluation.judgements import Judgements, read_difficulties, read_judgements
from matcher.evaluation.measures import (
    LABELS,
    Rankings,
    Scores,
    evaluate,
    hit,
    ndcg,
    per_demand,
    recall,
    reciprocal_rank,
)

__all__ = [
    "LABELS",
    "Bin",
    "Curve",
    "Interval",
    "Judgements",
    "Pool",
    "Rankings",
    "Scores",
    "TierMean",
    "by_difficulty",
    "differences",
    "evaluate",
    "expected_calibration_error",
    "hit",
    "interval",
    "intervals",
    "ndcg",
    "per_demand",
    "pool",
    "precision_recall",
    "read_difficulties",
    "read_judgements",
    "recall",
    "reciprocal_rank",
    "reliability",
]
