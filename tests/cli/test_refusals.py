"""A disk that is full, a folder or file that is read-only, a database in use: nothing is changed."""

from __future__ import annotations

import ctypes
import hashlib
import sqlite3
import subprocess
import sys

import pytest

from tests.catalogue.making import fill
from tests.cli.running import SUPPLIES, Result, complaint, surroundings, xieshou

resource = pytest.importorskip("resource", reason="no limits to set on this system")
if not sys.platform.startswith("linux"):
    pytest.skip("privileges are dropped by a call of Linux", allow_module_level=True)

MANY = "供给编号,企业名称,产品名称,规格\n" + "".join(
    f"X{i},博乐乙金属有限公司,品名{i},{'很长的规格' * 40}\n" for i in range(2000)
)


def limited(*arguments, cwd, file_bytes: int = 0) -> Result:
    """A command without root's right to write anywhere, and with files no longer than so."""

    def before() -> None:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            libc.prctl(24, capability, 0, 0, 0)
        if file_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    done = subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, arguments)], cwd=cwd, check=False, timeout=120,
        env=surroundings(PYTHONDONTWRITEBYTECODE="1"), capture_output=True, preexec_fn=before,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def files(folder) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture
def ready(lists, imported, here):
    """A database with a run, and a workbook with one decision."""
    xieshou("run", "--out", "审核.xlsx")
    fill(here / "审核.xlsx", {("001", "1"): ("采纳", "", "")})
    (here / "很多.csv").write_text(MANY, encoding="utf-8")
    return here


@pytest.fixture
def read_only(ready):
    """The same folder, closed for writing."""
    ready.chmod(0o555)
    yield ready
    ready.chmod(0o755)


def contents(path) -> dict[str, int]:
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = ("lists", "supplies", "runs", "suggestions", "decisions")
        return {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}
    finally:
        db.close()


WRITING = (("import", "很多.csv"), ("run",), ("decide", "审核.xlsx"))


class TestReadOnlyDatabase:
    @pytest.mark.parametrize("arguments", WRITING, ids=lambda a: a[0])
    def test_what_would_write_is_refused(self, ready, arguments):
        (ready / "xieshou.db").chmod(0o444)
        before = contents(ready / "xieshou.db")
        complaint(limited(*arguments, cwd=ready), "xieshou.db", "不能写")
        assert contents(ready / "xieshou.db") == before
        (ready / "xieshou.db").chmod(0o644)
        assert limited(*arguments, cwd=ready).code == 0

    def test_what_only_reads_still_works(self, ready):
        (ready / "xieshou.db").chmod(0o444)
        assert limited("show", "001", cwd=ready).code == 0


class TestReadOnlyFolder:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("match", "需求 清单.csv", "供给清单.csv", "--out", "a.csv"),
            ("match", "需求 清单.csv", "供给清单.csv"),
            ("template", "demand", "a.xlsx"),
            ("import", "很多.csv", "--db", "新.db"),
            ("demo", "--db", "新.db"),
        ],
        ids=lambda a: a[0],
    )
    def test_a_new_file_there_is_refused(self, read_only, arguments):
        before = files(read_only)
        complaint(limited(*arguments, cwd=read_only), "写", "权限")
        assert files(read_only) == before

    def test_an_output_elsewhere_is_fine(self, read_only, tmp_path):
        out = tmp_path / "别处.csv"
        assert (
            limited("match", "需求 清单.csv", "供给清单.csv", "--out", out, cwd=read_only).code == 0
        )
        assert out.stat().st_size > 100


def test_a_read_only_file_is_not_replaced_behind_its_owners_back(ready):
    for name in ("a.csv", "a.docx"):
        (ready / name).write_text("mine")
        (ready / name).chmod(0o444)
    complaint(
        limited("match", "需求 清单.csv", "供给清单.csv", "--out", "a.csv", cwd=ready),
        "a.csv",
        "没有权限",
    )
    complaint(limited("catalogue", "--draft", "--out", "a.docx", cwd=ready), "a.docx", "没有权限")
    assert {(ready / name).read_text() for name in ("a.csv", "a.docx")} == {"mine"}


def test_a_list_that_may_not_be_read_is_one_sentence(ready):
    (ready / "供给清单.csv").chmod(0)
    complaint(limited("read", "供给清单.csv", cwd=ready), "供给清单.csv", "权限")
    complaint(limited("import", "供给清单.csv", cwd=ready), "供给清单.csv", "权限")


class TestFullDisk:
    """Files may grow to so many bytes only: what a full disk does, without filling one."""

    @pytest.mark.parametrize("room", [4096, 40_000, 120_000, 400_000])
    def test_an_import_that_does_not_fit_changes_nothing(self, ready, room):
        before = contents(ready / "xieshou.db")
        complaint(
            limited("import", "很多.csv", cwd=ready, file_bytes=room),
            "xieshou.db",
            "没有改动",
            "磁盘",
        )
        assert contents(ready / "xieshou.db") == before
        assert limited("import", "很多.csv", cwd=ready).code == 0
        assert contents(ready / "xieshou.db")["supplies"] == before["supplies"] + 2000

    @pytest.mark.parametrize("room", [4096, 40_000, 120_000])
    def test_a_new_database_that_does_not_fit_can_be_made_later(self, ready, room):
        complaint(
            limited("import", "很多.csv", "--db", "新.db", cwd=ready, file_bytes=room),
            "新.db",
            "磁盘",
        )
        assert limited("import", "很多.csv", "--db", "新.db", cwd=ready).code == 0
        assert contents(ready / "新.db")["supplies"] == 2000

    def test_a_result_that_does_not_fit_leaves_the_old_one(self, ready):
        (ready / "a.json").write_text("{}")
        before = files(ready)
        complaint(
            limited("match", "需求 清单.csv", "供给清单.csv", "--out", "a.json", cwd=ready, file_bytes=2000),
            "a.json", "写不进去",
        )  # fmt: skip
        assert files(ready) == before


def test_a_database_in_use_is_waited_for_and_then_one_sentence(ready, monkeypatch):
    from matcher.store import database

    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.3)
    other = sqlite3.connect(ready / "xieshou.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for arguments in WRITING:
        complaint(xieshou(*arguments), "xieshou.db", "正被占用")
    assert xieshou("show", "001").code == 0
    other.execute("ROLLBACK")
    other.close()
    for arguments in WRITING:
        assert xieshou(*arguments).code == 0


def test_a_list_that_vanishes_or_changes_kind_under_its_name_is_read_afresh(ready):
    (ready / "供给清单.csv").write_text(SUPPLIES.replace("阴极铜", "阳极泥"), encoding="utf-8")
    assert "更新 1" in xieshou("import", "供给清单.csv").out
    (ready / "供给清单.csv").unlink()
    complaint(xieshou("import", "供给清单.csv"), "找不到")
