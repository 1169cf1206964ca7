"""No damaged file crashes, hangs, eats the memory, or loses rows without a word."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from matcher.errors import UnreadableListError
from matcher.lists import Limits, read_list, sandbox
from tests.lists import damage, seeds
from tests.lists.verdict import GIGABYTE, Verdict, accounted, judge, peak, sentence_faults

damage.load_kinds()
CAMPAIGN = 3_300
SLICE = 3  # files of each kind in the ordinary run


def _judge_in_worker(kind: str, number: int, seed: int) -> tuple[Verdict, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        verdict = judge(kind, number, Path(folder), seed)
    return verdict, peak(), peak("RUSAGE_CHILDREN")


@pytest.fixture(scope="module")
def reader() -> Iterator[ProcessPoolExecutor]:
    """A fresh process that does nothing but read, so that its memory is that of reading alone.

    The process of the tests has waited for browsers and LibreOffice, and the largest child ever
    waited for is all that the system tells.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


@pytest.mark.parametrize("kind", sorted(damage.KINDS))
def test_damaged_files_are_read_or_refused_in_one_sentence(kind, reader):
    results = list(reader.map(_judge_in_worker, [kind] * SLICE, range(SLICE), [0] * SLICE))
    assert [(v.number, v.faults) for v, _, _ in results if v.faults] == []
    assert max(own for _, own, _ in results) < GIGABYTE
    assert max(children for _, _, children in results) < GIGABYTE


@pytest.mark.full
def test_campaign():
    """3,300 files on two processes; prints what it saw (``pytest -m full -s``)."""
    started = time.monotonic()
    wanted = list(damage.generate(CAMPAIGN))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        results = list(
            pool.map(_judge_in_worker, *zip(*wanted, strict=True), [1] * CAMPAIGN, chunksize=1)
        )
    verdicts = [verdict for verdict, _, _ in results]
    outcomes = Counter(
        v.outcome if v.outcome in {"read", "crashed"} else "refused" for v in verdicts
    )
    slowest = max(verdicts, key=lambda v: v.seconds)
    own, children = max(r[1] for r in results), max(r[2] for r in results)
    print(
        f"\n{len(verdicts)} files of {len(damage.KINDS)} kinds in {time.monotonic() - started:.0f} s: {dict(outcomes)}; "
        f"slowest {slowest.seconds:.1f} s ({slowest.kind} {slowest.number}); "
        f"peak memory {own >> 20} MB, of a parsing process {children >> 20} MB"
    )
    assert [(v.kind, v.number, v.faults) for v in verdicts if v.faults] == []
    assert len(verdicts) >= 3_000
    assert own < GIGABYTE
    assert children < GIGABYTE


def test_the_undamaged_files_are_all_read(tmp_path):
    """The near-twin of everything above: a guard that refuses everything fails here."""
    for suffix in damage.SUFFIXES:
        path = tmp_path / f"清单{suffix}"
        path.write_bytes(damage.good(suffix, 12))
        reading = read_list(path)
        assert len(reading.rows) == 12, suffix
        assert reading.problems == (), suffix
        assert accounted(reading) == damage.records_in(suffix, 12), suffix


def test_damage_is_the_same_for_the_same_seed():
    for kind in sorted(damage.KINDS):
        first, again = (damage.make(kind, 7, 3).data for _ in range(2))
        assert first == again
    assert any(damage.make(k, 7, 3).data != damage.make(k, 7, 4).data for k in damage.KINDS)


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableListError) as caught:
        read_list(path)
    assert sentence_faults(str(caught.value)) == []
    return str(caught.value)


def test_what_is_no_file(tmp_path):
    assert "找不到" in refusal(tmp_path / "没有这个文件.xlsx")
    folder = tmp_path / "文件夹.xlsx"
    folder.mkdir()
    assert "文件夹" in refusal(folder)
    assert "打不开" in refusal(tmp_path / ("太长" * 60 + ".xlsx"))
    assert "找不到" in refusal(tmp_path / "零\0字.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "清单.csv"
    os.mkfifo(pipe)
    assert "普通文件" in refusal(pipe)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="file modes do not bind this user"
)
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_bytes(damage.good(".csv", 3))
    path.chmod(0)
    assert "权限" in refusal(path)
    path.chmod(0o600)
    assert len(read_list(path).rows) == 3


def test_a_link_is_read_under_its_own_name(tmp_path):
    (tmp_path / "a1b2c3").write_bytes(damage.good(".xlsx", 3))
    link = tmp_path / "清单.xlsx"
    try:
        link.symlink_to(tmp_path / "a1b2c3")
    except OSError:
        pytest.skip("this user may not make links")
    assert read_list(link).file == "清单.xlsx"
    (tmp_path / "a1b2c3").write_bytes(damage.good(".xlsx", 3)[:900])
    assert "清单.xlsx" in refusal(link)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx", ".docx"])
def test_a_file_that_vanishes_while_it_is_read(suffix, tmp_path):
    """Whenever it goes, there is a reading or a sentence; found by trying many moments."""
    path = tmp_path / f"清单{suffix}"
    data = damage.good(suffix, 40)
    outcomes = []
    for moment in range(6):
        path.write_bytes(data)
        thief = threading.Timer(0.003 * moment**2, path.unlink)
        thief.start()
        try:
            grids, _, _ = sandbox.extract(path, Limits())
            outcomes.append([] if grids[0].rows else ["nothing was read"])
        except UnreadableListError as error:
            outcomes.append(sentence_faults(str(error)))
        thief.join()
    assert outcomes == [[]] * 6


def test_rows_before_and_after_a_damaged_row_are_kept(tmp_path):
    """An inch sign at the beginning of a cell is the commonest damage to a csv."""
    lines = seeds.as_text(seeds.table(30), end="\n").splitlines()
    lines[5] = lines[5].replace("DN14", '"4寸')
    path = tmp_path / "清单.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    reading = read_list(path)
    assert len(reading.rows) == 30
    assert reading.rows[4].spec == '"4寸'
