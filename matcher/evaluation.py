"""Rankings and judgements in, measures of quality out (评测).

Grades are 0 for unjudged or wrong pairs and rise with relevance. Only demands with at least one
relevant supply count. A supply that a ranking names twice counts at its first place.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import UnreadableListError

Judgements = Mapping[str, Mapping[str, float]]
Rankings = Mapping[str, Sequence[str]]


def _first(ranking: Sequence[str], k: int) -> list[str]:
    return list(dict.fromkeys(ranking))[:k]


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain at ``k`` with gains ``2^grade − 1``.

    Source: Järvelin & Kekäläinen 2002, with the exponential gain of Burges et al. 2005.
    """

    def gain(values: Sequence[float]) -> float:
        return sum((math.pow(2.0, g) - 1.0) / math.log2(i + 2) for i, g in enumerate(values[:k]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(s, 0.0) for s in _first(ranking, k)]) / ideal if ideal else 0.0


def recall(
    ranking: Sequence[str], grades: Mapping[str, float], k: int = 10, least: float = 1.0
) -> float:
    """Share of the supplies graded ``least`` or more that stand among the first ``k``."""
    relevant = {s for s, g in grades.items() if g >= least}
    return len(relevant.intersection(_first(ranking, k))) / len(relevant) if relevant else 0.0


def hit(ranking: Sequence[str], grades: Mapping[str, float], k: int = 1) -> float:
    """1 when a relevant supply stands among the first ``k``, else 0."""
    return float(any(grades.get(s, 0.0) > 0 for s in _first(ranking, k)))


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
    """1 / rank of the first relevant supply, 0 where there is none."""
    for i, supply in enumerate(dict.fromkeys(ranking)):
        if grades.get(supply, 0.0) > 0:
            return 1.0 / (i + 1)
    return 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean measures over all judged demands.

    ``recall_best_at_10`` is recall of the supplies with the highest grade only.
    """

    demands: int
    ndcg_at_10: float
    recall_at_10: float
    recall_best_at_10: float
    hit_at_1: float
    mrr: float
    recall_at_100: float

    def as_dict(self) -> dict[str, float]:
        """Names as the command line prints them."""
        return {
            "demands": self.demands,
            "nDCG@10": self.ndcg_at_10,
            "recall@10": self.recall_at_10,
            "recall@10 (best grade)": self.recall_best_at_10,
            "hit@1": self.hit_at_1,
            "MRR": self.mrr,
            "recall@100": self.recall_at_100,
        }


def evaluate(rankings: Rankings, judgements: Judgements) -> Scores:
    """Mean of every measure over the judged demands; a demand without a ranking scores 0.

    The best grade is the highest that occurs in the judgements at all.
    """
    judged = {d: g for d, g in judgements.items() if any(v > 0 for v in g.values())}
    best = max((v for grades in judged.values() for v in grades.values()), default=0.0)
    with_best = {d: g for d, g in judged.items() if max(g.values()) >= best}

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    def of(demand: str) -> Sequence[str]:
        return rankings.get(demand, ())

    return Scores(
        demands=len(judged),
        ndcg_at_10=mean([ndcg(of(d), g) for d, g in judged.items()]),
        recall_at_10=mean([recall(of(d), g) for d, g in judged.items()]),
        recall_best_at_10=mean([recall(of(d), g, least=best) for d, g in with_best.items()]),
        hit_at_1=mean([hit(of(d), g) for d, g in judged.items()]),
        mrr=mean([reciprocal_rank(of(d), g) for d, g in judged.items()]),
        recall_at_100=mean([recall(of(d), g, 100) for d, g in judged.items()]),
    )


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Judgements from a tab-separated file with ``demand_id``, ``supply_id`` and ``grade``.

    A missing grade column means grade 1 for every pair.

    Raises:
        UnreadableListError: The file is missing, has other columns, or a row without both ids and
            a grade of 0 or more.
    """
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            judgements: dict[str, dict[str, float]] = {}
            for row in reader:
                line = reader.line_num
                grade = float(row.get("grade") or 1)
                if not (row["demand_id"] and row["supply_id"] and 0 <= grade < math.inf):
                    raise ValueError(row)
                judgements.setdefault(row["demand_id"], {})[row["supply_id"]] = grade
    except OSError as error:
        raise UnreadableListError(
            f"找不到判断文件 {path}，应有 demand_id、supply_id、grade 三列"
        ) from error
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableListError(
            f"{path.name} 第 {line} 行：应是以制表符分隔的 demand_id、supply_id、grade 三列，请检查表头和数字"
        ) from error
    return judgements
