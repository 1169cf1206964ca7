"""What a person chooses for a plan, as a form (方案选项)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, IntegerField
from wtforms.validators import Optional

from matcher.planning import Choices
from web.forms import Between

_DAY = 600.0  # seconds that a plan made in the browser may take


def _count(label: str) -> IntegerField:
    message = _l("请写 1 到 1000 的整数，不限就空着")
    return IntegerField(label, [Optional(), Between(1, 1000, message)],
                        render_kw={"inputmode": "numeric"})  # fmt: skip


def _number(label: str, low: float, high: float, message: str) -> DecimalField:
    return DecimalField(label, [Optional(), Between(low, high, message)], places=None,
                        render_kw={"inputmode": "decimal"})  # fmt: skip


def _percent(label: str) -> DecimalField:
    return _number(label, 0, 100, _l("请写 0 到 100 的数"))


class PlanForm(FlaskForm):
    """Options of a plan; what stays empty is not limited."""

    max_suppliers = _count(_l("一项需求最多几家供方"))
    exposure = _count(_l("一家企业最多推荐给几项需求"))
    backups = BooleanField(_l("尽量给每项需求两家以上供方（备份供应商）"))
    pin_accepted = BooleanField(_l("审核采纳的都钉在方案里"))
    min_lot = _percent(_l("一家供方至少承担需求的（%）"))
    min_score = _percent(_l("建议的最低把握（%）"))
    micro_floor = _percent(_l("没有梯度称号的小微企业至少承担（%）"))
    wish_weight = _number(_l("一方写明了另一方时的权重"), 0, 100, _l("请写 0 到 100 的数"))
    stability = _number(_l("保留上一版安排的分量"), 0, 1_000_000, _l("请写 0 或更大的数"))
    time_limit = _number(_l("最多算几秒"), 1, _DAY, _l("请写 1 到 600 的数"))

    def choices(self, start: Choices) -> dict[str, Any]:
        """The choices of a plan, with what the form does not ask taken from ``start``.

        Returns:
            Plain data as :meth:`~matcher.planning.Choices.record` gives them.
        """
        asked: dict[str, Any] = {
            "max_suppliers": self.max_suppliers.data,
            "exposure": self.exposure.data,
            "backups": self.backups.data,
            "pin_accepted": self.pin_accepted.data,
            "min_lot": _part(self.min_lot.data) or 0.0,
            "min_score": _part(self.min_score.data),
            "micro_floor": _part(self.micro_floor.data) or 0.0,
        }
        for name in ("wish_weight", "stability", "time_limit"):
            if self[name].data is not None:
                asked[name] = float(self[name].data)
        return start.record() | asked


def shown(choices: Choices) -> Mapping[str, Any]:
    """The fields of the form for choices that were made."""
    fields = {name: getattr(choices, name) for name in PlanForm.__dict__ if hasattr(choices, name)}
    for name in ("min_lot", "min_score", "micro_floor"):
        part = fields[name]
        fields[name] = round(part * 100, 6) if part else None
    return fields


def _part(percent: Any) -> float | None:
    return None if percent is None else float(percent) / 100
