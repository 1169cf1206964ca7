"""The store of a request: opened when first asked for, by whoever is signed in, closed at the end."""

from __future__ import annotations

from flask import Flask, current_app, g, request

from matcher.store import Actor, Store


def store() -> Store:
    """The open store of this request. Until somebody is signed in, nobody acts."""
    if "store" not in g:
        actor = Actor("", address=request.remote_addr or "")
        g.store = Store(current_app.config["DATABASE"], create=False, actor=actor)
    opened: Store = g.store
    return opened


def _close(_error: BaseException | None) -> None:
    opened = g.pop("store", None)
    if opened is not None:
        opened.close()


def init_app(app: Flask) -> None:
    """Close the store with every request."""
    app.teardown_appcontext(_close)
