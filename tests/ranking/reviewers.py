"""Reviewers who are simulated: each decides on what the shipped model suggests for the bundled lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import as_file

import numpy as np
from scipy.special import expit, logit

from matcher.cli.serving import SAMPLES
from matcher.lists import read_list
from matcher.model import Demand, Suggestion, Supply, Verdict
from matcher.quantity import coverage
from matcher.ranking import Coefficients, Statistics, coefficients, match
from matcher.ranking.evidence import Evidence, evidence_of, statistics_of
from matcher.ranking.learning import InUse, Lesson, learn
from matcher.records import content_hash
from matcher.tables import corpus

Reviewer = Callable[[Demand, Supply, float, np.random.Generator], bool]
Triple = tuple[str, str, Verdict]


def by_the_shipped_model(_demand, _supply, chance, rng) -> bool:
    return bool(rng.random() < chance)


def own_county_only(demand, supply, chance, rng) -> bool:
    """Rejects every supplier of another county."""
    return demand.county == supply.county and bool(rng.random() < expit(logit(chance) + 1))


def capacity_first(demand, supply, chance, rng) -> bool:
    """Rejects whoever does not state a capacity that is enough."""
    share = coverage(supply.annual_capacity, demand.annual_quantity)
    enough = share is not None and share >= 0.8
    return enough and bool(rng.random() < expit(logit(chance) + 0.5))


def strict(_demand, _supply, chance, rng) -> bool:
    """Orders as the shipped model does, and accepts far less."""
    return bool(rng.random() < expit(logit(chance) - 1.5))


def dice(share: float) -> Reviewer:
    """Does not look at the lists."""
    return lambda _demand, _supply, _chance, rng: bool(rng.random() < share)


@cache
def lists() -> tuple[list[Demand], list[Supply]]:
    """The bundled lists, with ids that are unique."""
    demands: list[Demand] = []
    supplies: list[Supply] = []
    for name in SAMPLES:
        with as_file(corpus(f"samples/{name}")) as path:
            reading = read_list(path)
        demands += [replace(r, demand_id=f"D{i}") for i, r in enumerate(reading.demands)]
        supplies += [replace(r, supply_id=f"{name}{i}") for i, r in enumerate(reading.supplies)]
    return demands, supplies


@cache
def statistics() -> Statistics:
    demands, supplies = lists()
    return statistics_of([*demands, *supplies])


def suggested(model: Coefficients | None = None) -> tuple[Suggestion, ...]:
    return match(*lists(), statistics=statistics(), model=model).suggestions


@cache
def shown() -> tuple[Suggestion, ...]:
    """What a reviewer is shown: the first five of each demand, but nothing hopeless."""
    return tuple(s for s in suggested() if s.rank <= 5 and s.probability >= 0.05)


def verdicts(reviewer: Reviewer, seed: int = 0) -> list[Triple]:
    """All that a reviewer would say, one demand after the other in a random order."""
    rng = np.random.default_rng(seed)
    demands = {row.demand_id: row for row in lists()[0]}
    supplies = {row.supply_id: row for row in lists()[1]}
    order = {name: place for place, name in enumerate(rng.permutation(sorted(demands)))}
    found: dict[tuple[str, str], Verdict] = {}
    for s in sorted(shown(), key=lambda s: (order[s.demand_id], s.rank)):
        demand, supply = demands[s.demand_id], supplies[s.supply_id]
        said = reviewer(demand, supply, s.probability, rng)
        pair = content_hash(demand), content_hash(supply)
        found[pair] = Verdict.ACCEPTED if said else Verdict.REJECTED
    return [(*pair, verdict) for pair, verdict in found.items()]


def evidence(said: Sequence[Triple]) -> Evidence:
    return evidence_of(said, *lists())


def taught(said: Sequence[Triple], in_use: InUse | None = None) -> Lesson:
    shipped = coefficients()
    return learn(evidence(said), statistics(), shipped, in_use or InUse(shipped, shipped))
