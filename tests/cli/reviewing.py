"""A reviewer who is simulated, on the bundled lists in a database."""

from __future__ import annotations

from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, Store


def pairs(store) -> list[tuple[str, str, bool]]:
    """What the last run suggests, and whether it stays in the county."""
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    found = []
    for stored in store.runs.suggestions(store.runs.latest(), EVERYTHING):
        s = stored.suggestion
        if s.rank <= 5 and s.probability >= 0.05:
            near = demands[s.demand_id].county == supplies[s.supply_id].county
            found.append((s.demand_id, s.supply_id, near and s.probability > 0.2))
    return found


def review(path, start: int, stop: int, *, flipped: bool = False) -> None:
    """A reviewer who takes only what is near and likely, or just what others would not."""
    with Store(path) as store:
        said = [
            Decision(d, s, Verdict.ACCEPTED if good != flipped else Verdict.REJECTED)
            for d, s, good in pairs(store)[start:stop]
        ]
        assert store.decisions.record(said).recorded == stop - start
