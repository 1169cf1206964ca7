"""Instances for the tests of the allocation: random ones, and small ones with names."""

from __future__ import annotations

import random

from matcher.allocation import Candidate, DemandNode, Floor, Instance, Options, SupplyNode


def drawn(
    rng: random.Random, *, most: int = 5, pairs: int = 99, pure: bool = False, odd: bool = True
) -> Instance:
    """A random instance of up to ``most`` demands and supplies and ``pairs`` pairs.

    Args:
        rng: The chance.
        most: Greatest number of demands and of supplies.
        pairs: Greatest number of pairs.
        pure: Loads follow from needs and capacities in one unit, as min-cost flows have them.
        odd: Also empty capacities, pins, floors and a plan before.
    """
    demands = [
        DemandNode(f"D{i}", float(rng.choice([1, 3, 10, 40, 99.5])), "吨")
        for i in range(rng.randint(1, most))
    ]
    supplies = [
        SupplyNode(f"S{i}", float(rng.choice([0 if odd else 1, 1, 2, 8, 30, 70])), "吨",
                   rng.choice(["", "甲", "乙", "丙"]) if odd else "")
        for i in range(rng.randint(1, most))
    ]  # fmt: skip
    every = [(d, s) for d in demands for s in supplies]
    chosen = rng.sample(every, min(len(every), pairs, rng.randint(1, len(every))))
    candidates = []
    for d, s in chosen:
        load = d.quantity / s.capacity if s.capacity else float("inf")
        if not pure and s.capacity and rng.random() < 0.2:
            load = rng.choice([0.5, 1.0, 2.0])  # assumed
        probability = round(rng.choice([rng.random(), 0.5]), 6)
        weight = 1.0 if pure else rng.choice([1.0, 1.0, 1.5])
        candidates.append(Candidate(d.demand_id, s.supply_id, probability, load, weight))
    pins, floors, previous = {}, (), {}
    if odd:
        if rng.random() < 0.3:
            pins = {c.pair: rng.choice([0.1, 1.0]) for c in rng.sample(candidates, 1)}
        if rng.random() < 0.3:
            members = frozenset(s.supply_id for s in rng.sample(supplies, 1))
            floors = (Floor("精河县", members, rng.choice([0.1, 0.5])),)
        previous = {c.pair: rng.choice([0.2, 1.0]) for c in candidates if rng.random() < 0.3}
    return Instance(tuple(demands), tuple(supplies), tuple(candidates), pins, floors, previous)


def rules(rng: random.Random, *, whole: bool) -> Options:
    """Random options; ``whole`` ones need whole decisions."""
    stability = rng.choice([0.0, 0.1, 2.0])
    if not whole:
        return Options(stability=stability)
    backups = rng.random() < 0.3
    return Options(
        max_suppliers=rng.choice([None, 1, 2]),
        exposure=rng.choice([None, 1, 2]),
        minimum_lot=rng.choice([0.0, 0.1, 0.3]),
        backups=backups,
        stability=stability,
        gap=0.0,
    )


def small(
    needs: dict[str, float],
    capacities: dict[str, float],
    pairs: dict[tuple[str, str], float],
    **more,
) -> Instance:
    """An instance in 吨 from needs, capacities and probabilities; each row a firm of its own."""
    return Instance(
        tuple(DemandNode(name, need, "吨") for name, need in needs.items()),
        tuple(SupplyNode(name, amount, "吨", name) for name, amount in capacities.items()),
        tuple(
            Candidate(d, s, p, needs[d] / capacities[s] if capacities[s] else float("inf"))
            for (d, s), p in pairs.items()
        ),
        **more,
    )
