"""The web application: asks the engine and the store, holds no matching logic (网页)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5

from matcher.store import Store


def create_app(config: Mapping[str, Any]) -> Flask:
    """The application over one database.

    Args:
        config: ``DATABASE`` names the SQLite file. ``URL`` is the address under which people reach
            the pages; it decides on the flags of cookies and on the hosts that are answered.
            ``PROXIES`` is the number of proxies in front whose headers are believed. Other keys go
            to Flask as they are.

    Raises:
        StoreError: The database cannot be opened.
    """
    from web import (
        aspects,
        database,
        errors,
        jobs,
        languages,
        protection,
        remembered,
        rights,
        signing,
        times,
    )

    app = Flask(__name__)
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, **config)
    app.config["DATABASE"] = str(Path(app.config["DATABASE"]))
    if not app.config.get("SECRET_KEY"):
        with Store(app.config["DATABASE"], create=False) as opened:
            app.config["SECRET_KEY"] = opened.settings.signing_key()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    protection.prepare(app)
    Bootstrap5(app)
    languages.init_app(app)
    database.init_app(app)
    signing.init_app(app)
    jobs.init_app(app)
    remembered.init_app(app)
    app.jinja_env.filters.update(
        moment=times.moment, to_the_second=times.to_the_second, aspect=aspects.aspect
    )
    _register_pages(app)
    # In this order: how often, who, from which form.
    protection.init_app(app)
    rights.init_app(app)
    protection.init_forms(app)
    errors.init_app(app)
    return app


def _register_pages(app: Flask) -> None:
    from web import (
        accounts,
        catalogues,
        chain,
        contacts,
        engagements,
        jobs,
        lists,
        mine,
        overview,
        plans,
        questions,
        review,
        risks,
        rows,
        runs,
    )
    from web.admin import audit, settings, users
    from web.imports import pages as imports

    for room in (
        accounts, overview, mine, lists, questions, imports, rows, review, runs, plans, jobs, engagements,
        contacts, catalogues, chain, risks, users, audit, settings,
    ):  # fmt: skip
        app.register_blueprint(room.blueprint)
