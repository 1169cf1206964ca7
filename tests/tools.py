"""Tools that some tests need: a browser, LibreOffice, fonts. Missing ones skip, or fail in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


def required(name: str) -> str:
    """Path of a program; skip without it, or fail where XIESHOU_REQUIRE_TOOLS is set."""
    found = shutil.which(name)
    if found:
        return found
    message = f"{name} is not installed on this machine"
    if os.environ.get("XIESHOU_REQUIRE_TOOLS"):
        pytest.fail(message)
    pytest.skip(message)


def shared_data(*parts: str) -> Path:
    """A folder of the measuring data; skip where it is absent, which is always allowed."""
    path = SHARED_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip("the measuring data are not beside this checkout")
    return path
