"""Several products in one cell become several names; half a name never becomes one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.knowledge import product_terms, words
from matcher.lists.products import _SEVERAL, _cut, _numbered, split_products
from matcher.text import has_chinese
from tests.lists.builders import GRID_FORMATS, SUPPLY, read_rows

GOODS = tuple(
    "机器阀泵管板线缆箱袋瓶油料剂粉酸碱钢纱布纸膜车罐塔件仪表柜灯"
)  # services are another matter
NAMES = sorted(
    name
    for name in product_terms()
    if 2 <= len(name) <= 8
    and name.endswith(GOODS)
    and all(has_chinese(c) for c in name)
    # 不锈钢 is a material for sale and a modifier too: alone it asks for the head behind it.
    and name not in words("modifiers")
)


@pytest.mark.parametrize(
    ("cell", "products"),
    [
        ("阀门、法兰、管件", ["阀门", "法兰", "管件"]),
        ("法兰,弯头,三通", ["法兰", "弯头", "三通"]),
        ("烧碱；盐酸", ["烧碱", "盐酸"]),
        ("闸阀/球阀", ["闸阀", "球阀"]),
        ("闸阀\n球阀\n止回阀", ["闸阀", "球阀", "止回阀"]),
        ("1.闸阀\n2.球阀", ["闸阀", "球阀"]),
        ("1、闸阀 2、球阀 3、法兰", ["闸阀", "球阀", "法兰"]),
        ("①闸阀；②球阀", ["闸阀", "球阀"]),
        ("（1）闸阀\n（2）球阀", ["闸阀", "球阀"]),
        ("螺栓、螺母及垫圈", ["螺栓", "螺母", "垫圈"]),
        ("铜杆、铜线等", ["铜杆", "铜线"]),
        ("手套、安全帽等劳保用品", ["手套", "安全帽"]),
        ("阀门（闸阀、球阀）、法兰", ["阀门（闸阀、球阀）", "法兰"]),
        ("烧碱、盐酸（31%）", ["烧碱", "盐酸（31%）"]),
        ("闸阀DN100、止回阀", ["闸阀DN100", "止回阀"]),
        ("阀门、阀门", ["阀门"]),
        ("五金、标准件", ["五金", "标准件"]),
        ("C型钢、檩条", ["C型钢", "檩条"]),
    ],
)
def test_lists_of_names_are_split(cell, products):
    assert list(split_products(cell)) == products


@pytest.mark.parametrize(
    ("cell", "products"),
    [
        ("液位、压力、温度变送器", ["液位变送器", "压力变送器", "温度变送器"]),
        ("液位、压力变送器、流量计", ["液位变送器", "压力变送器", "流量计"]),
        ("高、低压开关柜", ["高压开关柜", "低压开关柜"]),
        ("大、中、小型电机", ["大型电机", "中型电机", "小型电机"]),
        ("氧、氮、氩气", ["氧气", "氮气", "氩气"]),
        ("32S、21S棉纱", ["32S棉纱", "21S棉纱"]),
        ("304、316不锈钢管", ["304不锈钢管", "316不锈钢管"]),
        ("设计、安装、调试服务", ["设计服务", "安装服务", "调试服务"]),
        ("挖掘机、吊管机租赁", ["挖掘机租赁", "吊管机租赁"]),
    ],
)
def test_a_shared_head_is_handed_down(cell, products):
    assert list(split_products(cell)) == products


@pytest.mark.parametrize(
    "cell",
    [
        "闸阀",
        "PP/PE编织袋",
        "M3螺丝和螺母",
        "生鲜乳及冷鲜肉冷链运输",
        "罗拉、齿轮轴等纺机零件加工",
        "风机叶片维修、清洗",
        "安全阀离线、在线校验",
        "布鲁氏菌病、口蹄疫抗体检测",
        "电缆（YJV、VV）",
        "机械加工（车、铣、刨、磨）",
        "“诚信为本，专注纸箱二十年，价格优惠”纸箱",
        "主营枸杞风选、振动筛分级设备，按粒径大小分级，省工省力",
        "直流电源（与Type-C电源，二选一）",
        "钢管GB/T 8163、GB/T 3091",
        "1,200mm宽输送带",
        "NTC, PT100, DS18B20 sensors",
        "岩棉管壳、板",
    ],
)
def test_what_is_one_name_stays_one(cell):
    assert list(split_products(cell)) == [cell]


@pytest.mark.parametrize(
    ("cell", "product"),
    [
        ("▲智能升降AGV", "智能升降AGV"),
        ("★ 闸阀", "闸阀"),
        ("1.闸阀", "闸阀"),
        ("阀门、", "阀门"),
        ("智能升降\n变频起重设备", "智能升降变频起重设备"),
        ("不锈钢管 304\n316L", "不锈钢管 304 316L"),
    ],
)
def test_marks_and_line_breaks_are_no_part_of_a_name(cell, product):
    assert list(split_products(cell)) == [product]


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
def test_known_names_between_commas_come_back_as_they_were(products):
    assert list(split_products("、".join(products))) == products


@given(st.text(st.sampled_from("阀门管件温度、，；/\n（）和及等1.①DN▲ "), max_size=20))
def test_any_cell_gives_names_of_its_own_characters(cell):
    products = split_products(cell)
    assert bool(products) == bool(cell.strip())
    assert len(set(products)) == len(products)
    for product in products:
        assert product == product.strip()
        assert product
        assert set(product) <= set(cell) | {" "}


@pytest.mark.parametrize("kind", GRID_FORMATS)
def test_products_of_one_cell_share_a_row_and_its_quantity(kind, tmp_path):
    line = ["1", "博乐市甲有限公司", "液位、压力、温度变送器", "4-20mA", "600", "台", ""]
    row = read_rows(kind, tmp_path, [SUPPLY, line]).rows[0]
    assert row.product_name == "液位、压力、温度变送器"
    assert row.products == ("液位变送器", "压力变送器", "温度变送器")
    assert row.quantity.low == 600


@given(st.text(st.sampled_from("闸阀钢管和及与等一二（）()▲#*.。：DN A\u3000"), max_size=12))
@example("1.闸阀 2.钢管")
@example("①闸阀 ②钢管")
def test_a_cell_without_separator_or_number_is_one_name(text):
    """Such cells are not taken apart at all, because the parts would be one."""
    if not _SEVERAL.search(text):
        assert _numbered(text) == []
        assert len(_cut(text)[0]) < 2
        assert len(split_products(text)) <= 1
