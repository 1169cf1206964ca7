"""``engagements``: the same rules from the command line."""

from __future__ import annotations

import csv
import io
import re
import shlex

import pytest

from matcher.cli.engagements import engagements
from matcher.model import Decision, Verdict
from matcher.store import Role, Store
from tests.cli.running import complaint, xieshou


@pytest.fixture
def accepted(imported):
    with Store(imported) as store:
        store.decisions.record([Decision("001", "1", Verdict.ACCEPTED)])
        store.users.add("zhang", Role.REVIEWER, full_name="张专员")
        store.users.add("viewer", Role.VIEWER)
    return imported


def run(*arguments):
    return xieshou("engagements", *arguments)


def test_from_recommendation_to_a_contract(accepted):
    assert "第 1 号" in run("add", "001", "1", "--officer", "zhang").out
    assert run("step", 1, "对接", "--note", "约在周五").code == 0
    assert run("step", 1, "洽谈").code == 0
    signed = (
        "--signed",
        "2026-11-20",
        "--amount",
        120.5,
        "--contract",
        "=HT(7)",
        "--due",
        "2020-01-01",
    )
    assert "2020-01-01" in run("step", 1, "签约", *signed).out
    (one,) = run("list", "--json").json
    told = ("engagement_id", "stage", "demand_id", "enterprise", "amount", "officer", "stale")
    assert [one[name] for name in told] == [
        1,
        "签约",
        "001",
        "博乐乙金属有限公司",
        120.5,
        "张专员",
        True,
    ]
    shown = run("show", 1)
    assert "约在周五" in shown.out
    assert "【逾期】" in run("remind").out
    events = run("show", 1, "--json").json["events"]
    assert [e["stage"] for e in events] == ["推荐", "对接", "洽谈", "签约"]
    text = run("list", "--csv").out
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["合同金额（万元）"], row["逾期"], row["合同编号"]) == ("120.5", "是", "'=HT(7)")


def test_the_rules_are_those_of_the_pages(accepted):
    complaint(run("add", "002", "1"), "理由")
    complaint(run("add", "009", "1", "--reason", "x"), "009")
    complaint(run("add", "001", "1", "--officer", "nobody"), "nobody")
    complaint(run("add", "001", "1", "--officer", "viewer"), "服务专员")
    complaint(run("add", "001", "1", "--due", "下周"), "日期")
    assert run("list").out == "没有符合条件的对接\n"
    assert run("add", "001", "1").code == 0
    complaint(run("add", "001", "1"), "进行中")
    complaint(run("step", 1, "洽谈"), "下一步是对接")
    complaint(run("step", 1, "终止"), "原因")
    complaint(run("step", 2, "对接"), "没有这条对接")
    complaint(run("step", 1, "谈谈"), "谈谈")
    complaint(run("show", 10**30), "没有这条对接")
    complaint(run("list", "--json", "--csv"), "--csv")
    assert run("step", 1, "终止", "--note", "价格谈不拢").code == 0
    complaint(run("step", 1, "对接"), "已终止")
    assert run("step", 1, "推荐", "--correct", "--note", "点错了").code == 0
    assert run("remind").out == "没有逾期的对接\n"
    assert run("list", "--stage", "终止").out == "没有符合条件的对接\n"
    assert run("list", "--find", "电解铜", "--officer", "zhang").out == "没有符合条件的对接\n"
    assert "电解铜" in run("list", "--find", "电解铜").out


@pytest.mark.parametrize("name", sorted(engagements.commands))
def test_every_command_has_chinese_help_and_an_example(name):
    out = run(name, "--help").out
    assert "例：" in out
    assert [
        line for line in out.splitlines() if line.strip().startswith(f"xieshou engagements {name}")
    ]
    for option in engagements.commands[name].params:
        help_text = getattr(option, "help", None)
        assert help_text is None or re.search("[\u4e00-\u9fff]", help_text)


def test_the_examples_work(accepted):
    for name in ("add", "show", "list", "remind"):
        for line in run(name, "--help").out.splitlines():
            if line.strip().startswith("xieshou "):
                words = [{"D001": "001"}.get(word, word) for word in shlex.split(line)[1:]]
                assert xieshou(*words).code == 0, line
