from __future__ import annotations

import pytest

from matcher.store import Store


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "携手 数据.db") as opened:
        yield opened
