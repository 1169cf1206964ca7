"""Suggestions as csv and json: the same input gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matcher.lists import ListReading
from matcher.model import Demand, Suggestion, Supply
from matcher.ranking import Ranking
from matcher.records import quantity_text, whole

# Full-width signs count as well: a Chinese spreadsheet program takes ＝ for =.
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CSV_COLUMNS = (
    "demand_id", "supply_id", "rank", "score", "断点", "现有供应商", "链主企业", "需求产品", "需求规格",
    "年需求量", "供给企业", "供给产品", "供给规格", "年产能", "县市", "梯度", "理由",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatchResult:
    """A ranking together with the lists it was made from."""

    ranking: Ranking
    demands: Mapping[str, Demand]
    supplies: Mapping[str, Supply]
    readings: Sequence[ListReading] = ()

    @classmethod
    def of(
        cls,
        ranking: Ranking,
        demands: Iterable[Demand],
        supplies: Iterable[Supply],
        readings: Sequence[ListReading] = (),
    ) -> MatchResult:
        """Index the rows by their ids."""
        return cls(
            ranking,
            {row.demand_id: row for row in demands},
            {row.supply_id: row for row in supplies},
            readings,
        )

    def rows(self) -> Iterator[tuple[Suggestion, Demand, Supply]]:
        """Every suggestion with its two rows, in order."""
        for suggestion in self.ranking.suggestions:
            yield (
                suggestion,
                self.demands[suggestion.demand_id],
                self.supplies[suggestion.supply_id],
            )


def harmless(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula; a number is none."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_given(text: str) -> str:
    """The opposite of :func:`harmless`."""
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def reasons(suggestion: Suggestion) -> str:
    """All sentences of a suggestion, the weightiest first, in one line."""
    return "；".join(suggestion.explanation.sentences)


def for_and_against(suggestion: Suggestion) -> tuple[list[str], list[str]]:
    """Sentences that speak for a suggestion and those that speak against it, the weightiest first.

    A sentence that several features say stands where their points together put it.
    """
    points: dict[str, float] = {}
    for c in suggestion.explanation.contributions:
        if c.sentence:
            points[c.sentence] = points.get(c.sentence, 0.0) + c.points
    ordered = sorted(points, key=lambda sentence: -abs(points[sentence]))
    return [s for s in ordered if points[s] > 0], [s for s in ordered if points[s] <= 0]


def score_text(probability: float) -> str:
    """A probability with six digits, never in scientific notation."""
    return f"{probability:.6f}"


def to_csv(result: MatchResult) -> bytes:
    """One row per suggestion; UTF-8 with BOM, so that spreadsheet programs read it as it is."""
    gaps = set(result.ranking.gaps)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_CSV_COLUMNS)
    for suggestion, demand, supply in result.rows():
        cells = (
            demand.demand_id, supply.supply_id, str(suggestion.rank),
            score_text(suggestion.probability), "断点" if demand.demand_id in gaps else "",
            "是" if suggestion.already_supplying else "", demand.leader, suggestion.demand_product,
            demand.spec, quantity_text(demand), supply.enterprise, suggestion.supply_product,
            supply.spec, quantity_text(supply), supply.county, supply.tier, reasons(suggestion),
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def suggestion_record(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as plain data; ``base`` and the points add up to ``log_odds`` exactly."""
    explanation = suggestion.explanation
    return {
        "demand_id": suggestion.demand_id,
        "supply_id": suggestion.supply_id,
        "rank": suggestion.rank,
        "score": suggestion.probability,
        "demand_product": suggestion.demand_product,
        "supply_product": suggestion.supply_product,
        "already_supplying": suggestion.already_supplying,
        "base": explanation.base,
        "log_odds": round(explanation.log_odds, 6),
        "contributions": [asdict(c) for c in explanation.contributions],
    }


def to_json(result: MatchResult) -> bytes:
    """The whole outcome: inputs, parameters, versions, suggestions, gaps; no date in it."""
    ranking = result.ranking
    data = {
        "inputs": [
            {
                "file": whole(r.file),
                "kind": r.kind.value,
                "sha256": r.sha256,
                "rows": len(r.rows),
                "problems": len(r.problems),
                "skipped": len(r.skipped),
            }
            for r in result.readings
        ],
        "parameters": asdict(ranking.parameters),
        "statistics_version": ranking.statistics.version,
        "model_version": ranking.model_version,
        "demands": len(result.demands),
        "supplies": len(result.supplies),
        "gaps": list(ranking.gaps),
        "suggestions": [suggestion_record(s) for s in ranking.suggestions],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
