"""The audit log, for administrators to read and to verify (审计)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from matcher.store import AuditRow, clock
from web.database import store
from web.forms import AuditFilterForm
from web.times import BEIJING

blueprint = Blueprint("audit", __name__, url_prefix="/admin/audit")
_PER_PAGE = 50

ACTIONS = {
    "view": _l("查看"),
    "denied": _l("被拒绝"),
    "login": _l("登录"),
    "login.failed": _l("登录失败"),
    "login.locked": _l("登录被锁"),
    "logout": _lp("event", "退出"),
    "link.issue": _l("发一次性链接"),
    "user.add": _l("新建账号"),
    "user.change": _l("改账号"),
    "user.password": _l("改密码"),
    "setting.change": _l("改设置"),
    "list.import": _l("导入清单"),
    "run.save": _l("撮合"),
    "enterprise.merge": _l("合并企业名称"),
    "enterprise.unmerge": _l("撤销合并"),
    "enterprise.different": _l("答为不同企业"),
    "risk.add": _l("加入风险名单"),
    "risk.change": _l("改风险名单"),
    "risk.import": _l("导入风险名单"),
    "job.start": _l("开始任务"),
    "job.done": _l("任务完成"),
    "job.failed": _l("任务没有做成"),
    "job.cancel": _l("要求取消任务"),
    "job.cancelled": _l("任务已取消"),
    "job.interrupted": _l("任务中断"),
    "decision.record": _l("记录审核"),
    "engagement.begin": _l("发起对接"),
    "engagement.step": _l("推进对接"),
    "engagement.follow": _l("跟进对接"),
    "engagement.arrange": _l("安排对接"),
    "engagement.correct": _l("更正对接"),
    "engagement.ask": _l("申请对接"),
    "engagement.answer": _l("答复对接申请"),
    "wish.say": _l("表示意愿"),
    "contact.view": _l("看联系人"),
    "contact.add": _l("加联系人"),
    "contact.change": _l("改联系人"),
    "contact.consent": _l("同意公开联系方式"),
    "contact.withdraw": _l("撤回同意"),
    "contact.release": _l("交换联系方式"),
    "model.use": _l("换模型"),
}


@blueprint.get("")
def index() -> str:
    """Rows by filter, the newest first; ``verify`` recomputes the chain."""
    form = AuditFilterForm(request.args)
    filters = {
        "actor": (form.actor.data or "").strip(),
        "action": (form.action.data or "").strip(),
        "about": (form.about.data or "").strip(),
        "since": _day(form.since.data),
        "until": _day(form.until.data, further=1),
    }
    found = store().audit.count(**filters)
    pages = max(1, -(-found // _PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    rows = store().audit.list(**filters, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE)
    asked = {name: text for name, text in request.args.items() if name not in {"page", "verify"}}
    return render_template(
        "admin/audit.html", form=form, rows=[_shown(row) for row in rows], found=found, page=page,
        pages=pages, asked=asked, check=store().audit.verify() if "verify" in request.args else None,
        actions=ACTIONS,
    )  # fmt: skip


def _day(text: str | None, further: int = 0) -> str:
    """The beginning of a day here, as the log writes moments; empty for what is no day."""
    try:
        day = dt.date.fromisoformat((text or "").strip()) + dt.timedelta(days=further)
    except (ValueError, OverflowError):
        return ""
    return clock.written(dt.datetime.combine(day, dt.time(), BEIJING))


def _shown(row: AuditRow) -> dict[str, Any]:
    return {
        "row": row,
        "action": ACTIONS.get(row.action, row.action),
        "changes": _changes(row.before, row.after),
    }


def _changes(before: Any, after: Any) -> str:
    """What changed, in one line: ``role: viewer → reviewer``."""
    if isinstance(before, dict) and isinstance(after, dict):
        return "；".join(f"{k}: {_text(before.get(k))} → {_text(after[k])}" for k in after)
    if before is not None:
        return f"{_text(before)} → {_text(after)}"
    if isinstance(after, dict):
        return "；".join(f"{k}: {_text(v)}" for k, v in after.items() if v not in ("", None, False))
    return _text(after)


def _text(value: Any) -> str:
    if value is None or value == "":
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
