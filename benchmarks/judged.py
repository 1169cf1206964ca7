"""Judged sets: folders with ``demands.tsv``, ``supplies.tsv``, ``qrels.tsv``, and our own cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matcher.evaluation import read_difficulties, read_judgements
from matcher.lists import read_list
from matcher.model import Demand, ListKind, Supply
from matcher.ranking.fit import load_cases
from matcher.records import content_hash

CASES = "cases"
GRADES = {"STRONG": 3.0, "MEDIUM": 2.0, "WEAK": 1.0, "WRONG": 0.0}
_FILES = ("demands.tsv", "supplies.tsv", "qrels.tsv")


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Demands with at least one relevant supply, all supplies, and which suits which.

    ``difficulties`` says of judged pairs ``(demand, supply)`` what makes them hard, where known.
    """

    name: str
    demands: Sequence[Demand]
    supplies: Sequence[Supply]
    judgements: dict[str, dict[str, float]]
    difficulties: dict[tuple[str, str], str] = field(default_factory=dict)
    note: str = ""


def folders(places: Sequence[Path]) -> list[Path]:
    """The judged folders among the places and directly below them, by name."""
    found = [f for place in places for f in (place, *(place.iterdir() if place.is_dir() else ()))]
    return sorted({f.resolve() for f in found if all((f / name).is_file() for name in _FILES)})


def load(names: Sequence[str], places: Sequence[Path]) -> Iterator[JudgedSet]:
    """The sets of these names (all for none), one at a time: the folders', then our cases."""
    for folder in folders(places):
        if not names or folder.name in names:
            yield _of_folder(folder)
    if not names or CASES in names:
        yield _of_cases()


def _of_folder(folder: Path) -> JudgedSet:
    judgements = read_judgements(folder / "qrels.tsv")
    demands = read_list(folder / "demands.tsv", ListKind.DEMAND).demands
    return JudgedSet(
        folder.name,
        [row for row in demands if any(judgements.get(row.demand_id, {}).values())],
        read_list(folder / "supplies.tsv", ListKind.SUPPLY).supplies,
        judgements,
        read_difficulties(folder / "qrels.tsv"),
    )


def _of_cases() -> JudgedSet:
    """Distinct demands × distinct supplies of ``corpora/cases``; a pair judged twice: the best."""
    demands: dict[str, Demand] = {}
    supplies: dict[str, Supply] = {}
    judgements: dict[str, dict[str, float]] = {}
    difficulties: dict[tuple[str, str], str] = {}
    for case in load_cases():
        demand = demands.setdefault(
            content_hash(case.demand), replace(case.demand, demand_id=f"d{len(demands):05}")
        )
        supply = supplies.setdefault(
            content_hash(case.supply), replace(case.supply, supply_id=f"s{len(supplies):05}")
        )
        pair = (demand.demand_id, supply.supply_id)
        grades = judgements.setdefault(pair[0], {})
        if GRADES[case.tier] >= grades.get(pair[1], 0.0):
            grades[pair[1]] = GRADES[case.tier]
            difficulties[pair] = case.difficulty
    judged = [row for row in demands.values() if any(judgements[row.demand_id].values())]
    return JudgedSet(
        CASES,
        judged,
        list(supplies.values()),
        judgements,
        difficulties,
        "in-sample for this project: its coefficients are fitted on these very pairs",
    )
