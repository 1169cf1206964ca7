"""How fast the pages of demands, supplies and enterprises are, over a real server process.

``python -m benchmarks.web_lists --demands 20000 --supplies 100000 --folder DIR`` fills a database
with invented lists (:mod:`benchmarks.generate`), a run with ten suggestions a demand and some
decisions, starts ``xieshou serve`` on it, signs in as each role, asks for every page many times
and prints p50 and p95 in milliseconds, and the slowest first answer, for which nothing was counted
before (counts are kept until something changes); then it downloads all supplies and watches the memory of the
server. The database in the folder is used again if it is there. The suggestions are drawn, not
matched: only their number and size count here.
"""

from __future__ import annotations

import argparse
import http.client
import random
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

from benchmarks.generate import DATA, Lists
from benchmarks.records import demands_of, supplies_of
from benchmarks.serving import memory, serving
from benchmarks.tables import load, machine, table
from matcher.lists import ListReading
from matcher.model import Contribution, Decision, Explanation, ListKind, Row, Suggestion, Verdict
from matcher.ranking import Parameters
from matcher.store import EVERYTHING, Role, Store
from web import create_app

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


# --- measuring ------------------------------------------------------------------------------------

PAGES: dict[str, tuple[str, ...]] = {
    "first page": ("/demands", "/supplies", "/enterprises"),
    "last page": ("/demands?page=999999", "/supplies?page=999999", "/enterprises?page=999999"),
    "searched": (
        "/supplies?q=钢管", "/supplies?q=阀", "/supplies?q=烧碱", "/demands?q=Q355B", "/demands?q=电机",
        "/supplies?q=GB/T 8163", "/supplies?q=S0012345", "/enterprises?q=机械", "/supplies?q=有限公司",
    ),
    "faceted": (
        "/supplies?county=伊宁市&tier=小巨人", "/supplies?accepted=yes", "/supplies?intended=1",
        "/demands?gap=yes", "/demands?reviewed=accepted&category=关键零部件", "/demands?valid=past",
        "/enterprises?role=chain_leader", "/enterprises?tier=小巨人",
    ),
    "sorted": (
        "/supplies?sort=-annual_capacity", "/supplies?sort=product_name&page=1000",
        "/supplies?sort=county&page=1500", "/supplies?tier=创新型&sort=product_name&page=300",
        "/demands?sort=-probability", "/demands?sort=category&page=200", "/enterprises?sort=-supplies",
    ),
    "one row": ("/demands/D000100", "/supplies/S0000100", "/enterprises/1000"),
}  # fmt: skip


class Visitor:
    """A signed-in browser without a screen, that counts how long an answer takes."""

    def __init__(self, port: int, db: Path, role: Role) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        app = create_app({"DATABASE": str(db)})
        with Store(db) as store:
            user = store.users.find(role.value)
            assert user is not None
            token = store.sessions.start(user.id, "127.0.0.1", longest=1e6)
        signer = app.session_interface.get_signing_serializer(app)
        self._cookie = f"xieshou={signer.dumps({'_user_id': token, '_fresh': True})}"

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and content of a page."""
        self._line.request(
            "GET", urllib.parse.quote(path, safe="/?&=%-"), headers={"Cookie": self._cookie}
        )
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def seconds(self, path: str) -> float:
        """How long a page takes."""
        start = time.perf_counter()
        status, _content = self.get(path)
        assert status == 200, (path, status)
        return time.perf_counter() - start

    def downloaded(self, path: str) -> int:
        """Bytes of a file, read piece by piece."""
        self._line.request("GET", path, headers={"Cookie": self._cookie})
        answer = self._line.getresponse()
        size = 0
        while piece := answer.read(1 << 16):
            size += len(piece)
        return size


def watched(pid: int, visitor: Visitor, path: str) -> tuple[float, float, float, float]:
    """Seconds and MB of a download; memory of the server before it and at most during it."""
    before, most, done = memory(pid), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], memory(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    size = visitor.downloaded(path)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return seconds, size / 1e6, before, most[0]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which so large a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(db: Path, port: int, pid: int, times: int, roles: Sequence[Role]) -> None:
    """Print the tables."""
    lines = []
    for role in roles:
        visitor = Visitor(port, db, role)
        visitor.get("/supplies?q=钢管")  # the first search of a server loads the lexicon
        for kind, pages in PAGES.items():
            if kind == "one row" and role not in {Role.REVIEWER, Role.ADMIN}:
                continue
            each = {page: [visitor.seconds(page) for _ in range(times)] for page in pages}
            taken = [1000 * t for ts in each.values() for t in ts]
            slowest = max(each, key=lambda page: each[page][0])
            lines.append(
                (role, kind, len(pages), f"{percentile(taken, 0.5):.0f}", f"{percentile(taken, 0.95):.0f}",
                 f"{1000 * each[slowest][0]:.0f}", f"`{slowest}`")
            )  # fmt: skip
        if role is Role.REVIEWER:
            files = [
                (
                    f"supplies.{form}",
                    *(f"{x:.1f}" for x in watched(pid, visitor, f"/supplies.{form}")),
                )
                for form in ("csv", "json", "xlsx")
            ]
            print(table(("file", "s", "MB", "server MB before", "at most"), files), flush=True)
    print(table(("role", "pages", "n", "p50 ms", "p95 ms", "slowest first", "which"), lines))


def main() -> None:
    """Fill, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--demands", type=int, default=20_000)
    parser.add_argument("--supplies", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=10, help="how often each page is asked for")
    parser.add_argument("--roles", default="reviewer,county_reviewer,chain_leader,sme")
    parser.add_argument("--folder", type=Path, help="where the database is kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = (given.folder or Path(folder)) / f"lists-{given.demands}-{given.supplies}.db"
        if not db.exists():
            fill(db, given.demands, given.supplies)
        print(f"{machine()}; {given.demands:,} demands, {given.supplies:,} supplies; {load()}\n")
        with serving(db) as (port, pid):
            measure(db, port, pid, given.times, [Role(name) for name in given.roles.split(",")])
        print(f"\nAfterwards {load()}")


if __name__ == "__main__":
    main()
