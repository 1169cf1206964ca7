"""Consoles of all kinds: GBK, no terminal, a real terminal, a pipe that is closed, kill -9."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.cli.running import process, surroundings
from tests.tools import ROOT

SAMPLES = ROOT / "corpora" / "samples"
RARE = "𠮷野™é🦊铜"  # characters that GBK does not have, beside one that it has


@pytest.fixture
def rare(here):
    (here / "需求.csv").write_text(
        f"需求编号,链主企业,产品名称,年需求量\n1,甲公司,{RARE},很多🦊很多\n", encoding="utf-8"
    )
    (here / "供给.csv").write_text(
        f"供给编号,企业名称,产品名称\n1,{RARE}厂,{RARE}\n", encoding="utf-8"
    )
    return here


COMMANDS = (
    ("read", "需求.csv"), ("import", "需求.csv", "供给.csv"), ("run", "--out", "a.xlsx"), ("show", "1"),
    ("decide", "a.xlsx"), ("--help",), ("match", "--help"), ("template", "demand", "t.xlsx"),
)  # fmt: skip


@pytest.mark.parametrize(("encoding", "commands"), [("gbk", COMMANDS), ("ascii", COMMANDS[:1])])
def test_a_console_that_lacks_characters_shows_question_marks(rare, encoding, commands):
    def run(*arguments):
        result = process(
            *arguments, cwd=rare, encoding=encoding, PYTHONIOENCODING=encoding, PYTHONUTF8="0"
        )
        assert "Traceback" not in result.err
        return result

    for arguments in commands:
        result = run(*arguments)
        assert result.code == 0, result
        if arguments[0] in {"read", "show"}:
            assert "?" in result.out
            assert ("甲公司" in result.out or "很多" in result.out) == (encoding == "gbk")
    failed = run("read", f"{RARE}没有.csv")
    assert failed.code == 2
    assert len(failed.err.splitlines()) == 1
    assert failed.err.startswith("错误：") == (encoding == "gbk")


def test_json_is_utf8_whatever_the_console(rare):
    result = process("read", "需求.csv", "--json", cwd=rare, PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert result.json["rows"][0]["product_name"] == RARE


def test_without_a_terminal_there_are_no_bars_and_no_colours(here):
    colourful = {
        "FORCE_COLOR": "1",
        "TTY_COMPATIBLE": "1",
        "TERM": "xterm-256color",
        "COLUMNS": "120",
    }
    arguments = (
        "match",
        SAMPLES / "需求清单.xlsx",
        SAMPLES / "供给清单_县市.csv",
        "--out",
        "a.csv",
    )
    for environment in ({}, colourful):
        result = process(*arguments, cwd=here, **environment)
        assert (result.code, result.err) == (0, "")
        assert "\x1b" not in result.out
        assert "打分" not in result.out


def test_on_a_terminal_the_work_shows_its_progress(here):
    pty = pytest.importorskip("pty", reason="no terminals to open on this system")
    screen, end = pty.openpty()
    arguments = (
        "match",
        SAMPLES / "需求清单.xlsx",
        SAMPLES / "供给清单_县市.csv",
        "--out",
        "a.csv",
    )
    done = subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, arguments)], cwd=here, check=False, timeout=120,
        env=surroundings(TERM="xterm"), stdout=subprocess.PIPE, stderr=end,
    )  # fmt: skip
    os.close(end)
    shown = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(screen, 65536):
            shown += chunk
    os.close(screen)
    assert done.returncode == 0
    assert "打分排序" in shown.decode("utf-8", "replace")
    assert "打分排序" not in done.stdout.decode()


def test_a_reader_that_goes_away_is_no_error(here):
    child = subprocess.Popen(
        [sys.executable, "-m", "matcher", "read", str(SAMPLES / "需求清单.xlsx"), "--json"],
        cwd=here, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    assert child.wait(60) in {0, 1}
    child.stderr.close()


def test_ctrl_c_is_one_line(here):
    child = subprocess.Popen(
        [sys.executable, "-m", "matcher", "demo"],
        cwd=here, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    child.stdout.readline()  # the lists are in: it is matching now
    child.send_signal(signal.SIGINT)
    _, complaint = child.communicate(timeout=60)
    # Interrupted inside an exec of text (a dataclass being made), CPython ends by the signal even
    # though it was handled; a shell says 130 to both.
    assert child.returncode in {130, 0, -signal.SIGINT}
    assert b"Traceback" not in complaint
    if child.returncode:
        assert complaint.decode().strip().startswith("错误：已取消")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_kill_during_a_command_leaves_all_of_it_or_nothing(here):
    moments = random.Random(3)
    lists = [
        str(SAMPLES / name) for name in ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv")
    ]
    for _ in range(5):
        for leftover in here.glob("a.db*"):
            leftover.unlink()
        child = subprocess.Popen(
            [sys.executable, "-m", "matcher", "import", *lists, "--db", "a.db"],
            cwd=here, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        until = time.monotonic() + 60
        while not (here / "a.db").exists() and child.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(moments.random() * 0.3)
        child.kill()
        said, _ = child.communicate()
        if not (here / "a.db").stat().st_size:
            continue
        db = sqlite3.connect(here / "a.db")
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        made = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'lists'").fetchone()[0]
        count = db.execute("SELECT count(*) FROM lists").fetchone()[0] if made else 0
        db.close()
        assert count in {0, 3}
        assert count == 3 or not said
    assert process("import", *lists, "--db", "a.db", cwd=here).code == 0
