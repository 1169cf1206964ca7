"""Explanations to be read one by one: do the sentences make sense?

``python -m benchmarks.explanations`` matches the bundled lists with default parameters and prints
suggestions drawn evenly over ranks and probabilities, each with the two rows and all it says.
``--cases`` prints instead judged pairs of ``corpora/cases`` that no reviewer would accept and that
score high. The same seed and the same coefficients give the same pairs. What a reader made of them
stands in docs/explanations.md.
"""

from __future__ import annotations

import argparse
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import as_file

from matcher.cli.serving import SAMPLES
from matcher.lists import read_list
from matcher.model import Demand, Row, Suggestion, Supply
from matcher.ranking import Parameters, coefficients, match
from matcher.ranking.fit import load_cases
from matcher.records import quantity_text
from matcher.tables import corpus

RANKS = (1, 3)  # 1, 2-3, 4 and more
CHANCES = (0.05, 0.25, 0.6)
HIGH = 0.5


def bundled() -> tuple[list[Demand], list[Supply]]:
    """The rows of the bundled lists."""
    rows: list[Row] = []
    for name in SAMPLES:
        with as_file(corpus(f"samples/{name}")) as path:
            rows += read_list(path).rows
    demands = [row for row in rows if isinstance(row, Demand)]
    return demands, [row for row in rows if isinstance(row, Supply)]


def drawn(suggestions: Sequence[Suggestion], count: int, seed: int) -> list[Suggestion]:
    """Suggestions in turn from each band of rank and probability."""
    bands: dict[tuple[int, int], list[Suggestion]] = {}
    for s in suggestions:
        band = bisect_right(RANKS, s.rank - 1), bisect_right(CHANCES, s.probability)
        bands.setdefault(band, []).append(s)
    rng = random.Random(seed)
    for _, band in sorted(bands.items()):
        rng.shuffle(band)
    found: list[Suggestion] = []
    while len(found) < min(count, len(suggestions)):
        found += [band.pop() for _, band in sorted(bands.items()) if band]
    return sorted(found[:count], key=lambda s: (bisect_right(RANKS, s.rank - 1), -s.probability))


def from_the_samples(count: int, seed: int) -> Iterator[str]:
    """Drawn suggestions of the bundled lists."""
    demands, supplies = bundled()
    wanted = {row.demand_id: row for row in demands}
    offered = {row.supply_id: row for row in supplies}
    for s in drawn(match(demands, supplies).suggestions, count, seed):
        title = f"{s.demand_id} / {s.supply_id} rank {s.rank}"
        yield shown(title, wanted[s.demand_id], offered[s.supply_id], s)


def from_the_cases(count: int, seed: int) -> Iterator[str]:
    """Drawn cases that are not acceptable and score at least :data:`HIGH`, and how many there are."""
    cases = load_cases()
    demands, supplies = [c.demand for c in cases], [c.supply for c in cases]
    found = match(demands, supplies, Parameters(top=100)).suggestions
    own = {s.demand_id: s for s in found if s.demand_id == s.supply_id}
    high = [
        c
        for c in cases
        if not c.accepted and c.case_id in own and own[c.case_id].probability >= HIGH
    ]
    kinds = Counter(c.difficulty for c in high).most_common()
    yield f"{len(high)} of {sum(not c.accepted for c in cases)} score {HIGH} and more: {kinds}"
    for case in random.Random(seed).sample(high, min(count, len(high))):
        title = f"{case.case_id} {case.difficulty} {case.tier}"
        yield shown(title, case.demand, case.supply, own[case.case_id])


def shown(title: str, demand: Demand, supply: Supply, s: Suggestion) -> str:
    """A suggestion as text: both rows, then what each sentence weighs."""
    parts = sorted(s.explanation.contributions, key=lambda c: -abs(c.points))
    return "\n".join(
        [
            f"\n{title} {s.probability:.1%}",
            f"  要 {_row(s.demand_product, demand)} {demand.requirement} {demand.leader}",
            f"  供 {_row(s.supply_product, supply)} {supply.enterprise} {supply.tier}",
            *(f"    {c.points:+.2f} {c.sentence or f'({c.feature})'}" for c in parts),
        ]
    )


def _row(product: str, row: Row) -> str:
    return f"{product} | {row.product_name} | {row.spec} | {row.standard} | {quantity_text(row)} |"


def main() -> None:
    """Print the drawn explanations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", action="store_true")
    args = parser.parse_args()
    print(f"coefficients {coefficients().version}, seed {args.seed}")
    for text in (from_the_cases if args.cases else from_the_samples)(args.count, args.seed):
        print(text)


if __name__ == "__main__":
    main()
