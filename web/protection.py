"""What protects every answer: headers, cookies, hosts, limits, tokens against forged requests."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

# No page asks another host for anything; scripts and styles come from here alone.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Our own pages learn where a form came from, which the check of forms needs behind TLS.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UPLOAD = 64 * 1024 * 1024
_EVERYBODY = "1200 per minute"  # of one session, or one address without one
_FAILURES = "30 per 10 minutes"  # of one address, whatever names it tries


def _secure(response: Response) -> Response:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _who() -> str:
    """Whose requests are counted together; the token itself stays out of the counters."""
    token = session.get("_user_id")
    if isinstance(token, str):
        return hashlib.sha256(token.encode()).hexdigest()
    return _address()


def _address() -> str:
    return request.remote_addr or ""


def prepare(app: Flask) -> None:
    """Settings that must stand before the first page: cookies, hosts, sizes, proxies."""
    url = urlsplit(app.config.get("URL") or "")
    secure = url.scheme == "https"
    app.config.update(
        # The prefix binds the cookie to this very host; it needs TLS.
        SESSION_COOKIE_NAME="__Host-xieshou" if secure else "xieshou",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which is long enough
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.config["MAX_CONTENT_LENGTH"] = app.config.get("MAX_CONTENT_LENGTH") or UPLOAD
    if url.hostname and not app.config.get("TRUSTED_HOSTS"):
        app.config["TRUSTED_HOSTS"] = [url.hostname]
    proxies = int(app.config.get("PROXIES") or 0)
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def init_app(app: Flask) -> None:
    """To be called when all pages are registered, before the rights."""
    limiter = Limiter(
        _who, app=app, default_limits=[app.config.get("RATE_LIMIT") or _EVERYBODY],
        storage_uri="memory://", strategy="moving-window",
    )  # fmt: skip
    for endpoint in ("static", "bootstrap.static"):
        limiter.exempt(app.view_functions[endpoint])
    for endpoint in ("accounts.login", "accounts.setup"):
        limited: Any = limiter.limit(
            app.config.get("FAILURE_LIMIT") or _FAILURES, key_func=_address, methods=["POST"],
            deduct_when=lambda response: response.status_code in {401, 404},
        )  # fmt: skip
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])
    app.after_request(_secure)


def init_forms(app: Flask) -> None:
    """Refuse forged forms; after the rights, so that a stranger is sent to the login first."""
    CSRFProtect(app)
