"""Invented demand and supply lists of any size, with pairs whose truth is known.

``python -m benchmarks.generate --demands 1000 --supplies 10000 --seed 1 --out DIR`` writes
``需求.tsv``, ``供给.tsv`` and ``truth.tsv`` (demand_id, supply_id, kind). From Python,
``Lists(1000, 10_000, seed=1)`` gives the cells, and :mod:`benchmarks.records` typed rows.

A firm has several rows of related names, and some names are far more frequent than others. A demand
of the truth has one right supply, hard to find for one of the reasons in
``benchmarks.planting.KINDS``; no other row is of the same goods. The same sizes, seed, names and
version of this code give the same lists. The names are those of listed companies, where
``../shared/data`` has them, and of ``corpora``; nothing but the names is real.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.firms import Firm, category, description, drawn_firm, requirement
from benchmarks.goods import Good, goods, mistyped
from benchmarks.planting import (
    Line,
    amount_text,
    drawn_size,
    dressed,
    plant,
    standard_of,
    supply_lines,
    truth_of,
)
from benchmarks.processes import ROOT
from benchmarks.specifications import STYLES
from benchmarks.task import DEMANDS, SUPPLIES, TRUTH, TRUTH_KEYS
from matcher.model import DEMAND_KEYS, SUPPLY_KEYS

DATA = ROOT.parent / "shared" / "data"


MOST_PLANTED = 4000
_BLOCK = 4096  # firms drawn at a time
_NEAR = 15  # how far apart the names of one firm are, in the order of the goods
_FREQUENT = 0.7  # exponent of Zipf's law for the names

Cells = tuple[str, ...]


class Lists:
    """A demand list and a supply list, made row by row as they are asked for."""

    def __init__(
        self, demands: int, supplies: int, seed: int = 1,
        planted: int | None = None, data: Path | None = DATA,
    ) -> None:  # fmt: skip
        """Choose what is planted and where.

        Args:
            demands: Rows of the demand list.
            supplies: Rows of the supply list.
            seed: The same seed gives the same lists.
            planted: Demands of the truth; by default half of the demands, but neither more than
                a third of the supplies nor than :data:`MOST_PLANTED`.
            data: Folder with the names of listed companies; None for ``corpora`` alone.

        Raises:
            ValueError: So many planted demands do not fit into the lists.
        """
        if planted is None:
            planted = min(demands // 2, supplies // 3, MOST_PLANTED)
        if planted > min(demands, supplies // 2):
            raise ValueError(f"{planted} planted demands do not fit into {demands} × {supplies}")
        self._sizes = demands, supplies
        self._seed = seed
        self._known = goods(data)
        rng = self._random("planted")
        pairs, taken = plant(self._known, planted, rng)
        self._others = [good for good in self._known.all if good.group not in taken]
        offered = supply_lines(pairs)
        wanted_places = rng.sample(range(demands), len(pairs))
        offered_places = rng.sample(range(supplies), len(offered))
        self._wanted = {i: pair.demand for i, pair in zip(wanted_places, pairs, strict=True)}
        self._offered = dict(zip(offered_places, offered, strict=True))
        ids = [f"D{i + 1:06}" for i in wanted_places], [f"S{i + 1:07}" for i in offered_places]
        self.truth: list[Cells] = sorted(truth_of(pairs, *ids))
        count = min(400, 5 + demands // 25)
        chains = [STYLES[i % len(STYLES)].chain for i in range(count)]
        self._leaders = [drawn_firm(chain, (), rng) for chain in chains]

    def demands(self) -> Iterator[Cells]:
        """Rows of the demand list, in the order of ``DEMAND_KEYS``."""
        rng = self._random("demands")
        for i, (good, _) in enumerate(self._background("demands", self._sizes[0])):
            leader = self._leaders[i * len(self._leaders) // self._sizes[0]]
            line = self._wanted.get(i) or self._line(good, rng)
            chain = STYLES[line.style].chain
            present = drawn_firm(chain, (), rng).name if rng.random() < 0.1 else ""
            yield (
                f"D{i + 1:06}", chain, leader.name, line.name, category(chain, rng), line.spec,
                line.standard, line.amount, line.unit, leader.county, requirement(rng), present,
                "州内" if present else "", "", "", "",
            )  # fmt: skip

    def supplies(self) -> Iterator[Cells]:
        """Rows of the supply list, in the order of ``SUPPLY_KEYS``."""
        rng = self._random("supplies")
        leaders = [leader.name for leader in self._leaders]
        firm: Firm | None = None
        for i, (good, first) in enumerate(self._background("supplies", self._sizes[1])):
            if first or firm is None:
                firm = drawn_firm(STYLES[good.style].chain, leaders, rng)
            line = self._offered.get(i) or self._line(good, rng)
            yield (
                f"S{i + 1:07}", firm.name, "", firm.county, firm.tier, line.name, line.spec,
                line.standard, line.amount, line.unit, firm.certificates, firm.buyers, "",
                description(rng),
            )  # fmt: skip

    def _background(self, stream: str, count: int) -> Iterator[tuple[Good, bool]]:
        """Goods of as many rows, firm by firm, and whether a firm begins there."""
        rng = np.random.default_rng([self._seed, len(stream)])
        n = len(self._others)
        weights = (np.arange(n) + 50.0) ** -_FREQUENT
        limits = np.cumsum(np.random.default_rng(self._seed).permutation(weights))
        done = 0
        while done < count:
            centres = np.searchsorted(limits, rng.random(_BLOCK) * limits[-1])
            sizes = np.minimum(rng.geometric(0.22, _BLOCK), 30)
            places = np.repeat(centres, sizes) + rng.integers(-_NEAR, _NEAR + 1, sizes.sum())
            first = np.zeros(sizes.sum(), dtype=bool)
            first[np.cumsum(sizes) - sizes] = True
            stop = min(len(places), count - done)
            for place, begins in zip(places[:stop].tolist(), first[:stop].tolist(), strict=True):
                yield self._others[place % n], begins
            done += stop

    def _line(self, good: Good, rng: random.Random) -> Line:
        """What a row of the background says of its goods."""
        style = STYLES[good.style]
        name, chance = good.name, rng.random()
        if chance < 0.01:
            name = (
                mistyped(name, int(chance * 100 * len(name)), rng.random(), self._known.squeezed)
                or name
            )
        elif chance < 0.03:
            name = f"{name}、{self._others[int(rng.random() * len(self._others))].name}"
        else:
            name = dressed(name, style, rng)
        return Line(
            name,
            style.written(style.drawn(rng), style.some(rng), rng),
            standard_of(good.group, rng),
            amount_text(drawn_size(rng), rng),
            style.units[int(rng.random() * len(style.units))],
            good.style,
        )

    def _random(self, stream: str) -> random.Random:
        return random.Random(f"{self._seed} {stream}")


def write(lists: Lists, folder: Path) -> None:
    """Write the two lists and the truth into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / DEMANDS, DEMAND_KEYS, lists.demands())
    _write(folder / SUPPLIES, SUPPLY_KEYS, lists.supplies())
    _write(folder / TRUTH, TRUTH_KEYS, lists.truth)


def _write(path: Path, keys: Cells, rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("\t".join(keys) + "\n")
        stream.writelines("\t".join(row) + "\n" for row in rows)


def main() -> None:
    """Write lists of the sizes asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.generate", description=__doc__)
    parser.add_argument("--demands", type=int, default=1000)
    parser.add_argument("--supplies", type=int, default=10_000)
    parser.add_argument("--planted", type=int, help="demands of the truth (default: half, ≤ 4000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=DATA, help="where the names are (README)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    asked = parser.parse_args()
    lists = Lists(asked.demands, asked.supplies, asked.seed, asked.planted, asked.data)
    write(lists, asked.out)
    print(f"{asked.demands} × {asked.supplies}, {len(lists.truth)} rows of truth in {asked.out}")


if __name__ == "__main__":
    main()
