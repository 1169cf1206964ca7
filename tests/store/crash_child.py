"""A process that imports, runs and decides for ever, saying each finished action on stdout.

``python -m tests.store.crash_child DATABASE SEED``: the parent kills it at a random moment.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, reading, supply

ROWS = 60


def acknowledge(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(path: Path, seed: str) -> None:
    acknowledge("ready")
    ranking = None
    for n in itertools.count():
        with Store(path) as store:
            mark = f"{seed}-{n}"
            demands = [demand(i, f"阀门{i}", note=mark) for i in range(1, ROWS + 1)]
            fresh = [supply(i, f"阀门{i}", enterprise=f"{mark}厂") for i in range(1, ROWS + 1)]
            with store.transaction():
                lists = [store.lists.add(reading(rows)) for rows in (demands, fresh)]
            acknowledge("imported", *(f"{r.list_id}:{r.rows}" for r in lists))
            if ranking is None:
                from matcher.ranking import match  # slow to import: an early kill need not wait

                known = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)[:ROWS]
                ranking = match(*known)
            run_id = store.runs.save(ranking, *known, started_at="2026-01-01T00:00:00.000Z")
            acknowledge("ran", f"{run_id}:{len(ranking.suggestions)}")
            decisions = [
                Decision(s.demand_id, s.supply_id, Verdict.ACCEPTED, mark)
                for s in ranking.suggestions[:100]
            ]
            report = store.decisions.record(decisions, source=mark)
            acknowledge("decided", f"{mark}:{report.recorded}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
