"""Whatever is typed: an answer, or one Chinese line on stderr; never a traceback."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import DEMANDS, SUPPLIES, complaint, xieshou

D, S = "需求 清单.csv", "供给清单.csv"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), ("nonsense", "命令")),
        (("--nonsense",), ("--nonsense", "选项")),
        (("serv",), ("serv", "是不是“serve”")),
        (("Match",), ("是不是“match”",)),
        (("--verson",), ("是不是“--version”",)),
        (("match", D, S, "--ou", "a.csv"), ("“--out”",)),
        (("match",), ("缺少 DEMANDS", "match --help")),
        (("match", D), ("缺少 SUPPLIES",)),
        (("match", D, S, "多了"), ("多写了 多了",)),
        (("match", D, S, "--nonsense"), ("--nonsense",)),
        (("match", D, S, "--top"), ("--top", "值")),
        (("match", D, S, "--top", "很多"), ("--top", "很多", "不是数")),
        (("match", D, S, "--top", "0"), ("--top", "0", "范围", "1 到 1000 之间")),
        (("match", D, S, "--top", "-1"), ("--top", "-1", "范围")),
        (("match", D, S, "--min-score", "2"), ("--min-score", "2.0", "范围")),
        (("match", D, S, "--force=1"), ("--force",)),
        (("match", D, S, "--out", "a.pdf"), ("a.pdf", ".xlsx")),
        (("match", D, S, "--out", "a"), ("a", ".xlsx")),
        (("match", D, S, "--out", "."), ("文件夹",)),
        (("match", D, S, "--out", "没有 这个/a.csv"), ("没有 这个", "不存在")),
        (("match", "没有.csv", S), ("没有.csv", "找不到")),
        (("match", D, "没有.csv"), ("没有.csv", "找不到")),
        (("match", D, "."), ("文件夹",)),
        (("match", S, D), ("放反了", D, S)),
        (("read",), ("缺少 FILE",)),
        (("read", "没有.csv"), ("没有.csv", "找不到")),
        (("read", D, "--kind", "both"), ("--kind", "both", "demand")),
        (("template", "demand"), ("缺少 OUT",)),
        (("template", "需要", "a.xlsx"), ("需要 不是 demand、supply 之一",)),
        (("import",), ("缺少 FILES",)),
        (("import", D, "没有.csv"), ("没有.csv",)),
        (("import", D, "--db", "没有/a.db"), ("没有", "不存在")),
        (("import", D, "--db", "."), ("--db", "文件夹")),
        (("import", D, "--db", S), ("供给清单.csv", "不是数据库")),
        (("run", "--db", D), ("需求 清单.csv", "不是数据库")),
        (("run", "--out", "a.docx"), ("a.docx",)),
        (("show",), ("缺少 DEMAND",)),
        (("show", "1"), ("xieshou.db", "找不到数据库")),
        (("decide",), ("缺少 FILE",)),
        (("decide", D), (D, "不是审核表")),
        (("catalogue",), ("缺少 --out",)),
        (("catalogue", "--out", "a.txt"), ("a.txt", ".docx")),
        (("catalogue", "--out", "a.docx", "--title", " "), ("标题", "--title")),
        (("evaluate", "没有"), ("没有", "qrels.tsv")),
        (("evaluate", D), (D, "不是文件夹")),
        (("evaluate", "."), ("qrels.tsv",)),
        (("serve", "--port", "99999"), ("--port", "99999")),
        (("serve", "--port", "web"), ("--port", "web")),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(lists, here, arguments, words):
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    result = xieshou(*arguments)
    complaint(result, *words)
    assert result.out == ""
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_kinds_may_be_named_in_chinese(lists, here):
    assert xieshou("template", "供给", "空白.xlsx").code == 0
    assert xieshou("read", D, "--kind", "需求", "--json").json["kind"] == "demand"


def test_a_review_workbook_is_taken_for_no_list(imported, here):
    xieshou("run", "--out", "审核.xlsx")
    before = imported.read_bytes()
    for arguments in (
        ("read", "审核.xlsx"), ("import", "审核.xlsx"), ("import", D, "审核.xlsx"),
        ("match", "审核.xlsx", S), ("match", D, "审核.xlsx"),
    ):  # fmt: skip
        complaint(xieshou(*arguments), "审核.xlsx", "审核表", "xieshou decide")
    assert imported.read_bytes() == before


def test_an_id_that_is_nearly_one_is_asked_back(imported):
    complaint(xieshou("show", "００1"), "“００1”", "是不是“001”")
    complaint(xieshou("show", "01"), "“01”", "“001”")
    line = complaint(xieshou("show", "完全不同"), "“完全不同”", "请核对编号")
    assert "是不是" not in line


def test_no_suggestion_at_all_is_said_with_a_way_out(lists, here):
    result = xieshou("match", D, S, "--min-score", "1", "--out", "a.csv")
    assert result.code == 0
    assert "--min-score" in result.out


def test_what_is_done_next_depends_on_what_was_written(imported, here):
    assert "decide" in xieshou("run", "--out", "a.xlsx").out
    assert "decide" not in xieshou("run", "--out", "a.csv").out
    steps = xieshou("demo", "--db", "我 的.db", "--out", "匹 配.xlsx").out
    assert '  xieshou decide "匹 配.xlsx" --db "我 的.db"' in steps.splitlines()
    assert "decide" not in xieshou("demo", "--db", "我 的.db", "--out", "b.csv").out


def test_two_lists_of_one_kind_are_pointed_at_but_a_guess_is_no_refusal(lists, here):
    shutil.copy(here / D, here / "又一份需求.csv")
    result = xieshou("match", D, "又一份需求.csv", "--out", "a.csv")
    assert result.code == 0
    assert result.err == "注意：又一份需求.csv 像需求清单，这里当供给清单读\n"
    assert xieshou("match", D, S, "--out", "a.csv").err == ""


def test_judgements_with_a_fault_are_one_sentence(here):
    for name, text in (("demands", DEMANDS), ("supplies", SUPPLIES)):
        (here / f"{name}.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
    judged = here / "qrels.tsv"
    judged.write_text("demand_id\tsupply_id\tgrade\n001\t1\t2\n", encoding="utf-8")
    result = xieshou("evaluate", ".", "--json")
    assert result.code == 0
    assert (result.json["folder"], result.json["demands"], result.json["hit@1"]) == (
        here.name,
        1,
        1,
    )
    for text in ("a\tb\n1\t2\n", "demand_id\tsupply_id\tgrade\n1\t2\tgut\n", ""):
        judged.write_text(text, encoding="utf-8")
        if text:
            complaint(xieshou("evaluate", "."), "qrels.tsv")
        else:
            assert xieshou("evaluate", ".").code in {0, 2}


words = st.sampled_from(
    [
        "match", "read", "template", "import", "run", "show", "decide", "catalogue", "evaluate",
        "learn", "--use", "--list", "--dry-run", "--note", "出厂",
        "--json", "--db", "--out", "--top", "--draft", "--force", "--kind", "--map", "--min-score",
        "demand", "supply", "1", "-1", "0.5", "001", "", " ", "-", "--", "=", "列=unit",
        D, S, "没有.csv", ".", "..", "/", "空.xlsx", "文件夹.xlsx", "a.csv", "a.xlsx", "a.docx", "xieshou.db",
        "中文 空格.json", "a" * 300 + ".csv", "🦊.csv", "[red]", "%s", "{0}", "\udcff",
    ]
)  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(words, max_size=7))
def test_no_arguments_whatever_end_in_a_traceback(here, arguments):
    (here / D).write_text(DEMANDS, encoding="utf-8")
    (here / S).write_text(SUPPLIES, encoding="utf-8")
    (here / "空.xlsx").write_bytes(b"")
    (here / "文件夹.xlsx").mkdir(exist_ok=True)
    result = xieshou(*arguments)
    assert "Traceback" not in result.out + result.err
    if result.code == 0:
        assert not [line for line in result.err.splitlines() if not line.startswith("注意：")]
    else:
        complaint(result)
