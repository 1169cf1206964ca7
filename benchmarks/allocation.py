"""Plans beside greedy and one-to-one assignment, on the samples and 20 generated prefectures; size.

``python -m benchmarks.allocation`` prints the comparison, ``--parts sparsity`` how it changes with
the number of suggestions, ``--parts size`` the time and memory of large instances. A prefecture is
a market of product groups: needs and capacities are lognormal, a firm's strength raises its
probability with every buyer, so that all rankings name the same few firms first. Its total need
over total capacity runs from 0.4 to 1.6 over the 20 seeds.

- **greedy** takes all pairs by probability, each as much as need and capacity leave;
- **greedy, whole** takes a pair only where the supply still has the whole need to give;
- **one-to-one** is the best assignment of at most one supply to each demand and back (scipy's
  ``linear_sum_assignment`` on probability × part of the need that the capacity allows);
- **most** is the plan where every pair counts the same: nothing covers more needs. It is a bound.

*Covered* is the mean part of needs; *by quantity* is the part of each product group's total
quantity, averaged over the groups (units of different groups do not add up).
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import as_file

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.tables import load, machine, table
from matcher.allocation import (
    Candidate,
    DemandNode,
    Instance,
    Options,
    Policy,
    SupplyNode,
    build,
    solve,
)
from matcher.allocation.graph import sort
from matcher.allocation.greedy import greedy
from matcher.tables import corpus

Pair = tuple[str, str]
Shares = dict[Pair, float]
SEEDS = 20
SAMPLES = ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv")
TIGHT = 0.8  # total need over total capacity from which a prefecture counts as short


def tightness(seed: int) -> float:
    """Total need over total capacity of a prefecture."""
    return 0.4 + 1.2 * seed / (SEEDS - 1)


def market(
    rng: random.Random, groups: int, demands: int, supplies: int, top: int, tight: float
) -> Instance:
    """Product groups, each of about so many demands and supplies; a row's group is in its unit."""
    wanted, offered, candidates = [], [], []
    for group in range(groups):
        unit = f"吨{group}"
        scale = rng.lognormvariate(5, 1.5)
        needs = [
            rng.lognormvariate(0, 1) * scale
            for _ in range(max(1, round(demands * rng.uniform(0.5, 1.5))))
        ]
        sizes = [
            rng.lognormvariate(0, 1) for _ in range(max(1, round(supplies * rng.uniform(0.5, 1.5))))
        ]
        fill = sum(needs) / tight / sum(sizes)
        mine = [DemandNode(f"D{group:05}-{i:04}", need, unit) for i, need in enumerate(needs)]
        theirs = [
            SupplyNode(f"S{group:05}-{i:04}", size * fill, unit, f"F{group}-{i}")
            for i, size in enumerate(sizes)
        ]
        strength = [rng.gauss(0, 1) for _ in theirs]
        for demand in mine:
            seen = rng.sample(range(len(theirs)), min(len(theirs), 2 * top))
            scored = [(1 / (1 + math.exp(-(0.3 + strength[i] + rng.gauss(0, 1)))), i) for i in seen]
            for probability, i in sorted(scored, reverse=True)[:top]:
                supply = theirs[i]
                candidates.append(Candidate(demand.demand_id, supply.supply_id, round(probability, 6),
                                            demand.quantity / supply.capacity))  # fmt: skip
        wanted += mine
        offered += theirs
    return Instance(tuple(wanted), tuple(offered), tuple(candidates))


def prefecture(seed: int, top: int = 10) -> Instance:
    """One of the generated prefectures: 60 product groups, about 300 demands and 480 supplies."""
    return market(random.Random(seed), 60, 5, 8, top, tightness(seed))


def samples() -> Instance:
    """The bundled lists, matched."""
    from matcher import match, read_list

    readings = []
    for name in SAMPLES:
        with as_file(corpus(f"samples/{name}")) as path:
            readings.append(read_list(path))
    demands = [row for reading in readings for row in reading.demands]
    supplies = [row for reading in readings for row in reading.supplies]
    return build(
        demands, supplies, match(demands, supplies).suggestions, Policy(min_probability=0.3)
    )


def planned(instance: Instance) -> Shares:
    """The plan's parts of needs."""
    return solve(instance).shares


def by_score(instance: Instance) -> Shares:
    """Greedy by probability."""
    ordered = sort(instance, Options())
    graph = ordered.graph
    share = greedy(graph, Options())
    return {
        (ordered.demand_ids[graph.demand[i]], ordered.supply_ids[graph.supply[i]]): float(share[i])
        for i in np.flatnonzero(share)
    }


def one_to_one(instance: Instance) -> Shares:
    """The best assignment of one to one."""
    demands = {d.demand_id: i for i, d in enumerate(instance.demands)}
    supplies = {s.supply_id: i for i, s in enumerate(instance.supplies)}
    gain = np.zeros((len(demands), len(supplies)))
    most = {c.pair: min(1.0, 1 / c.load) for c in instance.candidates}
    for c in instance.candidates:
        gain[demands[c.demand_id], supplies[c.supply_id]] = c.value * most[c.pair]
    chosen = set(zip(*linear_sum_assignment(gain, maximize=True), strict=True))
    return {
        pair: part for pair, part in most.items() if (demands[pair[0]], supplies[pair[1]]) in chosen
    }


def whole_needs(instance: Instance) -> Shares:
    """Greedy by probability, without parts of needs."""
    left = {s.supply_id: 1.0 for s in instance.supplies}
    shares: Shares = {}
    served: set[str] = set()
    for c in sorted(instance.candidates, key=lambda c: (-c.probability, c.pair)):
        if c.demand_id not in served and c.load <= left[c.supply_id]:
            left[c.supply_id] -= c.load
            served.add(c.demand_id)
            shares[c.pair] = 1.0
    return shares


def most(instance: Instance) -> Shares:
    """The plan that covers the greatest part of needs, whatever the probabilities."""
    alike = tuple(replace(c, probability=1.0) for c in instance.candidates)
    return solve(replace(instance, candidates=alike)).shares


WAYS: dict[str, Callable[[Instance], Shares]] = {
    "plan": planned, "greedy": by_score, "greedy, whole": whole_needs, "one-to-one": one_to_one,
    "most": most,
}  # fmt: skip
BASELINES = tuple(way for way in WAYS if way not in {"plan", "most"})


def figures(instance: Instance, shares: Shares) -> dict[str, float]:
    """Covered, covered by quantity, distinct suppliers, largest exposure, expected value."""
    values = {c.pair: c.value for c in instance.candidates}
    need, got = defaultdict(float), defaultdict(float)
    units = {d.demand_id: (d.unit, d.quantity) for d in instance.demands}
    for unit, quantity in units.values():
        need[unit] += quantity
    for (demand_id, _), share in shares.items():
        got[units[demand_id][0]] += share * units[demand_id][1]
    return {
        "covered": sum(shares.values()) / len(instance.demands),
        "by quantity": sum(got[unit] / total for unit, total in need.items()) / len(need),
        "suppliers": len({s for _, s in shares}),
        "exposure": max(Counter(s for _, s in shares).values(), default=0),
        "value": sum(values[pair] * share for pair, share in shares.items()),
    }


def compare() -> None:
    """Print the comparison on the samples and on the prefectures."""
    rows = []
    short: list[list[float]] = []
    worse = 0
    instances = [("samples", math.nan, samples())]
    instances += [(f"prefecture {i}", tightness(i), prefecture(i)) for i in range(SEEDS)]
    for name, tight, instance in instances:
        found = {way: figures(instance, plan(instance)) for way, plan in WAYS.items()}
        for way, f in found.items():
            rows.append([name, "" if math.isnan(tight) else f"{tight:.2f}", way, f"{f['covered']:.1%}",
                         f"{f['by quantity']:.1%}", f["suppliers"], f["exposure"], f"{f['value']:.2f}"])  # fmt: skip
            worse += f["value"] > found["plan"]["value"] + 1e-6
        if tight > TIGHT:
            short.append([f["covered"] for f in found.values()])
    print(f"{machine()}, {load()}\n")
    print(table(["instance", "need/capacity", "way", "covered", "by quantity", "suppliers",
                 "largest exposure", "expected value"], rows))  # fmt: skip
    print(f"\nValue below a baseline: {worse} of {len(BASELINES) * len(instances)}. Part of needs that the "
          f"plan covers beyond each, where need exceeds {TIGHT:.0%} of capacity, mean and least of "
          f"{len(short)}:")  # fmt: skip
    for way, others in zip(list(WAYS)[1:], list(zip(*short, strict=True))[1:], strict=True):
        more = [mine[0] / other - 1 for mine, other in zip(short, others, strict=True)]
        print(f"- {way}: {sum(more) / len(more):+.1%}, {min(more):+.1%}")


def sparsity() -> None:
    """Print what the plan covers beyond greedy by the number of suggestions for each demand.

    With ten, nearly every firm of a group is suggested for every demand, greedy strands nothing,
    and only the order of small and large needs can be better. The fewer, the more it strands. The
    last column is what no plan can surpass.
    """
    rows = []
    for top in (10, 5, 3, 2, 1):
        more = []
        for seed in range(SEEDS):
            if tightness(seed) > TIGHT:
                instance = prefecture(seed, top)
                plan, other, bound = (
                    figures(instance, way(instance)) for way in (planned, by_score, most)
                )
                gains = [plan[k] / other[k] - 1 for k in ("covered", "by quantity", "value")]
                more.append([*gains, bound["covered"] / other["covered"] - 1])
        rows.append(
            [top, len(more), *(f"{sum(each) / len(more):+.1%}" for each in zip(*more, strict=True))]
        )
    print(
        table(["suggestions", "instances", "covered", "by quantity", "value", "most covered"], rows)
    )


def scattered(demands: int, supplies: int, top: int) -> Instance:
    """Any supply for any demand: one component that holds nearly everything, the hardest case."""
    rng = random.Random(0)
    offered = [SupplyNode(f"S{i:06}", rng.lognormvariate(0, 1) * demands / supplies, "吨", f"F{i}")
               for i in range(supplies)]  # fmt: skip
    wanted = [DemandNode(f"D{i:06}", rng.lognormvariate(0, 1), "吨") for i in range(demands)]
    candidates = [
        Candidate(d.demand_id, s.supply_id, round(rng.random(), 6), d.quantity / s.capacity)
        for d in wanted
        for s in rng.sample(offered, top)
    ]
    return Instance(tuple(wanted), tuple(offered), tuple(candidates))


SIZES: dict[str, Callable[[], Instance]] = {
    "5,000 × 50,000 × 20, one component": lambda: scattered(5_000, 50_000, 20),
    "5,000 × 50,000 × 20, 100 groups": lambda: market(random.Random(0), 100, 50, 500, 20, 1.0),
    "100,000 × 200,000 × 20, 2,000 groups": lambda: market(
        random.Random(0), 2_000, 50, 100, 20, 1.0
    ),
}
RULES = {
    "none": Options(time_limit=600),
    "≤ 3 firms": Options(max_suppliers=3),
    "≤ 3 firms, lot 10%": Options(max_suppliers=3, minimum_lot=0.1),
}


def measure(size: str, rule: str) -> list[object]:
    """One line: seconds and memory of one solve in this process."""
    instance = SIZES[size]()
    start = time.perf_counter()
    plan = solve(instance, RULES[rule])
    seconds = time.perf_counter() - start
    return [size, rule, len(instance.candidates), f"{seconds:.1f}", peak(), f"{plan.gap:.4%}",
            f"{plan.value:.1f}", f"{plan.bound:.1f}"]  # fmt: skip


def peak() -> str:
    """Most memory of this process so far in MB, where the system tells."""
    try:
        import resource
    except ImportError:
        return ""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", choices=["compare", "sparsity", "size"], default="compare")
    parser.add_argument("--size", choices=[*SIZES], help="one size")
    parser.add_argument("--rule", choices=[*RULES], default="none")
    chosen = parser.parse_args(arguments)
    if chosen.parts == "compare":
        compare()
        return
    print(f"{machine()}, {load()}\n")
    if chosen.parts == "sparsity":
        sparsity()
        return
    header = ["size", "rules", "pairs", "s", "MB", "gap", "value", "bound"]
    sizes = [chosen.size] if chosen.size else list(SIZES)
    print(table(header, [measure(size, chosen.rule) for size in sizes]))


if __name__ == "__main__":
    main()
