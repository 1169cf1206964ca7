"""Where rows and firms of a chain have pages of their own."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matcher.chain.session import ChainSession
from web.database import store
from web.rights import may, scope_of


class Links:
    """Addresses of rows and firms, empty where this installation has no such page.

    A row that another sees, of which the reader knows that it is there, has none.
    """

    def __init__(self, session: ChainSession) -> None:
        self._serving = session.serving

    def demand(self, demand_id: str) -> str:
        """The page of a demand in scope."""
        return (
            _page(f"/demands/{quote(demand_id, safe='')}")
            if demand_id in self._serving.demands
            else ""
        )

    def supply(self, supply_id: str) -> str:
        """The page of a supply in scope."""
        return (
            _page(f"/supplies/{quote(supply_id, safe='')}")
            if supply_id in self._serving.supplies
            else ""
        )

    def firm(self, name: str) -> str:
        """The page of a firm whose name the reader knows."""
        there = _page("/enterprises/1")
        key = store().enterprises.named(name) if there else None
        return f"/enterprises/{key}" if key is not None else ""

    def contacts(self, name: str) -> str:
        """Where a firm's contacts stand, for the bureau and for the firm itself, each look noted.

        Others see them on the page of an engagement, as far as consent goes.
        """
        if not may("contacts"):
            return ""
        mine = scope_of(current_user.user, "contacts")
        key = store().enterprises.named(name)
        if key is None or not (mine.of_bureau or mine.enterprise_id == key):
            return ""
        return url_for("contacts.index", enterprise=key if mine.of_bureau else None)


def _page(path: str) -> str:
    """The path, if a page answers to it."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return path
    except HTTPException:
        return ""
    return path
