"""What a password must be and how long a session lasts: one declared set of figures (安全策略)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from matcher.store import LockOut
from matcher.tables import corpus
from web import passwords

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Policy:
    """A set of rules.

    Attributes:
        label: What it is called.
        shortest: Fewest characters of a password.
        classes: Of capitals, small letters, digits and signs, how many kinds it must have.
        max_age: Days after which it has to be changed; 0 for never.
        idle: Seconds without a click after which a session is over.
        longest: Seconds after which a session is over in any case.
        lock_out: How failed attempts slow down further ones.
    """

    label: LazyString
    shortest: int = 10
    classes: int = 1
    max_age: int = 0
    idle: int = 60 * MINUTE
    longest: int = 12 * HOUR
    lock_out: LockOut = field(default_factory=LockOut)


# 等保2.0 二级 (GB/T 22239-2019, 7.1.4): complexity and periodic change (身份鉴别 a), a limit on
# failed logins and leaving when idle (b), logs kept six months: the audit log is kept for ever.
POLICIES = {
    "standard": Policy(_l("标准（长度为主，不强制更换）")),
    "mlps2": Policy(
        _l("等保2.0 二级（大小写、数字、符号至少三种，90 天更换）"),
        shortest=8, classes=3, max_age=90, idle=15 * MINUTE, longest=8 * HOUR,
        lock_out=LockOut(free=5, first=60.0, longest=1800.0),
    ),
}  # fmt: skip
STANDARD = "standard"

_CLASSES = tuple(re.compile(pattern) for pattern in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
_DISGUISE = str.maketrans("@013$!57", "aoiesist")


@cache
def common() -> frozenset[str]:
    """The passwords that attackers try first, in small letters."""
    text = corpus("passwords/common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_common(password: str) -> bool:
    """Whether a password is one of the common ones, as it is or in the usual disguises.

    P@ssw0rd and Wang19870512 are a word of the list with signs for letters, or with digits behind.
    """
    folded = passwords.normal(password).casefold()
    bare = re.sub(r"^[^a-z]+|[^a-z]+$", "", folded)
    plain = re.sub(r"^[^a-z]+|[^a-z]+$", "", folded.translate(_DISGUISE))
    return bool({folded, folded.translate(_DISGUISE), bare, plain} & common())


def complaint(
    password: str, policy: Policy, *, names: Iterable[str] = (), former: Iterable[str] = ()
) -> LazyString | None:
    """What is wrong with a new password, None where nothing is.

    Args:
        password: As typed.
        policy: The rules in force.
        names: What it must not contain: the user's names.
        former: Kept texts of passwords that must not come back.
    """
    text = passwords.normal(password)
    kinds = sum(bool(pattern.search(text)) for pattern in _CLASSES)
    said = text.casefold()
    if len(text) < policy.shortest:
        return _l("密码太短，至少要 %(n)s 个字符", n=policy.shortest)
    if len(text) > passwords.LONGEST:
        return _l("密码太长，最多 %(n)s 个字符", n=passwords.LONGEST)
    if kinds < policy.classes:
        return _l("密码要有大写字母、小写字母、数字、符号中的至少 %(n)s 种", n=policy.classes)
    if len(set(said)) < 5:
        return _l("密码里不同的字符太少，请换一个")
    if is_common(text):
        return _l("这个密码太常见，很容易被猜到，请换一个")
    if any(len(name) >= 3 and name.casefold() in said for name in names):
        return _l("密码里不能有用户名或姓名")
    if any(passwords.fits(stored, text) for stored in former if stored):
        return _l("这个密码以前用过，请换一个")
    return None
