"""Where rows and firms of a chain have pages of their own."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matcher.chain.session import ChainSession
from web.database import store


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


def _page(path: str) -> str:
    """The path, if a page answers to it."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return path
    except HTTPException:
        return ""
    return path
