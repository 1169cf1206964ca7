"""Specifications to typed attributes: grades, dimensions, contents, values with a unit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.terms import parse_specs, parse_standards
from matcher.text import fold


def attributes(text):
    """{name: code or (low, high)} of a text as written; several of one name as a list."""
    found = {}
    for a in parse_specs(fold(text)):
        found.setdefault(a.name, []).append(a.code or (a.low, a.high))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Q355B", "结构钢牌号", "355b"), ("Q235", "结构钢牌号", "235"), ("钢板Q355-B", "结构钢牌号", "355b"),
        ("304不锈钢无缝管", "不锈钢牌号", "304"), ("SUS316L", "不锈钢牌号", "316l"), ("06Cr19Ni10", "不锈钢牌号", "304"),
        ("0Cr18Ni9Ti", "不锈钢牌号", "321"), ("20#", "优质碳钢牌号", "20"), ("45号钢", "优质碳钢牌号", "45"),
        ("42CrMo", "合金钢牌号", "42crmo"), ("16Mn", "合金钢牌号", "16mn"), ("HRB400E", "钢筋牌号", "hrb400e"),
        ("L360", "管线钢级", "l360"), ("X70", "管线钢级", "x70"), ("T2紫铜", "铜牌号", "t2"), ("H62", "铜牌号", "h62"),
        ("Cu-CATH-1", "铜牌号", "cu-cath-1"), ("6061-T6", "铝牌号", "6061"), ("P·O42.5", "水泥品种强度", "o42.5"),
        ("P.O 42.5R", "水泥品种强度", "o42.5r"), ("C30混凝土", "混凝土强度", "c30"), ("C30P8", "混凝土强度", "c30"),
        ("32S", "纱支", "32"), ("JC32S", "纱支", "32"), ("OE21S", "纱支", "21"), ("40支纱", "纱支", "40"),
        ("21S/2", "纱支", "21/2"), ("21/2S", "纱支", "21/2"), ("IP65", "防护等级", "65"),
        ("20G锅炉钢", "优质碳钢牌号", "20"), ("C15~C60", "混凝土强度", "c15~c60"), ("16S-40S", "纱支", "16~40"),
        ("TO-220", "封装", "to220"), ("SOIC-8", "封装", "sop8"), ("R0603", "封装", "0603"), ("贴片电阻1206", "封装", "1206"),
        ("AC220V", "电流种类", "ac"), ("46#液压油", "油品牌号", "46"), ("DTY 150D/48F", "纤度", "150/48"),
        ("氨纶20D~140D", "纤度", "20~140"),
        ("CVC60/40", "成分", "棉60涤40"), ("T/R 65/35", "成分", "涤65粘35"), ("95%棉5%氨纶", "成分", "棉95氨5"),
        ("Q345R", "结构钢牌号", "345r"),
    ],
)  # fmt: skip
def test_grades(text, name, code):
    assert attributes(text)[name] == code


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("水泥 42.5R", "42.5r"),
        ("贴片电阻1206 10kΩ", "1206"),
        ("贴片电阻0603", "0603"),
        ("涤纶丝 150D", "150d"),
        ("Q355B钢板", "q355b"),
        ("40支纱", "40支"),
    ],
)
def test_a_grade_is_told_as_written_without_the_words_before_it(text, written):
    assert parse_specs(fold(text))[0].text == written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("304个", "不锈钢牌号"), ("1304", "不锈钢牌号"), ("430吨", "不锈钢牌号"), ("420克/升", "不锈钢牌号"),
        ("120#", "优质碳钢牌号"), ("2026年", "铝牌号"), ("2024年", "铝牌号"), ("12支装", "纱支"), ("32支/箱", "纱支"),
        ("jc 32", "纱支"), ("1x70", "管线钢级"), ("mx70", "管线钢级"), ("ac30", "混凝土强度"), ("42.5", "水泥品种强度"),
        ("zip65", "防护等级"), ("316L", "容积"), ("5G基站", "优质碳钢牌号"), ("10G光模块", "优质碳钢牌号"),
        ("tc40", "混凝土强度"), ("to 92", "封装"), ("2010年", "封装"), ("4m2", "螺纹规格"), ("mac24v", "电流种类"),
        ("150d", "纤度"), ("丝100米", "成分"), ("棉50%", "成分"), ("15w", "粘度等级"), ("45#钢", "油品牌号"), ("faq355b", "结构钢牌号"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_grade(text, name):
    assert name not in attributes(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DN50", {"公称直径": (50, 50)}),
        ("DN15~300", {"公称直径": (15, 300)}),
        ("DN50-DN200", {"公称直径": (50, 200)}),
        ("φ219×8", {"外径": (219, 219), "壁厚": (8, 8)}),
        ("Φ57*3.5", {"外径": (57, 57), "壁厚": (3.5, 3.5)}),
        ("φ8-φ12", {"外径": (8, 12)}),
        ("φ8mm", {"外径": (8, 8)}),
        ("直径8mm", {"外径": (8, 8)}),
        ("1200×600×50mm", {"外形尺寸": "1200×600×50"}),
        ("100mm*50mm", {"外形尺寸": "100×50"}),
        ("PN16", {"公称压力": (16, 16)}),
        ("PN1.6", {"公称压力": (16, 16)}),
    ],
)
def test_dimensions(text, expected):
    assert attributes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("含量≥99%", {"含量%": (99, None)}),
        ("纯度99.5%", {"含量%": (99.5, 99.5)}),
        ("32%液碱", {"含量%": (32, 32)}),
        ("99.5%-99.9%", {"含量%": (99.5, 99.9)}),
        ("99.5-99.9%", {"含量%": (99.5, 99.9)}),
        ("水分≤14%", {"水分%": (None, 14)}),
        ("NaOH≥32%", {"naoh%": (32, None)}),
        ("28-30%Brix", {"糖度": (28, 30)}),
        ("36-38Brix", {"糖度": (36, 38)}),
        ("10kV ≥99%", {"电压": (10000, 10000), "含量%": (99, None)}),  # the label of 99% is not kv
        ("PN16 ≥99%", {"公称压力": (16, 16), "含量%": (99, None)}),
        ("Cr2O3 20%-22%", {"cr2o3%": (20, 22)}),
    ],
)
def test_contents(text, expected):
    assert attributes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10kV", {"电压": (10000, 10000)}),
        ("7.5千瓦", {"功率": (7500, 7500)}),
        ("630kVA", {"容量": (630000, 630000)}),
        ("0.6MPa", {"压力": (600000, 600000)}),
        ("1MΩ", {"电阻": (1e6, 1e6)}),
        ("120目", {"目数": (120, 120)}),
        ("200g/㎡", {"面密度": (200, 200)}),
        ("2.5mm²", {"截面积": (2.5, 2.5)}),
        ("500ml", {"容积": (0.5, 0.5)}),
        ("6-12m", {"尺寸": (6000, 12000)}),
        ("≥0.5mm", {"尺寸": (0.5, None)}),
        ("120m3/h", {"流量": (120, 120)}),
        ("Q≤400m³/h", {"流量": (None, 400)}),
        ("q320mm", {}),  # the middle of a code
        ("380V/50Hz", {"电压": (380, 380), "频率": (50, 50)}),
        ("-20℃", {"温度": (-20, -20)}),
        ("-40~85℃", {"温度": (-40, 85)}),
        ("-25~-18℃", {"温度": (-25, -18)}),
        ("0-4℃", {"温度": (0, 4)}),
        ("冷库-18℃", {"温度": (-18, -18)}),
    ],
)
def test_values_with_a_unit(text, expected):
    found = attributes(text)
    assert set(found) == set(expected)
    for name, ends in expected.items():
        assert found[name] == pytest.approx(ends) if None not in ends else found[name] == ends


def test_minus_is_a_dash_between_numbers_and_behind_words():
    assert attributes("10-20mm") == {"尺寸": (10, 20)}
    assert attributes("0-20℃") == {"温度": (0, 20)}


def test_what_has_no_number_has_no_attribute():
    assert parse_specs(fold("优质碳素结构钢热轧国标")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "GB/T 8163",
        "GBT8163-2018",
        "GB/T8163",
        "gb 8163",
        "ＧＢ／Ｔ　８１６３－２０１８",
        "GB/T 8163:2018",
    ],
)
def test_a_standard_has_many_spellings_and_one_number(text):
    assert parse_standards(fold(text)) == ("gb 8163",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GB/T 3091", ("gb 3091",)),
        ("YS/T 70-2015", ("ys 70",)),
        ("GB/T 1040.3-2006", ("gb 1040.3",)),
        ("ISO9001:2015、GB/T 8163", ("iso 9001", "gb 8163")),
        ("JIS G3459", ("jis g3459",)),
        ("GB/T 8163 GBT8163-2018", ("gb 8163",)),
        ("JC/T 622", ("jc 622",)),
    ],
)
def test_standards(text, expected):
    assert parse_standards(fold(text)) == expected


@pytest.mark.parametrize(
    "text", ["jc32s", "JC 60S", "精梳棉纱JC32S", "Q355B", "DN50", "10kg", "bgb8163x", "GB/T"]
)
def test_what_is_no_standard(text):
    assert parse_standards(fold(text)) == ()


def test_the_number_of_a_standard_is_no_attribute():
    assert attributes("GB/T 304") == {}
    assert attributes("GB/T 8163 304") == {"不锈钢牌号": "304"}


@settings(max_examples=200)
@given(
    st.text(max_size=40)
    | st.text(st.sampled_from("0123456789.-~×φ%≥≤ dnqpcrsmkvgl°℃钢支吨米度"), max_size=30)
)
def test_any_text_gives_ordered_ends_each_once(text):
    found = parse_specs(fold(text))
    assert len(found) == len(set(found))
    for a in found:
        assert a.name
        assert a.text == a.text.strip()
        assert bool(a.code) != (a.low is not None or a.high is not None)
        if a.low is not None and a.high is not None:
            assert a.low <= a.high
