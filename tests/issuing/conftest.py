from __future__ import annotations

import pytest

from matcher.catalogue import local_date
from matcher.model import Decision, Verdict
from matcher.ranking import Parameters, match
from matcher.store import EVERYTHING, Store
from tests.store.making import LEADER, demand, reading, supply

OTHER = "精河丁番茄有限公司"
DEMANDS = [
    demand(1, chain="铜", disclosure="公开", category="关键原材料"),
    demand(2, "无缝钢管", chain="管", disclosure="公开", category="关键零部件"),
    demand(3, "番茄酱", chain="番茄", leader=OTHER, county="精河县", disclosure="匿名"),
    demand(4, "安全帽", leader=OTHER, disclosure="仅主管部门"),
    demand(5, "氢能电堆", chain="氢", disclosure="公开"),
]
SUPPLIES = [
    supply(1, tier="专精特新"),
    supply(2, "无缝钢管", enterprise="博乐丙管业有限公司", county="博乐市"),
    supply(3, "番茄酱", enterprise="精河戊食品有限公司", intended_buyers=f"{OTHER}、{LEADER}"),
    supply(4, "安全帽", enterprise="博乐己劳保用品有限公司"),
]
ACCEPTED = [("D001", "S001"), ("D002", "S002"), ("D003", "S003"), ("D004", "S004")]


@pytest.fixture
def store(tmp_path):
    """Lists, a run, and a decision on every pair that belongs together."""
    with Store(tmp_path / "a.db") as opened:
        opened.lists.add(reading(DEMANDS))
        opened.lists.add(reading(SUPPLIES))
        demands, supplies = opened.lists.demands(EVERYTHING), opened.lists.supplies(EVERYTHING)
        opened.runs.save(
            match(demands, supplies, Parameters()),
            demands,
            supplies,
            started_at="2026-01-01T00:00:00Z",
        )
        opened.decisions.record(
            Decision(d, s, Verdict.ACCEPTED, "", "张三", "2026-03-01T17:00:00.000Z")
            for d, s in ACCEPTED
        )
        yield opened


@pytest.fixture
def decided_on():
    return local_date("2026-03-01T17:00:00.000Z")
