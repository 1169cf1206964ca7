"""xieshou find: one typed need, answered from a list or from its saved index."""

import pytest

from tests.cli.running import SUPPLIES, xieshou


@pytest.fixture
def offers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "供给.csv"
    path.write_text(SUPPLIES, encoding="utf-8")
    return path


def first(result):
    assert (result.code, result.err) == (0, ""), result.err
    return result.json["suggestions"][0]["supply"]


def test_a_synonym_is_found_with_its_reason(offers):
    out = xieshou("find", "电解铜", "--supplies", str(offers)).out
    assert out.startswith("1. 博乐乙金属有限公司（博乐市）阴极铜 Cu-CATH-1 5000 吨")
    assert "品名同义：电解铜 即 阴极铜" in out


def test_an_index_is_made_once_and_made_again_when_the_list_changes(offers, tmp_path):
    folder = tmp_path / "索引"
    asked = ("find", "安全帽", "--supplies", str(offers), "--index", str(folder), "--json")
    assert first(xieshou(*asked))["supply_id"] == "4"
    made = (folder / "index.json").stat().st_mtime_ns
    assert first(xieshou(*asked))["supply_id"] == "4"
    assert (folder / "index.json").stat().st_mtime_ns == made
    offers.write_text(SUPPLIES.replace("4,博乐己", "9,博乐己"), encoding="utf-8")
    assert first(xieshou(*asked))["supply_id"] == "9"
    assert first(xieshou("find", "安全帽", "--index", str(folder), "--json"))["supply_id"] == "9"


def test_a_specification_counts(offers):
    offers.write_text(
        SUPPLIES + "5,辛管业有限公司,博乐市,,无缝钢管,DN200 20#,400,吨\n", encoding="utf-8"
    )
    for size, best in (("DN50", "2"), ("DN200", "5")):
        found = xieshou("find", "无缝钢管", "--spec", size, "--supplies", str(offers), "--json")
        assert first(found)["supply_id"] == best


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["安全帽"], "--supplies"),
        ([" ", "--index", "没有"], "不能是空的"),
        (["安全帽", "--index", "没有"], "没有索引"),
        (["安全帽", "--supplies", "没有.csv"], "没有.csv"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(offers, arguments, said):
    result = xieshou("find", *arguments)
    assert result.code != 0
    assert said in result.err
    assert "Traceback" not in result.err


def test_nothing_is_called_fitting_that_does_not_fit(offers):
    out = xieshou("find", "风力发电塔筒", "--supplies", str(offers)).out
    assert "可能是断点" in out or "没有候选供给" in out
