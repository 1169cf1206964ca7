"""Fifty people at once: no error, no lost decision, memory that stays where it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from benchmarks.processes import MethodFailedError
from benchmarks.web_load import Load, load


@pytest.mark.full
def test_fifty_people_for_ten_minutes():
    try:
        told = load(50, 600, 50_000, Path(tempfile.gettempdir()) / "xieshou-peers")
    except MethodFailedError as error:
        pytest.skip(str(error))
    check(told)


def check(told: Load) -> None:
    assert told.failures == 0, told.pages
    assert told.acknowledged > 1000
    assert told.lost == 0
    assert told.fault == ""
    third = len(told.memory) // 3
    assert max(told.memory[-third:]) <= 1.1 * max(told.memory[:third])


@pytest.mark.parametrize(
    "wrong",
    [
        {"pages": [("/", 9, 1, 5, 9)]},
        {"lost": 1},
        {"fault": "第 3 行"},
        {"memory": [100, 100, 200]},
        {"acknowledged": 3},
    ],
)
def test_the_checks_can_fail(wrong):
    good = {
        "pages": [("/", 9, 0, 5, 9)], "memory": [100, 105, 104], "acknowledged": 2000, "lost": 0, "fault": "",
    }  # fmt: skip
    check(Load(**good))
    with pytest.raises(AssertionError):
        check(Load(**good | wrong))
