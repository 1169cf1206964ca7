"""Invented specifications (规格): what is said of a kind of goods, and how an office writes it.

A specification is a value for each :class:`Aspect` of a :class:`Style`. The same values written
twice differ in spelling, separators, order and width, and still agree; :meth:`Style.conflicting`
draws two that differ in what such goods are ordered by.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

Values = tuple[int, ...]  # one index for each aspect of a style

_SEPARATORS = ("，", ",", "；", ";", "、", " ", "/", "， ")
_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that a specification says: the values it may have, and spellings of a value."""

    spellings: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]

    @classmethod
    def of(cls, spellings: str, *parts: str | Sequence[object]) -> Aspect:
        """Spellings separated by ``|``; values are all combinations of the parts (words)."""
        lists = [part.split() if isinstance(part, str) else part for part in parts]
        return cls(tuple(spellings.split("|")), tuple(product(*lists)))


@dataclass(frozen=True, slots=True)
class Style:
    """A kind of goods as lists speak of it.

    Attributes:
        chain: Industrial chain (产业链).
        ends: What names of such goods end in, separated by ``|``.
        files: Files of the lexicon whose names are such goods, where no end says more.
        units: Units of quantity.
        qualities: Words before or behind the name that narrow it.
        aspects: What a specification says; the first is what such goods are ordered by.
    """

    chain: str
    ends: str
    files: str
    units: tuple[str, ...]
    qualities: tuple[str, ...]
    aspects: tuple[Aspect, ...]

    def drawn(self, rng: random.Random) -> Values:
        """Values for a specification."""
        return tuple(int(rng.random() * len(aspect.values)) for aspect in self.aspects)

    def conflicting(self, rng: random.Random) -> tuple[Values, Values]:
        """Wanted values, and the same but for the first, which is clearly less (more purity would do)."""
        wanted = self.drawn(rng)
        count = len(self.aspects[0].values)
        high = count - 1 - int(rng.random() * (count // 2))
        low = int(rng.random() * (count // 2))
        return (high, *wanted[1:]), (low, *wanted[1:])

    def written(self, values: Values, said: Sequence[int], rng: random.Random) -> str:
        """A specification as somebody writes it.

        Args:
            values: From :meth:`drawn`.
            said: The aspects to speak of, by index.
            rng: Chooses the spelling.
        """
        parts = []
        for i in said:
            aspect = self.aspects[i]
            spelling = aspect.spellings[int(rng.random() * len(aspect.spellings))]
            parts.append(spelling.format(*aspect.values[values[i]]))
        chance = rng.random()
        if chance < 0.15:
            parts.reverse()
        text = _SEPARATORS[int(rng.random() * len(_SEPARATORS))].join(parts)
        return full_width(text) if chance > 0.95 else text

    def some(self, rng: random.Random) -> tuple[int, ...]:
        """Which aspects a row speaks of: often all, sometimes none."""
        if rng.random() < 0.1:
            return ()
        return tuple(i for i in range(len(self.aspects)) if rng.random() < (0.85, 0.6)[i > 0])


def full_width(text: str) -> str:
    """Letters, digits and signs in full width, as some input methods leave them."""
    return text.translate(_FULL)


def _model(prefixes: str) -> Aspect:
    """Model numbers; those whose letters end in a figure keep the hyphen behind it."""
    spellings = "{0}-{1}{2}|型号{0}-{1}{2}|{0}－{1}{2}"
    if not re.search(r"\d(?: |$)", prefixes):
        spellings += "|{0}{1}{2}"
    return Aspect.of(spellings, prefixes, range(50, 1000, 15), "A B C D E")


_MATERIAL = Aspect.of("{0}|{0}材质|材质{0}", "304 316L 321 2205 WCB CF8 CF8M HT200 QT450")
_STEEL = Aspect.of("{0}|材质{0}|{0}钢", "Q235B Q355B Q345R 20# 45# 304 316L 40Cr 20CrMnTi")
_DN = Aspect.of("DN{0}|DN {0}|公称通径{0}mm", "15 25 40 50 80 100 150 200 250 300 400 500 600")
_PN = Aspect.of("PN{0}|PN{0}bar|压力等级PN{0}", "6 10 16 25 40 63 100")
_TUBE = Aspect.of(
    "φ{0}×{1}|Φ{0}*{1}mm|φ{0}x{1}|外径{0}mm 壁厚{1}mm",
    "25 32 38 45 57 76 89 108 133 159 219 273 325 426", "2.5 3.5 4.5 6 8 10 12",
)  # fmt: skip
_SHEET = Aspect.of(
    "{0}×{1}×{2}mm|{0}*{1}*{2}|{0}mm×{1}mm×{2}mm",
    "0.5 0.8 1.2 2 3 6 10 16 20",
    "1000 1250 1500",
    "2000 3000 6000",
)
_VOLT = Aspect.of("{0}V|AC{0}V|电压{0}V", "24 36 110 220 380 660")
_POWER = Aspect.of("{0}kW|{0}KW|功率{0}千瓦", "0.75 1.5 2.2 4 5.5 7.5 11 15 22 37 55 75 110 160")
_FLOW = Aspect.of("流量{0}m3/h|Q={0}m³/h|{0}立方米/小时", "5 12.5 25 50 100 200 320 500")
_HEAD = Aspect.of("扬程{0}m|H={0}m|扬程{0}米", "12.5 20 32 50 80 125")
_CABLE = Aspect.of(
    "{0}×{1}mm²|{0}*{1}|{0}x{1}平方", "1 2 3 4 5", "1.5 2.5 4 6 10 16 25 35 50 70 95 120"
)
_CABLE_VOLT = Aspect.of("{0}kV|{0}KV|额定电压{0}kV", "0.45/0.75 0.6/1 8.7/15 26/35")
_PURITY = Aspect.of(
    "≥{0}%|含量≥{0}%|{0}％|纯度{0}%以上|{0}%",
    "30 32 48 50 65 70 75 80 85 90 92 95 96 98 98.5 99 99.5 99.9 99.99",
)
_BAG = Aspect.of("{0}kg/袋|{0}公斤袋装|{0}KG/包|{0}kg", "5 10 20 25 40 50 500 1000")
_DRUM = Aspect.of("{0}kg/桶|{0}公斤桶装|{0}KG/桶", "5 20 25 180 200 220 250 1000")
_MESH = Aspect.of("{0}目|粒度{0}目|{0} 目", "20 40 60 80 100 120 200 325 400 600 800 1250")
_WATER = Aspect.of("水分≤{0}%|含水率不大于{0}%|H2O≤{0}%", "0.1 0.3 0.5 1 2 5 8 12")
_GRAM = Aspect.of("{0}g|{0}克|净含量{0}g|{0}g/袋", "50 100 150 200 250 330 400 500 750 1000 2500")
_LEVEL = Aspect.of("{0}|等级:{0}", "一级 二级 特级 优等品 合格品")
_SHELF = Aspect.of("保质期{0}个月|保质期 {0} 月", "3 6 9 12 18 24 36")
_CARTON = Aspect.of("{0}{1}/箱|{0}{1}装|每箱{0}{1}", "6 12 20 24 30 48", "袋 瓶 罐 盒")
_YARN = Aspect.of("{0}S|{0}支|{0}s", "7 10 16 21 26 32 40 50 60 80")
_WIDTH = Aspect.of("幅宽{0}cm|门幅{0}CM|宽{0}厘米", "90 110 120 145 150 160 180 220 240 280")
_GSM = Aspect.of("{0}g/m²|{0}克/平方米|克重{0}g", "60 80 100 120 150 180 200 240 280 320 400")
_FIBRE = Aspect.of(
    "{0}|{0}混纺", "棉65%涤35% 棉60%涤40% 棉55%涤45% 涤80%棉20% 涤65%棉35% 棉85%涤15%"
)
_BOX = Aspect.of(
    "{0}×{1}×{2}mm|{0}*{1}*{2}|长{0}宽{1}高{2}mm",
    "200 300 400 500 600 800",
    "150 200 300 400",
    "100 150 250 350",
)
_THICK = Aspect.of(
    "厚{0}mm|δ={0}|厚度{0}毫米|{0}mm厚", "0.03 0.05 0.08 0.1 0.5 1 2 3 5 8 10 20 30 50 100"
)
_COLOUR = Aspect.of("{0}|颜色:{0}|{0}色", "红 蓝 黑 白 灰 绿 黄")
_TEMPERATURE = Aspect.of("耐温{0}℃|-20~{0}℃|工作温度≤{0}°C", "60 80 120 150 200 300 450 800")
_ACCURACY = Aspect.of("精度{0}级|±{0}%FS|{0}级", "0.1 0.2 0.5 1.0 1.5 2.5")
_RANGE = Aspect.of("量程0-{0}MPa|0~{0}MPa|测量范围 0-{0} MPa", "0.6 1 1.6 2.5 4 6 10 25 40")
_IP = Aspect.of("IP{0}|防护等级IP{0}", "44 54 55 65 66 67 68")
_DOSE = Aspect.of(
    "{0}mg×{1}片|{0}mg*{1}粒|{0}毫克/片，{1}片/盒", "5 10 20 50 100 250 500", "12 24 36 60 100"
)
_LOAD = Aspect.of("{0}t|载重{0}吨|额定载荷{0}T", "0.5 1 2 3 5 8 10 16 20 32 50 100")

# Words that say nothing of the goods: a name stays the same with them.
NEUTRAL = ("优质", "高品质", "精品", "国产", "标准", "通用", "常规", "一等品", "正品")
MACHINE = Style(
    "装备制造", "机|器|设备|装置|系统|炉|生产线|车|模块|机组|压缩机|风机|减速机|机器人|锅炉",
    "machinery machines vehicles transport renewables household leisure", ("台", "台/年", "套", "套/年"),
    ("大型", "小型", "全自动", "半自动", "立式", "卧式", "移动式", "便携式", "智能", "防爆"),
    (_POWER, _model("YX GZ JY LH TD XK ZL BF"), _VOLT, _LOAD),
)  # fmt: skip
GOODS = Style(
    "综合配套", "", "hardware housewares leisure safety tools toiletries groceries paper logistics",
    ("件", "个", "件/年", "万个/年", "套"), ("加厚", "普通", "特种", "专用", "小型", "大型"),
    (_BOX, _model("A B HT KD XJ"), _COLOUR, _THICK),
)  # fmt: skip
STYLES = (
    Style("管道", "管|钢管|管材|软管|管件|弯头|三通|法兰|接头|管道", "pipe", ("吨", "吨/年", "米", "万米/年"),
          ("热轧", "冷拔", "镀锌", "不锈钢", "耐腐蚀", "高压"), (_TUBE, _STEEL, _PN)),
    Style("管道", "阀|阀门|过滤器|疏水器", "", ("台", "个", "台/年", "万台/年"),
          ("不锈钢", "铸钢", "电动", "气动", "手动", "高温", "防腐"), (_DN, _PN, _MATERIAL)),
    Style("钢铁与有色", "板|钢|带|卷|棒|型材|钢板|合金|箔|铸件|锻件|线材|铜|铝|锭|坯",
          "metals copper structures", ("吨", "吨/年", "万吨/年"),
          ("热轧", "冷轧", "镀锌", "高强", "耐磨", "耐高温"), (_SHEET, _STEEL, _THICK)),
    Style("装备制造", "泵|水泵", "", ("台", "台/年"), ("立式", "卧式", "不锈钢", "多级", "防爆"),
          (_FLOW, _HEAD, _POWER, _MATERIAL)),
    Style("新能源", "电缆|线|导线|光缆|电线|线缆", "", ("米", "千米/年", "万米/年", "公里"),
          ("阻燃", "耐火", "低烟无卤", "铜芯", "铝芯"), (_CABLE, _CABLE_VOLT, _TEMPERATURE)),
    Style("新能源", "电机|变压器|开关|柜|电池|灯|组件|逆变器|充电桩|断路器|继电器", "electrical",
          ("台", "套", "万套/年", "只"), ("防爆", "防水", "节能", "三相", "低压", "高压", "智能"),
          (_POWER, _VOLT, _IP, _model("YE3 S13 GGD KYN CJX2 DZ47"))),
    Style("电子信息", "芯片|传感器|电阻|电容|连接器|模组|仪|表|计|变送器|软件|终端|屏",
          "electronics instruments measuring digital", ("台", "只", "万只/年", "套"),
          ("高精度", "便携式", "智能", "在线", "防爆", "工业级"),
          (_model("PT DT LUGB EJA STM XM"), _RANGE, _ACCURACY, _IP)),
    Style("化工", "酸|碱|盐|钠|钾|钙|铵|酯|醇|醛|酮|胺|酚|烷|烯|苯|醚|剂|树脂|氧化物|硅|锂|胶|素|粉体|催化剂",
          "chemicals chemistry coatings", ("吨", "吨/年", "万吨/年", "公斤"),
          ("工业级", "食品级", "试剂级", "电池级", "饲料级", "高纯", "无水"), (_PURITY, _BAG, _WATER, _DRUM)),
    Style("绿色建材", "水泥|砂|石|粉|砖|瓦|混凝土|砂浆|玻璃|矿|煤|灰|土|石膏|涂料|保温板", "building",
          ("吨", "万吨/年", "立方米", "吨/年"), ("超细", "普通", "环保", "高强", "天然"), (_MESH, _PURITY, _WATER, _BAG)),
    Style("纺织服装", "纱|布|面料|线|丝|绒|棉|服|衣|裤|鞋|帽|毯|巾|被|手套|袜|纤维|裙", "textile apparel",
          ("吨", "万米/年", "件", "万件/年", "套"), ("纯棉", "加厚", "环保", "防静电", "阻燃", "染色"),
          (_YARN, _FIBRE, _WIDTH, _GSM)),
    Style("包装", "袋|箱|盒|膜|瓶|罐|桶|包装|标签|纸|托盘|纸箱", "packaging",
          ("个", "万个/年", "吨", "万只/年"), ("食品级", "加厚", "彩印", "环保", "防静电", "防水"),
          (_BOX, _THICK, _COLOUR)),
    Style("生物医药", "药|片|胶囊|颗粒|注射液|丸|口服液|疫苗|散|膏|试剂盒|针剂|制剂|酊", "pharmacy medical",
          ("盒", "万盒/年", "支", "瓶"), ("药用", "医用", "无菌", "进口"), (_DOSE, _SHELF)),
    Style("食品加工", "粥|汤|饭|面|饼|糕|酱|茶|酒|饮料|奶|肉|鱼|菜|豆腐|糖|油|米|果|汁|蛋|鸡|鸭|排骨|虾|丁|卷|包|沙拉",
          "food foodstuffs drinks tomato", ("吨", "箱", "万箱/年", "公斤", "吨/年"),
          ("有机", "速冻", "即食", "低糖", "无添加", "手工"), (_GRAM, _LEVEL, _SHELF, _CARTON)),
    Style("特色农业", "种子|苗|肥|饲料|牛|羊|猪|枸杞|番茄|小麦|玉米|瓜|花|草|菌|肥料", "agriculture cattle produce",
          ("吨", "吨/年", "公斤", "万吨/年"), ("有机", "绿色", "新鲜", "烘干", "精选"), (_BAG, _LEVEL, _WATER)),
    MACHINE,
    GOODS,
)  # fmt: skip
QUALITIES = tuple(sorted({*NEUTRAL, *(word for style in STYLES for word in style.qualities)}))

_ENDS = re.compile(
    "(?:"
    + "|".join(
        f"(?P<s{i}>{'|'.join(sorted(style.ends.split('|'), key=len, reverse=True))})"
        for i, style in enumerate(STYLES)
        if style.ends
    )
    + ")$"
)
_FILES = {file: i for i, style in reversed([*enumerate(STYLES)]) for file in style.files.split()}


def style_of(name: str, file: str = "") -> int:
    """The style of a name in :data:`STYLES`, by what it ends in, else by its file of the lexicon."""
    if found := _ENDS.search(name):
        return int(str(found.lastgroup)[1:])
    return _FILES.get(file, len(STYLES) - 1)
