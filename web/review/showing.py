"""A pair as the page shows it: aligned lines, the waterfall of the score, what changed (展示)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.model import Contribution, Explanation, ListKind, Verdict
from matcher.ranking.alignment import Aligned, align, share_text
from matcher.store import Item
from matcher.store.items import Change
from matcher.terms import Agreement
from web.times import BEIJING

VERDICT_WORDS = {
    Verdict.ACCEPTED: _l("采纳"),
    Verdict.REJECTED: _l("不采纳"),
    Verdict.UNSURE: _l("待定"),
}
STATE_WORDS = {
    "waiting": _l("未审"), "changed": _l("内容已变更"), "unsure": _l("待定"),
    "accepted": _l("采纳"), "rejected": _l("不采纳"), "disputed": _l("意见不一致"),
    "": _l("现有供应商"),
}  # fmt: skip
# The digit that is pressed → what is kept with the decision, in Chinese as all data is.
REASONS = {
    "1": "品名不同", "2": "规格不符", "3": "产能不足", "4": "已停产", "5": "地域/资质不符",
    "6": "已有供应商", "7": "信息不全",
}  # fmt: skip
REASON_WORDS = {
    "1": _l("品名不同"), "2": _l("规格不符"), "3": _l("产能不足"), "4": _l("已停产"),
    "5": _l("地域/资质不符"), "6": _l("已有供应商"), "7": _l("信息不全"),
}  # fmt: skip
_LINES = {
    "产品": _l("产品"), "规格": _l("规格"), "标准": _l("标准"), "数量": _l("年量"),
    "县市": _l("县市"), "资质": _l("资质"), "有效期": _l("有效期"), "意向": _l("意向"),
}  # fmt: skip
_MARKS = {
    "equal": ("＝", _l("相同")),
    "compatible": ("≈", _l("相容")),
    "conflict": ("✕", _l("冲突")),
    "missing": ("？", _l("没写")),
    "open": ("？", _l("要核对")),
}
_COLUMNS = {
    "chain": _l("产业链"), "leader": _l("链主企业"), "product_name": _l("产品"),
    "category": _l("类别"), "spec": _l("规格"), "standard": _l("标准"),
    "annual_quantity": _l("年需求量"), "annual_quantity_high": _l("年需求量"),
    "annual_quantity_text": _l("年需求量"), "unit": _l("单位"), "county": _l("县市"),
    "requirement": _l("具体要求"), "current_supplier": _l("现有供应商"),
    "current_source": _l("现有货源"), "disclosure": _l("公开范围"), "valid_until": _l("有效期"),
    "note": _l("备注"), "enterprise": _l("企业"), "credit_code": _l("信用代码"),
    "tier": _l("梯度"), "annual_capacity": _l("年产能"), "annual_capacity_high": _l("年产能"),
    "annual_capacity_text": _l("年产能"), "certificates": _l("资质"),
    "intended_buyers": _l("意向"), "description": _l("说明"),
}  # fmt: skip
_SHOWN = 9  # parts of a score that have a line of their own; the others are added up to one
_WIDTH, _BAR, _STEP = 240.0, 10, 22  # of the drawing, in its own units


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison as shown: words, a sign, and a class for the colour."""

    name: str
    wanted: str
    offered: str
    mark: str
    sign: str
    word: str
    note: str


def lines(item: Item) -> list[Line]:
    """The rows of a pair side by side."""
    products = {}
    if item.suggestion:
        products = {
            "demand_product": item.suggestion.demand_product,
            "supply_product": item.suggestion.supply_product,
        }
    today = dt.datetime.now(BEIJING).date()
    return [_line(one) for one in align(item.demand, item.supply, today, **products)]


def _line(one: Aligned) -> Line:
    mark: str = one.agreement.value
    if one.agreement is Agreement.UNKNOWN:
        mark = "open" if one.wanted and one.offered else "missing"
    sign, word = _MARKS[mark]
    note = ""
    if one.share is not None:
        note = _("产能是需求的 %(share)s", share=share_text(one.share))
    name = one.name if one.of_spec and one.name not in _LINES else _LINES.get(one.name, one.name)
    return Line(str(name), one.wanted, one.offered, mark, sign, str(word), note)


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall.

    Attributes:
        group: 基准, 名称, 规格 …, 合计.
        sentence: The reason; may be empty.
        points: As shown, in hundredths of a log-odd: the steps add up to the sum exactly.
        x: Left end of the bar in the drawing.
        width: Its width.
        kind: ``base``, ``plus``, ``minus`` or ``sum``.
    """

    group: str
    sentence: str
    points: int
    x: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the base over every reason to the log-odds, and where zero lies."""

    bars: list[Bar]
    zero: float


def waterfall(explanation: Explanation) -> Waterfall:
    """The steps of a score; what is shown rounded adds up as exactly as what is not."""
    parts = list(explanation.lines)
    if len(parts) > _SHOWN:
        rest = sum(part.points for part in parts[_SHOWN - 1 :])
        parts = [*parts[: _SHOWN - 1], Contribution("", _("其余"), 0.0, rest)]
    total = [0.0, explanation.base]
    for part in parts:
        total.append(total[-1] + part.points)
    total[-1] = explanation.log_odds  # added in another order: the same but for float noise
    low, high = min(total), max(total)
    scale = _WIDTH / ((high - low) or 1.0)

    def bar(group: str, sentence: str, start: float, end: float, kind: str = "") -> Bar:
        kind = kind or ("plus" if end >= start else "minus")
        x = (min(start, end) - low) * scale
        points = round(end * 100) - round(start * 100)
        return Bar(group, sentence, points, round(x, 2), round(abs(end - start) * scale, 2), kind)

    bars = [bar(_("基准"), _("还没有比较时的起点"), 0.0, explanation.base, "base")]
    for part, start, end in zip(parts, total[1:], total[2:], strict=False):
        bars.append(bar(part.group, part.sentence, start, end))
    bars.append(bar(_("合计"), "", 0.0, explanation.log_odds, "sum"))
    return Waterfall(bars, round((0.0 - low) * scale, 2))


def changes(item: Item) -> list[dict[str, Any]]:
    """What has changed since it was decided, with the names of the columns."""
    return [
        {
            "side": _("需求") if change.kind is ListKind.DEMAND else _("供给"),
            "column": _COLUMNS.get(change.column, change.column),
            "before": _text(change.before),
            "after": _text(change.after),
        }
        for change in _once(item.changes)
    ]


def _once(found: tuple[Change, ...]) -> list[Change]:
    return [change for change in found if not change.column.endswith(("_high", "_text"))] or [
        *found
    ]


def _text(value: object) -> str:
    return "—" if value in {None, ""} else str(value)
