"""What a catalogue is chosen by, and its words, as forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from matcher.catalogue import Variant
from matcher.issuing import Basis, Selection
from web.catalogues.area import BASES, VARIANTS
from web.forms import Between

_LONG = Length(max=200, message=_l("最多 200 个字"))
_LONGEST = 20_000  # characters of a 编制说明
_FILTERS = {
    "chains": "chain",
    "counties": "county",
    "tiers": "tier",
    "categories": "category",
    "leaders": "leader",
}


def _many(label: str) -> SelectMultipleField:
    return SelectMultipleField(label, [Optional()])


class SelectionForm(FlaskForm):
    """What goes into a catalogue; what stays empty is not limited."""

    variant = SelectField(
        _l("种类"), choices=[SelectChoice(key.value, text) for key, text in VARIANTS.items()]
    )
    subject = StringField(
        _l("给哪家企业（对照表、配套机会必填）"), [_LONG], render_kw={"list": "leaders"}
    )
    basis = SelectField(
        _l("用什么做"), choices=[SelectChoice(key.value, text) for key, text in BASES.items()]
    )
    title = StringField(_l("标题"), [_LONG])
    issuer = StringField(_l("编制单位"), [_LONG])
    period = StringField(_l("所涉时间"), [_LONG])
    chains = _many(_l("产业链"))
    counties = _many(_l("供方县市"))
    tiers = _many(_l("供方梯度"))
    categories = _many(_l("需求类别"))
    leaders = _many(_l("链主企业"))
    since = DateField(_l("审核日期从"), [Optional()])
    until = DateField(_l("审核日期到"), [Optional()])
    score = DecimalField(
        _l("把握至少（%）"), [Optional(), Between(0, 100, _l("请写 0 到 100 的数"))],
        places=None, render_kw={"inputmode": "decimal"},
    )  # fmt: skip

    def offer(self, choices: Mapping[str, list[str]]) -> None:
        """Offer the values that the lists have."""
        for name, column in _FILTERS.items():
            self[name].choices = choices[column]

    def selection(self) -> Selection:
        """What was chosen."""
        return Selection(
            variant=Variant(self.variant.data),
            subject=(self.subject.data or "").strip(),
            basis=Basis(self.basis.data),
            since=self.since.data,
            until=self.until.data,
            score=float(self.score.data or 0) / 100,
            **{name: tuple(self[name].data or ()) for name in _FILTERS},
        )

    def words(self) -> dict[str, Any]:
        """Title, issuing body and period."""
        return {name: (self[name].data or "").strip() for name in ("title", "issuer", "period")}


class WordsForm(FlaskForm):
    """The words of a draft."""

    was = HiddenField()
    title = StringField(_l("标题"), [DataRequired(_l("这一项必须填写")), _LONG])
    issuer = StringField(_l("编制单位"), [_LONG])
    period = StringField(_l("所涉时间"), [_LONG])
    notes = TextAreaField(
        _l("编制说明"),
        [Length(max=_LONGEST, message=_l("最多 20000 个字"))],
        render_kw={"rows": 18},
    )
