"""The benchmark of speed: real processes, a table per part, and one failure stops nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest

from benchmarks.contestants import CONTESTANTS, PARTS
from benchmarks.growth import exponents
from benchmarks.planting import CONFLICT
from benchmarks.processes import MethodFailedError, TimedOutError, process
from benchmarks.race import ORDER, recalls
from benchmarks.task import Clock, counted
from tests.cli.running import surroundings
from tests.tools import ROOT


def speed(tmp_path, *arguments: object) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.speed", "--demands", "24", "--supplies", "120"),
            *("--data", str(tmp_path / "nothing"), *map(str, arguments)),
        ],
        cwd=ROOT, env=surroundings(), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def rows(text: str) -> list[dict[str, str]]:
    """The rows of the tables in a text, by their headings."""
    found: list[dict[str, str]] = []
    header: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
        elif not line.startswith("|---"):
            found.append(dict(zip(header, cells, strict=True)))
    return found


def test_a_table_for_each_part_with_what_was_taken_and_found(tmp_path):
    text = speed(tmp_path, "--only", "jieba,sklearn,this,calamine,this-reading")
    for part in ("segment", "candidates", "jobs", "reading"):
        assert f"### {PARTS[part]}" in text
    assert PARTS["query"] not in text
    found = {row["contestant"]: row for row in rows(text)}
    names = ("jieba", "sklearn", "this", "calamine", "this-reading")
    assert list(found) == [CONTESTANTS[name].title for name in names]
    for row in found.values():
        assert float(row["s"]) >= 0
        assert re.fullmatch(r"\d+", row["MB"]) or not sys.platform.startswith("linux")
    assert int(found["jieba"]["words"].replace(",", "")) > 200
    assert {found[CONTESTANTS[n].title]["rows"] for n in ("calamine", "this-reading")} == {"120"}
    for name in ("sklearn", "this"):
        row = found[CONTESTANTS[name].title]
        assert float(row["same"]) >= 2 / 3
        assert 0 <= float(row["synonym"]) <= 1
        assert row["pairs/s"]
    assert float(found["this project"]["synonym"]) == 1
    assert "分析供给" in found["this project"]["phases"]
    assert "jieba 0." in text.splitlines()[-1]
    assert text.count("Before → after: ") == 4
    assert re.search(r"Before → after: jieba load [\du]\S* → load [\du]", text)


def test_who_cannot_run_is_named_with_the_reason_and_the_others_go_on(tmp_path):
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    text = speed(
        tmp_path, "--parts", "candidates,query", "--cache", blocked,
        "--only", "bm25s,sklearn,bm25s-query",
    )  # fmt: skip
    assert "bm25s numba, jieba words left out: no environment: " in text
    assert text.count("no environment: ") == 2
    assert [row["contestant"] for row in rows(text)] == [CONTESTANTS["sklearn"].title]


def test_who_takes_too_long_is_said_to_have_timed_out(tmp_path):
    text = speed(tmp_path, "--only", "sklearn", "--timeout", "0.01")
    assert f"{CONTESTANTS['sklearn'].title} timed out: not done after 0 s" in text
    assert rows(text) == []


def test_growth_is_a_table_of_sizes(tmp_path):
    text = speed(
        tmp_path, "--parts", "growth", "--growth-demands", "4,8", "--growth-supplies", "30,60"
    )
    sizes = [(row["demands"], row["supplies"]) for row in rows(text)]
    assert sizes == [("4", "30"), ("8", "30"), ("4", "60"), ("8", "60")]
    assert re.search(r"seconds ~ demands\^-?\d\.\d\d · supplies\^-?\d\.\d\d", text)


def test_exponents_are_those_of_a_power():
    sizes = [(d, s) for d in (10, 100, 1000) for s in (50, 5000)]
    found = exponents({(d, s): 3 * d**0.5 * s**1.25 for d, s in sizes})
    assert found == pytest.approx((0.5, 1.25))
    assert exponents({(10, 50): 1.0, (10, 500): 2.0}) is None
    assert exponents({}) is None


def test_recall_counts_the_first_ten_and_the_order_of_specifications():
    truth = [
        ("d1", "s1", "same"), ("d2", "s2", "same"),
        ("d3", "s3", "spec"), ("d3", "s4", CONFLICT),
        ("d4", "s5", "spec"), ("d4", "s6", CONFLICT),
        ("d5", "s7", "spec"), ("d5", "s8", CONFLICT),
    ]  # fmt: skip
    others = [f"x{i}" for i in range(10)]
    found = {
        "d1": ["x", "s1"], "d2": [*others, "s2"],
        "d3": ["s3", "s4"], "d4": ["s6", "s5"], "d5": ["s7"],
    }  # fmt: skip
    assert recalls(found, truth) == {
        "same": 0.5, "spec": 1.0, CONFLICT: 2 / 3, ORDER: 2 / 3,
    }  # fmt: skip
    assert recalls({}, truth)[ORDER] == 0


def test_compiling_is_shown_and_not_counted():
    clock = Clock()
    for phase, seconds in (("compile", 5.0), ("index", 1.0), ("index", 2.0)):
        clock.add(phase, seconds)
    assert clock.phases == {"compile": 5.0, "index": 3.0}
    assert counted(clock.phases) == 3.0


HOLD = "held = bytearray({} * 2**20); import time; time.sleep(0.5)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{HOLD.format(120)}'])"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_memory_is_that_of_all_processes_together():
    assert 120 < (process([sys.executable, "-c", PARENT], 60).peak_mb or 0) < 240
    assert 0 < (process([sys.executable, "-c", HOLD.format(1)], 60).peak_mb or 0) < 60


def test_a_process_that_takes_too_long_is_ended_with_its_children(tmp_path):
    sign = tmp_path / "still there"
    child = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(sign)!r}).touch()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(TimedOutError, match="not done after 1 s"):
        process([sys.executable, "-c", parent], 0.8)
    time.sleep(1.5)
    assert sys.platform == "win32" or not sign.exists()


def test_the_last_line_a_process_said_is_why_it_failed():
    with pytest.raises(MethodFailedError, match=r"^no such thing$"):
        process([sys.executable, "-c", "import sys; sys.exit('first\\nno such thing')"], 60)
    with pytest.raises(MethodFailedError, match="ended with 3"):
        process([sys.executable, "-c", "raise SystemExit(3)"], 60)
