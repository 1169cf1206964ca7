"""What the pages of engagements share: the blueprint, labels, reading of forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from matcher.model import EngagementStage
from matcher.store import EngagementError, EventKind, Wish
from matcher.text import clean, number_text

blueprint = Blueprint("engagements", __name__, url_prefix="/engagements")


@blueprint.record
def _filters(state: BlueprintSetupState) -> None:
    """How templates show numbers, stages and pairs."""
    state.app.jinja_env.filters.update(
        number=number, stage_name=stage_name, json=json.dumps, up_to_1000=up_to_1000
    )


STAGE_LABELS = {
    EngagementStage.RECOMMENDED: _l("推荐"),
    EngagementStage.INTRODUCED: _lp("stage", "对接"),
    EngagementStage.TALKS: _l("洽谈"),
    EngagementStage.CONTRACT: _l("签约"),
    EngagementStage.DELIVERY: _l("履约"),
    EngagementStage.ENDED: _l("终止"),
}
KIND_LABELS = {
    EventKind.BEGIN: _l("发起"),
    EventKind.STEP: _l("推进"),
    EventKind.FOLLOW: _l("跟进"),
    EventKind.ARRANGE: _l("安排"),
    EventKind.CORRECT: _l("更正"),
}
ORIGIN_LABELS = {
    "accepted": _l("采纳的建议"),
    "request": _l("链主企业申请"),
    "hand": _l("手工发起"),
}
WISH_LABELS = {Wish.INTERESTED: _l("感兴趣"), Wish.UNFIT: _l("不合适")}
END_WORDS = {
    "品名不同": _l("品名不同"), "规格不符": _l("规格不符"), "产能不足": _l("产能不足"),
    "价格谈不拢": _l("价格谈不拢"), "交期不合": _l("交期不合"), "需方已另选": _l("需方已另选"),
    "供方放弃": _l("供方放弃"),
}  # fmt: skip
_NUMBERS = ("amount", "quantity")
_TEXTS = ("unit", "contract_number", "signed_on", "deliver_from", "deliver_until")


def facts_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says of a contract.

    Raises:
        EngagementError: A number is none.
    """
    facts: dict[str, Any] = {name: clean(form[name]) for name in _TEXTS if name in form}
    for name in (name for name in _NUMBERS if name in form):
        text = clean(form[name]).replace(",", "")
        try:
            facts[name] = float(text) if text else None
        except ValueError as error:
            raise EngagementError(
                _("“%(text)s”不是数，请只写数字，如 120.5", text=text[:40])
            ) from error
    return facts


def number(value: float | None) -> str:
    """A number of a contract as people read it: ``120.5``, ``12,000``; empty for none."""
    if value is None:
        return ""
    text = number_text(value)
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 10_000 else text


def up_to_1000(count: int) -> str:
    """A count that ends at a thousand."""
    return "1,000+" if count >= 1000 else str(count)


def stage_name(label: str) -> str:
    """A stage's name for styles, of its label."""
    return EngagementStage(label).name


def key_of(text: str | None) -> int | None:
    """A key from a form; None for none, -1, which nothing has, for what is no key."""
    text = (text or "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
