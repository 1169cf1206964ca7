"""Every kind of specification, as offices write it: equal, compatible, in conflict or unknown."""

import pytest

from matcher.terms import analyse, compare_all
from matcher.terms.agreement import Agreement, compare_editions
from matcher.terms.specs import parse_editions
from matcher.text import fold

# product, what is wanted, what is offered, and how the named attribute stands
EQUAL, COMPATIBLE, CONFLICT, UNKNOWN = "equal", "compatible", "conflict", "unknown"
TABLE = [
    # steel grades
    ("钢板", "Q355B", "q355b", EQUAL),
    ("钢板", "Q355B", "Q355", COMPATIBLE),
    ("钢板", "Q355B", "Q235B", CONFLICT),
    ("钢板", "Q345R", "Q345B", CONFLICT),  # for vessels
    ("钢板", "Q355NH", "Q355B", CONFLICT),  # weather-proof
    ("不锈钢板", "SUS304", "06Cr19Ni10", EQUAL),
    ("不锈钢板", "S30408", "304", EQUAL),
    ("不锈钢板", "1.4404", "316L", EQUAL),
    ("不锈钢板", "304/316L", "316L", EQUAL),
    ("不锈钢板", "304", "316L", CONFLICT),
    ("圆钢", "45#", "45号钢", EQUAL),
    ("圆钢", "45#", "20#", CONFLICT),
    ("圆钢", "42CrMo", "40Cr", CONFLICT),
    ("管线管", "L360", "L415", CONFLICT),
    # copper grades
    ("铜棒", "T2紫铜", "T2", EQUAL),
    ("铜棒", "C11000", "T2", EQUAL),
    ("铜棒", "T2", "TU1", CONFLICT),
    ("铜棒", "H62", "HPb59-1", CONFLICT),
    ("阴极铜", "Cu-CATH-1", "Cu-CATH-2", CONFLICT),
    # strength class
    ("螺栓", "8.8级", "性能等级8.8", EQUAL),
    ("螺栓", "8.8级", "10.9级", COMPATIBLE),
    ("螺栓", "强度等级10.9", "8.8级", CONFLICT),
    ("混凝土", "C30", "C30P8", EQUAL),
    ("混凝土", "C30", "C15-C60", COMPATIBLE),
    ("混凝土", "C30", "C35", CONFLICT),
    ("钢筋", "HRB400", "HRB400E", COMPATIBLE),
    ("钢筋", "HRB400E", "HRB400", CONFLICT),
    ("水泥", "P.O42.5", "P·O 42.5", EQUAL),
    ("水泥", "P.O42.5", "P.O42.5R", COMPATIBLE),
    ("水泥", "P.O42.5R", "P.O42.5", CONFLICT),
    ("水泥", "P.O42.5", "42.5级普通硅酸盐水泥", COMPATIBLE),
    ("水泥", "P.O42.5", "32.5级复合硅酸盐水泥", CONFLICT),
    # nominal and outside diameter with wall
    ("闸阀", "DN100", "公称通径100", EQUAL),
    ("闸阀", "DN100", "DN50-DN300", COMPATIBLE),
    ("闸阀", "DN100", "dn150", CONFLICT),
    ("无缝钢管", "φ219×8", "Ф219*8mm", EQUAL),
    ("无缝钢管", "φ219×8", "外径219mm，壁厚8mm", EQUAL),
    ("无缝钢管", "φ219×8", "外径219 壁厚8", EQUAL),
    ("无缝钢管", "φ219×8", "φ159-φ426", COMPATIBLE),
    ("无缝钢管", "φ219×8", "φ219×6", CONFLICT),
    ("无缝钢管", "φ219×8", "φ273×8", CONFLICT),
    ("PE管", "DN110 SDR11", "dn110 SDR17", CONFLICT),
    # thickness, length and other sizes
    ("钢板", "厚度10mm", "10毫米厚", EQUAL),
    ("钢板", "δ=10mm", "厚10mm", EQUAL),
    ("钢板", "厚度10", "板厚10mm", EQUAL),
    ("薄膜", "厚度80μm", "8丝", EQUAL),
    ("钢板", "厚度10mm", "厚度6mm-60mm", COMPATIBLE),
    ("钢板", "厚度10mm", "厚12mm", CONFLICT),
    ("钢板", "厚度10mm", "长度6m", UNKNOWN),
    ("木方", "长度4m", "长4000mm", EQUAL),
    ("木方", "长4米", "长度2-6米", COMPATIBLE),
    ("木方", "长度≥4m", "长度6m", COMPATIBLE),
    ("木方", "长度4m", "3米长", CONFLICT),
    ("纸箱", "45×30×25cm", "450*300*250mm", EQUAL),
    ("纸箱", "长450宽300高250", "450×300×250mm", EQUAL),
    ("纸箱", "450×300×250", "450×300", COMPATIBLE),
    ("纸箱", "450×300×250", "600×400×300mm", CONFLICT),
    ("螺栓", "M16×80", "M16*80mm", EQUAL),
    ("螺栓", "M16", "M6-M24", COMPATIBLE),
    ("螺栓", "M16×80", "M20×80", CONFLICT),
    ("螺栓", "M16×80", "M16×60", CONFLICT),
    # power
    ("电机", "功率7.5kW", "7500W", EQUAL),
    ("电机", "7.5千瓦", "7.5KW-4", EQUAL),
    ("电机", "7.5kW", "0.75-315kW", COMPATIBLE),
    ("电机", "不低于7.5kW", "11kW", COMPATIBLE),
    ("电机", "7.5kW", "5.5kW", CONFLICT),
    ("变压器", "630kVA", "0.63MVA", EQUAL),
    ("变压器", "630kVA", "800kVA", CONFLICT),
    # voltage
    ("电机", "额定电压380V", "AC380V", EQUAL),
    ("电机", "380V", "220/380V", COMPATIBLE),
    ("电机", "380V", "220V", CONFLICT),
    ("电源", "DC24V", "24VDC", EQUAL),
    ("电源", "DC24V", "AC24V", CONFLICT),
    ("电缆", "0.6/1kV", "0.6/1KV", EQUAL),
    ("电缆", "0.6/1kV", "8.7/15kV", CONFLICT),
    # current
    ("断路器", "63A", "额定电流63A", EQUAL),
    ("断路器", "63A", "16-100A", COMPATIBLE),
    ("断路器", "63A", "32A", CONFLICT),
    ("蓄电池", "12V100AH", "12V 100Ah", EQUAL),
    ("蓄电池", "12V 100Ah", "12V 65Ah", CONFLICT),
    # capacitance
    ("电容", "100nF", "0.1μF", EQUAL),
    ("电容", "10uF 25V", "10uF 50V", COMPATIBLE),  # withstands more
    ("电容", "10uF 50V", "10uF 25V", CONFLICT),
    ("电容", "10uF", "22uF", CONFLICT),
    # resistance and tolerance
    ("电阻", "10K", "10kΩ", EQUAL),
    ("电阻", "4K7", "4.7KΩ", EQUAL),
    ("电阻", "4R7", "4.7Ω", EQUAL),
    ("电阻", "10kΩ", "1-100kΩ", COMPATIBLE),
    ("电阻", "10K", "100K", CONFLICT),
    ("电阻", "10K ±1%", "10KΩ 1%", EQUAL),
    ("电阻", "10K ±5%", "10K ±1%", COMPATIBLE),
    ("电阻", "10K ±1%", "10K ±5%", CONFLICT),
    # package
    ("电阻", "0603", "封装0603", EQUAL),
    ("电阻", "0603", "0805", CONFLICT),
    ("芯片", "SOP-8", "SOIC8", EQUAL),
    ("芯片", "SOP-8", "QFN-8", CONFLICT),
    ("单片机", "LQFP48", "LQFP-64", CONFLICT),
    ("三极管", "SOT-23", "TO-92", CONFLICT),
    # flow
    ("水泵", "流量50m³/h", "Q=50立方米/小时", EQUAL),
    ("水泵", "流量60m³/h", "1m³/min", EQUAL),
    ("水泵", "流量50m³/h", "流量10-100m³/h", COMPATIBLE),
    ("水泵", "流量≥50m³/h", "60m³/h", COMPATIBLE),
    ("水泵", "流量50m³/h", "Q=30m3/h", CONFLICT),
    # head
    ("水泵", "扬程32m", "H=32米", EQUAL),
    ("水泵", "扬程32m", "扬程5-200m", COMPATIBLE),
    ("水泵", "扬程不低于32m", "扬程50米", COMPATIBLE),
    ("水泵", "扬程32m", "H=20m", CONFLICT),
    # pressure class
    ("闸阀", "PN16", "PN1.6MPa", EQUAL),
    ("闸阀", "PN16", "公称压力1.6MPa", EQUAL),
    ("闸阀", "PN16", "压力等级：16公斤", EQUAL),
    ("闸阀", "PN16", "PN10-PN40", COMPATIBLE),
    ("闸阀", "PN16", "PN25", CONFLICT),
    ("法兰", "Class150", "150LB", EQUAL),
    ("法兰", "CL150", "CL300", CONFLICT),
    ("空压机", "0.8MPa", "8bar", EQUAL),
    # temperature
    ("冷库", "-18℃", "零下18度", EQUAL),
    ("冷库", "-18℃", "-25~5℃", COMPATIBLE),
    ("冷库", "-18℃", "0~4℃", CONFLICT),
    ("密封圈", "耐温200℃", "耐温250℃", COMPATIBLE),
    ("密封圈", "耐温200℃", "耐高温120℃", CONFLICT),
    ("恒温箱", "25±2℃", "23-27℃", EQUAL),
    # concentration and purity
    ("硫酸", "98%", "浓度98%", EQUAL),
    ("硫酸", "≥98%", "98.3%", COMPATIBLE),
    ("硫酸", "98%", "93%", CONFLICT),
    ("乙醇", "纯度99.5%以上", "≥99.5%", EQUAL),
    ("乙醇", "不低于99.5%", "99.9%", COMPATIBLE),
    ("乙醇", "99.5%min", "99%", CONFLICT),
    ("氮气", "99.999%", "5N", EQUAL),
    ("氮气", "99.99%", "99.999%", COMPATIBLE),
    ("氮气", "99.999%", "99.99%", CONFLICT),
    ("标准溶液", "1000mg/L", "1g/L", EQUAL),
    # mesh
    ("石英砂", "200目", "200目", EQUAL),
    ("石英砂", "40-70目", "40/70目", EQUAL),
    ("石英砂", "40-70目", "20-100目", COMPATIBLE),
    ("石英砂", "200目以上", "325目", COMPATIBLE),
    ("石英砂", "200目", "325目", CONFLICT),
    # yarn count and composition
    ("棉纱", "32S", "32支", EQUAL),
    ("棉纱", "32S", "JC32S", EQUAL),
    ("棉纱", "32S", "16S-40S", COMPATIBLE),
    ("棉纱", "32S", "21S", CONFLICT),
    ("涤纶丝", "150D", "150旦", EQUAL),
    ("涤纶丝", "150D", "150D/48F", COMPATIBLE),
    ("涤纶丝", "75D/72F", "150D/48F", CONFLICT),
    ("混纺纱", "T65/C35", "涤65/棉35", EQUAL),
    ("混纺纱", "T/C65/35", "65%涤35%棉", EQUAL),
    ("混纺纱", "T65/C35", "CVC60/40", CONFLICT),
    ("面料", "100%棉", "棉100%", EQUAL),
    ("面料", "200g/㎡", "200克/平米", EQUAL),
    ("面料", "200g/㎡", "180gsm", CONFLICT),
    # moisture and protein
    ("玉米", "水分≤14%", "水份不超过14%", EQUAL),
    ("玉米", "水分≤14%", "含水率13.5%", COMPATIBLE),
    ("玉米", "水分14%以下", "水分16%", CONFLICT),
    ("豆粕", "粗蛋白≥43%", "蛋白≥43%", EQUAL),
    ("豆粕", "粗蛋白≥43%", "蛋白质46%", COMPATIBLE),
    ("豆粕", "粗蛋白≥43%", "粗蛋白42%", CONFLICT),
    ("豆粕", "粗蛋白≥43%", "水分≤12%", UNKNOWN),
    # Brix
    ("番茄酱", "28-30Brix", "糖度28-30", EQUAL),
    ("番茄酱", "28-30%Brix", "28/30 Brix", EQUAL),
    ("番茄酱", "28-30Brix", "可溶性固形物28%", COMPATIBLE),
    ("番茄酱", "28-30Brix", "36-38Brix", CONFLICT),
    # weight
    ("编织袋", "50kg", "50公斤", EQUAL),
    ("编织袋", "承重50kg", "25-50kg", COMPATIBLE),
    ("编织袋", "50kg", "25kg", CONFLICT),
    ("砝码", "500g", "0.5千克", EQUAL),
    # what else offices state
    ("灯具", "IP65", "IP67", COMPATIBLE),
    ("灯具", "IP65", "IP44", CONFLICT),
    ("灯具", "色温4000K", "6500K", CONFLICT),
    ("液压油", "46#", "46号", EQUAL),
    ("液压油", "46#", "68#", CONFLICT),
    ("机油", "15W-40", "15W/40", EQUAL),
    ("机油", "15W-40", "5W-30", CONFLICT),
    ("动力煤", "热值≥5000大卡", "5500kcal/kg", COMPATIBLE),
    ("动力煤", "5500大卡", "4500大卡", CONFLICT),
]  # fmt: skip


def found(product, wanted, offered):
    """{name: agreement} over all that the demand states."""
    mine, theirs = analyse(product, wanted), analyse(product, offered)
    return {c.name: c.agreement.value for c in compare_all(mine.attributes, theirs.attributes)}


@pytest.mark.parametrize(("product", "wanted", "offered", "expected"), TABLE)
def test_as_an_office_writes_it(product, wanted, offered, expected):
    """The worst of all attributes that both state; and nothing is read that is not there."""
    agreements = set(found(product, wanted, offered).values())
    assert agreements, "nothing was read"
    stated = agreements - {UNKNOWN}
    worst = next((a for a in (CONFLICT, COMPATIBLE, EQUAL) if a in stated), UNKNOWN)
    assert worst == expected, found(product, wanted, offered)


@pytest.mark.parametrize(
    ("product", "spec"),
    [
        ("齿轮", "模数2"),  # no thread, no size
        ("面积", "120 m2"),
        ("水池", "30 m3"),  # no thread M3
        ("不锈钢丝", "100米"),  # 丝100 is no fabric of pure silk
        ("阻燃布", "10k"),  # no resistor
        ("服务", "每周5次"),
        ("拉力计", "5N 拉力"),  # newtons
        ("游标卡尺", "精度±0.02mm"),  # a tolerance is no length
        ("温度计", "±0.5℃"),
        ("复印纸", "A4"),
        ("相机", "M50"),  # a model and no thread
        ("硒鼓", "HP 88, 140 HP"),  # a brand
        ("投影灯", "pf21.5w"),
        ("合同期", "2026年3月"),
    ],
)
def test_what_only_looks_like_a_specification(product, spec):
    names = {a.name for a in analyse(product, spec).attributes}
    assert names <= {"容积", "尺寸", "功率"}, names


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("GB/T 8163-2018", "GBT8163", Agreement.EQUAL),
        ("GB 8163", "GB/T 8163-2018", Agreement.EQUAL),
        ("GB/T 8163-2018", "GB/T 8163-2018", Agreement.EQUAL),
        ("GB/T 8163-2018", "GB/T 8163-2008", Agreement.COMPATIBLE),  # both give a year
        ("GB/T 8163-1999", "GB/T 8163-99", Agreement.EQUAL),
        ("GB/T 8163-2018、GB/T 3087", "GB/T 8163-2008、GB/T 3087", Agreement.EQUAL),
        ("GB/T 8163", "GB/T 3091", Agreement.CONFLICT),
        ("GB/T 8163", "", Agreement.UNKNOWN),
        ("", "GB/T 8163", Agreement.UNKNOWN),
        ("HG/T 20592-2009", "HG20592", Agreement.EQUAL),
        ("HG/T 20592", "HG/T 20615", Agreement.CONFLICT),
        ("YS/T 70", "YS/T70-2015", Agreement.EQUAL),
        ("JB/T 5000", "JBT5000", Agreement.EQUAL),
        ("NY/T 393-2020", "NYT 393", Agreement.EQUAL),
        ("FZ/T 12001", "FZ/T12001-2015", Agreement.EQUAL),
        ("SY/T 5037", "SYT5037-2018", Agreement.EQUAL),
        ("ISO 9001:2015", "ISO9001", Agreement.EQUAL),
        ("ISO 9001:2015", "ISO 9001:2008", Agreement.COMPATIBLE),
        ("ASTM A106", "ASTM A53", Agreement.CONFLICT),
        ("ASTM A53", "astm a53", Agreement.EQUAL),
        ("API 5L", "API5L", Agreement.EQUAL),
        ("API 5L", "API 5CT", Agreement.CONFLICT),
        ("API 6D", "API 600", Agreement.CONFLICT),
        ("EN 10204", "EN10204:2004", Agreement.EQUAL),
        ("DIN 933", "DIN933", Agreement.EQUAL),
        ("DIN 933", "DIN 931", Agreement.CONFLICT),
    ],
)
def test_standards(wanted, offered, expected):
    assert compare_editions(parse_editions(fold(wanted)), parse_editions(fold(offered))) is expected
