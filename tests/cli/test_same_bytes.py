"""Same input, same bytes: in another process, another hash seed, without accelerators, shuffled."""

from __future__ import annotations

import csv
import io
import json
import random
import time

import pytest

from tests.catalogue.making import fill
from tests.cli.running import DEMANDS, SUPPLIES, process
from tests.tools import ROOT

SOURCE = ROOT / "corpora" / "samples" / "source"
SEEDS = {"PYTHONHASHSEED": "1"}
PLAIN = {"XIESHOU_SEGMENTER": "jieba", "XIESHOU_TOPN": "scipy", "PYTHONHASHSEED": "2"}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Matched once in each way, each in a process of its own: name → bytes of csv and json."""
    folder = tmp_path_factory.mktemp("same bytes")
    lists = {}
    for name in ("demands", "supplies"):
        head, *rows = (SOURCE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        lists[name] = (head, rows[::3])
    ways = {
        "usual": (SEEDS, None),
        "another process and hash seed": ({"PYTHONHASHSEED": "77"}, None),
        "no accelerators": (PLAIN, None),
        "shuffled rows": (SEEDS, random.Random(5)),
    }
    made = {}
    for i, (way, (environment, shuffle)) in enumerate(ways.items()):
        place = folder / str(i)
        place.mkdir()
        for name, (head, rows) in lists.items():
            order = shuffle.sample(rows, len(rows)) if shuffle else rows
            text = "\n".join([head, *order]) + "\n"
            (place / f"{name}.tsv").write_text(text, encoding="utf-8")
        for out in ("a.csv", "a.json"):
            arguments = ("match", "demands.tsv", "supplies.tsv", "--top", 20, "--out", out)
            result = process(*arguments, cwd=place, **environment)
            assert result.code == 0, result.err
        made[way] = [(place / out).read_bytes() for out in ("a.csv", "a.json")]
    return made


@pytest.mark.parametrize("way", ["another process and hash seed", "no accelerators"])
def test_the_bytes_are_the_same(outputs, way):
    assert outputs[way] == outputs["usual"]


def test_the_order_of_rows_changes_neither_scores_nor_ranks(outputs):
    def table(way):
        return list(csv.DictReader(io.StringIO(outputs[way][0].decode("utf-8-sig"), newline="")))

    assert table("shuffled rows") == table("usual")
    assert len(table("usual")) > 500
    one, other = (json.loads(outputs[way][1]) for way in ("usual", "shuffled rows"))
    assert one.pop("inputs") != other.pop("inputs"), "the files differ, or nothing was shuffled"
    assert one == other


def test_another_list_gives_other_bytes(outputs, tmp_path):
    head, *rows = (SOURCE / "demands.tsv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "demands.tsv").write_text("\n".join([head, *rows[3::3]]) + "\n", encoding="utf-8")
    head, *rows = (SOURCE / "supplies.tsv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "supplies.tsv").write_text("\n".join([head, *rows[::3]]) + "\n", encoding="utf-8")
    arguments = ("match", "demands.tsv", "supplies.tsv", "--top", 20, "--out", "a.csv")
    assert process(*arguments, cwd=tmp_path).code == 0
    assert (tmp_path / "a.csv").read_bytes() != outputs["usual"][0]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """A folder with a database that holds a run and decisions on it."""
    folder = tmp_path_factory.mktemp("reviewed")
    (folder / "需求.csv").write_text(DEMANDS, encoding="utf-8")
    (folder / "供给.csv").write_text(SUPPLIES, encoding="utf-8")
    for arguments in (("import", "需求.csv", "供给.csv"), ("run", "--out", "审核.xlsx")):
        assert process(*arguments, cwd=folder).code == 0
    fill(folder / "审核.xlsx", {("001", "1"): ("采纳", "", "张三"), ("002", "2"): ("采纳", "", "")})
    assert process("decide", "审核.xlsx", cwd=folder).code == 0
    return folder


@pytest.mark.parametrize("draft", [(), ("--draft",)], ids=["accepted", "draft"])
@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx", ".csv", ".json", ".html"])
def test_a_catalogue_can_be_made_again_from_its_run(reviewed, suffix, draft):
    made = []
    for i, environment in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "9", "TZ": "America/New_York"})
    ):
        out = f"目录{i}{''.join(draft)}{suffix}"
        options = ("--title", "目录", "--out", out, *draft)
        assert process("catalogue", *options, cwd=reviewed, **environment).code == 0
        made.append((reviewed / out).read_bytes())
        time.sleep(1.1 if i == 0 else 0)  # a clock in the bytes would have moved on
    assert made[0] == made[1]


def test_a_workbook_made_twice_is_the_same(reviewed):
    made = []
    for seed in ("1", "9"):
        arguments = ("match", "需求.csv", "供给.csv", "--out", f"{seed}.xlsx")
        assert process(*arguments, cwd=reviewed, PYTHONHASHSEED=seed).code == 0
        made.append((reviewed / f"{seed}.xlsx").read_bytes())
    assert made[0] == made[1]
