"""Every command of the README runs, and says what the README says it does."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.tools import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ENGLISH, CHINESE = README.split("\n# 中文说明\n")
INSTALL_AND_RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/xieshou demo"
INSTALL_AND_TEST = 'python3 -m venv .venv && .venv/bin/pip install ".[dev]" && .venv/bin/pytest'


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def run(line: str, cwd, env=None) -> subprocess.CompletedProcess[str]:
    """A README line with ``xieshou`` taken from this checkout."""
    words = line.split()
    assert words[0] == "xieshou"
    return subprocess.run(
        [sys.executable, "-m", "matcher", *words[1:]],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_both_languages_give_the_same_commands():
    assert commands(ENGLISH) == commands(CHINESE)


def test_the_two_set_up_commands_are_the_first_ones():
    assert commands(ENGLISH)[:2] == [INSTALL_AND_RUN, INSTALL_AND_TEST]


def test_ci_runs_the_readmes_test_command():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert INSTALL_AND_TEST.replace("pip install ", "pip install --quiet ") in ci


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "中文"])
def test_every_command_runs_in_order(tmp_path, text):
    for line in commands(text)[2:]:
        if line.startswith("xieshou serve"):
            assert_serves(line, tmp_path)
            continue
        done = run(line, tmp_path)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
    for name in ("匹配建议.xlsx", "匹配建议.csv", "审核表.xlsx", "推荐目录（草案）.docx"):
        assert (tmp_path / name).stat().st_size > 300


def assert_serves(line: str, cwd) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = line.replace("--port 8000", f"--port {port}").split()
    server = subprocess.Popen(
        [sys.executable, "-m", "matcher", *words[1:]],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    assert "携手" in answer.read().decode("utf-8")
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        server.terminate()
        server.wait(20)


def test_the_python_example_runs(tmp_path):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    for kind in ("demand 需求清单", "supply 供给清单"):
        word, name = kind.split()
        assert run(f"xieshou template {word} {name}.xlsx", tmp_path).returncode == 0
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", example],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "品名一致" in done.stdout or "品名" in done.stdout


def test_files_that_the_readme_names_exist():
    for path in re.findall(r"\]\(((?!http|#)[^)]+)\)", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"`((?:docs|corpora)/[^`]+)`", README):
        assert (ROOT / path).exists(), path


def test_installing_in_a_fresh_environment_runs_the_main_job(tmp_path):
    """The first command, word for word, on a copy of the checkout's files."""
    if not os.environ.get("XIESHOU_REQUIRE_TOOLS"):
        pytest.skip("needs the package index; runs where XIESHOU_REQUIRE_TOOLS is set")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode("utf-8")
    for name in filter(None, listed.split("\0")):
        if name.split("/")[0] in {"tests", "benchmarks"} or not (ROOT / name).exists():
            continue
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    shell = {"shell": True, "executable": "/bin/bash"}
    done = subprocess.run(
        INSTALL_AND_RUN, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, **shell
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "匹配建议.xlsx").stat().st_size > 50_000
    assert "下一步" in done.stdout
