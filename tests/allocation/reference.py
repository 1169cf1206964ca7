"""What a plan is worth at best, found the slow and obvious way: every choice of firms is tried.

Quantities are in the units of the lists, the linear programmes are solved by a plain tableau, and
nothing is shared with the code under test but the classes of the problem.
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np

from matcher.allocation import Candidate, Instance, Options

FORBIDDING = 1e5  # cost of an artificial variable
EPSILON = 1e-9


def simplex(gain, rows, limits):
    """Maximise ``gain·x`` where ``rows·x ≤ limits`` and ``x ≥ 0``; None where nothing is feasible.

    Bland's rule, so that it ends; artificial variables for negative limits.
    """
    rows, limits = np.array(rows, float).reshape(len(limits), len(gain)), np.array(limits, float)
    m, n = rows.shape
    flipped = limits < 0
    sign = np.where(flipped, -1.0, 1.0)
    artificial = np.flatnonzero(flipped)
    table = np.hstack([rows * sign[:, None], np.diag(sign), np.eye(m)[:, artificial]])
    cost = np.concatenate([gain, np.zeros(m), np.full(len(artificial), -FORBIDDING)])
    right = limits * sign
    basis = list(range(n, n + m))
    for place, row in enumerate(artificial):
        basis[row] = n + m + place
    for _ in range(10_000):
        reduced = cost - cost[basis] @ table
        entering = next((j for j in range(len(cost)) if reduced[j] > EPSILON), None)
        if entering is None:
            break
        ratios = [
            (right[i] / table[i, entering], basis[i], i)
            for i in range(m)
            if table[i, entering] > EPSILON
        ]
        assert ratios, "unbounded"
        least = min(r for r, _, _ in ratios)
        _, i = min((b, i) for r, b, i in ratios if r <= least + 1e-12)
        pivot = table[i, entering]
        table[i], right[i] = table[i] / pivot, right[i] / pivot
        for other in range(m):
            if other != i and table[other, entering]:
                right[other] -= table[other, entering] * right[i]
                table[other] -= table[other, entering] * table[i]
        basis[i] = entering
    else:
        raise AssertionError("no end")
    if any(basis[i] >= n + m and right[i] > 1e-7 for i in range(m)):
        return None
    return float(cost[basis] @ right)


def best(instance: Instance, options: Options) -> float:
    """The greatest objective of any plan."""
    demands = {d.demand_id: d for d in instance.demands}
    firm = {s.supply_id: s.firm or f"row {s.supply_id}" for s in instance.supplies}
    capacity = {s.supply_id: s.capacity for s in instance.supplies}
    links = sorted({(c.demand_id, firm[c.supply_id]) for c in instance.candidates})
    whole = options.max_suppliers or options.exposure or options.lot
    sizes = range(len(links) + 1) if whole else [len(links)]
    found = None
    for chosen in itertools.chain.from_iterable(itertools.combinations(links, n) for n in sizes):
        firms = Counter(d for d, _ in chosen)
        shown = Counter(f for _, f in chosen)
        if options.max_suppliers and max(firms.values(), default=0) > options.max_suppliers:
            continue
        if options.exposure and max(shown.values(), default=0) > options.exposure:
            continue
        worth = quantities(instance, options, chosen, demands, firm, capacity)
        if worth is None:
            continue
        if options.backups:
            worth += options.backup_price * sum(n >= 2 for n in firms.values())
        found = worth if found is None else max(found, worth)
    assert found is not None
    return found


def quantities(instance, options, chosen, demands, firm, capacity):
    """The best quantities once firms are chosen; None where a lot cannot be had."""
    used: list[Candidate] = [
        c for c in instance.candidates if (c.demand_id, firm[c.supply_id]) in chosen
    ]
    need = {c.pair: demands[c.demand_id].quantity for c in instance.candidates}
    kept = [c for c in used if options.stability and instance.previous.get(c.pair, 0) > 0]
    pins = [pair for pair in instance.pins if pair in need]
    floors = [f for f in instance.floors if any(c.supply_id in f.supplies for c in used)]
    lost = [f for f in instance.floors if f not in floors]
    load = {c.pair: c.load for c in instance.candidates}
    reachable = len({c.demand_id for c in instance.candidates})
    names = [("q", *c.pair) for c in used] + [("k", *c.pair) for c in kept]
    names += [("p", *pair) for pair in pins] + [("f", f.label) for f in floors]
    place = {name: i for i, name in enumerate(names)}
    gain = np.zeros(len(names))
    rows, limits = [], []

    def row(limit, entries):
        line = np.zeros(len(names))
        for name, factor in entries:
            line[place[name]] += factor
        rows.append(line)
        limits.append(limit)

    for c in used:
        gain[place["q", *c.pair]] = c.value / need[c.pair]
        if not np.isfinite(c.load):
            row(0.0, [(("q", *c.pair), 1.0)])
    for c in kept:
        gain[place["k", *c.pair]] = options.stability / need[c.pair]
        row(0.0, [(("k", *c.pair), 1.0), (("q", *c.pair), -1.0)])
        row(instance.previous[c.pair] * need[c.pair], [(("k", *c.pair), 1.0)])
    for demand_id, node in demands.items():
        row(node.quantity, [(("q", *c.pair), 1.0) for c in used if c.demand_id == demand_id])
    for supply_id, most in capacity.items():
        mine = [c for c in used if c.supply_id == supply_id and np.isfinite(c.load)]
        row(most, [(("q", *c.pair), c.load * most / need[c.pair]) for c in mine])
    for demand_id, name in chosen:
        mine = [c for c in used if (c.demand_id, firm[c.supply_id]) == (demand_id, name)]
        lot = options.lot * demands[demand_id].quantity
        row(-lot, [(("q", *c.pair), -1.0) for c in mine])
    for pair in pins:
        wanted = min(instance.pins[pair], 1.0, 1 / load[pair]) * need[pair]
        gain[place["p", *pair]] = -options.pin_price / need[pair]
        mine = [(("q", *c.pair), -1.0) for c in used if c.pair == pair]
        row(-wanted, [*mine, (("p", *pair), -1.0)])
    for floor in floors:
        gain[place["f", floor.label]] = -options.floor_price
        mine = [c for c in used if c.supply_id in floor.supplies]
        entries = [(("q", *c.pair), -1.0 / need[c.pair]) for c in mine]
        row(-floor.share * reachable, [*entries, (("f", floor.label), -1.0)])
    found = simplex(gain, rows, limits)
    constant = options.floor_price * reachable * sum(f.share for f in lost)
    return None if found is None else found - constant


def worth(instance: Instance, options: Options, shares) -> float:
    """The objective of given parts of needs."""
    values = {c.pair: c for c in instance.candidates}
    firm = {s.supply_id: s.firm or f"row {s.supply_id}" for s in instance.supplies}
    total = sum(values[pair].value * share for pair, share in shares.items())
    total += options.stability * sum(
        min(share, instance.previous.get(pair, 0.0)) for pair, share in shares.items()
    )
    for pair, wanted in instance.pins.items():
        if pair in values:
            short = min(wanted, 1.0, 1 / values[pair].load) - shares.get(pair, 0.0)
            total -= options.pin_price * max(0.0, short)
    reachable = len({c.demand_id for c in instance.candidates})
    for floor in instance.floors:
        got = sum(share for pair, share in shares.items() if pair[1] in floor.supplies)
        total -= options.floor_price * max(0.0, floor.share * reachable - got)
    if options.backups:
        firms = Counter(d for d, _ in {(d, firm[s]) for d, s in shares})
        total += options.backup_price * sum(n >= 2 for n in firms.values())
    return total
