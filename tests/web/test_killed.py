"""kill -9 of a server at work: what it has answered is there, and nothing is half done."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from matcher.store import Role, Store
from tests.cli.serving import Visitor, answer, free_port, served, token_of
from web.imports.pages import SMALL_TEXT
from web.passwords import hashed

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # connections to a server that is gone
]

DEMANDS, SUPPLIES = 12, 400
PASSWORD = "correct horse battery"
LARGE = "很长的说明" * (SMALL_TEXT // SUPPLIES // 14)  # read by a job, not in the request
GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that is gone


def demands() -> str:
    rows = (f"D{n:03},博州天河铜业有限公司,阀门{n},{n}00,台" for n in range(1, DEMANDS + 1))
    return "\n".join(("需求编号,链主企业,产品名称,年需求量,单位", *rows)) + "\n"


def supplies(mark: int) -> str:
    """A list of which every row says the mark."""
    more = LARGE if mark % 3 == 0 else ""
    rows = (
        f"S{n:03},博州第{n}阀门厂,阀门{n % DEMANDS + 1},{n}00,台,第 {mark} 次{more}"
        for n in range(1, SUPPLIES + 1)
    )
    return "\n".join(("供给编号,企业名称,产品名称,年产能,单位,产品说明", *rows)) + "\n"


class Work:
    """Three people at work; what the server has acknowledged to them."""

    def __init__(self, site: str) -> None:
        self.site, self.mark = site, 0
        self.uploads: dict[str, str] = {}
        self.imported: list[int] = []
        self.decided: list[tuple[str, str]] = []
        self.runs: list[int] = []
        self.visitors: dict[str, Visitor] = {}
        self.unexpected: list[str] = []

    def visitor(self, name: str) -> Visitor:
        """Who has signed in once stays signed in, over all kills."""
        if name not in self.visitors:
            visitor = Visitor()
            visitor.send(f"{self.site}/login", name=name, password=PASSWORD)
            self.visitors[name] = visitor
        return self.visitors[name]

    def job(self, visitor: Visitor, url: str, page: str) -> tuple[str, str]:
        """Wait for the end of a job, where there is one."""
        while "/jobs/" in url and 'id="job-progress"' in page:
            time.sleep(0.05)
            url, page = visitor.ask(url)
        return url, page

    def imports(self) -> None:
        visitor, self.mark = self.visitor("admin"), self.mark + 1
        content, at = supplies(self.mark).encode(), f"{self.site}/imports"
        sent = visitor.upload(at, "供给.csv", content, csrf_token=token_of(visitor.get(at)))
        url, page = self.job(visitor, *sent)
        if not (number := re.fullmatch(rf"{at}/(\d+)", url)):
            return  # interrupted
        self.uploads[number[1]] = hashlib.sha256(content).hexdigest()
        if not (shown := re.search(r'name="shown" value="(\w+)"', page)):
            return
        form = {"csrf_token": token_of(page), "shown": shown[1]}
        _, page = self.job(visitor, *visitor.post(f"{url}/confirm", **form))
        if "撤销本次导入" in page:
            self.imported.append(self.mark)

    def decides(self) -> None:
        visitor = self.visitor("reviewer")
        page = visitor.get(f"{self.site}/review?order=demand")
        hidden = dict(re.findall(r'name="(pair|token)" value="([^"]+)"', page))
        if not hidden:
            time.sleep(0.1)
            return
        verdict = ("accepted", "rejected", "unsure")[len(self.decided) % 3]
        form = hidden | {"csrf_token": token_of(page), "verdict": verdict}
        visitor.post(f"{self.site}/review/decide?order=demand", **form)
        self.decided.append((hidden["pair"], verdict))

    def starts(self) -> None:
        visitor, at = self.visitor("second"), f"{self.site}/runs/new"
        form = {"csrf_token": token_of(visitor.get(at)), "top": "5", "acceptable": "40"}
        url, _ = self.job(visitor, *visitor.post(at, min_score="1", **form))
        if run := re.fullmatch(rf"{self.site}/runs/(\d+)", url):
            self.runs.append(int(run[1]))

    def go_on(self, action: Callable[[], None], stopped: threading.Event) -> None:
        """Do one thing again and again, until the server is gone."""
        while not stopped.is_set():
            try:
                action()
            except urllib.error.HTTPError as error:
                with error, suppress(*GONE):
                    if error.code >= 500:
                        self.unexpected.append(error.read().decode())
            except GONE:
                time.sleep(0.01)

    def done(self) -> int:
        """How much was acknowledged so far."""
        return sum(map(len, (self.uploads, self.imported, self.decided, self.runs)))

    def until_killed(self, kill: Callable[[], None], things: int, seconds: float) -> None:
        """All three work until so many things are done, and so long; then the server is killed."""
        stopped = threading.Event()
        threads = [
            threading.Thread(target=self.go_on, args=[action, stopped])
            for action in (self.imports, self.decides, self.starts)
        ]
        for thread in threads:
            thread.start()
        things, until = things + self.done(), time.monotonic() + 30
        while self.done() < things and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(seconds)
        kill()
        stopped.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


def check(path, work: Work) -> None:
    """Everything acknowledged is there, nothing is half; in one look, for workers may still live."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN")

    def rows(sql: str, *known: object) -> list[tuple]:
        return db.execute(sql, known).fetchall()

    try:
        assert rows("PRAGMA integrity_check") == [("ok",)]
        assert rows("PRAGMA foreign_key_check") == []
        texts = rows("SELECT DISTINCT description FROM supplies")
        assert len(texts) == 1, "half of an import"
        there = int(re.match(r"第 (\d+) 次", texts[0][0])[1])
        assert there >= max(work.imported, default=0), "an acknowledged import is gone"
        for number, digest in work.uploads.items():
            assert rows("SELECT sha256 FROM imports WHERE id = ?", int(number)) == [(digest,)]
            (content,) = rows("SELECT content FROM originals WHERE sha256 = ?", digest)[0]
            assert hashlib.sha256(content).hexdigest() == digest
        kept = {
            (f"{demand}-{supply}", verdict): n
            for demand, supply, verdict, n in rows(
                "SELECT demand_key, supply_key, verdict, count(*) FROM decisions GROUP BY 1, 2, 3"
            )
        }
        for one in set(work.decided):
            assert kept.get(one, 0) >= work.decided.count(one), "an acknowledged decision is gone"
        runs = dict(rows("SELECT run_id, count(*) FROM suggestions GROUP BY 1"))
        assert set(work.runs) <= set(runs), "an acknowledged run is gone"
        assert set(runs.values()) <= {DEMANDS * 5}, "half of a run"
        assert rows("SELECT count(*) FROM audit WHERE action = 'run.save'") == [(len(runs),)]
    finally:
        db.close()


@pytest.fixture
def filled(tmp_path):
    """A database with lists, a run, and the accounts of the three."""
    from tests.cli.running import xieshou

    path = tmp_path / "携手.db"
    (tmp_path / "需求.csv").write_text(demands(), encoding="utf-8")
    (tmp_path / "供给.csv").write_text(supplies(0), encoding="utf-8")
    for name in ("需求.csv", "供给.csv"):
        assert xieshou("import", tmp_path / name, "--db", path).code == 0
    assert xieshou("run", "--db", path, "--top", "5", "--out", tmp_path / "a.xlsx").code == 0
    with Store(path) as store:
        for name, role in (
            ("admin", Role.ADMIN), ("reviewer", Role.REVIEWER), ("second", Role.REVIEWER),
        ):  # fmt: skip
            store.users.add(name, role, password=hashed(PASSWORD))
    return path


def moments(seed: int, kills: int) -> Iterator[tuple[int, float]]:
    """Things done before each kill and seconds after them: it falls in the middle of something."""
    chance = random.Random(seed)
    for _ in range(kills):
        yield chance.randrange(6), chance.choice([0.02, 0.2, 1.0, 6.0]) * chance.random()


def campaign(path, kills: int, seed: int) -> Work:
    port = free_port()
    work = Work(f"http://127.0.0.1:{port}")
    for things, seconds in moments(seed, kills):
        with served("serve", "--db", path, "--port", port, cwd=path.parent) as child:
            answer(child, port, "/health")
            kill = partial(os.kill, child.pid, signal.SIGKILL)
            work.until_killed(kill, things, seconds)
        check(path, work)
    assert work.unexpected == []
    with served("serve", "--db", path, "--port", port, cwd=path.parent) as child:
        answer(child, port, "/health")
        page = work.visitor("admin").get(f"{work.site}/imports")
        assert "供给.csv" in page
    with Store(path) as store:
        assert store.audit.verify().fault == ""
        open_ = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')"
        assert store.db.execute(open_).fetchone() == (0,)
    return work


def test_a_slice_of_kills(filled):
    work = campaign(filled, 6, seed=5)
    assert work.decided
    assert work.uploads


@pytest.mark.full
def test_two_hundred_kills(filled):
    work = campaign(filled, 200, seed=3)
    figures = len(work.uploads), len(work.imported), len(work.decided), len(work.runs)
    print("uploads, imports, decisions, runs acknowledged:", *figures)
    assert min(figures) >= 20


def test_the_checks_can_fail(filled):
    work = Work("")
    check(filled, work)
    for name, lost in (
        ("imported", [1]), ("decided", [("1-1", "accepted")]), ("runs", [9]), ("uploads", {"9": ""}),
    ):  # fmt: skip
        broken = Work("")
        setattr(broken, name, lost)
        with pytest.raises(AssertionError):
            check(filled, broken)
    with Store(filled) as store:
        store.db.execute("UPDATE supplies SET description = '第 9 次' WHERE supply_id = 'S001'")
    with pytest.raises(AssertionError, match="half"):
        check(filled, work)
