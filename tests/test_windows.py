"""Windows counts: nothing that only POSIX systems have is needed, or used without a fallback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lists import damage
from tests.posix_scan import POSIX_MODULES, POSIX_NAMES, posix_only, unspoken_encodings
from tests.tools import ROOT

SOURCES = [p for room in ("matcher", "web", "corpora") for p in sorted((ROOT / room).rglob("*.py"))]
# What the standard library and numpy themselves call, because this system is no Windows.
_NEEDED_HERE = {"WNOHANG", "sysconf", "uname"}

# Runs first in every interpreter of the test, the parsing process included.
WITHOUT_POSIX = f"""
import os, sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(POSIX_MODULES)!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
for name in {sorted(POSIX_MODULES)!r}:
    sys.modules.pop(name, None)
for name in {sorted(POSIX_NAMES["os"] - _NEEDED_HERE)!r}:
    if hasattr(os, name):
        delattr(os, name)
"""

MAIN_JOB = """
import json, os, sys
from matcher.lists import read_list
from matcher.ranking import Parameters, match

demands, supplies = (read_list(path) for path in sys.argv[1:])
ranking = match(demands.demands, supplies.supplies, Parameters(top=3))
try:
    import resource
except ImportError:
    resource = None
print(json.dumps({
    "posix": resource is not None or hasattr(os, "fork"),
    "read": [len(demands.rows), len(supplies.rows)],
    "suggestions": [
        [s.demand_id, s.supply_id, s.rank, s.probability, *s.explanation.sentences]
        for s in ranking.suggestions
    ],
    "gaps": ranking.gaps,
}))
"""

SUPPLIES = """企业名称,主导产品,规格,年产能,单位,县市
甲泵业有限公司,离心泵,DN10,5000,台,精河县
乙阀门有限公司,闸阀,DN11,2万,台,博乐市
丙钢管有限公司,无缝钢管,DN12,300,吨,温泉县
丁化工有限公司,氢氧化钠,工业级,1.2万,吨,精河县
"""


def main_job(*lists: Path, **environment: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", MAIN_JOB, *map(str, lists)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".pdf"])
def test_the_main_job_runs_without_anything_of_posix(suffix, tmp_path):
    """Two lists are read and matched as everywhere; the job proves that something is hidden."""
    demands = tmp_path / f"需求 清单{suffix}"
    demands.write_bytes(damage.good(suffix, 12))
    supplies = tmp_path / "供给清单.csv"
    supplies.write_text(SUPPLIES, encoding="gb18030")
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WITHOUT_POSIX, encoding="utf-8")
    elsewhere = main_job(demands, supplies, PYTHONPATH=str(hook))
    here = main_job(demands, supplies)
    assert elsewhere.pop("posix") is False
    assert here.pop("posix") is (os.name == "posix")
    assert elsewhere == here
    assert here["read"] == [12, 4]
    assert here["suggestions"]


def test_a_hostile_file_is_refused_without_anything_of_posix(tmp_path):
    """Without a memory limit the guard and the time limit still stand."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WITHOUT_POSIX, encoding="utf-8")
    path = tmp_path / "清单.xlsx"
    path.write_bytes(damage.make("zip bomb", 0).data)
    code = (
        "import sys; from matcher.errors import XieshouError; from matcher.lists import read_list\n"
        "try: read_list(sys.argv[1])\nexcept XieshouError as e: sys.stdout.buffer.write(str(e).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(hook)},
        capture_output=True,
        check=True,
    )
    assert "压缩" in done.stdout.decode()


# --- sources -------------------------------------------------------------------------------------


def test_sources_use_nothing_of_posix_without_a_guard():
    found = {str(p.relative_to(ROOT)): posix_only(p.read_text(encoding="utf-8")) for p in SOURCES}
    assert len(SOURCES) > 30
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_sources_name_the_encoding_of_every_text_file():
    found = {
        str(p.relative_to(ROOT)): unspoken_encodings(p.read_text(encoding="utf-8")) for p in SOURCES
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("import resource", "try:\n    import resource\nexcept ImportError:\n    resource = None"),
        ("from fcntl import flock", "if os.name == 'posix':\n    from fcntl import flock"),
        ("os.fork()", "if hasattr(os, 'fork'):\n    os.fork()"),
        ("os.getuid()", "getattr(os, 'getuid', int)()"),
        ("try:\n    os.fork()\nexcept OSError:\n    pass", "os.getpid()"),
        ("from os import getuid", "from os import getpid"),
        ("signal.SIGKILL", "signal.SIGTERM"),
        ("run(x, preexec_fn=f)", "run(x, cwd=f)"),
        ("Path('/tmp/x')", "Path('tmp/x')"),
    ],
)
def test_the_scan_finds_and_spares(bad, good):
    assert len(posix_only(bad)) == 1
    assert posix_only(good) == []


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("open('a')", "open('a', encoding='utf-8')"),
        ("open('a', 'w')", "open('a', 'wb')"),
        ("path.open()", "path.open('rb')"),
        ("path.open('a')", "archive.open(member)"),
        ("path.open(mode='w')", "archive.open('mimetype')"),
        ("p.read_text()", "p.read_text(encoding='utf-8')"),
        ("p.write_text('x')", "p.write_text('x', 'utf-8')"),
    ],
)
def test_the_scan_for_encodings_finds_and_spares(bad, good):
    assert len(unspoken_encodings(bad)) == 1
    assert unspoken_encodings(good) == []


def test_no_two_files_differ_in_case_and_no_name_is_reserved():
    """A Windows disk folds case and keeps some names for devices."""
    reserved = {"con", "prn", "aux", "nul"}
    reserved |= {f"{device}{i}" for device in ("com", "lpt") for i in range(10)}
    rooms = ("matcher", "web", "corpora", "tests")
    paths = [p.relative_to(ROOT) for room in rooms for p in (ROOT / room).rglob("*")]
    kept = [p for p in paths if "__pycache__" not in p.parts]
    folded = [str(p).casefold() for p in kept]
    assert len(folded) == len(set(folded))
    assert [p for p in kept if p.stem.casefold() in reserved] == []
    assert [p for p in kept if set(p.name) & set('<>:"|?*\\')] == []
