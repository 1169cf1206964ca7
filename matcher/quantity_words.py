"""The words that offices write around a number, and instead of one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What people write instead of a number; it is an answer, not a mistake.
NO_NUMBER = _words(
    "若干 面议 面谈 按需 按需求 按需供应 按需生产 按订单 按订单生产 以销定产 根据需求 根据订单 视订单而定 视情况 视情况而定 不限 "
    "不限量 无限制 不定 不详 不等 不确定 暂不确定 待定 待议 待确定 未定 未知 未统计 暂未统计 暂无 无 长期 长期需求 长期供应 常年 "
    "常年需求 常年供应 大量 少量 充足 供应充足 适量 足量 批量 大批量 小批量 详谈 电议 电联 另议 协商 双方协商 按合同 保密 "
    "n/a na null none tbd - / \\ — – -- —— ― ／"
)
LIKE_NO_NUMBER = re.compile(
    r"若干.{0,2}|按.{1,5}(?:定|需求|需要|确定|生产|供应|采购|供货|加工|定制)|"
    r"(?:根据|视|依据|依|看|随).{0,8}(?:定|需求|需要|情况|订单|市场|合同|项目|确定|调整|安排)"
)
SCALE = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6,
         "千万": 10**7, "亿": 10**8, "w": 10**4, "k": 1000}  # fmt: skip
SCALE_SIGNS = ("千万", "百万", "十万", "亿", "万", "千", "百")
PERIODS = {"年": "year", "a": "year", "y": "year", "月": "month", "m": "month", "日": "day",
           "天": "day", "d": "day"}  # fmt: skip

# Words around a number. The longest fitting word counts: 不超过 is not 超过.
ABOUT = _words(
    "约 大约 约为 约有 约计 近 大概 预计 预估 估计 估 暂估 暂定 左右 上下 余 多 来 ~ ≈ 不等"
)
AT_LEAST = _words(
    "不少于 不低于 不小于 大于等于 大于 超过 高于 至少 最少 最低 多于 ≥ >= ≧ > 以上 及以上 起 +"
)
AT_MOST = _words(
    "不超过 不超 不大于 不高于 不多于 小于等于 小于 低于 少于 至多 最多 最大 最高 ≤ <= ≦ < 以内 之内 内 以下 及以下"
)
ONLY_AFTER = _words("左右 上下 余 多 来 不等 以上 及以上 起 + 以内 之内 内 以下 及以下 之间")
AFTER_WORDS = ONLY_AFTER | _words("约 预计")
NEUTRAL = _words(
    "计划 设计 规划 现有 可供 可达 可 达到 达 平均 共计 共 合计 总计 总 产能 产量 产值 产 提供 供应 供货 供 需求 需用 需要 需 用量 用 "
    "采购 外购 销售 处理 加工 屠宰 出栏 存栏 检测 服务 运输 吞吐 发电 消耗 使用 生产 制造 能力 规模 价值 数量 量"
)
PERIOD_WORD = r"(?:[每全]?(?:年|月|日|天)|[每一1]个月|[一1](?:年|天))(?:平?均)?"


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


BEFORE = f"(?:{PERIOD_WORD}|{_any((ABOUT | AT_LEAST | AT_MOST) - ONLY_AFTER | NEUTRAL)})"
AFTER = f"(?:{_any(AFTER_WORDS)})"
SCALES = rf"(?:(?!千[克米瓦伏])(?:{_any(SCALE_SIGNS)})|[wk](?![a-z0-9]))?"  # 千克 is one unit
