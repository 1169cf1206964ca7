"""The form that starts a matching run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, IntegerField
from wtforms.validators import InputRequired

from matcher.ranking.parameters import Parameters
from web.forms import Between

_NEEDED = InputRequired(_l("这一项必须填写"))
_DEFAULT = Parameters()


def _percent(label: Any, default: float) -> DecimalField:
    between = Between(0, 100, _l("应在 0 到 100 之间"))
    return DecimalField(
        label, [_NEEDED, between], default=Decimal(f"{default * 100:.6g}"), places=None,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )  # fmt: skip


class RunForm(FlaskForm):
    """What a run is asked (撮合参数)."""

    top = IntegerField(
        _l("每条需求最多几条建议"),
        [_NEEDED, Between(1, 100, _l("应在 1 到 100 之间"))],
        default=_DEFAULT.top,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    acceptable = _percent(_l("把握达到百分之几才算有供给"), _DEFAULT.acceptable)
    min_score = _percent(_l("建议的最低把握是百分之几"), _DEFAULT.min_score)

    def arguments(self) -> dict[str, Any]:
        """Values of :class:`matcher.ranking.Parameters` by name."""
        return {
            "top": self.top.data,
            "acceptable": float(self.acceptable.data) / 100,
            "min_score": float(self.min_score.data) / 100,
        }
