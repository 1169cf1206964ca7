"""The forms of accounts and administration."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange, ValidationError

from matcher.store import Role
from web.passwords import LONGEST
from web.policy import POLICIES

ROLE_LABELS = {
    Role.ADMIN: _l("系统管理员"),
    Role.REVIEWER: _l("审核员"),
    Role.COUNTY_REVIEWER: _l("县市审核员"),
    Role.VIEWER: _l("领导查看"),
    Role.CHAIN_LEADER: _l("链主企业"),
    Role.SME: _l("中小企业"),
}


class Between(NumberRange):
    """A number within bounds; one of hundreds of digits is refused like any other."""

    def __call__(self, form: Any, field: Any) -> None:
        """Complain of a number that is out of bounds."""
        try:
            super().__call__(form, field)
        except OverflowError as error:
            raise ValidationError(str(self.message)) from error


_NEEDED = DataRequired(_l("这一项必须填写"))
_REPEATED = EqualTo("password", _l("两次输入的密码不一样"))


def _name() -> StringField:
    return StringField(
        _l("用户名"),
        [_NEEDED, Length(max=64, message=_l("最多 64 个字"))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _full_name() -> StringField:
    return StringField(_l("姓名"), [Length(max=64, message=_l("最多 64 个字"))])


def _password(label: str, autocomplete: str, *validators: object) -> PasswordField:
    return PasswordField(
        label,
        [_NEEDED, *validators],
        render_kw={"autocomplete": autocomplete, "maxlength": LONGEST},
    )


class LoginForm(FlaskForm):
    """Name and password (登录)."""

    name = _name()
    password = _password(_l("密码"), "current-password", Length(max=LONGEST))
    next = HiddenField()


class EmptyForm(FlaskForm):
    """A button: nothing but the token against forged requests."""


class NewPasswordForm(FlaskForm):
    """A password, twice."""

    password = _password(_l("新密码"), "new-password")
    repeated = _password(_l("再输入一次"), "new-password", _REPEATED)


class SetupForm(NewPasswordForm):
    """The first administrator (首次设置)."""

    name = _name()
    full_name = _full_name()


class OwnPasswordForm(NewPasswordForm):
    """One's own password, with the present one (修改密码)."""

    current = _password(_l("现在的密码"), "current-password", Length(max=LONGEST))


class UserForm(FlaskForm):
    """An account, as an administrator sees it (账号)."""

    full_name = _full_name()
    role = SelectField(
        _l("角色"), choices=[SelectChoice(role.value, text) for role, text in ROLE_LABELS.items()]
    )
    county = StringField(
        _l("县市（县市审核员必填）"), [Length(max=64)], render_kw={"list": "counties"}
    )
    enterprise = StringField(_l("企业全称（企业账号必填）"), [Length(max=200)])
    new_enterprise = BooleanField(_l("清单里还没有这家企业，新建"))


class NewUserForm(UserForm):
    """A new account."""

    name = _name()


class EditUserForm(UserForm):
    """An account that is there."""

    must_change = BooleanField(_l("下次登录时必须改密码"))
    disabled = BooleanField(_l("停用这个账号"))


class SettingsForm(FlaskForm):
    """Settings of the installation (设置)."""

    policy = SelectField(
        _l("密码和登录策略"),
        choices=[SelectChoice(key, rules.label) for key, rules in POLICIES.items()],
    )


class AuditFilterForm(FlaskForm):
    """What of the audit log to show; sent by GET, so that an address can be kept."""

    class Meta:
        """A form that changes nothing needs no token."""

        csrf = False

    actor = StringField(_l("谁"))
    action = StringField(_l("做了什么"))
    about = StringField(_l("对象"))
    since = StringField(_l("起"), render_kw={"type": "date"})
    until = StringField(_l("止"), render_kw={"type": "date"})
