"""The benchmark of quality: real processes, a table per set, and one failure stops nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import apart, processes
from benchmarks.judged import folders, load
from benchmarks.peers import METHODS, Task
from matcher.ranking.fit import load_cases
from tests.cli.running import surroundings
from tests.tools import ROOT


@pytest.fixture
def data(tmp_path):
    """A folder with one judged set in which names say it all."""
    folder = tmp_path / "数据" / "small"
    folder.mkdir(parents=True)
    names = ["无缝钢管", "电解铜", "番茄酱", "安全帽"]
    for kind in ("demand", "supply"):
        stem = {"demand": "demands", "supply": "supplies"}[kind]
        lines = [f"{kind[0]}{i}\t{name}" for i, name in enumerate(names)]
        (folder / f"{stem}.tsv").write_text(
            "\n".join([f"{kind}_id\tproduct_name", *lines, ""]), encoding="utf-8"
        )
    (folder / "qrels.tsv").write_text(
        "demand_id\tsupply_id\tgrade\nd0\ts0\t2\nd1\ts1\t2\nd2\ts2\t1\n", encoding="utf-8"
    )
    return folder.parent


def quality(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.quality", *map(str, arguments)],
        cwd=ROOT, env=surroundings(), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_a_table_with_intervals_and_the_paired_difference(data):
    done = quality(data, "--only", "small", "--methods", "tfidf-names,ratio,this")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 judged demands × 4 supplies" in done.stdout
    for name in ("tfidf-names", "ratio", "this"):
        row = f"| {METHODS[name].name} | " + "1.000 [1.000, 1.000] | " * 5
        assert row in done.stdout
    assert "minus character TF-IDF, names" in done.stdout
    assert "| " + " | ".join(["+0.000 [+0.000, +0.000]"] * 5) + " |" in done.stdout
    assert "scikit-learn " in done.stdout.splitlines()[-1]


def test_a_method_that_fails_is_named_and_the_others_go_on(data, tmp_path):
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    done = quality(data, "--only", "small", "--methods", "bm25,ratio", "--cache", blocked)
    assert done.returncode == 0
    assert "BM25 (bm25s, jieba) left out: " in done.stdout
    assert "| rapidfuzz ratio | 1.000" in done.stdout


def test_what_a_process_says_last_is_why_it_failed(tmp_path):
    with pytest.raises(processes.MethodFailedError, match="FileNotFoundError"):
        apart.run("ratio", tmp_path, tmp_path, 60)
    with pytest.raises(processes.TimedOutError, match="not done after 0 s"):
        processes.process([sys.executable, "-c", "import time; time.sleep(60)"], 0.01)


def test_without_data_it_says_so_and_ends_well(tmp_path):
    done = quality(tmp_path / "nothing")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no judged sets in" in done.stdout
    assert "| method" not in done.stdout


def test_sets_are_found_in_a_folder_or_as_one(data):
    assert folders([data]) == folders([data / "small"]) == [data / "small"]
    (found,) = load(["small"], [data])
    assert [row.demand_id for row in found.demands] == ["d0", "d1", "d2"]  # d3 is not judged
    assert len(found.supplies) == 4


def test_the_cases_become_a_set_with_every_judged_pair():
    (found,) = load(["cases"], [])
    cases = load_cases()
    assert "in-sample" in found.note
    pairs = {(d, s) for d, grades in found.judgements.items() for s in grades}
    assert set(found.difficulties) == pairs
    assert 0.9 * len(cases) < len(pairs) <= len(cases)
    assert {g for grades in found.judgements.values() for g in grades.values()} == {0, 1, 2, 3}
    supplies = {row.supply_id: row for row in found.supplies}
    strong = next(case for case in cases if case.tier == "STRONG")
    (demand,) = [d for d in found.demands if d.product_name == strong.demand.product_name][:1]
    best = [s for s, grade in found.judgements[demand.demand_id].items() if grade == 3]
    assert strong.supply.product_name in {supplies[s].product_name for s in best}


def test_equal_scores_keep_the_order_of_the_list_and_zeros_are_left_out(tmp_path):
    import numpy as np

    task = Task(tmp_path, [("d", "", "")], [(s, "", "") for s in "abcd"])
    found = task.best(0, np.array([[0.5, 0.0, 0.9, 0.5]]))
    assert list(found["d"].items()) == [("c", 0.9), ("a", 0.5), ("d", 0.5)]
    same = task.gathered([("d", "a", 0.5), ("d", "c", 0.9), ("d", "d", 0.5)])
    assert list(same["d"].items()) == list(found["d"].items())
