from __future__ import annotations

import pytest

from tests.cli.running import DEMANDS, SUPPLIES, xieshou


@pytest.fixture(autouse=True)
def _no_database_from_outside(monkeypatch):
    monkeypatch.delenv("XIESHOU_DB", raising=False)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with a Chinese name and a space."""
    folder = tmp_path / "工作 文件夹"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def lists(here):
    """A demand list and a supply list in the folder."""
    demands, supplies = here / "需求 清单.csv", here / "供给清单.csv"
    demands.write_text(DEMANDS, encoding="utf-8")
    supplies.write_text(SUPPLIES, encoding="utf-8")
    return demands, supplies


@pytest.fixture
def imported(lists, here):
    """The two lists in ``xieshou.db``."""
    assert xieshou("import", *lists).code == 0
    return here / "xieshou.db"
