"""``xieshou evaluate``: intervals on the screen and as JSON, and the report as a file."""

from __future__ import annotations

import sys

import pytest

from tests.cli.running import DEMANDS, SUPPLIES, complaint, xieshou

KEYS = ("nDCG@10", "recall@10", "recall@10 (best grade)", "hit@1", "MRR", "recall@100")


@pytest.fixture
def judged(here):
    """Judged lists: what is wanted first, the third wrongly judged, one pair hard."""
    folder = here / "评测 数据"
    folder.mkdir()
    for name, text in (("demands", DEMANDS), ("supplies", SUPPLIES)):
        (folder / f"{name}.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
    (folder / "qrels.tsv").write_text(
        "demand_id\tsupply_id\tgrade\tdifficulty\n001\t1\t2\tsynonym\n002\t2\t2\tsame\n"
        "003\t1\t1\tsynonym\n004\t4\t2\tsame\n",
        encoding="utf-8",
    )
    return folder


def test_json_keeps_its_keys_and_adds_an_interval_to_each(judged):
    found = xieshou("evaluate", judged, "--json").json
    assert list(found) == ["folder", "demands", *KEYS, "intervals"]
    assert (found["folder"], found["demands"]) == (judged.name, 4)
    assert list(found["intervals"]) == list(KEYS)
    for name, (low, high) in found["intervals"].items():
        assert low <= found[name] <= high
    assert found["intervals"]["hit@1"][0] < found["intervals"]["hit@1"][1]


def test_the_screen_shows_estimate_and_interval(judged):
    result = xieshou("evaluate", judged)
    assert (result.code, result.err) == (0, "")
    found = xieshou("evaluate", judged, "--json").json
    low, high = found["intervals"]["nDCG@10"]
    assert f"{found['nDCG@10']:.4f} [{low:.4f}, {high:.4f}]" in result.out
    assert "95%" in result.out


def test_the_report_is_one_page_and_the_same_each_time(judged, here):
    pytest.importorskip("plotly")
    result = xieshou("evaluate", judged, "--report", "报告.html")
    assert (result.code, result.err) == (0, "")
    assert "已写出 报告.html" in result.out
    page = (here / "报告.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in page
    for word in ("评测 数据", "查准率", "可靠性", "synonym", "等级 2"):
        assert word in page
    assert "<script src" not in page
    assert xieshou("evaluate", judged, "--report", "又.html", "--json").json["demands"] == 4
    assert (here / "又.html").read_text(encoding="utf-8") == page


def test_without_plotly_the_way_out_is_said_before_any_work(judged, here, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly", None)
    monkeypatch.setattr("matcher.evaluation.report.find_spec", lambda _name: None)
    complaint(xieshou("evaluate", judged, "--report", "报告.html"), "plotly", "pip install")
    (judged / "qrels.tsv").write_text("读到\n这里就错\n", encoding="utf-8")
    complaint(xieshou("evaluate", judged, "--report", "报告.html"), "plotly")
    assert not (here / "报告.html").exists()
    complaint(xieshou("evaluate", judged), "qrels.tsv")  # only the report needs plotly


def test_a_report_goes_into_an_html_file_in_a_folder_that_exists(judged):
    pytest.importorskip("plotly")
    complaint(xieshou("evaluate", judged, "--report", "报告.pdf"), "报告.pdf", ".html")
    complaint(xieshou("evaluate", judged, "--report", "没有/报告.html"), "没有")


def test_nothing_judged_gives_a_report_all_the_same(judged, here):
    pytest.importorskip("plotly")
    (judged / "qrels.tsv").write_text("demand_id\tsupply_id\tgrade\n", encoding="utf-8")
    assert xieshou("evaluate", judged, "--report", "空.html").code == 0
    page = (here / "空.html").read_text(encoding="utf-8")
    assert "有判断的需求 0 条" in page
    assert "判断文件里没有 difficulty 一列" in page
