"""Sentences that sell or ask: their products come out; what only surrounds products never does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.knowledge import phrases
from matcher.model import Demand, Supply
from matcher.terms import Product, lexicon, products_of
from matcher.terms.mentions import mentions
from matcher.text import clean, fold
from tests.terms.names import case_names, lexicon_names
from tests.tools import ROOT

FILE = Path(__file__).parents[2] / "corpora" / "lexicon" / "phrases.tsv"


def names(cell):
    return [product.name for product in mentions(cell)]


@pytest.mark.parametrize(
    ("cell", "products"),
    [
        ("本厂专业生产宾馆床单、被罩，支持绣标", ["宾馆床单", "被罩"]),
        ("主营闸阀、球阀等管道阀门，质量可靠", ["闸阀", "球阀"]),
        ("机床厂专业生产数控车床、铣床，三包", ["数控车床", "铣床"]),
        ("屠宰车间用品：钢丝手套、防水围裙、雨靴", ["钢丝手套", "防水围裙", "雨靴"]),
        ("塑料厂家，各种包装袋、手提袋都有，可印图案", ["包装袋", "手提袋"]),
        ("采购20台闸阀，交货期30天", ["闸阀"]),
        ("采购闸阀20台，交货期30天", ["闸阀"]),
        ("年产牛羊颗粒料十万吨，直送牧场", ["牛羊颗粒料"]),
        ("专做耐腐蚀泵二十年，无泄漏", ["耐腐蚀泵"]),
        ("本公司是新疆铸铁管专业厂，质优价廉", ["铸铁管"]),
        ("铜杆T1 φ8mm、铜线，按月供货", ["铜杆", "铜线"]),
        ("供应1,2-二氯乙烷，桶装200公斤", ["1,2-二氯乙烷"]),
        ("供应4-(2-氯乙基)苯酚，桶装", ["4-(2-氯乙基)苯酚"]),
        ("主供聚酰胺-6,6切片，吨袋包装", []),  # one name with a comma, which nobody knows
        ("钢材（螺纹钢、线材），现款现货", ["钢材", "螺纹钢", "线材"]),
        ("“质量第一，服务至上”阀门", ["阀门"]),
        ("“雪岭”牌番茄酱，厂家直销", ["番茄酱"]),
        ("诚信经营，“专注纸箱二十年”", ["纸箱"]),
        ("我公司为煤矿、电厂提供除尘器、除尘布袋，价格优惠", ["除尘器", "除尘布袋"]),
        ("配电箱、电表箱，厂家直销", ["配电箱", "电表箱"]),
        ("主打低压配电柜，通过认证，可含安装", ["低压配电柜"]),
        ("提供聚合氯化铝加药装置成套，安装快", ["聚合氯化铝加药装置"]),
    ],
)
def test_a_sentence_becomes_the_products_it_speaks_of(cell, products):
    assert names(cell) == products


@pytest.mark.parametrize(
    ("speaks", "products", "twin"),
    [
        # what is left out
        ("各类阀门，闸阀、球阀都有", ["阀门", "闸阀", "球阀"], "各型号齐全，闸阀、球阀除外"),
        ("农贸公司，主营枸杞、番茄", ["枸杞", "番茄"], "农贸公司，除枸杞、番茄外均收"),
        ("润滑油，另供柴油", ["润滑油", "柴油"], "价格低，不含柴油"),
        # what a firm owns
        ("主营注塑机，交货快", ["注塑机"], "三台注塑机，交货快"),
        ("供应数控车床20台，交货快", ["数控车床"], "本厂拥有数控车床20台，交货快"),
        ("出售数控车床5台，手续齐", ["数控车床"], "设备先进，数控车床5台"),
        ("专做番茄酱生产线，包教会", ["番茄酱生产线"], "日产300吨番茄酱生产线，包教会"),
        # who is served, where a product goes
        ("生产除尘器、除尘布袋，交货快", ["除尘器", "除尘布袋"], "客户有除尘器、布袋厂，交货快"),
        ("主营电缆、光缆，交货快", ["电缆", "光缆"], "用于电缆、光缆，交货快"),
        # a head that several share
        ("主营风机、水泵，交货快", ["风机", "水泵"], "主营压缩、输送用风机，交货快"),
        ("主营油缸、气缸，交货快", ["油缸", "气缸"], "主营油缸、气缸密封圈，交货快"),
        ("主营糖果、饼干，交货快", ["糖果", "饼干"], "生产糖果、饼干的机器，交货快"),
        ("主营饼干、厨房用品，交货快", ["饼干", "厨房用品"], "主营饼干、面包用托盘，交货快"),
        ("主营闸阀、矿用电缆，交货快", ["闸阀", "矿用电缆"], "牵引车、拖拉机用轴承及零件"),
        ("主营饼干，面包，糕点", ["饼干", "面包", "糕点"], "烘烤饼干，面包，糕点的机器"),
        ("木材、板材，价格优惠", ["木材", "板材"], "加工木材等材料的机床，价格优惠"),
        # words that a verb only seems to stand in
        ("副产硫酸，常年有货", ["硫酸"], "农副产品分装，常年有货"),
        ("公司主营电解铜，常年有货", ["电解铜"], "电解工程-主营业务，常年有货"),
        ("自主销售农药，常年有货", ["农药"], "自主销售，常年有货"),
        # services and what they are done to
        ("主营水泵、电机，当天送到", ["水泵", "电机"], "专业维修水泵、电机，当天修好"),
        ("棉纱、番茄酱，价格优惠", ["棉纱", "番茄酱"], "公铁联运（棉纱、番茄酱）"),
        ("托辊、滚筒等输送件，来图定做", ["托辊", "滚筒"], "托辊、滚筒等输送件加工，来图定做"),
        # kinds, and what is no kind
        ("建筑钢材（螺纹钢、线材）", ["建筑钢材", "螺纹钢", "线材"], "蔬菜种子（番茄、辣椒）"),
        # packing, not sold
        ("番茄酱、钢桶，价格优惠", ["番茄酱", "钢桶"], "220L无菌袋+钢桶，价格优惠"),
    ],
)
def test_what_only_looks_like_selling_names_nothing(speaks, products, twin):
    assert names(speaks) == products
    assert names(twin) == []


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "闸阀",
        "不锈钢离心泵",
        "主营闸阀",  # too short to be a sentence
        "1,1,1,3,3,3-六氟丙烷",
        "N,N-二甲基甲酰胺",
        "2-氯-1,3-丁二烯橡胶",
        "化工泵（衬氟、磁力）",
        "连接器（USB、HDMI、排针）",
        "YJV-0.6/1kV 3×95，国标",
        "NTC, PT100, DS18B20 sensors",
        "质量第一，服务至上",
        "厂家直销，现货供应",
    ],
)
def test_a_plain_name_speaks_of_nothing_else(cell):
    assert names(cell) == []


def test_a_name_with_its_specification_in_one_cell_is_the_name():
    assert names("电缆YJV-0.6/1kV 3×95，国标") == ["电缆"]


@pytest.mark.parametrize(
    ("cell", "products"),
    [
        ("包装袋、手提袋，可印图案", ["包装袋", "手提袋"]),
        ("可可粉、奶粉，进口", ["可可粉", "奶粉"]),
        ("除尘器、布袋，交货及时", ["除尘器", "布袋"]),
        ("配电箱、电表箱，可定制", ["配电箱", "电表箱"]),
    ],
)
def test_a_name_that_begins_like_an_aside_is_none(cell, products):
    """包, 可, 除 and 配 begin asides, and names."""
    assert names(cell) == products


def test_what_the_cell_says_besides_is_the_specification_of_each():
    valve, pipe = mentions("主营闸阀DN50、铸铁管，工作压力1.6MPa，价格优惠")
    assert (valve.name, pipe.name) == ("闸阀", "铸铁管")
    assert "dn50" in valve.spec
    assert "dn50" not in pipe.spec
    assert "1.6mpa" in valve.spec
    assert "1.6mpa" in pipe.spec


def test_a_row_has_what_its_name_speaks_of_and_its_name():
    supply = Supply(supply_id="1", product_name="主营闸阀、铸铁管，质优价廉", spec="DN50")
    *spoken, whole = products_of(supply)
    assert [product.name for product in spoken] == ["闸阀", "铸铁管"]
    assert all(product.spec.endswith("DN50") for product in spoken)
    assert whole == Product(supply.product_name, "DN50")


def test_the_requirement_of_a_demand_counts():
    demand = Demand(
        demand_id="1",
        leader="甲",
        product_name="采购闸阀20台，急用",
        spec="DN50",
        requirement="304",
    )
    spoken, whole = products_of(demand)
    assert spoken.name == "闸阀"
    assert spoken.spec.endswith("DN50 304")
    assert whole.spec == "DN50 304"


def test_parts_that_a_list_was_split_into_are_not_looked_into():
    supply = Supply(supply_id="1", product_name="闸阀、球阀", products=("闸阀", "球阀"))
    assert [product.name for product in products_of(supply)] == ["闸阀", "球阀"]


def test_no_name_of_the_lexicon_speaks_of_another():
    assert [name for name in lexicon_names() if fold(name) in lexicon() and mentions(name)] == []


WORDS = st.sampled_from(
    [word for place in "前起饰后免弃" for word in phrases(place)]
    + [
        "闸阀",
        "球阀DN50",
        "纸箱",
        "番茄酱",
        "1,2-二氯乙烷",
        "三台注塑机",
        "红胶",
        "检测",
        "（304、316）",
    ]
)
CELLS = st.lists(WORDS | st.sampled_from("，、。：；“”（）,和等用的20吨"), max_size=12).map("".join)


def without_brackets(folded):
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", folded)


@settings(max_examples=300)
@given(CELLS | st.sampled_from(case_names()) | st.text(max_size=30))
def test_mentions_are_words_of_the_cell(cell):
    """Nothing is invented: a name stands in the cell, or in the cell without its brackets."""
    folded = fold(cell)
    found = mentions(cell)
    assert len({product.name for product in found}) == len(found)
    for product in found:
        assert product.name
        assert product.name != folded
        # Brackets may also be a clause of their own, so that both readings are looked at.
        readings = (folded, without_brackets(folded), folded.replace("(", "、").replace(")", "、"))
        assert any(product.name in reading for reading in readings), product.name


@settings(max_examples=200)
@given(CELLS)
def test_width_and_a_second_folding_change_nothing(cell):
    assert mentions(cell) == mentions(fold(cell))


def test_the_same_whatever_the_segmenter_and_the_hash_seed():
    cells = case_names()[::9]
    program = (
        "import sys; from matcher.terms.mentions import mentions\n"
        "for cell in sys.stdin.read().split('\\n'): print([m.name for m in mentions(cell)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            input="\n".join(cells),
            env={
                **os.environ,
                "XIESHOU_SEGMENTER": backend,
                "PYTHONHASHSEED": seed,
                "PYTHONIOENCODING": "utf-8",
            },
            cwd=ROOT,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for backend, seed in (("jieba", "1"), ("", "2"))
    }
    assert said == {"".join(f"{names(cell)}\n" for cell in cells)}


def test_every_phrase_stands_once_at_a_place():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    assert rows[0] == ("word", "place")
    assert len(set(rows)) == len(rows)
    places = [place for _, place in rows[1:]]
    assert places == sorted(places, key="前起饰后免弃".index)
    for word, place in rows[1:]:
        assert word == clean(word) == fold(word)
        assert word in phrases(place)
