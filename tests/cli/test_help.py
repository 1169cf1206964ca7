"""Every command explains itself with an example, and every example works."""

from __future__ import annotations

import re
import shlex
import shutil

import click
import openpyxl
import pytest

from matcher.cli import main
from matcher.cli.helping import width_of
from tests.catalogue.making import fill
from tests.cli.reviewing import review
from tests.cli.running import DEMANDS, SUPPLIES, xieshou
from tests.cli.serving import answer, free_port, served
from tests.tools import ROOT

SAMPLES = ROOT / "corpora" / "samples"
COMMANDS = sorted(main.commands)
# The order in which a user would come to them: what one writes, a later one reads.
STORY = (
    "read",
    "match",
    "find",
    "template",
    "import",
    "run",
    "show",
    "decide",
    "plan",
    "plans",
    "catalogue",
    "engagements",
    "chain",
    "evaluate",
    "demo",
    "learn",
    "serve",
    "users",
    "audit",
    "risks",
)


def examples(command: str) -> list[list[str]]:
    text = xieshou(command, "--help").out
    return [
        shlex.split(line)[1:] for line in text.splitlines() if line.strip().startswith("xieshou ")
    ]


def test_the_story_tells_of_every_command():
    assert set(STORY) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_chinese_and_has_an_example(command):
    result = xieshou(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert "例：" in result.out
    assert [e for e in examples(command) if e[0] == command]
    assert xieshou(command, "-h").out == result.out
    for parameter in main.commands[command].params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert re.search(r"[\u4e00-\u9fff]", parameter.help or ""), parameter.name


ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+)+|Usage|Options|default|required|RANGE|TEXT|FILE\b")


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_nothing_of_the_help_is_english(command):
    out = xieshou(*([command] if command else []), "--help").out
    assert out.startswith("用法：xieshou")
    assert "选项：" in out
    # commands, options, file names and column keys are names, not words
    words = [
        line
        for line in out.splitlines()
        if not line.strip().startswith("xieshou") and not line.startswith("用法：")
    ]
    assert not ENGLISH.search("\n".join(words))


@pytest.mark.parametrize("columns", ["60", "80", "200"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_the_screen(command, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    out = xieshou(command, "--help").out
    options = out[out.index("选项：") :].splitlines()
    assert max(width_of(line) for line in options) <= min(int(columns), 100)
    # the second column of each section stands straight, whatever the first one holds
    for section in "\n".join(options).split("\n\n"):
        lines = section.splitlines()
        assert (
            len({width_of(m[0]) for line in lines if (m := re.match(r"  \S.*?\s{2,}", line))}) == 1
        )


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_the_first_help_lists_all_commands(arguments):
    result = xieshou(*arguments)
    assert result.code == 0
    assert all(f"  {command} " in result.out for command in COMMANDS)


def test_version():
    result = xieshou("--version")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("xieshou ")


def prepare(here) -> None:
    """The files that the examples speak of."""
    demands = DEMANDS.replace("\n00", "\nD00")
    for kind, text in (("需求", demands), ("供给", SUPPLIES)):
        (here / f"{kind}清单.csv").write_text(text, encoding="utf-8")
        (here / f"{kind}.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
        book = openpyxl.Workbook()
        for line in text.splitlines():
            book.active.append(line.split(","))
        book.save(here / f"{kind}清单.xlsx")
    book = openpyxl.Workbook()
    for line in (["企业名称", "列入日期"], ["某某公司", "2026-01-05"]):
        book.active.append(line)
    book.save(here / "失信名单.xlsx")
    folder = here / "评测数据"
    folder.mkdir()
    shutil.copy(here / "需求.tsv", folder / "demands.tsv")
    shutil.copy(here / "供给.tsv", folder / "supplies.tsv")
    (folder / "qrels.tsv").write_text("demand_id\tsupply_id\tgrade\nD001\t1\t2\n", encoding="utf-8")


def test_every_example_works(here):
    prepare(here)
    for command in STORY:
        if command == "learn":
            shutil.copy(here / "demo.db", here / "xieshou.db")
            review(here / "xieshou.db", 0, 120)
        for example in examples(command):
            if example[0] == "serve" or "--serve" in example:
                port = str(free_port())
                options = [port if word == "8000" else word for word in example]
                options += [] if port in options else ["--port", port]
                with served(*options, cwd=here) as child:
                    assert answer(child, int(port))[0] == 200, example
                continue
            result = xieshou(*example)
            assert result.code == 0, (example, result.err)
            if example[0] == "run":
                fill(here / "匹配建议.xlsx", {("D001", "1"): ("采纳", "", "张三")})
    written = {path.name for path in here.iterdir()}
    assert {
        "结果.csv",
        "推荐目录.docx",
        "推荐目录（草案）.xlsx",
        "需求清单（空白）.xlsx",
        "demo.db",
    } <= written
