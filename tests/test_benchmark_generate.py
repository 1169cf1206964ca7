"""Generated lists: the same for a seed, read without a problem, and true to what they claim."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.generate import Lists, write
from benchmarks.goods import goods, mistyped
from benchmarks.planting import CONFLICT, KINDS
from benchmarks.records import demands_of, supplies_of
from benchmarks.specifications import NEUTRAL, STYLES, style_of
from matcher import ListKind, read_list
from matcher.knowledge import synonyms
from matcher.model import Source
from matcher.terms import analyse
from matcher.text import clean, fold, halve, squeeze
from tests.cli.running import surroundings
from tests.tools import ROOT

DEMANDS, SUPPLIES = 400, 3000


def numbers(spec: str) -> list[str]:
    """Numbers in a specification, without those that only some spellings have."""
    return sorted(re.findall(r"\d[\d.]*", re.sub(r"-20~|m[3³]|mm²|H2O", "", halve(spec))))


@pytest.fixture(scope="module")
def lists():
    return Lists(DEMANDS, SUPPLIES, seed=3, data=None)


@pytest.fixture(scope="module")
def rows(lists):
    """Cells of both lists by id."""
    return {r[0]: r for r in lists.demands()}, {r[0]: r for r in lists.supplies()}


@pytest.fixture(scope="module")
def pairs(lists, rows):
    """Names and specifications of planted pairs, by kind."""
    found = {}
    for demand, supply, kind in lists.truth:
        mine, theirs = rows[0][demand], rows[1][supply]
        found.setdefault(kind, []).append(((mine[3], mine[5]), (theirs[5], theirs[6])))
    return found


def bare(name: str) -> str:
    """A name without words that say nothing."""
    for word in NEUTRAL:
        name = name.replace(word, "")
    return squeeze(name)


def test_a_seed_always_gives_the_same_lists_and_another_seed_others(lists, rows, tmp_path):
    again, other = (Lists(DEMANDS, SUPPLIES, seed=s, data=None) for s in (3, 4))
    assert list(again.demands()) == list(rows[0].values())
    assert list(again.supplies()) == list(rows[1].values())
    assert again.truth == lists.truth
    assert list(other.demands()) != list(rows[0].values())
    assert other.truth != lists.truth


def test_a_seed_gives_the_same_lists_in_another_process(lists, rows, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.generate", "--demands", str(DEMANDS)),
            *("--supplies", str(SUPPLIES), "--seed", "3"),
            *("--data", str(tmp_path / "nothing"), "--out", str(tmp_path / "清单")),
        ],
        cwd=ROOT, env=surroundings() | {"PYTHONHASHSEED": "7"}, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    written = (tmp_path / "清单" / "供给.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert written == ["\t".join(row) for row in rows[1].values()]
    truth = (tmp_path / "清单" / "truth.tsv").read_text(encoding="utf-8").splitlines()
    assert truth == ["demand_id\tsupply_id\tkind", *("\t".join(row) for row in lists.truth)]


def test_the_lists_are_read_without_a_problem_and_as_the_typed_rows_say(lists, tmp_path):
    write(lists, tmp_path)
    for kind, name, typed in (
        (ListKind.DEMAND, "需求.tsv", demands_of(lists.demands())),
        (ListKind.SUPPLY, "供给.tsv", supplies_of(lists.supplies())),
    ):
        reading = read_list(tmp_path / name)
        assert (reading.kind, reading.problems) == (kind, ())
        assert tuple(replace(row, source=Source()) for row in reading.rows) == typed


def test_every_kind_is_planted_and_the_truth_names_rows_once(lists, rows):
    kinds = Counter(kind for _, _, kind in lists.truth)
    assert kinds == {**dict.fromkeys(KINDS, DEMANDS // 8), CONFLICT: DEMANDS // 8}
    supplies = [supply for _, supply, _ in lists.truth]
    assert len(set(supplies)) == len(supplies)
    assert set(supplies) <= set(rows[1])
    assert {demand for demand, _, _ in lists.truth} <= set(rows[0])


def test_synonyms_are_two_names_of_one_group(pairs):
    group = {squeeze(n): g for g in synonyms() for n in (g.preferred, *g.variants)}
    for (mine, _), (theirs, _) in pairs["synonym"]:
        assert squeeze(mine) != squeeze(theirs)
        assert group[squeeze(mine)] == group[squeeze(theirs)]
    apart = [not set(mine) & set(theirs) for (mine, _), (theirs, _) in pairs["synonym"]]
    assert sum(apart) > len(apart) / 4


def test_typos_differ_in_one_character(pairs):
    for (mine, _), (theirs, _) in pairs["typo"]:
        assert len(mine) == len(theirs) >= 4
        assert sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1


def test_the_same_name_is_written_otherwise(pairs):
    for (mine, _), (theirs, _) in pairs["same"]:
        assert mine != theirs
        assert bare(mine) == bare(theirs)


def test_one_specification_agrees_and_the_other_says_something_else(lists, rows):
    of = {}
    for demand, supply, kind in lists.truth:
        of.setdefault(demand, {})[kind] = rows[1][supply]
    planted = {d: mine for d, mine in of.items() if "spec" in mine}
    assert len(planted) == DEMANDS // 8
    for demand, mine in planted.items():
        row, right, wrong = rows[0][demand], mine["spec"], mine[CONFLICT]
        assert row[3] == right[5] == wrong[5]
        assert numbers(row[5]) == numbers(right[6]) != numbers(wrong[6])


def test_no_other_row_is_of_planted_goods(lists, rows):
    known = goods(None)
    planted = {row[1] for row in lists.truth}
    theirs = {known.squeezed.get(bare(rows[1][s][5]), "") for s in planted} - {""}
    names = {squeeze(good.name) for group in theirs for good in known.groups[group]}
    assert len(names) > DEMANDS // 8
    for row in rows[1].values():
        if row[0] not in planted:
            parts = {bare(part) for part in (row[5], *row[5].split("、"))}
            assert not parts & names, row


def test_firms_have_several_rows_of_their_chain(rows):
    firms = Counter(row[1] for row in rows[1].values())
    assert len(firms) < SUPPLIES / 2
    assert all(clean(cell) == cell or fold(cell) for row in rows[1].values() for cell in row)
    assert any(row[11] for row in rows[1].values())
    leaders = {row[2] for row in rows[0].values()}
    buyers = {b for row in rows[1].values() for b in row[11].split("、") if b}
    assert buyers <= leaders


def test_planted_demands_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="9 planted demands do not fit into 10 × 10"):
        Lists(10, 10, planted=9, data=None)
    assert Lists(10, 10, planted=0, data=None).truth == []


def test_a_mistyped_name_leaves_no_doubt():
    known = {"无缝钢管": "", "无缝刚管": "", "流体闸阀": ""}
    typed = mistyped("流体闸阀", 3, 0.0, known)
    assert typed[:3] == "流体闸"
    assert typed not in known
    assert not any(mistyped("无缝钢管", 2, i / 9, known) == "无缝刚管" for i in range(9))
    assert mistyped("闸阀", 1, 0.0, known) == ""
    part = typed[-2:]
    assert mistyped("流体闸阀", 3, 0.0, {**known, part: ""}) == ""


def test_solitary_goods_stand_alone():
    known = goods(None)
    names = {name: group for name, group in known.squeezed.items() if group in known.solitary}
    assert len(names) > 5000
    assert not any("食品级" + name in known.squeezed for name in names)
    assert "番茄" not in names  # 番茄酱 holds it
    for word in ("优质", "工业级", "阻燃"):
        assert not any(n.startswith(word) and n.removeprefix(word) in known.squeezed for n in names)


def test_a_specification_written_twice_says_the_same():
    rng = random.Random("spec")
    pipe = STYLES[style_of("无缝钢管")]
    wanted, other = pipe.conflicting(rng)
    texts = {pipe.written(wanted, (0,), rng) for _ in range(30)}
    sizes = {frozenset((a.name, a.low) for a in analyse("无缝钢管", t).attributes) for t in texts}
    assert len(texts) > 3
    assert len(sizes) == 1
    assert wanted[1:] == other[1:]
    assert wanted[0] > other[0]
