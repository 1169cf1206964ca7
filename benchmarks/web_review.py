"""Decide-and-next over a real server, measured from outside: press a button, read the next item.

    python benchmarks/web_review.py --items 10000 --decisions 300

Prints median and 95th percentile of the time from sending the form to having the next page, follows
redirects as browsers do, and counts in the database that every decision was kept.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import random
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

from benchmarks.serving import serving
from matcher.lists import ListReading
from matcher.model import (
    Contribution,
    Demand,
    Explanation,
    Quantity,
    Row,
    Source,
    Suggestion,
    Supply,
)
from matcher.ranking import Parameters
from matcher.records import kind_of
from matcher.store import EVERYTHING, Purpose, Role, Store, clock

_PER_DEMAND = 10
_GROUPS = ("名称", "规格", "标准", "数量", "区位", "资质", "意向", "类别")


def main() -> None:
    """Fill a database, serve it, decide, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000, help="suggestions that wait")
    parser.add_argument("--decisions", type=int, default=300, help="how many are decided")
    parser.add_argument("--query", default="", help="filters and order, as in the address")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.db"
        token = fill(path, asked.items)
        with serving(path) as (port, _):
            times = review(f"http://127.0.0.1:{port}", token, asked.decisions, asked.query)
        with Store(path) as store:
            kept = store.db.execute("SELECT count(*) FROM decisions").fetchone()[0]
            left = store.db.execute("SELECT count(*) FROM review_items WHERE open = 1").fetchone()[
                0
            ]
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    print(f"waiting {asked.items:,}, decided {len(times)}, kept {kept}, left {left:,}")
    print(f"decide and next: p50 {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms,"
          f" longest {times[-1] * 1000:.0f} ms")  # fmt: skip


def fill(path: Path, items: int) -> str:
    """A database with so many waiting suggestions; the token of a reviewer's one-time link."""
    rng, n = random.Random(1), items // _PER_DEMAND
    demands: list[Row] = [
        Demand(
            f"D{i:06}", f"无缝钢管{i}", (f"无缝钢管{i}",), chain=f"产业链{i % 12}",
            leader=f"新疆第{i % 300}装备有限公司", category="关键零部件", spec="DN100 Q355B PN16",
            standard="GB/T 8163-2018", annual_quantity=Quantity(3000, 3000, "吨", text="3000吨"),
            unit="吨", county=f"第{i % 8}县", source=Source("需求.csv", "", i + 1), id_given=True,
        ) for i in range(n)
    ]  # fmt: skip
    supplies: list[Row] = [
        Supply(
            f"S{i:06}", f"无缝管{i}", (f"无缝管{i}",), enterprise=f"博州第{i}管业有限公司",
            county=f"第{i % 8}县", spec="DN100 Q345B PN25", standard="GB/T 8163",
            annual_capacity=Quantity(5000, 5000, "吨", text="5000吨"), unit="吨",
            source=Source("供给.csv", "", i + 1), id_given=True,
        ) for i in range(n)
    ]  # fmt: skip
    parts = tuple(
        Contribution(f"feature_{k}", group, 1.0, 0.3 * (-1) ** k, f"{group}方面的一句理由")
        for k, group in enumerate(_GROUPS)
    )
    found = [
        Suggestion(
            demand.row_id, supplies[(7 * i + 13 * rank) % n].row_id, rank + 1,
            round(rng.random(), 6), Explanation(-1.0, parts),
        ) for i, demand in enumerate(demands) for rank in range(_PER_DEMAND)
    ]  # fmt: skip
    outcome = SimpleNamespace(
        suggestions=tuple(found), gaps=(), parameters=Parameters(), model_version="benchmark",
        statistics=SimpleNamespace(version="benchmark", to_json=lambda: "{}"),
    )  # fmt: skip
    with Store(path) as store:
        for number, rows in enumerate((demands, supplies)):
            store.lists.add(_reading(rows, str(number)))
        store.runs.save(outcome, demands, supplies, started_at=clock.now())
        assert store.queue.version()[0] == 1
        assert len(store.queue.facets(EVERYTHING)["chain"]) == min(12, n)
        store.users.add("administrator", Role.ADMIN)
        user = store.users.add("reviewer", Role.REVIEWER)
        return store.links.issue(Purpose.ENTER, seconds=3600, user_id=user.id)


def _reading(rows: list[Row], mark: str) -> ListReading:
    kind = kind_of(rows[0])
    return ListReading(
        file=rows[0].source.file, sha256=mark, format="text", encoding="utf-8", kind=kind,
        kind_certain=True, guess=kind, tables=(), rows=tuple(rows), problems=(), skipped=(),
    )  # fmt: skip


def review(site: str, token: str, decisions: int, query: str) -> list[float]:
    """Sign in, decide so many times, and measure each in seconds."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)

    def load(address: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        with browser.open(site + address, data=data, timeout=60) as page:
            return page.read().decode("utf-8")

    load(f"/login?link={token}")
    load("/login", {"csrf_token": _field(load("/login"), "csrf_token"), "enter": "1"})
    page, times = load(f"/review?{query}"), []
    for n in range(decisions):
        form = {name: _field(page, name) for name in ("csrf_token", "pair", "token")}
        form["verdict"] = ("accepted", "rejected-2", "unsure")[n % 3]
        started = time.perf_counter()
        page = load(f"/review/decide?{query}", form)
        times.append(time.perf_counter() - started)
        assert _field(page, "pair") != form["pair"]
    return times


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    if found is None:
        raise SystemExit(f"no field {name} on the page:\n{page[:2000]}")
    return found[1]


if __name__ == "__main__":
    main()
