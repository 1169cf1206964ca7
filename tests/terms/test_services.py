"""Services and goods, told apart by how a name ends."""

import re
from pathlib import Path

import pytest

from matcher.knowledge import services
from matcher.terms import is_service
from matcher.text import clean, fold

FILE = Path(__file__).parents[2] / "corpora" / "lexicon" / "services.tsv"


@pytest.mark.parametrize(
    ("service", "goods"),
    [
        ("安全阀校验", "校验仪"),
        ("钢管探伤", "探伤仪"),
        ("挖掘机租赁", "租赁箱"),
        ("冷链运输", "运输带"),
        ("工作服洗涤", "洗涤剂"),
        ("机床维修", "维修工具"),
        ("阀门检测", "检测线"),
        ("法兰来料加工", "加工中心"),
        ("油罐清洗", "清洗剂"),
        ("厂区物业", "物业工作服"),
        ("贴牌生产", "生产线"),
        ("电缆桥架安装", "安装支架"),
        ("环境监理", "监理日志本"),
        ("废油回收", "回收塑料"),
    ],
)
def test_a_service_word_counts_at_the_end_only(service, goods):
    assert is_service(fold(service))
    assert not is_service(fold(goods))


@pytest.mark.parametrize("name", ["", "闸阀", "压力容器制造", "饲用玉米种植", "钢材销售"])
def test_making_growing_and_selling_goods_is_no_service(name):
    assert not is_service(fold(name))


def test_what_a_service_is_done_to_does_not_matter():
    for word in services("service"):
        assert is_service(word)
        assert is_service(f"闸阀{word}")
        assert not is_service(f"{word}阀")


def test_any_clause_of_a_sentence_may_offer_a_service():
    assert is_service("十条全新贴片线,smt来料加工,48小时交货")
    assert is_service("后勤一站式托管:食堂、绿化")
    assert not is_service("低压配电柜,交期15天,可含安装")
    assert not is_service("低压配电柜,交期15天")


def test_both_uses_are_listed_longest_first_and_stand_in_the_file():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0] == ["word", "split", "service"]
    written = [row[0] for row in rows[1:]]
    assert len(set(written)) == len(written)
    assert set(written) == {*services("split"), *services("service")}
    for use in ("split", "service"):
        lengths = [len(word) for word in services(use)]
        assert lengths == sorted(lengths, reverse=True)
    for word in written:
        assert word == clean(word) == fold(word)
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,}", word)
