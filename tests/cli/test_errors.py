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
        (("match",), ("缺少 DEMANDS", "match --help")),
        (("match", D), ("缺少 SUPPLIES",)),
        (("match", D, S, "多了"), ("多写了 多了",)),
        (("match", D, S, "--nonsense"), ("--nonsense",)),
        (("match", D, S, "--top"), ("--top", "值")),
        (("match", D, S, "--top", "很多"), ("--top", "很多", "不是数")),
        (("match", D, S, "--top", "0"), ("--top", "0", "范围")),
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
        (("catalogue", "--out", "a.pdf"), ("a.pdf", ".docx")),
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
