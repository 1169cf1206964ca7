"""The forms of the exclusion list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from matcher.store import Risk, RiskFlag

FLAG_LABELS = {
    RiskFlag.ABNORMAL: _l("经营异常"),
    RiskFlag.DISHONEST: _l("失信"),
    RiskFlag.PENALTY: _l("行政处罚"),
    RiskFlag.OTHER: _l("其他"),
}
_CHOICES = [SelectChoice(flag.value, text) for flag, text in FLAG_LABELS.items()]
_SHORT = Length(max=200, message=_l("最多 200 个字"))
_DATE = {"type": "date"}


class RiskForm(FlaskForm):
    """One entry (风险名单的一条)."""

    name = StringField(_l("企业全称"), [DataRequired(_l("这一项必须填写")), _SHORT])
    credit_code = StringField(
        _l("统一社会信用代码"), [Length(max=40)], render_kw={"spellcheck": "false"}
    )
    flag = SelectField(_l("风险类型"), choices=_CHOICES)
    source = StringField(_l("来源"), [_SHORT])
    since = StringField(_l("起始日期"), [Length(max=10)], render_kw=_DATE)
    until = StringField(_l("截止日期"), [Length(max=10)], render_kw=_DATE)
    note = StringField(_l("说明"), [_SHORT])

    def entry(self) -> Risk:
        """What the form says."""
        return Risk.of({name: field.data or "" for name, field in self._fields.items()})


class UploadForm(FlaskForm):
    """A file with entries."""

    file = FileField(_l("名单文件"), [FileRequired(_l("请选择文件"))])
    flag = SelectField(
        _l("表里没有写风险类型的行算"), choices=[SelectChoice("", _l("不读入")), *_CHOICES]
    )


class FilterForm(FlaskForm):
    """What of the list to show."""

    class Meta:
        """A form that changes nothing needs no token."""

        csrf = False

    q = StringField(_l("查找"))
    flag = SelectField(_l("风险类型"), choices=[SelectChoice("", _l("全部")), *_CHOICES])
    only = SelectField(
        _l("范围"), choices=[SelectChoice("", _l("今天有效的")), SelectChoice("all", _l("全部"))]
    )
