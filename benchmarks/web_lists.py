"""How fast the pages of demands, supplies and enterprises are, over a real server process.

``python -m benchmarks.web_lists --demands 20000 --supplies 100000 --folder DIR`` fills a database
with invented lists (:mod:`benchmarks.generate`), a run with ten suggestions a demand and some
decisions, starts ``xieshou serve`` on it, signs in as each role, asks for every page many times
and prints p50 and p95 in milliseconds; then it downloads all supplies and watches the memory of the
server. The database in the folder is used again if it is there. The suggestions are drawn, not
matched: only their number and size count here.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from benchmarks.generate import DATA, Lists
from benchmarks.processes import ROOT
from benchmarks.records import demands_of, supplies_of
from benchmarks.tables import load, machine, table
from matcher.lists import ListReading
from matcher.model import Contribution, Decision, Explanation, ListKind, Row, Suggestion, Verdict
from matcher.ranking import Parameters
from matcher.store import EVERYTHING, Purpose, Role, Store

_EACH = 10  # suggestions of a demand
_DECIDED = 5_000
_GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


def fill(path: Path, demands: int, supplies: int, seed: int = 1) -> None:
    """A database with lists, a run, decisions and an account of each role."""
    rng = random.Random(seed)
    lists = Lists(demands, supplies, seed=seed, data=DATA if DATA.exists() else None)
    with Store(path) as store:
        store.lists.add(_reading("需求总表.xlsx", demands_of(lists.demands()), rng))
        store.lists.add(_reading("供给总表.xlsx", supplies_of(lists.supplies()), rng))
        wanted, offered = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        found = [s for d in wanted for s in _suggestions(d.demand_id, offered, rng)]
        outcome = SimpleNamespace(
            suggestions=found,
            gaps=[d.demand_id for d in wanted if rng.random() < 0.2],
            parameters=Parameters(),
            statistics=SimpleNamespace(version="drawn", to_json=lambda: "{}"),
            model_version="drawn",
        )
        store.runs.save(outcome, wanted, offered, started_at="2026-01-01T00:00:00.000Z")
        verdicts = list(Verdict)
        store.decisions.record(
            Decision(s.demand_id, s.supply_id, rng.choice(verdicts), "", "审核员甲")
            for s in rng.sample(found, min(_DECIDED, len(found)))
        )
        limits = {
            Role.COUNTY_REVIEWER: {"county": offered[0].county},
            Role.CHAIN_LEADER: {"enterprise_id": store.enterprises.named(wanted[0].leader)},
            Role.SME: {"enterprise_id": store.enterprises.named(offered[0].enterprise)},
        }
        for role in Role:
            store.users.add(role.value, role, **limits.get(role, {}))
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _reading(file: str, rows: Sequence[Row], rng: random.Random) -> ListReading:
    if rows and hasattr(rows[0], "demand_id"):
        rows = [_disclosed(row, rng) for row in rows]
    kind = ListKind.DEMAND if hasattr(rows[0], "demand_id") else ListKind.SUPPLY
    return ListReading(
        file=file, sha256=file, format="xlsx", encoding="", kind=kind, kind_certain=True, guess=kind,
        tables=(), rows=tuple(rows), problems=(), skipped=(),
    )  # fmt: skip


def _disclosed(row: Row, rng: random.Random) -> Row:
    from dataclasses import replace

    word = rng.choices(("公开", "匿名", "仅主管部门", ""), (5, 3, 1, 1))[0]
    valid = rng.choices(("", "2027-12-31", "2026-06-30"), (6, 3, 1))[0]
    return replace(row, disclosure=word, valid_until=valid)


def _suggestions(
    demand_id: str, supplies: Sequence[Row], rng: random.Random
) -> Iterator[Suggestion]:
    start = rng.randrange(len(supplies))
    for rank in range(1, _EACH + 1):
        supply = supplies[(start + rank * 7919) % len(supplies)]
        parts = tuple(
            Contribution(
                f"feature_{i}", group, 0.5, rng.uniform(-1, 1), f"{group}方面的一句理由，长短如常"
            )
            for i, group in enumerate(_GROUPS * 2)
        )
        yield Suggestion(
            demand_id, supply.row_id, rank, round(rng.random(), 6), Explanation(-3.0, parts),
            "某产品", supply.product_name,
        )  # fmt: skip
