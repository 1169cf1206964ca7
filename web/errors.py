"""What a user is told when something cannot be shown: one sentence, never a traceback."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from flask import Flask, current_app, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from matcher.errors import NO_ROOM, NotFoundError, StaleError, XieshouError, no_room
from matcher.store.database import sentence
from web import signing

Answer = tuple[str, int]


def _page(title: str, text: str, code: int, *, plain: bool = False) -> Answer:
    if plain:
        signing.nobody()
    return render_template("message.html", title=title, text=text, plain=plain), code


def _not_found(_error: Exception) -> Answer:
    return _page(_("没有这一页"), _("地址有误，或内容已不存在。"), 404)


def _no_such_thing(error: NotFoundError) -> Answer:
    return _page(_("没有这一页"), str(error), 404)


def _forbidden(_error: Exception) -> Answer:
    return _page(_("不能打开这一页"), _("您的角色没有这项权限，如有需要请找管理员。"), 403)


def _stale(error: StaleError) -> Answer:
    return _page(_("已被别人改过"), str(error), 409)


def _forged(_error: Exception) -> Answer:
    text = _("页面放得太久或已重新登录，请返回上一页，刷新后再提交一次。")
    return _page(_("请再提交一次"), text, 400)


def _too_large(_error: Exception) -> Answer:
    return _page(_("内容太大"), _("提交的内容超过了允许的大小，请把文件拆小后再试。"), 413)


def _too_many(_error: Exception) -> Answer:
    return _page(_("请求太多"), _("操作太频繁，请过几分钟再试。"), 429)


def _strange_host(_error: Exception) -> tuple[str, int, dict[str, str]]:
    """No page of ours: without a host of ours there is no address to link to."""
    text = "这个地址不是本系统的，请用管理员给的网址打开。\n"
    return text, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _failed(error: XieshouError) -> Answer:
    return _page(_("现在打不开"), str(error), 503, plain=True)


def _unreadable(error: sqlite3.Error) -> Answer:
    """Reading failed: damage, a disk that is full, a lock. Writing is a StoreError already."""
    logging.getLogger("web").exception("the database fails")
    path = Path(current_app.config["DATABASE"])
    return _page(_("现在打不开"), sentence(path, error), 503, plain=True)


def _system(error: OSError) -> Answer:
    if not no_room(error):
        return _broken(error)
    logging.getLogger("web").exception("the disk is full")
    return _page(_("现在打不开"), NO_ROOM, 503, plain=True)


def _broken(error: Exception) -> Answer:
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return _page(_("不能这样访问"), _("请求有误，请返回上一页重试。"), error.code or 400)
    logging.getLogger("web").exception("unexpected error")
    text = _("程序内部出错，数据没有改动，请转告维护人员。")
    return _page(_("出错了"), text, 500, plain=True)


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(404, _not_found)
    app.register_error_handler(NotFoundError, _no_such_thing)
    app.register_error_handler(StaleError, _stale)
    app.register_error_handler(403, _forbidden)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(413, _too_large)
    app.register_error_handler(429, _too_many)
    app.register_error_handler(XieshouError, _failed)
    app.register_error_handler(sqlite3.Error, _unreadable)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(Exception, _broken)
