"""The web application: asks the engine and the store, holds no matching logic (网页)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template
from flask_bootstrap import Bootstrap5

from matcher.errors import XieshouError

# No page asks another host for anything; scripts and styles come from here alone.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(config: Mapping[str, Any]) -> Flask:
    """The application over one database.

    Args:
        config: ``DATABASE`` names the SQLite file; other keys go to Flask as they are.
    """
    app = Flask(__name__)
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, **config)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["DATABASE"] = str(Path(app.config["DATABASE"]))
    Bootstrap5(app)
    from web.overview import blueprint

    app.register_blueprint(blueprint)
    app.after_request(_secure)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(XieshouError, _failed)
    app.register_error_handler(Exception, _broken)
    return app


def _secure(response: Response) -> Response:
    """Headers of every answer: nothing from elsewhere, nothing kept in caches."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _not_found(_error: Exception) -> tuple[str, int]:
    return render_template(
        "message.html", title="没有这一页", text="地址有误，或内容已不存在。"
    ), 404


def _failed(error: XieshouError) -> tuple[str, int]:
    return render_template("message.html", title="现在打不开", text=str(error)), 503


def _broken(error: Exception) -> tuple[str, int]:
    from werkzeug.exceptions import HTTPException

    if isinstance(error, HTTPException):
        text = "请求有误，请返回上一页重试。"
        return render_template("message.html", title="不能这样访问", text=text), error.code or 400
    import logging

    logging.getLogger("web").exception("unexpected error")
    text = "程序内部出错，数据没有改动，请转告维护人员。"
    return render_template("message.html", title="出错了", text=text), 500
