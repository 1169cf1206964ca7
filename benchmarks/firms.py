"""Invented firms: names, counties, titles, and what their rows say besides the goods."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.model import DemandCategory, Tier

_PLACES = (
    "博乐市 精河县 温泉县 阿拉山口市 伊宁市 奎屯市 霍城县 昌吉市 阜康市 呼图壁县 玛纳斯县 石河子市 克拉玛依市 库尔勒市 "
    "焉耆县 轮台县 阿克苏市 库车市 哈密市 巴里坤县 吐鲁番市 鄯善县 塔城市 乌苏市 沙湾市 阿勒泰市 喀什市 和田市 阿图什市"
)
_COUNTIES = _PLACES.split()
_FIRST = "天恒金鑫瑞泰华宏盛博远昌隆永嘉德诚润兴源丰裕安康新中联世国大东西北海银玉川青龙腾飞凯"
_SECOND = "达源宇通利泰丰盛业和成兴诚立信发邦科创美佳隆润晟翔辉耀峰岳汇聚康宁顺捷瑞祥福泽林"
_FORMS = (
    "有限公司",
    "有限公司",
    "有限责任公司",
    "股份有限公司",
    "厂",
    "商贸有限公司",
    "科技有限公司",
)
_TIERS = (*(Tier.NONE.value,) * 6, Tier.INNOVATIVE.value, Tier.INNOVATIVE.value,
          Tier.SPECIALISED.value, Tier.LITTLE_GIANT.value)  # fmt: skip
_CERTIFICATES = (
    "ISO9001",
    "ISO9001；ISO14001",
    "CCC",
    "SC食品生产许可证",
    "特种设备生产许可证",
    "高新技术企业证书",
)
_REQUIREMENTS = (
    "到厂价结算", "按批化验，以双方样为准", "随货附质检单", "须有三年以上供货业绩", "月结60天", "送货上门，分批到货",
    "质保一年", "首批试用合格后签年度合同", "24小时内响应",
)  # fmt: skip
_DESCRIPTIONS = (
    "自有生产线，交期15天", "可按图加工", "现货供应", "可提供检测报告", "已为州内企业供货", "接受小批量定制", "产品销往疆内外",
)  # fmt: skip
_FACTOR = DemandCategory.FACTOR.value
_RAW = frozenset({"钢铁与有色", "化工", "绿色建材", "特色农业", "食品加工", "纺织服装"})


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise with what all of its rows repeat."""

    name: str
    county: str
    tier: str
    certificates: str
    buyers: str


def drawn_firm(chain: str, leaders: Sequence[str], rng: random.Random) -> Firm:
    """A firm of a chain, which sometimes has buyers in mind (拟配套对象)."""
    county = _one(_COUNTIES, rng)
    place = county[:-1] if rng.random() < 0.6 else county
    brand = _one(_FIRST, rng) + _one(_SECOND, rng)
    trade = chain if rng.random() < 0.7 else ""
    return Firm(
        f"{place}{brand}{trade}{_one(_FORMS, rng)}",
        county,
        _one(_TIERS, rng),
        _one(_CERTIFICATES, rng) if rng.random() < 0.3 else "",
        "、".join(dict.fromkeys(_one(leaders, rng) for _ in "12"))
        if leaders and rng.random() < 0.2
        else "",
    )


def category(chain: str, rng: random.Random) -> str:
    """What a chain leader would enter as the kind of a demand (类别)."""
    if rng.random() < 0.02:
        return _FACTOR
    kind = DemandCategory.RAW_MATERIAL if chain in _RAW else DemandCategory.COMPONENT
    return kind.value


def requirement(rng: random.Random) -> str:
    """A remark on a demand, often none."""
    return _one(_REQUIREMENTS, rng) if rng.random() < 0.3 else ""


def description(rng: random.Random) -> str:
    """A remark on a supply, often none."""
    return _one(_DESCRIPTIONS, rng) if rng.random() < 0.3 else ""


def _one(choices: Sequence[str], rng: random.Random) -> str:
    return choices[int(rng.random() * len(choices))]
