"""``xieshou plan`` on the bundled samples: a real file, the whole way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from matcher.model import Decision, Quantity, Verdict
from matcher.quantity import conversion, yearly
from matcher.store import EVERYTHING, Store
from tests.cli.running import complaint, process, surroundings, xieshou


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The sample lists, matched once."""
    folder = tmp_path_factory.mktemp("分配")
    assert xieshou("demo", "--db", folder / "demo.db", "--out", folder / "建议.xlsx").code == 0
    return folder / "demo.db"


@pytest.fixture
def db(samples, here):
    """A copy that a test may change."""
    return shutil.copy(samples, here / "demo.db")


@pytest.fixture(scope="module")
def plain(samples):
    return xieshou("plan", "--db", samples, "--json").json


@pytest.fixture(scope="module")
def rows(samples):
    with Store(samples) as store:
        demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        found = store.runs.suggestions(store.runs.latest(), EVERYTHING)
    return ({d.demand_id: d for d in demands}, {s.supply_id: s for s in supplies},
            {(s.suggestion.demand_id, s.suggestion.supply_id): s.suggestion for s in found})  # fmt: skip


def sure(quantity: Quantity | None) -> float | None:
    low, high = yearly(quantity) if quantity else (None, None)
    return low if low is not None else high


def test_the_json_is_as_promised(plain):
    assert list(plain)[:5] == ["assignments", "uncovered", "assumptions", "value", "bound"]
    assert plain["assignments"]
    for each in plain["assignments"]:
        assert list(each) == ["demand_id", "supply_id", "quantity", "unit"]
    for each in plain["uncovered"]:
        assert list(each) == ["demand_id", "quantity", "unit"]
    assert all(isinstance(text, str) for text in plain["assumptions"])
    assert plain["value"] <= plain["bound"] <= plain["value"] * 1.001


def test_no_capacity_and_no_need_is_exceeded_in_the_units_of_the_lists(plain, rows):
    """Checked against the rows, without a line of the code that planned."""
    demands, supplies, suggested = rows
    used, covered, checked = defaultdict(float), defaultdict(float), 0
    for each in plain["assignments"]:
        demand, supply = demands[each["demand_id"]], supplies[each["supply_id"]]
        assert (demand.demand_id, supply.supply_id) in suggested
        assert each["quantity"] > 0
        covered[demand.demand_id] += each["quantity"]
        factor = conversion(each["unit"], supply.unit)
        if factor is not None and sure(supply.annual_capacity) is not None:
            used[supply.supply_id] += each["quantity"] * factor
            checked += 1
    assert checked > 80
    for supply_id, amount in used.items():
        assert amount <= sure(supplies[supply_id].annual_capacity) * (1 + 1e-9), supply_id
    left = {u["demand_id"]: u["quantity"] for u in plain["uncovered"]}
    for demand_id, demand in demands.items():
        need = sure(demand.annual_quantity)
        total = covered[demand_id] + left.get(demand_id, 0.0)
        assert total == pytest.approx(1.0 if need is None else need, rel=1e-6), demand_id


def test_unknown_quantities_are_declared(plain, rows):
    demands, _, _ = rows
    unknown = {d for d, row in demands.items() if sure(row.annual_quantity) is None}
    assert unknown
    said = "\n".join(plain["assumptions"])
    assert all(f"需求 {demand_id} 没有写明需求量" in said for demand_id in unknown)
    whole = {each["demand_id"] for each in plain["assignments"] if each["unit"] == "项"}
    assert whole & unknown


def test_gaps_stay_uncovered_and_present_suppliers_are_not_recommended(plain, rows):
    _, _, suggested = rows
    left = {u["demand_id"] for u in plain["uncovered"]}
    assert {"D005", "D006", "D017", "D021"} <= left  # planted gaps
    given = {(a["demand_id"], a["supply_id"]) for a in plain["assignments"]}
    current = {pair for pair, s in suggested.items() if s.already_supplying}
    assert current
    assert not given & current
    reasons = {(p["demand_id"], p["supply_id"]): p["reason"] for p in plain["pairs"]}
    assert all("现有供应商" in reasons[pair] for pair in current)
    assert reasons.keys() == suggested.keys()


def decide(db, pair, verdict):
    with Store(db) as store:
        report = store.decisions.record([Decision(*pair, verdict, reviewer="张三")])
    assert report.recorded == 1


def test_what_a_reviewer_rejects_is_not_planned_and_the_change_is_shown(db, here, plain):
    first = plain["assignments"][0]
    pair = first["demand_id"], first["supply_id"]
    decide(db, pair, Verdict.REJECTED)
    (here / "上一版.json").write_text(json.dumps(plain), encoding="utf-8")
    again = xieshou("plan", "--db", db, "--json", "--previous", here / "上一版.json",
                    "--stability", 1000).json  # fmt: skip
    assert pair not in {(a["demand_id"], a["supply_id"]) for a in again["assignments"]}
    assert {c["demand_id"] for c in again["changes"]} == {pair[0]}
    shown = xieshou("plan", "--db", db, "--previous", here / "上一版.json").out
    assert f"取消 {pair[0]}–{pair[1]}" in shown
    assert xieshou("plan", "--db", db, "--demand", pair[0]).out.count("审核不采纳") == 1


def test_what_a_reviewer_accepts_can_be_pinned(db, plain):
    out = [p for p in plain["pairs"] if "低于最低把握" in p["reason"]]
    pair = out[0]["demand_id"], out[0]["supply_id"]
    decide(db, pair, Verdict.ACCEPTED)
    held = {True: False, False: True}
    for pinned, options in ((False, ()), (True, ("--pin-accepted",))):
        found = xieshou("plan", "--db", db, "--json", *options).json
        held[pinned] = pair in {(a["demand_id"], a["supply_id"]) for a in found["assignments"]}
    assert held == {False: False, True: True}


def test_pin_and_forbid_on_the_command_line(samples, plain):
    first = plain["assignments"][0]
    pair = first["demand_id"], first["supply_id"]
    banned = xieshou("plan", "--db", samples, "--json", "--forbid", *pair).json
    assert pair not in {(a["demand_id"], a["supply_id"]) for a in banned["assignments"]}
    both = xieshou("plan", "--db", samples, "--json", "--forbid", *pair, "--pin", *pair).json
    assert both["assignments"] == banned["assignments"]
    assert any(f"钉住的 {pair[0]}–{pair[1]} 没有安排" in text for text in both["assumptions"])


def test_rules_are_kept(samples, rows):
    found = xieshou("plan", "--db", samples, "--json", "--max-suppliers", 2, "--min-lot", 0.2,
                    "--exposure", 2, "--backups", "--min-score", 0.1).json  # fmt: skip
    shares, shown = defaultdict(float), defaultdict(set)
    for demand in found["demands"]:
        for given in demand["suppliers"]:
            firm = rows[1][given["supply_id"]].enterprise  # its rows count as one supplier
            shares[demand["demand_id"], firm] += given["share"]
            shown[firm].add(demand["demand_id"])
    firms = Counter(demand_id for demand_id, _ in shares)
    assert set(firms.values()) == {1, 2}
    assert min(shares.values()) >= 0.2 - 1e-6
    assert max(map(len, shown.values())) == 2


def test_floors_and_weights_move_the_plan(samples, plain, rows):
    _, supplies, _ = rows

    def part(found, county):
        return sum(s["share"] for d in found["demands"] for s in d["suppliers"]
                   if supplies[s["supply_id"]].county == county)  # fmt: skip

    floored = xieshou("plan", "--db", samples, "--json", "--county-floor", "温泉县=0.12").json
    assert part(floored, "温泉县") >= part(plain, "温泉县")
    weighed = xieshou("plan", "--db", samples, "--json", "--weight", "关键要素=2").json
    assert weighed["value"] > plain["value"]


def test_people_read_a_table_and_one_row(samples, plain):
    shown = xieshou("plan", "--db", samples)
    assert shown.code == 0
    assert shown.out.startswith("第 1 次撮合的分配方案：需求 144 项")
    assert "断点（" in shown.out
    assert "假定（" in shown.out
    assert "D003 片碱" in shown.out
    one = xieshou("plan", "--db", samples, "--demand", "D041").out
    assert "若它退出，由 S0420 顶上" in one
    assert xieshou("plan", "--db", samples, "--demand", "D005").out.count("还缺 800 吨") == 1
    sold = plain["assignments"][0]
    two = xieshou("plan", "--db", samples, "--supply", sold["supply_id"]).out
    assert f"供给 {sold['demand_id']} " in two


def test_the_same_bytes_in_any_process(samples, here):
    options = ("plan", "--db", samples, "--json", "--max-suppliers", 2, "--backups")
    outs = {process(*options, cwd=here, PYTHONHASHSEED=seed).out for seed in ("1", "2")}
    assert len(outs) == 1
    assert len(outs.pop()) > 1000


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--demand", "D999"), ("D999", "请核对编号")),
        (("--supply", "X"), ("“X”",)),
        (("--pin", "D001", "X"), ("“X”",)),
        (("--weight", "关键部件=2"), ("关键部件", "清单里有", "关键零部件")),
        (("--weight", "小巨人"), ("小巨人",)),
        (("--county-floor", "精河=0.1"), ("精河", "精河县")),
        (("--county-floor", "精河县=7"), ("精河县", "0 与 1")),
        (("--previous", "没有.json"), ("没有.json",)),
    ],
)
def test_mistakes_are_one_sentence(samples, here, options, words):
    complaint(xieshou("plan", "--db", samples, *options), *words)


def test_a_file_that_is_no_plan_and_a_database_without_a_run(samples, imported, here):
    (here / "别的.json").write_text('{"a": 1}', encoding="utf-8")
    complaint(xieshou("plan", "--db", samples, "--previous", here / "别的.json"), "plan --json")
    complaint(xieshou("plan", "--db", imported), "xieshou run")


@pytest.mark.skipif(os.name == "nt", reason="prints through the C library of POSIX systems")
def test_what_a_c_library_prints_does_not_reach_our_output(here):
    code = (
        "import ctypes, sys\n"
        "from matcher.cli.silence import silence\n"
        "c = ctypes.CDLL(None)\n"
        "print('before')\n"
        "with silence():\n"
        "    c.printf(b'noise\\n')\n"
        "c.printf(b'heard\\n')\n"
        "print('after')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=surroundings(), cwd=here, check=True,
                          capture_output=True, text=True)  # fmt: skip
    assert sorted(done.stdout.split()) == ["after", "before", "heard"]


def test_a_plan_is_kept_listed_and_built_upon(db):
    assert "还没有存下的方案" in xieshou("plans", "--db", db).out
    first = xieshou("plan", "--db", db, "--keep")
    assert "已存为第 1 号方案" in first.out
    record = xieshou("plan", "--db", db, "--after", 1, "--keep", "--json").json
    assert record["changes"] == []
    listed = xieshou("plans", "--db", db, "--json").json
    assert [(p["id"], p["before_id"]) for p in listed] == [(2, 1), (1, None)]
    shown = xieshou("plans", 2, "--db", db, "--json").json
    assert [{k: a[k] for k in ("demand_id", "supply_id", "quantity", "unit")}
            for a in shown["assignments"]] == record["assignments"]  # fmt: skip
    assert "第 2 号方案" in xieshou("plans", 2, "--db", db).out
    assert xieshou("plans", "--db", db).out.count("\n") >= 3
    complaint(process("plans", 7, "--db", db, cwd=db.parent), "没有第 7 号方案")
    complaint(process("plan", "--db", db, "--after", 9, cwd=db.parent), "没有第 9 号方案")
