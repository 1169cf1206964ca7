"""``xieshou chain``: every command with its help and its example, its JSON, its refusals."""

from __future__ import annotations

import json
import re
import shlex
from xml.etree import ElementTree as ET

import click
import pytest

from matcher.chain.export import from_graphml
from matcher.cli import main
from tests.chain.making import COPPER
from tests.cli.running import DEMANDS, SUPPLIES, complaint, xieshou

CHAIN = main.commands["chain"]
assert isinstance(CHAIN, click.Group)
COMMANDS = sorted(CHAIN.commands)


@pytest.fixture(autouse=True)
def _no_database_from_outside(monkeypatch):
    monkeypatch.delenv("XIESHOU_DB", raising=False)


@pytest.fixture
def db(tmp_path, monkeypatch):
    """A database with four demands, four supplies and a run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "需求.csv").write_text(DEMANDS, encoding="utf-8")
    (tmp_path / "供给.csv").write_text(SUPPLIES, encoding="utf-8")
    for file in ("需求.csv", "供给.csv"):
        assert xieshou("import", file, "--db", "xieshou.db").code == 0
    assert xieshou("run", "--db", "xieshou.db").code == 0
    return tmp_path / "xieshou.db"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_chinese_and_has_an_example(command):
    result = xieshou("chain", command, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"用法：xieshou chain {command}")
    assert "例：" in result.out
    assert f"xieshou chain {command}" in result.out.partition("例：")[2]
    for parameter in CHAIN.commands[command].params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert re.search(r"[\u4e00-\u9fff]", parameter.help or ""), parameter.name


def test_the_group_lists_its_commands():
    out = xieshou("chain", "--help").out
    assert all(f"  {command} " in out for command in COMMANDS)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"import-listed", "listed"}))
def test_every_example_works(command):
    text = xieshou("chain", command, "--help").out
    lines = [line for line in text.splitlines() if line.strip().startswith("xieshou ")]
    assert lines
    for line in lines:
        result = xieshou(*shlex.split(line)[1:])
        if command == "check":
            assert result.code in {0, 1}
            continue
        if "--chain 铜" in line or "show 铜" in line:
            continue  # needs the shipped templates: see test_shipped.py
        assert result.code == 0, (line, result.err)
        assert result.out.strip()


def test_gaps_as_json_hold_what_programs_rely_on(db):
    lines = SUPPLIES.replace("4,博乐己劳保用品有限公司,博乐市", "4,博乐己劳保用品有限公司,奎屯")
    (db.parent / "供给.csv").write_text(
        "\n".join([*lines.splitlines()[:3], *lines.splitlines()[4:]])
    )
    (db.parent / "b.db").unlink(missing_ok=True)
    for file in ("需求.csv", "供给.csv"):
        xieshou("import", file, "--db", "b.db")
    xieshou("run", "--db", "b.db")
    found = xieshou("chain", "gaps", "--db", "b.db", "--json").json
    keys = ["demand_id", "scope", "basis", "best_score", "uncovered", "unit"]
    assert [list(gap)[:6] for gap in found] == [keys, keys]
    bag, hat = found
    assert (bag["demand_id"], bag["scope"], bag["basis"]) == ("003", "everywhere", "predicted")
    assert (bag["uncovered"], bag["unit"]) == (500000, "条")
    assert bag["best_score"] < 0.3
    assert (hat["demand_id"], hat["scope"], hat["uncovered"]) == ("004", "prefecture", None)
    only = xieshou("chain", "gaps", "--db", "b.db", "--json", "--scope", "prefecture").json
    assert [gap["demand_id"] for gap in only] == ["004"]
    wide = xieshou(
        "chain", "gaps", "--db", "b.db", "--json", "--prefecture", "博乐,精河，奎屯"
    ).json
    assert [gap["demand_id"] for gap in wide] == ["003"]
    assert [
        g["demand_id"]
        for g in xieshou("chain", "gaps", "--db", "b.db", "--json", "--chain", "番茄").json
    ]
    assert xieshou("chain", "gaps", "--db", "b.db", "--json", "--chain", "铜").json == []


@pytest.mark.usefixtures("db")
def test_bottlenecks_as_json():
    found = xieshou("chain", "bottlenecks", "--json").json
    thin = {b["demand_id"]: b for b in found["bottlenecks"]}
    assert thin["001"]["reasons"] == ["single", "short"]
    assert (thin["001"]["need"], thin["001"]["capacity"], thin["001"]["hhi"]) == (12000, 5000, 1.0)
    assert thin["002"]["reasons"] == ["single"]
    assert all(len(ends) == 2 for ends in found["bridges"])
    assert {p["kind"] for p in found["articulation_points"]} <= {"enterprise", "product"}


@pytest.mark.usefixtures("db")
def test_a_path_tells_every_step():
    ends = ("新疆甲铜业有限公司", "博乐丙管业有限公司")
    found = xieshou("chain", "path", *ends, "--json").json
    assert [found["nodes"][i]["name"] for i in (0, -1)] == list(ends)
    assert len(found["steps"]) == len(found["nodes"]) - 1
    said = xieshou("chain", "path", *ends).out
    assert re.search("博乐丙管业有限公司 (在做|预测能供给)", said)
    gloves = xieshou("chain", "path", "电解铜", "安全帽").out
    assert "安全帽" in gloves or "劳动防护用品" in gloves
    complaint(xieshou("chain", "path", "电解铜", "没有这家"), "没有这家", "产业链")


@pytest.mark.usefixtures("db")
def test_what_if_and_its_reverse():
    found = xieshou("chain", "what-if", "博乐丙管业", "--json").json
    (need,) = found["needs"]
    assert (need["demand_id"], need["complete"], need["lost_share"]) == ("002", True, 1)
    assert (need["lost_quantity"], need["unit"]) == (300, "吨")
    assert [leader["name"] for leader in found["leaders"]] == ["新疆甲铜业有限公司"]
    said = xieshou("chain", "what-if", "博乐丙管业").out
    assert "再没有别的供给" in said
    upstream = xieshou("chain", "what-if", "新疆甲铜业有限公司", "--depends", "--json").json
    assert {"博乐乙金属有限公司", "博乐丙管业有限公司"} <= {
        u["name"] for u in upstream if u["critical"]
    }


@pytest.mark.usefixtures("db")
def test_export_writes_graphml_that_networkx_reads(tmp_path):
    assert xieshou("chain", "export", "网络.graphml").code == 0
    graph = from_graphml((tmp_path / "网络.graphml").read_bytes())
    assert "enterprise:新疆甲铜业" in graph


@pytest.mark.usefixtures("db")
def test_refusals(tmp_path):
    complaint(xieshou("chain", "what-if", "无此企业"), "无此企业")
    complaint(xieshou("chain", "what-if", "丙管业"), "是不是“博乐丙管业有限公司”")
    complaint(xieshou("chain", "what-if", "安全帽", "无缝钢管", "--depends"), "--depends")
    complaint(xieshou("chain", "export", "图.png", "--chain", "铜"), ".svg")
    complaint(xieshou("chain", "export", "图.svg"), "--chain")
    complaint(xieshou("chain", "export", "图.svg", "--chain", "无此链"), "无此链")
    complaint(xieshou("chain", "gaps", "--db", "没有.db"), "没有.db")
    complaint(xieshou("chain", "gap"), "gap")


def test_without_a_run_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "需求.csv").write_text(DEMANDS, encoding="utf-8")
    xieshou("import", "需求.csv")
    result = xieshou("chain", "gaps", "--json")
    assert (result.code, len(result.json)) == (0, 4)
    assert "还没有撮合过" in result.err


def test_check_names_file_line_and_fault(tmp_path):
    file = tmp_path / "铜.toml"
    file.write_text(COPPER.replace('position = "下游"', 'position = "末端"'), encoding="utf-8")
    result = xieshou("chain", "check", file)
    assert result.code == 1
    line = COPPER.splitlines().index('position = "下游"') + 1
    assert f"铜.toml 第 {line} 行：位置“末端”" in result.err
    assert "Traceback" not in result.err


def test_json_is_utf8_and_drawings_are_xml(db, tmp_path):
    from matcher.chain.shipped import template_texts

    if not template_texts():
        pytest.skip("no templates are shipped yet")
    for name, extra in (("a.svg", []), ("b.svg", ["--firms", "--weak"]), ("c.svg", ["--fold"])):
        assert xieshou("chain", "export", name, "--chain", "铜", *extra).code == 0
        ET.fromstring((tmp_path / name).read_bytes())
    assert xieshou("chain", "export", "d.json", "--chain", "铜", "--fold").code == 0
    assert json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["folded"] is True
    complaint(
        xieshou("chain", "export", "a.svg", "--chain", "铜", "--unfold", "无此环节"), "无此环节"
    )
